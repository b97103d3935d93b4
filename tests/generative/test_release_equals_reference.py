"""Whole releases, from raw drops to the published tables, against the naive reference implementation, cell by cell."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest
import yaml
from edge_drops import write_drops
from reference import parameters
from reference.compare import compare_tables
from reference.release import build_release

HERE = Path(__file__).parent
PROTOCOLS = HERE / "protocols"
KEY = "a key for tests only"


def protocols_of_reference() -> list[dict]:
    """The two published studies and four wide ones that vary policy, criteria, window and assessment gap."""
    wide = [yaml.safe_load(path.read_text(encoding="utf-8")) for path in sorted(PROTOCOLS.glob("*.yml"))]
    return [
        parameters.LENVATINIB,
        parameters.SORAFENIB,
        *(parameters.complete({name: value for name, value in one.items() if name != "title"}) for one in wide),
    ]


def differences_of_release(raw: Path, out: Path) -> list[str]:
    """Refreshes into `out` with the real command and compares the release with the reference."""
    hcc = Path(sys.executable).with_name("hcc")
    environment = {**os.environ, "HCC_PSEUDONYM_KEY": KEY, "HCC_REPORTS": "off"}
    command = [str(hcc), "refresh", "--raw", str(raw), "--out", str(out), "--protocols", str(PROTOCOLS)]
    refreshed = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert refreshed.returncode == 0, refreshed.stdout + refreshed.stderr
    expected = build_release(raw, KEY.encode(), protocols_of_reference())
    with duckdb.connect(str(out / "cohort.duckdb"), read_only=True) as connection:
        actual = {table: connection.sql(f"select * from {table}").df() for table in expected}
    assert len(expected["survival_endpoints"]) > 100
    return compare_tables(expected, actual)


@pytest.mark.parametrize(
    "seed", [11, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (12, 13, 14, 15, 16, 17, 18))]
)
def test_1_release_of_edge_patients_equals_reference(seed: int, tmp_path: Path) -> None:
    write_drops(tmp_path / "raw", seed, persons=250)

    assert differences_of_release(tmp_path / "raw", tmp_path / "out") == []
