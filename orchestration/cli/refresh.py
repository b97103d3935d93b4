"""`hcc refresh`: the main job, one Dagster run in this process, of the definitions that the UI and the daemon use."""

from typing import TYPE_CHECKING, Annotated

import typer

from orchestration.checks.places import places_of_raw
from orchestration.cli.options import OutOption, ProtocolsOption, RawOption, require_raw, shared_settings
from orchestration.cli.output import fail, messages, say, warn
from orchestration.cli.summary import RUNBOOK, findings_of, print_summary, shortened
from orchestration.errors import NO_SPACE, speaks_of_no_space
from orchestration.files import restricted_umask
from orchestration.landing.storage import make_private_folder
from orchestration.lock import RefreshLock
from orchestration.numbering import moment_of
from orchestration.release.catalog import Release, ReleaseCatalog
from orchestration.release.freshness import Age
from orchestration.run import prepare_output
from orchestration.settings import Settings
from orchestration.studies import load_studies
from orchestration.words import counted

if TYPE_CHECKING:
    from dagster import ExecuteInProcessResult
    from dagster._utils.error import SerializableErrorInfo


def refresh(
    raw: RawOption = None,
    out: OutOption = None,
    protocols: ProtocolsOption = None,
    rotate_key: Annotated[
        bool, typer.Option("--rotate-key", help="Accept a pseudonym key other than the last build's.")
    ] = False,
    accept_shrinkage: Annotated[
        bool,
        typer.Option("--accept-shrinkage", help="Accept that a center has gone or lost more than 10% of its persons."),
    ] = False,
    wait: Annotated[
        int, typer.Option("--wait", metavar="MINUTES", min=0, help="Wait that long while another refresh runs.")
    ] = 0,
) -> None:
    """Run the main job: raw drops in, a release out.

    Ends with 0 only when the current release reflects the current drops; otherwise the last release stands. Ends with
    75 where another refresh runs; nothing was changed then.
    """
    settings = shared_settings(raw, out, protocols)
    require_raw(settings)
    load_studies(settings)  # a mistake in a protocol shows before anything starts
    prepare_output(settings)
    make_private_folder(settings.dagster_storage)
    with lock_of(settings, "hcc refresh", wait), restricted_umask():
        release = _run(settings, rotate_key, accept_shrinkage)
    tell_what_to_look_at(settings, release)
    print_summary(settings, release)


def tell_what_to_look_at(settings: Settings, release: Release) -> None:
    """Warn of what did not pass, and of a clock that has been ahead."""
    lines = shortened(findings_of(settings, release))
    for line in lines:
        warn(line)
    if lines:
        messages.print(f"what each of them means and what to do: {RUNBOOK}", markup=False)
    age = Age.of(moment_of(release.release_id))
    if age.is_ahead and age.warning:
        warn(age.warning)


def lock_of(settings: Settings, holder: str, wait_minutes: int) -> RefreshLock:
    """The lock of the warehouse for a command that may wait for another process to end."""

    def tell(who: str) -> None:
        messages.print(f"{who}; waiting up to {counted(wait_minutes, 'minute')}", markup=False)

    if wait_minutes == 0:
        return RefreshLock(settings.lock_file, holder)
    return RefreshLock(settings.lock_file, holder, wait_minutes * 60, tell)


def _run(settings: Settings, rotate_key: bool, accept_shrinkage: bool) -> Release:
    """Execute the job and return the release that it made; ends the command where it made none."""
    from orchestration.cli.progress import shown_progress

    before = ReleaseCatalog(settings).current_id()
    with shown_progress(messages):
        result = _execute(rotate_key, accept_shrinkage)
    if not result.success:
        reason = places_of_raw(settings.raw).in_text(reason_of_failure(result))
        fail(f"{reason}; {what_stands(settings, before)}")
    made = ReleaseCatalog(settings).current()
    if made is None:
        fail("the run ended without a release")
    say()
    return made


def _execute(rotate_key: bool, accept_shrinkage: bool) -> "ExecuteInProcessResult":
    from orchestration.progress import report

    report("starting Dagster")
    from dagster import DagsterInstance

    from orchestration.definitions import defs
    from orchestration.schedules import REFRESH_JOB

    configuration = {
        "loggers": {"console": {"config": {"log_level": "CRITICAL"}}},
        "ops": {
            "landing": {"config": {"rotate_key": rotate_key}},
            "checks": {"config": {"accept_shrinkage": accept_shrinkage}},
        },
    }
    job = defs.resolve_job_def(REFRESH_JOB)
    with DagsterInstance.get() as instance:
        return job.execute_in_process(
            run_config=configuration, instance=instance, raise_on_error=False, tags={"started_by": "hcc refresh"}
        )


def reason_of_failure(result: "ExecuteInProcessResult") -> str:
    """Why a run failed, in the words of what failed first."""
    for event in result.all_events:
        if event.is_step_failure:
            failure = event.step_failure_data
            if failure.user_failure_data is not None and failure.user_failure_data.description:
                return failure.user_failure_data.description
            return f"{event.step_key}: {_words_of(failure.error)}; see run {result.run_id[:8]} in `hcc ui`"
    for event in result.all_events:
        error = getattr(event.event_specific_data, "error", None)
        if error is not None:
            return f"before the first step: {_words_of(error)}; see run {result.run_id[:8]} in `hcc ui`"
    return f"the run ended before its first step; see run {result.run_id[:8]} in `hcc ui`"


def _words_of(error: "SerializableErrorInfo | None") -> str:
    """The cause behind Dagster's own errors; of a fault that nobody foresaw only the type, its text may show data."""
    while error is not None and error.cause is not None:
        error = error.cause
    if error is None:
        return "failed"
    if speaks_of_no_space(error.message):
        return NO_SPACE
    if error.cls_name == "Failure":
        return error.message.split(":", maxsplit=1)[-1].strip()
    return f"unexpected {error.cls_name}"


def what_stands(settings: Settings, before: str | None) -> str:
    """Which release is current after a failed run; `before`: the one that was current when it began.

    A run that fails may have set the current release aside before, for a patient who withdrew (specification 4).
    """
    now = ReleaseCatalog(settings).current_id()
    if now == before:
        return f"the release {now} stands unchanged" if now else "there is no release yet"
    was = f", {before} was before" if before else ""
    return f"the release {now} is current now{was}" if now else f"no release is current now{was}"
