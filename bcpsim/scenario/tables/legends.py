"""What codes in rosters mean: T for 07:00-19:00, F for a day off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence

from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.headers import plain
from bcpsim.scenario.tables.hours import Hours, find_hours, is_away, parse_hours
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing, shown
from bcpsim.scenario.tables.raw import times_over
from bcpsim.scenario.tables.workbook import some

HEADINGS = frozenset(
    plain(word)
    for word in (
        "legend", "key", "codes", "shift codes", "shifts", "explanation", "legende", "kürzel",
        "schlüssel", "dienstarten", "schichten", "erläuterung", "legenda", "oznaczenia", "skróty",
        "kody", "zmiany", "objaśnienia", "légende",
    )
)  # fmt: skip
"""Names of sheets, and headings, under which a roster says what its codes mean."""

MAX_CODE = 12
"""Most characters of a code in a legend."""

_CODE = rf"[^\s=,;|:]{{1,{MAX_CODE}}}"
_EQUAL = re.compile(rf"(?:^|[\s,;|])({_CODE})\s*=\s*(.*?)(?=[\s,;|]+{_CODE}\s*=|$)")
_COLON = re.compile(rf"([^\W\d]{_CODE}|[^\W\d])\s*:\s+(.+)")


class Legend:
    """What codes mean, by the scenario and by a table itself; the scenario comes first.

    Parameters
    ----------
    given
        From the scenario: hours, or off.
    sheets
        Lines of sheets with legends, and of the table.
    """

    def __init__(self, given: Mapping[str, str], *sheets: Iterable[Sequence[Cell]]) -> None:
        found = {code: words for lines in sheets for code, words in _entries(lines)}
        entries = {**found, **given}
        self._codes = {code: find_hours(words) for code, words in entries.items()}
        self._words = entries
        self._used: dict[str, tuple[Hours, ...]] = {}
        self._lacking: dict[str, list[str]] = {}
        plainly: dict[str, set[str]] = {}
        for code in self._codes:
            plainly.setdefault(plain(code), set()).add(code)
        self._alike = {name: codes.pop() for name, codes in plainly.items() if len(codes) == 1}

    def hours(self, cell: Cell) -> tuple[Hours, ...] | None:
        """Return the hours of a cell, none for a day off; None if it has no meaning.

        Hours such as 06-14, and words for leave, mean what they say if the legend doesn't say
        otherwise. An empty cell and a dash are a day off.

        Raises
        ------
        ValueError
            If the cell holds a `Fault`.
        """
        text = text_of(cell)
        code = text if text in self._codes else self._alike.get(plain(text)) if text else None
        if code is not None:
            self._used[code] = self._codes[code]
            return self._codes[code]
        if text == "/" or (is_nothing(cell) and text.casefold() not in ("x", "?")):
            return ()
        try:
            return parse_hours(text)
        except ValueError:
            return () if is_away(text) else None

    def knows(self, cell: Cell) -> bool:
        """Return whether a cell has a meaning; it isn't one that was met."""
        text = text_of(cell)
        if text in self._codes or plain(text) in self._alike:
            return True
        try:
            return bool(parse_hours(text))
        except ValueError:
            return is_nothing(cell) or is_away(text)

    def lacks(self, cell: Cell, place: str) -> None:
        """Keep a cell without a meaning, and where it is."""
        self._lacking.setdefault(text_of(cell), []).append(place)

    def tell(self, notes: Notes) -> None:
        """Tell what the codes that were met were taken for, and which have no meaning."""
        for code, hours in self._used.items():
            words = self._words[code]
            if hours:
                meant = " and ".join(map(str, hours))
            else:
                meant = "off" if plain(words) == "off" else f"off ({words})"
            notes.guess(f"{code} as {meant}")
        if not self._lacking:
            return
        codes = [f"{shown(code)} ({_often(places)})" for code, places in self._lacking.items()]
        first, [place, *_] = next(iter(self._lacking.items()))
        example = ", ".join(
            f"{code if code.isalnum() else json.dumps(code)}: {hours}"
            for code, hours in zip(self._lacking, ("07:00-19:00", "off"), strict=False)
        )
        notes.fault(
            place,
            f"codes without a meaning: {some(codes)}; say what they mean in the scenario, legend: "
            f"{{{example}}}, or in the table: {first} = 07-19",
        )


def _often(places: Sequence[str]) -> str:
    return "once" if len(places) == 1 else times_over(len(places))


def explains(text: str) -> bool:
    """Return whether a text says what codes mean: T = 07-19, N = 19-07."""
    return _EQUAL.search(text) is not None


def _entries(lines: Iterable[Sequence[Cell]]) -> Iterable[tuple[str, str]]:
    """Yield codes with what a table says of them: in one cell, or in a row below a heading."""
    below = False
    for line in lines:
        cells = [text_of(cell) for cell in line if cell is not None and not isinstance(cell, Fault)]
        cells = list(dict.fromkeys(text for text in cells if text))  # a merged cell once
        if not cells:
            continue
        if plain(cells[0]) in HEADINGS:
            below, cells = True, cells[1:]
        inside = [
            (entry[1], entry[2].strip(" ,;|"))
            for text in cells
            for entry in (*_EQUAL.finditer(text), *_COLON.finditer(text))
        ]
        yield from ((code, words) for code, words in inside if words)
        if below and not inside and len(cells) > 1 and len(cells[0]) <= MAX_CODE:
            yield cells[0], " - ".join(cells[1:])  # from and to in cells of their own
