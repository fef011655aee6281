"""A table as it stands in its file: its header, its rows, and where each stands."""

from __future__ import annotations

import fnmatch
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from bcpsim.errors import nearest
from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.delimited import delimited_lines
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.workbook import is_workbook, read_sheet
from bcpsim.scenario.tabular import TableDescription

MAX_ROWS = 2_000_000
"""Most rows that are read."""

MAX_BEFORE = 20
"""Most lines above the header: a title, the name of the post, a date of export."""

Line = tuple[int, Sequence[Cell]]
"""The number of a line, from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """A table as it stands in its file.

    Attributes
    ----------
    name
        What messages call it: the file, and the sheet of a workbook with several.
    header
        Names of the columns, with single spaces; those without a name are empty.
    rows
        Rows with something in them, below the header, as many cells as the header has.
    separator
        What stands between the cells of a CSV file; None: a workbook.
    heads
        The one or two lines of the header as they stand there.
    """

    name: str
    header: tuple[str, ...]
    rows: tuple[Line, ...]
    separator: str | None = None
    heads: tuple[tuple[str, ...], ...] = ()

    def place(self, row: int, column: int | None = None) -> str:
        """Return where a row stands, or a cell, both counted from 0."""
        head = "" if column is None else self.header[column] or f"column {column + 1}"
        return f"{self.name}:{self.rows[row][0]}" + (f": {head}" if head else "")

    def column(self, name: str) -> int:
        """Return the place of a column, whose name may differ in case and spaces.

        Raises
        ------
        TableError
            If there is none, or several.
        """
        places = matching(self.header, name)
        if len(places) == 1:
            return places[0]
        if places:
            raise TableError(f"{self.name} has the column {name!r} {times_over(len(places))}")
        near = nearest(name, self.header)
        raise TableError(
            f"{self.name} has no column {name!r}; it has {listed(self.header)}"
            + (f" (did you mean {near!r}?)" if near else "")
        )

    def check(self, names: Sequence[str]) -> None:
        """Check that there are columns.

        Raises
        ------
        TableError
            With each that there isn't.
        """
        lacking: list[str] = []
        for name in names:
            try:
                self.columns([name])
            except TableError as error:
                lacking += error.messages
        if lacking:
            raise TableError(*lacking)

    def columns(self, names: Sequence[str]) -> list[int]:
        """Return the places of columns; a name with ``*`` stands for all that match it.

        Raises
        ------
        TableError
            As `column`; if nothing matches.
        """
        places: dict[int, None] = {}
        for name in names:
            if "*" in name and not matching(self.header, name):
                pattern = plain(name)
                many = [
                    k
                    for k, head in enumerate(self.header)
                    if head and fnmatch.fnmatchcase(plain(head), pattern)
                ]
                if not many:
                    raise TableError(
                        f"{self.name} has no column like {name!r}; it has {listed(self.header)}"
                    )
                places.update(dict.fromkeys(many))
            else:
                places[self.column(name)] = None
        return list(places)


def plain(text: str) -> str:
    """Return a text as it is compared: in one case, with single spaces."""
    return " ".join(text.split()).casefold()


def head_of(cell: Cell) -> str:
    """Return the name of a column as text with single spaces; a cell without a value: nothing."""
    return "" if isinstance(cell, Fault) else " ".join(text_of(cell).split())


def matching(header: Sequence[str], name: str) -> list[int]:
    """Return the places of columns with a name: exactly so, else in any case."""
    exact = [k for k, head in enumerate(header) if head == name]
    return exact or [k for k, head in enumerate(header) if plain(head) == plain(name)]


def has_columns(names: Sequence[str]) -> Callable[[Sequence[str]], bool]:
    """Return what says of a line whether it has all columns, and so is the header."""

    def has(cells: Sequence[str]) -> bool:
        names_in_line = [plain(cell) for cell in cells if cell]
        return bool(names) and all(fnmatch.filter(names_in_line, plain(name)) for name in names)

    return has


def listed(names: Iterable[str], most: int = 30) -> str:
    """Return names in a line."""
    known = [name for name in names if name]
    more = f" and {len(known) - most} more" if len(known) > most else ""
    return ", ".join(known[:most]) + more


def times_over(count: int) -> str:
    """Return how often: twice, 3 times."""
    return "twice" if count == 2 else f"{count} times"


@dataclass(frozen=True, slots=True)
class Lines:
    """A file before it is known which of its lines is the header.

    Attributes
    ----------
    lines
        Those that hold anything.
    separator
        What parts the cells of a CSV file; None: it is a workbook.
    sheet
        The sheet that was read, of a workbook.
    others
        Its other sheets.
    """

    lines: list[Line]
    separator: str | None
    sheet: str | None = None
    others: tuple[str, ...] = ()


def read_lines(
    use: TableDescription,
    content: bytes,
    notes: Notes,
    wanted: Callable[[Sequence[str]], bool],
) -> Lines:
    """Read the lines of a table, CSV or Excel.

    Parameters
    ----------
    use
        Its description.
    content
        The file.
    notes
        Told what was guessed.
    wanted
        Whether a line is the header: whether it has the columns that are needed.

    Raises
    ------
    TableError
        If the file can't be read, is empty, or if it has too many lines.
    """
    separator: str | None = None
    lines: Iterable[Line]
    name: str | None = None
    others: tuple[str, ...] = ()
    if is_workbook(use.file, content):
        sheet = read_sheet(use.file, content, use.sheet)
        if use.sheet is None and sheet.others:
            notes.guess(f"the sheet {sheet.name!r} (not {listed(sheet.others, 3)})")
        for sentence in sheet.filled:
            notes.tell(sentence)
        for sentence in sheet.notes:
            notes.warn(sentence)
        lines, name, others = sheet.rows, sheet.name, sheet.others
    elif use.sheet is not None:
        raise TableError(f"{use.file} has no sheets; 'sheet' goes with a workbook (.xlsx)")
    else:
        separator, lines = delimited_lines(use, content, notes, wanted)
    filled: list[Line] = []
    for line in lines:
        if any(cell is not None and cell != "" for cell in line[1]):
            if len(filled) > MAX_ROWS:
                raise TableError(f"{use.file} has more than {MAX_ROWS:,} rows")
            filled.append(line)
    if not filled:
        where = f"{use.file}, sheet {name}," if others else use.file
        other = f"; it also has {listed(others, 6)}: say sheet: {others[0]}" if others else ""
        raise TableError(f"{where} is empty; expected a header line and rows{other}")
    return Lines(filled, separator, name, others)


def read_raw(
    use: TableDescription,
    content: bytes,
    notes: Notes,
    wanted: Callable[[Sequence[str]], bool],
) -> RawTable:
    """Read a table, CSV or Excel, and keep the rows that its description wants.

    Parameters
    ----------
    use, content, notes, wanted
        As for `read_lines`.

    Raises
    ------
    TableError
        If the file can't be read, has no header or no rows, or if it has too many.
    """
    read = read_lines(use, content, notes, wanted)
    filled = read.lines
    at, header = _header(filled, wanted)
    if header is None:
        header = tuple(map(head_of, filled[at][1]))
        below = at + 1
        if at:
            notes.guess(f"its header in line {filled[at][0]}")
    else:
        below = at + 2
        notes.guess(
            f"its header in the lines {filled[at][0]} and {filled[at + 1][0]} ({listed(header, 6)})"
        )
    while header and not header[-1]:
        header = header[:-1]
    heads = tuple(tuple(map(head_of, cells)) for _, cells in filled[at:below])
    rows = [_fitted(line, header, notes, read.separator) for line in filled[below:]]
    if not rows:
        raise TableError(f"{use.file} has no rows below its header{notes.beside}")
    return chosen(use, RawTable(notes.name, header, tuple(rows), read.separator, heads), notes)


def _header(
    lines: Sequence[Line], wanted: Callable[[Sequence[str]], bool]
) -> tuple[int, tuple[str, ...] | None]:
    """Return at which line the header begins, and its names if it has two lines.

    It is the line with what is wanted, else two that have it together, else the one with most
    cells.
    """
    first = [tuple(map(head_of, cells)) for _, cells in lines[: MAX_BEFORE + 1]]
    both = [two_lines(above, below) for above, below in pairwise(first)]
    groups = [k for k, heads in enumerate(both) if heads is not None]
    for k, heads in enumerate(first):
        if k in groups and wanted(both[k] or ()):
            return k, both[k]
        names = list(filter(None, heads))
        if wanted(heads) and (k - 1 not in groups or len(set(names)) == len(names)):
            return k, None
    for k in groups:
        if len(set(filter(None, first[k + 1]))) < len(both[k] or ()):  # no header of its own
            return k, both[k]
    sizes = [sum(map(bool, heads)) for heads in first]
    return sizes.index(max(sizes)), None


def two_lines(above: Sequence[str], below: Sequence[str]) -> tuple[str, ...] | None:
    """Return the names of the columns of a header of two lines; None: it isn't one.

    Its first line names groups of columns: in a CSV file the cells after a name are empty, in a
    workbook they are merged. Its second names the columns of each; a column of no group may have
    its name in either.

    Parameters
    ----------
    above, below
        The two lines.
    """
    size = max(len(above), len(below))
    tops = [*above, *[""] * (size - len(above))]
    heads = [*below, *[""] * (size - len(below))]
    data = any(head and not any(map(str.isalpha, head)) for head in heads)  # or numbers of lanes
    if data and heads[0] not in ("", tops[0]):
        return None
    for k in range(1, size):
        if not tops[k] and heads[k] and heads[k - 1] != tops[k - 1]:
            tops[k] = tops[k - 1]
    groups = Counter(top for top, head in zip(tops, heads, strict=True) if top and top != head)
    if len(set(tops) - {""}) < 2 or max(groups.values(), default=0) < 2:
        return None
    return tuple(
        " ".join(dict.fromkeys(filter(None, pair))) for pair in zip(tops, heads, strict=True)
    )


def _fitted(line: Line, header: Sequence[str], notes: Notes, separator: str | None) -> Line:
    """Return a row with as many cells as the header; more or fewer are told.

    A row of a workbook ends with its last cell that holds anything.
    """
    number, cells = line
    size = len(header)
    remark = len(cells) == 1 and not head_of(cells[0])[:1].isdigit()  # told where it is left out
    if (separator and len(cells) < size and not remark) or any(
        cell is not None and cell != "" for cell in cells[size:]
    ):
        how_many_cells = f"{len(cells)} cells; the header has {size}"
        if len(cells) > size:
            how_many_cells += (
                " (a number with a comma stands in quotes where commas part the cells)"
            )
        notes.fault(f"{notes.name}:{number}", how_many_cells)
    return number, (*cells[:size], *(None,) * (size - len(cells)))


def chosen(use: TableDescription, table: RawTable, notes: Notes) -> RawTable:
    """Return a table with the rows whose cells hold what is wanted; values not found are told.

    Raises
    ------
    TableError
        If there are no such columns, cells or rows.
    """
    rows = list(table.rows)
    for name, values in use.where.items():
        column = table.column(name)
        kept = {plain(value) for value in values}
        found = {head_of(cells[column]): None for _, cells in rows}
        absent = [value for value in values if plain(value) not in {plain(one) for one in found}]
        if absent and len(absent) < len(values):
            notes.warn(
                f"no row has {listed(map(repr, absent))} in the column {table.header[column]!r}; "
                f"there are {listed(found, 10)}"
            )
        elif absent:
            raise TableError(
                f"{table.name} has no row with {absent[0]!r} in the column "
                f"{table.header[column]!r}; there are {listed(found, 10)}"
            )
        rows = [line for line in rows if plain(head_of(line[1][column])) in kept]
    if not rows:
        raise TableError(f"{table.name} has no row that is as 'where' wants it")
    return replace(table, rows=tuple(rows))


def column_at(file: str, header: list[str], name: str) -> int:
    """Return the place of a column."""
    return RawTable(file, tuple(header), ()).column(name)
