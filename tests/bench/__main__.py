"""`make bench`: our estimates against R's on the same rows, in one run (R where it is installed).

Both sides take turns, processor time is measured and the best of ROUNDS counts, so that a busy machine does not
decide. Prints seconds, the ratio to R (below 1: faster than R), and how our time grows from a tenth of the rows to all
of them (10 = linear).
"""

from __future__ import annotations

import os
import platform
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
FIRST_ROWS = 50_000  # of R's robust variance, whose time grows with the square of the rows
ROUNDS = 2
COVARIATES = [f"x{number}" for number in range(1, 9)]
SCRIPT = Path(__file__).with_name("statistics.R")
Seconds = dict[str, float]


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
    """Processor time of one call, over all threads."""
    begin = time.process_time()
    action()
    return time.process_time() - begin


def ours(frame: pd.DataFrame) -> Seconds:
    """Seconds of each of our estimates."""
    fit = cox_regression(frame, "time_days", "is_event", COVARIATES)
    first = frame.head(FIRST_ROWS)
    return {
        "kaplan_meier": seconds(lambda: kaplan_meier(frame["time_days"], frame["is_event"])),
        "logistic": seconds(lambda: logistic_regression(frame, "outcome", COVARIATES)),
        "cox": seconds(lambda: cox_regression(frame, "time_days", "is_event", COVARIATES)),
        "proportional_hazards": seconds(lambda: proportional_hazards_test(fit)),
        "cox_robust": seconds(lambda: cox_regression(frame, "time_days", "is_event", COVARIATES, robust=True)),
        "cox_robust_first_rows": seconds(
            lambda: cox_regression(first, "time_days", "is_event", COVARIATES, robust=True)
        ),
    }


def of_r(table: Path) -> Seconds:
    """Seconds of R's estimates on the rows of a csv file; empty where R is not installed."""
    rscript = shutil.which("Rscript")
    if rscript is None:
        return {}
    command = [rscript, str(SCRIPT), str(table), str(FIRST_ROWS)]
    output = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return {name: float(value) for name, value in (line.split() for line in output.splitlines())}


def best(rounds: list[Seconds]) -> Seconds:
    """The shortest time of each estimate."""
    return {name: min(times[name] for times in rounds) for name in rounds[0]}


def measured(frame: pd.DataFrame) -> tuple[Seconds, Seconds, Seconds]:
    """Our seconds on a tenth of the rows and on all of them, and R's on all of them."""
    small, large, r = [], [], []
    with tempfile.TemporaryDirectory() as folder:
        table = Path(folder) / "table.csv"
        frame.to_csv(table, index=False)
        for _ in range(ROUNDS):
            small.append(ours(frame.head(len(frame) // 10)))
            large.append(ours(frame))
            r.append(of_r(table))
    return best(small), best(large), best(r)


def main() -> None:
    """Measure and print."""
    small, large, r = measured(simulated(ROWS))
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    lines = [f"{ROWS} rows, {len(COVARIATES)} covariates, {os.cpu_count()} cores, {platform.machine()}, load {load}"]
    lines.append(f"{'estimate':<24}{'CPU s':>9}{'R, s':>9}{'ratio':>8}{'growth':>8}")
    for name, value in large.items():
        against = f"{r[name]:>9.2f}{value / r[name]:>8.2f}" if name in r else f"{'-':>9}{'-':>8}"
        growth = "-" if name.endswith("first_rows") else f"{value / small[name]:.1f}"
        lines.append(f"{name:<24}{value:>9.2f}{against}{growth:>8}")
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
