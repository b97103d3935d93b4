"""What clinic dates leave behind: laboratory results, visits, scans as reported, contacts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.simulation.facts import ALIVE, ANALYTES, DEAD, LOST, NO_DAY, NON_TARGET_RESPONSES, RESPONSES
from analytics.simulation.parameters import Parameters, by_center
from analytics.simulation.process.population import Population
from analytics.simulation.process.state import MAX_LINES, State

CR, PR, SD, PD, NE = range(len(RESPONSES))
NON_CR_NON_PD = NON_TARGET_RESPONSES.index("NON-CR/NON-PD")
NOT_APPLICABLE = NON_TARGET_RESPONSES.index("NA")
LOAD_OF_COMPLETE_NON_TARGET = 0.12


def clinic_dates(
    rng: np.random.Generator, population: Population, state: State, scans: dict[str, np.ndarray]
) -> pd.DataFrame:
    """Dates of visits and blood draws, before a scan and at the start of each line, with the state of that day."""
    row, load = scans["row"], scans["load"]
    frames = [
        pd.DataFrame(
            {
                "row": row,
                "day": scans["day"] - rng.integers(0, 4, row.size),
                "load": load,
                "liver": scans["liver"],
                "ecog": scans["ecog"],
            }
        )
    ]
    first_state = population.persons[["liver", "ecog"]].to_numpy()
    for line in range(MAX_LINES):
        rows = np.flatnonzero(state.line_start[:, line] != NO_DAY)
        start = state.line_start[rows, line]
        # the state at the last scan before the line stands for the start
        position = np.searchsorted(row * 10**6 + scans["day"], rows * 10**6 + start, side="right") - 1
        known = (position >= 0) & (row[np.maximum(position, 0)] == rows)
        at = np.maximum(position, 0)
        liver = np.where(known & (line > 0), scans["liver"][at], first_state[rows, 0])
        ecog = np.where(known & (line > 0), scans["ecog"][at], first_state[rows, 1])
        frame = {
            "row": rows,
            "day": start - rng.integers(0, 5, rows.size),
            "load": state.line_load[rows, line, :2].sum(axis=1),
        }
        frames.append(pd.DataFrame(frame | {"liver": liver, "ecog": ecog.astype(int)}))
    return pd.concat(frames, ignore_index=True).sort_values(["row", "day"], kind="stable", ignore_index=True)


def laboratory(
    rng: np.random.Generator, parameters: Parameters, population: Population, dates: pd.DataFrame
) -> tuple[pd.DataFrame, np.ndarray]:
    """Specimens and their results in the analytes' units, NaN where not measured."""
    settings, size = parameters["laboratory"], len(dates)
    persons = population.persons.iloc[dates["row"].to_numpy()]
    carrier = persons["etiology"].isin(["HBV", "HBV+HCV"]).to_numpy()
    results = _results(rng, settings, persons, dates, carrier)
    drawn = _drawn(rng, settings, persons["center"].to_numpy(), carrier, size)
    late = rng.random(size) < settings["late_share"]
    late_minutes = rng.integers(2, settings["late_days"], size) * 1440
    specimens = pd.DataFrame(
        {
            "row": dates["row"],
            "day": dates["day"],
            "minute": 6 * 60 + rng.integers(0, 11, size) * 30,
            "reported_delay_minutes": np.where(late, late_minutes, rng.integers(60, 480, size)),
        }
    )
    some = np.flatnonzero(drawn.any(axis=1))
    return specimens.iloc[some].reset_index(drop=True), np.where(drawn, results, np.nan)[some]


