"""A release at a glance: its studies, the row ledger, the checks; what the UI shows on its page.

Counts, names and notes of checks only: everything here stands in the release itself.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path

from orchestration.release.catalog import query

Row = Mapping[str, str | int | None]

DISPOSITIONS = ("kept", "superseded", "void", "rejected")


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
            count(*) filter (where status = 'pass') as pass
        from checks group by check_name order by fail desc, warn desc, check_name
        """,
    )


def to_look_at(database: Path) -> list[str]:
    """Each result of a check that failed or warns, in a line."""
    rows = query(
        database,
        """
        select check_name, concat_ws(' ', center_id, subject) as about, note from checks
        where status in ('fail', 'warn') order by status, check_name, about, note
        """,
    )
    return [": ".join(part for part in (row["check_name"], row["about"], row["note"]) if part) for row in rows]


def studies(database: Path) -> Sequence[Row]:
    """Eligible persons of each study among those who began its agent first, and their labels."""
    return query(
        database,
        """
        select
            cohort.study_id as study, count(*) filter (where is_eligible) || ' of ' || count(*) as eligible,
            count(*) filter (where resistance = 'primary') as "primary",
            count(*) filter (where resistance = 'secondary') as secondary,
            count(*) filter (where resistance = 'progression_free') as "progression free",
            count(*) filter (where resistance = 'indeterminate') as indeterminate
        from cohort left join resistance_labels using (study_id, person_id)
        group by cohort.study_id order by cohort.study_id
        """,
    )
