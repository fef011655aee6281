"""Names of columns: which of a table's own words stands for which column."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches
from itertools import zip_longest
from typing import Literal

from bcpsim.scenario.tables.cells import Cell, Fault, clean, text_of
from bcpsim.scenario.tables.days import Day, Days, Reference, WrongDayError, is_set_of_days
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.hours import find_hours
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.raw import Line
from bcpsim.scenario.tables.titles import day_of_title
from bcpsim.scenario.tables.weekdays import possible_weekdays, weekday_words

Words = Mapping[str, tuple[str, ...]]
"""Words for each column in the header of a table, in plain form (see `plain`)."""


def plain(text: str) -> str:
    """Return a header without case, signs, and what stands in brackets."""
    text = re.sub(r"[(\[].*?[)\]]", " ", clean(text).casefold())
    return " ".join(re.sub(r"[\s_.:*#/-]+", " ", text).split())


def without_number(text: str) -> str:
    """Return a header in plain form without a number at its end: start of Start 2."""
    return re.sub(r"(?<=\D) ?\d{1,2}$", "", plain(text))


def _words(text: str) -> tuple[str, ...]:
    """Return words for a column, written with commas between."""
    return tuple(plain(word) for word in text.split(","))


ROSTER: Words = {
    "officer": _words(
        "officer, name, names, officer name, employee, employee name, person, staff member, guard, "
        "agent, inspector, full name, last name, surname, familienname, nachname, mitarbeiter, "
        "mitarbeiterin, mitarbeitende, beamter, "
        "bediensteter, bedienstete, kontrolleur, pracownik, funkcjonariusz, imię i nazwisko, "
        "nazwisko, nazwisko i imię, nom, agents, officers, staff, personal"
    ),
    "first_name": _words(
        "first name, given name, forename, vorname, imię, imie, prénom, prenom, initial"
    ),
    "count": _words(
        "count, officers, number, number of officers, no of officers, headcount, heads, staff, "
        "people, persons, qty, n, anzahl, stärke, personen, personal, kräfte, beamte, liczba, "
        "ilość, obsada, liczba osób, liczba funkcjonariuszy, nombre, effectif, agents"
    ),
    "from": _words(
        "from, start, starts, begin, begins, beginning, start time, starttime, shift start, "
        "time from, from time, in, clock in, check in, von, beginn, anfang, start zeit, "
        "startzeit, dienstbeginn, "
        "schichtbeginn, ab, od, początek, rozpoczęcie, godzina od, od godziny, début, debut, de, "
        "heure de début"
    ),
    "to": _words(
        "to, end, ends, ending, end time, endtime, finish, shift end, time to, to time, until, "
        "till, out, clock out, check out, bis, ende, endzeit, dienstende, schichtende, do, "
        "koniec, zakończenie, "
        "godzina do, do godziny, fin, à, jusqu'à, heure de fin"
    ),
    "date": _words(
        "date, dates, day, shift date, start date, from date, date from, startdatum, datum von, "
        "data od, work date, datum, tag, data, dzień, dzien, jour, "
        "date de service, week, kw, woche, kalenderwoche, tydzień, semaine, period, zeitraum, "
        "okres, période"
    ),
    "days": _words(
        "days, weekday, weekdays, day of week, dow, wochentag, wochentage, tage, dni, "
        "dzień tygodnia, dni tygodnia, jours, jour de la semaine"
    ),
    "shift": _words(
        "shift, shifts, hours, time, times, duty, code, shift code, schicht, dienst, zeit, "
        "uhrzeit, arbeitszeit, dienstzeit, zmiana, godziny, służba, horaire, poste, vacation, "
        "duration, length, shift length, dauer, länge, stunden, czas, czas trwania, durée, heures"
    ),
    "end_date": _words("end date, date to, to date, enddatum, datum bis, data do, date de fin"),
    "breaks": _words("breaks, break, pause, pausen, przerwa, przerwy, pauses"),
}
"""Columns of a roster. A word of two columns is decided by what stands below it."""

MAX_ABOVE = 30
"""Most lines above the header: titles, legends, a post's name."""

