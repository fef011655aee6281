"""The ways of working that are compared, and how they are loaded with other values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from bcpsim.comparisons.changes import Change, names_of
from bcpsim.comparisons.equal import Condition, Free, equalise
from bcpsim.errors import InputError, option
from bcpsim.files.document import Mark
from bcpsim.scenario import (
    LoadedScenario,
    ScenarioFile,
    ScenarioLike,
    one_or_several,
    read_scenario_file,
    told_apart,
)


@dataclass(frozen=True)
class Way:
    """A way of working, how it is loaded with other values, and what made it of the baseline."""

    loaded: LoadedScenario
    scenario_file: ScenarioFile | None
    variant: str
    overrides: Mapping[str, str]
    change: Change | None = None

    @property
    def own_paths(self) -> list[str]:
        """Key paths of what its change sets."""
        return list(self.change.overrides) if self.change is not None else []

    def setting(self, free: Free, value: float, others: Mapping[str, str]) -> dict[str, str]:
        """Return the overrides of this way with one more, which sets a parameter."""
        return {**self.overrides, **others, free.path: free.text(value)}

    def changed(self, free: Free, others: Mapping[str, str], value: float) -> LoadedScenario:
        """Return this way of working with a parameter set to a value."""
        overrides = self.setting(free, value, others)
        if self.scenario_file is None:
            return self.loaded.with_(overrides)
        places = {free.path: Mark(option("--equal"))}
        [loaded] = self.scenario_file.load([self.variant], overrides=overrides, places=places)
        return replace(loaded, variant=self.loaded.variant)


def ways_of(
    scenario: ScenarioLike | Sequence[ScenarioLike],
    baseline: str,
    alternatives: Sequence[str] | None,
    changes: list[Change],
    overrides: Mapping[str, str],
    allowed: Sequence[str | Path],
) -> list[Way]:
    """Return the ways of working that are compared, the baseline first.

    Raises
    ------
    InputError
        If there are fewer than two, or one comes twice.
    """
    given = one_or_several(scenario)
    if isinstance(given, (str, Path, Mapping)):
        scenario_file = read_scenario_file(given, allowed=allowed)
        others = alternatives
        if others is None:
            others = [] if changes else [name for name in scenario_file.names if name != baseline]
        names = [baseline, *others]
        loaded = scenario_file.load(names, overrides=overrides)
        ways = [
            Way(way, scenario_file, name, overrides)
            for name, way in zip(names, loaded, strict=True)
        ]
        for change, name in zip(changes, names_of(changes), strict=True):
            variant = change.on(baseline)
            both = {**overrides, **change.overrides}
            places = dict.fromkeys(change.overrides, Mark(option("--with")))
            [changed] = scenario_file.load([variant], overrides=both, places=places)
            ways.append(Way(replace(changed, variant=name), scenario_file, variant, both, change))
        names = [way.loaded.variant for way in ways]
    elif changes:
        raise InputError("changes are made to one scenario file, and several were given")
    else:
        ways = [_way_of(each, overrides, allowed) for each in given]
        if len({way.loaded.hash for way in ways}) == len(ways):
            apart = told_apart([way.loaded for way in ways])
            ways = [
                replace(way, loaded=scenario) for way, scenario in zip(ways, apart, strict=True)
            ]
        names = [way.loaded.variant for way in ways]
    if len(ways) < 2:
        raise InputError(
            "a comparison needs a baseline and at least one alternative: a variant of the file, "
            f"another file, or a change ({option('--with stops.NAME.lanes=5')})"
        )
    twice = [name for name in names if names.count(name) > 1]
    if twice:
        raise InputError(
            f"{twice[0]!r} comes twice; a comparison needs ways of working that differ"
        )
    return ways


def _way_of(
    scenario: ScenarioLike, overrides: Mapping[str, str], allowed: Sequence[str | Path]
) -> Way:
    """Return a way of working named by its file, or by its variant if it was loaded."""
    if isinstance(scenario, LoadedScenario):
        return Way(scenario.overridden(overrides), None, scenario.variant, {})
    scenario_file = read_scenario_file(scenario, allowed=allowed)
    [loaded] = scenario_file.load(["base"], overrides=overrides)
    name = loaded.scenario.name if isinstance(scenario, Mapping) else Path(scenario).stem
    return Way(replace(loaded, variant=name), scenario_file, "base", overrides)


Values = dict[Condition, tuple[str, str]]


def adjust(
    way: Way,
    baseline: Way,
    conditions: Sequence[Condition],
    replications: int,
    seed: int,
    workers: int,
) -> tuple[LoadedScenario, Values]:
    """Return a way with its free parameters adjusted, one condition after the other."""
    overrides: dict[str, str] = {}
    values: Values = {}
    loaded = way.loaded
    for condition in conditions:
        free = condition.by
        if free is None:
            continue
        equalised = equalise(
            partial(way.changed, free, overrides),
            baseline.loaded,
            condition,
            replications=replications,
            seed=seed,
            workers=workers,
        )
        loaded = equalised.loaded
        overrides = way.setting(free, equalised.value, overrides)
        values[condition] = (free.path, free.text(equalised.value))
    return loaded, values
