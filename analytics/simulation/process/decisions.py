"""Treatment decisions: who stops, who gets another regimen, and which one (confounded by indication)."""

from __future__ import annotations

import numpy as np

from analytics.simulation.facts import NO_DAY
from analytics.simulation.parameters import DAYS_PER_MONTH, Parameters
from analytics.simulation.process.population import Population
from analytics.simulation.process.scans import Reading, restaging_scan, set_line_baseline
from analytics.simulation.process.state import MAX_LINES, SUPPORTIVE, TREATED, WAITING, ScanLog, State, logistic

OLDEST_RESTAGING_DAYS = 38
YEAR_2020 = 18262


def decide(
    rng: np.random.Generator,
    parameters: Parameters,
    population: Population,
    state: State,
    rows: np.ndarray,
    reading: Reading,
) -> None:
    """After a scan on treatment: go on, stop for progression, or stop for another reason."""
    settings = parameters["later_lines"]
    line = state.line[rows] - 1
    first_seen = reading.is_progression & (state.seen_progression[rows, line] == NO_DAY)
    state.seen_progression[rows[first_seen], line[first_seen]] = state.day[rows[first_seen]]
    stays = rng.random(rows.size) < settings["treated_beyond_progression"]
    months = (state.day[rows] - state.line_start[rows, line]) / DAYS_PER_MONTH
    monthly = _discontinuation(parameters, population, rows)
    toxicity = rng.random(rows.size) < monthly * np.minimum(months, 1.8)
    stops = (reading.is_progression & ~stays) | toxicity
    stopping = rows[stops]
    if stopping.size:
        _stop(rng, parameters, population, state, stopping)


def _discontinuation(parameters: Parameters, population: Population, rows: np.ndarray) -> np.ndarray:
    effects = parameters["first_line"]
    names = population.persons["first_line"].to_numpy()[rows]
    return np.array([effects.get(name, effects["other"])["discontinuation_per_month"] for name in names])


def _stop(
    rng: np.random.Generator, parameters: Parameters, population: Population, state: State, rows: np.ndarray
) -> None:
    settings = parameters["later_lines"]
    line = state.line[rows] - 1
    stop = state.day[rows] + rng.integers(0, 5, rows.size)
    state.line_stop[rows, line] = stop
    intercept = np.where(state.line[rows] == 1, settings["second_line_logit"], settings["third_line_logit"])
    fit = settings["per_liver"] * state.liver[rows] + settings["per_ecog"] * state.ecog[rows]
    goes_on = (rng.random(rows.size) < logistic(intercept + fit)) & (state.line[rows] < MAX_LINES)
    delay = settings["delay_median_days"] * np.exp(rng.normal(0, settings["delay_sd_log"], rows.size))
    state.waiting_days[rows] = np.clip(np.round(delay), 6, 90).astype(int)
    state.next_regimen[rows] = _choose_class(rng, parameters, population, state, rows)
    state.settle(rows, state.day[rows])
    state.kill_rate[rows] = -state.untreated_growth[rows]
    state.growth_rate[rows] = state.untreated_growth[rows]
    state.mode[rows] = np.where(goes_on, WAITING, SUPPORTIVE)


def _choose_class(
    rng: np.random.Generator, parameters: Parameters, population: Population, state: State, rows: np.ndarray
) -> np.ndarray:
    """TKI alone or with a PD-1 inhibitor: the fitter, the younger and the later get the combination."""
    settings, persons = parameters["later_lines"], population.persons
    score = np.full(rows.size, settings["combination_logit"])
    score += settings["combination_per_year"] * (state.day[rows] - YEAR_2020) / 365.25
    score += settings["combination_per_liver"] * state.liver[rows]
    score += settings["combination_per_ecog"] * state.ecog[rows]
    score += settings["combination_per_decade_of_age"] * (persons["age"].to_numpy()[rows] - 55) / 10
    regimen = np.where(rng.random(rows.size) < logistic(score), "TKI+PD-1", "TKI").astype(object)
    rare = rng.random(rows.size)
    alone, with_bevacizumab = settings["immunotherapy_alone_share"], settings["immunotherapy_bevacizumab_share"]
    regimen[rare < alone] = "PD-1"
    regimen[(rare >= alone) & (rare < alone + with_bevacizumab)] = "PD-1+anti-VEGF"
    return regimen


def start_next_line(
    rng: np.random.Generator,
    parameters: Parameters,
    population: Population,
    state: State,
    log: ScanLog,
    rows: np.ndarray,
) -> None:
    """The next regimen starts on the current day: part of the tumour is sensitive again."""
    day = state.day[rows]
    state.line[rows] += 1
    line = state.line[rows] - 1
    state.line_start[rows, line] = day
    state.line_regimen[rows, line] = state.next_regimen[rows]
    restaged = rows[day - state.last_scan_day[rows] > OLDEST_RESTAGING_DAYS]
    recent = rows[day - state.last_scan_day[rows] <= OLDEST_RESTAGING_DAYS]
    if recent.size:
        set_line_baseline(population, state, recent, state.last_used[recent])
    if restaged.size:
        restaging_scan(rng, parameters, population, state, log, restaged)
    _apply_effect(rng, parameters, population, state, rows)
    state.has_hidden_new_lesion[rows] = False
    state.has_hidden_non_target[rows] = False
    state.mode[rows] = TREATED


def _apply_effect(
    rng: np.random.Generator, parameters: Parameters, population: Population, state: State, rows: np.ndarray
) -> None:
    settings, day = parameters["later_lines"], state.day[rows]
    line, persons = state.line[rows] - 1, population.persons
    first = np.where(
        ["sorafenib" in name for name in persons["first_line"].to_numpy()[rows]], "sorafenib", "lenvatinib"
    )
    combined = np.where([name == "TKI" for name in state.next_regimen[rows]], "tki", "combination")
    effects = [settings[kind][agent] for kind, agent in zip(combined, first, strict=True)]
    kill, factor, logit = (
        np.array([effect[name] for effect in effects])
        for name in ("kill_rate_per_month", "growth_factor", "resistant_logit")
    )
    resistance = settings["resistance"]
    score = logit + resistance["sd"] * rng.normal(0, 1, rows.size)
    score += resistance["per_aggressiveness"] * persons["aggressiveness"].to_numpy()[rows]
    fraction = logistic(score)
    load = state.load(rows, day)
    state.origin_day[rows] = day
    state.sensitive[rows], state.resistant[rows] = load * (1 - fraction), load * fraction
    state.kill_rate[rows] = kill
    state.growth_rate[rows] = state.untreated_growth[rows] * factor
    state.line_load[rows, line] = np.column_stack(
        [state.sensitive[rows], state.resistant[rows], state.kill_rate[rows], state.growth_rate[rows]]
    )
