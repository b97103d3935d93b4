"""One batch of persons from clinical facts to rows in the drops, with planted rows among those of the first batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.simulation import center_a_shapes, center_b_shapes, defects_center_a, defects_center_b
from analytics.simulation.center_a import center_a_tables
from analytics.simulation.center_b import center_b_tables
from analytics.simulation.center_b_habits import ISO_ONLY, DateHabit, untidied
from analytics.simulation.defects import interleaved, plant
from analytics.simulation.delivered import AVAILABLE, CLEAN, EXTRA_FIELDS, FOREVER, PLANTED, UNTIL, TableShape
from analytics.simulation.donors import donors_of
from analytics.simulation.drops import DropLayout, DropPlan, DropWriter, container_of, extraction_time
from analytics.simulation.facts import ClinicalFacts
from analytics.simulation.parameters import CENTERS, day_number
from analytics.simulation.process import simulate_batch
from analytics.simulation.refused_drops import write_refused_drops
from analytics.simulation.request import Request, SimulationError
from analytics.simulation.truth import DropTruth, Truth

PILOT_RECORDS = 40
ROWS_WORTH_A_STRETCH = 200
Layouts = Mapping[str, Sequence[DropLayout]]
SHAPES: Mapping[str, Mapping[str, TableShape]] = {
    "center_a": center_a_shapes.SHAPES,
    "center_b": center_b_shapes.SHAPES,
}
EVENT_TABLE = {"center_a": "follow_up", "center_b": "随访"}


@dataclass(frozen=True)
class Part:
    """Rows of one batch for one file, prepared for its container."""

    center: str
    drop: str
    table: str
    rows: int
    prepared: bytes | pa.Table


@dataclass(frozen=True)
class Batch:
    """Everything that one batch of persons puts into the drops, its truth, and the tables before they were written."""

    parts: list[Part]
    truth: Truth
    tables: Mapping[str, Mapping[str, pa.Table]]


def make_batch(request: Request, layouts: Layouts, first_person: int, size: int) -> Batch:
    """Simulate `size` persons from `first_person` on; the tables are kept for the first batch only."""
    facts, clinical = simulate_batch([request.seed, first_person, 0], request.parameters, first_person, size)
    truth, parts, kept = Truth(), [], {}
    truth.add_clinical(clinical)
    for center in CENTERS:
        plans = [layout.plan for layout in layouts[center]]
        tables = center_tables(request, facts, center, first_person, plans, truth)
        parts += parts_of(tables, layouts[center], truth)
        if first_person == 0:
            kept[center] = tables
    return Batch(parts, truth, kept)


def center_tables(
    request: Request, facts: ClinicalFacts, name: str, first_person: int, plans: Sequence[DropPlan], truth: Truth
) -> dict[str, pa.Table]:
    """Delivered rows of one center and batch: clean ones, made untidy, planted ones among them (first batch only)."""
    center = CENTERS.index(name)
    here = facts.at_center(center)
    rng = np.random.default_rng([request.seed, first_person, 1 + center])
    days, settings = [plan.day for plan in plans], request.settings
    if name == "center_a":
        tables = center_a_tables(rng, request.parameters, here, first_person, days)
    else:
        habits = _date_habits(request)
        tables = center_b_tables(rng, request.parameters, here, first_person, days, habits)
    if first_person == 0 and settings["planted"]:
        return _with_planted_rows(rng, request, here, facts, name, tables, days, truth)
    return _untidied(rng, request, name, tables)


def _date_habits(request: Request) -> dict[str, DateHabit]:
    """Spreadsheets and parquet files carry typed dates: there the center writes ISO dates only."""
    settings = request.settings
    habits = {}
    for table in center_b_shapes.SHAPES:
        is_text = container_of("center_b", "full", table, request.formats)[0].startswith("csv")
        forms = tuple(settings["date_forms"]) if is_text else ISO_ONLY
        habits[table] = DateHabit(forms, settings["untidy"] if is_text else 0.0)
    return habits


def _untidied(
    rng: np.random.Generator, request: Request, center: str, tables: dict[str, pa.Table]
) -> dict[str, pa.Table]:
    """Center B's csv and xlsx files are written by hand here and there; typed files are not."""
    if center == "center_a":
        return tables
    share = request.settings["untidy"]
    suffixes = {name: container_of(center, "full", name, request.formats)[0] for name in tables}
    return {
        name: untidied(rng, table, SHAPES[center][name].columns, 0.0 if suffixes[name] == "parquet" else share)
        for name, table in tables.items()
    }


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
    clean = _untidied(rng, request, center, tables)
    result = {}
    for name, table in clean.items():
        rows = pa.concat_tables([planted[name], referred[name]])
        if not container_of(center, "full", name, request.formats)[0].startswith("csv"):
            rows = rows.filter(pc.equal(rows[EXTRA_FIELDS], 0))
        result[name] = interleaved(rng, table, rows)
    return result


def parts_of(tables: Mapping[str, pa.Table], layouts: Sequence[DropLayout], truth: Truth) -> list[Part]:
    """Each row goes into every drop whose export shows it: all rows of that day, or what is new or changed."""
    last_day, parts = layouts[-1].plan.day, []
    for name, table in tables.items():
        available, until = table[AVAILABLE].to_numpy(), table[UNTIL].to_numpy()
        measurements = center_b_shapes.MEASUREMENT_COLUMNS.get(name, ())
        for layout in layouts:
            plan = layout.plan
            shown = np.flatnonzero((available > plan.after_day) & (available <= plan.day) & (until > plan.day))
            if shown.size:
                rows = rows_at(table, shown)
                parts.append(Part(plan.center, plan.name, name, rows.num_rows, layout.prepared(name, rows)))
                truth.add_rows(plan.center, plan.name, name, layout.file_name(name), rows, last_day, measurements)
    return parts


def rows_at(table: pa.Table, rows: np.ndarray) -> pa.Table:
    """Some rows in ascending order; a few stretches of many rows are not copied one by one."""
    if rows.size == table.num_rows:
        return table
    starts = np.flatnonzero(np.diff(rows, prepend=-2) != 1)
    if starts.size * ROWS_WORTH_A_STRETCH > rows.size:
        return table.take(pa.array(rows))
    lengths = np.diff(starts, append=rows.size)
    stretches = [table.slice(rows[start], length) for start, length in zip(starts, lengths, strict=True)]
    return pa.concat_tables(stretches).combine_chunks()


def write_extra_drops(
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
        layout = DropLayout(plan, SHAPES[center], request.formats, {})
        writer = DropWriter(request.out, layout)
        for name, table in tables.items():
            early = pc.and_(pc.equal(table[PLANTED], CLEAN), pc.less_equal(table[AVAILABLE], pilot_day))
            clean = table.filter(early).slice(0, PILOT_RECORDS)
            rows = clean if plan.kind == "full" else clean.slice(0, 2 if name == EVENT_TABLE[center] else 0)
            if rows.num_rows:
                writer.append(name, layout.prepared(name, rows), rows.num_rows)
                truth.add_replaced(center, plan.name, name, rows.num_rows)
        writer.close()
        truth.drops.append(DropTruth(center, plan.name, plan.kind, "replaced", "", sum(writer.rows.values())))
    shape = SHAPES[center][EVENT_TABLE[center]]
    events = tables[shape.name]
    two = events.filter(pc.equal(events[PLANTED], CLEAN)).slice(0, 2)
    truth.add_refused(write_refused_drops(request.out, center, shape, two, full.day))
