"""How center B writes dates and text: several forms side by side, full width, padding (specification 1.4)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from analytics.simulation import rendering as text

ISO_ONLY = ("iso",)
PADDING = (" ", "  ", "　", "\t")


@dataclass(frozen=True)
class DateHabit:
    """Date forms of a table and the share of cells written untidily (full width, padded, `30.0`)."""

    forms: tuple[str, ...] = ISO_ONLY
    untidy: float = 0.0

    def _form(self, rng: np.random.Generator, size: int) -> np.ndarray:
        return rng.integers(0, len(self.forms), size)

    def dates(self, rng: np.random.Generator, day: np.ndarray) -> pa.Array:
        """Dates, row by row in one of the forms, some with a meaningless time of midnight."""
        choice = self._form(rng, len(day))
        written = [text.dates(day, form) for form in self.forms]
        if self.untidy:
            midnight = np.zeros(len(day), dtype=int)
            written += [
                text.timestamps(day, midnight, form, with_seconds=True)
                if form != "serial"
                else text.join(text.dates(day, form), ".0")
                for form in self.forms
            ]
            choice = choice + np.where(rng.random(len(day)) < 0.05, len(self.forms), 0)
        return text.mixed(choice, written)

    def timestamps(self, rng: np.random.Generator, day: np.ndarray, minute: np.ndarray) -> pa.Array:
        """Timestamps, row by row in one of the forms, with or without seconds."""
        choice = self._form(rng, len(day))
        written = [
            text.timestamps(day, minute, form, with_seconds=position % 2 == 0)
            for position, form in enumerate(self.forms)
        ]
        return text.mixed(choice, written)


def untidied(rng: np.random.Generator, table: pa.Table, columns: tuple[str, ...], share: float) -> pa.Table:
    """Some cells in full-width characters or padded with blanks; NFKC and trimming give the same text back."""
    if share == 0 or table.num_rows == 0:
        return table
    for name in columns:
        column = table[name].combine_chunks()
        rows = np.flatnonzero((rng.random(len(column)) < share) & column.is_valid().to_numpy(zero_copy_only=False))
        cells = {}
        for row, kind in zip(rows, rng.integers(0, 6, rows.size), strict=True):
            cell = column[int(row)].as_py()
            pad = PADDING[int(kind) % len(PADDING)]
            cells[int(row)] = text.full_width(cell) if kind < 3 else f"{pad}{cell}{pad}"
        if cells:
            table = table.set_column(table.schema.get_field_index(name), name, text.replace_cells(column, rows, cells))
    return table
