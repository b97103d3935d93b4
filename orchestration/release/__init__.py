"""The published database: put together from tables of one build, and switched in one step (specification 4)."""
