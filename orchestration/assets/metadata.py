"""What the pages of landing and release show in the UI: tables of counts, never rows about persons."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from dagster import MarkdownMetadataValue, MetadataValue, TableColumn, TableMetadataValue, TableRecord, TableSchema

from orchestration.release import overview
from orchestration.release.catalog import Release

if TYPE_CHECKING:
    from orchestration.landing.inventory import Inventory


def release_metadata(release: Release, build_id: str, row_counts: Mapping[str, int]) -> dict[str, Any]:
    """Of a new release: which it is, its studies, tables, ledger and checks."""
    checks = overview.checks(release.database)
    ledger = overview.row_ledger(release.database)
    return {
        "release_id": release.release_id,
        "build_id": build_id,
        "database": MetadataValue.path(str(release.database)),
        "persons": row_counts["persons"],
        "rows_delivered": _sum(ledger, "delivered"),
        "rows_rejected": _sum(ledger, "rejected"),
        "checks_failed": _sum(checks, "fail"),
        "checks_warning": _sum(checks, "warn"),
        "to_look_at": as_list(overview.to_look_at(release.database)),
        "studies": as_table(overview.studies(release.database)),
        "row_ledger": as_table(ledger),
        "rejections": as_table(overview.rejections(release.database)),
        "checks": as_table(checks),
        "tables": as_table([{"table": name, "rows": count} for name, count in sorted(row_counts.items())]),
    }


def drops_metadata(inventory: "Inventory") -> dict[str, Any]:
    """Of landed drops: each with its state; of those refused why.

    Without the names of folders, which are free text with dates and would stay in Dagster's storage.
    """
    rows: list[overview.Row] = [
        {
            "center": drop.center_id,
            "drop": drop.drop_number,
            "kind": drop.kind or "",
            "extracted in": drop.extraction_year,
            "state": drop.state.value,
            "tables": len(drop.tables),
            "rows": drop.row_count,
        }
        for drop in inventory.drops
    ]
    states = [str(row["state"]) for row in rows]
    counts = {f"drops_{state}": states.count(state) for state in ("loaded", "replaced", "refused")}
    refused = [f"{drop.center_id} drop {drop.drop_number}: {drop.reason}" for drop in inventory.refused]
    return {**counts, "refused": as_list(refused), "drops": as_table(rows)}


def as_list(lines: Sequence[str]) -> MarkdownMetadataValue:
    """Lines of any length, which a table would cut off."""
    return MetadataValue.md("\n".join(f"* {line}" for line in lines) or "none")


def as_table(rows: Sequence[overview.Row]) -> TableMetadataValue:
    """Rows of the same columns as the UI shows them."""
    records = [TableRecord({name: "" if value is None else value for name, value in row.items()}) for row in rows]
    columns = [TableColumn(name, _kind(rows, name)) for name in (rows[0] if rows else {})]
    return MetadataValue.table(records, TableSchema(columns))


def _kind(rows: Sequence[Mapping[str, str | int | None]], name: str) -> str:
    return "int" if all(isinstance(row[name], int) for row in rows) else "string"


def _sum(rows: Sequence[overview.Row], name: str) -> int:
    return sum(value for row in rows if isinstance(value := row[name], int))
