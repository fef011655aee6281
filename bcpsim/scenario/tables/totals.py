"""Columns, rows and numbers that add up others, or are a part of them: they aren't added again."""

from __future__ import annotations

import math
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from itertools import accumulate, chain, combinations

from bcpsim.scenario.tables.weekdays import bare


def word_set(words: str) -> frozenset[str]:
    """Return words that stand in a text with spaces between."""
    return frozenset(words.split())


TOTALS = word_set(
    "sum total totals tot subtotal overall summe gesamt gesamtsumme gesamtergebnis tagessumme "
    "wochensumme monatssumme zwischensumme insgesamt razem suma ogolem lacznie somme totaux totale "
    "totaal totalt totalsumma summa viso celkem spolu osszesen yhteensa kokku kopa ukupno skupaj "
    "toplam συνολο итого всего общо разом"
)
"""Words for what adds up others, without accents."""

_TOGETHER = word_set(
    "all both combined together alle beide zusammen wszystkie tous toutes ensemble todos todas "
    "tutti vehicles kfz fahrzeuge pojazdy vehicules vehiculos veicoli"
)
"""Words with which the head of a column may add up others, or may not."""

_OF_WHAT = word_set("grand daily weekly monthly annual yearly day week month year")
"""Words before a total, such as a grand one."""

_AVERAGES = word_set(
    "average averages avg mean median minimum maximum min max peak mittel mittelwert durchschnitt "
    "schnitt srednia srednio moyenne media promedio gemiddelde gemiddeld prumer atlag keskiarvo "
    "snitt gennemsnit gjennomsnitt std stdev stddev standardabweichung"
)
"""First words of rows, and heads of columns, that say something of all others."""

_OF_ALL = _OF_WHAT | word_set(
    "of the per value values wert werte pro je hour hours h tag stunde dev deviation error all "
    "total vehicles cars count counts w na"
)
"""What else may stand in such a head: Mean per hour, but not Max Planck Street."""

_PERCENTILE = re.compile(r"[pv] ?(50|85|90|95|98|99)\b", re.IGNORECASE)
"""A percentile, also of speeds, as counters write it: V85 km/h."""

_PART_OF = re.compile(
    r"(?:.*, ?)?(?:davon|darunter|of which|of whom|of these|thereof|including|incl\.?|w tym|z tego|"
    r"z czego|dont|de los cuales|di cui|waarvan) .*",
    re.IGNORECASE,
)
"""How heads of columns read whose numbers are in another column already."""

_FEW_COLUMNS = 10
"""Most columns of which any some may be what another adds up, and not only neighbours."""

_MANY_COLUMNS = 6
"""Fewest columns whose sum another is by no accident, even in a single row."""

_FEW_ROWS = 3
"""Fewest rows in which the sum of others is no accident, where no head says so."""


def is_total(text: str) -> bool:
    """Return whether a text begins a row that adds up others: Total, or Grand total."""
    words = words_of(text)
    if not words:
        return False
    return words[0] in TOTALS or (len(words) == 2 and words[0] in _OF_WHAT and words[1] in TOTALS)


def has_total(text: str) -> bool:
    """Return whether a total is among the words of a text, such as 13.04.2026 Total."""
    return any(word in TOTALS for word in words_of(text))


def is_average(text: str) -> bool:
    """Return whether a text begins a row, or heads a column, with a mean or another statistic."""
    if text.strip().startswith("\u00d8") or _PERCENTILE.match(text.strip()):
        return True
    words = words_of(text)
    return bool(words) and words[0] in _AVERAGES and set(words) <= _OF_ALL | _AVERAGES


def is_part(head: str, own: Sequence[float], others: Iterable[Sequence[float]]) -> bool:
    """Return whether a column is a part of another by its head, and never more than that.

    Parameters
    ----------
    head
        Such as: of which buses.
    own, others
        Numbers of the column, and of all others; nan: there is none.
    """
    return _PART_OF.fullmatch(head.strip()) is not None and any(
        all(not mine > more for mine, more in zip(own, other, strict=True)) for other in others
    )


