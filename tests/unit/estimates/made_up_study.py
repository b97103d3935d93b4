"""A made-up study of persons whose covariates, labels and endpoints are drawn at random, for the study's tables."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.protocol import Protocol

STUDY = "made_up"


def protocol(**changes) -> Protocol:
    return Protocol.model_validate(
        {"study_id": STUDY, "index_agent": "lenvatinib", "enrol_from": "2019-01-01", "enrol_to": "2023-01-31"} | changes
    )


def frames(persons: int = 300, seed: int = 5) -> dict[str, pd.DataFrame]:
    """cohort, labels, endpoints, landmark and second_line, as `study_estimates` takes them."""
    rng = np.random.default_rng(seed)
    cohort = _cohort(persons, rng)
    risk = 1.2 * cohort["afp_gt_400"].fillna(False).astype(float) + 0.8 * (cohort["ecog"] >= 1)
    resistance = np.select(
        [rng.random(persons) < 0.25 + 0.15 * risk, rng.random(persons) < 0.7, rng.random(persons) < 0.5],
        ["primary", "secondary", "progression_free"],
        default="indeterminate",
    )
    labels = cohort[["study_id", "person_id"]].assign(resistance=resistance)
    endpoints = _endpoints(labels, risk.to_numpy(), rng)
    os = endpoints[endpoints["endpoint"] == "os"]
    landmark = os[os["time_days"] > 91].assign(
        time_days=lambda rows: rows["time_days"] - 91,
        landmark_group=lambda rows: np.where(
            rows["person_id"].isin(labels.loc[labels["resistance"] == "primary", "person_id"]),
            "progression",
            "no_progression",
        ),
    )
    switched = labels[labels["resistance"].isin(["primary", "secondary"])].iloc[::3]
    second_line = switched.assign(regimen_class=np.where(rng.random(len(switched)) < 0.5, "TKI", "TKI+PD-1"))
    second = [
        _survival(second_line, name, rng.exponential(scale, len(second_line)), rng)
        for name, scale in (("second_line_pfs", 150), ("second_line_os", 400))
    ]
    return {
        "cohort": cohort,
        "labels": labels,
        "endpoints": pd.concat([endpoints, *second], ignore_index=True),
        "landmark": landmark,
        "second_line": second_line,
    }


def _cohort(persons: int, rng: np.random.Generator) -> pd.DataFrame:
    portal, spread = rng.random(persons) < 0.3, rng.random(persons) < 0.3
    ecog = rng.integers(0, 3, persons)
    return pd.DataFrame(
        {
            "study_id": STUDY,
            "person_id": [f"p{number:04d}" for number in range(persons)],
            "center_id": rng.choice(["center_a", "center_b"], persons),
            "index_date": pd.Timestamp("2020-03-01"),
            "is_eligible": True,
            "age_years": rng.integers(30, 85, persons),
            "sex": rng.choice(["F", "M"], persons, p=[0.2, 0.8]),
            "etiology": rng.choice(["HBV", "HCV", "unknown"], persons, p=[0.7, 0.2, 0.1]),
            "ecog": ecog,
            "child_pugh_class": rng.choice(["A", "B"], persons),
            "albi_grade": rng.integers(1, 4, persons),
            "bclc_stage": np.where(portal | spread | (ecog >= 1), "C", "B"),
            "afp_gt_400": pd.array(np.where(rng.random(persons) < 0.1, None, rng.random(persons) < 0.4), "boolean"),
            "alt_gt_40": pd.array(rng.random(persons) < 0.5, "boolean"),
            "ast_u_l": rng.normal(45, 15, persons).round(),
            "platelets_10_9_l": rng.normal(140, 50, persons).round(),
            "total_bilirubin_umol_l": rng.normal(18, 6, persons).round(1),
            "albumin_g_l": rng.normal(37, 5, persons).round(1),
            "largest_diameter_mm": rng.normal(60, 25, persons).round(),
            "tumor_count": rng.integers(1, 5, persons),
            "portal_vein_invasion": np.where(portal, "Vp3", "none"),
            "has_extrahepatic_spread": spread,
            "prior_procedure": rng.choice(["", "TACE", "resection"], persons),
        }
    )


def _endpoints(labels: pd.DataFrame, risk: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    scale = 700 * np.exp(-0.5 * risk)
    survival = _survival(labels, "os", rng.exponential(scale), rng)
    progression_free = _survival(labels, "pfs", rng.exponential(scale / 3), rng)
    progressed = labels[labels["resistance"].isin(["primary", "secondary"])]
    return pd.concat(
        [
            survival,
            progression_free,
            progression_free.assign(endpoint="ttp"),
            _survival(progressed, "pps", rng.exponential(300, len(progressed)), rng),
        ],
        ignore_index=True,
    )


def _survival(persons: pd.DataFrame, endpoint: str, time: np.ndarray, rng: np.random.Generator) -> pd.DataFrame:
    censoring = rng.uniform(100, 2000, len(persons))
    return persons[["study_id", "person_id"]].assign(
        endpoint=endpoint,
        time_days=np.floor(np.minimum(time, censoring)).astype("int64"),
        is_event=time <= censoring,
    )
