"""Runs whose process was killed: Dagster would count them as running for ever, and let no further run start.

Every run holds the lock of the output folder from its beginning to its end, and one that waits for the lock takes it
as soon as it is free. So whoever finds the lock free, and free again after a while, knows that no run is alive.
"""

import time
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from dagster import DagsterInstance, DagsterRunStatus, RunsFilter

from orchestration.errors import LockHeldError
from orchestration.lock import SECONDS_BETWEEN_TRIES, RefreshLock
from orchestration.parameters import OPERATIONAL
from orchestration.settings import Settings

# How long after its last sign of life a run must have asked for the lock, on a busy machine.
SECONDS_TO_TAKE_THE_LOCK = 120
SECONDS_TO_BEGIN = 300  # with the start of a process that loads the definitions
SECONDS_FOR_WHO_WAITS = 5 * SECONDS_BETWEEN_TRIES
RUNNING = [DagsterRunStatus.STARTED, DagsterRunStatus.CANCELING]
# A run that is killed before its first event stays NOT_STARTED: nobody else would ever end it.
STARTING = [DagsterRunStatus.NOT_STARTED, DagsterRunStatus.STARTING]


def end_dead_runs(instance: DagsterInstance, settings: Settings) -> list[str]:
    """Mark the runs as failed whose process has ended; returns their ids. Does nothing while a run holds the lock."""
    with suppress(LockHeldError):
        with RefreshLock(settings.lock_file, "looking for ended runs", wait_seconds=0):
            silent = _silent(instance, SECONDS_TO_TAKE_THE_LOCK, SECONDS_TO_BEGIN)
        if silent:
            time.sleep(SECONDS_FOR_WHO_WAITS)  # whoever was waiting until just now takes the lock meanwhile
            with RefreshLock(settings.lock_file, "looking for ended runs", wait_seconds=0):
                return [run_id for run_id in silent if _end(instance, run_id)]
    return []


def end_runs_before(instance: DagsterInstance, own_run_id: str) -> list[str]:
    """The same for a run that holds the lock, where others may wait for it: only those that would have given up."""
    longest_wait = OPERATIONAL.lock_wait_seconds
    silent = _silent(instance, longest_wait + SECONDS_TO_TAKE_THE_LOCK, longest_wait + SECONDS_TO_BEGIN)
    return [run_id for run_id in silent if run_id != own_run_id and _end(instance, run_id)]


def _silent(instance: DagsterInstance, since_start: float, since_launch: float) -> list[str]:
    """Runs that started, or were to start, more than so many seconds ago."""
    now = datetime.now(UTC)
    started = instance.get_run_records(RunsFilter(statuses=RUNNING))
    starting = instance.get_run_records(RunsFilter(statuses=STARTING))
    latest_start, latest_launch = now.timestamp() - since_start, now - timedelta(seconds=since_launch)
    return [
        *(one.dagster_run.run_id for one in started if one.start_time is not None and one.start_time < latest_start),
        *(one.dagster_run.run_id for one in starting if one.update_timestamp < latest_launch),
    ]


def _end(instance: DagsterInstance, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    if run is None or run.status not in (*RUNNING, *STARTING):
        return False
    instance.report_run_failed(run, "The process of this run has ended without saying so; the next run starts afresh.")
    return True
