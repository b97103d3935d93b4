"""The lock within one process; two processes are tried in tests/integration/refresh."""

import json

import pytest

from orchestration.errors import LockHeldError
from orchestration.lock import RefreshLock


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
        with pytest.raises(LockHeldError, match="another refresh is running \\(one, process"), RefreshLock(path, "two"):
            pass
        path.write_text("{")
        with pytest.raises(LockHeldError, match="has not said who it is"), RefreshLock(path, "two"):
            pass
        monkeypatch.undo()
