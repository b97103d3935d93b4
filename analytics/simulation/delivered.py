"""A table as a hospital would export it, with what the simulator knows about each row beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pyarrow as pa

DATE, TIMESTAMP, WHOLE, DECIMAL = "date", "timestamp", "whole", "decimal"
FOREVER = 10**8
CLEAN = -1
# Bookkeeping columns: the first day a row is in an export, the first day a newer version replaces it there, the index
# of the planted row or CLEAN, and the fields too many (+1) or too few (-1) of its csv record.
AVAILABLE, UNTIL, PLANTED, EXTRA_FIELDS = "_available", "_until", "_planted", "_extra_fields"
EMPTY_LINE_AFTER = 2
BOOKKEEPING = (AVAILABLE, UNTIL, PLANTED, EXTRA_FIELDS)


@dataclass(frozen=True)
class TableShape:
    """Name, columns and key of a table of the source contract (specification 1.3, 1.4).

    `types` names columns (DATE, TIMESTAMP, WHOLE or DECIMAL) that a typed container may hold as such.
    """

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    types: Mapping[str, str] = field(default_factory=dict)


def delivered(columns: dict[str, pa.Array], available: np.ndarray, until: np.ndarray | None = None) -> pa.Table:
    """Clean rows: text columns and bookkeeping."""
    size = len(available)
    book = {
        AVAILABLE: pa.array(np.asarray(available, dtype=np.int32)),
        UNTIL: pa.array(np.full(size, FOREVER, dtype=np.int32) if until is None else np.asarray(until, dtype=np.int32)),
        PLANTED: pa.array(np.full(size, CLEAN, dtype=np.int32)),
        EXTRA_FIELDS: pa.array(np.zeros(size, dtype=np.int8)),
    }
    return pa.table(columns | book)


def planted_rows(shape: TableShape, rows: list[dict[str, Any]]) -> pa.Table:
    """Planted rows: each a dictionary of the text columns and the bookkeeping columns."""
    columns: dict[str, pa.Array] = {name: pa.array([row[name] for row in rows], pa.string()) for name in shape.columns}
    columns[AVAILABLE] = pa.array([row[AVAILABLE] for row in rows], pa.int32())
    columns[UNTIL] = pa.array([row.get(UNTIL, FOREVER) for row in rows], pa.int32())
    columns[PLANTED] = pa.array([row[PLANTED] for row in rows], pa.int32())
    columns[EXTRA_FIELDS] = pa.array([row.get(EXTRA_FIELDS, 0) for row in rows], pa.int8())
    return pa.table(columns)
