"""What the summary and the notes of tables tell a reader: denominators, centers, collinear scores, balance."""

from __future__ import annotations

import re

import numpy as np
import pytest
from simulated_study import MIN_CELL, derived, made_up_frames, protocol, release

from analytics.comparison.second_line import second_line_comparison
from analytics.report.centers import Heterogeneity
from analytics.report.findings import findings
from analytics.report.models import regression_table
from analytics.report.second_line import balance_table, balance_wide
from analytics.report.study import Study
from analytics.report.survival import survival_table


@pytest.fixture(scope="module")
def frames():
    return made_up_frames()


@pytest.fixture(scope="module")
def study(frames):
    return Study(frames, protocol(), release(), MIN_CELL)


def _sentence(study, words, tests=()):
    [found] = [cell for cell in findings(study, None, tests) if words in cell.text]
    return found


def test_the_denominator_of_the_comparison_is_stated(study):
    groups = study.persons["resistance_group"].value_counts()
    total = groups["primary"] + groups["secondary"]
    sentence = _sentence(study, "Comparisons of the two kinds")
    assert f"among the {total:,} patients" in sentence.text
    assert f"{100 * groups['primary'] / total:.1f}% primary" in sentence.text
    assert sentence.keys == (("baseline", "primary"), ("baseline", "secondary"))


@pytest.mark.parametrize(
    ("p_values", "words"),
    [
        (
            (0.3, 0.045),
            "Centers differed in the effect on survival b (P 0.045). P of the other tests of heterogeneity: survival a",
        ),
        (
            (0.3, 0.2),
            "No effect of resistance or regimen differed detectably between centers (heterogeneity P: survival a 0.300",
        ),
        ((np.nan, np.nan), "Whether the main estimates differ between centers could not be tested."),
    ],
)
def test_the_summary_says_whether_centers_differ(study, p_values, words):
    tests = [Heterogeneity(f"survival {name}", p) for name, p in zip("ab", p_values, strict=True)]
    assert findings(study, None, tests)[-1].text.startswith(words)


def test_a_group_is_told_of_once(study):
    chosen = [("os", "resistance"), ("os", "resistance_label")]
    rows = survival_table(study, "survival", "Survival", chosen).rows
    names = [str(row[0]) for row in rows]
    assert len(names) == len(set(names))
    assert names[:3] == ["Overall survival (naive)", "  Primary resistance", "  Secondary resistance"]
    assert names[3:] == ["Overall survival of further groups (naive)", "  Progression-free", "  Indeterminate"]


def test_a_score_beside_its_parts_is_told_under_the_model(frames):
    notes = _model_notes(frames, "albi_grade_ge_2", "bilirubin_gt_17_1", "albumin_lt_35")
    assert "and those that the protocol forces" in notes
    assert "ALBI grade ≥ 2 (made from Total bilirubin > 17.1 µmol/L and Albumin < 35 g/L)" in notes
    assert re.search(r"Largest variance inflation \d+\.\d \(limit 5\)", notes)


def test_a_score_alone_needs_no_such_note(frames):
    assert "Collinearity" not in _model_notes(frames, "albi_grade_ge_2")


def _model_notes(frames, *forced):
    study = protocol().model_copy(update={"forced_covariates": forced})
    own = frames | derived(frames, study)
    return " ".join(regression_table(Study(own, study, release(), MIN_CELL), "cox_os").notes)


def _balance(frames):
    study = Study(frames, protocol(), release(), MIN_CELL)
    chosen = ("second_line_population", "analysis_second_line_covariates", "survival_endpoints")
    comparison = second_line_comparison(*(frames[name] for name in chosen), protocol())
    return comparison, balance_table(balance_wide(study, comparison), comparison).notes[-1]


def test_overlap_weights_of_an_ordinary_model_balance_exactly(frames):
    comparison, note = _balance(frames)
    overlap = comparison.balance.loc[comparison.balance["method"] == "overlap", "difference"]
    assert overlap.abs().max() < 1e-9
    assert "nought" in note
    assert "Firth" not in note


def test_where_firth_must_help_the_note_says_why_differences_remain(frames):
    population = frames["second_line_population"]
    treated = population.loc[population["regimen_class"] == "TKI+PD-1", "person_id"].head(9)
    covariates = frames["analysis_second_line_covariates"].copy()
    covariates.loc[covariates["person_id"].isin(treated), "albumin_g_l"] = np.nan
    comparison, note = _balance(frames | {"analysis_second_line_covariates": covariates})
    overlap = comparison.balance.loc[comparison.balance["method"] == "overlap", "difference"]
    assert comparison.separated
    assert overlap.abs().max() > 1e-3
    assert "Firth" in note
