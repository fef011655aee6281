"""What a report is made from: a result as it is, or as it lies in its folder."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bcpsim.comparisons import Comparison
from bcpsim.comparisons.stored import load_comparison
from bcpsim.errors import InputError, visible
from bcpsim.kpi import Row, Titles
from bcpsim.plan import Plan, compile_plan
from bcpsim.report.document import Estimate
from bcpsim.results import StoredResult, check_made_by, load_run
from bcpsim.results.mark import history_of
from bcpsim.results.reading import Folder
from bcpsim.runs import Result
from bcpsim.runs.estimates import estimates
from bcpsim.scenario import BASE, LoadedScenario

if TYPE_CHECKING:
    import numpy as np
    import pandas as pd
    from numpy.typing import NDArray

Record = dict[str, Any]
_KEYS = ["measure", "population", "statistic"]
_Key = tuple[str, str, str, str]  # way, measure, population, statistic


@dataclass(frozen=True)
class Way:
    """A way of working that was simulated.

    Attributes
    ----------
    name
        By which the result knows it.
    title
        What readers know it by.
    loaded, plan
        Its scenario, and what that compiles to.
    """

    name: str
    title: str
    loaded: LoadedScenario
    plan: Plan


@dataclass(frozen=True)
class Told:
    """A result to tell of.

    Attributes
    ----------
    title
        Of the place.
    ways
        The ways of working, the baseline first.
    measures
        Estimates by way, measure, population and statistic.
    hourly
        Measures by local hour, columns as of `bcpsim.Result.hourly`; None where there are none.
    changes, changes_by_hour
        Of a comparison: each alternative against the baseline.
    made_from
        Provenance.
    command, date
        By which command line, and when; empty where nobody noted it.
    notes
        What makes the result depend on how long is simulated, and the like.
    best
        Of a comparison: by which ``measure`` a way was chosen, its ``name``, the ``probability``
        that it is the best.
    """

    title: str
    ways: tuple[Way, ...]
    measures: Mapping[_Key, Estimate]
    hourly: pd.DataFrame | None
    made_from: Mapping[str, Any]
    notes: tuple[str, ...]
    changes: Sequence[Record] = ()
    changes_by_hour: pd.DataFrame | None = None
    command: str = ""
    date: str = ""
    best: Mapping[str, Any] = field(default_factory=dict)

    @cached_property
    def words(self) -> Titles:
        """Titles of all places."""
        first, *others = (way.plan for way in self.ways)
        return Titles.of(first, *others)

    @property
    def whole_title(self) -> str:
        """What it is all about: the place, with the way of working where it is the only one."""
        return self.head(self.ways[0]) if len(self.ways) == 1 else self.title

    def head(self, way: Way) -> str:
        """Return what a picture of a way of working is headed by: the place, and the way."""
        alone = way.name == BASE or way.title == self.title
        return self.title if alone else f"{self.title}: {way.title}"

    def of(
        self, way: Way, measure: str, population: str = "all", statistic: str = "mean"
    ) -> Estimate | None:
        """Return an estimate; None where there is none, or nobody to measure."""
        found = self.measures.get((way.name, measure, population, statistic))
        return None if found is None or math.isnan(found.value) else found

    def populations(self, kind: str) -> list[str]:
        """Return the populations of a kind (``class``, ``stop``, ...) in the scenarios' order."""
        there = {population for _, _, population, _ in self.measures}
        return [
            place for place in self.words.places if place.startswith(f"{kind}=") and place in there
        ]


def told_of(result: Result | Comparison, command: str = "") -> Told:
    """Return what a report of a result is made from.

    Parameters
    ----------
    result
        From `bcpsim.run` or `bcpsim.compare`.
    command
        The command line that made it.
    """
    if isinstance(result, Comparison):
        return _of_comparison(result, command)
    title, ways = _ways((one.name, one.loaded, one.plan) for one in result.variants)
    measures = _index(result.rows)
    return Told(
        title, ways, measures, result.hourly, result.provenance, result.notes, command=command
    )


def _ways(
    simulated: Iterable[tuple[str, LoadedScenario, Plan]],
) -> tuple[str, tuple[Way, ...]]:
    """Return the title of the place, and the ways of working with theirs.

    The title of the base is the place's. A variant that has another is called by it; all others
    are by their names.
    """
    there = tuple(simulated)
    place = next((plan.title for name, _, plan in there if name == BASE), there[0][2].title)
    return visible(place), tuple(
        Way(name, visible(_words(name) if plan.title == place else plan.title), loaded, plan)
        for name, loaded, plan in there
    )


