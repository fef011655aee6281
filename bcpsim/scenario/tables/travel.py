"""Travel times from place to place."""

from __future__ import annotations

from bcpsim.scenario.people import Travel
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.numbers import MINUTES, not_negative
from bcpsim.scenario.tables.raw import column_at, whole_rows


def read_travel(use: Travel, content: bytes) -> dict[tuple[str, str], float]:
    """Return the minutes from place to place."""
    header, rows = whole_rows(use.file, content)
    places = [column_at(use.file, header, name) for name in ("from", "to")]
    time_at = column_at(use.file, header, use.column)
    minutes: dict[tuple[str, str], float] = {}
    for where, row in rows:
        pair = (row[places[0]], row[places[1]])
        if pair in minutes:
            raise TableError(f"{where}: {pair[0]} to {pair[1]} stands there twice")
        minutes[pair] = not_negative(row[time_at], where) * MINUTES[use.unit]
    if use.both_ways:
        for (origin, target), time in list(minutes.items()):
            minutes.setdefault((target, origin), time)
    return minutes
