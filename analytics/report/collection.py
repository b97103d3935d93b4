"""What a report is collected in: its tables, figures, sentences and sections, before disclosure control."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.figure import Figure

from analytics.disclosure import Key
from analytics.report.cells import Cell, Table
from analytics.report.centers import Heterogeneity
from analytics.report.figures import draw_curves
from analytics.report.flow import Flow
from analytics.report.links import RiskNumbers, without_small_differences
from analytics.report.study import Study
from analytics.report.survival import CurveFigure, without_hidden

# Draws a figure, given the names of the counts that are hidden.
Draw = Callable[[frozenset[Key]], Figure]


@dataclass(frozen=True)
class FigureItem:
    """A figure and the words around it."""

    slug: str
    title: str
    draw: Draw
    caption: str
    warnings: Sequence[str] = ()


@dataclass(frozen=True)
class Part:
    """A section: its anchor, heading and lead, and the tables and figures in it by slug."""

    anchor: str
    heading: str
    lead: Sequence[str]
    slugs: Sequence[str]


@dataclass
class Contents:
    """Everything of a report, before disclosure control."""

    study: Study
    flow: Flow
    findings: Sequence[Cell] = ()
    tables: list[Table] = field(default_factory=list)
    figures: list[FigureItem] = field(default_factory=list)
    sections: list[Part] = field(default_factory=list)
    open_slugs: list[str] = field(default_factory=list)
    at_risk: RiskNumbers = field(default_factory=dict)  # of the curves drawn so far
    drawn_counts: frozenset[Key] = frozenset()  # counts that stand in figures
    heterogeneity: list[Heterogeneity] = field(default_factory=list)  # of the estimates by center made so far

    def table(self, table: Table) -> None:
        """Add a table to the section that is being made."""
        self.tables.append(table)
        self.open_slugs.append(table.slug)

    def figure(self, slug: str, title: str, draw: Draw | None, caption: str, warnings: Sequence[str] = ()) -> None:
        """Add a figure, if there is one, to the section that is being made."""
        if draw is not None:
            self.figures.append(FigureItem(slug, title, draw, caption, warnings))
            self.open_slugs.append(slug)

    def curves(self, content: CurveFigure, words: str, caption: str) -> None:
        """Add a Kaplan-Meier figure, with the counts under it."""
        content = without_small_differences(content, self.at_risk, self.study.min_cell)
        self.drawn_counts |= {group.key for group in content.groups}
        self.figure(content.slug, words, _curves(content, self.study.is_simulated), caption)

    def section(self, anchor: str, heading: str, *lead: str) -> None:
        """Close the section that is being made."""
        self.sections.append(Part(anchor, heading, lead, tuple(self.open_slugs)))
        self.open_slugs.clear()


def coarse(study: Study) -> str:
    """What a reader of a curve must know."""
    return (
        f"Shaded: 95% limits. Each step stands for {study.min_cell} events or more and is drawn midway between the "
        "first and the last of them; where fewer follow, the curve ends. · = number not shown, for disclosure control."
    )


def drawn(function: Callable[..., Figure], *content: Any) -> Draw:
    """A figure without counts."""
    return lambda _: function(*content)


def single(figure: Figure | None) -> Draw | None:
    return None if figure is None else lambda _: figure


def _curves(content: CurveFigure, is_simulated: bool) -> Draw:
    return lambda hidden: draw_curves(without_hidden(content, hidden), is_simulated)
