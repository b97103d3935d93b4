"""A hostile file is refused with the limit it breaks, in bounded memory and time; a large one is read."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import hostile_files
import pytest
from unit.landing.drop_builder import PATIENTS, RawFolder

TESTS = Path(__file__).parents[1]
MEGABYTES = 1000  # of the refresh itself; the process that reads a typed container has a limit of its own
SECONDS = 120


def landed(raw: Path, name: str, content: bytes, rows: int) -> dict[str, Any]:
    """The outcome of landing one drop with this file, and its cost, which must stay within bounds."""
    RawFolder(raw).new("center_a", "1").add("patients.csv", PATIENTS).add_bytes(name, content, rows).write()
    command = [sys.executable, str(TESTS / "fuzz" / "land_and_measure.py"), str(raw)]
    environment = os.environ | {"PYTHONPATH": str(TESTS)}
    finished = subprocess.run(command, env=environment, capture_output=True, text=True, check=True, timeout=1800)
    outcome: dict[str, Any] = json.loads(finished.stdout)
    assert outcome["megabytes"] < MEGABYTES, outcome
    assert outcome["seconds"] < SECONDS, outcome
    return outcome


slow = pytest.mark.slow


@pytest.mark.parametrize(
    ("name", "make", "words"),
    [
        ("visits.csv.gz", hostile_files.gzip_of_one_line, "a record of more than 33554432 characters"),
        pytest.param("visits.csv.gz", hostile_files.gzip_of_many_records, "more than 200 times its size", marks=slow),
        ("visits.csv", hostile_files.commas, "a record of more than 33554432 characters"),
        ("visits.csv", hostile_files.many_columns, "more than 16384 columns"),
        ("visits.csv", hostile_files.open_quote, "a cell of more than 16777216 characters after record 0"),
        ("visits.csv", hostile_files.expanding_characters, "16777216 characters after NFKC"),
        ("visits.parquet", hostile_files.parquet_of_one_value, "more than 4 GiB of memory"),
        ("visits.parquet", hostile_files.parquet_of_short_values, "text is more than 200 times the size"),
        ("visits.parquet", hostile_files.parquet_of_many_columns, "more than 16384 columns"),
        ("visits.xlsx", hostile_files.xlsx_of_a_long_cell, "a cell of more than 16777216 characters"),
        ("visits.xlsx", hostile_files.xlsx_of_blanks, "more than 200 times its size"),
        pytest.param("visits.xlsx", hostile_files.xlsx_of_one_string, "more than 4 GiB of memory", marks=slow),
    ],
    ids=lambda part: getattr(part, "__name__", None),
)
def test_1_the_reason_names_the_file_and_the_limit(
    tmp_path: Path, name: str, make: Callable[[], bytes], words: str
) -> None:
    outcome = landed(tmp_path / "raw", name, make(), 1)

    assert outcome["code"] == "too_large"
    assert outcome["reason"].startswith(f"{name} ")
    assert words in outcome["reason"]


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("visits.csv", hostile_files.marks_in_disorder),
        ("visits.csv", hostile_files.large_cell_csv),
        ("visits.csv", hostile_files.two_thousand_columns),
        ("visits.parquet", hostile_files.large_cell_parquet),
        ("visits.xlsx", hostile_files.large_cell_xlsx),
    ],
    ids=lambda part: getattr(part, "__name__", None),
)
def test_2_what_is_only_large_or_strange_is_read(tmp_path: Path, name: str, make: Callable[[], bytes]) -> None:
    outcome = landed(tmp_path / "raw", name, make(), 1)

    assert outcome["code"] is None
    assert outcome["row_count"] == 1 + len(PATIENTS) - 1


@slow
def test_3_ten_million_records_are_read_in_the_memory_of_few(tmp_path: Path) -> None:
    count = 10_000_000
    records = b"".join(b"V%08d,P%06d,%d.%d\n" % (n, n % 99_991, 40 + n % 60, n % 10) for n in range(count))

    outcome = landed(tmp_path / "raw", "visits.csv", hostile_files.HEADER + records, count)

    assert outcome["code"] is None
    assert outcome["row_count"] == count + len(PATIENTS) - 1
    assert outcome["megabytes"] < 400
