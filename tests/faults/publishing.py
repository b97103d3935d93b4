"""Releases made quickly: the last finished build published again, as the UI does for the asset `release` alone."""

from pathlib import Path

from orchestration.builds import BuildStore
from orchestration.dbt.manifest import load_manifest
from orchestration.lock import RefreshLock
from orchestration.release.publish import publish
from orchestration.settings import settings_from_environment
from orchestration.studies import load_studies


def publish_again(raw: Path, out: Path) -> str:
    """One more release of the last finished build; returns its name."""
    settings = settings_from_environment({"HCC_RAW": str(raw), "HCC_OUT": str(out)})
    build = BuildStore(settings.builds).latest_finished()
    assert build is not None
    with RefreshLock(settings.lock_file, "publishing again"):
        release, _ = publish(settings, build, list(load_studies(settings)), load_manifest())
    return release.release_id
