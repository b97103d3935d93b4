"""What a report holds and in which order: every table, figure and sentence of a study (specification 5.1, 5.2)."""

from __future__ import annotations

from collections.abc import Callable

from analytics.comparison.second_line import SecondLineComparison, second_line_comparison
from analytics.report.baseline import Arms, baseline_table
from analytics.report.cells import Table
from analytics.report.centers import by_center, second_line_by_center
from analytics.report.collection import Contents, coarse, drawn, single
from analytics.report.companions import competing_risks, resistance_effects, restricted_means, scan_intervals
from analytics.report.figures import draw_balance, draw_forest, draw_incidence, draw_multiverse
from analytics.report.findings import findings
from analytics.report.flow import flow
from analytics.report.individuals import draw_swimmers, draw_waterfall
from analytics.report.links import link_tables
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
    curve_figure,
    link_survival,
    survival_table,
)

MODELS = ("logistic_primary_resistance", "cox_os", "cox_pfs")


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
    made.findings = findings(study, comparison, made.heterogeneity)
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
    others = "Patients without either kind of resistance are counted in the flow diagram and are in neither column."
    made.section("baseline", "Baseline", others)
    made.table(response_table(study))
    made.section("response", "Response")


def _survival(made: Contents) -> None:
    study = made.study
    chosen = [("follow_up", "all"), ("os", "all"), ("os", "resistance"), ("os", "resistance_label")]
    chosen += [("pfs", "resistance"), ("pps", "resistance"), ("landmark_os", "progression_at_landmark")]
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
        words += ", all patients" if grouping == "all" else ", by resistance" if endpoint == "pps" else ""
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
            picture = drawn(draw_forest, forest, study.is_simulated)
            made.figure(forest.slug, forest.title, picture, caption, failed_diagnostics(study, model))
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
    picture = drawn(draw_balance, wide, METHOD_WORDS, study.protocol.max_standardised_difference, study.is_simulated)
    caption = "Every covariate level of the propensity model; left of the dashed line is balance."
    made.figure("balance_plot", "Balance before and after adjustment", picture, caption, warnings)
    made.table(balance_table(wide, comparison))
    by_centers, tests = second_line_by_center(study, comparison)
    made.table(by_centers)
    made.heterogeneity += tests
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
                f"{forest.title}. Subgroups with fewer than {made.study.min_cell} patients an arm, or events, are left "
                "out. P values test whether the effect differs between subgroups; none is corrected for their number."
            )
            made.figure(forest.slug, forest.title, drawn(draw_forest, forest, made.study.is_simulated), caption)


def _companions(made: Contents) -> None:
    study = made.study
    table, curves = competing_risks(study)
    made.table(table)
    if curves:
        caption = "A patient who died can no longer progress: the two curves add up to all who had either."
        picture = drawn(draw_incidence, curves, study.is_simulated)
        made.figure("incidence", "Cumulative incidence of progression and of death before it", picture, caption)
    made.table(restricted_means(study))
    by_centers, tests = by_center(study)
    made.table(by_centers)
    # Of the whole study first, as in the sections of the page.
    made.heterogeneity = [*tests, *made.heterogeneity]
    made.table(scan_intervals(study))
    made.section(
        "companions", "What a reviewer would ask", "Each of these stands beside the naive result it qualifies."
    )


def _multiverse(made: Contents, say: Callable[[str], None]) -> None:
    universes = multiverse(made.study, say)
    of_survival = universes.loc[universes["ratio"].notna()]
    if len(of_survival):
        picture = drawn(draw_multiverse, of_survival, made.study.is_simulated)
        caption = "Naive hazard ratios of death; each column is one combination of definitions, marked below."
        made.figure("multiverse_plot", "The main result under every combination of definitions", picture, caption)
    made.table(multiverse_table(universes, made.study.min_cell))
    lead = "Would the conclusion be another if resistance had been defined otherwise?"
    made.section("multiverse", "Definitions", lead)


def _individuals(made: Contents) -> None:
    """Single persons; only ever reached for simulated data."""
    caption = "Single patients are shown because they are simulated."
    made.figure("waterfall", "Best change of the sum of target lesions", single(draw_waterfall(made.study)), caption)
    made.figure("swimmers", "Course of single patients", single(draw_swimmers(made.study)), caption)
    made.section("individuals", "Single patients (simulated)")
