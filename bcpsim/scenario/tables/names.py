"""Names of officers in cells of rosters: several in one, numbers in their place, and nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from bcpsim.scenario.tables.cells import Cell, Fault, clean, text_of
from bcpsim.scenario.tables.hours import is_away, is_leave, names_leave
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing, shown

MAX_COUNT = 1000
"""Most officers of one row."""

_VACANT = frozenset(
    {"vacant", "vacancy", "unfilled", "unassigned", "nobody", "none", "tbd", "tba", "tbc", "n.n.",
     "n. n.", "nn", "open", "open shift", "vakant", "unbesetzt", "offen", "niemand", "wakat",
     "vacat", "nieobsadzone", "nikt", "poste vacant", "à pourvoir", "personne"}
)  # fmt: skip
"""What stands in the place of an officer's name where there is nobody."""

_PLACES = frozenset(
    {"post", "position", "shift", "slot", "place", "officer", "posten", "stelle", "platz", "dienst",
     "schicht", "stanowisko", "etat", "zmiana", "poste", "no", "no.", "nr", "nr."}
)  # fmt: skip
"""What may stand after a word such as vacant."""

_TO_BE = re.compile(
    r"to be (?:confirmed|announced|determined|decided|filled|assigned|advised|appointed|named|"
    r"recruited|agreed)|not (?:yet )?(?:filled|assigned|known)|(?:noch )?nicht besetzt|"
    r"noch offen|do obsadzenia|do ustalenia"
)
_BRACKETS = re.compile(r"[(\[].*?[)\]]")
_SIGNED = re.compile(r".*?\S\s*(?:[(\[](?P<in>[^()\[\]]+)[)\]]|\s[-–—:]\s*(?P<after>[^-–—:]+))")
"""A name with words in brackets, or after a dash."""

_SURE = frozenset(
    {
        "sick",
        "krank",
        "urlaub",
        "urlop",
        "leave",
        "vacation",
        "chory",
        "chora",
        "chorobowe",
        "l4",
        "krankheit",
        "maladie",
        "congé",
        "absent",
        "abwesend",
        "nieobecny",
        "nieobecna",
    }
)
"""Words for leave that are leave after a name without any sign."""

_CLOSED = frozenset(
    {"closed", "geschlossen", "zu", "gesperrt", "zamknięte", "zamknięty", "nieczynne", "fermé",
     "fermée", "cerrado", "chiuso"}
)  # fmt: skip
"""What stands there where nobody is needed."""

_AFTER_NAMES = frozenset(
    {"jr", "sr", "jun", "sen", "ii", "iii", "iv", "phd", "md", "msc", "bsc", "mba", "sgt", "cpl",
     "lt", "capt", "insp", "cpt", "kpr", "sierż", "asp", "kpt", "mjr", "pom", "phm", "pm"}
)  # fmt: skip
"""What may stand after a name and another comma."""

_AND = r"\s+(?:and|und|oraz|et)\s+"
_BETWEEN = re.compile(rf"\s*[;/\n\r+&]\s*|{_AND}")
_COMMAS = re.compile(rf"\s*[,;/\n\r+&]\s*|{_AND}")
_BEGINS_WITH_NUMBER = re.compile(r"[-+−<>≥≤~]?\s?\d")
_COUNTED = re.compile(
    r"(?P<number>\d{1,4})\s?(?:x|×|officers?|persons?|people|staff|pers\.?|agents?|guards?|mann|"
    r"beamte[rn]?|personen|mitarbeiter(?:innen)?|kräfte|ma|osoby|osób|osoba|funkcjonariusz[ey]?|"
    r"agentów|personnes?)",
    re.IGNORECASE,
)


def is_vacant(text: str) -> bool:
    """Return whether a text says that a post has no officer yet: vacant, Vacant 1, vacant (Roe)."""
    words = " ".join(text.split()).casefold()
    if words in _VACANT or _TO_BE.fullmatch(words):
        return True
    words = " ".join(_BRACKETS.sub(" ", words).split()).strip(" :-–")
    if words in _VACANT or _TO_BE.fullmatch(words):
        return True
    first, _, rest = words.partition(" ")
    return first.strip(":-–") in _VACANT and all(
        word in _PLACES or word.strip("#.").isdecimal() for word in rest.split()
    )


def away_of(name: str) -> str:
    """Return what says that somebody is away beside a name: Roe (sick); nothing: is there."""
    sign = _SIGNED.fullmatch(name.strip())
    if sign is not None:
        why = clean(sign["in"] or sign["after"])
        return why if is_leave(why) else ""
    words = name.split()
    for k in range(1, len(words)):
        last = " ".join(words[k:])
        if last == last.lower() and is_away(last) and any(w in _SURE for w in words[k:]):
            return last
    return ""


def may_be_away(name: str) -> bool:
    """Return whether a name has a word for leave beside it that may not say so."""
    sign = _SIGNED.fullmatch(name.strip())
    if sign is not None:
        return not away_of(name) and names_leave(sign["in"] or sign["after"])
    return not away_of(name) and any(word.casefold() in _SURE for word in name.split()[1:])


def is_closed(text: str) -> bool:
    """Return whether a text says that a post is closed."""
    return " ".join(text.split()).casefold() in _CLOSED


def is_number(cell: Cell) -> bool:
    """Return whether a cell holds a whole number, and nothing else."""
    return isinstance(cell, float) or (isinstance(cell, str) and cell.strip().isdecimal())


