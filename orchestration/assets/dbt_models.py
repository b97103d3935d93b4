"""One Dagster asset a dbt model, one asset check a data test; a run of them is one `dbt build`."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
)
from dagster_dbt import dbt_assets

from orchestration.assets.shield import shielded
from orchestration.dbt.arguments import build_arguments
from orchestration.dbt.failures import require_success
from orchestration.dbt.invocation import NodeResult, run_dbt
from orchestration.dbt.translator import LayerTranslator, asset_key, check_key
from orchestration.progress import report
from orchestration.resources import RUN_RESOURCE
from orchestration.run import RefreshRun
from orchestration.settings import DBT_PROJECT
from orchestration.studies import load_meanwhile


def dbt_model_assets(manifest: Mapping[str, Any]) -> AssetsDefinition:
    """The assets of every model and seed of the dbt project."""
    translator = LayerTranslator()
    model_names = {
        asset_key(manifest, unique_id, translator): node["name"]
        for unique_id, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "seed")
    }

    @dbt_assets(
        manifest=manifest,
        dagster_dbt_translator=translator,
        name="dbt_build",
        required_resource_keys={RUN_RESOURCE},
    )
    def dbt_build(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        run: RefreshRun = getattr(context.resources, RUN_RESOURCE)
        with shielded(run, "dbt"):
            results = build_models(run, selected_nodes(context, model_names))
            row_counts = count_rows(run.build.warehouse, manifest, results)
        yield from _as_events(context, results, row_counts, manifest, translator)
        with shielded(run, "dbt"):
            require_success(results, manifest, run.build.evidence / "dbt", run.build.warehouse)
            if context.selected_asset_keys:
                run.build.record_marts()

    return dbt_build


def selected_nodes(context: AssetExecutionContext, model_names: Mapping[AssetKey, str]) -> list[str] | None:
    """Names of the models and lone data tests that a run is to build; None = everything."""
    models = context.selected_asset_keys
    if models == set(model_names):
        return None
    lone_tests = [check.name for check in context.selected_asset_check_keys if check.asset_key not in models]
    return [*(model_names[key] for key in models), *lone_tests]


def build_models(run: RefreshRun, nodes: Sequence[str] | None) -> list[NodeResult]:
    """Run dbt on the run's build, all of it or single models and tests; the log stays in the restricted build."""
    report("dbt: starting")
    if nodes is None:
        load_meanwhile()
    build = run.build
    arguments = build_arguments(DBT_PROJECT, build.evidence / "dbt", nodes)
    return run_dbt(arguments, build.own_warehouse(), build.marts, build.dbt_results)


def count_rows(warehouse: Path, manifest: Mapping[str, Any], results: Sequence[NodeResult]) -> dict[str, int]:
    """Rows of every table that dbt built, by unique_id; views are not counted."""
    import duckdb

    built = [result.unique_id for result in results if not result.is_test and result.status == "success"]
    counts: dict[str, int] = {}
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        for unique_id in built:
            node = manifest["nodes"][unique_id]
            if node["config"]["materialized"] == "view":
                continue
            row = connection.execute(f'select count(*) from "{node["schema"]}"."{node["alias"]}"').fetchone()
            counts[unique_id] = row[0] if row else 0
    return counts


def _as_events(
    context: AssetExecutionContext,
    results: Sequence[NodeResult],
    row_counts: Mapping[str, int],
    manifest: Mapping[str, Any],
    translator: LayerTranslator,
) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
    for result in results:
        if not result.is_test:
            key = asset_key(manifest, result.unique_id, translator)
            if result.status == "success" and key in context.selected_asset_keys:
                yield _materialisation(key, result, row_counts.get(result.unique_id))
            continue
        check = check_key(manifest, result.unique_id, translator)
        if check is None or check not in context.selected_asset_check_keys or result.status == "skipped":
            continue
        is_error = (manifest["nodes"][result.unique_id]["config"].get("severity") or "error").lower() == "error"
        yield AssetCheckResult(
            asset_key=check.asset_key,
            check_name=check.name,
            passed=result.status == "pass",
            severity=AssetCheckSeverity.ERROR if is_error else AssetCheckSeverity.WARN,
            metadata={"failing_rows": result.failures or 0},
        )


def _materialisation(key: AssetKey, result: NodeResult, row_count: int | None) -> MaterializeResult[Any]:
    metadata: dict[str, Any] = {"seconds": result.seconds}
    if row_count is not None:
        metadata["dagster/row_count"] = row_count
    return MaterializeResult(asset_key=key, metadata=metadata)
