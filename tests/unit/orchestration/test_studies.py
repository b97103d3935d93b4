"""Studies: protocols as files, and the declared tables of each."""

import inspect

import pytest

from orchestration.errors import RefreshError
from orchestration.release.contract import PUBLISHED_TABLES
from orchestration.settings import PROTOCOLS
from orchestration.studies import STUDY_STEPS, STUDY_TABLES, combined_hash, load_studies, protocol_hashes, table_names

ANOTHER_STUDY = "index_agent: apatinib\nenrol_from: 2019-01-01\nenrol_to: 2023-01-31\n"


def with_protocols(settings, tmp_path, text):
    folder = tmp_path / "protocols"
    folder.mkdir()
    (folder / "apatinib.yml").write_text(text, encoding="utf-8")
    return settings.with_folders(None, None, folder)


def test_the_two_published_studies_are_always_there(settings):
    assert list(load_studies(settings)) == ["lenvatinib", "sorafenib"]


def test_a_file_adds_a_study(settings, tmp_path):
    assert list(load_studies(with_protocols(settings, tmp_path, ANOTHER_STUDY))) == [
        "apatinib",
        "lenvatinib",
        "sorafenib",
    ]


def test_a_mistake_is_one_line_with_file_and_key(settings, tmp_path):
    with pytest.raises(RefreshError, match=r"apatinib\.yml: resistance_window_month: unknown parameter"):
        load_studies(with_protocols(settings, tmp_path, ANOTHER_STUDY + "resistance_window_month: 3\n"))


def test_an_agent_outside_the_vocabulary_is_a_mistake(settings, tmp_path):
    with pytest.raises(RefreshError, match="index_agent"):
        load_studies(with_protocols(settings, tmp_path, ANOTHER_STUDY.replace("apatinib", "water")))


def test_hashes_change_with_a_parameter_and_not_with_a_comment(settings, tmp_path):
    plain = load_studies(settings)
    folder = tmp_path / "protocols"
    folder.mkdir()
    published = (PROTOCOLS / "sorafenib.yml").read_text(encoding="utf-8")
    (folder / "sorafenib.yml").write_text(f"# a remark\n{published}", encoding="utf-8")
    commented = load_studies(settings.with_folders(None, None, folder))
    assert combined_hash(protocol_hashes(commented)) == combined_hash(protocol_hashes(plain))
    (folder / "sorafenib.yml").write_text(
        published.replace("confirmation_days: 28", "confirmation_days: 27"), encoding="utf-8"
    )
    changed = load_studies(settings.with_folders(None, None, folder))
    assert combined_hash(protocol_hashes(changed)) != combined_hash(protocol_hashes(plain))


@pytest.mark.parametrize("step", STUDY_STEPS, ids=lambda step: step.name)
def test_a_declared_step_names_exactly_the_arguments_of_its_function(step):
    parameters = inspect.signature(step.load()).parameters
    assert set(parameters) == {*step.arguments, "protocol"}


def test_a_study_table_is_made_before_the_steps_that_read_it():
    made = []
    for step in STUDY_STEPS:
        assert set(step.study_tables) <= set(made)
        made += [table.name for table in step.tables]


def test_every_study_table_is_published():
    published = [table.name for table in PUBLISHED_TABLES if table.is_of_studies]
    assert sorted(published) == sorted(table.name for table in STUDY_TABLES)


def test_tables_are_named_by_study():
    assert table_names(["sorafenib"])[0] == f"sorafenib/{STUDY_TABLES[0].name}"


def test_the_estimates_have_pictures_and_they_are_shown_at_one_of_their_tables():
    shown = {step.shown_at: step.previews for step in STUDY_STEPS if step.previews is not None}
    assert set(shown) == {"survival_curves", "regression_results"}
    for step in STUDY_STEPS:
        assert (step.previews is None) == (step.shown_at is None)
        assert step.shown_at is None or step.shown_at in {table.name for table in step.tables}
