"""The second-line comparison of a study: crude, weighted, matched, with what each leaves unbalanced (5.1 item 6, 7)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from analytics.comparison.balance import balance, largest_difference
from analytics.comparison.e_value import e_value, e_value_of_limit
from analytics.comparison.matching import match_pairs
from analytics.comparison.propensity import (
    TREATMENT,
    WEIGHTINGS,
    Positivity,
    Propensity,
    effective_sample_size,
    positivity,
    propensity_model,
    weights,
    with_missing_as_level,
)
from analytics.comparison.subgroups import subgroup_effects
from analytics.estimates.covariates import composite_conflicts, covariate_factors
from analytics.estimates.cox import cox_regression
from analytics.protocol import Protocol

CRUDE, MATCHED = "crude", "matched"
METHODS = (CRUDE, *WEIGHTINGS, MATCHED)
ENDPOINTS = ("second_line_pfs", "second_line_os")
NUMBERS = {"days_on_first_line": "Days on first line", "line_2_start_year": "Calendar year of second line"}
EFFECT_COLUMNS = (
    "study_id",
    "endpoint",
    "method",
    "n_reference",
    "n_treated",
    "events",
    "ratio",
    "ci_low",
    "ci_high",
    "p_value",
    "ess_reference",
    "ess_treated",
    "largest_difference",
    "e_value",
    "e_value_limit",
    "status",
    "note",
)


@dataclass(frozen=True)
class SecondLineComparison:
    """persons: one row a person compared (factors, treatment, days, year, score); effects: EFFECT_COLUMNS, one row an
    endpoint and method; balance: method, covariate, level, means and difference; subgroups: endpoint and
    SUBGROUP_COLUMNS; positivity; note: why nothing could be adjusted, else None; separated: whether
    some covariates tell the arm for certain.
    """

    persons: pd.DataFrame
    effects: pd.DataFrame
    balance: pd.DataFrame
    subgroups: pd.DataFrame
    positivity: Positivity
    note: str | None
    separated: bool = False


def second_line_comparison(
    second_line: pd.DataFrame, covariates: pd.DataFrame, endpoints: pd.DataFrame, protocol: Protocol
) -> SecondLineComparison:
    """Compare the protocol's two regimen classes on second line; hazard ratios of the second against the first.

    second_line: second_line_population; covariates: the mart analysis_second_line_covariates (specification 2.4 at
    the start of line 2); endpoints: survival_endpoints. Rows of other studies are left out.
    The propensity model has the protocol's covariates (a composite or its parts, not both), days on first line and
    calendar year; unknown values are a level of their own.
    """
    persons = comparison_persons(second_line, covariates, protocol)
    factors = with_missing_as_level(persons[adjusted_covariates(protocol)])
    design = persons.assign(**{name: factors[name] for name in factors.columns})
    names = [*factors.columns, *NUMBERS]
    propensity = propensity_model(design, TREATMENT, names)
    persons["score"] = propensity.score
    cases = _case_weights(propensity, protocol)
    balances = {method: balance(design, propensity.treatment, names, case) for method, (case, _) in cases.items()}
    effects = [
        _effect(_with_times(persons, endpoints, endpoint, protocol), endpoint, method, cases, balances, protocol)
        for endpoint in ENDPOINTS
        for method in METHODS
    ]
    return SecondLineComparison(
        persons=persons,
        effects=pd.DataFrame(effects, columns=list(EFFECT_COLUMNS)),
        balance=pd.concat([table.assign(method=method) for method, table in balances.items()], ignore_index=True),
        subgroups=_subgroups(persons, endpoints, cases, protocol),
        positivity=positivity(propensity),
        note=propensity.note,
        separated=propensity.fit is not None and bool(propensity.fit.separated),
    )


def comparison_persons(second_line: pd.DataFrame, covariates: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """One row a person compared, indexed from 0: identifiers, regimen_class, treatment (0, 1), NUMBERS, every covariate
    of the protocol as a factor at the start of line 2.
    """
    own = second_line[second_line["study_id"] == protocol.study_id].sort_values("person_id")
    at_start = covariates[covariates["study_id"] == protocol.study_id].drop(
        columns=["study_id", "center_id"], errors="ignore"
    )
    rows = own.merge(at_start, on="person_id", how="left", suffixes=("", "_covariates"), validate="one_to_one")
    if "index_year" not in rows.columns:
        rows = rows.assign(index_year=rows["line_2_start_year"])
    factors = covariate_factors(rows, protocol.covariates)
    kept = rows[["person_id", "center_id", "resistance", "regimen_class"]].reset_index(drop=True)
    kept[TREATMENT] = (kept["regimen_class"] == protocol.second_line_classes[1]).astype(float)
    for name in NUMBERS:
        kept[name] = rows[name].astype(float).to_numpy()
    return pd.concat([kept, factors.reset_index(drop=True)], axis=1)


def adjusted_covariates(protocol: Protocol) -> list[str]:
    """The covariates of the propensity model, in the protocol's order."""
    chosen = protocol.second_line_covariates or protocol.covariate_names
    left_out = composite_conflicts(chosen, protocol.covariates)
    return [name for name in protocol.covariate_names if name in chosen and name not in left_out]


