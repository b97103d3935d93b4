"""Operational parameters (specification 2): they hold for the running of the warehouse, not for its results.

Warehouse parameters are dbt variables (dbt_project.yml), protocol parameters stand in the studies' files.
"""

from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class OperationalParameters:
    """Values with their units; hashed into a release's provenance."""

    keep_releases: int = 30  # newest releases that stay; pinned ones always do
    min_free_bytes: int = 2_000_000_000  # free space below which older releases make room for the newest
    largest_release_age_hours: int = 26  # a release older than this is a missed night
    keep_builds: int = 3  # newest finished builds that stay
    largest_fall_of_persons: float = 0.10  # share of a center's persons that may be missing against the last release
    min_cell: int = 5  # smallest count shown in reports
    lock_wait_seconds: int = 1800  # how long a run of the daemon or the UI waits for another process to end

    def as_dict(self) -> dict[str, int | float]:
        """Name and value of each."""
        return asdict(self)


OPERATIONAL = OperationalParameters()
