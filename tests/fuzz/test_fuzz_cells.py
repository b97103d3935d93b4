"""Any text in any cell of both centers: the models build, and every row and value has exactly one disposition."""

from pathlib import Path

import duckdb
import pytest
from fuzzed_drops import write_fuzzed_drops
from fuzzing import FACTOR
from harmonised_build import build
from raw_to_warehouse import KEY
from reference.drops import cut_offs, read_drops
from reference.ledger import judge_all, value_ledger
from reference.rows import read_rows

SIZE = 250
SEEDS = [20240601, *range(1, FACTOR)][:4]


@pytest.fixture(scope="module", params=SEEDS)
def fuzzed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The raw folder and the database built from it."""
    folder = tmp_path_factory.mktemp("fuzzed")
    write_fuzzed_drops(folder / "raw", request.param, SIZE * min(FACTOR, 8))
    return folder / "raw", build(folder / "raw", folder)


def test_1_every_row_has_exactly_one_disposition_and_the_sums_add_up(fuzzed: tuple[Path, Path]) -> None:
    with duckdb.connect(str(fuzzed[1]), read_only=True) as connection:
        counts = connection.execute("""
            select count(*), count(distinct source_row_id), count(disposition),
                (select sum(row_count) from landing.delivered_tables),
                (select sum(row_count) from marts.published_row_ledger)
            from harmonised.row_dispositions""").fetchone()
        kinds = connection.execute("select distinct disposition from harmonised.row_dispositions").fetchall()
    assert counts is not None
    assert set(counts) == {counts[0]}
    assert counts[0] == 16 * SIZE * min(FACTOR, 8)
    assert {kind for (kind,) in kinds} == {"kept", "rejected", "superseded", "void"}


def test_2_every_row_and_value_is_judged_as_the_naive_reference_judges_it(fuzzed: tuple[Path, Path]) -> None:
    drops = read_drops(fuzzed[0])
    judged = judge_all(read_rows(drops), KEY, cut_offs(drops))
    expected = {
        (f"{row.spec.center}|{row.drop.number}|{row.spec.name}|{row.number}", row.disposition, row.reason)
        for row in judged.rows
    }
    with duckdb.connect(str(fuzzed[1]), read_only=True) as connection:
        rows = connection.execute("select source_row_id, disposition, reason from harmonised.row_dispositions")
        actual = set(rows.fetchall())
        values = connection.execute("""
            select center_id, drop_number, table_name, column_name, disposition, reason, value_count
            from marts.published_value_ledger""").fetchall()
    assert sorted(map(str, actual ^ expected))[:6] == []
    assert sorted(map(str, set(values) ^ {tuple(record.values()) for record in value_ledger(judged)}))[:6] == []
