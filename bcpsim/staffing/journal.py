"""What a search has simulated so far, so that it can go on where it was stopped.

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
        self._known: dict[str, Any] = {}
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
        try:
            lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
            earlier = json.loads(lines[0])
        except (OSError, ValueError, IndexError):
            raise InputError(f"{path} can't be read; begin anew with {option('--force')}") from None
        mine = json.loads(self._lines[0])
        if earlier != mine:
            keys = sorted({*earlier, *mine}) if isinstance(earlier, dict) else []
            what = ", ".join(key for key in keys if earlier.get(key) != mine.get(key))
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
            except (ValueError, KeyError, TypeError):
                if number == len(lines) and not line.endswith("\n"):
                    break
                whole = False
            if not whole:
                raise InputError(
                    f"{path}:{number}: isn't as it was written; begin anew with {option('--force')}"
                )
            self._known[_line(asked)] = service
            self._lines.append(line)

    def keep_in(self, path: Path) -> None:
        """Write what comes from now on to a file that holds all lines so far."""
        self._path = path

    def known(self, asked: list[Any], targets: tuple[ServiceTarget, ...]) -> Service | None:
        """Return what was found before, None if it wasn't asked for."""
        record = self._known.get(_line(asked))
        return None if record is None else _service(record, targets)

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


def _service(record: dict[str, Any], targets: tuple[ServiceTarget, ...]) -> Service:
    def levels() -> Iterator[Level]:
        for target, level in zip(targets, record["levels"], strict=True):
            hours = tuple((float(a), float(b)) for a, b in level["hours"])
            bounds = (np.array(level[name]) for name in ("estimate", "low", "high"))
            yield Level(target, hours, *bounds)

    return Service(
        tuple(levels()),
        np.array(record["short"]),
        np.array(record["short_low"]),
        np.array(record["busy"]),
        int(record["replications"]),
    )
