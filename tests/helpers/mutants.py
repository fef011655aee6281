"""Files that were spoiled by chance: shipped YAML files and tables with slips in them."""

from __future__ import annotations

import copy
import datetime
import random
from collections.abc import Iterator
from io import BytesIO
from typing import Any

import openpyxl
import yaml

ODD: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -1, 2, 480, 1000, 2**63, 10**310, -0.0, 0.5, 1e-320, 1e12, 1e308),
    *(float("nan"), float("inf"), "", " ", "~", "no", "on", "x", "all", "base", "released", "visa"),
    *("+1", "*2", "0 s", "90 s", "1e300 min", "1e-300 s", "-5 min", "11 years", "40/h", "9e9/h"),
    *(
        "40 %",
        "100 %",
        "-5 %",
        "140 %",
        "nan",
        "inf",
        "08:00",
        "8:5",
        "24:00",
        "24:01",
        "06:00-22:00",
    ),
    *("2026-04-13T00:00", "2026-13-45T00:00", "99999-01-01", "2026-04-13T00:00+02:00", "1.5.2026"),
    *(
        "a.b",
        "../x",
        "/etc/passwd",
        "data",
        "=1+1",
        "\u202ex",
        "\x00",
        "e\u0301",
        "9" * 5000,
        "x" * 300,
    ),
    *([], {}, [[1]], [None], {"a": 1}, [{"a": 1}], ["a", "a"], {"when": {}}, {"to": "released"}),
    *([1] * 500, {"distribution": "gamma"}, {"distribution": "empirical"}, {"released": "40 %"}),
    *([0] * 24, {str(k): 1 for k in range(200)}, datetime.date(2026, 4, 13)),
)
"""What may stand where something else should."""

_Dumper = yaml.CSafeDumper if yaml.__with_libyaml__ else yaml.SafeDumper  # ten times as fast

Place = tuple[Any, ...]


def places(node: Any, path: Place = ()) -> Iterator[Place]:
    """Yield the path of every value of plain data, itself left out."""
    entries = node.items() if isinstance(node, dict) else enumerate(node)
    for key, value in entries:
        yield (*path, key)
        if isinstance(value, (dict, list)):
            yield from places(value, (*path, key))


def at(node: Any, path: Place) -> Any:
    """Return what is at a path."""
    for key in path:
        node = node[key]
    return node


def spoiled_data(data: Any, chance: random.Random) -> Any:
    """Return plain data with one to three slips."""
    data = copy.deepcopy(data)
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        every = list(places(data))
        if not every:
            break
        *way, key = path = chance.choice(every)
        around = at(data, tuple(way))
        match chance.randrange(7):
            case 0:
                del around[key]
            case 1:
                around[key] = chance.choice(ODD)
            case 2:
                around[key] = copy.deepcopy(at(data, chance.choice(every)))
            case 3 if isinstance(around, dict):
                around[_mistyped(str(key), chance)] = around.pop(key)
            case 4 if isinstance(around, dict):
                around[_mistyped(str(key), chance)] = copy.deepcopy(around[key])
            case 5 if isinstance(around[key], str):
                around[key] = _mistyped(around[key], chance)
            case 5 if isinstance(around[key], (int, float)):
                around[key] = around[key] * chance.choice((-1, 0, 0.5, 10, 1000, 1e9))
            case 6:
                around[key] = chance.choice(([around[key]], {"a": around[key]}, str(around[key])))
            case _:
                around[key] = at(data, path)
    return data


def spoiled_yaml(data: Any, text: str, chance: random.Random) -> bytes:
    """Return a YAML file with slips, in its data or in its text."""
    if chance.random() < 0.8:
        wrong = spoiled_data(data, chance)
        return yaml.dump(wrong, Dumper=_Dumper, sort_keys=False, allow_unicode=True).encode()
    return spoiled_text(text, chance)


def spoiled_text(text: str, chance: random.Random) -> bytes:
    """Return a text with a slip: lines lost, doubled or moved, characters put in, bytes cut."""
    lines = text.split("\n")
    number = chance.randrange(len(lines))
    match chance.randrange(8):
        case 0:
            del lines[number]
        case 1:
            lines.insert(number, lines[number])
        case 2:
            lines.insert(chance.randrange(len(lines)), lines.pop(number))
        case 3:
            lines[number] = chance.choice((" ", "  ", "\t")) + lines[number]
        case 4:
            lines[number] = lines[number].lstrip()
        case 5:
            lines[number] = _mistyped(lines[number], chance)
        case 6:
            content = "\n".join(lines).encode()
            return content[: chance.randrange(len(content))]
        case _:
            content = bytearray("\n".join(lines).encode())
            content[chance.randrange(len(content))] = chance.randrange(256)
            return bytes(content)
    return "\n".join(lines).encode()


def spoiled_csv(text: str, chance: random.Random) -> bytes:
    """Return a CSV file with slips in its cells, or in its text."""
    if chance.random() < 0.3:
        return spoiled_text(text, chance)
    rows = [line.split(",") for line in text.strip().split("\n")]
    for _ in range(chance.choice((1, 1, 2, 5))):
        row = chance.choice(rows) if chance.random() < 0.8 else rows[0]
        column = chance.randrange(max(len(row), 1))
        match chance.randrange(6):
            case 0 if row:
                del row[column]
            case 1:
                row.insert(column, str(chance.choice(ODD)))
            case 2 if row:
                row[column] = _mistyped(row[column], chance)
            case 3 if len(rows) > 2:
                rows.remove(row)
            case _:
                row[column : column + 1] = [str(chance.choice(ODD))]
    return "\n".join(map(",".join, rows)).encode()


def spoiled_workbook(text: str, chance: random.Random) -> bytes:
    """Return a CSV file as a workbook with slips in its cells, or in its bytes."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    rows = [line.split(",") for line in text.strip().split("\n")]
    for row in rows:
        sheet.append(row)
    for _ in range(chance.choice((1, 1, 2, 5))):
        cell = sheet.cell(chance.randint(1, len(rows) + 2), chance.randint(1, len(rows[0]) + 1))
        odd = chance.choice((*ODD, datetime.time(8), datetime.timedelta(hours=30), "=A1"))
        cell.value = odd if _fits_a_cell(odd) else str(odd)[:300].replace("\x00", "")
    if chance.random() < 0.2:
        last = len(rows) + 1
        sheet.merge_cells(start_row=2, end_row=last, start_column=1, end_column=1)
    content = BytesIO()
    book.save(content)
    data = bytearray(content.getvalue())
    if chance.random() < 0.2:
        data[chance.randrange(len(data))] = chance.randrange(256)
    if chance.random() < 0.1:
        return bytes(data[: chance.randrange(len(data))])
    return bytes(data)


def _fits_a_cell(value: Any) -> bool:
    if isinstance(value, float):
        return value == value and abs(value) < 1e300
    if isinstance(value, int):
        return abs(value) < 2**63
    return not isinstance(value, (list, dict)) and "\x00" not in str(value)


def _mistyped(text: str, chance: random.Random) -> str:
    number = chance.randrange(len(text) + 1)
    letter = chance.choice("abcxyz019 .,;:-_%/'\"#&*!|>{}[]\t\u00e9\u2013")
    return chance.choice(
        (
            text[:number] + letter + text[number:],
            text[:number] + text[number + 1 :],
            text[:number] + letter + text[number + 1 :],
            text.upper(),
        )
    )
