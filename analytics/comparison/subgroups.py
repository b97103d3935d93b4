"""Effect of treatment within subgroups, with a test of interaction (specification 5.1 item 7)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from analytics.estimates.cox import CoxRegression, cox_regression

# A hazard ratio beyond it (or below its inverse) is what remains of an infinite one.
LARGEST_RATIO = 100.0
SUBGROUP_COLUMNS = (
    "covariate",
    "level",
    "n_reference",
    "n_treated",
    "events",
    "ratio",
    "ci_low",
    "ci_high",
    "interaction_p",
    "note",
)


def subgroup_effects(
    frame: pd.DataFrame,
    duration: str,
    event: str,
    treatment: str,
    factors: Sequence[str],
    weights: str | None = None,
    min_events: float = 0.0,
) -> pd.DataFrame:
    """Hazard ratio of treatment (1 against 0) at each level of each factor, columns SUBGROUP_COLUMNS.

    With weights the variance is robust. interaction_p (on each level of a factor): Wald test of all products of
    treatment and level together, in a model with treatment and levels, by the same variance. Missing values of a
    factor are no subgroup; a level with fewer than min_events events or without both arms is shown without an estimate
    and takes no part in the test.
    """
    rows: list[dict[str, Any]] = []
    for name in factors:
        parts = {
            level: frame.loc[(frame[name] == level).to_numpy(dtype=bool, na_value=False)]
            for level in _levels(frame[name])
        }
        reasons = {level: _too_small(part, event, treatment, min_events) for level, part in parts.items()}
        large = frame[name].isin([level for level, reason in reasons.items() if reason is None])
        p_value = interaction_p(frame.loc[large], duration, event, treatment, name, weights)
        for level, part in parts.items():
            row = {"covariate": name, "level": level, "interaction_p": p_value} | _counts(part, event, treatment)
            if reasons[level] is None:
                row |= _effect(part, duration, event, treatment, weights)
            else:
                row["note"] = reasons[level]
            rows.append(row)
    return pd.DataFrame(rows, columns=list(SUBGROUP_COLUMNS))


def interaction_p(
    frame: pd.DataFrame, duration: str, event: str, treatment: str, factor: str, weights: str | None = None
) -> float:
    """P value of treatment by factor; NaN where a level has no two arms or the model cannot be fitted."""
    levels = _levels(frame[factor])
    if len(levels) < 2:
        return float("nan")
    known = frame.loc[frame[factor].notna()]
    design = pd.DataFrame({"time": known[duration], "event": known[event].astype(float)})
    design["treatment"] = known[treatment].astype(float)
    products = []
    for number, level in enumerate(levels[1:]):
        design[f"level_{number}"] = (known[factor] == level).astype(float)
        design[f"product_{number}"] = design[f"level_{number}"] * design["treatment"]
        products.append(f"product_{number}")
    if weights is not None:
        design["weight"] = known[weights].astype(float)
    fit = cox_regression(
        design,
        "time",
        "event",
        [name for name in design.columns if name not in ("time", "event", "weight")],
        weights=None if weights is None else "weight",
        robust=weights is not None,
        on_separation="refuse",
    )
    return _wald(fit, products)


def _wald(fit: CoxRegression, terms: list[str]) -> float:
    if not fit.is_estimated or not set(terms) <= set(fit.covariance.index):
        return float("nan")
    beta = fit.coefficients.set_index("term").loc[terms, "coef"].to_numpy(dtype=float)
    covariance = fit.covariance.loc[terms, terms].to_numpy(dtype=float)
    try:
        return float(chi2.sf(beta @ np.linalg.solve(covariance, beta), len(terms)))
    except np.linalg.LinAlgError:
        return float("nan")


def _levels(values: pd.Series) -> list[Any]:
    if isinstance(values.dtype, pd.CategoricalDtype):
        return list(values.cat.remove_unused_categories().cat.categories)
    return sorted(values.dropna().unique())


def _too_small(part: pd.DataFrame, event: str, treatment: str, min_events: float) -> str | None:
    """Why a subgroup is not estimated; None where it is."""
    if part[treatment].nunique() < 2:
        return "not estimated: one arm has nobody"
    if part[event].sum() < min_events:
        return f"not estimated: fewer than {min_events:g} events"
    return None


def _counts(part: pd.DataFrame, event: str, treatment: str) -> dict[str, Any]:
    arm = part[treatment].to_numpy(dtype=float)
    return {
        "n_reference": int((arm == 0).sum()),
        "n_treated": int((arm == 1).sum()),
        "events": int(part[event].sum()),
    }


def _effect(part: pd.DataFrame, duration: str, event: str, treatment: str, weights: str | None) -> dict[str, Any]:
    is_weighted = weights is not None
    fit = cox_regression(
        part, duration, event, [treatment], weights=weights, robust=is_weighted, on_separation="refuse"
    )
    term = fit.coefficients.iloc[0]
    if not 1 / LARGEST_RATIO < term["ratio"] < LARGEST_RATIO:
        return {"note": term["note"] or fit.note or "not estimated: one arm has hardly any events"}
    effect: dict[str, Any] = {name: term[name] for name in ("ratio", "ci_low", "ci_high")}
    return effect | {"note": term["note"] or fit.note}
