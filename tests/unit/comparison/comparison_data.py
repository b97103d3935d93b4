"""The public data of the R script comparison_weighting.R, in its order of rows."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

R_DIRECTORY = Path(__file__).parents[2] / "r"


def cases() -> list[Any]:
    content = json.loads((R_DIRECTORY / "expected" / "comparison_weighting.json").read_text(encoding="utf-8"))
    return [pytest.param(case, id=f"case_{number}") for number, case in enumerate(content["cases"], start=1)]


def data_of(case: dict[str, Any]) -> pd.DataFrame:
    frame = pd.read_csv(R_DIRECTORY / "data" / "rotterdam.csv")
    order = ((frame["pid"] * 7919) % 2999).sort_values(kind="stable").index
    return frame.loc[order].head(case["specification"]["rows"]).reset_index(drop=True)
