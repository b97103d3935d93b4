"""Contracts of the frames that enter and leave the clinical derivations.

Each contract names the columns a function needs, their types, which may be blank and which codes they hold. Frames
may hold more columns; `conform` selects, converts and checks. Messages name frame, column and number of rows, never
a value: the values are patients'.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, get_args

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from analytics.dates import as_dates
from analytics.protocol_types import Criteria, RegimenClass

RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
RESISTANCE_LABELS = ("primary", "secondary", "progression_free", "indeterminate")
ENDPOINT_NAMES = ("pfs", "ttp", "os", "pps", "second_line_pfs", "second_line_os")
EVENT_REASONS = ("progression", "death")
# In order of precedence (specification 2.6).
CENSOR_REASONS = (
    "assessment_gap",
    "new_therapy",
    "death_without_progression",
    "no_assessment",
    "last_assessment",
    "last_known_alive",
)


class FrameError(ValueError):
    """A frame breaks its contract; the message names the frame, the columns and the numbers of rows."""


@dataclass(frozen=True)
class Contract:
    """A frame's name and its columns. Keys are checked where a study's rows are taken (`analytics.study_frames`)."""

    name: str
    columns: dict[str, pa.Column]

    @property
    def schema(self) -> pa.DataFrameSchema:
        """The pandera schema of the contract."""
        return pa.DataFrameSchema(self.columns, name=self.name)


def _text(codes: Sequence[str] = (), *, nullable: bool = False) -> pa.Column:
    return pa.Column(None, pa.Check.isin(codes) if codes else None, nullable=nullable, metadata={"type": "text"})


def _day(*, nullable: bool = False) -> pa.Column:
    # No pandera type: it knows datetime64[ns] only, which cannot hold dates of every century.
    return pa.Column(None, nullable=nullable, metadata={"type": "date"})


def _whole(at_least: int, *, nullable: bool = False) -> pa.Column:
    dtype = "Int64" if nullable else "int64"
    return pa.Column(dtype, pa.Check.ge(at_least), nullable=nullable, metadata={"type": dtype})


def _yes_no() -> pa.Column:
    return pa.Column("bool", metadata={"type": "bool"})


PERSONS = Contract(
    "analysis_persons",
    {
        "person_id": _text(),
        "death_date": _day(nullable=True),
        "death_source_row_id": _text(nullable=True),
        "last_known_alive_date": _day(nullable=True),
        "last_known_alive_source_row_id": _text(nullable=True),
    },
)
COHORT = Contract(
    "analysis_cohort",
    {
        "study_id": _text(),
        "person_id": _text(),
        "center_id": _text(),
        "index_date": _day(),
        "is_eligible": _yes_no(),
    },
)
LINES = Contract(
    "analysis_lines",
    {
        "person_id": _text(),
        "line_number": _whole(1),
        "line_start_date": _day(),
        "next_line_start_date": _day(nullable=True),
        "regimen": _text(),
        "regimen_class": _text(get_args(RegimenClass)),
        "line_start_source_row_id": _text(),
    },
)
TIMEPOINTS = Contract(
    "analysis_timepoints",
    {
        "person_id": _text(),
        "line_number": _whole(1),
        "criteria": _text(get_args(Criteria)),
        "assessment_date": _day(),
        "is_within_line": _yes_no(),
        "overall_response": _text(RESPONSES),
        "imaging_source_row_id": _text(),
    },
)
BEST_RESPONSES = Contract(
    "best_responses",
    {
        "study_id": _text(),
        "person_id": _text(),
        "line_number": _whole(1),
        "best_response": _text(RESPONSES),
        "confirmed_best_response": _text(RESPONSES),
    },
)
LABELS = Contract(
    "resistance_labels",
    {
        "study_id": _text(),
        "person_id": _text(),
        "resistance": _text(RESISTANCE_LABELS),
        "progression_date": _day(nullable=True),
        "progression_day": _whole(1, nullable=True),
        "progression_source_row_id": _text(nullable=True),
        "window_end_date": _day(),
    },
)
ENDPOINTS = Contract(
    "survival_endpoints",
    {
        "study_id": _text(),
        "person_id": _text(),
        "endpoint": _text(ENDPOINT_NAMES),
        "time_days": _whole(0),
        "is_event": _yes_no(),
        "reason": _text(EVENT_REASONS + CENSOR_REASONS),
        "start_date": _day(),
        "end_date": _day(),
        "source_row_id": _text(),
    },
)
LANDMARK = Contract(
    "landmark_survival",
    {
        "study_id": _text(),
        "person_id": _text(),
        "landmark_group": _text(("progression", "no_progression")),
        "time_days": _whole(0),
        "is_event": _yes_no(),
        "reason": _text(("death", "last_known_alive")),
        "start_date": _day(),
        "end_date": _day(),
        "source_row_id": _text(),
    },
)
SECOND_LINE = Contract(
    "second_line_population",
    {
        "study_id": _text(),
        "person_id": _text(),
        "center_id": _text(),
        "resistance": _text(("primary", "secondary")),
        "progression_date": _day(),
        "line_2_start_date": _day(),
        "line_2_start_year": _whole(1),
        "regimen": _text(),
        "regimen_class": _text(get_args(RegimenClass)),
        "days_on_first_line": _whole(1),
    },
)


def conform(frame: pd.DataFrame, contract: Contract) -> pd.DataFrame:
    """The contract's columns of a frame, converted to its types and checked; rows keep their order, index anew.

    Raises FrameError for a missing column, a value of another type, a blank or code that the contract does not allow.
    """
    if missing := [name for name in contract.columns if name not in frame.columns]:
        raise FrameError(f"{contract.name}: lacks the columns {', '.join(missing)}")
    columns = {name: _converted(frame[name], contract, name).array for name in contract.columns}
    # Nothing is copied here: a frame may have ten million rows, and no derivation writes into what it was given.
    converted = pd.DataFrame(columns, copy=False)
    try:
        return contract.schema.validate(converted, lazy=True, inplace=True)
    except SchemaErrors as errors:
        raise FrameError("; ".join(_worded(contract, failure) for failure in errors.schema_errors)) from None


def require(is_wrong: pd.Series, frame_name: str, problem: str) -> None:
    """Raise FrameError with the number of rows if any is wrong."""
    if count := int(is_wrong.sum()):
        raise FrameError(f"{frame_name}: {problem} (rows: {count})")


def _converted(column: pd.Series, contract: Contract, name: str) -> pd.Series:
    metadata = contract.columns[name].metadata or {}
    try:
        match metadata["type"]:
            case "date":
                return as_dates(column)
            case "bool":
                return _as_yes_no(column)
            case "int64" | "Int64" as dtype:
                return _as_whole(column, dtype)
            case _:  # text; categories and Arrow strings would not take codes they do not know
                return column if column.dtype == object else column.astype(object)
    except (ValueError, TypeError) as error:
        words = str(error) if str(error).startswith("holds") else "holds values of another type"
        raise FrameError(f"{contract.name}: {name} {words}") from None


def _as_yes_no(column: pd.Series) -> pd.Series:
    if column.dtype == bool:
        return column
    if column.isna().any():
        raise ValueError("holds blanks")
    if not column.isin([True, False]).all():
        raise ValueError("holds values other than true and false")
    return column.astype(bool)


def _as_whole(column: pd.Series, dtype: Any) -> pd.Series:
    if dtype == "int64" and column.isna().any():
        raise ValueError("holds blanks")
    return column if column.dtype == dtype else column.astype("Int64").astype(dtype)


def _worded(contract: Contract, failure: Any) -> str:
    """One failed check in words that hold no value."""
    column = getattr(failure.schema, "name", None)
    cases = getattr(failure, "failure_cases", None)
    rows = len(cases) if isinstance(cases, pd.DataFrame) else 0
    reason = str(failure.reason_code).rsplit(".", maxsplit=1)[-1]
    if reason == "SERIES_CONTAINS_NULLS":
        return f"{contract.name}: {column} is blank (rows: {rows})"
    if reason == "DATAFRAME_CHECK":
        problem = "holds a code that is not allowed" if failure.check.name == "isin" else "is below its limit"
        return f"{contract.name}: {column} {problem} (rows: {rows})"
    return f"{contract.name}: {column} breaks its contract ({reason.lower()})"
