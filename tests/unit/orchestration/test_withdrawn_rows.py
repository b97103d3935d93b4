"""Which rows leave with a withdrawn patient: every row that leads to them, at both centers, and nobody else's."""

import duckdb
import pytest
from unit.orchestration.delivered import CONTRACTS, deliver

from orchestration.landing.build_database import create_build_database
from orchestration.landing.land import land
from orchestration.landing.pseudonym import person_id
from orchestration.withdrawal.persons import local_pseudonym
from orchestration.withdrawal.register import WithdrawalRegister
from orchestration.withdrawal.rows import withhold_rows

KEY = b"a key of more than sixteen bytes"
NATIONAL_ID = "11010519491231002X"
PERSON = person_id(KEY, f"nid:{NATIONAL_ID}")


@pytest.fixture
def left(settings):
    """A function that lands everything, withholds who withdrew, and tells what is left in a view."""
    settings.restricted.mkdir(parents=True)
    register = WithdrawalRegister(settings)

    def look(withdrawn, *views):
        register.add(withdrawn, "key")
        inventory = land(settings.raw, settings.landing, CONTRACTS, KEY)
        assert not inventory.refused
        database = settings.restricted / "warehouse.duckdb"
        create_build_database(database, inventory, [])
        look.withheld = withhold_rows(database, CONTRACTS, register, KEY)
        look.register = register
        with duckdb.connect(str(database), read_only=True) as connection:
            look.counts = dict(
                connection.execute("select table_name, count(*) from landing.withdrawn_rows group by all").fetchall()
            )
            return [
                [key for (key,) in connection.execute(f'select "{column}" from landing.{view} order by all').fetchall()]
                for view, column in views
            ]

    return look


def test_at_center_a_everything_goes_down_to_the_lesions_of_a_scan(settings, left):
    deliver(
        settings.raw,
        "center_a",
        "2024-06-30",
        {
            "patients": [{"patient_id": "1", "national_id": NATIONAL_ID}, {"patient_id": "2"}],
            "lab_results": [{"result_id": "r1", "patient_id": "1"}, {"result_id": "r2", "patient_id": "2"}],
            "imaging_studies": [{"study_id": "s1", "patient_id": "1"}, {"study_id": "s2", "patient_id": "2"}],
            "target_lesions": [
                {"study_id": "s1", "lesion_no": "1"},
                {"study_id": "s1", "lesion_no": "2"},
                {"study_id": "s2", "lesion_no": "1"},
            ],
        },
    )
    patients, results, scans, lesions = left(
        {PERSON},
        ("center_a__patients", "patient_id"),
        ("center_a__lab_results", "result_id"),
        ("center_a__imaging_studies", "study_id"),
        ("center_a__target_lesions", "study_id"),
    )
    assert (patients, results, scans, lesions) == (["2"], ["r2"], ["s2"], ["s2"])
    assert left.counts == {"patients": 1, "lab_results": 1, "imaging_studies": 1, "target_lesions": 2}
    assert left.withheld == 5


def test_at_center_b_it_goes_by_way_of_the_admissions(settings, left):
    deliver(
        settings.raw,
        "center_b",
        "2024-06-30",
        {
            "patients": [{"患者主索引": "1"}, {"患者主索引": "2"}],
            "admissions": [{"住院号": "z1", "患者主索引": "1"}, {"住院号": "z2", "患者主索引": "2"}],
            "lab_results": [{"标本号": "b1", "住院号": "z1"}, {"标本号": "b2", "住院号": "z2"}],
            "follow_up": [{"随访号": "f1", "患者主索引": "1"}, {"随访号": "f2", "患者主索引": "2"}],
        },
    )
    views = (("center_b__lab_results", "标本号"), ("center_b__follow_up", "随访号"), ("center_b__admissions", "住院号"))
    assert left({local_pseudonym(KEY, "center_b", "1")}, *views) == [["b2"], ["f2"], ["z2"]]


def test_a_corrected_national_id_does_not_bring_the_patient_back(settings, left):
    """Withdrawn by number alone; the row now comes with a national id, which also stands at the other center."""
    deliver(settings.raw, "center_a", "2024-06-30", {"patients": [{"patient_id": "1", "national_id": NATIONAL_ID}]})
    deliver(settings.raw, "center_b", "2024-06-30", {"patients": [{"患者主索引": "9", "身份证号": NATIONAL_ID}]})
    views = (("center_a__patients", "patient_id"), ("center_b__patients", "患者主索引"))
    assert left({local_pseudonym(KEY, "center_a", "1")}, *views) == [[], []]
    assert PERSON in left.register.pseudonyms()
    assert local_pseudonym(KEY, "center_b", "9") in left.register.pseudonyms()


def test_no_earlier_version_of_a_withheld_row_comes_back(settings, left):
    """A result was first delivered under patient 2 and then corrected to the patient who withdrew."""
    patients = [{"patient_id": "1"}, {"patient_id": "2"}]
    result = {"result_id": "r1", "patient_id": "2"}
    deliver(settings.raw, "center_a", "2024-06-30", {"patients": patients, "lab_results": [result]})
    corrected = {"lab_results": [{**result, "patient_id": "1"}]}
    deliver(settings.raw, "center_a", "2024-07-01", corrected, kind="delta")
    withdrawn = {local_pseudonym(KEY, "center_a", "1")}
    assert left(withdrawn, ("center_a__lab_results", "result_id")) == [[]]


def test_a_row_that_was_corrected_to_another_patient_stays_with_them(settings, left):
    patients = [{"patient_id": "1"}, {"patient_id": "2"}]
    result = {"result_id": "r1", "patient_id": "1"}
    scan = {"study_id": "s1", "patient_id": "1"}
    lesion = {"study_id": "s1", "lesion_no": "1"}
    deliver(
        settings.raw,
        "center_a",
        "2024-06-30",
        {"patients": patients, "lab_results": [result], "imaging_studies": [scan], "target_lesions": [lesion]},
    )
    corrected = {"lab_results": [{**result, "patient_id": "2"}], "imaging_studies": [{**scan, "patient_id": "2"}]}
    deliver(settings.raw, "center_a", "2024-07-01", corrected, kind="delta")
    views = (
        ("center_a__lab_results", "patient_id"),
        ("center_a__imaging_studies", "patient_id"),
        ("center_a__target_lesions", "study_id"),
    )
    assert left({local_pseudonym(KEY, "center_a", "1")}, *views) == [["2"], ["2"], ["s1"]]


def test_who_is_not_delivered_changes_nothing(settings, left):
    deliver(settings.raw, "center_a", "2024-06-30", {"patients": [{"patient_id": "2"}]})
    assert left({PERSON}, ("center_a__patients", "patient_id")) == [["2"]]
    assert left.withheld == 0
