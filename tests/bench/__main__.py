"""`make bench`: our estimates against R's on the same rows, in one run (R where it is installed).

Prints seconds, the ratio to R, and how time grows from a tenth of the rows to all of them (10 = linear).
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analytics.estimates import cox_regression, kaplan_meier, logistic_regression, proportional_hazards_test

ROWS = 1_000_000
COVARIATES = [f"x{number}" for number in range(1, 9)]
SCRIPT = Path(__file__).with_name("statistics.R")


def simulated(rows: int) -> pd.DataFrame:
    """Rows with eight covariates, day-level ties, half of them censored."""
    rng = np.random.default_rng(20240630)
    frame = pd.DataFrame({name: rng.normal(size=rows).round(3) for name in COVARIATES})
    risk = 0.3 * frame["x1"] - 0.2 * frame["x2"] + 0.1 * frame["x3"]
    event, censoring = rng.exponential(900 * np.exp(-risk)), rng.uniform(0, 2000, size=rows)
    frame["time_days"] = np.ceil(np.minimum(event, censoring))
    frame["is_event"] = (event <= censoring).astype(int)
    frame["outcome"] = (rng.uniform(size=rows) < 1 / (1 + np.exp(-risk))).astype(int)
    return frame


def seconds(action: Callable[[], object]) -> float:
    """Elapsed time of one call."""
    begin = time.perf_counter()
    action()
    return time.perf_counter() - begin


def ours(frame: pd.DataFrame) -> dict[str, float]:
    """Seconds of each of our estimates."""
    fit = cox_regression(frame, "time_days", "is_event", COVARIATES)
    return {
        "kaplan_meier": seconds(lambda: kaplan_meier(frame["time_days"], frame["is_event"])),
        "logistic": seconds(lambda: logistic_regression(frame, "outcome", COVARIATES)),
        "cox": seconds(lambda: cox_regression(frame, "time_days", "is_event", COVARIATES)),
        "cox_robust": seconds(lambda: cox_regression(frame, "time_days", "is_event", COVARIATES, robust=True)),
        "proportional_hazards": seconds(lambda: proportional_hazards_test(fit)),
    }


def of_r(frame: pd.DataFrame) -> dict[str, float]:
    """Seconds of R's estimates; empty where R is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {}
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.csv"
        frame.to_csv(table, index=False)
        output = subprocess.run([rscript, str(SCRIPT), str(table)], capture_output=True, text=True, check=True).stdout
    return {name: float(value) for name, value in (line.split() for line in output.splitlines())}


def main() -> None:
    """Measure and print."""
    frame = simulated(ROWS)
    small, large, r = ours(frame.head(ROWS // 10)), ours(frame), of_r(frame)
    lines = [f"{'estimate':<22}{'seconds':>9}{'R, s':>9}{'ratio':>8}{'growth':>8}"]
    for name, value in large.items():
        against = f"{r[name]:>9.2f}{value / r[name]:>8.2f}" if name in r else f"{'no R':>9}{'':>8}"
        lines.append(f"{name:<22}{value:>9.2f}{against}{value / small[name]:>8.1f}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
