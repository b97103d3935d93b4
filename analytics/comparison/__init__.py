"""Comparison of two treatments that were not randomised (specification 5.1 items 6 and 7).

Propensity weighting and matching, balance, positivity, E-values, subgroups; `second_line` applies them to a study.
"""
