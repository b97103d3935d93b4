"""`hcc releases pin`, also beside a process that holds the lock and removes releases."""

import shutil

import pytest
from test_release_catalog import make_release
from typer.testing import CliRunner

from orchestration.cli import releases
from orchestration.lock import RefreshLock
from orchestration.release.catalog import ReleaseCatalog


@pytest.fixture
def pin(settings):
    """Runs the command on the throw-away warehouse."""
    return lambda name: CliRunner().invoke(releases.app, ["pin", name, "--out", str(settings.out)])


@pytest.fixture
def nightly_run(settings, monkeypatch):
    """Another process holds the lock, for longer than the command waits."""
    monkeypatch.setattr("orchestration.lock.SECONDS_FOR_A_LOOK", 0.0)
    with RefreshLock(settings.lock_file, "the nightly run"):
        held = RefreshLock._held
        monkeypatch.setattr(RefreshLock, "_held", {})
        yield
        monkeypatch.setattr(RefreshLock, "_held", held)


def is_pinned(settings, name):
    return ReleaseCatalog(settings).get(name).is_pinned


def test_a_pin_is_set_under_the_lock(pin, settings):
    name = make_release(settings, 1)
    answer = pin("r000001")
    assert (answer.exit_code, answer.stdout.strip(), answer.stderr) == (0, f"{name} is pinned", "")
    assert is_pinned(settings, name)


def test_while_a_refresh_runs_it_is_set_and_looked_at_again(pin, settings, nightly_run, monkeypatch):
    name, looks = make_release(settings, 1), []
    monkeypatch.setattr(releases.time, "sleep", looks.append)
    answer = pin(name)
    assert answer.exit_code == 0
    assert "another process is running (the nightly run" in answer.stderr
    assert is_pinned(settings, name)
    assert looks == [releases.SECONDS_BEFORE_SECOND_LOOK]


def test_a_release_that_the_refresh_removes_at_that_moment_is_not_said_to_be_pinned(
    pin, settings, nightly_run, monkeypatch
):
    name = make_release(settings, 1)
    monkeypatch.setattr(releases.time, "sleep", lambda _: shutil.rmtree(settings.releases / name))
    answer = pin(name)
    assert answer.exit_code == 1
    assert "is pinned" not in answer.stdout
    assert f"has removed or replaced {name}" in answer.stderr
