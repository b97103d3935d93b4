"""Frames of a made-up study, as a release and its restricted marts hold them, for reports."""

from __future__ import annotations

import numpy as np
import pandas as pd

from analytics.best_response import best_responses
from analytics.endpoints import survival_endpoints
from analytics.estimates.study_estimates import study_estimates
from analytics.landmark import landmark_survival
from analytics.protocol import Protocol
from analytics.resistance import resistance_labels
from analytics.second_line import second_line_population

STUDY = "made_up"
MIN_CELL = 5
STEPS = (
    "has_first_line",
    "is_hcc",
    "is_adult",
    "is_monotherapy",
    "has_etiology",
    "has_stage",
    "has_liver_function",
    "has_baseline_imaging",
    "has_follow_up_imaging",
)


def protocol() -> Protocol:
    return Protocol.model_validate(
        {
            "study_id": STUDY,
            "title": "A made-up study <b>of resistance</b>",
            "index_agent": "lenvatinib",
            "enrol_from": "2019-01-01",
            "enrol_to": "2023-01-31",
            "multiverse_windows": [3],
            "multiverse_criteria": ["mRECIST"],
        }
    )


def made_up_frames(n: int = 240, seed: int = 1) -> dict[str, pd.DataFrame]:
    """All frames of build_report for n eligible persons."""
    rng = np.random.default_rng(seed)
    base = pd.DataFrame({"person_id": [f"{number:016x}" for number in range(n)]})
    index = pd.Timestamp("2019-03-01") + pd.to_timedelta(rng.integers(0, 1200, n), unit="D")
    progression = np.minimum(30 + rng.exponential(160, n).astype(int) // 42 * 42 + 12, 900)
    survival = progression + 20 + rng.exponential(300, n).astype(int)
    cohort = _cohort(base, index, rng)
    timepoints = _timepoints(base, index, progression, rng)
    second = rng.random(n) < 0.6
    line_2_start = index + pd.to_timedelta(progression + 7, unit="D")
    lines = _lines(base, index, line_2_start, second, rng)
    is_dead = rng.random(n) < 0.7
    end = index + pd.to_timedelta(survival, unit="D")
    persons = base.assign(
        center_id=cohort["center_id"],
        death_date=pd.Series(end).where(is_dead),
        death_source_row_id=np.where(is_dead, "death", None),
        last_known_alive_date=end,
        last_known_alive_source_row_id="contact",
    )
    later = _timepoints(base, line_2_start, 40 + rng.integers(0, 4, n) * 42, rng).assign(line_number=2)
    timepoints = pd.concat([timepoints, later[later["person_id"].isin(base["person_id"][second])]], ignore_index=True)
    covariates = cohort.drop(columns=["index_date", "is_eligible", "center_id"]).assign(line_2_start_date=line_2_start)
    frames = {
        "analysis_cohort": cohort,
        "analysis_lines": lines,
        "analysis_timepoints": timepoints,
        "analysis_persons": persons,
        "analysis_second_line_covariates": covariates.loc[second].reset_index(drop=True),
    }
    return frames | derived(frames) | _sources(cohort)


def derived(frames: dict[str, pd.DataFrame], study: Protocol | None = None) -> dict[str, pd.DataFrame]:
    """What the pipeline derives from the marts, by a protocol (that of the made-up study, where not given)."""
    cohort, lines, timepoints, persons = (
        frames[f"analysis_{name}"] for name in ("cohort", "lines", "timepoints", "persons")
    )
    study = study or protocol()
    labels = resistance_labels(cohort, lines, timepoints, persons, study)
    endpoints = survival_endpoints(cohort, lines, timepoints, persons, labels, study)
    landmark = landmark_survival(cohort, persons, labels, study)
    second_line = second_line_population(cohort, lines, labels, study)
    estimates = study_estimates(cohort, labels, endpoints, landmark, second_line, study)
    return {
        "resistance_labels": labels,
        "survival_endpoints": endpoints,
        "landmark_survival": landmark,
        "second_line_population": second_line,
        "best_responses": best_responses(timepoints, lines, cohort, study),
    } | {
        name: getattr(estimates, name)
        for name in ("survival_estimates", "survival_curves", "group_tests", "regression_results", "model_diagnostics")
    }


def _cohort(base: pd.DataFrame, index: pd.DatetimeIndex, rng: np.random.Generator) -> pd.DataFrame:
    n = len(base)
    bilirubin, albumin = rng.lognormal(2.8, 0.4, n), rng.normal(38, 5, n)
    return base.assign(
        study_id=STUDY,
        center_id=np.where(rng.random(n) < 0.55, "center_a", "center_b"),
        index_date=index,
        is_eligible=True,
        age_years=rng.integers(35, 80, n),
        sex=np.where(rng.random(n) < 0.8, "M", "F"),
        etiology=rng.choice(["HBV", "HCV", "unknown"], n, p=[0.8, 0.15, 0.05]),
        ecog=pd.Series(rng.integers(0, 2, n)).astype(float).mask(rng.random(n) < 0.08),
        child_pugh_class=rng.choice(["A", "B"], n, p=[0.8, 0.2]),
        albi_grade=rng.integers(1, 3, n),
        albi_score=0.66 * np.log10(bilirubin) - 0.085 * albumin,
        bclc_stage=rng.choice(["B", "C"], n),
        portal_vein_invasion=rng.choice(["none", "Vp3"], n),
        has_extrahepatic_spread=rng.random(n) < 0.4,
        tumor_count=rng.integers(1, 5, n),
        largest_diameter_mm=rng.normal(70, 30, n).clip(10),
        prior_procedure=rng.choice(["", "TACE", "resection"], n),
        afp_ng_ml=rng.lognormal(5, 2, n),
        afp_comparator=None,
        afp_gt_400=pd.Series(rng.random(n) < 0.4, dtype=object).mask(rng.random(n) < 0.05),
        alt_u_l=rng.lognormal(3.6, 0.5, n),
        alt_gt_40=rng.random(n) < 0.4,
        ast_u_l=rng.lognormal(3.8, 0.5, n),
        total_bilirubin_umol_l=bilirubin,
        albumin_g_l=albumin,
        inr=rng.normal(1.1, 0.1, n),
        platelets_10_9_l=rng.normal(150, 50, n).clip(20),
        nlr=rng.lognormal(1, 0.4, n),
    )


def _timepoints(base: pd.DataFrame, start: pd.DatetimeIndex, progression: np.ndarray, rng: np.random.Generator):
    """A stable scan at day 28 and the progression."""
    n = len(base)
    first = base.assign(assessment_date=start + pd.Timedelta(days=28), overall_response=rng.choice(["SD", "PR"], n))
    second = base.assign(assessment_date=start + pd.to_timedelta(progression, unit="D"), overall_response="PD")
    rows = pd.concat([first, second], ignore_index=True)
    return rows.assign(line_number=1, criteria="mRECIST", is_within_line=True, imaging_source_row_id="image")


def _lines(base, index, line_2_start, second, rng) -> pd.DataFrame:
    first = base.assign(
        line_number=1,
        line_start_date=index,
        line_end_date=line_2_start - pd.Timedelta(days=1),
        next_line_start_date=pd.Series(line_2_start).where(second),
        regimen="lenvatinib",
        regimen_class="TKI",
    )
    classes = rng.choice(["TKI", "TKI+PD-1"], len(base))
    later = base.assign(
        line_number=2,
        line_start_date=line_2_start,
        line_end_date=line_2_start + pd.Timedelta(days=60),
        next_line_start_date=pd.NaT,
        regimen=np.where(classes == "TKI", "regorafenib", "regorafenib+sintilimab"),
        regimen_class=classes,
    ).loc[second]
    return pd.concat([first, later], ignore_index=True).assign(is_ongoing=False, line_start_source_row_id="order")


def _sources(cohort: pd.DataFrame) -> dict[str, pd.DataFrame]:
    rows = []
    for center in ("center_a", "center_b"):
        entering = int((cohort["center_id"] == center).sum()) + 45
        for number, step in enumerate(STEPS, start=1):
            failing = number
            rows.append((STUDY, center, number, step, entering, failing, 0))
            entering -= failing
    columns = ["study_id", "center_id", "step_number", "step", "persons_entering", "persons_failing", "persons_unknown"]
    ledger = [("center_a", 1, "visits", "kept", None, 900), ("center_a", 1, "visits", "rejected", "invalid_code", 3)]
    return {
        "attrition": pd.DataFrame(rows, columns=columns),
        "row_ledger": pd.DataFrame(
            ledger, columns=["center_id", "drop_number", "table_name", "disposition", "reason", "row_count"]
        ),
        "drops": pd.DataFrame(
            [("center_a", 1, "full", 2024, "loaded", None, 903)],
            columns=["center_id", "drop_number", "kind", "extraction_year", "state", "reason", "row_count"],
        ),
        "checks": pd.DataFrame(
            [("death_from_contact", "center_a", "follow_up", 3, 100, 0.1, "warn", None)],
            columns=["check_name", "center_id", "subject", "numerator", "denominator", "threshold", "status", "note"],
        ),
    }


def release(is_simulated: bool = False) -> dict[str, object]:
    return {"release_id": "r000001", "created_at": pd.Timestamp("2026-11-21"), "is_simulated": is_simulated}


def keep_persons(frames: dict[str, pd.DataFrame], keep: list[str]) -> dict[str, pd.DataFrame]:
    """The same study with fewer eligible persons; everything derived anew."""
    fewer = {
        name: frame[frame["person_id"].isin(keep)].reset_index(drop=True)
        for name, frame in frames.items()
        if name.startswith("analysis_")
    }
    return fewer | derived(fewer) | _sources(fewer["analysis_cohort"])
