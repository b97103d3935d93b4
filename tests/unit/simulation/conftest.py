"""One small realistic simulation shared by the tests of this folder."""

from __future__ import annotations

import pytest
from simulated_data import Simulated

from analytics.simulation import simulate


@pytest.fixture(scope="session")
def simulated(tmp_path_factory: pytest.TempPathFactory) -> Simulated:
    out = tmp_path_factory.mktemp("simulated") / "raw"
    summary = simulate(out, patients=150, seed=7)
    return Simulated(out, out.parent / "raw-truth", summary)
