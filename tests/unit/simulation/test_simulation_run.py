import hashlib
import unicodedata
from pathlib import Path

import pytest
from delivered_files import records
from simulated_data import Simulated

from analytics.simulation import SimulationError, simulate
from analytics.simulation.national_id import is_valid


def digests(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others(tmp_path: Path) -> None:
    for name, seed in (("one", 11), ("two", 11), ("three", 12)):
        simulate(tmp_path / name, patients=40, seed=seed, drops=3)
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one-truth") == digests(tmp_path / "two-truth")
    assert digests(tmp_path / "one") != digests(tmp_path / "three")


def test_several_batches_and_processes_write_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.simulation.simulator.BATCH_SIZE", 12)
    for name, workers in (("one", 1), ("two", 2)):
        summary = simulate(tmp_path / name, patients=50, seed=4, workers=workers)
        assert summary.patients == 50
    assert digests(tmp_path / "one") == digests(tmp_path / "two")
    assert digests(tmp_path / "one-truth") == digests(tmp_path / "two-truth")
    # keys stay unique across batches
    rows = records(tmp_path / "one" / "center_a" / "2024-06-29" / "visits.csv", "center_a")[1:]
    keys = [row[0] for row in rows if row[0].startswith("V0")]
    assert len(keys) == len(set(keys)) > 100


def test_nothing_is_left_after_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> None:
        raise OSError("no space left")

    monkeypatch.setattr("analytics.simulation.simulator.write_extra_drops", fail)
    with pytest.raises(OSError, match="no space left"):
        simulate(tmp_path / "raw", patients=10)
    assert list(tmp_path.iterdir()) == []


def test_two_simulations_of_one_folder_do_not_meet(tmp_path: Path) -> None:
    refused: list[str] = []

    def start_another(done: int, total: int) -> None:
        with pytest.raises(SimulationError, match="another simulation is writing to") as refusal:
            simulate(tmp_path / "raw", patients=10, seed=2)
        refused.append(str(refusal.value))

    simulate(tmp_path / "raw", patients=10, seed=1, progress=start_another)
    simulate(tmp_path / "alone", patients=10, seed=1)
    assert len(refused) == 1
    assert digests(tmp_path / "raw") == digests(tmp_path / "alone")
    assert {path.name for path in tmp_path.iterdir()} == {"raw", "raw-truth", "alone", "alone-truth"}


def test_what_a_killed_simulation_left_is_no_part_of_the_next(tmp_path: Path) -> None:
    left = tmp_path / "raw.partial" / "center_a" / "2020-01-01"
    left.mkdir(parents=True)
    simulate(tmp_path / "raw", patients=10, seed=1)
    assert not (tmp_path / "raw" / "center_a" / "2020-01-01").exists()
    assert not left.exists()


@pytest.mark.parametrize("formats", ["csv", "csv.gz", "parquet", "xlsx"])
def test_one_container_for_everything(tmp_path: Path, formats: str) -> None:
    simulate(tmp_path / "raw", patients=25, seed=5, formats=formats)
    files = [path.name for path in (tmp_path / "raw").glob("center_*/2024-06-*/*") if path.name != "manifest.json"]
    assert files
    assert all(name.endswith(f".{formats}") for name in files)


def test_the_truth_lies_beside_the_raw_folder(simulated: Simulated) -> None:
    assert simulated.summary.truth == simulated.raw.parent / "raw-truth"
    assert not list(simulated.raw.rglob("*truth*"))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"patients": 0}, "at least 1"),
        ({"drops": 0}, "at least 1"),
        ({"profile": "dirty"}, "unknown profile 'dirty'"),
        ({"formats": "ods"}, "unknown format 'ods'"),
        ({"drops": 200}, "choose fewer"),
    ],
)
def test_arguments_that_make_no_sense(tmp_path: Path, arguments: dict[str, object], message: str) -> None:
    with pytest.raises(SimulationError, match=message):
        simulate(tmp_path / "raw", **{"patients": 20, **arguments})  # type: ignore[arg-type]


def test_a_truth_folder_inside_the_raw_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SimulationError, match="inside the raw folder"):
        simulate(tmp_path / "raw", patients=20, truth_dir=tmp_path / "raw" / "truth")


def test_drops_that_exist_already_are_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "raw" / "center_a").mkdir(parents=True)
    with pytest.raises(SimulationError, match="exists already"):
        simulate(tmp_path / "raw", patients=20)


def test_progress_is_told(tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    simulate(tmp_path / "raw", patients=20, progress=lambda done, total: told.append((done, total)))
    assert told == [(20, 20)]


def test_delivered_ids_are_valid(simulated: Simulated) -> None:
    found = set()
    for center, name in (("center_a", "patients.csv"), ("center_b", "患者信息.xlsx")):
        rows = records(simulated.raw / center / "2024-06-29" / name, center)[1:]
        found |= {unicodedata.normalize("NFKC", row[1]).strip() for row in rows}
    persons = simulated.table("persons")
    assert set(persons["national_id"]) - {""} <= found
    assert all(is_valid(text) for text in persons["national_id"] if text)


def test_a_person_has_several_admissions(simulated: Simulated) -> None:
    rows = records(simulated.raw / "center_b" / "2024-06-29" / "住院号对照.csv", "center_b")[1:]
    patients = [row[1].strip() for row in rows]
    assert len(patients) > 1.5 * len(set(patients))


def test_nothing_says_primary(simulated: Simulated) -> None:
    for path in [*simulated.raw.rglob("*.csv"), *simulated.truth.glob("*.csv")]:
        assert b"primary" not in path.read_bytes()
