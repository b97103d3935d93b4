"""What holds for any patient (specification 2.2, 2.5, 2.6), checked on generated ones."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pandas as pd
from hypothesis import given, settings
from hypothesis import strategies as st
from patient_tables import INDEX, Frames, protocol

from analytics.frames import RESPONSES

DAYS_OF_400_YEARS = 146_097  # after which the calendar repeats itself, leap years included
ROW = ["person_id", "endpoint", "time_days", "is_event", "reason", "source_row_id"]
PROGRESSION_ENDPOINTS = ["pfs", "ttp", "second_line_pfs"]

scans = st.dictionaries(st.integers(1, 200), st.sampled_from(RESPONSES), max_size=6)


@st.composite
def patients(draw: st.DrawFn) -> dict[str, Any]:
    """One patient: starts of up to four lines, scans by line, days until death and last contact."""
    starts = [draw(st.integers(0, 400))]
    for gap in draw(st.lists(st.integers(1, 150), max_size=3)):
        starts.append(starts[-1] + gap)
    return {
        "starts": starts,
        "scans": [draw(scans) for _ in starts],
        "death": draw(st.none() | st.integers(0, 200)),
        "contact": draw(st.integers(0, 300)),
    }


# Few, but large examples: a derivation takes as long for forty patients as for one.
cohorts = st.lists(patients(), min_size=1, max_size=40)
some_patients = settings(max_examples=6, deadline=None)


def build(cohort: list[dict[str, Any]], shift: int = 0) -> Frames:
    """The frames of generated patients, all dates `shift` days later."""
    parts: dict[str, list[dict[str, Any]]] = {"cohort": [], "lines": [], "timepoints": [], "persons": []}
    origin = INDEX + timedelta(days=shift)
    for number, patient in enumerate(cohort):
        for name, rows in _patient_rows(f"p{number:02d}", patient, origin).items():
            parts[name] += rows
    columns = ["person_id", "line_number", "criteria", "assessment_date", "is_within_line", "overall_response"]
    timepoints = pd.DataFrame(parts["timepoints"], columns=[*columns, "imaging_source_row_id"])
    return Frames(
        pd.DataFrame(parts["cohort"]), pd.DataFrame(parts["lines"]), timepoints, pd.DataFrame(parts["persons"])
    )


def _patient_rows(person: str, patient: dict[str, Any], origin: date) -> dict[str, list[dict[str, Any]]]:
    starts = [origin + timedelta(days=day) for day in patient["starts"]]
    death = None if patient["death"] is None else starts[-1] + timedelta(days=patient["death"])
    lines, timepoints = [], []
    for number, (start, found) in enumerate(zip(starts, patient["scans"], strict=True), start=1):
        next_start = starts[number] if number < len(starts) else None
        lines.append(_line(person, number, start, next_start))
        for day, response in sorted(found.items()):
            assessed = start + timedelta(days=day)
            if death is None or assessed <= death:
                timepoints.append(_timepoint(person, number, start, assessed, next_start, response))
    last_seen = max([*starts, *(row["assessment_date"] for row in timepoints)])
    alive = death or last_seen + timedelta(days=patient["contact"])
    return {
        "cohort": [
            {"study_id": "study", "person_id": person, "center_id": "a", "index_date": starts[0], "is_eligible": True}
        ],
        "lines": lines,
        "timepoints": timepoints,
        "persons": [
            {
                "person_id": person,
                "death_date": death,
                "death_source_row_id": f"{person} death" if death else None,
                "last_known_alive_date": alive,
                "last_known_alive_source_row_id": f"{person} alive",
            }
        ],
    }


def _line(person: str, number: int, start: date, next_start: date | None) -> dict[str, Any]:
    return {
        "person_id": person,
        "line_number": number,
        "line_start_date": start,
        "next_line_start_date": next_start,
        "regimen": "sorafenib",
        "regimen_class": "TKI",
        "line_start_source_row_id": f"{person} line {number}",
    }


def _timepoint(
    person: str, number: int, start: date, assessed: date, next_start: date | None, response: str
) -> dict[str, Any]:
    return {
        "person_id": person,
        "line_number": number,
        "criteria": "mRECIST",
        "assessment_date": assessed,
        "is_within_line": next_start is None or assessed <= next_start,
        "overall_response": response,
        "imaging_source_row_id": f"{person} line {number} day {(assessed - start).days}",
    }


@some_patients
@given(cohorts, st.sampled_from(["censor", "ignore"]), st.none() | st.integers(1, 120))
def test_01_every_row_is_proven_by_a_source_row_of_its_end_date(
    cohort: list[dict[str, Any]], policy: str, gap: int | None
) -> None:
    given_frames = build(cohort)
    rows = given_frames.endpoints(protocol(new_therapy_policy=policy, max_assessment_gap_days=gap))
    named = [
        (given_frames.lines, "line_start_source_row_id", "line_start_date"),
        (given_frames.timepoints, "imaging_source_row_id", "assessment_date"),
        (given_frames.persons, "death_source_row_id", "death_date"),
        (given_frames.persons, "last_known_alive_source_row_id", "last_known_alive_date"),
    ]
    date_of = pd.concat([frame.set_index(row)[day] for frame, row, day in named])
    date_of = pd.to_datetime(date_of[date_of.index.notna()])
    assert (rows["source_row_id"].map(date_of) == rows["end_date"]).all()
    assert (rows["time_days"] == (rows["end_date"] - rows["start_date"]).dt.days).all()
    assert (rows["time_days"] >= 0).all()
    assert not rows.duplicated(["person_id", "endpoint"]).any()


@some_patients
@given(cohorts, st.sampled_from(["censor", "ignore"]), st.none() | st.integers(1, 120))
def test_02_a_progression_of_ttp_is_one_of_pfs_and_pfs_never_outlasts_os(
    cohort: list[dict[str, Any]], policy: str, gap: int | None
) -> None:
    rows = build(cohort).endpoints(protocol(new_therapy_policy=policy, max_assessment_gap_days=gap))
    days = rows.pivot(index="person_id", columns="endpoint", values="time_days")
    event = rows.pivot(index="person_id", columns="endpoint", values="is_event")
    reason = rows.pivot(index="person_id", columns="endpoint", values="reason")
    progressed = event["ttp"] == True  # noqa: E712 - the pivot holds objects
    assert (days["pfs"] == days["ttp"])[progressed].all()
    assert (reason["pfs"] == "progression")[progressed].all()
    assert (reason["ttp"] == "progression")[reason["pfs"] == "progression"].all()
    assert (days["pfs"] <= days["os"]).all()
    assert (days["ttp"] <= days["pfs"]).all()


@some_patients
@given(cohorts)
def test_03_policy_ignore_only_adds_follow_up_after_a_switch(cohort: list[dict[str, Any]]) -> None:
    given_frames = build(cohort)
    key = ["person_id", "endpoint"]
    censor = given_frames.endpoints(protocol()).set_index(key)
    ignore = given_frames.endpoints(protocol(new_therapy_policy="ignore")).set_index(key)
    assert "new_therapy" not in set(ignore["reason"])
    assert set(censor.index) <= set(ignore.index)
    of_ignore = ignore.loc[censor.index]
    is_kept = censor["reason"] != "new_therapy"
    assert censor[is_kept].equals(of_ignore[is_kept])
    assert (censor["time_days"] <= of_ignore["time_days"]).all()
    assert censor["is_event"].sum() <= of_ignore["is_event"].sum()


@some_patients
@given(cohorts, st.integers(-2000, 2000))
def test_04_moving_every_date_changes_nothing_but_month_windows(cohort: list[dict[str, Any]], shift: int) -> None:
    study = protocol(max_assessment_gap_days=60)
    here, there = build(cohort), build(cohort, shift)
    assert here.endpoints(study)[ROW].equals(there.endpoints(study)[ROW])
    assert here.best_responses(study).equals(there.best_responses(study))


@some_patients
@given(cohorts, st.sampled_from([-DAYS_OF_400_YEARS, DAYS_OF_400_YEARS]))
def test_05_moving_every_date_by_400_years_changes_no_label_either(cohort: list[dict[str, Any]], shift: int) -> None:
    columns = ["person_id", "resistance", "progression_day"]
    here, there = build(cohort).labels(protocol()), build(cohort, shift).labels(protocol())
    assert here[columns].equals(there[columns])


@some_patients
@given(cohorts)
def test_06_labels_and_endpoints_agree_on_progression(cohort: list[dict[str, Any]]) -> None:
    given_frames = build(cohort)
    labels = given_frames.labels(protocol()).set_index("person_id")
    rows = given_frames.endpoints(protocol())
    has_progression = labels["progression_date"].notna()
    assert (labels["resistance"].isin(["primary", "secondary"]) == has_progression).all()
    progressed = set(labels.index[has_progression])
    assert set(rows.loc[rows["endpoint"] == "pps", "person_id"]) == progressed
    ttp = rows.loc[rows["endpoint"] == "ttp"].set_index("person_id")
    assert set(ttp.index[ttp["is_event"]]) == progressed
    assert (ttp.loc[ttp["is_event"], "time_days"] == labels.loc[has_progression, "progression_day"]).all()


@some_patients
@given(cohorts, st.integers(1, 11))
def test_07_a_longer_window_only_adds_primary_resistance(cohort: list[dict[str, Any]], months: int) -> None:
    given_frames = build(cohort)
    short = given_frames.labels(protocol(resistance_window_months=months))["resistance"]
    long = given_frames.labels(protocol(resistance_window_months=months + 1))["resistance"]
    assert set(long[short == "primary"]) <= {"primary"}
    assert set(long[short == "secondary"]) <= {"primary", "secondary"}
    assert set(long[short == "indeterminate"]) <= {"indeterminate"}


@some_patients
@given(cohorts, st.integers(1, 150))
def test_08_a_gap_only_takes_events_away(cohort: list[dict[str, Any]], gap: int) -> None:
    given_frames = build(cohort)
    without = given_frames.endpoints(protocol())
    strict = given_frames.endpoints(protocol(max_assessment_gap_days=gap))
    is_in_gap = strict["reason"] == "assessment_gap"
    assert strict[~is_in_gap].equals(without[~is_in_gap])
    assert without.loc[is_in_gap, "is_event"].all()
    assert set(strict.loc[is_in_gap, "endpoint"]) <= set(PROGRESSION_ENDPOINTS)
    lost = (without["time_days"] - strict["time_days"])[is_in_gap]
    assert (lost > gap).all()


@some_patients
@given(cohorts, st.randoms(use_true_random=False))
def test_09_the_order_of_rows_does_not_matter(cohort: list[dict[str, Any]], random: Any) -> None:
    given_frames = build(cohort)

    def shuffled(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.sample(frac=1, random_state=random.randrange(2**32))

    other = Frames(
        shuffled(given_frames.cohort),
        shuffled(given_frames.lines),
        shuffled(given_frames.timepoints),
        shuffled(given_frames.persons),
    )
    study = protocol()
    assert given_frames.labels(study).equals(other.labels(study))
    assert given_frames.endpoints(study).equals(other.endpoints(study))
    assert given_frames.best_responses(study).equals(other.best_responses(study))


@some_patients
@given(cohorts, st.sampled_from(["censor", "ignore"]))
def test_10_scans_that_cannot_be_evaluated_say_nothing(cohort: list[dict[str, Any]], policy: str) -> None:
    study = protocol(new_therapy_policy=policy, max_assessment_gap_days=60)
    given_frames = build(cohort)
    evaluable = given_frames.timepoints.loc[given_frames.timepoints["overall_response"] != "NE"]
    without = Frames(given_frames.cohort, given_frames.lines, evaluable, given_frames.persons)
    assert given_frames.labels(study).equals(without.labels(study))
    assert given_frames.endpoints(study).equals(without.endpoints(study))
    assert given_frames.best_responses(study).equals(without.best_responses(study))


@some_patients
@given(cohorts)
def test_11_a_confirmed_response_is_never_better(cohort: list[dict[str, Any]]) -> None:
    rows = build(cohort).best_responses(protocol())
    rank = {response: place for place, response in enumerate(RESPONSES)}
    assert (rows["confirmed_best_response"].map(rank) >= rows["best_response"].map(rank)).all()


@some_patients
@given(cohorts)
def test_12_the_landmark_set_is_counted_from_the_landmark(cohort: list[dict[str, Any]]) -> None:
    given_frames = build(cohort)
    study = protocol()
    landmark = given_frames.landmark(study).set_index("person_id")
    endpoints = given_frames.endpoints(study)
    overall = endpoints.loc[endpoints["endpoint"] == "os"].set_index("person_id").loc[landmark.index]
    until_landmark = (landmark["start_date"] - overall["start_date"]).dt.days
    assert (landmark["time_days"] + until_landmark == overall["time_days"]).all()
    assert (landmark["is_event"] == overall["is_event"]).all()
    labels = given_frames.labels(study).set_index("person_id").loc[landmark.index]
    assert ((landmark["landmark_group"] == "progression") == (labels["resistance"] == "primary")).all()
