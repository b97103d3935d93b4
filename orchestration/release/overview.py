"""A release at a glance: rows of each table, the row ledger, the checks; what the UI shows on its page.

Counts, names and notes of checks only: everything here stands in the release itself.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.release.catalog import query

Row = Mapping[str, str | int | None]

DISPOSITIONS = ("kept", "superseded", "void", "rejected")


def tables(database: Path, row_counts: Mapping[str, int]) -> Sequence[Row]:
    """Each table with its rows and what one of them is."""
    comments = query(database, "select table_name, comment from duckdb_tables() where not internal order by table_name")
    return [
        {"table": one["table_name"], "rows": row_counts[one["table_name"]], "meaning": one["comment"]}
        for one in comments
    ]


def row_ledger(database: Path) -> Sequence[Row]:
    """Rows of each center by what became of them; the last column is their sum (specification 1.6)."""
    counts = ", ".join(
        f"coalesce(sum(row_count) filter (where disposition = '{name}'), 0)::bigint as {name}" for name in DISPOSITIONS
    )
    return query(
        database,
        f"select center_id as center, {counts}, sum(row_count)::bigint as delivered "
        "from row_ledger group by center_id order by center_id",
    )


def rejections(database: Path) -> Sequence[Row]:
    """Why rows were rejected, most frequent first."""
    return query(
        database,
        'select center_id as center, table_name as "table", reason, sum(row_count)::bigint as "rows" '
        "from row_ledger where disposition = 'rejected' group by all order by 4 desc, 1, 2, 3",
    )


def checks(database: Path) -> Sequence[Row]:
    """How many results each check had, by status, those that need attention first."""
    return query(
        database,
        """
        select
            check_name as "check",
            count(*) filter (where status = 'fail') as fail,
            count(*) filter (where status = 'warn') as warn,
            count(*) filter (where status = 'pass') as pass,
            count(*) filter (where status = 'not_applicable') as "not applicable",
            coalesce(string_agg(
                concat_ws(' ', center_id, subject, note), '; ' order by center_id, subject, note
            ) filter (where status in ('fail', 'warn')), '') as notes
        from checks group by check_name order by fail desc, warn desc, check_name
        """,
    )


def studies(database: Path) -> Sequence[Row]:
    """Persons of each study: on its agent, eligible, and by label."""
    return query(
        database,
        """
        select
            cohort.study_id as study, count(*) as "on its agent", count(*) filter (where is_eligible) as eligible,
            count(*) filter (where resistance = 'primary') as "primary",
            count(*) filter (where resistance = 'secondary') as secondary,
            count(*) filter (where resistance = 'progression_free') as "progression free",
            count(*) filter (where resistance = 'indeterminate') as indeterminate
        from cohort left join resistance_labels using (study_id, person_id)
        group by cohort.study_id order by cohort.study_id
        """,
    )
