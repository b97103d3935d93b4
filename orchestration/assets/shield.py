"""Turns any fault of an asset into one clear line, so that no data reach Dagster's storage or a log.

The trace goes to the restricted build. Only faults that can pass by themselves are tried again, each time after a
longer while; bad data, a wrong key or a full disk never are.

Retries are asked for here and not by a RetryPolicy of the assets: with a policy Dagster would also try again when a
person interrupts the run.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from dagster import Failure, RetryRequested

from orchestration.errors import describe_fault, is_transient, is_understood
from orchestration.run import RefreshRun

MOST_RETRIES = 3
SECONDS_BEFORE_RETRY = 10  # doubled each time: 10, 20, 40 s


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
        line = describe_fault(fault, run.settings.out, run.settings.raw)
        if is_transient(fault):
            # What Dagster shows, and `hcc refresh` prints, where it does not pass.
            failure = Failure(f"{what}: {line}; it did not pass within {MOST_RETRIES} further attempts")
            raise RetryRequested(MOST_RETRIES, seconds_before_retry(run.count_attempt(what))) from failure
        if not is_understood(fault):
            with suppress(OSError):  # a disk too full for the log must not hide the fault behind a second one
                line = f"{line}; details are in {run.report_fault(what, fault)}"
        raise Failure(f"{what}: {line}", allow_retries=False) from None


def seconds_before_retry(attempt: int) -> int:
    """How long to wait after the attempt of this number, the first being 1."""
    seconds: int = SECONDS_BEFORE_RETRY * 2 ** (attempt - 1)
    return seconds
