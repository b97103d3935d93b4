"""Settings of a throw-away warehouse."""

import os
from pathlib import Path

import pytest

from orchestration.settings import Settings, settings_from_environment


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse whose folders all lie in the test's own folder."""
    return settings_from_environment({"HCC_RAW": str(tmp_path / "raw"), "HCC_OUT": str(tmp_path / "out")})


@pytest.fixture(autouse=True)
def own_environment():
    """Commands put their folders into the environment; they must not reach the next test."""
    before = dict(os.environ)
    yield
    os.environ.clear()
    os.environ.update(before)
