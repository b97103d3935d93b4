"""Baseline tables: by resistance, and by arm at the start of second line (specification 5.1 items 1 and 6)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.stats import chi2_contingency, fisher_exact, mannwhitneyu, ttest_ind

from analytics.comparison.balance import balance
from analytics.disclosure import Key
from analytics.protocol import Protocol
from analytics.report.cells import DASH, Cell, Table, number, p_value, percent, pretty
from analytics.report.study import Study, level_words

# Continuous columns shown: name, words with unit, decimals.
CONTINUOUS = (
    ("age_years", "Age, years", 0),
    ("afp_ng_ml", "AFP, ng/mL", 1),
    ("alt_u_l", "ALT, U/L", 0),
    ("ast_u_l", "AST, U/L", 0),
    ("total_bilirubin_umol_l", "Total bilirubin, µmol/L", 1),
    ("albumin_g_l", "Albumin, g/L", 1),
    ("platelets_10_9_l", "Platelets, 10⁹/L", 0),
    ("inr", "INR", 2),
    ("largest_diameter_mm", "Largest diameter, mm", 0),
    ("albi_score", "ALBI score", 2),
    ("nlr", "Neutrophil-lymphocyte ratio", 1),
)
MISSING, MISSING_WORDS = "missing", "  missing, n"
OF_ALL = "†"
OF_ALL_WORDS = (
    "percentage of all patients of the group: that of those with a value would give away how few values are missing."
)
# A table of counts needs Fisher's exact test where an expected count is below this (specification 5.1).
SMALLEST_EXPECTED = 5


@dataclass(frozen=True)
class Arms:
    """Two groups to be described: persons (rows), the column that says which, its two values and their words, and the
    first part of the names of their counts.
    """

    persons: pd.DataFrame
    column: str
    groups: tuple[str, str]
    words: Mapping[str, str]
    scope: str

    def group_key(self, group: str) -> Key:
        """Name of the number of persons in a group."""
        return (self.scope, group)

    def part(self, group: str) -> pd.DataFrame:
        """The persons of a group."""
        return self.persons.loc[(self.persons[self.column] == group).to_numpy(dtype=bool, na_value=False)]


def baseline_table(study: Study, arms: Arms, slug: str, title: str, notes: Sequence[str] = ()) -> Table:
    """Counts with percent of the persons with a value, medians with quartiles, missing counts, standardised
    differences and p values. Where the number of missing values is hidden, the percentage is of all persons.

    arms.persons: columns `factor_<covariate>` and, where there, the CONTINUOUS ones.
    """
    heads = []
    for group in arms.groups:
        size = len(arms.part(group))
        study.counts.add(arms.group_key(group), size)
        heads.append(f"{arms.words[group]}")
    rows: list[list[Cell | str]] = [
        ["Patients, n", *(Cell(f"{len(arms.part(g)):,}", (arms.group_key(g),)) for g in arms.groups), "", ""]
    ]
    for covariate in study.protocol.covariates:
        rows += _factor_rows(study, arms, covariate.name, pretty(covariate.label))
    for column, words, digits in CONTINUOUS:
        if column in arms.persons.columns:
            rows += _continuous_rows(study, arms, column, words, digits)
    test = "Mann-Whitney" if study.protocol.continuous_test == "mann_whitney" else "t"
    notes = [
        *notes,
        "Percentages are of the patients with a value; how many have none stands in a row of its own. "
        f"Numbers: median [quartiles]. P values: chi-square (Fisher's exact test where an expected count is below "
        f"{SMALLEST_EXPECTED}), {test} test; missing values left out. SMD: standardised mean difference, "
        "0.1 or more is an imbalance.",
    ]
    return Table(slug, title, ["", *heads, "SMD", "P"], rows, notes, footnotes={OF_ALL: OF_ALL_WORDS})


def _factor_rows(study: Study, arms: Arms, name: str, label: str) -> list[list[Cell | str]]:
    factor = f"factor_{name}"
    values = arms.persons[factor]
    levels = [str(level) for level in values.cat.remove_unused_categories().cat.categories]
    is_yes_no = set(values.cat.categories) == {"yes", "no"}
    for group in arms.groups:
        part = arms.part(group)[factor]
        named = {level: int((part == level).sum()) for level in levels} | {MISSING: int(part.isna().sum())}
        for level, count in named.items():
            study.counts.add((arms.scope, name, level, group), count)
        study.sum_of(arms.group_key(group), [(arms.scope, name, level, group) for level in named])
    compared = arms.persons.loc[arms.persons[arms.column].isin(arms.groups)]
    treatment = (compared[arms.column] == arms.groups[1]).astype(float).to_numpy()
    table = balance(compared, treatment, [factor]).set_index("level")["difference"]
    p_text = p_value(counts_p(compared, arms, factor))
    rows: list[list[Cell | str]] = []
    if not is_yes_no:
        rows.append([label, "", "", "", Cell(p_text, ())])
    for level in levels:
        if is_yes_no and level == "no":
            continue
        keys = tuple((arms.scope, name, level, group) for group in arms.groups)
        cells = [_share(study, arms, name, level, group) for group in arms.groups]
        words = label if is_yes_no else f"  {level_words(level)}"
        smd = Cell(number(table.get(level, np.nan), 2), keys)
        rows.append([words, *cells, smd, p_text if is_yes_no else ""])
    return rows + _missing_row(study, [(arms.scope, name, MISSING, group) for group in arms.groups])


def _share(study: Study, arms: Arms, name: str, level: str, group: str) -> Cell:
    """A level's persons with their percentage of those with a value; of all, where the missing ones are hidden."""
    key, missing, whole = (arms.scope, name, level, group), (arms.scope, name, MISSING, group), arms.group_key(group)
    count, size = study.counts.values[key], study.counts.values[whole]
    of_all = Cell(f"{count:,} ({percent(count, size)}{OF_ALL})", (key, whole))
    known = size - study.counts.values[missing]
    return Cell(f"{count:,} ({percent(count, known)})", (key, missing, whole), of_all)


