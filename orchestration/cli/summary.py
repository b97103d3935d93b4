"""The summary of a release: who is in it, what to know about it, and where it lies."""

from typing import Any

from orchestration.cli.output import say
from orchestration.release.catalog import Release, query
from orchestration.release.reports import PAGE, REPORTS
from orchestration.settings import Settings

EXAMPLE_QUERY = """select study_id, resistance, count(*) as persons
from resistance_labels group by all order by all"""


def warnings_of(release: Release) -> list[str]:
    """What did not pass, a line each."""
    return [describe_check(check) for check in checks_not_passed(release)]


def print_summary(settings: Settings, release: Release) -> None:
    """Print what a person wants to know after a refresh."""
    row = query(release.database, "select * from release")[0]
    simulated = "  (simulated patients: not about anybody)" if row["is_simulated"] else ""
    say(f"release   {release.release_id}{simulated}")
    say(f"database  {settings.current_release}")
    _print_drops(release)
    _print_persons(release)
    _print_studies(release)
    print_reports(release)
    say(
        '\nTry:  python -c "import duckdb; print(duckdb.connect('
        f"'{settings.current_release}', read_only=True).sql('select * from attrition'))\""
    )
    say(f"or, in any DuckDB client:\n{EXAMPLE_QUERY}")


def checks_not_passed(release: Release) -> list[dict[str, Any]]:
    """Failed and warning checks of a release, failed ones first."""
    return query(
        release.database,
        "select * from checks where status in ('fail', 'warn') order by status, check_name, center_id, subject",
    )


def describe_check(check: dict[str, Any]) -> str:
    """A row of the table `checks` in one line."""
    about = " ".join(part for part in (check["center_id"], check["subject"]) if part)
    counts = ""
    if check["numerator"] is not None:
        of = f" of {check['denominator']}" if check["denominator"] is not None else ""
        counts = f"{check['numerator']}{of}"
    return ": ".join(part for part in (check["check_name"], about, counts, check["note"]) if part)


def print_reports(release: Release) -> None:
    """Print where the page of each study's report lies."""
    for page in sorted((release.folder / REPORTS).glob(f"*/{PAGE}")):
        say(f"report    {page.parent.name}: {page}")


def _print_drops(release: Release) -> None:
    rows = query(
        release.database,
        """select center_id, count(*) as drops, count(*) filter (where state = 'loaded') as loaded,
        count(*) filter (where state = 'replaced') as replaced,
        count(*) filter (where state = 'refused') as refused, sum(row_count)::bigint as rows
        from drops group by center_id order by center_id""",
    )
    for row in rows:
        refused = f", {row['refused']} refused" if row["refused"] else ""
        replaced = f", {row['replaced']} replaced by newer ones" if row["replaced"] else ""
        states = f"{row['loaded']} of {row['drops']} loaded{replaced}{refused}"
        say(f"drops     {row['center_id']}: {states}; {row['rows'] or 0} rows")


def _print_persons(release: Release) -> None:
    for row in query(release.database, "select center_id, count(*) as n from persons group by all order by all"):
        say(f"persons   {row['center_id']}: {row['n']}")


def _print_studies(release: Release) -> None:
    rows = query(
        release.database,
        """
        with eligible as (
            select study_id, count(*) filter (where is_eligible) as eligible, count(*) as persons
            from cohort group by all
        ),
        labels as (
            select study_id, resistance, count(*) as persons from resistance_labels group by all
        )
        select
            eligible.study_id, eligible.eligible, eligible.persons,
            string_agg(labels.resistance || ' ' || labels.persons, ', ' order by labels.resistance) as labels
        from eligible left join labels using (study_id) group by all order by all
        """,
    )
    for row in rows:
        labels = f": {row['labels']}" if row["labels"] else ""
        say(f"study     {row['study_id']}: {row['eligible']} eligible of {row['persons']} on its agent{labels}")
