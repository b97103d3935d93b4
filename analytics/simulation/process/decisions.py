"""Treatment decisions: who stops, who gets another regimen, and which one (confounded by indication)."""

from __future__ import annotations

import datetime as dt

import numpy as np

from analytics.dates import DAYS_PER_MONTH
from analytics.simulation.facts import NO_DAY
from analytics.simulation.parameters import day_number
from analytics.simulation.process.scans import Reading, restaging_scan, set_line_baseline
from analytics.simulation.process.state import (
    ANTIBODY,
    ANTIBODY_BEVACIZUMAB,
    MAX_LINES,
    SUPPORTIVE,
    TKI,
    TKI_ANTIBODY,
    TREATED,
    WAITING,
    Run,
    logistic,
)

OLDEST_RESTAGING_DAYS = 38
MONTHS_PER_CYCLE = 1.8
FIRST_YEAR = day_number(dt.date(2020, 1, 1))
USUAL_AGE = 55
USUAL_BURDEN = 80.0


def decide(run: Run, rows: np.ndarray, reading: Reading) -> None:
    """After a scan on treatment: go on, stop for progression, or stop for another reason."""
    state, settings = run.state, run.parameters["later_lines"]
    line = state.line[rows] - 1
    first_seen = reading.is_progression & (state.seen_progression[rows, line] == NO_DAY)
    state.seen_progression[rows[first_seen], line[first_seen]] = state.day[rows[first_seen]]
    stays = run.rng.random(rows.size) < settings["treated_beyond_progression"]
    months = (state.day[rows] - state.line_start[rows, line]) / DAYS_PER_MONTH
    chance = settings["discontinuation_per_month"] * np.minimum(months, MONTHS_PER_CYCLE)
    stops = (reading.is_progression & ~stays) | (run.rng.random(rows.size) < chance)
    stopping = rows[stops]
    if stopping.size:
        _stop(run, stopping)


def _stop(run: Run, rows: np.ndarray) -> None:
    rng, state, settings = run.rng, run.state, run.parameters["later_lines"]
    line = state.line[rows] - 1
    state.line_stop[rows, line] = state.day[rows] + rng.integers(0, 5, rows.size)
    intercept = np.where(state.line[rows] == 1, settings["second_line_logit"], settings["third_line_logit"])
    fit = settings["per_liver"] * state.liver[rows] + settings["per_ecog"] * state.ecog[rows]
    goes_on = (rng.random(rows.size) < logistic(intercept + fit)) & (state.line[rows] < MAX_LINES)
    delay = settings["delay_median_days"] * np.exp(rng.normal(0, settings["delay_sd_log"], rows.size))
    state.waiting_days[rows] = np.clip(np.round(delay), 6, 90).astype(int)
    state.next_regimen[rows] = _choose_class(run, rows)
    state.settle(rows, state.day[rows])
    state.kill_rate[rows] = -state.untreated_growth[rows]
    state.growth_rate[rows] = state.untreated_growth[rows]
    state.mode[rows] = np.where(goes_on, WAITING, SUPPORTIVE)


def _choose_class(run: Run, rows: np.ndarray) -> np.ndarray:
    """TKI alone or with a PD-1 inhibitor: the fitter, younger, later and less advanced get the combination."""
    state, settings = run.state, run.parameters["later_lines"]
    score = np.full(rows.size, settings["combination_logit"])
    score += settings["combination_per_year"] * (state.day[rows] - FIRST_YEAR) / 365.25
    score += settings["combination_per_liver"] * state.liver[rows]
    score += settings["combination_per_ecog"] * state.ecog[rows]
    burden = state.load(rows, state.day[rows]) * run.person("burden", rows)
    score += settings["combination_per_log_burden"] * np.log(burden / USUAL_BURDEN)
    score += settings["combination_per_decade_of_age"] * (run.person("age", rows) - USUAL_AGE) / 10
    regimen = np.where(run.rng.random(rows.size) < logistic(score), TKI_ANTIBODY, TKI)
    rare = run.rng.random(rows.size)
    alone, with_bevacizumab = settings["immunotherapy_alone_share"], settings["immunotherapy_bevacizumab_share"]
    regimen[rare < alone] = ANTIBODY
    regimen[(rare >= alone) & (rare < alone + with_bevacizumab)] = ANTIBODY_BEVACIZUMAB
    return regimen


def start_next_line(run: Run, rows: np.ndarray) -> None:
    """The next regimen starts on the current day: part of the tumour is sensitive again."""
    state = run.state
    day = state.day[rows]
    state.line[rows] += 1
    line = state.line[rows] - 1
    state.line_start[rows, line] = day
    state.line_regimen[rows, line] = state.next_regimen[rows]
    is_recent = day - state.last_scan_day[rows] <= OLDEST_RESTAGING_DAYS
    recent, restaged = rows[is_recent], rows[~is_recent]
    if recent.size:
        set_line_baseline(run, recent, state.last_used[recent])
    if restaged.size:
        restaging_scan(run, restaged)
    _apply_effect(run, rows)
    state.has_hidden_new_lesion[rows] = False
    state.has_hidden_non_target[rows] = False
    state.mode[rows] = TREATED


def _apply_effect(run: Run, rows: np.ndarray) -> None:
    state, settings, day = run.state, run.parameters["later_lines"], run.state.day[rows]
    line = state.line[rows] - 1
    is_combined = (state.next_regimen[rows] != TKI).astype(int)
    after_sorafenib = state.had_sorafenib[rows].astype(int)

    def effect(name: str) -> np.ndarray:
        table = [
            [settings[kind][first][name] for first in ("lenvatinib", "sorafenib")] for kind in ("tki", "combination")
        ]
        return np.array(table)[is_combined, after_sorafenib]

    resistance = settings["resistance"]
    score = effect("resistant_logit") + resistance["sd"] * run.rng.normal(0, 1, rows.size)
    score += resistance["per_aggressiveness"] * run.person("aggressiveness", rows)
    fraction = logistic(score)
    load = state.load(rows, day)
    state.origin_day[rows] = day
    state.sensitive[rows], state.resistant[rows] = load * (1 - fraction), load * fraction
    state.kill_rate[rows] = effect("kill_rate_per_month")
    state.growth_rate[rows] = state.untreated_growth[rows] * effect("growth_factor")
    state.line_load[rows, line] = np.column_stack(
        [state.sensitive[rows], state.resistant[rows], state.kill_rate[rows], state.growth_rate[rows]]
    )
