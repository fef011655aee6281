"""What one value of a replication is, and how people name it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bcpsim.errors import InputError, unknown
from bcpsim.kpi.forms import Time
from bcpsim.kpi.layout import Kind
from bcpsim.kpi.measure import CURRENCY
from bcpsim.kpi.measures import MEASURES
from bcpsim.plan import Plan


@dataclass(frozen=True, slots=True)
class Row:
    """What one value is: a measure, of whom, which statistic, in which unit.

    Populations are ``all``, ``class=car``, ``crossing=north``, ``stop=customs``,
    ``stop=customs class=car``, ``area=hall``, ``equipment=scanner``, ``agency=customs`` and
    ``officers=booths``.
    """

    measure: str
    population: str
    statistic: str

    @property
    def unit(self) -> str:
        """Unit of the value."""
        return MEASURES[self.measure].unit

    @property
    def most(self) -> float:
        """Largest value that there can be; the smallest is 0."""
        return MEASURES[self.measure].most

    @property
    def lacking(self) -> float | None:
        """What it is where there is no such row, beside a way of working that has it."""
        return MEASURES[self.measure].lacking

    def __str__(self) -> str:
        return f"{self.measure}/{self.population}/{self.statistic}"


def unit_in(row: Row, plan: Plan) -> str:
    """Return the unit of a row in tables of a plan: of costs the currency, if it says one."""
    return row.unit.replace(CURRENCY, plan.costs.unit)


_KINDS = {"all": Kind.PEOPLE, "class": Kind.PEOPLE, "crossing": Kind.CROSSINGS, "stop": Kind.STOPS}
"""The populations of which means over travellers or visits tell how many there are."""


def counted_by(row: Row) -> tuple[tuple[int, Row], ...]:
    """Return the rows whose sum, with signs, is the number of travellers behind a mean.

    Parameters
    ----------
    row
        Any row.

    Returns
    -------
    tuple
        (sign, row) pairs; not all of these rows need be there. Empty where the row is no mean
        over travellers, or no row tells their number.
    """
    kind, _, name = row.population.partition("=")
    if row.statistic != "mean" or kind not in _KINDS or " " in name:
        return ()
    return tuple(
        (sign, Row(measure, row.population, "total"))
        for part in MEASURES[row.measure].parts
        if part.kind is _KINDS[kind] and isinstance(part.form, Time)
        for sign, measure in part.form.who.counted_by
    )


def measure_of(name: str) -> str:
    """Return the measure of a name such as `find_row` takes."""
    return name.partition("/")[0].strip()


def row_of(name: str, statistic: str) -> Row:
    """Return the row of a name that is known to be one, to tell it in words.

    Parameters
    ----------
    name
        As for `find_row`.
    statistic
        What is told where the name leaves it out.
    """
    parts = name.split("/")
    return Row(*parts, *("all", statistic)[len(parts) - 1 :])


def find_row(rows: Sequence[Row], name: str) -> Row:
    """Return the row that a name stands for.

    Parameters
    ----------
    rows
        The rows that there are.
    name
        ``MEASURE``, ``MEASURE/POPULATION`` or ``MEASURE/POPULATION/STATISTIC``, such as
        ``waiting_time/class=truck/p95``. Without them the population is the first that has
        the measure (``all`` where there is one), the statistic the first (the mean or total).

    Raises
    ------
    InputError
        If there is no such row; it names the nearest that there is.
    """
    parts = [part.strip() for part in name.split("/")] if isinstance(name, str) else []
    if not 1 <= len(parts) <= 3:
        raise InputError(f"expected MEASURE/POPULATION/STATISTIC, found {name!r}")
    found = list(rows)
    for what, part in zip(("measure", "population", "statistic"), parts, strict=False):
        known = list(dict.fromkeys(getattr(row, what) for row in found))
        if part not in known:
            where = "" if what == "measure" else f" of {'/'.join(parts[: parts.index(part)])}"
            message = unknown(f"{what}{where}", part, known)
            if what == "population" and part in {row.statistic for row in found}:
                message += f"; {part} is a statistic: write {parts[0]}/{known[0]}/{part}"
            raise InputError(message)
        found = [row for row in found if getattr(row, what) == part]
    return found[0]
