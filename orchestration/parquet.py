"""Frames as Parquet files, as every table of a build is kept."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd


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
