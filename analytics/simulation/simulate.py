"""`hcc simulate`: raw drops of both centers from one disease process, and the truth behind them elsewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from analytics.simulation import center_a_shapes, center_b_shapes, defects_center_a, defects_center_b
from analytics.simulation.center_a import center_a_tables
from analytics.simulation.center_b import center_b_tables
from analytics.simulation.center_b_habits import ISO_ONLY, DateHabit, untidied
from analytics.simulation.defects import interleaved, plant
from analytics.simulation.delivered import AVAILABLE, CLEAN, EXTRA_FIELDS, FOREVER, PLANTED, UNTIL, TableShape
from analytics.simulation.donors import donors_of
from analytics.simulation.drops import FORMATS, DropPlan, DropWriter, container_of, drop_plans, extraction_time
from analytics.simulation.facts import ClinicalFacts
from analytics.simulation.parameters import CENTERS, Parameters, day_number, load_parameters
from analytics.simulation.process import simulate_batch
from analytics.simulation.refused_drops import write_refused_drops
from analytics.simulation.truth import DropTruth, Truth

DEFAULT_PATIENTS = 1100
DEFAULT_SEED = 20240630
BATCH_SIZE = 4000
PROFILES = ("clean", "realistic", "hostile")
PILOT_RECORDS = 40
Progress = Callable[[int, int], None]

SHAPES: Mapping[str, Mapping[str, TableShape]] = {
    "center_a": center_a_shapes.SHAPES,
    "center_b": center_b_shapes.SHAPES,
}
EXTRA_COLUMNS = {"center_a": {"visits": "nurse_station"}, "center_b": {"影像": "设备编号"}}
EVENT_TABLE = {"center_a": "follow_up", "center_b": "随访"}


class SimulationError(Exception):
    """The request cannot be met; the message says why."""


@dataclass(frozen=True)
class SimulationSummary:
    """What was written: persons, drops by state, rows by center, planted rows, and where."""

    raw: Path
    truth: Path
    patients: int
    rows: dict[str, int]
    drops: dict[str, int]
    planted_rows: int


@dataclass(frozen=True)
class Request:
    """The validated arguments of `simulate`."""

    out: Path
    truth: Path
    patients: int
    seed: int
    profile: str
    drops: int
    formats: str
    parameters: Parameters

    @property
    def settings(self) -> Parameters:
        """The profile's parameters."""
        return dict(self.parameters["profile"][self.profile])


def simulate(
    out: Path,
    patients: int = DEFAULT_PATIENTS,
    seed: int = DEFAULT_SEED,
    profile: str = "realistic",
    drops: int = 2,
    formats: str = "mixed",
    truth_dir: Path | None = None,
    progress: Progress | None = None,
) -> SimulationSummary:
    """Write raw drops of both centers to `out` and the truth beside it (specification 1.1 to 1.4).

    `patients` counts both centers together; the same arguments give the same bytes. `profile` is one of PROFILES,
    `formats` one of FORMATS, `drops` a full drop and drops - 1 nightly deltas a center. `truth_dir` (default
    `<out>-truth`) must lie outside `out`. `progress` is called with persons done and persons in all. Raises
    SimulationError for arguments that make no sense and when `out` holds drops already.
    """
    request = _validated(Path(out), patients, seed, profile, drops, formats, truth_dir)
    calendar = request.parameters["calendar"]
    cut_off = day_number(calendar["data_cut_off"])
    plans = {center: drop_plans(center, drops, cut_off, calendar["days_between_drops"]) for center in CENTERS}
    truth = Truth()
    writers = {
        plan: DropWriter(
            request.out, plan, SHAPES[center], formats, EXTRA_COLUMNS[center] if request.settings["planted"] else {}
        )
        for center in CENTERS
        for plan in plans[center]
    }
    for first_person in range(0, patients, BATCH_SIZE):
        size = min(BATCH_SIZE, patients - first_person)
        facts, clinical = simulate_batch([seed, first_person, 0], request.parameters, first_person, size)
        truth.add_clinical(clinical)
        for number, center in enumerate(CENTERS):
            tables = _center_tables(request, facts, number, first_person, plans[center], truth)
            _write_batch(tables, [writers[plan] for plan in plans[center]], truth)
            if first_person == 0 and request.settings["has_extra_drops"]:
                _write_extra_drops(request, center, tables, plans[center][0], truth)
        if progress is not None:
            progress(first_person + size, patients)
    for plan, writer in writers.items():
        writer.close()
        truth.drops.append(DropTruth(plan.center, plan.name, plan.kind, "loaded", "", sum(writer.rows.values())))
    truth.write(
        request.truth, {"patients": patients, "seed": seed, "profile": profile, "drops": drops, "formats": formats}
    )
    return _summary(request, truth)


