"""Columns of rosters that say who is away although times stand there: Absence, Type, Status."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set
from dataclasses import dataclass

from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.headers import ROSTER, label, plain
from bcpsim.scenario.tables.hours import is_away, is_leave, names_leave
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing, shown
from bcpsim.scenario.tables.raw import Line
from bcpsim.scenario.tables.workbook import some

_ABSENCES = frozenset(
    {"absence", "absences", "absent", "leave", "abwesenheit", "abwesenheiten", "abwesend",
     "fehlzeit", "fehlzeiten", "nieobecność", "nieobecności", "congé", "congés"}
)  # fmt: skip
"""Heads of columns in which whatever stands there says that somebody is away."""

_OF_ABSENCES = frozenset(
    {"leave type", "reason for absence", "type of leave", "type of absence", "fehlgrund",
     "abwesenheitsgrund", "abwesenheitsart", "abwesenheitscode", "kod nieobecności",
     "rodzaj nieobecności", "powód nieobecności", "absence type", "absence code", "absence reason",
     "leave code", "code absence", "motif absence", "motif d'absence"}
)  # fmt: skip

_KINDS = frozenset(
    {"sick", "sickness", "sick leave", "ill", "illness", "vacation", "vacations", "annual leave",
     "on leave", "holiday leave", "off", "day off", "away", "al", "maternity", "urlaub", "krank",
     "krankheit", "abwesend", "urlop", "chorobowe", "zwolnienie", "l4", "chory", "nieobecny",
     "maladie", "dienstfrei", "elternzeit"}
)  # fmt: skip
"""Heads of columns with a mark for each who is away."""

_PRESENCES = frozenset(
    {"present", "presence", "attendance", "attending", "available", "availability", "on duty",
     "working", "anwesend", "anwesenheit", "verfügbar", "verfügbarkeit", "im dienst", "obecny",
     "obecna", "obecność", "dostępny", "dostępność", "présent", "présence", "disponible",
     "disponibilité"}
)  # fmt: skip
"""Heads of columns in which no says that somebody is away."""

_STATES = (
    {"type", "status", "state", "kind", "category", "typ", "art", "zustand", "rodzaj", "stan",
     "statut", "état", "genre", *_PRESENCES, *ROSTER["shift"]} - _KINDS
)  # fmt: skip
"""Heads of columns in which words for leave, or cancelled, say that nobody works."""

_CANCELLED = frozenset(
    {"cancelled", "canceled", "deleted", "withdrawn", "void", "gestrichen", "abgesagt", "storniert",
     "entfällt", "ausgefallen", "odwołany", "odwołana", "odwołane", "anulowany", "anulowana",
     "anulowane", "annulé", "annulée", "supprimé"}
)  # fmt: skip
_UNAVAILABLE = frozenset(
    {"unavailable", "not available", "not present", "not there", "nicht verfügbar",
     "nicht anwesend", "niedostępny", "niedostępna", "indisponible", "non disponible"}
)  # fmt: skip
_AMBIGUOUS = frozenset({"holiday", "holidays", "feiertag", "férié", "free", "al"})
"""Words that may be something else in a column of types or states: a duty on a public holiday."""

_FREE = frozenset({"frei", "libre", "wolny", "wolna", "wolne"})
_BUSY = frozenset(
    {"busy", "belegt", "besetzt", "occupied", "zajęty", "zajęta", "occupé", "occupée"}
)
"""What stands beside words for free that don't say that somebody is off."""

_NO = frozenset({"no", "n", "false", "0", "nein", "nie", "non"})
_YES = frozenset({"x", "y", "yes", "true", "1", "ja", "j", "tak", "t", "oui", "o", "✓", "✔", "☑"})
_PRESENT = frozenset({*_NO, "present", "anwesend", "obecny", "obecna", "présent", "none", "keine"})
_MARKS = frozenset({"x", "?"})
_AMOUNT = re.compile(
    r"[-+]?\d+(?:[.,]\d+)?\s*(?:d|days?|h|hours?|hrs?|weeks?|tage?n?|std|stunden|dni|dzień|godz|"
    r"jours?|heures?)?\.?"
)
"""A number of days or hours, such as those of leave that are left."""


