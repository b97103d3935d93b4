"""What a report holds and in which order: every table, figure and sentence of a study (specification 5.1, 5.2)."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from matplotlib.figure import Figure

from analytics.comparison.second_line import SecondLineComparison, second_line_comparison
from analytics.disclosure import Key
from analytics.report.baseline import Arms, baseline_table
from analytics.report.cells import Cell, Table
from analytics.report.centers import by_center, second_line_by_center
from analytics.report.companions import competing_risks, resistance_effects, restricted_means, scan_intervals
from analytics.report.figures import draw_balance, draw_curves, draw_forest, draw_incidence, draw_multiverse
from analytics.report.findings import findings
from analytics.report.flow import Flow, flow
from analytics.report.individuals import draw_swimmers, draw_waterfall
from analytics.report.links import RiskNumbers, link_tables, without_small_differences
from analytics.report.methods import parameter_table
from analytics.report.models import failed_diagnostics, regression_forest, regression_table
from analytics.report.multiverse import multiverse, multiverse_table
from analytics.report.reporting import checklist
from analytics.report.response import response_table
from analytics.report.second_line import (
    METHOD_WORDS,
    arms_of,
    balance_table,
    balance_wide,
    effects_table,
    subgroup_forest,
    warnings_of,
)
from analytics.report.sources import drops_table, ledger_table
from analytics.report.study import GROUPS, LABEL_WORDS, Study
from analytics.report.survival import (
    ENDPOINT_WORDS,
    LANDMARK_GROUPS,
    CurveFigure,
    curve_figure,
    link_survival,
    survival_table,
    without_hidden,
)

MODELS = ("logistic_primary_resistance", "cox_os", "cox_pfs")
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


def contents(study: Study, say: Callable[[str], None]) -> Contents:
    """All tables, figures and sentences. A study without eligible persons has the flow diagram and the sources only."""
    diagram, table = flow(study)
    made = Contents(study, diagram)
    made.table(table)
    made.section("attrition", "Left out, by center")
    comparison = None
    if len(study.persons):
        say("baseline and response")
        _baseline(made)
        say("survival")
        _survival(made)
        say("regressions")
        _models(made)
        say("second line")
        comparison = _second_line(made)
        say("companions")
        _companions(made)
        _multiverse(made, say)
        if study.is_simulated:
            _individuals(made)
    link_tables(study)
    made.findings = findings(study, comparison)
    made.table(drops_table(study))
    made.table(ledger_table(study))
    made.table(parameter_table(study.protocol))
    made.table(checklist(study.protocol))
    made.section("sources", "Data sources and protocol", "What the centers delivered, and what became of every row.")
    return made


def _baseline(made: Contents) -> None:
    study = made.study
    arms = Arms(study.persons, "resistance_group", GROUPS, LABEL_WORDS, "baseline")
    made.table(baseline_table(study, arms, "baseline", "Characteristics at the start of first line, by resistance"))
    for group in GROUPS:
        labels = [group]
        if group == "secondary" and study.protocol.secondary_includes_progression_free:
            labels.append("progression_free")
        study.sum_of(("baseline", group), [("label", label) for label in labels])
    others = "Persons without either kind of resistance are counted in the flow diagram and are in neither column."
    made.section("baseline", "Baseline", others)
    made.table(response_table(study))
    made.section("response", "Response")


def _survival(made: Contents) -> None:
    study = made.study
    chosen = [("follow_up", "all"), ("os", "all"), ("os", "resistance"), ("pfs", "resistance"), ("pps", "resistance")]
    chosen += [("landmark_os", "progression_at_landmark"), ("os", "resistance_label")]
    notes = [
        "Naive: the groups are formed by what happens after the start, so that the later-resistant cannot have died "
        "before (guarantee time). Survival after progression and from the landmark are free of it. Log-log limits."
    ]
    made.table(survival_table(study, "survival", "Survival estimates", chosen, notes))
    link_survival(study)
    for endpoint, grouping, groups, origin in (
        ("os", "resistance", GROUPS, "start of first line"),
        ("pps", "resistance", GROUPS, "progression"),
        ("landmark_os", "progression_at_landmark", LANDMARK_GROUPS, "the landmark"),
        ("pfs", "resistance", GROUPS, "start of first line"),
        ("os", "all", ("all",), "start of first line"),
    ):
        is_naive = grouping == "resistance" and endpoint != "pps"
        words = f"{ENDPOINT_WORDS[endpoint]}{', by resistance (naive)' if is_naive else ''}"
        words += ", all persons" if grouping == "all" else ", by resistance" if endpoint == "pps" else ""
        content = curve_figure(study, f"km_{endpoint}_{grouping}", words, endpoint, grouping, groups, origin)
        caption = f"{words}. {coarse(study)}"
        if is_naive:
            caption += " The difference contains guarantee time: see survival after progression and from the landmark."
        made.curves(content, words, caption)
    made.table(resistance_effects(study))
    lead = "The naive curves come first, because they are what is usually published; what corrects them follows."
    made.section("survival", "Survival", lead)


def _models(made: Contents) -> None:
    study = made.study
    for model in MODELS:
        made.table(regression_table(study, model))
        forest = regression_forest(study, model)
        if forest is not None:
            caption = f"{forest.title}. Squares: {forest.ratio_words.lower()}s; lines: 95% limits."
            drawn = _drawn(draw_forest, forest, study.is_simulated)
            made.figure(forest.slug, forest.title, drawn, caption, failed_diagnostics(study, model))
    made.section("models", "Risk factors and prognosis")


def _second_line(made: Contents) -> SecondLineComparison | None:
    study = made.study
    if study.frame("second_line_population").empty:
        made.section("second_line", "Second line", "Nobody qualifies for the comparison of second-line regimens.")
        return None
    comparison = second_line_comparison(
        study.frame("second_line_population"),
        study.frame("analysis_second_line_covariates"),
        study.frame("survival_endpoints"),
        study.protocol,
    )
    arms = arms_of(study, comparison)
    made.table(
        baseline_table(study, arms, "second_line_baseline", "Characteristics at the start of second line, by arm")
    )
    chosen = [("second_line_pfs", "regimen_class"), ("second_line_os", "regimen_class")]
    made.table(survival_table(study, "second_line_survival", "Survival on second line (crude)", chosen))
    for endpoint in ("second_line_pfs", "second_line_os"):
        words = f"{ENDPOINT_WORDS[endpoint]} (crude)"
        classes = study.protocol.second_line_classes
        content = curve_figure(
            study, f"km_{endpoint}", words, endpoint, "regimen_class", classes, "start of second line"
        )
        made.curves(content, words, f"{words}, not adjusted. {coarse(study)}")
    warnings = warnings_of(comparison, study.protocol.max_standardised_difference)
    table = effects_table(study, comparison)
    made.table(Table(table.slug, table.title, table.columns, table.rows, table.notes, warnings))
    wide = balance_wide(study, comparison)
    drawn = _drawn(draw_balance, wide, METHOD_WORDS, study.protocol.max_standardised_difference, study.is_simulated)
    caption = "Every covariate level of the propensity model; left of the dashed line is balance."
    made.figure("balance_plot", "Balance before and after adjustment", drawn, caption, warnings)
    made.table(balance_table(wide))
    made.table(second_line_by_center(study, comparison))
    _subgroups(made, comparison)
    lead = (
        "Treatment was chosen by physicians. Adjustment makes the arms alike in what was measured, and in nothing else."
    )
    made.section("second_line", "Second line", lead)
    return comparison


def _subgroups(made: Contents, comparison: SecondLineComparison) -> None:
    for endpoint in ("second_line_pfs", "second_line_os"):
        forest = subgroup_forest(made.study, comparison, endpoint)
        if forest is not None:
            caption = (
                f"{forest.title}. Subgroups with fewer than {made.study.min_cell} persons an arm, or events, are left "
                "out. P values test whether the effect differs between subgroups; none is corrected for their number."
            )
            made.figure(forest.slug, forest.title, _drawn(draw_forest, forest, made.study.is_simulated), caption)


def _companions(made: Contents) -> None:
    study = made.study
    table, curves = competing_risks(study)
    made.table(table)
    if curves:
        caption = "A person who died can no longer progress: the two curves add up to all who had either."
        drawn = _drawn(draw_incidence, curves, study.is_simulated)
        made.figure("incidence", "Cumulative incidence of progression and of death before it", drawn, caption)
    made.table(restricted_means(study))
    made.table(by_center(study))
    made.table(scan_intervals(study))
    made.section(
        "companions", "What a reviewer would ask", "Each of these stands beside the naive result it qualifies."
    )


def _multiverse(made: Contents, say: Callable[[str], None]) -> None:
    universes = multiverse(made.study, say)
    of_survival = universes.loc[universes["ratio"].notna()]
    if len(of_survival):
        drawn = _drawn(draw_multiverse, of_survival, made.study.is_simulated)
        caption = "Naive hazard ratios of death; each column is one combination of definitions, marked below."
        made.figure("multiverse_plot", "The main result under every combination of definitions", drawn, caption)
    made.table(multiverse_table(universes, made.study.min_cell))
    lead = "Would the conclusion be another if resistance had been defined otherwise?"
    made.section("multiverse", "Definitions", lead)


def _individuals(made: Contents) -> None:
    """Single persons; only ever reached for simulated data."""
    caption = "Single persons are shown because they are simulated."
    made.figure("waterfall", "Best change of the sum of target lesions", _single(draw_waterfall(made.study)), caption)
    made.figure("swimmers", "Course of single persons", _single(draw_swimmers(made.study)), caption)
    made.section("individuals", "Single persons (simulated)")


def _drawn(function: Callable[..., Figure], *content: Any) -> Draw:
    """A figure without counts."""
    return lambda _: function(*content)


def _single(figure: Figure | None) -> Draw | None:
    return None if figure is None else lambda _: figure


def _curves(content: CurveFigure, is_simulated: bool) -> Draw:
    return lambda hidden: draw_curves(without_hidden(content, hidden), is_simulated)