def _validated(
    out: Path, patients: int, seed: int, profile: str, drops: int, formats: str, truth_dir: Path | None
) -> Request:
    truth = Path(truth_dir) if truth_dir is not None else out.parent / f"{out.name}-truth"
    if patients < 1 or drops < 1 or seed < 0:
        raise SimulationError("patients and drops must be at least 1, the seed at least 0")
    if profile not in PROFILES:
        raise SimulationError(f"unknown profile {profile!r}: choose one of {', '.join(PROFILES)}")
    if formats not in FORMATS:
        raise SimulationError(f"unknown format {formats!r}: choose one of {', '.join(FORMATS)}")
    if truth.resolve().is_relative_to(out.resolve()):
        raise SimulationError(f"the truth folder {truth} lies inside the raw folder {out}")
    for center in CENTERS:
        if (out / center).exists():
            raise SimulationError(f"{out / center} exists already: choose another folder or remove it")
    return Request(out, truth, patients, seed, profile, drops, formats, load_parameters())


def _center_tables(
    request: Request, facts: ClinicalFacts, center: int, first_person: int, plans: Sequence[DropPlan], truth: Truth
) -> dict[str, pa.Table]:
    """Delivered rows of one center and batch: clean ones, made untidy, planted ones among them (first batch only)."""
    here, name = facts.at_center(center), CENTERS[center]
    rng = np.random.default_rng([request.seed, first_person, 1 + center])
    days, settings = [plan.day for plan in plans], request.settings
    if name == "center_a":
        tables = center_a_tables(rng, request.parameters, here, first_person, days)
    else:
        habits = _date_habits(request)
        tables = center_b_tables(rng, request.parameters, here, first_person, days, habits)
    if first_person == 0 and settings["planted"]:
        return _with_planted_rows(rng, request, here, facts, name, tables, days, truth)
    return _untidied(rng, name, tables, settings["untidy"])


def _date_habits(request: Request) -> dict[str, DateHabit]:
    """Spreadsheets and parquet files carry typed dates: there the center writes ISO dates only."""
    settings = request.settings
    habits = {}
    for table in center_b_shapes.SHAPES:
        is_text = container_of("center_b", "full", table, request.formats)[0].startswith("csv")
        forms = tuple(settings["date_forms"]) if is_text else ISO_ONLY
        habits[table] = DateHabit(forms, settings["untidy"] if is_text else 0.0)
    return habits


def _untidied(rng: np.random.Generator, center: str, tables: dict[str, pa.Table], share: float) -> dict[str, pa.Table]:
    if center == "center_a":
        return tables
    return {name: untidied(rng, table, SHAPES[center][name].columns, share) for name, table in tables.items()}


