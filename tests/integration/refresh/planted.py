"""Everything in the raw drops that may not leave the restricted landing: identifiers, free text, exact dates.

And the search for it. It finds a value however a file holds it: compressed, in a database, or written with escapes.
"""

import gzip
import io
import re
import sqlite3
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import numpy as np

from orchestration.landing import load_contracts

CONTRACTS = Path(__file__).parents[3] / "dbt_project" / "models" / "staging"
NAMES = {"full_name", "姓名"}
# Beside each table's identifiers: names and what people wrote in words.
FREE_TEXTS = {"drug_name", "dose", "organ", "诊断名称", "药品名称", "单次剂量", "操作名称", "影像结论"}
SITES = re.compile(r"靶病灶[0-9]部位")
# 凝血酶原时间 is a measurement.
DATES = re.compile(r"date|_at$|performed_on|日期|(?<!酶原)时间")

# A shorter text (in bytes: two Chinese characters are six) or number stands somewhere by chance.
SHORTEST, SHORTEST_NUMBER = 6, 8

Column = tuple[str, str, str]

# A number counts as a whole: not within a longer one, nor within a checksum or the name of a run.
NUMBER = re.compile(rb"(?<![0-9a-fA-F])[0-9]{%d,}(?![0-9a-fA-F])" % SHORTEST_NUMBER)
DATE = re.compile("(?<![0-9])([12][0-9]{3})([-/]|年)([0-9]{1,2})(?:[-/]|月)([0-9]{1,2})(?![0-9])".encode())
# Six digits tell the second of a day; a measured duration has more.
SERIAL = re.compile(rb"(?<![0-9a-zA-Z.])([1-4][0-9]{4})(\.[0-9]{1,6})?(?![0-9a-zA-Z.])")
ISO_DATE = re.compile(r"[12][0-9]{3}-[0-9]{2}-[0-9]{2}")
# JSON within JSON doubles the backslash; HTML and XML have their own way.
ESCAPED = re.compile(rb"\\+u([0-9a-fA-F]{4})|&#x([0-9a-fA-F]{1,6});|&#([0-9]{1,7});")
PICTURE = re.compile(rb"base64,[0-9a-zA-Z+/=]+")
FULL_WIDTH = re.compile(rb"\xef\xbc[\x81-\xbf]|\xef\xbd[\x80-\x9e]")


def planted_columns(landing: Path) -> dict[Column, set[str]]:
    """Every identifier, name and free text that was landed, by center, table and column."""
    return {
        (center, table.dataset, column): _values(landing, center, table.dataset, column)
        for center, contract in load_contracts(CONTRACTS).items()
        for table in contract.tables.values()
        for column in table.columns
        if column in {*table.identifiers, *table.key, *FREE_TEXTS, *NAMES} or SITES.fullmatch(column)
    }


def date_columns(landing: Path) -> dict[Column, set[str]]:
    """Every date that was landed, as it was written."""
    return {
        (center, table.dataset, column): _values(landing, center, table.dataset, column)
        for center, contract in load_contracts(CONTRACTS).items()
        for table in contract.tables.values()
        for column in table.columns
        if DATES.search(column)
    }


def telling(column: str, texts: set[str]) -> set[str]:
    """The texts long enough to be told from chance; letters alone (an agent's name) may stand anywhere.

    A patient's name always tells.
    """
    if column in NAMES:
        return texts
    numbers = {text for text in texts if text.isdigit()}
    words = {text for text in texts - numbers if len(text.encode()) >= SHORTEST}
    return {text for text in numbers if len(text) >= SHORTEST_NUMBER} | {
        text for text in words if not (text.isascii() and text.isalpha())
    }


def dates_in(content: bytes, bare_serials: bool = True) -> set[str]:
    """The dates in a content as year-month-day, whichever of the forms of specification 1.4 they are written in.

    Five digits alone, a day's serial, may also be a count of rows or a process: where those stand, do not ask for them.
    """
    found = {f"{int(year)}-{int(month):02d}-{int(day):02d}" for year, _, month, day in DATE.findall(content)}
    numbers = {number.decode() for number in NUMBER.findall(content) if len(number) == len("20240630")}
    found |= {f"{number[:4]}-{number[4:6]}-{number[6:]}" for number in numbers}
    serials = {int(serial) for serial, of_day in SERIAL.findall(content) if of_day or bare_serials}
    return found | {(date(1899, 12, 30) + timedelta(days=serial)).isoformat() for serial in serials}


