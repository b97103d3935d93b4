"""What Dagster loads: the parts are made elsewhere and only put together here."""

from dagster import Definitions, in_process_executor

from orchestration.assets.checks import checks_asset
from orchestration.assets.dbt_models import dbt_model_assets
from orchestration.assets.landing import landing_assets, raw_drops
from orchestration.assets.release import release_asset
from orchestration.assets.reports import report_assets
from orchestration.assets.studies import study_assets
from orchestration.dbt.manifest import load_manifest
from orchestration.resources import RUN_RESOURCE, refresh_run_resource
from orchestration.schedules import nightly, refresh_job
from orchestration.sensors import ended_runs, new_drops
from orchestration.settings import Settings, settings_from_environment
from orchestration.studies import load_studies


def make_definitions(settings: Settings) -> Definitions:
    """All assets, checks, jobs and schedules for these settings.

    Raises RefreshError when a protocol is wrong or the dbt project cannot be parsed.
    """
    studies = load_studies(settings)
    manifest = load_manifest()
    return Definitions(
        assets=[
            raw_drops(),
            landing_assets(manifest),
            dbt_model_assets(manifest),
            *study_assets(studies),
            checks_asset(manifest),
            *report_assets(studies),
            release_asset(manifest, studies),
        ],
        jobs=[refresh_job],
        schedules=[nightly],
        sensors=[ended_runs, new_drops],
        resources={RUN_RESOURCE: refresh_run_resource},
        executor=in_process_executor,
    )


defs = make_definitions(settings_from_environment())
