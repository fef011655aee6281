"""Columns of rosters that say who is away although times stand there: Absence, Type, Status."""

from __future__ import annotations

from collections.abc import Sequence, Set

from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.headers import ROSTER, label, plain
from bcpsim.scenario.tables.hours import is_leave, names_leave
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing, shown
from bcpsim.scenario.tables.raw import Line
from bcpsim.scenario.tables.workbook import some

_ABSENCES = frozenset(
    {"absence", "absences", "absent", "leave", "leave type", "absence type", "reason for absence",
     "abwesenheit", "abwesend", "fehlzeit", "fehlzeiten", "fehlgrund", "nieobecność",
     "nieobecności", "congé"}
)  # fmt: skip
"""Heads of columns in which whatever stands there says that somebody is away."""

_STATES = frozenset(
    {"type", "status", "state", "kind", "category", "availability", "typ", "art", "zustand",
     "rodzaj", "stan", "statut", "état", "genre", *ROSTER["shift"]}
)  # fmt: skip
"""Heads of columns in which words for leave, or cancelled, say that nobody works."""

_CANCELLED = frozenset(
    {"cancelled", "canceled", "deleted", "withdrawn", "void", "gestrichen", "abgesagt", "storniert",
     "entfällt", "ausgefallen", "odwołany", "odwołana", "odwołane", "anulowany", "anulowana",
     "anulowane", "annulé", "annulée", "supprimé"}
)  # fmt: skip
_HOLIDAYS = frozenset({"holiday", "holidays"})
_PRESENT = frozenset({"no", "false", "0", "present", "nein", "anwesend", "nie", "obecny", "non"})
_MARKS = frozenset({"x", "?"})


def columns_of_leave(labels: Sequence[str], taken: Set[int], lines: Sequence[Line]) -> list[int]:
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
    return [
        k
        for k, head in enumerate(labels)
        if k not in taken
        and plain(head) in _ABSENCES | _STATES
        and any(_away(head, label(cells[k])) for _, cells in lines if k < len(cells))
    ]


def why_away(head: str, cell: Cell) -> str:
    """Return why a row isn't read by such a cell, nothing if it is.

    Raises
    ------
    ValueError
        If it may be away for a part of the shift.
    """
    text = text_of(cell)
    if not _away(head, text):
        return ""
    if any(map(str.isdecimal, text)) and not is_leave(text):
        raise ValueError(
            f"{shown(cell)} isn't read as leave; leave the cell empty, and give the times at which "
            "somebody is there"
        )
    return "are cancelled" if text.casefold() in _CANCELLED else f"are leave ({text})"


def _away(head: str, text: str) -> bool:
    word = text.casefold()
    if is_leave(text) or word in _CANCELLED or word in _HOLIDAYS:
        return True
    if plain(head) not in _ABSENCES or word in _PRESENT:
        return False
    return word in _MARKS or not is_nothing(text)


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
            if not isinstance(cell, Fault) and names_leave(text_of(cell)):
                rows[str(number)] = shown(cell)
        if rows:
            which = f"row{'s' if len(rows) > 1 else ''} {some([*rows])}"
            notes.warn(
                f"{head} isn't read, and in {which} it is {next(iter(rows.values()))}: who is on "
                "leave there is on duty"
            )
