"""Releases that cannot be searched for a withdrawn patient are set aside, and nothing else is."""

import shutil
import subprocess
import sys

import duckdb
import pytest
from unit.orchestration.two_releases import OUT, make_two_releases, rows

from orchestration.checks.model import Status
from orchestration.checks.of_build import set_aside_check
from orchestration.errors import RefreshError
from orchestration.release.catalog import ReleaseCatalog
from orchestration.withdrawal import kept_releases
from orchestration.withdrawal.kept_releases import clean_releases
from orchestration.withdrawal.other_keys import releases_of_other_keys
from orchestration.withdrawal.register import WithdrawalRegister
from orchestration.withdrawal.set_aside import names_set_aside


@pytest.fixture
def releases(settings):
    """Two kept releases, the second without the patient; the first is current, pinned and has reports."""
    return make_two_releases(settings)


def damage(database):
    """Overwrite blocks behind the header: the file opens, and some rows of it can still be read."""
    database.chmod(0o644)
    content = bytearray(database.read_bytes())
    middle = len(content) // 2
    content[middle:] = bytes(len(content) - middle)
    database.write_bytes(content)


def test_a_release_that_cannot_be_read_is_set_aside_and_keeps_no_other_from_being_cleaned(settings, releases, caplog):
    broken = settings.releases / "r000000-20240629T120000Z"
    broken.mkdir()
    (broken / "cohort.duckdb").write_bytes(b"no database")
    assert clean_releases(settings, {OUT}, "key")[:2] == ([releases[0].release_id], [broken.name])
    assert f"were set aside: {broken.name}" in caplog.text
    assert not broken.exists()
    assert names_set_aside(settings) == [broken.name]


def test_a_torn_release_is_set_aside_with_its_reports_and_its_pin(settings, releases):
    first, second = releases
    damage(first.database)
    assert clean_releases(settings, {OUT}, "key").unreadable == [first.release_id]
    aside = settings.restricted / "set_aside" / first.release_id
    assert {path.name for path in aside.iterdir()} == {"cohort.duckdb", "reports", "pinned"}
    assert {path.stat().st_mode & 0o077 for path in (aside, *aside.rglob("*"))} == {0}
    assert [release.release_id for release in ReleaseCatalog(settings).all()] == [second.release_id]


def test_readers_get_the_newest_other_release_where_the_current_one_is_set_aside(settings, releases):
    damage(releases[0].database)
    clean_releases(settings, {OUT}, "key")
    assert ReleaseCatalog(settings).current_id() == releases[1].release_id
    assert rows(settings.current_release, "persons")


def test_the_number_of_a_release_that_was_set_aside_is_not_given_again(settings, releases):
    damage(releases[1].database)
    clean_releases(settings, {OUT}, "key")
    assert ReleaseCatalog(settings).next_id().startswith("r000003-")


def test_where_no_other_release_is_left_there_is_no_link_to_one(settings, releases):
    shutil.rmtree(releases[1].folder)
    damage(releases[0].database)
    clean_releases(settings, {OUT}, "key")
    assert not settings.current_release.is_symlink()


def test_a_release_that_was_brought_back_and_still_cannot_be_read_is_set_aside_beside_the_first(settings, releases):
    first, _ = releases
    damage(first.database)
    clean_releases(settings, {OUT}, "key")
    shutil.copytree(settings.restricted / "set_aside" / first.release_id, first.folder)
    clean_releases(settings, {OUT}, "key")
    assert names_set_aside(settings) == [first.release_id, f"{first.release_id}-2"]


def test_a_report_that_another_release_shares_stays_readable_there(settings, releases):
    first, second = releases
    shared = second.folder / "reports" / "s" / "index.html"
    shared.unlink()
    shared.hardlink_to(first.folder / "reports" / "s" / "index.html")
    mode = shared.stat().st_mode
    damage(first.database)
    clean_releases(settings, {OUT}, "key")
    assert shared.stat().st_mode == mode


