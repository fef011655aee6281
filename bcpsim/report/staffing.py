"""The answer to a staffing question: words, tables, and a plot for each variant."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from bcpsim.errors import visible
from bcpsim.report.document import (
    Cell,
    Column,
    Document,
    Heading,
    Judged,
    Part,
    Points,
    Sentence,
    Table,
)
from bcpsim.report.notes import few_words
from bcpsim.report.numbers import NO_BOUND
from bcpsim.report.plots import COLOURS, DASHES, MARKS, SETTINGS, new_figure, plain, save_figure
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.values import WEEKDAYS
from bcpsim.staffing import Answer, Staffing
from bcpsim.staffing.service import missed, when_of

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TIMES = {"waiting_time": "waiting", "time_in_system": "in the system"}


def staffing_answer(staffing: Staffing) -> Document:
    """Return an answer without pictures: variants side by side, then each with its roster.

    Parameters
    ----------
    staffing
        From `bcpsim.staff`.
    """
    parts = [*how_few(staffing)]
    for answer in staffing.answers:
        if len(staffing.answers) > 1:
            parts.append(Heading(visible(title_of(answer))))
        parts += [roster(staffing, answer), service(answer)]
    parts += notes_of(staffing)
    return Document(title(staffing), tuple(parts))


def title(staffing: Staffing) -> str:
    """Return the title of the question."""
    return visible(staffing.question.file.title or staffing.question.file.name)


def how_few(staffing: Staffing) -> Iterator[Part]:
    """Yield how few officers are enough in each variant."""
    words = [f"{title_of(answer)}: {found_words(staffing, answer)}" for answer in staffing.answers]
    yield Points(tuple(map(visible, words)), "answer")
    for name, why in staffing.without.items():
        yield Sentence(visible(f"{name}: no roster. {why}"), "warning")
    if len(staffing.answers) > 1:
        yield comparison(staffing)


def notes_of(staffing: Staffing) -> Iterator[Part]:
    """Yield what must be known to read the numbers."""
    yield Sentence(
        "Officer hours count breaks. What less can't do holds for rosters of the allowed shifts on "
        "the replications on which they were compared, if more officers never harm.",
        "note",
    )
    if len(staffing.answers) > 1 and any(answer.search.bound <= 0 for answer in staffing.answers):
        yield Sentence(f"{NO_BOUND}: of one of the two no lower bound is known.", "note")
    if few := few_words(min(answer.service.replications for answer in staffing.answers)):
        yield Sentence(few, "warning")


def title_of(answer: Answer) -> str:
    """Return what is staffed: the title of the scenario, with the variant."""
    scenario = answer.loaded.scenario
    title = scenario.title or scenario.name
    return title if answer.variant == "base" else f"{title}, variant {answer.variant}"


def found_words(staffing: Staffing, answer: Answer) -> str:
    """Say what was found, whether it is certified, and what less can or can't do."""
    file, found = staffing.question.file, answer.search
    what = "officers" if answer.period == "day" else "shifts"
    words = f"{answer.shifts} {what}, {answer.officer_hours:,.1f} officer hours a {answer.period}"
    if file.minimise == "staff_cost":
        words += f" at a cost of {answer.cost:,.0f}"
    if answer.lanes:
        told = [f"{number} at {name}" for name, number in answer.lanes.items()]
        words += f", lanes: {', '.join(told)}"
    fresh, sure = f"{answer.service.replications:,}", f"{100 * file.confidence:g} % confidence"
    if answer.confirmed:
        words += f". Certified: {fresh} fresh replications keep every target with {sure}."
    else:
        worst = missed(answer.service, answer.loaded)[0]
        words += f". NOT certified: {fresh} fresh replications don't keep ({worst}) with {sure}."
        words += f" {_what_may_certify(staffing, answer)}"
    most = max(file.replications, file.most_replications)
    by = f"by the point estimates of up to {most:,} replications"
    if found.optimal:
        words += f" It is the least: nothing below {found.bound:,.1f} is enough, {by}."
    else:
        if found.enough < found.cost:
            words += f" {by.capitalize()} {found.enough:,.1f} is enough"
            words += (
                ", but nothing below this roster can be certified on so many."
                if found.best_certified
                else ": more replications may certify less."
            )
        words += (
            f" Nothing below {found.bound:,.1f} is enough, {by}."
            if found.bound > 0
            else " What less can't do isn't known: too few rosters were tried to exclude any."
        )
        if found.minimal:
            words += " None of these officers can be spared or have a shorter shift."
    return f"{words} (Seed {staffing.seed}, {found.simulated} rosters tried.)"


