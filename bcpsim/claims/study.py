"""From a claim file to ways of working that can be run, and all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bcpsim.claims.file import PERCENT, POINTS, Attribution, Claim, Range, Uncertain, Way
from bcpsim.claims.readings import Pair, given, usual
from bcpsim.comparisons.equal import Condition, Free, equalise
from bcpsim.errors import InputError, Problem, ScenarioError, unknown
from bcpsim.files.document import (
    Document,
    FieldPath,
    Mark,
    given_document,
    merge,
    part,
    with_override,
)
from bcpsim.files.typed import problem_at, typed
from bcpsim.kpi import Meter, Row, Words, find_row
from bcpsim.plan import Plan, compile_plan
from bcpsim.scenario import BASE, LoadedScenario, ScenarioSource, read_source
from bcpsim.scenario.overriding import can_be_set, with_overrides
from bcpsim.scenario.tables import TableError, resolve_inside

Settings = Mapping[str, float]
"""Values of conditions and uncertain inputs, by name."""


@dataclass(frozen=True)
class LoadedClaim:
    """A claim that has been checked, with its ways of working.

    Attributes
    ----------
    claim
        The typed claim.
    source
        The scenario file that it names.
    ways
        Baseline and alternatives as plain data, not yet set to any condition.
    names
        Names of the ways of working, for people.
    words
        The baseline's words for its values.
    measure
        The claim's value in each way of working.
    readings
        Other values that people call by the same word; for each its row in the ways.
    document
        The claim file as it was read.
    """

    claim: Claim
    source: ScenarioSource
    ways: tuple[Document, ...]
    names: tuple[str, ...]
    words: Words
    measure: Pair
    readings: tuple[Pair, ...]
    document: Document

    @property
    def measures_read(self) -> set[str]:
        """Names of the measures that the claim and its readings are about."""
        return {row.measure for pair in (self.measure, *self.readings) for row in pair.rows}

    def load(
        self, way: Document, settings: Settings | None = None, name: str = "claim"
    ) -> LoadedScenario:
        """Return a way of working under conditions, checked.

        Parameters
        ----------
        way
            One of `ways`, or of what `coalition` gives.
        settings
            Values of conditions and of uncertain inputs; each is set where the way has it.
        name
            Stands for its variant.

        Raises
        ------
        ScenarioError
            If the scenario has mistakes.
        """
        here = "baseline" if way is self.ways[0] else "alternatives"
        texts: dict[str, str] = {}
        marks: dict[str, Mark] = {}
        for label, value in (settings or {}).items():
            uncertain = label in self.claim.uncertain
            where = self.claim.uncertain[label] if uncertain else _conditions(self.claim)[label]
            if where.only not in (None, here):
                continue
            field = ("uncertain", label) if uncertain else ("conditions", "over", label)
            for path, factor in where.set.items():
                if can_be_set(way, path):  # else the other ways of working have it
                    texts[path] = _text(path, value * factor, where.unit)
                    marks[path] = self.document.mark_of(field)
        return self.source.check(with_overrides(way, texts, marks), name)

    def plan(self, way: Document, settings: Settings | None = None) -> Plan:
        """Return a way of working under conditions, compiled; as for `load`."""
        return compile_plan(self.load(way, settings))

    def equalised(self, number: int, condition: Condition, seed: int, workers: int) -> LoadedClaim:
        """Return the claim with an alternative adjusted so that a measure is equal.

        Parameters
        ----------
        number
            Which of `ways`.
        condition
            The measure, and what may be adjusted.
        seed, workers
            As for `bcpsim.run`.
        """
        free = condition.by
        assert free is not None
        where = {free.path: self.document.mark_of(("equal",))}

        def at(value: float) -> Document:
            return with_overrides(self.ways[number], {free.path: free.text(value)}, where)

        found = equalise(
            lambda value: self.source.check(at(value), BASE),
            self.load(self.ways[0]),
            condition,
            replications=self.claim.replications.at_least,
            seed=seed,
            workers=workers,
        )
        ways = (*self.ways[:number], at(found.value), *self.ways[number + 1 :])
        return replace(self, ways=ways)

    def coalition(self, switches: frozenset[str]) -> Document:
        """Return the baseline with some of the attribution's switches on."""
        assert self.claim.attribution is not None
        return _switched(self.ways[0], self.claim.attribution, self.document, switches)


