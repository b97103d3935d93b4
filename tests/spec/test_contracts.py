"""What the derivations refuse, and that their messages name frame and column but never a value."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pandas as pd
import pytest
from patient_tables import Frames, frames, protocol

from analytics.frames import FrameError

PATIENTS = """
person | line 2 | scans        | death
secret | 90     | 60 SD, 80 PD | 200
p02    |        | 50 SD        |
"""


def with_column(frame: pd.DataFrame, column: str, value: Any) -> pd.DataFrame:
    """The frame with one value in every row of a column."""
    return frame.assign(**{column: [value] * len(frame)})


@pytest.mark.parametrize(
    ("frame", "column", "value", "message"),
    [
        ("timepoints", "overall_response", "complete", "timepoints: overall_response holds a code that is not allowed"),
        ("timepoints", "overall_response", None, "timepoints: overall_response is blank (rows: 3)"),
        ("timepoints", "assessment_date", "60 days", "timepoints: assessment_date holds values that are no dates"),
        ("timepoints", "assessment_date", None, "timepoints: assessment_date is blank (rows: 3)"),
        ("timepoints", "is_within_line", None, "timepoints: is_within_line holds blanks"),
        ("timepoints", "is_within_line", "yes", "timepoints: is_within_line holds values other than true and false"),
        ("timepoints", "line_number", 0, "timepoints: line_number is below its limit (rows: 3)"),
        ("timepoints", "line_number", 1.5, "timepoints: line_number holds values of another type"),
        ("timepoints", "criteria", "WHO", "timepoints: criteria holds a code that is not allowed (rows: 3)"),
        ("lines", "line_start_date", 20200101, "lines: line_start_date holds numbers, not dates"),
        ("lines", "regimen_class", "TKI+TKI", "lines: regimen_class holds a code that is not allowed"),
        ("cohort", "is_eligible", None, "cohort: is_eligible holds blanks"),
        ("persons", "person_id", "secret", "persons: a person stands twice"),
    ],
)  # fmt: skip
def test_01_a_value_outside_its_contract(frame: str, column: str, value: Any, message: str) -> None:
    given = frames(PATIENTS)
    broken = replace(given, **{frame: with_column(getattr(given, frame), column, value)})
    with pytest.raises(FrameError, match=re.escape(message)) as error:
        broken.endpoints(protocol())
    assert "secret" not in str(error.value)
    assert str(value) == "None" or f" {value} " not in f" {error.value} "


@pytest.mark.parametrize(
    ("frame", "column"),
    [("timepoints", "is_within_line"), ("lines", "regimen"), ("cohort", "index_date"), ("persons", "death_date")],
)
def test_02_a_column_that_is_missing(frame: str, column: str) -> None:
    given = frames(PATIENTS)
    broken = replace(given, **{frame: getattr(given, frame).drop(columns=column)})
    with pytest.raises(FrameError, match=f"{frame}: lacks the columns {column}"):
        broken.endpoints(protocol())


def test_03_frames_that_do_not_fit_together() -> None:
    given = frames(PATIENTS)
    study = protocol()
    labels = given.labels(study)
    cases: list[tuple[Frames, str]] = [
        (replace(given, persons=given.persons.head(1)), "persons: an eligible person is missing (rows: 1)"),
        (
            replace(given, lines=given.lines.head(1)),
            "lines: an eligible person has no line 1 that starts on the index date (rows: 1)",
        ),
        (
            replace(given, lines=given.lines.assign(line_start_date=date(2020, 2, 2))),
            "lines: an eligible person has no line 1 that starts on the index date (rows: 2)",
        ),
        (
            replace(given, timepoints=pd.concat([given.timepoints] * 2)),
            "timepoints: a line has two timepoints on one date (rows: 3)",
        ),
    ]
    for broken, message in cases:
        with pytest.raises(FrameError, match=re.escape(message)):
            broken.labels(study)
    from analytics.endpoints import survival_endpoints

    with pytest.raises(FrameError, match=re.escape("resistance_labels: an eligible person is missing (rows: 1)")):
        survival_endpoints(given.cohort, given.lines, given.timepoints, given.persons, labels.head(1), study)


def test_04_timepoints_of_a_line_that_does_not_exist() -> None:
    given = frames(PATIENTS)
    broken = replace(given, timepoints=given.timepoints.assign(line_number=7))
    with pytest.raises(FrameError, match=re.escape("timepoints: a timepoint belongs to no line (rows: 3)")):
        broken.best_responses(protocol())


def test_05_an_end_before_its_start_is_refused_not_hidden() -> None:
    given = frames(PATIENTS)
    early = with_column(given.persons, "last_known_alive_date", date(2019, 12, 31))
    with pytest.raises(FrameError, match=re.escape("survival_endpoints: time_days is below its limit (rows: 1)")):
        replace(given, persons=early).endpoints(protocol())
    never = with_column(given.persons, "last_known_alive_date", None)
    with pytest.raises(FrameError, match=re.escape("survival_endpoints: follow-up has no end (rows: 1)")):
        replace(given, persons=never).endpoints(protocol())


def test_06_empty_frames_give_empty_results() -> None:
    given = frames(PATIENTS)
    study = protocol()
    nobody = Frames(given.cohort.head(0), given.lines.head(0), given.timepoints.head(0), given.persons.head(0))
    untyped = Frames(*(pd.DataFrame(columns=frame.columns) for frame in vars(nobody).values()))
    not_eligible = replace(given, cohort=with_column(given.cohort, "is_eligible", False))
    for empty in (nobody, untyped, not_eligible):
        results = [
            empty.labels(study),
            empty.endpoints(study),
            empty.best_responses(study),
            empty.landmark(study),
            empty.second_line(study),
        ]
        assert [len(result) for result in results] == [0, 0, 0, 0, 0]
        assert [str(result["person_id"].dtype) for result in results] == ["object"] * 5
        assert str(results[1]["time_days"].dtype) == "int64"
        assert str(results[1]["is_event"].dtype) == "bool"


def test_07_a_study_without_any_timepoint() -> None:
    given = frames(PATIENTS)
    never_scanned = replace(given, timepoints=given.timepoints.head(0))
    study = protocol()
    assert set(never_scanned.labels(study)["resistance"]) == {"indeterminate"}
    assert set(never_scanned.best_responses(study)["best_response"]) == {"NE"}
    assert "pps" not in set(never_scanned.endpoints(study)["endpoint"])


def test_08_dates_and_codes_may_come_in_any_type() -> None:
    given = frames(PATIENTS)
    study = protocol(max_assessment_gap_days=30)
    expected = given.endpoints(study)

    def as_timestamps(frame: pd.DataFrame, unit: str) -> pd.DataFrame:
        dates = [name for name in frame if name.endswith("_date")]
        return frame.assign(**{name: pd.to_datetime(frame[name]).astype(f"datetime64[{unit}]") for name in dates})

    def as_arrow(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.convert_dtypes(dtype_backend="pyarrow")

    def as_categories(frame: pd.DataFrame) -> pd.DataFrame:
        dates = [name for name in frame if name.endswith("_date")]
        texts = [name for name in frame.select_dtypes("object") if name not in dates]
        return frame.astype(dict.fromkeys(texts, "category"))

    for convert in (
        lambda frame: as_timestamps(frame, "ns"),
        lambda frame: as_timestamps(frame, "us"),
        as_arrow,
        as_categories,
    ):
        converted = Frames(*(convert(frame) for frame in vars(given).values()))
        assert converted.endpoints(study).equals(expected)
        assert converted.best_responses(study).equals(given.best_responses(study))
