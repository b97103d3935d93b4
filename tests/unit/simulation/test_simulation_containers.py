from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from delivered_files import records

from analytics.simulation.containers import ContainerError, csv_records, open_writer, typed_columns
from analytics.simulation.delivered import DATE, DECIMAL, EMPTY_LINE_AFTER, EXTRA_FIELDS, WHOLE, delivered

COLUMNS = ("key", "day", "value", "text")
ROWS = {
    "key": ["1", "2", "3"],
    "day": ["2021-03-05", None, "2020-02-29"],
    "value": ["12", "1.5", None],
    "text": ['a "quoted", cell', "two\nlines", "血"],
}


def table() -> pa.Table:
    columns = {name: pa.array(cells, pa.string()) for name, cells in ROWS.items()}
    return delivered(columns, np.zeros(3, dtype=int))


def write(path: Path, rows: pa.Table, columns: tuple[str, ...] = COLUMNS, encoding: str = "utf-8") -> None:
    prepared = rows
    if path.suffix == ".parquet":
        prepared = typed_columns(rows, columns, {"key": WHOLE, "day": DATE, "value": DECIMAL})
    elif path.suffix != ".xlsx":
        prepared = csv_records(rows, columns, encoding, "\n")
    writer = open_writer(path, columns, encoding, "\n")
    writer.append(prepared)
    writer.close()


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "parquet", "xlsx"])
@pytest.mark.parametrize(
    ("center", "encoding"), [("center_a", "utf-8"), ("center_a", "utf-8-sig"), ("center_b", "gb18030")]
)
def test_every_container_gives_the_cells_back(tmp_path: Path, suffix: str, center: str, encoding: str) -> None:
    path = tmp_path / f"table.{suffix}"
    write(path, table(), encoding=encoding)
    header, *rows = records(path, center)
    assert header == list(COLUMNS)
    assert [row[0] for row in rows] == ["1", "2", "3"]
    assert [row[3] for row in rows] == ROWS["text"]
    assert [row[1][:10] for row in rows] == ["2021-03-05", "", "2020-02-29"]
    assert [row[2] for row in rows] in (["12", "1.5", ""], ["12.0", "1.5", ""])


@pytest.mark.parametrize("suffix", ["csv", "csv.gz", "parquet", "xlsx"])
def test_the_same_rows_give_the_same_bytes(tmp_path: Path, suffix: str) -> None:
    contents = []
    for name in ("one", "two"):
        path = tmp_path / f"{name}.{suffix}"
        write(path, table())
        contents.append(path.read_bytes())
    assert contents[0] == contents[1]


@pytest.mark.parametrize("suffix", ["csv", "parquet", "xlsx"])
def test_a_table_without_rows_has_its_header(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"table.{suffix}"
    open_writer(path, COLUMNS, "utf-8", "\n").close()
    assert records(path, "center_a") == [list(COLUMNS)]


def test_parquet_columns_are_typed_where_every_cell_allows_it(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    write(path, table())
    types = [str(field.type) for field in pq.read_schema(path)]
    assert types == ["int64", "date32[day]", "double", "string"]


def test_a_day_that_does_not_exist_keeps_its_column_text(tmp_path: Path) -> None:
    path = tmp_path / "table.parquet"
    write(path, delivered({"day": pa.array(["2021-02-30"])}, np.zeros(1, dtype=int)), columns=("day",))
    assert pq.read_table(path)["day"].to_pylist() == ["2021-02-30"]


def test_a_part_whose_types_are_not_those_of_the_file_is_refused(tmp_path: Path) -> None:
    writer = open_writer(tmp_path / "table.parquet", ("key",), "utf-8", "\n")
    writer.append(pa.table({"key": [1]}))
    with pytest.raises(ContainerError, match=r"table\.parquet: column key no longer fits its type"):
        writer.append(pa.table({"key": ["1"]}))
    writer.close()


def test_more_records_than_a_sheet_holds_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("analytics.simulation.containers.XLSX_MOST_RECORDS", 5)
    writer = open_writer(tmp_path / "table.xlsx", COLUMNS, "utf-8", "\n")
    writer.append(table())
    with pytest.raises(ContainerError, match=r"table\.xlsx: a sheet holds 5 records"):
        writer.append(table())
    writer.close()


@pytest.mark.parametrize("cell", ["007", "1.5", "-3", "1234567890123", "", "12a", "٣"])
def test_a_cell_that_is_no_canonical_number_keeps_its_column_text(cell: str) -> None:
    rows = pa.table({"number": pa.array(["10", cell, None], pa.string())})
    assert typed_columns(rows, ("number",), {"number": WHOLE}).column("number").to_pylist() == ["10", cell, None]


def test_a_column_without_cells_takes_its_type() -> None:
    rows = pa.table({"number": pa.array([None, None], pa.string())})
    assert typed_columns(rows, ("number",), {"number": WHOLE}).schema.field("number").type == pa.int64()


def test_misshapen_records_and_empty_lines(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    shapes = pa.array([1, -1, EMPTY_LINE_AFTER], pa.int8())
    rows = table()
    rows = rows.set_column(rows.schema.get_field_index(EXTRA_FIELDS), EXTRA_FIELDS, shapes)
    write(path, rows)
    assert [len(row) for row in records(path, "center_a")] == [4, 5, 3, 4]
    assert path.read_text(encoding="utf-8").endswith("\n\n")
