"""Raw drops in, rows and tables out: every expectation here was worked out by hand from the specification's text.

The probes are tables of their own modules (`probe_cells`, `probe_rows`, `probe_lines`, `probe_responses`); all of them
are delivered together and built once.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import probe_cell_rows
import probe_cells as cells
import probe_lines
import probe_responses
import probe_rows
import pytest
from probe_drops import Drop
from raw_to_warehouse import KEY, build_warehouse
from reference import parameters
from reference.compare import compare_tables
from reference.release import build_release

PROTOCOLS = [parameters.LENVATINIB, parameters.SORAFENIB]
TABLES = ("persons", "cohort", "treatment_lines", "responses", "attrition", "row_ledger", "value_ledger", "drops")


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("probes") / "raw"
    probe_rows.deliver()
    probe_cell_rows.deliver(probe_rows.LAST, probe_rows.LATER_B)
    probe_lines.deliver(probe_rows.LAST, probe_rows.LATER_B)
    probe_responses.deliver(probe_rows.LAST)
    for drop in probe_rows.DROPS:
        drop.write(folder)
    refused = folder / "center_a" / "x-full"
    refused.mkdir()
    refused.joinpath("manifest.json").write_text(
        '{"center": "center_a", "kind": "full", "extracted_at": "2023-06-20T00:00:00+08:00", "files": {}}'
    )
    return folder


@pytest.fixture(scope="module")
def build(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    """The models of dbt on the probes; their tests have their own place."""
    arguments = ("--no-partial-parse", "--exclude-resource-type", "test", "unit_test")
    database = build_warehouse(raw, tmp_path_factory.mktemp("build"), PROTOCOLS, *arguments)
    return duckdb.connect(str(database), read_only=True)


def _found(build: duckdb.DuckDBPyConnection, query: str) -> dict[Any, Any]:
    """A query's rows by their first column."""
    return {first: rest[0] if len(rest) == 1 else rest for first, *rest in build.sql(query).fetchall()}


def test_1_every_row_ends_in_the_expected_disposition(raw: Path, build: duckdb.DuckDBPyConnection) -> None:
    query = "select source_row_id, coalesce(reason, disposition) from harmonised.row_dispositions"
    found = _found(build, query)
    expected = {}
    for center in ("center_a", "center_b"):
        numbers = {path.parent.name: place for place, path in enumerate(sorted((raw / center).glob("*/*.json")), 1)}
        for drop in (one for one in probe_rows.DROPS if one.center == center):
            expected |= {_row_id(drop, numbers[drop.name], *row): outcome for row, outcome in drop.outcomes.items()}

    assert len(expected) > 900
    assert {row: found[row] for row in expected} == expected


def _row_id(drop: Drop, number: int, table: str, row: int) -> str:
    return f"{drop.center}|{number}|{table}|{row}"


def test_2_numbers_and_units_are_read_exactly(build: duckdb.DuckDBPyConnection) -> None:
    found = _found(build, "select result_id, cast(value as double) from harmonised.harmonised_lab_results")
    expected = {f"number {place}": value for place, (_, value) in enumerate(cells.NUMBERS)}
    expected |= {f"unit {place}": value for place, (*_, value) in enumerate(cells.UNITS)}
    expected = {result: value for result, value in expected.items() if not isinstance(value, str)}

    assert {result: found[result] for result in expected} == pytest.approx(expected, rel=1e-12)


def test_3_drug_texts_name_their_agents(build: duckdb.DuckDBPyConnection) -> None:
    found = _found(
        build,
        """
        select source_name, string_agg(distinct agent, '+' order by agent) from harmonised.harmonised_exposures
        where center_id = 'center_b' group by all""",
    )
    expected = {text: agents for text, agents in cells.DRUGS.items() if agents}
    # Source text is the text after NFKC.
    folded = {"Ｓｏｒａｆｅｎｉｂ": "Sorafenib", "５－ＦＵ": "5-FU"}

    assert {text: found[folded.get(text, text)] for text in expected} == expected


