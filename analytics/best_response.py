"""Best response and confirmed best response of each line (specification 2.2, last paragraph).

Only timepoints within the line, up to and including its first PD, count; the best of them is the best response, in
the order CR > PR > SD > NON-CR/NON-PD > PD > NE. SD and NON-CR/NON-PD before day `min_stable_days` of the line are
NE. A line without timepoints is NE.

Confirmed: CR needs a CR, PR needs a CR or PR, at least `confirmation_days` later and still before the first PD. The
later response is taken as assessed, whether or not it is confirmed itself. A response without confirmation falls to
SD, or to NE before day `min_stable_days`; then the same ranking applies.
"""

from __future__ import annotations

import pandas as pd

from analytics.frames import BEST_RESPONSES, RESPONSES, TIMEPOINTS, conform, require
from analytics.protocol import Protocol
from analytics.study_frames import eligible_persons, lines_of, timepoints_of

RANK = {response: rank for rank, response in enumerate(RESPONSES)}


def best_responses(
    timepoints: pd.DataFrame, lines: pd.DataFrame, cohort: pd.DataFrame, protocol: Protocol
) -> pd.DataFrame:
    """One row per eligible person and line: study_id, person_id, line_number, best_response, confirmed_best_response.

    `timepoints`, `lines`, `cohort`: frames of the contracts TIMEPOINTS, LINES, COHORT (`analytics.frames`).
    """
    eligible = eligible_persons(cohort, protocol)
    study_lines = lines_of(lines, eligible)
    considered = _up_to_first_progression(_with_line(timepoints_of(timepoints, eligible, protocol), study_lines))
    is_stable = (considered["assessment_date"] - considered["line_start_date"]).dt.days >= protocol.min_stable_days
    unconfirmed = considered["overall_response"].isin(["CR", "PR"]) & ~_is_confirmed(
        considered, protocol.confirmation_days
    )
    confirmed = considered["overall_response"].mask(unconfirmed, "SD")
    result = pd.DataFrame(
        {
            "study_id": protocol.study_id,
            "person_id": eligible["person_id"].reindex(study_lines["person_number"]).to_numpy(),
            "line_number": study_lines["line_number"],
            "best_response": _best(considered["overall_response"], is_stable, considered["line"], study_lines.index),
            "confirmed_best_response": _best(confirmed, is_stable, considered["line"], study_lines.index),
        }
    )
    return conform(result, BEST_RESPONSES)


def _with_line(timepoints: pd.DataFrame, lines: pd.DataFrame) -> pd.DataFrame:
    """Timepoints within their line, with `line` (the line's place in `lines`) and its start."""
    within = timepoints.loc[timepoints["is_within_line"]]
    places = pd.MultiIndex.from_frame(lines[["person_number", "line_number"]]).get_indexer(
        pd.MultiIndex.from_frame(within[["person_number", "line_number"]])
    )
    require(pd.Series(places < 0), TIMEPOINTS.name, "a timepoint belongs to no line")
    return within.assign(line=places, line_start_date=lines["line_start_date"].to_numpy()[places])


def _up_to_first_progression(timepoints: pd.DataFrame) -> pd.DataFrame:
    """The timepoints of each line up to and including its first PD."""
    first = timepoints.loc[timepoints["overall_response"] == "PD"].groupby("line")["assessment_date"].min()
    limit = timepoints["line"].map(first)
    return timepoints.loc[limit.isna() | (timepoints["assessment_date"] <= limit)]


def _is_confirmed(timepoints: pd.DataFrame, confirmation_days: int) -> pd.Series:
    """Whether the same or a better response stands again, late enough, among a line's timepoints."""
    response = timepoints["overall_response"]
    is_confirmed = pd.Series(False, index=timepoints.index)
    for named, same_or_better in (("CR", ["CR"]), ("PR", ["CR", "PR"])):
        last = timepoints.loc[response.isin(same_or_better)].groupby("line")["assessment_date"].max()
        days_until = (timepoints["line"].map(last) - timepoints["assessment_date"]).dt.days
        is_confirmed |= (response == named) & (days_until >= confirmation_days)
    return is_confirmed


def _best(response: pd.Series, is_stable: pd.Series, line: pd.Series, lines: pd.Index) -> pd.Series:
    """The best response of each line; stable disease that came too early is NE, and so is a line without timepoints."""
    too_early = response.isin(["SD", "NON-CR/NON-PD"]) & ~is_stable
    ranks = response.mask(too_early, "NE").map(RANK).astype("int64")
    best = ranks.groupby(line).min().reindex(lines, fill_value=RANK["NE"])
    return best.map(dict(enumerate(RESPONSES)))
