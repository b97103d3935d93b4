"""The file of a release: contract columns first, no dates, fixed order, everything explained."""

from datetime import UTC, datetime

import duckdb
import pytest

from orchestration.errors import InconsistentBuildError
from orchestration.release.contract import PUBLISHED_TABLES, PublishedTable
from orchestration.release.database import write_database
from orchestration.release.dictionary import meaning_of, unit_in

DEATHS = PublishedTable("visits", ("person_id",), ("person_id", "days_from_line_1"), "published_visits")
MANIFEST = {
    "nodes": {
        "model.hcc.published_visits": {
            "resource_type": "model",
            "name": "published_visits",
            "description": "One row per kept visit (specification 1.6).",
            "config": {"meta": {}},
            "columns": {
                "person_id": {"name": "person_id", "description": "Pseudonym (specification 1.7).", "meta": {}},
                "days_from_line_1": {
                    "name": "days_from_line_1",
                    "description": "Day of the visit.",
                    "config": {"meta": {"anchor": "start of line 1", "null": "no line 1"}},
                },
                "weight_kg": {"name": "weight_kg", "description": "Patient's weight.", "meta": {"unit": "kg"}},
            },
        }
    }
}
HASHES = ("protocols_hash", "protocol_hashes", "parameters_hash", "vocabulary_hash", "drops_hash")
NAMES = (
    "release_id",
    "code_version",
    "git_commit",
    "package_versions",
    "key_fingerprint",
    "build_id",
    "report_fingerprints",
)
PROVENANCE = dict.fromkeys((*HASHES, *NAMES), "text") | {
    "created_at": datetime(2024, 6, 30, tzinfo=UTC),
    "is_simulated": True,
}


def parquet(tmp_path, query):
    path = tmp_path / "published_visits.parquet"
    duckdb.sql(f"copy ({query}) to '{path}' (format parquet)")
    return path


def write(tmp_path, query, table=DEATHS):
    path = tmp_path / "cohort.duckdb"
    counts = write_database(path, [(table, [parquet(tmp_path, query)])], PROVENANCE, MANIFEST)
    return path, counts


def rows(path, query):
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(query).fetchall()


VISITS = """
select * from (values ('b', 1, 60.5), ('a', 9, 60.5), ('a', null, 60.5), ('a', 2, 60.5))
as t (person_id, days_from_line_1, weight_kg)
"""


def test_rows_have_a_fixed_order_whatever_order_they_came_in(tmp_path):
    path, counts = write(tmp_path, VISITS)
    assert rows(path, "select person_id, days_from_line_1 from visits") == [("a", None), ("a", 2), ("a", 9), ("b", 1)]
    assert counts == {"visits": 4, "release": 1, "data_dictionary": counts["data_dictionary"]}


def test_no_journal_and_nothing_else_lies_beside_the_file(tmp_path):
    write(tmp_path, VISITS)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cohort.duckdb", "published_visits.parquet"]


def test_there_are_tables_only(tmp_path):
    path, _ = write(tmp_path, VISITS)
    assert rows(path, "select count(*) from duckdb_views() where not internal") == [(0,)]


def test_every_table_and_column_has_a_comment(tmp_path):
    path, _ = write(tmp_path, VISITS)
    assert rows(path, "select table_name from duckdb_tables() where comment is null") == []
    assert (
        rows(path, "select table_name, column_name from duckdb_columns() where not internal and comment is null") == []
    )
    comments = dict(rows(path, "select column_name, comment from duckdb_columns() where table_name = 'visits'"))
    assert comments["days_from_line_1"] == (
        "Day of the visit. Unit: days. Counted from: start of line 1. NULL: no line 1. Specification 1.6."
    )
    assert comments["weight_kg"] == "Patient's weight. Unit: kg. NULL: unknown. Specification 1.6."


def test_the_dictionary_explains_every_column_of_the_file(tmp_path):
    path, _ = write(tmp_path, VISITS)
    explained = rows(path, "select table_name, column_name, type from data_dictionary")
    there = rows(path, "select table_name, column_name, data_type from duckdb_columns() where not internal")
    assert sorted(explained) == sorted(there)


def test_a_column_that_nobody_explained_is_refused(tmp_path):
    with pytest.raises(InconsistentBuildError, match=r"visits\.surprise is explained nowhere"):
        write(tmp_path, "select 'a' as person_id, 1 as days_from_line_1, 2 as surprise")


def test_a_missing_column_of_the_contract_is_refused(tmp_path):
    with pytest.raises(InconsistentBuildError, match="columns of its contract"):
        write(tmp_path, "select 1 as days_from_line_1, 'a' as person_id")


@pytest.mark.parametrize("kind", ["date", "timestamp", "timestamptz"])
def test_a_date_is_refused_whatever_its_name(tmp_path, kind):
    with pytest.raises(InconsistentBuildError, match="holds dates"):
        write(tmp_path, f"select 'a' as person_id, 1 as days_from_line_1, {kind} '2024-06-30' as weight_kg")


def test_the_release_says_where_it_comes_from(tmp_path):
    path, _ = write(tmp_path, VISITS)
    assert rows(path, "select is_simulated, drops_hash, epoch(created_at) from release") == [
        (True, "text", PROVENANCE["created_at"].timestamp())
    ]


def test_tables_that_python_made_get_the_declared_types_even_when_a_study_has_no_row(tmp_path):
    table = next(table for table in PUBLISHED_TABLES if table.name == "resistance_labels")
    empty, filled = tmp_path / "empty.parquet", tmp_path / "filled.parquet"
    columns = "study_id, person_id, resistance, progression_day"
    nothing = "null::int as study_id, null::int as person_id, null::int as resistance, null::double as progression_day"
    duckdb.sql(f"copy (select {nothing} where false) to '{empty}' (format parquet)")
    row = "'s' as study_id, 'p' as person_id, 'primary' as resistance, 40::bigint as progression_day"
    duckdb.sql(f"copy (select {row}, date '2024-01-01' as progression_date) to '{filled}' (format parquet)")
    path = tmp_path / "cohort.duckdb"
    write_database(path, [(table, [empty, filled])], PROVENANCE, MANIFEST)
    assert rows(path, f"select {columns} from resistance_labels") == [("s", "p", "primary", 40)]
    assert [
        kind
        for _, kind in rows(
            path, "select column_name, data_type from duckdb_columns() where table_name = 'resistance_labels'"
        )
    ] == ["VARCHAR", "VARCHAR", "VARCHAR", "INTEGER"]


def test_columns_that_python_makes_are_declared_in_the_order_of_the_contract():
    for table in PUBLISHED_TABLES:
        if table.mart is None:
            declared = tuple(column.name for column in meaning_of(table, MANIFEST).columns)
            assert declared[: len(table.columns)] == table.columns, table.name


@pytest.mark.parametrize(
    ("name", "unit"),
    [
        ("progression_day", "days"),
        ("platelets_10_9_l", "10^9/L"),
        ("albumin_g_l", "g/L"),
        ("prothrombin_time_s", "s"),
        ("sex", None),
        ("age_years", "years"),
    ],
)
def test_units_stand_in_the_names_of_columns(name, unit):
    assert unit_in(name) == unit
