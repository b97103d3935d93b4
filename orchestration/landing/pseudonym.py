"""The pseudonym of a person (specification 1.7). Nothing outside the landing sees the key."""

import hashlib
import hmac
import re
import unicodedata

_FLOAT_IDENTIFIER = re.compile(r"([0-9]+)\.0")
_RESIDENT_ID = re.compile(r"[0-9]{17}[0-9X]")
_WEIGHTS = tuple(2 ** (17 - position) % 11 for position in range(17))
_CHECK_CHARACTERS = "10X98765432"
_FINGERPRINT_LABEL = "hcc pseudonym key fingerprint"


def identifier_text(text: str) -> str:
    """An identifier as compared everywhere: `digits.0`, the trace of a number cell, loses its `.0` (1.2)."""
    match = _FLOAT_IDENTIFIER.fullmatch(text)
    return match.group(1) if match else text


def is_valid_resident_id(national_id: str) -> bool:
    """Whether a text is a valid 18-character resident id: 17 digits and their ISO 7064 MOD 11-2 check character."""
    if not _RESIDENT_ID.fullmatch(national_id):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(national_id[:17], _WEIGHTS, strict=True))
    return _CHECK_CHARACTERS[total % 11] == national_id[17]


def person_text(center: str, local_id: str, national_id: str | None) -> str:
    """The text whose keyed hash is the person id: the valid national id, else the center's own number."""
    national = identifier_text(unicodedata.normalize("NFKC", national_id or "").strip().upper())
    if is_valid_resident_id(national):
        return f"nid:{national}"
    return f"{center}:{identifier_text(unicodedata.normalize('NFKC', local_id).strip())}"


def person_id(key: bytes, text: str) -> str:
    """The first 16 hex digits of HMAC-SHA256(key, text)."""
    return hmac.digest(key, text.encode("utf-8"), hashlib.sha256).hex()[:16]


def key_fingerprint(key: bytes) -> str:
    """16 hex digits that tell two keys apart without giving either away (kept in restricted/ and in each release)."""
    return hmac.digest(key, _FINGERPRINT_LABEL.encode(), hashlib.sha256).hex()[:16]
