"""The frontier of a sweep: a table for a terminal, and a plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bcpsim.experiments.frontier import Aim
from bcpsim.experiments.store import Made, replace_folder
from bcpsim.report.plots import COLOURS, SETTINGS, save_figure
from bcpsim.report.table import cell

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_STATUS = {"frontier": "on the frontier", "open": "open", "dominated": "dominated"}


def frontier_table(found: pd.DataFrame, aims: Sequence[Aim]) -> Group:
    """Return the points that aren't dominated with confidence, best in the first aim first.

    Parameters
    ----------
    found, aims
        From `bcpsim.frontier`, and as given to it.
    """
    names = list(found.columns[: list(found.columns).index(aims[0].name)])
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in names:
        table.add_column(Text(name), justify="left" if name == "variant" else "right")
    for aim in aims:
        table.add_column(Text(f"{aim.name}\n{aim.direction}"), justify="right")
    table.add_column("Status")
    first = aims[0]
    kept = found[found["status"] != "dominated"].sort_values(
        ["status", first.name], ascending=[True, first.direction == "least"], kind="stable"
    )
    for row in kept.to_dict("records"):
        table.add_row(
            *(Text(_shown(row[name])) for name in names),
            *(cell(row[aim.name], row[f"{aim.name}_low"], row[f"{aim.name}_high"]) for aim in aims),
            _STATUS[row["status"]],
            style="bold" if row["status"] == "frontier" else "",
        )
    counts = found["status"].value_counts()
    words = (
        f"{counts.get('frontier', 0)} of {len(found)} points on the frontier; "
        f"{counts.get('open', 0)} open (bettered by the estimates, not with confidence); "
        f"{counts.get('dominated', 0)} dominated with confidence, not listed. In "
        "brackets: 95 % intervals."
    )
    return Group(table, Text(words, style="dim"))


def write_frontier(
    found: pd.DataFrame,
    aims: Sequence[Aim],
    sweep: Mapping[str, Any],
    folder: Path,
    *,
    force: bool = False,
) -> Path:
    """Write ``frontier.csv`` and a plot to a folder.

    Parameters
    ----------
    found, aims
        From `bcpsim.frontier`, and its aims.
    sweep
        The manifest of the sweep.
    folder, force
        As for `bcpsim.save`.

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
    import matplotlib as mpl
    from matplotlib.figure import Figure

    def write(new: Path) -> None:
        found.to_csv(new / "frontier.csv", index=False, lineterminator="\n")
        with mpl.rc_context(SETTINGS):
            figure = Figure(figsize=(9, 5), layout="constrained")
            _draw(figure, found, aims)
            save_figure(figure, new, "frontier", "What can't be bettered")

    made = Made("frontier", sweep["sweep"]["name"])
    provenance = {"aims": [asdict(aim) for aim in aims], "sweep": sweep}
    return replace_folder(folder, made, provenance, write, force=force)


def _draw(figure: Figure, found: pd.DataFrame, aims: Sequence[Aim]) -> None:
    """Draw the first two aims across and up, and the third as colour."""
    axes = figure.subplots()
    across, up, *rest = aims
    for status, mark, size in (("dominated", "x", 24), ("open", "s", 30), ("frontier", "o", 60)):
        own = found[found["status"] == status]
        if own.empty:
            continue
        grey = status == "dominated"
        colour: Any = "#999999" if grey else own[rest[0].name] if rest else COLOURS[0]
        shades: dict[str, Any] = {}
        if rest and not grey:
            every = found[rest[0].name]
            shades = {"cmap": "cividis", "vmin": every.min(), "vmax": every.max()}
        if not grey:
            axes.errorbar(
                own[across.name],
                own[up.name],
                xerr=_whiskers(own, across),
                yerr=_whiskers(own, up),
                fmt="none",
                ecolor="#777777",
                elinewidth=0.8,
                zorder=1,
            )
        points = axes.scatter(
            own[across.name],
            own[up.name],
            s=size,
            marker=mark,
            c=colour,
            edgecolors=None if grey else "#000000" if status == "frontier" else "#777777",
            linewidths=1 if grey else 1.5 if status == "frontier" else 0.7,
            label=_STATUS[status],
            zorder=3 if status == "frontier" else 2,
            **shades,
        )
        if rest and status == "frontier":
            figure.colorbar(points, ax=axes, label=f"{rest[0].name} ({rest[0].direction})")
    axes.set_xlabel(f"{across.name} ({across.direction} is best)")
    axes.set_ylabel(f"{up.name} ({up.direction} is best)")
    figure.legend(
        *axes.get_legend_handles_labels(),
        loc="outside lower center",
        ncols=3,
        title="Whiskers: 95 % interval",
        title_fontsize=9,
    )


def _whiskers(own: pd.DataFrame, aim: Aim) -> np.ndarray[Any, Any]:
    estimate = own[aim.name]
    return np.array([estimate - own[f"{aim.name}_low"], own[f"{aim.name}_high"] - estimate])


def _shown(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
