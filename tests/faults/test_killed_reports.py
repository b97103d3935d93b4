"""A refresh that dies while its reports are made, by processes of their own that go on without it for a while."""

import hashlib
import os
import random
import shutil
import time
from pathlib import Path

import pytest
from faults.undisturbed import TIMES, Undisturbed, assert_nothing_is_wrong, kill_after, release_id, start_refresh
from refreshed_warehouse import run_hcc

pytestmark = pytest.mark.faults
WITH_REPORTS = {"HCC_REPORTS": ""}
NAMES_THE_BUILD = (".html", ".docx", ".xlsx")


def reports(release: Path) -> dict[str, str]:
    """Every file of the reports of a release with a hash of its content, but for those that name the build."""
    files = sorted(path for path in (release / "reports").rglob("*") if path.is_file())
    return {
        str(path.relative_to(release)): ""
        if path.suffix in NAMES_THE_BUILD
        else hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


def test_the_next_release_has_every_report_as_if_nothing_had_happened(
    undisturbed: Undisturbed, tmp_path: Path, moments: random.Random
) -> None:
    """It does not wait for the orphans and is not disturbed by what they write; none of them stays."""
    out = tmp_path / "undisturbed"
    shutil.copytree(undisturbed.out, out, symlinks=True)
    started = time.monotonic()
    refreshed = run_hcc("refresh", "--raw", undisturbed.raw, "--out", out, **WITH_REPORTS)
    seconds = time.monotonic() - started
    assert refreshed.returncode == 0, refreshed.stderr
    expected = reports(out / "releases" / release_id(out))
    assert any(name.endswith(".docx") for name in expected)
    for number in range(max(2, TIMES // 3)):
        out = tmp_path / str(number)
        shutil.copytree(undisturbed.out, out, symlinks=True)
        process = start_refresh(undisturbed.raw, out, **WITH_REPORTS)
        kill_after(process, seconds * moments.uniform(0.4, 1.0), alone=True)
        again = run_hcc("refresh", "--raw", undisturbed.raw, "--out", out, **WITH_REPORTS)
        assert again.returncode == 0, again.stderr
        assert_nothing_is_wrong(undisturbed.content, out)
        assert reports(out / "releases" / release_id(out)) == expected
        for release in out.glob("releases/r*"):
            assert reports(release) in (expected, {})
        assert list(out.glob("releases/.*")) == []
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
        shutil.rmtree(out)
