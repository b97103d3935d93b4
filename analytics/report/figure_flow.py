"""The flow diagram as a figure, for papers and slides."""

from __future__ import annotations

from textwrap import wrap

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from analytics.report.figures import COLOURS, GREY, INK, framed
from analytics.report.page import FlowView

LEFT, SIDE, WIDTH = 0.0, 2.9, 6.6
BOX_WIDTH, LINE_HEIGHT, SIDE_CHARACTERS = 2.2, 0.19, 56


def draw_flow(flow: FlowView, is_simulated: bool) -> Figure:
    """Boxes of persons entering, one below the other; beside each arrow who left and why; at the end the labels."""
    reasons = [wrap(f"{failing} left out: {reason}", SIDE_CHARACTERS) for _, failing, reason in flow.steps]
    heights = [max(0.62, LINE_HEIGHT * len(lines) + 0.42) for lines in reasons]
    total = sum(heights) + 1.5
    with framed(WIDTH + 0.2, total + 0.3, is_simulated) as figure:
        axes = figure.subplots()
        axes.set_axis_off()
        axes.set_xlim(-0.1, WIDTH + 0.1)
        axes.set_ylim(-total, 0.25)
        top = 0.0
        for (entering, _, _), lines, height in zip(flow.steps, reasons, heights, strict=True):
            _box(axes, LEFT, top, BOX_WIDTH, f"{entering} patients")
            middle = top - 0.34 - (height - 0.34) / 2
            _arrow(axes, BOX_WIDTH / 2, top - 0.34, BOX_WIDTH / 2, top - height)
            _arrow(axes, BOX_WIDTH / 2, middle, SIDE - 0.06, middle)
            axes.text(SIDE, middle, "\n".join(lines), va="center", fontsize=8, color=INK)
            top -= height
        _box(axes, LEFT, top, BOX_WIDTH, f"{flow.eligible} eligible patients", weight="bold")
        _arrow(axes, BOX_WIDTH / 2, top - 0.34, BOX_WIDTH / 2, top - 0.72)
        width = (WIDTH - 0.3) / max(len(flow.labels), 1)
        for place, (words, count) in enumerate(flow.labels):
            _box(axes, place * (width + 0.1), top - 0.72, width, f"{count}\n{words}", height=0.55)
    return figure


def _box(
    axes: Axes, left: float, top: float, width: float, words: str, height: float = 0.34, weight: str = "normal"
) -> None:
    patch = FancyBboxPatch(
        (left, top - height),
        width,
        height,
        boxstyle="round,pad=0,rounding_size=0.05",
        facecolor="white",
        edgecolor=COLOURS[0],
    )
    axes.add_patch(patch)
    axes.text(left + width / 2, top - height / 2, words, ha="center", va="center", fontsize=8.5, weight=weight)


def _arrow(axes: Axes, from_x: float, from_y: float, to_x: float, to_y: float) -> None:
    axes.annotate("", (to_x, to_y), (from_x, from_y), arrowprops={"arrowstyle": "-|>", "color": GREY, "lw": 0.9})
