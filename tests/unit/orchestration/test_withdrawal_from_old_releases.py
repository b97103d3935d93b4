"""After a change of key a withdrawn patient is found in older releases with the old key, else those are set aside."""

import shutil

import duckdb
import pytest
from typer.testing import CliRunner
from unit.orchestration.delivered import CONTRACTS, deliver

from orchestration.cli import app
from orchestration.landing import land
from orchestration.landing.pseudonym import key_fingerprint, person_id
from orchestration.release.catalog import ReleaseCatalog, query
from orchestration.withdrawal.register import WithdrawalRegister
from orchestration.withdrawal.set_aside import names_set_aside

FIRST_KEY, OLD_KEY, KEY = "the first key of this warehouse", "an old key, of enough bytes", "the present key, of enough"
NATIONAL_ID = "11010519491231002X"
OLDEST, OLD, PRESENT = (f"r00000{number}-20240630T120000Z" for number in (1, 2, 3))


def person(key, national_id=NATIONAL_ID):
    return person_id(key.encode(), f"nid:{national_id}")


def make_release(settings, name, key):
    """A release with the patient and somebody else, each under the pseudonym that this key gives."""
    folder = settings.releases / name
    folder.mkdir(parents=True)
    with duckdb.connect(str(folder / "cohort.duckdb")) as connection:
        connection.execute("create table persons (person_id varchar)")
        connection.executemany("insert into persons values (?)", [[person(key)], [person_id(key.encode(), "else")]])
        connection.execute(
            f"create table release as select '{name}' as release_id, false as is_simulated, "
            f"'{key_fingerprint(key.encode())}' as key_fingerprint"
        )


@pytest.fixture
def withdraw(settings, monkeypatch, tmp_path):
    """A function that runs the command where the key was changed twice, and a release of each key is kept."""
    monkeypatch.setenv("HCC_PSEUDONYM_KEY", KEY)
    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)
    patient = {"patient_id": "17", "national_id": NATIONAL_ID}
    deliver(settings.raw, "center_a", "2024-06-30", {"patients": [patient, {"patient_id": "18"}]})
    assert land(settings.raw, settings.landing, CONTRACTS, KEY.encode()).loaded
    for name, key in ((OLDEST, FIRST_KEY), (OLD, OLD_KEY), (PRESENT, KEY)):
        make_release(settings, name, key)
    catalog = ReleaseCatalog(settings)
    catalog.switch_to(catalog.get(PRESENT))
    catalog.pin(OLDEST, True)
    for file, key in (("first.key", FIRST_KEY), ("old.key", OLD_KEY), ("strange.key", "a key that made nothing here")):
        (tmp_path / file).write_text(key)
        (tmp_path / file).chmod(0o600)

    def run(*old_keys, options=(), lines="center_a 17\n"):
        given = [part for name in old_keys for part in ("--old-key", str(tmp_path / name))]
        return CliRunner().invoke(app, ["withdraw", *given, *options], input=lines)

    return run


def persons(settings):
    """The persons of each kept release."""
    return {
        release.release_id: {row["person_id"] for row in query(release.database, "from persons")}
        for release in ReleaseCatalog(settings).all()
    }


def test_releases_whose_key_is_not_given_are_set_aside_pinned_ones_too(settings, withdraw):
    answer = withdraw()
    assert answer.exit_code == 0, answer.output
    assert names_set_aside(settings) == [OLDEST, OLD]
    assert persons(settings) == {PRESENT: {person_id(KEY.encode(), "else")}}
    assert f"not to be searched: {OLDEST}, {OLD}" in answer.stdout
    assert "releases changed: 1 of 1" in answer.stdout


def test_a_release_whose_key_is_given_loses_the_patient_and_nobody_else(settings, withdraw):
    answer = withdraw("old.key")
    assert answer.exit_code == 0, answer.output
    assert names_set_aside(settings) == [OLDEST]
    assert persons(settings) == {
        name: {person_id(key.encode(), "else")} for name, key in ((OLD, OLD_KEY), (PRESENT, KEY))
    }
    assert "releases changed: 2 of 2" in answer.stdout


