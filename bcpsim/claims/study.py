"""From a claim file to ways of working that can be run, and all mistakes at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from pathlib import Path
from typing import Any

from bcpsim.claims.bounds import PERCENT, POINTS
from bcpsim.claims.file import Attribution, ClaimFile, Range, Uncertain, Way
from bcpsim.claims.readings import Pair, named_reading, usual_readings
from bcpsim.claims.verdict import effect_word, possible_effects
from bcpsim.comparisons.equal import Condition, Free, equalise
from bcpsim.errors import InputError, ScenarioError
from bcpsim.files.document import Document, FieldPath, Mark, merge, part, with_override
from bcpsim.kpi import MEASURES, Meter, Row, Titles, find_row
from bcpsim.plan import Plan, compile_plan
from bcpsim.plan.counting import arriving_in
from bcpsim.scenario import BASE, LoadedScenario, ScenarioFile
from bcpsim.scenario.overriding import can_be_set, with_overrides
from bcpsim.studies import Findings, LoadedStudy, known_variants, open_study

Settings = Mapping[str, float]
"""Values of conditions and uncertain inputs, by name."""


@dataclass(frozen=True, repr=False)
class LoadedClaim(LoadedStudy[ClaimFile]):
    """A claim file that has been checked, with its ways of working.

    Attributes
    ----------
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
    """

    ways: tuple[Document, ...]
    names: tuple[str, ...]
    words: Titles
    measure: Pair
    readings: tuple[Pair, ...]

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
            uncertain = label in self.file.uncertain
            where = self.file.uncertain[label] if uncertain else _conditions(self.file)[label]
            if where.only not in (None, here):
                continue
            field = ("uncertain", label) if uncertain else ("conditions", "over", label)
            for path, factor in where.set.items():
                if can_be_set(way, path):  # else the other ways of working have it
                    texts[path] = _text(path, value * factor, where.unit)
                    marks[path] = self.document.mark_of(field)
        return self.scenario_file.check(with_overrides(way, texts, marks), name)

    def plan(self, way: Document, settings: Settings | None = None) -> Plan:
        """Return a way of working under conditions, compiled; as for `load`."""
        return compile_plan(self.load(way, settings), self.file.hours)

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

        adjusted = equalise(
            lambda value: self.scenario_file.check(at(value), BASE),
            self.load(self.ways[0]),
            condition,
            counting=self.file.hours,
            replications=self.file.replications.at_least,
            seed=seed,
            workers=workers,
        )
        ways = (*self.ways[:number], at(adjusted.value), *self.ways[number + 1 :])
        return replace(self, ways=ways)

    def coalition(self, switches: frozenset[str]) -> Document:
        """Return the baseline with some of the attribution's switches on."""
        assert self.file.attribution is not None
        return _switched(self.ways[0], self.file.attribution, self.document, switches)


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
    study = open_study(file, ClaimFile)
    claim, document, findings = study.file, study.document, study.findings
    if claim.attribution is not None:
        _check_switches(claim.attribution, findings)
    scenario_file = study.read_scenario(allowed)
    ways = _ways(claim, scenario_file, findings)
    titles = _names([claim.baseline, *claim.alternatives])
    names = tuple(titles if claim.alternatives else [*titles, "all mechanisms"])
    scenarios = [scenario_file.check(way, name) for way, name in zip(ways, names, strict=True)]
    plans = [compile_plan(scenario) for scenario in scenarios]
    scenario_titles = Titles.of(plans[0])
    rows = [Meter.of(plan).rows for plan in plans]
    measure = Pair("", ())
    with findings.at("measure"):
        named = tuple(find_row(of_way, claim.measure) for of_way in rows)
        with findings.at("measured", "population"):
            named = tuple(find_row(of_way, claim.named(claim.measure)) for of_way in rows)
        measure = Pair(scenario_titles.value(named[0]), named)
        _check_units(claim, named[0], findings)
        _check_hours(claim, measure)
    _check_hours_come(claim, scenarios, findings)
    readings = []
    if claim.readings is not None:
        for number, reading in enumerate(claim.readings):
            with findings.at("readings", number):
                readings.append(named_reading(claim, reading, scenario_titles, rows))
                _check_hours(claim, readings[-1])
    elif measure.rows:
        readings = [
            pair for pair in usual_readings(claim, plans, rows) if pair.rows != measure.rows
        ]
    for number, name in enumerate(claim.conditions.explained_by if claim.conditions else ()):
        with findings.at("conditions", "explained_by", number):
            find_row(rows[0], name)
    for number, condition in enumerate(claim.equal):
        with findings.at("equal", number):
            _check_equal(condition, ways, rows, document.mark_of(("equal", number)))
    _check_differ(claim, plans, document, findings)
    if findings.mended:
        raise findings.error()
    loaded = LoadedClaim(
        file=claim,
        document=document,
        scenario_file=scenario_file,
        ways=ways,
        names=names,
        words=scenario_titles,
        measure=measure,
        readings=tuple(readings),
    )
    _check_settings(loaded, findings)
    if claim.attribution is not None:
        _check_coalitions(loaded, claim.attribution, findings)
    findings.raise_all()
    return loaded


