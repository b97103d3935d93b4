"""Runs whose process was killed are marked as failed, those alive are left alone."""

from datetime import UTC, datetime, timedelta

import pytest
from dagster import DagsterEvent, DagsterEventType, DagsterInstance, DagsterRunStatus, job, op

from orchestration import dead_runs
from orchestration.dead_runs import SECONDS_TO_BEGIN, SECONDS_TO_TAKE_THE_LOCK, end_dead_runs
from orchestration.errors import LockHeldError


@op
def nothing():
    pass


@job
def some_job():
    nothing()


@pytest.fixture
def instance():
    with DagsterInstance.ephemeral() as instance:
        yield instance


def started(instance, seconds_ago):
    """A run that said it started and nothing since."""
    run = instance.create_run_for_job(some_job)
    event = DagsterEvent(DagsterEventType.RUN_START.value, some_job.name, message="")
    moment = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    instance.run_storage.handle_run_event(run.run_id, event, moment)
    return run.run_id


def starting(instance, seconds_ago):
    """A run whose process was to start and said nothing since."""
    run = instance.create_run_for_job(some_job)
    event = DagsterEvent(DagsterEventType.RUN_STARTING.value, some_job.name, message="")
    moment = datetime.now(UTC) - timedelta(seconds=seconds_ago)
    instance.run_storage.handle_run_event(run.run_id, event, moment)
    assert status(instance, run.run_id) is DagsterRunStatus.STARTING
    return run.run_id


def status(instance, run_id):
    return instance.get_run_by_id(run_id).status


def test_a_run_that_is_long_silent_while_the_lock_is_free_is_dead(instance, settings):
    run_id = started(instance, SECONDS_TO_TAKE_THE_LOCK + 1)
    assert end_dead_runs(instance, settings) == [run_id]
    assert status(instance, run_id) is DagsterRunStatus.FAILURE
    assert end_dead_runs(instance, settings) == []


def test_a_run_that_starts_just_now_may_not_have_the_lock_yet(instance, settings):
    run_id = started(instance, 1)
    assert end_dead_runs(instance, settings) == []
    assert status(instance, run_id) is DagsterRunStatus.STARTED


def test_the_run_that_asks_is_alive(instance, settings):
    own, other = started(instance, 1000), started(instance, 1000)
    assert end_dead_runs(instance, settings, own) == [other]
    assert status(instance, own) is DagsterRunStatus.STARTED


def test_while_a_run_holds_the_lock_nobody_is_judged(instance, settings, monkeypatch):
    class HeldLock:
        def __init__(self, *_):
            pass

        def __enter__(self):
            raise LockHeldError("held")

        def __exit__(self, *_):
            pass

    run_id = started(instance, 1000)
    monkeypatch.setattr(dead_runs, "RefreshLock", HeldLock)
    assert end_dead_runs(instance, settings) == []
    assert status(instance, run_id) is DagsterRunStatus.STARTED


def test_a_run_that_was_killed_while_starting_is_dead_when_it_does_not_take_the_free_lock(
    instance, settings, monkeypatch
):
    monkeypatch.setattr(dead_runs, "SECONDS_FOR_WHO_WAITS", 0)
    long_ago, just_now = starting(instance, SECONDS_TO_BEGIN + 1), starting(instance, 60)
    assert end_dead_runs(instance, settings) == [long_ago]
    assert status(instance, just_now) is DagsterRunStatus.STARTING


def test_a_starting_run_that_waited_for_the_lock_takes_it_meanwhile_and_is_left_alone(instance, settings, monkeypatch):
    """It waited for half an hour for a rollback that has just ended; then it holds the lock, or is under way."""
    run_id = starting(instance, 1800)

    def take_the_lock(_):
        event = DagsterEvent(DagsterEventType.RUN_START.value, some_job.name, message="")
        instance.run_storage.handle_run_event(run_id, event, datetime.now(UTC))

    monkeypatch.setattr(dead_runs.time, "sleep", take_the_lock)
    assert end_dead_runs(instance, settings) == []
    assert status(instance, run_id) is DagsterRunStatus.STARTED


def test_a_run_that_has_the_lock_leaves_those_alone_that_may_wait_for_it(instance, settings):
    own, waiting = started(instance, 1000), starting(instance, 1000)
    assert end_dead_runs(instance, settings, own) == []
    assert status(instance, waiting) is DagsterRunStatus.STARTING


def test_who_waits_for_the_lock_asks_for_it_often_enough_to_be_seen():
    assert dead_runs.SECONDS_FOR_WHO_WAITS >= 3 * dead_runs.SECONDS_BETWEEN_TRIES
