"""When a report is made anew, and what becomes of one that cannot be made."""

from __future__ import annotations

import pandas as pd
import pytest

from analytics.protocol import default_protocols
from orchestration.release import report_process, reports
from orchestration.release.report_process import ReportError, ReportProcess, environment_of_report
from orchestration.release.report_worker import ReportOrder
from orchestration.release.reports import fingerprint, read_frames

PROTOCOL = default_protocols()["lenvatinib"]
FRAMES = {"cohort": pd.DataFrame({"person_id": ["a", "b", "c"], "age": [50.0, None, 70.0]})}


def test_the_order_of_rows_does_not_count():
    turned = {"cohort": FRAMES["cohort"].iloc[::-1].reset_index(drop=True)}
    assert fingerprint(turned, PROTOCOL, False) == fingerprint(FRAMES, PROTOCOL, False)


@pytest.mark.parametrize(
    "changed",
    [
        {"cohort": FRAMES["cohort"].assign(age=[50.0, None, 71.0])},
        {"cohort": FRAMES["cohort"].rename(columns={"age": "years"})},
        {"cohort": FRAMES["cohort"].head(2)},
        {"persons": FRAMES["cohort"]},
    ],
    ids=["a value", "a column", "a row", "a table"],
)
def test_anything_in_the_frames_counts(changed):
    assert fingerprint(changed, PROTOCOL, False) != fingerprint(FRAMES, PROTOCOL, False)


def test_protocol_words_marks_and_the_smallest_count_count(monkeypatch):
    first = fingerprint(FRAMES, PROTOCOL, False)
    assert fingerprint(FRAMES, PROTOCOL, True) != first
    assert fingerprint(FRAMES, PROTOCOL.model_copy(update={"entry_p": 0.1}), False) != first
    assert fingerprint(FRAMES, PROTOCOL.model_copy(update={"title": "Another title"}), False) != first
    monkeypatch.setattr(reports, "OPERATIONAL", type(reports.OPERATIONAL)(min_cell=6))
    assert fingerprint(FRAMES, PROTOCOL, False) != first


def test_counts_beside_a_check_and_other_studies_do_not_count(tmp_path):
    checks = pd.DataFrame(
        {
            "check_name": ["persons_still_there", "refused_drops", "refused_drops"],
            "center_id": ["center_a"] * 3,
            "subject": [None, "drop 1", "drop 2"],
            "numerator": [100, 1, 1],
            "status": ["pass", "fail", "fail"],
        }
    )
    labels = pd.DataFrame({"study_id": ["lenvatinib", "sorafenib"], "person_id": ["a", "b"]})
    files = {"checks": tmp_path / "checks.parquet", "resistance_labels": tmp_path / "labels.parquet"}
    checks.to_parquet(files["checks"])
    labels.to_parquet(files["resistance_labels"])
    frames = read_frames(files, "lenvatinib")
    assert frames["checks"].to_dict("records") == [
        {"check_name": "refused_drops", "center_id": "center_a", "status": "fail"}
    ]
    assert frames["resistance_labels"]["person_id"].tolist() == ["a"]


def test_a_report_is_made_without_secrets_in_utf_8_and_with_a_font_cache_that_stays(tmp_path):
    secrets = ("HCC_PSEUDONYM_KEY", "HCC_PSEUDONYM_KEY_FILE", "HCC_DAGSTER_POSTGRES_URL")
    made = environment_of_report(dict.fromkeys(secrets, "secret") | {"PATH": "/bin", "LC_ALL": "C"}, tmp_path / "fonts")
    assert "secret" not in made.values()
    assert (made["PATH"], made["PYTHONUTF8"], made["MPLCONFIGDIR"]) == ("/bin", "1", str(tmp_path / "fonts"))


def test_a_report_that_takes_too_long_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(report_process, "LONGEST_SECONDS", 0.0)
    order = ReportOrder("lenvatinib", PROTOCOL.model_dump(mode="json"), {}, {}, 5, str(tmp_path / "unfinished"))
    process = ReportProcess(order, tmp_path / "report.log", tmp_path / "caches")
    with pytest.raises(ReportError, match="it took longer than 0 seconds"):
        process.wait(print)
    process.stop()


def test_a_report_that_cannot_be_made_says_so_in_one_line_and_leaves_nothing_but_its_log(tmp_path):
    folder = tmp_path / "unfinished"
    folder.mkdir()
    facts = {
        "is_simulated": False,
        "fingerprint": "0" * 64,
        "build_id": "b1",
        "created_at": "2026-01-01T00:00:00+00:00",
    }
    frames = {"attrition": str(tmp_path / "nowhere.parquet")}
    order = ReportOrder("lenvatinib", PROTOCOL.model_dump(mode="json"), frames, facts, 5, str(folder))
    process = ReportProcess(order, tmp_path / "report.log", tmp_path / "caches")
    with pytest.raises(ReportError, match=r"unexpected FileNotFoundError; details are in .*report\.log"):
        process.wait(print)
    process.stop()
    assert not folder.exists()
    assert "Traceback" in (tmp_path / "report.log").read_text(encoding="utf-8")
