"""Source text: NFKC, trimming and typed cells (specification 1.1)."""

import datetime as dt
import decimal
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from orchestration.landing.normal_form import normalise

LOCAL_TIME = ZoneInfo("Asia/Shanghai")

# Exactly what str.strip() removes, so that whole columns and single texts are trimmed alike; all in the basic plane.
_BLANKS = "".join(chr(code) for code in range(0x10000) if chr(code).isspace())
_FLOAT_IDENTIFIER = r"^([0-9]+)\.0$"


def clean_text(text: str) -> str:
    """One text after NFKC and trimming. Raises RefusalError where it becomes longer than a cell may be."""
    return normalise(text).strip()


def clean_column(column: pa.Array) -> pa.Array:
    """A text column after NFKC and trimming; blank cells become null.

    ASCII cells, most of a hospital's, are their own NFKC and are only trimmed. The others are normalised by Python,
    once for each distinct text: Arrow's own tables follow a newer Unicode than Python's. Raises as `clean_text`.
    """
    column = column.cast(pa.string())
    is_ascii = pc.fill_null(pc.string_is_ascii(column), True)
    if not pc.all(is_ascii, min_count=0).as_py():
        is_other = pc.invert(is_ascii)
        distinct = column.filter(is_other).dictionary_encode()
        cleaned = pa.array([clean_text(text) for text in distinct.dictionary.to_pylist()], pa.string())
        column = pc.replace_with_mask(column, is_other, cleaned.take(distinct.indices))
    column = pc.utf8_trim(column, characters=_BLANKS)
    return pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)


def strip_float_identifiers(column: pa.Array) -> pa.Array:
    """An identifier column with `digits.0` as `digits` (specification 1.2)."""
    if not pc.any(pc.ends_with(column, ".0"), min_count=0).as_py():
        return column
    return pc.replace_substring_regex(column, _FLOAT_IDENTIFIER, r"\1")


def cell_text(value: object) -> str | None:
    """The text of a typed cell (parquet, xlsx), before NFKC and trimming.

    Dates are `YYYY-MM-DD[ HH:MM:SS]` (midnight: the date alone; with a time zone: in local time), whole numbers have no
    `.0`, other numbers their shortest form, null and not-a-number are blank.

    Raises:
        ValueError: The value is nested or of a kind that has no text.
    """
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, (bool, np.bool_)):
        return "true" if value else "false"
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return _number_text(value)
    if isinstance(value, decimal.Decimal):
        return _decimal_text(value)
    if isinstance(value, (dt.date, dt.time)):
        return _date_text(value)
    if isinstance(value, dt.timedelta):
        return str(value)
    if isinstance(value, bytes):
        return value.decode("utf-8")
    raise ValueError(f"a cell of type {type(value).__name__} has no text")


def _number_text(value: "float | np.floating") -> str | None:
    if np.isnan(value):
        return None
    if np.isfinite(value) and float(value).is_integer():
        return str(int(value))
    # str of a numpy float is the shortest text of its own width: 0.1 stays 0.1 in 32 bits as well.
    return str(value) if isinstance(value, np.floating) else repr(value)


def _decimal_text(value: decimal.Decimal) -> str | None:
    if value.is_nan():
        return None
    if value == 0:
        return "0"
    text = format(value, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _date_text(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.time):
        return value.strftime("%H:%M:%S")
    if not isinstance(value, dt.datetime):
        return value.isoformat()
    if value.tzinfo is not None:
        value = value.astimezone(LOCAL_TIME).replace(tzinfo=None)
    whole_seconds = value.replace(microsecond=0)
    if whole_seconds.time() == dt.time():
        return whole_seconds.date().isoformat()
    return whole_seconds.isoformat(" ")
