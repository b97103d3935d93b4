"""The SQL of specification 1.2 to 1.7 against the naive reference, row by row, on adversarial drops."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pytest
from raw_to_warehouse import KEY
from reference.drops import cut_offs, read_drops
from reference.events import _assessment, _lab_results, _lesions_b
from reference.ledger import Warehouse, judge_all, value_ledger
from reference.rows import Row, read_rows

Connection = duckdb.DuckDBPyConnection


class JudgedRows(Warehouse):
    """The reference's rows; its short name keeps the report of a failing test readable."""

    def __repr__(self) -> str:
        return f"<{len(self.rows)} judged rows>"


@pytest.fixture(scope="module")
def reference(adversarial_raw: Path) -> Warehouse:
    drops = read_drops(adversarial_raw)
    return JudgedRows(**vars(judge_all(read_rows(drops), KEY, cut_offs(drops))))


def _source_row_id(row: Row) -> str:
    return f"{row.spec.center}|{row.drop.number}|{row.spec.name}|{row.number}"


def _rows(warehouse: Connection, query: str) -> set[tuple[Any, ...]]:
    found = warehouse.execute(query).fetchall()
    assert len(found) == len(set(found))
    return set(found)


def _assert_equal(expected: set[tuple[Any, ...]], actual: set[tuple[Any, ...]]) -> None:
    assert expected, "the drops hold no case"
    missing, extra = sorted(map(str, expected - actual))[:5], sorted(map(str, actual - expected))[:5]
    assert (missing, extra) == ([], [])


def test_1_every_row_has_the_same_disposition(warehouse: Connection, reference: Warehouse) -> None:
    expected = {
        (_source_row_id(row), row.disposition, row.reason) for row in reference.rows if row.drop.state == "loaded"
    }
    _assert_equal(
        expected, _rows(warehouse, "select source_row_id, disposition, reason from harmonised.row_dispositions")
    )


def test_2_the_drops_hold_every_reason(warehouse: Connection) -> None:
    lacking = """
        select reason from vocabulary.rejection_reasons
        where reason not in (
            select reason from harmonised.row_dispositions where reason is not null
            union select reason from harmonised.value_dispositions where reason is not null)"""
    assert warehouse.execute(lacking).fetchall() == []


def test_3_the_value_ledger_is_the_same(warehouse: Connection, reference: Warehouse) -> None:
    expected = {tuple(record.values()) for record in value_ledger(reference)}
    query = """
        select center_id, drop_number, table_name, column_name, disposition, reason, value_count
        from marts.published_value_ledger"""
    _assert_equal(expected, _rows(warehouse, query))


def test_4_persons_and_deaths_are_the_same(warehouse: Connection, reference: Warehouse) -> None:
    expected = {
        (key, one.center_id, one.sex, one.birth_date, one.diagnosis_code or None, one.etiology)
        for key, one in reference.persons.items()
    }
    query = "select person_id, center_id, sex, birth_date, diagnosis_code, etiology from harmonised.harmonised_persons"
    _assert_equal(expected, _rows(warehouse, query))
    deaths = set(reference.context.deaths.items())
    _assert_equal(deaths, _rows(warehouse, "select person_id, death_date from harmonised.harmonised_deaths"))


def test_5_every_laboratory_result_is_the_same(warehouse: Connection, reference: Warehouse) -> None:
    expected = {
        (
            *(reference.person_of(row), row.spec.center, one.result_id, one.analyte, one.comparator or None),
            *(_rounded(one.value), one.moment.day, one.moment.second),
        )
        for row in reference.kept["labs"]
        for one in _lab_results(row)
    }
    query = """
        select person_id, center_id, result_id, analyte, comparator, value, collected_on,
            cast(round(epoch(collected_at - collected_on)) as integer)
        from harmonised.harmonised_lab_results"""
    _assert_equal(expected, _rows(warehouse, query))


def _rounded(value: Decimal) -> Decimal:
    """The 18 decimals a value is kept with."""
    return Decimal(f"{value:.18f}")


def test_6_every_exposure_is_the_same(warehouse: Connection, reference: Warehouse) -> None:
    expected = set()
    for row in reference.kept["orders"]:
        if row.spec.center == "center_b":
            length = row.facts["days"]
        elif row.facts["stop"] is None:
            length = None if row.facts["status"] == "active" else 1
        else:
            length = (row.facts["stop"] - row.day).days + 1
        expected |= {
            (_source_row_id(row), reference.person_of(row), agent, row.day, length) for agent in row.facts["agents"]
        }
    query = """
        select source_row_id, person_id, agent, start_date, stop_date - start_date + 1
        from harmonised.harmonised_exposures"""
    _assert_equal(expected, _rows(warehouse, query))


def _whole(text: str | None) -> int | None:
    return None if text is None else int(text)


def test_7_visits_and_procedures_are_the_same(warehouse: Connection, reference: Warehouse) -> None:
    visits = {
        (
            *(_source_row_id(row), row.id, row.day),
            *(_whole(row.facts["ecog"]), row.facts["ascites"], row.facts["encephalopathy"]),
        )
        for row in reference.kept["visits"]
    }
    query = (
        "select source_row_id, visit_id, visit_date, ecog, ascites, encephalopathy from harmonised.harmonised_visits"
    )
    _assert_equal(visits, _rows(warehouse, query))
    procedures = {
        (_source_row_id(row), kind, row.day)
        for row in reference.kept["procedures"]
        for kind in row.facts.get("procedures") or [row.facts["procedure"]]
    }
    query = "select source_row_id, procedure_type, performed_on from harmonised.harmonised_procedures"
    _assert_equal(procedures, _rows(warehouse, query))


def test_8_imaging_is_the_same(warehouse: Connection, reference: Warehouse) -> None:
    expected = set()
    for row in reference.kept["imaging"]:
        one = _assessment(row, [])
        is_assessment = row.facts["modality"] in ("CT", "MRI") and row.facts["quality"] == "adequate"
        expected.add(
            (
                *(_source_row_id(row), one.study_id, one.day, one.modality.removeprefix("plain "), is_assessment),
                *(one.non_target_status, one.new_lesion, one.portal_vein_invasion, one.has_extrahepatic_spread),
                *(one.tumor_count, one.reported_response),
            )
        )
    query = """
        select source_row_id, imaging_id, study_date, modality, is_response_assessment, non_target_status, new_lesion,
            portal_vein_invasion, has_extrahepatic_spread, tumor_count, reported_response
        from harmonised.harmonised_imaging_assessments"""
    _assert_equal(expected, _rows(warehouse, query))


def test_9_target_lesions_are_the_same(warehouse: Connection, reference: Warehouse) -> None:
    expected = {
        (
            *(_source_row_id(row), row.text("study"), row.text("number"), row.facts["is_lymph_node"] == "Y"),
            *(row.facts["status"], row.facts["longest"], row.facts["viable"]),
        )
        for row in reference.kept["lesions"]
    }
    for row in reference.kept["imaging"]:
        if row.spec.center == "center_b":
            for one in _lesions_b(row):
                is_measured = one.status != "not_evaluable"
                sizes = (one.longest, one.viable) if is_measured else (None, None)
                expected.add((_source_row_id(row), row.id, one.number, one.is_node, one.status, *sizes))
    query = """
        select source_row_id, imaging_id, lesion_number, is_lymph_node, status,
            case when status <> 'not_evaluable' or center_id = 'center_a' then diameter_tenths_mm end,
            case when status <> 'not_evaluable' or center_id = 'center_a' then viable_diameter_tenths_mm end
        from harmonised.harmonised_target_lesions"""
    _assert_equal(expected, _rows(warehouse, query))
