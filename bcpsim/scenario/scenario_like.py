"""Scenarios as a Python program gives them: files, plain data, loaded ones, and their names."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from bcpsim.arguments import file_or_data
from bcpsim.errors import InputError
from bcpsim.scenario.extending import BASE
from bcpsim.scenario.loading import LoadedScenario, load_variants

ScenarioLike = str | Path | Mapping[str, Any] | LoadedScenario
"""A scenario: its file, what would stand in it, or what `bcpsim.load` returned."""

LONGEST_NAME = 60
"""Most characters of a name made of changes, which stands at the head of tables."""

_SHOWN = 2  # changes in such a name


def scenarios_of(
    given: ScenarioLike | Sequence[ScenarioLike],
    *,
    variants: Sequence[str] | None = None,
    overrides: Mapping[str, Any] | None = None,
    allowed: Sequence[str | Path] = (),
) -> list[LoadedScenario]:
    """Load scenarios given in any form, and give each a name that no other has.

    Parameters
    ----------
    given
        One scenario, or several.
    variants
        Of one file, or of plain data: the variants wanted; None: as it stands.
    overrides
        Values to set in all of them, by key path.
    allowed
        Folders besides a scenario's own from which data files may be read.

    Raises
    ------
    ScenarioError
        With every mistake of a scenario.
    InputError
        If there is none, or variants are asked for of what is loaded.
    """
    several = one_or_several(given)
    if variants is not None:
        _check_names(variants)
    if isinstance(several, (str, Path, Mapping)):
        return load_variants(several, variants or [BASE], overrides=overrides, allowed=allowed)
    if variants is not None:
        raise InputError(
            "variants are those of one file: give the file, or load them with "
            "bcpsim.load_variants(FILE, [...])"
        )
    loaded = []
    for one in several:
        if not isinstance(one, LoadedScenario):
            loaded += load_variants(one, [BASE], overrides=overrides, allowed=allowed)
        else:
            loaded.append(one.overridden(overrides))
    return told_apart(loaded)


def _check_names(variants: Sequence[str]) -> None:
    """Check that there are names of variants, each once.

    Raises
    ------
    InputError
        If not: in a result they tell ways of working apart.
    """
    twice = [name for name in variants if variants.count(name) > 1]
    if twice or not variants:
        given = f"{twice[0]!r} twice" if twice else "an empty list"
        raise InputError(f"variants: expected different names, found {given}")


def one_or_several(given: Any) -> str | Path | Mapping[str, Any] | list[ScenarioLike]:
    """Return one scenario that isn't loaded yet as it is, and what else was given as a list.

    Raises
    ------
    InputError
        If it is no scenario and no list of some, or an empty one.
    """
    if isinstance(given, LoadedScenario):
        return [given]
    if isinstance(given, os.PathLike):
        return Path(given)
    several = isinstance(given, Iterable) and not isinstance(given, (bytes, BaseModel))
    if isinstance(given, (str, Mapping)) or not several:
        one: str | Mapping[str, Any] = file_or_data("scenario", given)
        return one
    found = list(given)
    if not found:
        raise InputError("expected a scenario or several, found an empty list")
    return found


def told_apart(loaded: Sequence[LoadedScenario]) -> list[LoadedScenario]:
    """Return scenarios in which those that have the same name get names of their own.

    These are the scenarios' names where they differ, else what was set in each, else numbers.
    """
    count = Counter(scenario.variant for scenario in loaded)
    named = list(loaded)
    taken = {name for name, times in count.items() if times == 1}
    for name, times in count.items():
        if times == 1:
            continue
        places = [k for k, scenario in enumerate(loaded) if scenario.variant == name]
        group = [loaded[k] for k in places]
        for names in (
            [_of_scenario(scenario) for scenario in group],
            [_of_changes(scenario) for scenario in group],
            [f"{name} ({k})" if k > 1 else name for k in range(1, times + 1)],
        ):
            fits = all(len(new) <= LONGEST_NAME for new in names)
            if fits and len(set(names)) == times and not taken & set(names):
                break
        taken.update(names)
        for k, new in zip(places, names, strict=True):
            named[k] = replace(loaded[k], variant=new)
    return named


def _of_scenario(loaded: LoadedScenario) -> str:
    name = loaded.scenario.name
    return name if loaded.variant == BASE else f"{name} {loaded.variant}"


def _of_changes(loaded: LoadedScenario) -> str:
    changes = [f"{path}={text}" for path, text in loaded.overrides.items()]
    more = len(changes) - _SHOWN
    listed = ", ".join(changes[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
    return f"{loaded.variant} with {listed}" if listed else loaded.variant
