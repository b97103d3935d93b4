"""An undisturbed warehouse, the processes that disturb copies of it, and what must be true afterwards."""

import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

import duckdb
from refreshed_warehouse import HCC, WITHOUT_REPORTS, run_hcc

from analytics.simulation import simulate
from orchestration.builds import BuildStore

PATIENTS = 60
# How often each fault happens; HCC_FAULTS_TIMES=50 looks longer.
TIMES = int(os.environ.get("HCC_FAULTS_TIMES", "12"))
# `release` says when a release was made, and `checks` compares it with the one before.
OF_ONE_RUN = ("release", "checks")


def content(database: Path) -> dict[str, tuple[int, int]]:
    """Rows and a hash of each table, whatever the order of its rows."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        query = "select count(*), coalesce(sum(hash(t)), 0)::hugeint from {} t"
        rows = {name: connection.execute(query.format(name)).fetchone() for name in names if name not in OF_ONE_RUN}
    assert len(rows) > 10
    return {name: (row[0], row[1]) for name, row in rows.items() if row is not None}


def release_id(out: Path) -> str:
    """The current release."""
    return (out / "cohort.duckdb").readlink().parent.name


@dataclass(frozen=True)
class Undisturbed:
    """Drops, an output folder refreshed from them, what its release holds, and how long a refresh takes."""

    raw: Path
    out: Path
    content: dict[str, tuple[int, int]]
    seconds: float


def make_undisturbed(folder: Path, raw: Path | None = None) -> Undisturbed:
    """Simulate patients and refresh twice: the second time nothing has to be landed."""
    if raw is None:
        raw = folder / "raw"
        simulate(raw, patients=PATIENTS, seed=5)
    for _ in range(2):
        started = time.monotonic()
        refreshed = run_hcc("refresh", "--raw", raw, "--out", folder / "out")
        assert refreshed.returncode == 0, refreshed.stderr
    return Undisturbed(raw, folder / "out", content(folder / "out" / "cohort.duckdb"), time.monotonic() - started)


def start_hcc(*arguments: str | Path, **variables: str) -> subprocess.Popen[bytes]:
    """The command line in a process group of its own."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HCC_", "DAGSTER_"))}
    return subprocess.Popen(
        [str(HCC), *map(str, arguments)],
        env=environment | WITHOUT_REPORTS | variables,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def start_refresh(raw: Path, out: Path, **variables: str) -> subprocess.Popen[bytes]:
    """A refresh in a process group of its own."""
    return start_hcc("refresh", "--raw", raw, "--out", out, **variables)


def kill_after(process: subprocess.Popen[bytes], seconds: float, *, alone: bool = False) -> bool:
    """Kill a process and all it started, or it alone, unless it ended before; says whether it was killed."""
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        (os.kill if alone else os.killpg)(process.pid, signal.SIGKILL)
        process.wait()
        return True
    return False


def assert_nothing_is_wrong(expected: dict[str, tuple[int, int]], out: Path) -> None:
    """Every release that can be seen is whole and holds what it should; nothing else lies beside them."""
    for database in sorted(out.glob("releases/r*/cohort.duckdb")):
        assert content(database) == expected, database
    assert content(out / "cohort.duckdb") == expected


def assert_next_refresh_succeeds(raw: Path, out: Path, expected: dict[str, tuple[int, int]]) -> None:
    """Without any manual work: a new release with the expected content, and nothing left lying about."""
    before = release_id(out) if (out / "cohort.duckdb").is_symlink() else ""
    refreshed = run_hcc("refresh", "--raw", raw, "--out", out)
    assert refreshed.returncode == 0, refreshed.stderr
    assert release_id(out) > before
    assert_nothing_is_wrong(expected, out)
    assert list(out.glob("releases/.*")) == []
    assert list(out.glob("restricted/landing/*/.unfinished-*")) == []
    builds = BuildStore(out / "restricted" / "builds").all()
    assert builds[-1].is_finished
    for path in (out / "restricted").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0 or path.is_symlink(), path
