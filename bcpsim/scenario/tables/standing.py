"""Who waits already at the start, one by one."""

from __future__ import annotations

from dataclasses import dataclass

from bcpsim.scenario.tables.below import data_rows
from bcpsim.scenario.tables.cells import Cell, text_of
from bcpsim.scenario.tables.durations import minutes_of
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import decimal_of, not_negative, shown, tell_other_unit
from bcpsim.scenario.tables.raw import RawTable
from bcpsim.scenario.traffic import WaitingListArrivals

MAX_STANDING = 200_000
"""Most rows of such a table."""

MAX_OCCUPANTS = 1000
"""Most persons in a vehicle."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Somebody who waits at the start.

    Attributes
    ----------
    replication
        In which replication, from 0.
    step
        Name of the step.
    waited
        Minutes so far.
    occupants
        Persons.
    values
        Values of the table's attributes, in their order; empty: to be drawn.
    line
        Where it stands in its file.
    """

    replication: int
    step: str
    waited: float
    occupants: int
    values: tuple[str, ...]
    line: str


def read_standing(use: WaitingListArrivals, table: RawTable, notes: Notes) -> tuple[Standing, ...]:
    """Return those who wait at the start; of a table with mistakes, those of rows without.

    Raises
    ------
    TableError
        If a column is missing, if numbers can't be told, or if there are too many rows.
    """
    if len(table.rows) > MAX_STANDING:
        raise TableError(f"{table.name} has more than {MAX_STANDING:,} rows")
    at = {role: table.column(use.named(role)[0]) for role in use.every_role()}
    table, _ = data_rows(table, [], [at["waited"]], notes)
    decimal = decimal_of(use, table, [at["waited"]], notes)
    tell_other_unit(table.header[at["waited"]], use.unit, notes)
    here = {there: step for step, there in use.called.items()}
    found = []
    for row, (_, cells) in enumerate(table.rows):
        role = "replication"
        try:
            replication = _whole(cells[at[role]], 0, use.replications - 1)
            role = "waited"
            waited = minutes_of(cells[at[role]], decimal, use.unit)
            role = "occupants"
            occupants = _whole(cells[at[role]], 1, MAX_OCCUPANTS)
        except ValueError as error:
            notes.fault(table.place(row, at[role]), str(error))
            continue
        values = tuple(text_of(cells[at[name]]) for name in use.attributes)
        step = text_of(cells[at["step"]])
        step = here.get(step, step)
        found.append(Standing(replication, step, waited, occupants, values, table.place(row)))
    return tuple(found)


def _whole(cell: Cell, low: int, high: int) -> int:
    """Return the whole number in a cell.

    Raises
    ------
    ValueError
        If it is none, or outside the range.
    """
    number = not_negative(cell, ".")
    if number != int(number) or not low <= number <= high:
        raise ValueError(f"expected a whole number from {low} to {high}, found {shown(cell)}")
    return int(number)
