"""One study, or the release, materialised alone from the last finished build; faults that show no data."""

import pytest
from dagster import AssetCheckKey, AssetKey, AssetSelection, DagsterInstance, Definitions, define_asset_job
from refreshed_warehouse import environment_of

from analytics import best_response
from orchestration.builds import BuildStore
from orchestration.definitions import make_definitions
from orchestration.release.catalog import ReleaseCatalog
from orchestration.settings import settings_from_environment
from orchestration.studies import STUDY_TABLES

PATIENT = "Zhang San 110101199003070011"


@pytest.fixture
def materialise(warehouse, monkeypatch):
    """A function that materialises assets in this process; it returns the result and everything that Dagster logged."""
    for name, value in environment_of(warehouse).items():
        monkeypatch.setenv(name, value)
    definitions = make_definitions(settings_from_environment())

    def run(*keys, check=None):
        selection = AssetSelection.assets(*(AssetKey(list(key)) for key in keys))
        if check is not None:
            selection = AssetSelection.checks(AssetCheckKey(AssetKey(["harmonised", "harmonised_persons"]), check))
        chosen = Definitions(jobs=[define_asset_job("chosen", selection)])
        job = Definitions.merge(definitions, chosen).resolve_job_def("chosen")
        with DagsterInstance.ephemeral() as instance:
            result = job.execute_in_process(instance=instance, raise_on_error=False)
            log = " ".join(f"{entry.message} {entry.dagster_event}" for entry in instance.all_logs(result.run_id))
        return result, log

    return run


def study_keys(study):
    return [(study, table.name) for table in STUDY_TABLES]


def test_a_study_alone_makes_a_build_of_its_own_and_leaves_the_base_as_it_was(warehouse, materialise):
    store = BuildStore(warehouse.out / "restricted" / "builds")
    base = store.latest_finished()
    content = {path: path.read_bytes() for path in base.folder.rglob("*") if path.is_file()}
    result, _ = materialise(*study_keys("lenvatinib"))
    assert result.success
    derived = store.latest_finished()
    assert derived.record.base_build_id == base.build_id
    assert {path: path.read_bytes() for path in base.folder.rglob("*") if path.is_file()} == content
    assert (
        derived.table("lenvatinib/best_responses").stat().st_ino
        != base.table("lenvatinib/best_responses").stat().st_ino
    )
    assert derived.mart("published_cohort").stat().st_ino == base.mart("published_cohort").stat().st_ino


def test_the_release_alone_publishes_the_last_finished_build_again(warehouse, materialise):
    first = warehouse.release_id()
    content = warehouse.rows("select * from survival_endpoints")
    result, _ = materialise(("release",))
    assert result.success
    assert warehouse.release_id() > first
    assert warehouse.rows("select * from survival_endpoints") == content


def test_a_single_model_is_built_on_a_copy_and_makes_the_tables_behind_it_stale(warehouse, materialise):
    store = BuildStore(warehouse.out / "restricted" / "builds")
    base = store.latest_finished()
    result, _ = materialise(("marts", "published_visits"))
    assert result.success
    assert store.latest_finished().build_id == base.build_id
    newest = store.all()[-1]
    assert newest.record.base_build_id == base.build_id
    assert not newest.is_finished
    assert newest.warehouse.stat().st_ino != base.warehouse.stat().st_ino


def test_a_data_test_can_be_run_alone_and_changes_nothing(warehouse, materialise):
    store = BuildStore(warehouse.out / "restricted" / "builds")
    base = store.latest_finished()
    result, _ = materialise(check="is_key_harmonised_persons_person_id")
    assert result.success
    assert [evaluation.passed for evaluation in result.get_asset_check_evaluations()] == [True]
    assert store.latest_finished().record.tables == base.record.tables


def test_a_fault_in_the_middle_shows_no_data_and_leaves_release_and_build(warehouse, materialise, monkeypatch):
    first, builds = warehouse.release_id(), BuildStore(warehouse.out / "restricted" / "builds")
    base = builds.latest_finished()

    def break_down(**_frames):
        raise ValueError(f"cannot convert {PATIENT}")

    monkeypatch.setattr(best_response, "best_responses", break_down)
    result, log = materialise(*study_keys("lenvatinib"), ("release",))
    assert not result.success
    assert PATIENT not in log
    assert "lenvatinib: best_responses: unexpected ValueError; details are in" in log
    failed = builds.all()[-1]
    assert PATIENT in (failed.evidence / "faults.log").read_text(encoding="utf-8")
    assert (failed.evidence / "faults.log").stat().st_mode & 0o777 == 0o600
    assert not failed.is_finished
    assert builds.latest_finished().build_id == base.build_id
    assert warehouse.release_id() == first

    monkeypatch.undo()


def test_a_failed_blocking_check_stops_a_release_that_is_materialised_alone(warehouse, materialise):
    """The checks of the build say no: nobody can publish it by clicking on the release."""
    import pandas as pd

    first = warehouse.release_id()
    build = BuildStore(warehouse.out / "restricted" / "builds").latest_finished()
    checks = pd.read_parquet(build.table("checks"))
    checks.loc[checks["check_name"] == "data_tests", "status"] = "fail"
    checks.to_parquet(build.table("checks"))
    result, log = materialise(("release",))
    assert not result.success
    assert "blocking check failed: data_tests" in log
    assert warehouse.release_id() == first
    assert ReleaseCatalog(settings_from_environment()).next_id() > first
