"""Where everything lies: defaults, variables, options."""

import os
import stat
from pathlib import Path

from orchestration.run import prepare_output
from orchestration.settings import REPOSITORY, settings_from_environment


def test_without_variables_everything_lies_in_the_repository():
    settings = settings_from_environment({})
    assert settings.raw == REPOSITORY / "data" / "raw"
    assert settings.out == REPOSITORY / "data" / "warehouse"
    assert settings.protocols is None
    assert settings.key_file == settings.restricted / "pseudonym.key"
    assert settings.dagster_storage == settings.restricted / "dagster"


def test_an_empty_variable_counts_as_not_set():
    assert settings_from_environment({"HCC_OUT": "", "HCC_PROTOCOLS": ""}) == settings_from_environment({})


def test_relative_folders_are_those_of_the_working_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert settings_from_environment({"HCC_OUT": "warehouse"}).out == tmp_path / "warehouse"


def test_another_output_folder_takes_key_file_and_storage_along():
    settings = settings_from_environment({"HCC_OUT": "/a"}).with_folders(None, Path("/b"), None)
    assert settings.key_file == Path("/b/restricted/pseudonym.key")
    assert settings.dagster_storage == Path("/b/restricted/dagster")


def test_a_key_file_that_was_placed_elsewhere_stays_there():
    settings = settings_from_environment({"HCC_OUT": "/a", "HCC_PSEUDONYM_KEY_FILE": "/keys/hcc"})
    assert settings.with_folders(None, Path("/b"), None).key_file == Path("/keys/hcc")


def test_the_environment_of_the_settings_gives_the_settings_again():
    given = {
        "HCC_RAW": "/raw",
        "HCC_OUT": "/out",
        "HCC_PROTOCOLS": "/protocols",
        "HCC_PSEUDONYM_KEY_FILE": "/key",
        "HCC_DAGSTER_STORAGE": "/dagster",
    }
    for variables in (given, {"HCC_OUT": "/out"}):
        settings = settings_from_environment(variables)
        assert settings_from_environment(settings.to_environment()) == settings


def test_the_key_itself_is_never_part_of_the_settings():
    settings = settings_from_environment({"HCC_PSEUDONYM_KEY": "secret words"})
    assert "secret words" not in f"{settings!r} {settings.to_environment()}"


def test_a_run_keeps_its_caches_in_the_restricted_store_since_a_service_may_have_no_home(tmp_path, monkeypatch):
    monkeypatch.setenv("MPLCONFIGDIR", "/home/somebody")
    prepare_output(settings_from_environment({"HCC_OUT": str(tmp_path)}))
    caches = Path(os.environ["MPLCONFIGDIR"])
    assert caches.is_relative_to(tmp_path / "restricted")
    for folder in (caches, caches.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