def _what_may_certify(staffing: Staffing, answer: Answer) -> str:
    """Say what to ask for where fresh replications don't confirm a roster."""
    file, fresh = staffing.question.file, answer.service.replications
    if answer.service.kept(certified=False):
        return (
            "By their estimates it is enough, with too little to spare to be sure: more of them "
            f"may certify it (check: {4 * fresh}), or a target a little lower."
        )
    most = max(file.replications, file.most_replications)
    return (
        "By their estimates it isn't enough: it was chosen on too few replications; ask for more "
        f"(replications: {4 * file.replications}, most_replications: {4 * most})."
    )


def comparison(staffing: Staffing) -> Table:
    """Return the variants side by side, each against the first."""
    answers = staffing.answers
    first = answers[0]
    by_cost = staffing.question.file.minimise == "staff_cost"
    period = first.period
    least = ("Cost", "currency") if by_cost else ("Officer hours", "h")
    heads = (
        Column("Variant"),
        Column("Shifts", numbers=True),
        Column(f"{least[0]} a {period}", least[1], numbers=True),
        Column("By estimates", numbers=True),
        Column("At least", numbers=True),
        Column("Work", "h", numbers=True),
        Column("Certified"),
        Column(visible(f"Against {first.variant}"), numbers=True),
    )
    rows: list[tuple[Cell, ...]] = []
    for answer in answers:
        gain = answer.cost - first.cost
        low = answer.search.bound - first.cost
        high = answer.cost - first.search.bound
        known = first.search.bound > 0 and answer.search.bound > 0
        bounds = f"[{low:+,.1f}, {high:+,.1f}]" if known else NO_BOUND
        between = f"{gain:+,.1f} {bounds}" if answer is not first else ""
        row = (
            visible(answer.variant),
            str(answer.shifts),
            f"{answer.cost:,.1f}",
            f"{answer.search.enough:,.1f}",
            f"{answer.search.bound:,.1f}" if answer.search.bound > 0 else "not known",
            f"{answer.search.workload.sum():,.1f}",
            _kept(answer.confirmed),
            between,
        )
        rows.append(row)
    return Table("Variants side by side", heads, tuple(rows))


def roster(staffing: Staffing, answer: Answer) -> Table:
    """Return the roster for a planner; days and breaks where there are any to tell."""
    own = staffing.rosters[staffing.rosters["variant"] == answer.variant]
    told = {"days": answer.period == "week", "breaks": bool((own["breaks"] != "").any())}
    columns = {
        "days": Column("Days"),
        "from": Column("From"),
        "to": Column("To"),
        "breaks": Column("Breaks"),
        "officers": Column("Number", numbers=True),
        "hours": Column("Hours each", "h", numbers=True),
    }
    shown = [name for name in columns if told.get(name, True)]
    rows = tuple(
        (
            visible(_group_title(answer, row["group"])),
            *(f"{row[name]:g}" if name == "hours" else str(row[name]) for name in shown),
        )
        for row in own.to_dict("records")
    )
    heads = (Column("Officers"), *(columns[name] for name in shown))
    return Table(visible(f"Who works when, {title_of(answer)}"), heads, rows)


def service(answer: Answer) -> Table:
    """Return each target with the hour in which it is kept least."""
    heads = (
        Column("Target"),
        Column("Worst"),
        Column("Share", "%", numbers=True),
        Column("With confidence at least", "%", numbers=True),
        Column("Kept"),
    )
    rows: list[tuple[Cell, ...]] = []
    horizon = answer.loaded.scenario.horizon
    calendar = Calendar(horizon.start, horizon.time_zone)
    for level in answer.service.levels:
        target = level.target
        name = answer.loaded.scenario.classes[target.class_].title or target.class_
        each = f"every {target.per}"
        if answer.period == "week":
            each += f" {'-'.join(dict.fromkeys((target.days[0], target.days[-1])))}"
        within = f"{target.limit:g} min {_TIMES[target.measure]}"
        worst = int(np.argmin(np.nan_to_num(level.low, nan=np.inf)))
        start = when_of(level, worst, calendar)
        row = (
            visible(f"{100 * target.share:g} % of {name}, {within}, {each}"),
            start,
            f"{level.estimate[worst]:.1f}",
            f"{level.low[worst]:.1f}",
            _kept(bool(level.kept().all())),
        )
        rows.append(row)
    where = f"The targets where they are kept least, {title_of(answer)}"
    return Table(visible(where), heads, tuple(rows))


def _kept(kept: bool) -> Judged:
    return Judged("yes", "good") if kept else Judged("NO", "bad")


def _group_title(answer: Answer, group: str) -> str:
    return answer.loaded.scenario.officers[group].title or group


