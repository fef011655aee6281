"""The JSON Schema of scenario files, for completion and checks in editors."""

from __future__ import annotations

from typing import Any

from bcpsim.scenario.model import Scenario
from bcpsim.scenario.region import FILE, VARIANT

_FILE_KEYS: dict[str, Any] = {
    "extends": {
        "type": "string",
        "description": "Another scenario file in this folder; this file's keys override its keys.",
    },
    "variants": {
        "type": "object",
        "additionalProperties": {
            "type": ["object", "null"],
            "properties": {
                "extends": {
                    "type": "string",
                    "description": "Another variant, whose changes come first.",
                }
            },
        },
        "description": "Named ways of working: for each the keys that differ; mappings merge, null "
        "removes a key, everything else replaces. With extends: NAME what another variant changes "
        "comes first. Null in place of a variant removes one of the file that this one extends.",
    },
}


_CROSSING_KEYS: dict[str, Any] = {
    FILE: {
        "type": "string",
        "description": "The scenario file of the crossing, in the region's folder or below; may "
        "stand alone: {north: north.yaml}. Its stops, areas, officers, equipment, steps, traffic "
        "and disturbances get the crossing's name in front: north_booths.",
    },
    VARIANT: {
        "type": "string",
        "description": "A variant of that file; default: the file without one.",
    },
}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of scenario files.

    No key is required at the top, since a file that extends another may leave any out.
    """
    schema = Scenario.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "bcpsim scenario"
    schema["properties"] = {**_FILE_KEYS, **schema["properties"]}
    crossing = schema["$defs"]["Crossing"]
    crossing["properties"] = {**_CROSSING_KEYS, **crossing["properties"]}
    crossing["anyOf"] = [{"required": crossing.pop("required")}, {"required": [FILE]}]
    place = schema["properties"]["crossings"]
    [pattern] = place["patternProperties"]
    known = place["patternProperties"][pattern]
    place["patternProperties"][pattern] = {"anyOf": [{"type": "string"}, known]}
    for record in schema["$defs"].values():
        for field in record.get("properties", {}).values():
            if "const" in field:
                field["description"] = f"{field['const']!r}: which kind this is."
    of_region = ["name", "horizon", "crossings"]
    schema["anyOf"] = [
        {"required": schema.pop("required")},
        {"required": ["extends"]},
        {"required": of_region},
    ]
    return schema
