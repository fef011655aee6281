"""Conditions, times and hours in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bcpsim.files.fields import write_clock
from bcpsim.files.units import format_duration
from bcpsim.plan.laws import Law, LawKind
from bcpsim.sampling.laws import mean
from bcpsim.scenario.crossings import Opening
from bcpsim.scenario.values import Window


def in_words(when: Mapping[str, Sequence[str]] | None) -> str:
    """Return a condition as the end of a sentence: `` if class is car or bus``; nothing: always."""
    if when is None:
        return ""
    return " if " + " and ".join(f"{key} is {' or '.join(values)}" for key, values in when.items())


def window_in_words(window: Window) -> str:
    """Return a window of the day: ``from 06:00 to 22:00 on mon-fri``."""
    return f"from {write_clock(window.start)} to {write_clock(window.end)}{window.on_days}"


def opening_in_words(opening: Opening) -> str:
    """Return opening hours, and what those do who come when it is closed."""
    hours = ", ".join(map(window_in_words, opening.hours))
    closes = opening.entrance_closes
    early = f", from {format_duration(closes)} before the closing hour on" if closes else ""
    does = "wait" if opening.arrivals == "wait" else "turn back"
    return f"open {hours}; those who come when it is closed {does}{early}"


def time_in_words(law: Law, when: str = "") -> str:
    """Return the time of a law, when it counts, and if it is a mean."""
    constant = law.kind is LawKind.DETERMINISTIC
    return format_duration(mean(law)) + when + ("" if constant else " on average")


def in_per_cent(shares: Mapping[str, float]) -> str:
    """Return shares in words: ``hit 5 %, clear 95 %``."""
    return ", ".join(f"{value} {100 * share:.3g} %" for value, share in shares.items())
