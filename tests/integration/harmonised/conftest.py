"""A build of the staging and harmonised layers on adversarial drops, made once for the tests here."""

import sys
from pathlib import Path

import duckdb
import pytest
from adversarial_drops import write_adversarial_drops
from harmonised_build import build
from raw_to_warehouse import REPOSITORY

# The reference implementation is the package `reference` below tests/.
sys.path.insert(0, str(REPOSITORY / "tests"))


@pytest.fixture(scope="session")
def adversarial_raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    raw = tmp_path_factory.mktemp("adversarial") / "raw"
    write_adversarial_drops(raw, seed=20240601, size=600)
    return raw


@pytest.fixture(scope="session")
def warehouse(adversarial_raw: Path, tmp_path_factory: pytest.TempPathFactory) -> duckdb.DuckDBPyConnection:
    database = build(adversarial_raw, tmp_path_factory.mktemp("build"))
    return duckdb.connect(str(database), read_only=True)
