"""A kept release without a withdrawn patient: in one step, with everybody else's rows, types and comments as before."""

import shutil
import subprocess
import sys

import duckdb
import pytest

from orchestration.checks.model import Status
from orchestration.checks.of_build import set_aside_check
from orchestration.errors import RefreshError
from orchestration.release.catalog import ReleaseCatalog, query
from orchestration.withdrawal import kept_releases
from orchestration.withdrawal.kept_releases import clean_releases
from orchestration.withdrawal.other_keys import releases_of_other_keys
from orchestration.withdrawal.register import WithdrawalRegister
from orchestration.withdrawal.set_aside import names_set_aside

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


@pytest.fixture
def releases(settings):
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


def rows(database, table):
    return [tuple(row.values()) for row in query(database, f"from {table}")]


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


def damage(database):
    """Overwrite blocks behind the header: the file opens, and some rows of it can still be read."""
    database.chmod(0o644)
    content = bytearray(database.read_bytes())
    middle = len(content) // 2
    content[middle:] = bytes(len(content) - middle)
    database.write_bytes(content)


def test_a_release_that_cannot_be_read_is_set_aside_and_keeps_no_other_from_being_cleaned(settings, releases, caplog):
    broken = settings.releases / "r000000-20240629T120000Z"
    broken.mkdir()
    (broken / "cohort.duckdb").write_bytes(b"no database")
    assert clean_releases(settings, {OUT}, "key")[:2] == ([releases[0].release_id], [broken.name])
    assert f"were set aside: {broken.name}" in caplog.text
    assert not broken.exists()
    assert names_set_aside(settings) == [broken.name]


def test_a_torn_release_is_set_aside_with_its_reports_and_its_pin(settings, releases):
    first, second = releases
    damage(first.database)
    assert clean_releases(settings, {OUT}, "key").unreadable == [first.release_id]
    aside = settings.restricted / "set_aside" / first.release_id
    assert {path.name for path in aside.iterdir()} == {"cohort.duckdb", "reports", "pinned"}
    assert {path.stat().st_mode & 0o077 for path in (aside, *aside.rglob("*"))} == {0}
    assert [release.release_id for release in ReleaseCatalog(settings).all()] == [second.release_id]


def test_readers_get_the_newest_other_release_where_the_current_one_is_set_aside(settings, releases):
    damage(releases[0].database)
    clean_releases(settings, {OUT}, "key")
    assert ReleaseCatalog(settings).current_id() == releases[1].release_id
    assert rows(settings.current_release, "persons")


def test_the_number_of_a_release_that_was_set_aside_is_not_given_again(settings, releases):
    damage(releases[1].database)
    clean_releases(settings, {OUT}, "key")
    assert ReleaseCatalog(settings).next_id().startswith("r000003-")


def test_where_no_other_release_is_left_there_is_no_link_to_one(settings, releases):
    shutil.rmtree(releases[1].folder)
    damage(releases[0].database)
    clean_releases(settings, {OUT}, "key")
    assert not settings.current_release.is_symlink()


def test_a_release_that_was_brought_back_and_still_cannot_be_read_is_set_aside_beside_the_first(settings, releases):
    first, _ = releases
    damage(first.database)
    clean_releases(settings, {OUT}, "key")
    shutil.copytree(settings.restricted / "set_aside" / first.release_id, first.folder)
    clean_releases(settings, {OUT}, "key")
    assert names_set_aside(settings) == [first.release_id, f"{first.release_id}-2"]


def test_a_report_that_another_release_shares_stays_readable_there(settings, releases):
    first, second = releases
    shared = second.folder / "reports" / "s" / "index.html"
    shared.unlink()
    shared.hardlink_to(first.folder / "reports" / "s" / "index.html")
    mode = shared.stat().st_mode
    damage(first.database)
    clean_releases(settings, {OUT}, "key")
    assert shared.stat().st_mode == mode


