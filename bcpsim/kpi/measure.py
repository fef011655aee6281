"""What a measure is: one record with all that tables, files, plots and documentation need of it."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from bcpsim.kpi.layout import Kind, Laid, Layout

if TYPE_CHECKING:
    from bcpsim.kpi.forms import Fraction
    from bcpsim.kpi.view import View

QUEUEING = "Queueing theory; Shortle et al., Fundamentals of Queueing Theory, 5th ed., ch. 1"
OWN = "bcpsim"

PERCENTILES = {"p50": 0.5, "p90": 0.9, "p95": 0.95}
"""Percentiles over travellers, as shares."""

TIMES = ("mean", *PERCENTILES, "max")
"""Statistics of a time over travellers."""

SHOWN = ("mean", "p90", "p95")
"""Those of them that every printed table shows."""


STATISTICS = {
    "mean": "mean over travellers, or over time where the definition says so",
    "p50": "median over the travellers of a replication",
    "p90": "90th percentile over the travellers of a replication",
    "p95": "95th percentile over the travellers of a replication",
    "min": "smallest value",
    "max": "largest value",
    "total": "total",
    "waiting_time": "for shares within a target: of the waiting time",
    "time_in_system": "for shares within a target: of the time in system",
    "waiting_time_10min": "for shares within one of several targets: of the waiting time, the "
    "target of 10 min; others, and time_in_system, likewise",
    "over_design": "for levels of service: better than the optimum",
    "optimum": "for levels of service: within the range of the optimum",
    "sub_optimum": "for levels of service: worse than the optimum",
}
"""Statistics taken in each replication; estimates are means of these over replications."""

ESTIMATES = (
    "In each replication one value is taken; an estimate is the mean of these values over the "
    "replications, every replication weighing the same, with its 95 % interval. A percentile is "
    "taken in each replication and then averaged like any other value. With --weight traveller "
    "means over travellers are those of all travellers of all replications together, each "
    "weighing the same, in a run percentiles too; the column weight says where."
)
"""How an estimate comes from the values of replications."""

CURRENCY = "currency"
"""The unit of costs; `unit_in` and `Titles` put a scenario's own."""

TRAVELLERS = "travellers"
"""The word for what is counted, in stored tables; `in_words` puts a scenario's own."""


def in_words(text: str, counted: str) -> str:
    """Return a title or a unit with a scenario's word for its travellers, a plural in s."""
    return text.replace(TRAVELLERS, counted).replace("traveller", counted.removesuffix("s"))


class Form(Protocol):
    """How the values of a part come from a run: see `forms`."""

    def of(self, view: View, laid: Laid) -> Fraction:
        """Return the values, shape (populations, statistics), perhaps by hour."""


def _always(layout: Layout, number: int) -> bool:
    return True


def _no_need(layout: Layout) -> bool:
    return True


@dataclass(frozen=True, slots=True)
class Part:
    """Values of a measure for populations of one kind.

    Attributes
    ----------
    kind
        Of which populations.
    form
        How the values come from a run.
    statistics
        Which there are for each population, perhaps by the plan.
    where
        Which populations have them, by their numbers.
    only_all, never_all
        Whether only all together have them, or only each alone.
    """

    kind: Kind
    form: Form
    statistics: tuple[str, ...] | Callable[[Layout], tuple[str, ...]] = ("mean",)
    where: Callable[[Layout, int], bool] = _always
    only_all: bool = False
    never_all: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the populations in rows."""
        if self.only_all:
            return ("all",)
        return tuple(name for name in self.kind.value if not (self.never_all and name == "all"))

    def is_of(self, layout: Layout, number: int) -> bool:
        """Return whether the population with a number has these values."""
        if self.never_all if number < 0 else self.only_all:
            return False
        return self.where(layout, number)

    def statistics_of(self, layout: Layout) -> tuple[str, ...]:
        """Return the statistics that there are for a plan."""
        return self.statistics if isinstance(self.statistics, tuple) else self.statistics(layout)


@dataclass(frozen=True, slots=True)
class Shown:
    """Where printed tables show a measure.

    Attributes
    ----------
    run, compare
        Its place among the columns of the tables of a run, and among the lines of a comparison:
        smaller numbers first. None: only where it is asked for.
    statistics
        Which of its statistics; empty: each.
    if_any
        Whether it is shown only where it isn't 0.
    """

    run: int | None = None
    compare: int | None = None
    statistics: tuple[str, ...] = ()
    if_any: bool = False

    def shows(self, statistic: str) -> bool:
        """Return whether a statistic is among those shown."""
        return not self.statistics or statistic in self.statistics


@dataclass(frozen=True, slots=True)
class Drawn:
    """How the plot of where time goes draws a measure whose means add up to the time in system.

    Attributes
    ----------
    place
        Its place in a bar: smaller numbers first.
    label, colour, hatch
        In the legend and in the bar.
    """

    place: int
    label: str
    colour: str
    hatch: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table of travellers.

    Attributes
    ----------
    name
        Its name.
    always
        Whether it is there for plans too that don't have the measure.
    """

    name: str
    always: bool = True


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure.

    Attributes
    ----------
    name, title, unit
        Key in tables, words for people, unit of the numbers.
    definition
        What is measured, of whom, and by which formula.
    source
        Where the definition comes from.
    parts
        Its values, by kind of population.
    hourly
        Its values by hour.
    needs
        Which plans have it: measures of mechanisms that a border hasn't got have no rows.
    shown, drawn
        Where it is shown.
    column
        Its column in the table of travellers, if it has one.
    most
        Largest value that it can have; the smallest is 0 for each of them.
    over_time
        Whether it is of what happens in the measured time, such as a queue's length or what is
        paid, and not of those who arrive in it alone: no claim can limit it to some of them.
    lacking
        What it is in a way of working that has no row of it, beside one that has: 0 hours without
        a back office. None: it can't be compared.
    """

    name: str
    title: str
    unit: str
    definition: str
    source: str
    parts: tuple[Part, ...]
    hourly: tuple[Part, ...] = ()
    needs: Callable[[Layout], bool] = _no_need
    shown: Shown = Shown()
    drawn: Drawn | None = None
    column: Column | None = None
    most: float = math.inf
    over_time: bool = False
    lacking: float | None = None
