"""Figures of single persons, for simulated data only (specification 4): waterfall and swimmer plots."""

from __future__ import annotations

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from analytics.dates import DAYS_PER_MONTH
from analytics.report.figures import COLOURS, GREY, INK, framed
from analytics.report.study import LABEL_WORDS, Study

MOST_SWIMMERS = 60


class RealDataError(ValueError):
    """A figure of single persons was asked for although the data are not simulated."""


def _require_simulated(study: Study) -> None:
    if not study.is_simulated:
        raise RealDataError("figures of single patients are made of simulated data only")


def draw_waterfall(study: Study) -> Figure | None:
    """Best change of the sum of diameters on line 1 before progression of each person; None without measurements.

    Uses the release's table responses.
    """
    _require_simulated(study)
    responses = study.frames.get("responses")
    if responses is None or "change_from_baseline_pct" not in responses.columns:
        return None
    chosen = responses.loc[(responses["line_number"] == 1) & (responses["criteria"] == study.protocol.criteria)]
    best = chosen.groupby("person_id")["change_from_baseline_pct"].min().astype(float).dropna()
    best = best.loc[best.index.isin(study.persons.index)].sort_values(ascending=False)
    if best.empty:
        return None
    labels = study.persons["resistance"].reindex(best.index)
    with framed(7.4, 3.8, is_simulated=True) as figure:
        axes = figure.subplots()
        for order, (label, words) in enumerate(LABEL_WORDS.items()):
            chosen_places = np.flatnonzero((labels == label).to_numpy())
            heights = np.clip(best.to_numpy()[chosen_places], -100, 100)
            axes.bar(chosen_places, heights, width=1.0, color=COLOURS[order], label=words)
        axes.axhline(20, color=GREY, lw=0.8, linestyle="--")
        axes.axhline(-30, color=GREY, lw=0.8, linestyle="--")
        axes.set_xticks([])
        axes.set_xlabel("Patients")
        axes.set_ylabel("Best change from baseline, % (cut at 100)")
        axes.set_title("Best change of the sum of target lesions")
        axes.legend(frameon=False, fontsize=8)
    return figure


def draw_swimmers(study: Study) -> Figure | None:
    """Time on first line, progression, and death or last contact of the first persons; None without persons."""
    _require_simulated(study)
    survival = study.endpoint("os").join(study.persons[["resistance", "progression_day"]])
    if survival.empty:
        return None
    lines = study.frame("analysis_lines")
    first = lines.loc[lines["line_number"] == 1].set_index("person_id")
    length = (pd.to_datetime(first["line_end_date"]) - pd.to_datetime(first["line_start_date"])).dt.days + 1
    # Every so-manieth person by survival, so that the picture shows the whole range.
    ordered = survival.sort_values("time_days")
    places = np.unique(np.linspace(0, len(ordered) - 1, min(MOST_SWIMMERS, len(ordered))).astype(int))
    shown = ordered.iloc[places]
    shown = shown.assign(line=length.reindex(shown.index).clip(upper=shown["time_days"]))
    with framed(7.4, 1.6 + 0.09 * len(shown), is_simulated=True) as figure:
        axes = figure.subplots()
        rows = np.arange(len(shown))
        months = shown[["time_days", "line", "progression_day"]].astype(float) / DAYS_PER_MONTH
        axes.barh(rows, months["time_days"], color="#d7dbe0", height=0.8, label="alive")
        axes.barh(rows, months["line"], color=COLOURS[5], height=0.8, label="first line")
        axes.scatter(months["progression_day"], rows, marker="D", s=12, color=COLOURS[1], label="progression", zorder=3)
        is_dead = (shown["is_event"] == 1).to_numpy()
        axes.scatter(months["time_days"][is_dead], rows[is_dead], marker="x", s=14, color=INK, label="death", zorder=3)
        axes.scatter(
            months["time_days"][~is_dead],
            rows[~is_dead],
            marker=">",
            s=14,
            color=GREY,
            label="last known alive",
            zorder=3,
        )
        axes.set_yticks([])
        axes.set_xlim(left=0)
        axes.set_xlabel("Months from start of first line")
        axes.set_title(f"{len(shown)} patients, evenly chosen by length of survival")
        axes.legend(frameon=False, fontsize=8, loc="lower right")
    return figure