def _check_hours(claim: ClaimFile, pair: Pair) -> None:
    """Check that a value is of those who arrive, where only some hours count.

    Raises
    ------
    InputError
        If it isn't.
    """
    for row in pair.rows:
        if claim.hours and MEASURES[row.measure].over_time:
            raise InputError(
                f"{row.measure} is of all that happens in the measured time, not of those who "
                "arrive, so that the hours of measured can't hold for it; expected a measure of "
                "travellers, such as waiting_time, time_in_system or released"
            )


def _check_hours_come(
    claim: ClaimFile, scenarios: Sequence[LoadedScenario], findings: Findings
) -> None:
    """Check that the hours that count come in every way of working."""
    listed = isinstance(findings.document.data.get("measured", {}).get("hours"), list)
    for number, window in enumerate(claim.hours):
        with findings.at("measured", "hours", *([number] if listed else [])):
            for scenario in scenarios:
                arriving_in(scenario, [window])


def _check_differ(
    claim: ClaimFile, plans: Sequence[Plan], document: Document, findings: Findings
) -> None:
    """Check that each alternative differs from the baseline, in the file or by what is set."""
    ranges: list[Range | Uncertain] = [*_conditions(claim).values(), *claim.uncertain.values()]
    if any(condition.only for condition in ranges) or any(
        condition.by is not None for condition in claim.equal
    ):
        return
    listed = isinstance(document.data.get("alternatives"), list)
    for number, plan in enumerate(plans[1:]):
        if plan.scenario_hash == plans[0].scenario_hash:
            findings.add(
                "is the same as the baseline, so that nothing can differ; expected another "
                "variant, or changes",
                *(("alternatives", number) if listed else ("alternatives",)),
            )


def _check_equal(
    condition: Condition, ways: Sequence[Document], rows: Sequence[Sequence[Row]], where: Mark
) -> None:
    """Check that a measure that is to be equal is one, and that its parameter can be set.

    Raises
    ------
    InputError
        If it isn't.
    """
    for of_way in rows:
        find_row(of_way, condition.measure)
    if condition.by is not None:
        for way in ways[1:]:
            with_override(way, condition.by.path, condition.by.text(condition.by.low), where)


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


def _ways(
    claim: ClaimFile, scenario_file: ScenarioFile, findings: Findings
) -> tuple[Document, ...]:
    """Return the baseline and the alternatives as plain data.

    Raises
    ------
    ScenarioError
        With all that was found, if one of them isn't known or has mistakes.
    """
    document = findings.document
    listed = isinstance(document.data.get("alternatives"), list)
    places: list[tuple[FieldPath, Way]] = [(("baseline",), claim.baseline)]
    for number, way in enumerate(claim.alternatives):
        places.append((("alternatives", number) if listed else ("alternatives",), way))
    known = [
        known_variants(findings, scenario_file, [way.variant], *place) for place, way in places
    ]
    if not all(known) or not all(findings.holds(*place) for place, _ in places):
        raise findings.error()
    ways = []
    for place, way in places:
        changed = scenario_file.document_of(way.variant)
        if claim.measured is not None and claim.measured.changes:
            changed = merge(changed, part(document, ("measured", "changes")))
        if way.changes:
            changed = merge(changed, part(document, (*place, "changes")))
        with findings.elsewhere():
            scenario_file.check(changed, way.title or way.variant)
        ways.append(replace(changed))  # each its own, though it be the same as another
    if claim.attribution is not None and not claim.alternatives:
        if findings.problems:
            raise findings.error()
        everything = frozenset(claim.attribution.switches)
        ways.append(_switched(ways[0], claim.attribution, document, everything))
        scenario_file.check(ways[-1], "all switches")
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


