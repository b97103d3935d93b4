"""Scans: lesions measured with error, new lesions seen, the radiologist's own reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.simulation.facts import ABSENT, MAX_LESIONS, MEASURED, NO_DIAMETER, NO_LESION, NOT_EVALUABLE, TOO_SMALL
from analytics.simulation.parameters import Parameters, by_center
from analytics.simulation.process.population import Population
from analytics.simulation.process.state import SUPPORTIVE, ScanLog, State

LARGEST_DIAMETER = 250.0


@dataclass(frozen=True)
class Reading:
    """What the treating team learns from a scan: sum of the diameters in use (mm), and whether it shows progression."""

    is_assessable: np.ndarray
    is_progression: np.ndarray


@dataclass(frozen=True)
class Measurement:
    """Lesions, one scan a row: status, diameters in tenths of a millimetre, diameter in use in mm (NaN: none)."""

    status: np.ndarray
    longest: np.ndarray
    viable: np.ndarray
    used: np.ndarray


def measure(
    rng: np.random.Generator,
    parameters: Parameters,
    population: Population,
    state: State,
    rows: np.ndarray,
    load: np.ndarray,
) -> Measurement:
    """Lesion diameters on a scan, read with error, in whole millimetres."""
    settings = parameters["imaging"]
    shape = (rows.size, MAX_LESIONS)
    true = population.diameters[rows] * load[:, None] ** population.exponents[rows]
    read = np.minimum(np.round(true * np.exp(rng.normal(0, settings["reading_error_log"], shape))), LARGEST_DIAMETER)
    present = ~np.isnan(true)
    status = np.where(present, MEASURED, NO_LESION)
    status[present & (read < settings["smallest_measured"])] = TOO_SMALL
    status[present & (read < settings["absent_below"])] = ABSENT
    status[present & (rng.random(shape) < settings["lesion_not_evaluable"])] = NOT_EVALUABLE
    measured = status == MEASURED
    share = np.minimum(state.viable_share[rows] * load[:, None] ** 0.2, 1.0)
    alive = np.round(read * share)
    alive[alive < settings["absent_below"]] = 0
    reports_viable = measured & state.uses_viable[rows][:, None] & _is_liver(population, rows)
    used = np.where(reports_viable, alive, read)
    used = np.where(status == ABSENT, 0.0, np.where(status == TOO_SMALL, 5.0, used))
    used[(status == NOT_EVALUABLE) | (status == NO_LESION)] = np.nan
    longest = np.where(measured, read * 10, NO_DIAMETER)
    viable = np.where(reports_viable, alive * 10, NO_DIAMETER)
    return Measurement(status, longest.astype(int), viable.astype(int), used)


def _is_liver(population: Population, rows: np.ndarray) -> np.ndarray:
    return (population.organs[rows] != "lung") & ~population.is_node[rows]


def baseline_scans(
    rng: np.random.Generator, parameters: Parameters, population: Population, state: State, log: ScanLog
) -> None:
    """The scan before the first treatment, one to twenty-five days earlier; some persons have none."""
    rows = np.flatnonzero(rng.random(len(population)) >= parameters["population"]["share_baseline_scan_missing"])
    day = state.day[rows] - rng.integers(1, 26, rows.size)
    _record(rng, parameters, population, state, log, rows, day, np.ones(rows.size), is_baseline=True)


def scan(
    rng: np.random.Generator,
    parameters: Parameters,
    population: Population,
    state: State,
    log: ScanLog,
    rows: np.ndarray,
) -> Reading:
    """Scan the persons `rows` on their current day."""
    day = state.day[rows]
    return _record(rng, parameters, population, state, log, rows, day, state.load(rows, day), is_baseline=False)


def restaging_scan(
    rng: np.random.Generator,
    parameters: Parameters,
    population: Population,
    state: State,
    log: ScanLog,
    rows: np.ndarray,
) -> None:
    """A scan in the days before a new regimen, for those whose last one is too old to start from."""
    day = state.day[rows] - rng.integers(0, 6, rows.size)
    _record(rng, parameters, population, state, log, rows, day, state.load(rows, day), is_baseline=True)


def _record(
    rng: np.random.Generator,
    parameters: Parameters,
    population: Population,
    state: State,
    log: ScanLog,
    rows: np.ndarray,
    day: np.ndarray,
    load: np.ndarray,
    *,
    is_baseline: bool,
) -> Reading:
    settings, center = parameters["imaging"], population.persons["center"].to_numpy()[rows]
    lesions = measure(rng, parameters, population, state, rows, load)
    adequate = rng.random(rows.size) >= settings["share_inadequate"]
    kind = rng.random(rows.size)
    modality = np.where(rng.random(rows.size) < np.array(by_center(settings["share_mri"]))[center], "MRI", "CT").astype(
        object
    )
    modality[kind < settings["share_ultrasound"]] = "US"
    modality[kind > 1 - settings["share_pet"]] = "PET"
    plain = (rng.random(rows.size) < np.array(by_center(settings["share_plain"]))[center]) & np.isin(
        modality, ["CT", "MRI"]
    )
    assessable = adequate & ~plain & np.isin(modality, ["CT", "MRI"])
    new = state.has_hidden_new_lesion[rows] & assessable & (not is_baseline)
    non_target = state.has_hidden_non_target[rows] & assessable & (not is_baseline)
    if is_baseline:
        set_line_baseline(population, state, rows[assessable], lesions.used[assessable])
    total, change_from_baseline = _sums(state, rows, lesions.used)
    nadir = state.nadir[rows]
    grown = (total >= 1.2 * nadir) & (total - nadir >= 5)
    progression = assessable & (grown | new | non_target) & (not is_baseline)
    updates = assessable & ~np.isnan(total)
    state.nadir[rows[updates]] = np.fmin(nadir[updates], total[updates])
    state.has_hidden_new_lesion[rows[assessable]] = False
    state.has_hidden_non_target[rows[assessable]] = False
    state.last_scan_day[rows[assessable]] = day[assessable]
    state.last_used[rows[assessable]] = lesions.used[assessable]
    log.add(
        row=rows,
        day=day,
        load=load,
        modality=modality,
        is_enhanced=~plain,
        is_adequate=adequate,
        has_new_lesion=new,
        has_non_target_progression=non_target,
        change=change_from_baseline,
        is_progression=progression,
        is_baseline=np.full(rows.size, is_baseline),
        is_supportive=state.mode[rows] == SUPPORTIVE,
        liver=state.liver[rows].copy(),
        ecog=state.ecog[rows].copy(),
        status=lesions.status,
        longest=lesions.longest,
        viable=lesions.viable,
        line=state.line[rows].copy(),
    )
    return Reading(assessable, progression)


def set_line_baseline(population: Population, state: State, rows: np.ndarray, used: np.ndarray) -> None:
    """Take the scan as the baseline of the current line: lesions of 10 mm (nodes 15 mm) and more count."""
    smallest = np.where(population.is_node[rows], 15.0, 10.0)
    state.eligible[rows] = used >= smallest
    total = np.where(state.eligible[rows], used, 0.0).sum(axis=1)
    state.baseline_sum[rows] = np.where(total > 0, total, np.nan)
    state.nadir[rows] = state.baseline_sum[rows]


def _sums(state: State, rows: np.ndarray, used: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the evaluated baseline lesions in mm and its ratio to the baseline sum (NaN without a baseline)."""
    eligible = state.eligible[rows]
    evaluated = eligible & ~np.isnan(used)
    total = np.where(evaluated, used, 0.0).sum(axis=1)
    total[~evaluated.any(axis=1)] = np.nan
    return total, total / state.baseline_sum[rows]
