from pathlib import Path

import pandas as pd
import pytest
from delivered_files import records
from simulated_data import Simulated

from analytics.simulation import defects_center_a, defects_center_b, simulate
from analytics.simulation.batches import SHAPES

ROW_REASONS = {
    "malformed_row",
    "missing_key",
    "unknown_patient",
    "invalid_code",
    "invalid_date",
    "future_date",
    "before_birth",
    "after_death",
    "stop_before_start",
    "unmapped_agent",
    "unmapped_analyte",
    "missing_unit",
    "unmapped_unit",
    "invalid_value",
    "implausible_value",
}
VALUE_REASONS = {"missing_unit", "unmapped_unit", "invalid_value", "implausible_value"}


def test_every_reason_and_disposition_of_the_row_ledger_is_planted(simulated: Simulated) -> None:
    ledger = simulated.table("row_ledger")
    assert set(ledger["reason"]) == ROW_REASONS | {""}
    assert set(ledger["disposition"]) == {"kept", "superseded", "void", "rejected"}


@pytest.mark.parametrize(
    ("center", "absent"),
    [
        ("center_a", set()),
        # center B's units and measurements are judged cell by cell, its orders have no stop date
        ("center_b", {"stop_before_start", "unmapped_analyte", "missing_unit", "unmapped_unit", "implausible_value"}),
    ],
)
def test_every_reason_a_center_can_have(simulated: Simulated, center: str, absent: set[str]) -> None:
    ledger = simulated.table("row_ledger")
    assert set(ledger.loc[ledger["center_id"] == center, "reason"]) == (ROW_REASONS - absent) | {""}


def test_every_reason_of_the_value_ledger_is_planted(simulated: Simulated) -> None:
    ledger = simulated.table("value_ledger")
    assert set(ledger["reason"]) == VALUE_REASONS | {""}
    assert set(ledger["table_name"]) == {"检验", "影像"}
    assert (ledger["value_count"].astype(int) > 0).all()


def test_the_ledger_adds_up_to_the_delivered_rows(simulated: Simulated) -> None:
    drops = simulated.table("drops")
    ledger = simulated.table("row_ledger").assign(rows=lambda frame: frame["row_count"].astype(int))
    counted = ledger.groupby(["center_id", "drop_name"])["rows"].sum()
    for drop in drops[drops["state"] != "refused"].itertuples():
        assert counted[drop.center_id, drop.drop_name] == int(drop.row_count)


@pytest.mark.parametrize("module", [defects_center_a, defects_center_b])
def test_each_case_is_in_the_truth(simulated: Simulated, module: object) -> None:
    center = "center_a" if module is defects_center_a else "center_b"
    planted = simulated.table("planted_rows")
    cases = {case.name for case in [*module.CASES, *module.REFERRED]}  # type: ignore[attr-defined]
    assert set(planted.loc[planted["center_id"] == center, "case"]) == cases


def test_planted_rows_stand_where_the_truth_says(simulated: Simulated) -> None:
    planted = simulated.table("planted_rows")
    for (center, drop, file), rows in planted.groupby(["center_id", "drop_name", "file_name"]):
        delivered = records(simulated.raw / center / drop / file, center)
        key_columns = SHAPES[center][rows["table_name"].iloc[0]].key
        positions = [delivered[0].index(name) for name in key_columns]
        for row in rows.itertuples():
            record = delivered[int(row.row_number)]
            assert "/".join(record[position] for position in positions).strip() == row.key.strip(), row.case


def test_a_clean_profile_plants_nothing_and_writes_iso_dates(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    summary = simulate(raw, patients=30, seed=3, profile="clean", formats="csv", drops=1)
    assert summary.planted_rows == 0
    assert summary.drops == {"loaded": 2, "replaced": 0, "refused": 0}
    ledger = pd.read_csv(tmp_path / "raw-truth" / "row_ledger.csv", keep_default_na=False)
    assert set(ledger["disposition"]) == {"kept"}
    days = {row[2] for row in records(raw / "center_b" / "2024-06-30" / "查体.csv", "center_b")[1:]}
    assert all(len(day) == 10 and day[4] == "-" for day in days)
