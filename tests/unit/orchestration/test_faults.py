"""Faults become one line that shows no data, and only what can pass is tried again."""

import errno
import sqlite3
from types import SimpleNamespace

import duckdb
import pytest
from dagster import Failure

from analytics.frames import FrameError
from orchestration.assets.shield import shielded
from orchestration.errors import (
    LockHeldError,
    RefreshError,
    describe_fault,
    is_transient,
    is_understood,
    passing_cause,
)
from orchestration.landing.errors import RawFolderError


def conversion_fault() -> duckdb.Error:
    """A fault whose message holds the value of a cell."""
    with pytest.raises(duckdb.ConversionException) as caught:
        duckdb.sql("select cast('patient Zhang San' as integer)").fetchall()
    assert "Zhang San" in str(caught.value)
    return caught.value


def test_a_fault_of_a_library_is_named_by_its_type_alone():
    assert describe_fault(conversion_fault()) == "unexpected ConversionException"
    assert not is_understood(conversion_fault())


@pytest.mark.parametrize("fault", [RefreshError("in words"), RawFolderError("in words"), FrameError("in\nwords")])
def test_our_own_faults_speak_for_themselves_in_one_line(fault):
    assert is_understood(fault)
    assert describe_fault(fault) == "in words"


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_so(number, tmp_path):
    assert describe_fault(OSError(number, "text", "/file")) == "no space left on the device (/file)"
    assert describe_fault(OSError(number, "text"), tmp_path) == f"no space left on the device ({tmp_path})"


def test_a_full_disk_is_said_so_when_duckdb_meets_it():
    fault = duckdb.IOException('Could not write file "x": No space left on device')
    assert describe_fault(fault) == "no space left on the device"


@pytest.mark.parametrize("number", [errno.EROFS, errno.EACCES, errno.EPERM])
def test_a_folder_that_cannot_be_written_is_said_so(number):
    assert describe_fault(OSError(number, "text", "/file")) == "no permission to write (/file)"


def test_of_a_delivered_file_only_the_raw_folder_is_named(tmp_path):
    """Dagster keeps the line, and hospitals name folders as they like."""
    raw, out = tmp_path / "raw", tmp_path / "out"
    closed, slow = (
        OSError(number, "text", str(raw / "center_a" / "Li Si" / "t.csv")) for number in (errno.EACCES, errno.EIO)
    )
    assert describe_fault(closed, out, raw) == f"no permission to read ({raw})"
    assert describe_fault(slow, out, raw) == f"EIO: text ({raw})"
    assert describe_fault(OSError(errno.EIO, "text", str(out / "f")), out, raw) == f"EIO: text ({out / 'f'})"


def test_another_fault_of_the_system_is_told_by_its_number():
    assert describe_fault(FileNotFoundError(errno.ENOENT, "No such file or directory", "/f")).startswith("ENOENT")


def test_only_what_can_pass_is_tried_again():
    assert is_transient(OSError(errno.EIO, "Input/output error"))
    assert is_transient(duckdb.IOException("IO Error: Could not set lock on file"))
    assert not is_transient(OSError(errno.ENOSPC, "No space left on device"))
    assert not is_transient(conversion_fault())
    assert not is_transient(RefreshError("no drop can be loaded"))


@pytest.mark.parametrize(
    ("message", "cause"),
    [
        ('IO Error: Could not set lock on file "/b/w.duckdb": Conflicting lock is held', "another process"),
        ('IO Error: Could not read from file "/b/w.duckdb": Input/output error', "the disk"),
        ("Runtime Error in model m (m.sql)\n  IO Error: Cannot open file: Stale file handle", "the network folder"),
        ("Conversion Error: Could not convert string 'Input/output error' to INT32", None),
        ("Conversion Error: Could not convert string 'x\nIO Error: Could not set lock on file' to INT32", None),
        ("Runtime Error in model m (m.sql)\n  Binder Error: no column Stale file handle", None),
        ("IO Error: No files found that match Stale file handle/*.parquet", None),
        ("request timeout: Input/output error", None),
    ],
)
def test_words_of_a_passing_fault_count_only_where_the_database_speaks_of_its_files(message, cause):
    """The same words in a cell make no fault of the moment of a data error."""
    said = passing_cause(message)
    assert (said is None) if cause is None else said.startswith(cause)
    assert is_transient(duckdb.Error(message)) == (cause is not None)


def test_stepping_aside_has_an_exit_code_of_its_own():
    assert LockHeldError("x").exit_code == 75
    assert RefreshError("x").exit_code == 1


def test_a_library_that_fails_on_an_almost_full_disk_means_the_disk(tmp_path, monkeypatch):
    """SQLite says `disk I/O error`; what it had begun is freed by the time anybody asks."""
    fault = sqlite3.OperationalError("disk I/O error")
    assert describe_fault(fault, tmp_path) == "unexpected OperationalError"
    monkeypatch.setattr("orchestration.errors.shutil.disk_usage", lambda _: SimpleNamespace(free=15_000_000))
    assert describe_fault(fault, tmp_path) == f"no space left on the device ({tmp_path})"


def test_a_disk_too_full_for_the_log_of_faults_hides_no_fault(tmp_path):
    """The step fails with the first fault's words, not with those of a second one."""

    def report_fault(*_):
        raise OSError(errno.ENOSPC, "No space left on device")

    settings = SimpleNamespace(out=tmp_path, raw=tmp_path / "raw")
    run = SimpleNamespace(settings=settings, failed=set(), report_fault=report_fault)
    with pytest.raises(Failure) as failed, shielded(run, "checks"):
        raise ZeroDivisionError
    assert failed.value.description == "checks: unexpected ZeroDivisionError"
