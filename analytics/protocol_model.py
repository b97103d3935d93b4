"""A study's protocol: every parameter of specification 2, 3 and 5 that may differ between studies.

One frozen, validated object a study. Parameters bear the specification's names; each says what it means, its unit,
the section it serves and whether its default comes from the published studies or is this project's choice.
Parameters of the whole warehouse (era gap, regimen window, baseline imaging windows) are not here.
"""

from __future__ import annotations

from typing import Any, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator
from pydantic.config import JsonDict

from analytics.protocol_covariates import DEFAULT_COVARIATES, Covariate, Names
from analytics.protocol_types import (
    BclcStage,
    BclcStages,
    ContinuousTest,
    Covariates,
    Criteria,
    CriteriaList,
    Day,
    Etiologies,
    Etiology,
    Months,
    NewTherapyPolicy,
    Policies,
    RegimenClasses,
)

# What a multiverse may vary while it holds the cohort fixed (specification 2.5).
MULTIVERSE_PARAMETERS = (
    "criteria",
    "resistance_window_months",
    "early_death_is_primary",
    "secondary_includes_progression_free",
    "new_therapy_policy",
    "max_assessment_gap_days",
)
PUBLISHED = "published"
OUR_CHOICE = "our choice"


def _parameter(meaning: str, section: str, origin: str, *, unit: str = "", **field: Any) -> Any:
    """A field with its documentation: unit, specification section, and where the default comes from."""
    extra: JsonDict = {"unit": unit, "section": section, "origin": origin}
    return Field(description=meaning, json_schema_extra=extra, **field)