def hold_numbers(cells: Iterable[Cell]) -> bool:
    """Return whether at least half of the cells that say something begin with a number."""
    said = [
        text_of(cell)
        for cell in cells
        if not is_nothing(cell) and not is_vacant(text_of(cell)) and not is_closed(text_of(cell))
    ]
    numbers = [text for text in said if _BEGINS_WITH_NUMBER.match(text)]
    return bool(numbers) and 2 * len(numbers) >= len(said)


def counted(text: str) -> int | None:
    """Return how many officers a text such as 3 officers or 2x says; None: it doesn't."""
    found = _COUNTED.fullmatch(text)
    return None if found is None else int(found["number"])


def whole(cell: Cell) -> int:
    """Return the number of officers in a cell.

    Raises
    ------
    ValueError
        If it is none from 0 to `MAX_COUNT`.
    """
    text = text_of(cell)
    said = counted(text)
    try:
        number = float(text.replace(",", ".")) if said is None else float(said)
    except ValueError:
        number = -1.0
    if not number.is_integer() or not 0 <= number <= MAX_COUNT:
        raise ValueError(f"{shown(cell)} is no number of officers from 0 to {MAX_COUNT}")
    return int(number)


@dataclass(frozen=True, slots=True)
class Commas:
    """What commas in names of a roster are.

    Attributes
    ----------
    part
        Whether they stand between officers; else before a first name.
    unclear
        Whether they may be the other.
    example
        Names with a comma; empty: there are none.
    """

    part: bool
    unclear: bool
    example: str

    def tell(self, notes: Notes) -> None:
        """Tell how names with commas are read."""
        if not self.example:
            return
        names = names_in(self.example, commas=self.part)
        read = "one person" if len(names) == 1 else f"{len(names)} officers"
        if not self.unclear:
            notes.guess(f"{shown(self.example)} as {read}")
        elif self.part:
            notes.warn(
                f"{shown(self.example)} is read as {read}; if a comma stands before a first name, "
                "write officers with a semicolon between"
            )
        else:
            notes.warn(
                f"{shown(self.example)} is read as {read}; if it is several, write them with a "
                "semicolon between"
            )


def commas_of(cells: Iterable[Cell]) -> Commas:
    """Return what commas in names are, by all of them together.

    They part officers where there are two or more between names, where what they part stands alone
    in another cell or on the other side of another comma, where it is a single letter or has a
    digit, or where full names (Jan Nowak, Ewa Lis) stand beside full names without a comma.
    Otherwise they stand before a first name.
    """
    pieces = [
        parts
        for text in dict.fromkeys(text_of(cell) if not isinstance(cell, str) else cell
                                  for cell in cells if not isinstance(cell, Fault))
        for piece in _BETWEEN.split(text)
        if (parts := _name_parts(piece))
    ]  # fmt: skip
    parted = [parts for parts in pieces if len(parts) > 1]
    if not parted:
        return Commas(False, False, "")
    alone = {parts[0] for parts in pieces if len(parts) == 1}
    long = [parts for parts in parted if len(parts) > 2]
    pairs = [parts for parts in parted if len(parts) == 2]
    firsts, lasts = ({parts[k] for parts in pairs} for k in (0, -1))
    full = [parts for parts in pairs if all(" " in part for part in parts)]
    if long:
        return Commas(True, len(pairs) > len(long), ", ".join(long[0]))
    for parts in pairs:
        if len(parts[0]) == 1 or any(map(str.isdecimal, "".join(parts))):
            return Commas(True, False, ", ".join(parts))
    example = ", ".join(full[0] if full else pairs[0])
    if not alone.isdisjoint(firsts | lasts):
        return Commas(True, False, example)
    both = firsts & lasts
    if both and len(both) * 4 >= len(firsts | lasts):
        return Commas(True, not any(" " in name for name in both), example)
    if len(full) == len(pairs) and any(" " in name for name in alone):
        return Commas(True, False, example)
    return Commas(False, bool(alone) or len(full) == len(pairs), example)


def _name_parts(text: str) -> list[str]:
    """Return what commas part in a text, a rank or Jr. at its end with what stands before it."""
    parts = [part for part in map(clean, text.split(",")) if part]
    if not parts or is_nothing(text) or is_vacant(text) or is_closed(text) or counted(clean(text)):
        return []
    if text.strip().isdecimal():
        return []
    if len(parts) > 2 and _is_rank(parts[-1], parts[:-1]):
        return [*parts[:-2], f"{parts[-2]}, {parts[-1]}"]
    return parts


def _is_rank(text: str, names: Iterable[str]) -> bool:
    """Return whether a text after names is none: Jr., II, st. sierż., asp."""
    if text.casefold().strip(".") in _AFTER_NAMES:
        return True
    if len(text.split()[-1].strip(".")) < 2 or any(name.endswith(".") for name in names):
        return False
    return text.endswith(".") or (text[0].islower() and all(name[0].isupper() for name in names))


def names_in(cell: Cell, *, commas: bool) -> list[str]:
    """Return the names in a cell, one or several.

    Parameters
    ----------
    cell
        The cell.
    commas
        Whether a comma stands between officers; else it stands before a first name.
    """
    text = cell if isinstance(cell, str) else text_of(cell)  # with its line breaks
    parts = (_COMMAS if commas else _BETWEEN).split(text)
    return [name for part in parts if (name := clean(part))]
