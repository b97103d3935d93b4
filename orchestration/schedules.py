"""The refresh as a job, and its nightly schedule."""

from dagster import AssetSelection, DefaultScheduleStatus, ScheduleDefinition, define_asset_job

REFRESH_JOB = "refresh"

refresh_job = define_asset_job(
    REFRESH_JOB, AssetSelection.all(), description="Raw drops in, a release out: the whole warehouse, in one process."
)

nightly = ScheduleDefinition(
    name="nightly_refresh",
    job=refresh_job,
    cron_schedule="0 2 * * *",
    execution_timezone="Asia/Shanghai",
    default_status=DefaultScheduleStatus.RUNNING,
    description="Every night at 02:00 local time of the hospitals.",
)
