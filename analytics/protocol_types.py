"""Types of a protocol's parameters: code lists, and how the text of a file becomes a date or a list of codes."""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field

from analytics.protocol_covariates import Covariate, as_codes, as_tuple

Etiology = Literal["HBV", "HCV", "HBV+HCV", "alcohol", "MASLD", "other", "unknown"]
BclcStage = Literal["0", "A", "B", "C", "D"]
Criteria = Literal["mRECIST", "RECIST-1.1"]
NewTherapyPolicy = Literal["censor", "ignore"]
RegimenClass = Literal["TKI", "PD-1", "TKI+PD-1", "PD-1+anti-VEGF", "other"]
ContinuousTest = Literal["mann_whitney", "t_test"]

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def _as_date(value: Any) -> Any:
    if type(value) is date:
        return value
    if isinstance(value, str) and _ISO_DATE.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValueError(f"{value!r} is no calendar date") from None
    raise ValueError(f"{value!r} is no date; write YYYY-MM-DD")


def _as_unrestricted(value: Any) -> Any:
    """A list left blank restricts nothing, like an empty one."""
    return () if value is None else as_codes(value)


Day = Annotated[date, BeforeValidator(_as_date)]
Etiologies = Annotated[tuple[Etiology, ...], BeforeValidator(_as_unrestricted)]
BclcStages = Annotated[tuple[BclcStage, ...], BeforeValidator(_as_unrestricted)]
Months = Annotated[tuple[Annotated[int, Field(ge=1, le=120)], ...], BeforeValidator(as_tuple)]
CriteriaList = Annotated[tuple[Criteria, ...], BeforeValidator(as_tuple)]
Policies = Annotated[tuple[NewTherapyPolicy, ...], BeforeValidator(as_tuple)]
RegimenClasses = Annotated[tuple[RegimenClass, ...], BeforeValidator(as_tuple)]
Covariates = Annotated[tuple[Covariate, ...], BeforeValidator(as_tuple)]
