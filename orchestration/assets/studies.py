"""The tables of each study as assets: one group a study, made by a factory from the declared tables."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, MaterializeResult, asset

from orchestration.assets.shield import shielded
from orchestration.progress import report
from orchestration.resources import RUN_RESOURCE
from orchestration.run import RefreshRun
from orchestration.studies import STUDY_TABLES, StudyTable

if TYPE_CHECKING:
    import pandas as pd

    from analytics.protocol import Protocol

MARTS = "marts"


def study_assets(studies: Mapping[str, "Protocol"]) -> list[AssetsDefinition]:
    """Every table of every study."""
    return [study_asset(protocol, table) for protocol in studies.values() for table in STUDY_TABLES]


def study_asset(protocol: "Protocol", table: StudyTable) -> AssetsDefinition:
    """One table of one study; it reads marts and other tables of the study, and writes Parquet into the build."""
    group = protocol.identifier
    deps = [AssetKey([MARTS, name]) for name in table.marts] + [AssetKey([group, name]) for name in table.study_tables]

    @asset(
        key=[group, table.name],
        deps=deps,
        group_name=group,
        description=table.description,
        required_resource_keys={RUN_RESOURCE},
    )
    def study_table(context: AssetExecutionContext) -> MaterializeResult[Any]:
        run: RefreshRun = getattr(context.resources, RUN_RESOURCE)
        with shielded(run, f"{protocol.study_id}: {table.name}"):
            row_count = compute_table(run, protocol, table)
        return MaterializeResult(metadata={"dagster/row_count": row_count, "build_id": run.build.build_id})

    return study_table


def compute_table(run: RefreshRun, protocol: "Protocol", table: StudyTable) -> int:
    """Compute a table and write it into the run's build; returns its number of rows."""
    report(f"{protocol.study_id}: {table.name}")
    build = run.build

    def file_of(source: str) -> Path:
        return build.mart(source) if source in table.marts else build.table(f"{protocol.study_id}/{source}")

    frames = {argument: read_frame(file_of(source)) for argument, source in table.arguments.items()}
    function: Callable[..., pd.DataFrame] = table.load()
    frame = function(**frames, protocol=protocol)
    name = f"{protocol.study_id}/{table.name}"
    write_frame(frame, build.table(name))
    build.record_table(name, len(frame))
    return len(frame)


def read_frame(path: Path) -> "pd.DataFrame":
    """A Parquet file as a frame; dates become datetime64 instead of objects, which a million persons need."""
    import pyarrow.parquet as pq

    frame: pd.DataFrame = pq.read_table(path).to_pandas(date_as_object=False)
    return frame


def write_frame(frame: "pd.DataFrame", path: Path) -> None:
    """Write a frame as Parquet in one step: a table of an earlier build that shares the file stays as it was."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.partial")
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), partial, compression="zstd")
    partial.replace(path)
