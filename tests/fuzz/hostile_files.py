"""Files that ask for far more memory or time than their size tells, and files that are merely large."""

import gzip
import io
import zipfile

import pyarrow as pa
import pyarrow.parquet as pq
import xlsxwriter

HEADER = b"visit_id,patient_id,weight_kg\n"
NAMES = ("visit_id", "patient_id", "weight_kg")


def gzip_of_one_line() -> bytes:
    """300 megabytes without a line break in 300 kilobytes."""
    return gzip.compress(HEADER + b"\0" * 300_000_000, compresslevel=9)


def gzip_of_many_records() -> bytes:
    """Four million records of one kind, 300 megabytes in 600 kilobytes."""
    return gzip.compress(HEADER + (b"V1,P1," + b"6" * 60 + b"\n") * 4_500_000, compresslevel=9)


def commas() -> bytes:
    """A record of sixty million blank fields."""
    return HEADER + b"," * 60_000_000 + b"\n"


def many_columns() -> bytes:
    """A header of twenty thousand columns."""
    return HEADER.strip() + b"".join(b",c%d" % number for number in range(20_000)) + b"\n"


def open_quote() -> bytes:
    """A quote that is never closed."""
    return HEADER + b'V1,P1,"' + b"60.5\nV2,P2," * 4_000_000


def marks_in_disorder() -> bytes:
    """One letter with three million marks, each pair in the wrong order."""
    return HEADER + b"V1,P1,a" + "\u0300\u0316".encode() * 1_500_000 + b"\n"


def expanding_characters() -> bytes:
    """A cell that NFKC makes eighteen times as long."""
    return HEADER + b"V1,P1," + "\ufdfa".encode() * 10_000_000 + b"\n"


def parquet_of_one_value() -> bytes:
    """Ten megabytes, stored once, in three million cells."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["x" * 10_000_000]))
    return _parquet(dict.fromkeys(NAMES, column))


def parquet_of_short_values() -> bytes:
    """A thousand characters, stored once, in three million cells: each batch is small, all of them are not."""
    column = pa.DictionaryArray.from_arrays(pa.array([0] * 1_000_000, pa.int32()), pa.array(["x" * 1000]))
    return _parquet(dict.fromkeys(NAMES, column))


def parquet_of_many_columns() -> bytes:
    """Twenty thousand columns."""
    one = pa.array(["1"])
    return _parquet({**dict.fromkeys(NAMES, one), **{f"c{number}": one for number in range(20_000)}})


def xlsx_of_one_string() -> bytes:
    """Ten megabytes, stored once, in fifteen thousand cells."""
    return _edited_xlsx(b"x" * 10_000_000, further_cells=15_000)


def xlsx_of_a_long_cell() -> bytes:
    """One cell of twenty megabytes."""
    return _edited_xlsx(b"x" * 20_000_000, further_cells=0)


def xlsx_of_blanks() -> bytes:
    """A part that unpacks to 300 megabytes."""
    buffer = io.BytesIO(_edited_xlsx(b"x", further_cells=0))
    with zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/media/blank.xml", b" " * 300_000_000)
    return buffer.getvalue()


def large_cell_csv() -> bytes:
    """A cell of ten megabytes."""
    return HEADER + b"V1,P1," + b"x" * 10_000_000 + b"\n"


def large_cell_parquet() -> bytes:
    """The same in Parquet."""
    return _parquet({name: pa.array(["x" * 10_000_000]) for name in NAMES})


def large_cell_xlsx() -> bytes:
    """The same in a workbook, which no spreadsheet program would write."""
    return _edited_xlsx(b"x" * 10_000_000, further_cells=0)


def two_thousand_columns() -> bytes:
    """Two thousand columns that nobody agreed on."""
    names = HEADER.strip() + b"".join(b",c%d" % number for number in range(2000)) + b"\n"
    return names + b",".join([b"1"] * 2003) + b"\n"


def _parquet(columns: dict[str, pa.Array]) -> bytes:
    buffer = io.BytesIO()
    pq.write_table(pa.table(columns), buffer)
    return buffer.getvalue()


def _edited_xlsx(text: bytes, further_cells: int) -> bytes:
    """A workbook with one record; `text` is its weight, and stands in further cells of the first column."""
    buffer = io.BytesIO()
    with xlsxwriter.Workbook(buffer, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        sheet.write_row(0, 0, [*NAMES])
        sheet.write_row(1, 0, ["V1", "P1", "TEXT"])
    edited = io.BytesIO()
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(edited, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name.endswith("sharedStrings.xml"):
                content = content.replace(b"TEXT", text)
            if name.endswith("sheet1.xml") and further_cells:
                cell = b'<row r="%d"><c r="A%d" t="s"><v>5</v></c></row>'
                rows = b"".join(cell % (number, number) for number in range(3, 3 + further_cells))
                content = content.replace(b"</sheetData>", rows + b"</sheetData>")
            target.writestr(name, content)
    return edited.getvalue()
