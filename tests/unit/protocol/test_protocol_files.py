# ruff: noqa: E501 - one mistake a line, with its message
"""Protocol files: what is read, and how mistakes are told."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from analytics.protocol import (
    Protocol,
    ProtocolError,
    default_protocols,
    landing_rows,
    load_protocol,
    load_protocols,
    protocol_hash,
    study_protocols,
)
from analytics.protocol_covariates import DEFAULT_COVARIATES

MINIMAL = "index_agent: sorafenib\nenrol_from: 2007-01-01\nenrol_to: 2020-12-31\n"


def write(directory: Path, name: str, text: str) -> Path:
    path = directory / name
    path.write_text(text, encoding="utf-8")
    return path


def test_the_published_studies() -> None:
    studies = default_protocols(agents={"lenvatinib", "sorafenib"})
    assert list(studies) == ["lenvatinib", "sorafenib"]
    lenvatinib, sorafenib = studies.values()
    assert (lenvatinib.enrol_from, lenvatinib.enrol_to) == (date(2019, 2, 1), date(2023, 2, 28))
    assert (sorafenib.enrol_from, sorafenib.enrol_to) == (date(2019, 1, 1), date(2023, 1, 31))
    assert lenvatinib.etiologies == ("HBV", "HCV", "HBV+HCV")
    assert sorafenib.etiologies == ()
    assert (lenvatinib.index_agent, sorafenib.index_agent) == ("lenvatinib", "sorafenib")


def test_the_published_studies_state_every_parameter_and_differ_from_the_defaults_only_where_they_must() -> None:
    for name, study in default_protocols().items():
        assert study.model_fields_set == set(Protocol.model_fields)
        changed = {
            field
            for field, info in Protocol.model_fields.items()
            if not info.is_required() and getattr(study, field) != info.default
        }
        assert changed == {"title", "citation"} | ({"etiologies"} if name == "lenvatinib" else set())
        assert study.covariates == DEFAULT_COVARIATES


def test_every_value_of_a_shipped_file_says_where_it_comes_from() -> None:
    for path in (Path(__file__).parents[3] / "analytics" / "protocols").glob("*.yml"):
        lines = [line for line in path.read_text(encoding="utf-8").splitlines() if line and line[0].isalpha()]
        described = {line.split(":")[0] for line in lines if "# published" in line or "# our choice" in line}
        named = {line.split(":")[0] for line in lines}
        assert named - described == {"study_id", "title", "citation", "covariates"}


def test_a_file_needs_little_and_is_named_after_itself(tmp_path: Path) -> None:
    study = load_protocol(write(tmp_path, "sorafenib-real.yml", MINIMAL))
    assert study.study_id == "sorafenib-real"
    assert study.identifier == "sorafenib_real"
    assert study.enrol_from == date(2007, 1, 1)


def test_a_byte_order_mark_and_comments_do_no_harm(tmp_path: Path) -> None:
    assert load_protocol(write(tmp_path, "a.yml", "\ufeff# a comment\n" + MINIMAL)).min_age == 18


@pytest.mark.parametrize("blank", ["bclc_stages: []", "bclc_stages:", "bclc_stages: null"])
def test_an_empty_list_restricts_nothing(tmp_path: Path, blank: str) -> None:
    study = load_protocol(write(tmp_path, "a.yml", MINIMAL + blank + "\n"))
    assert study.bclc_stages == ()
    assert landing_rows([study])["protocol_bclc_stages"] == []


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("min_agee: 18", "a.yml: min_agee: unknown parameter; did you mean min_age?"),
        ("zzz: 18", "a.yml: zzz: unknown parameter; allowed: study_id, title,"),
        ("min_age: '18'", "a.yml: min_age: '18' is not allowed; allowed: whole number from 0 to 120"),
        ("min_age: 018", "a.yml: min_age: '018' is not allowed"),
        ("min_age: 1:30", "a.yml: min_age: '1:30' is not allowed"),
        ("min_age: 18\nmin_age: 20", "a.yml: line 5: min_age: the key stands twice"),
        ("criteria: RECIST", "a.yml: criteria: 'RECIST' is not allowed; allowed: 'mRECIST' or 'RECIST-1.1'"),
        ("first_line_monotherapy: yes", "a.yml: first_line_monotherapy: 'yes' is not allowed; allowed: true, false"),
        ("bclc_stages: [B, E]", "a.yml: bclc_stages[1]: 'E' is not allowed; allowed: '0', 'A', 'B', 'C' or 'D'"),
        ("etiologies: HBV", "a.yml: etiologies: 'HBV' is no list; write [a, b]"),
        ("child_pugh_max: 20", "a.yml: child_pugh_max: 20 is not allowed; allowed: whole number from 5 to 15"),
        ("resistance_window_months: 0", "a.yml: resistance_window_months: 0 is not allowed; allowed: whole number from 1"),
        ("entry_p: 5%", "a.yml: entry_p: '5%' is not allowed; allowed: number above 0 to 1"),
        ("study_id: 2024", "a.yml: study_id: 2024 is no text; write it in quotes"),
        ("forced_covariates: [afp]", "a.yml: forced_covariates: no covariate is named afp; allowed: age_ge_60, sex,"),
        ("covariates: [{name: a, label: A, column: ecog, rule: above}]", "a.yml: covariates[0]: rule above needs a cutoff"),
        ("covariates: [{nam: a}]", "a.yml: covariates[0].nam: unknown parameter; did you mean name?"),
        ("1: 2", "a.yml: 1: a parameter's name must be text"),
        ("[a, b]: 2", "a.yml: line 4: a parameter's name must be text"),
        ("min_age: [", "a.yml: line 5: "),
        ("---\nmin_age: 18", "a.yml: line 4: but found another document"),
        ("min_age: !!python/object:os.system 1", "a.yml: line 4: could not determine a constructor"),
        ("min_age: \x07", "a.yml: is no YAML"),
    ],
)  # fmt: skip
def test_mistakes_name_file_and_key_and_what_is_allowed(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ProtocolError) as error:
        load_protocol(write(tmp_path, "a.yml", MINIMAL + text + "\n"))
    assert message in str(error.value)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "a.yml: must hold `parameter: value` lines"),
        ("- sorafenib", "a.yml: must hold `parameter: value` lines"),
        ("index_agent: sorafenib\nenrol_from: 2021-02-29\nenrol_to: 2022-01-01", "a.yml: enrol_from: '2021-02-29' is no calendar"),
        ("index_agent: sorafenib\nenrol_from: 1/2/2021\nenrol_to: 2022-01-01", "a.yml: enrol_from: '1/2/2021' is no date; write YYYY-MM-DD"),
        ("index_agent: sorafenib\nenrol_from: 2023-01-01\nenrol_to: 2022-01-01", "a.yml: enrol_to: 2022-01-01 is before enrol_from 2023-01-01"),
        ("index_agent: sorafenib\nenrol_from: 2021-01-01", "a.yml: enrol_to: is required"),
    ],
)  # fmt: skip
def test_mistakes_of_what_is_required(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ProtocolError) as error:
        load_protocol(write(tmp_path, "a.yml", text + "\n"))
    assert message in str(error.value)


def test_an_agent_outside_the_vocabulary(tmp_path: Path) -> None:
    path = write(tmp_path, "a.yml", MINIMAL.replace("sorafenib", "soranefib"))
    with pytest.raises(ProtocolError, match=r"a\.yml: index_agent: 'soranefib' is no systemic anticancer agent"):
        load_protocol(path, agents={"sorafenib"})
    assert load_protocol(path).index_agent == "soranefib"


def test_every_mistake_of_every_file_is_told_at_once(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", MINIMAL + "min_age: x\nchild_pugh_max: 99\n")
    write(tmp_path, "b.yaml", MINIMAL + "foo: 1\n")
    write(tmp_path, "c.yml", MINIMAL)
    with pytest.raises(ProtocolError) as error:
        load_protocols(tmp_path)
    assert [line.split(": ")[:2] for line in str(error.value).splitlines()] == [
        ["a.yml", "min_age"],
        ["a.yml", "child_pugh_max"],
        ["b.yaml", "foo"],
    ]


def test_a_study_stands_in_one_file_only(tmp_path: Path) -> None:
    write(tmp_path, "a.yml", MINIMAL + "study_id: my-study\n")
    write(tmp_path, "b.yml", MINIMAL + "study_id: My_Study\n")
    with pytest.raises(ProtocolError, match=r"b\.yml: study_id: 'My_Study' is the study of a.yml as well"):
        load_protocols(tmp_path)


def test_a_directory_without_protocols(tmp_path: Path) -> None:
    with pytest.raises(ProtocolError, match="no such directory"):
        load_protocols(tmp_path / "nowhere")
    write(tmp_path, "README.md", "nothing")
    with pytest.raises(ProtocolError, match="holds no protocol file"):
        load_protocols(tmp_path)


def test_text_that_is_not_utf_8(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_bytes("title: 索拉非尼".encode("gb18030"))
    with pytest.raises(ProtocolError, match=r"a\.yml: is not UTF-8 text"):
        load_protocol(tmp_path / "a.yml")


def test_a_users_study_is_added_and_may_replace_a_shipped_one(tmp_path: Path) -> None:
    assert list(study_protocols()) == ["lenvatinib", "sorafenib"]
    write(tmp_path, "real.yml", MINIMAL)
    assert list(study_protocols(tmp_path)) == ["lenvatinib", "real", "sorafenib"]
    write(tmp_path, "sorafenib.yml", MINIMAL)
    studies = study_protocols(tmp_path)
    assert list(studies) == ["lenvatinib", "real", "sorafenib"]
    assert studies["sorafenib"].enrol_from == date(2007, 1, 1)


def test_rows_for_landing() -> None:
    rows = landing_rows(default_protocols().values())
    assert rows["protocols"][0] == {
        "study_id": "lenvatinib",
        "index_agent": "lenvatinib",
        "enrol_from": date(2019, 2, 1),
        "enrol_to": date(2023, 2, 28),
        "diagnosis_prefix": "C22.0",
        "min_age": 18,
        "first_line_monotherapy": True,
        "child_pugh_max": 9,
        "require_follow_up_imaging": True,
        "baseline_days_before": 28,
        "baseline_days_after": 3,
        "criteria": "mRECIST",
    }
    assert [row["etiology"] for row in rows["protocol_etiologies"]] == ["HBV", "HCV", "HBV+HCV"]
    assert rows["protocol_bclc_stages"] == [
        {"study_id": study, "bclc_stage": stage} for study in ("lenvatinib", "sorafenib") for stage in ("B", "C")
    ]


def test_the_hash_depends_on_parameters_not_on_layout(tmp_path: Path) -> None:
    plain = protocol_hash(load_protocol(write(tmp_path, "study.yml", MINIMAL)))
    lines = MINIMAL.splitlines()
    shuffled = "# other layout\n" + "\n\n".join(reversed(lines)) + "\nmin_age:   18\nstudy_id: study\n"
    assert protocol_hash(load_protocol(write(tmp_path, "study.yml", shuffled))) == plain
    changed = load_protocol(write(tmp_path, "study.yml", MINIMAL + "confirmation_days: 29\n"))
    assert protocol_hash(changed) != plain
    assert len(plain) == 64
