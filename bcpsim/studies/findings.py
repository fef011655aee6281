"""Mistakes in a study file, gathered at their places until all that can be told are known."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from bcpsim.errors import InputError, ScenarioError, unknown
from bcpsim.files.document import Document
from bcpsim.files.readable import Reading
from bcpsim.files.typed import problem_at
from bcpsim.scenario.tables import TableError


class Findings:
    """Mistakes in a study file, at their places.

    Parameters
    ----------
    document
        The file as written.
    reading
        What could be read of it. Where something else stands in the record than in the file,
        the mistake is known, and nothing that follows from it is told.
    """

    def __init__(self, document: Document, reading: Reading[Any] | None = None) -> None:
        self.document = document
        self._reading = reading
        self._mended = reading.mended if reading is not None else frozenset()
        self.problems = list(reading.problems) if reading is not None else []

    @property
    def mended(self) -> bool:
        """True if parts of the file were replaced so that the rest could be read."""
        return self._reading is not None and bool(self._reading.problems)

    def holds(self, *path: str | int) -> bool:
        """Return whether a value in the record is the one in the file, not a replacement."""
        return self._reading is None or self._reading.holds(path)

    def stands(self, *path: str | int) -> bool:
        """Return whether a place is as in the file, perhaps with mistakes below it."""
        return not any(path[: len(place)] == place for place in self._mended)

    def is_lost(self, name: str) -> bool:
        """Return whether a name is missing, or was lost with a mistake."""
        return self._reading is not None and name in self._reading.lost

    def add(self, message: str, *path: str | int, key: bool = False) -> None:
        """Note a mistake in a value, or in its key."""
        if self.holds(*path):
            self.problems.append(problem_at(self.document, path, message, key=key))

    def add_once(self, message: str, *path: str | int, key: bool = False) -> None:
        """Note a mistake, if none was noted at its place."""
        problem = problem_at(self.document, path, message, key=key)
        if all(other.field != problem.field for other in self.problems):
            self.add(message, *path, key=key)

    def add_unknown(
        self, what: str, names: Iterable[str], known: Iterable[str], *path: str | int
    ) -> None:
        """Note each of some names that isn't known; `known` are names of this file or others."""
        known = list(known)
        if not self.stands(*path):
            return
        for name in names:
            if name not in known and not self.is_lost(name):
                self.problems.append(problem_at(self.document, path, unknown(what, name, known)))

    @contextmanager
    def at(self, *path: str | int) -> Iterator[None]:
        """Note errors that come of a value at the place of this value."""
        try:
            yield
        except ScenarioError as error:
            for problem in error.problems:
                where = f"{problem.field}: " if problem.field else ""
                self.add(f"{where}{problem.message}", *path)
        except (InputError, TableError) as error:
            self.add(str(error), *path)

    @contextmanager
    def elsewhere(self) -> Iterator[None]:
        """Raise mistakes in what the file names, with all that was found before.

        Raises
        ------
        ScenarioError
            If there are any.
        """
        try:
            yield
        except ScenarioError as error:
            self.problems += error.problems
            raise self.error() from None

    def error(self) -> ScenarioError:
        """Return the error of all that was found."""
        return ScenarioError(dict.fromkeys(self.problems))

    def raise_all(self) -> None:
        """Raise what was found.

        Raises
        ------
        ScenarioError
            If there is any.
        """
        if self.problems:
            raise self.error()
