"""`drops`: a full drop, then nightly deltas with what is new, late or corrected (specification 1.1)."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from delivered_files import records

from analytics.simulation import simulate

NIGHTS = [f"2024-06-{day}" for day in range(20, 31)]


@pytest.fixture(scope="module")
def center_a(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw = tmp_path_factory.mktemp("nightly") / "raw"
    simulate(raw, patients=2500, seed=8, profile="clean", drops=len(NIGHTS), formats="csv")
    return raw / "center_a"


def delivered(center: Path, night: str, table: str) -> pd.DataFrame:
    path = center / night / f"{table}.csv"
    header, *rows = records(path, "center_a") if path.exists() else [["none"]]
    return pd.DataFrame(rows, columns=header)


def deltas(center: Path, table: str) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each delta with the night before it."""
    for before, night in pairwise(NIGHTS):
        rows = delivered(center, night, table)
        if len(rows):
            yield before, rows


def test_each_night_has_its_drop(center_a: Path) -> None:
    assert sorted(path.name for path in center_a.iterdir()) == NIGHTS


def test_a_delta_holds_much_less_than_the_full_drop(center_a: Path) -> None:
    full = len(delivered(center_a, NIGHTS[0], "lab_results"))
    assert all(len(rows) < full / 50 for _, rows in deltas(center_a, "lab_results"))


def test_deltas_bring_new_results_and_late_ones(center_a: Path) -> None:
    found = pd.concat([rows.assign(before=before) for before, rows in deltas(center_a, "lab_results")])
    is_new = found["collected_at"].str[:10] > found["before"]
    assert is_new.sum() > 100
    is_late = pd.to_datetime(found["before"]) - pd.to_datetime(found["collected_at"].str[:10]) > pd.Timedelta(days=2)
    assert (found["reported_at"].str[:10] > found["before"]).all()
    assert is_late.sum() > 0


def test_deltas_bring_corrections_of_results_delivered_before(center_a: Path) -> None:
    known = delivered(center_a, NIGHTS[0], "lab_results")
    corrections = []
    for _, rows in deltas(center_a, "lab_results"):
        both = rows.merge(known, on="result_id", suffixes=("", "_known"))
        assert (both["status"] == "corrected").all()
        assert (both["reported_at"] > both["reported_at_known"]).all()
        corrections.append(both)
        known = pd.concat([known, rows])
    assert len(pd.concat(corrections)) > 0


def test_deltas_complete_orders_that_were_active(center_a: Path) -> None:
    full = delivered(center_a, NIGHTS[0], "medication_orders").set_index("order_id")
    later = pd.concat([rows for _, rows in deltas(center_a, "medication_orders")]).set_index("order_id")
    ended = later[(later["status"] == "completed") & later.index.isin(full.index)]
    assert len(ended) > 0
    assert set(full.loc[ended.index, "status"]) == {"active"}
    assert (ended["stop_date"] != "").all()
