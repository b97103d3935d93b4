"""From columns of a frame to the numeric columns of a model: numbers as they are, everything else as a factor.

Treatment contrasts as in R: one column a level, against the reference level. The reference is the first category of
a categorical column, else the first level in text order, unless the caller names it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from numbers import Number

import numpy as np
import pandas as pd

from analytics.estimates.inputs import BoolArray, FloatArray, as_floats, column_of

TERM_COLUMNS = ("covariate", "term", "level", "reference_level")


@dataclass(frozen=True)
class Design:
    """Numeric columns of a model and what each stands for.

    matrix: complete rows x columns. terms: one row a column, TERM_COLUMNS; `term` is the covariate's name where it
    has one column, else `covariate=level`; level and reference_level are None for numbers.
    """

    matrix: FloatArray
    terms: pd.DataFrame


def complete_rows(frame: pd.DataFrame, columns: Sequence[str]) -> BoolArray:
    """Rows without a missing value in any of the columns. Raises ValueError for a column that does not exist."""
    complete = np.ones(len(frame), dtype=bool)
    for name in columns:
        complete &= column_of(frame, name).notna().to_numpy(dtype=bool)
    return complete


def encode(frame: pd.DataFrame, covariates: Sequence[str], references: Mapping[str, str] | None = None) -> Design:
    """The design of complete rows.

    A factor with a single level gives one column of zeros, which no model can estimate, rather than an error. A
    named reference that no row has gives way to the first level there is.
    """
    named = references or {}
    columns: list[FloatArray] = []
    terms: list[tuple[str, str, str | None, str | None]] = []
    for name in covariates:
        values = column_of(frame, name)
        if is_number(values):
            columns.append(as_floats(values, name))
            terms.append((name, name, None, None))
            continue
        levels, codes = _levels(values, named.get(name))
        if len(levels) < 2:
            columns.append(np.zeros(len(values)))
            terms.append((name, name, None, levels[0] if levels else None))
        for index, level in enumerate(levels[1:], start=1):
            columns.append((codes == index).astype(float))
            terms.append((name, name if len(levels) == 2 else f"{name}={level}", level, levels[0]))
    matrix = np.column_stack(columns) if columns else np.empty((len(frame), 0))
    return Design(matrix, pd.DataFrame(terms, columns=list(TERM_COLUMNS)).astype(object))


def is_number(values: pd.Series) -> bool:
    """Whether a column holds numbers; booleans, text and categories are factors."""
    if pd.api.types.is_bool_dtype(values):
        return False
    if pd.api.types.is_numeric_dtype(values):
        return True
    if values.dtype != object or values.notna().sum() == 0:
        return False
    return all(isinstance(value, Number | Decimal) and not isinstance(value, bool) for value in values.dropna())


def _levels(values: pd.Series, reference: str | None) -> tuple[list[str], np.ndarray]:
    """Levels found, the reference first, and each row's position among them."""
    if isinstance(values.dtype, pd.CategoricalDtype):
        found = [str(level) for level in values.cat.remove_unused_categories().cat.categories]
    else:
        found = sorted(str(level) for level in values.dropna().unique())
    if reference is not None and reference in found:
        found = [reference] + [level for level in found if level != reference]
    return found, pd.Categorical(values.astype(str), categories=found).codes
