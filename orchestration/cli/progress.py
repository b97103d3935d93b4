"""Shows how far a run has come: a line that changes in a terminal, a line a stage elsewhere."""

from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

from orchestration.progress import listening

SECONDS_BETWEEN_LINES = 5.0


@contextmanager
def shown_progress(console: Console) -> Iterator[None]:
    """Show every report of this process while the context lasts."""
    if console.is_terminal:
        with Progress(
            SpinnerColumn(), TextColumn("{task.description}"), TimeElapsedColumn(), console=console, transient=True
        ) as progress:
            task = progress.add_task("starting", total=None)
            with listening(lambda stage, done, total: progress.update(task, description=_words(stage, done, total))):
                yield
        return
    with listening(_Lines(console).tell):
        yield


class _Lines:
    """Prints a line at most every few seconds, for logs and pipes."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._started = monotonic()
        self._last = -SECONDS_BETWEEN_LINES

    def tell(self, stage: str, done: int, total: int) -> None:
        elapsed = monotonic() - self._started
        if elapsed - self._last >= SECONDS_BETWEEN_LINES:
            self._last = elapsed
            self._console.print(f"{elapsed:5.0f} s  {_words(stage, done, total)}", markup=False)


def _words(stage: str, done: int, total: int) -> str:
    if total:
        return f"{stage} ({done} of {total})"
    return f"{stage} ({done})" if done else stage
