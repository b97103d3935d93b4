"""`hcc simulate` as typed: its options, what it says, and how it refuses."""

import os
import subprocess
import sys
from pathlib import Path

HCC = Path(sys.executable).with_name("hcc")


def hcc_simulate(*options: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("HCC_")}
    command = [str(HCC), "simulate", *options]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_format_drops_and_truth_are_where_they_were_asked_for(tmp_path: Path) -> None:
    raw, truth = tmp_path / "raw", tmp_path / "elsewhere"
    options = ("--patients", "20", "--format", "parquet", "--drops", "3", "--profile", "clean")
    made = hcc_simulate("--out", str(raw), "--truth", str(truth), *options)
    assert made.returncode == 0, made.stderr
    assert sorted(path.name for path in (raw / "center_b").iterdir()) == ["2024-06-28", "2024-06-29", "2024-06-30"]
    assert {path.suffix for path in raw.rglob("*") if path.is_file()} == {".parquet", ".json"}
    assert (truth / "persons.csv").exists()
    assert "6 loaded" in made.stdout
    assert str(truth) in made.stdout


def test_a_mistake_is_one_line_and_writes_nothing(tmp_path: Path) -> None:
    refused = hcc_simulate("--out", str(tmp_path / "raw"), "--format", "ods")
    assert refused.returncode == 1
    assert "unknown format 'ods': choose one of mixed, csv, csv.gz, parquet, xlsx" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert list(tmp_path.iterdir()) == []
