"""`hcc check` judges a drop or a protocol, and mistakes in a protocol show before anything starts."""

import pytest
from typer.testing import CliRunner

from orchestration.cli import app
from orchestration.settings import PROTOCOLS

ANOTHER_STUDY = "index_agent: apatinib\nenrol_from: 2019-01-01\nenrol_to: 2023-01-31\n"


def hcc(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


@pytest.fixture
def protocol(tmp_path):
    """A folder of protocols with one good file."""
    folder = tmp_path / "protocols"
    folder.mkdir()
    path = folder / "apatinib.yml"
    path.write_text(ANOTHER_STUDY, encoding="utf-8")
    return path


def test_a_good_protocol_is_told_what_it_does(protocol):
    for path in (protocol, protocol.parent):
        answer = hcc("check", path)
        assert answer.exit_code == 0, answer.output
        assert answer.stdout == (
            "apatinib: can be used (apatinib, 2019-01-01 to 2023-01-31); "
            "with --protocols or HCC_PROTOCOLS it is one more study\n"
        )


def test_a_protocol_with_the_name_of_a_study_of_the_project_replaces_it(protocol):
    text = (PROTOCOLS / "sorafenib.yml").read_text(encoding="utf-8")
    copy = protocol.with_name("sorafenib.yml")
    copy.write_text(text, encoding="utf-8")
    assert "replaces the project's own study of that name" in hcc("check", copy).stdout
    assert "a study of the project itself" in hcc("check", PROTOCOLS / "sorafenib.yml").stdout


def test_every_mistake_of_a_protocol_is_a_line_with_file_and_key_and_the_verdict_stands_apart(protocol):
    protocol.write_text("index_agent: apatinib\nmin_agee: 3\nenrol_from: 2019-01-01\n", encoding="utf-8")
    answer = hcc("check", protocol)
    assert answer.exit_code == 1
    assert answer.stdout.splitlines() == [
        "error: apatinib.yml: enrol_to: is required",
        "error: apatinib.yml: min_agee: unknown parameter; did you mean min_age?",
        "",
        f"{protocol}: would be refused (2 errors); no refresh starts with it",
    ]


def test_an_agent_outside_the_vocabulary_is_a_mistake_of_one_line(protocol):
    protocol.write_text(ANOTHER_STUDY.replace("apatinib", "water"), encoding="utf-8")
    assert "(1 error)" in hcc("check", protocol).stdout


def test_what_is_neither_drop_nor_protocol_is_said(tmp_path, protocol):
    other = tmp_path / "notes.txt"
    other.write_text("", encoding="utf-8")
    assert "no folder of a drop and no protocol file" in hcc("check", other).stderr
    assert "is not there" in hcc("check", tmp_path / "nowhere").stderr
    assert "manifest.json is missing" in hcc("check", tmp_path).stdout


@pytest.mark.parametrize("command", ["refresh", "ui"])
def test_a_mistake_in_a_protocol_shows_before_anything_is_made(tmp_path, protocol, command):
    protocol.write_text("min_age: old\n", encoding="utf-8")
    raw = tmp_path / "raw"
    (raw / "center_a").mkdir(parents=True)
    answer = hcc(command, "--raw", raw, "--out", tmp_path / "out", "--protocols", protocol.parent)
    assert answer.exit_code == 1
    assert "apatinib.yml: min_age" in answer.stderr
    assert "starting" not in answer.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("is_there", [True, False])
def test_a_raw_folder_without_anything_is_refused_with_what_to_do(tmp_path, is_there):
    raw = tmp_path / "rwa"
    if is_there:
        raw.mkdir()
    answer = hcc("refresh", "--raw", raw, "--out", tmp_path / "out")
    assert answer.exit_code == 1
    assert f"the raw folder {raw} is {'empty' if is_there else 'not there'}" in answer.stderr
    assert "correct --raw or HCC_RAW" in answer.stderr
    assert f"simulate --out {raw}" not in answer.stderr  # it may be a folder of real data that is not mounted
    assert not (tmp_path / "out").exists()
