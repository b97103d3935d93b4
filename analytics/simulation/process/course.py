"""The disease course: tumour growth under treatment, scans, decisions, death, step by step for all persons at once.

Each step takes every living person from one clinic date to the next: the next scan while treated or in supportive
care, the start of the next regimen while waiting for it.
"""

from __future__ import annotations

import numpy as np

from analytics.dates import DAYS_PER_MONTH
from analytics.simulation.facts import NO_DAY
from analytics.simulation.parameters import Parameters, by_center, day_number
from analytics.simulation.process import decisions
from analytics.simulation.process.population import Population
from analytics.simulation.process.scans import baseline_scans, scan
from analytics.simulation.process.state import DONE, SUPPORTIVE, TREATED, WAITING, Run, ScanLog, State, start_state

LARGEST_HAZARD_PER_MONTH = 3.0
USUAL_BURDEN = 80.0  # mm; the hazards' reference


def run_course(
    rng: np.random.Generator, parameters: Parameters, population: Population
) -> tuple[State, dict[str, np.ndarray]]:
    """The state at the end of observation and all scans (columns of `ScanLog`)."""
    cut_off = day_number(parameters["calendar"]["data_cut_off"])
    state = start_state(rng, parameters, population)
    run = Run(rng, parameters, population, state, ScanLog())
    baseline_scans(run)
    while (rows := np.flatnonzero(state.mode != DONE)).size:
        _step(run, rows, cut_off)
    for day in (state.death_day, state.lost_day):
        day[day > cut_off] = NO_DAY
    return state, run.log.finish()


def _step(run: Run, rows: np.ndarray, cut_off: int) -> None:
    state = run.state
    end = state.day[rows] + _days_to_next_date(run, rows)
    load = state.load(rows, (state.day[rows] + end) / 2)
    _latent_events(run, rows, end, load)
    ends = _deaths_and_losses(run, rows, end, load)
    _decline(run, rows, end, load)
    finished = ends | (end > cut_off)
    state.mode[rows[finished]] = DONE
    rows, end = rows[~finished], end[~finished]
    mode = state.mode[rows].copy()
    state.day[rows] = end
    starting = rows[mode == WAITING]
    if starting.size:
        decisions.start_next_line(run, starting)
    treated = rows[mode == TREATED]
    if treated.size:
        decisions.decide(run, treated, scan(run, treated))
    supportive = rows[mode == SUPPORTIVE]
    supportive = supportive[run.rng.random(supportive.size) < run.parameters["imaging"]["supportive_scan"]]
    if supportive.size:
        scan(run, supportive)


def _days_to_next_date(run: Run, rows: np.ndarray) -> np.ndarray:
    rng, state, settings = run.rng, run.state, run.parameters["imaging"]
    usual = np.array(by_center(settings["interval_days"]))[run.person("center", rows)]
    days = usual + rng.normal(0, settings["interval_jitter_days"], rows.size)
    chance = rng.random(rows.size)
    days = np.where(chance < settings["missed_scan"], days + usual, days)
    days = np.where(chance > 1 - settings["long_gap"], days + settings["long_gap_days"], days)
    mode = state.mode[rows]
    supportive = settings["supportive_interval_days"] * rng.uniform(0.7, 1.3, rows.size)
    days = np.where(mode == SUPPORTIVE, supportive, days)
    return np.where(mode == WAITING, state.waiting_days[rows], np.maximum(np.round(days), 14)).astype(int)


def _latent_events(run: Run, rows: np.ndarray, end: np.ndarray, load: np.ndarray) -> None:
    """New lesions and unequivocal non-target progression come with the growth of the resistant clone."""
    rng, state, biology = run.rng, run.state, run.parameters["biology"]
    months = (end - state.day[rows]) / DAYS_PER_MONTH
    resistant = np.clip(state.resistant[rows] / np.maximum(load, 0.05), 0, 1)
    growth = state.growth_rate[rows] * resistant * months
    new = rng.random(rows.size) < 1 - np.exp(-biology["new_lesion_per_growth"] * growth)
    non_target = rng.random(rows.size) < 1 - np.exp(-biology["non_target_progression"] * growth)
    day = state.day[rows] + np.ceil(rng.random(rows.size) * (end - state.day[rows])).astype(int)
    treated = (state.mode[rows] == TREATED) & (new | non_target)
    line = np.maximum(state.line[rows] - 1, 0)
    first = treated & (state.latent_event[rows, line] == NO_DAY)
    state.latent_event[rows[first], line[first]] = day[first]
    state.has_hidden_new_lesion[rows] |= new
    state.has_hidden_non_target[rows] |= non_target


def _deaths_and_losses(run: Run, rows: np.ndarray, end: np.ndarray, load: np.ndarray) -> np.ndarray:
    """Sets death and loss days; true where the person leaves observation before `end`."""
    rng, state, settings = run.rng, run.state, run.parameters["death"]
    score = np.full(rows.size, settings["intercept"])
    score += settings["per_log_burden"] * np.log(load * run.person("burden", rows) / USUAL_BURDEN)
    score += settings["per_liver"] * state.liver[rows] + settings["per_ecog"] * state.ecog[rows]
    score += settings["per_aggressiveness"] * run.person("aggressiveness", rows)
    score += settings["frailty_sd"] * run.person("frailty", rows)
    score += settings["uncontrolled"] * (state.resistant[rows] > state.sensitive[rows])
    score += settings["supportive_care"] * (state.mode[rows] == SUPPORTIVE)
    score += settings["sorafenib_era"] * state.had_sorafenib[rows]
    hazard = np.minimum(np.exp(score), LARGEST_HAZARD_PER_MONTH)
    death = state.day[rows] + np.ceil(rng.exponential(1, rows.size) / hazard * DAYS_PER_MONTH)
    months_to_loss = rng.exponential(1, rows.size) / run.parameters["follow_up"]["lost_per_month"]
    loss = state.day[rows] + np.ceil(months_to_loss * DAYS_PER_MONTH)
    dies = (death <= end) & (death <= loss)
    lost = (loss <= end) & ~dies
    state.death_day[rows[dies]] = death[dies].astype(int)
    state.lost_day[rows[lost]] = loss[lost].astype(int)
    return np.asarray(dies | lost)


def _decline(run: Run, rows: np.ndarray, end: np.ndarray, load: np.ndarray) -> None:
    """Liver reserve and performance status get worse with time and tumour."""
    rng, state, settings = run.rng, run.state, run.parameters["liver"]
    months = (end - state.day[rows]) / DAYS_PER_MONTH
    burden = np.maximum(np.log(load * run.person("burden", rows) / USUAL_BURDEN), 0)
    drift = (settings["drift_per_month"] + settings["drift_per_log_burden"] * burden) * months
    state.liver[rows] += drift + rng.normal(0, 1, rows.size) * settings["noise_per_month"] * np.sqrt(months)
    worse = rng.random(rows.size) < settings["ecog_worse_per_month"] * months * (1 + burden)
    state.ecog[rows] = np.minimum(state.ecog[rows] + worse, 4)
