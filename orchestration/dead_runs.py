"""Runs whose process was killed: Dagster would count them as running for ever, and let no further run start.

Every run holds the lock of the output folder from its beginning to its end, so whoever holds the lock knows that no
other run is alive.
"""

import time

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from orchestration.errors import LockHeldError
from orchestration.lock import RefreshLock
from orchestration.settings import Settings

SECONDS_TO_TAKE_THE_LOCK = 120
RUNNING = [DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]


def end_dead_runs(instance: DagsterInstance, settings: Settings, own_run_id: str | None = None) -> list[str]:
    """Mark the runs as failed whose process has ended; returns their ids. Does nothing while a run holds the lock."""
    try:
        with RefreshLock(settings.lock_file, "looking for ended runs"):
            return [run_id for run_id in _started_long_ago(instance) if run_id != own_run_id and _end(instance, run_id)]
    except LockHeldError:
        return []


def _started_long_ago(instance: DagsterInstance) -> list[str]:
    """Runs that had the time to take the lock; one that starts just now may not have got so far."""
    latest = time.time() - SECONDS_TO_TAKE_THE_LOCK
    records = instance.get_run_records(RunsFilter(statuses=RUNNING))
    return [one.dagster_run.run_id for one in records if one.start_time is not None and one.start_time < latest]


def _end(instance: DagsterInstance, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    if run is None or run.status not in RUNNING:
        return False
    instance.report_run_failed(run, "The process of this run has ended without saying so; the next run starts afresh.")
    return True
