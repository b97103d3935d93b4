"""Every study's report lies in its release, is made anew only when it must be, and never stops a release."""

import json
import re

import pytest
from dagster import AssetKey, AssetSelection, DagsterInstance, Definitions, define_asset_job

from orchestration.builds import BuildStore
from orchestration.definitions import make_definitions
from orchestration.release import reports_of_run
from orchestration.settings import settings_from_environment

STUDIES = ("lenvatinib", "sorafenib")
PATIENT = "Zhang San 110101199003070011"
REPORTS_AND_RELEASE = (("lenvatinib", "report"), ("sorafenib", "report"), ("release",))


@pytest.fixture
def materialise(warehouse, monkeypatch):
    """A function that materialises reports and release in this process; returns the result and what was logged."""
    for name, value in settings_from_environment({"HCC_OUT": str(warehouse.out)}).to_environment().items():
        monkeypatch.setenv(name, value)

    def run():
        selection = AssetSelection.assets(*(AssetKey(list(key)) for key in REPORTS_AND_RELEASE))
        chosen = Definitions(jobs=[define_asset_job("chosen", selection)])
        job = Definitions.merge(make_definitions(settings_from_environment()), chosen).resolve_job_def("chosen")
        with DagsterInstance.ephemeral() as instance:
            result = job.execute_in_process(instance=instance, raise_on_error=False)
            log = " ".join(f"{entry.message} {entry.dagster_event}" for entry in instance.all_logs(result.run_id))
        assert result.success
        return {
            e.asset_key.path[0]: e for e in result.get_asset_check_evaluations() if e.check_name == "study_report"
        }, log

    return run


def test_the_release_holds_a_readable_report_of_every_study_and_the_summary_says_where(refreshed_once):
    fingerprints = json.loads(refreshed_once.rows("select report_fingerprints from release")[0][0])
    for study in STUDIES:
        folder = refreshed_once.reports() / study
        assert str(folder / "index.html") in refreshed_once.said
        assert fingerprints[study][:16] in (folder / "index.html").read_text(encoding="utf-8")
        kinds = {path.suffix for path in folder.rglob("*") if path.is_file()}
        assert kinds >= {".html", ".csv", ".xlsx", ".svg", ".png"}
        for path in (folder, *folder.rglob("*")):
            assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o444), path


def test_no_report_names_a_person_or_shows_a_date_of_one(refreshed_once):
    persons = {person for (person,) in refreshed_once.rows("select person_id from persons")}
    for path in refreshed_once.reports().rglob("*"):
        if path.suffix in (".html", ".csv", ".svg", ".json"):
            assert not persons.intersection(re.findall(r"\b[0-9a-f]{16}\b", path.read_text(encoding="utf-8"))), path


def test_the_reports_are_checks_of_the_release(refreshed_once):
    made = refreshed_once.rows("select subject, status from checks where check_name = 'study_report' order by all")
    assert made == [(study, "pass") for study in STUDIES]
    failed = refreshed_once.rows(
        "select subject, note from checks where check_name = 'estimate_diagnostics' order by 1"
    )
    assert len(failed) >= len(STUDIES)
    assert not refreshed_once.rows("select 1 from checks where check_name = 'estimate_diagnostics' and status = 'fail'")


def test_unchanged_content_is_taken_over_without_making_or_storing_it_twice(warehouse, materialise, monkeypatch):
    def never(*_arguments):
        raise AssertionError("a report was made anew")

    monkeypatch.setattr(reports_of_run, "ReportProcess", never)
    before = warehouse.reports()
    checks, _ = materialise()
    assert warehouse.reports() != before
    assert all(check.passed for check in checks.values())
    pages = [folder / "sorafenib" / "index.html" for folder in (before, warehouse.reports())]
    assert pages[0].stat().st_ino == pages[1].stat().st_ino
    builds = BuildStore(warehouse.out / "restricted" / "builds").all()
    assert builds[-1].is_finished
    assert builds[-1].record.base_build_id == builds[0].build_id


def test_a_report_that_cannot_be_made_is_a_failed_check_and_the_release_comes_without_it(
    warehouse, materialise, monkeypatch
):
    def break_down(frames, protocol, is_simulated):
        if protocol.study_id == "lenvatinib":
            raise ValueError(f"cannot convert {PATIENT}")
        return original(frames, protocol, is_simulated)

    original = reports_of_run.fingerprint
    monkeypatch.setattr(reports_of_run, "fingerprint", break_down)
    before = warehouse.reports()
    checks, log = materialise()
    assert warehouse.reports() != before
    assert [path.name for path in warehouse.reports().iterdir()] == ["sorafenib"]
    assert {study: check.passed for study, check in checks.items()} == {"lenvatinib": False, "sorafenib": True}
    [(note,)] = warehouse.rows("select note from checks where check_name = 'study_report' and status = 'fail'")
    assert "the release has no report of this study: unexpected ValueError; details are in" in note
    assert PATIENT not in log + note
