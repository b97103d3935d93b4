"""A disk that fills up at any point, and one that cannot be written: the release stays, then all goes on by itself."""

import os
import random
import shutil
import time
from pathlib import Path

import pytest
from faults.undisturbed import (
    TIMES,
    Undisturbed,
    assert_next_refresh_succeeds,
    assert_nothing_is_wrong,
    release_id,
    start_refresh,
)
from refreshed_warehouse import last_line, run_hcc
from small_disk import IS_ROOT, read_only, resize, tmpfs, used_megabytes

pytestmark = pytest.mark.faults
PLENTY = 1000  # megabytes


def test_1_a_disk_that_is_full_after_a_random_number_of_megabytes(
    undisturbed: Undisturbed, tmp_path: Path, moments: random.Random
) -> None:
    assert IS_ROOT, "mounting a small disk needs root; the suite has a test with a limit on the size of files"
    disk = tmp_path / "disk"
    with tmpfs(disk, PLENTY):
        out = disk / "out"
        shutil.copytree(undisturbed.out, out, symlinks=True)
        failed = 0
        for _ in range(TIMES):
            before = release_id(out)
            resize(disk, used_megabytes(disk) + moments.randint(0, 30))
            refreshed = run_hcc("refresh", "--raw", undisturbed.raw, "--out", out)
            resize(disk, PLENTY)
            failed += refreshed.returncode != 0
            if refreshed.returncode:
                assert "no space left on the device" in last_line(refreshed), refreshed.stderr
                assert "Traceback" not in refreshed.stderr
                assert release_id(out) == before
            assert_nothing_is_wrong(undisturbed.content, out)
        assert failed
        assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)


def test_2_a_disk_that_somebody_else_fills_at_a_random_moment(
    undisturbed: Undisturbed, tmp_path: Path, moments: random.Random
) -> None:
    assert IS_ROOT, "mounting a small disk needs root; the suite has a test with a limit on the size of files"
    disk = tmp_path / "disk"
    with tmpfs(disk, PLENTY):
        out = disk / "out"
        shutil.copytree(undisturbed.out, out, symlinks=True)
        for _ in range(TIMES):
            process = start_refresh(undisturbed.raw, out)
            time.sleep(moments.uniform(0.5, undisturbed.seconds))
            resize(disk, used_megabytes(disk))
            process.wait()
            resize(disk, PLENTY)
            assert_nothing_is_wrong(undisturbed.content, out)
        assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)


@pytest.mark.parametrize("part", ["", "restricted", "releases", "restricted/builds", "restricted/landing"])
def test_3_a_folder_that_cannot_be_written(undisturbed: Undisturbed, out: Path, part: str, tmp_path: Path) -> None:
    before = release_id(out)
    shutil.rmtree(out / "restricted" / "landing")
    (out / "restricted" / "landing").mkdir()
    with read_only(out / part):
        refreshed = run_hcc("refresh", "--raw", undisturbed.raw, "--out", out)
    assert refreshed.returncode == 1, refreshed.stderr
    assert last_line(refreshed).startswith("error: ")
    assert "permission" in last_line(refreshed) or "Read-only" in last_line(refreshed), refreshed.stderr
    assert "Traceback" not in refreshed.stderr
    assert release_id(out) == before
    assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)


def test_4_a_raw_folder_that_cannot_be_written_does_not_matter(undisturbed: Undisturbed, out: Path) -> None:
    with read_only(undisturbed.raw):
        assert not os.access(undisturbed.raw, os.W_OK)
        assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)
