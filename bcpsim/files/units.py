"""Quantities with units, as planners write them, to the program's units and back."""

from __future__ import annotations

import math
import re

_MINUTES = {
    "s": 1 / 60, "sec": 1 / 60, "second": 1 / 60, "seconds": 1 / 60,
    "min": 1.0, "minute": 1.0, "minutes": 1.0,
    "h": 60.0, "hour": 60.0, "hours": 60.0,
    "d": 1440.0, "day": 1440.0, "days": 1440.0,
}  # fmt: skip

# Each part can match in one way only, so that a long text takes no quadratic time.
_NUMBER = r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?"
_TERM = re.compile(rf"\s*({_NUMBER})\s*([A-Za-z]+)\s*")
_RATE = re.compile(rf"\s*({_NUMBER})\s*(?:/|per\s)\s*([A-Za-z]+)\s*")
_SHARE = re.compile(rf"\s*({_NUMBER})(?:\s*(%))?\s*")
_FLOOR = re.compile(rf"\s*({_NUMBER})\s*m(?:2|²)\s*")
_CLOCK = re.compile(r"([0-9]{1,2}):([0-9]{2})")

MAX_DURATION = 10 * 365 * 1440.0
"""Longest duration in minutes: ten years."""

MAX_RATE = 1e9
"""Highest rate per minute."""

_DURATION_FORMS = "write '90 s', '2 min' or '1.5 h'"
_RATE_FORMS = "write '40/h', '2/min' or '900/d'"


def parse_duration(text: str) -> float:
    """Return a duration in minutes.

    Parameters
    ----------
    text
        One or more numbers with units of time, such as ``90 s`` or ``1 h 30 min``; a
        bare 0 needs no unit.

    Raises
    ------
    ValueError
        If it is no duration, negative, or longer than `MAX_DURATION`.
    """
    if _is_number(text):
        if float(text) == 0:
            return 0.0
        raise ValueError(f"{text.strip()!r} has no unit; {_DURATION_FORMS}")
    if _RATE.fullmatch(text):
        raise ValueError(f"{text!r} is a rate; expected a duration: {_DURATION_FORMS}")
    total = 0.0
    position = 0
    while position < len(text):
        match = _TERM.match(text, position)
        if match is None or (position and match[1].startswith("-")):
            raise ValueError(f"{text!r} is no duration; {_DURATION_FORMS}{_comma(text)}")
        unit = _unit(match[2], text, "duration", _DURATION_FORMS)
        total += _finite(_number(match[1], text) * unit, text)
        position = match.end()
    if not text.strip():
        raise ValueError(f"'' is no duration; {_DURATION_FORMS}")
    if total > MAX_DURATION:
        raise ValueError(f"{text!r} is longer than ten years, the longest duration")
    return total


def parse_rate(text: str) -> float:
    """Return a rate per minute from text such as ``40/h``; a bare 0 needs no unit.

    Raises
    ------
    ValueError
        If it is no rate, negative, or higher than `MAX_RATE`.
    """
    if _is_number(text):
        if float(text) == 0:
            return 0.0
        raise ValueError(f"{text.strip()!r} has no unit; {_RATE_FORMS}")
    match = _RATE.fullmatch(text)
    if match is None:
        known = _TERM.fullmatch(text)
        is_time = known is not None and known[2].lower() in _MINUTES
        what = "is a duration; expected a rate:" if is_time else "is no rate;"
        raise ValueError(f"{text!r} {what} {_RATE_FORMS}{_comma(text)}")
    rate = _number(match[1], text) / _unit(match[2], text, "rate", _RATE_FORMS)
    if rate > MAX_RATE:
        raise ValueError(f"{text!r} is higher than {MAX_RATE:.0f}/min, the highest rate")
    return rate


def parse_share(text: str) -> float:
    """Return a share from 0 to 1 from text such as ``15 %`` or ``0.15``.

    Raises
    ------
    ValueError
        If it is no share, or outside 0 to 100 %.
    """
    match = _SHARE.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no share; write '15 %' or 0.15{_comma(text)}")
    share = _number(match[1], text) / (100 if match[2] else 1)
    if share > 1:
        hint = f" (did you mean '{match[1]} %'?)" if not match[2] and share <= 100 else ""
        raise ValueError(f"{text.strip()!r} is more than 100 %; expected 0 to 100 %{hint}")
    return share


def parse_clock(text: str) -> float:
    """Return the minutes after midnight of a wall-clock time, 00:00 to 24:00.

    Raises
    ------
    ValueError
        If it is no wall-clock time.
    """
    match = _CLOCK.fullmatch(text.strip())
    minutes = int(match[1]) * 60 + int(match[2]) if match else -1
    if match is None or int(match[2]) > 59 or minutes > 1440:
        raise ValueError(f"{text!r} is no wall-clock time; write '06:00' to '24:00'")
    return float(minutes)


def parse_floor(text: str) -> float:
    """Return a floor space in square metres from text such as ``240 m2``.

    Raises
    ------
    ValueError
        If it is no floor space, not above 0, or not finite.
    """
    match = _FLOOR.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no floor space; write '240 m2'")
    space = _number(match[1], text)
    if space == 0:
        raise ValueError(f"{text!r} must be greater than 0")
    return space


def format_duration(minutes: float) -> str:
    """Return a duration for people, such as ``90 s``, ``2 min`` or ``1 h 30 min``."""
    if minutes < 3 and minutes != int(minutes):
        return f"{minutes * 60:.3g} s"
    if minutes < 60:
        return f"{minutes:.4g} min"
    days, rest = divmod(round(minutes), 1440)
    if days > 1 and not rest:
        return f"{days} days"
    hours, rest = divmod(round(minutes), 60)
    return f"{hours} h {rest} min" if rest else f"{hours} h"


def _comma(text: str) -> str:
    """Return a hint where a number has a decimal comma."""
    return ", with a decimal point" if re.search(r"\d,\d", text) else ""


def _is_number(text: str) -> bool:
    try:
        value = float(text)
    except ValueError:
        return False
    if not math.isfinite(value):
        raise ValueError(f"expected a finite number with a unit, found {text.strip()!r}")
    return True


def _number(digits: str, text: str) -> float:
    if digits.startswith("+"):
        raise ValueError(f"{text!r} has a plus sign; write the value itself")
    value = float(digits)
    if value < 0:
        raise ValueError(f"{text!r} must not be negative")
    return _finite(value, text)


def _finite(value: float, text: str) -> float:
    if not math.isfinite(value):
        raise ValueError(f"{text!r} must be finite")
    return value


def _unit(name: str, text: str, what: str, forms: str) -> float:
    # Lower case only: 'M' or 'H' might mean something else.
    if name not in _MINUTES:
        raise ValueError(f"{text!r} is no {what}: {name!r} is no unit of time; {forms}")
    return _MINUTES[name]


def how_many(count: int, what: str) -> str:
    """Return how many there are of something: 1 lane, 2 lanes, 1,200 lanes."""
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def written_out(value: float, figures: int = 3) -> str:
    """Return a number in so many figures for people: thousands apart, and no powers of ten.

    Whole numbers keep all their figures: 1,564 vehicles are no 1,560.
    """
    if value == 0 or not math.isfinite(value):
        return f"{value:g}"
    decimals = max(figures - 1 - math.floor(math.log10(abs(value))), 0)
    text = f"{value:,.{decimals}f}"
    return text.rstrip("0").rstrip(".") if decimals else text
