"""What the daemon looks for by itself."""

from dagster import DefaultSensorStatus, SensorEvaluationContext, SkipReason, sensor

from orchestration.dead_runs import end_dead_runs
from orchestration.settings import settings_from_environment


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
