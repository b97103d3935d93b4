"""Patients as small text tables: the frames of the derivations in, their results out.

A table has a line of headers and one line a patient; cells are separated by `|`. Dates are `YYYY-MM-DD` or whole days
from index (the index date is 2020-01-01 where a table has no `index` column). Columns of a patient:

    person, index, line 2, line 3    starts of lines; blank = no such line
    scans, scans 2                   timepoints of line 1 and 2: `60 SD, 90 PD`
    death, alive                     `alive` = last known alive; by default the latest date named (not after death)

Any other column is expected output. Source rows are named after what they hold: `imaging 60`, `death`, `alive`,
`line 1`, `line 2`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pandas as pd

from analytics.best_response import best_responses
from analytics.endpoints import survival_endpoints
from analytics.landmark import landmark_survival
from analytics.protocol import Protocol
from analytics.resistance import resistance_labels
from analytics.second_line import second_line_population

INDEX = date(2020, 1, 1)
LINE_COLUMNS = ("line 2", "line 3", "line 4")


def protocol(**parameters: Any) -> Protocol:
    """A study with every default of the specification, except what a test is about."""
    required = {"study_id": "study", "index_agent": "sorafenib", "enrol_from": INDEX, "enrol_to": date(2020, 12, 31)}
    return Protocol(**(required | parameters))


def read_table(text: str) -> list[dict[str, str]]:
    """The rows of a text table as dictionaries by header."""
    lines = [[cell.strip() for cell in line.split("|")] for line in text.strip().splitlines()]
    headers, *rows = lines
    assert all(len(row) == len(headers) for row in rows), "a row of the table has other cells than the header"
    return [dict(zip(headers, row, strict=True)) for row in rows]


@dataclass(frozen=True)
class Frames:
    """The four input frames of the derivations."""

    cohort: pd.DataFrame
    lines: pd.DataFrame
    timepoints: pd.DataFrame
    persons: pd.DataFrame

    def best_responses(self, study: Protocol) -> pd.DataFrame:
        return best_responses(self.timepoints, self.lines, self.cohort, study)

    def labels(self, study: Protocol) -> pd.DataFrame:
        return resistance_labels(self.cohort, self.lines, self.timepoints, self.persons, study)

    def endpoints(self, study: Protocol) -> pd.DataFrame:
        return survival_endpoints(self.cohort, self.lines, self.timepoints, self.persons, self.labels(study), study)

    def landmark(self, study: Protocol) -> pd.DataFrame:
        return landmark_survival(self.cohort, self.persons, self.labels(study), study)

    def second_line(self, study: Protocol) -> pd.DataFrame:
        return second_line_population(self.cohort, self.lines, self.labels(study), study)


def frames(text: str) -> Frames:
    """The input frames of the patients of a table."""
    cohort: list[dict[str, Any]] = []
    lines: list[dict[str, Any]] = []
    timepoints: list[dict[str, Any]] = []
    persons: list[dict[str, Any]] = []
    for row in read_table(text):
        index = _day(row.get("index", ""), INDEX) or INDEX
        starts = [index] + [_day(row[name], index) for name in LINE_COLUMNS if row.get(name)]
        scans = [scan for number in (1, 2) for scan in _scans(row, number, index, starts)]
        death = _day(row.get("death", ""), index)
        known = [*starts, *(scan["assessment_date"] for scan in scans), *([death] if death else [])]
        cohort.append(_cohort_row(row, index))
        lines += _line_rows(row, starts)
        timepoints += scans
        persons.append(_person_row(row["person"], death, _day(row.get("alive", ""), index) or max(known)))
    return Frames(
        *(pd.DataFrame(rows) for rows in (cohort, lines)), _timepoint_frame(timepoints), pd.DataFrame(persons)
    )


def _day(text: str, index: date) -> date | None:
    if not text:
        return None
    return date.fromisoformat(text) if text.count("-") == 2 else index + timedelta(days=int(text))


def _cohort_row(row: dict[str, str], index: date) -> dict[str, Any]:
    is_eligible = row.get("eligible", "yes") == "yes"
    return {
        "study_id": "study",
        "person_id": row["person"],
        "center_id": "center_a",
        "index_date": index,
        "is_eligible": is_eligible,
    }


def _line_rows(row: dict[str, str], starts: list[date]) -> list[dict[str, Any]]:
    regimen_class = row.get("class 2", "TKI")
    return [
        {
            "person_id": row["person"],
            "line_number": number,
            "line_start_date": start,
            "next_line_start_date": starts[number] if number < len(starts) else None,
            "regimen": "sorafenib" if number == 1 else "regorafenib",
            "regimen_class": "TKI" if number == 1 else regimen_class,
            "line_start_source_row_id": f"{row['person']} line {number}",
        }
        for number, start in enumerate(starts, start=1)
    ]


def _scans(row: dict[str, str], number: int, index: date, starts: list[date]) -> list[dict[str, Any]]:
    text = row.get("scans" if number == 1 else f"scans {number}", "")
    rows = []
    for scan in filter(None, (part.strip() for part in text.split(","))):
        day, response = scan.split()
        assessed = _day(day, index)
        next_start = starts[number] if number < len(starts) else None
        rows.append(
            {
                "person_id": row["person"],
                "line_number": number,
                "criteria": "mRECIST",
                "assessment_date": assessed,
                "is_within_line": next_start is None or assessed <= next_start,
                "overall_response": response,
                "imaging_source_row_id": f"{row['person']} imaging {day}",
            }
        )
    return rows


def _timepoint_frame(rows: list[dict[str, Any]]) -> pd.DataFrame:
    columns = ["person_id", "line_number", "criteria", "assessment_date", "is_within_line", "overall_response"]
    return pd.DataFrame(rows, columns=[*columns, "imaging_source_row_id"])


def _person_row(person: str, death: date | None, alive: date) -> dict[str, Any]:
    return {
        "person_id": person,
        "center_id": "center_a",
        "death_date": death,
        "death_source_row_id": f"{person} death" if death else None,
        "last_known_alive_date": alive,
        "last_known_alive_source_row_id": f"{person} alive",
    }


def expect(actual: pd.DataFrame, text: str, columns: dict[str, str], key: tuple[str, ...] = ("person",)) -> None:
    """Compare a result with the expected columns of a table, row by row.

    `columns`: header -> column of the result. Rows of the result with a key that the table does not have are wrong.
    """
    found = {}
    for _, row in actual.iterrows():
        words = {header: _words(row[column], row["person_id"]) for header, column in columns.items()}
        found[tuple(words[name] for name in key)] = words
    wanted = {}
    for row in read_table(text):
        cells = {header: row[header] for header in columns}
        wanted[tuple(cells[name] for name in key)] = cells
    assert found == wanted
    assert len(actual) == len(wanted)


def _words(value: Any, person: str) -> str:
    """A value of a result as the tables write it."""
    if value is None or value is pd.NaT or value is pd.NA or value != value:
        return ""
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat()
    if isinstance(value, bool):
        return "yes" if value else "no"
    text = str(value)
    return text.removeprefix(f"{person} ")


def expect_labels(text: str, **parameters: Any) -> None:
    """The table's patients have its `resistance`, and where it has them `PD day`, `proven by`, `window end`."""
    known = {
        "person": "person_id",
        "resistance": "resistance",
        "PD day": "progression_day",
        "proven by": "progression_source_row_id",
        "window end": "window_end_date",
    }
    present = {header: column for header, column in known.items() if header in read_table(text)[0]}
    expect(frames(text).labels(protocol(**parameters)), text, present)


def expect_best(text: str, **parameters: Any) -> None:
    """The first lines of the table's patients have its `best` and `confirmed` response."""
    result = frames(text).best_responses(protocol(**parameters))
    columns = {"person": "person_id", "best": "best_response", "confirmed": "confirmed_best_response"}
    expect(result.loc[result["line_number"] == 1], text, columns)


def expect_endpoint(endpoint: str, text: str, **parameters: Any) -> None:
    """One endpoint of the table's patients has its `days`, `event`, `reason` and `proven by`.

    `days` blank: the patient has no row for the endpoint.
    """
    result = frames(text).endpoints(protocol(**parameters))
    of_endpoint = result.loc[result["endpoint"] == endpoint]
    known = {
        "person": "person_id",
        "days": "time_days",
        "event": "is_event",
        "reason": "reason",
        "proven by": "source_row_id",
    }
    rows = read_table(text)
    header, *lines = text.strip().splitlines()
    with_row = [line for line, row in zip(lines, rows, strict=True) if row["days"]]
    expect(of_endpoint, "\n".join([header, *with_row]), {name: known[name] for name in known if name in rows[0]})
