"""Expected values made by R (tests/r/scripts) and the public data sets they were made from."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

R_DIRECTORY = Path(__file__).parents[2] / "r"


@cache
def _read(name: str) -> pd.DataFrame:
    return pd.read_csv(R_DIRECTORY / "data" / f"{name}.csv")


def dataset(specification: dict[str, Any]) -> pd.DataFrame:
    """The data of a case, with the rows it chooses."""
    frame = _read(specification["data"])
    where = specification.get("where")
    return frame if where is None else frame[frame[where["column"]] == where["equals"]]


def cases(name: str) -> list[Any]:
    """The cases of one file of expected values, each with a readable test id."""
    import pytest

    content = json.loads((R_DIRECTORY / "expected" / f"{name}.json").read_text(encoding="utf-8"))
    return [
        pytest.param(case, id=f"{number:02d}-{case['specification']['data']}")
        for number, case in enumerate(content["cases"], start=1)
    ]


def numbers(values: list[Any]) -> np.ndarray:
    """A JSON list as floats, null as NaN (R's NA)."""
    return np.array([np.nan if value in (None, "NA", "NaN") else value for value in values], dtype=float)


def assert_estimates(actual: Any, expected: Any, tolerance: float = 1e-6) -> None:
    """Equal to a relative tolerance (specification 5: 1e-6 for estimates)."""
    np.testing.assert_allclose(np.asarray(actual, dtype=float), expected, rtol=tolerance, atol=1e-12)


def assert_p_values(actual: Any, expected: Any) -> None:
    """Equal to 1e-4 relative (specification 5), down to where R itself has no digits left."""
    np.testing.assert_allclose(np.asarray(actual, dtype=float), expected, rtol=1e-4, atol=1e-300)


def by_r_term(coefficients: pd.DataFrame) -> pd.DataFrame:
    """The coefficient table under R's term names (covariate and level written together)."""
    names = coefficients["covariate"] + coefficients["level"].fillna("")
    return coefficients.set_index(names)
