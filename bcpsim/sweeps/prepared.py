"""A sweep that can run: its points, its variants, and the rows that are kept of each."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from bcpsim.demand.offered import offered_load
from bcpsim.errors import InputError, ScenarioError
from bcpsim.files.units import how_many
from bcpsim.kpi import Meter, Row, Titles
from bcpsim.kpi.overload import overloaded
from bcpsim.plan import Plan, compile_plan
from bcpsim.results.display import Displayed
from bcpsim.results.provenance import provenance
from bcpsim.runs.run import DEFAULT_REPLICATIONS
from bcpsim.runs.size import check_size
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.tables import TableError, resolve_inside
from bcpsim.studies import Findings, as_settings
from bcpsim.sweeps.design import Coordinates, resolution
from bcpsim.sweeps.file import Fractional, SweepFile
from bcpsim.sweeps.layout import FORMAT
from bcpsim.sweeps.point import Job, kept_rows, load_at
from bcpsim.sweeps.points import Points, points_of
from bcpsim.sweeps.study import LoadedSweep, check_measures, load_sweep

TRIED = 8
"""Points of which at least one must load for a sweep to start."""


LOOKED_AT = 100
"""Points that `points_that_fail` looks at."""


@dataclass(frozen=True, repr=False)
class Prepared(Displayed):
    """A sweep that can run.

    Attributes
    ----------
    loaded
        From `load_sweep`.
    points
        Its points.
    variants
        The variants before any factor is set.
    rows
        What is kept of each variant, by its name, at a point that was tried.
    """

    loaded: LoadedSweep
    points: Points
    variants: tuple[LoadedScenario, ...]
    rows: Mapping[str, tuple[Row, ...]]

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        return f"Sweep {self.loaded.file.name}: {how_many(len(self.points), 'point')}"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The design, and everything from which the results follow."""
        sweep = self.loaded.file
        design: dict[str, Any] = {"points": len(self.points)}
        if isinstance(sweep.design, Fractional):
            design["resolution"] = resolution(self.points.where)
        names = [repr(column.tolist()) for column in self.points.levels]
        design["hash"] = hashlib.sha256("\n".join(names).encode()).hexdigest()
        return {
            "format": FORMAT,
            "sweep": _that_counts(sweep),
            "design": design,
            "data": self._data_of_factors(),
            "pyarrow": version("pyarrow"),  # the same rows are the same bytes
            **provenance(self.variants, sweep.seed, replications_of(sweep)),
        }

    def _data_of_factors(self) -> dict[str, str]:
        """Return the hashes of data files that are values of factors."""
        scenario_file = self.loaded.scenario_file
        hashes = {}
        for factor in self.loaded.file.factors.values():
            for value in factor.values or ():
                try:
                    path = resolve_inside(
                        str(value), scenario_file.path.parent, scenario_file.allowed
                    )
                except (TableError, OSError, ValueError):
                    continue  # it names no file
                hashes[str(value)] = hashlib.sha256(path.read_bytes()).hexdigest()
        return hashes


def replications_of(sweep: SweepFile) -> int | None:
    """Return the number of replications of a variant at a point, None for a precision."""
    if sweep.precision is not None:
        return None
    return DEFAULT_REPLICATIONS if sweep.replications is None else sweep.replications


def _that_counts(sweep: SweepFile) -> dict[str, Any]:
    """Return the part of a sweep that changes numbers: no titles, and no folder of its scenario."""
    ignored = {"title": True, "description": True, "scenario": True}
    factors = {"factors": {name: {"title"} for name in sweep.factors}}
    return sweep.model_dump(mode="json", exclude_none=True, exclude={**ignored, **factors})


def prepare(
    file: str | Path | Mapping[str, Any],
    *,
    points: Coordinates | Sequence[Sequence[float]] | None = None,
    allowed: Sequence[str | Path] = (),
) -> Prepared:
    """Read and check a sweep: its file, its scenario, its design and its measures.

    Parameters
    ----------
    file, points, allowed
        As for `sweep`.

    Raises
    ------
    ScenarioError
        If the sweep file or the scenario has mistakes, or none of the points tried can be run.
    InputError
        If the design doesn't fit the factors, or a replication would need more memory than
        the bound.
    """
    loaded = load_sweep(file, allowed=allowed)
    variants = _variants(loaded)
    try:
        where = points_of(loaded.file, points)
    except InputError as error:
        raise error if points is not None else loaded.problem(str(error), "design") from None
    plans = _tried(loaded, where)
    for plan in plans:
        check_size(plan)
    rows = {plan.variant: Meter.of(plan).rows for plan in plans}
    return Prepared(loaded, where, tuple(variants), _kept(loaded, rows))


