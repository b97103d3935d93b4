"""The lock within one process; two processes are tried in tests/integration/refresh."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import yaml
from dagster import build_init_resource_context

from orchestration import lock, resources
from orchestration.errors import LockHeldError
from orchestration.lock import RefreshLock
from orchestration.parameters import OPERATIONAL
from orchestration.settings import REPOSITORY


def test_the_same_process_can_enter_twice_and_leaves_with_the_outer(tmp_path):
    path = tmp_path / "restricted" / "refresh.lock"
    with RefreshLock(path, "command line"):
        with RefreshLock(path, "Dagster run"):
            pass
        assert json.loads(path.read_text())["holder"] == "command line"
    assert path.read_text() == ""


def test_the_lock_is_free_again_after_an_error(tmp_path):
    path = tmp_path / "refresh.lock"
    with pytest.raises(RuntimeError), RefreshLock(path, "one"):
        raise RuntimeError
    with RefreshLock(path, "two"):
        assert json.loads(path.read_text())["holder"] == "two"


def test_two_output_folders_have_two_locks(tmp_path):
    with RefreshLock(tmp_path / "a" / "lock", "one"), RefreshLock(tmp_path / "b" / "lock", "two"):
        assert (tmp_path / "b" / "lock").stat().st_mode & 0o777 == 0o600


def test_who_comes_second_learns_who_is_there_even_from_an_unreadable_lock(tmp_path, monkeypatch):
    path = tmp_path / "lock"
    with RefreshLock(path, "one"):
        monkeypatch.setattr(RefreshLock, "_held", {})
        second = RefreshLock(path, "two", wait_seconds=0)
        with pytest.raises(LockHeldError, match="another process is running \\(one, process"), second:
            pass
        path.write_text("{")
        with pytest.raises(LockHeldError, match="has not said who it is"), second:
            pass
        monkeypatch.undo()


@pytest.fixture
def held(tmp_path, monkeypatch):
    """A lock file that another process holds, and its holder, who can let go."""
    path = tmp_path / "lock"
    holder = RefreshLock(path, "the nightly run")
    holder.__enter__()
    mine = RefreshLock._held
    monkeypatch.setattr(RefreshLock, "_held", {})
    monkeypatch.setattr(lock, "SECONDS_BETWEEN_TRIES", 0.01)

    def let_go():
        mine.pop(path)[0].close()

    yield path, let_go
    if path in mine:
        let_go()


def test_who_may_wait_goes_on_when_the_other_has_ended_and_says_once_who_that_is(held):
    path, let_go = held
    told = []

    def tell(who):
        told.append(who)
        let_go()

    with RefreshLock(path, "two", wait_seconds=60, tell=tell):
        assert json.loads(path.read_text())["holder"] == "two"
    [who] = told
    assert who.startswith("another process is running (the nightly run, process")


def test_the_wait_has_an_end(held):
    path, _ = held
    told = []
    with pytest.raises(LockHeldError), RefreshLock(path, "two", wait_seconds=0.1, tell=told.append):
        pass
    assert len(told) == 1


def test_nobody_steps_aside_for_a_look_at_ended_runs(held, monkeypatch):
    path, let_go = held
    sleep = lock.time.sleep
    monkeypatch.setattr(lock.time, "sleep", lambda seconds: (let_go(), sleep(seconds)))
    with RefreshLock(path, "hcc rollback"):
        assert json.loads(path.read_text())["holder"] == "hcc rollback"


def test_the_message_says_who_holds_the_lock_that_nothing_was_changed_and_what_to_do(held):
    with pytest.raises(LockHeldError) as caught, RefreshLock(held[0], "two", wait_seconds=0):
        pass
    assert "the nightly run, process" in str(caught.value)
    assert "nothing was changed: try again when it has ended" in str(caught.value)


def test_a_waiting_run_of_the_daemon_is_not_given_up_while_it_may_wait():
    configuration = yaml.safe_load((REPOSITORY / "dagster.yaml").read_text(encoding="utf-8"))
    assert configuration["run_monitoring"]["start_timeout_seconds"] > OPERATIONAL.lock_wait_seconds
    assert configuration["concurrency"]["runs"]["max_concurrent_runs"] == 1


def test_a_run_of_the_daemon_waits_for_the_lock_before_it_touches_anything(settings, monkeypatch):
    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(lock, "SECONDS_BETWEEN_TRIES", 0.01)
    monkeypatch.setattr(resources, "OPERATIONAL", replace(OPERATIONAL, lock_wait_seconds=60))
    holder = RefreshLock(settings.lock_file, "hcc rollback")
    holder.__enter__()
    mine = RefreshLock._held
    monkeypatch.setattr(RefreshLock, "_held", {})
    tries = []

    def let_go_at_the_third_try(_seconds):
        tries.append(sorted(path.name for path in Path(settings.builds).iterdir()))
        if len(tries) == 3:
            mine.pop(settings.lock_file)[0].close()

    monkeypatch.setattr(lock.time, "sleep", let_go_at_the_third_try)
    [run] = resources.refresh_run_resource.resource_fn(build_init_resource_context())
    assert run.settings.out == settings.out
    assert tries == [[], [], []]
