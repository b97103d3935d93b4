"""Turns any fault of an asset into one clear line, so that no data reach Dagster's storage or a log.

The trace goes to the restricted build. Only faults that can pass by themselves are tried again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from dagster import Failure, RetryRequested

from orchestration.errors import describe_fault, is_transient, is_understood
from orchestration.run import RefreshRun

MOST_RETRIES = 2
SECONDS_BEFORE_RETRY = 10


@contextmanager
def shielded(run: RefreshRun, what: str) -> Iterator[None]:
    """Run the body of an asset; `what` names it in the message."""
    run.failed.add(what)
    try:
        yield
        run.failed.discard(what)
    except (Failure, RetryRequested, GeneratorExit):
        raise
    except Exception as fault:
        line = describe_fault(fault, run.settings.out)
        if is_transient(fault):
            raise RetryRequested(MOST_RETRIES, SECONDS_BEFORE_RETRY) from None
        if not is_understood(fault):
            line = f"{line}; details are in {run.report_fault(what, fault)}"
        raise Failure(f"{what}: {line}", allow_retries=False) from None