def load_claim(
    file: str | Path | Mapping[str, Any], *, allowed: Sequence[str | Path] = ()
) -> LoadedClaim:
    """Read and check a claim file with all that it names.

    Parameters
    ----------
    file
        The claim file (YAML), or what would stand in it as plain data; then paths count from the
        working directory.
    allowed
        Folders besides the claim's own and the current one in which the scenario may lie, and
        besides the scenario's own from which its data files may be read.

    Raises
    ------
    ScenarioError
        With every mistake that was found: file, line, column, field, what is expected.
    """
    document, around = given_document(file, "claim")
    claim = typed(document, Claim)
    found = Findings(document)
    with found.at("scenario"):
        folders = [Path(), *map(Path, allowed)]
        scenario = resolve_inside(claim.scenario, around, folders)
    found.raise_all()
    source = read_source(scenario, allowed=allowed)
    ways = _ways(claim, document, source, found)
    found.raise_all()
    titles = _names([claim.baseline, *claim.alternatives])
    names = tuple(titles if claim.alternatives else [*titles, "all mechanisms"])
    plans = [compile_plan(source.check(way, name)) for way, name in zip(ways, names, strict=True)]
    words = Words.of(plans[0])
    rows = [Meter(plan).rows for plan in plans]
    measure = Pair("", ())
    with found.at("measure"):
        own = tuple(find_row(some, claim.measure) for some in rows)
        measure = Pair(words.value(own[0]), own)
        _check_units(claim, own[0], found)
    readings = []
    if claim.readings is not None:
        for number, reading in enumerate(claim.readings):
            with found.at("readings", number):
                readings.append(given(reading, words, rows))
    elif measure.rows:
        readings = [pair for pair in usual(claim, plans, rows) if pair.rows != measure.rows]
    for number, name in enumerate(claim.conditions.explained_by if claim.conditions else ()):
        with found.at("conditions", "explained_by", number):
            find_row(rows[0], name)
    loaded = LoadedClaim(
        claim,
        source,
        ways,
        names,
        words,
        measure,
        tuple(readings),
        document,
    )
    for number, condition in enumerate(claim.equal):
        with found.at("equal", number):
            for some in rows:
                find_row(some, condition.measure)
            for way in ways[1:]:
                if condition.by is not None:
                    by, where = condition.by, document.mark_of(("equal", number))
                    with_override(way, by.path, by.text(by.low), where)
    _check_settings(loaded, found)
    if claim.attribution is not None:
        _check_coalitions(loaded, claim.attribution, found)
    found.raise_all()
    return loaded


def _names(ways: Sequence[Way]) -> list[str]:
    """Return names by which people tell ways of working apart, the baseline's first.

    Where titles and variants don't, what is changed does, else the place in the file.
    """
    names = [way.title or way.variant for way in ways]
    if len(set(names)) < len(names):
        names = [
            f"{name} with {_changes(way)}" if way.changes and way.title is None else name
            for name, way in zip(names, ways, strict=True)
        ]
    return [
        name if names.count(name) == 1 else f"{name} ({f'alternative {k}' if k else 'baseline'})"
        for k, name in enumerate(names)
    ]


def _changes(way: Way) -> str:
    """Return what a way of working changes in its variant, the first two of many."""
    leaves = list(_leaves(way.changes))
    shown = [f"{path} {value}" if value else path for path, value in leaves[:2]]
    more = len(leaves) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def _leaves(node: Mapping[str, Any], path: str = "") -> Iterator[tuple[str, str]]:
    """Yield key paths with their values in words; none for lists."""
    for key, value in node.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", "" if isinstance(value, list) else str(value)


class Findings:
    """Mistakes in a claim file, at their places."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.problems: list[Problem] = []

    def add(self, message: str, *path: str | int) -> None:
        """Note a mistake."""
        self.problems.append(problem_at(self.document, path, message))

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Note errors that come of a value at the place of this value."""
        try:
            yield
        except ScenarioError as error:
            for problem in error.problems:
                where = f"{problem.field}: " if problem.field else ""
                self.add(f"{where}{problem.message}", *path)
        except (InputError, TableError) as error:
            self.add(str(error), *path)

    def raise_all(self) -> None:
        """Raise what was found.

        Raises
        ------
        ScenarioError
            If there is any.
        """
        if self.problems:
            raise ScenarioError(dict.fromkeys(self.problems))


def _ways(
    claim: Claim, document: Document, source: ScenarioSource, found: Findings
) -> tuple[Document, ...]:
    """Return the baseline and the alternatives; mistakes in the scenario are raised."""
    listed = isinstance(document.data.get("alternatives"), list)
    places: list[tuple[FieldPath, Way]] = [(("baseline",), claim.baseline)]
    for number, way in enumerate(claim.alternatives):
        places.append((("alternatives", number) if listed else ("alternatives",), way))
    ways = []
    for place, way in places:
        wrong = list(source.name_problems(document, place, way.variant))
        if wrong:
            found.problems += wrong
            continue
        changed = source.document_of(way.variant)
        if way.changes:
            changed = merge(changed, part(document, (*place, "changes")))
        source.check(changed, way.title or way.variant)
        ways.append(changed)
    if claim.attribution is not None:
        _check_switches(claim.attribution, found)
        if not claim.alternatives and not found.problems:
            everything = frozenset(claim.attribution.switches)
            ways.append(_switched(ways[0], claim.attribution, document, everything))
            source.check(ways[-1], "all switches")
    return tuple(ways)


