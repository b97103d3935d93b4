"""`make demo-data`: simulated patients come to the default place alone, never to a mistyped one."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[3] / "Makefile"


@pytest.fixture
def make(tmp_path):
    """A function that runs `make demo-data` on a copy whose `hcc` only says what it was asked for."""
    shutil.copy(MAKEFILE, tmp_path)
    hcc = tmp_path / ".venv" / "bin" / "hcc"
    hcc.parent.mkdir(parents=True)
    hcc.write_text('#!/bin/sh\necho "hcc $*"\n', encoding="utf-8")
    hcc.chmod(0o755)

    def run(**variables):
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("HCC_", "MAKE"))}
        command = ["make", "-o", "setup", "demo-data"]
        return subprocess.run(
            command, cwd=tmp_path, env=environment | variables, capture_output=True, text=True, check=False
        )

    return run


@pytest.mark.parametrize("variables", [{}, {"HCC_RAW": ""}, {"HCC_RAW": "data/raw"}, {"HCC_RAW": "./data/raw"}])
def test_a_fresh_clone_gets_demonstration_data(make, variables):
    made = make(**variables)
    assert made.returncode == 0, made.stderr
    assert made.stdout.splitlines()[-1].startswith("hcc simulate --out")


def test_so_does_the_default_place_by_its_full_path(make, tmp_path):
    (tmp_path / "data" / "raw").mkdir(parents=True)
    made = make(HCC_RAW=str(tmp_path / "data" / "raw"))
    assert f"hcc simulate --out {tmp_path}/data/raw\n" in made.stdout


@pytest.mark.parametrize("is_there", [True, False])
def test_another_place_without_drops_is_left_as_it_is_and_the_way_out_is_said(make, tmp_path, is_there):
    mistyped = tmp_path / "my rwa"
    if is_there:
        mistyped.mkdir()
    refused = make(HCC_RAW=str(mistyped))
    assert refused.returncode != 0
    assert f"HCC_RAW is {mistyped}, which is not there or empty" in refused.stdout
    assert "leave HCC_RAW out" in refused.stdout
    assert mistyped.exists() == is_there


@pytest.mark.parametrize("place", ["data/raw", "elsewhere"])
def test_drops_that_are_there_are_left_alone(make, tmp_path, place):
    (tmp_path / place / "center_a").mkdir(parents=True)
    left = make(HCC_RAW=place)
    assert (left.returncode, left.stdout) == (0, "")
