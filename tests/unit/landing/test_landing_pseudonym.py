"""Person ids (specification 1.7)."""

import hashlib
import hmac

import pytest

from orchestration.landing import key_fingerprint
from orchestration.landing.pseudonym import identifier_text, is_valid_resident_id, person_id, person_text

KEY = "秘密".encode()
VALID = "11010519491231002X"  # The example of the national standard GB 11643-1999.


@pytest.mark.parametrize(
    ("national_id", "is_valid"),
    [
        (VALID, True),
        ("440524188001010014", True),
        ("110105194912310021", False),
        ("11010519491231002x", False),
        ("11010519491231002", False),
        ("1101051949123100211", False),
        ("１１０１０５１９４９１２３１００２Ｘ", False),
        ("", False),
    ],
)
def test_check_character_is_iso_7064_mod_11_2(national_id: str, is_valid: bool) -> None:
    assert is_valid_resident_id(national_id) is is_valid


@pytest.mark.parametrize(
    "national_id", [VALID, " 11010519491231002x ", "１１０１０５１９４９１２３１００２ｘ", "\u300011010519491231002X"]
)
def test_a_valid_national_id_is_read_after_nfkc_trimming_and_upper_case(national_id: str) -> None:
    assert person_text("center_a", "P1", national_id) == f"nid:{VALID}"


@pytest.mark.parametrize("national_id", [None, "", "110105194912310021", "110105491231002"])
def test_without_a_valid_national_id_the_center_and_its_own_number_count(national_id: str | None) -> None:
    assert person_text("center_b", "70000044.0", national_id) == "center_b:70000044"


def test_a_national_id_loses_its_decimal_zero() -> None:
    assert person_text("center_a", "P1", "440524188001010014.0") == "nid:440524188001010014"


def test_the_local_id_keeps_its_case() -> None:
    assert person_text("center_a", "p1", None) != person_text("center_a", "P1", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [("12.0", "12"), ("012.0", "012"), ("12.00", "12.00"), ("12.5", "12.5"), (".0", ".0"), ("A12.0", "A12.0")],
)
def test_only_digits_lose_a_decimal_zero(text: str, expected: str) -> None:
    assert identifier_text(text) == expected


def test_person_id_is_the_head_of_the_keyed_hash() -> None:
    expected = hmac.new(KEY, f"nid:{VALID}".encode(), hashlib.sha256).hexdigest()[:16]

    assert person_id(KEY, f"nid:{VALID}") == expected


def test_the_fingerprint_tells_keys_apart_and_is_no_person_id() -> None:
    assert key_fingerprint(KEY) == key_fingerprint(KEY)
    assert key_fingerprint(KEY) != key_fingerprint(KEY + b"!")
    assert key_fingerprint(KEY) != hashlib.sha256(KEY).hexdigest()[:16]
