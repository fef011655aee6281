"""The frontier of a sweep as a document, and a plot."""

from __future__ import annotations

import textwrap
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bcpsim.errors import visible
from bcpsim.kpi import Titles
from bcpsim.report.document import Column, Document, Estimate, Sentence, Table
from bcpsim.report.notes import few_words
from bcpsim.report.plots import COLOURS, SETTINGS, new_figure, plain, save_figure
from bcpsim.results import Made, replace_folder, write_frame
from bcpsim.sweeps.frontier import Aim, frontier, rows_of

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_BEST = {"least": "less is better", "most": "more is better"}
_STATUS = {"frontier": "on the frontier", "open": "open", "dominated": "dominated"}


@dataclass(frozen=True, slots=True)
class MarkedPoints:
    """The points of a sweep with what a reader must be told of them.

    Attributes
    ----------
    marked, aims
        From `bcpsim.frontier`, and as given to it.
    titles
        The aims in words, with units.
    heads
        The factors, with units.
    replications
        The fewest behind an estimate.
    """

    marked: pd.DataFrame
    aims: Sequence[Aim]
    titles: Sequence[str]
    heads: Mapping[str, str]
    replications: int


def mark_points(
    values: pd.DataFrame, aims: Sequence[Aim], words: Titles, heads: Mapping[str, str]
) -> MarkedPoints:
    """Return a sweep's points marked, in words.

    Parameters
    ----------
    values, aims
        As for `bcpsim.frontier`.
    words, heads
        From `bcpsim.sweeps.read_words`.
    """
    titles = [words.with_unit(row) for row in rows_of(values, aims)]
    fewest = int(values["replications"].min())
    return MarkedPoints(frontier(values, aims), aims, titles, heads, fewest)


def frontier_document(points: MarkedPoints) -> Document:
    """Return the points that aren't dominated with confidence, best in the first aim first.

    Parameters
    ----------
    points
        From `mark_points`.
    """
    marked, aims = points.marked, points.aims
    names = list(marked.columns[: list(marked.columns).index(aims[0].name)])
    first = aims[0]
    kept = marked[marked["status"] != "dominated"].sort_values(
        ["status", first.name], ascending=[True, first.direction == "least"], kind="stable"
    )
    counts = marked["status"].value_counts()
    words = (
        f"{counts.get('frontier', 0)} of {len(marked)} points on the frontier; "
        f"{counts.get('open', 0)} open (bettered by the estimates, not with confidence); "
        f"{counts.get('dominated', 0)} dominated with confidence, not listed. In "
        "brackets: 95 % intervals."
    )
    few = few_words(points.replications)
    return Document(
        "What can't be bettered in one aim without losing in another",
        (
            Table(
                "Points that aren't dominated",
                (
                    Column(visible(", ".join(points.heads.get(name, name) for name in names))),
                    *(
                        Column(visible(f"{title}, {_BEST[aim.direction]}"))
                        for title, aim in zip(points.titles, aims, strict=True)
                    ),
                    Column("Status"),
                ),
                tuple(
                    (
                        visible(", ".join(_shown(row[name]) for name in names)),
                        *(_estimate(row, aim) for aim in aims),
                        _STATUS[row["status"]],
                    )
                    for row in kept.to_dict("records")
                ),
            ),
            Sentence(words),
            *([Sentence(few, "warning")] if few else []),
        ),
    )


def _estimate(row: Mapping[Any, Any], aim: Aim) -> Estimate:
    return Estimate(row[aim.name], row[f"{aim.name}_low"], row[f"{aim.name}_high"])


def write_frontier(
    points: MarkedPoints,
    sweep: Mapping[str, Any],
    folder: Path,
    *,
    force: bool = False,
    plots: bool = True,
) -> Path:
    """Write ``frontier.csv`` and a plot to a folder.

    Parameters
    ----------
    points
        From `mark_points`.
    sweep
        The manifest of the sweep.
    folder, force
        As for `bcpsim.save`.
    plots
        Whether to draw, besides the table.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If something else is there.
    RunError
        If the folder can't be written; then it is left as it was.
    """

    def write(new: Path) -> None:
        write_frame(points.marked, new / "frontier.csv")
        if not plots:
            return
        import matplotlib as mpl

        with mpl.rc_context(SETTINGS):
            save_figure(_draw(points), new, "frontier", "What can't be bettered")

    made = Made("frontier", sweep["sweep"]["name"])
    provenance = {"aims": [asdict(aim) for aim in points.aims], "sweep": sweep}
    return replace_folder(folder, made, provenance, write, force=force)


def _draw(points: MarkedPoints) -> Figure:
    """Draw the first two aims across and up, and the third as colour."""
    marked = points.marked
    across, up, *rest = points.aims
    words = [
        plain(textwrap.fill(f"{title}, {_BEST[aim.direction]}", 60))
        for title, aim in zip(points.titles, points.aims, strict=True)
    ]
    figure = new_figure(5.5)
    axes = figure.subplots()
    shades: Any = None
    for status, mark, size in (("dominated", "x", 24), ("open", "s", 30), ("frontier", "o", 60)):
        rows = marked[marked["status"] == status]
        if rows.empty:
            continue
        grey = status == "dominated"
        colour: Any = "#999999" if grey else rows[rest[0].name] if rest else COLOURS[0]
        scale: dict[str, Any] = {}
        if rest and not grey:
            every = marked[rest[0].name]
            scale = {"cmap": "cividis", "vmin": every.min(), "vmax": every.max()}
        if not grey:
            axes.errorbar(
                rows[across.name],
                rows[up.name],
                xerr=_whiskers(rows, across),
                yerr=_whiskers(rows, up),
                fmt="none",
                ecolor="#777777",
                elinewidth=0.8,
                zorder=1,
            )
        drawn = axes.scatter(
            rows[across.name],
            rows[up.name],
            s=size,
            marker=mark,
            c=colour,
            edgecolors=None if grey else "#000000" if status == "frontier" else "#777777",
            linewidths=1 if grey else 1.5 if status == "frontier" else 0.7,
            label=_STATUS[status],
            zorder=3 if status == "frontier" else 2,
            **scale,
        )
        shades = shades if grey else drawn
    if rest and shades is not None:
        figure.colorbar(shades, ax=axes, label=words[2])
    axes.set_xlabel(words[0])
    axes.set_ylabel(words[1])
    figure.legend(
        *axes.get_legend_handles_labels(),
        loc="outside lower center",
        ncols=3,
        title="Whiskers: 95 % interval",
        title_fontsize=9,
    )
    return figure


def _whiskers(rows: pd.DataFrame, aim: Aim) -> np.ndarray[Any, Any]:
    estimate = rows[aim.name]
    return np.array([estimate - rows[f"{aim.name}_low"], rows[f"{aim.name}_high"] - estimate])


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
