"""The pictures that the pipeline's pages show: real PNG files, also where there is nothing to draw."""

import pandas as pd
import pytest

from analytics.estimates.regression_tables import RESULT_COLUMNS
from analytics.estimates.survival_tables import CURVE_COLUMNS, TEST_COLUMNS
from analytics.protocol import default_protocols
from analytics.report.previews import regression_previews, survival_previews

PNG = b"\x89PNG\r\n"


@pytest.fixture(scope="module")
def protocol():
    return default_protocols()["lenvatinib"]


def test_1_all_curves_are_drawn_also_of_nobody(protocol):
    frames = {
        "survival_curves": pd.DataFrame(columns=list(CURVE_COLUMNS)),
        "group_tests": pd.DataFrame(columns=list(TEST_COLUMNS)),
    }
    pictures = survival_previews(frames, protocol, is_simulated=True, min_cell=5)
    assert [title for title, _ in pictures] == [
        "os by resistance (naive: guarantee time)",
        "pps by resistance (from progression on)",
        "os from the landmark",
        "os from second line",
    ]
    assert all(png.startswith(PNG) for _, png in pictures)


def test_2_only_models_with_an_estimate_have_a_forest(protocol):
    row = dict.fromkeys(RESULT_COLUMNS, None) | {
        "study_id": "lenvatinib",
        "model": "cox_os",
        "analysis": "multivariable",
        "term": "afp_gt_400",
        "covariate": "afp_gt_400",
        "label": "AFP > 400 ng/mL",
        "level": "yes",
        "reference_level": "no",
        "ratio": 1.5,
        "ci_low": 1.1,
        "ci_high": 2.0,
        "p_value": 0.01,
    }
    frames = {"regression_results": pd.DataFrame([row], columns=list(RESULT_COLUMNS))}
    pictures = regression_previews(frames, protocol, is_simulated=False, min_cell=5)
    assert [title for title, _ in pictures] == ["Overall survival (Cox regression), multivariable"]
    assert pictures[0][1].startswith(PNG)
