"""What the pages of landing and release show: counts, checks, states; nothing about single persons."""

import duckdb
import pytest

from orchestration.assets.metadata import as_table, drops_metadata, release_metadata
from orchestration.landing.inventory import Drop, DropState, Inventory
from orchestration.release import overview
from orchestration.release.catalog import Release

COUNTS = {"checks": 3, "cohort": 3, "persons": 3, "resistance_labels": 2, "row_ledger": 4}


@pytest.fixture
def release(tmp_path):
    """A release with what the overview reads."""
    with duckdb.connect(str(tmp_path / "cohort.duckdb")) as connection:
        connection.execute("create table persons as select unnest(['a', 'b', 'c']) as person_id")
        connection.execute(
            "create table cohort as from (values ('s', 'a', true), ('s', 'b', true), ('s', 'c', false)) "
            "as t(study_id, person_id, is_eligible)"
        )
        connection.execute(
            "create table resistance_labels as from (values ('s', 'a', 'primary'), ('s', 'b', 'indeterminate')) "
            "as t(study_id, person_id, resistance)"
        )
        connection.execute(
            "create table row_ledger as from (values ('a', 1, 'labs', 'kept', null, 90), "
            "('a', 1, 'labs', 'rejected', 'invalid_value', 10), ('b', 1, '检验', 'kept', null, 5), "
            "('b', 1, '检验', 'void', null, 2)) "
            "as t(center_id, drop_number, table_name, disposition, reason, row_count)"
        )
        connection.execute(
            "create table checks as from (values ('refused_drops', 'a', 'drop 2', 1, 1, 'fail', 'refused | whole'), "
            "('unmapped_terms', 'b', 'agent', 3, null, 'warn', 'in 4 rows'), "
            "('data_tests', null, null, 0, 9, 'pass', null)) "
            "as t(check_name, center_id, subject, numerator, denominator, status, note)"
        )
        connection.execute("""create table release as select '{"s": "1", "nobodys": "2"}' as protocol_hashes""")
    return Release("r000001-20240630T120000Z", tmp_path, is_current=True, is_pinned=False)


def test_the_ledger_adds_up_across_each_row(release):
    ledger = overview.row_ledger(release.database)
    assert [tuple(row.values()) for row in ledger] == [("a", 90, 0, 0, 10, 100), ("b", 5, 0, 2, 0, 7)]


def test_rejected_rows_are_told_by_reason(release):
    [row] = overview.rejections(release.database)
    assert tuple(row.values()) == ("a", "labs", "invalid_value", 10)


def test_checks_that_need_attention_come_first(release):
    checks = overview.checks(release.database)
    assert [tuple(row.values()) for row in checks] == [
        ("refused_drops", 1, 0, 0),
        ("unmapped_terms", 0, 1, 0),
        ("data_tests", 0, 0, 1),
    ]


def test_what_failed_or_warns_is_told_in_a_line_each(release):
    assert overview.to_look_at(release.database) == [
        "refused_drops: a drop 2: refused | whole",
        "unmapped_terms: b agent 3 (in 4 rows)",
    ]


def test_studies_show_their_labels(release):
    _, row = overview.studies(release.database)
    assert (row["eligible"], row["primary"], row["indeterminate"]) == ("2 of 3", 1, 1)


def test_a_study_on_whose_agent_nobody_is_is_shown_with_0(release):
    nobodys, _ = overview.studies(release.database)
    assert (nobodys["study"], nobodys["eligible"], nobodys["primary"]) == ("nobodys", "0 of 0", 0)


def test_the_page_of_a_release_sums_up_and_lists(release):
    shown = release_metadata(release, "b000001", COUNTS)
    assert (shown["persons"], shown["rows_delivered"], shown["rows_rejected"]) == (3, 107, 10)
    assert (shown["checks_failed"], shown["checks_warning"]) == (1, 1)
    assert [record.data["center"] for record in shown["row_ledger"].records] == ["a", "b"]
    assert {"table": "persons", "rows": 3} in [record.data for record in shown["tables"].records]
    assert shown["to_look_at"].md_str.startswith("* refused_drops: a drop 2")
    assert [column.type for column in shown["row_ledger"].schema.columns][:2] == ["string", "int"]


def test_a_table_without_rows_is_shown_as_one():
    assert as_table([]).records == []


def test_the_page_of_the_drops_goes_by_number_since_dagster_keeps_what_it_shows():
    facts = {"extracted_at": None, "extraction_date": None, "is_simulated": True, "manifest_sha256": "0"}
    loaded = Drop("center_a", "ward-7", 1, "full", state=DropState.LOADED, reason_code=None, reason=None, row_count=5,
                  drop_rank=1, was_landed_before=False, **facts)  # fmt: skip
    refused = Drop("center_b", "ward-8", 1, None, state=DropState.REFUSED, reason_code="x", reason="no table",
                   row_count=0, drop_rank=None, was_landed_before=False, **facts)  # fmt: skip
    shown = drops_metadata(Inventory({}, (loaded, refused), ()))
    assert (shown["drops_loaded"], shown["drops_replaced"], shown["drops_refused"]) == (1, 0, 1)
    records = [record.data for record in shown["drops"].records]
    assert [record["state"] for record in records] == ["loaded", "refused"]
    assert shown["refused"].md_str == "* center_b drop 1: no table"
    assert "ward" not in str(shown)
