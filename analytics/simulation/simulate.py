"""`hcc simulate`: raw drops of both centers from one disease process, and the truth behind them elsewhere."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from analytics.simulation.batches import SHAPES, center_tables, write_batch, write_extra_drops
from analytics.simulation.drops import DropPlan, DropWriter, drop_plans
from analytics.simulation.parameters import CENTERS, day_number
from analytics.simulation.process import simulate_batch
from analytics.simulation.request import Request, checked
from analytics.simulation.truth import DropTruth, Truth

DEFAULT_PATIENTS = 1100
DEFAULT_SEED = 20240630
BATCH_SIZE = 4000
EXTRA_COLUMNS = {"center_a": {"visits": "nurse_station"}, "center_b": {"影像": "设备编号"}}
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class SimulationSummary:
    """What was written: persons, rows by center, drops by state, planted rows, and where."""

    raw: Path
    truth: Path
    patients: int
    rows: dict[str, int]
    drops: dict[str, int]
    planted_rows: int


def simulate(
    out: Path,
    patients: int | None = None,
    seed: int | None = None,
    profile: str = "realistic",
    drops: int = 2,
    formats: str = "mixed",
    truth_dir: Path | None = None,
    progress: Progress | None = None,
) -> SimulationSummary:
    """Write raw drops of both centers to `out` and the truth beside it (specification 1.1 to 1.4).

    `patients` counts both centers together (None: DEFAULT_PATIENTS), `seed` None is DEFAULT_SEED; the same arguments
    give the same bytes. `profile` is one of PROFILES, `formats` one of FORMATS, `drops` a full drop and drops - 1
    nightly deltas a center. `truth_dir` (default `<out>-truth`) must lie outside `out`. `progress` is called with
    persons done and persons in all. Raises SimulationError for arguments that make no sense and when `out` holds
    drops already; `out` gets nothing unless everything was written.
    """
    persons = DEFAULT_PATIENTS if patients is None else patients
    request = checked(Path(out), persons, DEFAULT_SEED if seed is None else seed, profile, drops, formats, truth_dir)
    with _moved_into_place(request.out) as folder:
        truth = _write_drops(replace(request, out=folder), progress)
        settings = {"patients": persons, "seed": request.seed, "profile": profile, "drops": drops, "formats": formats}
        truth.write(request.truth, settings)
    return _summary(request, truth)


@contextmanager
def _moved_into_place(out: Path) -> Iterator[Path]:
    """A folder beside `out` whose content is moved into it at the end, or removed after an error."""
    folder = out.with_name(f"{out.name}.partial")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield folder
        out.mkdir(exist_ok=True)
        for center in CENTERS:
            (folder / center).rename(out / center)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write_drops(request: Request, progress: Progress | None) -> Truth:
    calendar, settings = request.parameters["calendar"], request.settings
    cut_off, truth = day_number(calendar["data_cut_off"]), Truth()
    plans = {center: drop_plans(center, request.drops, cut_off, calendar["days_between_drops"]) for center in CENTERS}
    writers = {center: [_open(request, plan) for plan in plans[center]] for center in CENTERS}
    for first_person in range(0, request.patients, BATCH_SIZE):
        size = min(BATCH_SIZE, request.patients - first_person)
        facts, clinical = simulate_batch([request.seed, first_person, 0], request.parameters, first_person, size)
        truth.add_clinical(clinical)
        for center in CENTERS:
            tables = center_tables(request, facts, center, first_person, plans[center], truth)
            write_batch(tables, writers[center], truth)
            if first_person == 0 and settings["has_extra_drops"]:
                write_extra_drops(request, center, tables, plans[center][0], truth)
        if progress is not None:
            progress(first_person + size, request.patients)
    for writer in [writer for center in CENTERS for writer in writers[center]]:
        writer.close()
        plan = writer.plan
        truth.drops.append(DropTruth(plan.center, plan.name, plan.kind, "loaded", "", sum(writer.rows.values())))
    return truth


def _open(request: Request, plan: DropPlan) -> DropWriter:
    extra_columns = EXTRA_COLUMNS[plan.center] if request.settings["planted"] else {}
    return DropWriter(request.out, plan, SHAPES[plan.center], request.formats, extra_columns)


def _summary(request: Request, truth: Truth) -> SimulationSummary:
    rows, drops = dict.fromkeys(CENTERS, 0), {"loaded": 0, "replaced": 0, "refused": 0}
    for drop in truth.drops:
        rows[drop.center_id] += drop.row_count or 0
        drops[drop.state] += 1
    return SimulationSummary(request.out, request.truth, request.patients, rows, drops, len(truth.places))
