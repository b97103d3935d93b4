"""Never two writers, whoever starts them: the second steps aside, and a killed one leaves no lock behind."""

import subprocess
import sys

import pytest
from dagster import DagsterInstance
from refreshed_warehouse import environment_of, last_line

from orchestration.definitions import make_definitions
from orchestration.schedules import REFRESH_JOB
from orchestration.settings import settings_from_environment

HOLD_THE_LOCK = """
import sys
from orchestration.lock import RefreshLock
from orchestration.settings import settings_from_environment
with RefreshLock(settings_from_environment().lock_file, "the nightly run"):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def another_process(refreshed_once):
    """A process that holds the lock of the warehouse."""
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLD_THE_LOCK],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=dict(environment_of(refreshed_once)),
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    yield holder
    holder.kill()
    holder.communicate()


def test_the_command_line_steps_aside_at_once_and_goes_on_when_the_other_was_killed(refreshed_once, another_process):
    first = refreshed_once.release_id()
    finished = refreshed_once.refresh()
    assert finished.returncode == 75
    assert "another refresh is running (the nightly run, process" in last_line(finished)
    assert refreshed_once.release_id() == first
    another_process.kill()
    another_process.wait()
    # With the lock free again, the command reaches its next question.
    refused = refreshed_once.refresh(HCC_PSEUDONYM_KEY="another key of more than sixteen bytes")
    assert "--rotate-key" in last_line(refused)


def test_a_run_of_the_daemon_or_the_ui_fails_before_it_touches_anything(refreshed_once, another_process, monkeypatch):
    for name, value in environment_of(refreshed_once).items():
        monkeypatch.setenv(name, value)
    builds = sorted((refreshed_once.out / "restricted" / "builds").iterdir())
    job = make_definitions(settings_from_environment()).resolve_job_def(REFRESH_JOB)
    with DagsterInstance.ephemeral() as instance:
        result = job.execute_in_process(instance=instance, raise_on_error=False)
        log = [entry.dagster_event for entry in instance.all_logs(result.run_id)]
    assert not result.success
    said = " ".join(str(event) for event in log if event is not None)
    assert "another refresh is running (the nightly run" in said
    assert sorted((refreshed_once.out / "restricted" / "builds").iterdir()) == builds
