"""Hand-computed cases for the trickiest rules, so that the reference itself can be trusted."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from .best_response import best_responses
from .covariates import LabResult, band, is_above
from .endpoints import Course, all_endpoints
from .free_text import agents_in, stated_response
from .identity import person_id
from .labels import resistance_label
from .lines import Exposure, build_eras, build_lines, exposure
from .parameters import complete
from .parsing import Moment, add_months, is_resident_id, parse_date_a, parse_date_b, parse_number, parse_tenths_of_mm
from .response import Assessment, Lesion, Timepoint, one_a_day, timepoints_of_line
from .units import fold_unit

START = date(2020, 1, 1)
CUT_OFF = {"center_a": date(2023, 1, 1), "center_b": date(2023, 1, 1)}


def day(offset: int) -> date:
    return START + timedelta(days=offset)


def taking(agent: str, first: int, last: int) -> Exposure:
    return Exposure(agent, day(first), day(last))


def study(offset: int, *lesions: Lesion, **facts: Any) -> Assessment:
    return Assessment(f"S{offset}", day(offset), lesions=lesions, **facts)


def points(*pairs: tuple[int, str], within: bool = True) -> list[Timepoint]:
    return [Timepoint(day(offset), overall, is_within=within) for offset, overall in pairs]


PROTOCOL = complete({"study_id": "s", "index_agent": "sorafenib", "enrol_from": START, "enrol_to": START})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("< 9", ("<", "9")),
        ("≤1,234.5", ("<=", "1234.5")),
        ("1.2×10^4", ("", "12000")),
        ("1.2E+04", ("", "12000")),
        ("5.", None),
        (".5", None),
        ("-3", None),
        ("12,34", None),
        ("1234567890.123456", None),
        ("2e15", None),
        ("0", ("", "0")),
    ],
)
def test_numbers_by_1_5(text: str, expected: tuple[str, str] | None) -> None:
    number = parse_number(text)
    assert (None if number is None else (number.comparator, Decimal(number.value))) == (
        None if expected is None else (expected[0], Decimal(expected[1]))
    )


def test_diameters_are_rounded_half_up_to_a_tenth_of_a_millimetre() -> None:
    assert parse_tenths_of_mm("12.25", 1) == 123
    assert parse_tenths_of_mm("1.224", 10) == 122
    assert parse_tenths_of_mm("<3", 10) is None


@pytest.mark.parametrize(
    "text", ["2021-3-5", "2021/03/05", "2021年3月5日 08:30", "20210305 08:30:00", "44260.0", "44260"]
)
def test_every_form_of_a_center_b_date(text: str) -> None:
    moment = parse_date_b(text)
    assert moment is not None
    assert moment.day == date(2021, 3, 5)


def test_dates_that_are_none() -> None:
    assert parse_date_a("2021-3-5") is None
    assert parse_date_a("2021-02-30") is None
    assert parse_date_b("2021-03/05") is None
    assert parse_date_b("44260.375") == Moment(date(2021, 3, 5), 9 * 3600)
    assert add_months(date(2020, 11, 30), 3) == date(2021, 2, 28)


@pytest.mark.parametrize("text", ["×10^9/L", "10⁹/L", "10^9/l", "10×9 / L", "x10*9/L", "10*9/L"])
def test_powers_fold_to_one_unit(text: str) -> None:
    assert fold_unit(text) == "10*9/l"


def test_drug_names_use_up_their_characters_and_respect_latin_neighbours() -> None:
    assert agents_in("Lapatinib tablets") == []
    assert agents_in("富马酸丙酚替诺福韦片(韦立得)") == ["tenofovir alafenamide"]
    assert agents_in("Sorafenib 0.2g; lenvatinib?") == ["lenvatinib", "sorafenib"]


def test_conclusions_heed_the_words_directly_before() -> None:
    assert stated_response("未达完全缓解,部分缓解") == "PR"
    assert stated_response("部分缓解与疾病稳定待鉴别") is None
    assert stated_response("排除疾病进展") is None
    assert stated_response("疾病稳定;疾病稳定") == "SD"


def test_one_resident_id_is_one_person_at_both_centers() -> None:
    assert is_resident_id("11010519491231002X")
    assert not is_resident_id("110105194912310021")
    one = person_id(b"k", "center_a", "A1", "11010519491231002x")
    assert one == person_id(b"k", "center_b", "7", "11010519491231002X")
    assert person_id(b"k", "center_a", "A1", "") != person_id(b"k", "center_b", "A1", "")


def test_an_era_joins_a_gap_of_30_days_but_not_of_31() -> None:
    assert len(build_eras([taking("sorafenib", 0, 9), taking("sorafenib", 40, 50)])) == 1
    assert len(build_eras([taking("sorafenib", 0, 9), taking("sorafenib", 41, 50)])) == 2


def test_an_infusion_covers_its_interval_but_not_death() -> None:
    plain = exposure("sintilimab", START, START, "center_a", CUT_OFF["center_a"], None)
    assert plain.last_day == day(20)
    assert exposure("sintilimab", START, START, "center_a", CUT_OFF["center_a"], day(5)).last_day == day(5)


def test_the_second_line_keeps_an_agent_that_goes_on_and_ends_the_first() -> None:
    lines = build_lines([taking("lenvatinib", 0, 200), taking("sintilimab", 29, 80)], CUT_OFF)
    assert [line.regimen for line in lines] == [("lenvatinib",), ("lenvatinib", "sintilimab")]
    assert [(line.end - START).days for line in lines] == [28, 200]
    assert lines[1].regimen_class == "TKI+PD-1"
    together = build_lines([taking("lenvatinib", 0, 200), taking("sintilimab", 28, 80)], CUT_OFF)
    assert len(together) == 1
    stopped = build_lines([taking("lenvatinib", 0, 56), taking("sintilimab", 29, 80)], CUT_OFF)
    assert stopped[1].regimen == ("sintilimab",)


def test_a_line_is_ongoing_when_an_exposure_ends_on_the_cut_off() -> None:
    last = (CUT_OFF["center_a"] - START).days
    assert build_lines([taking("lenvatinib", 0, last)], CUT_OFF)[0].is_ongoing
    assert not build_lines([taking("lenvatinib", 0, last - 1)], CUT_OFF)[0].is_ongoing


def overall(baseline: list[Lesion], later: list[Lesion], criteria: str = "RECIST-1.1", **facts: Any) -> Timepoint:
    _, found = timepoints_of_line([study(-7, *baseline), study(60, *later, **facts)], START, None, criteria)
    return found[0]


def test_progression_needs_a_fifth_and_five_millimetres_from_the_nadir() -> None:
    assert overall([Lesion("1", longest=200)], [Lesion("1", longest=240)]).overall == "SD"
    assert overall([Lesion("1", longest=250)], [Lesion("1", longest=300)]).overall == "PD"
    assert overall([Lesion("1", longest=250)], [Lesion("1", longest=175)]).overall == "PR"
    assert overall([Lesion("1", longest=250)], [Lesion("1", longest=176)]).overall == "SD"


def test_a_lesion_that_was_not_read_leaves_progression_of_the_others_visible() -> None:
    two = [Lesion("1", longest=200), Lesion("2", longest=200)]
    assert overall(two, [Lesion("1", longest=480)]).target == "PD"
    assert overall(two, [Lesion("1", longest=470)]).overall == "NE"
    reported = overall(two, [Lesion("1", longest=470)], reported_response="SD")
    assert (reported.overall, reported.source) == ("NE", "derived")
    nothing = overall(two, [], reported_response="SD")
    assert (nothing.overall, nothing.source, nothing.target) == ("SD", "reported", "NE")


def test_mrecist_settles_the_viable_diameter_at_baseline() -> None:
    before = [Lesion("1", longest=500, viable=300)]
    shrunk = overall(before, [Lesion("1", longest=500, viable=0)], "mRECIST")
    assert (shrunk.overall, shrunk.baseline_sum) == ("CR", 300)
    assert overall(before, [Lesion("1", longest=500)], "mRECIST").overall == "NE"
    node = [Lesion("1", organ="肝门淋巴结", is_node=True, longest=160, viable=10)]
    assert overall(node, [Lesion("1", organ="肝门淋巴结", is_node=True, longest=99)], "mRECIST").overall == "CR"


def test_non_target_and_new_lesion_rules() -> None:
    one = [Lesion("1", longest=300)]
    gone = [Lesion("1", status="absent")]
    assert overall(one, gone, non_target_status="NON-CR/NON-PD").overall == "PR"
    assert overall(one, gone).overall == "CR"
    assert overall(one, one, new_lesion="Y").overall == "PD"
    _, alone = timepoints_of_line([study(60, non_target_status="NON-CR/NON-PD")], START, None, "mRECIST")
    assert (alone[0].target, alone[0].overall, alone[0].source) == ("NA", "NON-CR/NON-PD", "derived")


def test_the_baseline_is_the_latest_before_else_the_earliest_after() -> None:
    large, small = Lesion("1", longest=300), Lesion("1", longest=99)
    baseline, found = timepoints_of_line(
        [study(-42, large), study(0, small), study(7, large)], START, day(7), "mRECIST"
    )
    assert baseline is not None
    assert baseline.assessment.day == day(-42)
    assert [(point.day, point.is_within) for point in found] == [(day(7), True)]
    later, none_left = timepoints_of_line([study(3, small), study(7, large)], START, None, "mRECIST")
    assert later is not None
    assert none_left == []
    nadir_at = Assessment("A", day(7), modality="MRI", lesions=(large,))
    assert one_a_day([study(7, large), nadir_at, study(7)]) == [nadir_at]


def test_best_response_and_its_confirmation() -> None:
    assert best_responses(points((41, "SD"), (60, "NE")), START, PROTOCOL) == ("NE", "NE")
    assert best_responses(points((50, "CR"), (90, "PR")), START, PROTOCOL) == ("CR", "SD")
    assert best_responses(points((30, "PR"), (58, "CR")), START, PROTOCOL) == ("CR", "PR")
    assert best_responses(points((30, "PR"), (57, "PR")), START, PROTOCOL) == ("PR", "SD")
    assert best_responses(points((30, "PR"), (50, "PD"), (90, "PR")), START, PROTOCOL) == ("PR", "PD")
    assert best_responses([], START, PROTOCOL) == ("NE", "NE")


def test_labels_at_the_edge_of_the_window() -> None:
    edge = (date(2020, 4, 1) - START).days

    def label(found: list[Timepoint], death: int | None = None, **changes: Any) -> str:
        died = None if death is None else day(death)
        return resistance_label(found, START, None, died, {**PROTOCOL, **changes}).resistance

    assert label(points((edge, "PD"))) == "primary"
    assert label(points((edge + 1, "PD"))) == "secondary"
    assert label(points((edge, "SD"))) == "indeterminate"
    assert label(points((edge + 1, "SD"), (edge + 9, "NE"))) == "progression_free"
    assert label(points((edge + 9, "PD"), within=False)) == "indeterminate"
    assert label([], death=30) == "indeterminate"
    assert label([], death=30, early_death_is_primary=True) == "primary"


def endpoints(course: Course, **changes: Any) -> dict[str, tuple[int, bool, str]]:
    return {
        item.endpoint: (item.time_days, item.is_event, item.reason)
        for item in all_endpoints(course, {**PROTOCOL, **changes})
    }


def test_endpoints_under_both_policies() -> None:
    line_1 = points((60, "SD"), (90, "NE")) + points((200, "PD"), within=False)
    course = Course([START, day(120)], {1: line_1, 2: []}, day(300), day(280))
    assert endpoints(course) == {
        "pfs": (60, False, "new_therapy"),
        "ttp": (60, False, "new_therapy"),
        "os": (300, True, "death"),
        "second_line_pfs": (180, True, "death"),
        "second_line_os": (180, True, "death"),
    }
    ignoring = endpoints(course, new_therapy_policy="ignore")
    assert ignoring["pfs"] == (200, True, "progression")
    assert ignoring["pps"] == (100, True, "death")


def test_death_without_progression_and_long_gaps() -> None:
    course = Course([START], {1: points((60, "SD"))}, day(200), day(200))
    assert endpoints(course)["pfs"] == (200, True, "death")
    assert endpoints(course)["ttp"] == (60, False, "death_without_progression")
    assert endpoints(course, max_assessment_gap_days=140)["pfs"] == (200, True, "death")
    assert endpoints(course, max_assessment_gap_days=139)["pfs"] == (60, False, "assessment_gap")
    progressed = Course([START], {1: points((200, "PD"))}, None, day(250))
    assert endpoints(progressed, max_assessment_gap_days=199)["ttp"] == (0, False, "assessment_gap")
    unseen = Course([START], {1: points((30, "NE"))}, None, day(250))
    assert endpoints(unseen)["pfs"] == (0, False, "no_assessment")
    assert endpoints(unseen)["os"] == (250, False, "last_known_alive")


def test_comparators_at_a_limit() -> None:
    def lab(comparator: str, value: str) -> LabResult:
        return LabResult("afp", Moment(START), "R1", "center_a", comparator, Decimal(value))

    limit = Decimal(400)
    found = [is_above(lab(*item), limit) for item in [(">", "400"), (">", "200"), (">=", "400"), ("<", "0.605")]]
    assert found == [True, None, None, False]
    low, high = Decimal(34), Decimal(51)
    bands = [band(lab(*item), low, high) for item in [("", "34"), ("", "51"), (">", "51"), ("<", "34"), ("<", "40")]]
    assert bands == [1, 1, 2, 0, None]
