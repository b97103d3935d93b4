"""A kept release without a withdrawn patient: in one step, with everybody else's rows, types and comments as before."""

import shutil

import duckdb
import pytest
from unit.orchestration.two_releases import OUT, make_two_releases, rows

from orchestration.errors import RefreshError
from orchestration.release.catalog import ReleaseCatalog, query
from orchestration.withdrawal import kept_releases
from orchestration.withdrawal.kept_releases import clean_releases


@pytest.fixture
def releases(settings):
    """Two kept releases, the second without the patient; the first is current, pinned and has reports."""
    return make_two_releases(settings)


def test_only_releases_that_hold_the_patient_are_touched(settings, releases):
    first, second = releases
    untouched = second.database.stat().st_ino
    assert clean_releases(settings, {OUT}, "key").changed == [first.release_id]
    assert second.database.stat().st_ino == untouched
    assert clean_releases(settings, {OUT}, "key") == ([], [], [], [])


def test_rows_of_the_patient_go_and_those_of_others_stay(settings, releases):
    clean_releases(settings, {OUT}, "key")
    database = releases[0].database
    assert rows(database, "persons") == [("b", "center_b")]
    assert rows(database, "cohort") == [("s", "b", 60), ("t", "b", 60)]
    assert rows(database, "row_ledger") == [("center_a", 7), ("center_b", 5)]


def test_aggregates_and_checks_go_for_the_studies_of_the_patient_alone(settings, releases):
    clean_releases(settings, {OUT}, "key")
    first, _ = releases
    assert [row[0] for row in rows(first.database, "survival_estimates")] == ["t"]
    names = [row[:2] for row in rows(first.database, "checks")]
    assert names == [("data_tests", None), ("eligible_persons", "t"), ("withdrawn_patients", None)]


def test_attrition_and_reports_go_for_every_study_since_they_count_all_persons(settings, releases):
    clean_releases(settings, {OUT}, "key")
    first, second = releases
    assert rows(first.database, "attrition") == []
    assert not (first.folder / "reports").exists()
    assert (second.folder / "reports" / "s" / "index.html").exists()


def test_the_database_stays_as_it_was_while_a_report_cannot_be_removed(settings, releases, monkeypatch):
    first, _ = releases
    remove = shutil.rmtree

    def refuse(folder, ignore_errors=False):
        if folder.name == "reports":
            if ignore_errors:
                return
            raise PermissionError(13, "Permission denied")
        remove(folder, ignore_errors=ignore_errors)

    with monkeypatch.context() as patched:
        patched.setattr(kept_releases.shutil, "rmtree", refuse)
        with pytest.raises(RefreshError, match=r"reports cannot be removed \(Permission denied\)"):
            clean_releases(settings, {OUT}, "key")
    assert (OUT, "center_a") in rows(first.database, "persons")


def test_types_comments_name_pin_and_mode_stay(settings, releases):
    clean_releases(settings, {OUT}, "key")
    [first, _] = ReleaseCatalog(settings).all()
    assert (first.is_current, first.is_pinned) == (True, True)
    assert first.database.stat().st_mode & 0o777 == 0o444
    columns = query(
        first.database, "select column_name, data_type, comment from duckdb_columns() where table_name = 'cohort'"
    )
    assert [column["data_type"] for column in columns] == ["VARCHAR", "VARCHAR", "INTEGER"]
    [person] = query(
        first.database,
        "select comment from duckdb_columns() where table_name = 'persons' and column_name = 'person_id'",
    )
    assert person["comment"] == "It's a pseudonym."
    [table] = query(first.database, "select comment from duckdb_tables() where table_name = 'persons'")
    assert table["comment"] == "One row a person."


def test_no_byte_of_the_patient_stays_in_the_file(settings, releases):
    assert OUT.encode() in releases[0].database.read_bytes()
    clean_releases(settings, {OUT}, "key")
    assert OUT.encode() not in releases[0].database.read_bytes()


def test_a_clean_up_that_broke_off_is_done_by_the_next_one(settings, releases, monkeypatch):
    """The reports are gone, the database was not replaced yet: the patient is still found."""
    first, _ = releases

    def break_down(*_):
        raise OSError("killed")

    with monkeypatch.context() as patched:
        patched.setattr(kept_releases, "_replace", break_down)
        with pytest.raises(OSError, match="killed"):
            clean_releases(settings, {OUT}, "key")
    assert (OUT, "center_a") in rows(first.database, "persons")
    assert clean_releases(settings, {OUT}, "key").changed == [first.release_id]
    assert not list(settings.releases.glob(".*"))


def test_a_reader_reads_on(settings, releases):
    with duckdb.connect(str(settings.current_release), read_only=True) as reader:
        clean_releases(settings, {OUT}, "key")
        assert reader.execute("select count(*) from persons").fetchall() == [(2,)]
    assert len(rows(settings.current_release, "persons")) == 1


def test_while_nobody_withdrew_nothing_is_opened(settings):
    assert clean_releases(settings, set(), "key") == ([], [], [], [])