def test_a_release_that_can_be_read_but_not_replaced_is_never_set_aside(settings, releases, monkeypatch):
    """Such as on a full disk, which the database reports as it reports a torn file."""

    def fail(*_):
        raise duckdb.IOException("Could not write file: No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(kept_releases, "_copy", fail)
        with pytest.raises(RefreshError, match=f"release {releases[0].release_id} holds withdrawn patients and cannot"):
            clean_releases(settings, {OUT}, "key")
    assert names_set_aside(settings) == []
    assert clean_releases(settings, {OUT}, "key").changed == [releases[0].release_id]


def test_releases_searched_before_are_not_opened_again(settings, releases, monkeypatch):
    clean_releases(settings, {OUT}, "key")
    opened = []
    monkeypatch.setattr(kept_releases, "clean_release", lambda release, _: opened.append(release.release_id))
    clean_releases(settings, {OUT}, "key")
    assert opened == []
    clean_releases(settings, {OUT, "b"}, "key")
    assert opened == [release.release_id for release in releases]


def test_a_release_restored_from_a_backup_is_searched_again(settings, releases, tmp_path):
    first, _ = releases
    backup = shutil.copytree(first.folder, tmp_path / "backup")
    clean_releases(settings, {OUT}, "key")
    shutil.rmtree(first.folder)
    shutil.copytree(backup, first.folder)
    assert clean_releases(settings, {OUT}, "key").changed == [first.release_id]


def test_a_torn_record_of_searches_costs_a_search_and_nothing_else(settings, releases):
    clean_releases(settings, {OUT}, "key")
    (settings.restricted / "searched_releases.json").write_text("{")
    assert clean_releases(settings, {OUT}, "key") == ([], [], [], [])


def give_key(release, key):
    with duckdb.connect(str(release.database)) as connection:
        connection.execute(f"update release set key_fingerprint = '{key}'")


def test_releases_of_another_key_are_named_by_key(settings, releases):
    first, _ = releases
    give_key(first, "old")
    found = releases_of_other_keys(settings, "key")
    assert {key: [release.release_id for release in of_key] for key, of_key in found.items()} == {
        "old": [first.release_id]
    }


def test_a_release_of_another_key_is_set_aside_since_nobody_is_found_in_it(settings, releases):
    first, second = releases
    ReleaseCatalog(settings).switch_to(second)
    give_key(first, "old")
    assert clean_releases(settings, {OUT}, "key").of_other_keys == [first.release_id]
    assert names_set_aside(settings) == [first.release_id]


def test_one_that_is_brought_back_is_set_aside_again(settings, releases):
    test_a_release_of_another_key_is_set_aside_since_nobody_is_found_in_it(settings, releases)
    first, _ = releases
    shutil.move(settings.restricted / "set_aside" / first.release_id, first.folder)
    assert clean_releases(settings, {OUT}, "key").of_other_keys == [first.release_id]


def test_a_refresh_leaves_the_current_release_to_the_readers_until_it_is_replaced(settings, releases):
    first, second = releases
    give_key(first, "old")
    assert clean_releases(settings, {OUT}, "key").of_other_keys == []
    ReleaseCatalog(settings).switch_to(second)
    assert clean_releases(settings, {OUT}, "key").of_other_keys == [first.release_id]


def test_a_withdrawal_takes_the_current_release_too(settings, releases):
    first, second = releases
    give_key(first, "old")
    assert clean_releases(settings, {OUT}, "key", may_take_current=True).of_other_keys == [first.release_id]
    assert ReleaseCatalog(settings).current_id() == second.release_id


def test_with_pseudonyms_under_the_other_key_it_is_searched(settings, releases):
    first, _ = releases
    give_key(first, "old")
    assert clean_releases(settings, {"f" * 16}, "key", {"old": {OUT}}).changed == [first.release_id]


def test_one_whose_key_cannot_be_read_is_set_aside(settings, releases):
    first, _ = releases
    with duckdb.connect(str(first.database)) as connection:
        connection.execute("drop table release")
    assert clean_releases(settings, {OUT}, "key").unreadable == [first.release_id]


def test_one_that_somebody_has_open_for_writing_is_left_for_the_next_time(settings, releases):
    first, _ = releases
    code = (
        f"import duckdb, sys; c = duckdb.connect({str(first.database)!r}); print('open', flush=True); sys.stdin.read()"
    )
    first.database.chmod(0o644)
    with subprocess.Popen([sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as writer:
        assert writer.stdout.readline() == b"open\n"
        assert clean_releases(settings, {OUT}, "key").busy == [first.release_id]
        writer.communicate()
    assert names_set_aside(settings) == []
    assert clean_releases(settings, {OUT}, "key").changed == [first.release_id]


def test_more_pseudonyms_of_the_same_patients_leave_releases_of_earlier_keys_searched(settings, releases):
    first, second = releases
    register = WithdrawalRegister(settings)
    settings.restricted.mkdir(parents=True, exist_ok=True)
    register.add({OUT}, "old")
    give_key(first, "old")
    give_key(second, "old")
    clean_releases(settings, register.pseudonyms(), "old")
    register.renew([{"f" * 16}], "key")
    register.learn([{"f" * 16, "e" * 16}])
    assert clean_releases(settings, register.pseudonyms(), "key", may_take_current=True) == ([], [], [], [])


def test_a_check_names_the_releases_for_as_long_as_they_lie_aside(settings, releases):
    [before] = set_aside_check(names_set_aside(settings))
    assert before.status is Status.PASS
    damage(releases[0].database)
    clean_releases(settings, {OUT}, "key")
    [after] = set_aside_check(names_set_aside(settings))
    assert (after.status, after.numerator) == (Status.WARN, 1)
    assert releases[0].release_id in after.note
