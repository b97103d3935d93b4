"""Checks that look at one build: its drops, its ledger, its data tests, its terms."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from orchestration.builds import Build
from orchestration.checks.declared import (
    DATA_TESTS,
    ELIGIBLE_PERSONS,
    LANDING_REMARKS,
    LOADABLE_DROPS,
    PSEUDONYM_KEY,
    REFUSED_DROPS,
    RELEASES_SET_ASIDE,
    ROW_LEDGER,
    UNMAPPED_TERMS,
    WITHDRAWN_PATIENTS,
)
from orchestration.checks.model import Check, CheckResult, Status
from orchestration.words import counted

if TYPE_CHECKING:
    import duckdb

REMARK_IN_WORDS = {
    "extra_columns": "tables with columns beyond the agreed ones, which were ignored",
    "other_files": "drops listing files that are no agreed table, which were ignored",
    "unlisted_files": "drops with files that their manifest does not list, which were ignored",
    "folder_without_manifest": "folders without a manifest.json: still being copied",
    "unknown_center": "folders of no configured center, which were ignored",
}


def drop_checks(connection: "duckdb.DuckDBPyConnection") -> list[CheckResult]:
    """Refused drops with their reason, and centers without any drop that could be loaded."""
    counts = connection.execute(
        "select center_id, count(*), count(*) filter (where state = 'loaded') from landing.drops group by 1 order by 1"
    ).fetchall()
    refused = connection.execute(
        "select center_id, drop_number, reason from landing.drops where state = 'refused' order by all"
    ).fetchall()
    results = []
    for center_id, drops, loaded in counts:
        is_loadable = Status.PASS if loaded else Status.WARN
        note = None if loaded else "nothing of the center could be loaded"
        results.append(CheckResult(LOADABLE_DROPS, is_loadable, center_id, None, loaded, drops, 1.0, note))
        if not any(center == center_id for center, _, _ in refused):
            results.append(CheckResult(REFUSED_DROPS, Status.PASS, center_id, None, 0, drops, 0.0))
    for center_id, drop_number, reason in refused:
        subject = f"drop {drop_number}"
        results.append(
            CheckResult(REFUSED_DROPS, Status.FAIL, center_id, subject, 1, 1, 0.0, f"refused whole: {reason}")
        )
    return results


def remark_checks(connection: "duckdb.DuckDBPyConnection") -> list[CheckResult]:
    """What landing remarked, counted a kind; the remarks themselves name files and stay in the restricted build."""
    counts = connection.execute(
        "select center_id, code, count(*) from landing.notes group by all order by all"
    ).fetchall()
    if not counts:
        return [CheckResult(LANDING_REMARKS, Status.PASS, numerator=0, threshold=0.0)]
    return [
        CheckResult(LANDING_REMARKS, Status.WARN, center_id, code, count, None, 0.0, REMARK_IN_WORDS.get(code, code))
        for center_id, code, count in counts
    ]


def ledger_checks(connection: "duckdb.DuckDBPyConnection", build: Build) -> list[CheckResult]:
    """Specification 1.6: for each center the rows of the published ledger are those delivered, table by table."""
    rows = connection.execute(
        """
        with ledger as (
            select center_id, drop_number, table_name, sum(row_count) as rows from read_parquet(?) group by all
        ),
        delivered as (
            select center_id, drop_number, table_name, sum(row_count) as rows from landing.delivered_tables group by all
        )
        select
            center_id, coalesce(sum(ledger.rows), 0)::bigint, coalesce(sum(delivered.rows), 0)::bigint,
            count(*) filter (where coalesce(ledger.rows, 0) <> coalesce(delivered.rows, 0))
        from delivered full outer join ledger using (center_id, drop_number, table_name)
        group by center_id order by center_id
        """,
        [str(build.mart("published_row_ledger"))],
    ).fetchall()
    return [
        CheckResult(
            ROW_LEDGER,
            Status.FAIL if different else Status.PASS,
            center_id,
            None,
            in_ledger,
            delivered,
            0.0,
            f"not equal to their ledger: {counted(different, 'delivered table')}" if different else None,
        )
        for center_id, in_ledger, delivered, different in rows
    ]


def harmonised_checks(connection: "duckdb.DuckDBPyConnection") -> list[CheckResult]:
    """The counts that specification 1.6 asks for, as the dbt project makes them; any is a warning."""
    rows = connection.execute(
        "select check_name, center_id, subject, numerator, denominator from harmonised.harmonised_checks order by all"
    ).fetchall()
    return [
        CheckResult(
            Check(name, subject), Status.WARN if found else Status.PASS, center_id, None, found, of, 0.0, subject
        )
        for name, center_id, subject, found, of in rows
    ]


def term_checks(connection: "duckdb.DuckDBPyConnection") -> list[CheckResult]:
    """Terms outside the vocabulary, counted; the terms themselves are a restricted work queue."""
    rows = connection.execute(
        """
        select center_id, kind, count(*), sum(term_count)::bigint from harmonised.unmapped_terms
        group by center_id, kind order by center_id, kind
        """
    ).fetchall()
    if not rows:
        return [CheckResult(UNMAPPED_TERMS, Status.PASS, numerator=0, threshold=0.0)]
    return [
        CheckResult(
            UNMAPPED_TERMS,
            Status.WARN,
            center_id,
            kind,
            terms,
            None,
            0.0,
            f"in {counted(rows_, 'row or cell', 'rows or cells')}",
        )
        for center_id, kind, terms, rows_ in rows
    ]


def test_checks(results: Sequence[Mapping[str, Any]]) -> list[CheckResult]:
    """The data tests of the build's last dbt run as one row, and each warning as a row of its own."""
    tests = [result for result in results if result["unique_id"].startswith("test.")]
    failed = [test for test in tests if test["status"] not in ("pass", "warn")]
    note = ", ".join(_test_name(test) for test in failed) or None
    status = Status.FAIL if failed else Status.PASS
    return [CheckResult(DATA_TESTS, status, None, None, len(failed), len(tests), 0.0, note)]


