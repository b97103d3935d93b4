"""Survival and regression estimates (specification 5): frames in, tidy frames out.

The functions below take plain columns and know nothing of the warehouse; `study_estimates` applies them to a study.
"""

from analytics.estimates.cox import CoxRegression, cox_regression, firth_cox
from analytics.estimates.goodness_of_fit import (
    area_under_curve,
    events_per_variable,
    factor_tests,
    hosmer_lemeshow,
    variance_inflation,
)
from analytics.estimates.group_tests import logrank
from analytics.estimates.kaplan_meier import KaplanMeier, kaplan_meier, median_follow_up
from analytics.estimates.logistic import LogisticRegression, firth_logistic, logistic_regression
from analytics.estimates.proportional_hazards import proportional_hazards_test

__all__ = [
    "CoxRegression",
    "KaplanMeier",
    "LogisticRegression",
    "area_under_curve",
    "cox_regression",
    "events_per_variable",
    "factor_tests",
    "firth_cox",
    "firth_logistic",
    "hosmer_lemeshow",
    "kaplan_meier",
    "logistic_regression",
    "logrank",
    "median_follow_up",
    "proportional_hazards_test",
    "variance_inflation",
]
