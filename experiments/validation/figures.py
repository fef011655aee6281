"""Figures of the studies of observed waits."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

IMAGES = Path(__file__).resolve().parents[2] / "docs" / "images"
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#888888"  # of Okabe and Ito


def draw_errors(errors: pd.DataFrame) -> None:
    """Draw the errors of each predictor by airport."""
    table = errors.sort_values("simulation", ascending=False)
    place = np.arange(len(table))
    figure, axes = plt.subplots(figsize=(7.2, 5.2), layout="constrained")
    best = table[["simulation", "batch", "constant"]]
    axes.hlines(place, best.min(axis=1), best.max(axis=1), color="#dddddd", zorder=1)
    for key, label, colour, marker in (
        ("constant", "Constant", GREY, "|"),
        ("batch", "Batch formula", ORANGE, "s"),
        ("simulation", "Simulation", BLUE, "o"),
    ):
        axes.plot(
            table[key], place, marker, color=colour, label=label, markersize=7, markeredgewidth=1.8,
            zorder=2,
        )  # fmt: skip
    axes.set_yticks(place, [f"{name} ({row['r']:.2f})" for name, row in table.iterrows()])
    axes.set_xlim(left=0)
    axes.set_xlabel("Mean absolute error of the mean wait in later hours (min)")
    axes.set_ylabel("Airport (correlation of simulated with observed)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper right")
    _save(figure, "validation-errors")


def draw_bins(distribution: pd.DataFrame) -> None:
    """Draw the shares of passengers by wait, observed and simulated, in the later hours."""
    shares = distribution.query("part == 'test' and statistic == 'share'")
    places = list(dict.fromkeys(shares["place"]))
    figure, grid = plt.subplots(3, 5, figsize=(9.6, 5.6), sharey=True, layout="constrained")
    labels = ["0–15", "16–30", "31–45", "46–60", "61–90", "91+"]
    for axes, place in zip(grid.flat, places, strict=False):
        table = shares.query("place == @place")
        at = np.arange(len(labels))
        for key, shift, colour, label, hatch in (
            ("observed", -0.2, GREY, "Observed", "///"),
            ("simulated", 0.2, BLUE, "Simulated", ""),
        ):
            values = table[key].to_numpy()
            values = np.append(values[:5], values[5:].sum())
            axes.bar(at + shift, 100 * values, 0.4, color=colour, label=label, hatch=hatch,
                     edgecolor="white", linewidth=0.4)  # fmt: skip
        axes.set_title(place, fontsize=9)
        axes.set_xticks(at, labels, rotation=90, fontsize=7)
        axes.spines[["top", "right"]].set_visible(False)
    figure.supxlabel("Wait (min)", fontsize=9)
    figure.supylabel("Passengers (%)", fontsize=9)
    handles: Any = grid.flat[0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper right", ncols=2, frameon=False, fontsize=8)
    _save(figure, "validation-bins")


def draw_days(rows: pd.DataFrame, days: pd.Series, column: str, name: str) -> None:
    """Draw observed and simulated delays of days, and where the test begins.

    Parameters
    ----------
    rows
        Of a calibration, in the order of time.
    days
        The date of each row.
    column
        What was observed.
    name
        Of the figure.
    """
    figure, axes = plt.subplots(figsize=(8.6, 3.4), layout="constrained")
    for key, label, colour in (("observed", "Measured", GREY), ("simulation", "Simulated", BLUE)):
        by_day = pd.Series(rows[f"{column}_{key}"].to_numpy(), index=pd.DatetimeIndex(days))
        weekly = by_day.asfreq("D").rolling(7, center=True, min_periods=4).mean()
        axes.plot(weekly, color=colour, label=label, linewidth=1.5)
    begin = days[rows["part"] == "test"].iloc[0]
    axes.axvline(begin, color="#bbbbbb", linestyle="--", linewidth=1)
    top = axes.get_ylim()[1]
    for text, side in (("fitted ", "right"), (" tested", "left")):
        axes.text(begin, 0.97 * top, text, ha=side, va="top", fontsize=8, color="#555555")
    axes.set_ylim(bottom=0)
    axes.set_ylabel("Mean delay, over seven days (min)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper right")
    _save(figure, name)


def _save(figure: Any, name: str) -> None:
    figure.savefig(IMAGES / f"{name}.png", dpi=150, metadata={"Software": None})
    plt.close(figure)
