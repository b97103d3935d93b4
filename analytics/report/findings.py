"""The summary of findings, in sentences (the first thing on the page)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from analytics.comparison.propensity import OVERLAP
from analytics.comparison.second_line import CRUDE, SecondLineComparison
from analytics.disclosure import Key
from analytics.estimates.results import records
from analytics.report.cells import Cell, interval, known, months, p_value, percent
from analytics.report.centers import Heterogeneity
from analytics.report.models import term_words
from analytics.report.study import COHORT, GROUPS, Study

# The methods told in the summary.
ADJUSTMENT_WORDS = {CRUDE: "as observed", OVERLAP: "after overlap weighting"}


# Below it a test is told as a difference.
NOTEWORTHY_P = 0.05


def findings(
    study: Study, comparison: SecondLineComparison | None, heterogeneity: Sequence[Heterogeneity] = ()
) -> list[Cell]:
    """Sentences with their counts; a sentence with a hidden count is replaced by one that says so."""
    total = len(study.persons)
    if total == 0:
        return [
            Cell("No patient met the study's criteria; the flow diagram shows at which steps patients were left out.")
        ]
    sentences = [Cell(_size(study), (COHORT, *(("label", group) for group in GROUPS))), _compared(study)]
    sentences += [Cell(_survival(study)), Cell(_risk_factors(study)), _second_line(study, comparison)]
    return [*sentences, Cell(_centers(heterogeneity))]


def _size(study: Study) -> str:
    total = len(study.persons)
    counts = {group: int((study.persons["resistance"] == group).sum()) for group in GROUPS}
    window = study.protocol.resistance_window_months
    return (
        f"Of {total:,} patients who started {study.protocol.index_agent} as first line, {counts['primary']:,} "
        f"({percent(counts['primary'], total)}) had primary resistance (progression within {window} months) and "
        f"{counts['secondary']:,} ({percent(counts['secondary'], total)}) secondary resistance (later progression)."
    )


def _compared(study: Study) -> Cell:
    """Among whom the two kinds of resistance are compared: the denominator of studies that report these only."""
    counts = {group: int((study.persons["resistance_group"] == group).sum()) for group in GROUPS}
    total = sum(counts.values())
    if total == 0:
        return Cell("Nobody had either kind of resistance: there is nothing to compare.")
    joined = study.protocol.secondary_includes_progression_free
    others = (
        "the progression-free are counted among the secondary, those who could not be classified are left out"
        if joined
        else "the progression-free and those who could not be classified are left out"
    )
    return Cell(
        f"Comparisons of the two kinds are among the {total:,} patients who had either ({others}): "
        f"{percent(counts['primary'], total)} primary, {percent(counts['secondary'], total)} secondary. These are the "
        "percentages to set beside publications that count only these two groups.",
        tuple(("baseline", group) for group in GROUPS),
    )


def _estimate(study: Study, endpoint: str, grouping: str, group: str) -> dict[str, Any] | None:
    table = study.frame("survival_estimates")
    is_wanted = (table["endpoint"] == endpoint) & (table["grouping"] == grouping) & (table["group_name"] == group)
    rows = records(table.loc[is_wanted])
    return rows[0] if rows and rows[0]["n"] >= study.min_cell else None


def _median(row: dict[str, Any]) -> str:
    text = months(row["median_months"], row["median_months_ci_low"], row["median_months_ci_high"])
    return text.replace("(", "(95% CI ") + " months" if "not reached" not in text else text


def _survival(study: Study) -> str:
    rows = [_estimate(study, "os", "resistance", group) for group in GROUPS]
    after = [_estimate(study, "pps", "resistance", group) for group in GROUPS]
    if rows[0] is None or rows[1] is None:
        return "A resistance group is too small for its survival to be described."
    text = (
        f"Median overall survival was {_median(rows[0])} with primary and {_median(rows[1])} with secondary "
        "resistance. "
        "Part of this difference is built in: whoever progressed late has, by definition, lived until then."
    )
    if after[0] is not None and after[1] is not None:
        text += (
            f" Counted from progression, which removes that head start, it was {_median(after[0])} and "
            f"{_median(after[1])}."
        )
    return text


def _risk_factors(study: Study) -> str:
    results = study.frame("regression_results")
    entered = results.loc[
        (results["model"] == "logistic_primary_resistance") & (results["analysis"] == "multivariable")
    ]
    joint = entered.loc[entered["p_value"] < 0.05]
    if joint.empty:
        return "No baseline characteristic was independently associated with primary resistance (at P < 0.05)."
    words = [
        f"{term_words(row)} (odds ratio {interval(row['ratio'], row['ci_low'], row['ci_high'])}, "
        f"P {p_value(row['p_value'])})"
        for row in records(joint)
    ]
    if entered["term"].nunique() == 1:
        return (
            f"The only baseline characteristic that entered the model of primary resistance was {_joined(words)}; "
            "the odds ratio is therefore not adjusted for any other."
        )
    return f"Independently associated with primary resistance: {_joined(words)}."


def _second_line(study: Study, comparison: SecondLineComparison | None) -> Cell:
    reference, treated = study.protocol.second_line_classes
    if comparison is None or comparison.effects["ratio"].isna().all():
        return Cell(f"Too few patients received {reference} or {treated} on second line for a comparison.")
    sentences = []
    for endpoint, words in (("second_line_pfs", "progression or death"), ("second_line_os", "death")):
        part = comparison.effects.loc[comparison.effects["endpoint"] == endpoint].set_index("method")
        texts = [
            f"{interval(row['ratio'], row['ci_low'], row['ci_high'])} {ADJUSTMENT_WORDS[str(method)]}"
            for method, row in part.iterrows()
            if known(row["ratio"]) and method in ADJUSTMENT_WORDS
        ]
        if texts:
            sentences.append(f"hazard ratio of {words} {_joined(texts)}")
    unbalanced = (comparison.effects.loc[comparison.effects["method"] == OVERLAP, "status"] == "fail").any()
    caution = (
        " The arms stay unbalanced after weighting, so that the adjusted figures are not to be relied on."
        if unbalanced
        else ""
    )
    keys: tuple[Key, ...] = tuple(("line_2", arm) for arm in (treated, reference))
    sizes = [study.counts.values.get(key, 0) for key in keys]
    return Cell(
        f"On second line, {treated} ({sizes[0]:,} patients) against {reference} ({sizes[1]:,}): "
        f"{'; '.join(sentences)}. Treatment was chosen, not randomised.{caution}",
        keys,
    )


def _centers(tests: Sequence[Heterogeneity]) -> str:
    """Which of the main estimates differ between the centers."""
    done = [test for test in tests if known(test.p)]
    if not done:
        return "Whether the main estimates differ between centers could not be tested."
    differing = [f"{test.estimate} (P {p_value(test.p)})" for test in done if test.p < NOTEWORTHY_P]
    others = [f"{test.estimate} {p_value(test.p)}" for test in done if test.p >= NOTEWORTHY_P]
    caution = "P values are not corrected for the number of tests."
    if not differing:
        listed = "; ".join(others)
        told = f"heterogeneity P: {listed}"
        return f"No effect of resistance or regimen differed detectably between centers ({told}). {caution}"
    rest = f" P of the other tests of heterogeneity: {'; '.join(others)}." if others else ""
    return f"Centers differed in the effect on {_joined(differing)}.{rest} {caution}"


def _joined(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
