"""An analyst holds a release open through a hundred others, each a real one, while others connect all the time.

The hundred are published from one build, in seconds each; whole refreshes are fewer (HCC_FAULTS_TIMES=100: as many).
"""

from pathlib import Path

import pytest
from faults.analysts import disturb_analysts
from faults.publishing import publish_again
from faults.undisturbed import TIMES, Undisturbed, assert_nothing_is_wrong
from refreshed_warehouse import run_hcc

from orchestration.parameters import OPERATIONAL

pytestmark = pytest.mark.faults
RELEASES = 100


def test_1_no_query_fails_through_a_hundred_releases(undisturbed: Undisturbed, out: Path) -> None:
    """The release that is held open is long gone from the folder at the end."""
    first = (out / "cohort.duckdb").resolve()
    disturb_analysts(out / "cohort.duckdb", lambda: _publish(undisturbed.raw, out), RELEASES)
    assert not first.exists()
    assert len(list(out.glob("releases/r*"))) == OPERATIONAL.keep_releases
    assert_nothing_is_wrong(undisturbed.content, out)


def test_2_nor_through_whole_refreshes(undisturbed: Undisturbed, out: Path) -> None:
    disturb_analysts(out / "cohort.duckdb", lambda: _refresh(undisturbed.raw, out), TIMES)
    assert_nothing_is_wrong(undisturbed.content, out)


def _refresh(raw: Path, out: Path) -> None:
    refreshed = run_hcc("refresh", "--raw", raw, "--out", out)
    assert refreshed.returncode == 0, refreshed.stderr


def _publish(raw: Path, out: Path) -> None:
    publish_again(raw, out)