def write_staffing_plots(staffing: Staffing, folder: Path) -> list[Path]:
    """Draw the service and the officers by hour of each variant, as SVG and PNG.

    Returns
    -------
    list of Path
        The files written.
    """
    import matplotlib as mpl

    written: list[Path] = []
    with mpl.rc_context(SETTINGS):
        for answer in staffing.answers:
            figure = service_plot(staffing, answer)
            name = f"staffing-{answer.variant}"
            written += save_figure(figure, folder, name, plain(title_of(answer)))
    return written


def service_plot(staffing: Staffing, answer: Answer) -> Figure:
    """Draw the share within each target by hour, and officers there and busy, by group."""
    figure = new_figure(1 + 1.8 * (1 + len(answer.duties.groups)))
    _draw(staffing, answer, figure)
    return figure


def _draw(staffing: Staffing, answer: Answer, figure: Figure) -> None:
    """Draw the share within each target by hour, and officers there and busy, by group."""
    panels = figure.subplots(1 + len(answer.duties.groups), 1, sharex=True)
    days = answer.duties.days
    hours = 24 * days
    _draw_targets(answer, panels[0])
    panels[0].legend(
        loc="upper left",
        bbox_to_anchor=(1, 1),
        fontsize=9,
        title=f"Whiskers: at least, with\n{100 * staffing.question.file.confidence:g} % confidence",
        title_fontsize=9,
        alignment="left",
    )
    for number, axes in enumerate(panels[1:]):
        _draw_group(answer, number, axes)
    lowest = panels[-1]
    lowest.set_xlim(0, hours)
    if days == 1:
        lowest.set_xticks(range(0, 25, 2), [f"{hour:02d}:00" for hour in range(0, 25, 2)])
    else:
        lowest.set_xticks(range(0, hours, 24), [f"{day.capitalize()} 00:00" for day in WEEKDAYS])
    lowest.set_xlabel(f"Local time ({answer.loaded.scenario.horizon.time_zone})")


def _draw_targets(answer: Answer, axes: Axes) -> None:
    """Draw the share within each target, by hour or by day as it is promised."""
    scenario, levels = answer.loaded.scenario, answer.service.levels
    start, hours = scenario.horizon.start, 24 * answer.duties.days
    first = start.hour + start.minute / 60
    first += 24 * start.weekday() if answer.duties.days > 1 else 0
    for number, level in enumerate(levels):
        colour, name = COLOURS[number % len(COLOURS)], level.target.class_
        title = plain(scenario.classes[name].title or name)
        # Of several targets each stands a little beside the others.
        aside = 0.25 * (number - (len(levels) - 1) / 2)
        within = f"{title}, {level.target.limit:g} min {_TIMES[level.target.measure]}"
        if level.target.per == "hour":
            at = [(first + (a + b) / 120) % hours + aside for a, b in level.hours]
            axes.errorbar(
                at,
                level.estimate,
                yerr=[level.estimate - level.low, np.zeros(len(at))],
                fmt=MARKS[number % len(MARKS)],
                ms=5,
                color=colour,
                capsize=2,
                label=f"{within},\nby hour",
            )
        else:
            # A line for each day, its whisker where no other's is.
            for day, (a, b) in enumerate(level.hours):
                begin, length = (first + a / 60) % hours, (b - a) / 60
                share = level.estimate[day]
                label = f"{within},\nthe day" if day == 0 else None
                axes.plot([begin, begin + length], [share] * 2, color=colour, label=label)
                axes.errorbar(
                    begin + length * (number + 1) / (len(levels) + 1),
                    share,
                    yerr=[[share - level.low[day]], [0]],
                    color=colour,
                    capsize=4,
                )
        promised = f"Target, {100 * level.target.share:g} %"
        axes.axhline(100 * level.target.share, color=colour, ls=DASHES[1], label=promised)
    axes.set_ylabel("Share within\ntarget (%)")
    axes.set_ylim(top=102)  # room for marks at 100


def _draw_group(answer: Answer, number: int, axes: Axes) -> None:
    """Draw how many officers of a group are there, and how many are busy."""
    duties = answer.duties
    axes.stairs(
        duties.cover(answer.search.counts)[number, duties.slot_of],
        duties.edges / 60,
        baseline=None,
        color=COLOURS[-1],
        lw=1.5,
        label="On duty, without\nthose on a break",
    )
    axes.plot(
        np.arange(24 * duties.days) + 0.5,
        answer.service.busy[number],
        color=COLOURS[0],
        ls=DASHES[1],
        label="Busy, mean",
    )
    axes.set_title(plain(_group_title(answer, duties.groups[number])), loc="left", fontsize=10)
    axes.set_ylabel("Officers\n(number)")
    axes.set_ylim(bottom=0)
    axes.legend(loc="upper left", bbox_to_anchor=(1, 1), fontsize=9)
