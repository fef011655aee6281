"""Sheets of workbooks: what is on the screen is read, and the rest is told."""

from __future__ import annotations

import io
import time as clock
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from bcpsim.scenario.tables import read_table
from bcpsim.scenario.tables.cells import Fault, text_of
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.workbook import is_workbook, letter, read_sheet, some
from bcpsim.scenario.traffic import CountedArrivals


def saved(book: openpyxl.Workbook) -> bytes:
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def book_of(*rows: list[Any]) -> openpyxl.Workbook:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    return book


def changed(content: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """Return a workbook whose XML is changed in one part."""
    new = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(content)) as old, zipfile.ZipFile(new, "w") as archive:
        for name in old.namelist():
            text = old.read(name).decode()
            archive.writestr(name, change(text) if name == part else text)
    return new.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_cells_have_the_types_that_the_screen_shows() -> None:
    book = book_of(
        ["06:00", 3, 2.5, True, None, "  a\u00a0b "],
        [time(6), datetime(2026, 4, 13), datetime(2026, 4, 13, 6), timedelta(hours=24)],
        [datetime(2026, 4, 13), datetime(2026, 4, 13)],
        [1.0, 1.25],
    )
    book.active["A3"].number_format = "dd/mm/yyyy"
    book.active["B3"].number_format = "dd/mm/yyyy hh:mm"
    book.active["A4"].number_format = book.active["B4"].number_format = "hh:mm"
    rows = [row for _, row in read_sheet("a.xlsx", saved(book), None).rows]
    assert rows[0] == ["06:00", 3.0, 2.5, True, None, "  a\u00a0b "]
    assert rows[1][2:] == [datetime(2026, 4, 13, 6), timedelta(hours=24)]
    assert rows[2] == [date(2026, 4, 13), datetime(2026, 4, 13)]
    assert rows[3] == [timedelta(days=1), timedelta(hours=30)]  # 24:00, 06:00 of the next day
    assert [text_of(cell) for row in rows for cell in row] == [
        *("06:00", "3", "2.5", "TRUE", "", "a b"),
        *("06:00", "2026-04-13T00:00", "2026-04-13T06:00", "24:00"),
        *("2026-04-13", "2026-04-13T00:00", "24:00", "30:00"),
    ]
    assert text_of(time(23, 59, 59)) == "23:59:59"


def test_merged_cells_count_for_all_that_they_cover() -> None:
    book = book_of(["officer", "from"], ["Ann", 6], [None, 14], ["Bo", 22], ["frei"])
    book.active.merge_cells("A2:A3")
    book.active.merge_cells("A5:C5")
    sheet = read_sheet("a.xlsx", saved(book), None)
    assert [row for _, row in sheet.rows][1:] == [
        ["Ann", 6.0],
        ["Ann", 14.0],
        ["Bo", 22.0],
        ["frei", "frei", "frei"],
    ]
    assert sheet.filled == ("merged cells count for each row that they cover (A2:A3)",)


def test_what_is_hidden_is_left_out_and_told() -> None:
    book = book_of(["a", "b", "c"], [1, 2, 3], [4, 5, 6], [7, 8, 9], [None, None, None, 1])
    for row in (3, 4, 7):
        book.active.row_dimensions[row].hidden = True
    book.active.column_dimensions["B"].hidden = True
    sheet = read_sheet("a.xlsx", saved(book), None)
    assert [row for _, row in sheet.rows] == [
        ["a", None, "c"],
        [1.0, None, 3.0],
        [None, None, None, 1.0],
    ]
    assert [number for number, _ in sheet.rows] == [1, 2, 5]
    assert sheet.notes == (
        "rows 3 and 4 are hidden and aren't read",
        "column B is hidden and isn't read",
    )


def test_the_first_sheet_that_is_seen_is_read_or_the_one_that_is_named() -> None:
    book = book_of(["old"])
    book.active.title = "Old"
    for name in ("April", "May"):
        book.create_sheet(name).append([name])
    book["Old"].sheet_state = "hidden"
    content = saved(book)
    first = read_sheet("a.xlsx", content, None)
    assert (first.name, first.others) == ("April", ("Old", "May"))
    assert read_sheet("a.xlsx", content, "May").rows == [(1, ["May"])]
    named = read_sheet("a.xlsx", content, "Old")
    assert named.rows == [(1, ["old"])]
    assert named.notes == ("the sheet 'Old' is hidden, and read since it is named",)


def test_formulas_without_a_value_and_errors_are_faults() -> None:
    content = saved(book_of(["a"], ["=2+2", "#N/A", "#REF!"], ['=IF(A1="","","x")']))
    # As Excel stores a formula that gives an empty text.
    empty = changed(content, SHEET, lambda xml: xml.replace('<c r="A3">', '<c r="A3" t="str">'))
    rows = read_sheet("a.xlsx", empty, None).rows
    formula, missing, wrong = rows[1][1]
    assert isinstance(formula, Fault)
    assert "a formula without a stored value" in formula.words
    assert "in A2: open" in formula.words
    assert (missing, wrong) == (Fault("the error #N/A in B2"), Fault("the error #REF! in C2"))
    assert rows[2][1] == []
    with pytest.raises(ValueError, match="the error #N/A"):
        text_of(missing)


