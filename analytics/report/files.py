"""Tables and figures as files: CSV, one XLSX, SVG and PNG (specification 4, reports)."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

from matplotlib.figure import Figure

from analytics.report.cells import Table
from analytics.report.figures import as_bytes

# A spreadsheet takes a text that begins so for a formula (OWASP, CSV injection).
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


def safe_text(text: str) -> str:
    """A text that no spreadsheet takes for a formula: an apostrophe stands before what could be one."""
    return f"'{text}" if text.startswith(FORMULA_STARTS) and not _is_number(text) else text


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def write_csv(table: Table, path: Path) -> Path:
    """A shown table as CSV (UTF-8 with byte order mark, so that spreadsheets read it right)."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow([safe_text(column) for column in table.columns])
    for row in table.rows:
        padded = [*row, *[""] * (len(table.columns) - len(row))]
        writer.writerow([safe_text(str(cell)) for cell in padded])
    path.write_bytes(buffer.getvalue().encode("utf-8-sig"))
    return path


def write_workbook(tables: Sequence[Table], heading: str, path: Path) -> Path:
    """All shown tables in one XLSX, a sheet each; every cell is text, so that none is a formula."""
    import xlsxwriter

    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for number, table in enumerate(tables, start=1):
            sheet = book.add_worksheet(f"{number} {table.slug}"[:31])
            sheet.write_string(0, 0, f"{table.title} – {heading}", book.add_format({"bold": True}))
            for column, words in enumerate(table.columns):
                sheet.write_string(2, column, words, bold)
            for line, row in enumerate(table.rows, start=3):
                for column, cell in enumerate(row):
                    sheet.write_string(line, column, str(cell), bold if len(row) == 1 else wrapped)
            for line, note in enumerate([*table.warnings, *table.notes], start=len(table.rows) + 4):
                sheet.write_string(line, 0, note)
            sheet.set_column(0, 0, 46)
            sheet.set_column(1, max(len(table.columns) - 1, 1), 22)
            sheet.freeze_panes(3, 1)
    return path


def write_figure(figure: Figure, folder: Path, slug: str) -> tuple[list[Path], str]:
    """A figure as SVG and PNG; returns the files and the SVG for the page (without the XML declaration)."""
    vector = as_bytes(figure, "svg")
    files = [folder / f"{slug}.svg", folder / f"{slug}.png"]
    files[0].write_bytes(vector)
    files[1].write_bytes(as_bytes(figure, "png"))
    text = vector.decode("utf-8")
    return files, text[text.index("<svg") :]
