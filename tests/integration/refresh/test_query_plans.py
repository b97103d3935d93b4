"""No model compares all rows with all: its time would grow with the square of a hospital's rows.

DuckDB says `BLOCKWISE_NL_JOIN` where a join has no equality between columns of both sides. That is right only where one
side is a handful of rows whatever the hospitals deliver.
"""

from pathlib import Path

import duckdb
import pytest
from refreshed_warehouse import Warehouse

SMALL_ON_ONE_SIDE = {
    "stg_drug_agents": "the aliases of the vocabulary",
    "harmonised_procedures": "the six procedure types",
    "eligible_lesions": "the two sets of criteria",
    "study_candidates": "the protocols",
}


def plan_of(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The physical plan of a query, as text."""
    row = connection.execute(f"explain {sql}").fetchone()
    assert row is not None
    return str(row[1])


@pytest.fixture(scope="module")
def models_with_nested_loops(refreshed_once: Warehouse) -> set[str]:
    """Names of the models whose plan compares all rows of both sides of a join."""
    (build,) = (refreshed_once.out / "restricted" / "builds").iterdir()
    compiled = _compiled_models(build)
    assert len(compiled) > 80
    found = set()
    with duckdb.connect(str(build / "warehouse.duckdb"), read_only=True) as connection:
        for path in compiled:
            if "BLOCKWISE_NL_JOIN" in plan_of(connection, path.read_text(encoding="utf-8")):
                found.add(path.stem)
    return found


def _compiled_models(build: Path) -> list[Path]:
    models = build / "evidence" / "dbt" / "compiled" / "hcc" / "models"
    return [path for path in models.rglob("*.sql") if path.parent.suffix != ".yml"]


def test_only_joins_to_a_handful_of_rows_compare_all_with_all(models_with_nested_loops: set[str]) -> None:
    assert models_with_nested_loops <= set(SMALL_ON_ONE_SIDE)


def test_a_join_without_an_equality_is_seen() -> None:
    query = "select * from range(9) as a(x) left join range(9) as b(y) on a.x + b.y > 3 and (a.x = 1 or b.y = 2)"
    with duckdb.connect() as connection:
        assert "BLOCKWISE_NL_JOIN" in plan_of(connection, query)
