"""The table `checks` and its asset checks: a failed blocking one stops the run before the release."""

from collections.abc import Iterator, Mapping
from typing import Any

from dagster import (
    AssetCheckResult,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    Config,
    MaterializeResult,
    MetadataValue,
    asset,
)
from pydantic import Field

from orchestration.assets.shield import shielded
from orchestration.assets.studies import MARTS
from orchestration.checks.against_last import (
    first_readable,
    persons_checks,
    readable_check,
    real_data_check,
    studies_check,
)
from orchestration.checks.declared import DECLARED_CHECKS
from orchestration.checks.model import Check, CheckResult, Status, as_frame
from orchestration.checks.places import Places
from orchestration.checks.words import as_row, findings, in_words
from orchestration.errors import BlockingCheckError
from orchestration.files import read_json
from orchestration.parquet import write_frame
from orchestration.progress import report
from orchestration.release.catalog import ReleaseCatalog
from orchestration.resources import RUN_RESOURCE
from orchestration.run import CHECKS_TABLE, RefreshRun
from orchestration.withdrawal.register import WithdrawalRegister
from orchestration.withdrawal.set_aside import names_set_aside

GROUP = "release"
MOST_IN_A_LINE = 3
MOST_IN_A_TABLE = 50


class ChecksConfig(Config):
    """What a person may allow for one run."""

    accept_shrinkage: bool = Field(
        default=False, description="Accept that a center has gone or lost more than a tenth of its persons."
    )


def checks_asset(manifest: Mapping[str, Any]) -> AssetsDefinition:
    """The asset of the table `checks`; it follows every mart, so that it judges a complete warehouse."""
    marts = [
        node["name"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["schema"] == MARTS
    ]
    key = AssetKey([CHECKS_TABLE])

    @asset(
        key=key,
        deps=[AssetKey([MARTS, name]) for name in sorted(marts)],
        group_name=GROUP,
        description="One row per check and what it looked at (specification 4); failed blocking ones stop the release.",
        check_specs=[
            AssetCheckSpec(check.name, asset=key, description=check.question, blocking=check.is_blocking)
            for check in DECLARED_CHECKS
        ],
        required_resource_keys={RUN_RESOURCE},
    )
    def checks(
        context: AssetExecutionContext, config: ChecksConfig
    ) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        run: RefreshRun = getattr(context.resources, RUN_RESOURCE)
        with shielded(run, "checks"):
            results = make_checks(run, config.accept_shrinkage)
            write_frame(as_frame(results), run.build.table(CHECKS_TABLE))
            run.build.record_table(CHECKS_TABLE, len(results))
        yield MaterializeResult(metadata={"dagster/row_count": len(results), "build_id": run.build.build_id})
        for check in DECLARED_CHECKS:
            yield as_asset_check(check, [result for result in results if result.check == check])
        with shielded(run, "checks"):
            require_no_blocking(results)

    return checks


def make_checks(run: RefreshRun, accept_shrinkage: bool) -> list[CheckResult]:
    """Every check of the run's build, ordered by name, center and subject."""
    import duckdb

    from orchestration.checks import of_build

    report("checks")
    build = run.build
    with duckdb.connect(str(build.warehouse), read_only=True) as connection:
        results = [
            *of_build.drop_checks(connection),
            *of_build.remark_checks(connection),
            *of_build.ledger_checks(connection, build),
            *of_build.harmonised_checks(connection),
            *of_build.term_checks(connection),
            *of_build.eligibility_checks(connection, build, list(run.studies)),
        ]
        now = dict(
            connection.execute(
                "select center_id, count(*) from read_parquet(?) group by all", [str(build.mart("published_persons"))]
            ).fetchall()
        )
        is_all_simulated = all(
            simulated
            for (simulated,) in connection.execute(
                "select is_simulated from landing.drops where state = 'loaded'"
            ).fetchall()
        )
    results += _checks_against_last(run, now, is_all_simulated, accept_shrinkage)
    results += of_build.test_checks(read_json(build.dbt_results))
    results += of_build.key_check(build)
    results += of_build.withdrawal_checks(build, WithdrawalRegister(run.settings).pseudonyms())
    results += of_build.set_aside_check(names_set_aside(run.settings))
    return sorted(results, key=lambda one: (one.check.name, one.center_id or "", one.subject or ""))


def _checks_against_last(
    run: RefreshRun, now: Mapping[str, int], is_all_simulated: bool, accept_shrinkage: bool
) -> list[CheckResult]:
    """Against the current release; where that cannot be read, against the newest one that can."""
    newest_first = reversed(ReleaseCatalog(run.settings).all())
    last, unreadable = first_readable(sorted(newest_first, key=lambda release: not release.is_current))
    return [
        *persons_checks(last and last.persons, now, accept_shrinkage),
        real_data_check(last and last.is_simulated, is_all_simulated, accept_shrinkage),
        *studies_check(last.studies if last else [], run.studies),
        readable_check(unreadable),
    ]


def as_asset_check(check: Check, results: list[CheckResult]) -> AssetCheckResult:
    """All rows of one check as Dagster stores and shows them: it passes when none failed or warns.

    Drops go by number, since names of folders are free text with dates.
    """
    wrong = [result for result in results if result.status in (Status.FAIL, Status.WARN)]
    is_error = any(result.status is Status.FAIL for result in wrong)
    return AssetCheckResult(
        check_name=check.name,
        passed=not wrong,
        severity=AssetCheckSeverity.ERROR if is_error else AssetCheckSeverity.WARN,
        description="; ".join(one.line() for one in findings(map(as_row, wrong), Places())) or None,
        metadata={
            "rows": len(results),
            "rows_not_passed": len(wrong),
            "results": MetadataValue.md(_as_markdown(results)),
        },
    )


def _as_markdown(results: list[CheckResult]) -> str:
    """The rows of one check as a table for the UI."""
    names = ("numerator", "denominator", "threshold", "status", "note")
    lines = ["|".join(("about", *names)), "|".join("---" for _ in ("about", *names))]
    for result in results[:MOST_IN_A_TABLE]:
        about = Places().about(result.center_id, result.subject)
        cells = (about, *(getattr(result, name) for name in names))
        lines.append("|".join("" if cell is None else str(cell).replace("|", "/") for cell in cells))
    return "\n".join(f"|{line}|" for line in lines)


def require_no_blocking(results: list[CheckResult]) -> None:
    """Raise BlockingCheckError when a blocking check failed."""
    blocking = [in_words(as_row(result), Places()) for result in results if result.blocks]
    if blocking:
        more = f" and {len(blocking) - MOST_IN_A_LINE} more" if len(blocking) > MOST_IN_A_LINE else ""
        raise BlockingCheckError(f"blocking check failed: {'; '.join(blocking[:MOST_IN_A_LINE])}{more}")
