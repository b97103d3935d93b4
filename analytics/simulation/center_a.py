"""Center A's export: long tables, English codes, ISO dates (specification 1.3)."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa

from analytics.simulation import rendering as text
from analytics.simulation.center_a_laboratory import lab_results
from analytics.simulation.delivered import delivered
from analytics.simulation.facts import (
    AGENTS,
    MEASURED,
    MODALITIES,
    MULTIPLE_TUMORS,
    NO_DAY,
    NO_DIAMETER,
    NON_TARGET_RESPONSES,
    ORGANS,
    RESPONSES,
    SITES,
    ClinicalFacts,
)
from analytics.simulation.orders import drug_names, order_periods
from analytics.simulation.parameters import Parameters

DRUG_NAMES = tomllib.loads(Path(__file__).with_name("drug_names.toml").read_text(encoding="utf-8"))["center_a"]
RENEWAL_DAYS = 84
FAMILY_NAMES = ("Wang", "Li", "Zhang", "Liu", "Chen", "Yang", "Huang", "Zhao", "Wu", "Zhou", "Wei", "Qin", "Lu", "Nong")
GIVEN_NAMES = (
    "Min",
    "Jianguo",
    "Guifang",
    "Lihua",
    "Qiang",
    "Haitao",
    "Yongfu",
    "Xiuying",
    "Guoqing",
    "Jun",
    "Ping",
    "Yan",
)


class Numbering:
    """Local numbers of a batch: unique over all batches, without shared counters."""

    def __init__(self, facts: ClinicalFacts, first_person: int) -> None:
        self.first = first_person * 1000 + 1
        self.local = np.full(int(facts.records["record"].to_numpy().max(initial=0)) + 1, -1, dtype=np.int64)
        record = facts.records["record"].to_numpy()
        self.local[record] = facts.records["person"].to_numpy() * 2 + record % 2 + 1

    def patients(self, records: pd.Series) -> pa.Array:
        """patient_id of each event."""
        return text.identifiers("A", self.local[records.to_numpy()], 7)

    def events(self, prefix: str, size: int, width: int = 10) -> pa.Array:
        """Running numbers of one table."""
        return text.identifiers(prefix, self.first + np.arange(size), width)


def center_a_tables(
    rng: np.random.Generator, parameters: Parameters, facts: ClinicalFacts, first_person: int, drop_days: list[int]
) -> dict[str, pa.Table]:
    """All eight tables of a batch, clean, with the first day each row is in an export."""
    numbering = Numbering(facts, first_person)
    imaging, lesions = _imaging(rng, numbering, facts)
    return {
        "patients": _patients(numbering, facts),
        "visits": _visits(numbering, facts.visits),
        "medication_orders": _medication_orders(rng, numbering, facts.exposures, drop_days),
        "procedures": _procedures(numbering, facts.procedures),
        "lab_results": lab_results(rng, parameters, facts, numbering.local, numbering.first),
        "imaging_studies": imaging,
        "target_lesions": lesions,
        "follow_up": _follow_up(numbering, facts.contacts),
    }


def _patients(numbering: Numbering, facts: ClinicalFacts) -> pa.Table:
    records = facts.records
    person = records["person"].to_numpy()
    family = text.pick_from(FAMILY_NAMES, person * 7 % len(FAMILY_NAMES))
    given = text.pick_from(GIVEN_NAMES, person * 11 % len(GIVEN_NAMES))
    columns = {
        "patient_id": numbering.patients(records["record"]),
        "national_id": text.words(records["national_id"].to_numpy()),
        "full_name": text.join(family, " ", given),
        "sex": text.pick_from(["F", "M"], records["is_male"].to_numpy().astype(int)),
        "birth_date": text.dates(records["birth_day"].to_numpy()),
        "diagnosis_code": text.words(records["diagnosis_code"].to_numpy()),
        "diagnosis_date": text.dates(records["diagnosis_day"].to_numpy()),
        "etiology": text.words(records["etiology"].to_numpy()),
    }
    return delivered(columns, records["from_day"].to_numpy())


def _visits(numbering: Numbering, visits: pd.DataFrame) -> pa.Table:
    columns = {
        "visit_id": numbering.events("V", len(visits)),
        "patient_id": numbering.patients(visits["record"]),
        "visit_date": text.dates(visits["day"].to_numpy()),
        "ecog": text.identifiers("", visits["ecog"].to_numpy()),
        "ascites": text.pick_from(["none", "mild", "moderate_severe"], visits["ascites"].to_numpy()),
        "encephalopathy": text.pick_from(["none", "grade_1_2", "grade_3_4"], visits["encephalopathy"].to_numpy()),
        "weight_kg": text.numbers(visits["weight_kg"].to_numpy(), 1),
    }
    return delivered(columns, visits["day"].to_numpy())


def _medication_orders(
    rng: np.random.Generator, numbering: Numbering, exposures: pd.DataFrame, drop_days: list[int]
) -> pa.Table:
    exposures = exposures.assign(cut_off=drop_days[-1])
    is_antiviral = exposures["line_number"] == 0
    orders = pd.concat(
        [order_periods(exposures[~is_antiviral], RENEWAL_DAYS), order_periods(exposures[is_antiviral], 10_000)],
        ignore_index=True,
    ).sort_values(["record", "start_day"], kind="stable", ignore_index=True)
    start, stop = orders["start_day"].to_numpy(), orders["stop_day"].to_numpy()
    stopped = stop != NO_DAY
    # while it runs an order is active without a stop date; the export after its end shows the completed version
    seen_running = np.array([((start <= day) & (stop >= day)) for day in drop_days]).any(axis=0) & stopped
    versions = np.concatenate([np.flatnonzero(seen_running), np.arange(len(orders))])
    running = np.concatenate([np.ones(int(seen_running.sum()), dtype=bool), ~stopped])
    order = np.argsort(versions, kind="stable")
    versions, running = versions[order], running[order]
    names, index = drug_names(rng, DRUG_NAMES, AGENTS, orders["agent"].to_numpy())
    columns = {
        "order_id": text.identifiers("O", numbering.first + versions, 10),
        "patient_id": numbering.patients(orders["record"].iloc[versions]),
        "drug_name": text.pick_from(names, index[versions]),
        "dose": text.pick_from(["8", "12", "400", "0.5", "200"], versions % 5),
        "dose_unit": text.constant("mg", versions.size),
        "start_date": text.dates(start[versions]),
        "stop_date": text.dates(np.where(running, NO_DAY, stop[versions])),
        "status": text.pick_from(["completed", "active"], running.astype(int)),
    }
    available = np.where(running, start[versions], stop[versions] + 1)
    until = np.where(running & stopped[versions], stop[versions] + 1, 10**8)
    return delivered(columns, available, until)


def _procedures(numbering: Numbering, procedures: pd.DataFrame) -> pa.Table:
    columns = {
        "procedure_id": numbering.events("P", len(procedures)),
        "patient_id": numbering.patients(procedures["record"]),
        "procedure_type": text.words(procedures["procedure_type"].to_numpy()),
        "performed_on": text.dates(procedures["day"].to_numpy()),
        "status": text.constant("done", len(procedures)),
    }
    return delivered(columns, procedures["day"].to_numpy())


def _imaging(rng: np.random.Generator, numbering: Numbering, facts: ClinicalFacts) -> tuple[pa.Table, pa.Table]:
    scans, size = facts.scans, len(facts.scans)
    study_id = numbering.events("S", size)
    count = scans["tumor_count"].to_numpy()
    columns = {
        "study_id": study_id,
        "patient_id": numbering.patients(scans["record"]),
        "study_date": text.dates(scans["day"].to_numpy()),
        "modality": text.pick_from(MODALITIES, scans["modality"].to_numpy()),
        "quality": text.pick_from(["inadequate", "adequate"], scans["is_adequate"].to_numpy().astype(int)),
        "non_target_status": text.pick_from(NON_TARGET_RESPONSES, scans["non_target"].to_numpy()),
        "new_lesion": text.pick_from(["N", "Y"], scans["has_new_lesion"].to_numpy().astype(int)),
        "portal_vein_invasion": text.pick_from(
            ["none", "Vp1", "Vp2", "Vp3", "Vp4"], scans["vascular_invasion"].to_numpy()
        ),
        "extrahepatic_sites": text.pick_from([site or None for site in SITES], scans["sites"].to_numpy()),
        "tumor_count": text.mixed(
            (count == MULTIPLE_TUMORS).astype(int), [text.identifiers("", count), text.constant("multiple", size)]
        ),
        "reported_response": text.pick_from(RESPONSES, scans["reported_response"].to_numpy()),
    }
    # reports are signed within two days, some much later
    available = scans["day"].to_numpy() + np.where(
        rng.random(size) < 0.02, rng.integers(3, 15, size), rng.integers(0, 2, size)
    )
    scan, lesion = np.nonzero(facts.lesion_status)
    status, longest, viable = (values[scan, lesion] for values in (facts.lesion_status, facts.longest, facts.viable))
    lesions = {
        "study_id": study_id.take(pa.array(scan)),
        "lesion_no": text.identifiers("", lesion + 1),
        "organ": text.pick_from(ORGANS, facts.organs[scan, lesion]),
        "is_lymph_node": text.pick_from(["N", "Y"], facts.is_node[scan, lesion].astype(int)),
        "status": text.pick_from([None, "measured", "absent", "too_small", "not_evaluable"], status),
        "diameter_mm": text.numbers(np.where((status == MEASURED) & (longest != NO_DIAMETER), longest / 10, np.nan), 1),
        "viable_diameter_mm": text.numbers(np.where(viable == NO_DIAMETER, np.nan, viable / 10), 1),
    }
    return delivered(columns, available), delivered(lesions, available[scan])


def _follow_up(numbering: Numbering, contacts: pd.DataFrame) -> pa.Table:
    columns = {
        "contact_id": numbering.events("F", len(contacts)),
        "patient_id": numbering.patients(contacts["record"]),
        "contact_date": text.dates(contacts["day"].to_numpy()),
        "vital_status": text.pick_from(["alive", "dead", "lost"], contacts["vital_status"].to_numpy()),
        "death_date": text.dates(contacts["death_day"].to_numpy()),
        "cause_of_death": text.words(contacts["cause"].to_numpy()),
    }
    return delivered(columns, contacts["day"].to_numpy())
