"""`hcc withdraw`: a patient leaves the kept releases at once, in one step, and every later one; nobody else changes."""

import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest
from refreshed_warehouse import Warehouse, last_line, run_hcc

WIDE = "select person_id from cohort where is_eligible and study_id = 'lenvatinib' and center_id = '{center}'"


@dataclass
class Story:
    """A warehouse whose one release was open while two patients withdrew, and which was refreshed afterwards."""

    warehouse: Warehouse
    before: dict[str, list[tuple]]
    kept: dict[str, list[tuple]]
    after: dict[str, list[tuple]]
    read_while_open: int
    persons: tuple[str, str]
    numbers: tuple[str, str]
    said: subprocess.CompletedProcess[str]
    builds_after_withdrawal: list[str]
    first_release: str

    def rows_of(self, tables: dict[str, list[tuple]], person: str) -> int:
        return sum(person in row for rows in tables.values() for row in rows)


def everything(database: Path) -> dict[str, list[tuple]]:
    """All rows of a release, by table."""
    with duckdb.connect(str(database), read_only=True) as connection:
        names = [name for (name,) in connection.execute("select table_name from duckdb_tables()").fetchall()]
        return {name: connection.execute(f"from {name} order by all nulls first").fetchall() for name in names}


def number_of(out: Path, center: str, column: str, person: str) -> str:
    """The center's own number of a person."""
    files = f"{out}/restricted/landing/{center}/*/patients.parquet"
    query = f"select distinct \"{column}\" from read_parquet('{files}') where _person_id = ?"
    return duckdb.execute(query, [person]).fetchall()[0][0]


@pytest.fixture(scope="module")
def story(refreshed_once, tmp_path_factory):
    out = tmp_path_factory.mktemp("withdrawal") / "out"
    shutil.copytree(refreshed_once.out, out, symlinks=True)
    warehouse = Warehouse(refreshed_once.raw, out, refreshed_once.refreshed)
    first = warehouse.release_id()
    before = everything(out / "cohort.duckdb")
    [(in_a,)] = warehouse.rows(WIDE.format(center="center_a") + " order by all limit 1")
    [(in_b,)] = warehouse.rows(WIDE.format(center="center_b") + " order by all limit 1")
    number = number_of(out, "center_a", "patient_id", in_a)
    other = number_of(out, "center_b", "患者主索引", in_b)
    with duckdb.connect(str(out / "cohort.duckdb"), read_only=True) as reader:
        (out / "names.txt").write_text(f"center_a {number}\n\n{in_b}\n", encoding="utf-8")
        said = run_hcc("withdraw", "--raw", warehouse.raw, "--out", out, "--from", out / "names.txt")
        read = reader.execute("select count(*) from persons").fetchall()[0][0]
    assert said.returncode == 0, said.stderr
    builds = [path.name for path in (out / "restricted" / "builds").iterdir()]
    kept = everything(out / "cohort.duckdb")
    refreshed = warehouse.refresh()
    assert refreshed.returncode == 0, refreshed.stderr
    after = everything(out / "cohort.duckdb")
    return Story(warehouse, before, kept, after, read, (in_a, in_b), (number, other), said, builds, first)


def test_the_patients_are_in_no_table_of_the_kept_release_nor_of_the_next(story):
    for person in story.persons:
        assert story.rows_of(story.before, person) > 10
        assert story.rows_of(story.kept, person) == 0
        assert story.rows_of(story.after, person) == 0


def test_who_had_the_release_open_read_on(story):
    assert story.read_while_open == len(story.before["persons"])


def test_the_file_of_the_kept_release_holds_nothing_of_them_not_even_as_deleted_rows(story):
    content = (story.warehouse.out / "releases" / story.first_release / "cohort.duckdb").read_bytes()
    assert not any(person.encode() in content for person in story.persons)


@pytest.mark.parametrize("release", ["kept", "after"])
def test_no_row_about_anybody_else_changed(story, release):
    tables = getattr(story, release)
    compared = [name for name, rows in story.before.items() if any(story.persons[0] in row for row in rows)]
    assert {"persons", "cohort", "lab_results", "survival_endpoints"} <= set(compared)
    for name in compared:
        others = [row for row in story.before[name] if not set(story.persons) & set(row)]
        assert tables[name] == others, name


def test_aggregates_of_their_studies_leave_the_kept_release_and_come_anew_with_the_next(story):
    for name in ("survival_estimates", "survival_curves", "attrition"):
        assert not [row for row in story.kept[name] if row[0] == "lenvatinib"]
        assert [row for row in story.after[name] if row[0] == "lenvatinib"]
    notes = [row for row in story.kept["checks"] if row[0] == "withdrawn_patients"]
    assert len(notes) == 1
    assert "refresh for new ones" in str(notes[0])


def test_the_kept_release_explains_its_columns_as_before(story):
    query = "select table_name, column_name, comment from duckdb_columns() where not internal order by all"
    out = story.warehouse.out
    with duckdb.connect(str(out / "releases" / story.first_release / "cohort.duckdb"), read_only=True) as connection:
        comments = connection.execute(query).fetchall()
    assert comments == story.warehouse.rows(query)
    assert story.kept["data_dictionary"] == story.before["data_dictionary"]


def test_the_ledger_still_adds_up_with_their_rows_as_void(story):
    def sums(tables, *dispositions):
        counts: dict[tuple, int] = {}
        for center, drop, table, disposition, _, count in tables["row_ledger"]:
            if not dispositions or disposition in dispositions:
                counts[center, drop, table] = counts.get((center, drop, table), 0) + count
        return counts

    assert sums(story.after) == sums(story.before)
    void, earlier = sums(story.after, "void"), sums(story.before, "void")
    more = {place for place, count in void.items() if count > earlier.get(place, 0)}
    assert {table for _, _, table in more} >= {"patients", "lab_results", "患者信息", "检验", "住院号对照"}
    assert [row for row in story.after["checks"] if row[0] == "withdrawn_patients" and "pass" in row]


def test_no_build_is_left_that_could_bring_them_back(story):
    assert story.builds_after_withdrawal == []


def test_the_register_is_private_and_holds_pseudonyms_alone(story):
    register = story.warehouse.out / "restricted" / "withdrawn.json"
    assert register.stat().st_mode & 0o777 == 0o600
    content = register.read_text(encoding="utf-8")
    assert all(person in content for person in story.persons)
    assert not any(number in content for number in story.numbers)


def test_neither_number_nor_pseudonym_is_printed_or_logged(story):
    said = story.said.stdout + story.said.stderr
    storage = story.warehouse.out / "restricted" / "dagster"
    logged = b"".join(path.read_bytes() for path in storage.rglob("*") if path.is_file())
    for word in (*story.persons, *story.numbers):
        assert word not in said
    for person in story.persons:
        assert person.encode() not in logged
    assert "withdrawn: 2; releases changed: 1 of 1" in said


def test_a_number_that_nobody_has_is_refused_before_anything_is_recorded(story):
    out = story.warehouse.out
    register = (out / "restricted" / "withdrawn.json").read_bytes()
    names = out / "typo.txt"
    names.write_text("center_a no-such-number\n", encoding="utf-8")
    refused = run_hcc("withdraw", "--raw", story.warehouse.raw, "--out", out, "--from", names)
    assert refused.returncode == 1
    assert "line 1: nobody of this number was ever landed" in last_line(refused)
    assert "no-such-number" not in refused.stderr
    assert (out / "restricted" / "withdrawn.json").read_bytes() == register
