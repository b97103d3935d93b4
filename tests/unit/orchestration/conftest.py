"""Settings of a throw-away warehouse."""

from pathlib import Path

import pytest

from orchestration.settings import Settings, settings_from_environment


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse whose folders all lie in the test's own folder."""
    return settings_from_environment({"HCC_RAW": str(tmp_path / "raw"), "HCC_OUT": str(tmp_path / "out")})
