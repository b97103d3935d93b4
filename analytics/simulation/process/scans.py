"""Scans: lesions measured with error, new lesions seen, the radiologist's own reading."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from analytics.simulation.facts import (
    ABSENT,
    CT,
    LUNG,
    MAX_LESIONS,
    MEASURED,
    MRI,
    NO_DIAMETER,
    NO_LESION,
    NOT_EVALUABLE,
    PET,
    TOO_SMALL,
    US,
)
from analytics.simulation.parameters import by_center
from analytics.simulation.process.state import Run, State

LARGEST_DIAMETER = 250.0
# what readers call progression and measurable (specification 2.2)
GROWTH_OF_PROGRESSION, SMALLEST_GROWTH = 1.2, 5.0
SMALLEST_LESION, SMALLEST_NODE = 10.0, 15.0


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


def measure(run: Run, rows: np.ndarray, load: np.ndarray) -> Measurement:
    """Lesion diameters on a scan, read with error, in whole millimetres."""
    rng, state, population, settings = run.rng, run.state, run.population, run.parameters["imaging"]
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
    is_liver = population.organs[rows] < LUNG
    reports_viable = measured & state.uses_viable[rows][:, None] & is_liver
    used = np.where(reports_viable, alive, read)
    used = np.where(status == ABSENT, 0.0, np.where(status == TOO_SMALL, settings["smallest_measured"], used))
    used[(status == NOT_EVALUABLE) | (status == NO_LESION)] = np.nan
    longest = np.where(measured, read * 10, NO_DIAMETER)
    viable = np.where(reports_viable, alive * 10, NO_DIAMETER)
    return Measurement(status, longest.astype(int), viable.astype(int), used)


def baseline_scans(run: Run) -> None:
    """The scan before the first treatment, one to twenty-five days earlier; some persons have none."""
    missing = run.parameters["population"]["share_baseline_scan_missing"]
    rows = np.flatnonzero(run.rng.random(len(run.population)) >= missing)
    day = run.state.day[rows] - run.rng.integers(1, 26, rows.size)
    _record(run, rows, day, np.ones(rows.size), is_baseline=True)


def scan(run: Run, rows: np.ndarray) -> Reading:
    """Scan the persons `rows` on their current day."""
    day = run.state.day[rows]
    return _record(run, rows, day, run.state.load(rows, day), is_baseline=False)


def restaging_scan(run: Run, rows: np.ndarray) -> None:
    """A scan in the days before a new regimen, for those whose last one is too old to start from."""
    day = run.state.day[rows] - run.rng.integers(0, 6, rows.size)
    _record(run, rows, day, run.state.load(rows, day), is_baseline=True)


def _record(run: Run, rows: np.ndarray, day: np.ndarray, load: np.ndarray, *, is_baseline: bool) -> Reading:
    state = run.state
    lesions = measure(run, rows, load)
    technique = _technique(run, rows)
    assessable = technique["is_adequate"] & technique["is_enhanced"] & (technique["modality"] <= MRI)
    new = state.has_hidden_new_lesion[rows] & assessable & (not is_baseline)
    non_target = state.has_hidden_non_target[rows] & assessable & (not is_baseline)
    if is_baseline:
        set_line_baseline(run, rows[assessable], lesions.used[assessable])
    total, change = _sums(state, rows, lesions.used)
    nadir = state.nadir[rows]
    grown = (total >= GROWTH_OF_PROGRESSION * nadir) & (total - nadir >= SMALLEST_GROWTH)
    progression = assessable & (grown | new | non_target) & (not is_baseline)
    updates = assessable & ~np.isnan(total)
    state.nadir[rows[updates]] = np.fmin(nadir[updates], total[updates])
    state.has_hidden_new_lesion[rows[assessable]] = False
    state.has_hidden_non_target[rows[assessable]] = False
    state.last_scan_day[rows[assessable]] = day[assessable]
    state.last_used[rows[assessable]] = lesions.used[assessable]
    seen = {"has_new_lesion": new, "has_non_target_progression": non_target, "is_progression": progression}
    now = {"load": load, "liver": state.liver[rows], "ecog": state.ecog[rows], "line": state.line[rows]}
    measured = {"status": lesions.status, "longest": lesions.longest, "viable": lesions.viable, "change": change}
    kind = {"is_baseline": np.full(rows.size, is_baseline)}
    run.log.add(row=rows, day=day, **technique, **seen, **now, **measured, **kind)
    return Reading(assessable, progression)


def _technique(run: Run, rows: np.ndarray) -> dict[str, np.ndarray]:
    """Modality, quality and contrast of each scan."""
    rng, settings, center = run.rng, run.parameters["imaging"], run.person("center", rows)
    adequate = rng.random(rows.size) >= settings["share_inadequate"]
    kind = rng.random(rows.size)
    modality = np.where(rng.random(rows.size) < np.array(by_center(settings["share_mri"]))[center], MRI, CT)
    modality[kind < settings["share_ultrasound"]] = US
    modality[kind > 1 - settings["share_pet"]] = PET
    plain = rng.random(rows.size) < np.array(by_center(settings["share_plain"]))[center]
    return {"modality": modality, "is_adequate": adequate, "is_enhanced": ~(plain & (modality <= MRI))}


def set_line_baseline(run: Run, rows: np.ndarray, used: np.ndarray) -> None:
    """Take the scan as the baseline of the current line: lesions of 10 mm (nodes 15 mm) and more count."""
    state = run.state
    smallest = np.where(run.population.is_node[rows], SMALLEST_NODE, SMALLEST_LESION)
    state.eligible[rows] = used >= smallest
    total = np.where(state.eligible[rows], used, 0.0).sum(axis=1)
    state.baseline_sum[rows] = np.where(total > 0, total, np.nan)
    state.nadir[rows] = state.baseline_sum[rows]


def _sums(state: State, rows: np.ndarray, used: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sum of the evaluated baseline lesions in mm and its ratio to the baseline sum (NaN without a baseline)."""
    evaluated = state.eligible[rows] & ~np.isnan(used)
    total = np.where(evaluated, used, 0.0).sum(axis=1)
    total[~evaluated.any(axis=1)] = np.nan
    return total, total / state.baseline_sum[rows]
