"""Builds: immutable once finished, of one piece, and pruned under the lock."""

import duckdb
import pytest

from orchestration import builds as builds_module
from orchestration.builds import Build, BuildStore, LandingRecord
from orchestration.code_version import CodeVersion, code_version
from orchestration.errors import InconsistentBuildError

EXPECTED = ["lenvatinib/resistance_labels", "checks"]


def landing_record(build):
    return LandingRecord(
        landed_in=build.build_id,
        is_simulated=True,
        drops_hash="drops",
        protocols_hash="protocols",
        protocol_hashes={"lenvatinib": "hash"},
        key_fingerprint="0123456789abcdef",
        is_demonstration_key=True,
        warehouse_code=code_version().warehouse,
    )


def complete(build):
    """Give a build everything that a release needs."""
    if build.record.landing is None:
        build.record_landing(landing_record(build))
    duckdb.connect(str(build.warehouse)).close()
    build.record_marts()
    for name in EXPECTED:
        build.table(name).parent.mkdir(exist_ok=True)
        build.table(name).write_text(f"{name} of {build.build_id}")
        build.record_table(name, 1)
    return build


@pytest.fixture
def store(tmp_path):
    return BuildStore(tmp_path / "builds")


def test_a_build_says_what_it_lacks_step_by_step(store):
    build = store.create("run")
    assert build.missing(EXPECTED) == ["landed drops"]
    build.record_landing(landing_record(build))
    assert build.missing(EXPECTED) == ["finished marts"]
    build.record_marts()
    assert build.missing(EXPECTED) == [f"the table {name}" for name in EXPECTED]
    assert complete(build).missing(EXPECTED) == []


def test_an_incomplete_build_cannot_be_finished(store):
    with pytest.raises(InconsistentBuildError, match="lacks landed drops"):
        store.create("run").finish(EXPECTED)


def test_a_finished_build_cannot_change(store):
    build = complete(store.create("run"))
    build.finish(EXPECTED)
    assert build.is_finished
    for change in (build.record_marts, lambda: build.record_table("checks", 2), lambda: build.record_landing(None)):
        with pytest.raises(InconsistentBuildError, match="cannot change"):
            change()


def test_finishing_twice_is_finishing_once(store):
    build = complete(store.create("run"))
    build.finish(EXPECTED)
    finished_at = build.record.finished_at
    build.finish(EXPECTED)
    assert build.record.finished_at == finished_at


def test_a_build_reads_back_as_it_was_written(store):
    build = complete(store.create("run"))
    build.finish(EXPECTED)
    assert Build.open(build.folder).record == build.record


def test_new_marts_make_the_tables_before_them_worthless(store):
    build = complete(store.create("run"))
    build.record_marts()
    assert build.missing(EXPECTED) == [f"the table {name}" for name in EXPECTED]


def test_a_table_without_marts_cannot_be_recorded(store):
    build = store.create("run")
    build.record_landing(landing_record(build))
    with pytest.raises(InconsistentBuildError, match="no finished marts"):
        build.record_table("checks", 1)


def test_tables_of_different_code_make_no_build(store, monkeypatch):
    build = complete(store.create("run"))
    changed = CodeVersion(code_version().warehouse, "other analytics", "other")
    monkeypatch.setattr(builds_module, "code_version", lambda: changed)
    build.record_table("checks", 1)
    assert build.missing(EXPECTED) == ["tables computed by the present code from one and the same build"]


def test_work_without_landing_starts_from_a_copy_of_the_newest_finished_build(store):
    complete(store.create("run 1")).finish(EXPECTED)
    base = complete(store.create("run 2"))
    base.finish(EXPECTED)
    store.create("run 3")
    derived = store.derive("run 4")
    assert derived.record.base_build_id == base.build_id
    assert derived.table("checks").read_text() == f"checks of {base.build_id}"
    assert derived.missing(EXPECTED) == []
    assert not derived.is_finished


def test_what_a_derived_build_writes_leaves_its_base_as_it_was(store):
    base = complete(store.create("run 1"))
    base.finish(EXPECTED)
    derived = store.derive("run 2")
    with duckdb.connect(str(derived.own_warehouse())) as connection:
        connection.execute("create table made_later as select 1 as one")
    with duckdb.connect(str(base.warehouse), read_only=True) as connection:
        assert connection.sql("show all tables").fetchall() == []
    derived.record_marts()
    assert Build.open(base.folder).missing(EXPECTED) == []
    assert derived.missing(EXPECTED) != []


def test_there_is_nothing_to_derive_from_without_a_finished_build(store):
    complete(store.create("run 1"))
    with pytest.raises(InconsistentBuildError, match="run the whole refresh first"):
        store.derive("run 2")


def test_marts_of_other_code_are_no_base(store, monkeypatch):
    complete(store.create("run 1")).finish(EXPECTED)
    changed = CodeVersion("other warehouse", code_version().analytics, "other")
    monkeypatch.setattr(builds_module, "code_version", lambda: changed)
    with pytest.raises(InconsistentBuildError, match="changed since build"):
        store.derive("run 2")


def test_pruning_keeps_the_newest_finished_and_the_newest_unfinished(store):
    finished, unfinished = [], []
    for run in range(4):
        build = complete(store.create(f"run {run}"))
        build.finish(EXPECTED)
        finished.append(build.build_id)
        unfinished.append(store.create(f"failed run {run}").build_id)
    store.prune(keep=2)
    assert [build.build_id for build in store.all()] == sorted([*finished[-2:], unfinished[-1]])


def test_a_folder_torn_by_a_crash_is_no_build_and_goes_with_the_next_pruning(store):
    torn = store.create("run 1").folder
    (torn / "build.json").write_text("{")
    build = complete(store.create("run 2"))
    build.finish(EXPECTED)
    failed = store.create("run 3")
    assert [one.build_id for one in store.all()] == [build.build_id, failed.build_id]
    store.prune(keep=3)
    assert not torn.exists()
    assert failed.folder.exists()
