"""The clock goes back, before a refresh and while it runs: the next release is still the next one, and all goes on."""

import random
import subprocess
import time
from pathlib import Path

import pytest
from faults.changed_clock import DAYS, ChangedClock
from faults.undisturbed import (
    TIMES,
    Undisturbed,
    assert_next_refresh_succeeds,
    assert_nothing_is_wrong,
    release_id,
    start_refresh,
)
from refreshed_warehouse import run_hcc

from orchestration.parameters import OPERATIONAL

pytestmark = pytest.mark.faults
HOUR = 3600


@pytest.fixture
def clock(tmp_path: Path) -> ChangedClock:
    """The machine's clock, for a test to change."""
    return ChangedClock(tmp_path / "clock")


def any_change(moments: random.Random) -> float:
    """Seconds: an hour of summer time, a wrong day, an empty battery, a year typed wrongly; mostly back."""
    return moments.choice([-HOUR, -HOUR, -3 * DAYS, -400 * DAYS, -20_000 * DAYS, HOUR, 400 * DAYS])


def test_1_a_clock_that_was_changed_between_two_refreshes(
    undisturbed: Undisturbed, out: Path, clock: ChangedClock, moments: random.Random
) -> None:
    """Names of releases go on, the current one is the last made, and the oldest are pruned whatever their time."""
    made = [release_id(out)]
    for _ in range(TIMES):
        clock.set(any_change(moments))
        refreshed = run_hcc("refresh", "--raw", undisturbed.raw, "--out", out, **clock.variables)
        assert refreshed.returncode == 0, refreshed.stderr
        made.append(release_id(out))
        assert_nothing_is_wrong(undisturbed.content, out)
    assert made == sorted(set(made))
    kept = sorted(folder.name for folder in out.glob("releases/r*"))
    assert kept[-1] == made[-1]
    assert set(made[-OPERATIONAL.keep_releases :]) <= set(kept)
    assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)


def test_2_a_clock_that_is_changed_while_a_refresh_runs(
    undisturbed: Undisturbed, out: Path, clock: ChangedClock, moments: random.Random
) -> None:
    """The processes that it starts from then on, dbt among them, live in another time than the refresh itself."""
    for _ in range(TIMES):
        clock.set(0)
        process = start_refresh(undisturbed.raw, out, **clock.variables)
        deadline = time.monotonic() + undisturbed.seconds
        while time.monotonic() < deadline and process.poll() is None:
            time.sleep(moments.uniform(0.2, 3))
            clock.set(any_change(moments))
        assert process.wait() == 0
        assert_nothing_is_wrong(undisturbed.content, out)
    assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)


def test_3_a_release_from_the_future_is_said_and_the_next_one_follows_it(
    undisturbed: Undisturbed, out: Path, clock: ChangedClock
) -> None:
    """The clock ran three days ahead and was put right."""
    clock.set(3 * DAYS)
    assert run_hcc("refresh", "--raw", undisturbed.raw, "--out", out, **clock.variables).returncode == 0
    ahead = release_id(out)
    assert "the clock of this machine went back" in _status(out).stderr
    assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)
    assert release_id(out) > ahead


def _status(out: Path) -> subprocess.CompletedProcess[str]:
    return run_hcc("status", "--out", out)
