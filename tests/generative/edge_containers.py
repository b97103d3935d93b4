"""Writes tables into every container of specification 1.1: csv, csv.gz, parquet and xlsx, text or typed cells."""

from __future__ import annotations

import csv
import gzip
import io
import random
from datetime import date
from pathlib import Path

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

Record = list[str]


def write_table(
    rng: random.Random, folder: Path, name: str, columns: list[str], records: list[Record], encoding: str
) -> tuple[str, int]:
    """Writes one table in a random container; returns the file's name and its number of records.

    Columns come in any order, some headers in full-width letters or padded, sometimes with a column nobody asked for.
    """
    columns, records = _rearranged(rng, columns, records)
    container = rng.choice(["csv", "csv", "csv.gz", "parquet", "xlsx"])
    if container == "xlsx" and any(ILLEGAL_CHARACTERS_RE.search(cell) for record in records for cell in record):
        container = "csv"
    path = folder / f"{name}.{container}"
    if container == "parquet":
        _write_parquet(rng, path, columns, records)
    elif container == "xlsx":
        records = [record for record in records if any(cell.strip() for cell in record)]
        _write_xlsx(rng, path, columns, records)
    else:
        for _ in range(rng.randrange(0, 3)):
            if records:
                malformed = rng.choice([records[0][:-1], [*records[0], "x"], ["x"] * 3])
                records.insert(rng.randrange(len(records)), malformed)
        write_csv(path, columns, records, rng.choice([encoding, "utf-8-sig"]), rng.choice(["\r\n", "\n"]))
    return path.name, len(records)


def _rearranged(rng: random.Random, columns: list[str], records: list[Record]) -> tuple[list[str], list[Record]]:
    order = list(range(len(columns)))
    if rng.random() < 0.5:
        rng.shuffle(order)
    header = [columns[place] for place in order]
    rows = [[record[place] for place in order] for record in records]
    if rng.random() < 0.3:
        place = rng.randrange(len(header))
        wide = header[place].translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)})
        header[place] = rng.choice([f" {header[place]}\u3000", wide])
    if rng.random() < 0.3:
        header, rows = [*header, "remark"], [[*row, "ok"] for row in rows]
    return header, rows


def write_csv(path: Path, columns: list[str], records: list[Record], encoding: str, line_end: str) -> None:
    """A csv file (gzip-compressed when the name says so); records may have a wrong number of fields."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator=line_end)
    writer.writerow(columns)
    for number, record in enumerate(records):
        writer.writerow(record)
        if number % 50 == 7:
            text.write(line_end)  # an empty line is no record
    data = text.getvalue().encode(encoding)
    path.write_bytes(gzip.compress(data) if path.name.endswith(".gz") else data)


def _write_parquet(rng: random.Random, path: Path, columns: list[str], records: list[Record]) -> None:
    arrays = {}
    for place, column in enumerate(columns):
        cells = [record[place] or None for record in records]
        typed = [None if cell is None else _typed(cell) for cell in cells]
        kinds = {type(cell) for cell in typed if cell is not None}
        if len(kinds) == 1 and rng.random() < 0.7:
            arrays[column] = pa.array(typed)
        else:
            arrays[column] = pa.array(cells, pa.string())
    pq.write_table(pa.table(arrays), path)


def _write_xlsx(rng: random.Random, path: Path, columns: list[str], records: list[Record]) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(columns)
    is_typed = rng.random() < 0.5
    for record in records:
        sheet.append([None if cell == "" else _typed(cell) if is_typed else cell for cell in record])
    book.save(path)


def _typed(cell: str) -> str | int | float | date:
    """A cell as a program with types would hold it: whole and other numbers, dates."""
    if cell.isascii() and cell.isdigit() and len(cell) < 10 and f"{int(cell)}" == cell:
        return int(cell)
    if cell.isascii() and cell.replace(".", "", 1).isdigit() and len(cell) < 10 and f"{float(cell)!r}" == cell:
        return float(cell)
    if len(cell) == 10 and cell[4:5] == cell[7:8] == "-" and cell[:2] in ("19", "20"):
        try:
            return date.fromisoformat(cell)
        except ValueError:
            return cell
    return cell
