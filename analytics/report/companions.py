"""What stands beside the naive results (specification 5.2): time-varying progression, competing risks, restricted
means, intervals between scans; the centers have a module of their own.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import norm
from statsmodels.duration.survfunc import CumIncidenceRight

from analytics.dates import DAYS_PER_MONTH
from analytics.estimates.cox import CoxRegression, cox_regression
from analytics.estimates.kaplan_meier import KaplanMeier, kaplan_meier
from analytics.report.cells import DASH, Cell, Table, interval, known, number, p_value
from analytics.report.study import GROUPS, LABEL_WORDS, Study, center_words

CAUSES = {1: "Progression", 2: "Death without progression"}
INCIDENCE_MONTHS = (3, 6, 12, 24)


def resistance_effects(study: Study) -> Table:
    """The hazard of death after resistance, asked in four ways: the naive one and those without guarantee time."""
    survival = study.endpoint("os").join(study.persons[["resistance_group", "progression_day"]])
    rows: list[list[Cell | str]] = []
    naive = _two_groups(survival, "resistance_group", GROUPS)
    rows.append(_ratio_row("Naive: secondary against primary, from start of first line", naive))
    progression = study.endpoint("pps").join(study.persons[["resistance_group"]])
    pps = _two_groups(progression, "resistance_group", GROUPS)
    rows.append(_ratio_row("From progression on: secondary against primary", pps))
    landmark = study.frame("landmark_survival").astype({"time_days": float, "is_event": float})
    at_landmark = _two_groups(landmark, "landmark_group", ("progression", "no_progression"))
    months = study.protocol.resistance_window_months
    rows.append(_ratio_row(f"Landmark at {months} months: no progression by then against progression", at_landmark))
    rows.append(_ratio_row("Progression as an event in time: after against before it", time_varying_fit(survival)))
    return Table(
        "resistance_effects",
        "Resistance and death: the naive comparison and those free of guarantee time",
        ["Comparison", "Hazard ratio of death (95% CI)", "P"],
        rows,
        [
            "Patients with secondary resistance are, by definition, those who lived without progression through the "
            f"first {months} months; the naive comparison counts those months in their favour. The other rows do not.",
        ],
    )


def _two_groups(frame: pd.DataFrame, column: str, groups: tuple[str, ...]) -> CoxRegression:
    chosen = frame.loc[frame[column].isin(groups), ["time_days", "is_event"]].copy()
    chosen["second"] = (frame.loc[chosen.index, column] == groups[1]).astype(float)
    return cox_regression(chosen, "time_days", "is_event", ["second"], on_separation="refuse")


def time_varying_fit(survival: pd.DataFrame) -> CoxRegression:
    """Cox regression of death with progression as a covariate that changes from 0 to 1 on its day.

    survival: time_days, is_event, progression_day (NaN without progression); days of no length are left out.
    """
    day = survival["progression_day"].astype("Float64").astype(float)
    time, event = survival["time_days"], survival["is_event"]
    has_changed = (day < time).to_numpy()
    until = np.where(has_changed, day, time)
    before = pd.DataFrame({"start": 0.0, "stop": until, "event": np.where(has_changed, 0.0, event), "progressed": 0.0})
    after = pd.DataFrame({"start": day, "stop": time, "event": event, "progressed": 1.0}).loc[has_changed]
    rows = pd.concat([before, after], ignore_index=True)
    rows = rows.loc[rows["stop"] > rows["start"]]
    return cox_regression(rows, "stop", "event", ["progressed"], entry="start", on_separation="refuse")


def _ratio_row(words: str, fit: CoxRegression) -> list[Cell | str]:
    if fit.coefficients.empty:
        return [words, fit.note or DASH, DASH]
    term = fit.coefficients.iloc[0]
    if not known(term["ratio"]):
        return [words, str(term["note"] or fit.note), DASH]
    return [words, interval(term["ratio"], term["ci_low"], term["ci_high"]), p_value(term["p_value"])]


def competing_risks(study: Study) -> tuple[Table, dict[str, tuple[np.ndarray, np.ndarray]]]:
    """Aalen-Johansen incidence of progression and of death without progression; the table, and the curves."""
    progression_free = study.endpoint("pfs")
    status = np.select(
        [progression_free["reason"] == "progression", progression_free["reason"] == "death"], [1, 2], default=0
    )
    time = progression_free["time_days"].to_numpy(dtype=float)
    rows: list[list[Cell | str]] = []
    curves: dict[str, tuple[np.ndarray, np.ndarray]] = {}
    for code, words in CAUSES.items():
        cells = [f"not estimated: fewer than {study.min_cell} such events"] + [""] * 3
        if (status == code).sum() >= study.min_cell:
            times, incidence, error = cumulative_incidence(time, status, code)
            curves[words] = _visible(times, incidence, time, status == code, study.min_cell)
            readings = [_reading(times, incidence, error, months) for months in INCIDENCE_MONTHS]
            cells = [interval(100 * value, 100 * low, 100 * high, 1) for value, low, high in readings]
        rows.append([words, *cells])
    notes = ["Aalen-Johansen estimates from start of first line; a patient who died can no longer progress."]
    columns = ["", *(f"{months} months, % (95% CI)" for months in INCIDENCE_MONTHS)]
    return Table("competing_risks", "Cumulative incidence of competing events", columns, rows, notes), curves


def cumulative_incidence(time: np.ndarray, status: np.ndarray, cause: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Times, incidence of a cause and its standard error, in closed form (statsmodels).

    status: 0 censored, else the cause. A time of 0 counts as the smallest positive instant, so that nobody is lost.
    """
    codes = np.unique(status[status > 0])
    relabelled = np.where(status == cause, 1, np.where(status > 0, 2, 0))
    if len(codes) < 2:  # statsmodels wants every cause to happen
        relabelled = np.where(status > 0, 1, 0)
    estimate = CumIncidenceRight(np.where(time == 0, 1e-9, time), relabelled)
    return estimate.times, estimate.cinc[0], estimate.cinc_se[0]


