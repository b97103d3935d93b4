"""Where the pseudonym key comes from, and which keys are refused (specification 1.7, 4)."""

import pytest

from orchestration.builds import BuildStore, LandingRecord
from orchestration.checks.model import Status
from orchestration.checks.of_build import key_check
from orchestration.errors import PseudonymKeyError
from orchestration.pseudonym_key import DEMONSTRATION_KEY, check_against_last, resolve_key
from orchestration.settings import settings_from_environment

LONG = "a key of more than sixteen bytes"


def write_key(settings, text, mode=0o600):
    settings.key_file.parent.mkdir(parents=True)
    settings.key_file.write_text(text, encoding="utf-8")
    settings.key_file.chmod(mode)


def test_the_variable_comes_first_and_is_taken_as_it_is(settings):
    write_key(settings, "the key in the file")
    key = resolve_key(settings, False, {"HCC_PSEUDONYM_KEY": f" {LONG} 密钥"})
    assert key.secret == f" {LONG} 密钥".encode()
    assert not key.is_demonstration


def test_a_key_file_loses_its_line_end_only(settings):
    write_key(settings, f" {LONG} \r\n")
    assert resolve_key(settings, False, {}).secret == f" {LONG} ".encode()


def test_variable_and_file_of_the_same_secret_are_the_same_key(settings):
    write_key(settings, f"{LONG}\n")
    from_variable = resolve_key(settings, False, {"HCC_PSEUDONYM_KEY": LONG})
    assert resolve_key(settings, False, {}).fingerprint == from_variable.fingerprint


def test_simulated_data_get_the_demonstration_key_with_a_warning(settings):
    key = resolve_key(settings, True, {})
    assert key.secret == DEMONSTRATION_KEY
    assert key.is_demonstration
    assert "simulated data only" in key.warnings[0]


def test_simulated_data_use_a_given_key_all_the_same(settings):
    assert resolve_key(settings, True, {"HCC_PSEUDONYM_KEY": LONG}).secret == LONG.encode()


def test_other_data_without_a_key_are_refused_with_how_to_make_one(settings):
    with pytest.raises(PseudonymKeyError, match=r"secrets\.token_hex") as caught:
        resolve_key(settings, False, {})
    assert str(settings.key_file) in str(caught.value)


def test_a_key_file_that_was_named_must_be_there_even_for_simulated_data(tmp_path):
    variables = {"HCC_OUT": str(tmp_path), "HCC_PSEUDONYM_KEY_FILE": str(tmp_path / "nowhere")}
    with pytest.raises(PseudonymKeyError, match="is not there"):
        resolve_key(settings_from_environment(variables), True, variables)


@pytest.mark.parametrize("text", ["", "\n", "  \n"])
def test_an_empty_key_file_is_refused(settings, text):
    write_key(settings, text)
    with pytest.raises(PseudonymKeyError, match="is empty"):
        resolve_key(settings, True, {})


def test_a_key_file_that_is_no_text_is_refused_without_showing_it(settings):
    settings.key_file.parent.mkdir(parents=True)
    settings.key_file.write_bytes(b"\xff\xfe secret")
    with pytest.raises(PseudonymKeyError) as caught:
        resolve_key(settings, False, {})
    assert "secret" not in str(caught.value)


def test_a_key_file_that_others_can_read_is_warned_about(settings):
    write_key(settings, LONG, 0o644)
    [warning] = resolve_key(settings, False, {}).warnings
    assert "chmod 600" in warning
    assert str(settings.out) not in warning  # it is published with the checks


def test_a_short_key_is_warned_about(settings):
    assert "shorter than 16 bytes" in resolve_key(settings, False, {"HCC_PSEUDONYM_KEY": "short"}).warnings[0]
    assert resolve_key(settings, False, {"HCC_PSEUDONYM_KEY": "x" * 16}).warnings == ()


@pytest.mark.parametrize(
    ("is_simulated", "is_demonstration", "warnings", "expected"),
    [
        (False, False, [], Status.PASS),
        (False, False, ["shorter"], Status.FAIL),
        (True, False, ["shorter"], Status.WARN),
        (True, True, ["public"], Status.WARN),
    ],
)
def test_a_weak_key_of_real_data_is_a_failed_check_that_everybody_sees(
    settings, is_simulated, is_demonstration, warnings, expected
):
    """No release is blocked by it: any text is a key (specification 1.7)."""
    build = BuildStore(settings.builds).create("run")
    landing = LandingRecord(build.build_id, is_simulated, "d", "p", {}, "f", is_demonstration, "w", warnings)
    build.record_landing(landing)
    [result] = key_check(build)
    assert result.status is expected
    assert not result.blocks


def test_a_key_shows_its_fingerprint_and_never_itself(settings):
    key = resolve_key(settings, False, {"HCC_PSEUDONYM_KEY": LONG})
    assert LONG not in repr(key)
    assert len(key.fingerprint) == 16


def test_another_key_than_the_last_is_refused_unless_rotated(settings):
    key = resolve_key(settings, False, {"HCC_PSEUDONYM_KEY": LONG})
    check_against_last(key, None, rotate=False)
    check_against_last(key, key.fingerprint, rotate=False)
    check_against_last(key, "0123456789abcdef", rotate=True)
    with pytest.raises(PseudonymKeyError, match="--rotate-key"):
        check_against_last(key, "0123456789abcdef", rotate=False)
