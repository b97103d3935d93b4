"""The real UI with its daemon, started and ended as a user does, and a page of a real browser."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

HCC = Path(sys.executable).with_name("hcc")
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
SECONDS_TO_START = 300
SECONDS_TO_ANSWER = 120
SECONDS_TO_END = 30


@dataclass(frozen=True)
class Ui:
    """The address of the UI and the warehouse that it works on."""

    address: str
    out: Path


@contextmanager
def running_ui(raw: Path, out: Path, log: Path, **variables: str) -> Iterator[Ui]:
    """`hcc ui` on a free port with these environment variables; ends with everything that it started."""
    address = f"http://127.0.0.1:{free_port()}"
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("HCC_", "DAGSTER_"))}
    environment |= variables
    command = [str(HCC), "ui", "--raw", str(raw), "--out", str(out), "--port", address.rsplit(":", maxsplit=1)[1]]
    with log.open("w") as file:
        process = subprocess.Popen(command, env=environment, stdout=file, stderr=file, start_new_session=True)
        try:
            wait_for(f"{address}/server_info", process, log)
            yield Ui(address, out)
        finally:
            stop(process)


@contextmanager
def open_page(ui: Ui) -> Iterator[Page]:
    """A page of the distribution's Chromium that finds the UI under relative addresses."""
    chromium = next((path for name in CHROMIUM_NAMES if (path := shutil.which(name))), None)
    if chromium is None:
        pytest.fail("the browser tests need Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        page = browser.new_page(base_url=ui.address, viewport={"width": 1500, "height": 950})
        page.set_default_timeout(SECONDS_TO_ANSWER * 1000)
        yield page
        browser.close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port


def wait_for(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    """Wait until the UI answers."""
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            pytest.fail(f"hcc ui ended: {log.read_text(encoding='utf-8')[-2000:]}")
        try:
            urllib.request.urlopen(address, timeout=5).close()
        except OSError:
            time.sleep(1)
        else:
            return
    pytest.fail(f"hcc ui did not answer within {SECONDS_TO_START} s")


def stop(process: subprocess.Popen[bytes]) -> None:
    """End the UI as Ctrl-C does, and for good where it does not listen."""
    os.killpg(process.pid, signal.SIGINT)
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
