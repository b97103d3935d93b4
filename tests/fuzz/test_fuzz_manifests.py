"""Manifests of any content, and names, paths and links that lead elsewhere: a refusal, never a crash."""

import json
import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from fuzzing import contracts, examples, is_settled
from hypothesis import given
from hypothesis import strategies as st
from unit.landing.drop_builder import KEY, PATIENTS, VISITS, DropBuilder, RawFolder, csv_bytes

from orchestration.landing import Drop, DropState, check_drop, land
from orchestration.landing.manifest import parse_manifest

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=10,
)


@examples(200)
@given(st.binary(max_size=200))
def test_1_random_bytes_as_a_manifest(content: bytes) -> None:
    manifest = parse_manifest(content, "center_a")

    assert manifest.problems


@examples(200)
@given(st.dictionaries(st.sampled_from(["center", "extracted_at", "kind", "files", "simulated"]), JSON))
def test_2_random_json_as_a_manifest(fields: dict[str, Any]) -> None:
    manifest = parse_manifest(json.dumps(fields).encode(), "center_a")

    assert all(problem.sentence.isprintable() for problem in manifest.problems)


@examples(100)
@given(data=st.data())
def test_3_random_edits_of_a_good_manifest(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = RawFolder(Path(folder)).good("center_a", "1") / "manifest.json"
        content = bytearray(path.read_bytes())
        place = data.draw(st.integers(0, len(content)))
        content[place : place + data.draw(st.integers(0, 4))] = data.draw(st.binary(max_size=4))
        path.write_bytes(content)

        assert is_settled(landed(Path(folder)))


def landed(raw: Path) -> Drop:
    """The first drop of a raw folder, landed."""
    with tempfile.TemporaryDirectory() as folder:
        return land(raw, Path(folder) / "landing", contracts(), KEY).drops[0]


def good_drop(raw: Path) -> DropBuilder:
    drop = RawFolder(raw).new("center_a", "1")
    return drop.add("patients.csv", PATIENTS).add("visits.csv", VISITS)


@examples(60)
@given(
    name=st.text(max_size=30) | st.sampled_from(["manifest.json", "a/b", "visits.csv/", ".//visits.csv", "~", "%2e"])
)
def test_4_random_names_in_a_manifest(name: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        drop = good_drop(Path(folder))
        drop.listed[name] = {"rows": 0, "sha256": "0" * 64}
        drop.write()

        result = landed(Path(folder))

    assert result.state is DropState.REFUSED
    assert is_settled(result)


@pytest.mark.parametrize(
    "name",
    [
        *(
            "../visits.csv",
            "../../center_b/1/visits.csv",
            "a/../../visits.csv",
            "/etc/passwd",
            "/dev/zero",
            "//visits.csv",
        ),
        *("./../visits.csv", "..", "visits.csv\x00.txt", "\ud800.csv", "a" * 300 + ".csv", "visits.csv\n"),
    ],
)
def test_5_a_path_out_of_the_drop_is_refused_even_if_the_file_is_there(tmp_path: Path, name: str) -> None:
    raw = tmp_path / "raw"
    drop = good_drop(raw)
    (raw / "center_a" / "visits.csv").write_bytes(csv_bytes(VISITS))
    drop.listed[name] = drop.listed.pop("visits.csv")
    drop.write()

    result = landed(raw)

    assert result.state is DropState.REFUSED
    assert is_settled(result)
    assert result.reason is not None
    assert "passwd" not in result.reason


LINKS = {
    "a file outside": "../../../secret.csv",
    "an absolute path": "/etc/passwd",
    "a device": "/dev/zero",
    "a folder": "..",
    "itself": "visits.csv",
    "nothing": "nowhere",
}


@pytest.mark.parametrize("target", LINKS.values(), ids=LINKS.keys())
@pytest.mark.parametrize("name", ["visits.csv", "manifest.json"])
def test_6_a_link_out_of_the_drop_is_refused(tmp_path: Path, name: str, target: str) -> None:
    raw = tmp_path / "raw"
    folder = good_drop(raw).write()
    path = folder / name
    (tmp_path / "secret.csv").write_bytes(path.read_bytes())
    path.unlink()
    path.symlink_to(target)

    result = landed(raw)

    assert result.state is DropState.REFUSED
    assert is_settled(result)
    assert not check_drop(folder, contracts()).is_loadable


def test_7_folders_that_are_links_load_nothing_of_another_center(tmp_path: Path) -> None:
    """A drop that links to another center's drop names the wrong center; a broken link or a loop is no drop."""
    raw = tmp_path / "raw"
    other = RawFolder(raw).good("center_b", "1")
    good_drop(raw).write()
    (raw / "center_a" / "2").symlink_to(other)
    (raw / "center_a" / "3").symlink_to("3")
    (raw / "center_a" / "4").symlink_to(tmp_path / "nowhere")

    states = {(drop.center_id, drop.drop_name): drop for drop in land(raw, tmp_path / "l", contracts(), KEY).drops}

    assert set(states) == {("center_a", "1"), ("center_a", "2"), ("center_b", "1")}
    assert states["center_a", "1"].state is DropState.LOADED
    assert states["center_a", "2"].reason_code == "manifest_other_center"


def test_8_a_pipe_in_place_of_a_file_or_manifest_does_not_block(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    folder = good_drop(raw).write()
    (folder / "visits.csv").unlink()
    os.mkfifo(folder / "visits.csv")
    second = RawFolder(raw).good("center_a", "2")
    (second / "manifest.json").unlink()
    os.mkfifo(second / "manifest.json")

    reasons = [drop.reason_code for drop in land(raw, tmp_path / "landing", contracts(), KEY).drops]

    assert reasons == ["unreadable_file", "manifest_unreadable"]


@pytest.mark.parametrize("name", ["a\nb", "\x1b[2J", "\u202etxt", "'; drop table x; --", "x" * 255, b"\xff\xfe"])
def test_9_any_folder_name_is_a_drop(tmp_path: Path, name: str | bytes) -> None:
    raw = tmp_path / "raw"
    folder = good_drop(raw).write()
    folder.rename(folder.parent / os.fsdecode(name))

    assert landed(raw).state is DropState.LOADED