_TIME = re.compile(
    r"(?!break|pause|lunch|przerwa|contract|week|period)\w+ "
    r"(?:\w+ )?(start|begin|beginn|anfang|end|ende|finish|début|fin|początek|koniec)"
)
"""Heads of times with other words before: Planned start."""

_TYPO = 0.8
_SOME_DAYS = 2  # that a header names, for a grid


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a roster.

    Attributes
    ----------
    kind
        What stands below it: a ``list`` of shifts, a ``grid`` with a day in each column, or one
        with a day in each row (``days down``).
    below
        Which line is the first below it, of those that hold anything.
    labels
        Texts of the columns.
    places
        Columns by what they hold.
    days
        Columns whose head is a day.
    reference
        What dates without a year refer to.
    ends
        Columns in which shifts end, by those of the same day in which they start; none: a cell
        holds all of a day.
    title
        The days that a title names.
    others
        Titles with dates that aren't those of the roster.
    """

    kind: Literal["list", "grid", "days down"]
    below: int
    labels: tuple[str, ...]
    places: Mapping[str, list[int]]
    days: Mapping[int, Day]
    reference: Reference
    ends: Mapping[int, int] = field(default_factory=dict)
    title: Day | None = None
    others: tuple[str, ...] = ()


def find_header(
    lines: Sequence[Line],
    given: Mapping[str, Sequence[str]],
    start: date,
    heading: str,
    notes: Notes,
    sheet: str = "",
) -> Header:
    """Return the header of a roster: the first line with what a roster needs.

    Parameters
    ----------
    lines
        Those that hold anything.
    given
        What the scenario calls columns, by what they hold.
    start
        Day on which the scenario starts.
    heading
        Names of file and sheet, which may name a month.
    notes
        Told of the line, if it isn't the first, and of what days were taken for.
    sheet
        Name of the sheet, a title.
    """
    titles = [sheet]
    reference = Reference(start).below(heading)
    for at, (number, cells) in enumerate(lines[:MAX_ABOVE]):
        seen = Notes(notes.name)
        header = _header(lines, at, given, reference, seen)
        if header is not None:
            for phrase in [f"its header in line {number}"] * (at > 0) + seen.guesses:
                notes.guess(phrase)
            title, others = day_of_title(titles, reference)
            return replace(header, title=title, others=tuple(others))
        for cell in cells:
            reference = reference.below(label(cell))
            titles.append(label(cell))
    labels = tuple(label(cell) for cell in lines[0][1])
    return Header("list", 1, labels, _places(labels, given), {}, reference)


def is_header(cells: Sequence[Cell], given: Mapping[str, Sequence[str]]) -> bool:
    """Return whether a line has what the header of a roster needs."""
    try:
        return _header([(0, cells)], 0, given, Reference(date.min), Notes("")) is not None
    except TableError:  # days, which aren't what they are called in the year 1
        return True


def heads_shifts(cells: Sequence[Cell]) -> bool:
    """Return whether a line heads shifts that are worked: how many work them, or on which days."""
    places = _places(tuple(label(cell) for cell in cells), {})
    return is_header(cells, {}) and any(places[role] for role in ("count", "date", "days"))


def _header(
    lines: Sequence[Line],
    at: int,
    given: Mapping[str, Sequence[str]],
    reference: Reference,
    notes: Notes,
) -> Header | None:
    """Return a line as a header; None: it is none."""
    labels = tuple(label(cell) for cell in lines[at][1])
    places = _places(labels, given)
    heads = weekday_words(labels)
    sets = [k for k, text in enumerate(labels) if is_set_of_days(text)]
    if len(sets) >= _SOME_DAYS:  # a column for weekdays, and one for weekends
        places = {role: [k for k in own if k not in sets] for role, own in places.items()}
    places["count"] = [k for k in places["count"] if not possible_weekdays(labels[k], heads)]
    if not places["from"]:  # German Do and Finnish to are Thursday, Polish do is until
        places["to"] = [
            k for k in places["to"] if not possible_weekdays(without_number(labels[k]), heads)
        ]
    taken = {k for columns in places.values() for k in columns[:1]}
    days, wrong = _days(lines[at][1], taken, reference, notes)
    below = at + 1
    ends = _ends(lines[at : at + 2], days)
    if ends:
        days = {k: days[k] for k in ends}
        under = tuple(label(cell) for cell in lines[below][1])
        among = {*ends, *ends.values()}
        labels = tuple(
            labels[k] if k < len(labels) and (labels[k] or k in among) else text
            for k, text in enumerate(under)
        )
        places = {
            role: [k for k in columns if k not in among]
            for role, columns in _places(labels, given).items()
        }
        below += 1
    if len(days) + len(wrong) >= _SOME_DAYS and _goes_on(lines[at : at + 2], {*days, *wrong}):
        more, also = _days(lines[below][1], taken, reference, notes)
        if {*more, *also} == {*days, *wrong}:  # dates, and weekdays below, or the other way about
            wrong |= also
            under = tuple(label(cell) for cell in lines[below][1])
            labels = tuple(one or other for one, other in zip_longest(labels, under, fillvalue=""))
            places = _places(labels, given)
            below += 1
            for k in days.keys() & more.keys():
                try:
                    days[k] = days[k].with_(more[k])
                except WrongDayError as error:
                    wrong[k] = error
    named = places["officer"] and not any(places[role] for role in ("date", "days", "shift"))
    sure = days.keys() | {k for k in wrong if not find_hours(labels[k])}
    if len(sure) >= (1 if named else _SOME_DAYS) and len(days.keys() | wrong.keys()) < len(labels):
        where = f"{notes.name}:{lines[at][0]}"
        _check_hours(where, labels, days, places, lines[below : below + 1], reference)
        _check_days(where, labels, days, wrong)
        return Header("grid", below, labels, places, days, reference, ends)
    has = {role for role, columns in places.items() if columns}
    if {"from", "to"} <= has or ("shift" in has and has & {"officer", "count", "date", "days"}):
        return Header("list", below, labels, places, {}, reference)
    dated = [*places["date"], *places["days"]]
    if dated and has & {"from", "to"}:  # a list that lacks the other
        return Header("list", below, labels, places, {}, reference)
    if dated and sum(map(bool, labels)) > len(dated) and below < len(lines):
        first, wrong = _days(lines[below][1], set(), reference, Notes(notes.name))
        if dated[0] in first.keys() | wrong.keys():
            return Header("days down", below, labels, places, {}, reference)
    return None


def _check_days(
    where: str,
    labels: Sequence[str],
    days: Mapping[int, Day],
    wrong: Mapping[int, WrongDayError],
) -> None:
    """Check that the columns of days can be read as days, and that none stands there twice."""
    if wrong:
        raise TableError(*(f"{where}: {labels[k]}: {error}" for k, error in sorted(wrong.items())))
    twice = [k for k in days if days[k] in [days[m] for m in days if m < k]]
    if twice:
        named = ", ".join(repr(labels[k]) for k in twice)
        raise TableError(f"{where}: days that stand there twice: {named}")


def _check_hours(
    where: str,
    labels: Sequence[str],
    days: Mapping[int, Day],
    places: Mapping[str, Sequence[int]],
    lines: Sequence[Line],
    reference: Reference,
) -> None:
    """Check that columns 1 to 23 aren't hours, beside a date in the row below."""
    if not all(labels[k].isdecimal() for k in days):
        return
    for _, cells in lines:
        found, _ = _days(cells, set(range(len(cells))) - {*places["date"]}, reference, Notes(""))
        if any(day.on is not None and day.last is None for day in found.values()):
            raise TableError(
                f"{where}: columns {labels[min(days)]} to {labels[max(days)]} beside dates seem to "
                "be hours; a roster has a column for each shift: write 06-14 as its head"
            )


