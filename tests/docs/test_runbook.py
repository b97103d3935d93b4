"""The runbook tells what to do about every check there is, and its links and settings exist."""

import re
import subprocess
import tomllib
from dataclasses import fields
from pathlib import Path

import pytest
import yaml
from typer.main import get_command

from analytics.protocol import load_protocols
from orchestration.checks import declared
from orchestration.checks.model import Check
from orchestration.cli import app
from orchestration.files import PUBLIC_FILE_MODE, PUBLIC_FOLDER_MODE
from orchestration.landing.limits import LIMITS, MEBIBYTE
from orchestration.landing.storage import FILE_MODE, FOLDER_MODE

REPOSITORY = Path(__file__).parents[2]
RUNBOOK = REPOSITORY / "docs" / "runbook"
DBT_TESTS = REPOSITORY / "dbt_project" / "tests"
HARMONISED_CHECKS = REPOSITORY / "dbt_project" / "models" / "harmonised" / "harmonised_checks.sql"


def checks_of_the_code() -> set[str]:
    """The checks that orchestration declares, and those that the dbt project counts."""
    names = {value.name for value in vars(declared).values() if isinstance(value, Check)}
    return names | set(re.findall(r"'(\w+)' as check_name", HARMONISED_CHECKS.read_text(encoding="utf-8")))


