"""Columns of counts: which are added, and which are of days or hours that their heads name."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence, Set
from contextlib import suppress

from bcpsim.files.fields import flow
from bcpsim.files.units import written_out
from bcpsim.scenario.tables.days import parse_weekdays
from bcpsim.scenario.tables.files import TableError
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.numbers import decimal_of, is_nothing, number_of
from bcpsim.scenario.tables.raw import RawTable, head_of, plain
from bcpsim.scenario.tables.times import Part, Reader, month_of
from bcpsim.scenario.tables.totals import (
    has_total,
    is_average,
    is_part,
    may_add_up,
    parts_of,
    says_total,
    sum_of_all,
    word_set,
    words_of,
)
from bcpsim.scenario.tables.weekdays import bare, is_weekday
from bcpsim.scenario.traffic import CountedArrivals
from bcpsim.scenario.values import WEEKDAYS

_COUNTS = frozenset(
    {"count", "counts", "number", "n", "vehicles", "cars", "trucks", "passengers", "anzahl",
     "fahrzeuge", "pkw", "lkw", "liczba", "ilosc", "pojazdy", "nombre", "vehicules"}
)  # fmt: skip
"""What heads call a number of arrivals, without accents."""

_FEW_ROWS = 2
"""Fewest rows in which a sum of others is no accident, where a head may say that it is one."""

_MANY = 6
"""Columns of which one is the sum of some others by no accident, even in a single row."""

_MONTH_NAME = re.compile(
    r"(?P<before>\d{1,2}\.?[ -]?)?(?P<word>[^\W\d_]+)\.?(?P<after>[ -]\d{1,2})?"
)
_NO_YEAR = "days without a year"
_PERIODS: tuple[tuple[str, str], ...] = (
    (r"\d{1,2}[./-] ?\d{1,2}\.?", _NO_YEAR),
    (r"(fy ?)?(19|20)\d\d([/-]\d\d(\d\d)?)?|fy ?\d\d([/-]\d\d)?", "years"),
    (
        r"(q|t|qu\.?|quarter|quartal|kwartał|trimestre) ?[1-4]|[1-4]\. ?(quartal|kwartał)",
        "quarters",
    ),
    (
        "spring|summer|autumn|fall|winter|frühling|frühjahr|sommer|herbst|wiosna|lato|jesień|zima|"
        "printemps|été|automne|hiver|(high|low|off|peak)[ -]season",
        "seasons",
    ),
    (
        "(work|week|working )days?|weekends?|(public |bank )?holidays?|werktage?|arbeitstage?|"
        "wochenenden?|feiertage?|dni robocze|weekendy|święta|jours ouvrables|jours fériés",
        "kinds of days",
    ),
    (r"(kw|cw|w|wk|week|woche|tydz\.?|tydzień|semaine|sem\.?)\.? ?\d{1,2}", "weeks"),
    (r"((day|tag|dzień|jour|día|dag|päivä|päev) ?)?\d{1,2}", "numbers of days"),
    (r"[^\W\d_]", "letters of weekdays"),
)
_WRITE = {
    _NO_YEAR: "write dates such as 2026-04-13, or weekdays",
    "months": "keep the month that is simulated, with its dates",
    "quarters": "keep the quarter that is simulated, with its dates",
    "seasons": "keep the season that is simulated, with its dates",
    "kinds of days": "write weekdays such as Mon-Fr, or dates",
    "years": "keep the year that is simulated, with its dates",
    "weeks": "write dates such as 2026-04-13",
    "numbers of days": "write dates such as 2026-04-13, or weekdays; of lanes: Lane 1",
    "letters of weekdays": "write weekdays such as Mon or Monday",
}


def number_columns(
    use: CountedArrivals, table: RawTable, times: Sequence[int], notes: Notes
) -> list[int]:
    """Return the places of the columns with numbers; ``*`` leaves out those that add up others."""
    names = use.named("count")
    named = {k for name in names if "*" not in name for k in table.columns([name])}
    columns = [k for k in table.columns(names) if k not in times]
    words = [k for k in columns if k not in named and _holds_words(table, k)]
    columns = [k for k in columns if k not in words or len(words) == len(columns)]
    numbers = _numbers(use, table, columns)
    parts = [k for k in numbers if k not in named and _is_part(table, k, numbers)]
    columns = [k for k in columns if k not in parts]
    numbers = {k: values for k, values in numbers.items() if k in columns}
    sums = _sums(table, columns, numbers, named)
    for k in [k for k in sums if k in named]:
        others = "the other columns" if k in sum_of_all(numbers) else "others"
        notes.warn(
            f"{table.header[k]} is the sum of {others} in each row, and is added to "
            "them: everybody counts twice; leave it out of count_column"
        )
    left = [k for k in sums if k not in named]
    read = [k for k in columns if k not in left]
    _tell_other_totals(table, numbers, read, left, notes)
    _tell_larger(table, {k: numbers[k] for k in read if k in numbers and k not in named}, notes)
    for places, what in ((left, "of totals"), (parts, "whose numbers others have")):
        if places:
            heads = ", ".join(table.header[k] for k in places)
            verb = "is" if len(places) == 1 else "are"
            notes.guess(f"no column {what} ({heads} {verb} left out)")
    return read


def _is_part(table: RawTable, column: int, numbers: Mapping[int, Sequence[float]]) -> bool:
    """Return whether a column is a part of another, such as: of which buses."""
    others = [values for k, values in numbers.items() if k != column]
    return is_part(table.header[column], numbers[column], others)


def _holds_words(table: RawTable, column: int) -> bool:
    """Return whether the cells of a column are words, such as stations, and no numbers."""
    texts = [head_of(cells[column]) for _, cells in table.rows if not is_nothing(cells[column])]
    return bool(texts) and not any(letter.isdigit() for text in texts for letter in text)


def _numbers(
    use: CountedArrivals, table: RawTable, columns: Sequence[int]
) -> dict[int, list[float]]:
    """Return the numbers of columns, nan for none; empty: there are others than numbers."""
    with suppress(TableError, ValueError):  # told where the numbers are read
        decimal = decimal_of(use, table, columns, Notes(table.name))
        return {
            k: [
                math.nan if is_nothing(cells[k]) else number_of(cells[k], decimal)
                for _, cells in table.rows
            ]
            for k in columns
        }
    return {}


def _sums(
    table: RawTable,
    columns: Sequence[int],
    numbers: Mapping[int, Sequence[float]],
    named: Set[int],
) -> list[int]:
    """Return the columns that add up others: by their heads, or by what they hold.

    The head alone decides of one that says nothing else, such as Total. Days never add up others.
    """
    heads = {k: table.header[k] for k in columns}
    texts = list(heads.values())
    several = [k for k in columns if k not in named]
    found = [k for k in several if says_total(heads[k])] if len(columns) > 1 else []
    for k in several:
        if k not in found and k in numbers and may_add_up(heads[k], texts):
            rest = {m: column for m, column in numbers.items() if m not in found}
            sure = has_total(heads[k]) or len(rest) > _MANY
            if parts_of(k, rest, least_rows=1 if sure else _FEW_ROWS):
                found.append(k)
    if not found:
        reader = Reader(texts, Notes(table.name))
        found = [k for k in sum_of_all(numbers) if not _is_day(heads[k], reader)]
    return found


def _tell_other_totals(
    table: RawTable,
    numbers: Mapping[int, Sequence[float]],
    read: Sequence[int],
    left: Sequence[int],
    notes: Notes,
) -> None:
    """Warn of a column that is called a total and isn't the sum of the columns that are read."""
    for k in left if numbers else ():
        if not says_total(table.header[k]) or parts_of(k, {m: numbers[m] for m in (*read, k)}):
            continue
        for row, (line, _) in enumerate(table.rows):
            added = math.fsum(n for m in read if not math.isnan(n := numbers[m][row]))
            if added != numbers[k][row]:
                notes.warn(
                    f"line {line}: {table.header[k]} is {written_out(numbers[k][row], 6)}, and "
                    f"what is read is {written_out(added, 6)}; if it is meant, write "
                    f"count_column: {flow(table.header[k])}"
                )
                break


