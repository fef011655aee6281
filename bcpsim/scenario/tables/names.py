"""Names of officers in cells of rosters: several in one, numbers in their place, and nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable

from bcpsim.scenario.tables.cells import Cell, clean, text_of
from bcpsim.scenario.tables.numbers import is_nothing, shown

MAX_COUNT = 1000
"""Most officers of one row."""

_VACANT = frozenset(
    {"vacant", "vacancy", "unfilled", "unassigned", "nobody", "none", "tbd", "tba", "tbc", "n.n.",
     "n. n.", "nn", "open", "open shift", "vakant", "unbesetzt", "offen", "niemand", "wakat",
     "vacat", "nieobsadzone", "nikt", "poste vacant", "à pourvoir", "personne"}
)  # fmt: skip
"""What stands in the place of an officer's name where there is nobody."""

_CLOSED = frozenset(
    {"closed", "geschlossen", "zu", "gesperrt", "zamknięte", "zamknięty", "nieczynne", "fermé",
     "fermée", "cerrado", "chiuso"}
)  # fmt: skip
"""What stands there where nobody is needed."""

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
    """Return whether a text says that a post has no officer yet."""
    return " ".join(text.split()).casefold() in _VACANT


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


def commas_part(cells: Iterable[Cell]) -> bool:
    """Return whether commas in a column of names stand between officers, and not in a name.

    They do where there are two in a cell, or words on both sides that are names by themselves:
    of several words (Jan Nowak, Ewa Lis), or in a cell of their own.
    """
    texts = {text_of(cell) for cell in cells if isinstance(cell, str)}
    for text in texts:
        parts = [part.strip() for part in text.split(",") if part.strip()]
        if len(parts) > 2 or (
            len(parts) == 2 and (all(" " in part for part in parts) or not texts.isdisjoint(parts))
        ):
            return True
    return False


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
