"""Laws, measures and rules of choosing that packages of users add, by name.

A package declares them as entry points in its ``pyproject.toml``; installing it is all that is
needed. So each process of a run has the same ones, a scenario file can only name what is installed,
and a result can say which package and version a name came from. Nothing is loaded from a file that
a scenario names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any, cast

from bcpsim.errors import InputError

GROUPS = {
    "law": "bcpsim.laws",
    "measure": "bcpsim.measures",
    "lane choice": "bcpsim.lane_choices",
    "pool rule": "bcpsim.pool_rules",
    "queue order": "bcpsim.queue_orders",
}
"""The group of entry points for each kind of thing that a package may add."""


@dataclass(frozen=True, slots=True)
class Added:
    """Something that a package adds.

    Attributes
    ----------
    kind
        One of `GROUPS`.
    name
        What scenario files, claims and options call it.
    package, version
        The package that it comes from.
    point
        Where it is in the package.
    """

    kind: str
    name: str
    package: str
    version: str
    point: EntryPoint

    def __str__(self) -> str:
        return f"the {self.kind} {self.name!r} of the package {self.package} {self.version}"

    def load(self) -> Any:
        """Return what the entry point names.

        Raises
        ------
        InputError
            If it can't be imported; it names the package.
        """
        try:
            return self.point.load()
        except Exception as error:
            hint = (
                "; keep laws, measures and rules in modules of their own"
                if "partially initialized" in str(error)
                else ""
            )
            said = f"{type(error).__name__}: {error}"
            raise InputError(f"{self} can't be loaded: {said}{hint}") from error

    def code(self) -> str:
        """Return the SHA-256 of the module that the entry point names, empty if it has no file."""
        spec = find_spec(self.point.module)
        if spec is None or spec.origin is None or not Path(spec.origin).is_file():
            return ""
        return hashlib.sha256(Path(spec.origin).read_bytes()).hexdigest()


@cache
def _installed() -> EntryPoints:
    """Return the entry points of all installed packages, whose files are read once."""
    points: Any = entry_points()  # of a type of its own before Python 3.12, with the same method
    return cast("EntryPoints", points)


@cache
def added(kind: str) -> Mapping[str, Added]:
    """Return what the installed packages add of a kind, by name and in order of names.

    Raises
    ------
    InputError
        If two packages add the same name.
    """
    found: dict[str, Added] = {}
    points = _installed().select(group=GROUPS[kind])
    for point in sorted(points, key=lambda point: (point.name, point.value)):
        assert point.dist is not None
        one = Added(kind, point.name, point.dist.name, point.dist.version, point)
        other = found.setdefault(one.name, one)
        if (other.package, other.point.value) != (one.package, point.value):
            raise InputError(f"{one} has the name of another, of {other.package}: uninstall one")
    return found


def names_with(kind: str, own: Collection[str]) -> tuple[str, ...]:
    """Return bcpsim's own names of a kind, and then those that packages add.

    Raises
    ------
    InputError
        If a package adds a name that bcpsim has itself.
    """
    for name, one in added(kind).items():
        if name in own:
            raise InputError(f"{one} has the name of one of bcpsim's own: rename it")
    return (*own, *added(kind))


def provenance() -> list[dict[str, str]]:
    """Return all that packages add, with package, version and a digest of the module."""
    return [
        {
            "kind": one.kind,
            "name": one.name,
            "package": one.package,
            "version": one.version,
            "code": one.code(),
        }
        for kind in GROUPS
        for one in added(kind).values()
    ]
