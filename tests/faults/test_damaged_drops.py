"""Torn, truncated, swapped, re-encoded files, and drops still being copied: refused for as long as they are wrong."""

import os
import random
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from unit.landing.drop_builder import KEY, PATIENTS, RawFolder, write_contracts

from orchestration.landing import Contract, Drop, DropState, land

VISITS = (
    ("visit_id", "patient_id", "weight_kg"),
    *((f"V{n}", f"P{n % 2 + 1}", f"6{n % 10}.5 公斤") for n in range(300)),
)
NAMES = ("visits.csv", "visits.csv.gz", "visits.parquet", "visits.xlsx")
TIMES = 12

Damage = Callable[[random.Random, Path], None]


def truncated(moments: random.Random, path: Path) -> None:
    os.truncate(path, moments.randrange(path.stat().st_size))


def torn(moments: random.Random, path: Path) -> None:
    """As a copy leaves it that wrote the end before the middle."""
    content = bytearray(path.read_bytes())
    start = moments.randrange(len(content) - 1)
    stop = moments.randrange(start + 1, len(content))
    content[start:stop] = bytes(stop - start)
    path.write_bytes(content if content != path.read_bytes() else b"")


def swapped(moments: random.Random, path: Path) -> None:
    other = path.with_name("patients.csv")
    content = path.read_bytes()
    path.write_bytes(other.read_bytes())
    other.write_bytes(content)


def flipped(moments: random.Random, path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[moments.randrange(len(content))] ^= 1 << moments.randrange(8)
    path.write_bytes(content)


def of_another_time(moments: random.Random, path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"V999,P1,60.5\n")


def re_encoded(moments: random.Random, path: Path) -> None:
    encoding = moments.choice(["gb18030", "utf-16", "utf-8-sig"])
    path.write_bytes(path.read_bytes().decode("utf-8", "replace").encode(encoding, "replace"))


def lost(moments: random.Random, path: Path) -> None:
    path.unlink()


DAMAGES: list[Damage] = [truncated, torn, swapped, flipped, of_another_time, re_encoded, lost]


@pytest.fixture
def moments() -> random.Random:
    """The same in the suite every time; `make test-faults` with another HCC_FAULTS_SEED looks for more."""
    return random.Random(int(os.environ.get("HCC_FAULTS_SEED", "5")))


@pytest.fixture
def contracts(tmp_path: Path) -> dict[str, Contract]:
    return write_contracts(tmp_path / "contracts")


def rows(drop: Drop) -> dict[str, list[dict[str, object]]]:
    return {table.dataset: pq.read_table(table.parquet_path).drop("_file_id").to_pylist() for table in drop.tables}


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
def test_1_a_damaged_drop_is_refused_and_loaded_once_it_is_mended(
    tmp_path: Path, moments: random.Random, contracts: dict[str, Contract], damage: Damage
) -> None:
    raw, landing = RawFolder(tmp_path / "raw"), tmp_path / "landing"
    raw.good("center_a", "1")
    name = moments.choice(NAMES)
    good = raw.new("center_a", "2", extracted_at="2024-04-30").add("patients.csv", PATIENTS).add(name, VISITS).write()
    kept = tmp_path / "kept"
    shutil.copytree(good, kept)
    loaded = rows(land(raw.path, landing, contracts, KEY).drops[1])
    for _ in range(TIMES // len(DAMAGES) + 1):
        damage(moments, good / name)
        first, second = land(raw.path, landing, contracts, KEY).drops
        assert first.state is DropState.LOADED
        assert second.state is DropState.REFUSED
        assert second.reason
        assert second.reason.isprintable()
        shutil.rmtree(good)
        shutil.copytree(kept, good)
        mended = land(raw.path, landing, contracts, KEY).drops[1]
        assert mended.state is DropState.LOADED
        assert rows(mended) == loaded


def copy_slowly(source: Path, target: Path, names: list[str], moments: random.Random) -> None:
    target.mkdir()
    for name in names:
        content = (source / name).read_bytes()
        with (target / name).open("wb") as file:
            while content:
                length = moments.randint(1, max(2, len(content)))
                file.write(content[:length])
                file.flush()
                content = content[length:]
                time.sleep(moments.uniform(0, 0.03))


@pytest.mark.parametrize("order", range(4))
def test_2_a_drop_still_being_copied_is_never_loaded_in_part(
    tmp_path: Path, moments: random.Random, contracts: dict[str, Contract], order: int
) -> None:
    """Whatever order the files come in; a manifest that comes too early gives a refusal that does not last."""
    raw, landing = RawFolder(tmp_path / "raw"), tmp_path / "landing"
    raw.good("center_a", "1")
    source = RawFolder(tmp_path / "source").new("center_a", "2", extracted_at="2024-04-30")
    folder = source.add("patients.csv", PATIENTS).add("visits.csv", VISITS).write()
    names = ["patients.csv", "visits.csv", "manifest.json"]
    names.insert(order % 3, names.pop())
    copying = threading.Thread(target=copy_slowly, args=(folder, raw.path / "center_a" / "2", names, moments))
    copying.start()
    while copying.is_alive():
        drops = land(raw.path, landing, contracts, KEY).drops
        assert any(drop.state is DropState.LOADED for drop in drops)
        for drop in drops[1:]:
            assert drop.state is DropState.REFUSED or drop.row_count == len(PATIENTS) + len(VISITS) - 2
    copying.join()

    first, second = land(raw.path, landing, contracts, KEY).drops
    assert (first.state, second.state) == (DropState.REPLACED, DropState.LOADED)
    assert second.row_count == len(PATIENTS) + len(VISITS) - 2