def _ends(lines: Sequence[Line], days: Mapping[int, Day]) -> dict[int, int]:
    """Return columns of starts and ends, where the second line has both below each day."""
    if len(lines) < 2:
        return {}
    heads = {k: plain(label(cell)) for k, cell in enumerate(lines[1][1])}
    ends = {
        k: k + 1
        for k in days
        if heads.get(k) in ROSTER["from"]
        and heads.get(k + 1) in ROSTER["to"]
        and days.get(k + 1, days[k]) == days[k]
    }
    return ends if ends and {*ends, *ends.values()} >= days.keys() else {}


def _goes_on(lines: Sequence[Line], days: Set[int]) -> bool:
    """Return whether the second of two lines only adds days to the first, and names of columns."""
    if len(lines) < 2:
        return False
    above, below = ([label(cell) for cell in cells] for _, cells in lines)
    return all(
        not text
        or k in days
        or text in above
        or (not any(above[k : k + 1]) and any(plain(text) in words for words in ROSTER.values()))
        for k, text in enumerate(below)
    )


def _days(
    cells: Sequence[Cell], taken: Set[int], reference: Reference, notes: Notes
) -> tuple[dict[int, Day], dict[int, WrongDayError]]:
    """Return the cells of a line that are days, and what is wrong with those that can't be."""
    heads = {k: cell for k, cell in enumerate(cells) if k not in taken and label(cell)}
    found: dict[int, Day] = {}
    wrong: dict[int, WrongDayError] = {}
    try:
        days = Days(heads.values(), reference, notes)
    except TableError:  # nobody can tell whether the day or the month stands first
        return found, wrong
    for k, cell in heads.items():
        try:
            earlier = [day.on for day in found.values() if day.on is not None]
            found[k] = days.read(cell, numbered=True, earlier=earlier)
        except WrongDayError as error:
            wrong[k] = error
        except ValueError:
            continue
    return found, wrong


