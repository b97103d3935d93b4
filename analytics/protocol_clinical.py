"""The parameters of a study's cohort, response, resistance and endpoints (specification 2), of which a protocol is made
together with those of its statistics (`analytics.protocol_model`).
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.config import JsonDict

from analytics.protocol_types import (
    BclcStage,
    BclcStages,
    Criteria,
    Day,
    Etiologies,
    Etiology,
    NewTherapyPolicy,
)

PUBLISHED = "published"
OUR_CHOICE = "our choice"


def parameter(meaning: str, section: str, origin: str, *, unit: str = "", **field: Any) -> Any:
    """A field with its documentation: unit, specification section, and where the default comes from."""
    extra: JsonDict = {"unit": unit, "section": section, "origin": origin}
    return Field(description=meaning, json_schema_extra=extra, **field)


class ClinicalParameters(BaseModel):
    """The parameters that decide who is in a study, and what became of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)

    study_id: str = parameter(
        "Name of the study in every table; the file's name where not given.",
        "4",
        OUR_CHOICE,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        max_length=64,
    )
    title: str = parameter("Words for the study in reports.", "3", OUR_CHOICE, default="")
    citation: str = parameter("The publication whose design is followed.", "3", OUR_CHOICE, default="")

    # Eligibility
    index_agent: str = parameter("Agent whose first line is studied.", "2.3 step 1", PUBLISHED, min_length=1)
    enrol_from: Day = parameter("First index date enrolled.", "2.3 step 1", PUBLISHED, unit="date")
    enrol_to: Day = parameter("Last index date enrolled.", "2.3 step 1", PUBLISHED, unit="date")
    diagnosis_prefix: str = parameter(
        "What the diagnosis code starts with.",
        "2.3 step 2",
        OUR_CHOICE,
        default="C22.0",
        pattern=r"^[A-Z][0-9A-Z]*(\.[0-9A-Z]*)?$",
    )
    min_age: int = parameter("Lowest age at index.", "2.3 step 3", OUR_CHOICE, unit="years", default=18, ge=0, le=120)
    first_line_monotherapy: bool = parameter(
        "Whether the first regimen must be the index agent alone.", "2.3 step 4", OUR_CHOICE, default=True
    )
    etiologies: Etiologies = parameter("Etiologies enrolled; empty = any.", "2.3 step 5", PUBLISHED, default=())
    bclc_stages: BclcStages = parameter(
        "BCLC stages enrolled; empty = no restriction.", "2.3 step 6", OUR_CHOICE, default=("B", "C")
    )
    child_pugh_max: int = parameter(
        "Highest Child-Pugh score enrolled.", "2.3 step 7", OUR_CHOICE, unit="points", default=9, ge=5, le=15
    )
    require_follow_up_imaging: bool = parameter(
        "Whether at least one timepoint of line 1 is required.", "2.3 step 9", OUR_CHOICE, default=True
    )

    # Baseline covariates
    baseline_days_before: int = parameter(
        "Days before the start searched for baseline values.",
        "2.4",
        OUR_CHOICE,
        unit="days",
        default=28,
        ge=0,
        le=3650,
    )
    baseline_days_after: int = parameter(
        "Days after the start searched where none lie before.",
        "2.4",
        OUR_CHOICE,
        unit="days",
        default=3,
        ge=0,
        le=3650,
    )

    # Response
    criteria: Criteria = parameter("Response criteria of the study.", "2.2", OUR_CHOICE, default="mRECIST")
    min_stable_days: int = parameter(
        "Day after the line's start from which stable disease counts.",
        "2.2",
        OUR_CHOICE,
        unit="days",
        default=42,
        ge=0,
    )
    confirmation_days: int = parameter(
        "Days after which a response must be seen again to be confirmed.",
        "2.2",
        OUR_CHOICE,
        unit="days",
        default=28,
        ge=1,
    )

    # Resistance
    resistance_window_months: int = parameter(
        "Calendar months from index within which progression is primary resistance; also the landmark.",
        "2.5, 2.6",
        PUBLISHED,
        unit="months",
        default=3,
        ge=1,
        le=120,
    )
    early_death_is_primary: bool = parameter(
        "Whether a death in the window without progression and without a next line is primary resistance.",
        "2.5",
        OUR_CHOICE,
        default=False,
    )
    secondary_includes_progression_free: bool = parameter(
        "Whether the progression-free join the secondary group in analyses.", "2.5", OUR_CHOICE, default=False
    )

    # Endpoints
    new_therapy_policy: NewTherapyPolicy = parameter(
        "censor: follow-up for progression ends with the next line; ignore: it goes on.",
        "2.6",
        OUR_CHOICE,
        default="censor",
    )
    max_assessment_gap_days: int | None = parameter(
        "Days without an evaluable assessment after which an event is not credited; blank = no limit.",
        "2.6",
        OUR_CHOICE,
        unit="days",
        default=None,
        ge=1,
    )

    @field_validator("enrol_to")
    @classmethod
    def _enrolment_is_a_period(cls, enrol_to: Day, info: ValidationInfo) -> Day:
        enrol_from = info.data.get("enrol_from")
        if enrol_from is not None and enrol_from > enrol_to:
            raise ValueError(f"{enrol_to} is before enrol_from {enrol_from}")
        return enrol_to

    @field_validator("etiologies", "bclc_stages")
    @classmethod
    def _in_code_order(cls, codes: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if len(set(codes)) != len(codes):
            raise ValueError("holds the same code twice")
        order = get_args(Etiology if info.field_name == "etiologies" else BclcStage)
        return tuple(sorted(codes, key=order.index))
