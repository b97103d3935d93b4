"""The page: one HTML file with its style and figures inside, that opens offline (specification 4, reports)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from analytics.report.cells import Cell, Table

HERE = Path(__file__).parent
WIDEST_ON_A_PHONE = 430.0  # points
# Tables of so many columns are set narrower; cells of so many letters (a ratio with its limits) are not broken.
DENSE_FROM_COLUMNS, SHORT_CELL = 7, 22


@dataclass(frozen=True)
class FigureBlock:
    """A figure on the page: its SVG, its words for those who do not see it, a caption, warnings beside it."""

    slug: str
    svg: str
    title: str
    caption: str = ""
    warnings: Sequence[str] = ()

    @property
    def width(self) -> float:
        """Its width in print, in points."""
        found = re.search(r'<svg[^>]*? width="([\d.]+)pt"', self.svg)
        return float(found.group(1)) if found else WIDEST_ON_A_PHONE

    @property
    def is_wide(self) -> bool:
        """Whether its letters would be too small on a phone, so that it is scrolled there."""
        return self.width > WIDEST_ON_A_PHONE


@dataclass(frozen=True)
class Section:
    """A section: an anchor, a heading, a lead for clinicians, then tables and figures in order."""

    anchor: str
    heading: str
    lead: Sequence[str] = ()
    blocks: Sequence[Table | FigureBlock] = ()


@dataclass(frozen=True)
class FlowView:
    """The flow diagram with text in every place."""

    steps: Sequence[tuple[str, str, str]]
    eligible: str
    labels: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class Page:
    """All that the page shows."""

    title: str
    citation: str
    facts: Sequence[tuple[str, str]]
    is_simulated: bool
    findings: Sequence[str]
    flow: FlowView
    sections: Sequence[Section]
    methods: Sequence[tuple[str, str]]
    limits: Sequence[str]
    checks: Sequence[str] = field(default=())


def render(page: Page) -> str:
    """The page as HTML; all text is escaped, figures are embedded as they are."""
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.tests["table"] = lambda block: isinstance(block, Table)
    environment.filters["text"] = lambda cell: cell.text if isinstance(cell, Cell) else cell
    template = environment.get_template("page.html.j2")
    style = (HERE / "page.css").read_text(encoding="utf-8")
    return template.render(page=page, style=style, dense_from=DENSE_FROM_COLUMNS, short=SHORT_CELL)
