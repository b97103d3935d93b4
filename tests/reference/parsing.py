"""Reading single cells: identifiers, numbers (1.5), dates of both centers (1.3, 1.4), resident ids (1.7)."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Context, Decimal

CONTEXT = Context(prec=60)
SERIAL_BASE = date(1899, 12, 30)
NULL_DATE = date(1900, 1, 1)

IDENTIFIER = re.compile(r"([0-9]+)\.0")
NUMBER = re.compile(
    r"(?P<comparator><=|>=|<|>|≤|≥)?\s*"
    r"(?P<whole>[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)(?:\.(?P<fraction>[0-9]+))?"
    r"(?:[eE](?P<exponent>[+-]?[0-9]+)|[×*]10\^(?P<power>[0-9]+))?"
)
TIME = r"(?: (?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2}))?)?"
DATE_A = re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})" + TIME)
DATES_B = [
    re.compile(r"(?P<y>[0-9]{4})-(?P<m>[0-9]{1,2})-(?P<d>[0-9]{1,2})" + TIME),
    re.compile(r"(?P<y>[0-9]{4})/(?P<m>[0-9]{1,2})/(?P<d>[0-9]{1,2})" + TIME),
    re.compile(r"(?P<y>[0-9]{4})年(?P<m>[0-9]{1,2})月(?P<d>[0-9]{1,2})日" + TIME),
    re.compile(r"(?P<y>[0-9]{4})(?P<m>[0-9]{2})(?P<d>[0-9]{2})" + TIME),
]
SERIAL = re.compile(r"(?P<day>[0-9]{5})(?P<fraction>\.[0-9]+)?")
RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
RESIDENT_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


@dataclass(frozen=True, order=True)
class Moment:
    """A local date and, within it, the second of the day (0 where no time was given)."""

    day: date
    second: int = 0


@dataclass(frozen=True)
class Number:
    """A number by 1.5: comparator ('' , <, >, <=, >=) and exact value."""

    comparator: str
    value: Decimal


def clean(text: str) -> str:
    """Section 1.1: headers and cells are read after NFKC and trimming."""
    return unicodedata.normalize("NFKC", text).strip()


def identifier(text: str) -> str:
    """Section 1.2: `digits.0` loses its `.0` in every identifier."""
    match = IDENTIFIER.fullmatch(text)
    return match.group(1) if match else text


def parse_number(text: str) -> Number | None:
    """Section 1.5: a number, or None for anything else."""
    match = NUMBER.fullmatch(text)
    if match is None:
        return None
    whole, fraction = match["whole"].replace(",", ""), match["fraction"] or ""
    if len((whole + fraction).lstrip("0")) > 15:
        return None
    exponent = int(match["exponent"] or match["power"] or 0)
    if not any(digit != "0" for digit in whole + fraction):
        value = Decimal(0)
    elif abs(exponent) > 1000:
        return None
    else:
        value = Decimal(f"{whole}.{fraction or 0}").scaleb(exponent, context=CONTEXT)
        if not Decimal("1e-9") <= value <= Decimal("1e15"):
            return None
    comparator = (match["comparator"] or "").replace("≤", "<=").replace("≥", ">=")
    return Number(comparator, value)


def parse_whole(text: str) -> int | None:
    """A whole number without comparator (dose-days and counts of 1.5)."""
    number = parse_number(text)
    if number is None or number.comparator or number.value != number.value.to_integral_value():
        return None
    return int(number.value)


def parse_tenths_of_mm(text: str, mm_per_unit: int) -> int | None:
    """Section 1.4: a diameter in tenths of a millimetre, rounded half up when read; None = no number."""
    number = parse_number(text)
    if number is None or number.comparator:
        return None
    tenths = CONTEXT.multiply(number.value, Decimal(mm_per_unit * 10))
    return int(tenths.quantize(Decimal(1), rounding=ROUND_HALF_UP, context=CONTEXT))


def _calendar(match: re.Match[str]) -> Moment | None:
    try:
        day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    except ValueError:
        return None
    hour, minute, second = (int(match[part] or 0) for part in ("hour", "minute", "second"))
    if hour > 23 or minute > 59 or second > 59:
        return None
    return Moment(day, hour * 3600 + minute * 60 + second)


def parse_date_a(text: str) -> Moment | None:
    """Section 1.3: YYYY-MM-DD, or with HH:MM[:SS]."""
    match = DATE_A.fullmatch(text)
    return _calendar(match) if match else None


def parse_date_b(text: str) -> Moment | None:
    """Section 1.4: four written forms with or without a time, or an Excel day serial."""
    for form in DATES_B:
        match = form.fullmatch(text)
        if match:
            return _calendar(match)
    match = SERIAL.fullmatch(text)
    if match is None:
        return None
    part_of_day = Decimal("0" + (match["fraction"] or ".0"))
    second = int((part_of_day * 86400).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return Moment(SERIAL_BASE + timedelta(days=int(match["day"])), second)


def parse_date(center: str, text: str) -> Moment | None:
    """The center's date forms."""
    return parse_date_a(text) if center == "center_a" else parse_date_b(text)


def is_resident_id(text: str) -> bool:
    """Section 1.7: 17 digits, then digit or X, with the right ISO 7064 MOD 11-2 check character."""
    if not RESIDENT_ID.fullmatch(text):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(text, RESIDENT_WEIGHTS, strict=False))
    return "10X98765432"[total % 11] == text[17]


def add_months(day: date, months: int) -> date:
    """Section 2: calendar months; 31 January + 1 month = the last day of February."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def completed_years(born: date, on: date) -> int:
    """Section 2.4: age in completed years."""
    return on.year - born.year - ((on.month, on.day) < (born.month, born.day))