def _results(
    rng: np.random.Generator, settings: Parameters, persons: pd.DataFrame, dates: pd.DataFrame, carrier: np.ndarray
) -> np.ndarray:
    """Results of everything, one column an analyte: AFP follows the tumour, the liver's values its reserve."""
    liver, load = dates["liver"].to_numpy(), dates["load"].to_numpy()
    z = rng.normal(0, 1, (len(dates), len(ANALYTES)))
    afp = settings["afp_log10_mean"] + settings["afp_log10_sd"] * persons["afp_phenotype"].to_numpy()
    afp = afp + settings["afp_per_log10_burden"] * np.log10(load) + settings["afp_noise"] * z[:, 0]
    alt = np.exp(
        settings["alt_log_mean"] + settings["alt_log_sd"] * persons["alt_phenotype"].to_numpy() + 0.12 * z[:, 1]
    )
    white = np.exp(1.68 + 0.25 * z[:, 11])
    inr = np.clip(1.08 + 0.06 * liver + 0.05 * z[:, 8], 0.8, 4)
    replicating = carrier & (rng.random(len(dates)) < 0.6)
    values = {
        "afp": np.clip(10**afp, 0.3, 900_000),
        "alt": np.clip(alt, 5, 2000),
        "ast": np.clip(alt * np.exp(0.20 + 0.10 * liver + 0.18 * z[:, 2]), 6, 3000),
        "ggt": np.clip(np.exp(4.6 + 0.2 * liver + 0.6 * z[:, 3]), 8, 2500),
        "alp": np.clip(np.exp(4.85 + 0.1 * liver + 0.35 * z[:, 4]), 25, 2000),
        "total_bilirubin": np.clip(np.exp(2.75 + 0.40 * liver + 0.25 * z[:, 5]), 3, 600),
        "albumin": np.clip(39.0 - 3.4 * liver + 1.8 * z[:, 6], 15, 56),
        "prothrombin_time": np.clip(12.0 * inr + 0.3 * z[:, 7], 9, 60),
        "inr": inr,
        "creatinine": np.clip(np.exp(4.25 + 0.22 * z[:, 9]), 25, 900),
        "platelets": np.clip(np.exp(4.95 - 0.12 * liver + 0.40 * z[:, 10]), 15, 800),
        "white_cells": np.clip(white, 0.8, 40),
        "neutrophils": np.clip(white * np.clip(0.62 + 0.07 * z[:, 12], 0.3, 0.85), 0.3, 35),
        "lymphocytes": np.clip(white * np.clip(0.26 + 0.05 * z[:, 13], 0.08, 0.6), 0.1, 15),
        "haemoglobin": np.clip(132 - 6 * np.maximum(liver, 0) + 14 * z[:, 14], 45, 190),
        "hbv_dna": np.where(replicating, np.clip(10 ** (2.8 + 1.4 * z[:, 15]), 20, 1e9), 0.0),
    }
    return np.column_stack([values[analyte] for analyte in ANALYTES])


def _drawn(
    rng: np.random.Generator, settings: Parameters, center: np.ndarray, carrier: np.ndarray, size: int
) -> np.ndarray:
    """Which analytes of a specimen were measured: whole panels are missing together."""
    here = rng.random(size) >= np.array(by_center(settings["panel_missing"]))[center]
    chemistry = here & (rng.random(size) >= 0.03)
    enzymes = chemistry & (rng.random(size) < settings["enzymes_drawn"])
    coagulation = here & (rng.random(size) < settings["coagulation_drawn"])
    blood = here & (rng.random(size) < settings["blood_count_drawn"])
    panels = {
        "afp": here & (rng.random(size) < settings["afp_drawn"]),
        **dict.fromkeys(("alt", "ast", "total_bilirubin", "albumin", "creatinine"), chemistry),
        **dict.fromkeys(("ggt", "alp"), enzymes),
        **dict.fromkeys(("prothrombin_time", "inr"), coagulation),
        **dict.fromkeys(("platelets", "white_cells", "neutrophils", "lymphocytes", "haemoglobin"), blood),
        "hbv_dna": here & carrier & (rng.random(size) < settings["hbv_dna_drawn"]),
    }
    return np.column_stack([panels[analyte] for analyte in ANALYTES])


def visits(rng: np.random.Generator, parameters: Parameters, dates: pd.DataFrame) -> pd.DataFrame:
    """Performance status, ascites and encephalopathy as noted at the visit; -1 = not noted."""
    settings, size, liver = parameters["visits"], len(dates), dates["liver"].to_numpy()
    seen = liver + rng.normal(0, 0.25, size)
    return pd.DataFrame(
        {
            "row": dates["row"],
            "day": dates["day"],
            "ecog": np.where(rng.random(size) < settings["ecog_missing"], -1, dates["ecog"]),
            "ascites": np.where(
                rng.random(size) < settings["ascites_missing"], -1, (seen > 1.1).astype(int) + (seen > 2.1)
            ),
            "encephalopathy": np.where(
                rng.random(size) < settings["ascites_missing"], -1, (seen > 2.5).astype(int) + (seen > 3.4)
            ),
            "weight_kg": np.clip(rng.normal(settings["weight_mean"], settings["weight_sd"], size).round(1), 36, 110),
        }
    )


