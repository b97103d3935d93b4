"""Runs whose process was killed: Dagster would count them as running for ever, and let no further run start.

Every run holds the lock of the output folder from its beginning to its end, so whoever holds the lock knows that no
other run is alive. A run that is starting may still wait for the lock; it takes it as soon as it is free.
"""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from dagster import DagsterInstance, DagsterRunStatus, RunRecord, RunsFilter

from orchestration.errors import LockHeldError
from orchestration.lock import SECONDS_BETWEEN_TRIES, RefreshLock
from orchestration.settings import Settings

SECONDS_TO_TAKE_THE_LOCK = 120
SECONDS_TO_BEGIN = 300  # for a process to start and to load the definitions, on a busy machine
SECONDS_FOR_WHO_WAITS = 5 * SECONDS_BETWEEN_TRIES
RUNNING = [DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
STARTING = [DagsterRunStatus.STARTING]


def end_dead_runs(instance: DagsterInstance, settings: Settings, own_run_id: str | None = None) -> list[str]:
    """Mark the runs as failed whose process has ended; returns their ids. Does nothing while a run holds the lock.

    A run names itself as `own_run_id`: others may be waiting for the lock that it holds, and those that are starting
    are left alone then.
    """
    ended: list[str] = []
    with suppress(LockHeldError):
        with RefreshLock(settings.lock_file, "looking for ended runs"):
            ended += [run for run in _started_long_ago(instance) if run != own_run_id and _end(instance, run, RUNNING)]
            waiting = [] if own_run_id is not None else _starting_for_long(instance)
        if waiting:
            time.sleep(SECONDS_FOR_WHO_WAITS)  # whoever was waiting for the lock, until just now, takes it meanwhile
            with RefreshLock(settings.lock_file, "looking for ended runs"):
                ended += [run for run in waiting if _end(instance, run, STARTING)]
    return ended


def _started_long_ago(instance: DagsterInstance) -> list[str]:
    """Runs that had the time to take the lock; one that starts just now may not have got so far."""
    latest = time.time() - SECONDS_TO_TAKE_THE_LOCK
    return [_id(one) for one in _records(instance, RUNNING) if one.start_time is not None and one.start_time < latest]


def _starting_for_long(instance: DagsterInstance) -> list[str]:
    """Runs of which nothing was heard since they were to start."""
    latest = datetime.now(UTC) - timedelta(seconds=SECONDS_TO_BEGIN)
    return [_id(one) for one in _records(instance, STARTING) if one.update_timestamp < latest]


def _records(instance: DagsterInstance, statuses: list[DagsterRunStatus]) -> list[RunRecord]:
    return list(instance.get_run_records(RunsFilter(statuses=statuses)))


def _id(record: RunRecord) -> str:
    return record.dagster_run.run_id


def _end(instance: DagsterInstance, run_id: str, statuses: list[DagsterRunStatus]) -> bool:
    run = instance.get_run_by_id(run_id)
    if run is None or run.status not in statuses:
        return False
    instance.report_run_failed(run, "The process of this run has ended without saying so; the next run starts afresh.")
    return True