def _reading(times: np.ndarray, incidence: np.ndarray, error: np.ndarray, months: int) -> tuple[float, float, float]:
    """Incidence at a time with limits on the complementary log-log scale; unknown beyond the last time."""
    days = months * DAYS_PER_MONTH
    place = int(np.searchsorted(times, days, side="right")) - 1
    if place < 0 or days > times[-1]:
        return np.nan, np.nan, np.nan
    value, spread = float(incidence[place]), float(error[place])
    if not 0 < value < 1 or not np.isfinite(spread):
        return value, np.nan, np.nan
    width = norm.ppf(0.975) * spread / ((1 - value) * np.log(1 - value))
    bounds = sorted(1 - (1 - value) ** np.exp(sign * width) for sign in (1, -1))
    return value, bounds[0], bounds[1]


def _visible(
    times: np.ndarray, incidence: np.ndarray, all_times: np.ndarray, is_event: np.ndarray, min_cell: int
) -> tuple[np.ndarray, np.ndarray]:
    """The curve as it may be drawn: steps of min_cell events or more, while min_cell or more are at risk."""
    at_risk = np.array([(all_times >= time).sum() for time in times])
    events = np.array([(is_event & (np.where(all_times == 0, 1e-9, all_times) == time)).sum() for time in times])
    shown_times, shown_values, since = [0.0], [0.0], 0
    for time, value, risk, count in zip(times, incidence, at_risk, events, strict=True):
        since += int(count)
        if risk >= min_cell and since >= min_cell:
            shown_times.append(time / DAYS_PER_MONTH)
            shown_values.append(value)
            since = 0
    end = times[at_risk >= min_cell].max(initial=0.0) / DAYS_PER_MONTH
    return np.array([*shown_times, end]), np.array([*shown_values, shown_values[-1]])


