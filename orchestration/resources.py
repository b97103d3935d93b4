"""The Dagster resource that every asset needs: the run with its lock and its build."""

from collections.abc import Iterator
from contextlib import ExitStack

from dagster import Failure, InitResourceContext, resource

from orchestration.dead_runs import end_runs_before
from orchestration.errors import RefreshError
from orchestration.parameters import OPERATIONAL
from orchestration.run import RefreshRun, open_run
from orchestration.settings import settings_from_environment

RUN_RESOURCE = "refresh_run"


@resource(description="Holds the lock of the output folder for the run's life and gives the build that it works on.")
def refresh_run_resource(context: InitResourceContext) -> Iterator[RefreshRun]:
    """Opened once a run: everything runs in one process. Who comes second waits here, before anything is touched.

    Runs of the daemon and the UI queue in Dagster; here they meet whoever is not in that queue, such as a rollback or
    a refresh of the command line that begins at the same moment. Dagster counts the run as started meanwhile.
    """
    run_id = context.run.run_id if context.run is not None else "without-run"
    settings = settings_from_environment()

    def tell(who: str) -> None:
        if context.log is not None:
            context.log.info(f"waiting: {who}")

    with ExitStack() as stack:
        try:
            waits = OPERATIONAL.lock_wait_seconds
            run = stack.enter_context(open_run(settings, run_id, f"Dagster run {run_id[:8]}", waits, tell))
        except RefreshError as error:
            raise Failure(str(error), allow_retries=False) from None
        if context.instance is not None:
            end_runs_before(context.instance, run_id)
        yield run
