"""Frozen records of what a file says, which refuse unknown keys."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self, TypeVar

from pydantic import (
    BaseModel,
    ConfigDict,
)

from bcpsim.files.typed import as_record

R = TypeVar("R", bound="Record")

PLAIN = frozenset((bool, float, int, str, type(None)))
"""Types of values that hold no others."""


class Record(BaseModel):
    """A frozen record that refuses unknown keys."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, defer_build=True)

    def model_copy(self, *, update: Mapping[str, Any] | None = None, deep: bool = False) -> Self:
        """Return a copy with other values, which are checked like those of a file.

        Parameters
        ----------
        update
            Values by the names of fields.
        deep
            Whether what it holds is copied, too.

        Raises
        ------
        ScenarioError
            If a value is none that the field may have.
        """
        if not update:
            return super().model_copy(deep=deep)
        aliases = {name: field.alias or name for name, field in type(self).model_fields.items()}
        changed = {aliases.get(name, name): value for name, value in update.items()}
        written = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        return as_record({**written, **changed}, type(self))


def with_known(record: R, **values: Any) -> R:
    """Return a copy of a record with values that the program knows to be right, unchecked."""
    return BaseModel.model_copy(record, update=values)


def example(text: dict[str, Any]) -> ConfigDict:
    """Return the settings of a record with an example of it in the schema."""
    return ConfigDict(json_schema_extra={"examples": [text]})
