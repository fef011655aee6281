"""Days of rosters: dates, with or without a year or month, and weekdays."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from bcpsim.scenario.tables.cells import Cell, clean, text_of
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import is_nothing, shown
from bcpsim.scenario.tables.times import Part, Reader, month_of
from bcpsim.scenario.tables.weekdays import possible_weekdays, several_meant, weekday_words
from bcpsim.scenario.values import WEEKDAYS, Weekday

_SETS: dict[str, tuple[Weekday, ...]] = {
    **dict.fromkeys(
        ("daily", "every day", "everyday", "all", "all days", "täglich", "alle", "alle tage",
         "codziennie", "tous les jours", "quotidien"),
        WEEKDAYS,
    ),
    **dict.fromkeys(
        ("weekday", "weekdays", "workday", "workdays", "working days", "werktag", "werktags",
         "werktage", "wochentags", "robocze", "dni robocze", "semaine", "jours ouvrables"),
        WEEKDAYS[:5],
    ),
    **dict.fromkeys(("weekend", "weekends", "wochenende", "weekendy", "week-end"), WEEKDAYS[5:]),
}  # fmt: skip
"""Several weekdays by one name."""

_HOLIDAYS = re.compile(
    r"(?:[+&/,;(]|\b(?:and|und|i|et|e|y)\b|\s)*"
    r"(?:\b(?:public|bank|national|gesetzliche)\s+)?\b(?:holidays?|feiertage?n?|święt[ao]|"
    r"jours? fériés?|fériés?|festivos?|festivi)\b[)\s+&/,;]*"
)
"""Public holidays beside a weekday: So/Feiertag."""

MAX_DAYS = 366
"""Most days of one row."""

_WORD = r"[^\W\d_]+"
_STEP = re.compile(rf"({_WORD})\.?\s*(?:[-–—]|\b(?:bis|to|do|au|à|through)\b)\s*({_WORD})\.?")
_BETWEEN = re.compile(r"[\s,;/+&.]+|\b(?:und|and|oraz|et)\b")
_NTH = r"\d{1,2}(?:st|nd|rd|th)?\.?"
_SEVERAL = (
    re.compile(r"(.+?)\s+(?:bis|to|do|au|through|[-–—])\s+(.+)"),
    re.compile(r"(\d{1,2}\.(?:\d{1,2}\.?)?(?:\d{4}|\d{2})?)\s?[-–—]\s?(\d[\d.]*)"),
    re.compile(r"(\d{1,2})\s?[-–—]\s?(\d{1,2}[./]\d[\d./]*)"),
    re.compile(r"(\d{1,2}/\d{1,2}/\d{2,4})\s?[-–—]\s?(\d{1,2}/\d{1,2}/\d{2,4})"),
    re.compile(r"(\d{4}-\d\d-\d\d)/(\d{4}-\d\d-\d\d)"),
    re.compile(rf"({_NTH}(?:\s?{_WORD}\.?)?)\s?[-–—]\s?({_NTH}\s?{_WORD}\.?(?:\s\d{{2,4}})?)"),
)
"""The first and the last of several days."""

_SEVERAL_OF_MONTH = re.compile(rf"(?P<month>{_WORD})\.? (?P<first>{_NTH})\s?[-–—]\s?(?P<last>\d.*)")
_WEEK = re.compile(
    r"(?P<y>\d{4})-?w(?P<w>\d{1,2})"
    r"|(?:kw|cw|w|week|woche|tydz\.|tydzień|semaine|sem\.)\s?(?P<w2>\d{1,2})"
    r"(?:\s?[-/., ]\s?(?P<y2>\d{4}))?"
)
_PARTIAL = re.compile(
    rf"(?P<d>\d{{1,2}})[./-]\s?(?P<m>\d{{1,2}})\.?|(?P<d2>\d{{1,2}})\.?[ -]?(?P<name>{_WORD})\.?"
    rf"|(?P<name2>{_WORD})\.?[ -]?(?P<d3>\d{{1,2}})(?:st|nd|rd|th)?"
)
_SLASHED = re.compile(r"(?<![\d/])(\d{1,2})/(\d{1,2})(?![\d/])")
"""A date without a year whose day or month may stand first."""

_NUMBERED = re.compile(r"(0?[1-9]|[12]\d|3[01])(?:st|nd|rd|th)?\.?")
_AROUND = re.compile(
    rf"^\(?(?P<before>{_WORD})\)?[.,]?\s*(?=\d)|(?<=[\d.])[\s,]*\(?(?P<after>{_WORD})\.?\)?$"
)
_HEADING = re.compile(
    rf"(?P<name>{_WORD})\.?[ _/.-]?(?P<y>20\d\d)(?!\d)"
    r"|(?<![\d./-])(?P<m>\d{1,2})[./_-](?P<y2>20\d\d)(?!\d)"
    r"|(?<!\d)(?P<y3>20\d\d)[._-](?P<m2>\d{1,2})(?![\d._-])"
)
_YEAR = re.compile(r"(?<!\d)(20\d\d)(?!\d)")
_TURN = 20
"""Fewest days by which a number of a day goes back where a new month begins: 30, 31, 1."""

_EXCEL_DAY = date(1899, 12, 30)
_EXCEL_DAYS = range(20_000, 80_000)
_EXAMPLES = "write 2026-04-13, 13.04.2026, mon or mon-fri"


class WrongDayError(ValueError):
    """A date that there isn't, or that isn't the weekday beside it."""


class DoubtfulDayError(WrongDayError):
    """A word for one weekday in some languages, and for another in others.

    Parameters
    ----------
    text
        The word.
    numbers
        The weekdays that it may be, Monday being 0.
    """

    def __init__(self, text: str, numbers: Sequence[int]) -> None:
        super().__init__(several_meant(text, numbers))
        self.weekdays = tuple(WEEKDAYS[number] for number in numbers)


@dataclass(frozen=True, slots=True)
class Day:
    """A date, several, or weekdays.

    Attributes
    ----------
    on
        The date, the first of several; None: the weekdays alone.
    weekdays
        Without a date: those meant. With one: what the table calls it, if anything. With several:
        which of them are meant; none: all.
    last
        The last of several dates.
    """

    on: date | None
    weekdays: tuple[Weekday, ...] = ()
    last: date | None = None

    def __str__(self) -> str:
        ends = [f"{day:%a %d %b %Y}" for day in (self.on, self.last) if day is not None]
        return " to ".join(ends) or ", ".join(self.weekdays)

    def each(self) -> Iterator[Day]:
        """Yield the dates one by one; weekdays stay together."""
        if self.on is None or self.last is None:
            yield self
            return
        for k in range((self.last - self.on).days + 1):
            date_of_day = self.on + timedelta(days=k)
            if not self.weekdays or WEEKDAYS[date_of_day.weekday()] in self.weekdays:
                yield Day(date_of_day)

    def with_(self, other: Day) -> Day:
        """Return what two cells say together.

        Raises
        ------
        WrongDayError
            If they disagree.
        """
        if self.on is not None and other.on is not None and self != other:
            if self.last is None and other.last is not None:
                return other.with_(self)
            if self.last is None or other.last is not None:
                raise WrongDayError(f"{self.on} and {other.on} are two dates for one row")
            if not self.on <= other.on <= self.last:
                raise WrongDayError(f"{other.on} isn't among the days {self.on} to {self.last}")
            return other
        if self.on is None and other.on is None and self.weekdays != other.weekdays:
            mine, others = (", ".join(day.weekdays) for day in (self, other))
            raise WrongDayError(f"{mine} and {others} are two days for one row")
        both = Day(self.on or other.on, self.weekdays or other.weekdays, self.last or other.last)
        if both.on is not None and both.last is None and both.weekdays:
            weekday = WEEKDAYS[both.on.weekday()]
            if weekday not in both.weekdays:
                raise WrongDayError(f"{both.on} is a {weekday}, not {' or '.join(both.weekdays)}")
        return both


@dataclass(frozen=True, slots=True)
class Reference:
    """What dates without a year, or without a month, refer to.

    Attributes
    ----------
    start
        Day on which the scenario starts.
    year, month
        Those that a heading names.
    """

    start: date
    year: int | None = None
    month: int | None = None

    def below(self, heading: str) -> Reference:
        """Return what dates refer to below a heading such as Dienstplan April 2026."""
        text = clean(heading).casefold()
        for match in _HEADING.finditer(text):
            number = match["m"] or match["m2"]
            month = int(number) if number else month_of(match["name"])
            if month is not None and 1 <= month <= 12:
                return replace(
                    self, year=int(match["y"] or match["y2"] or match["y3"]), month=month
                )
        year = _YEAR.search(text)
        months = {month for word in re.findall(_WORD, text) if (month := month_of(word))}
        return replace(
            self,
            year=int(year[1]) if year else self.year,
            month=months.pop() if len(months) == 1 else self.month,
        )

    def dated(self, day: int, month: int) -> date:
        """Return the date of a day without a year: in that of the heading, else near the start.

        Raises
        ------
        WrongDayError
            If there is none.
        """
        years = [self.year] if self.year else [self.start.year + k for k in (0, 1, -1)]
        candidates = []
        for year in years:
            try:
                candidates.append(date(year, month, day))
            except ValueError:
                continue
        if not candidates:
            raise WrongDayError(f"{day:02d}.{month:02d}. is no date: there is no such day")
        return min(candidates, key=lambda candidate: abs(candidate - self.start))

    def week(self, number: int, year: int | None) -> Day:
        """Return the days of a week as ISO counts them, without a year near the start.

        Raises
        ------
        WrongDayError
            If there is none.
        """
        near = [self.year] if self.year else [self.start.year + k for k in (0, 1, -1)]
        mondays = []
        for one in [year] if year else near:
            with suppress(ValueError):
                mondays.append(date.fromisocalendar(one, number, 1))
        if not mondays:
            raise WrongDayError(f"there is no week {number}{f' in {year}' if year else ''}")
        monday = min(mondays, key=lambda one: abs(one - self.start))
        return Day(monday, (), monday + timedelta(days=6))


class Days:
    """Reads days of a roster.

    Parameters
    ----------
    cells
        All of its cells with days and times, by which it is decided how dates are read.
    reference
        What dates without a year refer to.
    notes
        Told of that.
    form
        How times are written, if that is given.
    spoken
        The cells with weekdays, by which their language is known; None: all.
    """

    def __init__(
        self,
        cells: Iterable[Cell],
        reference: Reference,
        notes: Notes,
        form: str | None = None,
        spoken: Iterable[Cell] | None = None,
    ) -> None:
        texts = [cell for cell in cells if isinstance(cell, str)]
        self._reader = Reader(texts, notes, form)
        slashed = (_SLASHED.search(text) for text in texts)
        self._slashed = {(int(pair[1]), int(pair[2])) for pair in slashed if pair is not None}
        told = texts if spoken is None else [cell for cell in spoken if isinstance(cell, str)]
        self._weekdays = weekday_words({word for text in told for word in _words(text)})
        self._reference = reference
        self._notes = notes

    def read(self, cell: Cell, *, numbered: bool = False, earlier: Sequence[date] = ()) -> Day:
        """Return the day or days of a cell.

        Parameters
        ----------
        cell
            Such as a date of a workbook, ``2026-04-13``, ``Mo 13.04.``, ``mon-fri`` or weekend.
        numbered
            Whether a number from 1 to 31 is a day of the month.
        earlier
            Dates of the cells before; a number after the end of a month is of the next.

        Raises
        ------
        ValueError
            If it is none.
        WrongDayError
            If there is no such date, or if it isn't the weekday that the cell names.
        """
        text = text_of(cell).casefold()
        if not isinstance(cell, str) and not isinstance(cell, float):
            return self._dated(cell)
        number = _NUMBERED.fullmatch(text)
        if number is not None and numbered:
            return self._of_month(int(number[1]), earlier)
        if text.isdecimal() and int(text) in _EXCEL_DAYS:  # a date that isn't formatted as one
            return Day(_EXCEL_DAY + timedelta(days=int(text)))
        try:
            return Day(None, parse_weekdays(text, self._weekdays))
        except DoubtfulDayError:
            raise
        except ValueError:
            pass
        if _HOLIDAYS.search(text):
            return self._or_holiday(text)
        several = None if numbered else self.several(cell)
        if several is not None:
            return several
        weekdays, rest = _around(text, self._weekdays)
        number = _NUMBERED.fullmatch(rest)
        if number is not None and numbered and weekdays:
            return self._of_month(int(number[1]), earlier).with_(Day(None, weekdays))
        partial = _PARTIAL.fullmatch(rest)
        if partial is not None and re.fullmatch(r"[1-7]-[1-7]", rest):
            raise ValueError(f"{shown(cell)} may be weekdays or a date; {_EXAMPLES}")
        if partial is not None:
            named = partial["name"] or partial["name2"]
            of = month_of(named) if named else int(partial["m"])
            if of is None:
                raise ValueError(f"{shown(cell)} is no day; {_EXAMPLES}")
            day = int(partial["d"] or partial["d2"] or partial["d3"])
            if _SLASHED.fullmatch(rest) and self._month_first(rest):
                day, of = of, day
            found = self._reference.dated(day, of)
            self._notes.guess(f"dates without a year in {found.year}")
            return Day(found).with_(Day(None, weekdays) if weekdays else Day(found))
        read = self._dated(rest if weekdays else cell)
        return read.with_(Day(None, weekdays)) if weekdays else read

    def _of_month(self, number: int, earlier: Sequence[date]) -> Day:
        """Return a day of the month of the heading, else of that of the start, or of the next."""
        start = self._reference.start
        month = self._reference.month or start.month
        year = self._reference.year or start.year
        day = replace(self._reference, year=year).dated(number, month)
        if earlier and day not in earlier and (earlier[-1] - day).days >= _TURN:
            year, month = (year, month + 1) if month < 12 else (year + 1, 1)
            day = replace(self._reference, year=year).dated(number, month)
        self._notes.guess(f"days of {day:%B %Y}")
        return Day(day)

    def _or_holiday(self, text: str) -> Day:
        """Return the weekdays of a text that names public holidays as well.

        Which days these are isn't known, so that they are as their weekdays.
        """
        weekdays = _HOLIDAYS.sub(" ", text).strip()
        if weekdays in ("sonn-", "sonn"):  # Sonn- und Feiertag
            weekdays = "sonntag"
        if not weekdays:
            raise ValueError(f"{shown(text)} is no day that is known; write its date, 2026-05-01")
        days = parse_weekdays(weekdays, self._weekdays)
        self._notes.guess(f"{shown(text)} as {', '.join(days)} alone")
        return Day(None, days)

    def _month_first(self, text: str) -> bool:
        """Return whether 4/13 and the like have the month first, by all of them together.

        Raises
        ------
        WrongDayError
            If they may have either first.
        """
        first, second = ({pair[k] for pair in self._slashed} for k in (0, 1))
        months = max(second) > 12 or (len(first) == 1 and len(second) > 1)
        days = max(first) > 12 or (len(second) == 1 and len(first) > 1)
        if months == days:
            raise WrongDayError(f"{shown(text)} may have the day or the month first; {_EXAMPLES}")
        return months

    def beside(self, cells: Iterable[Cell]) -> list[Day]:
        """Return the days of the cells of a row; a date tells which weekday a word is.

        Raises
        ------
        ValueError
            As `read`; if a word may be several weekdays, and there is no date.
        """
        read: list[Day] = []
        doubts: list[DoubtfulDayError] = []
        for cell in cells:
            try:
                read.append(self.read(cell))
            except DoubtfulDayError as doubt:
                doubts.append(doubt)
        if doubts and not any(day.on is not None and day.last is None for day in read):
            raise doubts[0]
        return [*read, *(Day(None, doubt.weekdays) for doubt in doubts)]

    def several(self, cell: Cell) -> Day | None:
        """Return the days of a cell such as 13.-19.04.2026 or 2026-W16, None: it names no two.

        Raises
        ------
        ValueError
            If they can't be.
        """
        text = text_of(cell).casefold()
        week = _WEEK.fullmatch(text)
        if week is not None:
            year = week["y"] or week["y2"]
            days = self._reference.week(int(week["w"] or week["w2"]), int(year) if year else None)
            self._notes.guess("weeks as ISO counts them, from Monday on")
            return days
        month = _SEVERAL_OF_MONTH.fullmatch(text)
        if month is not None and month_of(month["month"]) is not None:
            return self._several(month["first"], f"{month['month']} {month['last']}")
        match = next((match for form in _SEVERAL if (match := form.fullmatch(text))), None)
        return None if match is None else self._several(match[1], match[2])

    def _several(self, first: str, last: str) -> Day:
        """Return the days from one to another; the first may lack what the last says."""
        end = self.read(last).on
        if end is None:
            raise ValueError(f"{shown(f'{first} - {last}')} is no day; {_EXAMPLES}")
        of_end = replace(self._reference, year=end.year, month=end.month)
        start = Days([], of_end, Notes("")).read(first, numbered=True).on
        if start is None:
            start = self.read(first).on
        return several_days(start or end, end)

    def _dated(self, cell: Cell) -> Day:
        try:
            part = self._part(cell)
        except ValueError as error:
            if "no date and time" not in str(error):
                raise WrongDayError(str(error)) from None
            raise ValueError(f"{shown(cell)} is no day; {_EXAMPLES}") from None
        if part.day is None or part.clock:
            raise ValueError(f"{shown(cell)} is no day; {_EXAMPLES}")
        return Day(part.day)

    def _part(self, cell: Cell) -> Part:
        """Return what a cell says of a time, by the form of times if that is given and fits."""
        if self._reader.form is not None and isinstance(cell, str):
            with suppress(ValueError):
                return self._reader.formatted(cell)
        return self._reader.part(cell)

    def is_day(self, cell: Cell, *, numbered: bool = False) -> bool:
        """Return whether a cell holds a day."""
        try:
            self.read(cell, numbered=numbered)
        except DoubtfulDayError:
            return True
        except ValueError:
            return False
        return True

    def moment(self, cell: Cell) -> datetime | None:
        """Return the date and time of a cell; None: it doesn't hold both.

        Raises
        ------
        ValueError
            If it has an offset from UTC.
        """
        if is_nothing(cell) or (isinstance(cell, float) and cell < _EXCEL_DAYS.start):
            return None
        try:
            part = self._part(cell)
        except ValueError:
            return None
        if part.day is None or part.clock is None:
            return None
        if part.zone is not None:
            raise ValueError("write local times, without an offset")
        return datetime.combine(part.day, time()) + part.clock


def is_set_of_days(text: str) -> bool:
    """Return whether a text is one name of several weekdays: weekend, Werktag."""
    return clean(text).casefold() in _SETS


def several_days(first: date, last: date) -> Day:
    """Return the days from one to another.

    Raises
    ------
    WrongDayError
        If the last is before the first, or more than a year after it.
    """
    if not 0 <= (last - first).days <= MAX_DAYS:
        raise WrongDayError(f"from {first} to {last} is no stretch of at most {MAX_DAYS} days")
    return Day(first, (), last) if last > first else Day(first)


def _words(text: str) -> list[str]:
    """Return the words of a cell; beside numbers without mar and the like, which are months."""
    words = re.findall(_WORD, text)
    dated = any(map(str.isdecimal, text))
    return [word for word in words if not (dated and month_of(word) is not None)]


def _around(text: str, beside: frozenset[str]) -> tuple[tuple[Weekday, ...], str]:
    """Return the weekdays that a word before or after a date may be, and the date."""
    weekdays: tuple[Weekday, ...] = ()
    for match in _AROUND.finditer(text):
        numbers = possible_weekdays(match["before"] or match["after"], beside)
        left = (text[: match.start()] + text[match.end() :]).strip()
        month = month_of(match["before"] or match["after"]) is not None
        if numbers and (not month or re.match(r"\d{1,4}[-./]\s?\d", left)):
            weekdays = tuple(WEEKDAYS[number] for number in numbers)
            text = left
            break
    return weekdays, text


def parse_weekdays(text: str, beside: Collection[str] = ()) -> tuple[Weekday, ...]:
    """Return the weekdays of a text such as mon-fri, ``Mo, Mi`` or weekend, in any case.

    Parameters
    ----------
    text
        The text.
    beside
        Weekdays of the same table, by which the language is known.

    Raises
    ------
    ValueError
        If it names none, or anything else.
    DoubtfulDayError
        If a word may be several, by the language.
    """
    text = clean(text).casefold()
    spoken = frozenset(beside) | weekday_words(_words(text))
    if text in _SETS:
        return _SETS[text]
    if any(map(str.isdecimal, text)):
        raise ValueError(f"{text!r} is no weekday; {_EXAMPLES}")
    numbers: set[int] = set()
    left = text
    for match in _STEP.finditer(text):
        first, last = (_weekday(word, spoken) for word in match.groups())
        if first is not None and last is not None:
            numbers.update((first + k) % 7 for k in range((last - first) % 7 + 1))
            left = left.replace(match[0], " ", 1)
    for word in filter(None, _BETWEEN.split(left)):
        number = _weekday(word, spoken)
        if number is None and word not in _SETS:
            raise ValueError(f"{text!r} is no weekday; {_EXAMPLES}")
        numbers.update([WEEKDAYS.index(d) for d in _SETS[word]] if number is None else [number])
    if not numbers:
        raise ValueError(f"{text!r} is no weekday; {_EXAMPLES}")
    return tuple(WEEKDAYS[number] for number in sorted(numbers))


def _weekday(word: str, beside: frozenset[str]) -> int | None:
    """Return the one weekday that a word is, None if it is none.

    Raises
    ------
    DoubtfulDayError
        If it may be several.
    """
    numbers = possible_weekdays(word, beside)
    if len(numbers) > 1:
        raise DoubtfulDayError(word, numbers)
    return numbers[0] if numbers else None
