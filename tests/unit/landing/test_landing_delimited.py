"""csv and csv.gz: RFC 4180, encodings, malformed records, limits (specification 1.1)."""

import gzip
import os
import zlib
from dataclasses import replace
from pathlib import Path
from typing import IO

import pytest

from orchestration.landing import limits
from orchestration.landing.errors import RefusalError
from orchestration.landing.readers import delimited, open_table

UTF8_MARK = b"\xef\xbb\xbf"

Cells = list[list[str | None]]


def read(tmp_path: Path, content: bytes, name: str = "t.csv", encoding: str = "utf-8") -> tuple[list[str], Cells]:
    """Header and records; a malformed record is shown as an empty list."""
    path = tmp_path / name
    path.write_bytes(content)
    records: Cells = []
    with open_table(path, encoding) as reader:
        for batch in reader.batches(range(len(reader.header))):
            rows = zip(*(column.to_pylist() for column in batch.columns), strict=True)
            flags = batch.is_malformed.to_pylist()
            records += [[] if flag else list(row) for row, flag in zip(rows, flags, strict=True)]
        return reader.header, records


def refusal(tmp_path: Path, content: bytes, name: str = "t.csv", encoding: str = "utf-8") -> str:
    with pytest.raises(RefusalError) as error:
        read(tmp_path, content, name, encoding)
    return error.value.problem.code


def test_records_in_file_order(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\r\n1,2\r\n3,4\r\n") == (["a", "b"], [["1", "2"], ["3", "4"]])


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_the_last_line_needs_no_end(tmp_path: Path, line_end: bytes) -> None:
    assert read(tmp_path, line_end.join([b"a,b", b"1,2"])) == (["a", "b"], [["1", "2"]])


def test_quoted_fields_hold_commas_quotes_and_line_breaks(tmp_path: Path) -> None:
    content = b'a,b\r\n"1,5","say ""x"""\r\n"two\r\nlines",""\r\n'

    assert read(tmp_path, content)[1] == [["1,5", 'say "x"'], ["two\r\nlines", ""]]


def test_empty_lines_are_no_records(tmp_path: Path) -> None:
    assert read(tmp_path, b"\n\na,b\n\n1,2\n\n\n3,4\n\n")[1] == [["1", "2"], ["3", "4"]]


def test_lines_of_blanks_or_commas_are_records(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\n \n,\n")[1] == [[], ["", ""]]


def test_records_with_more_or_fewer_fields_are_malformed(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\n1\n1,2\n1,2,3\n")[1] == [[], ["1", "2"], []]


def test_text_after_a_closing_quote_belongs_to_the_field(tmp_path: Path) -> None:
    assert read(tmp_path, b'a,b\n"1"5,2\nsize 5",3\n')[1] == [["15", "2"], ['size 5"', "3"]]


@pytest.mark.parametrize("content", [b'a,b\n1,"2', b'a,b\n1,"2\n3,4\n', b'"a,b\n', b'a,b\n1,"', b'a,b\n"1""5,2\n3,4'])
def test_a_quote_still_open_at_the_end_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content) == "unreadable_file"


def test_an_empty_table_has_a_header_only(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\n") == (["a", "b"], [])
    assert read(tmp_path, b"a,b") == (["a", "b"], [])


@pytest.mark.parametrize("content", [b"", b"\n\r\n", UTF8_MARK])
def test_a_file_without_any_record_has_no_header(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == ([], [])


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("药品,数\n索拉非尼,1\n".encode("gb18030"), "gb18030"),
        (UTF8_MARK + "药品,数\n索拉非尼,1\n".encode(), "gb18030"),
        (UTF8_MARK + "药品,数\n索拉非尼,1\n".encode(), "utf-8"),
        ("药品,数\n索拉非尼,1\n".encode(), "utf-8"),
    ],
)
def test_a_byte_order_mark_means_utf8_else_the_centers_encoding_holds(
    tmp_path: Path, content: bytes, encoding: str
) -> None:
    assert read(tmp_path, content, encoding=encoding) == (["药品", "数"], [["索拉非尼", "1"]])


def test_four_byte_characters_of_gb18030(tmp_path: Path) -> None:
    assert read(tmp_path, "a\n𠮷㐀€\n".encode("gb18030"), encoding="gb18030")[1] == [["𠮷㐀€"]]


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        ("a\n索拉非尼\n".encode("gb18030"), "utf-8"),
        (b"a\n\xff\n", "gb18030"),
        (b"a\n\xe7\xb4", "utf-8"),
        ("a\n索".encode("gb18030")[:-1], "gb18030"),
        (b"\xff\xfea\x00\n\x00", "utf-8"),
        (UTF8_MARK + "a\n索\n".encode("gb18030"), "gb18030"),
        (b"a\n\xed\xa0\x80\n", "utf-8"),
    ],
)
def test_bytes_that_cannot_be_decoded_are_refused(tmp_path: Path, content: bytes, encoding: str) -> None:
    assert refusal(tmp_path, content, encoding=encoding) == "undecodable_file"


