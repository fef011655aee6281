"""The records of a run in memory: each field at its place behind an address.

The fields are those that `records` declares. Each takes one word of eight bytes: a number, a
truth value, or the address of another record or set, 0 for `NOTHING`. A list takes two: where
its words are, and how many. A set is its size in a word and a byte for each member.

`Template` lays the records of a plan once; `Arena` is a copy for runs of some replications.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields
from functools import cache
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine import records
from bcpsim.engine.sets import Members
from bcpsim.engine.table import NOTHING

WORD = 8
"""Bytes."""


class Field(NamedTuple):
    """Where the field of a record is, and what it holds: of a list, each of its items."""

    offset: int
    holds: type
    is_list: bool


@cache
def fields_of(record: Any) -> dict[str, Field]:
    """Return the fields of a kind of record, with their places in words."""
    hints = get_type_hints(record, vars(records))
    found = {}
    offset = 0
    for one in fields(record):
        hint = hints[one.name]
        if hint is object:  # what only the plain way has
            continue
        is_list = get_origin(hint) is list
        [holds] = get_args(hint) if is_list else [hint]
        found[one.name] = Field(offset, holds, is_list)
        offset += 2 if is_list else 1
    return found


@cache
def words_of(record: Any) -> int:
    """Return how many words a kind of record takes."""
    return sum(2 if field.is_list else 1 for field in fields_of(record).values())


def _kind(record: Any) -> Any:
    """Return the kind of a record."""
    return type(record)


class Template:
    """Records laid in memory, from one that leads to all others; addresses from 0."""

    def __init__(self, root: Any) -> None:
        self.root = root
        self.places: dict[int, int] = {}  # by identity, in words
        self._words: list[int] = []
        self._addresses: list[int] = []  # which words are addresses
        self._waiting: list[tuple[Any, int]] = []
        self._place(root)
        while self._waiting:
            self._fill(*self._waiting.pop())
        self.words = np.array(self._words, dtype=np.int64)
        self.addresses = np.array(self._addresses, dtype=np.int64)
        del self._words, self._addresses, self._waiting

    def _take(self, words: int) -> int:
        place = len(self._words)
        self._words.extend([0] * words)
        return place

    def _place(self, record: Any) -> int:
        """Return the place of a record or set, which is filled in its turn if it is new."""
        place = self.places.get(id(record))
        if place is None:
            if isinstance(record, Members):
                place = self._take(1 + -(-record.size // WORD))
                self._words[place] = record.size
                packed = sum(1 << (WORD * k) for k in range(record.size) if record.has(k))
                rest = packed.to_bytes(8 * (-(-record.size // WORD)), "little")
                self._words[place + 1 : place + 1 + len(rest) // WORD] = np.frombuffer(
                    rest, dtype=np.int64
                ).tolist()
            else:
                place = self._take(words_of(_kind(record)))
                self._waiting.append((record, place))
            self.places[id(record)] = place
        return place

    def _fill(self, record: Any, place: int) -> None:
        for name, field in fields_of(_kind(record)).items():
            value = getattr(record, name)
            if not field.is_list:
                self._write(place + field.offset, value, field.holds)
            elif value:
                start = self._take(len(value))
                self._write_address(place + field.offset, start)
                self._words[place + field.offset + 1] = len(value)
                for k, item in enumerate(value):
                    self._write(start + k, item, field.holds)

    def _write(self, place: int, value: Any, holds: type) -> None:
        if holds is float:
            self._words[place] = int(np.float64(value).view(np.int64))
        elif holds in (int, bool):
            self._words[place] = int(value)
        elif value is not NOTHING:
            self._write_address(place, self._place(value))

    def _write_address(self, place: int, to: int) -> None:
        self._words[place] = WORD * to
        self._addresses.append(place)

    def place_of(self, record: Any, name: str) -> int:
        """Return the place of a field of a record, in words."""
        return self.places[id(record)] + fields_of(_kind(record))[name].offset


def address_of(array: NDArray[Any]) -> int:
    """Return where the items of an array begin."""
    address: int = array.__array_interface__["data"][0]  # its `ctypes` would take longer
    return address


class Arena:
    """The records of runs in memory, of one run after the other.

    What travellers bring is set before the first, for all runs at once; each run sees its own.
    """

    def __init__(self, template: Template) -> None:
        self.template = template
        self.words = template.words.copy()
        self.base = address_of(self.words)
        self.words[template.addresses] += self.base
        self.address = self.address_of(template.root)
        self._columns: list[NDArray[np.int64]] = []  # places of lists for all runs
        self._kept: dict[int, NDArray[Any]] = {}  # what only addresses refer to, by place

    def address_of(self, record: Any) -> int:
        """Return the address of a record."""
        return self.base + WORD * self.template.places[id(record)]

    def set(self, record: Any, name: str, value: Any) -> None:
        """Set a field: an array for a list."""
        field = fields_of(_kind(record))[name]
        place = self.template.places[id(record)] + field.offset
        if not field.is_list:
            self.words[place] = value
            return
        array = np.ascontiguousarray(value, np.float64 if field.holds is float else np.int64)
        self._kept[place] = array
        self.words[place] = address_of(array)
        self.words[place + 1] = len(array)

    def set_column(self, record: Any, name: str, value: Any) -> None:
        """Set a list to an array with a place for each traveller of all runs."""
        self.set(record, name, value)
        self._columns.append(np.array([self.template.place_of(record, name)]))

    def set_rows(self, places: NDArray[np.int64], rows: NDArray[np.int64]) -> None:
        """Set lists of whole numbers at places (see `place_of`), each to a row, likewise."""
        self._kept[-1] = rows
        self.words[places] = address_of(rows) + rows.strides[0] * np.arange(len(rows))
        self._columns.append(places)

    def runs(self, rows: Iterable[slice]) -> Iterator[None]:
        """Make ready for each run, by which travellers are its own."""
        ready = self.words.copy()
        columns = np.concatenate(self._columns)
        for own in rows:
            self.words[:] = ready
            self.words[columns] += WORD * own.start
            self.words[columns + 1] = own.stop - own.start
            yield

    def get(self, record: Any, name: str) -> int:
        """Return a field that is a whole number."""
        return int(self.words[self.template.place_of(record, name)])
