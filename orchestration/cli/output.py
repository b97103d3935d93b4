"""What `hcc` prints: results on standard output, everything else on standard error, errors in one line."""

import functools
import sys
from collections.abc import Callable
from typing import Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

from orchestration.errors import EXIT_FAILED, RefreshError, describe_fault, is_understood
from orchestration.run import write_fault
from orchestration.settings import settings_from_environment

INTERRUPTED = 130

results = Console(highlight=False, soft_wrap=True)
messages = Console(stderr=True, highlight=False, soft_wrap=True)


def in_one_line(command: Callable[..., None]) -> Callable[..., None]:
    """Turn the faults of a command into one clear line and an exit code other than 0."""

    @functools.wraps(command)
    def guarded(*arguments: Any, **options: Any) -> None:
        try:
            command(*arguments, **options)
        except (typer.Exit, typer.Abort):
            raise
        except KeyboardInterrupt:
            fail("interrupted; the last release stands", INTERRUPTED)
        except RefreshError as error:
            fail(str(error), error.exit_code)
        except Exception as fault:
            line = describe_fault(fault, settings_from_environment().out)
            fail(line + _where_details_are(fault))

    return guarded


def _where_details_are(fault: Exception) -> str:
    """Keeps the trace of a fault that nobody foresaw, out of sight of those who may not see data."""
    folder = settings_from_environment().restricted
    if is_understood(fault) or not folder.is_dir():
        return ""
    try:
        return f"; details are in {write_fault(folder, 'hcc', fault)}"
    except OSError:
        return ""


def fail(line: str, exit_code: int = EXIT_FAILED) -> NoReturn:
    """Print one line and end with this exit code."""
    messages.print(f"[bold red]error:[/] {escape(' '.join(line.split()))}")
    sys.stderr.flush()
    raise typer.Exit(exit_code)


def warn(line: str) -> None:
    """Print a warning."""
    messages.print(f"[yellow]warning:[/] {escape(' '.join(line.split()))}")


def say(line: str = "") -> None:
    """Print a line of the result."""
    results.print(escape(line))
