"""Checks of a warehouse: what is counted, what blocks a release, what is only told (specification 4)."""
