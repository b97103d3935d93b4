"""A landed drop is not read again, unless it, its landing, the key or the contract is another."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from drop_builder import KEY, PATIENTS, VISITS, RawFolder

from orchestration.landing import (
    Contract,
    Inventory,
    LandedTable,
    land,
    landed_drop,
)

# The module; the package's attribute of this name is the function.
LAND_MODULE: Any = sys.modules["orchestration.landing.land"]

LandRaw = Callable[[], Inventory]
RowsOf = Callable[[LandedTable], list[dict[str, Any]]]


def test_a_landed_drop_is_not_read_again(raw: RawFolder, land_raw: LandRaw, monkeypatch: pytest.MonkeyPatch) -> None:
    raw.good("center_a", "1")
    raw.new("center_a", "2").add("patients.csv", PATIENTS).write()
    before = land_raw()

    def never(*_: object, **__: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr(LAND_MODULE, "examine_drop", never)
    after = land_raw()

    assert [drop.was_landed_before for drop in before.drops] == [False, False]
    assert [drop.was_landed_before for drop in after.drops] == [True, True]
    assert [drop.tables for drop in after.drops] == [drop.tables for drop in before.drops]
    assert [drop.reason for drop in after.drops] == [drop.reason for drop in before.drops]


def change_content(raw: RawFolder, landing_dir: Path) -> None:
    path = raw.path / "center_a" / "1" / "visits.csv"
    path.write_bytes(path.read_bytes().replace(b"60.5", b"61.5"))
    os.utime(path, ns=(0, 0))


def change_manifest(raw: RawFolder, landing_dir: Path) -> None:
    raw.new("center_a", "1").add("patients.csv", PATIENTS).add("visits.csv", VISITS).write(simulated=True)


def rename_drop(raw: RawFolder, landing_dir: Path) -> None:
    (raw.path / "center_a" / "1").rename(raw.path / "center_a" / "0")


def tear_parquet(raw: RawFolder, landing_dir: Path) -> None:
    path = next(landing_dir.rglob("visits.parquet"))
    path.write_bytes(path.read_bytes()[:-8])


def lose_parquet(raw: RawFolder, landing_dir: Path) -> None:
    next(landing_dir.rglob("visits.parquet")).unlink()


def tear_verdict(raw: RawFolder, landing_dir: Path) -> None:
    path = next(landing_dir.rglob(landed_drop.VERDICT_FILE))
    path.write_text(path.read_text()[:-20])


def lose_verdict(raw: RawFolder, landing_dir: Path) -> None:
    next(landing_dir.rglob(landed_drop.VERDICT_FILE)).unlink()


@pytest.mark.parametrize(
    "change", [change_content, change_manifest, rename_drop, tear_parquet, lose_parquet, tear_verdict, lose_verdict]
)
def test_a_changed_drop_or_a_torn_landing_is_read_again(
    raw: RawFolder, land_raw: LandRaw, landing_dir: Path, rows_of: RowsOf, change: Callable[[RawFolder, Path], None]
) -> None:
    raw.good("center_a", "1")
    land_raw()

    change(raw, landing_dir)
    (drop,) = land_raw().drops

    assert drop.was_landed_before is False
    if change is change_content:
        assert drop.reason_code == "checksum_mismatch"
    else:
        assert [len(rows_of(table)) for table in drop.tables] == [2, 2]
    assert land_raw().drops[0].was_landed_before is True


def test_another_key_or_contract_lands_anew(
    raw: RawFolder, landing_dir: Path, contracts: dict[str, Contract], rows_of: RowsOf
) -> None:
    raw.good("center_a", "1")
    first = land(raw.path, landing_dir, contracts, KEY).drops[0]
    other_key = land(raw.path, landing_dir, contracts, KEY + b"2").drops[0]
    changed = contracts["center_a"].model_copy(update={"encoding": "latin-1"})
    other_contract = land(raw.path, landing_dir, contracts | {"center_a": changed}, KEY).drops[0]

    assert [drop.was_landed_before for drop in (first, other_key, other_contract)] == [False] * 3
    assert rows_of(first.tables[0])[0]["_person_id"] != rows_of(other_key.tables[0])[0]["_person_id"]
    assert land(raw.path, landing_dir, contracts, KEY).drops[0].was_landed_before is True
