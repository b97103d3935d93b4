"""The sensor: a refresh for each complete drop that is new, never for one that is still being copied."""

import json
import shutil

import pytest
from dagster import DagsterInstance, build_sensor_context

from orchestration.arrivals import look_at_drops
from orchestration.builds import BuildStore, LandingRecord
from orchestration.landing.contract import load_contracts
from orchestration.schedules import refresh_job
from orchestration.sensors import new_drops
from orchestration.settings import DBT_PROJECT


@pytest.fixture
def raw(settings, monkeypatch):
    """The empty raw folder of a warehouse that the sensor looks at."""
    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)
    (settings.raw / "center_a").mkdir(parents=True)
    return settings.raw


@pytest.fixture
def daemon(raw):
    """A daemon that asks the sensor again and again, as Dagster does, and keeps its cursor."""
    with DagsterInstance.ephemeral() as instance:
        yield Daemon(instance)


class Daemon:
    def __init__(self, instance):
        self.instance = instance
        self.cursor = None

    def look(self):
        """One look: the answer of the sensor."""
        answer = new_drops(build_sensor_context(instance=self.instance, cursor=self.cursor))
        self.cursor = answer.cursor
        return answer

    def starts(self, looks=2):
        """How many refreshes are asked for in so many looks."""
        return sum(len(self.look().run_requests or []) for _ in range(looks))

    def reason(self):
        """Why the sensor starts nothing at this look."""
        answer = self.look()
        assert not answer.run_requests
        return answer.skip_reason.skip_message


def deliver(raw, name, files=("patients.csv",), content="patient_id\n", listed=None):
    """Copy a drop completely; the manifest lists other files than those that came where `listed` is given."""
    folder = raw / "center_a" / name
    folder.mkdir()
    for file in files:
        (folder / file).write_text(content)
    write_manifest(folder, files if listed is None else listed)
    return folder


def write_manifest(folder, listed, **fields):
    entries = {name: {"rows": 0, "sha256": "0"} for name in listed}
    (folder / "manifest.json").write_text(json.dumps({"center": "center_a", "files": entries, **fields}))


def finish_build_of(settings, *folders):
    """A finished build that was landed from these drops, as they are now."""
    drops, _ = look_at_drops(settings.raw, load_contracts(DBT_PROJECT / "models" / "staging"))
    assert len(drops) == len(folders)
    identities = [drop.identity for drop in drops]
    build = BuildStore(settings.builds).create("run")
    landing = LandingRecord(build.build_id, True, "d", "p", {}, "f", False, "w", drop_identities=identities)
    build._save(landing=landing, finished_at="2024-01-01T00:00:00+00:00")


def test_a_drop_that_stands_still_for_a_minute_starts_one_refresh_and_no_second(daemon, raw):
    deliver(raw, "2024-06-30")
    assert "was not there, or changed, lately" in daemon.reason()
    assert daemon.starts(looks=1) == 1
    assert daemon.starts(looks=3) == 0
    assert daemon.reason() == "no complete drop is new (1 known)"


def test_a_folder_without_manifest_is_still_being_copied(daemon, raw):
    (raw / "center_a" / "2024-06-30").mkdir()
    daemon.look()
    assert "folders without a manifest.json: 1" in daemon.reason()


def test_a_drop_whose_manifest_came_before_its_files_is_still_being_copied(daemon, raw):
    folder = deliver(raw, "2024-06-30", listed=("patients.csv", "visits.csv"))
    daemon.look()
    assert "center_a drop 1 lacks 1 of its files" in daemon.reason()
    (folder / "visits.csv").write_text("visit_id\n")
    assert daemon.starts(looks=1) == 0
    assert daemon.starts(looks=1) == 1


def test_a_file_that_grows_from_look_to_look_is_still_being_copied(daemon, raw):
    folder = deliver(raw, "2024-06-30")
    for number in range(4):
        assert "was not there, or changed, lately" in daemon.reason()
        (folder / "patients.csv").write_text("patient_id\n" * (number + 2))
    assert daemon.starts(looks=2) == 1


def test_another_manifest_in_the_same_folder_is_a_new_drop(daemon, raw):
    folder = deliver(raw, "2024-06-30")
    assert daemon.starts() == 1
    write_manifest(folder, ("patients.csv",), kind="full")
    assert daemon.starts() == 1


def test_a_corrected_file_under_the_same_manifest_is_a_new_drop_also_after_a_refusal(daemon, raw, settings):
    folder = deliver(raw, "2024-06-30")
    finish_build_of(settings, folder)
    assert daemon.starts(looks=3) == 0
    (folder / "patients.csv").write_text("patient_id\nP1\n")
    assert daemon.starts() == 1
    finish_build_of(settings, folder)
    assert daemon.starts(looks=3) == 0


