"""What every shipped scenario must have besides being valid."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from places import ROOT

import bcpsim
from bcpsim.files.document import read_document

SHIPPED = sorted((ROOT / "scenarios").glob("*/*.yaml"))
STARTERS = sorted((ROOT / "bcpsim" / "scenario" / "starters").glob("*.yaml"))
PARTS = (
    "classes",
    "traffic",
    "activities",
    "officers",
    "stops",
    "moves",
    "equipment",
    "selections",
    "parts",
    "areas",
    "workflow",
)


def numbers(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Yield the path of every number, and of every text that starts like one."""
    if isinstance(node, dict):
        for key, value in node.items():
            yield from numbers(value, (*path, str(key)))
    elif isinstance(node, list):
        for key, value in enumerate(node):
            yield from numbers(value, (*path, str(key)))
    elif isinstance(node, (int, float)) or (isinstance(node, str) and node[:1].isdigit()):
        yield path


@pytest.mark.parametrize("path", [*SHIPPED, *STARTERS], ids=lambda path: path.stem)
def test_every_number_has_a_source_or_is_marked_as_an_assumption(path: Path) -> None:
    data = read_document(path).data
    covered = [tuple(name.split(".")) for origin in data["sources"] for name in _listed(origin)]
    for part in PARTS:
        for number in numbers(data.get(part, {}), (part,)):
            assert any(number[: len(name)] == name for name in covered), ".".join(number)


def _listed(origin: dict[str, Any]) -> list[str]:
    return [origin["of"]] if isinstance(origin["of"], str) else origin["of"]


@pytest.mark.parametrize("path", [*SHIPPED, *STARTERS], ids=lambda path: path.stem)
def test_published_numbers_name_where(path: Path) -> None:
    for origin in bcpsim.load(path).scenario.sources:
        assert len(origin.text) > 20
        assert origin.kind == "assumption" or origin.url or "data" in origin.text, origin.of


@pytest.mark.parametrize("path", [*SHIPPED, *STARTERS], ids=lambda path: path.stem)
def test_a_schema_is_named_on_the_first_line_and_fits(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    prefix, _, name = text.splitlines()[0].partition("$schema=")
    assert prefix == "# yaml-language-server: "
    if path in SHIPPED:
        assert (path.parent / name).is_file()
    validator = jsonschema.Draft202012Validator(bcpsim.json_schema())
    assert [error.message for error in validator.iter_errors(read_document(path).data)] == []


@pytest.mark.parametrize("path", [*SHIPPED, *STARTERS], ids=lambda path: path.stem)
def test_as_written_back_it_is_the_same_scenario(path: Path, tmp_path: Path) -> None:
    for loaded in bcpsim.load_variants(path):
        for name in loaded.files:
            copy = tmp_path / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.write_bytes((loaded.folder / name).read_bytes())
        again = tmp_path / "again.yaml"
        again.write_text(loaded.to_yaml(), encoding="utf-8")
        assert bcpsim.load(again).hash == loaded.hash


def test_every_key_of_the_schema_is_documented() -> None:
    schema = bcpsim.json_schema()
    for name, record in [("top", schema), *schema["$defs"].items()]:
        for key, field in record.get("properties", {}).items():
            assert "description" in field or "$ref" in field, f"{name}.{key}"