def _tell_larger(table: RawTable, numbers: Mapping[int, Sequence[float]], notes: Notes) -> None:
    """Warn of a column that may hold the others, by its head and its numbers, and is added."""
    texts = [table.header[k] for k in numbers]
    for k, own in numbers.items():
        others = [values for m, values in numbers.items() if m != k]
        if len(others) < 2 or not may_add_up(table.header[k], texts):
            continue
        added = [
            math.fsum(n for n in row if not math.isnan(n)) for row in zip(*others, strict=True)
        ]
        if any(own) and all(not mine < more for mine, more in zip(own, added, strict=True)):
            notes.warn(
                f"{table.header[k]} is never less than the other columns together: if it holds "
                "them, name the columns that are meant: count_column: [...]"
            )


def _is_day(head: str, reader: Reader) -> bool:
    """Return whether a head is a date or a weekday."""
    try:
        part = reader.part(head)
    except ValueError:
        return False
    return part.day is not None or part.weekday is not None


def tell_counts(table: RawTable, times: Sequence[int], notes: Notes) -> None:
    """Warn of a table of single arrivals whose columns seem to say how many come."""
    for column, head in enumerate(table.header):
        if column in times or bare(head).strip(" .") not in _COUNTS:
            continue
        with suppress(ValueError):
            numbers = [number_of(cells[column], ".") for _, cells in table.rows]
            if any(number > 1 for number in numbers):
                notes.warn(
                    f"each row is one arrival, whatever {head} says; if it says how many come, "
                    "write pattern: counts"
                )