def says_total(head: str) -> bool:
    """Return whether the head of a column says nothing but that it adds up others."""
    words = words_of(head)
    return has_total(head) and all(word in TOTALS | _TOGETHER | _OF_WHAT for word in words)


def may_add_up(head: str, heads: Sequence[str]) -> bool:
    """Return whether the head of a column may say that it adds up others.

    Total cars, All out and Vehicles may, Cars + trucks too, and 24h beside hours without such h.
    """
    if "+" in head or has_total(head) or any(word in _TOGETHER for word in words_of(head)):
        return True
    return _is_span(head) and sum(map(_is_span, heads)) * 2 < len(heads)


def _is_span(head: str) -> bool:
    """Return whether a head is a number of hours, such as 24h."""
    number = head.strip().lower().removesuffix("h").strip()
    return head.strip().lower().endswith("h") and number.isdecimal()


def words_of(text: str) -> list[str]:
    """Return the words of a text in lower case without accents; no numbers and signs."""
    return re.findall(r"[^\W\d_]+", bare(text))


def parts_of(
    place: int, columns: Mapping[int, Sequence[float]], least_rows: int = 1
) -> tuple[int, ...]:
    """Return the columns of which one is the sum in each row; none: it is of no others.

    Parameters
    ----------
    place
        Which it is.
    columns
        Numbers by the place of their column, in the order of the table; nan: there is none.
    least_rows
        In how many rows it must be more than 0.

    Returns
    -------
    tuple of int
        Two columns or more: all others, or neighbours; of few columns any.
    """
    own = columns[place]
    rows = [row for row, number in enumerate(own) if not math.isnan(number)]
    if sum(own[row] > 0 for row in rows) < least_rows:
        return ()
    rows.sort(key=lambda row: -own[row])  # what isn't the sum shows in the first
    others = tuple(k for k in columns if k != place)
    largest = [0.0 if math.isnan(n := columns[k][rows[0]]) else n for k in others]
    some: Iterable[tuple[int, ...]] = (
        others[first:last] for first, last in _runs(largest, own[rows[0]])
    )
    if len(columns) <= _FEW_COLUMNS:
        some = chain(some, *(combinations(others, n) for n in range(2, len(others))))
    return next((one for one in some if _is_sum(place, one, columns, rows)), ())


def _is_sum(
    place: int,
    some: Sequence[int],
    columns: Mapping[int, Sequence[float]],
    rows: Sequence[int],
) -> bool:
    """Return whether a column is the sum of some in each of the rows."""
    for row in rows:
        there = [number for k in some if not math.isnan(number := columns[k][row])]
        if not math.isclose(math.fsum(there), columns[place][row], abs_tol=1e-9):
            return False
    return True


def _runs(numbers: Sequence[float], total: float) -> list[tuple[int, int]]:
    """Return the runs of two numbers or more, none negative, with a sum; the longest first."""
    upto = list(accumulate(numbers, initial=0.0))
    near = 1e-6 * max(total, 1.0)
    runs = [
        (first, last)
        for first, before in enumerate(upto)
        for last in range(
            bisect_left(upto, before + total - near), bisect_right(upto, before + total + near)
        )
        if last - first > 1
    ]
    return sorted(runs, key=lambda run: (run[0] - run[1], run[0]))


def sum_of_all(columns: Mapping[int, Sequence[float]]) -> list[int]:
    """Return the column that is the sum of all others, if that is no accident; none: there is none.

    It is none in few rows, nor where the others stand in the same proportion in each.
    """
    if len(columns) < 3:
        return []
    for place, own in columns.items():
        others = [k for k in columns if k != place]
        rows = [row for row, number in enumerate(own) if number > 0]
        if not _is_sum(place, others, columns, [r for r, n in enumerate(own) if not math.isnan(n)]):
            continue
        told = {
            tuple(round(columns[k][row] / own[row], 9) for k in others)
            for row in rows
            if sum(columns[k][row] > 0 for k in others) > 1
        }
        if len(columns) > _MANY_COLUMNS and told:
            return [place]
        if len(rows) >= _FEW_ROWS and len(told) > 1:
            return [place]
    return []
