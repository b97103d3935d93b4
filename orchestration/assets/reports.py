"""The report of each study as an asset with its checks; one that cannot be made is a failed check and stops nothing."""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from dagster import (
    AssetCheckResult,
    AssetCheckSpec,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    MaterializeResult,
    MetadataValue,
    asset,
)

from orchestration.assets.checks import as_asset_check
from orchestration.assets.shield import shielded
from orchestration.assets.studies import MARTS
from orchestration.checks.declared import ESTIMATE_DIAGNOSTICS, REPORT_CHECKS, STUDY_REPORT
from orchestration.checks.model import CheckResult, Status, as_frame
from orchestration.errors import describe_fault, is_understood
from orchestration.parquet import write_frame
from orchestration.progress import report as tell
from orchestration.release.reports import ReportRecord, leave_out, report_folder
from orchestration.resources import RUN_RESOURCE
from orchestration.run import CHECKS_TABLE, RefreshRun
from orchestration.studies import REPORT_CHECKS_TABLE, STUDY_TABLES

if TYPE_CHECKING:
    from analytics.protocol import Protocol

REPORT = "report"
# The marts behind a report beyond those of the study's tables.
SOURCES = ("published_attrition", "published_row_ledger", "published_drops", "published_responses")
COVARIATES = "analysis_second_line_covariates"
# After the tables of every study, so that several reports can be made at the same time.
TAGS = {"dagster/priority": "-1"}
SWITCHED_OFF = "reports are switched off (HCC_REPORTS)"


def report_assets(studies: Mapping[str, "Protocol"]) -> list[AssetsDefinition]:
    """The report of every study."""
    return [_report_asset(protocol) for protocol in studies.values()]


def _report_asset(protocol: "Protocol") -> AssetsDefinition:
    group, study_id = protocol.identifier, protocol.study_id
    key = AssetKey([group, REPORT])
    deps = [AssetKey([group, table.name]) for table in STUDY_TABLES]
    deps += [AssetKey([MARTS, name]) for name in (*SOURCES, COVARIATES)]

    @asset(
        key=key,
        deps=[*deps, AssetKey([CHECKS_TABLE])],
        group_name=group,
        description="The study report: page, tables, figures (specification 5); made anew only where its content "
        "changed, and published with the release.",
        check_specs=[AssetCheckSpec(check.name, asset=key, description=check.question) for check in REPORT_CHECKS],
        op_tags=TAGS,
        required_resource_keys={RUN_RESOURCE},
    )
    def report(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any] | AssetCheckResult]:
        run: RefreshRun = getattr(context.resources, RUN_RESOURCE)
        with shielded(run, f"{study_id}: report"):
            record, reason = make_report(run, study_id)
            results = report_checks(study_id, record, reason)
            name = f"{study_id}/{REPORT_CHECKS_TABLE}"
            write_frame(as_frame(results).astype({"center_id": "string", "note": "string"}), run.build.table(name))
            run.build.record_table(name, len(results))
        folder = str(report_folder(run.build, study_id))
        findings = "\n".join(f"* {sentence}" for sentence in record.findings) if record is not None else reason
        yield MaterializeResult(
            metadata={
                "build_id": run.build.build_id,
                "folder": folder,
                "fingerprint": record.fingerprint if record is not None else "",
                "findings": MetadataValue.md(findings or ""),
            }
        )
        for check in REPORT_CHECKS:
            yield as_asset_check(check, [result for result in results if result.check == check])

    return report


def make_report(run: RefreshRun, study_id: str) -> tuple[ReportRecord | None, str | None]:
    """The report's record, or in one line why there is no report. Only an interrupted run raises."""
    what = f"{study_id}: report"
    if not run.settings.makes_reports:
        leave_out(run.build, study_id)
        return None, SWITCHED_OFF
    tell(what)
    try:
        return run.reports.make(
            run.build, run.builds, run.studies, study_id, lambda step: tell(f"{what}: {step}")
        ), None
    except Exception as fault:
        leave_out(run.build, study_id)
        line = describe_fault(fault, run.settings.out)
        if not is_understood(fault):
            line = f"{line}; details are in {run.report_fault(what, fault)}"
        return None, line


def report_checks(study_id: str, record: ReportRecord | None, reason: str | None) -> list[CheckResult]:
    """Whether the report was made, and a warning for each table or figure beside which a failed diagnostic stands."""
    if record is None and reason == SWITCHED_OFF:
        return [CheckResult(check, Status.NOT_APPLICABLE, None, study_id, note=reason) for check in REPORT_CHECKS]
    if record is None:
        note = f"the release has no report of this study: {reason}"
        return [
            CheckResult(STUDY_REPORT, Status.FAIL, None, study_id, 1, 1, 0.0, note),
            CheckResult(ESTIMATE_DIAGNOSTICS, Status.NOT_APPLICABLE, None, study_id),
        ]
    made = CheckResult(STUDY_REPORT, Status.PASS, None, study_id, 0, 1, 0.0)
    failed = [
        CheckResult(ESTIMATE_DIAGNOSTICS, Status.WARN, None, f"{study_id}: {title}", len(words), None, 0.0, note)
        for title, words in sorted(record.failed_diagnostics.items())
        if (note := "; ".join(words))
    ]
    return [made, *(failed or [CheckResult(ESTIMATE_DIAGNOSTICS, Status.PASS, None, study_id, 0, None, 0.0)])]
