"""Builds a study's report: tables, figures, page, from frames to files (specification 4, 5)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from analytics.disclosure import MARK, Key
from analytics.protocol import Protocol
from analytics.report.cells import Cell, Table
from analytics.report.collection import Contents
from analytics.report.contents import contents
from analytics.report.document import Chapter, Picture, write_document
from analytics.report.figure_flow import draw_flow
from analytics.report.files import write_csv, write_figure, write_workbook
from analytics.report.methods import LIMITS, methods
from analytics.report.page import FigureBlock, FlowView, Page, Section, render
from analytics.report.sources import failed_checks
from analytics.report.study import Study

# Tables of the release (all studies may be in them), and the restricted frames, that a report is made from.
RELEASE_FRAMES = (
    "attrition",
    "resistance_labels",
    "survival_endpoints",
    "best_responses",
    "survival_estimates",
    "survival_curves",
    "group_tests",
    "regression_results",
    "model_diagnostics",
    "landmark_survival",
    "row_ledger",
    "drops",
    "checks",
)
RESTRICTED_FRAMES = (
    "analysis_cohort",
    "analysis_lines",
    "analysis_timepoints",
    "analysis_persons",
    "analysis_second_line_covariates",
    "second_line_population",
)
# Only for figures of single persons, which simulated data alone may have.
SIMULATED_FRAMES = ("responses",)

# The table `release` has all of it.
SHOWN_OF_FINGERPRINT = 16
Progress = Callable[[str], None]


@dataclass(frozen=True)
class Report:
    """What was written, and what a pipeline shows of it: the findings as on the page, and under the title of each
    table the diagnostics that failed (specification 5.2; figures repeat those of their table). All of it is under
    disclosure control.
    """

    files: Sequence[Path]
    findings: Sequence[str]
    failed_diagnostics: Mapping[str, Sequence[str]]


def build_report(
    frames: Mapping[str, pd.DataFrame],
    protocol: Protocol,
    release: Mapping[str, Any],
    out_dir: Path,
    min_cell: int,
    progress: Progress | None = None,
) -> Report:
    """Write the report of one study into a folder (made where it is not there).

    frames: RELEASE_FRAMES and RESTRICTED_FRAMES by name (restricted ones with dates, second_line_population as made by
    `analytics.second_line`); SIMULATED_FRAMES where the data are simulated. Rows of other studies are left out.
    release: is_simulated, and as far as known what identifies the report to readers: build_id, created_at,
    code_version, fingerprint (of the content it is made from). min_cell: smallest count shown.
    Files: index.html (opens offline), report.docx, tables.xlsx, tables/<slug>.csv, figures/<slug>.svg and .png. All are
    aggregates under disclosure control (`analytics.disclosure`), but figures of single persons where the data are
    simulated.
    The same input gives the same files. Raises MissingFrameError naming a frame that was not given.
    """
    say = progress or (lambda _: None)
    study = Study(frames, protocol, release, min_cell)
    made = contents(study, say)
    say("disclosure control")
    hidden = study.counts.hidden(min_cell, _displayed(made))
    say("writing")
    for folder in (out_dir, out_dir / "tables", out_dir / "figures"):
        folder.mkdir(parents=True, exist_ok=True)
    files, blocks = _write_figures(study, made, hidden, out_dir / "figures")
    tables = {table.slug: table.shown(hidden) for table in made.tables}
    files += [write_csv(table, out_dir / "tables" / f"{table.slug}.csv") for table in tables.values()]
    heading = f"{protocol.study_id}, content {str(release.get('fingerprint', ''))[:12]}"
    heading += ", SIMULATED DATA" if study.is_simulated else ""
    files.append(write_workbook(list(tables.values()), heading, out_dir / "tables.xlsx"))
    everything: dict[str, Table | FigureBlock] = {**tables, **blocks}
    sections = [
        Section(part.anchor, part.heading, part.lead, [everything[slug] for slug in part.slugs])
        for part in made.sections
    ]
    page = _page(study, made, hidden, sections)
    files.append(write_document(out_dir / "report.docx", **_document(page, out_dir / "figures")))
    target = out_dir / "index.html"
    target.write_text(render(page), encoding="utf-8")
    failed = {table.title: list(table.warnings) for table in tables.values() if table.warnings}
    return Report([target, *files], page.findings, failed)


def _write_figures(
    study: Study, made: Contents, hidden: frozenset[Key], folder: Path
) -> tuple[list[Path], dict[str, FigureBlock]]:
    """Write the flow diagram and the other figures; returns the files, and the others as the page shows them."""
    files = [*write_figure(draw_flow(_flow(made, hidden), study.is_simulated), folder, "flow")[0]]
    blocks: dict[str, FigureBlock] = {}
    for item in made.figures:
        written, svg = write_figure(item.draw(hidden), folder, item.slug)
        files += written
        blocks[item.slug] = FigureBlock(item.slug, svg, item.title, item.caption, item.warnings)
    return files, blocks


def _page(study: Study, made: Contents, hidden: frozenset[Key], sections: Sequence[Section]) -> Page:
    too_small = "Numbers of patients are too small to be stated here."
    sentences = [too_small if cell.shown(hidden) == MARK else cell.shown(hidden) for cell in made.findings]
    return Page(
        title=study.protocol.title or study.protocol.study_id,
        citation=study.protocol.citation,
        facts=_facts(study),
        is_simulated=study.is_simulated,
        findings=sentences,
        flow=_flow(made, hidden),
        sections=sections,
        methods=methods(study.protocol, study.min_cell),
        limits=LIMITS,
        checks=failed_checks(study),
    )


def _document(page: Page, figures: Path) -> dict[str, Any]:
    """What the document shows: the page's tables and figures, the flow diagram as a figure."""
    diagram = Picture(figures / "flow.png", "Flow diagram", "")
    chapters = [Chapter("Flow diagram", (), [diagram])]
    for section in page.sections:
        blocks = [
            block
            if isinstance(block, Table)
            else Picture(figures / f"{block.slug}.png", block.title, block.caption, block.warnings)
            for block in section.blocks
        ]
        chapters.append(Chapter(section.heading, section.lead, blocks))
    words = [*page.methods, ("Limits", " ".join(page.limits))]
    return {
        "title": page.title,
        "facts": page.facts,
        "findings": page.findings,
        "chapters": chapters,
        "methods": words,
        "is_simulated": page.is_simulated,
    }


