"""The tables of each study as assets: one group a study, made by a factory from the declared tables."""

import base64
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MarkdownMetadataValue,
    MaterializeResult,
    MetadataValue,
    multi_asset,
)

from orchestration.assets.shield import shielded
from orchestration.parquet import read_frame, write_frame
from orchestration.progress import report
from orchestration.resources import RUN_RESOURCE
from orchestration.run import RefreshRun
from orchestration.studies import STUDY_STEPS, StudyStep

if TYPE_CHECKING:
    import pandas as pd

    from analytics.protocol import Protocol

MARTS = "marts"


def study_assets(studies: Mapping[str, "Protocol"]) -> list[AssetsDefinition]:
    """Every table of every study."""
    return [study_step(protocol, step) for protocol in studies.values() for step in STUDY_STEPS]


def study_step(protocol: "Protocol", step: StudyStep) -> AssetsDefinition:
    """One step of one study; it reads marts and other tables of the study, and writes Parquet into the build."""
    group = protocol.identifier
    deps = [AssetKey([MARTS, name]) for name in step.marts] + [AssetKey([group, name]) for name in step.study_tables]
    specs = [
        AssetSpec([group, table.name], deps=deps, group_name=group, description=table.description)
        for table in step.tables
    ]

    @multi_asset(name=f"{group}__{step.name}", specs=specs, required_resource_keys={RUN_RESOURCE})
    def study_tables(context: AssetExecutionContext) -> Iterator[MaterializeResult[Any]]:
        run: RefreshRun = getattr(context.resources, RUN_RESOURCE)
        with shielded(run, f"{protocol.study_id}: {step.name}"):
            frames = compute_step(run, protocol, step)
            pictures = step.pictures(frames, protocol, run.build.is_simulated)
        for table in step.tables:
            shown = {title: as_markdown(title, png) for title, png in pictures if table.name == step.shown_at}
            yield MaterializeResult(
                asset_key=AssetKey([group, table.name]),
                metadata={"dagster/row_count": len(frames[table.name]), "build_id": run.build.build_id, **shown},
            )

    return study_tables


def as_markdown(title: str, png: bytes) -> MarkdownMetadataValue:
    """A picture as metadata that the UI shows."""
    return MetadataValue.md(f"![{title}](data:image/png;base64,{base64.b64encode(png).decode()})")


def compute_step(run: RefreshRun, protocol: "Protocol", step: StudyStep) -> dict[str, "pd.DataFrame"]:
    """Compute a step's tables and write them into the run's build; returns them by name."""
    report(f"{protocol.study_id}: {step.name}")
    build = run.build

    def file_of(source: str) -> Path:
        return build.mart(source) if source in step.marts else build.table(f"{protocol.study_id}/{source}")

    arguments = {argument: read_frame(file_of(source)) for argument, source in step.arguments.items()}
    made = step.load()(**arguments, protocol=protocol)
    frames = dict(zip((table.name for table in step.tables), made if isinstance(made, tuple) else (made,), strict=True))
    for name, frame in frames.items():
        write_frame(frame, build.table(f"{protocol.study_id}/{name}"))
        build.record_table(f"{protocol.study_id}/{name}", len(frame))
    return frames
