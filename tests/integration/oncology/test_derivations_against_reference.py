"""The SQL of specification 2.1 to 2.4 against the naive reference, row by row, on patients made for its limits."""

from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import course_build
import duckdb
import pytest
from course_drops import write_course_drops
from reference.cohort import PersonCourse, covariates_at
from reference.compare import compare_tables
from reference.drops import cut_offs, read_drops
from reference.ledger import judge_all
from reference.parameters import WAREHOUSE, complete
from reference.release import build_release, person_courses
from reference.rows import read_rows

COMPARED = ("persons", "cohort", "treatment_lines", "responses", "attrition")
Connection = duckdb.DuckDBPyConnection


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("courses") / "raw"
    write_course_drops(folder, seed=20240630, patients=900)
    return folder


@pytest.fixture(scope="module")
def warehouse(raw: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    database = course_build.build(raw, tmp_path_factory.mktemp("course_build"))
    with duckdb.connect(str(database), read_only=True) as connection:
        yield connection


@pytest.fixture(scope="module")
def courses(raw: Path) -> dict[str, PersonCourse]:
    drops = read_drops(raw)
    return person_courses(judge_all(read_rows(drops), course_build.KEY, cut_offs(drops)), WAREHOUSE)


def _counts(warehouse: Connection, query: str) -> dict[Any, int]:
    return dict(warehouse.execute(query).fetchall())


def test_1_published_tables_equal_the_reference(warehouse: Connection, raw: Path) -> None:
    expected = build_release(raw, course_build.KEY, course_build.PROTOCOLS)
    actual = {name: warehouse.execute(f"select * from marts.published_{name}").df() for name in COMPARED}
    assert compare_tables({name: expected[name] for name in COMPARED}, actual) == []


def test_2_the_patients_reach_every_branch(warehouse: Connection) -> None:
    """The comparison says something only about what the patients hold."""
    target = _counts(warehouse, "select target_response, count(*) from marts.published_responses group by 1")
    assert set(target) == {"NA", "CR", "PD", "NE", "PR", "SD"}
    overall = _counts(warehouse, "select overall_response, count(*) from marts.published_responses group by 1")
    assert set(overall) == {"CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE"}
    classes = _counts(warehouse, "select regimen_class, count(*) from marts.published_treatment_lines group by 1")
    assert set(classes) == {"TKI", "PD-1", "TKI+PD-1", "PD-1+anti-VEGF", "other"}
    stages = _counts(warehouse, "select bclc_stage, count(*) from marts.published_cohort group by 1")
    assert set(stages) == {"0", "A", "B", "C", "D", None}
    stages = _counts(warehouse, "select cnlc_stage, count(*) from marts.published_cohort group by 1")
    assert set(stages) == {"Ia", "Ib", "IIa", "IIb", "IIIa", "IIIb", "IV", None}
    failed = _counts(warehouse, "select failed_step, count(*) from marts.published_cohort group by 1")
    assert len(failed) == 10
    ongoing = _counts(warehouse, "select is_ongoing, count(*) from marts.published_treatment_lines group by 1")
    assert min(ongoing[False], ongoing[True]) > 0


def test_3_later_timepoints_equal_the_reference(warehouse: Connection, courses: dict[str, PersonCourse]) -> None:
    expected = Counter(
        (person, number, criteria, point.day, point.is_within, point.target, point.non_target, point.overall)
        for person, course in courses.items()
        for (number, criteria), points in course.timepoints.items()
        for point in points
    )
    query = """
        select person_id, line_number, criteria, assessment_date, is_within_line, target_response,
            non_target_response, overall_response
        from marts.analysis_timepoints"""
    assert Counter(warehouse.execute(query).fetchall()) == expected
    assert any(not is_within for *_, is_within, _, _, _ in expected)


def test_4_lines_with_real_dates_equal_the_reference(warehouse: Connection, courses: dict[str, PersonCourse]) -> None:
    expected = {
        (person, line.number, line.start, line.end, "+".join(line.regimen))
        for person, course in courses.items()
        for line in course.lines
    }
    query = "select person_id, line_number, line_start_date, line_end_date, regimen from marts.analysis_lines"
    assert set(warehouse.execute(query).fetchall()) == expected


def test_5_covariates_at_line_2_equal_the_reference(warehouse: Connection, courses: dict[str, PersonCourse]) -> None:
    names = [
        *("ecog", "ascites", "encephalopathy", "child_pugh_score", "bclc_stage", "cnlc_stage", "prior_procedure"),
        *("afp_ng_ml", "afp_gt_400", "alt_gt_40", "albumin_g_l", "tumor_count", "largest_diameter_mm"),
        *("antiviral_at_index", "hbv_dna_comparator"),
    ]
    expected = {}
    for protocol in map(complete, course_build.PROTOCOLS):
        for person, course in courses.items():
            if len(course.lines) > 1 and protocol["index_agent"] in course.lines[0].regimen:
                start = course.lines[1].start
                found = covariates_at(course, start, 2, protocol)
                expected[protocol["study_id"], person, start] = tuple(found[name] for name in names)
    query = (
        f"select study_id, person_id, line_2_start_date, {', '.join(names)} from marts.analysis_second_line_covariates"
    )
    actual = {row[:3]: row[3:] for row in warehouse.execute(query).fetchall()}
    assert actual == expected


def test_6_deaths_and_last_dates_alive_equal_the_reference(
    warehouse: Connection, courses: dict[str, PersonCourse]
) -> None:
    expected = {person: (course.events.death, course.events.last_known_alive) for person, course in courses.items()}
    query = "select person_id, death_date, last_known_alive_date from marts.analysis_persons"
    assert {person: (death, alive) for person, death, alive in warehouse.execute(query).fetchall()} == expected


def test_7_the_row_that_starts_a_line_holds_its_date_and_an_agent_of_it(warehouse: Connection) -> None:
    query = """
        select lines.person_id, lines.line_number
        from marts.analysis_lines as lines
        left join harmonised.harmonised_exposures as exposures
            on lines.line_start_source_row_id = exposures.source_row_id
            and lines.person_id = exposures.person_id
            and lines.line_start_date = exposures.start_date
            and contains(lines.regimen, exposures.agent)
        where exposures.exposure_id is null"""
    assert warehouse.execute(query).fetchall() == []


def test_8_published_marts_hold_no_date_and_no_local_id(warehouse: Connection) -> None:
    query = """
        select table_name, column_name from information_schema.columns
        where table_schema = 'marts' and table_name like 'published_%'
            and (data_type like 'DATE%' or data_type like 'TIME%' or column_name like '%source%row%')"""
    assert warehouse.execute(query).fetchall() == []


def test_9_no_day_of_the_extract_is_published(warehouse: Connection) -> None:
    """Ends on the cut-off stay blank: the day of line 1 could be worked out from the center's cut-off."""
    query = """
        select first.line_start_date + published.end_days_from_line_1 as end_date, published.center_id
        from marts.published_exposures as published
        inner join marts.analysis_lines as first
            on published.person_id = first.person_id and first.line_number = 1
        where published.end_days_from_line_1 is not null"""
    ends = warehouse.execute(query).fetchall()
    assert ends
    cut_off = {"center_a": date(2024, 6, 30), "center_b": date(2024, 5, 31)}
    assert [end for end, center in ends if end == cut_off[center]] == []
    query = "select count(*) from marts.published_exposures where is_ongoing and end_days_from_line_1 is null"
    assert warehouse.execute(query).fetchone() > (0,)
