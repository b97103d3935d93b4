"""Landing, staging, harmonised layer and ledgers of any raw folder, without the rest of the project."""

from pathlib import Path

from raw_to_warehouse import build_warehouse

SELECTED = ("resource_type:seed", "staging", "harmonised", "marts.ledger")


def build(raw: Path, folder: Path) -> Path:
    """Land `raw` and build everything up to the ledgers; returns the build database."""
    # Tests that need models of later layers as well are theirs to run.
    tests = ("--indirect-selection", "buildable", "--exclude-resource-type", "unit_test")
    return build_warehouse(raw, folder, [], "--select", *SELECTED, *tests)