def key_check(build: Build) -> list[CheckResult]:
    """Whether the public demonstration key stood in for a secret one, or the secret is a weak one.

    A weak secret of real data fails. It blocks no release: any text is a key by specification 1.7.
    """
    landing = build.record.landing
    if landing is not None and landing.is_demonstration_key:
        note = "the public demonstration key was used: for simulated data only"
        return [CheckResult(PSEUDONYM_KEY, Status.WARN, note=note)]
    if landing is None or not landing.warnings:
        return [CheckResult(PSEUDONYM_KEY, Status.PASS)]
    status = Status.WARN if landing.is_simulated else Status.FAIL
    return [CheckResult(PSEUDONYM_KEY, status, note="; ".join(landing.warnings))]


def withdrawal_checks(build: Build, pseudonyms: Collection[str]) -> list[CheckResult]:
    """Whether any withdrawn patient is a person of the build; blocking, since landing has to withhold their rows."""
    if not pseudonyms:
        return [CheckResult(WITHDRAWN_PATIENTS, Status.NOT_APPLICABLE, note="nobody withdrew")]
    import pandas as pd

    persons = pd.read_parquet(build.mart("published_persons"), columns=["person_id"])["person_id"]
    found = int(persons.isin(list(pseudonyms)).sum())
    status = Status.FAIL if found else Status.PASS
    return [CheckResult(WITHDRAWN_PATIENTS, status, None, None, found, len(persons), 0.0)]


def set_aside_check(names: Sequence[str]) -> list[CheckResult]:
    """Releases that left the readers' reach, since nobody can say whether a withdrawn patient is in them."""
    if not names:
        return [CheckResult(RELEASES_SET_ASIDE, Status.PASS, numerator=0, threshold=0.0)]
    note = f"moved to restricted/set_aside: {', '.join(names)}"
    return [CheckResult(RELEASES_SET_ASIDE, Status.WARN, None, None, len(names), None, 0.0, note)]


def eligibility_checks(
    connection: "duckdb.DuckDBPyConnection", build: Build, studies: Sequence[str]
) -> list[CheckResult]:
    """Eligible persons of each study among those who began its agent first."""
    rows = connection.execute(
        "select study_id, count(*) filter (where is_eligible), count(*) from read_parquet(?) group by all",
        [str(build.mart("published_cohort"))],
    ).fetchall()
    counts = {study: (eligible, persons) for study, eligible, persons in rows}
    results = []
    for study in studies:
        eligible, persons = counts.get(study, (0, 0))
        status = Status.PASS if eligible else Status.WARN
        note = None if eligible else "nobody is eligible"
        results.append(CheckResult(ELIGIBLE_PERSONS, status, None, study, eligible, persons, 1.0, note))
    return results


def _test_name(test: Mapping[str, Any]) -> str:
    name: str = test["unique_id"].split(".")[2]
    return name
