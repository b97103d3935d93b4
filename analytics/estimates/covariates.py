"""The factors of a study's models, from the columns of its cohort (specification 5.1, default covariates).

A protocol declares each covariate with column, rule, cut-off or codes, and reference level. Unknown stays missing: a
blank, a code that stands for unknown, a number whose comparator leaves the cut-off open.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
import pandas as pd

from analytics.estimates.inputs import BoolArray, as_floats, column_of
from analytics.protocol_covariates import CUTOFF_RULES, Covariate

NO_YES = ("no", "yes")


def covariate_factors(cohort: pd.DataFrame, covariates: Iterable[Covariate]) -> pd.DataFrame:
    """One categorical column a covariate (named as it), the reference level first, rows as in `cohort`.

    cohort: the columns that the covariates name (specification 4, table cohort); `index_year` may come from
    `index_date`. Raises ValueError for a column that is not there.
    """
    rows = cohort.reset_index(drop=True)
    columns = {covariate.name: _factor(rows, covariate) for covariate in covariates}
    return pd.DataFrame(columns, index=rows.index).set_axis(cohort.index)


def _factor(cohort: pd.DataFrame, covariate: Covariate) -> pd.Series:
    if covariate.rule in CUTOFF_RULES:
        return _yes_no(*_by_cutoff(cohort, covariate), covariate)
    values = _column(cohort, covariate.column)
    codes = values.map(_as_code, na_action="ignore").astype(object)
    codes = codes.mask(codes.isin(covariate.missing_codes))
    if covariate.rule == "contains_any":
        wanted = set(covariate.codes)
        holds = codes.fillna("").map(lambda code: bool(wanted & set(code.split("+")))).to_numpy(dtype=bool)
        return _yes_no(holds, np.ones(len(holds), dtype=bool), covariate)
    known = codes.notna().to_numpy(dtype=bool)
    if covariate.rule == "one_of":
        return _yes_no(codes.isin(covariate.codes).to_numpy(dtype=bool), known, covariate)
    if covariate.rule == "flag":
        return _yes_no((codes == "true").to_numpy(dtype=bool), known, covariate)
    found = covariate.codes or tuple(sorted(codes.dropna().unique()))
    levels = [covariate.reference, *(code for code in found if code != covariate.reference)]
    return pd.Series(pd.Categorical(codes, categories=levels), index=cohort.index)


def _column(cohort: pd.DataFrame, name: str) -> pd.Series:
    if name == "index_year" and name not in cohort.columns and "index_date" in cohort.columns:
        return pd.to_datetime(cohort["index_date"]).dt.year
    return column_of(cohort, name)


def _as_code(value: object) -> str:
    """A value as the code a protocol writes: true and false, whole numbers without a point (grade 2, not 2.0)."""
    if isinstance(value, bool | np.bool_):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _by_cutoff(cohort: pd.DataFrame, covariate: Covariate) -> tuple[BoolArray, BoolArray]:
    """Whether the rule holds, and whether that is known, given comparators such as `>` in `>1210`."""
    number = as_floats(_column(cohort, covariate.column), covariate.column)
    cutoff = float(covariate.cutoff if covariate.cutoff is not None else np.nan)
    # "below" is the opposite of "at least", "at most" that of "above".
    opposite = covariate.rule in ("below", "at_most")
    strict = covariate.rule in ("above", "at_most")
    holds = number > cutoff if strict else number >= cutoff
    known = ~np.isnan(number)
    comparator = covariate.comparator_column
    if comparator is not None and comparator in cohort.columns:
        sign = cohort[comparator].astype(object).fillna("").to_numpy(dtype=object)
        surely = _surely_over(number, sign, cutoff, strict)
        surely_not = _surely_not_over(number, sign, cutoff, strict)
        compared = sign != ""
        holds = np.where(compared, surely, holds)
        known &= ~compared | surely | surely_not
    return holds != opposite, known


def _surely_over(number: np.ndarray, sign: np.ndarray, cutoff: float, strict: bool) -> BoolArray:
    """Whether every value that `sign number` allows is over the cut-off (strict: above, else at least)."""
    above_number, from_number = sign == ">", sign == ">="
    return (above_number & (number >= cutoff)) | (from_number & (number > cutoff if strict else number >= cutoff))


def _surely_not_over(number: np.ndarray, sign: np.ndarray, cutoff: float, strict: bool) -> BoolArray:
    """Whether no value that `sign number` allows is over the cut-off."""
    below_number, to_number = sign == "<", sign == "<="
    return (below_number & (number <= cutoff)) | (to_number & (number <= cutoff if strict else number < cutoff))


def _yes_no(holds: BoolArray, known: BoolArray, covariate: Covariate) -> pd.Series:
    levels = NO_YES if covariate.reference == "no" else NO_YES[::-1]
    text = pd.Series(np.where(holds, "yes", "no"), dtype=object).where(pd.Series(known))
    return pd.Series(pd.Categorical(text, categories=levels))


def composite_conflicts(names: Iterable[str], covariates: Iterable[Covariate]) -> dict[str, str]:
    """Covariates that must leave a model, each with the earlier one that it cannot share the model with.

    A composite (BCLC) and the parts it is built from are structurally collinear: of the two, the one that stands
    earlier in the protocol stays.
    """
    parts = {covariate.name: set(covariate.composed_of) for covariate in covariates}
    kept: list[str] = []
    left_out: dict[str, str] = {}
    chosen = set(names)
    for name in (name for name in parts if name in chosen):
        other = next((earlier for earlier in kept if earlier in parts[name] or name in parts[earlier]), None)
        if other is None:
            kept.append(name)
        else:
            left_out[name] = other
    return left_out
