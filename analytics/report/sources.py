"""Data sources and what became of every delivered row (specification 1.6, 4)."""

from __future__ import annotations

from analytics.estimates.results import records
from analytics.report.cells import DASH, Cell, Table, known
from analytics.report.study import Study, center_words

STATES = ("loaded", "replaced", "refused")
# Center B's tables bear Chinese names.
ENGLISH = {
    "患者信息": "patients",
    "住院号对照": "admission numbers",
    "查体": "examinations",
    "医嘱": "medication orders",
    "手术介入": "procedures",
    "检验": "laboratory",
    "影像": "imaging",
    "随访": "follow-up",
}
DISPOSITIONS = ("kept", "superseded", "void", "rejected")


def drops_table(study: Study) -> Table:
    """The deliveries of each center by what became of them, and the years of those that the report rests on."""
    drops = study.frame("drops")
    rows: list[list[Cell | str]] = []
    for center, part in drops.groupby("center_id", sort=True):
        states = [str(int((part["state"] == state).sum())) for state in STATES]
        years = part.loc[part["state"] == "loaded", "extraction_year"].dropna().astype(int)
        span = "–".join(dict.fromkeys((str(years.min()), str(years.max())))) if len(years) else DASH
        rows.append([center_words(str(center)), str(len(part)), *states, span])
    columns = ["Center", "Deliveries", "Loaded", "Replaced by a newer one", "Refused", "Extracted (loaded ones)"]
    return Table("drops", "Deliveries", columns, rows)


def _in_english(table: str) -> str:
    return f"{table} ({ENGLISH[table]})" if table in ENGLISH else table


def ledger_table(study: Study) -> Table:
    """Delivered rows by center, table and disposition; they add up."""
    ledger = study.frame("row_ledger")
    tables = ledger[["center_id", "table_name"]].drop_duplicates().sort_values(["center_id", "table_name"])
    counts = ledger.groupby(["center_id", "table_name", "disposition"])["row_count"].sum()
    rows: list[list[Cell | str]] = []
    for center, name in tables.itertuples(index=False):
        values = {kind: int(counts.get((center, name, kind), 0)) for kind in DISPOSITIONS}
        for kind, value in values.items():
            study.counts.add(("ledger", center, name, kind), value)
        total = ("ledger", center, name, "all")
        study.counts.add(total, sum(values.values()))
        study.sum_of(total, [("ledger", center, name, kind) for kind in DISPOSITIONS])
        cells = [Cell(f"{value:,}", (("ledger", center, name, kind),)) for kind, value in values.items()]
        rows.append(
            [f"{center_words(str(center))}: {_in_english(name)}", Cell(f"{sum(values.values()):,}", (total,)), *cells]
        )
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