def _check_units(claim: ClaimFile, row: Row, findings: Findings) -> None:
    """Check that the bound and the precision are in units that the measure has."""
    unit = POINTS if row.unit == PERCENT else row.unit
    key = claim.direction
    if claim.bound.unit not in (PERCENT, unit):
        has = f"unknown unit {claim.bound.unit!r}" if claim.bound.unit else "has no unit"
        findings.add(
            f"{has}; expected '{replace(claim.bound, unit=PERCENT)}' (of the baseline) or "
            f"'{replace(claim.bound, unit=unit)}' ({unit} is the unit of {row.measure})",
            key,
        )
        return  # nobody knows which unit the precision should have
    least, most = possible_effects(claim, row)
    low, high = claim.bound.low, claim.bound.high
    never = low > most or high < least
    if never or (low <= least and high >= most):
        what = "can't be" if never else "holds whatever happens"
        always = replace(claim.bound, low=least, high=most)
        findings.add(f"{what}: the {effect_word(claim)} of {row.measure} is always {always}", key)
    unit = POINTS if claim.relative else unit
    if claim.precision.unit in ("", unit):
        return
    if "precision" in claim.model_fields_set:
        findings.add(f"unknown unit {claim.precision.unit!r}; expected {unit}", "precision")
    else:
        findings.add(f"a difference in {unit} needs a precision in {unit}, too: add it", key)


def _check_settings(loaded: LoadedClaim, findings: Findings) -> None:
    """Check that conditions and uncertain inputs can be set, at both ends."""
    claim = loaded.file
    places: dict[str, tuple[FieldPath, Range | Uncertain]] = {
        name: (("conditions", "over", name), condition)
        for name, condition in _conditions(claim).items()
    }
    for name, other in claim.uncertain.items():
        if name in places:
            findings.add("a condition has the same name", "uncertain", name)
        else:
            places[name] = (("uncertain", name), other)
    _check_apart(("conditions", "over"), _conditions(claim), findings)
    _check_apart(("uncertain",), claim.uncertain, findings)
    for name, (place, where) in places.items():
        before = len(findings.problems)
        ways = {None: loaded.ways, "baseline": loaded.ways[:1], "alternatives": loaded.ways[1:]}
        for path in where.set:
            problems = []
            for way in ways[where.only]:
                try:
                    with_override(way, path, "0", loaded.document.mark_of(place))
                except ScenarioError as error:
                    problems.append(error.problems[0])
            if len(problems) == len(ways[where.only]):
                findings.add(f"{problems[0].field}: {problems[0].message}", *place, "set")
        for way in loaded.ways:
            for value in where.ends:
                if len(findings.problems) == before:
                    with findings.at(*place):
                        loaded.load(way, {name: value})


def _check_apart(
    kind: FieldPath, settings: Mapping[str, Range | Uncertain], findings: Findings
) -> None:
    """Check that no two conditions, or uncertain inputs, set the same: one would not count."""
    for (name, first), (other, second) in combinations(settings.items(), 2):
        if first.only and second.only and first.only != second.only:
            continue
        for path in second.set:
            if any(
                f"{path}.".startswith(f"{own}.") or f"{own}.".startswith(f"{path}.")
                for own in first.set
            ):
                findings.add(f"{path} is set by {name!r} already", *kind, other, "set")


def _check_switches(attribution: Attribution, findings: Findings) -> None:
    """Check the names of switches where they are used."""
    for number, together in enumerate(attribution.together):
        place = ("together", number, "switches")
        findings.add_unknown(
            "switch", together.switches, attribution.switches, "attribution", *place
        )
    for number, names in enumerate(attribution.take_away):
        findings.add_unknown(
            "switch", names, attribution.switches, "attribution", "take_away", number
        )


def _check_coalitions(loaded: LoadedClaim, attribution: Attribution, findings: Findings) -> None:
    """Check each switch alone, and that all of them give the alternative."""
    before = len(findings.problems)
    for name in attribution.switches:
        with findings.at("attribution", "switches", name):
            loaded.load(loaded.coalition(frozenset([name])))
    if len(findings.problems) > before:
        return
    with findings.at("attribution", "switches"):
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


def _first_difference(first: object, other: object, path: str = "") -> str:
    """Return the key path at which plain data differ first, titles left out."""
    if isinstance(first, dict) and isinstance(other, dict):
        for key in dict.fromkeys([*first, *other]):
            if key not in ("title", "description", "sources") and first.get(key) != other.get(key):
                return _first_difference(first.get(key), other.get(key), f"{path}.{key}")
    return path.removeprefix(".") or "the order of the keys"


def _conditions(claim: ClaimFile) -> Mapping[str, Range]:
    return claim.conditions.over if claim.conditions is not None else {}