def test_1_every_check_has_an_entry_and_every_entry_a_check():
    entries = re.findall(r"^### `(\w+)`$", (RUNBOOK / "checks.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert len(entries) == len(set(entries))
    assert set(entries) == checks_of_the_code()


def test_2_the_entries_say_which_checks_block():
    page = (RUNBOOK / "checks.md").read_text(encoding="utf-8")
    blocking = set(re.findall(r"^### `(\w+)`\n\nBlocks\.", page, re.MULTILINE))
    assert blocking == {
        value.name for value in vars(declared).values() if isinstance(value, Check) and value.is_blocking
    }


def test_3_every_data_test_is_explained():
    page = (RUNBOOK / "checks.md").read_text(encoding="utf-8")
    tests = {path.stem for path in DBT_TESTS.glob("**/*.sql")}
    assert {name for name in tests if f"`{name}`" not in page} == set()
    assert set(re.findall(r"`(assert_\w+)`", page)) <= tests


PAGES = sorted(RUNBOOK.glob("*.md"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_4_links_lead_somewhere(page: Path):
    links = re.findall(r"\]\(([^)#]+)(#[^)]*)?\)", page.read_text(encoding="utf-8"))
    broken = [target for target, _ in links if not target.startswith("http") and not (page.parent / target).exists()]
    assert broken == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_5_named_files_of_the_project_exist(page: Path):
    named = re.findall(r"`((?:orchestration|dbt_project|analytics|tests)/[\w./]+)`", page.read_text(encoding="utf-8"))
    assert [name for name in named if not (REPOSITORY / name).exists() and "center_c" not in name] == []


def test_6_the_table_of_limits_is_that_of_the_code():
    page = (RUNBOOK / "README.md").read_text(encoding="utf-8")
    table = page[page.index("## Limits") :]
    numbers = [
        *(f"{LIMITS.cell_characters // MEBIBYTE} Mi", f"{LIMITS.record_characters // MEBIBYTE} Mi"),
        *(f"{LIMITS.columns:,}", f"{LIMITS.unpacked_bytes // MEBIBYTE} MiB", f"{LIMITS.unpacked_ratio} times"),
        *(f"{LIMITS.text_bytes // 1024**3} GiB", f"{LIMITS.reader_memory_bytes // 1024**3} GiB"),
        *(f"{LIMITS.reader_seconds // 3600} hour", f"{LIMITS.manifest_bytes // MEBIBYTE} MiB"),
        f"{LIMITS.manifest_files:,}",
    ]
    assert [number for number in numbers if number not in table] == []
    assert len(fields(LIMITS)) == 11


def test_7_the_study_of_the_runbook_is_a_protocol(tmp_path: Path):
    """As it stands there, and its agent is one of the vocabulary."""
    (example,) = re.findall(r"```yaml\n(.*?)```", (RUNBOOK / "extend.md").read_text(encoding="utf-8"), re.DOTALL)
    (tmp_path / "donafenib.yml").write_text(example, encoding="utf-8")
    protocols = load_protocols(tmp_path)
    assert list(protocols) == ["donafenib"]
    agents = (REPOSITORY / "dbt_project" / "seeds" / "agents.csv").read_text(encoding="utf-8")
    assert f"\n{protocols['donafenib'].index_agent}," in agents


def test_8_the_units_and_the_container_start_commands_that_exist():
    """Their words change with the command line; `systemd-analyze verify` does not know ours."""
    started = [*(RUNBOOK / "systemd").glob("*.service")]
    assert len(started) == 2
    for unit in started:
        command = re.search(
            r"^ExecStart=/opt/hcc/\.venv/bin/hcc (\w+)(.*)$", unit.read_text(encoding="utf-8"), re.MULTILINE
        )
        assert command is not None
        options = get_command(app).commands[command[1]].params  # type: ignore[attr-defined]
        known = {name for option in options for name in option.opts}
        assert set(re.findall(r"--\w+", command[2])) <= known


def test_9_a_night_without_a_refresh_is_a_failure_of_the_unit():
    """Stepping aside for good (exit code 75) must reach somebody: `OnFailure=` does not fire for a success."""
    assert "SuccessExitStatus" not in (RUNBOOK / "systemd" / "hcc-refresh.service").read_text(encoding="utf-8")


def test_10_only_the_checked_out_commit_enters_the_image():
    """Whatever else lies in the folder (drops, releases, the key) is neither sent to the build nor copied."""
    ignored = (RUNBOOK / "Containerfile.ignore").read_text(encoding="utf-8").splitlines()
    assert [line for line in ignored if not line.startswith("#")] == ["*", "!.git", ".git/worktrees"]
    copied = re.findall(r"^(?:COPY|ADD) (.*)$", (RUNBOOK / "Containerfile").read_text(encoding="utf-8"), re.MULTILINE)
    assert copied == [".git /source/.git", "--from=source --chown=hcc:hcc /opt/hcc /opt/hcc"]


def test_11_the_command_of_the_machine_runs_as_the_units_do():
    """Same user, folder, settings and umask, so that what somebody starts by hand stops no later night."""
    command = (RUNBOOK / "hcc").read_text(encoding="utf-8")
    for unit in (RUNBOOK / "systemd").glob("*.service"):
        text = unit.read_text(encoding="utf-8")
        for name in ("User", "Group", "UMask", "WorkingDirectory", "EnvironmentFile"):
            (value,) = re.findall(rf"^{name}=(.*)$", text, re.MULTILINE)
            assert f"--property={name}={value} " in command, (unit.name, name)


def test_12_no_model_outside_the_folders_of_the_centers_names_one():
    """So that a further center is its folder and its entries in dbt_project.yml and landing.yml."""
    models = [
        path for path in (REPOSITORY / "dbt_project" / "models").rglob("*.sql") if "center_" not in path.parent.name
    ]
    models += (REPOSITORY / "dbt_project" / "macros").rglob("*.sql")
    assert len(models) > 50
    naming = [
        path.name for path in models if re.search(r"center_[ab]\b|center_[ab]__", path.read_text(encoding="utf-8"))
    ]
    assert naming == []


def test_13_every_center_says_where_its_texts_stand():
    settings = yaml.safe_load((REPOSITORY / "dbt_project" / "dbt_project.yml").read_text(encoding="utf-8"))["vars"]
    assert set(settings["center_texts"]) == set(settings["centers"])
    for center, texts in settings["center_texts"].items():
        with (REPOSITORY / "dbt_project" / "models" / "staging" / center / "contract.toml").open("rb") as file:
            tables = tomllib.load(file)["tables"].values()
        columns = {table["dataset"]: set(table["columns"]) for table in tables}
        for named in (texts["drug_names"], texts["numbers"]):
            assert [dataset for dataset, names in named.items() if not set(names) <= columns[dataset]] == []
        assert texts["measurements"] in {"rows", "cells"}


def test_14_a_release_that_is_brought_back_gets_the_modes_of_a_release(tmp_path: Path):
    """Analysts read it, and DuckDB, which opens for writing what it may write, leaves it alone."""
    page = (REPOSITORY / "docs" / "operations.md").read_text(encoding="utf-8")
    (commands,) = re.findall(r"```sh\n(mv restricted/set_aside/.*?)```", page, re.DOTALL)
    set_aside = tmp_path / "restricted" / "set_aside" / "r000001"
    (set_aside / "reports").mkdir(parents=True)
    (tmp_path / "releases").mkdir()
    for path in (set_aside / "cohort.duckdb", set_aside / "reports" / "index.html"):
        path.touch(FILE_MODE)
    for folder in (set_aside, set_aside / "reports"):
        folder.chmod(FOLDER_MODE)
    subprocess.run(["sh", "-ec", commands.replace("<release>", "r000001")], cwd=tmp_path, check=True)
    release = tmp_path / "releases" / "r000001"
    assert {path.stat().st_mode & 0o777 for path in (release, release / "reports")} == {PUBLIC_FOLDER_MODE}
    files = [release / "cohort.duckdb", release / "reports" / "index.html"]
    assert {path.stat().st_mode & 0o777 for path in files} == {PUBLIC_FILE_MODE}
