"""The report as a DOCX whose tables can be edited, for a manuscript (specification 4, reports)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from analytics.report.cells import Table

if TYPE_CHECKING:
    from docx.document import Document
    from docx.table import Table as DocumentTable

POINTS, POINTS_OF_WIDE_TABLES, WIDE_FROM_COLUMNS = 8, 6.5, 8
MARGIN_CM, TEXT_WIDTH_CM, TEXT_HEIGHT_CM = 2.0, 17.0, 23.0
SIMULATED_HEADER = "SIMULATED DATA: no patient in this report exists"
# Word's own time of making would make equal reports differ.
NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Picture:
    """A figure as PNG file, with its words."""

    path: Path
    title: str
    caption: str
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Chapter:
    """A heading, its lead, then tables and figures in order."""

    heading: str
    lead: Sequence[str]
    blocks: Sequence[Table | Picture]


def write_document(
    path: Path,
    title: str,
    facts: Sequence[tuple[str, str]],
    findings: Sequence[str],
    chapters: Sequence[Chapter],
    methods: Sequence[tuple[str, str]],
    is_simulated: bool,
) -> Path:
    """Write shown tables, figures and words as a document in A4; tables and figures are numbered."""
    document = _empty(title, is_simulated)
    document.add_heading(title, level=0)
    document.add_paragraph("; ".join(f"{name}: {value}" for name, value in facts))
    document.add_heading("Summary of findings", level=1)
    for sentence in findings:
        document.add_paragraph(sentence, style="List Bullet")
    numbers = {"Table": 0, "Figure": 0}
    for chapter in chapters:
        document.add_heading(chapter.heading, level=1)
        for words in chapter.lead:
            document.add_paragraph(words)
        for block in chapter.blocks:
            kind = "Table" if isinstance(block, Table) else "Figure"
            numbers[kind] += 1
            document.add_heading(f"{kind} {numbers[kind]}. {block.title}", level=2)
            if block.warnings:
                document.add_paragraph(f"Diagnostics that failed: {'; '.join(block.warnings)}.", style="Intense Quote")
            if isinstance(block, Table):
                _add_table(document, block)
            else:
                _add_picture(document, block)
    document.add_heading("Methods", level=1)
    for heading, words in methods:
        document.add_heading(heading, level=2)
        document.add_paragraph(words)
    _save(document, path)
    return path


def _save(document: Document, path: Path) -> None:
    """Write the document with fixed times in its archive, where python-docx puts the clock's."""
    made = BytesIO()
    document.save(made)
    with ZipFile(made) as parts, ZipFile(path, "w", ZIP_DEFLATED) as archive:
        for name in parts.namelist():
            archive.writestr(ZipInfo(name, NO_TIME.timetuple()[:6]), parts.read(name), ZIP_DEFLATED)


def _empty(title: str, is_simulated: bool) -> Document:
    import docx
    from docx.shared import Cm, Pt

    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21.0), Cm(29.7)
    section.left_margin = section.right_margin = section.top_margin = section.bottom_margin = Cm(MARGIN_CM)
    document.styles["Normal"].font.name = "Arial"
    document.styles["Normal"].font.size = Pt(10)
    if is_simulated:
        section.header.paragraphs[0].add_run(SIMULATED_HEADER).bold = True
    properties = document.core_properties
    properties.title, properties.author, properties.comments = title, "", ""
    properties.created = properties.modified = NO_TIME
    return document


def _add_table(document: Document, table: Table) -> None:
    """A table of the document itself: header row repeated on every page, notes under it."""
    from docx.shared import Pt

    size = POINTS_OF_WIDE_TABLES if len(table.columns) >= WIDE_FROM_COLUMNS else POINTS
    made = document.add_table(rows=1 + len(table.rows), cols=len(table.columns), style="Light List Accent 1")
    for number, (line, row) in enumerate(zip(made.rows, [list(table.columns), *table.rows], strict=True)):
        for cell, text in zip(line.cells, row, strict=False):
            run = cell.paragraphs[0].add_run(str(text))
            run.bold = number == 0 or len(row) == 1
            run.font.size = Pt(size)
    _repeat_header(made)
    for words in table.notes:
        document.add_paragraph().add_run(words).font.size = Pt(POINTS)


def _repeat_header(table: DocumentTable) -> None:
    from docx.oxml import OxmlElement

    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))


def _add_picture(document: Document, picture: Picture) -> None:
    """A figure within the width and height of the page."""
    from docx.shared import Cm, Pt

    shape = document.add_picture(str(picture.path))
    scale = min(Cm(TEXT_WIDTH_CM) / shape.width, Cm(TEXT_HEIGHT_CM) / shape.height, 1.0)
    shape.width, shape.height = int(shape.width * scale), int(shape.height * scale)
    document.add_paragraph().add_run(picture.caption).font.size = Pt(POINTS)
