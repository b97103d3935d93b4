"""What a report's record and a release's name vouch for is on disk before them."""

from __future__ import annotations

import os
from types import SimpleNamespace

import pytest

import analytics.report
from analytics.protocol import default_protocols
from orchestration.release import publish, report_worker


@pytest.fixture
def flushed(monkeypatch):
    """The files and folders that were flushed, in order; the record among them as it gets its name."""
    names: list[str] = []
    for module in (publish, report_worker):
        monkeypatch.setattr(module, "flush_to_disk", lambda path: names.append(path.name))
    write_json = report_worker.write_json
    monkeypatch.setattr(
        report_worker, "write_json", lambda path, content: (names.append(path.name), write_json(path, content))
    )
    return names


def test_every_file_of_a_report_is_on_disk_before_its_record(tmp_path, monkeypatch, flushed):
    def write(_frames, _protocol, _facts, folder, _min_cell, _progress):
        (folder / "tables").mkdir()
        for name in ("index.html", "tables/flow.csv"):
            (folder / name).write_text("x", encoding="utf-8")
        return SimpleNamespace(findings=[], failed_diagnostics={})

    monkeypatch.setattr(analytics.report, "build_report", write)
    monkeypatch.setattr(report_worker, "read_frames", lambda *_: {})
    facts = {"fingerprint": "0" * 64, "created_at": "2026-01-01T00:00:00+00:00"}
    protocol = default_protocols()["lenvatinib"].model_dump(mode="json")
    folder = tmp_path / "unfinished"
    folder.mkdir()
    report_worker.make(report_worker.ReportOrder("lenvatinib", protocol, {}, facts, 5, str(folder)), print)
    assert flushed[-1] == "report.json"
    assert set(flushed[:-1]) == {"index.html", "flow.csv", "tables", "unfinished"}


def test_every_new_file_of_a_release_is_on_disk_before_its_name(tmp_path, flushed):
    last, partial = tmp_path / "last", tmp_path / "partial"
    for folder in (last, partial / "reports"):
        folder.mkdir(parents=True)
    (last / "old.html").write_text("x", encoding="utf-8")
    os.link(last / "old.html", partial / "reports" / "old.html")
    (partial / "reports" / "new.html").write_text("x", encoding="utf-8")
    publish._make_public(partial)
    assert set(flushed) == {"new.html", "reports", "partial"}
