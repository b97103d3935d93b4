"""Balance of covariates between two arms: standardised mean differences, before and after (specification 5.1 item 6).

Difference of (weighted) means over the standard deviation sqrt((s1^2 + s0^2) / 2) of the unweighted arms, so that a
weighting cannot look better by changing the yardstick. A factor gives one difference a level, with s^2 = p (1 - p).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from analytics.estimates.design import is_number
from analytics.estimates.inputs import BoolArray, FloatArray

BALANCE_COLUMNS = ("covariate", "level", "mean_reference", "mean_treated", "difference")


def balance(
    frame: pd.DataFrame, treatment: FloatArray, covariates: Sequence[str], weights: FloatArray | None = None
) -> pd.DataFrame:
    """One row a number or factor level, columns BALANCE_COLUMNS; `level` is None for numbers.

    treatment: 1 or 0 a row; weights: 0 or more a row (0 = left out, as after matching), all 1 where not given.
    Means leave missing values out; missing values of a factor are no level. The difference of a covariate that does
    not vary is 0 where the means agree, else NaN.
    """
    case_weights = np.ones(len(frame)) if weights is None else weights
    is_treated = treatment == 1.0
    rows = []
    for name in covariates:
        for level, values, is_binary in _columns(frame[name]):
            low, high = (_mean(values, case_weights, chosen) for chosen in (~is_treated, is_treated))
            spread = np.sqrt(np.mean([_variance(values, chosen, is_binary) for chosen in (~is_treated, is_treated)]))
            rows.append((name, level, low, high, _ratio(high - low, float(spread))))
    return pd.DataFrame(rows, columns=list(BALANCE_COLUMNS))


def largest_difference(table: pd.DataFrame) -> float:
    """The largest absolute standardised difference; NaN for an empty table or where one is unknown."""
    differences = table["difference"].abs()
    return float(differences.max()) if len(differences) and differences.notna().all() else float("nan")


def _columns(values: pd.Series) -> list[tuple[str | None, FloatArray, bool]]:
    if is_number(values):
        return [(None, values.astype(float).to_numpy(), False)]
    known = values.notna().to_numpy(dtype=bool)
    if isinstance(values.dtype, pd.CategoricalDtype):
        levels = [str(level) for level in values.cat.remove_unused_categories().cat.categories]
    else:
        levels = sorted(str(level) for level in values.dropna().unique())
    text = values.astype(str).to_numpy()
    # Of two levels the second says it all.
    shown = levels[1:] if len(levels) == 2 else levels
    return [(level, np.where(known, (text == level).astype(float), np.nan), True) for level in shown]


def _mean(values: FloatArray, weights: FloatArray, chosen: BoolArray) -> float:
    used = chosen & ~np.isnan(values)
    total = float(weights[used].sum())
    return float((values[used] * weights[used]).sum() / total) if total > 0 else float("nan")


def _variance(values: FloatArray, chosen: BoolArray, is_binary: bool) -> float:
    used = values[chosen & ~np.isnan(values)]
    if len(used) < 2:
        return float("nan")
    return float(used.mean() * (1.0 - used.mean())) if is_binary else float(used.var(ddof=1))


def _ratio(difference: float, spread: float) -> float:
    if spread > 0:
        return difference / spread
    return 0.0 if difference == 0 else float("nan")
