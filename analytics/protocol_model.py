"""A study's protocol: every parameter of specification 2, 3 and 5 that may differ between studies.

One frozen, validated object a study. Parameters bear the specification's names; each says what it means, its unit,
the section it serves and whether its default comes from the published studies or is this project's choice.
Parameters of the whole warehouse (era gap, regimen window, baseline imaging windows) are not here.
"""

from __future__ import annotations

from typing import Any

from pydantic import ValidationInfo, field_validator

from analytics.protocol_clinical import OUR_CHOICE, PUBLISHED, ClinicalParameters, parameter
from analytics.protocol_covariates import DEFAULT_COVARIATES, Covariate, Names
from analytics.protocol_types import ContinuousTest, Covariates, CriteriaList, Months, Policies, RegimenClasses

# What a multiverse may vary while it holds the cohort fixed (specification 2.5).
MULTIVERSE_PARAMETERS = (
    "criteria",
    "resistance_window_months",
    "early_death_is_primary",
    "secondary_includes_progression_free",
    "new_therapy_policy",
    "max_assessment_gap_days",
)


class Protocol(ClinicalParameters):
    """The parameters of one study (names and sections as in the specification)."""

    # Models
    covariates: Covariates = parameter(
        "Factors of the models; the earlier one stays where a composite meets its parts.",
        "5.1 items 4, 5",
        OUR_CHOICE,
        default=DEFAULT_COVARIATES,
    )
    entry_p: float = parameter(
        "Univariable p below which a covariate enters the multivariable model.",
        "5.1 item 4",
        OUR_CHOICE,
        default=0.05,
        gt=0,
        le=1,
    )
    forced_covariates: Names = parameter(
        "Covariates in the multivariable model whatever their p.", "5.1 item 4", OUR_CHOICE, default=()
    )
    continuous_test: ContinuousTest = parameter(
        "Test of continuous values between groups.", "5.1 item 1", OUR_CHOICE, default="mann_whitney"
    )
    min_events_per_variable: float = parameter(
        "Events per variable below which a model is flagged.",
        "5.2",
        PUBLISHED,
        default=5.0,
        gt=0,
        allow_inf_nan=False,
    )
    max_vif: float = parameter(
        "Variance inflation above which a model is flagged.",
        "5.1 item 4",
        OUR_CHOICE,
        default=5.0,
        gt=1,
        allow_inf_nan=False,
    )
    diagnostic_p: float = parameter(
        "p below which a diagnostic test (proportional hazards, Hosmer-Lemeshow) flags a model.",
        "5.1 items 4, 5",
        OUR_CHOICE,
        default=0.05,
        gt=0,
        lt=1,
    )

    # Second line
    second_line_classes: RegimenClasses = parameter(
        "The two regimen classes of line 2 compared, the reference first.",
        "2.6, 5.1 item 6",
        PUBLISHED,
        default=("TKI", "TKI+PD-1"),
    )
    second_line_covariates: Names = parameter(
        "Covariates at the start of line 2 adjusted for; empty = all covariates.",
        "5.1 item 6",
        OUR_CHOICE,
        default=(),
    )
    second_line_subgroups: Names = parameter(
        "Covariates whose subgroups the forest plot shows; empty = all covariates.",
        "5.1 item 7",
        OUR_CHOICE,
        default=(),
    )
    caliper_sd: float = parameter(
        "Widest matching distance, in standard deviations of the propensity score's logit.",
        "5.1 item 6",
        OUR_CHOICE,
        unit="standard deviations",
        default=0.2,
        gt=0,
        allow_inf_nan=False,
    )
    max_standardised_difference: float = parameter(
        "Absolute standardised difference from which balance fails.",
        "5.1 item 6",
        OUR_CHOICE,
        default=0.1,
        gt=0,
        allow_inf_nan=False,
    )

    # Sensitivity
    multiverse_windows: Months = parameter(
        "Resistance windows of the multiverse.", "5.2", OUR_CHOICE, unit="months", default=(2, 3, 4, 6)
    )
    multiverse_criteria: CriteriaList = parameter(
        "Response criteria of the multiverse.", "5.2", OUR_CHOICE, default=("mRECIST", "RECIST-1.1")
    )
    multiverse_policies: Policies = parameter(
        "New-therapy policies of the multiverse.", "5.2", OUR_CHOICE, default=("censor", "ignore")
    )
    rmst_months: Months = parameter(
        "Horizons of the restricted mean survival time.", "5.2", OUR_CHOICE, unit="months", default=(12, 24)
    )
    imputations: int = parameter(
        "Sets of multiple imputation, for a companion still to come: nothing is imputed yet.",
        "5.2",
        OUR_CHOICE,
        default=20,
        ge=2,
        le=1000,
    )
    seed: int = parameter(
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
