"""Drops for probes: whole raw drops in which each test states only the cells that it is about.

A probe adds a row and says, from the specification alone, what becomes of it: `kept`, `void`, `superseded` or the
reason of its rejection. Cells that a probe does not name hold something ordinary.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
from dataclasses import dataclass, field
from pathlib import Path

from orchestration.landing import load_contracts

STAGING = Path(__file__).parents[2] / "dbt_project" / "models" / "staging"
COLUMNS = {
    center: {name: list(table.columns) for name, table in contract.tables.items()}
    for center, contract in load_contracts(STAGING).items()
}
ORDINARY = {
    "patients": {"sex": "M", "birth_date": "1960-01-01", "diagnosis_code": "C22.0", "etiology": "HBV"},
    "visits": {"visit_date": "2021-03-01"},
    "medication_orders": {
        "drug_name": "Sorafenib", "start_date": "2021-03-01", "stop_date": "2021-05-30", "status": "completed",
    },
    "procedures": {"procedure_type": "TACE", "performed_on": "2021-03-01", "status": "done"},
    "lab_results": {
        "test_code": "ALT", "value": "30", "unit": "U/L", "collected_at": "2021-03-01",
        "reported_at": "2021-03-01 10:00", "status": "final",
    },
    "imaging_studies": {"study_date": "2021-03-01", "modality": "CT", "quality": "adequate"},
    "target_lesions": {"organ": "liver", "is_lymph_node": "N", "status": "measured", "diameter_mm": "30"},
    "follow_up": {"contact_date": "2021-06-01", "vital_status": "alive"},
    "患者信息": {"性别": "男", "出生日期": "1960-01-01", "诊断编码": "C22.0", "病因": "乙肝"},
    "住院号对照": {},
    "查体": {"就诊日期": "2021-03-01"},
    "医嘱": {"药品名称": "索拉非尼片", "开始时间": "2021-03-01", "用药天数": "90", "医嘱状态": "已执行"},
    "手术介入": {"操作名称": "TACE", "操作日期": "2021-03-01"},
    "检验": {"采样时间": "2021-03-01", "审核时间": "2021-03-01 10:00"},
    "影像": {"检查日期": "2021-03-01", "检查类型": "增强CT", "质量": "合格"},
    "随访": {"随访日期": "2021-06-01", "生存状态": "存活"},
}  # fmt: skip


@dataclass
class Drop:
    """One drop in the making; `outcomes` holds what its probes expect, by (table, row number)."""

    center: str
    name: str
    kind: str = "full"
    extracted_at: str = "2023-06-30T01:00:00+08:00"
    records: dict[str, list[list[str]]] = field(default_factory=dict)
    outcomes: dict[tuple[str, int], str] = field(default_factory=dict)

    def add(self, table: str, outcome: str = "kept", **cells: str) -> int:
        """Add a row with these cells; returns its row number."""
        row = ORDINARY[table] | cells
        unknown = row.keys() - set(COLUMNS[self.center][table])
        assert not unknown, unknown
        return self.add_record(table, outcome, [row.get(name, "") for name in COLUMNS[self.center][table]])

    def add_record(self, table: str, outcome: str, fields: list[str]) -> int:
        """Add a record as it stands, which may have too many fields or too few."""
        records = self.records.setdefault(table, [])
        records.append(fields)
        self.outcomes[table, len(records)] = outcome
        return len(records)

    def write(self, raw: Path) -> None:
        """Write the drop, its manifest last; a full drop holds every table."""
        folder = raw / self.center / self.name
        folder.mkdir(parents=True)
        files = {}
        for table, columns in COLUMNS[self.center].items():
            records = self.records.get(table, [])
            if self.kind == "delta" and not records:
                continue
            text = io.StringIO()
            csv.writer(text).writerows([columns, *records])
            content = text.getvalue().encode("utf-8" if self.center == "center_a" else "gb18030")
            (folder / f"{table}.csv").write_bytes(content)
            files[f"{table}.csv"] = {"rows": len(records), "sha256": hashlib.sha256(content).hexdigest()}
        manifest = {"center": self.center, "extracted_at": self.extracted_at, "kind": self.kind, "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest, ensure_ascii=False), encoding="utf-8")


def rows_of(table: str) -> list[list[str]]:
    """The rows of a text table whose cells are separated by `|`; lines that begin with # are remarks."""
    lines = [line.strip() for line in table.strip().splitlines()]
    return [[cell.strip() for cell in line.split("|")] for line in lines if line and not line.startswith("#")]
