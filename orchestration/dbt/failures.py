"""What failed in a dbt run, in one line that says which model or test, how, and where to look.

dbt's own messages may show the value of a cell; only the kind of an error is taken from them.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from orchestration.dbt.invocation import SUCCEEDED, NodeResult
from orchestration.errors import PassingFaultError, RefreshError

NAMED_FAILURES = 3


def require_success(results: Sequence[NodeResult], manifest: Mapping[str, Any], evidence: Path, database: Path) -> None:
    """Raise RefreshError where a model or test failed; PassingFaultError where all that stopped them can pass.

    Args:
        results: Of the run.
        manifest: Which model a test belongs to, and in which file a model stands.
        evidence: The folder of dbt's log and of the SQL as it ran.
        database: The build's database.
    """
    problems = failed_nodes(results)
    if not problems:
        return
    causes = {problem.cause for problem in problems if problem.cause}
    if causes:
        kind = PassingFaultError if all(problem.is_passing for problem in problems) else RefreshError
        raise kind(f"{', '.join(sorted(causes))} ({database})")
    named = [describe_failure(problem, manifest) for problem in problems[:NAMED_FAILURES]]
    more = f" and {len(problems) - NAMED_FAILURES} more" if len(problems) > NAMED_FAILURES else ""
    where = f"look at dbt's log and the SQL as it ran in {evidence}, mend the cause and refresh again"
    raise RefreshError(f"{'; '.join(named)}{more}; {where}")


def failed_nodes(results: Sequence[NodeResult]) -> list[NodeResult]:
    """Models and tests that failed; those skipped because of them are left out where there is another."""
    failed = [result for result in results if result.status not in SUCCEEDED]
    return [result for result in failed if result.status != "skipped"] or failed


def describe_failure(result: NodeResult, manifest: Mapping[str, Any]) -> str:
    """A failed node: its name, what became of it, and what it is about."""
    node = manifest["nodes"].get(result.unique_id, {})
    if not result.is_test:
        how = f"failed with a {result.error}" if result.error else f"ended as {result.status}"
        return f"the model {result.name} ({node.get('original_file_path', 'dbt_project')}) {how}"
    about = _tested_model(node, manifest)
    test = f"the data test {result.name}" + (f" of {about}" if about else "")
    if result.status == "fail":
        rows = "1 row" if result.failures == 1 else f"{result.failures} rows"
        return f"{test} found {rows} that should not be there"
    return f"{test} could not run" + (f" ({result.error})" if result.error else "")


def _tested_model(test: Mapping[str, Any], manifest: Mapping[str, Any]) -> str | None:
    names = [manifest["nodes"][unique_id]["name"] for unique_id in _nodes_of(test) if unique_id in manifest["nodes"]]
    return ", ".join(names) or None


def _nodes_of(test: Mapping[str, Any]) -> list[str]:
    if test.get("attached_node"):
        return [test["attached_node"]]
    nodes: list[str] = test.get("depends_on", {}).get("nodes", [])
    return nodes
