"""What risk analysis can find: ROC curves of scores, and where the referrals of a run lie."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from bcpsim.demand.risk import roc
from bcpsim.report.document import Estimate
from bcpsim.report.plots import COLOURS, DASHES, MARKS, new_figure, plain
from bcpsim.report.told import Told, Way

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def has_referrals(told: Told, way: Way) -> bool:
    """Return whether referrals of a way were measured."""
    return any(key[:2] == (way.name, "referred_of_carriers") for key in told.measures)


def draw_roc(told: Told, way: Way) -> Figure:
    """Draw the ROC curve of each score, and a point with its interval for each referral."""
    plan = way.plan
    shares = np.linspace(0, 1, 201) ** 2  # closer together where few are referred
    figure = new_figure(5.5)
    axes = figure.subplots()
    axes.plot([0, 100], [0, 100], color="#999999", linewidth=0.8, label="by chance")
    for number, score in enumerate(plan.scores):
        about = plan.attributes[score.truth].name.replace("_", " ")
        axes.plot(
            100 * shares,
            100 * roc(plan, score, shares),
            color=COLOURS[number % len(COLOURS)],
            linestyle=DASHES[(number + number // len(COLOURS)) % len(DASHES)],
            label=plain(f"{score.name.replace('_', ' ')} ({about})"),
        )
    referrals = [own for own in plan.attributes if own.referral is not None]
    for number, own in enumerate(referrals):
        place = f"referral={own.name}"
        across, up = (told.of(way, f"referred_of_{who}", place) for who in ("others", "carriers"))
        if across is None or up is None or own.referral is None:
            continue
        axes.errorbar(
            [across.value],
            [up.value],
            xerr=_whiskers(across),
            yerr=_whiskers(up),
            fmt=MARKS[number % len(MARKS)],
            color=COLOURS[own.referral.score % len(COLOURS)],
            markeredgecolor="#000000",
            ms=8,
            capsize=3,
            label=plain(f"referral {told.words.place(place).replace('_', ' ')}"),
        )
    axes.set_xlim(0, 100)
    axes.set_ylim(0, 100)
    axes.set_xlabel("Referred of those without the truth (%)")
    axes.set_ylabel("Referred of those with the truth (%); whiskers: 95 % interval")
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _whiskers(row: Estimate) -> list[list[float]]:
    """Return how far an interval reaches below and above its estimate; 0: nothing bounds it."""
    lengths = row.value - row.low, row.high - row.value
    return [[length if math.isfinite(length) else 0.0] for length in lengths]