def _of_version(version: int) -> bytes:
    """Return a workbook whose archive says that it needs a version to be read."""
    content = saved(book_of(["a"]))
    at = content.index(b"PK\1\2") + 6  # version needed, of the first part in the directory
    return content[:at] + bytes([version]) + content[at + 1 :]


NEWER = _of_version(230)


@pytest.mark.parametrize(
    ("file", "content", "message"),
    [
        ("a.xls", b"\xd0\xcf\x11\xe0 old", "an old Excel workbook .* save it as .xlsx"),
        ("a.xlsx", b"count,from\n", "is no Excel workbook"),
        ("a.xlsx", b"PK\3\4 damaged", "is no Excel workbook"),
        ("a.xlsx", NEWER, "is no Excel workbook"),
    ],
)
def test_what_is_no_workbook(file: str, content: bytes, message: str) -> None:
    with pytest.raises(TableError, match=message):
        is_workbook(file, content)


def test_what_a_file_holds_says_what_it_is() -> None:
    assert is_workbook("a.csv", saved(book_of(["a"])))
    assert is_workbook("a.xlsm", saved(book_of(["a"])))
    assert not is_workbook("a.xls", b"count\tfrom\n")  # as many programs export
    for part, words in (("content.xml", r"\.ods"), ("xl/workbook.bin", r"\.xlsb"), ("a", "no Ex")):
        content = io.BytesIO()
        with zipfile.ZipFile(content, "w") as archive:
            archive.writestr(part, "")
        with pytest.raises(TableError, match=words):
            is_workbook("a.ods", content.getvalue())


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda xml: xml.replace('r="A2"', 'r="XFD2"'), "more than 1000 columns"),
        (
            lambda xml: xml.replace(
                "</sheetData>",
                '</sheetData><mergeCells><mergeCell ref="A1:XFD1048576"/></mergeCells>',
            ),
            "more than 1000 columns",
        ),
        (
            lambda xml: xml.replace(
                "</sheetData>",
                "</sheetData><mergeCells>"
                + '<mergeCell ref="A1:AAA1048576"/>' * 5000
                + "</mergeCells>",
            ),
            "more than 2000000 cells",
        ),
        (lambda xml: xml.replace("</worksheet>", ""), "is damaged"),
    ],
)
def test_a_workbook_that_would_fill_the_memory_is_refused(
    change: Callable[[str], str], message: str
) -> None:
    content = changed(saved(book_of(["a"], ["b"])), SHEET, change)
    before = clock.process_time()
    with pytest.raises(TableError, match=message):
        read_sheet("a.xlsx", content, None)
    assert clock.process_time() - before < 5


def test_a_far_cell_takes_no_room() -> None:
    content = changed(
        saved(book_of(["a"], ["b"])),
        SHEET,
        lambda xml: xml.replace('<row r="2"', '<row r="1048576"').replace('"A2"', '"A1048576"'),
    )
    assert read_sheet("a.xlsx", content, None).rows == [(1, ["a"]), (1048576, ["b"])]


def test_a_bomb_is_not_unpacked() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "")
        archive.writestr("xl/worksheets/sheet1.xml", b"0" * (33 * 2**20))
    assert len(content.getvalue()) < 200_000
    with pytest.raises(TableError, match="more than 32 MiB when unpacked"):
        read_sheet("a.xlsx", content.getvalue(), None)


def test_columns_and_names_in_words() -> None:
    assert [letter(k) for k in (1, 26, 27, 702, 703)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert some(["a"]) == "a"
    assert some(list("abc")) == "a, b and c"
    assert some(list("abcdefg")) == "a, b, c, d, e and 2 more"


def test_an_empty_first_sheet_names_the_others_and_names_are_found_in_any_case(
    tmp_path: Path,
) -> None:
    made = openpyxl.Workbook()
    made.active.title = "Jan"
    made.create_sheet("Apr").append(["time", "count"])
    for hour in range(24):
        made["Apr"].append([datetime(2026, 4, 13, hour), hour])
    made.save(tmp_path / "t.xlsx")
    field = {"pattern": "counts", "file": "t.xlsx"}
    with pytest.raises(TableError, match=r"t\.xlsx, sheet Jan, is empty; .*: say sheet: Apr"):
        read_table(CountedArrivals.model_validate(field), tmp_path)
    table = read_table(CountedArrivals.model_validate({**field, "sheet": "apr"}), tmp_path)
    assert sum(count.number for count in table.counts) == 276
