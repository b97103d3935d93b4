"""What a disease process hands to the centers' writers: clean clinical facts in memory.

A process is anything that returns `ClinicalFacts`; the writers know nothing else of it. All days are whole days since
1970-01-01, `NO_DAY` where there is none; diameters are whole tenths of a millimetre, -1 where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

NO_DAY = -1_000_000
NO_DIAMETER = -1
MAX_LESIONS = 5

ANALYTES = (
    "afp",
    "alt",
    "ast",
    "ggt",
    "alp",
    "total_bilirubin",
    "albumin",
    "prothrombin_time",
    "inr",
    "creatinine",
    "platelets",
    "white_cells",
    "neutrophils",
    "lymphocytes",
    "haemoglobin",
    "hbv_dna",
)

# agents (vocabulary of specification 1.5), in the order of their codes
AGENTS = (
    "lenvatinib",
    "sorafenib",
    "donafenib",
    "regorafenib",
    "apatinib",
    "anlotinib",
    "cabozantinib",
    "camrelizumab",
    "sintilimab",
    "tislelizumab",
    "toripalimab",
    "penpulimab",
    "pembrolizumab",
    "atezolizumab",
    "bevacizumab",
    "entecavir",
    "tenofovir disoproxil",
    "tenofovir alafenamide",
    "tenofovir amibufenamide",
)
NO_AGENT = -1

# words of the scans, in the order of their codes; -1 = nothing stated
MODALITIES = ("CT", "MRI", "US", "PET")
CT, MRI, US, PET = range(4)
NON_TARGET_RESPONSES = ("CR", "NON-CR/NON-PD", "PD", "NE", "NA")
RESPONSES = ("CR", "PR", "SD", "PD", "NE")
ORGANS = ("liver S8", "liver S6", "liver S4", "liver S2", "liver S5", "lung", "lymph node")
LUNG, LYMPH_NODE = 5, 6
SITES = ("", "lung", "lymph node", "bone", "lung;bone", "adrenal")
MULTIPLE_TUMORS = 99

# lesion status codes
NO_LESION, MEASURED, ABSENT, TOO_SMALL, NOT_EVALUABLE = range(5)
# vital status codes
ALIVE, DEAD, LOST = range(3)


@dataclass(frozen=True)
class ClinicalFacts:
    """One batch of persons and everything that happened to them.

    records     one a (person, local registration): record, person, center (0 = A, 1 = B), from_day, national_id
                ("" = none), is_male, birth_day, diagnosis_code, diagnosis_day, etiology
    exposures   one a course of a drug: record, agent (code), start_day, stop_day (NO_DAY: running at the cut-off),
                line_number (0 = not anticancer), interval_days (0 = taken daily, else days between infusions)
    procedures  record, procedure_type, day
    specimens   record, day, minute (of the day), reported_delay_minutes; `results` holds one row a specimen, one column
                an analyte (ANALYTES) in the analyte's unit, NaN where not measured
    visits      record, day, ecog, ascites (0..2), encephalopathy (0..2), weight_kg; -1 or NaN = not noted
    scans       record, day, is_enhanced, is_adequate, has_new_lesion, vascular_invasion (0..4), tumor_count
                (MULTIPLE_TUMORS, -1 = not stated), and codes: modality, non_target, sites, reported_response
    organs (codes), is_node, lesion_status, longest, viable     one row a scan, one column a lesion
    contacts    record, day, vital_status, death_day, cause
    """

    records: pd.DataFrame
    exposures: pd.DataFrame
    procedures: pd.DataFrame
    specimens: pd.DataFrame
    results: np.ndarray
    visits: pd.DataFrame
    scans: pd.DataFrame
    organs: np.ndarray
    is_node: np.ndarray
    lesion_status: np.ndarray
    longest: np.ndarray
    viable: np.ndarray
    contacts: pd.DataFrame

    def at_center(self, center: int) -> ClinicalFacts:
        """The facts recorded at one center."""
        records = self.records[self.records["center"] == center]
        here = np.zeros(int(self.records["record"].max()) + 1, dtype=bool)
        here[records["record"].to_numpy()] = True

        def kept(frame: pd.DataFrame) -> np.ndarray:
            return here[frame["record"].to_numpy()]

        specimens, scans = kept(self.specimens), kept(self.scans)
        return ClinicalFacts(
            records=records.reset_index(drop=True),
            exposures=self.exposures[kept(self.exposures)].reset_index(drop=True),
            procedures=self.procedures[kept(self.procedures)].reset_index(drop=True),
            specimens=self.specimens[specimens].reset_index(drop=True),
            results=self.results[specimens],
            visits=self.visits[kept(self.visits)].reset_index(drop=True),
            scans=self.scans[scans].reset_index(drop=True),
            organs=self.organs[scans],
            is_node=self.is_node[scans],
            lesion_status=self.lesion_status[scans],
            longest=self.longest[scans],
            viable=self.viable[scans],
            contacts=self.contacts[kept(self.contacts)].reset_index(drop=True),
        )


@dataclass(frozen=True)
class ClinicalTruth:
    """What the process knows and no export holds.

    persons      person, center, national_id, index_day, first_line, death_day and lost_day (up to the cut-off,
                 reported or not), resistant_fraction, growth_rate_per_month
    lines        person, line_number, regimen (agents sorted, joined by `+`), start_day, stop_day,
                 latent_progression_day (the true load is 20 % above its smallest, or a new lesion exists),
                 seen_progression_day (the clinician's, from the scan)
    """

    persons: pd.DataFrame
    lines: pd.DataFrame