def _missing_row(study: Study, keys: Sequence[Key]) -> list[list[Cell | str]]:
    """The row of missing values; none where nobody has one."""
    counts = [study.counts.values[key] for key in keys]
    cells = [Cell(f"{count:,}", (key,)) for count, key in zip(counts, keys, strict=True)]
    return [[MISSING_WORDS, *cells, "", ""]] if any(counts) else []


def counts_p(persons: pd.DataFrame, arms: Arms, factor: str) -> float:
    """P value of a factor between the groups; NaN where there is nothing to compare."""
    table = pd.crosstab(persons[factor].astype(object), persons[arms.column]).to_numpy()
    if table.shape[0] < 2 or table.shape[1] < 2:
        return float("nan")
    result = chi2_contingency(table, correction=False)
    if (result.expected_freq < SMALLEST_EXPECTED).any() and table.shape == (2, 2):
        return float(fisher_exact(table).pvalue)
    if (result.expected_freq < SMALLEST_EXPECTED).any():
        # A permutation test with fixed margins: the exact test of larger tables takes too long to be of use.
        return float(fisher_exact(table, method=_permutations()).pvalue)
    return float(result.pvalue)


def _permutations() -> object:
    from scipy.stats import PermutationMethod

    return PermutationMethod(n_resamples=2000, rng=np.random.default_rng(1))


def _continuous_rows(study: Study, arms: Arms, column: str, words: str, digits: int) -> list[list[Cell | str]]:
    parts = [arms.part(group)[column].astype("Float64").astype(float) for group in arms.groups]
    cells: list[Cell | str] = []
    missing: list[Key] = []
    for group, part in zip(arms.groups, parts, strict=True):
        seen = part.dropna()
        quartiles = [number(value, digits) for value in seen.quantile([0.25, 0.5, 0.75])] if len(seen) else [DASH] * 3
        cells.append(f"{quartiles[1]} [{quartiles[0]}, {quartiles[2]}]" if len(seen) >= study.min_cell else DASH)
        key = (arms.scope, column, MISSING, group)
        study.counts.add(key, int(part.isna().sum()))
        missing.append(key)
        _link_missing(study, arms, column, key, group)
    frame = pd.DataFrame({"value": pd.concat(parts, ignore_index=True)})
    treatment = np.repeat([0.0, 1.0], [len(part) for part in parts])
    difference = balance(frame, treatment, ["value"])["difference"].iloc[0]
    p_text = p_value(continuous_p(parts[0].dropna(), parts[1].dropna(), study.protocol))
    return [[words, *cells, number(difference, 2), p_text], *_missing_row(study, missing)]


def _link_missing(study: Study, arms: Arms, column: str, key: Key, group: str) -> None:
    """A factor made from the same column has missing values of its own: their difference is a count as well."""
    for covariate in study.protocol.covariates:
        factor_key = (arms.scope, covariate.name, MISSING, group)
        if covariate.column == column and factor_key in study.counts.values:
            values = study.counts.values
            whole, part = (factor_key, key) if values[factor_key] >= values[key] else (key, factor_key)
            study.subset(whole, part)


def continuous_p(first: pd.Series, second: pd.Series, protocol: Protocol) -> float:
    """P value of a number between two groups by the protocol's test; NaN where a group has fewer than two."""
    if len(first) < 2 or len(second) < 2:
        return float("nan")
    if protocol.continuous_test == "mann_whitney":
        return float(mannwhitneyu(first, second, method="asymptotic").pvalue)
    return float(ttest_ind(first, second, equal_var=False).pvalue)
