"""The daemon is killed while its run goes on, alone or with everything else: nothing wrong is seen, all goes on."""

import os
import random
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from faults.undisturbed import Undisturbed, assert_next_refresh_succeeds, assert_nothing_is_wrong
from refreshed_warehouse import HCC, WITHOUT_REPORTS, Warehouse, environment_of, run_hcc

pytestmark = pytest.mark.faults
SECONDS_TO_START = 300
DAEMON = "dagster._daemon"


def processes_of(session: int) -> dict[int, str]:
    """The processes that belong to a session, with their command lines."""
    found = {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            if os.getsid(int(folder.name)) == session:
                found[int(folder.name)] = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode()
        except (OSError, ValueError):
            continue
    return found


def end_session(session: int, number: signal.Signals) -> None:
    for process in processes_of(session):
        os.kill(process, number)


@pytest.fixture
def ui(undisturbed: Undisturbed, out: Path) -> Iterator[subprocess.Popen[bytes]]:
    """`hcc ui` with its daemon, working on the copy."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HCC_", "DAGSTER_"))}
    process = subprocess.Popen(
        [str(HCC), "ui", "--raw", str(undisturbed.raw), "--out", str(out), "--port", str(port)],
        env=environment | WITHOUT_REPORTS,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    yield process
    end_session(process.pid, signal.SIGKILL)
    process.wait()


def launch_refresh(warehouse: Warehouse) -> None:
    """As the button in the UI does: the run is queued, and the daemon starts it."""
    dagster = str(HCC.with_name("dagster"))
    command = [dagster, "job", "launch", "-m", "orchestration.definitions", "-j", "refresh"]
    environment = {**os.environ, **environment_of(warehouse), **WITHOUT_REPORTS}
    subprocess.run(command, env=environment, check=True, capture_output=True)


def wait_until_it_runs(out: Path) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while "Dagster run" not in (out / "restricted" / "refresh.lock").read_text(encoding="utf-8"):
        assert time.monotonic() < deadline, "the daemon did not start the run"
        time.sleep(0.3)


@pytest.mark.parametrize("what_dies", ["the daemon", "everything"])
def test_1_a_daemon_killed_while_its_run_goes_on(
    undisturbed: Undisturbed, out: Path, ui: subprocess.Popen[bytes], moments: random.Random, what_dies: str
) -> None:
    launch_refresh(Warehouse(undisturbed.raw, out, run_hcc("--help")))
    wait_until_it_runs(out)
    time.sleep(moments.uniform(0, undisturbed.seconds))
    daemons = [process for process, command in processes_of(ui.pid).items() if DAEMON in command]
    assert daemons
    for process in daemons:
        os.kill(process, signal.SIGKILL)
    if what_dies == "everything":
        end_session(ui.pid, signal.SIGKILL)
    assert_nothing_is_wrong(undisturbed.content, out)
    time.sleep(undisturbed.seconds)
    assert_nothing_is_wrong(undisturbed.content, out)
    end_session(ui.pid, signal.SIGKILL)
    assert_next_refresh_succeeds(undisturbed.raw, out, undisturbed.content)
