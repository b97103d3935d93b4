"""One dbt call inside this process, with the manifest made ahead.

A call of the dbt executable would import everything again and parse the project anew, because its environment differs
from build to build; here the parsed project is handed over and only the models run.
"""

import logging
import os
import re
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from orchestration.dbt.manifest import KEY_VARIABLE, PARSED_PROJECT, dbt_environment, prepared_project
from orchestration.errors import (
    NO_SPACE,
    PassingFaultError,
    RefreshError,
    is_transient,
    passing_cause,
    speaks_of_no_space,
)
from orchestration.files import write_json
from orchestration.progress import report

SUCCEEDED = frozenset({"success", "pass", "warn"})
_KIND_OF_ERROR = re.compile(r"\s*((?:[A-Z][A-Za-z]+ )+Error)\b")


@dataclass(frozen=True)
class NodeResult:
    """What became of one model, seed or data test.

    Attributes:
        unique_id: As in the manifest.
        status: success, error, skipped (models); pass, warn, fail, error, skipped (tests).
        failures: Rows that a test found; None for models and for tests that did not run.
        seconds: Time taken.
        cause: What stopped it, where that is the system and not the data; dbt's own words may show data.
        is_passing: Whether that cause can pass by itself.
        error: Kind of the database's error, such as `Conversion Error`; what it says besides may show data.
    """

    unique_id: str
    status: str
    failures: int | None
    seconds: float
    cause: str | None = None
    is_passing: bool = False
    error: str | None = None

    @property
    def name(self) -> str:
        """Name of the model, seed or test."""
        return self.unique_id.split(".")[2]

    @property
    def is_test(self) -> bool:
        """Whether this is a data test."""
        return self.unique_id.startswith("test.")


def run_dbt(arguments: Sequence[str], database: Path, marts: Path, results_file: Path) -> list[NodeResult]:
    """Run dbt with these arguments (orchestration.dbt.arguments) on a build's database.

    The results are also written to `results_file`. Failing models and tests are results, not exceptions. Raises
    RefreshError when dbt itself could not run; its message points to the log and repeats nothing of it.
    """
    from dbt.cli.main import dbtRunner
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest.from_msgpack((prepared_project() / PARSED_PROJECT).read_bytes())
    manifest.build_flat_graph()
    progress = _Progress()
    with _environment(dbt_environment(database, marts)), _no_log_on_standard_error():
        try:
            answer = dbtRunner(manifest=manifest, callbacks=[progress.on_event]).invoke(list(arguments))
        finally:
            _close_database()
    if answer.result is None:
        fault = type(answer.exception).__name__ if answer.exception else "no result"
        line = f"dbt could not run ({fault}); its log lies in {results_file.parent / 'evidence' / 'dbt'}"
        if answer.exception is not None and is_transient(answer.exception):
            raise PassingFaultError(line)
        raise RefreshError(line)
    results = [_to_result(result) for result in answer.result.results]  # type: ignore[union-attr]
    write_json(results_file, [asdict(result) for result in results])
    return results


def _close_database() -> None:
    """Close what dbt leaves open for its next call; nobody else could open the database otherwise."""
    from dbt.adapters.duckdb.connections import DuckDBConnectionManager

    if DuckDBConnectionManager._ENV is not None:
        DuckDBConnectionManager.env().close()
        DuckDBConnectionManager.close_all_connections()


def _to_result(result: Any) -> NodeResult:
    message = (result.message or "") if str(result.status) == "error" else ""
    passing = passing_cause(message)
    return NodeResult(
        unique_id=result.node.unique_id,
        status=str(result.status),
        failures=result.failures,
        seconds=round(result.execution_time, 3),
        cause=NO_SPACE if speaks_of_no_space(message) else passing,
        is_passing=passing is not None and not speaks_of_no_space(message),
        error=kind_of_error(message),
    )


def kind_of_error(message: str) -> str | None:
    """The kind of error that dbt's message names below its own first line; nothing else of it is safe to repeat."""
    kinds = [match.group(1) for line in message.splitlines() if (match := _KIND_OF_ERROR.match(line))]
    return kinds[-1] if kinds else None


class _Progress:
    """Counts finished nodes; dbt calls it from its worker threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._done = 0

    def on_event(self, event: Any) -> None:
        if event.info.name != "NodeFinished":
            return
        node = event.data.node_info
        with self._lock:
            self._done += 1
            done = self._done
        report(f"dbt: {'test' if node.resource_type == 'test' else 'model'} {node.node_name}", done)


@contextmanager
def _no_log_on_standard_error() -> Iterator[None]:
    """Where dbt's log cannot be written, Python would print its lines, which may show data, for everybody to read."""
    before = logging.raiseExceptions
    logging.raiseExceptions = False
    try:
        yield
    finally:
        logging.raiseExceptions = before


@contextmanager
def _environment(variables: dict[str, str]) -> Iterator[None]:
    before = {name: os.environ.get(name) for name in (*variables, KEY_VARIABLE)}
    os.environ.update(variables)
    os.environ.pop(KEY_VARIABLE, None)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value
