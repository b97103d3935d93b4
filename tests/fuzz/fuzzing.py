"""What the fuzz tests share: drops of center A with any content, and what a landing may say about them.

The number of examples is small in the suite; `make test-fuzz` multiplies it (HCC_FUZZ_FACTOR).
"""

import os
import tempfile
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from unit.landing.drop_builder import CONTRACTS, KEY, RawFolder, write_contracts

from orchestration.landing import Contract, Drop, DropState, check_drop, land

FACTOR = int(os.environ.get("HCC_FUZZ_FACTOR", "1"))
_CONTRACTS: dict[str, Contract] = {}


def examples(count: int) -> settings:
    """Settings with this many examples in the suite, and more in the long profile."""
    return settings(
        max_examples=count * FACTOR,
        deadline=None,
        derandomize=FACTOR == 1,  # the suite is the same every time; the long profile looks for something new
        suppress_health_check=[HealthCheck.too_slow],
    )


def contracts() -> dict[str, Contract]:
    """The contracts of two small centers, with two tables each."""
    assert CONTRACTS
    if not _CONTRACTS:
        with tempfile.TemporaryDirectory() as folder:
            _CONTRACTS.update(write_contracts(Path(folder) / "contracts"))
    return _CONTRACTS


def landed(files: dict[str, tuple[bytes, int]], manifest: dict[str, Any] | None = None) -> tuple[Drop, list[Any]]:
    """Land one drop of center A with these files; its state and the rows of its visits."""
    with tempfile.TemporaryDirectory() as folder:
        drop = RawFolder(Path(folder) / "raw").new("center_a", "1")
        for name, (content, rows) in files.items():
            drop.add_bytes(name, content, rows)
        path = drop.write(**(manifest or {}))
        (result,) = land(Path(folder) / "raw", Path(folder) / "landing", contracts(), KEY).drops
        if all(".csv" in name for name in files):
            report = check_drop(path, contracts())
            assert report.is_loadable == (result.state is not DropState.REFUSED)
            assert all(line.isprintable() for line in report.lines())
        rows = [
            row
            for table in result.tables
            if table.dataset == "visits"
            for row in pq.read_table(table.parquet_path).to_pylist()
        ]
        return result, rows


def is_settled(drop: Drop) -> bool:
    """Loaded without a reason, or refused with a reason of one line."""
    if drop.state is DropState.LOADED:
        return drop.reason is None
    return drop.reason is not None and drop.reason.isprintable() and drop.reason_code is not None


# Cells that have broken some reader of tables: quotes, formulas, line breaks, NUL, marks that turn the direction of
# writing, full-width digits, a byte order mark, marks in disorder, a character that becomes eighteen.
STRANGE_CELLS = [
    *('"', '""', "=1+1", "=cmd|' /C calc'!A0", "@SUM(1)", "+1", "-1", "a,b", "a;b", "a\tb"),
    *("a\nb", "a\r\nb", "\r", "\x00", "\x00end of file\x00", "\x1b[2J", "\u202eabc", "\u200f", "\u2066a\u2069"),
    *("１２.0", "1.0", "\ufeff", "　", "\u00a0", "\u200b", "a\u0300\u0316" * 3, "\u0f73" * 70, "\ufdfa", "x" * 5000),
]
CELLS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.sampled_from(STRANGE_CELLS)
