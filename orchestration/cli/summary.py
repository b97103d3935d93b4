"""The summary of a release: who is in it, what to know about it, and where it lies."""

import sys
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

from orchestration.checks.places import Places, places_of_build
from orchestration.checks.words import Finding, findings
from orchestration.cli.output import say
from orchestration.release.catalog import Release, query
from orchestration.release.overview import not_passed, study_ids
from orchestration.release.reports import PAGE, REPORTS
from orchestration.settings import REPOSITORY, Settings
from orchestration.words import counted

EXAMPLE_QUERY = """select study_id, resistance, count(*) as persons
from resistance_labels group by all order by all"""
RUNBOOK = REPOSITORY / "docs" / "runbook" / "checks.md"
MOST_FINDINGS = 3  # of one check in the output of a refresh; `hcc status` shows all
MOST_PLACES = 3
LONGEST_NOTE = 160


def findings_of(settings: Settings, release: Release) -> list[Finding]:
    """What failed or warns in a release; drops by their folders where the reader may see the restricted build."""
    return findings(not_passed(release.database), places_of_release(settings, release))


def places_of_release(settings: Settings, release: Release) -> Places:
    """The folders behind the numbers of drops; none once the build is gone, or where it is closed to the reader."""
    build_id = query(release.database, "select build_id from release")[0]["build_id"]
    return places_of_build(settings.builds / Path(build_id).name / "warehouse.duckdb")


def shortened(found: Sequence[Finding]) -> list[str]:
    """The findings in a screen of lines: the first few of each check, and how many more there are."""
    lines = []
    for name, group in groupby(found, key=lambda one: one.check_name):
        of_check = list(group)
        lines += [finding.line(MOST_PLACES, LONGEST_NOTE) for finding in of_check[:MOST_FINDINGS]]
        left = of_check[MOST_FINDINGS:]
        if left:
            count = sum(max(len(finding.places), 1) for finding in left)
            lines.append(f"{name}: {count} more, for {counted(len(left), 'other reason')}; `hcc status` lists all")
    return lines


def print_summary(settings: Settings, release: Release) -> None:
    """Print what a person wants to know after a refresh."""
    row = query(release.database, "select * from release")[0]
    say(f"release   {release.release_id}{mark_of(row)}")
    say(f"database  {settings.current_release}")
    print_content(release)
    print_reports(release)
    say(
        f'\nTry:  {sys.executable} -c "import duckdb; print(duckdb.connect('
        f"'{settings.current_release}', read_only=True).sql('select * from attrition'))\""
    )
    say(f"or, in any DuckDB client:\n{EXAMPLE_QUERY}")


def mark_of(provenance: dict[str, Any]) -> str:
    """What stands behind the name of a release that is about nobody."""
    return "  (simulated patients: not about anybody)" if provenance["is_simulated"] else ""


def print_content(release: Release) -> None:
    """Print the drops, persons and studies of a release."""
    _print_drops(release)
    _print_persons(release)
    _print_studies(release)


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
        say(f"drops     {row['center_id']}: {states}; {counted(row['rows'] or 0, 'row')}")


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
        from eligible left join labels using (study_id) group by all
        """,
    )
    by_study = {row["study_id"]: row for row in rows}
    for study in study_ids(release.database):
        row = by_study.get(study, {"eligible": 0, "persons": 0, "labels": None})
        labels = f": {row['labels']}" if row["labels"] else ""
        say(f"study     {study}: {row['eligible']} eligible of {row['persons']} on its agent{labels}")
