"""The asset of the release: the last step, and the only one that analysts see (specification 4)."""

from collections.abc import Collection, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, FreshnessPolicy, MaterializeResult, asset

from orchestration.assets.checks import GROUP
from orchestration.assets.metadata import release_metadata
from orchestration.assets.reports import REPORT
from orchestration.assets.shield import shielded
from orchestration.assets.studies import MARTS
from orchestration.errors import BlockingCheckError
from orchestration.progress import report
from orchestration.release.catalog import Release
from orchestration.release.contract import PUBLISHED_TABLES
from orchestration.release.freshness import largest_age
from orchestration.release.publish import publish
from orchestration.resources import RUN_RESOURCE
from orchestration.run import CHECKS_TABLE, RefreshRun
from orchestration.withdrawal.register import WithdrawalRegister
from orchestration.withdrawal.searched import SearchedReleases

if TYPE_CHECKING:
    from analytics.protocol import Protocol


def release_asset(manifest: Mapping[str, Any], studies: Mapping[str, "Protocol"]) -> AssetsDefinition:
    """The asset `release`; it follows every published table."""
    deps = [AssetKey([CHECKS_TABLE])]
    for table in PUBLISHED_TABLES:
        if table.mart is not None:
            deps.append(AssetKey([MARTS, table.mart]))
        elif table.is_of_studies:
            deps += [AssetKey([protocol.identifier, table.name]) for protocol in studies.values()]
    deps += [AssetKey([protocol.identifier, REPORT]) for protocol in studies.values()]

    @asset(
        key=AssetKey(["release"]),
        deps=deps,
        group_name=GROUP,
        description="The published database, put together from one build and switched in one step (specification 4).",
        required_resource_keys={RUN_RESOURCE},
        freshness_policy=FreshnessPolicy.time_window(fail_window=largest_age()),
    )
    def release(context: AssetExecutionContext) -> MaterializeResult[Any]:
        run: RefreshRun = getattr(context.resources, RUN_RESOURCE)
        with shielded(run, "release"):
            made, row_counts = make_release(run, manifest)
            metadata = release_metadata(made, run.build.build_id, row_counts)
        return MaterializeResult(metadata=metadata)

    return release


def make_release(run: RefreshRun, manifest: Mapping[str, Any]) -> tuple[Release, dict[str, int]]:
    """Finish the build and publish it. Raises InconsistentBuildError, or BlockingCheckError for failed checks.

    BlockingCheckError also where somebody withdrew after the build was made.
    """
    report("release")
    build = run.finish_build()
    _require_checks_passed(build.table(CHECKS_TABLE))
    withdrawn = WithdrawalRegister(run.settings).pseudonyms()
    require_nobody_withdrew(build.mart("published_persons"), withdrawn)
    made, row_counts = publish(run.settings, build, list(run.studies), manifest)
    if withdrawn and build.record.landing is not None:  # it is free of them from the beginning: rows were withheld
        searched = SearchedReleases(run.settings, withdrawn)
        searched.add(made, build.record.landing.key_fingerprint)
        searched.save()
    return made, row_counts


def _require_checks_passed(checks_file: Any) -> None:
    """The release looks for itself: it may be materialised alone, long after the checks."""
    import pandas as pd

    checks = pd.read_parquet(checks_file)
    blocking = checks.loc[checks["is_blocking"] & (checks["status"] == "fail"), "check_name"]
    if len(blocking):
        raise BlockingCheckError(f"blocking check failed: {', '.join(sorted(set(blocking)))}")


def require_nobody_withdrew(persons_file: Path, pseudonyms: Collection[str]) -> None:
    """The build may be older than the last withdrawal, and so may its checks: raises BlockingCheckError then."""
    import pandas as pd

    if pseudonyms and pd.read_parquet(persons_file, columns=["person_id"])["person_id"].isin(list(pseudonyms)).any():
        raise BlockingCheckError("the build holds patients who withdrew since it was made: run the whole refresh")
