"""Who withdrew: pseudonyms alone, private, one entry a patient, and never lost in silence."""

import pytest

from orchestration.errors import RefreshError
from orchestration.landing.pseudonym import person_id
from orchestration.withdrawal.persons import LandedPatient, Named, local_pseudonym, pseudonyms_of, read_names
from orchestration.withdrawal.register import WithdrawalRegister

KEY = b"a key of more than sixteen bytes"
CENTERS = ("center_a", "center_b")
P, Q, R = "0" * 16, "1" * 16, "2" * 16


@pytest.fixture
def register(settings):
    settings.restricted.mkdir(parents=True)
    return WithdrawalRegister(settings)


def test_without_a_register_nobody_withdrew(register):
    assert (register.all(), register.pseudonyms()) == ([], frozenset())


def test_the_register_is_for_its_owner_alone(register):
    register.add({P}, "key")
    assert register.path.stat().st_mode & 0o777 == 0o600


def test_the_same_patient_named_again_stays_one_entry(register):
    register.add({P, Q}, "key")
    register.add({Q, R}, "key")
    assert [entry.pseudonyms for entry in register.all()] == [(P, Q, R)]


def test_a_refresh_adds_what_it_learns_of_a_patient_and_of_nobody_else(register):
    register.add({P}, "key")
    register.learn([{P, Q}, {R}])
    assert register.pseudonyms() == {P, Q}


def test_a_withdrawal_can_be_taken_back(register):
    register.add({P, Q}, "key")
    register.add({R}, "key")
    assert register.remove({Q}) == 1
    assert register.pseudonyms() == {R}


def test_a_damaged_register_stops_everything_instead_of_letting_somebody_back(register):
    register.path.write_text("[{")
    with pytest.raises(RefreshError, match="restore it from the backup"):
        register.pseudonyms()


def test_under_another_key_the_refresh_stops_until_the_patients_are_named_again(register):
    register.add({P}, "old key")
    register.require_key("old key")
    with pytest.raises(RefreshError, match="1 patient withdrew under another pseudonym key"):
        register.require_key("new key")
    assert register.renew([{Q}], "new key") == 1
    register.require_key("new key")
    assert register.pseudonyms() == {Q}


def test_fewer_than_were_withdrawn_are_renewed_only_on_request(register):
    register.add({P}, "old key")
    register.add({Q}, "old key")
    before = register.path.read_bytes()
    with pytest.raises(RefreshError, match="1 patient named, 2 withdrawn under another key"):
        register.renew([{R}, {R}], "new key")
    assert register.path.read_bytes() == before
    assert register.renew([{R}], "new key", may_be_fewer=True) == 2
    assert register.pseudonyms() == {R}


def test_patients_are_renewed_in_one_write(register, monkeypatch):
    register.add({P}, "old key")
    register.add({Q}, "old key")
    written = []
    monkeypatch.setattr(register, "_write", written.append)
    register.renew([{R}, {"3" * 16}], "new key")
    assert [len(entries) for entries in written] == [2]


@pytest.mark.parametrize(
    ("line", "named"),
    [
        ("center_a A-17", Named(1, center="center_a", local_id="A-17")),
        ("center_b,００１２", Named(1, center="center_b", local_id="0012")),
        ("center_a\t17.0", Named(1, center="center_a", local_id="17")),
        ("  0123456789abcdef ", Named(1, person_id="0123456789abcdef")),
    ],
)
def test_a_line_names_a_patient_as_landing_compares_numbers(line, named):
    assert read_names([line], CENTERS) == [named]


@pytest.mark.parametrize("line", ["A-17", "center_c A-17", "center_a", "0123456789ABCDEF", "0123"])
def test_any_other_line_is_refused_by_its_number_without_its_text(line):
    with pytest.raises(RefreshError, match="line 3 names no patient") as caught:
        read_names([f"center_a {P}", "", line], CENTERS)
    assert not line.startswith("A-17") or "A-17" not in str(caught.value)


def test_blank_lines_count_for_nothing():
    assert read_names(["", "   "], CENTERS) == []


LANDED = [
    LandedPatient("center_a", "17", P),
    LandedPatient("center_b", "x", P),  # the same national id at the other center
    LandedPatient("center_a", "18", Q),
]


def test_a_patient_is_found_under_every_number_at_both_centers():
    local = {local_pseudonym(KEY, "center_a", "17"), local_pseudonym(KEY, "center_b", "x")}
    by_number = pseudonyms_of(Named(1, center="center_b", local_id="x"), LANDED, KEY)
    by_person = pseudonyms_of(Named(1, person_id=P), LANDED, KEY)
    assert by_number == by_person == ({P, *local}, True)


def test_a_number_that_was_never_landed_is_known_by_its_own_pseudonym_alone():
    found, is_landed = pseudonyms_of(Named(1, center="center_a", local_id="99"), LANDED, KEY)
    assert not is_landed
    assert found == {person_id(KEY, "center_a:99")}