def restricted_means(study: Study) -> Table:
    """Mean survival within the protocol's horizons, by group, and the difference: no proportional hazards needed."""
    rows: list[list[Cell | str]] = []
    for endpoint, words in (("os", "Overall survival (naive)"), ("pps", "Survival after progression")):
        times = study.endpoint(endpoint).join(study.persons[["resistance_group"]])
        parts = [times.loc[times["resistance_group"] == group] for group in GROUPS]
        fits = [kaplan_meier(part["time_days"], part["is_event"]) for part in parts]
        for horizon in study.protocol.rmst_months:
            rows.append([f"{words}, {horizon} months", *_mean_cells(fits, horizon)])
    return Table(
        "restricted_means",
        "Restricted mean survival time, months",
        ["", *(LABEL_WORDS[group] for group in GROUPS), "Difference (95% CI)", "P"],
        rows,
        ["The average number of months lived within the horizon; it needs no proportional hazards."],
    )


def _mean_cells(fits: list[KaplanMeier], horizon: int) -> list[Cell | str]:
    means = [restricted_mean(fit, horizon * DAYS_PER_MONTH) for fit in fits]
    cells = [number(mean / DAYS_PER_MONTH, 1) for mean, _ in means]
    difference = (means[1][0] - means[0][0]) / DAYS_PER_MONTH
    error = float(np.sqrt(means[0][1] + means[1][1])) / DAYS_PER_MONTH
    if not np.isfinite(difference):
        return [*cells, "follow-up of a group is shorter", DASH]
    width = norm.ppf(0.975) * error
    p_two_sided = 2 * norm.sf(abs(difference) / error) if error > 0 else np.nan
    return [*cells, interval(difference, difference - width, difference + width, 1), p_value(p_two_sided)]


def restricted_mean(fit: KaplanMeier, horizon: float) -> tuple[float, float]:
    """Area under a curve up to a horizon (days) and its variance (Greenwood); NaN where follow-up ends before."""
    curve = fit.curve
    if fit.n == 0 or (curve["time"].iloc[-1] < horizon and curve["survival"].iloc[-1] > 0):
        return np.nan, np.nan
    inside = curve.loc[curve["time"] <= horizon]
    times = np.concatenate([[0.0], inside["time"], [horizon]])
    heights = np.concatenate([[1.0], inside["survival"]])
    areas = heights * np.diff(times)
    remaining = areas[::-1].cumsum()[::-1][1:]
    at_risk, events = inside["at_risk"].to_numpy(), inside["events"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        greenwood = np.where(events < at_risk, events / (at_risk * (at_risk - events)), 0.0)
    return float(areas.sum()), float((remaining**2 * greenwood).sum())


def scan_intervals(study: Study) -> Table:
    """Days between consecutive assessments of line 1, by center: progression is seen at scans only."""
    timepoints = study.frame("analysis_timepoints")
    chosen = timepoints.loc[
        (timepoints["line_number"] == 1)
        & (timepoints["criteria"] == study.protocol.criteria)
        & timepoints["is_within_line"].astype(bool)
        & timepoints["person_id"].isin(study.persons.index)
    ].sort_values(["person_id", "assessment_date"])
    starts = pd.to_datetime(chosen["person_id"].map(study.persons["index_date"]))
    dates = pd.to_datetime(chosen["assessment_date"])
    before = dates.groupby(chosen["person_id"]).shift().fillna(starts)
    intervals = pd.DataFrame(
        {"days": (dates - before).dt.days, "center_id": chosen["person_id"].map(study.persons["center_id"])}
    )
    rows: list[list[Cell | str]] = []
    for center, days in intervals.groupby("center_id")["days"]:
        quartiles = [number(value, 0) for value in days.quantile([0.25, 0.5, 0.75, 0.9])]
        if len(days) < study.min_cell:
            quartiles = [DASH] * 4
        rows.append([center_words(str(center)), f"{quartiles[1]} [{quartiles[0]}, {quartiles[2]}]", quartiles[3]])
    notes = [
        "From the start of the line to the first assessment, and between assessments. A median of progression-free "
        "survival is no more exact than the time between two scans."
    ]
    return Table(
        "scan_intervals", "Days between assessments", ["", "Median [quartiles]", "90th percentile"], rows, notes
    )
