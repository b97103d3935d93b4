"""The whole report: what is in it, what never is, and studies too small or too strange (specification 4, 5)."""

from __future__ import annotations

import csv
import re
from itertools import pairwise

import docx
import openpyxl
import pytest
from simulated_study import MIN_CELL, keep_persons, made_up_frames, protocol, release

from analytics.disclosure import MARK
from analytics.report import build_report
from analytics.report.study import MissingFrameError


@pytest.fixture(scope="module")
def frames():
    return made_up_frames()


@pytest.fixture(scope="module")
def report(frames, tmp_path_factory):
    folder = tmp_path_factory.mktemp("report")
    spoken: list[str] = []
    files = build_report(frames, protocol(), release(), folder, MIN_CELL, spoken.append).files
    return folder, files, spoken


def _page(folder):
    return (folder / "index.html").read_text(encoding="utf-8")


def _tables(folder):
    tables = {}
    for path in (folder / "tables").glob("*.csv"):
        with path.open(encoding="utf-8-sig", newline="") as file:
            tables[path.stem] = list(csv.reader(file))
    return tables


def test_every_file_named_exists_and_progress_is_told(report):
    folder, files, spoken = report
    assert files[0] == folder / "index.html"
    assert all(path.stat().st_size > 0 for path in files)
    assert {"regressions", "second line", "disclosure control", "writing"} <= set(spoken)


def test_the_page_needs_nothing_from_elsewhere(report):
    page = _page(report[0])
    without_namespaces = re.sub(r'(xmlns(:\w+)?|rdf:\w+)="[^"]*"', "", page)
    assert "<script" not in page
    assert not re.search(r'(src|href)\s*=\s*"(https?:)?//', without_namespaces)
    assert "@import" not in page
    assert "A made-up study &lt;b&gt;of resistance&lt;/b&gt;" in page


def test_readers_find_one_word_for_those_who_were_treated(report):
    folder, files, _ = report
    texts = [re.sub(r"<style>.*?</style>|<[^>]*>", " ", _page(folder), flags=re.DOTALL)]
    texts += [path.read_text(encoding="utf-8-sig") for path in files if path.suffix == ".csv"]
    assert "patients" in texts[0]
    assert not [found for text in texts for found in re.findall(r".{20}\b[Pp]ersons?\b.{20}", text)]


def test_every_part_of_the_report_is_there(report):
    tables = set(_tables(report[0]))
    expected = "flow baseline response survival resistance_effects logistic_primary_resistance cox_os cox_pfs"
    expected += " second_line_baseline second_line_survival second_line_effects second_line_by_center balance"
    expected += " competing_risks"
    expected += " restricted_means by_center scan_intervals multiverse drops ledger protocol checklist"
    assert tables == set(expected.split())
    figures = {path.stem for path in (report[0] / "figures").glob("*.svg")}
    assert {"km_os_resistance", "km_pps_resistance", "km_second_line_os", "balance_plot", "multiverse_plot"} <= figures
    assert figures == {path.stem for path in (report[0] / "figures").glob("*.png")}


def test_counts_in_the_tables_are_nought_or_large(report):
    tables = _tables(report[0])
    seen = 0
    for name in ("flow", "baseline", "response", "survival", "second_line_baseline", "ledger"):
        for row in tables[name][1:]:
            for cell in row[1:3]:
                match = re.fullmatch(r"([\d,]+)( \([\d.]+%†?\))?", cell)
                if match:
                    seen += 1
                    assert not 0 < int(match.group(1).replace(",", "")) < MIN_CELL, (name, row)
    assert seen > 50


def test_steps_at_which_few_left_are_told_together_so_that_every_number_can_be_shown(report):
    # Each center loses 1, 2, 3 ... 9 persons at the nine steps.
    rows = _tables(report[0])["flow"][1:]
    assert not any(MARK in row for row in rows)
    left_at_a = [int(row[2]) for row in rows[:-1]]
    assert left_at_a == [1 + 2 + 3, 4 + 5, 6, 7, 8, 9]
    entering = [int(row[1]) for row in rows]
    assert [before - after for before, after in pairwise(entering)] == left_at_a


