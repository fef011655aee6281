"""Indices of sensitivity: a table for a terminal, and a plot."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bcpsim.kpi import MEASURES
from bcpsim.report.plots import COLOURS, SETTINGS, save_figure

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_KEYS = ["variant", "measure", "population", "statistic"]

_WORDS = {
    "first": "First order",
    "total": "Total",
    "mu_star": "Mean |effect|",
    "mu": "Mean effect",
    "sigma": "Spread of effect",
}


def sensitivity_table(found: pd.DataFrame) -> Group:
    """Return indices for printing, the factor that matters most first.

    Parameters
    ----------
    found
        From `bcpsim.sensitivity`.
    """
    parts: list[Table | Text] = []
    for key, rows in found.groupby(_KEYS, sort=False):
        parts.append(Text(_title(key, rows), style="bold"))
        kinds = list(dict.fromkeys(rows["index"]))
        table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
        table.add_column("Factor")
        for kind in kinds:
            table.add_column(_WORDS[kind], justify="right")
        cells = rows.set_index(["factor", "index"])
        for factor in _ordered(rows):
            row = [cells.loc[(factor, kind)] for kind in kinds]
            table.add_row(Text(factor), *(_cell(one) for one in row))
        parts.append(table)
    if "first" in set(found["index"]):
        words = (
            "Shares of the variance over the factors' ranges: alone (first order), and with all "
            "interactions (total). ± half of the 95 % interval (bootstrap)."
        )
    else:
        words = (
            "Effects of going through a factor's whole range, in the measure's unit. ± half of "
            "the 95 % interval (bootstrap)."
        )
    parts.append(Text(words, style="dim"))
    return Group(*parts)


def write_sensitivity(found: pd.DataFrame, folder: Path) -> list[Path]:
    """Write ``sensitivity.csv`` and a plot for each measure and variant into a folder.

    Returns
    -------
    list of Path
        The files written.
    """
    import matplotlib as mpl
    from matplotlib.figure import Figure

    table = folder / "sensitivity.csv"
    found.to_csv(table, index=False, lineterminator="\n")
    written = [table]
    with mpl.rc_context(SETTINGS):
        for key, rows in found.groupby(_KEYS, sort=False):
            figure = Figure(figsize=(9, 5), layout="constrained")
            _draw(figure, rows)
            name = "-".join(["sensitivity", *map(str, key)])
            name = name.replace("=", "_").replace(" ", "_")
            title = _title(key, rows).replace("$", r"\$")
            written += save_figure(figure, folder, name, title)
    return written


def _draw(figure: Figure, rows: pd.DataFrame) -> None:
    """Draw a bar for each factor and index, with its interval."""
    axes = figure.subplots()
    factors = _ordered(rows)
    kinds = [kind for kind in dict.fromkeys(rows["index"]) if kind != "mu"]
    size = 0.8 / len(kinds)
    for number, (kind, hatch) in enumerate(zip(kinds, ("", "///"), strict=False)):
        own = rows[rows["index"] == kind].set_index("factor").loc[factors]
        half = (own["high"] - own["estimate"]).fillna(0)
        axes.barh(
            [place + (number - (len(kinds) - 1) / 2) * size for place in range(len(factors))],
            own["estimate"],
            height=0.9 * size,
            xerr=half,
            capsize=3,
            color=COLOURS[(0, 4)[number]],
            hatch=hatch,
            edgecolor="white",
            ecolor="#000000",
            label=_WORDS[kind],
        )
    axes.set_yticks(range(len(factors)), [name.replace("$", r"\$") for name in factors])
    axes.invert_yaxis()
    if "first" in kinds:
        axes.set_xlabel("Share of the variance; whiskers: 95 % interval")
    else:
        axes.set_xlabel(
            f"Effect of the whole range ({rows['unit'].iloc[0]}); whiskers: 95 % interval"
        )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))


def _ordered(rows: pd.DataFrame) -> list[str]:
    """Return the factors, the one that matters most first."""
    chief = rows[rows["index"].isin(["total", "mu_star"])]
    return list(chief.sort_values("estimate", ascending=False, kind="stable")["factor"])


def _title(key: object, rows: pd.DataFrame) -> str:
    variant, measure, population, statistic = rows.iloc[0][_KEYS]
    del key
    words = f"{MEASURES[measure].title}, {population}, {statistic} ({rows['unit'].iloc[0]})"
    return words if variant == "base" else f"{words}, variant {variant}"


def _cell(row: pd.Series) -> str:
    half = row["high"] - row["estimate"]
    return f"{row['estimate']:.3g}" + ("" if math.isnan(half) else f" ± {half:.2g}")