def _words(name: str) -> str:
    """Return a name as words: keys have ``_`` for spaces, but paths of values stay."""
    return name if "=" in name else name.replace("_", " ")


def _of_comparison(comparison: Comparison, command: str) -> Told:
    measures: dict[_Key, Estimate] = {}
    for name, totals in zip(comparison.names, comparison.values, strict=True):
        measures |= _estimated(name, comparison.rows, totals)
    title, ways = _ways(zip(comparison.names, comparison.loaded, comparison.plans, strict=True))
    hours = comparison.measures_by_hour if comparison.hourly_rows else None
    said = comparison.to_dict()
    return Told(
        title,
        ways,
        measures,
        None,
        comparison.provenance,
        _texts(said["warnings"]) + _texts(said["notes"]),
        comparison.records,
        hours,
        command=command,
        best=said["best"],
    )


def told_of_scenarios(
    scenarios: Iterable[tuple[str, LoadedScenario]],
    made_from: Mapping[str, Any],
    notes: Sequence[str],
    command: str = "",
) -> Told:
    """Return scenarios to tell of, by their names, without what was measured."""
    title, ways = _ways((name, loaded, compile_plan(loaded)) for name, loaded in scenarios)
    return Told(title, ways, {}, None, made_from, tuple(notes), command=command)


def told_in(folder: Path, *makers: str) -> Told:
    """Return what a report of a folder is made from.

    Parameters
    ----------
    folder
        The folder of a result.
    makers
        Commands of which it may be; none: those that have a report.

    Raises
    ------
    InputError
        If it holds no result of a run or a comparison, or is damaged.
    """
    maker = check_made_by(folder, *(makers or ("run", "compare")))
    stored: StoredResult = load_run(folder) if maker == "run" else load_comparison(folder)
    scenarios = ((name, stored.scenario(name)) for name in stored.variants)
    title, ways = _ways((name, loaded, compile_plan(loaded)) for name, loaded in scenarios)
    notes = _texts(stored.provenance.get("notes"))
    history = history_of(folder)
    last = history[-1] if history else {}
    command, date = (str(last.get(key) or "") for key in ("command", "date"))
    if maker == "run":
        records = stored.measures.to_dict("records")
        return Told(
            title,
            ways,
            _index(records),
            stored.hourly,
            stored.provenance,
            notes,
            command=command,
            date=date,
        )
    said = Folder(folder).document("comparison.json")
    best = said.get("best")
    return Told(
        title,
        ways,
        _of_replications(stored),
        None,
        stored.provenance,
        _texts(said.get("warnings")) + _texts(said.get("notes")),
        [
            {str(key): value for key, value in row.items()}
            for row in stored.measures.to_dict("records")
        ],
        stored.hourly,
        command=command,
        date=date,
        best=best if isinstance(best, dict) else {},
    )


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else ()


def _index(records: Sequence[Mapping[Any, Any]]) -> dict[_Key, Estimate]:
    return {
        (row["variant"], row["measure"], row["population"], row["statistic"]): Estimate(
            float(row["estimate"]), float(row["low"]), float(row["high"])
        )
        for row in records
    }


def _of_replications(stored: StoredResult) -> dict[_Key, Estimate]:
    """Return estimates from what each replication gave."""
    found: dict[_Key, Estimate] = {}
    for (variant,), own in stored.replications.groupby(["variant"], sort=False):
        keys = list(
            own[own["replication"] == own["replication"].min()][_KEYS].itertuples(
                index=False, name=None
            )
        )
        rows = [Row(*key) for key in keys]
        if len(own) % max(len(rows), 1):
            raise InputError(f"{stored.folder / 'replications.parquet'}: rows are missing")
        values = own["value"].to_numpy(dtype=float).reshape(-1, len(rows))
        found |= _estimated(str(variant), rows, values)
    return found


def _estimated(name: str, rows: Sequence[Row], values: NDArray[np.float64]) -> dict[_Key, Estimate]:
    """Return the estimates of a way from the values of its replications, (replications, rows)."""
    interval = estimates(rows, values)
    return {
        (name, row.measure, row.population, row.statistic): Estimate(*map(float, bounds))
        for row, *bounds in zip(rows, interval.estimate, interval.low, interval.high, strict=True)
    }
