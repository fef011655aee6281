"""Plots as figures of a document: the picture of a plot as it is; a dark page inverts it."""

from __future__ import annotations

import io
from base64 import b64encode
from typing import TYPE_CHECKING, Literal

from bcpsim.report.document import Figure, Table
from bcpsim.report.svg import element, words

if TYPE_CHECKING:
    from matplotlib.figure import Figure as Plot

_POINTS = 72  # in an inch


def pictured(
    title: str,
    plot: Plot,
    *,
    note: str = "",
    table: Table | None = None,
    width: Literal["full", "page"] = "full",
) -> Figure:
    """Return a plot as a figure, within an image, in which nothing can run.

    Parameters
    ----------
    title
        What it shows.
    plot
        Drawn with the settings of all plots.
    note, table, width
        As of `Figure`.
    """
    content = io.BytesIO()
    plot.savefig(content, format="svg", metadata={"Date": None})
    wide, high = (_POINTS * float(size) for size in plot.get_size_inches())
    image = element(
        "image",
        href=f"data:image/svg+xml;base64,{b64encode(content.getvalue()).decode()}",
        width=wide,
        height=high,
    )
    svg = element(
        "svg",
        element("title", words(title)) + image,
        viewBox=f"0 0 {wide:g} {high:g}",
        width=wide,
        height=high,
        role="img",
        class_="chart",
    )
    return Figure(title, svg, note, table, width)