def _places(labels: Sequence[str], given: Mapping[str, Sequence[str]]) -> dict[str, list[int]]:
    """Return the columns of a header by what they hold: as the scenario says, else by their names.

    A name of the scenario's that isn't there leaves its column out.
    """
    plainly = [plain(text) for text in labels]
    stems = _stems_of_times(labels)
    places = {}
    for role, meant in ROSTER.items():
        names = [plain(name) for name in given[role]] if role in given else meant
        heads = stems if role in ("from", "to") and role not in given else plainly
        places[role] = [k for k, text in enumerate(heads) if text and text in names]
    named = {k for role in given for k in places.get(role, ())}
    return {
        role: [k for k in columns if role in given or k not in named]
        for role, columns in places.items()
    }


def _stems_of_times(labels: Sequence[str]) -> list[str]:
    """Return heads in plain form: Start 1 as start, and Planned start, with an end, as well."""
    stems = [without_number(text) for text in labels]
    if any(stem in ROSTER[role] for stem in stems for role in ("from", "to")):
        return stems
    lasts = [_TIME.fullmatch(stem) for stem in stems]
    starts = [last for last in lasts if last is not None and last[1] in ROSTER["from"]]
    if 2 * len(starts) != sum(last is not None for last in lasts):
        return stems
    return [stem if last is None else last[1] for stem, last in zip(stems, lasts, strict=True)]


def label(cell: Cell) -> str:
    """Return a cell of a header as text; nothing for one that has no value."""
    return "" if isinstance(cell, Fault) else text_of(cell)


def only_text(cells: Sequence[Cell]) -> str:
    """Return the one text of a line, perhaps in merged cells; nothing if there are others."""
    texts = {text for cell in cells if (text := label(cell))}
    return texts.pop() if len(texts) == 1 else ""


def all_but(text: str) -> str | None:
    """Return the column whose name a heading nearly is, None if it is like none."""
    names = [name for name in ROSTER if len(name) > 3 and name != plain(text)]
    close = get_close_matches(plain(text), names, 1, _TYPO)
    return close[0] if close else None