_VERSIONS = word_set(
    "forecast actual planned plan budget predicted estimated prognose prognosis ist soll geplant "
    "vorjahr prognoza wykonanie prevision reel yesterday gestern wczoraj hier"
)
"""Words of heads that tell apart several numbers of the same traffic."""

_EARLIER = re.compile(
    r"\b(last|prev(ious)?\.?|prior|a) (year|month|week|day|period)( ago)?\b", re.IGNORECASE
)
_UNITS = re.compile(r"[%\u2030\u00b0]|\b(km/?h|kph|mph|m/s)\b", re.IGNORECASE)
_SHARES = word_set("share pct percent percentage ratio anteil udzial quote rate taux")
_NO_COUNT = word_set(
    "temp temperature temperatur speed speeds geschwindigkeit predkosc vitesse velocidad weather "
    "wetter rain snow occupancy headway delay delays wait waits waiting wartezeit queue capacity "
    "kapazitat lanes booths desks officers staff latitude longitude revenue cumul cumulative "
    "cumulated running rolling id week year month hour interval quarter vmittel vmax"
)
_AROUND = word_set(
    "air road open in of the s c f h min sec level length time day total mean average avg max "
    "number no nr count"
)
"""What heads say whose numbers count nobody, and words that may stand beside it."""


def _says_of_others(texts: Sequence[str]) -> list[str]:
    """Return the heads that say something of other columns, or count nobody."""
    plainly = {text: _without_version(text) for text in texts}
    several = len(set(plainly.values())) < len(texts)
    earlier = [text for text in texts if _EARLIER.search(text)]
    found = earlier if len(earlier) < len(texts) else []
    for text in [text for text in texts if text not in found]:
        words = set(words_of(text))
        said = bool(words & _NO_COUNT) and words <= _NO_COUNT | _AROUND
        version = several and plainly[text] != tuple(words_of(text))
        if is_average(text) or said or version or _UNITS.search(text) or words & _SHARES:
            found.append(text)
    return found


def _without_version(text: str) -> tuple[str, ...]:
    """Return the words of a head without those for a forecast, or for an earlier time."""
    words = words_of(_EARLIER.sub(" ", text))
    return tuple(word for word in words if word not in _VERSIONS)


def check_added(
    use: CountedArrivals,
    table: RawTable,
    columns: Sequence[int],
    parts: Sequence[Part | None],
) -> None:
    """Check that columns that would be added aren't of several days or months, or statistics.

    Parameters
    ----------
    use, table
        A table and its description.
    columns
        Places of the columns that would be added.
    parts
        The time of each row.

    Raises
    ------
    TableError
        If they are, with what to write.
    """
    texts = [table.header[column] for column in columns]
    one = f"read one column: count_column: {flow(texts[0])}"
    by_pattern = any("*" in name for name in use.named("count"))
    statistics = _says_of_others(texts) if by_pattern else []
    usual = [text for text in texts if text not in statistics]
    if statistics:
        raise TableError(
            f"{table.name}: {statistics[0]!r} says something of others, or is no count, and isn't "
            f"added to {(usual or texts[::-1])[0]!r}; read one column: count_column: "
            f"{flow((usual or texts)[0])}"
        )
    kind = None if any(part is not None and part.full for part in parts) else _period(texts)
    if kind is None or (kind == "numbers of days" and not by_pattern):  # lanes, each named
        return
    raise TableError(
        f"{table.name}: columns headed {texts[0]!r} to {texts[-1]!r} look like {kind} and aren't "
        f"added; {_WRITE[kind]}, or {one}"
    )


def _period(texts: Sequence[str]) -> str | None:
    """Return what all heads look like that aren't read as times, such as months; None: nothing."""
    alone = [_without_weekday(text) for text in texts]
    if any(one != text for one, text in zip(alone, texts, strict=True)):
        return _NO_YEAR if _period(alone) in (_NO_YEAR, "numbers of days") else None
    found = [_MONTH_NAME.fullmatch(text.strip()) for text in texts]
    if all(one is not None and month_of(one["word"]) for one in found):
        dated = any(one is not None and (one["before"] or one["after"]) for one in found)
        return _NO_YEAR if dated else "months"
    for form, kind in _PERIODS:
        if all(re.fullmatch(form, plain(text)) for text in texts):
            return kind
    return None


