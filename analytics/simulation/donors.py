"""Whose rows may be copied for planted ones: persons with one registration, an id and a certain vital status."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from analytics.simulation.defects import Cells, Donors
from analytics.simulation.facts import DEAD, NO_DAY, ClinicalFacts
from analytics.simulation.parameters import date_of

LONGEST_REPORTING_DAYS = 60
LATEST_DAY = 10**8


def donors_of(
    facts: ClinicalFacts,
    all_records: pd.DataFrame,
    tables: Mapping[str, pa.Table],
    patient_of_row: Mapping[str, pa.Array],
    special: Mapping[tuple[str, str], np.ndarray],
    patient_ids: pa.Array,
    full_day: int,
) -> Donors:
    """Donors of one center: `patient_ids` are the local ids of `facts.records`, `special` further kinds by table.

    "alive" rows belong to persons without a reported death, "dead" ones to persons whose death was reported well
    before the full drop (not the report itself); the kinds in `special` are taken from these.
    """
    records = facts.records
    registrations = all_records.groupby("person")["record"].transform("size")
    single = set(all_records["person"][registrations == 1])
    usable = records["person"].isin(single).to_numpy() & (records["national_id"] != "").to_numpy()
    deaths = facts.contacts[facts.contacts["vital_status"] == DEAD].groupby("record")["death_day"].min()
    death_day = records["record"].map(deaths).fillna(NO_DAY).astype(int).to_numpy()
    alive = usable & (death_day == NO_DAY)
    dead = usable & (death_day != NO_DAY) & (death_day < full_day - LONGEST_REPORTING_DAYS)
    rows: dict[str, dict[str, np.ndarray]] = {}
    position: dict[str, np.ndarray] = {}
    for name, table in tables.items():
        at = pc.index_in(patient_of_row[name], patient_ids).to_numpy(zero_copy_only=False).astype(int)
        delivered = (table["_available"].to_numpy() <= full_day) & (table["_until"].to_numpy() >= LATEST_DAY)
        position[name] = at
        kinds = {"alive": alive[at] & delivered, "dead": dead[at] & delivered}
        for (special_table, kind), mask in special.items():
            if special_table == name:
                kinds[kind] = mask & (alive | dead)[at] & delivered
                kinds["dead"] &= ~mask
                if kind == "ultrasound":
                    kinds["alive"] &= ~mask
        rows[name] = {kind: np.flatnonzero(mask) for kind, mask in kinds.items()}
    birth_day, national_ids = records["birth_day"].to_numpy(), records["national_id"].to_numpy()

    def extra(table: str, row: int) -> Cells:
        at = position[table][row]
        dates = {"_birth": birth_day[at], "_death": death_day[at], "_extracted": full_day}
        cells: Cells = {name: None if day == NO_DAY else date_of(day).isoformat() for name, day in dates.items()}
        return cells | {"_national_id": national_ids[at]}

    return Donors(tables, rows, extra)
