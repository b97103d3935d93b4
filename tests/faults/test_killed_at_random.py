"""kill -9 at any moment of a refresh, many times: the release stays right and the next refresh succeeds by itself."""

import random
from pathlib import Path

import pytest
from faults.undisturbed import (
    TIMES,
    Undisturbed,
    assert_next_refresh_succeeds,
    assert_nothing_is_wrong,
    kill_after,
    start_refresh,
)

pytestmark = pytest.mark.faults


def test_1_a_run_killed_at_random_moments(undisturbed: Undisturbed, out: Path, moments: random.Random) -> None:
    killed = 0
    for _ in range(TIMES):
        process = start_refresh(undisturbed.raw, out)
        killed += kill_after(process, moments.uniform(0.5, undisturbed.seconds))
        assert_nothing_is_wrong(undisturbed.content, out)
    assert killed > TIMES / 2
    assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)


def test_2_a_first_run_killed_at_random_moments(
    undisturbed: Undisturbed, tmp_path: Path, moments: random.Random
) -> None:
    """There is no release yet: either none appears, or a whole one."""
    out = tmp_path / "out"
    for _ in range(TIMES):
        kill_after(start_refresh(undisturbed.raw, out), moments.uniform(0.5, undisturbed.seconds))
        if (out / "cohort.duckdb").is_symlink():
            assert_nothing_is_wrong(undisturbed.content, out)
    assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)


def test_3_killed_at_the_end_where_the_release_is_made(
    undisturbed: Undisturbed, out: Path, moments: random.Random
) -> None:
    for _ in range(TIMES):
        process = start_refresh(undisturbed.raw, out)
        kill_after(process, undisturbed.seconds * moments.uniform(0.75, 1.05))
        assert_nothing_is_wrong(undisturbed.content, out)
    assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)


def test_4_two_refreshes_started_at_once(undisturbed: Undisturbed, out: Path, moments: random.Random) -> None:
    """One after the other, or one steps aside; sometimes the first is killed while the second waits."""
    for number in range(max(2, TIMES // 4)):
        first, second = start_refresh(undisturbed.raw, out), start_refresh(undisturbed.raw, out)
        if number:
            kill_after(first, moments.uniform(0.5, undisturbed.seconds))
        codes = {first.wait(), second.wait()}
        assert codes <= {0, 75, -9}
        assert 0 in codes or -9 in codes
        assert_nothing_is_wrong(undisturbed.content, out)
    assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)
