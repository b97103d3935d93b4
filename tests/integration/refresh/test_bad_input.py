"""Bad input gives one clear line and an exit code other than 0, and leaves the last release as it is."""

import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from refreshed_warehouse import HCC, last_line, run_hcc

STUDY = "index_agent: apatinib\nenrol_from: 2019-01-01\nenrol_to: 2023-01-31\n"


def assert_fails(finished, *words, exit_code=1):
    """One line that says it all, no trace, and nothing on standard output."""
    assert finished.returncode == exit_code, finished.stdout + finished.stderr
    assert last_line(finished).startswith("error: ")
    for word in words:
        assert word in last_line(finished)
    assert "Traceback" not in finished.stderr
    assert finished.stdout == ""


def test_a_raw_folder_that_is_not_there(warehouse, tmp_path):
    first = warehouse.release_id()
    finished = run_hcc("refresh", "--raw", tmp_path / "nowhere", "--out", warehouse.out)
    assert_fails(finished, "the raw folder", "is not there")
    assert warehouse.release_id() == first


@pytest.mark.parametrize("place", ["/proc/hcc-out", "/dev/null/out"])
def test_an_output_folder_that_cannot_be_written(refreshed_once, place):
    finished = run_hcc("refresh", "--raw", refreshed_once.raw, "--out", place)
    assert_fails(finished, f"cannot write to the output folder {place}")


def test_a_protocol_with_a_mistake(refreshed_once, tmp_path):
    protocols = tmp_path / "protocols"
    protocols.mkdir()
    (protocols / "apatinib.yml").write_text(STUDY + "min_age: old\n", encoding="utf-8")
    finished = refreshed_once.refresh("--protocols", protocols)
    assert_fails(finished, "apatinib.yml", "min_age")
    assert "starting" not in finished.stderr


def test_a_protocol_folder_that_is_not_there(refreshed_once, tmp_path):
    assert_fails(refreshed_once.refresh("--protocols", tmp_path / "nowhere"), "the protocol folder", "is not there")


def real_drop(folder: Path) -> Path:
    """A drop that is not marked as simulated, and cannot be loaded either."""
    drop = folder / "center_a" / "2024-06-30"
    drop.mkdir(parents=True)
    manifest = {"center": "center_a", "extracted_at": "2024-06-30T01:15:00+08:00", "kind": "full", "files": {}}
    (drop / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return folder


def test_real_data_without_a_key_and_data_of_which_nothing_can_be_loaded(tmp_path):
    raw, out = real_drop(tmp_path / "raw"), tmp_path / "out"
    without_key = run_hcc("refresh", "--raw", raw, "--out", out)
    assert_fails(without_key, "a pseudonym key is needed", "secrets.token_hex", str(out / "restricted/pseudonym.key"))

    key_file = tmp_path / "key"
    key_file.write_text("a key of more than sixteen bytes\n", encoding="utf-8")
    with_key = run_hcc("refresh", "--raw", raw, "--out", out, HCC_PSEUDONYM_KEY_FILE=str(key_file))
    assert_fails(with_key, "no drop can be loaded", "center_a/2024-06-30 (drop 1): ", "there is no release yet")
    assert not os.path.lexists(out / "cohort.duckdb")


def test_a_full_disk(refreshed_once, tmp_path):
    """The size of files is limited, which the system reports as it does a full disk."""
    limited = tmp_path / "hcc"
    limited.write_text(
        f'#!/bin/sh\ntrap "" XFSZ\nulimit -f 12000\nexec "{shutil.which("env")}" "$@"\n', encoding="utf-8"
    )
    limited.chmod(limited.stat().st_mode | stat.S_IXUSR)
    out = tmp_path / "out"
    finished = subprocess.run(
        [str(limited), str(HCC), "refresh", "--raw", str(refreshed_once.raw), "--out", str(out)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert_fails(finished, "no space left on the device")
    assert not os.path.lexists(out / "cohort.duckdb")


def test_there_is_no_status_without_a_release(tmp_path):
    assert_fails(run_hcc("status", "--out", tmp_path), "there is no release", "hcc refresh")


def test_checking_a_drop_needs_no_key_and_tells_what_is_wrong(refreshed_once, tmp_path):
    good = next(path.parent for path in sorted(refreshed_once.raw.glob("center_a/*/visits*")))
    assert run_hcc("check", good).returncode == 0
    copy = tmp_path / "center_a" / "copy"
    shutil.copytree(good, copy)
    next(copy.glob("visits*")).unlink()
    finished = run_hcc("check", copy)
    assert finished.returncode == 1
    assert "visits" in finished.stdout
    assert_fails(run_hcc("check", tmp_path / "nowhere"), "is not there")
