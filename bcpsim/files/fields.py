"""Types of single values in a scenario file: what is written, and what it becomes.

Each type parses the text that a planner writes (``90 s``, ``40/h``, ``15 %``,
``22:00``) into a float in the program's unit, and is written back in a form that
parses to the same float, to the bit.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any

import yaml
from pydantic import (
    BeforeValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    PlainSerializer,
    WithJsonSchema,
)
from pydantic_core import core_schema

from bcpsim.errors import unknown
from bcpsim.files import units

NAME_PATTERN = r"^[A-Za-z][A-Za-z0-9_-]{0,63}$"


MAX_NUMBER = 1e12
"""Largest number in a file, without its sign."""

LONGEST_SHOWN = 100
"""Most characters of a value that a message shows."""


@dataclass(frozen=True)
class Shorthand:
    """A shorter form that a field may be written in, for the validator and the JSON Schema.

    Attributes
    ----------
    expand
        Turns the shorter form into the full one and lets everything else through.
    forms
        JSON Schemas of the shorter forms.
    """

    expand: Callable[[Any], Any]
    forms: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Put the expansion before the field's own validation."""
        return core_schema.no_info_before_validator_function(self.expand, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Let the shorter forms stand beside the full one."""
        return {"anyOf": [*({"type": form} for form in self.forms), handler(schema)]}


@dataclass(frozen=True)
class OneOf:
    """A text that is one of several names: `Literal`, for names known only as the program runs.

    Attributes
    ----------
    names
        The names.
    """

    names: tuple[str, ...]

    def __get_pydantic_core_schema__(
        self, source: Any, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Look the name up before the field's own validation."""
        return core_schema.no_info_before_validator_function(self._known, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Name all of them."""
        return {"enum": list(self.names), "type": "string"}

    def _known(self, value: Any) -> Any:
        if not isinstance(value, str):
            raise ValueError(f"expected one of: {', '.join(self.names)}; found {shown(value)}")
        if value not in self.names:
            raise ValueError(unknown("value", value, self.names))
        return value


def _parsed(parse: Callable[[str], float], write: Callable[[float], str]) -> Callable[[Any], float]:
    """Return a validator that parses text, and lets the program's own floats through."""

    def validate(value: Any) -> float:
        if isinstance(value, bool) or value is None:
            raise ValueError(f"expected text such as {write(1.0)!r}, found {shown(value)}")
        if isinstance(value, (str, int, float)):
            return parse(value if isinstance(value, str) else repr(value))
        raise ValueError(f"expected text such as {write(1.0)!r}, found {shown(value)}")

    return validate


def shown(value: Any) -> str:
    """Return a value as a planner would name it."""
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    if isinstance(value, bool):
        return str(value).lower()
    text = repr(value)
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}..."


def flow(value: Any) -> str:
    """Return plain data in a line, as a file would have it."""
    text = str(yaml.safe_dump(value, default_flow_style=True, sort_keys=False, width=math.inf))
    return text.removesuffix("\n").removesuffix("\n...")


def _positive(value: Any) -> float:
    number = _number(value)
    if number <= 0:
        raise ValueError(f"must be greater than 0, found {number:g}")
    return number


def _not_negative(value: Any) -> float:
    number = _number(value)
    if number < 0:
        raise ValueError(f"must not be negative, found {number:g}")
    return number


def _from(low: float, high: float) -> Callable[[Any], float]:
    """Return a validator of numbers from a lowest to a highest."""

    def validate(value: Any) -> float:
        number = _finite(value)
        if not low <= number <= high:
            raise ValueError(f"expected a number from {low:g} to {high:g}, found {shown(value)}")
        return number

    return validate


def _number(value: Any) -> float:
    number = _finite(value)
    if abs(number) > MAX_NUMBER:
        raise ValueError(f"expected a number of at most {MAX_NUMBER:g}, found {shown(value)}")
    return number


def _finite(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise ValueError(f"expected a number, found {shown(value)}")
    try:
        number = float(value)
    except OverflowError:
        number = math.inf
    if not math.isfinite(number):
        raise ValueError(f"expected a finite number, found {shown(value)}")
    return number


def _whole(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"expected a whole number, found {shown(value)}")
    return value


def _count(value: Any) -> int:
    number = _whole(value)
    if not 1 <= number <= 1000:
        raise ValueError(f"expected a whole number from 1 to 1000, found {shown(number)}")
    return number


def write_duration(minutes: float) -> str:
    """Return minutes as text that parses to the same float."""
    return f"{minutes!r} min"


def write_rate(per_minute: float) -> str:
    """Return a rate per minute as text that parses to the same float."""
    return f"{per_minute!r}/min"


def write_floor(square_metres: float) -> str:
    """Return a floor space as text that parses to the same float."""
    return f"{square_metres!r} m2"


def write_clock(minutes: float) -> str:
    """Return minutes after midnight as HH:MM."""
    return f"{int(minutes) // 60:02d}:{int(minutes) % 60:02d}"


Duration = Annotated[
    float,
    BeforeValidator(_parsed(units.parse_duration, write_duration)),
    PlainSerializer(write_duration),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": "A time with its unit, such as 90 s, 2 min, 1.5 h.",
            "examples": ["2 min"],
        }
    ),
]
"""Minutes, written with a unit."""