class Protocol(BaseModel):
    """The parameters of one study (names and sections as in the specification)."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, validate_default=True)

    study_id: str = _parameter(
        "Name of the study in every table; the file's name where not given.",
        "4",
        OUR_CHOICE,
        pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*$",
        max_length=64,
    )
    title: str = _parameter("Words for the study in reports.", "3", OUR_CHOICE, default="")
    citation: str = _parameter("The publication whose design is followed.", "3", OUR_CHOICE, default="")

    # Eligibility
    index_agent: str = _parameter("Agent whose first line is studied.", "2.3 step 1", PUBLISHED, min_length=1)
    enrol_from: Day = _parameter("First index date enrolled.", "2.3 step 1", PUBLISHED, unit="date")
    enrol_to: Day = _parameter("Last index date enrolled.", "2.3 step 1", PUBLISHED, unit="date")
    diagnosis_prefix: str = _parameter(
        "What the diagnosis code starts with.",
        "2.3 step 2",
        OUR_CHOICE,
        default="C22.0",
        pattern=r"^[A-Z][0-9A-Z]*(\.[0-9A-Z]*)?$",
    )
    min_age: int = _parameter("Lowest age at index.", "2.3 step 3", OUR_CHOICE, unit="years", default=18, ge=0, le=120)
    first_line_monotherapy: bool = _parameter(
        "Whether the first regimen must be the index agent alone.", "2.3 step 4", OUR_CHOICE, default=True
    )
    etiologies: Etiologies = _parameter("Etiologies enrolled; empty = any.", "2.3 step 5", PUBLISHED, default=())
    bclc_stages: BclcStages = _parameter(
        "BCLC stages enrolled; empty = no restriction.", "2.3 step 6", OUR_CHOICE, default=("B", "C")
    )
    child_pugh_max: int = _parameter(
        "Highest Child-Pugh score enrolled.", "2.3 step 7", OUR_CHOICE, unit="points", default=9, ge=5, le=15
    )
    require_follow_up_imaging: bool = _parameter(
        "Whether at least one timepoint of line 1 is required.", "2.3 step 9", OUR_CHOICE, default=True
    )

    # Baseline covariates
    baseline_days_before: int = _parameter(
        "Days before the start searched for baseline values.",
        "2.4",
        OUR_CHOICE,
        unit="days",
        default=28,
        ge=0,
        le=3650,
    )
    baseline_days_after: int = _parameter(
        "Days after the start searched where none lie before.",
        "2.4",
        OUR_CHOICE,
        unit="days",
        default=3,
        ge=0,
        le=3650,
    )

    # Response
    criteria: Criteria = _parameter("Response criteria of the study.", "2.2", OUR_CHOICE, default="mRECIST")
    min_stable_days: int = _parameter(
        "Day after the line's start from which stable disease counts.",
        "2.2",
        OUR_CHOICE,
        unit="days",
        default=42,
        ge=0,
    )
    confirmation_days: int = _parameter(
        "Days after which a response must be seen again to be confirmed.",
        "2.2",
        OUR_CHOICE,
        unit="days",
        default=28,
        ge=1,
    )

    # Resistance
    resistance_window_months: int = _parameter(
        "Calendar months from index within which progression is primary resistance; also the landmark.",
        "2.5, 2.6",
        PUBLISHED,
        unit="months",
        default=3,
        ge=1,
        le=120,
    )
    early_death_is_primary: bool = _parameter(
        "Whether a death in the window without progression and without a next line is primary resistance.",
        "2.5",
        OUR_CHOICE,
        default=False,
    )
    secondary_includes_progression_free: bool = _parameter(
        "Whether the progression-free join the secondary group in analyses.", "2.5", OUR_CHOICE, default=False
    )

    # Endpoints
    new_therapy_policy: NewTherapyPolicy = _parameter(
        "censor: follow-up for progression ends with the next line; ignore: it goes on.",
        "2.6",
        OUR_CHOICE,
        default="censor",
    )
    max_assessment_gap_days: int | None = _parameter(
        "Days without an evaluable assessment after which an event is not credited; blank = no limit.",
        "2.6",
        OUR_CHOICE,
        unit="days",
        default=None,
        ge=1,
    )

    # Models
    covariates: Covariates = _parameter(
        "Factors of the models; the earlier one stays where a composite meets its parts.",
        "5.1 items 4, 5",
        OUR_CHOICE,
        default=DEFAULT_COVARIATES,
    )
    entry_p: float = _parameter(
        "Univariable p below which a covariate enters the multivariable model.",
        "5.1 item 4",
        OUR_CHOICE,
        default=0.05,
        gt=0,
        le=1,
    )
    forced_covariates: Names = _parameter(
        "Covariates in the multivariable model whatever their p.", "5.1 item 4", OUR_CHOICE, default=()
    )
    continuous_test: ContinuousTest = _parameter(
        "Test of continuous values between groups.", "5.1 item 1", OUR_CHOICE, default="mann_whitney"
    )
    min_events_per_variable: float = _parameter(
        "Events per variable below which a model is flagged.",
        "5.2",
        PUBLISHED,
        default=5.0,
        gt=0,
        allow_inf_nan=False,
    )
    max_vif: float = _parameter(
        "Variance inflation above which a model is flagged.",
        "5.1 item 4",
        OUR_CHOICE,
        default=5.0,
        gt=1,
        allow_inf_nan=False,
    )
    diagnostic_p: float = _parameter(
        "p below which a diagnostic test (proportional hazards, Hosmer-Lemeshow) flags a model.",
        "5.1 items 4, 5",
        OUR_CHOICE,
        default=0.05,
        gt=0,
        lt=1,
    )

    # Second line
    second_line_classes: RegimenClasses = _parameter(
        "The two regimen classes of line 2 compared, the reference first.",
        "2.6, 5.1 item 6",
        PUBLISHED,
        default=("TKI", "TKI+PD-1"),
    )
    second_line_covariates: Names = _parameter(
        "Covariates at the start of line 2 adjusted for; empty = all covariates.",
        "5.1 item 6",
        OUR_CHOICE,
        default=(),
    )
    second_line_subgroups: Names = _parameter(
        "Covariates whose subgroups the forest plot shows; empty = all covariates.",
        "5.1 item 7",
        OUR_CHOICE,
        default=(),
    )
    caliper_sd: float = _parameter(
        "Widest matching distance, in standard deviations of the propensity score's logit.",
        "5.1 item 6",
        OUR_CHOICE,
        unit="standard deviations",
        default=0.2,
        gt=0,
        allow_inf_nan=False,
    )
    max_standardised_difference: float = _parameter(
        "Absolute standardised difference from which balance fails.",
        "5.1 item 6",
        OUR_CHOICE,
        default=0.1,
        gt=0,
        allow_inf_nan=False,
    )

    # Sensitivity
    multiverse_windows: Months = _parameter(
        "Resistance windows of the multiverse.", "5.2", OUR_CHOICE, unit="months", default=(2, 3, 4, 6)
    )
    multiverse_criteria: CriteriaList = _parameter(
        "Response criteria of the multiverse.", "5.2", OUR_CHOICE, default=("mRECIST", "RECIST-1.1")
    )
    multiverse_policies: Policies = _parameter(
        "New-therapy policies of the multiverse.", "5.2", OUR_CHOICE, default=("censor", "ignore")
    )
    rmst_months: Months = _parameter(
        "Horizons of the restricted mean survival time.", "5.2", OUR_CHOICE, unit="months", default=(12, 24)
    )
    imputations: int = _parameter(
        "Sets of multiple imputation, for a companion still to come: nothing is imputed yet.",
        "5.2",
        OUR_CHOICE,
        default=20,
        ge=2,
        le=1000,
    )
    seed: int = _parameter(
        "Seed of every random step of the study's analyses.", "4", OUR_CHOICE, default=20240630, ge=0, le=2**32 - 1
    )

    @property
    def identifier(self) -> str:
        """The study id as a name that tools without hyphens accept (lower case, `_`)."""
        return self.study_id.lower().replace("-", "_")

    @property
    def covariate_names(self) -> tuple[str, ...]:
        """Names of the covariates in the protocol's order."""
        return tuple(covariate.name for covariate in self.covariates)

    def vary(self, **changes: Any) -> Protocol:
        """The same study under other rules of 2.5, 2.6 or other criteria, validated anew (a multiverse's universe).

        Raises ValueError for a parameter that would change the cohort or the statistics.
        """
        if foreign := sorted(set(changes) - set(MULTIVERSE_PARAMETERS)):
            raise ValueError(f"{', '.join(foreign)} may not vary; allowed: {', '.join(MULTIVERSE_PARAMETERS)}")
        return Protocol.model_validate(dict(self) | changes)

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

    @field_validator("multiverse_windows", "multiverse_criteria", "multiverse_policies", "rmst_months")
    @classmethod
    def _some_and_distinct(cls, values: tuple[Any, ...]) -> tuple[Any, ...]:
        if not values or len(set(values)) != len(values):
            raise ValueError("must hold at least one value, and none twice")
        return values

    @field_validator("second_line_classes")
    @classmethod
    def _two_classes(cls, classes: tuple[str, ...]) -> tuple[str, ...]:
        if len(classes) != 2 or classes[0] == classes[1]:
            raise ValueError("must hold two different regimen classes, the reference first")
        return classes

    @field_validator("covariates")
    @classmethod
    def _covariates_fit_together(cls, covariates: tuple[Covariate, ...]) -> tuple[Covariate, ...]:
        names = [covariate.name for covariate in covariates]
        if repeated := sorted({name for name in names if names.count(name) > 1}):
            raise ValueError(f"names a covariate twice: {', '.join(repeated)}")
        for covariate in covariates:
            if unknown := sorted(set(covariate.composed_of) - set(names) | {covariate.name} & {*covariate.composed_of}):
                raise ValueError(f"{covariate.name} is composed of {', '.join(unknown)}; allowed: other covariates")
        return covariates

    @field_validator("forced_covariates", "second_line_covariates", "second_line_subgroups")
    @classmethod
    def _known_covariates(cls, names: tuple[str, ...], info: ValidationInfo) -> tuple[str, ...]:
        if len(set(names)) != len(names):
            raise ValueError("names a covariate twice")
        covariates = info.data.get("covariates")
        if covariates is None:
            return names  # the covariates themselves are wrong and say so
        known = [covariate.name for covariate in covariates]
        if unknown := [name for name in names if name not in known]:
            raise ValueError(f"no covariate is named {', '.join(unknown)}; allowed: {', '.join(known)}")
        return names
