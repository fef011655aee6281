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
_OF_THE_FILE = re.compile(
    r"\b(?:print\w*|export\w*|created|generated|updated|version|as of|as at|issued|stand|erstellt|"
    r"gedruckt|ausdruck|aktualisiert|valid from|gültig|ab|from|since|seit|od|wydruk\w*|stan na|"
    r"aktualizacja|imprimé|édité|état au|à partir)\b"
)
"""Words before the date of the file itself, or before the first of many days."""

_UNTIL = re.compile(r"\b(?:to|until|till|bis|do|au)\b|[-–—]")
_WEEK = re.compile(r"\b(?:week|woche|kw|tydzień|semaine|w/c)\b")
_SAYS_WHICH = re.compile(r"20\d\d|\b(?:kw|cw|week|woche|tydz|tydzień|semaine)(?![^\W\d_])")
"""A year, or a word for weeks: W2 alone may be a post."""

_ALONG = re.compile(r"\b(?:vom|von|from|od|du)\b")


def day_of_title(texts: Iterable[str], reference: Reference) -> Day | None:
    """Return the day or days that titles name; None: none, or not the same.

    Parameters
    ----------
    texts
        The titles. Those with the date of an export, or from which on a roster holds, don't count.
    reference
        What weeks without a year refer to.
    """
    found = {day for text in texts if (day := _day_in(clean(text).casefold(), reference))}
    return found.pop() if len(found) == 1 else None


def _day_in(text: str, reference: Reference) -> Day | None:
    """Return the days that a text names with a year, as a week, or with a weekday and no more.

    Of words that are a day together, the most are taken.
    """
    if _OF_THE_FILE.search(text) and not (_ALONG.search(text) and _UNTIL.search(text)):
        return None
    words = _ALONG.sub(" ", text).replace(",", " ").replace("(", " ").replace(")", " ").split()
    words = words[:_MOST_WORDS]
    days = Days([], reference, Notes(""))
    for length in range(len(words), 0, -1):
        for first in range(len(words) - length + 1):
            piece = " ".join(words[first : first + length]).strip(":;.-–")
            whole = length == len(words) and any(map(is_weekday, re.findall(r"[^\W\d_]+", piece)))
            if not (whole or _SAYS_WHICH.search(piece)):
                continue
            with suppress(ValueError, TableError):
                day = days.read(piece)
                if day.on is None:
                    return day
                if day.last is None and _WEEK.search(text) and day.on.weekday() == 0:
                    return several_days(day.on, day.on + timedelta(days=6))
                return Day(day.on, (), day.last)
    return None
