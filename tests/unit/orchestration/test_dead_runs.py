"""Runs whose process was killed are marked as failed, those alive are left alone."""

import fcntl
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from dagster import DagsterEvent, DagsterEventType, DagsterInstance, DagsterRunStatus, job, op

from orchestration import dead_runs
from orchestration.dead_runs import SECONDS_TO_BEGIN, SECONDS_TO_TAKE_THE_LOCK, end_dead_runs, end_runs_before
from orchestration.parameters import OPERATIONAL
from orchestration.sensors import is_busy


@op
def nothing():
    pass


@job
def some_job():
    nothing()


@pytest.fixture(autouse=True)
def no_wait(monkeypatch):
    """Between the two looks at the lock nobody takes it, unless a test says so."""
    monkeypatch.setattr(dead_runs.time, "sleep", lambda _: None)


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


@contextmanager
def held_by_another_process(settings):
    """The lock as a live run has it: the system hands it to one open file alone."""
    settings.lock_file.parent.mkdir(parents=True, exist_ok=True)
    with settings.lock_file.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield


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


def test_a_run_that_was_killed_while_its_process_started_is_dead_too(instance, settings):
    long_ago, just_now = starting(instance, SECONDS_TO_BEGIN + 1), starting(instance, 60)
    assert end_dead_runs(instance, settings) == [long_ago]
    assert status(instance, long_ago) is DagsterRunStatus.FAILURE
    assert status(instance, just_now) is DagsterRunStatus.STARTING


def test_a_run_that_was_killed_before_its_first_event_is_dead_too_and_keeps_no_refresh_from_starting(
    instance, settings, monkeypatch
):
    """Nobody but us ends a run without any event, and the sensor starts nothing while one is not finished."""
    run_id = instance.create_run_for_job(some_job).run_id
    assert status(instance, run_id) is DagsterRunStatus.NOT_STARTED
    assert end_dead_runs(instance, settings) == []
    assert is_busy(instance)
    monkeypatch.setattr(dead_runs, "SECONDS_TO_BEGIN", -1)
    assert end_dead_runs(instance, settings) == [run_id]
    assert not is_busy(instance)


def test_while_a_run_holds_the_lock_nobody_is_judged(instance, settings):
    run_id = started(instance, 1000)
    with held_by_another_process(settings):
        assert end_dead_runs(instance, settings) == []
    assert status(instance, run_id) is DagsterRunStatus.STARTED


def test_a_run_that_waited_for_the_lock_takes_it_between_two_looks_and_is_left_alone(instance, settings, monkeypatch):
    """It had waited for a rollback, which ended just before the first look."""
    waiting = [started(instance, 1700), starting(instance, 1700)]
    with ExitStack() as stack:
        monkeypatch.setattr(dead_runs.time, "sleep", lambda _: stack.enter_context(held_by_another_process(settings)))
        assert end_dead_runs(instance, settings) == []
    assert {status(instance, run_id) for run_id in waiting} == {DagsterRunStatus.STARTED, DagsterRunStatus.STARTING}


def test_a_run_with_the_lock_ends_those_that_cannot_wait_for_it_any_more_and_no_others(instance):
    longest = OPERATIONAL.lock_wait_seconds
    own, waiting = started(instance, longest + 1000), [started(instance, 1000), starting(instance, longest)]
    dead = [started(instance, longest + 1000), starting(instance, longest + 1000)]
    assert sorted(end_runs_before(instance, own)) == sorted(dead)
    assert status(instance, own) is DagsterRunStatus.STARTED
    assert DagsterRunStatus.FAILURE not in {status(instance, run_id) for run_id in waiting}


def test_who_waits_for_the_lock_asks_for_it_often_enough_to_be_seen():
    assert dead_runs.SECONDS_FOR_WHO_WAITS >= 3 * dead_runs.SECONDS_BETWEEN_TRIES