@dataclass(frozen=True, slots=True)
class LeaveColumn:
    """A column that may say who is away.

    Attributes
    ----------
    place
        Which column.
    head
        Its head.
    words
        All that stands in it, in small letters.
    """

    place: int
    head: str
    words: frozenset[str]

    def why(self, cell: Cell) -> str:
        """Return why a row isn't read by its cell, nothing if it is.

        Raises
        ------
        ValueError
            If it may be away for a part of the shift.
        """
        text = label(cell)
        word = text.casefold()
        if not self.says_away(text):
            return ""
        if word in _CANCELLED:
            return "are cancelled"
        if any(map(str.isdecimal, text)) and word != "1" and not is_leave(text):
            raise ValueError(
                f"{shown(cell)} isn't read as leave; leave the cell empty, and give the times at "
                "which somebody is there"
            )
        said = f"{self.head}: {text}" if word in _NO | _YES or word in _MARKS else text
        return f"are leave ({said})"

    def says_away(self, text: str) -> bool:
        """Return whether a cell says that somebody is away."""
        word = " ".join(text.split()).casefold()
        head = plain(self.head)
        if not word:
            return False
        if word in _CANCELLED | _UNAVAILABLE:
            return True
        if head in _STATES:
            if head in _PRESENCES and word in _NO:
                return True
            return is_leave(word) and not self._is_ambiguous(word)
        if is_away(word):
            return True
        if head in _KINDS:
            return word in _YES and not self._counts()
        if word in _PRESENT:
            return False
        if _AMOUNT.fullmatch(word):
            return word == "1" and not self._counts()
        return word in _MARKS or not is_nothing(text)

    def is_doubtful(self, text: str) -> bool:
        """Return whether a cell may say that somebody is away, who counts as there."""
        word = " ".join(text.split()).casefold()
        if not word or self.says_away(text):
            return False
        head = plain(self.head)
        if head in _STATES:
            return names_leave(word)
        return word not in _PRESENT and (not is_nothing(text) or word in _MARKS)

    def _is_ambiguous(self, word: str) -> bool:
        """Return whether a word for leave may be something else, by the others in the column."""
        if word == "al" and any(is_leave(w) and w not in _AMBIGUOUS for w in self.words):
            return False
        return word in _AMBIGUOUS or (word in _FREE and not self.words.isdisjoint(_BUSY))

    def _counts(self) -> bool:
        """Return whether its numbers are amounts, and not marks 0 and 1."""
        numbers = {word for word in self.words if _AMOUNT.fullmatch(word)}
        return not numbers <= {"0", "1"}


def columns_of_leave(
    labels: Sequence[str], taken: Set[int], lines: Sequence[Line]
) -> list[LeaveColumn]:
    """Return the columns that say of any row that nobody works it.

    Parameters
    ----------
    labels
        Heads of the columns.
    taken
        Columns that are read for something else.
    lines
        The rows.
    """
    columns = []
    for k, head in enumerate(labels):
        if k in taken or plain(head) not in _ABSENCES | _OF_ABSENCES | _KINDS | _STATES:
            continue
        texts = {text for _, cells in lines if k < len(cells) and (text := label(cells[k]))}
        words = frozenset(" ".join(text.split()).casefold() for text in texts)
        column = LeaveColumn(k, head, words)
        if any(map(column.says_away, texts)):
            columns.append(column)
    return columns


def tell_remarks_on_leave(
    labels: Sequence[str], used: Set[int], lines: Sequence[Line], notes: Notes
) -> None:
    """Tell of words for leave in columns that aren't read.

    Parameters
    ----------
    labels
        Heads of the columns.
    used
        Columns that are read.
    lines
        The rows.
    notes
        Told of them.
    """
    for k, head in enumerate(labels):
        if not head or k in used:
            continue
        rows: dict[str, str] = {}
        for number, cells in lines:
            cell = cells[k] if k < len(cells) else None
            if not isinstance(cell, Fault) and _may_say_leave(head, cell):
                rows[str(number)] = shown(cell)
        if rows:
            which = f"row{'s' if len(rows) > 1 else ''} {some([*rows])}"
            notes.warn(
                f"{head} isn't read, and in {which} it is {next(iter(rows.values()))}: who is on "
                "leave there is on duty"
            )


def _may_say_leave(head: str, cell: Cell) -> bool:
    """Return whether a cell of a column that isn't read may say that somebody is on leave."""
    text = text_of(cell)
    if names_leave(text):
        return True
    if plain(head) not in _ABSENCES | _OF_ABSENCES | _KINDS:
        return False
    return text.casefold() not in _PRESENT and not is_nothing(text)