Rate = Annotated[
    float,
    BeforeValidator(_parsed(units.parse_rate, write_rate)),
    PlainSerializer(write_rate),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A rate with its unit, such as 40/h or 900/d.",
            "examples": ["40/h"],
        }
    ),
]
"""Arrivals per minute, written with a unit."""

Share = Annotated[
    float,
    BeforeValidator(_parsed(units.parse_share, lambda share: f"{share:g}")),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": "A share, such as 15 % or 0.15.",
            "examples": ["100 %", "15 %"],
        }
    ),
]
"""A share from 0 to 1."""

Floor = Annotated[
    float,
    BeforeValidator(_parsed(units.parse_floor, write_floor)),
    PlainSerializer(write_floor),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A floor space with its unit, such as 240 m2.",
            "examples": ["240 m2"],
        }
    ),
]
"""Square metres, written with a unit."""

Clock = Annotated[
    float,
    BeforeValidator(_parsed(units.parse_clock, write_clock)),
    PlainSerializer(write_clock),
    WithJsonSchema(
        {
            "type": "string",
            "description": "Local wall-clock time, 00:00 to 24:00.",
            "examples": ["06:00"],
        }
    ),
]
"""Minutes after local midnight."""


def _local_time(value: Any) -> datetime:
    if isinstance(value, datetime):
        return value
    try:
        time = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise ValueError(
            f"expected a local date and time such as 2026-04-13T00:00, found {shown(value)}"
        ) from None
    if time.tzinfo is not None:
        raise ValueError("write the local time without an offset; the zone is in time_zone")
    if not 1970 <= time.year <= 2100:
        raise ValueError(f"the year {time.year} is out of range; expected 1970 to 2100")
    return time


LocalTime = Annotated[
    datetime,
    BeforeValidator(_local_time),
    PlainSerializer(lambda time: time.isoformat(timespec="minutes")),
    WithJsonSchema(
        {
            "type": "string",
            "description": "Local date and time, 2026-04-13T00:00.",
            "examples": ["2026-04-13T00:00"],
        }
    ),
]
"""A local date and time without an offset."""

AS_NUMBER = BeforeValidator(_number)
"""Takes nothing but a finite number; behind bounds, which then stand in schemas, too."""

Number = Annotated[float, AS_NUMBER, WithJsonSchema({"type": "number"})]
Positive = Annotated[
    float, BeforeValidator(_positive), WithJsonSchema({"type": "number", "exclusiveMinimum": 0})
]
NotNegative = Annotated[
    float, BeforeValidator(_not_negative), WithJsonSchema({"type": "number", "minimum": 0})
]
MAX_CV = 20.0
"""Largest coefficient of variation: above hardly any draw is near the mean."""

Cv = Annotated[
    float,
    BeforeValidator(_from(0.001, MAX_CV)),
    WithJsonSchema({"type": "number", "minimum": 0.001, "maximum": MAX_CV}),
]
"""A coefficient of variation."""

Pace = Annotated[
    float,
    BeforeValidator(_from(0.01, 100)),
    WithJsonSchema({"type": "number", "minimum": 0.01, "maximum": 100}),
]
"""What multiplies a duration."""

Whole = Annotated[int, BeforeValidator(_whole), WithJsonSchema({"type": "integer"})]
Count = Annotated[
    int, BeforeValidator(_count), WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 1000})
]


def shares_add_up(shares: dict[str, float], what: str) -> dict[str, float]:
    """Return the shares if they add to 1 within rounding of what a person writes.

    Raises
    ------
    ValueError
        If there are none, or if they don't add to 1 (within 1e-6).
    """
    if not shares:
        raise ValueError(f"{what} must name at least one share")
    total = math.fsum(shares.values())
    if abs(total - 1) > 1e-6:
        raise ValueError(f"{what} add to {total * 100:.6g} %; they must add to 100 %")
    return shares
