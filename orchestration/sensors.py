"""What the daemon looks for by itself."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

from dagster import (
    DagsterInstance,
    DefaultSensorStatus,
    RunRequest,
    RunsFilter,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)
from dagster._core.storage.dagster_run import NOT_FINISHED_STATUSES

from orchestration.arrivals import Arrivals, ArrivedDrop, look_at_drops, refreshed_drops, sort_arrivals
from orchestration.dead_runs import end_dead_runs
from orchestration.release.catalog import ReleaseCatalog
from orchestration.schedules import refresh_job
from orchestration.settings import DBT_PROJECT, settings_from_environment

SECONDS_BETWEEN_LOOKS = 60
MOST_LABELS = 5


@sensor(
    name="ended_runs",
    minimum_interval_seconds=60,
    default_status=DefaultSensorStatus.RUNNING,
    description="Marks runs as failed whose process was killed, so that the nightly refresh can start.",
)
def ended_runs(context: SensorEvaluationContext) -> SkipReason:
    """Never starts a run."""
    ended = end_dead_runs(context.instance, settings_from_environment())
    return SkipReason(f"marked as failed: {', '.join(ended)}" if ended else "every run is alive")


@dataclass(frozen=True)
class DropsSeen:
    """The sensor's memory from look to look; hashes only.

    Attributes:
        seen: Every unknown drop at the last look, as it was then.
        requested: Drops that no refresh has landed although this sensor asked for it: it asks once for each.
    """

    seen: frozenset[str] = frozenset()
    requested: frozenset[str] = frozenset()

    @classmethod
    def from_cursor(cls, cursor: str | None) -> "DropsSeen":
        """Read the cursor; one that cannot be read counts as none."""
        try:
            content = json.loads(cursor or "{}")
            return cls(frozenset(content["seen"]), frozenset(content["requested"]))
        except (ValueError, KeyError, TypeError):
            return cls()

    def to_cursor(self) -> str:
        """As Dagster keeps it."""
        return json.dumps({"requested": sorted(self.requested), "seen": sorted(self.seen)})


@sensor(
    name="new_drops",
    job=refresh_job,
    minimum_interval_seconds=SECONDS_BETWEEN_LOOKS,
    default_status=DefaultSensorStatus.RUNNING,
    description="Starts a refresh when a complete drop has arrived that no refresh has seen; asks once for each drop.",
)
def new_drops(context: SensorEvaluationContext) -> SensorResult:
    """A drop must look the same twice, a minute apart, before it counts as complete."""
    from orchestration.landing.contract import load_contracts
    from orchestration.landing.errors import LandingError

    settings = settings_from_environment()
    last = DropsSeen.from_cursor(context.cursor)
    try:
        drops, without_manifest = look_at_drops(settings.raw, load_contracts(DBT_PROJECT / "models" / "staging"))
    except LandingError as error:
        return SensorResult(skip_reason=str(error), cursor=last.to_cursor())
    build_id, refreshed = refreshed_drops(settings)
    requested = (last.requested & identities(drops)) - refreshed
    arrivals = sort_arrivals(drops, without_manifest, refreshed | requested, last.seen)
    seen = identities((*arrivals.new, *arrivals.still_copied))
    if not arrivals.new:
        return SensorResult(skip_reason=why_not(arrivals), cursor=DropsSeen(seen, requested).to_cursor())
    if is_busy(context.instance):
        reason = f"{labels(arrivals.new)} arrived, but a run is under way or waiting; looking again when it has ended"
        return SensorResult(skip_reason=reason, cursor=DropsSeen(seen, requested).to_cursor())
    context.log.info(f"new: {labels(arrivals.new)}")
    now = DropsSeen(identities(arrivals.still_copied), requested | identities(arrivals.new))
    # Dagster starts nothing twice for one key: the same drops may be new once more, after a refresh without them.
    run_key = f"{arrivals.request} after {build_id} and {ReleaseCatalog(settings).current_id()}"
    return SensorResult(
        run_requests=[RunRequest(run_key=run_key)],
        cursor=now.to_cursor(),
    )


def identities(drops: Iterable[ArrivedDrop]) -> frozenset[str]:
    """The identities of drops."""
    return frozenset(drop.identity for drop in drops)


def is_busy(instance: DagsterInstance) -> bool:
    """Whether any run waits or is under way: it may land the new drops, and the next look will tell."""
    return bool(instance.get_run_ids(RunsFilter(statuses=NOT_FINISHED_STATUSES), limit=1))


def why_not(arrivals: Arrivals) -> str:
    """Why there is nothing to start, in words."""
    parts = []
    for drop in arrivals.still_copied:
        lack = f"lacks {drop.missing_files} of its files" if drop.missing_files else "was not there, or changed, lately"
        parts.append(f"{drop.label} {lack}")
    if arrivals.without_manifest:
        parts.append(f"folders without a manifest.json: {arrivals.without_manifest}")
    waiting = f"still being copied: {'; '.join(_first(parts))}; " if parts else ""
    return f"{waiting}no complete drop is new ({len(arrivals.known)} known)"


def labels(drops: tuple[ArrivedDrop, ...]) -> str:
    """The drops by center and number: folder names would stay in Dagster's storage."""
    return ", ".join(_first([drop.label for drop in drops]))


def _first(texts: list[str]) -> list[str]:
    more = [f"and {len(texts) - MOST_LABELS} more"] if len(texts) > MOST_LABELS else []
    return [*texts[:MOST_LABELS], *more]
