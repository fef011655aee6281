"""Where the start of a run in steady state ends, in words and as a plot."""

from __future__ import annotations

import textwrap
from pathlib import Path

import numpy as np

from bcpsim.files.units import format_duration
from bcpsim.kpi import Titles
from bcpsim.report.numbers import cell
from bcpsim.report.plots import COLOURS, SETTINGS, new_figure, plain, save_figure
from bcpsim.runs.steady import SteadyState


def warm_up_text(steady: SteadyState) -> str:
    """Return in words where the start ends, whether it does, and the mean of the rest."""
    cut, size = steady.truncation, len(steady.series)
    words = Titles.of(steady.plan)
    counted, unit = words.counted, words.unit(steady.row)
    averaged = (
        f", averaged over {steady.replications} replications" if steady.replications > 1 else ""
    )
    lines = [
        f"{words.with_unit(steady.row)}: "
        f"{size:,} {counted} in order of arrival{averaged} (seed {steady.seed})",
        f"MSER-5 leaves out the first {cut.dropped:,}, who arrive within "
        f"{format_duration(steady.warm_up)}; the mean of the others is {cut.mean:.4g} {unit}."
        if cut.dropped
        else f"MSER-5 leaves out nobody; the mean is {cut.mean:.4g} {unit}.",
    ]
    if not cut.settled:
        lines.append(
            "Warning: the start doesn't end in the first half: the run is too short, or there is "
            "no steady state."
        )
    elif cut.dropped:
        lines.append(
            f"For the scenario file: horizon: {{warm_up: {np.ceil(steady.warm_up):.0f} min}}"
        )
    if not steady.stationary:
        lines.append(
            "Warning: the arrivals change with time: a scenario of a day has no steady state, and "
            "needs no warm-up if it starts as the day does."
        )
    batches = steady.batches
    if batches is not None:
        enough = "long enough" if batches.enough else "NOT long enough: lengthen horizon.duration"
        lines.append(
            f"One long run: {cell(batches.estimate, batches.low, batches.high)} {unit} with its "
            f"95 % interval, from 20 batches of {batches.size:,}; correlation of their "
            f"tenths {batches.correlation:.2f}: {enough}."
        )
    return "\n".join(lines)


def write_warm_up_plot(steady: SteadyState, folder: Path) -> list[Path]:
    """Draw the series, MSER's statistic and the cut, as SVG and PNG.

    Returns
    -------
    list of Path
        The files written.
    """
    import matplotlib as mpl

    words = Titles.of(steady.plan)
    cut = steady.truncation
    hours = steady.arrival[4::5][: len(cut.batches)] / 60
    with mpl.rc_context(SETTINGS):
        figure = new_figure(5)
        above, below = figure.subplots(2, 1, sharex=True)
        above.plot(
            hours, cut.batches, color=COLOURS[0], lw=0.8, label=f"Mean of five {words.counted}"
        )
        above.axhline(cut.mean, color=COLOURS[1], ls="--", label="Mean after the cut")
        below.plot(hours[: len(cut.criterion)], cut.criterion, color=COLOURS[0], label="MSER-5")
        for axes in (above, below):
            axes.axvline(steady.warm_up / 60, color="#000000", ls=":", label="Cut")
            axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
        above.set_ylabel(textwrap.fill(words.with_unit(steady.row), 24))
        below.set_ylabel(f"MSER-5 if cut\nhere ({words.unit(steady.row)}²)")
        below.set_xlabel("Arrival, time since the start (h)")
        return save_figure(figure, folder, "warm-up", plain(steady.plan.title))
