"""Sets of small whole numbers: the places of officers in a group, of lanes at a stop, of stops.

Plain, a set is one Python integer with a bit for each member; compiled, a byte for each, so
that it may be of any size in both ways. This and the calendar have two bodies; the second is in
`compiled`.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

_numbers: dict[int, tuple[int, ...]] = {}
"""The numbers of sets that were gone through, by their bits."""

_MOST = 10_000


class Members:
    """A set of whole numbers below a size."""

    __slots__ = ("bits", "size")

    def __init__(self, size: int, members: Iterable[int] = ()) -> None:
        self.size = size
        self.bits = 0
        for k in members:
            self.bits |= 1 << k

    def has(self, k: int) -> bool:
        """Return whether a number is in the set."""
        return self.bits >> k & 1 != 0

    def add(self, k: int) -> None:
        """Put a number into the set."""
        self.bits |= 1 << k

    def drop(self, k: int) -> None:
        """Take a number out of the set."""
        self.bits &= ~(1 << k)

    def clear(self) -> None:
        """Take all numbers out."""
        self.bits = 0

    def add_all(self, other: Members) -> None:
        """Put all of another set's numbers into this one."""
        self.bits |= other.bits

    def take(self, other: Members) -> None:
        """Have just the numbers of another set, which is empty then."""
        self.bits = other.bits
        other.bits = 0

    def __iter__(self) -> Iterator[int]:
        """Return the numbers in the set, the smallest first; it must not change meanwhile."""
        found = _numbers.get(self.bits)
        if found is None:
            found = tuple(k for k in range(self.size) if self.bits >> k & 1)
            if len(_numbers) < _MOST:
                _numbers[self.bits] = found
        return iter(found)

    def first(self) -> int:
        """Return the smallest number in the set, -1 if it is empty."""
        return (self.bits & -self.bits).bit_length() - 1

    def first_common(self, other: Members) -> int:
        """Return the smallest number that is in another set too, -1 if there is none."""
        both = self.bits & other.bits
        return (both & -both).bit_length() - 1
