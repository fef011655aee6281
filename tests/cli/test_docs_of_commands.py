"""Every command line of README, docs and help is one that the program knows, of files there are."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from pathlib import Path

import pytest
import typer.main
import yaml
from places import ROOT

import bcpsim
from bcpsim.cli.main import program

COMMANDS = typer.main.get_command(program()).commands  # type: ignore[attr-defined]
PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
    *sorted((ROOT / "experiments").rglob("*.md")),
    *sorted((ROOT / "scenarios").rglob("*.md")),
]
BLOCK = re.compile(r"^```(\w*)\n(.*?)^```", re.DOTALL | re.MULTILINE)
CALL = re.compile(r"(?:^|\s|/)bcpsim (?!\[)")
STARTED = {"my_border.yaml": "land", "my_airport.yaml": "air", "my_port.yaml": "sea"}
"""Files that the pages let a reader write with `bcpsim new`."""


def lines(page: Path) -> Iterator[str]:
    """Yield the lines of a page that call the program: in blocks, in text, and in printed help."""
    text = page.read_text("utf-8")
    for language, block in BLOCK.findall(text):
        if language == "sh":
            for line in block.replace("\\\n", " ").splitlines():
                if CALL.search(line):
                    yield CALL.split(line, maxsplit=1)[-1]
        elif language == "text":  # wrapped, with empty lines between
            for paragraph in re.split(r"\n\s*\n", block):
                _, *found = CALL.split(" ".join(paragraph.split()), maxsplit=1)
                yield from (call.split(" - ")[0] for call in found)
    for call in re.findall(r"`bcpsim ([a-z-]+ [^`]*)`", BLOCK.sub("", text)):
        command, *rest = call.split()
        file, value = rest[0].startswith("-"), len(rest) == 1 and rest[0].startswith("-")
        yield " ".join([command, *["FILE"] * file, *rest, *["VALUE"] * value])


def calls() -> Iterator[object]:
    for page in PAGES:
        for call in dict.fromkeys(lines(page)):
            words = shlex.split(re.split(r" [>&|]+ ", call)[0], comments=True)
            if (
                words
                and not words[0].startswith("-")
                and "[OPTIONS]" not in words
                and "|" not in call
            ):
                yield pytest.param(words, id=f"{page.relative_to(ROOT)}: {' '.join(words)}")


@pytest.mark.parametrize("words", [*calls()])
def test_a_command_line_of_the_docs(words: list[str]) -> None:
    """Its options are known, the shipped files that it names are there, and so are their keys."""
    found = COMMANDS[words[0]].make_context(words[0], words[1:]).params
    for word in words:
        if word.startswith(("scenarios/", "experiments/")) and "NAME" not in word:
            assert (ROOT / word).is_file()
    scenario = scenario_of(words)
    if scenario is not None:
        for change in [found.get("overrides", []), *map(parts, found.get("changes", []))]:
            assigned = dict(one.split("=", 1) for one in change if "=" in one)
            values = {key: yaml.safe_load(value) for key, value in assigned.items()}
            ways = [one for one in change if "=" not in one]
            bcpsim.load(scenario, variant="+".join(ways) or None, overrides=values)
        named = {*found.get("variant", []), found.get("baseline"), *found.get("alternative", [])}
        variants = sorted(named - {None, "all", "one_more_booth"})  # the last is made on the page
        bcpsim.load_variants(scenario, variants)


def scenario_of(words: list[str]) -> Path | None:
    """Return the shipped scenario that a command line reads, or the one that `new` writes."""
    if words[0] not in ("run", "compare", "describe", "validate", "draw", "warm-up"):
        return None
    if words[1] in STARTED:
        return ROOT / "bcpsim" / "scenario" / "starters" / f"{STARTED[words[1]]}.yaml"
    return ROOT / words[1] if words[1].startswith("scenarios/") else None


def parts(change: str) -> list[str]:
    return [one.strip() for one in change.split(" + ")]