def _with_planted_rows(
    rng: np.random.Generator,
    request: Request,
    here: ClinicalFacts,
    facts: ClinicalFacts,
    center: str,
    tables: dict[str, pa.Table],
    days: Sequence[int],
    truth: Truth,
) -> dict[str, pa.Table]:
    module = defects_center_a if center == "center_a" else defects_center_b
    shape = SHAPES[center][next(iter(SHAPES[center]))]
    patient_ids = tables[shape.name][shape.key[0]].combine_chunks()
    donors = donors_of(
        here, facts.records, tables, module.patient_of_rows(tables), module.special_rows(tables), patient_ids, days[0]
    )
    planted, found = plant(rng, module.planting(module.CASES), donors, request.settings["planted"], days)
    referred, more = plant(rng, module.planting(module.REFERRED), donors, 1, days, first_index=len(found))
    truth.planted[center] = found + more
    clean = _untidied(rng, center, tables, request.settings["untidy"])
    result = {}
    for name, table in clean.items():
        rows = pa.concat_tables([planted[name], referred[name]])
        if not container_of(center, "full", name, request.formats)[0].startswith("csv"):
            rows = rows.filter(pa.compute.equal(rows[EXTRA_FIELDS], 0))
        result[name] = interleaved(rng, table, rows)
    return result


def _write_batch(tables: Mapping[str, pa.Table], writers: Sequence[DropWriter], truth: Truth) -> None:
    """Each row goes into every drop whose export shows it: all rows of that day, or what is new or changed."""
    last_day = writers[-1].plan.day
    for name, table in tables.items():
        available, until = table[AVAILABLE].to_numpy(), table[UNTIL].to_numpy()
        for writer in writers:
            plan = writer.plan
            shown = np.flatnonzero((available > plan.after_day) & (available <= plan.day) & (until > plan.day))
            if shown.size == 0:
                continue
            rows = table.take(pa.array(shown))
            before = writer.write(name, rows)
            measurements = center_b_shapes.MEASUREMENT_COLUMNS.get(name, ())
            truth.add_rows(plan.center, plan.name, name, writer.file_name(name), rows, before, last_day, measurements)


def _write_extra_drops(
    request: Request, center: str, tables: Mapping[str, pa.Table], full: DropPlan, truth: Truth
) -> None:
    """A pilot export of some patients with a delta, both replaced by the full drop, and drops that are refused."""
    pilot_day = day_number(request.parameters["calendar"]["pilot_cut_off"])
    if pilot_day >= full.day:
        raise SimulationError("so many drops that the first would be older than the pilot export: choose fewer")
    pilot = DropPlan(center, "2024-03-31-pilot", "full", pilot_day, -FOREVER, extraction_time(center, pilot_day))
    update = DropPlan(
        center, "2024-04-01-pilot", "delta", pilot_day + 1, pilot_day, extraction_time(center, pilot_day + 1)
    )
    for plan in (pilot, update):
        writer = DropWriter(request.out, plan, SHAPES[center], request.formats, {})
        for name, table in tables.items():
            early = pa.compute.and_(
                pa.compute.equal(table[PLANTED], CLEAN), pa.compute.less_equal(table[AVAILABLE], pilot_day)
            )
            clean = table.filter(early).slice(0, PILOT_RECORDS)
            rows = clean if plan.kind == "full" else clean.slice(0, 2 if name == EVENT_TABLE[center] else 0)
            if rows.num_rows:
                writer.write(name, rows)
                truth.add_replaced(center, plan.name, name, rows.num_rows)
        writer.close()
        truth.drops.append(DropTruth(center, plan.name, plan.kind, "replaced", "", sum(writer.rows.values())))
    shape = SHAPES[center][EVENT_TABLE[center]]
    events = tables[shape.name]
    two = events.filter(pa.compute.equal(events[PLANTED], CLEAN)).slice(0, 2)
    truth.add_refused(write_refused_drops(request.out, center, shape, two, full.day))


def _summary(request: Request, truth: Truth) -> SimulationSummary:
    rows, drops = dict.fromkeys(CENTERS, 0), {"loaded": 0, "replaced": 0, "refused": 0}
    for drop in truth.drops:
        rows[drop.center_id] += drop.row_count or 0
        drops[drop.state] += 1
    return SimulationSummary(request.out, request.truth, request.patients, rows, drops, len(truth.places))
