"""Data sources and what became of every delivered row (specification 1.6, 4)."""

from __future__ import annotations

from analytics.estimates.results import records
from analytics.report.cells import Cell, Table, known
from analytics.report.study import Study, center_words

DISPOSITIONS = ("kept", "superseded", "void", "rejected")


def drops_table(study: Study) -> Table:
    """The deliveries, by center."""
    drops = study.frame("drops").sort_values(["center_id", "drop_number"])
    rows = [
        [
            center_words(str(row["center_id"])),
            *(str(row[name]) for name in ("drop_number", "kind", "extraction_year", "state")),
        ]
        for row in records(drops.fillna({"kind": "–"}))
    ]
    return Table("drops", "Deliveries", ["Center", "Number", "Kind", "Year", "State"], rows)


def ledger_table(study: Study) -> Table:
    """Delivered rows by center, table and disposition; they add up."""
    ledger = study.frame("row_ledger")
    counts = ledger.groupby(["center_id", "table_name", "disposition"])["row_count"].sum()
    rows: list[list[Cell | str]] = []
    for center, name in ledger[["center_id", "table_name"]].drop_duplicates().itertuples(index=False):
        values = {kind: int(counts.get((center, name, kind), 0)) for kind in DISPOSITIONS}
        for kind, value in values.items():
            study.counts.add(("ledger", center, name, kind), value)
        total = ("ledger", center, name, "all")
        study.counts.add(total, sum(values.values()))
        study.sum_of(total, [("ledger", center, name, kind) for kind in DISPOSITIONS])
        cells = [Cell(f"{value:,}", (("ledger", center, name, kind),)) for kind, value in values.items()]
        rows.append([f"{center_words(str(center))}: {name}", Cell(f"{sum(values.values()):,}", (total,)), *cells])
    columns = ["Table as delivered", "Rows", "Kept", "Superseded", "Void", "Rejected"]
    return Table("ledger", "What became of every delivered row", columns, rows)


def failed_checks(study: Study) -> list[str]:
    """Quality checks of the release that failed or warn, by name and center (their numbers are in the release)."""
    checks = study.frame("checks")
    chosen = checks.loc[checks["status"].isin(["fail", "warn"])]
    words: dict[str, None] = {}
    for row in records(chosen):
        center = row["center_id"]
        where = f" ({center_words(str(center))})" if known(center) and center else ""
        words[f"{str(row['check_name']).replace('_', ' ')}{where}: {row['status']}"] = None
    return list(words)
