"""All figures in one style: colours that the colour-blind can tell apart, direct labels, numbers at risk.

Figures are drawn without pyplot, so that several can be made at once, and without dates or random ids, so that the same
content gives the same file.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import matplotlib as mpl
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from analytics.report.models import ForestFigure
from analytics.report.survival import CurveFigure

# Okabe and Ito's palette, dark ones first; line styles differ too, for print without colour.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9")
STYLES = ("-", "--", "-.", ":")
INK, GREY, PALE = "#1b1f24", "#6b7280", "#d7dbe0"
PRINT_DPI = 300
SIMULATED = "Simulated data"
MARK_STYLE: dict[str, Any] = {"fontsize": 8, "color": "#B00020", "weight": "bold"}
STYLE: dict[Any, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.edgecolor": GREY,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "svg.hashsalt": "hcc",
    "svg.fonttype": "path",
}


@contextmanager
def framed(width: float, height: float, is_simulated: bool) -> Iterator[Figure]:
    """A figure in the report's style, in inches, marked where the data are simulated."""
    with mpl.rc_context(STYLE):
        figure = Figure(figsize=(width, height), layout="constrained")
        if is_simulated:
            figure.suptitle(SIMULATED.upper(), x=0.995, ha="right", **MARK_STYLE)
        yield figure


def as_bytes(figure: Figure, kind: str) -> bytes:
    """A figure as SVG or PNG (print size)."""
    buffer = io.BytesIO()
    metadata: Mapping[str, Any] = {"Date": None} if kind == "svg" else {"Software": None}
    with mpl.rc_context(STYLE):
        figure.savefig(buffer, format=kind, dpi=PRINT_DPI, metadata=metadata, facecolor="white")
    # The layout is settled by the first file; working it out anew takes longer than drawing.
    figure.set_layout_engine("none")
    return buffer.getvalue()


def draw_curves(content: CurveFigure, is_simulated: bool) -> Figure:
    """Kaplan-Meier curves with limits, and the numbers at risk under them."""
    lines = max(len(content.groups), 1)
    with framed(5.8, 3.7 + 0.4 * lines, is_simulated) as figure:
        upper, lower = figure.subplots(2, 1, height_ratios=[3.4, 0.4 * lines + 0.1], sharex=True)
        for order, group in enumerate(content.groups):
            colour, style = COLOURS[order % len(COLOURS)], STYLES[order % len(STYLES)]
            time = np.append(group.time, group.end)
            kept = ~np.isnan(time)
            bounds = [np.append(column, column[-1])[kept] for column in (group.survival, group.ci_low, group.ci_high)]
            upper.step(
                time[kept], 100 * bounds[0], where="post", color=colour, linestyle=style, lw=1.8, label=group.name
            )
            upper.fill_between(
                time[kept], 100 * bounds[1], 100 * bounds[2], step="post", color=colour, alpha=0.13, linewidth=0
            )
        upper.set_ylim(0, 102)
        upper.set_xlim(-0.02 * content.ticks[-1], content.ticks[-1] * 1.02)
        upper.set_xticks(content.ticks)
        upper.tick_params(labelbottom=True)
        upper.set_ylabel(f"{content.ylabel}, %")
        upper.set_xlabel(f"Months from {content.origin}")
        upper.set_title(content.title)
        if content.groups:
            upper.legend(loc="upper right", frameon=False, title=content.annotation or None, alignment="left")
        else:
            upper.text(0.5, 0.5, "No patients to show", ha="center", transform=upper.transAxes, color=GREY)
        _risk_table(lower, content)
    return figure


def _mark(figure: Figure, is_simulated: bool) -> None:
    """The mark of simulated data in a figure whose title takes the first line."""
    if is_simulated:
        figure.supxlabel(SIMULATED.upper(), x=0.995, ha="right", **MARK_STYLE)


