"""CSV files of any make as lines of cells."""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice

from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.workbook import MAX_COLUMNS
from bcpsim.scenario.tabular import TableDescription

_MARKS = {
    b"\xef\xbb\xbf": "utf-8-sig",
    b"\xff\xfe\x00\x00": "utf-32",
    b"\x00\x00\xfe\xff": "utf-32",
    b"\xff\xfe": "utf-16",
    b"\xfe\xff": "utf-16",
}
"""Marks at the beginning of a file, and what it is written in."""

_CODE_PAGES = ["cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1257"]
"""Code pages of Windows among which is guessed, as Excel writes them in Europe."""

_SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs", "|": "bars"}

Line = tuple[int, tuple[str | None, ...]]

_SAMPLE = 65_536
"""Characters at the beginning of a file from which separators are guessed."""


def delimited_lines(
    use: TableDescription,
    content: bytes,
    notes: Notes,
    wanted: Callable[[Sequence[str]], bool],
) -> tuple[str, Iterator[Line]]:
    """Return the separator of a CSV file, and its lines as cells.

    A line is its number and its cells, of which empty ones are None.

    Parameters
    ----------
    use
        Its description.
    content
        The file.
    notes
        Told what was guessed.
    wanted
        Whether a line has the columns that are needed.

    Raises
    ------
    TableError
        If it is no text, or if quotes aren't closed.
    """
    text = _text(use, content, notes, wanted)
    before = 0
    first, _, others = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == 5:  # a hint for Excel
        separator, text, before = first.strip()[4], others, 1
    elif use.separator is not None:
        separator = "\t" if use.separator == "tab" else use.separator
    else:
        separator = _separator(text, wanted)
        if separator != ",":
            notes.guess(f"{_SEPARATORS[separator]} between the cells")
    return separator, _lines(use.file, text, separator, before)


def _lines(file: str, text: str, separator: str, before: int) -> Iterator[Line]:
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    line = before + 1
    try:
        for row in rows:
            if any(row[MAX_COLUMNS:]):
                raise TableError(f"{file}:{line}: has more than {MAX_COLUMNS} columns")
            yield line, tuple(cell.strip() or None for cell in row)
            line = before + rows.line_num + 1
    except csv.Error as error:
        hint = {"unexpected end of data": "a quote is opened and never closed"}
        raise TableError(f"{file}:{line}: {hint.get(str(error), str(error))}") from None


def _text(
    use: TableDescription,
    content: bytes,
    notes: Notes,
    wanted: Callable[[Sequence[str]], bool],
) -> str:
    """Return the text of a file, in the code page that it says, or that is given or guessed."""
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    encoding = marked or use.encoding or "utf-8"
    try:
        if marked or use.encoding or b"\0" not in content[:_SAMPLE]:
            return content.decode(encoding)
    except UnicodeDecodeError as error:
        if marked or use.encoding:
            line = content.count(b"\n", 0, error.start) + 1
            raise TableError(f"{use.file}:{line}: is no text in {encoding}") from None
    if b"\0" in content[:_SAMPLE]:
        return _wide(use, content, notes)
    from charset_normalizer import from_bytes  # takes a tenth of a second

    best = from_bytes(content[:_SAMPLE], cp_isolation=_CODE_PAGES, threshold=0.5).best()
    pages = [] if best is None else [best.encoding]
    texts = dict(_decoded(content, dict.fromkeys([*pages, *_CODE_PAGES])))
    page = next((page for page, text in texts.items() if _has_header(text, wanted)), None)
    if page is None and pages:
        page = pages[0]
    if page in texts:
        notes.guess(f"the code page windows-{page.removeprefix('cp')}")
        return texts[page]
    raise TableError(
        f"{use.file} is no text in UTF-8; say what it is written in, such as encoding: windows-1250"
    )


def _decoded(content: bytes, pages: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Yield code pages in which a file may be written, with its text."""
    for page in pages:
        try:
            yield page, content.decode(page)
        except UnicodeDecodeError:
            continue


def _has_header(text: str, wanted: Callable[[Sequence[str]], bool]) -> bool:
    """Return whether one of the first lines has the columns that are needed."""
    lines = text[:_SAMPLE].splitlines()[:21]
    return any(
        wanted([cell.strip('" ') for cell in line.split(separator)])
        for line in lines
        for separator in _SEPARATORS
    )


def _wide(use: TableDescription, content: bytes, notes: Notes) -> str:
    """Return the text of a file with two bytes for each character, and no mark that says so."""
    zeros = Counter(k % 2 for k, byte in enumerate(content[:_SAMPLE]) if not byte)
    name = "utf-16-be" if zeros[0] > zeros[1] else "utf-16-le"
    try:
        text = content.decode(name)
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text[:_SAMPLE]:
        raise TableError(f"{use.file} is no text")
    notes.guess(f"the code page {name}")
    return text


def _separator(text: str, wanted: Callable[[Sequence[str]], bool]) -> str:
    """Return the separator: the one that gives the columns wanted, or else the most cells.

    Where several do, it is the one with which most lines have as many cells as the longest.
    """
    sample = text[:_SAMPLE]
    best, most = ",", (False, 0.0, 0)
    for separator in _SEPARATORS:
        rows = csv.reader(io.StringIO(sample, newline=""), delimiter=separator)
        try:
            lines = [[cell.strip() for cell in row] for row in islice(rows, 50) if any(row)]
        except csv.Error:
            continue
        sizes = Counter(map(len, lines))
        size = max(sizes, default=0)
        has = any(wanted(row) for row in lines[:21])
        score = (has, sizes[size] / len(lines) if size > 1 else 0.0, size)
        if score > most:
            best, most = separator, score
    return best


def delimited_rows(file: str, content: bytes) -> Iterator[tuple[int, list[str]]]:
    """Yield the lines of a CSV file as numbers and cells."""
    use = TableDescription(file=file)
    for line, cells in delimited_lines(use, content, Notes(file), lambda _: False)[1]:
        yield line, [cell or "" for cell in cells]
