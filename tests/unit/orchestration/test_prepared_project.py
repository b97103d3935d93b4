"""The dbt manifest is made ahead, whoever starts it and from where."""

import subprocess

import pytest

from orchestration.dbt import manifest
from orchestration.errors import RefreshError


def test_dbt_starts_in_its_project_since_its_user_may_not_enter_the_folder_of_who_called(tmp_path, monkeypatch):
    """`sudo -u hcc …` from root's home: dbt looks into the folder it starts in."""
    (tmp_path / "dbt_project.yml").write_text("name: nothing\n", encoding="utf-8")
    started_in = []

    def run(command: list[str], **how: object) -> subprocess.CompletedProcess[str]:
        started_in.append(how["cwd"])
        return subprocess.CompletedProcess(command, 1, "", "not parsed")

    monkeypatch.setattr(manifest.subprocess, "run", run)
    with pytest.raises(RefreshError, match="not parsed"):
        manifest.prepared_project(tmp_path)
    assert started_in == [tmp_path.resolve()]