def _flow(made: Contents, hidden: frozenset[Key]) -> FlowView:
    """The flow diagram in text."""
    steps = [(step.entering.shown(hidden), step.failing.shown(hidden), step.reason) for step in made.flow.steps]
    labels = [(words, cell.shown(hidden)) for words, cell in made.flow.labels]
    return FlowView(steps, made.flow.eligible.shown(hidden), labels)


def _displayed(made: Contents) -> frozenset[Key]:
    """The names of all counts that stand somewhere in the report; to hide another one costs its readers nothing."""
    cells = [cell for table in made.tables for row in table.rows for cell in row if isinstance(cell, Cell)]
    cells += [*made.findings, made.flow.eligible, *(cell for _, cell in made.flow.labels)]
    cells += [cell for step in made.flow.steps for cell in (step.entering, step.failing)]
    return frozenset(key for cell in cells for key in cell.keys) | made.drawn_counts


def _facts(study: Study) -> list[tuple[str, str]]:
    """What identifies the report: study, content, where and by which code it was made first."""
    names = {
        "fingerprint": "Fingerprint",
        "build_id": "First made from build",
        "created_at": "First made on",
        "code_version": "Code",
    }
    facts = [("Study", study.protocol.study_id)]
    for key, words in names.items():
        value = study.release.get(key)
        if value is not None:
            text = f"{value:%Y-%m-%d}" if hasattr(value, "strftime") else str(value)
            facts.append((words, text[:SHOWN_OF_FINGERPRINT] if key == "fingerprint" else text))
    return facts
