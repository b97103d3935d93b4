import datetime as dt
import hashlib
from zoneinfo import ZoneInfo

from delivered_files import manifest_of, records
from simulated_data import Simulated

from analytics.simulation.batches import SHAPES
from analytics.simulation.refused_drops import REFUSALS


def test_every_manifest_of_a_loadable_drop_is_true(simulated: Simulated) -> None:
    drops = simulated.table("drops")
    for drop in drops[drops["state"] != "refused"].itertuples():
        folder = simulated.raw / drop.center_id / drop.drop_name
        manifest = manifest_of(folder)
        assert (manifest["center"], manifest["kind"], manifest["simulated"]) == (drop.center_id, drop.kind, True)
        for name, entry in manifest["files"].items():
            path = folder / name
            assert entry["sha256"] == hashlib.sha256(path.read_bytes()).hexdigest(), path
            assert entry["rows"] == len(records(path, drop.center_id)) - 1, path
        assert sum(entry["rows"] for entry in manifest["files"].values()) == int(drop.row_count)


def test_headers_are_those_of_the_contract_apart_from_one_extra_column(simulated: Simulated) -> None:
    for center, shapes in SHAPES.items():
        folder = simulated.raw / center / "2024-06-29"
        files = {name.split(".")[0]: name for name in manifest_of(folder)["files"]}
        assert files.keys() == shapes.keys()
        extra = [
            set(header) - set(shapes[table].columns)
            for table, name in files.items()
            for header in [records(folder / name, center)[0]]
            if header[: len(shapes[table].columns)] == list(shapes[table].columns)
        ]
        assert len(extra) == len(shapes)
        assert sum(map(len, extra)) == 1


def test_every_container_and_encoding_occurs(simulated: Simulated) -> None:
    files = [path for path in simulated.raw.rglob("*") if path.is_file() and "2024-05" not in str(path)]
    suffixes = {"".join(path.suffixes) for path in files}
    assert {".csv", ".csv.gz", ".parquet", ".xlsx"} <= suffixes
    starts = {path.parent.parent.name: set() for path in files}
    for path in files:
        if path.suffix == ".csv":
            starts[path.parent.parent.name].add(path.read_bytes()[:3] == b"\xef\xbb\xbf")
    assert starts == {"center_a": {True, False}, "center_b": {True, False}}


def test_extraction_times_fall_on_the_local_day_of_the_folder_name(simulated: Simulated) -> None:
    for folder in simulated.raw.glob("center_*/2024-06-*"):
        moment = dt.datetime.fromisoformat(manifest_of(folder)["extracted_at"])
        assert moment.astimezone(ZoneInfo("Asia/Shanghai")).date().isoformat() == folder.name


def test_each_refusal_is_planted_once_at_each_center(simulated: Simulated) -> None:
    drops = simulated.table("drops")
    refused = drops[drops["state"] == "refused"]
    for center in SHAPES:
        assert sorted(refused.loc[refused["center_id"] == center, "reason"]) == sorted(REFUSALS)


def test_drop_numbers_are_positions_in_text_order_of_folders_with_a_manifest(simulated: Simulated) -> None:
    drops = simulated.table("drops")
    for center in SHAPES:
        folders = sorted(path.parent.name for path in (simulated.raw / center).glob("*/manifest.json"))
        mine = drops[drops["center_id"] == center]
        assert list(mine["drop_name"]) == folders
        assert [int(number) for number in mine["drop_number"]] == list(range(1, len(folders) + 1))


def test_a_folder_without_a_manifest_is_there(simulated: Simulated) -> None:
    for center in SHAPES:
        without = [path for path in (simulated.raw / center).iterdir() if not (path / "manifest.json").exists()]
        assert len(without) == 1
