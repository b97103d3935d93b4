"""Readable differences between two sets of release tables (section 4)."""

from __future__ import annotations

import math
from collections import Counter
from decimal import Decimal
from typing import Any

import pandas

from .shapes import KEYS, columns

RELATIVE_TOLERANCE = 1e-9
SHOWN = 5
FREE_TEXT = {("drops", "reason")}  # any short text: only whether there is one is compared

Record = dict[str, Any]


def compare_tables(expected: dict[str, pandas.DataFrame], actual: dict[str, pandas.DataFrame]) -> list[str]:
    """One line per difference: missing tables and columns, counts of missing and extra rows, first differing cells."""
    differences: list[str] = []
    for table in KEYS:
        if table not in expected:
            continue
        if table not in actual:
            differences.append(f"{table}: the table is missing")
            continue
        differences += _compare_table(table, expected[table], actual[table])
    return differences


def _compare_table(table: str, expected: pandas.DataFrame, actual: pandas.DataFrame) -> list[str]:
    lacking = [name for name in columns(table) if name not in actual.columns]
    if lacking:
        return [f"{table}: columns are missing: {', '.join(lacking)}"]
    left, right = _records(table, expected), _records(table, actual)
    by_key_left, by_key_right = _by_key(table, left), _by_key(table, right)
    messages = []
    for verb, here, there in (("missing", by_key_left, by_key_right), ("extra", by_key_right, by_key_left)):
        absent = {key: len(rows) - len(there.get(key, [])) for key, rows in here.items()}
        absent = {key: count for key, count in absent.items() if count > 0}
        if absent:
            shown = "; ".join(str(key) for key in sorted(absent, key=_sortable)[:SHOWN])
            messages.append(f"{table}: {sum(absent.values())} {verb} rows of {len(left)} expected, first {shown}")
    return messages + _differing_cells(table, by_key_left, by_key_right)


def _differing_cells(
    table: str, left: dict[tuple[Any, ...], list[Record]], right: dict[tuple[Any, ...], list[Record]]
) -> list[str]:
    counts: Counter[str] = Counter()
    examples: dict[str, list[str]] = {}
    for key in sorted(left.keys() & right.keys(), key=_sortable):
        for one, other in zip(left[key], right[key], strict=False):
            for name in columns(table):
                if not _equal(one[name], other[name], (table, name) in FREE_TEXT):
                    counts[name] += 1
                    text = f"{key}: expected {one[name]!r}, got {other[name]!r}"
                    examples.setdefault(name, []).append(text)
    return [f"{table}.{name}: {count} differing, {'; '.join(examples[name][:SHOWN])}" for name, count in counts.items()]


def _records(table: str, frame: pandas.DataFrame) -> list[Record]:
    """Rows as plain Python values, NULL as None."""
    names = list(columns(table))
    cells = [[_plain(value) for value in frame[name].tolist()] for name in names]
    return [dict(zip(names, values, strict=True)) for values in zip(*cells, strict=True)]


def _plain(value: Any) -> Any:
    if value is None or value is pandas.NA or value is pandas.NaT or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, Decimal):
        return float(value)
    return value.item() if hasattr(value, "item") else value


def _by_key(table: str, records: list[Record]) -> dict[tuple[Any, ...], list[Record]]:
    grouped: dict[tuple[Any, ...], list[Record]] = {}
    for record in records:
        key = tuple(_key_part(record[name]) for name in KEYS[table])
        grouped.setdefault(key, []).append(record)
    for rows in grouped.values():
        rows.sort(key=lambda row: _sortable(tuple(row.values())))
    return grouped


def _key_part(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def _sortable(values: tuple[Any, ...]) -> list[tuple[bool, str, float, str]]:
    """Numbers by size, text by text, NULL first."""
    return [
        (value is not None, type(value).__name__ if isinstance(value, str) else "", *_size(value)) for value in values
    ]


def _size(value: Any) -> tuple[float, str]:
    return (float(value), "") if isinstance(value, int | float) else (0.0, str(value))


def _equal(one: Any, other: Any, only_presence: bool) -> bool:
    if one is None or other is None or only_presence:
        return (one is None) == (other is None)
    if isinstance(one, bool) or isinstance(other, bool):
        return isinstance(one, bool) and isinstance(other, bool) and one == other
    if isinstance(one, int | float) and isinstance(other, int | float):
        return math.isclose(one, other, rel_tol=RELATIVE_TOLERANCE, abs_tol=1e-12)
    return bool(one == other)