def test_a_release_that_can_be_read_but_not_replaced_is_never_set_aside(settings, releases, monkeypatch):
    """Such as on a full disk, which the database reports as it reports a torn file."""

    def fail(*_):
        raise duckdb.IOException("Could not write file: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(kept_releases, "_copy", fail)
        with pytest.raises(RefreshError, match=f"release {releases[0].release_id} holds withdrawn patients and cannot"):
            clean_releases(settings, {OUT}, "key")
    assert names_set_aside(settings) == []
    assert clean_releases(settings, {OUT}, "key").changed == [releases[0].release_id]


def test_releases_searched_before_are_not_opened_again(settings, releases, monkeypatch):
    clean_releases(settings, {OUT}, "key")
    opened = []
    monkeypatch.setattr(kept_releases, "clean_release", lambda release, _: opened.append(release.release_id))
    clean_releases(settings, {OUT}, "key")
    assert opened == []
    clean_releases(settings, {OUT, "b"}, "key")
    assert opened == [release.release_id for release in releases]


def test_a_release_restored_from_a_backup_is_searched_again(settings, releases, tmp_path):
    first, _ = releases
    backup = shutil.copytree(first.folder, tmp_path / "backup")
    clean_releases(settings, {OUT}, "key")
    shutil.rmtree(first.folder)
    shutil.copytree(backup, first.folder)
    assert clean_releases(settings, {OUT}, "key").changed == [first.release_id]


def test_a_torn_record_of_searches_costs_a_search_and_nothing_else(settings, releases):
    clean_releases(settings, {OUT}, "key")
    (settings.restricted / "searched_releases.json").write_text("{")
    assert clean_releases(settings, {OUT}, "key") == ([], [], [], [])


def give_key(release, key):
    with duckdb.connect(str(release.database)) as connection:
        connection.execute(f"update release set key_fingerprint = '{key}'")


def test_releases_of_another_key_are_named_by_key(settings, releases):
    first, _ = releases
    give_key(first, "old")
    found = releases_of_other_keys(settings, "key")
    assert {key: [release.release_id for release in of_key] for key, of_key in found.items()} == {
        "old": [first.release_id]
    }


def test_a_release_of_another_key_is_set_aside_since_nobody_is_found_in_it(settings, releases):
    first, second = releases
    ReleaseCatalog(settings).switch_to(second)
    give_key(first, "old")
    assert clean_releases(settings, {OUT}, "key").of_other_keys == [first.release_id]
    assert names_set_aside(settings) == [first.release_id]


def test_one_that_is_brought_back_is_set_aside_again(settings, releases):
    test_a_release_of_another_key_is_set_aside_since_nobody_is_found_in_it(settings, releases)
    first, _ = releases
    shutil.move(settings.restricted / "set_aside" / first.release_id, first.folder)
    assert clean_releases(settings, {OUT}, "key").of_other_keys == [first.release_id]


def test_a_refresh_leaves_the_current_release_to_the_readers_until_it_is_replaced(settings, releases):
    first, second = releases
    give_key(first, "old")
    assert clean_releases(settings, {OUT}, "key").of_other_keys == []
    ReleaseCatalog(settings).switch_to(second)
    assert clean_releases(settings, {OUT}, "key").of_other_keys == [first.release_id]


def test_a_withdrawal_takes_the_current_release_too(settings, releases):
    first, second = releases
    give_key(first, "old")
    assert clean_releases(settings, {OUT}, "key", may_take_current=True).of_other_keys == [first.release_id]
    assert ReleaseCatalog(settings).current_id() == second.release_id


def test_with_pseudonyms_under_the_other_key_it_is_searched(settings, releases):
    first, _ = releases
    give_key(first, "old")
    assert clean_releases(settings, {"f" * 16}, "key", {"old": {OUT}}).changed == [first.release_id]


def test_one_whose_key_cannot_be_read_is_set_aside(settings, releases):
    first, _ = releases
    with duckdb.connect(str(first.database)) as connection:
        connection.execute("drop table release")
    assert clean_releases(settings, {OUT}, "key").unreadable == [first.release_id]


def test_one_that_somebody_has_open_for_writing_is_left_for_the_next_time(settings, releases):
    first, _ = releases
    code = (
        f"import duckdb, sys; c = duckdb.connect({str(first.database)!r}); print('open', flush=True); sys.stdin.read()"
    )
    first.database.chmod(0o644)
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"open\n"
        assert clean_releases(settings, {OUT}, "key").busy == [first.release_id]
        writer.communicate()
    assert names_set_aside(settings) == []
    assert clean_releases(settings, {OUT}, "key").changed == [first.release_id]


def test_more_pseudonyms_of_the_same_patients_leave_releases_of_earlier_keys_searched(settings, releases):
    first, second = releases
    register = WithdrawalRegister(settings)
    settings.restricted.mkdir(parents=True, exist_ok=True)
    register.add({OUT}, "old")
    give_key(first, "old")
    give_key(second, "old")
    clean_releases(settings, register.pseudonyms(), "old")
    register.renew([{"f" * 16}], "key")
    register.learn([{"f" * 16, "e" * 16}])
    assert clean_releases(settings, register.pseudonyms(), "key", may_take_current=True) == ([], [], [], [])


def test_a_check_names_the_releases_for_as_long_as_they_lie_aside(settings, releases):
    [before] = set_aside_check(names_set_aside(settings))
    assert before.status is Status.PASS
    damage(releases[0].database)
    clean_releases(settings, {OUT}, "key")
    [after] = set_aside_check(names_set_aside(settings))
    assert (after.status, after.numerator) == (Status.WARN, 1)
    assert releases[0].release_id in after.note
