"""What the tables and columns of a release mean: from the dbt project and from columns.toml (specification 4)."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from orchestration.release.contract import PublishedTable

COLUMNS_FILE = Path(__file__).with_name("columns.toml")

# Units stand in column names; where a description names none, the name does.
UNIT_OF_SUFFIX = {
    "_10_9_l": "10^9/L",
    "_day": "days",
    "_days": "days",
    "days_from_line_1": "days",
    "_g_l": "g/L",
    "_iu_ml": "IU/mL",
    "_mm": "mm",
    "_ng_ml": "ng/mL",
    "_pct": "%",
    "_s": "s",
    "_u_l": "U/L",
    "_umol_l": "umol/L",
    "_year": "calendar year",
    "_years": "years",
    "row_count": "count",
    "value_count": "count",
}
_SECTION = re.compile(r"[Ss]pecification (\d(?:\.\d)?)")


@dataclass(frozen=True)
class ColumnMeaning:
    """One row of the data dictionary, without its type in the database."""

    name: str
    meaning: str
    section: str
    unit: str | None = None
    anchor: str | None = None
    null_meaning: str | None = None
    declared_type: str | None = None

    @property
    def comment(self) -> str:
        """The words of the column's comment."""
        parts = [self.meaning.rstrip()]
        parts += [f"Unit: {self.unit}."] if self.unit else []
        parts += [f"Counted from: {self.anchor}."] if self.anchor else []
        parts += [f"NULL: {self.null_meaning or 'unknown'}."]
        return " ".join([*parts, f"Specification {self.section}."])


@dataclass(frozen=True)
class TableMeaning:
    """A table's meaning and its columns in order; a mart lists all its columns, in the dbt project."""

    meaning: str
    section: str
    columns: tuple[ColumnMeaning, ...]

    @property
    def comment(self) -> str:
        """The words of the table's comment."""
        text = self.meaning.rstrip()
        return text if f"pecification {self.section}" in text else f"{text} Specification {self.section}."


def meaning_of(table: PublishedTable, manifest: Mapping[str, Any]) -> TableMeaning:
    """Look a table up in the dbt manifest (marts) or in columns.toml (tables that Python made)."""
    if table.mart is None:
        return _declared(table.name)
    node = next(
        node for node in manifest["nodes"].values() if node["resource_type"] == "model" and node["name"] == table.mart
    )
    section = str(_meta(node).get("section") or _section_in(node["description"], "4"))
    return TableMeaning(
        " ".join(node["description"].split()),
        section,
        tuple(_described(column, section) for column in node["columns"].values()),
    )


@cache
def _columns_file() -> dict[str, Any]:
    return tomllib.loads(COLUMNS_FILE.read_text(encoding="utf-8"))


def _declared(table_name: str) -> TableMeaning:
    table = _columns_file()[table_name]
    columns = [
        ColumnMeaning(
            name,
            column["meaning"],
            column.get("section", table["section"]),
            column.get("unit"),
            column.get("anchor"),
            column.get("null"),
            column["type"],
        )
        for name, column in table["columns"].items()
    ]
    return TableMeaning(table["meaning"], table["section"], tuple(columns))


def _described(column: Mapping[str, Any], table_section: str) -> ColumnMeaning:
    meta, name = _meta(column), column["name"]
    meaning = " ".join((column.get("description") or "").split())
    return ColumnMeaning(
        name,
        meaning,
        str(meta.get("section") or _section_in(meaning, table_section)),
        meta.get("unit") or unit_in(name),
        meta.get("anchor"),
        meta.get("null"),
    )


def _meta(properties: Mapping[str, Any]) -> Mapping[str, Any]:
    return properties.get("config", {}).get("meta") or properties.get("meta") or {}


def _section_in(text: str, default: str) -> str:
    found = _SECTION.search(text)
    return found.group(1) if found else default


def unit_in(name: str) -> str | None:
    """The unit that a column's name ends in; the longest ending counts."""
    endings = [suffix for suffix in UNIT_OF_SUFFIX if name.endswith(suffix)]
    return UNIT_OF_SUFFIX[max(endings, key=len)] if endings else None
