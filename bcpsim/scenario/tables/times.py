"""The one place that reads dates, clocks and weekdays in cells of tables.

A time may stand in one cell, in several (date and clock), or in a row and in the head of a
column; each gives a `Part`, and parts are put together. Parsers of dates that there are take a
missing day from today and an ambiguous one from the computer's settings, and know neither 24:00
nor 06:00-07:00; here such dates are refused or decided by the whole column.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo

from bcpsim.scenario.tables.cells import Cell, Fault, text_of
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import shown
from bcpsim.scenario.tables.weekdays import bare, possible_weekdays, several_meant, weekday_words

DAY = timedelta(days=1)

EXAMPLES = "2026-04-13 14:05 or 13.04.2026 14:05"
"""Dates and times as messages show them."""

_MONTHS = {
    word: number
    for number, words in enumerate(
        (
            "jan january januar janner janvier sty styczen stycznia ene enero gennaio janeiro "
            "januari tammikuu jaanuar leden sausis janvaris ianuarie ιανουαριος ocak",
            "feb february februar fevrier fev lut luty lutego febrero febbraio fevereiro "
            "februari helmikuu veebruar unor vasaris februaris februarie φεβρουαριος subat",
            "mar march marz mrz mars marzec marca marzo marco maart maaliskuu marts brezen "
            "kovas marcius martie μαρτιος mart",
            "apr april avril avr kwi kwiecien kwietnia abr abril aprile huhtikuu aprill duben "
            "balandis aprilis aprilie απριλιος nisan",
            "may mai maj maja mayo maggio maio mei toukokuu kveten geguze maijs majus μαιος mayis",
            "jun june juni juin cze czerwiec czerwca junio giugno junho kesakuu juuni cerven "
            "birzelis junijs junius iunie ιουνιος haziran",
            "jul july juli juillet juil lip lipiec lipca julio luglio julho heinakuu juuli "
            "cervenec liepa julijs julius iulie ιουλιος temmuz",
            "aug august aout sie sierpien sierpnia ago agosto augustus elokuu srpen rugpjutis "
            "augusts augusti augusztus αυγουστος agustos",
            "sep sept september septembre wrz wrzesien wrzesnia septiembre setiembre settembre "
            "setembro syyskuu zari rugsejis septembris szeptember septembrie σεπτεμβριος eylul",
            "oct october okt oktober octobre paz pazdziernik pazdziernika octubre ottobre "
            "outubro lokakuu oktoober rijen spalis oktobris octombrie οκτωβριος ekim",
            "nov november novembre lis listopad listopada noviembre novembro marraskuu "
            "lapkritis novembris noiembrie νοεμβριος kasim",
            "dec december dez dezember decembre gru grudzien grudnia dic diciembre dicembre "
            "dezembro joulukuu detsember prosinec gruodis decembris decembrie δεκεμβριος aralik",
        ),
        1,
    )
    for word in words.split()
}
"""Months in English, German, French, Polish and other languages of Europe, without accents."""

_ZONES = {
    "z": 0, "utc": 0, "gmt": 0, "wet": 0, "west": 1, "cet": 1, "mez": 1, "cest": 2, "mesz": 2,
    "eet": 2, "eest": 3,
}  # fmt: skip

_DATE = re.compile(
    r"""(?:
        (?P<y1>\d{4})(?P<mark1>[-/.])[ ]?(?P<m1>\d{1,2})(?P=mark1)[ ]?(?P<d1>\d{1,2})\.?
      | (?P<y2>\d{4})(?P<m2>\d{2})(?P<d2>\d{2})
      | (?P<first>\d{1,2})(?P<mark>[-/.])[ ]?(?P<second>\d{1,2})(?P=mark)[ ]?(?P<y3>\d{4}|\d{2})\.?
      | (?P<d4>\d{1,2})(?:st|nd|rd|th|\.)?[- ]?
        (?P<month4>[^\W\d_]{3,12})\.?[-, ][ ]?(?P<y4>\d{4}|\d{2})
      | (?P<month5>[^\W\d_]{3,12})\.?[ ](?P<d5>\d{1,2})(?:st|nd|rd|th)?,?[ ](?P<y5>\d{4})
    )(?![\d.:])""",
    re.VERBOSE | re.IGNORECASE,
)
_BETWEEN = re.compile(
    r"(?:t|,?\s+(?:r\.,?\s+)?(?:(?:um|at|à|o|godz\.?|g\.|klo|kl\.?|a\s+las|alle|ore|ora)\s*)?|\s*[-\u2013]\s+)(?=\d)",
    re.IGNORECASE,
)
_UNTIL_DATE = re.compile(
    r"\s*(?:[-/\u2013\u2014]|\b(?:to|bis|do|au)\b)\s*(?=\d{1,4}[-./]\d{1,2}[-./]\d)", re.IGNORECASE
)
"""Stands between the two dates and times of a range."""

_HOUR = r"""
    (?P<h{0}>\d{{1,2}})
    (?:[:.h](?P<min{0}>\d{{2}})(?:[:.](?P<s{0}>\d{{2}})(?:[.,](?P<fraction{0}>\d{{1,9}}))?)?)?
    (?:[ ]?(?P<half{0}>[ap])\.?m\.?)?(?:[ ]?(?:h|hrs|uhr))?"""
_CLOCK = re.compile(_HOUR.format(1), re.VERBOSE | re.IGNORECASE)
_COMPACT = re.compile(r"(?P<h1>\d{2})(?P<min1>\d{2})(?P<s1>\d{2})?")
_RANGE = re.compile(
    rf"{_HOUR.format(1)}[ ]?(?:-|\u2013|\u2014|to|bis|do)[ ]?{_HOUR.format(2)}",
    re.VERBOSE | re.IGNORECASE,
)
_TO_TWELVE = re.compile(r".*[-\u2013] ?12(:00)? ?p", re.IGNORECASE)
_FROM_TWELVE = re.compile(r"12(:00)? ?[-\u2013].*p", re.IGNORECASE)
"""11-12 pm ends at noon where it stands before 12-1 pm, and at midnight where it comes after."""

_DAYS_LATER = re.compile(r"(?<!utc)(?<!gmt)[ ]?\(?\+(?P<days>\d)\)?$", re.IGNORECASE)
"""How timetables say that a clock is of a later day: 00:30+1. Offsets have two digits."""

_OFFSET = re.compile(
    r"[ ]?(?P<zone>(?:utc|gmt)?(?P<sign>[-+])(?P<oh>\d{1,2})(?::?(?P<om>\d{2}))?|z|[a-z]{3,4})$",
    re.IGNORECASE,
)
_EPOCH = re.compile(r"(?P<s>1\d{9})(?P<ms>\d{3})?(?:\.\d+)?")
"""Seconds or milliseconds since 1970 in UTC, from 2001 to 2033; dates begin with another digit."""

_ISO_WEEK = re.compile(r"(?P<y>\d{4})-?W(?P<w>\d{2})-?(?P<d>[1-7])(?=$|[ T])", re.IGNORECASE)
_SERIAL = re.compile(r"[2-7]\d{4}(\.\d+)?|0?\.\d{3,}")
"""A day, or a part of one, as Excel counts it, in a text."""

_FIRST_SERIAL, _LAST_SERIAL = 25_569, 73_415
"""Days from the end of 1899 to 1970 and 2101, as Excel counts them."""

_NO_YEAR = re.compile(r"\d{1,2}(?:[./]\s?\d{1,2}\s+\d|/\d{1,2}$|\.\s?\d{1,2}\.(?:\s|$))")
_NO_DAY = re.compile(
    r"(?:19|20)\d{2}[-/.]\d{1,2}|(?:\d{1,2}[-/.]|[^\W\d_]{3,12}\.? )(?:19|20)\d{2}"
)
_MONTH_AND_YEAR = re.compile(
    r"(?P<y1>(?:19|20)\d{2})(?:[-/.](?=\d)|(?=\d{2}$))(?P<m1>\d{1,2})|(?P<m2>\d{1,2})[-/.](?P<y2>(?:19|20)\d{2})"
    r"|(?P<word>[^\W\d_]{3,12})\.?[ -]?(?P<y3>(?:19|20)\d{2})"
)
_HOUR_WORD = re.compile(r"^(?:hour|hr|h|godz\.?|godzina|std\.?|stunde)[ ]?(?=\d)", re.IGNORECASE)
_NUMERIC = re.compile(r"\d{1,4}[-./]\s?\d")
"""How a date begins whose month is a number: after mar, which is mardi then, and not March."""

_HALF = re.compile(r"\b([ap])\. ?m\b\.?", re.IGNORECASE)
_OF_MONTH = re.compile(r"\b(\d{1,2}) de ([^\W\d_]{3,12}) (?:de |del )?(\d{4})\b", re.IGNORECASE)
_TOGETHER = re.compile(r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})[ _T-]?(?P<clock>\d{4}(?:\d{2})?)")
_DAY_FIRST = re.compile(r"(?P<d>[0-3]\d)(?P<m>[01]\d)(?P<y>(?:19|20)\d{2})")
_YEAR_LAST = re.compile(
    r"(?:[^\W\d_]{2,4} )?(?P<month>[^\W\d_]{3,12}) (?P<d>\d{1,2}) "
    r"(?P<clock>\d{1,2}:\d{2}(?::\d{2})?) (?P<y>\d{4})"
)

_WORD = re.compile(r"(?P<word>[^\W\d_]+)\.?,?\s*")


@dataclass(frozen=True, slots=True)
class Part:
    """What one cell says of a time.

    Attributes
    ----------
    day
        The date.
    weekday
        The day of the week, Monday being 0, without a date.
    clock
        Since midnight by the clock; up to 24 h.
    until
        End of a range such as 06:00-07:00, whose start is `clock`.
    zone
        The offset from UTC, if it is said.
    last
        The last of several days, of which `day` is the first.
    """

    day: date | None = None
    weekday: int | None = None
    clock: timedelta | None = None
    until: timedelta | None = None
    zone: tzinfo | None = None
    last: date | None = None

    @property
    def full(self) -> bool:
        """Whether it says both the date and the clock."""
        return self.day is not None and self.clock is not None

    def with_(self, other: Part) -> Part:
        """Return the time that two cells give together.

        Raises
        ------
        ValueError
            If both say the same.
        """
        if self.day is not None and other.clock is not None and self.clock == timedelta(0):
            mine = replace(self, clock=None)  # how Excel stores a date without a clock
        else:
            mine = self
        if other.last is not None:
            return other.with_(self)
        if mine.day is not None and mine.last is not None and other.weekday is not None:
            there = mine.day + timedelta(days=(other.weekday - mine.day.weekday()) % 7)
            if there > mine.last or (mine.last - mine.day).days > 6:
                raise ValueError(f"from {mine.day} to {mine.last} is no week")
            mine = Part(there)
        if mine.day is not None and mine.day == other.day:  # a date, and a time with its date
            mine = replace(mine, day=None)
        for what in ("day", "clock"):
            if getattr(mine, what) is not None and getattr(other, what) is not None:
                raise ValueError(f"two columns hold the {what}; name that of the start alone")
        day = mine.day or other.day
        weekday = other.weekday if mine.weekday is None else mine.weekday
        if day is not None and weekday is not None and day.weekday() != weekday:
            raise ValueError(f"{day} is a {day:%A}, and another column says another weekday")
        return Part(
            day,
            weekday,
            other.clock if mine.clock is None else mine.clock,
            other.until if mine.until is None else mine.until,
            mine.zone or other.zone,
            mine.last,
        )


def month_of(text: str) -> int | None:
    """Return the number of a month, January being 1, in words such as Apr or April."""
    return _MONTHS.get(bare(text).rstrip("."))


def month_and_year(text: str) -> date | None:
    """Return the first day of a month such as 2026-04, 04/2026 or April 2026; None: it is none."""
    found = _MONTH_AND_YEAR.fullmatch(text.strip())
    if found is None:
        return None
    word = found["word"]
    month = int(found["m1"] or found["m2"] or 0) if word is None else month_of(word)
    year = int(found["y1"] or found["y2"] or found["y3"])
    return date(year, month, 1) if month and month <= 12 else None


class Reader:
    """Reads the cells of columns, as these write dates.

    Parameters
    ----------
    texts
        All of them that are text, by which it is decided how dates are read.
    notes
        Told how, if it was guessed.
    form
        How times are written, if that is given.
    numbers
        All cells that are numbers.

    Raises
    ------
    TableError
        If dates such as 03/04/2026 may have the day or the month first.
    """

    def __init__(
        self,
        texts: Sequence[str],
        notes: Notes,
        form: str | None = None,
        numbers: Sequence[float] = (),
    ) -> None:
        self.form = form
        self._notes = notes
        self._day_first = form is not None or _day_first(texts, notes)
        self._offsets = _have_offsets(texts)
        self._compact = any(map(_is_compact, (*texts, *map(text_of, numbers))))
        self._noon_ends_pm = _first(_TO_TWELVE, texts) < _first(_FROM_TWELVE, texts)
        named = (text.strip() for text in texts if not text[:1].isdigit())
        words = {found["word"] for text in named if (found := _WORD.match(text))}
        self._weekdays = weekday_words(word for word in words if month_of(word) is None)

    def part(self, cell: Cell) -> Part:
        """Return what a cell says of a time.

        Raises
        ------
        ValueError
            If it says nothing, or what can't be.
        """
        if isinstance(cell, Fault):
            raise ValueError(cell.words)
        if isinstance(cell, str) and _SERIAL.fullmatch(cell.strip()):
            cell = float(cell)
        if isinstance(cell, float) and _FIRST_SERIAL <= cell < _LAST_SERIAL:
            self._notes.guess("days as Excel counts them")
            cell = datetime(1899, 12, 30) + timedelta(seconds=round(cell * DAY.total_seconds()))
        elif isinstance(cell, float) and 0 < cell < 1:
            self._notes.guess("clocks as Excel counts them")
            cell = timedelta(seconds=round(cell * DAY.total_seconds()))
        elif isinstance(cell, (str, float)) and (epoch := _EPOCH.fullmatch(text_of(cell))):
            self._notes.guess(f"{'milli' if epoch['ms'] else ''}seconds since 1970 in UTC")
            milliseconds = int(epoch["s"] + (epoch["ms"] or "000"))
            return _of_datetime(datetime(1970, 1, 1, tzinfo=UTC) + timedelta(0, 0, 0, milliseconds))
        elif isinstance(cell, str) and (week := _ISO_WEEK.match(cell)):
            try:
                day = date.fromisocalendar(*map(int, week.groups()))
            except ValueError:
                raise ValueError(f"{shown(cell)}: there is no such week") from None
            cell = day.isoformat() + cell[week.end() :]
        elif self._compact and (clock := _compact_clock(cell)) is not None:
            return Part(clock=clock)
        part = self._text(cell) if isinstance(cell, str) else _typed(cell)
        if part is None:
            raise ValueError(f"{shown(cell)} is no date and time such as {EXAMPLES}")
        if part.day is not None and not 1970 <= part.day.year <= 2100:
            raise ValueError(f"{shown(cell)}: the year must be from 1970 to 2100")
        return part

    def formatted(self, text: str) -> Part:
        """Return what a text says by the form of times that is given.

        Raises
        ------
        ValueError
            If it isn't written so.
        """
        assert self.form is not None
        for written, days in ((text, 0), (text.replace("24:00", "00:00"), 1)):
            try:
                read = datetime.strptime(written, self.form)
            except ValueError:
                continue
            has_day = any(sign in self.form for sign in ("%d", "%j", "%x", "%c"))
            has_clock = any(sign in self.form for sign in ("%H", "%I", "%X", "%c"))
            clock = timedelta(hours=read.hour, minutes=read.minute, seconds=read.second)
            clock += timedelta(days=days, microseconds=read.microsecond)
            return Part(
                day=read.date() if has_day else None,
                clock=clock if has_clock else None,
                zone=read.tzinfo,
            )
        raise ValueError(f"{shown(text)} isn't written as time_format says: {self.form}")

    def _text(self, text: str) -> Part | None:
        if len(text) > 80:
            return None
        if text[4:5] == "-" and text[13:14] == ":" and len(text) <= 19:  # nearly all that there are
            try:
                return _of_datetime(datetime.fromisoformat(text))
            except ValueError:
                pass
        text = _usual(" ".join(text.split()))
        weekdays, rest = _weekday_before(text, self._weekdays)
        if weekdays and not rest:
            return Part(weekday=_only(weekdays, text))
        found = _DATE.match(rest)
        if found is None:
            if _NO_YEAR.match(rest):
                raise ValueError(f"{shown(text)} has no year; expected a time such as {EXAMPLES}")
            if _NO_DAY.fullmatch(rest):
                raise ValueError(f"{shown(text)} has no day; expected a time such as {EXAMPLES}")
            clock = self._clock(_HOUR_WORD.sub("", rest))
            if clock is None or not weekdays:
                return clock
            return replace(clock, weekday=_only(weekdays, text))
        day = self._day(found)
        if day is None:
            return None
        if weekdays and day.weekday() not in weekdays:
            raise ValueError(f"{shown(text)}: {day} is a {day:%A}")
        left = rest[found.end() :]
        if not left or left.strip() == "r.":
            return Part(day=day)
        until = _UNTIL_DATE.search(left)
        if until is not None:
            return self._range(rest[: found.end() + until.start()], left[until.end() :])
        later = _DAYS_LATER.search(left)
        if later is not None:
            raise ValueError(
                f"{shown(text)}: {later[0].strip()} may be a later day or an offset; write the "
                f"date of that day, or +0{later['days']}:00"
            )
        between = _BETWEEN.match(left)
        clock = self._clock(left[between.end() :], iso=left[0] in "Tt") if between else None
        return None if clock is None else replace(clock, day=day)

    def _range(self, first: str, last: str) -> Part | None:
        """Return the time of a range whose end has a date of its own."""
        start, end = self._text(first), self._text(last)
        if start is None or end is None or not (start.full and end.full):
            return None
        length = moment(end) - moment(start)
        if not timedelta(0) < length <= DAY:
            raise ValueError(f"{shown(f'{first} - {last}')} is no stretch of at most a day")
        assert start.clock is not None
        return replace(start, until=full_minute(start.clock + length))

    def _day(self, match: re.Match[str]) -> date | None:
        if match["first"]:
            numbers = int(match["first"]), int(match["second"])
            day, month = numbers if self._day_first else numbers[::-1]
            year = match["y3"]
        elif match["month4"] or match["month5"]:
            number = month_of(match["month4"] or match["month5"])
            if number is None:
                return None
            month, day = number, int(match["d4"] or match["d5"])
            year = match["y4"] or match["y5"]
        else:
            year = match["y1"] or match["y2"]
            month, day = int(match["m1"] or match["m2"]), int(match["d1"] or match["d2"])
        try:
            return date(int(year) + (2000 if len(year) == 2 else 0), month, day)
        except ValueError:
            raise ValueError(f"{shown(match[0])} is no date: it has no such day") from None

    def _clock(self, text: str, *, iso: bool = False) -> Part | None:
        until: timedelta | None = None
        zone: tzinfo | None = None
        spans = None if iso or self._offsets else _RANGE.fullmatch(text)
        if spans is not None:
            until = full_minute(_since_midnight(spans, 2))
            found: re.Match[str] | None = spans
            if spans["half2"] and not spans["half1"] and 1 <= int(spans["h1"]) <= 12:
                return self._of_half(spans, until)
        else:
            later = _DAYS_LATER.search(text)
            if later is not None:
                part = self._clock(text[: later.start()])
                days = int(later["days"]) * DAY
                return part and replace(part, clock=(part.clock or timedelta(0)) + days)
            offset = _OFFSET.search(text)
            if offset is not None and (zone := _zone(offset)) is not None:
                text = text[: offset.start()]
            found = _CLOCK.fullmatch(text) or _COMPACT.fullmatch(text)
        if found is None:
            return None
        return Part(clock=_since_midnight(found, 1), until=until, zone=zone)

    def _of_half(self, spans: re.Match[str], until: timedelta) -> Part:
        """Return a range such as 8-9 pm, whose half of the day is said once, for both ends."""
        half = "p" if spans["half2"] in "pP" else "a"
        if int(spans["h2"]) == 12 and until in (timedelta(0), DAY / 2):
            until = DAY / 2 if self._noon_ends_pm == (half == "p") else DAY
        start = timedelta(hours=int(spans["h1"]) % 12, minutes=int(spans["min1"] or 0))
        later = start + DAY / 2
        return Part(clock=later if later < until else start, until=until)


def _usual(text: str) -> str:
    """Return a time in a form that is read: 13 de abril, a. m., 202604131405 and 13042026."""
    text = _HALF.sub(r"\1m", _OF_MONTH.sub(r"\1 \2 \3", text))
    if (found := _TOGETHER.fullmatch(text)) and "1970" <= found["y"] <= "2100":
        return f"{found['y']}-{found['m']}-{found['d']} {found['clock']}"
    if (found := _DAY_FIRST.fullmatch(text)) and not "1970" <= text[:4] <= "2100":
        return f"{found['y']}-{found['m']}-{found['d']}"
    if found := _YEAR_LAST.fullmatch(text):
        return f"{found['d']} {found['month']} {found['y']} {found['clock']}"
    return text


def _first(form: re.Pattern[str], texts: Sequence[str]) -> int:
    """Return the place of the first text of a form; behind all: there is none."""
    return next((k for k, text in enumerate(texts) if form.match(text.strip())), len(texts))


def full_minute(until: timedelta) -> timedelta:
    """Return the end of a range; the last minute or second of 5 min, such as 00:59, is full."""
    for short in (timedelta(minutes=1), timedelta(seconds=1)):
        if not (until + short) % timedelta(minutes=5):
            return until + short
    return until


def _is_compact(text: str) -> bool:
    """Return whether a text is a clock without a mark between hours and minutes: 930."""
    return len(text) > 2 and _compact_clock(text) is not None


def _compact_clock(cell: Cell) -> timedelta | None:
    """Return the clock that the digits of a cell say, the last two being minutes; None: none."""
    text = text_of(cell) if isinstance(cell, str | float) else ""
    if not (text.isdecimal() and len(text) <= 4):
        return None
    hours, minutes = divmod(int(text), 100)
    clock = timedelta(hours=hours, minutes=minutes)
    return clock if minutes < 60 and clock <= DAY else None


def _weekday_before(text: str, beside: frozenset[str] = frozenset()) -> tuple[tuple[int, ...], str]:
    """Return the weekdays that the first word of a text may be, if any, and the rest."""
    word = _WORD.match(text)
    if word is not None and (numbers := possible_weekdays(word["word"], beside)):
        rest = text[word.end() :]
        if not rest or month_of(word["word"]) is None or _NUMERIC.match(rest):
            return numbers, rest
    return (), text


def _only(weekdays: Sequence[int], text: str) -> int:
    """Return the one weekday that a text may be.

    Raises
    ------
    ValueError
        If it may be several.
    """
    if len(weekdays) > 1:
        raise ValueError(several_meant(text, weekdays))
    return weekdays[0]


def _since_midnight(match: re.Match[str], which: int) -> timedelta:
    """Return the time since midnight of a clock.

    Raises
    ------
    ValueError
        If there is no such time.
    """
    parts = match.groupdict()
    hour = int(parts[f"h{which}"])
    minute, second = int(parts[f"min{which}"] or 0), int(parts[f"s{which}"] or 0)
    half = parts.get(f"half{which}")
    if half and not 1 <= hour <= 12:
        hour = 99
    if half:
        hour = hour % 12 + (12 if half in "pP" else 0)
    fraction = int((parts.get(f"fraction{which}") or "").ljust(6, "0")[:6])
    clock = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=fraction)
    if minute > 59 or second > 59 or clock > DAY:
        raise ValueError(f"{shown(match[0])} is no time of day; expected 00:00 to 24:00")
    return clock


def _zone(offset: re.Match[str]) -> tzinfo | None:
    if offset["sign"]:
        hours, minutes = int(offset["oh"]), int(offset["om"] or 0)
        if hours > 14 or minutes > 59:
            raise ValueError(f"{shown(offset['zone'])} is no offset such as +01:00")
        size = timedelta(hours=hours, minutes=minutes)
        return timezone(-size if offset["sign"] == "-" else size)
    hours_east = _ZONES.get(offset["zone"].lower())
    return None if hours_east is None else timezone(timedelta(hours=hours_east))


def _typed(cell: Cell) -> Part | None:
    """Return what a cell of a workbook says of a time."""
    if isinstance(cell, datetime):  # to the nearest millisecond, as days are stored as fractions
        near = cell + timedelta(microseconds=500)
        return _of_datetime(near.replace(microsecond=near.microsecond // 1000 * 1000))
    if isinstance(cell, date):
        return Part(day=cell)
    if isinstance(cell, time):
        return Part(clock=datetime.combine(date.min, cell) - datetime.min)
    if isinstance(cell, timedelta) and timedelta(0) <= cell <= DAY:
        return Part(clock=cell)
    if isinstance(cell, float) and cell.is_integer() and 0 <= cell <= 24:
        return Part(clock=timedelta(hours=cell))
    return None


def _of_datetime(when: datetime) -> Part:
    seconds = when.hour * 3600 + when.minute * 60 + when.second
    return Part(when.date(), None, timedelta(0, seconds, when.microsecond), None, when.tzinfo)


def _day_first(texts: Iterable[str], notes: Notes) -> bool:
    """Return whether the day stands before the month in dates such as 03/04/2026."""
    first: dict[bool, str] = {}
    doubtful = ""
    dots = True
    for text in texts:
        if text[4:5] == "-":  # as nearly all are: 2026-04-13
            continue
        found = _DATE.match(_weekday_before(text)[1])
        if found is None or not found["first"]:
            continue
        one, two = int(found["first"]), int(found["second"])
        if one > 12 or two > 12:
            first.setdefault(one > 12, text)
        elif one != two and not doubtful:
            doubtful = text
        dots = dots and found["mark"] == "."
    if len(first) > 1:
        raise TableError(
            f"{notes.name}: {shown(first[True])} has the day first, {shown(first[False])} the "
            "month; write all dates alike"
        )
    if first:
        [(day_first, text)] = first.items()
        notes.guess(f"the {'day' if day_first else 'month'} first in dates ({text})")
        return day_first
    if doubtful and not dots:
        raise TableError(
            f"{notes.name}: {shown(doubtful)} may have the day or the month first; say "
            f'time_format: "{_form("%d", "%m", doubtful, texts)}", '
            f'or "{_form("%m", "%d", doubtful, texts)}"'
        )
    if doubtful:
        notes.guess(f"the day first in dates ({doubtful})")
    return True


_CLOCK_OF_DAY = re.compile(r"\d{1,2}:\d{2}(?P<s>:\d{2})?(?P<half>\s*[ap]m)?", re.IGNORECASE)


def _form(first: str, second: str, example: str, texts: Iterable[str]) -> str:
    """Return the form of times such as an example, its clock perhaps in a column beside it."""
    found = _DATE.match(_weekday_before(example)[1])
    assert found is not None
    rest = _weekday_before(example)[1][found.end() :]
    if not rest:
        rest = next((f" {text}" for text in texts if _CLOCK_OF_DAY.fullmatch(text)), "")
    clock = _CLOCK_OF_DAY.search(rest)
    tail = " %H:%M" if clock is None and rest else ""
    if clock is not None:
        hour = "%I" if clock["half"] else "%H"
        half = f"{clock['half'].rstrip('apmAPM')}%p" if clock["half"] else ""
        tail = f"{rest[: clock.start()]}{hour}:%M{':%S' if clock['s'] else ''}{half}"
    year = "%Y" if len(found["y3"]) == 4 else "%y"
    return f"{first}{found['mark']}{second}{found['mark']}{year}{tail}"


_TAIL = re.compile(r"\d-\d{2}:\d{2}$")


def _have_offsets(texts: Sequence[str]) -> bool:
    """Return whether -05:00 at the end of a clock is an offset, not the end of a range.

    Offsets are one for all, or two where the clock changes; ends of ranges differ.
    """
    tails = [text[-6:] for text in texts if text[-6:-5] == "-" and _TAIL.search(text)]
    return 1 <= len(set(tails)) <= 2 < len(texts) == len(tails)


def moment(part: Part) -> datetime:
    """Return the date and time of a full part: local, or with its offset."""
    assert part.day is not None
    assert part.clock is not None
    when = datetime.combine(part.day, time()) + part.clock
    return when if part.zone is None else when.replace(tzinfo=part.zone)
