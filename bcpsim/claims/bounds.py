"""Bounds that a claim states: an effect above or below a threshold, or between two."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

from bcpsim.files.fields import shown

PERCENT = "%"
POINTS = "points"
"""Unit of a difference between two percentages."""

_NUMBER = r"\d+(?:\.\d*)?"
_SIGNED = rf"[-+]?{_NUMBER}"
_UNIT = r"[A-Za-z%].*?"
_SIDE = re.compile(rf"\s*at\s+(least|most)\s+({_SIGNED})\s*({_UNIT})?\s*")
_BETWEEN = re.compile(rf"\s*between\s+({_SIGNED})\s*({_UNIT})?\s+and\s+({_SIGNED})\s*({_UNIT})?\s*")
_ABOUT = re.compile(rf"\s*about\s+({_SIGNED})\s*({_UNIT})?\s+within\s+({_NUMBER})\s*({_UNIT})?\s*")
_NEAR = re.compile(rf"\s*about\s+{_SIGNED}\s*(?:{_UNIT})?\s*")
_QUANTITY = re.compile(rf"\s*({_NUMBER})\s*({_UNIT})?\s*")


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number with its unit; without a unit, that of the measure."""

    value: float
    unit: str = ""

    def __str__(self) -> str:
        unit = "point" if self.unit == POINTS and self.value == 1 else self.unit
        return f"{self.value:g} {unit}".strip()


@dataclass(frozen=True, slots=True)
class Bound:
    """A bound on an effect, such as ``at least 30 %`` or ``between 25 and 35 %``.

    Attributes
    ----------
    low, high
        Smallest and largest effect; infinite where the claim sets none.
    unit
        ``%`` for a relative change, else the unit of the measure.
    """

    low: float = -math.inf
    high: float = math.inf
    unit: str = ""

    @property
    def edges(self) -> tuple[float, ...]:
        """The threshold, or both of them."""
        return tuple(edge for edge in (self.low, self.high) if math.isfinite(edge))

    def holds(self, effect: float) -> bool:
        """Return whether an effect is what is claimed."""
        return self.low <= effect <= self.high

    def distance(self, effect: float) -> float:
        """Return how far an effect is from the nearest threshold."""
        return min(abs(effect - edge) for edge in self.edges)

    def __str__(self) -> str:
        if math.isinf(self.high):
            return f"at least {Quantity(self.low, self.unit)}"
        if math.isinf(self.low):
            return f"at most {Quantity(self.high, self.unit)}"
        return f"between {self.low:g} and {Quantity(self.high, self.unit)}"


def _unit(text: str | None) -> str:
    return POINTS if text in ("point", "points") else text or ""


def _quantity(value: Any) -> Any:
    match = _QUANTITY.fullmatch(str(value)) if isinstance(value, (str, int, float)) else None
    if match is None or isinstance(value, bool):
        raise ValueError(f"expected a number with its unit such as '1 point', found {shown(value)}")
    if float(match[1]) == 0:
        raise ValueError(f"must be more than 0, found {shown(value)}")
    return Quantity(float(match[1]), _unit(match[2]))


def _bound(value: Any) -> Any:
    text = value if isinstance(value, str) else ""
    if match := _SIDE.fullmatch(text):
        number, unit = float(match[2]), _unit(match[3])
        return (
            Bound(low=number, unit=unit) if match[1] == "least" else Bound(high=number, unit=unit)
        )
    if match := _BETWEEN.fullmatch(text):
        return _between(float(match[1]), float(match[3]), {_unit(match[2]), _unit(match[4])}, value)
    if match := _ABOUT.fullmatch(text):
        number, margin, unit = float(match[1]), float(match[3]), _unit(match[2])
        if _unit(match[4]) != (POINTS if unit == PERCENT else unit):
            raise ValueError(
                "how near is said in points of a change in %, else in the same unit, such as "
                f"'about 30 % within 5 points' or 'about 5 min within 1 min'; found {shown(value)}"
            )
        if margin == 0:
            raise ValueError(f"how near must be more than 0, found {shown(value)}")
        return _between(number - margin, number + margin, {unit}, value)
    if _NEAR.fullmatch(text):
        raise ValueError(
            "say how near, such as 'about 30 % within 5 points', or 'between 25 and 35 %'; "
            f"found {shown(value)}"
        )
    raise ValueError(
        "expected 'at least 30 %', 'at most 5 min', 'between 25 and 35 %' or "
        f"'about 30 % within 5 points', found {shown(value)}"
    )


def _between(low: float, high: float, units: set[str], value: Any) -> Bound:
    named = units - {""}
    if len(named) > 1:
        raise ValueError(f"expected one unit for both numbers, found {shown(value)}")
    if low >= high:
        raise ValueError(f"expected the smaller number first, found {shown(value)}")
    return Bound(low, high, named.pop() if named else "")


def _margin(value: Any) -> Any:
    match = _SIDE.fullmatch(value) if isinstance(value, str) else None
    if match is None or match[1] != "most" or float(match[2]) <= 0:
        raise ValueError(
            "expected the largest difference that counts as none, such as 'at most 5 %' or "
            f"'at most 1 min', found {shown(value)}"
        )
    return Bound(-float(match[2]), float(match[2]), _unit(match[3]))


def _written_margin(bound: Bound) -> str:
    return f"at most {Quantity(bound.high, bound.unit)}"


QuantityText = Annotated[
    Quantity,
    BeforeValidator(_quantity),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": ["string", "number"],
            "description": "A number with its unit, such as 1 point.",
            "examples": ["1 point"],
        }
    ),
]
BoundText = Annotated[
    Bound,
    BeforeValidator(_bound),
    PlainSerializer(str),
    WithJsonSchema(
        {
            "type": "string",
            "description": "A bound: 'at least 30 %' (of the baseline), 'at most 5 min', 'between "
            "25 and 35 %', or 'about 30 % within 5 points'.",
            "examples": ["at least 30 %"],
        }
    ),
]
MarginText = Annotated[
    Bound,
    BeforeValidator(_margin),
    PlainSerializer(_written_margin),
    WithJsonSchema(
        {
            "type": "string",
            "description": "The largest difference that counts as none, up or down: 'at most 5 %' "
            "(of the baseline) or 'at most 1 min'.",
            "examples": ["at most 5 %"],
        }
    ),
]
