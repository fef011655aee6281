"""From the event log of replications to the values of all measures.

A meter is made once for a plan and then reads any number of replications: it holds which rows
there are and where each measure puts its values, so that a replication becomes one vector.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass

import numpy as np

from bcpsim.engine import EventLog
from bcpsim.kpi.forms import Time, minutes, ratio
from bcpsim.kpi.layout import Kind, Laid, Layout, Population
from bcpsim.kpi.measure import PERCENTILES, Measure, Part
from bcpsim.kpi.measures import MEASURES, columns_of_times
from bcpsim.kpi.rows import Row
from bcpsim.kpi.view import Floats, View
from bcpsim.plan.kept import Kept
from bcpsim.plan.model import Plan
from bcpsim.sampling import Block, Travellers
from bcpsim.sampling.ticks import NEVER


@dataclass(frozen=True, slots=True)
class Values:
    """The values of some replications.

    Attributes
    ----------
    totals
        A value for each of the meter's rows, nan where there was nobody to measure; shape
        (replications, rows).
    hourly
        A value for each of the meter's hourly rows and each hour; (replications, rows, hours).
    view
        The runs that they were measured in.
    """

    totals: Floats
    hourly: Floats
    view: View


class Meter:
    """Measures replications of one plan.

    Parameters
    ----------
    plan
        The compiled scenario.
    wanted
        Names of the measures that are wanted, without those by hour; None: all.
    by_hour
        Whether those that are wanted are measured by hour as well.

    Attributes
    ----------
    rows, hourly_rows
        What the values of a replication are, in order.
    """

    def __init__(
        self, plan: Plan, wanted: Collection[str] | None = None, *, by_hour: bool = False
    ) -> None:
        self._layout = Layout(plan)
        self.rows, parts = _lay(
            self._layout,
            lambda one: one.parts if wanted is None or one.name in wanted else (),
        )
        self.hourly_rows, hourly = _lay(
            self._layout,
            lambda one: one.hourly if wanted is None or (by_hour and one.name in wanted) else (),
        )
        self._totals, self._hourly = _Vector(parts), _Vector(hourly)

    @classmethod
    def of(cls, plan: Plan, wanted: Collection[str] | None = None) -> Meter:
        """Return the meter of a plan, which is laid once for all who ask; as for `Meter`."""
        return _kept.get(plan, None if wanted is None else frozenset(wanted))

    def measure(self, block: Block, log: EventLog) -> Values:
        """Return the values of some replications of this meter's plan."""
        view = View(self._layout, block, log)
        totals = self._totals.measure(view)
        return Values(totals, self._hourly.measure(view, len(self._layout.edges) - 1), view)

    def samples(self, values: Values, place: int) -> tuple[Floats, ...]:
        """Return the times of one of the replications whose percentiles are among its values.

        They are in minutes, in the order of the rows: one array for each measure and population,
        shape (travellers,).
        """
        found = {
            int(places[0]): minutes(times)
            for part, laid in self._totals.parts
            if isinstance(part.form, Time) and set(PERCENTILES) <= set(laid.statistics)
            for places, times in zip(
                laid.places, part.form.samples(values.view, laid, place), strict=True
            )
        }
        return tuple(found[place] for place in sorted(found))


_kept: Kept[frozenset[str] | None, Meter] = Kept(Meter)


class _Vector:
    """Values of parts, gathered one part after the other and then put in the order of rows."""

    def __init__(self, parts: list[tuple[Part, Laid]]) -> None:
        self.parts = parts
        sizes = [laid.places.size for _, laid in parts]
        self._ends = np.cumsum([0, *sizes]).tolist()
        places = np.concatenate([[], *(laid.places.ravel() for _, laid in parts)])
        self._order = np.argsort(places)

    def measure(self, view: View, *hours: int) -> Floats:
        """Return the values of runs, shape (replications, rows, *hours)."""
        shape = (view.replications, self._ends[-1], *hours)
        above, below = np.empty(shape), np.empty(shape)
        for (part, laid), start, end in zip(self.parts, self._ends, self._ends[1:], strict=False):
            over, under = part.form.of(view, laid)
            own = (view.replications, end - start, *hours)
            above[:, start:end] = over.reshape(own)
            below[:, start:end] = np.broadcast_to(under, over.shape).reshape(own)
        return ratio(above, below)[:, self._order]


def _lay(
    layout: Layout, parts_of: Callable[[Measure], Iterable[Part]]
) -> tuple[tuple[Row, ...], list[tuple[Part, Laid]]]:
    """Return the rows of a plan, and where in them the values of each part go."""
    parts: dict[Kind, list[tuple[Measure, Part, tuple[str, ...]]]] = {kind: [] for kind in Kind}
    for measure in MEASURES.values():
        if measure.needs(layout):
            for part in parts_of(measure):
                parts[part.kind].append((measure, part, part.statistics_of(layout)))
    rows: list[Row] = []
    found: dict[int, tuple[Part, tuple[str, ...], list[tuple[Population, int]]]] = {}
    for population in layout.populations():
        for measure, part, statistics in parts[population.kind]:
            if part.is_of(layout, population.number):
                _, _, places = found.setdefault(id(part), (part, statistics, []))
                places.append((population, len(rows)))
                rows += [Row(measure.name, population.name, name) for name in statistics]
    return tuple(rows), [
        (part, _laid(layout, statistics, places)) for part, statistics, places in found.values()
    ]


def _laid(
    layout: Layout, statistics: tuple[str, ...], places: list[tuple[Population, int]]
) -> Laid:
    bounds = [layout.groups_of(population.kind, population.number) for population, _ in places]
    low, high = np.array(bounds, dtype=np.int64).T
    return Laid(
        kind=places[0][0].kind,
        numbers=tuple(population.number for population, _ in places),
        statistics=statistics,
        places=np.add.outer([place for _, place in places], np.arange(len(statistics))),
        low=low,
        high=high,
    )


def times_of_travellers(plan: Plan, travellers: Travellers, log: EventLog) -> dict[str, Floats]:
    """Return the times of each traveller by the name of the measure.

    Parameters
    ----------
    plan, travellers, log
        A run.

    Returns
    -------
    dict of ndarray
        Each measure that is a time of travellers, such as waiting_time and its parts, in minutes,
        shape (travellers,); nan: the traveller has none, such as a processing time without a
        check, or of who never got out of the vehicle. They mean something for those who have left.
    """
    view = View(Layout(plan), Block.of(travellers), log)
    return {
        name: np.where(view.times.arrival == NEVER, np.nan, minutes(column(view)))
        for name, column in columns_of_times().items()
    }


def columns_of_travellers(plan: Plan) -> dict[str, str]:
    """Return the columns of times in the table of travellers, and the measure in each."""
    layout = Layout(plan)
    return {
        measure.column.name: name
        for name, measure in MEASURES.items()
        if measure.column is not None and (measure.column.always or measure.needs(layout))
    }
