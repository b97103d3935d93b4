"""An attacker with all files of a small cohort's report finds no count below min_cell (specification 4).

Without disclosure control the same attacker finds many: he is no straw man.
"""

from __future__ import annotations

import re
from itertools import pairwise

import docx
import openpyxl
import pytest
from attacker import findings
from report_files import risk_table, tables_of
from simulated_study import MIN_CELL, keep_persons, made_up_frames, protocol, release

from analytics.report import build_report
from analytics.report import figures as report_figures

SIZE = 70


@pytest.fixture(scope="module")
def cohort():
    frames = made_up_frames(seed=4)
    return keep_persons(frames, frames["analysis_cohort"]["person_id"].head(SIZE).tolist())


def _report(cohort, folder, min_cell):
    with pytest.MonkeyPatch.context() as patch:
        # As text, the numbers in the figures can be read by a machine; as outlines, by a person.
        patch.setitem(report_figures.STYLE, "svg.fonttype", "none")
        build_report(cohort, protocol(), release(), folder, min_cell)
    return folder


@pytest.fixture(scope="module")
def protected(cohort, tmp_path_factory):
    return _report(cohort, tmp_path_factory.mktemp("protected"), MIN_CELL)


@pytest.fixture(scope="module")
def open_to_all(cohort, tmp_path_factory):
    return _report(cohort, tmp_path_factory.mktemp("open"), 1)


def test_nothing_small_can_be_read_or_worked_out(protected):
    assert findings(protected, MIN_CELL) == []


def test_the_attacker_finds_a_lot_where_nothing_is_hidden(open_to_all):
    found = findings(open_to_all, MIN_CELL)
    ways = {re.sub(r":.*: ", ": ", how) for how in found}
    assert len(found) > 40
    assert len(ways) > 8
    for kind in ("stands there", "all less complete", "between two times", "times the fall", "persons times survival"):
        assert any(kind in how for how in found), kind


def test_something_is_left_to_read(protected):
    tables = tables_of(protected)
    assert sum(bool(re.match(r"\d", cell)) for row in tables["baseline"][1:] for cell in row[1:3]) > 20
    assert risk_table(protected / "figures" / "km_os_resistance.svg")
    assert sum(bool(re.match(r"\d", cell)) for row in tables["survival"][1:] for cell in row[4:7]) > 10


def test_workbook_and_document_show_the_same_cells_as_the_tables(protected):
    tables = tables_of(protected)
    workbook = openpyxl.load_workbook(protected / "tables.xlsx")
    document = docx.Document(str(protected / "report.docx"))
    assert len(document.tables) == len(workbook.worksheets) == len(tables)
    for sheet, table in zip(workbook.worksheets, document.tables, strict=True):
        name = next(
            slug for slug in tables if sheet.title.split(" ", 1)[1] == slug[: len(sheet.title.split(" ", 1)[1])]
        )
        shown = [[cell.removeprefix("'") for cell in row] for row in tables[name]]
        cells = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows(min_row=3, max_row=2 + len(shown))]
        assert [row[: len(shown[0])] for row in cells] == shown, name
        assert [[cell.text for cell in row.cells] for row in table.rows] == shown, name


def test_no_step_of_a_curve_is_smaller_than_min_cell_events(protected):
    """Of n persons, 5 events lower the curve at least to the fraction (1 - 1/n)^5 of what it was."""
    curves = list((protected / "figures").glob("km_os_*.svg"))
    assert curves
    for path in curves:
        svg = path.read_text(encoding="utf-8")
        for heights in curve_heights(svg):
            kept = [after / before for before, after in pairwise(heights) if before > after > 0]
            assert all(share <= (1 - 1 / SIZE) ** MIN_CELL + 1e-3 for share in kept), path.name


def curve_heights(svg: str) -> list[list[float]]:
    """Survival at every step of each curve: the lines drawn with width 1.8, between the axis' bottom and 100%."""
    box = re.search(r'<g id="patch_2">\s*<path d="([^"]*)"', svg)
    bottom = max(float(y) for _, y in re.findall(r"([-\d.]+) ([-\d.]+)", box.group(1)))
    found = []
    for path, width in re.findall(r'<path d="([^"]*)"[^>]*stroke-width: ([\d.]+)', svg):
        if width == "1.8":
            ys = [float(y) for _, y in re.findall(r"([-\d.]+) ([-\d.]+)", path)]
            if len(set(ys)) > 1:
                top = min(ys)
                found.append([(bottom - y) / (bottom - top) for y in dict.fromkeys(ys)])
    return found
