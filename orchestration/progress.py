"""Tells whoever is watching how far a run has come; in the daemon and the UI nobody listens, Dagster's log is there.

Only names and counts are told, never data.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Listener = Callable[[str, int, int], None]

_listeners: list[Listener] = []


def report(stage: str, done: int = 0, total: int = 0) -> None:
    """Say what is being worked on; `total` 0 = it is not known how much there is. May be called from any thread."""
    for listener in _listeners:
        listener(stage, done, total)


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Pass every report of this process to a listener while the context lasts."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
