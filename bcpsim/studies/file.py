"""The part that all study files share: their name, and the scenario that is asked about."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Annotated, Any, ClassVar

from pydantic import Field

from bcpsim.files.fields import Shorthand, Whole
from bcpsim.files.record import Record
from bcpsim.scenario.overriding import KeyPath, ValueToSet
from bcpsim.scenario.values import Name, Text, Title, VariantName, as_tuple

Overrides = dict[KeyPath, ValueToSet]
"""Values of the scenario to set, by key path."""

VariantNames = Annotated[
    tuple[VariantName, ...], Shorthand(as_tuple, ("string",)), Field(min_length=1)
]
"""One variant or several, each perhaps of two together: a+b."""

Seed = Annotated[Whole, Field(ge=0, description="Names the random numbers.")]


class StudyFile(Record):
    """A question about a scenario, in a file beside it."""

    kind: ClassVar[str]
    """What the file is called."""

    name: Name = Field(description="Short name, for results.")
    title: Title = None
    description: Text | None = Field(None, description="What is asked, and why.")
    scenario: Annotated[str, Field(min_length=1)] = Field(
        description="The scenario file, its path as seen from this file."
    )


def as_settings(overrides: Overrides) -> dict[str, str]:
    """Return values to set as a scenario file would have them, by key path."""
    return {key: json.dumps(value) for key, value in overrides.items()}


def study_schema(record: type[StudyFile]) -> Mapping[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a kind of study file."""
    return {
        **record.model_json_schema(),
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"bcpsim {record.kind}",
    }
