"""Everything planted in the demonstration data is found again, row by row (specification 1.1, 1.6)."""

from pathlib import Path

import pandas as pd
import pytest
from demonstration import Demonstration

import analytics
from analytics.endpoints import survival_endpoints
from analytics.protocol import load_protocols
from analytics.resistance import resistance_labels

PROTOCOLS = Path(analytics.__file__).with_name("protocols")


def assert_same_counts(planted: pd.DataFrame, released: pd.DataFrame, count: str) -> None:
    keys = [name for name in released.columns if name != count]
    frames = [
        frame[[*keys, count]].fillna({"reason": ""}).set_index(keys)[count].astype(int) for frame in (planted, released)
    ]
    counts = pd.concat(frames, axis=1, keys=["planted", "released"]).fillna(0)
    pd.testing.assert_frame_equal(counts[counts["planted"] != counts["released"]], counts.iloc[:0])


def test_the_row_ledger_is_the_planted_one(demonstration: Demonstration) -> None:
    released = demonstration.released("from row_ledger")
    assert_same_counts(demonstration.planted("row_ledger"), released, "row_count")


def test_the_value_ledger_is_the_planted_one(demonstration: Demonstration) -> None:
    released = demonstration.released("from value_ledger")
    assert_same_counts(demonstration.planted("value_ledger"), released, "value_count")


def test_each_planted_row_has_its_disposition_and_reason(demonstration: Demonstration) -> None:
    planted = demonstration.planted("planted_rows")
    place = planted[["center_id", "drop_number", "table_name", "row_number"]].astype(str).agg("|".join, axis=1)
    found = demonstration.built("select source_row_id, disposition, reason from harmonised.row_dispositions")
    found = found.fillna({"reason": ""}).set_index("source_row_id").reindex(place)
    expected = planted.set_index(place)[["disposition", "reason"]]
    differing = expected[(expected != found).any(axis=1).to_numpy()]
    assert len(expected) > 500
    assert differing.to_dict("index") == {}


def test_every_drop_has_its_state_and_its_rows(demonstration: Demonstration) -> None:
    planted = demonstration.planted("drops")
    released = demonstration.released("from drops order by center_id, drop_number")
    assert list(released["state"]) == list(planted["state"])
    known = planted["kind"].isin(["full", "delta"])
    assert list(released.loc[known, "kind"]) == list(planted.loc[known, "kind"])
    counts = pd.to_numeric(planted["row_count"], errors="coerce").fillna(0).astype(int)
    assert list(released["row_count"].fillna(0).astype(int)) == list(counts)
    assert released.loc[released["state"] == "refused", "reason"].notna().all()


@pytest.mark.parametrize("study", ["lenvatinib", "sorafenib"])
def test_every_label_occurs(demonstration: Demonstration, study: str) -> None:
    labels = demonstration.released(f"select distinct resistance from resistance_labels where study_id = '{study}'")
    assert set(labels["resistance"]) == {"primary", "secondary", "progression_free", "indeterminate"}


@pytest.mark.parametrize("study", ["lenvatinib", "sorafenib"])
def test_every_reason_occurs_that_the_protocols_allow(demonstration: Demonstration, study: str) -> None:
    reasons = demonstration.released(f"select distinct reason from survival_endpoints where study_id = '{study}'")
    assert set(reasons["reason"]) == {
        "progression",
        "death",
        "new_therapy",
        "death_without_progression",
        "no_assessment",
        "last_assessment",
        "last_known_alive",
    }


@pytest.mark.parametrize("study", ["lenvatinib", "sorafenib"])
def test_assessment_gap_occurs_where_a_protocol_limits_the_gap(demonstration: Demonstration, study: str) -> None:
    """Both protocols set no limit: the same persons under one of 120 days (specification 2.6)."""
    protocol = load_protocols(PROTOCOLS)[study].vary(max_assessment_gap_days=120)
    names = {"cohort": "analysis_cohort", "lines": "analysis_lines"}
    names |= {"timepoints": "analysis_timepoints", "persons": "analysis_persons"}
    frames = {argument: demonstration.built(f"from marts.{table}") for argument, table in names.items()}
    frames["cohort"] = frames["cohort"].query("study_id == @study")
    endpoints = survival_endpoints(**frames, labels=resistance_labels(**frames, protocol=protocol), protocol=protocol)
    in_gap = endpoints[endpoints["reason"] == "assessment_gap"]
    assert set(in_gap["endpoint"]) == {"pfs", "ttp", "second_line_pfs"}
    assert not in_gap["is_event"].any()


def test_some_persons_are_seen_at_both_centers(demonstration: Demonstration) -> None:
    seen = demonstration.built(
        "select person_id from harmonised.harmonised_patient_records group by 1 having count(distinct center_id) = 2"
    )
    assert len(seen) >= 5
