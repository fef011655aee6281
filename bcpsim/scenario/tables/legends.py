"""What codes in rosters mean: T for 07:00-19:00, F for a day off."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.headers import plain
from bcpsim.scenario.tables.hours import (
    Hours,
    find_hours,
    is_away,
    is_leave,
    names_leave,
    without_hours,
)
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing, shown
from bcpsim.scenario.tables.raw import Line, times_over
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

_IN_BRACKETS = re.compile(r"[(\[]\s*(.*?)\s*[)\]]")
_SHORT = re.compile(r"[^\W\d_]{1,2}")
"""What may be another code in brackets: D (K)."""

_SIGNED = re.compile(r"([^\s(\[/,;:]+)\s*(?:[(\[/,;:]|\s[-–—]?\s*)\s*([^()\[\]]+)[)\]]?")
"""A code, and words beside it: D (sick), D/sick, D - sick."""

_CODE = rf"[^\s=,;|:]{{1,{MAX_CODE}}}"
_WORD = rf"[^\W\d_][^\s=,;|:]{{0,{MAX_CODE - 1}}}"


def _entry(code: str, sign: str) -> re.Pattern[str]:
    """Return what finds entries: a code, a sign, and words up to the next entry."""
    return re.compile(rf"(?:^|[\s,;|])({code}){sign}(.*?)(?=[\s,;|]+{code}{sign}|$)")


_FORMS = (_entry(_CODE, r"\s*=\s*"), _entry(_WORD, r"\s*:\s+"), _entry(_WORD, r"\s+[-–—]\s+"))
"""T = 07-19, T: 07-19, T - 07-19; several in one cell."""


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
        meanings = {code: meaning for lines in sheets for code, meaning in _entries(lines)}
        entries = {**meanings, **given}
        self._codes = {code: find_hours(meaning) for code, meaning in entries.items()}
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
            If the cell holds a `Fault`, or a date.
        """
        if isinstance(cell, date):
            raise ValueError(
                f"{shown(cell)} is a date, which a workbook makes of hours such as 6-14; write "
                "06:00-14:00"
            )
        text = text_of(cell)
        code = self._code(text)
        if code is not None:
            self._used[code] = self._codes[code]
        return self._meaning(text)

    def _code(self, text: str) -> str | None:
        """Return the code of the legend that a text is, in any case; None: none.

        What stands in brackets beside it may be left out, if it is no leave and no other code.
        """
        if not text or text in self._codes:
            return text or None
        beside = _IN_BRACKETS.findall(text)
        if any(names_leave(words) or _SHORT.fullmatch(words) for words in beside):
            return None
        return self._alike.get(plain(text))

    def _meaning(self, text: str) -> tuple[Hours, ...] | None:
        """Return the hours of a text, none for a day off; None if it has no meaning."""
        code = self._code(text)
        if code is not None:
            return self._codes[code]
        if text == "/" or (is_nothing(text) and text.casefold() not in ("x", "?")):
            return ()
        signed = _SIGNED.fullmatch(text)
        if signed is not None and self._code(signed[1]) is not None and is_leave(signed[2]):
            return ()  # D (sick), D - sick
        beside = self._code(without_hours(text).strip(" ()[],;:/-"))
        if beside is not None and not self._codes[beside] and find_hours(text):
            return ()  # L 06-14, where L is leave
        return _said(text)

    def knows(self, cell: Cell) -> bool:
        """Return whether a code has a meaning."""
        text = text_of(cell)
        return self._code(text) is not None or is_nothing(cell) or self._meaning(text) is not None

    def means(self, cell: Cell) -> tuple[Hours, ...]:
        """Return the hours of a cell, none for anything else, without telling that it is used."""
        return () if isinstance(cell, date | Fault) else self._meaning(text_of(cell)) or ()

    def lacks(self, cell: Cell, place: str) -> None:
        """Note a cell whose code has no meaning, and where it is."""
        self._lacking.setdefault(text_of(cell), []).append(place)

    def tell(self, notes: Notes) -> None:
        """Tell what each code was taken for, and which codes have no meaning."""
        for code, hours in self._used.items():
            meaning = self._words[code]
            if hours:
                meant = " and ".join(map(str, hours))
            else:
                meant = "off" if plain(meaning) == "off" else f"off ({meaning})"
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


def _said(text: str) -> tuple[Hours, ...] | None:
    """Return the hours that a text says by itself, perhaps with a name: Late 14-22; none: leave.

    Leave counts beside hours, too (sick 06-14). Public holidays beside them have no meaning, nor
    have other words beside leave (sick cover 06-14): somebody may be on duty then.
    """
    hours = find_hours(text)
    rest = without_hours(text)
    if not hours:
        return () if is_away(text) else None
    if any(letter.isdigit() for letter in rest) or (names_leave(rest) and not is_leave(rest)):
        return () if is_away(text) else None
    return () if is_leave(rest) else hours


def _often(places: Sequence[str]) -> str:
    return "once" if len(places) == 1 else times_over(len(places))


def explains(text: str) -> bool:
    """Return whether a text says what codes mean: T = 07-19, N = 19-07."""
    return bool(_inside(text))


def _inside(text: str) -> list[tuple[str, str]]:
    """Return the codes of a text and their meanings; a meaning after = may be any text."""
    for form in _FORMS:
        pairs = [(entry[1], entry[2].strip(" ,;|")) for entry in form.finditer(text)]
        known = [meaning for _, meaning in pairs if find_hours(meaning) or is_away(meaning)]
        if pairs and (known or form is _FORMS[0]):
            return [(code, meaning) for code, meaning in pairs if meaning]
    return []


def lines_of_codes(lines: Sequence[Line]) -> list[Line]:
    """Return the lines below a grid that say what its codes mean without any heading: F, 06-14.

    They have two cells, the second hours or leave, and the first stands in other lines as a code.
    """
    texts = [(line, [text for cell in line[1] if (text := _text(cell))]) for line in lines]
    pairs = {id(line) for line, words in texts if len(words) == 2 and _explained(words[1])}
    used = {word for line, words in texts if id(line) not in pairs for word in words[1:]}
    return [line for line, words in texts if id(line) in pairs and words[0] in used]


def _explained(text: str) -> bool:
    return bool(find_hours(text)) or is_away(text)


def _text(cell: Cell) -> str:
    return "" if cell is None or isinstance(cell, Fault) else text_of(cell)


def _entries(lines: Iterable[Sequence[Cell]]) -> Iterable[tuple[str, str]]:
    """Yield codes with what a table says of them: in one cell, or in a row below a heading."""
    below = False
    for line in lines:
        cells = list(dict.fromkeys(text for cell in line if (text := _text(cell))))  # merged: once
        if not cells:
            continue
        if plain(cells[0]) in HEADINGS:
            below, cells = True, cells[1:]
        inside = [entry for text in cells for entry in _inside(text)]
        yield from inside
        if below and not inside and len(cells) > 1 and len(cells[0]) <= MAX_CODE:
            yield cells[0], " - ".join(cells[1:])  # from and to in cells of their own
