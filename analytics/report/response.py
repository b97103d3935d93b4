"""Best response and response rates by resistance (specification 5.1 item 2)."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from analytics.report.cells import DASH, Cell, Table
from analytics.report.study import GROUPS, LABEL_WORDS, Study

RESPONSES = ("CR", "PR", "SD", "NON-CR/NON-PD", "PD", "NE")
RESPONSE_WORDS = {
    "CR": "Complete response",
    "PR": "Partial response",
    "SD": "Stable disease",
    "NON-CR/NON-PD": "Non-CR/non-PD (no measurable target)",
    "PD": "Progressive disease",
    "NE": "Not evaluable",
}
OBJECTIVE = ("CR", "PR")
CONTROL = (*OBJECTIVE, "SD", "NON-CR/NON-PD")


def response_table(study: Study) -> Table:
    """Best response on line 1, objective response and disease control rates with Clopper-Pearson limits."""
    rows: list[list[Cell | str]] = []
    best = study.frame("best_responses")
    first = best.loc[best["line_number"] == 1].set_index("person_id")
    groups = study.persons["resistance_group"]
    for kind, column in (("best", "best_response"), ("confirmed", "confirmed_best_response")):
        rows.append(["Best response" if kind == "best" else "Confirmed best response (sensitivity)"])
        responses = {group: first.loc[first.index.isin(groups[groups == group].index), column] for group in GROUPS}
        rows += _rows(study, kind, responses)
    return Table(
        "response",
        "Response to first line, by resistance",
        ["", *(LABEL_WORDS[group] for group in GROUPS)],
        rows,
        [
            f"Criteria {study.protocol.criteria}. Objective response = complete or partial; disease control = "
            "objective response, stable disease or non-CR/non-PD. Percentages of all patients of the group, "
            "those not evaluable "
            "included; 95% limits by Clopper and Pearson. The groups are defined by progression, so that response "
            "differs between them in part by definition.",
        ],
    )


def _rows(study: Study, kind: str, responses: dict[str, pd.Series]) -> list[list[Cell | str]]:
    for group, values in responses.items():
        total = ("baseline", group)
        study.counts.add(("responses", kind, group), len(values))
        if len(values) == study.counts.values.get(total):
            study.counts.add_sum(total, [("responses", kind, group)])
        for response in RESPONSES:
            study.counts.add((kind, response, group), int((values == response).sum()))
        study.sum_of(("responses", kind, group), [(kind, response, group) for response in RESPONSES])
    rows: list[list[Cell | str]] = [
        [f"  {RESPONSE_WORDS[response]}", *(_share(study, kind, response, group, responses) for group in responses)]
        for response in RESPONSES
    ]
    for name, words, members in (
        ("objective", "Objective response rate (95% CI)", OBJECTIVE),
        ("control", "Disease control rate (95% CI)", CONTROL),
    ):
        rows.append([words, *(_rate(study, kind, name, members, group, values) for group, values in responses.items())])
    return rows


def _share(study: Study, kind: str, response: str, group: str, responses: dict[str, pd.Series]) -> Cell:
    total = len(responses[group])
    key = (kind, response, group)
    return study.share(key, study.counts.values[key], ("responses", kind, group), total)


def _rate(study: Study, kind: str, name: str, members: tuple[str, ...], group: str, values: pd.Series) -> Cell:
    count, total = int(values.isin(members).sum()), len(values)
    key = (kind, name, group)
    study.counts.add(key, count)
    study.sum_of(key, [(kind, response, group) for response in members])
    low, high = clopper_pearson(count, total)
    if not total:
        return Cell(DASH)
    text = f"{count}/{total} = {100 * count / total:.1f}% ({100 * low:.1f} to {100 * high:.1f})"
    return Cell(text, (key, ("responses", kind, group)))


def clopper_pearson(count: int, total: int, confidence: float = 0.95) -> tuple[float, float]:
    """Exact limits of a proportion; NaN of nobody."""
    if total == 0:
        return np.nan, np.nan
    limits = binomtest(count, total).proportion_ci(confidence, method="exact")
    return float(limits.low), float(limits.high)
