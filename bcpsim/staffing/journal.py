"""Journal of a search: all it has simulated, so that it can go on where it was stopped.

A search is determined by its question and seed: it asks for the same rosters in the same order.
What it was told is kept line by line; going on, it is told the same again, and ends the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from bcpsim.errors import InputError, RunError, option
from bcpsim.results import MAX_TABLE, Folder
from bcpsim.staffing.duties import Floats
from bcpsim.staffing.file import ServiceTarget
from bcpsim.staffing.service import Level, Service


class Journal:
    """The services that rosters were found to give, in the order in which they were simulated.

    Parameters
    ----------
    made_from
        What the search is made from; a journal of anything else is of no use to it.
    """

    def __init__(self, made_from: dict[str, Any]) -> None:
        self._lines = [_line(made_from)]
        self._known: dict[str, tuple[str, Any]] = {}
        self._path: Path | None = None

    @property
    def text(self) -> str:
        """All lines."""
        return "".join(self._lines)

    def read(self, path: Path) -> None:
        """Take over what an earlier search has simulated.

        A last line that was cut off is left out.

        Raises
        ------
        InputError
            If the journal can't be read, or is of something else.
        """
        content = Folder(path.parent).raw(path.name, MAX_TABLE)
        try:
            lines = content.decode("utf-8").splitlines(keepends=True)
            earlier = json.loads(lines[0])
            if not isinstance(earlier, dict):
                raise ValueError
        except (ValueError, RecursionError, IndexError):
            raise InputError(f"{path} can't be read; begin anew with {option('--force')}") from None
        mine = json.loads(self._lines[0])
        if earlier != mine:
            keys = [key for key in mine if earlier.get(key) != mine[key]]
            what = ", ".join(sorted(keys)) or "other keys"
            raise InputError(
                f"{path} is of another search ({what} differ); begin anew with "
                f"{option('--force')}, or choose "
                f"another {option('--out')}"
            )
        for number, line in enumerate(lines[1:], start=2):
            try:
                record = json.loads(line)
                asked, service = record["asked"], record["service"]
                whole = record["digest"] == _digest(asked, service)
            except (ValueError, RecursionError, KeyError, TypeError):
                if number == len(lines) and not line.endswith("\n"):
                    break
                whole = False
            if not whole:
                raise _changed(f"{path}:{number}")
            self._known[_line(asked)] = f"{path}:{number}", service
            self._lines.append(line)

    def keep_in(self, path: Path) -> None:
        """Write what comes from now on to a file that holds all lines so far."""
        self._path = path

    def known(
        self, asked: list[Any], targets: tuple[ServiceTarget, ...], shape: tuple[int, int]
    ) -> Service | None:
        """Return what was found before, None if it wasn't asked for.

        Parameters
        ----------
        asked, targets
            What is simulated, and for which targets.
        shape
            Of `Service.busy`.

        Raises
        ------
        InputError
            If it isn't what such a search finds.
        """
        if _line(asked) not in self._known:
            return None
        place, record = self._known[_line(asked)]
        try:
            return _service(record, targets, shape)
        except (KeyError, TypeError, ValueError, OverflowError):
            raise _changed(place) from None

    def add(self, asked: list[Any], service: Service) -> None:
        """Keep what was found.

        Raises
        ------
        RunError
            If it can't be written.
        """
        plain = _plain(service)
        line = _line({"digest": _digest(asked, plain), "asked": asked, "service": plain})
        self._lines.append(line)
        if self._path is not None:
            try:
                with self._path.open("a", encoding="utf-8") as file:
                    file.write(line)
            except OSError as error:
                raise RunError(f"can't write {self._path}: {error.strerror or error}") from error


def _changed(place: str) -> InputError:
    return InputError(f"{place}: isn't as it was written; begin anew with {option('--force')}")


def _line(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False) + "\n"


def _digest(asked: list[Any], service: dict[str, Any]) -> str:
    return hashlib.sha256((_line(asked) + _line(service)).encode()).hexdigest()[:16]


def _plain(service: Service) -> dict[str, Any]:
    """Return a service as plain data; numbers come back as they were, to the bit."""
    return {
        "levels": [
            {
                "hours": level.hours,
                "estimate": level.estimate.tolist(),
                "low": level.low.tolist(),
                "high": level.high.tolist(),
            }
            for level in service.levels
        ],
        "short": service.short.tolist(),
        "short_low": service.short_low.tolist(),
        "busy": service.busy.tolist(),
        "replications": service.replications,
    }


def _service(
    record: dict[str, Any], targets: tuple[ServiceTarget, ...], shape: tuple[int, int]
) -> Service:
    """Return a service from plain data.

    Raises
    ------
    KeyError, TypeError, ValueError, OverflowError
        If it is none.
    """

    def numbers(values: Any, *there: int) -> Floats:
        found = np.array(values, dtype=float)
        if found.shape != there:
            raise ValueError
        return found

    def levels() -> Iterator[Level]:
        for target, level in zip(targets, record["levels"], strict=True):
            hours = tuple((float(a), float(b)) for a, b in level["hours"])
            bounds = (numbers(level[name], len(hours)) for name in ("estimate", "low", "high"))
            yield Level(target, hours, *bounds)

    return Service(
        tuple(levels()),
        numbers(record["short"], shape[1]),
        numbers(record["short_low"], shape[1]),
        numbers(record["busy"], *shape),
        int(record["replications"]),
    )
