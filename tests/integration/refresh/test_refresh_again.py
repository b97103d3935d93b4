"""A second refresh: the same content for the same inputs, and the last release whenever something is wrong."""

import re
import shutil

import duckdb
import pytest
from refreshed_warehouse import Warehouse, last_line, run_hcc

from orchestration.release.contract import PUBLISHED_TABLES

OTHER_KEY = "another key of more than sixteen bytes"


def test_the_same_inputs_give_the_same_content_and_readers_keep_theirs(warehouse):
    first = warehouse.release_id()
    with duckdb.connect(str(warehouse.out / "cohort.duckdb"), read_only=True) as reader:
        before = {table.name: reader.sql(f"select * from {table.name}").fetchall() for table in PUBLISHED_TABLES}
        finished = warehouse.refresh()
        assert finished.returncode == 0, finished.stderr
        assert reader.sql("select release_id from release").fetchone() == (first,)
    assert warehouse.release_id() > first
    compared_with_last = ("center_still_there", "persons_still_there")
    after = {name: warehouse.rows(f"select * from {name}") for name in before}
    for content in (before, after):  # the first run had no release to compare with
        content["checks"] = [row for row in content["checks"] if row[0] not in compared_with_last]
    for name, rows in before.items():
        assert after[name] == rows, name
    hashes = "select drops_hash, protocols_hash, parameters_hash, vocabulary_hash, key_fingerprint from release"
    old = warehouse.out / "releases" / first / "cohort.duckdb"
    with duckdb.connect(str(old), read_only=True) as connection:
        assert warehouse.rows(hashes) == connection.sql(hashes).fetchall()


@pytest.fixture
def without_center_b(warehouse, tmp_path):
    """The same warehouse, but center B's folder did not come any more."""
    raw = tmp_path / "raw"
    shutil.copytree(warehouse.raw / "center_a", raw / "center_a")
    return Warehouse(raw, warehouse.out, warehouse.refreshed)


def test_a_center_that_is_gone_blocks_until_it_is_accepted_and_the_key_may_be_rotated(without_center_b):
    warehouse, first = without_center_b, without_center_b.release_id()
    blocked = warehouse.refresh()
    assert blocked.returncode == 1
    assert "center_still_there: center_b" in last_line(blocked)
    assert "--accept-shrinkage" in last_line(blocked)
    assert f"the release {first} stands unchanged" in last_line(blocked)
    assert warehouse.release_id() == first

    accepted = warehouse.refresh("--accept-shrinkage", "--rotate-key", HCC_PSEUDONYM_KEY=OTHER_KEY)
    assert accepted.returncode == 0, accepted.stderr
    assert warehouse.release_id() > first
    assert warehouse.rows("select distinct center_id from persons") == [("center_a",)]
    assert "center_still_there: center_b" in accepted.stderr

    rolled_back = run_hcc("rollback", "--out", warehouse.out)
    assert rolled_back.returncode == 0
    assert warehouse.release_id() == first


def test_another_key_is_refused_and_never_shown(warehouse):
    first = warehouse.release_id()
    finished = warehouse.refresh(HCC_PSEUDONYM_KEY=OTHER_KEY)
    assert finished.returncode == 1
    assert "--rotate-key" in last_line(finished)
    assert OTHER_KEY not in finished.stdout + finished.stderr
    assert warehouse.release_id() == first
    for path in warehouse.out.rglob("*"):
        if path.is_file():
            assert OTHER_KEY.encode() not in path.read_bytes(), path


def test_status_tells_the_release_and_what_did_not_pass(refreshed_once):
    finished = run_hcc("status", "--out", refreshed_once.out)
    assert finished.returncode == 0
    assert refreshed_once.release_id() in finished.stdout
    assert "fail  refused_drops: center_a/2024-05-01-manifest-unreadable (drop 3), center_b/2024-05" in finished.stdout
    assert "warn  pseudonym_key" in finished.stdout


def test_the_output_of_a_refresh_is_a_screen_that_names_folders_though_many_drops_are_refused(refreshed_once):
    said = refreshed_once.refreshed.stdout + refreshed_once.refreshed.stderr
    assert len(re.findall("^warning: ", said, re.MULTILINE)) <= 20
    assert len(said.splitlines()) <= 45
    assert "center_a/2024-05-01-manifest-unreadable (drop 3)" in said


def test_releases_are_listed_and_pinned(warehouse):
    name = warehouse.release_id()
    assert run_hcc("releases", "pin", name, "--out", warehouse.out).returncode == 0
    listed = run_hcc("releases", "--out", warehouse.out)
    assert listed.stdout.split() == [name, listed.stdout.split()[1], "MB", "current,", "pinned"]
    assert run_hcc("releases", "unpin", name, "--out", warehouse.out).returncode == 0
    assert "pinned" not in run_hcc("releases", "list", "--out", warehouse.out).stdout
    assert run_hcc("rollback", "--out", warehouse.out).returncode == 1
