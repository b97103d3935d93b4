"""Patients who withdrew: who they are, which rows are theirs, and kept releases without them."""