def test_the_refusal_says_where_decoding_failed(tmp_path: Path) -> None:
    content = b"a,b\n" + b"1,2\n" * 40_000 + b"\xff,2\n"

    with pytest.raises(RefusalError, match=r"cannot be decoded as UTF-8 after record [0-9]+;"):
        read(tmp_path, content)


def test_nul_bytes_are_text(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\n1\x00,\x00end of file\x00\n")[1] == [["1\x00", "\x00end of file\x00"]]


def test_many_batches_keep_the_order(tmp_path: Path) -> None:
    content = b"a,b\n" + b"".join(b"%d,x\n" % number for number in range(300_000))

    assert [row[0] for row in read(tmp_path, content)[1]] == [str(number) for number in range(300_000)]


def test_a_cell_of_ten_megabytes_is_read(tmp_path: Path) -> None:
    assert read(tmp_path, b"a,b\n1," + b"x" * 10_000_000 + b"\n")[1] == [["1", "x" * 10_000_000]]


def test_a_cell_beyond_the_limit_is_refused(tmp_path: Path) -> None:
    content = b"a,b\n1," + b"x" * (limits.LIMITS.cell_characters + 1) + b"\n"

    assert refusal(tmp_path, content) == "too_large"


@pytest.mark.parametrize("record", [b"1,2," * 500, b'1,"' + b"x\n" * 1000 + b'"'], ids=["one line", "many lines"])
def test_a_record_beyond_the_limit_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, record: bytes) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, record_characters=1000))
    monkeypatch.setattr(delimited, "_PORTION_CHARACTERS", 100)

    assert refusal(tmp_path, b"a,b\n" + record + b"\n") == "too_large"


def test_gzip_in_several_members_is_one_file(tmp_path: Path) -> None:
    content = gzip.compress(b"a,b\n1,2\n") + gzip.compress(b"3,4\n")

    assert read(tmp_path, content, "t.csv.gz")[1] == [["1", "2"], ["3", "4"]]


@pytest.mark.parametrize(
    "content",
    [
        b"a,b\n1,2\n",
        gzip.compress(b"a,b\n1,2\n")[:-4],
        gzip.compress(b"a,b\n" + b"1,2\n" * 1000)[:-30],
        gzip.compress(b"a,b\n1,2\n")[:-8] + b"\x00" * 8,
        gzip.compress(b"a,b\n1,2\n") + b"rest",
        gzip.compress(b"a,b\n1,2\n")[:10] + zlib.compress(b"x"),
    ],
    ids=["no gzip", "cut in the trailer", "cut in the data", "wrong trailer", "something behind", "wrong data"],
)
def test_a_damaged_gzip_file_is_refused(tmp_path: Path, content: bytes) -> None:
    assert refusal(tmp_path, content, "t.csv.gz") == "unreadable_file"


def test_a_gzip_bomb_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LIMITS", replace(limits.LIMITS, unpacked_bytes=100_000))
    content = gzip.compress(b"a\n" + b"\n" * 3_000_000)

    assert refusal(tmp_path, content, "t.csv.gz") == "too_large"


def test_a_file_that_vanished_may_come_back(tmp_path: Path) -> None:
    with pytest.raises(RefusalError) as error:
        open_table(tmp_path / "t.csv", "utf-8")

    assert (error.value.problem.code, error.value.problem.is_lasting) == ("unreadable_file", False)


def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "t.csv")

    with pytest.raises(RefusalError, match="no regular file"):
        open_table(tmp_path / "t.csv", "utf-8")


def test_a_file_that_loses_its_name_once_it_is_open_is_read_to_its_end(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, opened = tmp_path / "t.csv.gz", Path.open
    path.write_bytes(gzip.compress(b"a\n1\n"))

    def open_and_lose(file: Path, mode: str) -> IO[bytes]:
        handle: IO[bytes] = opened(file, mode)
        file.unlink()
        return handle

    monkeypatch.setattr(Path, "open", open_and_lose)
    with delimited.DelimitedReader(path, "utf-8") as reader:
        [batch] = reader.batches([0])
    assert batch.columns[0].to_pylist() == ["1"]
