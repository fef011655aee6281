"""What a report ends with: how far to trust it, every measure, the model described, where from."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bcpsim.errors import visible
from bcpsim.files.units import format_duration, how_many
from bcpsim.kpi import MEASURES, Row
from bcpsim.report.document import Column, Heading, Part, Points, Sentence, Table
from bcpsim.report.notes import PERCENTILES_OF, few_note, few_words
from bcpsim.report.told import Told

_KINDS = {"published": "Published", "derived": "Derived", "assumption": "Assumption"}


def trust(told: Told) -> Iterator[Part]:
    """Yield how the numbers were made, and where those of the scenario come from."""
    made = told.made_from
    count = int(made.get("replications", 0))
    yield Heading("How far to trust it")
    taken = PERCENTILES_OF.get(str(made.get("weight")), PERCENTILES_OF["replication"])
    points = [
        f"Every number is the mean of {how_many(count, 'independent replication')} "
        f"(seed {made.get('seed')}); brackets hold its 95 % interval: what more replications could "
        f"change, not what the scenario may have wrong. "
        f"{taken.capitalize()}.",
        "A result holds for the traffic, durations and rosters of the scenario. Check the numbers "
        "marked as assumptions first.",
    ]
    if few := few_words(count):
        points.append(few.capitalize())
    yield Points(tuple(points))
    origins = told.ways[0].loaded.scenario.sources
    if origins:
        yield Table(
            "Where the scenario's numbers come from",
            (Column("Fields"), Column("Kind"), Column("Source or reason")),
            tuple(
                (
                    visible(", ".join(one.of)),
                    _KINDS[one.kind],
                    visible(" ".join(filter(None, [" ".join(one.text.split()), one.url]))),
                )
                for one in origins
            ),
            folded=True,
        )
    else:
        yield Sentence("The scenario doesn't say where its numbers come from.", "warning")


def how_made(told: Told) -> str:
    """Return in a sentence what the numbers of a table are."""
    count = int(told.made_from.get("replications", 0))
    if count == 1:
        return "One replication: no intervals; take --replications 20."
    means = f"Means of {how_many(count, 'replication')} (seed {told.made_from.get('seed')})"
    what = "changes" if told.changes else "means"
    said = f"{means}; brackets hold 95 % intervals of {what}."
    return " ".join(filter(None, [said, few_note(count)]))


def annex(told: Told) -> Iterator[Part]:
    """Yield every measure, the model in the order of STRESS-DES, and provenance."""
    yield Heading("Annex")
    several = len(told.ways) > 1
    rows = []
    for (name, measure, population, statistic), found in told.measures.items():
        row = Row(measure, population, statistic)
        cells = (
            visible(told.words.place(population)),
            told.words.statistic(row),
            told.words.unit(row),
            found,
        )
        rows.append((visible(name), *cells) if several else cells)
    heads = [Column("Of"), Column("Measure"), Column("Unit"), Column("Estimate")]
    if rows:
        yield Table(
            "All measures",
            (*([Column("Way of working")] if several else []), *heads),
            tuple(rows),
            folded=True,
        )
        yield _definitions(told)
    yield Table(
        "The model described",
        (Column("Item of STRESS-DES"), Column("What")),
        tuple(_stress(told)),
        "STRESS-DES: Monks et al., Journal of Simulation 13(1), 2019. Items that only people can "
        "write (1.1 purpose, 1.3 aims, 3.2 pre-processing) are left to you.",
        folded=True,
    )
    yield Table("Where this comes from", (Column("What"), Column("Value")), tuple(_made(told)))


def _definitions(told: Told) -> Table:
    used = dict.fromkeys(measure for _, measure, _, _ in told.measures)
    return Table(
        "Definitions",
        (Column("Measure"), Column("Definition"), Column("Source")),
        tuple(
            (MEASURES[one].title, MEASURES[one].definition, MEASURES[one].source) for one in used
        ),
        folded=True,
    )


def _made(told: Told) -> Iterator[tuple[str, str]]:
    made = told.made_from
    if told.command:
        yield "Command", visible(told.command)
    if told.date:
        yield "Made", visible(told.date)
    for key, title in (("seed", "Seed"), ("replications", "Replications"), ("bcpsim", "bcpsim")):
        yield title, visible(str(made.get(key, "")))
    variants: Any = made.get("variants")
    for one in variants if isinstance(variants, list) else ():
        yield f"Hash of the scenario, {visible(str(one['name']))}", visible(str(one["hash"]))
    libraries = made.get("libraries")
    if isinstance(libraries, dict):
        text = ", ".join(f"{name} {version}" for name, version in libraries.items())
        yield "Libraries", visible(f"Python {made.get('python')}, {text}")


def _stress(told: Told) -> Iterator[tuple[str, str]]:
    """Yield the items that follow from scenario and provenance, by the sections of STRESS-DES."""
    yield from _logic(told)
    yield from _components(told)
    yield from _data(told)
    yield from _experimentation(told)
    yield from _implementation(told)


def _logic(told: Told) -> Iterator[tuple[str, str]]:
    plan = told.ways[0].plan
    yield "1.2 Outputs", "Measures with 95 % intervals; see definitions."
    yield "2.1 Base model diagram", "The crossing drawn."
    yield (
        "2.2 Base logic",
        f"{plan.counted.capitalize()} arrive, queue at stops, are checked by officers or machines "
        "in lanes, move on by routes that depend on class, attributes and risk selection, and "
        "leave.",
    )
    yield (
        "2.3 Scenario logic",
        f"Ways of working: {visible(', '.join(one.name for one in told.ways))}. Each sees the same "
        f"{plan.counted} with the same drawn durations.",
    )
    yield (
        "2.4 Algorithms",
        "Discrete events; work, officers, lanes and equipment are matched by one dispatcher in a "
        "documented order. Officers and equipment are taken together or not at all.",
    )


def _components(told: Told) -> Iterator[tuple[str, str]]:
    plan, scenario = told.ways[0].plan, told.ways[0].loaded.scenario

    def titles(some: Any) -> str:
        return visible(", ".join(one.title for one in some)) or "none"

    yield "2.5.1 Entities", titles(plan.classes)
    yield "2.5.2 Activities", titles(plan.activities)
    yield (
        "2.5.3 Resources",
        f"Officers: {titles(plan.groups)}. Equipment: {titles(plan.equipment)}.",
    )
    yield "2.5.4 Queues", f"At {titles(plan.stops)}; waiting areas: {titles(plan.areas)}."
    yield (
        "2.5.5 Entry and exit",
        f"Entry: {visible(', '.join(s.title or name for name, s in scenario.traffic.items()))}. "
        "Exit: released, refused or detained.",
    )


def _data(told: Told) -> Iterator[tuple[str, str]]:
    scenario = told.ways[0].loaded.scenario
    counts = {kind: sum(one.kind == kind for one in scenario.sources) for kind in _KINDS}
    yield (
        "3.1 Data sources",
        "; ".join(f"{title.lower()}: {counts[kind]}" for kind, title in _KINDS.items()),
    )
    yield "3.3 Input parameters", "The scenario file as run, in the folder of the result."
    assumed = [", ".join(one.of) for one in scenario.sources if one.kind == "assumption"]
    yield "3.4 Assumptions", visible("; ".join(assumed)) or "none stated"


def _experimentation(told: Told) -> Iterator[tuple[str, str]]:
    horizon = told.ways[0].loaded.scenario.horizon
    yield (
        "4.1 Initialisation",
        "It starts empty"
        + (
            f"; the first {format_duration(horizon.warm_up)} aren't measured."
            if horizon.warm_up
            else "."
        ),
    )
    ending = "who is inside is served on" if horizon.ending == "drain" else "the run is cut"
    yield (
        "4.2 Run length",
        f"{format_duration(horizon.duration)} from {horizon.start}; then {ending}.",
    )
    yield (
        "4.3 Estimation",
        f"{how_many(int(told.made_from.get('replications', 0)), 'independent replication')}, "
        "common random numbers among ways of working.",
    )


def _implementation(told: Told) -> Iterator[tuple[str, str]]:
    yield "5.1 Software", f"bcpsim {visible(str(told.made_from.get('bcpsim', '')))}, SimPy."
    yield (
        "5.2 Random sampling",
        "Every random quantity of a traveller is drawn before the run from a stream of its own, "
        "named by seed, replication, source and quantity.",
    )
    yield (
        "5.3 Model execution",
        "Ties are decided in a documented order; the same inputs give the same bytes.",
    )
    yield (
        "5.4 System",
        visible(f"Python {told.made_from.get('python')}, {told.made_from.get('machine')}"),
    )
    yield "6.1 Code", "bcpsim is open source under the Apache License 2.0."
