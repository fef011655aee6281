"""Travel times from place to place."""

from __future__ import annotations

from bcpsim.scenario.people import Travel
from bcpsim.scenario.tables.below import data_rows
from bcpsim.scenario.tables.cells import text_of
from bcpsim.scenario.tables.durations import minutes_of
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import decimal_of, tell_other_unit
from bcpsim.scenario.tables.raw import RawTable


def read_travel(use: Travel, table: RawTable, notes: Notes) -> dict[tuple[str, str], float]:
    """Return the minutes from place to place.

    Raises
    ------
    TableError
        If a column is missing, or if numbers can't be told.
    """
    [origin_at], [target_at] = (table.columns(use.named(role)[:1]) for role in ("from", "to"))
    columns = table.columns(use.named("time"))
    table, _ = data_rows(table, [], columns, notes)
    decimal = decimal_of(use, table, columns, notes)
    for column in columns:
        tell_other_unit(table.header[column], use.unit, notes)
    here = {there: stop for stop, there in use.called.items()}
    minutes: dict[tuple[str, str], float] = {}
    for row, (_, cells) in enumerate(table.rows):
        origin, target = text_of(cells[origin_at]), text_of(cells[target_at])
        pair = here.get(origin, origin), here.get(target, target)
        if pair in minutes:
            notes.fault(table.place(row), f"{origin} to {target} stands there twice")
            continue
        try:
            times = [minutes_of(cells[column], decimal, use.unit) for column in columns]
        except ValueError as error:
            notes.fault(table.place(row, columns[0]), str(error))
        else:
            minutes[pair] = sum(times)
    if use.both_ways:
        for (origin, target), time in list(minutes.items()):
            minutes.setdefault((target, origin), time)
    return minutes
