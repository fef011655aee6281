"""Conditions on class and attributes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionPlan:
    """A condition on class and attributes: every mask must have the traveller's bit.

    Attributes
    ----------
    classes
        Bit mask of the classes that meet it.
    attributes
        (attribute, bit mask of its values) pairs.
    """

    classes: int
    attributes: tuple[tuple[int, int], ...] = ()
