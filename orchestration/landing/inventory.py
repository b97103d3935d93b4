"""What the landing found: drops, delivered tables and notes (specification 1.1)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from orchestration.landing.contract import Contract


class DropState(StrEnum):
    """What became of a drop."""

    LOADED = "loaded"
    REPLACED = "replaced"
    REFUSED = "refused"


@dataclass(frozen=True)
class Note:
    """Something a person should know that is no reason to refuse a drop.

    Attributes:
        code: `extra_columns`, `unlisted_files`, `other_files`, `folder_without_manifest` or `unknown_center`.
        subject: The file, folder or table it is about.
        sentence: One sentence with what to do.
        center_id, drop_number: None where the note is not about one center or one drop.
    """

    code: str
    subject: str
    sentence: str
    center_id: str | None = None
    drop_number: int | None = None


@dataclass(frozen=True)
class LandedTable:
    """One delivered table of a drop that is not refused.

    Attributes:
        file_id: Identifies the Parquet file's rows: each of them carries it in `_file_id`.
        table_name: As delivered, after NFKC. `file_name`: as listed in the manifest.
        parquet_path: The Parquet file with the table's text columns.
        row_count: Records delivered, malformed ones included.
    """

    file_id: int
    dataset: str
    table_name: str
    file_name: str
    parquet_path: Path
    row_count: int
    malformed_count: int


@dataclass(frozen=True)
class Drop:
    """One folder with a manifest: a row of `landing.drops`.

    Attributes:
        drop_number: Position of the folder name in text order within the center, from 1.
        kind: None where the manifest is unreadable; an unknown kind is shown as delivered.
        state, reason_code, reason: The reason is None unless the drop is refused.
        row_count: Records loaded from all its tables, so 0 for a refused drop.
        drop_rank: 1 = the full drop of the center's current state, larger = newer; None unless loaded.
        is_simulated: None where the manifest is unreadable.
        manifest_sha256: Of the manifest's bytes, which hold the checksums of all files.
        was_landed_before: True when nothing of it was read this time.
    """

    center_id: str
    drop_name: str
    drop_number: int
    kind: str | None
    extracted_at: dt.datetime | None
    extraction_date: dt.date | None
    state: DropState
    reason_code: str | None
    reason: str | None
    row_count: int
    drop_rank: int | None
    is_simulated: bool | None
    manifest_sha256: str
    was_landed_before: bool
    tables: tuple[LandedTable, ...] = ()

    @property
    def extraction_year(self) -> int | None:
        return self.extraction_date.year if self.extraction_date else None


@dataclass(frozen=True)
class Inventory:
    """All drops of all centers, in the order of center and drop number, with the notes about them."""

    contracts: Mapping[str, Contract]
    drops: tuple[Drop, ...]
    notes: tuple[Note, ...]

    @property
    def loaded(self) -> tuple[Drop, ...]:
        """The drops of the centers' current states."""
        return tuple(drop for drop in self.drops if drop.state is DropState.LOADED)

    @property
    def refused(self) -> tuple[Drop, ...]:
        return tuple(drop for drop in self.drops if drop.state is DropState.REFUSED)

    @property
    def is_simulated(self) -> bool:
        """Whether any drop that is not refused is marked as simulated."""
        return any(drop.is_simulated for drop in self.drops if drop.state is not DropState.REFUSED)

    @property
    def data_cut_offs(self) -> dict[str, dt.date]:
        """The data cut-off of each center with a loaded drop: the local date of its newest loaded extraction."""
        cut_offs: dict[str, dt.date] = {}
        for drop in self.loaded:
            if drop.extraction_date is not None:
                cut_offs[drop.center_id] = max(cut_offs.get(drop.center_id, dt.date.min), drop.extraction_date)
        return cut_offs
