"""What a release holds and how it lies on disk (specification 4)."""

import json
import stat

import pytest

from orchestration.release.contract import DICTIONARY_TABLE, PUBLISHED_TABLES, RELEASE_TABLE

COMPARED = (
    "persons",
    "cohort",
    "treatment_lines",
    "responses",
    "resistance_labels",
    "survival_endpoints",
    "best_responses",
    "attrition",
    "row_ledger",
    "value_ledger",
    "drops",
)


def test_the_summary_says_who_is_in_it_and_where_it_lies(refreshed_once):
    text = refreshed_once.refreshed.stdout
    assert refreshed_once.release_id() in text
    assert str(refreshed_once.out / "cohort.duckdb") in text
    for center, persons in refreshed_once.rows("select center_id, count(*) from persons group by all"):
        assert f"persons   {center}: {persons}" in text
    assert "study     lenvatinib:" in text
    assert "study     sorafenib:" in text
    assert "simulated patients" in text


def test_every_check_that_warns_is_told_on_standard_error(refreshed_once):
    """Some of its results at least; `hcc status` tells all."""
    listed = [line for line in refreshed_once.refreshed.stderr.splitlines() if line.startswith("warning:")]
    names = {line.split(": ")[1] for line in listed}
    assert names == {
        name for (name,) in refreshed_once.rows("select check_name from checks where status in ('warn', 'fail')")
    }
    assert any("pseudonym_key: the public demonstration key" in line for line in listed)


def test_every_table_is_there_and_begins_with_the_columns_of_its_contract(refreshed_once):
    columns = {}
    for table, column in refreshed_once.rows(
        "select table_name, column_name from information_schema.columns order by table_name, ordinal_position"
    ):
        columns.setdefault(table, []).append(column)
    expected = [*PUBLISHED_TABLES, RELEASE_TABLE, DICTIONARY_TABLE]
    assert sorted(columns) == sorted(table.name for table in expected)
    for table in expected:
        assert tuple(columns[table.name][: len(table.columns)]) == table.columns


@pytest.mark.parametrize("table", COMPARED)
def test_no_table_that_is_compared_is_empty(refreshed_once, table):
    assert refreshed_once.rows(f"select count(*) from {table}")[0][0] > 0


def test_rows_of_a_key_are_unique(refreshed_once):
    for table in PUBLISHED_TABLES:
        if table.key == ("person_id",) and table.name != "persons":
            continue  # events have no key of their own
        key = ", ".join(table.key)
        assert refreshed_once.rows(f"select {key} from {table.name} group by all having count(*) > 1") == [], table.name


def test_there_are_no_views_and_no_dates(refreshed_once):
    assert refreshed_once.rows("select count(*) from duckdb_views() where not internal") == [(0,)]
    dated = refreshed_once.rows(
        "select table_name, column_name from duckdb_columns() "
        "where not internal and (data_type like 'DATE%' or data_type like 'TIMESTAMP%')"
    )
    assert dated == [("release", "created_at")]


def test_every_table_and_column_is_explained(refreshed_once):
    assert refreshed_once.rows("select table_name from duckdb_tables() where comment is null or comment = ''") == []
    without = refreshed_once.rows(
        "select table_name, column_name from duckdb_columns() where not internal and coalesce(comment, '') = ''"
    )
    assert without == []
    assert refreshed_once.rows("select count(*) from data_dictionary where coalesce(meaning, '') = ''") == [(0,)]
    unexplained = refreshed_once.rows(
        "select table_name, column_name from duckdb_columns() where not internal "
        "except select table_name, column_name from data_dictionary"
    )
    assert unexplained == []


def test_columns_that_count_days_say_from_when(refreshed_once):
    days = refreshed_once.rows(
        "select table_name, column_name from data_dictionary where unit = 'days' and anchor is null"
    )
    assert days == []


def test_every_number_has_a_unit(refreshed_once):
    without = refreshed_once.rows(
        "select table_name, column_name from data_dictionary "
        "where unit is null and type in ('TINYINT', 'INTEGER', 'BIGINT', 'HUGEINT', 'FLOAT', 'DOUBLE')"
    )
    assert without == []


def test_the_release_says_where_it_comes_from(refreshed_once):
    [row] = refreshed_once.rows(
        "select is_simulated, code_version, protocol_hashes, package_versions, key_fingerprint, drops_hash from release"
    )
    assert row[0] is True
    assert set(json.loads(row[2])) == {"lenvatinib", "sorafenib"}
    assert json.loads(row[3])["duckdb"]
    assert (len(row[4]), len(row[5])) == (16, 64)


def test_the_ledger_adds_up_to_the_delivered_rows(refreshed_once):
    [(ledger,)] = refreshed_once.rows("select sum(row_count) from row_ledger")
    [(delivered,)] = refreshed_once.rows("select sum(row_count) from drops where state <> 'refused'")
    assert ledger == delivered


def test_no_blocking_check_failed_and_every_check_has_a_known_state(refreshed_once):
    assert refreshed_once.rows("select count(*) from checks where is_blocking and status = 'fail'") == [(0,)]
    states = {status for (status,) in refreshed_once.rows("select distinct status from checks")}
    assert states <= {"pass", "warn", "fail", "not_applicable"}


def test_a_refused_drop_is_a_failed_check_that_says_why_and_names_no_folder(refreshed_once):
    refused = refreshed_once.rows("select center_id, drop_number from drops where state = 'refused'")
    assert refused
    for center, number in refused:
        found = refreshed_once.rows(
            f"select note from checks where check_name = 'refused_drops' and center_id = '{center}' "
            f"and subject = 'drop {number}' and status = 'fail'"
        )
        assert len(found) == 1
        assert found[0][0].startswith("refused whole: ")
    folders = [path.name for path in refreshed_once.raw.glob("*/*")]
    notes = " ".join(note or "" for (note,) in refreshed_once.rows("select note from checks"))
    assert not [folder for folder in folders if folder in notes]


def test_the_link_points_into_the_newest_release_and_nothing_lies_beside_it(refreshed_once):
    link = refreshed_once.out / "cohort.duckdb"
    assert str(link.readlink()) == f"releases/{refreshed_once.release_id()}/cohort.duckdb"
    assert sorted(path.name for path in refreshed_once.out.iterdir()) == ["cohort.duckdb", "releases", "restricted"]
    assert [path.name for path in link.resolve().parent.iterdir()] == ["cohort.duckdb"]


def test_everything_restricted_is_closed_to_others_and_the_release_open(refreshed_once):
    restricted = refreshed_once.out / "restricted"
    for path in [restricted, *restricted.rglob("*")]:
        mode = stat.S_IMODE(path.lstat().st_mode)
        assert mode == (0o700 if path.is_dir() else 0o600), path
    database = (refreshed_once.out / "cohort.duckdb").resolve()
    assert stat.S_IMODE(database.stat().st_mode) == 0o444
    assert stat.S_IMODE(database.parent.stat().st_mode) == 0o755
    assert stat.S_IMODE(refreshed_once.out.stat().st_mode) == 0o755