def _risk_table(axes: Axes, content: CurveFigure) -> None:
    axes.set_ylim(max(len(content.groups), 1) - 0.3, -0.7)
    axes.set_yticks([])
    axes.set_title("Number at risk", fontsize=8, color=GREY, weight="normal")
    for spine in axes.spines.values():
        spine.set_visible(False)
    axes.tick_params(length=0, labelbottom=False)
    for order, group in enumerate(content.groups):
        axes.text(
            0, order - 0.42, group.name, ha="left", va="center", fontsize=7.5, color=COLOURS[order % len(COLOURS)]
        )
        for tick, number in zip(content.ticks, group.at_risk, strict=True):
            axes.text(tick, order, "·" if number is None else str(number), ha="center", va="center", fontsize=8)


def draw_forest(content: ForestFigure, is_simulated: bool) -> Figure:
    """Ratios with limits on a log scale; limits beyond the axis end in arrows."""
    with framed(8.2, 1.5 + 0.22 * len(content.rows), False) as figure:
        axes, words = figure.subplots(1, 2, width_ratios=[3.0, 2.0], sharey=True)
        low, high = _forest_range(content)
        for place, row in enumerate(content.rows):
            if not row.is_heading and not np.isnan(row.ratio):
                _interval(axes, place, row.ratio, row.ci_low, row.ci_high, (low, high))
            words.text(0.0, place, row.text, va="center", fontsize=8)
            words.text(0.75, place, row.side, va="center", fontsize=8)
        words.text(0.0, -0.9, f"{content.ratio_words} (95% CI)", va="center", fontsize=8, weight="bold")
        words.text(0.75, -0.9, content.side_title, va="center", fontsize=8, weight="bold")
        words.set_axis_off()
        axes.axvline(1.0, color=GREY, lw=0.9)
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        ticks = [tick for tick in (0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20) if low <= tick <= high]
        axes.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
        axes.set_xticks([], minor=True)
        axes.set_ylim(len(content.rows) - 0.4, -1.3)
        axes.set_yticks(range(len(content.rows)), [row.label for row in content.rows], fontsize=8)
        for label, row in zip(axes.get_yticklabels(), content.rows, strict=True):
            label.set_weight("bold" if row.is_heading else "normal")
        axes.tick_params(axis="y", length=0)
        axes.set_xlabel(f"← {content.directions[0]}   {content.ratio_words}   {content.directions[1]} →", fontsize=8)
        figure.suptitle(content.title, x=0.01, ha="left", fontsize=10, weight="bold")
        _mark(figure, is_simulated)
    return figure


def _forest_range(content: ForestFigure) -> tuple[float, float]:
    bounds = [v for row in content.rows for v in (row.ci_low, row.ci_high) if np.isfinite(v) and v > 0]
    low, high = min([0.5, *bounds]), max([2.0, *bounds])
    return max(low * 0.9, 0.05), min(high * 1.1, 20.0)


def _interval(axes: Axes, place: int, ratio: float, low: float, high: float, view: tuple[float, float]) -> None:
    left, right = max(low, view[0]), min(high, view[1])
    axes.plot([left, right], [place, place], color=INK, lw=1.2, solid_capstyle="butt")
    if view[0] <= ratio <= view[1]:
        axes.plot(ratio, place, marker="s", color=COLOURS[0], markersize=5)
    for is_cut, end, marker in ((low < view[0], left, "<"), (high > view[1], right, ">")):
        if is_cut:
            axes.plot(end, place, marker=marker, color=INK, markersize=5, clip_on=False)


