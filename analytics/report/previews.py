"""Small pictures of a study's estimates for whoever watches the pipeline: curves, numbers at risk, forest plots."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from dataclasses import replace
from textwrap import wrap

import pandas as pd
from matplotlib.figure import Figure

from analytics.protocol import Protocol
from analytics.report.figures import draw_curves, draw_forest
from analytics.report.models import regression_forest
from analytics.report.study import GROUPS, Study
from analytics.report.survival import LANDMARK_GROUPS, curve_figure

WIDTH_ON_SCREEN = 656  # pixels: as wide as the dialog in which Dagster shows a picture
TITLE_WIDTH = 44
MODELS = ("logistic_primary_resistance", "cox_os", "cox_pfs")


def survival_previews(
    frames: Mapping[str, pd.DataFrame], protocol: Protocol, is_simulated: bool, min_cell: int
) -> list[tuple[str, bytes]]:
    """Title and PNG of the main Kaplan-Meier curves (specification 5.1.3).

    frames: survival_curves and group_tests. Curves end where fewer than the smallest publishable number are at risk.
    """
    study = Study(frames, protocol, {"is_simulated": is_simulated}, min_cell)
    wanted: Sequence[tuple[str, str, str, Sequence[str], str]] = (
        ("os by resistance (naive: guarantee time)", "os", "resistance", GROUPS, "index"),
        ("pps by resistance (from progression on)", "pps", "resistance", GROUPS, "progression"),
        ("os from the landmark", "landmark_os", "progression_at_landmark", LANDMARK_GROUPS, "the landmark"),
        ("os from second line", "second_line_os", "regimen_class", protocol.second_line_classes, "start of line 2"),
    )
    return [
        (
            title,
            _png(draw_curves(curve_figure(study, endpoint, title, endpoint, grouping, groups, origin), is_simulated)),
        )
        for title, endpoint, grouping, groups, origin in wanted
    ]


def regression_previews(
    frames: Mapping[str, pd.DataFrame], protocol: Protocol, is_simulated: bool, min_cell: int
) -> list[tuple[str, bytes]]:
    """Title and PNG of the forest plot of each model that has an estimate (specification 5.1.4, 5.1.5).

    frames: regression_results.
    """
    study = Study(frames, protocol, {"is_simulated": is_simulated}, min_cell)
    forests = [forest for model in MODELS if (forest := regression_forest(study, model)) is not None]
    narrow = [replace(forest, title="\n".join(wrap(forest.title, TITLE_WIDTH))) for forest in forests]
    return [(forest.title, _png(draw_forest(slim, is_simulated))) for forest, slim in zip(forests, narrow, strict=True)]


def _png(figure: Figure) -> bytes:
    buffer = io.BytesIO()
    dpi = WIDTH_ON_SCREEN / figure.get_figwidth()
    figure.savefig(buffer, format="png", dpi=dpi, metadata={"Software": None}, facecolor="white")
    return buffer.getvalue()
