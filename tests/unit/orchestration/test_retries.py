"""What can pass is tried again after a longer and longer while; bad data never is."""

import errno

import duckdb
import pytest
from dagster import DagsterInstance, Failure, RetryRequested, job, op

from orchestration.assets import shield
from orchestration.assets.shield import MOST_RETRIES, seconds_before_retry, shielded
from orchestration.builds import BuildStore
from orchestration.cli.refresh import reason_of_failure
from orchestration.errors import BlockingCheckError, PassingFaultError, PseudonymKeyError, RefreshError
from orchestration.run import RefreshRun

BUSY_DISK = OSError(errno.EIO, "Input/output error", "/data/file")


@pytest.fixture
def run(settings):
    """A run on an empty warehouse."""
    settings.builds.mkdir(parents=True)
    return RefreshRun(settings, "run", {}, BuildStore(settings.builds))


@pytest.mark.parametrize(
    "fault",
    [
        BUSY_DISK,
        OSError(errno.EAGAIN, "Resource temporarily unavailable"),
        duckdb.IOException("IO Error: Could not set lock on file"),
        duckdb.IOException("IO Error: Could not read from file: Input/output error"),
        PassingFaultError("the disk reported an input/output error"),
    ],
)
def test_a_fault_that_can_pass_asks_for_another_attempt(run, fault):
    with pytest.raises(RetryRequested) as caught, shielded(run, "landing"):
        raise fault
    assert caught.value.max_retries == MOST_RETRIES
    assert isinstance(caught.value.__cause__, Failure)


@pytest.mark.parametrize(
    "fault",
    [
        RefreshError("no drop can be loaded"),
        BlockingCheckError("blocking check failed"),
        PseudonymKeyError("another key"),
        OSError(errno.ENOSPC, "No space left on device"),
        OSError(errno.EACCES, "Permission denied"),
        ValueError("cannot convert"),
        duckdb.ConversionException("Conversion Error: Could not convert"),
    ],
)
def test_bad_data_a_wrong_key_and_a_full_disk_are_not_tried_again(run, fault):
    with pytest.raises(Failure) as caught, shielded(run, "landing"):
        raise fault
    assert not caught.value.allow_retries


def test_each_wait_is_twice_the_one_before():
    assert [seconds_before_retry(attempt) for attempt in (1, 2, 3)] == [10, 20, 40]


def executed(run, faults, monkeypatch):
    """A real Dagster run of one step that meets these faults, one an attempt, and how many attempts it made."""
    monkeypatch.setattr(shield, "SECONDS_BEFORE_RETRY", 0)
    attempts = []

    @op
    def landing():
        with shielded(run, "landing"):
            attempts.append(1)
            if len(attempts) <= len(faults):
                raise faults[len(attempts) - 1]

    @job
    def refresh():
        landing()

    with DagsterInstance.ephemeral() as instance:
        return refresh.execute_in_process(instance=instance, raise_on_error=False), len(attempts)


def test_a_run_goes_on_when_the_fault_has_passed(run, monkeypatch):
    result, attempts = executed(run, [BUSY_DISK, BUSY_DISK], monkeypatch)
    assert result.success
    assert attempts == 3
    assert run.failed == set()


def test_a_fault_that_stays_ends_the_run_in_words(run, monkeypatch):
    result, attempts = executed(run, [BUSY_DISK] * 9, monkeypatch)
    assert not result.success
    assert attempts == 1 + MOST_RETRIES
    reason = reason_of_failure(result)
    assert reason == "landing: EIO: Input/output error (/data/file); it did not pass within 3 further attempts"
    assert run.failed == {"landing"}


def test_bad_data_ends_the_run_at_the_first_attempt(run, monkeypatch):
    result, attempts = executed(run, [RefreshError("no drop can be loaded")], monkeypatch)
    assert attempts == 1
    assert reason_of_failure(result) == "landing: no drop can be loaded"