def test_real_data_have_no_banner_and_no_single_persons(report):
    page = _page(report[0])
    assert "Simulated data" not in page
    assert not (report[0] / "figures" / "swimmers.svg").exists()


def test_simulated_data_say_so_on_page_figures_and_workbook(frames, tmp_path):
    build_report(frames, protocol(), release(is_simulated=True), tmp_path, MIN_CELL)
    page = _page(tmp_path)
    assert 'class="banner"' in page
    assert page.count("<b>Simulated data.</b>") >= page.count("<figcaption>")
    assert (tmp_path / "figures" / "swimmers.svg").exists()
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx")
    assert all("SIMULATED DATA" in sheet["A1"].value for sheet in book.worksheets)
    document = docx.Document(str(tmp_path / "report.docx"))
    assert "SIMULATED DATA" in document.sections[0].header.paragraphs[0].text


def test_the_workbook_holds_text_only(report):
    book = openpyxl.load_workbook(report[0] / "tables.xlsx")
    kinds = {cell.data_type for sheet in book.worksheets for row in sheet.iter_rows() for cell in row if cell.value}
    assert kinds == {"s"}


def test_the_document_holds_every_table_for_editing_and_every_figure(report):
    document = docx.Document(str(report[0] / "report.docx"))
    tables = _tables(report[0])
    made = {
        tuple(row[0]): row for row in ([[cell.text for cell in line.cells] for line in t.rows] for t in document.tables)
    }
    assert len(document.tables) == len(tables)
    for name in ("flow", "by_center", "second_line_effects"):
        shown = [[cell.removeprefix("'") for cell in row] for row in tables[name]]
        assert made[tuple(shown[0])] == shown, name
    assert len(document.inline_shapes) == len(list((report[0] / "figures").glob("*.png")))


@pytest.mark.slow
def test_the_same_input_gives_the_same_files(report, frames, tmp_path):
    build_report(frames, protocol(), release(), tmp_path, MIN_CELL)
    for path in sorted(tmp_path.rglob("*")):
        if path.is_file() and path.suffix != ".xlsx":
            assert path.read_bytes() == (report[0] / path.relative_to(tmp_path)).read_bytes(), path.name


def test_a_missing_frame_is_named(frames, tmp_path):
    fewer = {name: frame for name, frame in frames.items() if name != "attrition"}
    with pytest.raises(MissingFrameError, match="attrition"):
        build_report(fewer, protocol(), release(), tmp_path, MIN_CELL)


def test_nobody_eligible_is_explained(frames, tmp_path):
    build_report(keep_persons(frames, []), protocol(), release(), tmp_path, MIN_CELL)
    assert "No patient met the study" in _page(tmp_path)


@pytest.mark.parametrize("size", [1, pytest.param(3, marks=pytest.mark.slow), 12])
def test_a_handful_of_persons_is_a_report(frames, tmp_path, size):
    keep = frames["analysis_cohort"]["person_id"].head(size).tolist()
    build_report(keep_persons(frames, keep), protocol(), release(), tmp_path, MIN_CELL)
    page = _page(tmp_path)
    assert "not estimated" in page
    assert "Summary of findings" in page


def test_an_empty_arm_and_a_single_event(frames, tmp_path):
    lines = frames["analysis_lines"]
    alone = lines.loc[(lines["line_number"] == 1) | (lines["regimen_class"] == "TKI"), "person_id"].tolist()
    taken = lines.loc[(lines["line_number"] == 2) & (lines["regimen_class"] != "TKI"), "person_id"]
    keep = [person for person in dict.fromkeys(alone) if person not in set(taken)][:40]
    fewer = keep_persons(frames, keep)
    persons = fewer["analysis_persons"]
    persons.loc[persons.index[1:], "death_date"] = None
    fewer |= keep_persons(fewer, keep)
    build_report(fewer, protocol(), release(), tmp_path, MIN_CELL)
    assert "Too few patients received TKI or TKI+PD-1" in _page(tmp_path)
