"""Who has a release open, or connects while one is made, is never disturbed; the clock may go back meanwhile."""

import datetime as dt

import pytest
from faults.analysts import disturb_analysts
from faults.publishing import publish_again
from refreshed_warehouse import Warehouse

from orchestration import numbering

RELEASES = 5


def test_1_no_query_fails_while_releases_are_made(warehouse: Warehouse) -> None:
    """A hundred of them: `make test-faults`."""
    disturb_analysts(warehouse.out / "cohort.duckdb", lambda: _publish(warehouse), RELEASES)


def _publish(warehouse: Warehouse) -> None:
    publish_again(warehouse.raw, warehouse.out)


def test_2_releases_stay_in_order_when_the_clock_goes_back(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, created = warehouse.release_id(), warehouse.rows("select created_at from release")[0][0]

    class ClockOfLastYear(dt.datetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> dt.datetime:
            return dt.datetime.now(tz) - dt.timedelta(days=365)

    monkeypatch.setattr(numbering, "datetime", ClockOfLastYear)
    second = publish_again(warehouse.raw, warehouse.out)
    assert second > first
    assert warehouse.release_id() == second
    assert warehouse.rows("select created_at from release")[0][0] >= created