def _switched(
    baseline: Document, attribution: Attribution, document: Document, switches: frozenset[str]
) -> Document:
    """Return the baseline with the changes of some switches, and of those together, laid over."""
    way = baseline
    for name in attribution.switches:
        if name in switches:
            way = merge(way, part(document, ("attribution", "switches", name, "changes")))
    for number, together in enumerate(attribution.together):
        if switches.issuperset(together.switches):
            way = merge(way, part(document, ("attribution", "together", number, "changes")))
    return way


def _check_units(claim: Claim, row: Row, found: Findings) -> None:
    """Check that the bound and the precision are in units that the measure has."""
    unit = POINTS if row.unit == PERCENT else row.unit
    key = "increase" if claim.reduction is None else "reduction"
    if claim.bound.unit not in (PERCENT, unit):
        has = f"unknown unit {claim.bound.unit!r}" if claim.bound.unit else "has no unit"
        found.add(
            f"{has}; expected '{replace(claim.bound, unit=PERCENT)}' (of the baseline) or "
            f"'{replace(claim.bound, unit=unit)}' ({unit} is the unit of {row.measure})",
            key,
        )
        return  # nobody knows which unit the precision should have
    unit = POINTS if claim.relative else unit
    if claim.precision.unit in ("", unit):
        return
    if "precision" in claim.model_fields_set:
        found.add(f"unknown unit {claim.precision.unit!r}; expected {unit}", "precision")
    else:
        found.add(f"a difference in {unit} needs a precision in {unit}, too: add it", key)


def _check_settings(loaded: LoadedClaim, found: Findings) -> None:
    """Check that conditions and uncertain inputs can be set, at both ends."""
    claim = loaded.claim
    places: dict[str, tuple[FieldPath, Range | Uncertain]] = {
        name: (("conditions", "over", name), one) for name, one in _conditions(claim).items()
    }
    for name, other in claim.uncertain.items():
        if name in places:
            found.add("a condition has the same name", "uncertain", name)
        else:
            places[name] = (("uncertain", name), other)
    for name, (place, where) in places.items():
        before = len(found.problems)
        ways = {None: loaded.ways, "baseline": loaded.ways[:1], "alternatives": loaded.ways[1:]}
        for path in where.set:
            problems = []
            for way in ways[where.only]:
                try:
                    with_override(way, path, "0", loaded.document.mark_of(place))
                except ScenarioError as error:
                    problems.append(error.problems[0])
            if len(problems) == len(ways[where.only]):
                found.add(f"{problems[0].field}: {problems[0].message}", *place, "set")
        for way in loaded.ways:
            for value in where.ends:
                if len(found.problems) == before:
                    with found.at(*place):
                        loaded.load(way, {name: value})


def _check_switches(attribution: Attribution, found: Findings) -> None:
    """Check the names of switches where they are used."""
    known = list(attribution.switches)
    lists = [
        *(
            (("together", k, "switches"), one.switches)
            for k, one in enumerate(attribution.together)
        ),
        *((("take_away", k), names) for k, names in enumerate(attribution.take_away)),
    ]
    for place, names in lists:
        for name in names:
            if name not in known:
                found.add(unknown("switch", name, known), "attribution", *place)


def _check_coalitions(loaded: LoadedClaim, attribution: Attribution, found: Findings) -> None:
    """Check each switch alone, and that all of them give the alternative."""
    before = len(found.problems)
    for name in attribution.switches:
        with found.at("attribution", "switches", name):
            loaded.load(loaded.coalition(frozenset([name])))
    if len(found.problems) > before:
        return
    with found.at("attribution", "switches"):
        whole = loaded.load(loaded.coalition(frozenset(attribution.switches)))
        wanted = loaded.load(loaded.ways[1])
        if whole.hash != wanted.hash:
            differing = _first_difference(
                whole.scenario.model_dump(mode="json"), wanted.scenario.model_dump(mode="json")
            )
            raise InputError(
                f"all switches together don't give the alternative {loaded.names[1]!r}: "
                f"they differ at {differing}"
            )


def _text(path: str, value: float, unit: str) -> str:
    """Return a value as it is written in a scenario."""
    return Free(path, value, value, unit, whole=value == int(value)).text(value)


def _first_difference(one: object, other: object, path: str = "") -> str:
    """Return the key path at which plain data differ first, titles left out."""
    if isinstance(one, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*one, *other]):
            if key not in ("title", "description", "sources") and one.get(key) != other.get(key):
                return _first_difference(one.get(key), other.get(key), f"{path}.{key}")
    return path.removeprefix(".") or "the order of the keys"


def _conditions(claim: Claim) -> Mapping[str, Range]:
    return claim.conditions.over if claim.conditions is not None else {}
