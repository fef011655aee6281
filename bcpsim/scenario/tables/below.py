"""Rows below a header that hold no data: sums, remarks, the header again; and dates left empty."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from bcpsim.scenario.tables.cells import Cell
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.lists import tell_left
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing
from bcpsim.scenario.tables.raw import Line, RawTable, head_of, plain
from bcpsim.scenario.tables.times import month_of
from bcpsim.scenario.tables.totals import has_total, is_average, is_total
from bcpsim.scenario.tables.weekdays import is_weekday
from bcpsim.scenario.tables.workbook import some

_ABOUT = frozenset(
    {"note:", "notes:", "source:", "sources:", "remark:", "remarks:", "quelle:", "hinweis:",
     "anmerkung:", "źródło:", "uwaga:", "uwagi:", "remarque:"}
)  # fmt: skip
"""First words of rows that tell about the table."""

_REMARK = "have neither a time nor a number"


def data_rows(
    table: RawTable,
    times: Sequence[int],
    numbers: Sequence[int],
    notes: Notes,
    chosen: Collection[int] = (),
) -> tuple[RawTable, list[Line]]:
    """Return a table without the rows that hold no data, and those that add up others.

    A date that is empty, beside a clock, is the one above.

    Parameters
    ----------
    table
        The table.
    times, numbers
        Places of the columns with times, and of those with numbers.
    notes
        Told of rows that are left out, and of dates that are filled.
    chosen
        Places of the columns by which rows were chosen: what they say is no total.

    Raises
    ------
    TableError
        If no row is left.
    """
    rows: list[Line] = []
    sums: list[Line] = []
    left: dict[str, list[str]] = {}
    filled: list[str] = []
    heads = [_plainly(head) for head in table.heads]
    for number, cells in table.rows:
        if _adds_up(cells, times, chosen):
            sums.append((number, cells))
        elif _plainly(map(head_of, cells)) in heads:
            left.setdefault("are the header again", []).append(str(number))
        elif not rows and _has_units(cells, times, numbers):
            left.setdefault("have units", []).append(str(number))
        elif _is_remark(cells, times, numbers):
            left.setdefault(_REMARK, []).append(str(number))
        else:
            whole = list(cells)
            if rows and len(times) > 1 and is_nothing(cells[times[0]]):
                above = rows[-1][1][times[0]]
                if ":" not in head_of(above) and not all(is_nothing(cells[k]) for k in times[1:]):
                    whole[times[0]] = above
                    filled.append(str(number))
            rows.append((number, tuple(whole)))
    if not rows:
        raise TableError(f"{table.name} has no rows of data below its header")
    if sums:
        left["add up others"] = [str(number) for number, _ in sums]
    tell_left(left, notes)
    if filled:
        notes.tell(
            f"the date of row{'s' if len(filled) > 1 else ''} {some(filled)} is the one above"
        )
    return replace(table, rows=tuple(rows)), sums


def without_last_sums(table: RawTable, notes: Notes) -> RawTable:
    """Return a table without the rows at its end that say something of the others, such as Mean."""
    rows = list(table.rows)
    left: list[str] = []
    while len(rows) > 1 and _adds_up(rows[-1][1], [], []):
        number, _ = rows.pop()
        left.insert(0, str(number))
    tell_left({"add up others": left}, notes)
    return replace(table, rows=tuple(rows))


def _plainly(head: Iterable[str]) -> tuple[str, ...]:
    """Return the cells of a line in plain letters, without empty ones at its end."""
    cells = [plain(name) for name in head]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _adds_up(cells: Sequence[Cell], times: Sequence[int], chosen: Collection[int]) -> bool:
    """Return whether a row says something of others: a total, or an average."""
    heads = [head_of(cells[k]) for k in times]
    if any(map(_says_of_others, heads)):
        return True
    texts = (head_of(cell) for k, cell in enumerate(cells) if k not in chosen)
    first = next((text for text in texts if text), "")
    return _says_of_others(first) and not any(map(_has_digit, heads))


def _says_of_others(text: str) -> bool:
    return is_total(text) or is_average(text) or (has_total(text) and not is_weekday(text))


def _has_units(cells: Sequence[Cell], times: Sequence[int], numbers: Sequence[int]) -> bool:
    """Return whether a row below the header has units, such as [veh/h]: words alone."""
    heads = [text for k in times if (text := head_of(cells[k]))]
    if any(is_weekday(text) or month_of(text) is not None for text in heads):
        return False
    units = [head_of(cells[k]).strip("[]() ") for k in numbers]
    return bool(times and units) and all(map(_is_word, units)) and not any(map(_has_digit, heads))


def _is_remark(cells: Sequence[Cell], times: Sequence[int], numbers: Sequence[int]) -> bool:
    """Return whether a row has words in the place of a time, and no numbers."""
    texts = [text for cell in cells if (text := head_of(cell))]
    units = [head_of(cells[k]) for k in numbers]
    if times and units and not any(head_of(cells[k]) for k in times) and all(map(_is_word, units)):
        return True
    if not texts or not all(is_nothing(cells[k]) for k in numbers):
        return False
    if texts[0].startswith("#") or texts[0].split()[0].lower() in _ABOUT:
        return True
    if not times or not numbers:  # a word may be a mistyped time, or name an empty number
        return False
    word = texts[0].split()[0].rstrip(".,:")
    if not word[:1].isalpha() and word[:1] not in "*(":
        return False
    if is_weekday(word) or month_of(word) is not None:
        return False
    return len(texts) == 1 or not any(_has_digit(head_of(cells[k])) for k in times)


def _is_word(text: str) -> bool:
    return text[:1].isalpha() and not _has_digit(text)


def _has_digit(text: str) -> bool:
    return any(letter.isdigit() for letter in text)
