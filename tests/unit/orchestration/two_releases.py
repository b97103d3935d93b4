"""Two kept releases, one with a patient who withdraws, and how to look into them."""

from pathlib import Path
from typing import Any

import duckdb

from orchestration.release.catalog import Release, ReleaseCatalog, query
from orchestration.settings import Settings

OUT = "0123456789abcdef"
TABLES = """
create table persons as from (values ('{out}', 'center_a'), ('b', 'center_b')) as t(person_id, center_id);
comment on table persons is 'One row a person.';
comment on column persons.person_id is 'It''s a pseudonym.';
create table cohort as from (values ('s', '{out}', 50::integer), ('s', 'b', 60), ('t', 'b', 60))
    as t(study_id, person_id, age_years);
create table survival_estimates as from (values ('s', 1.5), ('t', 2.5)) as t(study_id, median_months);
create table attrition as from (values ('s', 2), ('t', 2)) as t(study_id, persons_entering);
create table row_ledger as from (values ('center_a', 7), ('center_b', 5)) as t(center_id, row_count);
create table checks as from (values ('eligible_persons', 's', 'pass', null), ('eligible_persons', 't', 'pass', null),
    ('model', 's cox_os', 'warn', 'x'), ('data_tests', null, 'pass', null)) as t(check_name, subject, status, note);
create table release as select '{name}' as release_id, 'key' as key_fingerprint;
"""


def make_two_releases(settings: Settings) -> tuple[Release, Release]:
    """Two kept releases, the second without the patient; the first is current, pinned and has reports."""
    for number, person in ((1, OUT), (2, "c")):
        name = f"r{number:06d}-20240630T120000Z"
        folder = settings.releases / name
        for study in ("s", "t"):
            (folder / "reports" / study).mkdir(parents=True)
            (folder / "reports" / study / "index.html").write_text("report")
        with duckdb.connect(str(folder / "cohort.duckdb")) as connection:
            connection.execute(TABLES.format(out=person, name=name))
    catalog = ReleaseCatalog(settings)
    first, second = catalog.all()
    catalog.switch_to(first)
    catalog.pin(first.release_id, True)
    return first, second


def rows(database: Path, table: str) -> list[tuple[Any, ...]]:
    """All rows of a table of a release."""
    return [tuple(row.values()) for row in query(database, f"from {table}")]
