"""Persons at the start of their first systemic treatment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from analytics.simulation.facts import LUNG, LYMPH_NODE, MAX_LESIONS, MULTIPLE_TUMORS, SITES
from analytics.simulation.parameters import Parameters, day_number


@dataclass(frozen=True)
class Population:
    """`persons` has one row a person; `diameters` (mm, NaN = no lesion) and the others one column a lesion."""

    persons: pd.DataFrame
    diameters: np.ndarray
    organs: np.ndarray
    is_node: np.ndarray
    exponents: np.ndarray

    def __len__(self) -> int:
        """Number of persons."""
        return len(self.persons)


def choose(rng: np.random.Generator, weights: dict[str, float], size: int) -> np.ndarray:
    """One key a person, with the given weights."""
    names = np.array(list(weights), dtype=object)
    share = np.array(list(weights.values()), dtype=float)
    return names[rng.choice(len(names), size=size, p=share / share.sum())]


def draw_population(rng: np.random.Generator, parameters: Parameters, first_person: int, size: int) -> Population:
    """`size` persons numbered from `first_person`, as they are when the first treatment starts."""
    settings, calendar = parameters["population"], parameters["calendar"]
    start, end = day_number(calendar["enrolment_from"]), day_number(calendar["enrolment_to"])
    index_day = rng.integers(start, end, size)
    age = rng.normal(settings["age_mean"], settings["age_sd"], size)
    age = np.clip(age, settings["age_low"], settings["age_high"])
    age = np.where(rng.random(size) < settings["share_minor"], rng.uniform(13, 17.5, size), age)
    persons = pd.DataFrame(
        {
            "person": np.arange(first_person, first_person + size),
            "center": (rng.random(size) >= settings["share_center_a"]).astype(int),
            "index_day": index_day,
            "is_male": rng.random(size) < settings["share_male"],
            "age": age,
            "birth_day": index_day - np.round(age * 365.25).astype(int),
            "etiology": choose(rng, settings["etiology"], size),
            "first_line": choose(rng, settings["first_line"], size),
            "is_other_diagnosis": rng.random(size) < settings["share_other_diagnosis"],
            "ecog": rng.choice(4, size=size, p=settings["ecog"]),
            "aggressiveness": rng.normal(0, 1, size),
            "afp_phenotype": rng.normal(0, 1, size),
            "alt_phenotype": rng.normal(0, 1, size),
            "frailty": rng.normal(0, 1, size),
            "liver": rng.normal(0, parameters["liver"]["sd"], size),
        }
    )
    persons["vascular_invasion"] = np.where(
        rng.random(size) < settings["share_vascular_invasion"],
        rng.choice([1, 2, 3, 4], size=size, p=[0.1, 0.25, 0.4, 0.25]),
        0,
    )
    return _with_lesions(rng, parameters, persons)


def _with_lesions(rng: np.random.Generator, parameters: Parameters, persons: pd.DataFrame) -> Population:
    settings, biology, size = parameters["population"], parameters["biology"], len(persons)
    number = rng.choice(MAX_LESIONS, size=size, p=settings["lesions"]) + 1
    largest = settings["largest_diameter_median"] * np.exp(rng.normal(0, settings["largest_diameter_sd_log"], size))
    largest = np.clip(largest, 14.0, 190.0)
    factors = np.sort(rng.uniform(0.25, 0.95, (size, MAX_LESIONS)), axis=1)[:, ::-1]
    factors[:, 0] = 1.0
    diameters = np.maximum(largest[:, None] * factors, 11.0)
    diameters[np.arange(MAX_LESIONS) >= number[:, None]] = np.nan
    extrahepatic = rng.random(size) < settings["share_extrahepatic"]
    node = extrahepatic & (rng.random(size) < settings["share_node_lesion"]) & (number > 1)
    lung = extrahepatic & ~node & (rng.random(size) < settings["share_lung_lesion"]) & (number > 1)
    organs = np.broadcast_to(np.arange(MAX_LESIONS), (size, MAX_LESIONS)).copy()
    last = number - 1
    rows = np.arange(size)
    organs[rows[node], last[node]] = LYMPH_NODE
    organs[rows[lung], last[lung]] = LUNG
    is_node = np.zeros((size, MAX_LESIONS), dtype=bool)
    is_node[rows[node], last[node]] = True
    diameters[rows[node], last[node]] = np.maximum(diameters[rows[node], last[node]] * 0.45, 17.0)
    exponents = np.clip(rng.normal(1.0, biology["lesion_growth_sd"], (size, MAX_LESIONS)), 0.4, 1.6)
    exponents[is_node] *= biology["node_growth_exponent"]
    bones = rng.choice([SITES.index("bone"), SITES.index("lung;bone"), SITES.index("adrenal")], size)
    elsewhere = np.where(extrahepatic, bones, SITES.index(""))
    sites = np.where(lung, SITES.index("lung"), np.where(node, SITES.index("lymph node"), elsewhere))
    extra = np.where(rng.random(size) < 0.55, MULTIPLE_TUMORS, number + rng.integers(0, 4, size))
    persons["sites"] = sites
    persons["tumor_count"] = np.where((number == 1) & (rng.random(size) < 0.7), 1, extra)
    persons["has_non_target"] = (persons["tumor_count"] > number) | (persons["vascular_invasion"] > 0)
    persons["burden"] = np.nansum(diameters, axis=1)
    return Population(persons, diameters, organs, is_node, exponents)
