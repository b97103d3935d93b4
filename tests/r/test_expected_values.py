"""Runs the R scripts again and compares with the committed expected values (make test-r).

The always-run tests in tests/unit/estimates compare our functions with the committed values; this one shows that R
still gives them. Missing R is a failure with a hint, never a skip: the target is run by those who want the proof.
"""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

HERE = Path(__file__).parent
SCRIPTS = ("kaplan_meier", "logrank", "cox", "logistic", "firth", "comparison_weighting")
TYPED_IN = {"plateaus.csv", "monotone.csv"}
HINT = (
    "Rscript or one of its packages is missing. On Debian or Ubuntu: apt-get install --no-install-recommends "
    "r-base-core r-cran-survival r-cran-mass r-cran-brglm2 r-cran-proc r-cran-jsonlite r-cran-matchit"
)

pytestmark = pytest.mark.r


def _run(script: str, output: Path) -> None:
    rscript = shutil.which("Rscript")
    if rscript is None:
        pytest.fail(HINT)
    command = [rscript, str(HERE / "scripts" / f"{script}.R"), str(HERE / "data"), str(output)]
    finished = subprocess.run(command, capture_output=True, text=True, check=False)
    if finished.returncode != 0:
        reason = HINT if "there is no package called" in finished.stderr else finished.stderr[-2000:]
        pytest.fail(f"{script}.R: {reason}")


def _differences(committed: Any, fresh: Any, path: str) -> list[str]:
    if isinstance(committed, dict) and isinstance(fresh, dict):
        missing = [f"{path}.{key}: only in one" for key in set(committed) ^ set(fresh)]
        shared = set(committed) & set(fresh)
        return missing + [line for key in shared for line in _differences(committed[key], fresh[key], f"{path}.{key}")]
    if isinstance(committed, list) and isinstance(fresh, list):
        if len(committed) != len(fresh):
            return [f"{path}: {len(committed)} values, now {len(fresh)}"]
        pairs = zip(committed, fresh, strict=True)
        return [line for index, (old, new) in enumerate(pairs) for line in _differences(old, new, f"{path}[{index}]")]
    if isinstance(committed, float | int) and isinstance(fresh, float | int):
        tolerance = 1e-4 if "p_value" in path else 1e-6
        close = abs(committed - fresh) <= tolerance * max(abs(committed), abs(fresh)) + 1e-12
        return [] if close else [f"{path}: {committed}, now {fresh}"]
    return [] if committed == fresh else [f"{path}: {committed!r}, now {fresh!r}"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_r_gives_the_committed_values(script: str, tmp_path: Path) -> None:
    _run(script, tmp_path)
    committed, fresh = (
        json.loads((directory / f"{script}.json").read_text(encoding="utf-8"))
        for directory in (HERE / "expected", tmp_path)
    )
    assert _differences(committed["cases"], fresh["cases"], script) == []


def test_r_gives_the_committed_data(tmp_path: Path) -> None:
    _run("make_data", tmp_path)
    committed = {path.name for path in (HERE / "data").glob("*.csv")} - TYPED_IN
    assert committed == {path.name for path in tmp_path.glob("*.csv")}
    for name in committed:
        pd.testing.assert_frame_equal(pd.read_csv(tmp_path / name), pd.read_csv(HERE / "data" / name))
