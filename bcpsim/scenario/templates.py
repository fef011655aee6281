"""Tables to start from: a roster, counts and a timetable with examples, as CSV or Excel.

They fit the starter of a land border, whose horizon is 14 April 2026.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

from bcpsim.files.archives import WRITTEN, without_clock

Value = str | int | float | datetime | date | time
"""What a cell of a template holds."""

Rows = Sequence[Sequence[Value]]

_DAY = date(2026, 4, 14)
_MIDNIGHT = datetime(2026, 4, 14)
_FORMS = {datetime: "yyyy-mm-dd hh:mm", date: "yyyy-mm-dd", time: "hh:mm"}


@dataclass(frozen=True, slots=True)
class Template:
    """A table with examples.

    Attributes
    ----------
    rows
        Its header and rows.
    read
        How a scenario reads it: YAML with ``FILE`` for its name.
    explained
        What its columns are, a line each: a further sheet of the workbook.
    others
        Further sheets of the workbook, by name.
    """

    rows: Rows
    read: str
    explained: Sequence[str]
    others: Mapping[str, Rows] = field(default_factory=dict)


def _shifts() -> Rows:
    """Return a list of shifts: of 14 April, and the night before."""
    hours = {
        "early": (time(6), time(14)),
        "late": (time(14), time(22)),
        "night": (time(22), time(6)),
    }
    plan: list[tuple[str, int, str]] = [
        ("Lis Ewa", -1, "night"),
        *((name, 0, "early") for name in ("Kowalski Jan", "Nowak Anna", "Wójcik Piotr")),
        *((name, 0, "late") for name in ("Mazur Olga", "Krawiec Adam", "Dudek Maria")),
        ("Zając Tomasz", 0, "night"),
    ]
    rows: list[Sequence[Value]] = [("officer", "date", "from", "to", "breaks")]
    for name, days, shift in plan:
        start, end = hours[shift]
        pause = {"early": "10:00-10:30", "late": "18:00-18:30", "night": "02:00-02:30"}[shift]
        rows.append((name, _DAY + timedelta(days=days), start, end, pause))
    return rows


_PER_HOUR = (10, 8, 6, 6, 10, 20, 35, 50, 60, 60, 55, 50,
             50, 50, 55, 60, 65, 65, 60, 50, 40, 30, 20, 15)  # fmt: skip

TEMPLATES: Mapping[str, Template] = {
    "roster": Template(
        _shifts(),
        "officers: {NAME: {..., roster: {file: FILE}}}",
        (
            "Sheet Shifts: a row for each shift; it is read unless the scenario says sheet: Grid.",
            "officer: a name; rows of one name are one person. Or count: how many work the shift.",
            "date: 2026-04-14 or 14.04.2026. Or days: mon-fri, Mo-Fr, weekend, daily.",
            "from, to: clock times; a shift that ends at or before its start ends the next day.",
            "breaks: 10:00-10:30, several with a space between; may be left out.",
            "Sheet Grid: a name in each row, a day in each column, a code in each cell.",
            "Sheet Legend: what codes mean, hours or off.",
            "Columns with other names are not used, and told; words for these may be German,",
            "French or Polish: Name, Datum, Beginn, Ende; Nazwisko, Data, Od, Do.",
        ),
        {
            "Grid": (
                ("Name", *(_DAY + timedelta(days=k) for k in range(-1, 3))),
                ("Kowalski Jan", "E", "E", "F", "N"),
                ("Nowak Anna", "L", "E", "F", "F"),
                ("Lis Ewa", "N", "F", "E", "L"),
                ("Mazur Olga", "F", "L", "N", "F"),
                ("Zając Tomasz", "F", "N", "L", "A"),
            ),
            "Legend": (
                ("E", "06:00-14:00"),
                ("L", "14:00-22:00"),
                ("N", "22:00-06:00"),
                ("F", "off"),
                ("A", "annual leave"),
            ),
        },
    ),
    "counts": Template(
        [
            ("time", "count"),
            *((_MIDNIGHT + timedelta(hours=hour), n) for hour, n in enumerate(_PER_HOUR)),
        ],
        "traffic: {NAME: {..., arrivals: {pattern: counts, file: FILE}}}",
        (
            "time: local date and time at which each interval starts, 2026-04-14 06:00.",
            "count: how many came in it. A column for each lane or direction: count_column says",
            "which are added up. The length of an interval is seen from the rows.",
        ),
    ),
    "timetable": Template(
        [
            ("time", "seats", "load"),
            *(
                (_MIDNIGHT + timedelta(minutes=minutes), seats, load)
                for minutes, seats, load in (
                    (365, 180, 0.8), (400, 210, 0.85), (430, 180, 0.9), (760, 210, 0.8),
                    (845, 180, 0.75), (1060, 180, 0.9), (1110, 210, 0.85), (1210, 180, 0.8),
                )
            ),
        ],
        "traffic: {NAME: {..., arrivals: {pattern: timetable, file: FILE, load_column: load}}}",
        (
            "time: local date and time of each service, scheduled or actual.",
            "seats: a number, or a type whose seats the scenario gives: seats: {A320: 180}.",
            "load: share of the seats that is taken, 0.85 or 85 %; or one for all in the scenario.",
            "Further columns may be attributes of the travellers, such as origin.",
        ),
    ),
}  # fmt: skip
"""Tables to start from, by kind."""


def as_csv(template: Template) -> str:
    """Return a template as the text of a CSV file."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    for row in template.rows:
        writer.writerow([_text(value) for value in row])
    return text.getvalue()


def _text(value: Value) -> str:
    if isinstance(value, datetime):
        return f"{value:%Y-%m-%d %H:%M}"
    return f"{value:%H:%M}" if isinstance(value, time) else str(value)


def as_workbook(template: Template) -> bytes:
    """Return a template as an Excel workbook, the same bytes every time."""
    import openpyxl
    from openpyxl.styles import Font

    book: Any = openpyxl.Workbook()
    book.properties.created = WRITTEN
    book.active.title = "Shifts" if template.others else "Table"
    sheets = {book.active.title: template.rows, **template.others}
    sheets["Read me"] = [(line,) for line in template.explained]
    for name, rows in sheets.items():
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for column in sheet.columns:
            width = max(len(_text(cell.value or "")) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = width + 3
            for cell in column:
                form = _FORMS.get(type(cell.value))
                if form is not None:
                    cell.number_format = form
        if name not in ("Read me", "Legend"):
            for cell in sheet[1]:
                cell.font = Font(bold=True)
            sheet.freeze_panes = "A2"
    content = io.BytesIO()
    book.save(content)
    return without_clock(content)