class Search:
    """A search for planted texts, numbers (whole ones) and dates (given as year-month-day, found in any form)."""

    def __init__(self, planted: Iterable[str]) -> None:
        planted = set(planted)
        self.dates = {text for text in planted if ISO_DATE.fullmatch(text)}
        self.numbers = {text for text in planted if text.isdigit()}
        texts = planted - self.dates - self.numbers
        self.short = {text for text in texts if len(text.encode()) < SHORTEST}
        self.ends = {text: int.from_bytes(text.encode()[-SHORTEST:], "little") for text in texts - self.short}
        self.wanted = np.unique(np.array(list(self.ends.values()), np.uint64))

    def in_file(self, file: bytes, bare_serials: bool = True) -> set[str]:
        """What of it a file holds, whichever way it holds it."""
        return {text for content in contents(file) for text in self.in_content(content, bare_serials)}

    def in_content(self, content: bytes, bare_serials: bool = True) -> set[str]:
        """What of it stands in a content."""
        content = _unescaped(content)
        found = {number.decode() for number in NUMBER.findall(content)} & self.numbers
        return found | (self.dates & dates_in(content, bare_serials)) | self._texts_in(content)

    def _texts_in(self, content: bytes) -> set[str]:
        """Which texts stand in a content.

        Thousands are searched for in megabytes: only those whose last bytes stand there are looked for as a whole.
        """
        found = {text for text in self.short if text.encode() in content}
        if not self.ends:
            return found
        read = np.frombuffer(content, np.uint8).astype(np.uint64)
        count = max(0, len(read) - SHORTEST + 1)
        windows = np.zeros(count, np.uint64)
        for place in range(SHORTEST):
            windows |= read[place : place + count] << np.uint64(8 * place)
        positions = np.minimum(np.searchsorted(self.wanted, windows), len(self.wanted) - 1)
        present = set(np.unique(windows[self.wanted[positions] == windows]).tolist())
        return found | {text for text, end in self.ends.items() if end in present and text.encode() in content}


def contents(file: bytes) -> Iterator[bytes]:
    """What a file holds: its bytes, and what can be read in it where it is compressed or a database."""
    if file.startswith(b"PK\x03\x04"):  # docx, xlsx
        with zipfile.ZipFile(io.BytesIO(file)) as archive:
            # The theme of the programs that write them: thousands of shades, no data.
            for name in (name for name in archive.namelist() if "/theme/" not in name):
                yield from contents(archive.read(name))
        return
    yield file
    if file.startswith(b"\x1f\x8b"):
        yield from contents(gzip.decompress(file))
    elif file.startswith(b"SQLite format 3\x00"):
        yield from _cells(file)


def _cells(database: bytes) -> Iterator[bytes]:
    """Each table of a SQLite database: in its pages a long text is cut, and Dagster compresses snapshots."""
    with sqlite3.connect(":memory:") as connection:
        # Bytes 18 and 19 say whether a log lies beside it, which memory cannot have.
        connection.deserialize(database[:18] + b"\x01\x01" + database[20:])
        connection.text_factory = bytes
        tables = [name.decode() for (name,) in connection.execute("select name from sqlite_master where type='table'")]
        for table in tables:
            cells = [cell for row in connection.execute(f'select * from "{table}"') for cell in row]
            yield b"\n".join(_inflated(cell) for cell in cells if isinstance(cell, bytes))
    connection.close()


def _inflated(cell: bytes) -> bytes:
    try:
        return zlib.decompress(cell)
    except zlib.error:
        return cell


def _unescaped(content: bytes) -> bytes:
    """The content without pictures, and with escaped characters and full-width letters and digits as plain ones."""

    def character(match: re.Match[bytes]) -> bytes:
        code = int(match[3]) if match[3] else int(match[1] or match[2], 16)
        return chr(code).encode(errors="surrogatepass") if code < 0x110000 else match[0]

    content = ESCAPED.sub(character, PICTURE.sub(b"", content))
    return FULL_WIDTH.sub(lambda match: bytes([ord(match[0].decode()) - 0xFEE0]), content)


def _values(landing: Path, center: str, dataset: str, column: str) -> set[str]:
    files = f"{landing}/{center}/*/{dataset}.parquet"
    query = f'select distinct "{column}" from read_parquet(\'{files}\') where "{column}" is not null'
    return {value for (value,) in duckdb.sql(query).fetchall()}
