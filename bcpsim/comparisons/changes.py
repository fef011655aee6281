"""Changes to a scenario that are asked about without a variant in its file.

``stops.passport.lanes=5`` sets a value, ``late_shift`` makes the changes of a variant of the
file, and ``stops.passport.lanes=5 + late_shift`` makes both at once.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from bcpsim.errors import InputError, option
from bcpsim.scenario.extending import BASE
from bcpsim.scenario.values import PLUS

_LONGEST = 60
"""Most characters of a name made of a change, which stands at the head of tables."""

_NEXT = re.compile(r"\s*\+\s*(?=[A-Za-z][\w-]*(\.[\w-]+)+\s*=)|(?<=\d)\s*\+\s*(?=[A-Za-z][\w-]*$)")
"""A plus sign before a second change, in what stands as one value since blanks are missing."""

_NAMES = r"[\w-]+(\s*\+\s*[\w-]+)*"
"""Names of variants, joined by a plus sign."""

_FORM = (
    "expected KEY.PATH=VALUE, the name of a variant, or several of them joined by ' + ', such as "
    "'stops.booths.lanes=5 + late_shift'"
)


@dataclass(frozen=True, slots=True)
class Change:
    """A change that makes another way of working out of one.

    Attributes
    ----------
    text
        As it was written.
    variants
        Names of variants whose changes are made.
    overrides
        Values to set on top, by key path.
    """

    text: str
    variants: tuple[str, ...] = ()
    overrides: Mapping[str, str] = field(default_factory=dict)

    def on(self, variant: str) -> str:
        """Return the name of a variant with the variants of the change."""
        names = dict.fromkeys([*variant.split(PLUS), *self.variants])
        return PLUS.join([name for name in names if name != BASE]) or BASE


def parse_change(text: str) -> Change:
    """Return a change as it is written on the command line.

    Parameters
    ----------
    text
        Such as ``stops.booths.lanes=5 + late_shift``.

    Raises
    ------
    InputError
        If it says nothing, or sets the same twice.
    """
    variants: list[str] = []
    overrides: dict[str, str] = {}
    for part in re.split(r"\s+\+(?:\s+|$)", text.strip()):
        key, equals, value = (piece.strip() for piece in part.partition("="))
        if not key or (equals and not value) or not (equals or re.fullmatch(_NAMES, key)):
            raise InputError(f"{option('--with')}: {_FORM}; found {text!r}")
        if _NEXT.search(value):
            apart = _NEXT.sub(" + ", f"{key}={value}")
            raise InputError(
                f"{option('--with')}: {value!r} is no value of {key}; blanks stand on both "
                "sides of the plus "
                f"sign between changes: {apart!r}"
            )
        if not equals:
            variants += [name.strip() for name in key.split(PLUS)]
        elif key in overrides:
            raise InputError(f"{option('--with')}: {text!r} sets {key} twice")
        else:
            overrides[key] = value
    return Change(text.strip(), tuple(variants), overrides)


def names_of(changes: Sequence[Change]) -> list[str]:
    """Return a name for each change: its text, or where that is long ``change_1`` and so on."""
    texts = [" ".join(change.text.split()) for change in changes]
    return [
        text if len(text) <= _LONGEST else f"change_{number}"
        for number, text in enumerate(texts, start=1)
    ]
