"""Plots of a checked claim: readings, map of conditions, waterfall of mechanisms."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.claims import Answer, ClaimCheck, Estimate, Verdict
from bcpsim.claims.attribution import Attributed
from bcpsim.claims.conditions import ConditionMap
from bcpsim.kpi import in_a_sentence
from bcpsim.report.claim_words import (
    AT_POINT,
    claimed,
    effect_words,
    names_of,
    number,
    title_of,
)
from bcpsim.report.plots import COLOURS, SETTINGS, new_figure, plain, save_figure

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_OF_VERDICT = {
    Verdict.SUPPORTED: (COLOURS[2], "o"),
    Verdict.REFUTED: (COLOURS[1], "X"),
    Verdict.INCONCLUSIVE: ("#777777", "D"),
}
_MAX_PANELS = 9


def write_claim_plots(check: ClaimCheck, folder: Path) -> list[Path]:
    """Draw the plots of a checked claim into a folder, each as SVG and PNG.

    Returns
    -------
    list of Path
        The files written.
    """
    import matplotlib as mpl

    plots: dict[str, Callable[[], Figure]] = {"readings": partial(readings, check)}
    if check.conditions is not None:
        plots["conditions"] = partial(condition_map, check, check.conditions)
    if check.attributed is not None:
        plots["attribution"] = partial(waterfall, check, check.attributed)
    written = []
    with mpl.rc_context(SETTINGS):
        for name, draw in plots.items():
            written += save_figure(draw(), folder, name, plain(title_of(check)))
    return written


def readings(check: ClaimCheck) -> Figure:
    """Draw the effect by each reading with its interval, and the threshold."""
    rows: list[tuple[str, Answer]] = []
    for pair, answers in ((check.loaded.measure, check.answers), *check.readings):
        for name, one in zip(check.loaded.names[1:], answers, strict=True):
            rows.append((pair.title if len(answers) == 1 else f"{pair.title}: {name}", one))
    figure = new_figure(1.6 + 0.35 * len(rows))
    axes = figure.subplots()
    for place, (_, one) in enumerate(rows):
        colour, mark = _OF_VERDICT[one.verdict]
        effect = one.effect
        known = math.isfinite(effect.low) and math.isfinite(effect.high)
        whiskers = [[effect.value - effect.low], [effect.high - effect.value]] if known else None
        axes.errorbar(effect.value, place, xerr=whiskers, fmt=mark, color=colour, capsize=3, ms=7)
    for verdict in dict.fromkeys(one.verdict for _, one in rows):
        colour, mark = _OF_VERDICT[verdict]
        axes.plot([], [], mark, color=colour, label=str(verdict))
    _threshold(axes, check)
    axes.set_yticks(range(len(rows)), [plain(title) for title, _ in rows])
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel(
        f"{effect_words(check).capitalize()} ({check.unit}); {_whiskers(check.confidence)}"
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def condition_map(check: ClaimCheck, mapped: ConditionMap) -> Figure:
    """Draw the effect over the first two conditions, in panels by the others."""
    conditions = check.loaded.file.conditions
    assert conditions is not None
    answers = mapped.readings[0].answers
    names = list(conditions.over)
    if len(names) == 1:
        return _line(check, mapped, names[0])
    grid = conditions.points is None
    across, up = names[:2]
    others = names[2:] if grid else []
    levels = [conditions.over[name].values for name in others]
    panels = list(product(*levels))[:_MAX_PANELS]
    columns = min(3, len(panels))
    rows = math.ceil(len(panels) / columns)
    figure = new_figure(1.2 + 3.3 * rows)
    titles, units = names_of(check)
    worst = max(
        (abs(one.effect.value - _middle(check)) for one in answers),
        default=1.0,
    )
    shades: Any = None
    for number_, (axes, panel) in enumerate(
        zip(figure.subplots(rows, columns, squeeze=False).ravel(), panels, strict=False)
    ):
        wanted = dict(zip(others, panel, strict=True))
        here = [
            (point, one)
            for point, one in zip(mapped.points, answers, strict=True)
            if all(point.settings[name] == value for name, value in wanted.items())
        ]
        shades = _panel(check, axes, here, (across, up), grid, worst)
        axes.set_xlabel(_axis(titles[across], units[across]))
        if number_ % columns == 0:
            axes.set_ylabel(_axis(titles[up], units[up]))
        axes.set_title(
            "\n".join(
                plain(f"{titles[name]} {value:g} {units[name]}".strip())
                for name, value in wanted.items()
            ),
            fontsize=10,
        )
    title = in_a_sentence(mapped.readings[0].title)
    label = f"{effect_words(check).capitalize()} of {title} ({check.unit})"
    figure.colorbar(shades, ax=figure.axes, label=plain(textwrap.fill(label, 40)))
    figure.supxlabel(
        f"Claimed: {claimed(check)}. "
        + (
            "Other conditions of the design vary from point to point."
            if not grid and others
            else ""
        ),
        fontsize=9,
    )
    return figure


def _panel(
    check: ClaimCheck,
    axes: Axes,
    here: Sequence[tuple[Any, Answer]],
    names: tuple[str, str],
    grid: bool,
    worst: float,
) -> Any:
    """Draw one panel of the map and return what its colours stand for."""
    from matplotlib.ticker import MaxNLocator

    threshold = _middle(check)
    scale: dict[str, Any] = {"cmap": "PuOr", "vmin": threshold - worst, "vmax": threshold + worst}
    x = [point.settings[names[0]] for point, _ in here]
    y = [point.settings[names[1]] for point, _ in here]
    values = [one.effect.value for _, one in here]
    if not grid:
        shades: Any = None
        for verdict, (_, mark) in _OF_VERDICT.items():
            own = [k for k, (_, one) in enumerate(here) if one.verdict is verdict]
            shades = axes.scatter(
                [x[k] for k in own],
                [y[k] for k in own],
                c=[values[k] for k in own],
                marker=mark,
                s=70,
                edgecolors="black",
                linewidths=0.6,
                label=AT_POINT[verdict],
                **scale,
            )
        axes.legend(loc="upper center", bbox_to_anchor=(0.5, 1.12), ncols=3, fontsize=9)
        for axis, numbers in ((axes.xaxis, x), (axes.yaxis, y)):
            if all(number == round(number) for number in numbers):
                axis.set_major_locator(MaxNLocator(integer=True))
        return shades
    across, up = sorted(set(x)), sorted(set(y))
    table = [[math.nan] * len(across) for _ in up]
    for a, b, value in zip(x, y, values, strict=True):
        table[up.index(b)][across.index(a)] = value
    shades = axes.imshow(table, origin="lower", aspect="auto", **scale)
    for a, b, (_, one) in zip(x, y, here, strict=True):
        far = abs(one.effect.value - threshold) > 0.6 * worst
        axes.text(
            across.index(a),
            up.index(b),
            f"{number(one.effect)}\n{AT_POINT[one.verdict]}",
            ha="center",
            va="center",
            fontsize=8,
            color="white" if far else "black",
        )
    axes.set_xticks(range(len(across)), [f"{value:g}" for value in across])
    axes.set_yticks(range(len(up)), [f"{value:g}" for value in up])
    axes.grid(visible=False)
    return shades


def _line(check: ClaimCheck, mapped: ConditionMap, name: str) -> Figure:
    """Draw the effect over the only condition."""
    figure = new_figure(4.5)
    axes = figure.subplots()
    titles, units = names_of(check)
    for verdict, (colour, mark) in _OF_VERDICT.items():
        own = [
            (point.settings[name], one.effect)
            for point, one in zip(mapped.points, mapped.readings[0].answers, strict=True)
            if one.verdict is verdict and math.isfinite(one.effect.low)
        ]
        if own:
            axes.errorbar(
                [x for x, _ in own],
                [effect.value for _, effect in own],
                yerr=[
                    [effect.value - effect.low for _, effect in own],
                    [effect.high - effect.value for _, effect in own],
                ],
                fmt=mark,
                color=colour,
                capsize=3,
                label=AT_POINT[verdict],
            )
    _threshold(axes, check, upright=False)
    axes.set_xlabel(_axis(titles[name], units[name]))
    axes.set_ylabel(
        f"{effect_words(check).capitalize()} ({check.unit});\n{_whiskers(mapped.confidence)}"
    )
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def waterfall(check: ClaimCheck, attributed: Attributed) -> Figure:
    """Draw the parts of the effect one after the other, and the whole."""
    own = attributed.splits[0]
    figure = new_figure(1.8 + 0.5 * (len(own.shares) + 1))
    axes = figure.subplots()
    start = 0.0
    bars: list[tuple[str, float, Estimate, str]] = []
    for share in own.shares:
        colour = COLOURS[0] if share.effect.value >= 0 else COLOURS[1]
        bars.append((share.title, start, share.effect, colour))
        start += share.effect.value
    bars.append(("All together", 0.0, own.total, "#555555"))
    for place, (_, left, effect, colour) in enumerate(bars):
        axes.barh(place, effect.value, left=left, color=colour, height=0.6)
        end = left + effect.value
        if math.isfinite(effect.low):
            axes.errorbar(
                end,
                place,
                xerr=[[effect.value - effect.low], [effect.high - effect.value]],
                color="black",
                capsize=3,
                lw=1,
            )
        if place < len(bars) - 1:
            axes.plot([end, end], [place, place + 1], color="#999999", lw=0.8)
        right = max(left, end, left + effect.high if math.isfinite(effect.high) else end)
        axes.annotate(
            number(effect), (right, place), xytext=(6, 0), textcoords="offset points", va="center"
        )
    axes.set_yticks(range(len(bars)), [plain(textwrap.fill(title, 38)) for title, *_ in bars])
    axes.set_ylim(len(bars) - 0.5, -0.5)
    axes.margins(x=0.12)
    axes.axvline(0, color="black", lw=0.8)
    axes.set_xlabel(
        f"{effect_words(check).capitalize()} of {in_a_sentence(own.title)} ({check.unit})\n"
        f"by Shapley values; {_whiskers(attributed.confidence)} of each part"
        + ("; orange: takes away" if any(one.effect.value < 0 for one in own.shares) else "")
    )
    return figure


def _whiskers(confidence: float) -> str:
    return f"whiskers: {100 * confidence:.3g} % interval"


def _threshold(axes: Axes, check: ClaimCheck, *, upright: bool = True) -> None:
    draw = axes.axvline if upright else axes.axhline
    label = f"claimed: {claimed(check)}"
    for edge in check.loaded.file.bound.edges:
        draw(edge, color="black", ls="--", lw=1, label=label)
        label = "_"  # stands in the legend once


def _middle(check: ClaimCheck) -> float:
    """Return the threshold, or the middle of both."""
    edges = check.loaded.file.bound.edges
    return sum(edges) / len(edges)


def _axis(title: str, unit: str) -> str:
    return plain(f"{title} ({unit})" if unit else title)