def scan_reports(
    rng: np.random.Generator, parameters: Parameters, population: Population, scans: dict[str, np.ndarray]
) -> pd.DataFrame:
    """What the radiologist wrote beside the diameters."""
    settings, persons = parameters["imaging"], population.persons.iloc[scans["row"]]
    size, change = scans["row"].size, scans["change"]
    has_non_target = persons["has_non_target"].to_numpy()
    complete = (scans["load"] < LOAD_OF_COMPLETE_NON_TARGET) & ~scans["is_baseline"]
    non_target = np.where(has_non_target, np.where(complete, CR, NON_CR_NON_PD), NOT_APPLICABLE)
    non_target[scans["has_non_target_progression"]] = NON_TARGET_RESPONSES.index("PD")
    non_target[rng.random(size) < settings["non_target_missing"]] = -1
    response = np.select([np.isnan(change), change < 0.02, change <= 0.70], [NE, CR, PR], SD)
    response[scans["is_progression"]] = PD
    disagrees = rng.random(size) < settings["reader_disagrees"]
    response[disagrees] = rng.integers(PR, NE, int(disagrees.sum()))
    reported = np.array(by_center(settings["response_reported"]))[persons["center"].to_numpy()]
    response[(rng.random(size) >= reported) | scans["is_baseline"]] = -1
    return pd.DataFrame(
        {
            "row": scans["row"],
            "day": scans["day"],
            "modality": scans["modality"],
            "is_enhanced": scans["is_enhanced"],
            "is_adequate": scans["is_adequate"],
            "non_target": non_target,
            "has_new_lesion": scans["has_new_lesion"],
            "vascular_invasion": persons["vascular_invasion"].to_numpy(),
            "sites": persons["sites"].to_numpy(),
            "tumor_count": np.where(rng.random(size) < 0.03, -1, persons["tumor_count"].to_numpy()),
            "reported_response": response,
        }
    )


def contacts(
    rng: np.random.Generator, parameters: Parameters, population: Population, state: State, cut_off: int
) -> pd.DataFrame:
    """Telephone follow-up until death, loss or the cut-off; deaths are reported some days later, the latest not yet."""
    settings, size = parameters["follow_up"], len(population)
    index_day = population.persons["index_day"].to_numpy()
    died, lost = state.death_day != NO_DAY, state.lost_day != NO_DAY
    last = np.where(died, state.death_day, np.where(lost, state.lost_day, cut_off))
    last = np.minimum(last, cut_off)
    interval = settings["contact_interval_days"]
    times = np.maximum((last - index_day) // interval, 0)
    rows = np.repeat(np.arange(size), times)
    ordinal = np.arange(rows.size) - np.repeat(np.cumsum(times) - times, times) + 1
    day = np.minimum(index_day[rows] + ordinal * interval - rng.integers(0, 20, rows.size), last[rows])
    calls = pd.DataFrame({"row": rows, "day": day, "vital_status": ALIVE, "death_day": NO_DAY, "cause": ""})
    reported = state.death_day + rng.integers(0, settings["death_reported_within_days"], size)
    dead = np.flatnonzero(died & (reported <= cut_off))
    causes = parameters["death"]
    shares = [causes["cause_hcc"], causes["cause_liver_failure"], causes["cause_other"]]
    cause = np.array(["hcc", "liver_failure", "other", "unknown"], dtype=object)[
        np.searchsorted(np.cumsum(shares), rng.random(dead.size))
    ]
    deaths = pd.DataFrame(
        {"row": dead, "day": reported[dead], "vital_status": DEAD, "death_day": state.death_day[dead], "cause": cause}
    )
    gone = np.flatnonzero(lost & (state.lost_day + 30 <= cut_off) & (rng.random(size) < 0.6))
    losses = pd.DataFrame(
        {"row": gone, "day": state.lost_day[gone] + 30, "vital_status": LOST, "death_day": NO_DAY, "cause": ""}
    )
    present = np.flatnonzero(~died & ~lost)
    recent = pd.DataFrame(
        {
            "row": present,
            "day": cut_off - rng.integers(0, 45, present.size),
            "vital_status": ALIVE,
            "death_day": NO_DAY,
            "cause": "",
        }
    )
    return pd.concat([calls, recent, deaths, losses], ignore_index=True).sort_values(
        ["row", "day"], kind="stable", ignore_index=True
    )
