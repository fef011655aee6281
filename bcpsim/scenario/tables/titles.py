"""Days that a title of a roster names: Dienstplan KW 16 2026, Roster for Monday 13 April 2026."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from datetime import timedelta

from bcpsim.scenario.tables.cells import clean
from bcpsim.scenario.tables.days import Day, Days, Reference, several_days
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.weekdays import is_weekday

_MOST_WORDS = 12
_PRINTED = re.compile(
    r"\b(?:print\w*|export\w*|created|generated|updated|stand|erstellt|gedruckt|ausdruck|"
    r"aktualisiert|wydruk\w*|stan na|aktualizacja|imprimé|édité|état au)\b"
)
"""Words before the date of the file itself."""

_ABOUT = re.compile(
    r"\b(?:version|as of|as at|issued|valid from|gültig|ab|from|since|seit|od|à partir)\b"
)
"""Words before the first of many days."""

_UNTIL = re.compile(r"\b(?:to|until|till|bis|do|au)\b|[-–—]")
_WEEK = re.compile(r"\b(?:week|woche|kw|tydzień|semaine|w/c)\b")
_SAYS_WHICH = re.compile(r"20\d\d|\b(?:kw|cw|week|woche|tydz|tydzień|semaine)(?![^\W\d_])")
"""A year, or a word for weeks: W2 alone may be a post."""

_ALONG = re.compile(r"\b(?:vom|von|from|od|du)\b")
_SHORT_DATE = re.compile(r"\d{1,2}[./]\d{1,2}[./]\d\d(?!\d)")
_BESIDE = frozenset(
    {"roster", "rosters", "rota", "schedule", "shift", "shifts", "duty", "duties", "staff",
     "staffing", "plan", "list", "day", "date", "daily", "week", "weekly", "month", "for", "of",
     "the", "on", "w/c", "beginning", "commencing", "starting", "dienstplan", "schichtplan",
     "einsatzplan", "tagesplan", "wochenplan", "dienst", "dienste", "schicht", "schichten",
     "personal", "tag", "datum", "kw", "cw", "woche", "am", "für", "den", "der", "die", "vom",
     "grafik", "harmonogram", "zmian", "zmiany", "służby", "służb", "dyżurów", "dyżury",
     "pracy", "na", "dzień", "data", "tydzień", "tableau", "service", "planning", "horaire", "de",
     "du", "des", "pour", "le", "la", "jour", "semaine", "mois", "and", "und", "i", "et"}
)  # fmt: skip
"""Words beside the date of a roster's own day."""


def day_of_title(texts: Iterable[str], reference: Reference) -> tuple[Day | None, list[str]]:
    """Return the day or days that titles name, and the titles with dates that aren't used.

    Parameters
    ----------
    texts
        The titles. A single date counts if a title is little else.
    reference
        What weeks without a year refer to.

    Returns
    -------
    tuple of Day or None, list of str
        The days; None: none, or not the same.
    """
    days: set[Day] = set()
    unused: list[str] = []
    for text in texts:
        day, used = _day_in(clean(text).casefold(), reference)
        if day is not None and used:
            days.add(day)
        elif day is not None and text not in unused:
            unused.append(text)
    return (days.pop() if len(days) == 1 else None), unused


def _day_in(text: str, reference: Reference) -> tuple[Day | None, bool]:
    """Return the days that a text names with a year, as a week, or with a weekday and no more.

    Of words that are a day together, the most are taken. And whether they are those of the rows.
    """
    if _PRINTED.search(text):
        return None, False
    several = _ALONG.search(text) and _UNTIL.search(text)
    about = _ABOUT.search(text) and not several
    words = _ALONG.sub(" ", text).replace(",", " ").replace("(", " ").replace(")", " ").split()
    words = words[:_MOST_WORDS]
    days = Days([], reference, Notes(""))
    for length in range(len(words), 0, -1):
        for first in range(len(words) - length + 1):
            piece = " ".join(words[first : first + length]).strip(":;.-–")
            whole = length == len(words) and any(map(is_weekday, re.findall(r"[^\W\d_]+", piece)))
            if not (whole or _SAYS_WHICH.search(piece) or _SHORT_DATE.fullmatch(piece)):
                continue
            with suppress(ValueError, TableError):
                day = days.read(piece)
                if day.on is None:
                    return day, not about
                if day.last is not None:
                    return Day(day.on, (), day.last), not about
                alone = all(map(_is_beside, [*words[:first], *words[first + length :]]))
                if alone and _WEEK.search(text) and day.on.weekday() == 0:
                    return several_days(day.on, day.on + timedelta(days=6)), not about
                return Day(day.on), alone and not about
    return None, False


def _is_beside(word: str) -> bool:
    """Return whether a word may stand beside the date of a roster's own day."""
    bare = word.strip(":;.-–/|")
    return not bare or bare in _BESIDE or is_weekday(bare)
