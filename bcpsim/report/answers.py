"""What a result says, as a document: the answer first, then what it rests on."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from bcpsim.errors import visible
from bcpsim.files.units import how_many, written_out
from bcpsim.kpi import MEASURES, Row, in_a_sentence
from bcpsim.report.annex import annex, how_made, trust
from bcpsim.report.by_time import officers_by_time, waits_by_time
from bcpsim.report.changed import best, changed, main_changes, what_changes
from bcpsim.report.charts import Bar, Kind, bars
from bcpsim.report.crossing import Crossing, crossing
from bcpsim.report.document import (
    Column,
    Document,
    Estimate,
    Figure,
    Heading,
    Part,
    Points,
    Sentence,
    Table,
    in_time,
    number,
    span,
    spans,
)
from bcpsim.report.drawing import drawings
from bcpsim.report.evaluation import costs, finds, follow_up, operations
from bcpsim.report.plots import COLOURS
from bcpsim.report.spent import Spent, reasons, time_spent
from bcpsim.report.tabled import columns_of, is_there, table_of, targets, with_targets
from bcpsim.report.told import Told, Way
from bcpsim.scenario.difference import scenario_changes

_MAIN = (
    ("arrivals", "total"),
    ("waiting_time", "mean"),
    ("waiting_time", "p50"),
    ("waiting_time", "p95"),
    ("share_in_target", "*"),
    ("time_in_system", "mean"),
    ("time_in_system", "p95"),
    ("processing_time", "mean"),
    ("officer_hours", "total"),
    ("specialist_hours", "total"),
    ("cost", "total"),
    ("staff_cost", "total"),
    ("cost_per_traveller", "mean"),
    ("found_share", "mean"),
    ("let_through", "total"),
    ("turned_away", "total"),
    ("missed", "total"),
    ("refused", "total"),
    ("detained", "total"),
    ("inside_at_end", "total"),
)
"""What the table of main measures has, each where there is any of it."""

_FEW = tuple(
    one
    for one in _MAIN
    if one[0] != "processing_time"
    and one not in (("waiting_time", "p50"), ("time_in_system", "p95"))
)
"""Likewise of many ways of working."""

_OF_STOPS = (
    ("visits", "total"),
    ("waiting_time", "mean"),
    ("waiting_time", "p95"),
    ("queue_length", "mean"),
    ("queue_length", "max"),
    ("service_time", "mean"),
    ("lane_utilisation", "mean"),
    ("gave_up", "total"),
)
_OF_INTERVALS = (("interval_time", "mean"), ("interval_time", "p50"), ("interval_time", "p95"))
_OF_AREAS = (
    ("area_occupancy", "mean"),
    ("area_occupancy", "max"),
    ("area_full", "mean"),
    ("area_overflow", "mean"),
    ("queue_outside", "max"),
)
_OF_TEAMS = (
    ("officer_hours", "total"),
    ("utilisation", "mean"),
    ("overtime", "total"),
    ("idle_while_waiting", "total"),
    ("officer_minutes_per_vehicle", "mean"),
)
_MOST_THINGS = 8
_MOST_WAYS_APART = 3
_MOST_WAYS_ACROSS = 5
_BRACKETS = "Estimates with their 95 % intervals in brackets."
_SOMEBODY = 0.5
"""Travellers on average from which they are told."""

_SECOND = 1 / 60  # min


def report(told: Told) -> Document:
    """Return the document of a result of a run or a comparison."""
    return Document(
        told.whole_title,
        (
            *_answer(told),
            *drawn(told),
            *changed(told),
            *waits_by_time(told),
            *_by_class(told),
            *_intervals(told),
            *_where_time_goes(told),
            *_people(told),
            *_where_it_binds(told),
            *finds(told),
            *follow_up(told),
            *operations(told),
            *costs(told),
            *trust(told),
            *annex(told),
        ),
    )


def first_answer(told: Told) -> Document:
    """Return the answer in short: sentences, the main measures or how they change, how sure."""
    parts: list[Part] = [Points((*sentences(told), *best(told)), "answer"), *_warnings(told)]
    made = how_made(told)
    if told.changes:
        parts.append(main_changes(told, with_targets(told, _MAIN), made))
    else:
        parts.append(_main_measures(told, made))
    return Document(told.whole_title, tuple(parts))


def sentences(told: Told) -> Iterator[str]:
    """Yield what the result says of each way of working; of a comparison, what changes."""
    for way in told.ways[:1] if told.changes else told.ways:
        head = f"{way.title}: " if len(told.ways) > 1 else ""
        said = " ".join(_of_way(told, way))
        yield f"{head}{said[0].lower() + said[1:] if head and said else said}"
    yield from what_changes(told)


def _of_way(told: Told, way: Way) -> Iterator[str]:
    counted = way.plan.counted
    mean = told.of(way, "waiting_time")
    if mean is None:
        yield f"Nobody of the {counted} was served."
        return
    average, low, high = spans(mean.value, mean.low, mean.high)
    words = f"{counted.capitalize()} wait {average} on average"
    if mean.high > mean.low and math.isfinite(mean.high):
        words += f" (95 % interval {low.rpartition(' ')[0]} to {high})"
    late = told.of(way, "waiting_time", statistic="p95")
    if late is not None and late.value > 0:
        words += f", and 19 of 20 less than {span(late.value)}"
    yield f"{words}."
    if len(told.ways) > 1:
        return
    for statistic in targets(told, way):
        share = told.of(way, "share_in_target", statistic=statistic)
        if share is not None:
            target = in_a_sentence(told.words.statistic(Row("share_in_target", "all", statistic)))
            yield f"{target[0].upper()}{target[1:]}: {written_out(share.value)} %."
    waited = {
        stop: _value(told.of(way, "waiting_time", stop))
        * _value(told.of(way, "visits", stop, "total"))
        for stop in told.populations("stop")
    }
    total = sum(waited.values())
    if len(waited) > 1 and total > 0 and mean.value >= _SECOND:
        most = max(waited, key=lambda stop: waited[stop])
        yield (
            f"{waited[most] / total:.0%} of the waiting is at {visible(told.words.place(most))}."
        ).replace("%", " %", 1)
    for measure, said in (
        ("missed", "miss their service"),
        ("turned_away", "are turned away"),
        ("inside_at_end", "are still inside at the end"),
    ):
        found = told.of(way, measure, statistic="total")
        if found is not None and found.value >= _SOMEBODY:
            yield f"{number(found.value)} {counted} {said}."


def _answer(told: Told) -> Iterator[Part]:
    yield Heading("The answer")
    about = told.ways[0].loaded.scenario.description
    if about:
        yield Sentence(visible(" ".join(about.split())))
    yield Points((*sentences(told), *best(told)), "answer")
    yield from _warnings(told)
    yield _main_measures(told, _BRACKETS)


def _warnings(told: Told) -> Iterator[Part]:
    """Yield what makes the answer depend on how long is simulated, and the like."""
    yield from (Sentence(f"{visible(note)}.", "warning") for note in told.notes)


def _main_measures(told: Told, note: str) -> Table:
    """Return the main measures, ways of working across, or down where they are many."""
    rows = [(way, "all") for way in told.ways]
    if len(rows) > _MOST_WAYS_ACROSS:
        return table_of(told, "Main measures", rows, _FEW, note=note)
    heads = (Column("Measure"), *(Column(_name(told, way)) for way in told.ways))
    lines = tuple((head.head, *cells) for head, cells in columns_of(told, rows, _MAIN))
    return Table("Main measures", heads, lines, note)


def _name(told: Told, way: Way) -> str:
    """Return what a column of a way of working is called."""
    return way.title if len(told.ways) > 1 else f"All {way.plan.counted}"


def drawn(told: Told) -> Iterator[Part]:
    """Yield the section with the crossing drawn, and what differs between ways of working."""
    yield Heading("The crossing")
    crossings = [replace(crossing(way.loaded, way.plan), title=told.head(way)) for way in told.ways]
    several = len(told.ways) > 1
    told_of: dict[Crossing, str] = {}
    for way, one, svg in zip(told.ways, crossings, drawings(crossings), strict=True):
        name = way.title
        same = told_of.setdefault(replace(one, title=""), name)
        if same != name:
            yield Sentence(f"{name} is drawn as {same} is.")
            continue
        yield Figure(
            f"The crossing drawn: {name}" if several else "The crossing drawn",
            svg,
            "Numbers and widths of arrows are expected values, before anything is simulated.",
            width="page" if max(len(way.plan.stops) for way in told.ways) > 3 else "full",
        )
    for way in told.ways[1:]:
        yield from _differences(told.ways[0], way)


def _differences(first: Way, way: Way) -> Iterator[Part]:
    """Yield what differs between the scenarios of two ways of working."""
    changes = scenario_changes(first.loaded, way.loaded)
    one, other = first.title, way.title
    if not changes:
        yield Sentence(f"The scenarios of {one} and {other} are the same.")
        return
    things = list(dict.fromkeys(change.words.partition(":")[0] for change in changes))
    more = f" and {len(things) - _MOST_THINGS} more" if len(things) > _MOST_THINGS else ""
    yield Sentence(
        f"{other} differs from {one} in {how_many(len(changes), 'value')}: "
        f"{visible(', '.join(things[:_MOST_THINGS]))}{more}."
    )
    yield Table(
        f"What differs between {one} and {other}",
        (Column("What"), Column(one), Column(other)),
        tuple((visible(c.words), visible(c.first), visible(c.second)) for c in changes),
        folded=True,
    )


def _by_class(told: Told) -> Iterator[Part]:
    classes = told.populations("class")
    if len(classes) < 2:
        return
    yield Heading("By class")
    rows = [(way, place) for place in ("all", *classes) for way in told.ways]
    yield table_of(told, "Measures by class", rows, _MAIN[:8])
    for measure in ("waiting_time", "time_in_system"):
        shown = [
            (way, place, found)
            for place in classes
            for way in told.ways
            if (found := told.of(way, measure, place)) is not None
        ]
        if not shown:
            continue
        title = f"Mean {in_a_sentence(MEASURES[measure].title)} by class"
        several = len(told.ways) > 1
        column, cells = in_time(title, "min", tuple(found for *_, found in shown))
        drawn: list[Bar] = []
        for (way, place, _), cell in zip(shown, cells, strict=True):
            assert cell is not None
            index = told.ways.index(way)
            stretches = tuple((k, cell.value if k == index else 0.0) for k in range(index + 1))
            first = not several or way is told.ways[0] or drawn == []
            name = visible(told.words.place(place)) if first else ""
            drawn.append(Bar(name, stretches, cell.low, cell.high, written_out(cell.value)))
        kinds = [
            Kind(way.title if several else "", COLOURS[k % len(COLOURS)])
            for k, way in enumerate(told.ways)
        ]
        yield Figure(
            title,
            bars(title, f"{column.unit}, with 95 % intervals", drawn, kinds),
            width="full",
            table=Table(
                title,
                (Column("Class"), *([Column("Way of working")] if several else []), column),
                tuple(
                    (
                        visible(told.words.place(place)),
                        *([way.title] if several else []),
                        cell,
                    )
                    for (way, place, _), cell in zip(shown, cells, strict=True)
                ),
                folded=True,
            ),
        )


def _intervals(told: Told) -> Iterator[Part]:
    """Yield the intervals that the scenario names, of all and of each class."""
    intervals = told.populations("interval")
    if not intervals:
        return
    yield Heading("Intervals")
    classes = told.populations("class")
    places = [
        place
        for interval in intervals
        for place in (interval, *(f"{interval} {one}" for one in classes))
    ]
    rows = [
        (way, place)
        for place in places
        for way in told.ways
        if told.of(way, "interval_time", place) is not None
    ]
    yield table_of(
        told, "Time of each interval", rows, _OF_INTERVALS, note=" ".join(_what_is_timed(told))
    )


def _what_is_timed(told: Told) -> Iterator[str]:
    """Yield from where to where each interval goes."""
    for name, one in told.ways[0].loaded.scenario.intervals.items():
        title = told.words.place(f"interval={name}")
        yield visible(f"{title}: from {one.start} to {one.to}.")
    yield "Who had both moments counts."


def _where_time_goes(told: Told) -> Iterator[Part]:
    """Yield minutes of an average traveller by reason, of each stop weighted by who visits it."""
    yield Heading("Where the time goes")
    yield Sentence(
        f"Of all {told.ways[0].plan.counted} together, an average one spends so long on each: "
        "a stop that few visit weighs little."
    )
    why = [drawn for _, drawn in reasons()]
    apart = len(told.ways) <= _MOST_WAYS_APART
    groups = [(way,) for way in told.ways] if apart else [told.ways]
    for ways in groups:
        rows = [
            (_place_of(told, way, spent, whole=apart), spent.minutes)
            for way in ways
            for spent in time_spent(told, way)[: None if apart else 1]
        ]
        used = [k for k in range(len(why)) if any(values[k] > 0 for _, values in rows)]
        if not used:
            continue
        longest = max(sum(values) for _, values in rows)
        factor, unit = (60.0, "h") if longest >= 300 else (1.0, "min")
        title = "Where the time of an average traveller goes".replace(
            "traveller", told.ways[0].plan.counted.removesuffix("s")
        )
        if apart and len(told.ways) > 1:
            title += f", {ways[0].title}"
        shown = [
            Bar(
                name,
                tuple((k, values[place] / factor) for k, place in enumerate(used)),
                text=written_out(sum(values) / factor),
            )
            for name, values in rows
        ]
        kinds = [Kind(one.label, one.colour, bool(one.hatch)) for one in (why[k] for k in used)]
        yield Figure(
            title,
            bars(title, unit, shown, kinds),
            width="full",
            table=Table(
                title,
                (Column("Where"), *(Column(kind.name, unit) for kind in kinds)),
                tuple(
                    (name, *(Estimate(values[place] / factor) for place in used))
                    for name, values in rows
                ),
                folded=True,
            ),
        )


def _place_of(told: Told, way: Way, spent: Spent, *, whole: bool) -> str:
    """Return what a row of the times spent is of."""
    if not whole:
        return way.title
    if spent.population == "all":
        return "Whole crossing"
    return visible(told.words.place(spent.population))


def _value(estimate: Estimate | None) -> float:
    return 0.0 if estimate is None else estimate.value


def _people(told: Told) -> Iterator[Part]:
    yield Heading("People")
    teams = told.populations("officers") or told.populations("agency")
    rows = [(way, team) for team in teams for way in told.ways if is_there(told, way, team)]
    if rows:
        yield table_of(told, "Officers", rows, _OF_TEAMS)
    yield from officers_by_time(told)


def _where_it_binds(told: Told) -> Iterator[Part]:
    yield Heading("Where it binds")
    stops = told.populations("stop")
    rows = [(way, stop) for stop in stops for way in told.ways if is_there(told, way, stop)]
    if rows:
        yield table_of(told, "Stops", rows, _OF_STOPS)
    areas = told.populations("area")
    rows = [(way, area) for area in areas for way in told.ways if is_there(told, way, area)]
    if rows:
        yield table_of(told, "Waiting areas", rows, _OF_AREAS)
    count = how_many(int(told.made_from.get("replications", 0)), "replication")
    yield Sentence(f"A maximum is the mean of the maxima of {count}.")
