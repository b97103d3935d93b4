"""How old the current release is, and whether a night was missed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from orchestration.parameters import OPERATIONAL


def largest_age() -> timedelta:
    """How old a release may be before somebody should look why: a day, and the time that a refresh may take."""
    return timedelta(hours=OPERATIONAL.largest_release_age_hours)


@dataclass(frozen=True)
class Age:
    """The age of a release."""

    since: timedelta

    @classmethod
    def of(cls, created_at: datetime, now: datetime | None = None) -> "Age":
        """The age of a release that was made then; a time without zone is universal time."""
        moment = created_at if created_at.tzinfo is not None else created_at.replace(tzinfo=UTC)
        return cls((now or datetime.now(UTC)) - moment)

    @property
    def words(self) -> str:
        """Hours up to two days, then days."""
        hours = self.since / timedelta(hours=1)
        return f"{hours:.1f} hours" if hours < 48 else f"{hours / 24:.1f} days"

    @property
    def is_ahead(self) -> bool:
        """Whether the release was made later than now, by this clock."""
        return self.since < timedelta(0)

    @property
    def warning(self) -> str | None:
        """What to say of a release that is too old, or not made yet by this clock; None where all is well."""
        if self.is_ahead:
            return (
                "the release bears a later time than now: the clock of this machine went back, or was ahead before; "
                "set it right, the releases keep their order by their numbers"
            )
        if self.since <= largest_age():
            return None
        allowed = OPERATIONAL.largest_release_age_hours
        return (
            f"the release is {self.words} old, more than the allowed {allowed} hours: a refresh failed or never ran; "
            "see the last runs in `hcc ui`, or run `hcc refresh`"
        )