Cases = dict[str, tuple[np.ndarray, np.ndarray]]


def _case_weights(propensity: Propensity, protocol: Protocol) -> Cases:
    """By method: the weight of each row (0 = not used) and the number of its pair."""
    length = len(propensity.treatment)
    alone = np.arange(length)
    cases: Cases = {CRUDE: (np.ones(length), alone)}
    if propensity.is_estimated:
        for weighting in WEIGHTINGS:
            cases[weighting] = (weights(propensity, weighting), alone)
        pairs = match_pairs(propensity, protocol.caliper_sd)
        cases[MATCHED] = ((pairs >= 0).astype(float), pairs)
    return cases


def _with_times(persons: pd.DataFrame, endpoints: pd.DataFrame, endpoint: str, protocol: Protocol) -> pd.DataFrame:
    is_wanted = (endpoints["study_id"] == protocol.study_id) & (endpoints["endpoint"] == endpoint)
    times = endpoints.loc[is_wanted, ["person_id", "time_days", "is_event"]]
    joined = persons.merge(times, on="person_id", how="left", validate="one_to_one")
    return joined.assign(is_event=joined["is_event"].astype("Float64").astype(float))


def _effect(
    frame: pd.DataFrame,
    endpoint: str,
    method: str,
    cases: Cases,
    balances: dict[str, pd.DataFrame],
    protocol: Protocol,
) -> dict[str, Any]:
    row: dict[str, Any] = dict.fromkeys(EFFECT_COLUMNS, np.nan)
    row |= {"study_id": protocol.study_id, "endpoint": endpoint, "method": method, "note": None}
    if method not in cases:
        return row | {"status": "not_applicable", "note": "not estimated: no propensity scores"}
    case_weights, pairs = cases[method]
    used = frame.assign(weight=case_weights, pair=pairs).loc[case_weights > 0]
    is_treated = used[TREATMENT] == 1.0
    row |= {"n_reference": int((~is_treated).sum()), "n_treated": int(is_treated.sum())}
    row |= {"events": int(used["is_event"].sum()), "status": "not_applicable"}
    if method != CRUDE:
        row["ess_reference"] = effective_sample_size(used.loc[~is_treated, "weight"].to_numpy())
        row["ess_treated"] = effective_sample_size(used.loc[is_treated, "weight"].to_numpy())
    row["largest_difference"] = largest_difference(balances[method])
    fit = cox_regression(
        used,
        "time_days",
        "is_event",
        [TREATMENT],
        weights="weight" if method in WEIGHTINGS else None,
        cluster="pair" if method == MATCHED else None,
        robust=method != CRUDE,
        on_separation="refuse",
    )
    term = fit.coefficients.iloc[0]
    row |= {name: term[name] for name in ("ratio", "ci_low", "ci_high", "p_value")}
    share = fit.n_events / fit.n if fit.n else 0.0
    row["e_value"] = e_value(float(term["ratio"]), share)
    row["e_value_limit"] = e_value_of_limit(float(term["ci_low"]), float(term["ci_high"]), share)
    return row | _verdict(row, term["note"] or fit.note, protocol)


def _verdict(row: dict[str, Any], note: str | None, protocol: Protocol) -> dict[str, Any]:
    """Whether the arms are balanced, in words where they are not."""
    limit = protocol.max_standardised_difference
    if note is not None:
        return {"status": "not_applicable", "note": note}
    if np.isnan(row["largest_difference"]) or row["largest_difference"] >= limit:
        return {"status": "fail", "note": f"arms not balanced: a standardised difference is {limit:g} or more"}
    return {"status": "pass", "note": None}


def _subgroups(persons: pd.DataFrame, endpoints: pd.DataFrame, cases: Cases, protocol: Protocol) -> pd.DataFrame:
    """Overlap-weighted effects in subgroups; crude ones where there are no scores."""
    chosen = protocol.second_line_subgroups or protocol.covariate_names
    weighting = WEIGHTINGS[0] if WEIGHTINGS[0] in cases else CRUDE
    tables = []
    for endpoint in ENDPOINTS:
        frame = _with_times(persons, endpoints, endpoint, protocol).assign(weight=cases[weighting][0])
        weight = None if weighting == CRUDE else "weight"
        table = subgroup_effects(
            frame, "time_days", "is_event", TREATMENT, list(chosen), weight, protocol.min_events_per_variable
        )
        tables.append(table.assign(endpoint=endpoint, method=weighting))
    return pd.concat(tables, ignore_index=True)
