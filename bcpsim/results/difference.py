"""Differences between two results, or between a result and a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.arguments import as_path
from bcpsim.files.units import how_many
from bcpsim.results.display import Displayed
from bcpsim.results.mark import check_variants, mark_file, read_made
from bcpsim.results.reading import Folder, wrong
from bcpsim.results.scenarios import load_as_run
from bcpsim.results.stored import load_run
from bcpsim.scenario import LoadedScenario, read_scenario_file
from bcpsim.scenario.difference import Change, new_changes, scenario_changes

if TYPE_CHECKING:
    import pandas as pd

_MADE_FROM = ("seed", "replications", "weight", "bcpsim", "code", "python", "machine", "libraries")
_KEYS = ["variant", "measure", "population", "statistic", "unit"]


@dataclass(frozen=True, repr=False)
class Difference(Displayed):
    """The differences between two scenarios or results.

    Attributes
    ----------
    first, second
        The files or folders.
    scenarios
        For each variant that both have, what differs; of variants beside ``base`` only what base
        doesn't.
    only_first, only_second
        Names of variants that only one has.
    made
        What differs in how they were made, such as seed or versions: what, and both values.
    measures
        Measures of both that differ: variant, measure, population, statistic, unit, first,
        first_low, first_high, second, second_low, second_high, difference, change (per cent); None
        unless both are results of runs.
    compared
        Number of measures that both have.
    """

    first: Path
    second: Path
    scenarios: Mapping[str, Sequence[Change]]
    only_first: tuple[str, ...]
    only_second: tuple[str, ...]
    made: tuple[tuple[str, str, str], ...]
    measures: pd.DataFrame | None
    compared: int

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        changes = how_many(sum(map(len, self.scenarios.values())), "change")
        differing = 0 if self.measures is None else len(self.measures)
        return (
            f"{self.first} and {self.second}: {changes} of scenarios, {differing} of "
            f"{how_many(self.compared, 'measure')} differ"
        )

    def main_table(self) -> pd.DataFrame | None:
        """Return the measures that differ."""
        return self.measures

    @property
    def none(self) -> bool:
        """True if nothing differs."""
        return not (
            any(self.scenarios.values())
            or self.only_first
            or self.only_second
            or self.made
            or (self.measures is not None and len(self.measures))
        )

    def to_dict(self) -> dict[str, Any]:
        """Return the differences as plain data for JSON."""
        rows = [] if self.measures is None else self.measures.to_dict("records")
        return {
            "first": str(self.first),
            "second": str(self.second),
            "scenarios": {
                name: [
                    {"path": c.path, "words": c.words, "first": c.first, "second": c.second}
                    for c in changes
                ]
                for name, changes in self.scenarios.items()
            },
            "only_first": list(self.only_first),
            "only_second": list(self.only_second),
            "made": [
                {"what": what, "first": difference, "second": other}
                for what, difference, other in self.made
            ],
            "measures": [
                {
                    key: None if value != value or value in (float("inf"), -float("inf")) else value
                    for key, value in row.items()
                }
                for row in rows
            ],
            "compared": self.compared,
        }


def diff(
    first: str | Path, second: str | Path, *, allowed: Sequence[str | Path] = ()
) -> Difference:
    """Tell two scenarios, two results, or a scenario and a result apart.

    Parameters
    ----------
    first, second
        A scenario file, or a folder that a command wrote with ``--out``.
    allowed
        Folders besides the scenario's own from which data files may be read.

    Returns
    -------
    Difference
        What differs in the scenarios by key path, in how results were made, and in the measures
        of runs.

    Raises
    ------
    ScenarioError
        If a scenario has mistakes.
    InputError
        If a folder holds no result, or one without scenarios, or a damaged one.
    """
    paths = as_path("first", first), as_path("second", second)
    ones, others = (_scenarios(path, allowed) for path in paths)
    if len(ones) == len(others) == 1:  # whatever their names are
        pairs = {next(iter(others)): (next(iter(ones.values())), next(iter(others.values())))}
    else:
        pairs = {name: (ones[name], others[name]) for name in ones if name in others}
    changes = {name: scenario_changes(*pair) for name, pair in pairs.items()}
    base = changes.get("base", [])
    made: tuple[tuple[str, str, str], ...] = ()
    measures, compared = None, 0
    if all(path.is_dir() for path in paths):
        made = tuple(_how_made(*paths))
        if all(read_made(path).by == "run" for path in paths):
            renamed = {next(iter(ones)): next(iter(pairs))} if len(ones) == len(others) == 1 else {}
            measures, compared = _measures(*paths, renamed)
    return Difference(
        *paths,
        {
            name: change if name == "base" else new_changes(change, base)
            for name, change in changes.items()
        },
        tuple(name for name in ones if name not in pairs and len(pairs) != len(ones)),
        tuple(name for name in others if name not in pairs),
        made,
        measures,
        compared,
    )


def _scenarios(path: Path, allowed: Sequence[str | Path]) -> dict[str, LoadedScenario]:
    """Return the variants of a scenario file or a result, by name."""
    if not path.is_dir():
        return {
            scenario.variant: scenario
            for scenario in read_scenario_file(path, allowed=allowed).load()
        }
    read_made(path)
    reader = Folder(path)
    file = mark_file(reader)
    variants = reader.document(file).get("variants")
    check_variants(path / file, variants)
    return {
        variant["name"]: load_as_run(path, variant["name"], variant["hash"]) for variant in variants
    }


def _how_made(first: Path, second: Path) -> Iterator[tuple[str, str, str]]:
    """Yield what differs in how two results were made."""
    made = read_made(first), read_made(second)
    if made[0].by != made[1].by:
        yield "command", made[0].by, made[1].by
    sets = [
        " ".join(f"{key}={value}" for key, value in made_from.overrides.items())
        for made_from in made
    ]
    if sets[0] != sets[1]:
        yield "--set", sets[0], sets[1]
    mark, other = (Folder(path).document(mark_file(Folder(path))) for path in (first, second))
    for key in _MADE_FROM:
        if mark.get(key) != other.get(key):
            yield key, str(mark.get(key, "")), str(other.get(key, ""))


def _measures(first: Path, second: Path, renamed: Mapping[str, str]) -> tuple[pd.DataFrame, int]:
    """Return the measures of two runs that differ, and how many both have."""
    ones, others = load_run(first).measures, load_run(second).measures
    ones = ones.assign(variant=ones["variant"].replace(dict(renamed)))
    for path, table in ((first, ones), (second, others)):
        twice = table.duplicated(_KEYS)
        if twice.any():
            row = int(twice.to_numpy().argmax()) + 2
            raise wrong(path / "measures.csv", f"row {row}: stands twice")
    values = ["estimate", "low", "high"]
    both = ones[[*_KEYS, *values]].merge(
        others[[*_KEYS, *values]], on=_KEYS, suffixes=("_first", "_second")
    )
    apart = both["estimate_first"] != both["estimate_second"]
    apart &= both["estimate_first"].notna() | both["estimate_second"].notna()
    differing = both[apart].reset_index(drop=True)
    difference = differing["estimate_second"] - differing["estimate_first"]
    change = 100 * difference / differing["estimate_first"].where(differing["estimate_first"] != 0)
    names = {f"estimate_{side}": side for side in ("first", "second")}
    names |= {f"{b}_{side}": f"{side}_{b}" for side in ("first", "second") for b in values[1:]}
    order = [*_KEYS, "first", "first_low", "first_high", "second", "second_low", "second_high"]
    table = differing.rename(columns=names)[order]
    return table.assign(difference=difference, change=change), len(both)
