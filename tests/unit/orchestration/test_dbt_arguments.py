"""The arguments of every dbt call."""

import sys
from pathlib import Path

import pytest

from orchestration.dbt.arguments import build_arguments, dbt_executable, parse_arguments
from orchestration.dbt.invocation import NodeResult

PROJECT, TARGET = Path("/project"), Path("/build/evidence/dbt")


def test_dbt_is_the_one_beside_python():
    assert dbt_executable().parent == Path(sys.executable).parent
    assert dbt_executable().is_file()


def test_a_refresh_builds_everything_but_unit_tests_with_two_threads():
    arguments = build_arguments(PROJECT, TARGET)
    assert arguments[arguments.index("--exclude") + 1] == "test_type:unit"
    assert arguments[arguments.index("--threads") + 1] == "2"
    assert "--select" not in arguments


def test_everything_that_dbt_writes_goes_into_the_restricted_build():
    for arguments in (build_arguments(PROJECT, TARGET), parse_arguments(PROJECT, TARGET)):
        for option in ("--target-path", "--log-path"):
            assert arguments[arguments.index(option) + 1] == str(TARGET)
        assert arguments[arguments.index("--log-level") + 1] == "none"


def test_single_models_are_selected_by_name_with_the_tests_that_need_nothing_else():
    arguments = build_arguments(PROJECT, TARGET, ["b", "a", "b"])
    assert arguments[-3:] == ["--select", "a", "b"]
    assert arguments[arguments.index("--indirect-selection") + 1] == "cautious"


def test_an_empty_selection_is_an_error_because_dbt_would_build_everything():
    with pytest.raises(ValueError, match="no model"):
        build_arguments(PROJECT, TARGET, [])


def test_results_tell_tests_from_models():
    assert NodeResult("test.hcc.is_key.0123", "pass", 0, 0.1).is_test
    assert not NodeResult("model.hcc.harmonised_persons", "success", None, 0.1).is_test
