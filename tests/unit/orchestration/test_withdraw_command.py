"""`hcc withdraw`: patients come in by standard input or a file, and a mistake records nothing."""

import importlib
import json

import duckdb
import pytest
from typer.testing import CliRunner

from orchestration.assets.release import require_nobody_withdrew
from orchestration.builds import BuildStore
from orchestration.cli import app
from orchestration.errors import BlockingCheckError
from orchestration.landing.pseudonym import key_fingerprint
from orchestration.lock import RefreshLock
from orchestration.withdrawal.persons import local_pseudonym
from orchestration.withdrawal.register import WithdrawalRegister

command = importlib.import_module("orchestration.cli.withdraw")

OLD_KEY, NEW_KEY = "a key of more than sixteen bytes", "another key of more than sixteen"
PERSON = "0123456789abcdef"


@pytest.fixture
def withdraw(settings, monkeypatch):
    """A function that runs the command on a warehouse where patient 17 of center A was landed."""
    monkeypatch.setenv("HCC_PSEUDONYM_KEY", OLD_KEY)
    for name, value in settings.to_environment().items():
        monkeypatch.setenv(name, value)
    folder = settings.landing / "center_a" / "landed"
    folder.mkdir(parents=True)
    duckdb.sql(f"select '17' as patient_id, '{PERSON}' as _person_id").write_parquet(str(folder / "patients.parquet"))

    def run(*options, lines=""):
        return CliRunner().invoke(app, ["withdraw", *options], input=lines)

    return run


@pytest.fixture
def register(settings):
    return WithdrawalRegister(settings)


def own(key, number="17"):
    return local_pseudonym(key.encode(), "center_a", number)


def test_patients_are_read_from_standard_input(withdraw, register):
    answer = withdraw(lines="center_a 17\n")
    assert answer.exit_code == 0, answer.output
    assert register.pseudonyms() == {PERSON, own(OLD_KEY)}
    assert PERSON not in answer.output


def test_there_is_no_way_to_name_a_patient_as_an_argument(withdraw, register):
    assert withdraw("center_a 17").exit_code != 0
    assert register.all() == []


def test_one_mistake_among_several_patients_records_none(withdraw, register):
    answer = withdraw(lines="center_a 17\ncenter_a 18\n")
    assert answer.exit_code == 1
    assert "line 2: nobody of this number was ever landed" in answer.stderr
    assert register.all() == []


def test_a_number_can_be_recorded_before_it_comes(withdraw, register):
    assert withdraw("--unknown-too", lines="center_a 18\n").exit_code == 0
    assert register.pseudonyms() == {own(OLD_KEY, "18")}


def test_nobody_named_is_said(withdraw):
    assert "no patient was named" in withdraw(lines="\n").stderr


def test_the_builds_go_with_the_withdrawal(withdraw, settings):
    store = BuildStore(settings.builds)
    store.create("run")
    withdraw(lines=f"{PERSON}\n")
    assert store.all() == []


def test_the_list_shows_when_and_which_pseudonyms(withdraw):
    withdraw(lines="center_a 17\n")
    said = withdraw("--list").stdout
    assert PERSON in said
    assert "withdrawn patients: 1" in said


def test_a_withdrawal_is_taken_back_by_the_same_name(withdraw, register):
    withdraw(lines="center_a 17\n")
    assert "no longer withdrawn: 1" in withdraw("--undo", lines=f"{PERSON}\n").stdout
    assert register.all() == []


def test_after_a_change_of_key_the_patients_are_named_again(withdraw, register, monkeypatch):
    withdraw(lines="center_a 17\n")
    monkeypatch.setenv("HCC_PSEUDONYM_KEY", NEW_KEY)
    answer = withdraw("--renew", lines="center_a 17\n")
    assert "forgotten, recorded under another key: 1" in answer.stdout
    register.require_key(key_fingerprint(NEW_KEY.encode()))
    assert own(NEW_KEY) in register.pseudonyms()


def test_a_prompt_ends_with_the_input(monkeypatch):
    answers = iter(["center_a 17"])

    def read():
        try:
            return next(answers)
        except StopIteration:
            raise EOFError from None

    monkeypatch.setattr("sys.stdin.isatty", lambda: True)
    monkeypatch.setattr("builtins.input", read)
    assert command._lines(None) == ["center_a 17"]


def test_another_user_than_the_owner_is_refused(withdraw, register, monkeypatch):
    monkeypatch.setattr(command.os, "geteuid", lambda: 987654)
    answer = withdraw(lines="center_a 17\n")
    assert answer.exit_code == 1
    assert "run the command as that user (sudo -u" in answer.stderr
    assert register.all() == []


def test_builds_that_cannot_be_removed_are_no_success(withdraw, settings, monkeypatch):
    BuildStore(settings.builds).create("run")
    monkeypatch.setattr("orchestration.builds.shutil.rmtree", lambda *_, **__: None)
    answer = withdraw(lines="center_a 17\n")
    assert answer.exit_code == 1
    assert "builds cannot be removed" in answer.stderr


def test_a_build_made_before_the_withdrawal_gives_no_release(tmp_path):
    duckdb.sql(f"select '{PERSON}' as person_id").write_parquet(str(tmp_path / "persons.parquet"))
    require_nobody_withdrew(tmp_path / "persons.parquet", {own(OLD_KEY)})
    with pytest.raises(BlockingCheckError, match="run the whole refresh"):
        require_nobody_withdrew(tmp_path / "persons.parquet", {PERSON})


def test_while_a_refresh_runs_the_command_steps_aside(withdraw, settings, register, monkeypatch):
    with RefreshLock(settings.lock_file, "the nightly run"):
        monkeypatch.setattr(RefreshLock, "_held", {})
        answer = withdraw(lines="center_a 17\n")
        monkeypatch.undo()
    assert answer.exit_code == 75
    assert "the nightly run" in answer.stderr
    assert register.all() == []


def test_the_register_is_json_that_a_backup_can_hold(withdraw, register):
    withdraw(lines="center_a 17\n")
    [entry] = json.loads(register.path.read_text(encoding="utf-8"))
    assert sorted(entry) == ["key_fingerprint", "pseudonyms", "recorded_at"]