def days_in_heads(
    table: RawTable, columns: Sequence[int], parts: Sequence[Part | None], notes: Notes
) -> list[list[Part]] | None:
    """Return what the heads of columns say of the time, if the rows lack it; None: nothing.

    A head such as Mo-Fr says several days: its numbers are those of each.
    """
    rows = [part for part in parts if part is not None]
    if len(columns) < 2 or not rows or any(part.full for part in rows):
        return None
    texts = [table.header[column] for column in columns]
    if texts != [_without_weekday(text) for text in texts] and _period(texts) == _NO_YEAR:
        return None
    reader = Reader(texts, notes)
    within = [_time_within(text, reader, texts) for text in texts]
    if all(within):
        texts = within
    heads: list[list[Part]] = []
    others: list[str] = []
    for text in texts:
        try:
            several = _days_of(text, texts) or [reader.part(text)]
            both = several[0].with_(rows[0])
        except ValueError:
            others.append(text)
            continue
        if rows[0].last is not None and both.last is None:  # weekdays beside weeks
            heads.append(several)
        elif both.clock is None or (both.day is None and both.weekday is None):
            others.append(text)
        else:
            heads.append(several)
    if len(heads) > len(others) > 0:
        raise TableError(
            f"{table.name}: the heads of most columns are hours or days, but not {others[0]!r}; "
            "name those with the numbers: count_column: [...]"
        )
    if others:
        return None
    weekdays = {
        text: [WEEKDAYS[part.weekday] for part in several if part.weekday is not None]
        for text, several in zip(texts, heads, strict=True)
    }
    sums = sums_of_days(weekdays, table.name) if all(weekdays.values()) else []
    if sums:
        notes.guess(f"no sums of weekdays ({', '.join(sums)}, left out)")
        heads = [[] if text in sums else own for text, own in zip(texts, heads, strict=True)]
    first = next(several[0] for several in heads if several)
    kind = "hours" if first.clock is not None and rows[0].clock is None else "days"
    notes.guess(f"{kind} in the heads of its columns ({texts[0]} to {texts[-1]})")
    if len(set(texts)) < len(texts):
        notes.guess(f"the sum of the columns of the same {kind}")
    return heads


def _time_within(head: str, reader: Reader, beside: Sequence[str]) -> str:
    """Return the day or hours with which a head such as 13.04.2026 Cars begins or ends, or ""."""
    with suppress(ValueError):
        if reader.part(head).day is not None:  # Mon 13.04.2026: more than the weekday
            return head
    parts = head.split()
    for k in range(1, len(parts)):
        for piece in (" ".join(parts[:k]), " ".join(parts[k:])):
            try:
                part = reader.part(piece)
            except ValueError:
                part = Part()
            if part.day or part.weekday is not None or part.until or _days_of(piece, beside):
                return piece
    return ""


def _days_of(text: str, beside: Sequence[str]) -> list[Part]:
    """Return the weekdays that a head such as Mo-Fr names; none: it names fewer than two."""
    known = [one for one in beside if is_weekday(one)]
    try:
        days = parse_weekdays(text, known)
    except ValueError:
        return []
    return [Part(weekday=WEEKDAYS.index(day)) for day in days] if len(days) > 1 else []


def sums_of_days(days: Mapping[str, Sequence[str]], name: str) -> list[str]:
    """Return those of several stretches of weekdays whose days others have one by one.

    Parameters
    ----------
    days
        Weekdays by what names them: Mon, Mo-Fr.
    name
        What messages call the table.

    Raises
    ------
    TableError
        If a weekday stands in two of those that are left.
    """
    sums: list[str] = []
    for whole in sorted(days, key=lambda one: -len(days[one])):
        shorter = {
            day
            for one, own in days.items()
            if one not in sums and len(own) < len(days[whole])
            for day in own
        }
        if len(days[whole]) > 1 and set(days[whole]) <= shorter:
            sums.append(whole)
    left = {one: own for one, own in days.items() if one not in sums and len(own) > 1}
    for one, own in left.items():
        for other, others in days.items():
            if other not in (one, *sums) and set(own) & set(others):
                raise TableError(
                    f"{name}: {one!r} and {other!r} are of the same weekdays, which would count "
                    "twice; leave one of them out"
                )
    return sums


def weekdays_named(text: str, beside: Sequence[str]) -> tuple[str, ...]:
    """Return the names of the weekdays that a text such as Mo-Fr names; none: fewer than two."""
    return tuple(
        WEEKDAYS[part.weekday] for part in _days_of(text, beside) if part.weekday is not None
    )


def _without_weekday(head: str) -> str:
    """Return what stands beside a weekday in a head such as Mon 13.04., or the head itself."""
    words = re.split(r"[\s,]+", head.strip())
    rest = [word for word in words if not is_weekday(word)]
    return " ".join(rest) if rest else head
