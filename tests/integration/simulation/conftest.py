"""The demonstration data, simulated and refreshed once by the command line."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from demonstration import Demonstration

from analytics.simulation import simulate

HCC = Path(sys.executable).with_name("hcc")


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Demonstration:
    folder = tmp_path_factory.mktemp("demonstration")
    simulate(folder / "raw")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HCC_")}
    environment["HCC_REPORTS"] = "off"  # they have tests of their own
    command = [str(HCC), "refresh", "--raw", str(folder / "raw"), "--out", str(folder / "out")]
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return Demonstration(folder / "raw-truth", folder / "out")
