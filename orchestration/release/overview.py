"""A release at a glance: its studies, the row ledger, the checks; what the UI shows on its page.

Counts, names and notes of checks only: everything here stands in the release itself.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.checks.places import Places
from orchestration.checks.words import findings
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
    """What failed or warns, equal results in one line with the places where they stand."""
    return [finding.line() for finding in findings(not_passed(database), Places())]


def not_passed(database: Path) -> list[dict[str, Any]]:
    """The rows of the table `checks` that failed or warn."""
    return query(database, "select * from checks where status in ('fail', 'warn')")


def study_ids(database: Path) -> list[str]:
    """The studies of a release, those in which nobody stands included."""
    return sorted(json.loads(query(database, "select protocol_hashes from release")[0]["protocol_hashes"]))


def studies(database: Path) -> Sequence[Row]:
    """Eligible persons of each study among those who began its agent first, and their labels."""
    rows = query(
        database,
        """
        select
            cohort.study_id as study, count(*) filter (where is_eligible) || ' of ' || count(*) as eligible,
            count(*) filter (where resistance = 'primary') as "primary",
            count(*) filter (where resistance = 'secondary') as secondary,
            count(*) filter (where resistance = 'progression_free') as "progression free",
            count(*) filter (where resistance = 'indeterminate') as indeterminate
        from cohort left join resistance_labels using (study_id, person_id)
        group by cohort.study_id
        """,
    )
    by_study = {row["study"]: row for row in rows}
    nobody = {"eligible": "0 of 0", "primary": 0, "secondary": 0, "progression free": 0, "indeterminate": 0}
    return [by_study.get(study, {"study": study, **nobody}) for study in study_ids(database)]
