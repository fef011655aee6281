"""Types that several parts of a scenario share: names, titles, conditions, windows."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from bcpsim.files.fields import NAME_PATTERN, Clock, Share, Shorthand, write_clock
from bcpsim.files.record import Record

Name = Annotated[str, StringConstraints(pattern=NAME_PATTERN)]
Text = Annotated[str, StringConstraints(max_length=10_000)]
Line = Annotated[
    str, StringConstraints(max_length=200), AfterValidator(lambda text: " ".join(text.split()))
]
"""Text in one line, however a file breaks it."""

Title = Annotated[Line | None, Field(description="Name for tables and plots; default: the key.")]

PLUS = "+"
"""Joins names of variants whose changes are made together; no name has it."""


def joined(value: Any) -> Any:
    """Return names of variants joined by plus signs without the blanks around these."""
    if not isinstance(value, str):
        return value
    return PLUS.join(name.strip() for name in value.split(PLUS))


VariantName = Annotated[str, BeforeValidator(joined), StringConstraints(max_length=500)]
"""A variant of a scenario, or several that are put together: a+b."""

Weekday = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
WEEKDAYS: tuple[Weekday, ...] = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def as_tuple(value: Any) -> Any:
    """Turn one name into a list of it."""
    return [value] if isinstance(value, str) else value


Names = Annotated[
    tuple[Name, ...],
    Shorthand(as_tuple, ("string",)),
    Field(min_length=1),
]

Condition = Annotated[
    dict[Name, Names],
    Field(
        min_length=1,
        description="All must hold: class and attributes with one value or a list of values, "
        "such as {class: car, documents: [visa, visa_exempt]}.",
        examples=[{"class": "car"}],
    ),
]


class ShareCase(Record):
    """How often something is there, under a condition."""

    when: Condition | None = Field(None, description="Of whom; none: of everybody else.")
    share: Share = Field(description="The share of them, such as 0.5 %.")


def as_share_cases(value: Any) -> Any:
    """Turn a share, or one case, into a list of cases."""
    if isinstance(value, list):
        return value
    return [value] if isinstance(value, dict) else [{"share": value}]


def _as_days(value: Any) -> Any:
    """Turn mon-fri, or sat-sun, into a list of days; anything else is left to the schema."""
    if not isinstance(value, str):
        return value
    first, _, last = (part.strip() for part in value.partition("-"))
    last = last or first
    if first not in WEEKDAYS or last not in WEEKDAYS:
        return [value]
    start = WEEKDAYS.index(first)
    return [WEEKDAYS[(start + k) % 7] for k in range((WEEKDAYS.index(last) - start) % 7 + 1)]


Days = Annotated[
    tuple[Weekday, ...], Shorthand(_as_days, ("string",)), Field(min_length=1, max_length=7)
]
"""Weekdays: a list, or a stretch such as mon-fri."""


class Window(Record):
    """A stretch of local time on some weekdays; ``06:00-22:00`` means every day."""

    start: Clock = Field(alias="from", description="Local time at which it starts.")
    end: Clock = Field(
        alias="to",
        description="Local time at which it ends; at or before 'from': on the next day.",
        examples=["14:00"],
    )
    days: Days = Field(
        WEEKDAYS, description="Weekdays on which the window starts: [sat, sun] or mon-fri."
    )

    @property
    def words(self) -> str:
        """It as people write it: 06:00-10:00, or 06:00-10:00 on sat, sun."""
        return f"{write_clock(self.start)}-{write_clock(self.end)}{self.on_days}"

    @property
    def on_days(self) -> str:
        """On which weekdays it starts, such as `` on mon-fri``; nothing: on all."""
        numbers = sorted({WEEKDAYS.index(day) for day in self.days})
        if len(numbers) == len(WEEKDAYS):
            return ""
        if len(numbers) > 2 and numbers[-1] - numbers[0] == len(numbers) - 1:
            return f" on {WEEKDAYS[numbers[0]]}-{WEEKDAYS[numbers[-1]]}"
        return f" on {', '.join(WEEKDAYS[number] for number in numbers)}"


def length_of(window: Window) -> float:
    """Return the minutes from the start of a window to its end by the clock."""
    length = window.end - window.start
    return length if length > 0 else length + 1440


def _as_window(value: Any) -> Any:
    if isinstance(value, str):
        start, dash, end = value.partition("-")
        if not dash:
            raise ValueError(f"expected a window such as 06:00-22:00, found {value!r}")
        return {"from": start.strip(), "to": end.strip()}
    return value


OpeningWindow = Annotated[Window, Shorthand(_as_window, ("string",))]


def as_windows(value: Any) -> Any:
    """Turn one window into a list of it."""
    return [value] if isinstance(value, (str, dict)) else value
