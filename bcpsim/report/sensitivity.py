"""Indices of sensitivity as a document, and a plot."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bcpsim.errors import visible
from bcpsim.kpi import Row, Titles
from bcpsim.report.document import Cell, Column, Document, Estimate, Heading, Part, Sentence, Table
from bcpsim.report.numbers import decimals, rounded
from bcpsim.report.plots import COLOURS, SETTINGS, name_rows, new_figure, plain, save_figure
from bcpsim.results import extend_folder, file_name, write_frame

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.figure import Figure

_KEYS = ["variant", "measure", "population", "statistic"]

_HEADS = {
    "first": "First order",
    "total": "Total",
    "mu_star": "Mean |effect|",
    "mu": "Mean effect",
    "sigma": "Spread of effect",
}


def sensitivity_document(
    indices: pd.DataFrame, words: Titles, factors: Mapping[str, str]
) -> Document:
    """Return indices of sensitivity, the factor that matters most first.

    Parameters
    ----------
    indices
        From `bcpsim.sensitivity`.
    words
        Of the scenario.
    factors
        Titles of the factors, by name.
    """
    if "first" in set(indices["index"]):
        note = (
            "Shares of the variance over the factors' ranges, from 0 to 1: alone (first order), "
            "and with all interactions (total); an estimate outside comes of a small sample. In "
            "brackets: 95 % intervals (bootstrap)."
        )
    else:
        note = (
            "Effects of going through a factor's whole range, in the measure's unit. In brackets: "
            "95 % intervals (bootstrap)."
        )
    parts: list[Part] = []
    for _, rows in indices.groupby(_KEYS, sort=False):
        parts += [Heading(_title(rows, words)), _table(rows, words, factors)]
    return Document("Which factors matter", (*parts, Sentence(note)))


def _table(rows: pd.DataFrame, words: Titles, factors: Mapping[str, str]) -> Table:
    kinds = list(dict.fromkeys(rows["index"]))
    cells = rows.set_index(["factor", "index"])
    return Table(
        _title(rows, words),
        (Column("Factor"), *(Column(_HEADS[kind]) for kind in kinds)),
        tuple(
            (
                visible(factors.get(factor, factor)),
                *_cells([cells.loc[(factor, kind)] for kind in kinds]),
            )
            for factor in _ordered(rows)
        ),
    )


def write_sensitivity(
    indices: pd.DataFrame,
    words: Titles,
    factors: Mapping[str, str],
    folder: Path,
    *,
    plots: bool = True,
) -> list[Path]:
    """Write ``sensitivity.csv`` and a plot for each measure and variant into a folder.

    Parameters
    ----------
    indices, words, factors
        As for `sensitivity_document`.
    folder
        Where to.
    plots
        Whether to draw, besides the table.

    Returns
    -------
    list of Path
        The files written.
    """

    def write(new: Path) -> None:
        write_frame(indices, new / "sensitivity.csv")
        if not plots:
            return
        import matplotlib as mpl

        with mpl.rc_context(SETTINGS):
            for key, rows in indices.groupby(_KEYS, sort=False):
                name = "-".join(["sensitivity", *map(str, key)])
                name = file_name(name.replace("=", "_").replace(" ", "_"))
                save_figure(_draw(rows, words, factors), new, name, plain(_title(rows, words)))

    return extend_folder(folder, write)


def _draw(rows: pd.DataFrame, words: Titles, names: Mapping[str, str]) -> Figure:
    """Draw a bar for each factor and index, with its interval."""
    factors = _ordered(rows)
    kinds = [kind for kind in dict.fromkeys(rows["index"]) if kind != "mu"]
    figure = new_figure(1.6 + 0.6 * len(factors))
    axes = figure.subplots()
    size = 0.8 / len(kinds)
    for number, (kind, hatch) in enumerate(zip(kinds, ("", "///"), strict=False)):
        own = rows[rows["index"] == kind].set_index("factor").loc[factors]
        axes.barh(
            [place + (number - (len(kinds) - 1) / 2) * size for place in range(len(factors))],
            own["estimate"],
            height=0.9 * size,
            xerr=[own["estimate"] - own["low"], own["high"] - own["estimate"]],
            capsize=3,
            color=COLOURS[(0, 4)[number]],
            hatch=hatch,
            edgecolor="white",
            ecolor="#000000",
            label=_HEADS[kind],
        )
    name_rows(axes, [names.get(factor, factor) for factor in factors])
    axes.axvline(0, color="#000000", lw=0.8)
    if "first" in kinds:
        axes.set_xlabel("Share of the variance (from 0 to 1); whiskers: 95 % interval")
    else:
        unit = words.unit(_row(rows))
        axes.set_xlabel(f"Effect of the whole range ({unit}); whiskers: 95 % interval")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _ordered(rows: pd.DataFrame) -> list[str]:
    """Return the factors, the one that matters most first."""
    chief = rows[rows["index"].isin(["total", "mu_star"])]
    return list(chief.sort_values("estimate", ascending=False, kind="stable")["factor"])


def _cells(indices: Sequence[pd.Series]) -> Iterator[Cell]:
    """Yield a factor's cells; what has no interval gets the decimals of what has."""
    halves = [(one["high"] - one["low"]) / 2 for one in indices]
    digits = decimals(max((half for half in halves if half > 0), default=0.0))
    for one, half in zip(indices, halves, strict=True):
        if half > 0:
            yield Estimate(one["estimate"], one["low"], one["high"])
        else:
            yield rounded(one["estimate"], digits)


def _row(rows: pd.DataFrame) -> Row:
    """Return what the indices of a table are of."""
    _, *key = rows.iloc[0][_KEYS]
    return Row(*key)


def _title(rows: pd.DataFrame, words: Titles) -> str:
    variant, value = rows["variant"].iloc[0], words.with_unit(_row(rows))
    return value if variant == "base" else visible(f"{value}, variant {variant}")
