"""Never two writers, whoever starts them: the second waits or steps aside, and a killed one leaves no lock behind."""

import subprocess
import sys
import threading
from dataclasses import replace

import pytest
from dagster import AssetKey, AssetSelection, DagsterInstance, Definitions, define_asset_job
from refreshed_warehouse import environment_of, last_line, run_hcc

from orchestration import resources
from orchestration.definitions import make_definitions
from orchestration.parameters import OPERATIONAL
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


def test_the_command_line_steps_aside_and_goes_on_when_the_other_was_killed(refreshed_once, another_process):
    first = refreshed_once.release_id()
    finished = refreshed_once.refresh()
    assert finished.returncode == 75
    assert "another process is running (the nightly run, process" in last_line(finished)
    assert "nothing was changed: try again when it has ended" in last_line(finished)
    assert refreshed_once.release_id() == first
    another_process.kill()
    another_process.wait()
    # With the lock free again, the command reaches its next question.
    refused = refreshed_once.refresh(HCC_PSEUDONYM_KEY="another key of more than sixteen bytes")
    assert "--rotate-key" in last_line(refused)


def test_a_refresh_that_may_wait_says_for_whom_and_goes_on_when_that_has_ended(refreshed_once, another_process):
    threading.Timer(8, another_process.kill).start()
    waited = refreshed_once.refresh("--wait", "5", HCC_PSEUDONYM_KEY="another key of more than sixteen bytes")
    assert "another process is running (the nightly run" in waited.stderr
    assert "waiting up to 5 minutes" in waited.stderr
    assert "--rotate-key" in last_line(waited)


def test_a_rollback_steps_aside_too(refreshed_once, another_process):
    finished = run_hcc("rollback", "--out", refreshed_once.out)
    assert finished.returncode == 75
    assert "another process is running (the nightly run" in last_line(finished)


@pytest.mark.parametrize("chosen", [None, ["lenvatinib", "best_responses"], ["release"]], ids=str)
def test_a_run_of_the_daemon_or_the_ui_touches_nothing_while_another_process_works(
    refreshed_once, another_process, monkeypatch, chosen
):
    """The whole refresh as the schedule starts it, a study's table, and the release, as clicked in the UI."""
    for name, value in environment_of(refreshed_once).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(resources, "OPERATIONAL", replace(OPERATIONAL, lock_wait_seconds=2))
    builds = sorted((refreshed_once.out / "restricted" / "builds").iterdir())
    definitions = make_definitions(settings_from_environment())
    name = REFRESH_JOB
    if chosen is not None:
        name = "chosen"
        job = define_asset_job(name, AssetSelection.assets(AssetKey(chosen)))
        definitions = Definitions.merge(definitions, Definitions(jobs=[job]))
    with DagsterInstance.ephemeral() as instance:
        result = definitions.resolve_job_def(name).execute_in_process(instance=instance, raise_on_error=False)
        log = [entry.dagster_event or entry.user_message for entry in instance.all_logs(result.run_id)]
    assert not result.success
    said = " ".join(map(str, log))
    assert "another process is running (the nightly run" in said
    assert sorted((refreshed_once.out / "restricted" / "builds").iterdir()) == builds


def test_a_pin_is_set_all_the_same(refreshed_once, another_process):
    """Waiting for a refresh to end might be too late for the release."""
    name = refreshed_once.release_id()
    pinned = run_hcc("releases", "pin", name, "--out", refreshed_once.out)
    assert (pinned.returncode, f"{name} is pinned" in pinned.stdout) == (0, True)
    assert "another process is running (the nightly run" in pinned.stderr
    assert run_hcc("releases", "unpin", name, "--out", refreshed_once.out).returncode == 0