def _variants(loaded: LoadedSweep) -> list[LoadedScenario]:
    """Return the variants with what the sweep sets at all points."""
    settings = as_settings(loaded.file.overrides)
    places = {key: loaded.document.mark_of(("overrides", key)) for key in settings}
    return loaded.scenario_file.load(loaded.variants, overrides=settings, places=places)


def read_titles(
    file: str | Path | Mapping[str, Any], *, allowed: Sequence[str | Path] = ()
) -> tuple[Titles, dict[str, str]]:
    """Return the words of the scenario of a sweep file, and the titles of its factors by name.

    Parameters
    ----------
    file, allowed
        As for `sweep`.

    Raises
    ------
    ScenarioError
        If the sweep file or the scenario has mistakes.
    """
    loaded = load_sweep(file, allowed=allowed)
    variants = _variants(loaded)
    titles = {name: factor.title or name for name, factor in loaded.file.factors.items()}
    return Titles.of(*map(compile_plan, variants)), titles


def _tried(loaded: LoadedSweep, points: Points) -> list[Plan]:
    """Return the plans of the first point that loads, of a few spread over the design."""
    first: ScenarioError | None = None
    for point in _spread(points, TRIED):
        try:
            loaded_point = _loaded_at(loaded, points, point)
        except ScenarioError as error:
            first = first or error
        else:
            return [compile_plan(scenario) for scenario in loaded_point]
    assert first is not None
    raise first


def _spread(points: Points, count: int) -> list[int]:
    """Return so many points, or all if there are fewer, spread over the design."""
    places: list[int] = np.unique(np.linspace(0, len(points) - 1, count).astype(int)).tolist()
    return places


def points_that_fail(prepared: Prepared) -> tuple[int, list[dict[str, Any]]]:
    """Load points of a sweep without running them.

    Parameters
    ----------
    prepared
        From `prepare`.

    Returns
    -------
    tuple
        How many were looked at, all or `LOOKED_AT` spread over the design; and those that can't
        run: point, factors and message of each.
    """
    looked_at = _spread(prepared.points, LOOKED_AT)
    failing = []
    for point in looked_at:
        try:
            _loaded_at(prepared.loaded, prepared.points, point)
        except ScenarioError as error:
            factors = prepared.points.at(point)
            failing.append({"point": point, "factors": factors, "message": str(error)})
    return len(looked_at), failing


@dataclass(frozen=True, slots=True)
class Overloaded:
    """To whom more work comes over the whole time than can be done, at which points.

    Attributes
    ----------
    variant, title
        Of which variant, and whose work it is.
    points
        Numbers of the points.
    """

    variant: str
    title: str
    points: tuple[int, ...]


def overloaded_points(prepared: Prepared, most: int) -> list[Overloaded]:
    """Return which of the first points of a sweep have more work than can be done, and where.

    Parameters
    ----------
    prepared
        From `prepare`.
    most
        How many points are looked at.
    """
    overloads: dict[tuple[str, str], list[int]] = {}
    for point in range(min(most, len(prepared.points))):
        try:
            loaded = _loaded_at(prepared.loaded, prepared.points, point)
        except ScenarioError:
            continue  # it has no result
        for scenario in loaded:
            plan = compile_plan(scenario)
            for title in overloaded(plan, offered_load(plan)):
                overloads.setdefault((scenario.variant, title), []).append(point)
    return [Overloaded(*key, tuple(points)) for key, points in overloads.items()]


def _loaded_at(loaded: LoadedSweep, points: Points, point: int) -> list[LoadedScenario]:
    return load_at(loaded.scenario_file, loaded.places, job_at(loaded, points, point))


def job_at(loaded: LoadedSweep, points: Points, point: int) -> Job:
    """Return what a worker needs to run a point."""
    return Job(point, {variant: points.overrides(point, variant) for variant in loaded.variants})


def _kept(loaded: LoadedSweep, rows: Mapping[str, tuple[Row, ...]]) -> dict[str, tuple[Row, ...]]:
    """Return the rows kept of each variant; a name that stands for none is a mistake."""
    findings = Findings(loaded.document)
    check_measures(loaded.file, findings, list(rows.values()))
    findings.raise_all()
    return {variant: tuple(kept_rows(row, loaded.file.measures)) for variant, row in rows.items()}
