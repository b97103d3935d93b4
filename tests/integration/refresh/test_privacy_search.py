"""The search of the privacy tests finds a planted value, however a file holds it; else they could not fail."""

import gzip
import html
import io
import json
import sqlite3
import zipfile
import zlib
from collections.abc import Callable

import pytest
from planted import Search, telling

NAME, NUMBER, IDENTIFIER, WORDS, DAY = "王平", "70000005", "A0000007", "患者诉右上腹隐痛。", "2021-03-05"
PLANTED = {NAME, NUMBER, IDENTIFIER, WORDS, DAY}


def zipped(text: str, member: str = "xl/sharedStrings.xml") -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, text)
    return file.getvalue()


def stored(cell: str | bytes) -> bytes:
    """A database as Dagster leaves it: one that was written with a log beside it."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute("create table events (id integer, body)")
        connection.execute("insert into events values (1, ?)", [cell])
        database = connection.serialize()
    return database[:18] + b"\x02\x02" + database[20:]


HELD: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "json": lambda text: json.dumps({"note": text}).encode(),
    "json_within_json": lambda text: json.dumps({"event": json.dumps({"note": text})}).encode(),
    "html": lambda text: f"<td>{html.escape(text)}</td>".encode("ascii", "xmlcharrefreplace"),
    "hexadecimal_html": lambda text: "".join(f"&#x{ord(one):x};" for one in text).encode(),
    "full_width": lambda text: text.translate({code: code + 0xFEE0 for code in range(0x21, 0x7F)}).encode(),
    "gz": lambda text: gzip.compress(text.encode()),
    "docx_or_xlsx": zipped,
    "database": lambda text: stored(json.dumps(text)),
    "compressed_in_a_database": lambda text: stored(zlib.compress(json.dumps(text).encode())),
}


@pytest.mark.parametrize("held", HELD)
@pytest.mark.parametrize("value", sorted(PLANTED))
def test_a_planted_value_is_found_however_a_file_holds_it(held, value):
    file = HELD[held](f"row 7: '{value}' was refused")
    assert Search(PLANTED).in_file(file) == {value}


@pytest.mark.parametrize(
    "written",
    [
        *("2021-03-05", "2021-3-5", "2021/03/05", "2021/3/5", "2021年03月05日", "2021年3月5日", "20210305"),
        *("44260", "44260.0", "44260.375", "44260.354167"),
        *("2021-03-05 09:30", "2021/3/5 09:30:00", "2021年3月5日 09:30", "20210305 09:30", "2021-03-05T09:30:00+08:00"),
    ],
)
@pytest.mark.parametrize("held", ["plain", "json", "docx_or_xlsx", "database"])
def test_a_date_is_found_in_every_form_of_the_centers(written, held):
    assert Search(PLANTED).in_file(HELD[held](f"seen on {written}, refused")) == {DAY}


@pytest.mark.parametrize(
    "other",
    [
        *("170000005", "700000051", "e70000005", "70000005af", "0.1234570000005"),
        *("2021-03-051", "12021-03-05", "2021-03-06", "442600", "44260.37512345678", "sha44260", "王 平", "A000000"),
        "<img src='data:image/png;base64,iVBORA0000007/44260+70000005='>",
    ],
)
def test_a_part_of_a_longer_number_a_checksum_or_a_picture_is_no_value(other):
    assert Search(PLANTED).in_file(f"row 7: {other} was read".encode()) == set()


def test_a_name_that_a_database_cuts_between_two_pages_is_found():
    search = Search(PLANTED)
    databases = [stored("-" * before + NAME + "-" * (5000 - before)) for before in range(0, 4200, 5)]
    assert any(not search.in_content(database) for database in databases)
    assert all(search.in_file(database) == {NAME} for database in databases)


def test_five_digits_are_no_date_where_counts_stand():
    search = Search(PLANTED)
    assert search.in_content(b'"rows": 44260, "pid": 44260', bare_serials=False) == set()
    assert search.in_content(b'"day": 44260.375', bare_serials=False) == {DAY}


def test_the_theme_of_a_document_is_not_searched_and_its_text_is():
    assert Search(PLANTED).in_file(zipped('<a:tint val="44260"/>', "word/theme/theme1.xml")) == set()
    assert Search(PLANTED).in_file(zipped("<t>44260</t>", "word/document.xml")) == {DAY}


def test_names_always_tell_and_other_texts_from_six_bytes_or_eight_digits_on():
    assert telling("姓名", {"王平", "Li"}) == {"王平", "Li"}
    assert telling("操作名称", {"消融", "无", "Lenvatinib"}) == {"消融"}
    assert telling("住院号", {"1234567", "12345678", "A1234", "A12345"}) == {"12345678", "A12345"}
    assert Search({"Li"}).in_content(b"of Li Na") == {"Li"}
