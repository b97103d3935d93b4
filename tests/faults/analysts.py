"""Analysts who use a warehouse while releases are made: one holds an old release open, others connect all the time."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

READER = Path(__file__).with_name("reader.py")
CONNECTING = 2


def _start(mode: str, link: Path) -> subprocess.Popen[str]:
    command = [sys.executable, str(READER), mode, str(link)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def disturb_analysts(link: Path, make_release: Callable[[], None], releases: int) -> None:
    """Make releases one after another while analysts read; each of their queries must be answered rightly."""
    holder = _start("hold", link)
    others = [_start("connect", link) for _ in range(CONNECTING)]
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        _ask(holder)
        for _ in range(releases):
            make_release()
            _ask(holder)
        told = [other.communicate(timeout=120) for other in others]
    finally:
        for process in (holder, *others):
            process.kill()
            process.communicate()
    for answer, complaint in told:
        assert complaint == "", complaint
        connections, seen, different_answers = map(int, answer.split())
        assert connections >= releases
        assert seen > 1
        assert different_answers == 1


def _ask(holder: subprocess.Popen[str]) -> None:
    assert holder.stdin is not None
    assert holder.stdout is not None
    holder.stdin.write("again\n")
    holder.stdin.flush()
    assert holder.stdout.readline() == "same\n"
