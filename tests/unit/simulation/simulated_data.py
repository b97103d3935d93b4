"""What the `simulated` fixture hands to the tests."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from analytics.simulation import SimulationSummary


@dataclass(frozen=True)
class Simulated:
    raw: Path
    truth: Path
    summary: SimulationSummary

    def table(self, name: str) -> pd.DataFrame:
        """A truth table as text."""
        return pd.read_csv(self.truth / f"{name}.csv", dtype=str, keep_default_na=False)