def draw_balance(table: pd.DataFrame, words: Mapping[str, str], limit: float, is_simulated: bool) -> Figure:
    """Absolute standardised differences of every covariate under each method (columns), rows in the given order."""
    with framed(6.6, 1.5 + 0.19 * len(table), is_simulated) as figure:
        axes = figure.subplots()
        markers = ("o", "s", "^", "D")
        for order, method in enumerate(table.columns):
            values = table[method].abs().to_numpy(dtype=float)
            hollow = "none" if order == 0 else COLOURS[order - 1]
            edge = INK if order == 0 else COLOURS[order - 1]
            axes.scatter(
                values,
                range(len(table)),
                marker=markers[order % 4],
                facecolors=hollow,
                edgecolors=edge,
                s=26,
                label=words.get(method, method),
                zorder=3,
            )
        axes.axvline(limit, color=GREY, lw=0.9, linestyle="--")
        axes.set_yticks(range(len(table)), list(table.index), fontsize=8)
        axes.set_ylim(len(table) - 0.5, -0.5)
        axes.grid(axis="y", color=PALE, lw=0.5)
        axes.set_xlim(left=0)
        axes.set_xlabel(f"Absolute standardised mean difference (dashed: {limit:g})")
        axes.set_title("Balance of second-line arms")
        figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=8)
    return figure


def draw_multiverse(table: pd.DataFrame, is_simulated: bool) -> Figure:
    """Hazard ratios of all definitions, smallest first, with what each definition is made of under them.

    table: columns ratio, ci_low, ci_high, is_protocol and the dimensions window, criteria, policy, grouping.
    """
    ordered = table.sort_values("ratio", kind="stable").reset_index(drop=True)
    dimensions = [name for name in ("window", "criteria", "policy", "grouping") if name in ordered.columns]
    levels = [(name, level) for name in dimensions for level in dict.fromkeys(sorted(ordered[name], key=str))]
    with framed(7.4, 3.0 + 0.2 * len(levels), is_simulated) as figure:
        upper, lower = figure.subplots(2, 1, height_ratios=[2.6, 0.2 * len(levels) + 0.1], sharex=True)
        for place, row in ordered.iterrows():
            colour = COLOURS[1] if row["is_protocol"] else COLOURS[0]
            upper.plot([place, place], [row["ci_low"], row["ci_high"]], color=colour, lw=1.4)
            upper.plot(place, row["ratio"], marker="D" if row["is_protocol"] else "o", color=colour, markersize=5)
            for line, (name, level) in enumerate(levels):
                is_on = row[name] == level
                lower.plot(place, line, marker="s", markersize=4.5, color=colour if is_on else PALE)
        upper.axhline(1.0, color=GREY, lw=0.9)
        upper.set_yscale("log")
        ticks = [tick for tick in (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10) if _within(upper.get_ylim(), tick)]
        upper.set_yticks(ticks, [f"{tick:g}" for tick in ticks])
        upper.set_yticks([], minor=True)
        upper.set_ylabel("Hazard ratio of death,\nsecondary against primary")
        upper.set_title("Every combination of definitions (protocol's own: orange diamond)")
        upper.tick_params(bottom=False, labelbottom=False)
        lower.set_yticks(range(len(levels)), [f"{name}: {level}" for name, level in levels], fontsize=7)
        lower.set_ylim(len(levels) - 0.5, -0.5)
        lower.tick_params(length=0, labelbottom=False)
        for spine in lower.spines.values():
            spine.set_visible(False)
    return figure


def _within(limits: tuple[float, float], value: float) -> bool:
    return limits[0] <= value <= limits[1]


def draw_incidence(curves: Mapping[str, tuple[np.ndarray, np.ndarray]], is_simulated: bool) -> Figure:
    """Cumulative incidence curves (months, probability) by cause."""
    with framed(5.8, 3.6, is_simulated) as figure:
        axes = figure.subplots()
        for order, (cause, (time, incidence)) in enumerate(curves.items()):
            axes.step(
                time, 100 * incidence, where="post", color=COLOURS[order], linestyle=STYLES[order], lw=1.8, label=cause
            )
        axes.set_ylim(0, 102)
        axes.set_xlim(left=0)
        axes.set_xlabel("Months from start of first line")
        axes.set_ylabel("Cumulative incidence, %")
        axes.set_title("Progression and death without progression as competing events")
        if curves:
            axes.legend(frameon=False)
    return figure
