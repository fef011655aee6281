"""Records of a result as JSON, with numbers to the last digit, and read back."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any, TypeVar

from pydantic import TypeAdapter, ValidationError

from bcpsim.results.reading import Folder, wrong

T = TypeVar("T")


def write_record(record: Any, path: Path) -> None:
    """Write a dataclass as JSON; numbers that aren't finite are NaN and Infinity there."""
    data = dataclasses.asdict(record)
    text = json.dumps(data, indent=1, ensure_ascii=False, default=_plain)
    path.write_text(text + "\n", encoding="utf-8")


def read_record(folder: Path, name: str, kind: type[T]) -> T:
    """Return a dataclass from a JSON file of a result.

    Parameters
    ----------
    folder
        Of the result.
    name
        Of the file.
    kind
        The dataclass.

    Raises
    ------
    InputError
        If it is missing, damaged, or holds something else.
    """
    data = Folder(folder).document(name)
    try:
        return TypeAdapter(kind).validate_python(data)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(map(str, first["loc"])) or "the file"
        raise wrong(folder / name, f"{where}: {first['msg']}") from None


def _plain(value: Any) -> Any:
    """Return a number or an array of NumPy as plain data."""
    return value.tolist()
