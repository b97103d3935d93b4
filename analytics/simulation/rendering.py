"""From arrays of codes, days and numbers to delivered text, vectorised: a cell is a string, a blank one null."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from functools import cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from analytics.simulation.facts import NO_DAY
from analytics.simulation.parameters import day_number

FIRST_DAY = day_number(dt.date(1900, 1, 1))
LAST_DAY = day_number(dt.date(2040, 12, 31))
EXCEL_DAY_ZERO = day_number(dt.date(1899, 12, 30))
SMALLEST_SERIAL = 10_000
DATE_FORMS = ("iso", "slash", "slash_plain", "chinese", "chinese_padded", "compact", "serial")

# Most results are small numbers: their text is looked up among all numbers below this.
LOOKED_UP = 100_000

FULL_WIDTH = {code: code + 0xFEE0 for code in range(0x21, 0x7F)} | {0x20: 0x3000}


def pick(lookup: pa.Array, index: np.ndarray) -> pa.Array:
    """Text at each position of `lookup`; null where the index is negative."""
    index = np.asarray(index)
    return lookup.take(pa.array(index.astype(np.int64), mask=index < 0))


def pick_from(words: Sequence[str | None], index: np.ndarray) -> pa.Array:
    """`pick` from a short list."""
    return pick(pa.array(list(words), pa.string()), index)


def words(values: np.ndarray) -> pa.Array:
    """Object strings as text, empty = blank."""
    array = pa.array(list(values), pa.string())
    return pc.if_else(pc.equal(array, ""), pa.scalar(None, pa.string()), array)


def translate(values: np.ndarray, table: Mapping[str, str | None]) -> pa.Array:
    """Codes of a closed list in another language."""
    codes, index = np.unique(values.astype(str), return_inverse=True)
    return pick_from([table[code] for code in codes], index)


def constant(text: str | None, size: int) -> pa.Array:
    """The same cell in every row."""
    return pa.repeat(pa.scalar(text, pa.string()), size)


def identifiers(prefix: str, number: np.ndarray, width: int = 0) -> pa.Array:
    """Prefix + number, zero-padded to `width` digits; null where the number is negative."""
    number = np.asarray(number, dtype=np.int64)
    digits = _written(_in_full, number, 0, number < 0)
    if width:
        digits = pc.utf8_lpad(digits, width, "0")
    return join(prefix, digits)


def join(*parts: pa.Array | str) -> pa.Array:
    """Cells side by side; null if any of them is."""
    return pc.binary_join_element_wise(*[pa.scalar(part) if isinstance(part, str) else part for part in parts], "")


def numbers(values: np.ndarray, decimals: int = 0) -> pa.Array:
    """Numbers in shortest form after rounding; null for NaN."""
    scaled, missing = _scaled(values, decimals)
    return _written(_shortest, scaled, decimals, missing)


def fixed(values: np.ndarray, decimals: int) -> pa.Array:
    """Numbers with exactly `decimals` decimals; null for NaN."""
    scaled, missing = _scaled(values, decimals)
    return _written(_in_full, scaled, decimals, missing)


def _scaled(values: np.ndarray, decimals: int) -> tuple[np.ndarray, np.ndarray]:
    """Values in whole units of the last decimal, 0 where they are missing, and where they are."""
    values = np.asarray(values, dtype=float)
    missing = np.isnan(values)
    return np.round(np.where(missing, 0, values) * 10**decimals).astype(np.int64), missing


def _written(
    write: Callable[[pa.Array, int], pa.Array], scaled: np.ndarray, decimals: int, missing: np.ndarray
) -> pa.Array:
    """Text of numbers given in units of their last decimal, none of them negative unless missing."""
    numbers = pa.array(scaled, mask=missing)
    if scaled.max(initial=0) < LOOKED_UP:
        return _text_of_small_numbers(write, decimals).take(numbers)
    return write(numbers, decimals)


@cache
def _text_of_small_numbers(write: Callable[[pa.Array, int], pa.Array], decimals: int) -> pa.Array:
    return write(pa.array(np.arange(LOOKED_UP)), decimals)


def _in_full(scaled: pa.Array, decimals: int) -> pa.Array:
    """1230 with three decimals as 1.230."""
    if decimals == 0:
        return scaled.cast(pa.string())
    head = pc.divide(scaled, 10**decimals)
    tail = pc.subtract(scaled, pc.multiply(head, 10**decimals))
    return join(head.cast(pa.string()), ".", pc.utf8_lpad(tail.cast(pa.string()), decimals, "0"))


def _shortest(scaled: pa.Array, decimals: int) -> pa.Array:
    """1230 with three decimals as 1.23."""
    return (scaled if decimals == 0 else pc.divide(scaled.cast(pa.float64()), 10.0**decimals)).cast(pa.string())


def in_thousands(text: str) -> str:
    """12345.6 as 12,345.6."""
    head, dot, tail = text.partition(".")
    return f"{int(head):,}{dot}{tail}"


@cache
def _date_lookup(form: str) -> pa.Array:
    days = np.arange(FIRST_DAY, LAST_DAY + 1)
    iso = pa.array(np.datetime_as_string(days.astype("datetime64[D]")), pa.string())
    if form == "iso":
        return iso
    if form == "serial":
        # a serial has five digits: dates before May 1927 are written out
        serial = pa.array(days - EXCEL_DAY_ZERO)
        return pc.if_else(pc.greater_equal(serial, SMALLEST_SERIAL), serial.cast(pa.string()), iso)
    padded = [pc.utf8_slice_codeunits(iso, start, stop) for start, stop in ((0, 4), (5, 7), (8, 10))]
    year, month, day = padded
    plain_month, plain_day = (pc.utf8_ltrim(part, "0") for part in (month, day))
    written = {
        "slash": (year, "/", month, "/", day),
        "slash_plain": (year, "/", plain_month, "/", plain_day),
        "chinese": (year, "年", plain_month, "月", plain_day, "日"),
        "chinese_padded": (year, "年", month, "月", day, "日"),
        "compact": (year, month, day),
    }
    return join(*written[form])


@cache
def _time_lookup(with_seconds: bool) -> pa.Array:
    clock = (f"{minute // 60:02d}:{minute % 60:02d}" for minute in range(1440))
    return pa.array([f" {time}:00" if with_seconds else f" {time}" for time in clock], pa.string())


@cache
def _serial_fraction_lookup() -> pa.Array:
    """Fractions of a day, only where they are exact in six decimals (every one and a half hours)."""
    return pa.array(
        [f"{minute / 1440:.6f}".rstrip("0")[1:] if minute % 90 == 0 else ".5" for minute in range(1440)], pa.string()
    )


def dates(day: np.ndarray, form: str = "iso") -> pa.Array:
    """Dates as text in one of DATE_FORMS; null for NO_DAY."""
    day = np.asarray(day)
    return pick(_date_lookup(form), np.where(day == NO_DAY, -1, day - FIRST_DAY))


def timestamps(day: np.ndarray, minute: np.ndarray, form: str = "iso", with_seconds: bool = False) -> pa.Array:
    """Dates with a time of day. A serial carries it as a fraction, a whole one and a half hours."""
    if form == "serial":
        return join(dates(day, form), pick(_serial_fraction_lookup(), np.asarray(minute) // 90 * 90))
    return join(dates(day, form), pick(_time_lookup(with_seconds), np.asarray(minute)))


def mixed(choice: np.ndarray, candidates: Sequence[pa.Array]) -> pa.Array:
    """Row by row the candidate that `choice` names."""
    return pc.choose(pa.array(choice.astype(np.int64)), *candidates)


def full_width(text: str) -> str:
    """Printable ASCII as its full-width twins, which NFKC folds back."""
    return text.translate(FULL_WIDTH)


def replace_cells(column: pa.Array, rows: np.ndarray, change: Mapping[int, str | None]) -> pa.Array:
    """The column with other text in a few rows."""
    mask = np.zeros(len(column), dtype=bool)
    mask[rows] = True
    return pc.replace_with_mask(
        column, pa.array(mask), pa.array([change[int(row)] for row in np.sort(rows)], pa.string())
    )