def test_with_all_keys_nothing_is_set_aside(settings, withdraw):
    assert withdraw("old.key", "first.key").exit_code == 0
    assert names_set_aside(settings) == []
    assert all(len(left) == 1 for left in persons(settings).values())


def test_a_patient_named_by_person_id_is_found_under_the_old_key_too(settings, withdraw):
    assert withdraw("old.key", "first.key", lines=f"{person(KEY)}\n").exit_code == 0
    assert persons(settings)[OLD] == {person_id(OLD_KEY.encode(), "else")}


def test_a_key_that_made_no_kept_release_is_refused_before_anything_happens(settings, withdraw):
    answer = withdraw("strange.key")
    assert answer.exit_code == 1
    assert "no kept release was made with the key in" in answer.stderr
    assert WithdrawalRegister(settings).all() == []
    assert names_set_aside(settings) == []


def test_a_mistake_in_a_name_changes_no_release(settings, withdraw):
    assert withdraw("old.key", lines="center_a 99\n").exit_code == 1
    assert all(len(left) == 2 for left in persons(settings).values())
    assert names_set_aside(settings) == []


def test_kept_releases_stay_as_they_are_when_a_patient_comes_back(withdraw):
    assert "--old-key and --undo do not go together" in withdraw("old.key", options=["--undo"]).stderr


def test_where_the_drops_no_longer_hold_a_patient_their_releases_are_set_aside_despite_the_key(settings, withdraw):
    shutil.rmtree(settings.raw / "center_a" / "2024-06-30")
    deliver(settings.raw, "center_a", "2024-07-31", {"patients": [{"patient_id": "18"}]})
    answer = withdraw("old.key", "first.key")
    assert answer.exit_code == 0, answer.output
    assert names_set_aside(settings) == [OLDEST, OLD]
    assert "not every withdrawn patient is in the drops of the raw folder" in answer.stdout


def test_patients_who_were_never_landed_are_no_reason_to_keep_old_releases(settings, withdraw):
    assert withdraw("old.key", options=["--unknown-too"], lines="f" * 16 + "\n").exit_code == 0
    assert names_set_aside(settings) == [OLDEST, OLD]


def test_a_torn_current_release_does_not_keep_anybody_from_withdrawing(settings, withdraw):
    torn = "r000004-20240630T120000Z"
    (settings.releases / torn).mkdir()
    (settings.releases / torn / "cohort.duckdb").write_bytes(b"torn")
    catalog = ReleaseCatalog(settings)
    catalog.switch_to(catalog.get(torn))
    answer = withdraw("old.key", "first.key")
    assert answer.exit_code == 0, answer.output
    assert names_set_aside(settings) == [torn]
    assert f"may hold the patients: {torn}" in answer.stdout
    assert catalog.current_id() == PRESENT


def test_after_a_rollback_to_a_release_of_an_earlier_key_the_present_key_still_counts(settings, withdraw):
    catalog = ReleaseCatalog(settings)
    catalog.switch_to(catalog.get(OLD))
    assert withdraw().exit_code == 0
    assert catalog.current_id() == PRESENT


def test_a_command_that_was_killed_is_given_again(settings, withdraw):
    """It had begun to replace a release, and to land with the old key."""
    (settings.releases / f".{OLD}.partial").mkdir()
    (settings.restricted / ".landed-with-old-key" / "center_a").mkdir(parents=True)
    assert withdraw("old.key", "first.key").exit_code == 0
    assert all(len(left) == 1 for left in persons(settings).values())
    assert not (settings.restricted / ".landed-with-old-key").exists()


def test_nothing_landed_with_an_old_key_stays(settings, withdraw):
    withdraw("old.key")
    left = [path for path in settings.restricted.rglob("*") if path.is_file() and "set_aside" not in path.parts]
    assert not any(person(OLD_KEY).encode() in path.read_bytes() for path in left)
    assert not (settings.restricted / ".landed-with-old-key").exists()
