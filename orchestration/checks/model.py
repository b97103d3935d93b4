"""A check's result: numerator, denominator, threshold and one of four states (specification 4, table `checks`)."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


class Status(StrEnum):
    """What became of a check."""

    PASS = "pass"
    WARN = "warn"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True)
class Check:
    """A declared check.

    Attributes:
        name: In the table `checks`.
        question: What is asked, for the UI.
        is_blocking: Whether a failure keeps a release from being made.
    """

    name: str
    question: str
    is_blocking: bool = False


@dataclass(frozen=True)
class CheckResult:
    """One row of the table `checks`; notes hold counts, table and column names, never data."""

    check: Check
    status: Status
    center_id: str | None = None
    subject: str | None = None
    numerator: int | None = None
    denominator: int | None = None
    threshold: float | None = None
    note: str | None = None

    @property
    def blocks(self) -> bool:
        """Whether this result keeps a release from being made."""
        return self.check.is_blocking and self.status is Status.FAIL


def as_frame(results: Sequence[CheckResult]) -> "pd.DataFrame":
    """The rows of the table `checks`."""
    import pandas as pd

    rows = [
        {"check_name": result.check.name, "is_blocking": result.check.is_blocking}
        | {name: value for name, value in asdict(result).items() if name not in ("check", "status")}
        | {"status": result.status.value}
        for result in results
    ]
    frame = pd.DataFrame(rows)
    for name in ("numerator", "denominator"):
        frame[name] = frame[name].astype("Int64")
    frame["threshold"] = frame["threshold"].astype("float64")
    return frame
