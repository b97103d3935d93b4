"""Faults for real, at random moments: `make test-faults`. A few of them run in the suite, in tests/integration/refresh.

Everything here compares with one undisturbed run: the same drops must give the same content, whatever happened before.
"""

import os
import random
import shutil
import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[1] / "integration" / "refresh"))

from faults.undisturbed import Undisturbed, make_undisturbed


@pytest.fixture(scope="session")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    """A warehouse that was refreshed twice without any fault; nobody may change it."""
    return make_undisturbed(tmp_path_factory.mktemp("undisturbed"))


@pytest.fixture
def out(undisturbed: Undisturbed, tmp_path: Path) -> Path:
    """A copy of its output folder, for a fault to happen to."""
    copy = tmp_path / "out"
    shutil.copytree(undisturbed.out, copy, symlinks=True)
    return copy


@pytest.fixture
def moments(request: pytest.FixtureRequest) -> random.Random:
    """Random moments; another seed every time, which a failing test prints."""
    seed = int(os.environ.get("HCC_FAULTS_SEED") or random.SystemRandom().randrange(10**9))
    request.node.add_report_section("setup", "seed", f"HCC_FAULTS_SEED={seed}")
    return random.Random(seed)
