"""HCC_DAGSTER_POSTGRES_URL: runs and events of Dagster in a real PostgreSQL server, for command line and daemon."""

import json
import time
import urllib.request

import pytest
from browser.dagster_ui import Ui, running_ui
from integration.refresh.refreshed_warehouse import Warehouse, last_line, run_hcc
from postgres.postgres_server import PASSWORD, Server, running_server

from analytics.simulation import simulate

pytestmark = pytest.mark.postgres

SECONDS_TO_WAIT = 300
LAUNCH_RELEASE = """
mutation { launchPipelineExecution(executionParams: {
    selector: {repositoryLocationName: "orchestration.definitions", repositoryName: "__repository__",
               pipelineName: "__ASSET_JOB", assetSelection: [{path: ["release"]}]},
    runConfigData: "{}", mode: "default"
}) { __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }
"""


@pytest.fixture(scope="module")
def server():
    with running_server() as server:
        yield server


@pytest.fixture(scope="module")
def refreshed(server: Server, tmp_path_factory: pytest.TempPathFactory) -> Warehouse:
    """A warehouse refreshed by the command line with the switch set."""
    folder = tmp_path_factory.mktemp("postgres")
    simulate(folder / "raw", patients=60, seed=5)
    finished = run_hcc(
        "refresh",
        "--raw",
        folder / "raw",
        "--out",
        folder / "out",
        HCC_DAGSTER_POSTGRES_URL=server.url,
        HCC_REPORTS="off",
    )
    assert finished.returncode == 0, finished.stderr
    return Warehouse(folder / "raw", folder / "out", finished)


def test_1_a_refresh_keeps_run_and_events_in_the_server_and_none_in_sqlite(refreshed: Warehouse, server: Server):
    assert server.rows("select status from runs") == [("SUCCESS",)]
    [(events,)] = server.rows("select count(*) from event_logs where dagster_event_type = 'ASSET_MATERIALIZATION'")
    assert events > 100
    assert not list((refreshed.out / "restricted").rglob("*.db"))


def test_2_the_password_is_printed_and_stored_nowhere(refreshed: Warehouse, server: Server):
    assert PASSWORD not in refreshed.refreshed.stdout + refreshed.refreshed.stderr
    for path in refreshed.out.rglob("*"):
        assert not path.is_file() or PASSWORD.encode() not in path.read_bytes(), path
    [(found,)] = server.rows(f"select count(*) from event_logs where event like '%{PASSWORD}%'")
    assert found == 0


def test_3_daemon_and_ui_work_on_the_server_and_run_what_is_queued(refreshed: Warehouse, server: Server, tmp_path):
    first = refreshed.release_id()
    variables = {"HCC_DAGSTER_POSTGRES_URL": server.url, "HCC_REPORTS": "off"}
    with running_ui(refreshed.raw, refreshed.out, tmp_path / "log", **variables) as ui:
        run_id = launch(ui)
        assert ended(server, run_id) == "SUCCESS"
        [(queued,)] = server.rows(
            f"select count(*) from event_logs where run_id = '{run_id}' and dagster_event_type = 'PIPELINE_ENQUEUED'"
        )
        assert queued == 1
        daemons = {kind for (kind,) in server.rows("select daemon_type from daemon_heartbeats")}
        assert {"SENSOR", "SCHEDULER", "QUEUED_RUN_COORDINATOR", "FRESHNESS_DAEMON"} <= daemons
    assert refreshed.release_id() > first
    assert PASSWORD not in (tmp_path / "log").read_text(encoding="utf-8")


def test_4_a_server_that_does_not_answer_is_said_in_one_line_without_the_password(refreshed: Warehouse, server: Server):
    elsewhere = server.url.replace(str(server.port), "1")
    failed = refreshed.refresh(HCC_DAGSTER_POSTGRES_URL=elsewhere)
    assert failed.returncode == 1
    assert "the PostgreSQL server of HCC_DAGSTER_POSTGRES_URL" in last_line(failed)
    assert "does not answer" in last_line(failed)
    assert PASSWORD not in failed.stderr
    misspelt = refreshed.refresh(HCC_DAGSTER_POSTGRES_URL="localhost")
    assert "must read postgresql://USER:PASSWORD@HOST:PORT/DATABASE" in last_line(misspelt)


def launch(ui: Ui) -> str:
    """Ask the UI for a run of the release alone, as a click does."""
    body = json.dumps({"query": LAUNCH_RELEASE}).encode()
    request = urllib.request.Request(f"{ui.address}/graphql", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=120) as answer:
        launched = json.load(answer)["data"]["launchPipelineExecution"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    return launched["run"]["runId"]


def ended(server: Server, run_id: str) -> str:
    """How a run ended."""
    deadline = time.monotonic() + SECONDS_TO_WAIT
    while time.monotonic() < deadline:
        [(status,)] = server.rows(f"select status from runs where run_id = '{run_id}'")
        if status in ("SUCCESS", "FAILURE", "CANCELED"):
            return status
        time.sleep(2)
    pytest.fail(f"the run did not end within {SECONDS_TO_WAIT} s")
