"""`hcc simulate`: raw drops of both centers from one disease process, and the truth behind them elsewhere."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path

import pyarrow as pa

from analytics.simulation.batches import SHAPES, Batch, Layouts, make_batch, write_extra_drops
from analytics.simulation.drops import DropLayout, DropWriter, drop_plans
from analytics.simulation.parameters import CENTERS, day_number, load_parameters
from analytics.simulation.request import Request, SimulationError, checked, refuse_existing
from analytics.simulation.truth import DropTruth, Truth

DEFAULT_PATIENTS: int = load_parameters()["demonstration"]["patients"]
DEFAULT_SEED: int = load_parameters()["demonstration"]["seed"]
BATCH_SIZE = 4000
SMALLEST_NUMBER_OF_PARALLEL_BATCHES = 4
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
    workers: int = 2,
) -> SimulationSummary:
    """Write raw drops of both centers to `out` and the truth beside it (specification 1.1 to 1.4).

    `patients` counts both centers together (None: DEFAULT_PATIENTS), `seed` None is DEFAULT_SEED; the same arguments
    give the same bytes. `profile` is one of PROFILES, `formats` one of FORMATS, `drops` a full drop and drops - 1
    nightly deltas a center. `truth_dir` (default `<out>-truth`) must lie outside `out`. `progress` is called with
    persons done and persons in all; many patients are made by `workers` processes. Raises SimulationError for
    arguments that make no sense, and when `out` holds drops already or another simulation is writing to it; `out` gets
    nothing unless all was written.
    """
    persons = DEFAULT_PATIENTS if patients is None else patients
    request = checked(Path(out), persons, DEFAULT_SEED if seed is None else seed, profile, drops, formats, truth_dir)
    with _moved_into_place(request.out) as folder:
        truth = _write_drops(replace(request, out=folder), workers, progress)
        settings = {"patients": persons, "seed": request.seed, "profile": profile, "drops": drops, "formats": formats}
        truth.write(request.truth, settings)
    return _summary(request, truth)


@contextmanager
def _moved_into_place(out: Path) -> Iterator[Path]:
    """A folder beside `out` whose content is moved into it at the end, or removed after an error.

    The system locks it as long as this process lives: a second simulation of the same folder raises SimulationError,
    and what a killed one left is removed.
    """
    folder = out.with_name(f"{out.name}.partial")
    folder.mkdir(parents=True, exist_ok=True)
    handle = os.open(folder, os.O_RDONLY)
    try:
        if not _is_locked(handle, folder):
            raise SimulationError(f"another simulation is writing to {out}: wait for its end or choose another folder")
        try:
            refuse_existing(out)  # an earlier simulation may have ended since the arguments were checked
            for left in folder.iterdir():
                shutil.rmtree(left)
            yield folder
            out.mkdir(exist_ok=True)
            for center in CENTERS:
                (folder / center).rename(out / center)
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    finally:
        os.close(handle)


def _is_locked(handle: int, folder: Path) -> bool:
    """Lock an open folder; False where another process has it, or has removed it since it was opened."""
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return folder.exists() and folder.stat().st_ino == os.fstat(handle).st_ino


def _write_drops(request: Request, workers: int, progress: Progress | None) -> Truth:
    calendar, settings = request.parameters["calendar"], request.settings
    cut_off, truth = day_number(calendar["data_cut_off"]), Truth()
    extra_columns = EXTRA_COLUMNS if settings["planted"] else {}
    layouts: dict[str, list[DropLayout]] = {}
    for center in CENTERS:
        plans = drop_plans(center, request.drops, cut_off, calendar["days_between_drops"])
        layouts[center] = [
            DropLayout(plan, SHAPES[center], request.formats, extra_columns.get(center, {})) for plan in plans
        ]
    writers = {
        (center, layout.plan.name): DropWriter(request.out, layout) for center in CENTERS for layout in layouts[center]
    }
    done = 0
    for batch in _batches(request, layouts, workers):
        for part in batch.parts:
            writers[part.center, part.drop].append(part.table, part.prepared, part.rows)
        truth.add(batch.truth)
        for center, tables in batch.tables.items():
            if settings["has_extra_drops"]:
                write_extra_drops(request, center, tables, layouts[center][0].plan, truth)
        done = min(done + BATCH_SIZE, request.patients)
        if progress is not None:
            progress(done, request.patients)
    for (center, name), writer in writers.items():
        writer.close()
        kind = writer.layout.plan.kind
        truth.drops.append(DropTruth(center, name, kind, "loaded", "", sum(writer.rows.values())))
    return truth


def _batches(request: Request, layouts: Layouts, workers: int) -> Iterator[Batch]:
    """All batches in order; with several workers the next ones are made while one is written."""
    first = make_batch(request, layouts, 0, min(BATCH_SIZE, request.patients))
    yield first
    settled = _settled(layouts, first)
    starts = range(BATCH_SIZE, request.patients, BATCH_SIZE)
    arguments = [(request, settled, start, min(BATCH_SIZE, request.patients - start)) for start in starts]
    if workers == 1 or len(arguments) < SMALLEST_NUMBER_OF_PARALLEL_BATCHES:
        yield from (make_batch(*argument) for argument in arguments)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        waiting: deque[Future[Batch]] = deque()
        for argument in arguments:
            waiting.append(pool.submit(make_batch, *argument))
            if len(waiting) > workers:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()


def _settled(layouts: Layouts, first: Batch) -> Layouts:
    """Column types of parquet files are those of the first batch, which holds the planted rows."""
    prepared: dict[tuple[str, str], dict[str, bytes | pa.Table]] = defaultdict(dict)
    for part in first.parts:
        prepared[part.center, part.drop][part.table] = part.prepared
    return {
        center: [layout.settled(prepared[center, layout.plan.name]) for layout in layouts[center]] for center in layouts
    }


def _summary(request: Request, truth: Truth) -> SimulationSummary:
    rows, drops = dict.fromkeys(CENTERS, 0), {"loaded": 0, "replaced": 0, "refused": 0}
    for drop in truth.drops:
        rows[drop.center_id] += drop.row_count or 0
        drops[drop.state] += 1
    return SimulationSummary(request.out, request.truth, request.patients, rows, drops, len(truth.places))