def test_a_drop_whose_refresh_failed_is_tried_again_when_one_of_its_files_changes(daemon, raw):
    """Also when it was made readable: nothing else about it need have changed."""
    folder = deliver(raw, "2024-06-30")
    assert daemon.starts() == 1
    assert daemon.starts() == 0  # that refresh left no build
    (folder / "patients.csv").chmod(0o600 if (folder / "patients.csv").stat().st_mode & 0o077 else 0o644)
    assert daemon.starts() == 1
    assert daemon.starts(looks=3) == 0


def test_a_file_that_changes_while_the_refresh_reads_it_starts_another(daemon, raw, settings):
    """The build knows the drop as it was before anything was read."""
    folder = deliver(raw, "2024-06-30")
    daemon.starts()
    finish_build_of(settings, folder)
    (folder / "patients.csv").write_text("patient_id\nP1\n")
    assert daemon.starts() == 1


def test_a_drop_that_an_earlier_refresh_landed_is_known_whoever_started_that(daemon, raw, settings):
    finish_build_of(settings, deliver(raw, "2024-06-30"))
    assert daemon.starts(looks=3) == 0
    assert json.loads(daemon.cursor) == {"requested": [], "seen": []}
    deliver(raw, "2024-07-01")
    assert daemon.starts() == 1


def test_a_drop_that_went_and_came_back_after_a_refresh_without_it_is_new(daemon, raw, settings):
    first = deliver(raw, "2024-06-30")
    finish_build_of(settings, first)
    aside = raw.parent / "aside"
    shutil.move(first, aside)
    finish_build_of(settings)
    daemon.look()
    shutil.move(aside, first)
    assert daemon.starts() == 1


def test_when_the_builds_were_removed_the_drops_are_refreshed_again(daemon, raw, settings):
    """As `hcc withdraw` does: without the patient there is something new to publish."""
    deliver(raw, "2024-06-30")
    assert daemon.starts() == 1
    finish_build_of(settings, raw / "center_a" / "2024-06-30")
    assert daemon.starts() == 0
    BuildStore(settings.builds).remove_all()
    assert daemon.starts() == 1


def test_drops_that_arrive_together_start_one_refresh(daemon, raw):
    deliver(raw, "2024-06-30")
    deliver(raw, "2024-07-01")
    assert daemon.starts() == 1


def test_while_a_run_is_under_way_the_sensor_waits_and_says_so(daemon, raw):
    deliver(raw, "2024-06-30")
    daemon.look()
    run = daemon.instance.create_run_for_job(_nothing_job())
    assert "arrived, but a run is under way or waiting" in daemon.reason()
    daemon.instance.report_run_failed(run)
    assert daemon.starts(looks=1) == 1


def _nothing_job():
    from dagster import job, op

    @op
    def nothing():
        pass

    @job
    def some_job():
        nothing()

    return some_job


def test_a_manifest_that_names_files_outside_its_folder_is_complete_and_left_to_landing(daemon, raw):
    folder = deliver(raw, "2024-06-30", files=())
    write_manifest(folder, ("../../secret.csv", "/etc/passwd", "a\0b"))
    assert daemon.starts() == 1


def test_a_link_that_leads_out_of_the_drop_is_not_followed(daemon, raw, tmp_path):
    """Landing refuses such a drop; whatever becomes of the file behind the link, the drop is the same."""
    outside = tmp_path / "outside.csv"
    outside.write_text("patient_id\n")
    folder = deliver(raw, "2024-06-30", files=())
    (folder / "patients.csv").symlink_to(outside)
    write_manifest(folder, ("patients.csv",))
    assert daemon.starts() == 1
    outside.write_text("patient_id\nP1\n")
    assert daemon.starts(looks=3) == 0


def test_a_file_whose_name_is_written_with_combining_signs_is_there(daemon, raw):
    """As some systems copy names; landing finds it under the name that the manifest has."""
    deliver(raw, "2024-06-30", files=("bo\u0308hm.csv",), listed=("b\u00f6hm.csv",))
    assert daemon.starts() == 1


def test_a_raw_folder_that_is_not_there_is_a_reason_and_no_fault(daemon, raw):
    shutil.rmtree(raw)
    assert "cannot be read as the raw folder" in daemon.reason()


def test_a_cursor_that_cannot_be_read_counts_as_none(daemon, raw):
    deliver(raw, "2024-06-30")
    daemon.cursor = "{"
    assert daemon.starts(looks=2) == 1


def test_nothing_that_dagster_keeps_of_a_look_names_the_folder(daemon, raw):
    deliver(raw, "ward-7")
    reason = daemon.reason()
    assert "center_a drop 1" in reason
    cursor = daemon.cursor
    [request] = daemon.look().run_requests
    assert "ward" not in reason + cursor + daemon.cursor + request.run_key


def test_the_sensor_starts_the_refresh_and_is_on_by_itself():
    assert new_drops.job.name == refresh_job.name
    assert new_drops.default_status.value == "RUNNING"
