"""The one line at the end of a failed refresh names what failed, how, and where to look; it never shows a value."""

from pathlib import Path

import pytest
from dagster import DagsterInstance, Failure, job, op, resource

from orchestration.cli.refresh import reason_of_failure
from orchestration.dbt.failures import require_success
from orchestration.dbt.invocation import NodeResult, kind_of_error
from orchestration.errors import PassingFaultError, RefreshError

MANIFEST = {
    "nodes": {
        "model.hcc.treatment_lines": {
            "name": "treatment_lines",
            "original_file_path": "models/oncology/treatment_lines.sql",
        },
        "test.hcc.is_key_treatment_lines.0123": {"attached_node": "model.hcc.treatment_lines"},
        "test.hcc.assert_lines_follow": {"depends_on": {"nodes": ["model.hcc.treatment_lines"]}},
    }
}
MODEL, KEY_TEST, SINGLE_TEST = MANIFEST["nodes"]


def message(*results):
    """What a run with these results ends with."""
    with pytest.raises(RefreshError) as caught:
        require_success(results, MANIFEST, Path("/build/evidence/dbt"), Path("/build/warehouse.duckdb"))
    return str(caught.value)


def test_a_failed_model_is_named_with_its_file_and_the_kind_of_error():
    said = message(NodeResult(MODEL, "error", None, 0.1, error="Conversion Error"))
    assert "the model treatment_lines (models/oncology/treatment_lines.sql) failed with a Conversion Error" in said
    assert "/build/evidence/dbt" in said


def test_a_failed_data_test_is_named_with_its_model_and_rows():
    said = message(NodeResult(KEY_TEST, "fail", 3, 0.1))
    assert "the data test is_key_treatment_lines of treatment_lines found 3 rows that should not be there" in said
    assert "assert_lines_follow of treatment_lines found 1 row that" in message(NodeResult(SINGLE_TEST, "fail", 1, 0.1))


def test_what_was_skipped_because_of_a_failure_is_not_named():
    said = message(NodeResult(MODEL, "error", None, 0.1), NodeResult(KEY_TEST, "skipped", None, 0))
    assert "is_key" not in said


def test_after_three_failures_the_rest_is_counted():
    assert "and 2 more" in message(*[NodeResult(KEY_TEST, "fail", 1, 0.1)] * 5)


def test_a_cause_of_the_system_comes_instead_of_the_models_that_it_stopped():
    full = NodeResult(MODEL, "error", None, 0.1, cause="no space left on the device")
    assert message(full) == "no space left on the device (/build/warehouse.duckdb)"


def test_a_run_that_was_stopped_only_by_what_can_pass_can_be_tried_again():
    passing = NodeResult(MODEL, "error", None, 0.1, cause="another process has the database open", is_passing=True)
    with pytest.raises(PassingFaultError):
        require_success([passing], MANIFEST, Path("/e"), Path("/d"))
    with pytest.raises(RefreshError) as caught:
        require_success([passing, NodeResult(KEY_TEST, "fail", 1, 0.1)], MANIFEST, Path("/e"), Path("/d"))
    assert not isinstance(caught.value, PassingFaultError)


def test_of_the_databases_message_only_the_kind_is_repeated():
    text = "Runtime Error in model treatment_lines (models/x.sql)\n  Conversion Error: Could not convert 'Zhang San'"
    assert kind_of_error(text) == "Conversion Error"
    assert kind_of_error("Zhang San is an Error") is None
    assert kind_of_error("") is None


def reason(job_definition):
    """What `hcc refresh` says of a run of this job."""
    with DagsterInstance.ephemeral() as instance:
        return reason_of_failure(job_definition.execute_in_process(instance=instance, raise_on_error=False))


def test_a_fault_outside_every_asset_is_named_by_its_own_type_and_not_by_dagsters():
    @op
    def release():
        raise KeyError("Zhang San")

    @job
    def refresh():
        release()

    said = reason(refresh)
    assert said.startswith("release: unexpected KeyError; see run")
    assert "Zhang San" not in said


def test_a_refusal_before_the_first_step_is_told_in_its_own_words():
    @resource
    def lock(_):
        raise Failure("another process is running", allow_retries=False)

    @op(required_resource_keys={"lock"})
    def release():
        pass

    @job(resource_defs={"lock": lock})
    def refresh():
        release()

    assert reason(refresh).startswith("before the first step: another process is running; see run")