def test_4_dispensings_procedures_conclusions_counts_and_diameters(build: duckdb.DuckDBPyConnection) -> None:
    order = "exposures.source_row_id = orders.source_row_id and orders.order_id like 'days %'"
    days = _found(
        build,
        f"""
        select orders.order_id, exposures.stop_date - exposures.start_date + 1
        from harmonised.harmonised_exposures as exposures
        inner join staging.stg_center_b__medication_orders as orders on {order}""",
    )
    types = _found(
        build,
        """
        select source_name, string_agg(procedure_type, '+' order by procedure_type)
        from harmonised.harmonised_procedures where center_id = 'center_b' group by all""",
    )
    studies = "from harmonised.harmonised_imaging_assessments"
    responses = _found(build, f"select imaging_id, reported_response {studies} where imaging_id like 'conclusion %'")
    counts = _found(build, f"select imaging_id, tumor_count {studies} where imaging_id like 'count %'")
    lesions = "from harmonised.harmonised_target_lesions where imaging_id = 'diameters'"
    diameters = _found(build, f"select cast(lesion_number as integer), diameter_tenths_mm {lesions}")

    assert days == {f"days {n}": length for n, (_, length) in enumerate(cells.DAYS) if not isinstance(length, str)}
    assert types == {text.replace("ＴＡＣＥ", "TACE"): kinds for text, kinds in cells.PROCEDURES.items() if kinds}
    assert responses == {f"conclusion {n}": response for n, response in enumerate(cells.CONCLUSIONS.values())}
    assert counts == {f"count {n}": count for n, (_, count) in enumerate(cells.COUNTS) if not isinstance(count, str)}
    assert diameters == {n: tenths for n, (_, tenths) in enumerate(cells.DIAMETERS) if not isinstance(tenths, str)}


def test_5_treatment_makes_the_expected_lines(build: duckdb.DuckDBPyConnection) -> None:
    query = """
        select records.local_patient_id, lines.regimen, lines.start_day, lines.end_day, lines.regimen_class
        from marts.published_treatment_lines as lines
        inner join harmonised.harmonised_patient_records as records using (person_id)
        where records.center_id = 'center_a' order by lines.line_number"""
    expected = probe_lines.expected_lines()
    found: dict[str, list[Any]] = {person: [] for person in expected}
    for person, *line in build.sql(query).fetchall():
        if person in found:
            found[person].append(tuple(line))

    assert found == expected


def test_6_scans_make_the_expected_responses(build: duckdb.DuckDBPyConnection) -> None:
    query = """
        select records.local_patient_id, criteria, assessment_day, overall_response, response_source, sum_mm
        from marts.published_responses inner join harmonised.harmonised_patient_records as records using (person_id)
        order by assessment_day"""
    expected = probe_responses.expected_responses()
    found: dict[tuple[str, str], list[str]] = {one: [] for one in expected}
    for patient, criteria, day, overall, source, total in build.sql(query).fetchall():
        mark = "*" if source == "reported" else ""
        found[patient, criteria].append(f"{day} {overall}{mark} {'-' if total is None else f'{total:g}'}")

    assert found == expected


def test_7_one_person_at_both_centers(build: duckdb.DuckDBPyConnection) -> None:
    query = """
        select records.local_patient_id, string_agg(distinct person_id), string_agg(distinct persons.center_id),
            string_agg(distinct persons.sex), string_agg(distinct persons.etiology)
        from harmonised.harmonised_patient_records as records inner join harmonised.harmonised_persons as persons
            using (person_id)
        where records.local_patient_id in ('I1', 'I2', 'I3') group by all"""
    found = {patient: (len(ids.split(",")), *facts) for patient, ids, *facts in build.sql(query).fetchall()}

    # The row of the first anticancer order speaks; without one, center A's; an invalid resident id joins nobody.
    assert found["I1"] == (1, "center_b", "F", "HCV")
    assert found["I2"] == (1, "center_a", "M", "HBV")
    assert found["I3"][0] == 2


def test_8_measurement_cells_of_kept_rows_have_their_own_ledger(build: duckdb.DuckDBPyConnection) -> None:
    query = "select column_name, coalesce(reason, disposition), value_count from marts.published_value_ledger"

    assert set(build.sql(f"{query} where drop_number = 1").fetchall()) == {
        ("甲胎蛋白", "missing_unit", 1),
        ("国际标准化比值", "invalid_value", 1),
        ("血红蛋白(g/L)", "implausible_value", 1),
        ("乙肝病毒DNA(IU/mL)", "kept", 1),
        ("靶病灶1长径(cm)", "kept", 1),
        ("靶病灶2长径(cm)", "implausible_value", 1),
        ("靶病灶2活性径(cm)", "invalid_value", 1),
    }


def test_9_the_reference_says_the_same(raw: Path, build: duckdb.DuckDBPyConnection) -> None:
    expected = build_release(raw, KEY, PROTOCOLS)
    actual = {table: build.sql(f"select * from marts.published_{table}").df() for table in TABLES}

    assert compare_tables({table: expected[table] for table in TABLES}, actual) == []
