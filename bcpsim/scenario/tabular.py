"""How a field of a scenario says which table it reads, and what the table's own words mean."""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, Field, model_validator

from bcpsim.errors import unknown
from bcpsim.files.fields import Shorthand, shown
from bcpsim.files.record import Record

Cells = Annotated[
    tuple[Annotated[str, Field(max_length=1000)], ...],
    Shorthand(lambda value: _as_texts(value), ("string", "number")),
    Field(min_length=1, max_length=400),
]
"""Names of columns, or what their cells hold: one, or a list."""

_CODE_PAGE = re.compile(
    r"(utf-?(8|16|32)(-?(sig|le|be))?|(windows-?|cp|ibm)\d{3,5}|iso-?8859-?\d{1,2}|latin-?\d{1,2}"
    r"|ascii|koi8-?[rut]|mac-?(roman|latin2|cyrillic|greek|turkish))"
)
_SOME_DAY = datetime(2026, 10, 28, 18, 59, 58)


def _as_texts(value: Any) -> Any:
    """Turn one text into a list of it; a column may be called 2026, a number to YAML."""
    listed = value if isinstance(value, (list, tuple)) else [value]
    texts = []
    for one in listed:
        if isinstance(one, bool) or not isinstance(one, (str, int, float)):
            raise ValueError(f"expected text in quotes, or a list of it, found {shown(one)}")
        texts.append(f"{one:g}" if isinstance(one, float) else str(one))
    return texts


def _known_encoding(value: str) -> str:
    name = value.strip().lower().replace("_", "-")
    try:
        codecs.lookup(name)
    except (LookupError, ValueError):
        name = ""
    if not _CODE_PAGE.fullmatch(name):
        raise ValueError(f"{shown(value)} is no code page; write utf-8, windows-1250 or iso-8859-2")
    return value


def _can_be_read(value: str) -> str:
    message = f"{shown(value)} is no form of a time; write it as %d.%m.%Y %H:%M"
    try:
        datetime.strptime(_SOME_DAY.strftime(value), value)
    except (ValueError, re.error):
        raise ValueError(message) from None
    if not any(part in value for part in ("%d", "%H", "%I", "%j", "%X", "%c", "%x")):
        raise ValueError(message)
    return value


@dataclass(frozen=True)
class Role:
    """A column that tables of a kind have.

    Attributes
    ----------
    name
        What it is called if the scenario doesn't say; None: the table needs none.
    field
        Field of its own in which the scenario may say what the table calls it.
    """

    name: str | None
    field: str | None = None


class TableDescription(Record):
    """A table, as CSV or Excel, and how it is to be read.

    What isn't given is found from the table where only one reading makes sense, and told.
    """

    file: str = Field(
        description="Table beside the scenario: CSV of any make, or an Excel workbook (.xlsx)."
    )
    sheet: str | None = Field(
        None, description="Sheet of the workbook; default: the first that isn't hidden."
    )
    columns: Annotated[dict[str, Cells], Field(max_length=40)] = Field(
        default_factory=dict,
        description="What the table calls the columns that are needed: {time: [Datum, Uhrzeit], "
        "count: PKW}. Several columns of a time hold its parts; several of a number are added.",
    )
    where: Annotated[dict[str, Cells], Field(max_length=20)] = Field(
        default_factory=dict,
        description="Rows that are read, by what their cells hold: {direction: entry, lane: [1, "
        "2]}; default: all.",
    )
    separator: Literal[",", ";", "|", "tab"] | None = Field(
        None, description="What stands between the cells of a CSV file; default: found."
    )
    decimal: Literal[".", ","] | None = Field(
        None, description="Decimal point or comma of its numbers; default: found."
    )
    encoding: Annotated[str, AfterValidator(_known_encoding)] | None = Field(
        None, description="Code page of a CSV file, such as windows-1250; default: found."
    )
    time_format: Annotated[str, Field(max_length=100), AfterValidator(_can_be_read)] | None = Field(
        None,
        description='How its times are written, such as "%d/%m/%Y %H:%M", with the signs of '
        "Python's strptime; default: found.",
    )
    missing: Literal["zero", "error", "repeat"] | None = Field(
        None,
        description="What an interval of the horizon without a number means in a table of counts: "
        "that nobody comes (zero), a mistake (error), or the number of the same time on another "
        "day, the same weekday if there is one (repeat). Default: nobody comes, with a warning.",
    )

    roles: ClassVar[Mapping[str, Role]] = {}
    """Columns that tables of this kind have, by what the program calls them."""

    def every_role(self) -> Mapping[str, Role]:
        """Return the columns that this very table may have."""
        return self.roles

    def named(self, role: str) -> tuple[str, ...]:
        """Return what the table calls the columns with a role, such as ``time``; none: ()."""
        own = self.every_role()[role]
        given = self.columns.get(role) or (getattr(self, own.field) if own.field else None)
        if given:
            return tuple(given)
        return () if own.name is None else (own.name,)

    @model_validator(mode="after")
    def _known_roles(self) -> TableDescription:
        roles = self.every_role()
        for role in self.columns:
            if role not in roles:
                raise ValueError("columns: " + unknown("column", role, roles))
            field = roles[role].field
            if field and getattr(self, field) is not None:
                raise ValueError(f"give either {field}, or {role} under columns")
        return self


def check_called(called: Mapping[str, str], what: str) -> None:
    """Check that a table calls each of some stops or steps by a name of its own.

    Raises
    ------
    ValueError
        If a name stands for two.
    """
    names = list(called.values())
    for name in names:
        if names.count(name) > 1:
            raise ValueError(f"called: {name!r} stands for two {what}; expected one for each")
