"""Make the pages of the reference that follow from the code and the shipped scenarios.

    python docs/generate.py

writes docs/reference/scenario.md and studies.md (from the schemas), measures.md, cli.md,
docs/sources.md (from the `sources` of the shipped scenarios), docs/claims.md (from the shipped
claims and their stored verdicts in tests/golden/claims), the table of docs/verification.md (from
the stored verdicts in tests/golden/verification.json), those of docs/statistics.md (from the tails
of intervals in tests/golden/intervals.json), that of docs/method.md (from the engine's calendar),
that of docs/how-to/answers.md (from tests/golden/staffing.json), that of docs/how-to/extend.md
(from `bcpsim.choosing`), docs/images/floors.svg (from the contract on imports in pyproject.toml),
docs/images/crossing.svg (a scenario drawn), scenarios/bcpsim.schema.json and
experiments/claims/claim.schema.json.
"""

from __future__ import annotations

import ast
import json
import math
import os
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape as xml

from typer.main import get_command

import bcpsim
from bcpsim.calibration import CalibrationFile
from bcpsim.choosing import CHOOSERS
from bcpsim.claims import LoadedClaim, load_claim
from bcpsim.claims.file import ClaimFile
from bcpsim.cli.main import program
from bcpsim.engine.calendar import KINDS
from bcpsim.kpi import ESTIMATES, MEASURES, STATISTICS
from bcpsim.kpi.measure import Part
from bcpsim.plan import compile_plan
from bcpsim.report.crossing import crossing
from bcpsim.report.drawing import drawing
from bcpsim.staffing import StaffingFile
from bcpsim.studies import StudyFile, study_schema
from bcpsim.sweeps import SweepFile

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Made by docs/generate.py: don't edit. -->\n\n"
TOP = (
    "| model | value | expected | simulated | 95 % interval | difference | would find |\n"
    "| --- | --- | --- | --- | --- | --- | --- |\n"
)
"""Of the table of verified values; what follows up to an empty line is made."""

SMALL = (
    "| question | rosters | fewest hours of all | found | at least | rosters tried |\n"
    "| --- | --- | --- | --- | --- | --- |\n"
)
"""Of the table of small staffing questions; likewise."""

CHOICES = (
    "| decided where | who chooses | among | rules | of equals |\n| --- | --- | --- | --- | --- |\n"
)
"""Of the table of rules of choosing; likewise."""

STUDIES: tuple[tuple[type[StudyFile], str, str, str], ...] = (
    (
        SweepFile,
        "sweep",
        "What comes of a scenario at many combinations of values?",
        "[Sweeps](../how-to/sweeps.md) says how to write and run one; `bcpsim sweep FILE "
        "--dry-run` checks it. `bcpsim sensitivity` reads it too.",
    ),
    (
        StaffingFile,
        "staff",
        "How few officers keep a target?",
        "It says which service is to be kept and what the rosters may be made of: [the fewest "
        "officers](../how-to/answers.md#the-fewest-officers).",
    ),
    (
        CalibrationFile,
        "calibrate",
        "Which values of what isn't known explain the waits that were observed?",
        "What is set stands in braces: columns of the table and unknowns, joined by `+ - * / **` "
        "and brackets. [How to calibrate](../how-to/researcher.md#fit-unknowns-to-observed-waits) "
        "has an example. `bcpsim compare-observed` reads it too.",
    ),
    (
        ClaimFile,
        "check",
        "Does a published sentence hold?",
        "It says of a sentence what it takes to check it: [for analysts](../how-to/analyst.md). "
        "`experiments/claims/claim.schema.json` is the JSON Schema for editors.",
    ),
)
"""Kinds of study file: schema, command, what is asked, and what else is said of it."""
TAILS = (
    "| interval | days | 10 | 20 | 40 | 80 | from |\n| --- | --- | --- | --- | --- | --- | --- |\n"
)
"""Of the table of the tails of intervals; likewise."""

WRONG = "| days | first look at 40 | first look at 80 |\n| --- | --- | --- |\n"
"""Of the table of wrong verdicts; likewise."""

MOST_TAIL = 3.5
"""Larger tail, in per cent, up to which an interval counts as held: 3.2 and the measurement's
own error."""

FLOORS = {
    "cli": ("Use", "#7a5195"),
    "claims": ("Questions", "#b35806"),
    "results": ("Answers", "#9a3b52"),
    "engine": ("Simulation", "#3b6ea5"),
    "files": ("Base", "#5b7f3a"),
}
"""The rooms at which a storey begins in the drawing of the floors: its name and colour."""

ORDER = "| rank | what happens |\n| --- | --- |\n"
"""Of the table of simultaneous events; likewise."""


def main() -> None:
    """Write all generated files."""
    schema = bcpsim.json_schema()
    write("scenarios/bcpsim.schema.json", json.dumps(schema, indent=1, ensure_ascii=False) + "\n")
    write("docs/reference/scenario.md", NOTE + scenario_page(schema))
    write("docs/reference/studies.md", NOTE + studies_page())
    text = json.dumps(study_schema(ClaimFile), indent=1, ensure_ascii=False) + "\n"
    write("experiments/claims/claim.schema.json", text)
    write("docs/claims.md", NOTE + shipped_claims_page())
    write("docs/reference/measures.md", NOTE + measures_page())
    write("docs/reference/cli.md", NOTE + cli_page())
    write("docs/sources.md", NOTE + sources_page())
    write("docs/verification.md", verification_page())
    write("docs/method.md", method_page())
    write("docs/statistics.md", statistics_page())
    write("docs/how-to/answers.md", answers_page())
    write("docs/how-to/extend.md", extend_page())
    write("docs/images/floors.svg", floors_picture())
    write("docs/images/crossing.svg", crossing_picture())


def write(name: str, text: str) -> None:
    """Write a file below the project's root."""
    path = ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def scenario_page(schema: dict[str, Any]) -> str:
    """Return the reference of all keys of a scenario file."""
    about = (
        "A scenario is a YAML file. Times are written with units (`90 s`, `2 min`, `1.5 h`), "
        "rates as `40/h`, shares as `15 %`, wall-clock times as `22:00` in the scenario's time "
        "zone. `bcpsim schema` prints the JSON Schema from which this page is made; an editor "
        "that knows YAML schemas completes and checks keys while you type."
    )
    definitions = schema["$defs"]
    return "\n".join(
        ["# Scenario file\n", f"{about}\n", section("Top level", schema, definitions)]
        + [section(*one, definitions) for one in records_of(schema)]
    )


def studies_page() -> str:
    """Return the reference of all keys of all study files."""
    parts = [
        "# Study files\n",
        "A study file is a YAML file that asks something of a scenario, which lies in another "
        "file. Units are written as in [scenario files](scenario.md). All mistakes in a file are "
        "told at once, at their places, before anything is run.\n",
        "| file | command | what it asks |",
        "| --- | --- | --- |",
        *(
            f"| [{record.kind}](#{record.kind}-file) | `bcpsim {command}` | {asks} |"
            for record, command, asks, _ in STUDIES
        ),
        "",
        section("Keys of every study file", StudyFile.model_json_schema(), {}),
    ]
    for record, _, _, about in STUDIES:
        schema = dict(study_schema(record))
        definitions = schema["$defs"]
        common = StudyFile.model_fields
        own = {key: field for key, field in schema["properties"].items() if key not in common}
        title = f"{record.kind.capitalize()} file"
        said = f"{schema['description']}\n\n{about}"
        parts.append(section(title, schema | {"properties": own, "description": said}, definitions))
        parts += [section(*one, definitions, level=3) for one in records_of(schema)]
    return "\n".join(parts)


def records_of(schema: Mapping[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Return the records of a schema by name, without its top level."""
    return [one for one in sorted(schema["$defs"].items()) if "properties" in one[1]]


def shipped_claims_page() -> str:
    """Return the shipped claims with their verdicts."""
    lines = [
        "# Shipped claims\n",
        "Claims, most of them of the CSD Policy Brief 30 (June 2011), and what bcpsim "
        "finds of them, in borders "
        "that are made up from published ranges. A verdict holds for the scenario and the "
        "assumptions that stand with it, not for a place. "
        "`bcpsim check experiments/claims/NAME.yaml` makes each again; "
        "[how verdicts are made](statistics.md#verdicts).\n",
        "| claim | question | effect | verdict |",
        "| --- | --- | --- | --- |",
    ]
    parts = []
    for path in sorted((ROOT / "experiments" / "claims").glob("*.yaml")):
        loaded = load_claim(path, allowed=[ROOT])
        stored = ROOT / "tests" / "golden" / "claims" / f"{path.stem}.json"
        found = json.loads(stored.read_text(encoding="utf-8"))
        title = loaded.file.title or loaded.file.name
        effect = effect_text(found["answers"][0]["effect"], found["unit"])
        if found["uncertainty"] is not None:
            known = effect_text(found["uncertainty"]["effect"], found["unit"])
            effect += f"; with uncertain inputs {known}"
        lines.append(
            f"| [{title}](#{path.stem}) | {claim_question(loaded.file, loaded.measure.title)} "
            f"| {effect} | **{found['stated']}** |"
        )
        parts += claim_section(path.stem, loaded, found)
    return "\n".join([*lines, "", *parts])


def claim_question(claim: ClaimFile, measure: str) -> str:
    """Return what is asked of a claim."""
    kind = "reduction" if claim.increase is None else "increase"
    return f"{measure}: {kind} {claim.bound}"


def effect_text(estimate: dict[str, float | None], unit: str) -> str:
    """Return an estimate with its interval."""
    value, low, high = estimate["value"], estimate["low"], estimate["high"]
    if value is None:
        return "-"
    if low is None or high is None:
        return f"{value:.1f} {unit} (unbounded)"
    return f"{value:.1f} {unit} [{low:.1f}, {high:.1f}]"


def claim_section(name: str, loaded: LoadedClaim, found: dict[str, Any]) -> list[str]:
    """Return the section of one claim."""
    claim, unit = loaded.file, found["unit"]
    lines = [
        f"## {claim.title or name} {{#{name}}}\n",
        f"> {' '.join(claim.sentence.split())}\n>\n> {claim.source.words}\n",
        f"`experiments/claims/{name}.yaml`: {loaded.names[0]} against {loaded.names[1]}, "
        f"{found['replications']} replications. **{found['stated'].capitalize()}.**\n",
    ]
    uncertain = found["uncertainty"]
    if uncertain is not None:
        lines.append(
            f"With the inputs as written: {found['answers'][0]['verdict']}. With uncertain inputs "
            f"({', '.join(one.title or key for key, one in claim.uncertain.items())}): "
            f"{effect_text(uncertain['effect'], unit)}, {uncertain['verdict']}.\n"
        )
    for one in found["equal"]:
        lines.append(
            f"Held equal: `{one['measure']}`, {one['baseline_mean']:.4g} and "
            f"{one['alternative_mean']:.4g}"
            + (f", by `{one['adjusted']}` = {one['value']}" if one["adjusted"] else "")
            + ("" if one["equal"] else "; not within the tolerance")
            + ".\n"
        )
    where = found["conditions"]
    head = ["reading", "before", "after", "effect", "verdict"]
    head += ["holds / fails / open at points"] if where else []
    lines += ["| " + " | ".join(head) + " |", "| --- " * len(head) + "|"]
    readings = [(loaded.measure.title, found["answers"])]
    readings += [(one["title"], one["answers"]) for one in found["readings"]]
    rows = [
        (number, title if len(answers) == 1 else f"{title}: {name}", one)
        for number, (title, answers) in enumerate(readings)
        for name, one in zip(loaded.names[1:], answers, strict=True)
    ]
    for number, title, one in rows:
        cells = [
            title,
            f"{one['baseline']['value']:.2f}",
            f"{one['alternative']['value']:.2f}",
            effect_text(one["effect"], unit),
            one["verdict"],
        ]
        if where and one is readings[number][1][0]:
            verdicts = [answer["verdict"] for answer in where["readings"][number]["answers"]]
            counts = (verdicts.count(v) for v in ("supported", "refuted", "inconclusive"))
            cells.append(" / ".join(map(str, counts)))
        elif where:
            cells.append("")
        lines.append("| " + " | ".join(cells) + " |")
    lines.append("")
    if where:
        lines += map_of(claim, where, unit)
    attribution = found["attribution"]
    if attribution:
        lines += mechanisms_of(attribution)
    for title, texts in (("Assumptions", claim.assumptions), ("Remarks", claim.remarks)):
        if texts:
            lines += [f"{title}:\n", *(f"- {' '.join(text.split())}" for text in texts), ""]
    return lines


def map_of(claim: ClaimFile, where: dict[str, Any], unit: str) -> list[str]:
    """Return where a claim holds: its rule and, for a factorial design, every point."""
    assert claim.conditions is not None
    titles = {name: one.title or name for name, one in claim.conditions.over.items()}
    units = {name: one.unit for name, one in claim.conditions.over.items()}
    rule = where["readings"][0]["rule"]
    lines = []
    if rule:
        sides = " and ".join(
            f"{titles.get(side['name'], side['name'])} "
            f"{side['high'] if side['above'] else side['low']:.3g} "
            f"{units.get(side['name'], '')}".strip()
            + f" or {'more' if side['above'] else 'less'}"
            for side in rule["sides"]
        )
        gaps = " and ".join(
            f"{side['low']:.3g} and {side['high']:.3g} {units.get(side['name'], '')}".strip()
            for side in rule["sides"]
        )
        elsewhere = rule["points"] - rule["inside"]
        lines.append(
            f"Simplest rule for the first line: it holds with {sides} ({rule['inside_holding']} of "
            f"{rule['inside']} points there, {rule['holding'] - rule['inside_holding']} of "
            f"{elsewhere} elsewhere); it turns somewhere between {gaps}.\n"
        )
    if claim.conditions.points is not None or len(where["points"]) > 32:
        return lines
    lines += [
        "| " + " | ".join([*titles.values(), "effect", "the claim"]) + " |",
        "| --- " * (len(titles) + 2) + "|",
    ]
    words = {"supported": "holds", "refuted": "fails", "inconclusive": "open"}
    for point, one in zip(where["points"], where["readings"][0]["answers"], strict=True):
        settings = [f"{value:g} {units[key]}".strip() for key, value in point["settings"].items()]
        cells = [*settings, effect_text(one["effect"], unit), words[one["verdict"]]]
        lines.append("| " + " | ".join(cells) + " |")
    return [*lines, ""]


def tenths(value: float) -> str:
    """Return a number with one decimal, and no minus before a zero."""
    return f"{round(value, 1) + 0.0:.1f}"


def mechanisms_of(attribution: dict[str, Any]) -> list[str]:
    """Return the parts of the effect by every reading, and what remains."""
    splits = attribution["splits"]
    heads = [split["title"] for split in splits]
    lines = [
        "| mechanism, part by Shapley values | " + " | ".join(heads) + " |",
        "| --- " * (len(heads) + 1) + "|",
    ]
    for number, share in enumerate(splits[0]["shares"]):
        cells = [tenths(split["shares"][number]["effect"]["value"]) for split in splits]
        lines.append(f"| {share['title']} | " + " | ".join(cells) + " |")
    totals = [tenths(split["total"]["value"]) for split in splits]
    lines.append("| **all together** | " + " | ".join(totals) + " |")
    titles = {share["switch"]: share["title"] for share in splits[0]["shares"]}
    before: set[str] = set()
    for number, step in enumerate(splits[0]["remainders"]):
        new = "; ".join(titles[key] for key in step["without"] if key not in before)
        before.update(step["without"])
        cells = [tenths(split["remainders"][number]["effect"]["value"]) for split in splits]
        lines.append(f"| *remains without, further:* {new} | " + " | ".join(cells) + " |")
    return [*lines, ""]


def section(
    name: str, record: Mapping[str, Any], definitions: Mapping[str, Any], level: int = 2
) -> str:
    """Return the table of one record's keys, below a heading."""
    about = "\n\n".join(" ".join(p.split()) for p in record.get("description", "").split("\n\n"))
    lines = [
        f"{'#' * level} {name}\n",
        f"{about}\n",
        "| key | value | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
    # A file that extends another may leave any key of the top level out.
    required = set(record.get("required", record.get("anyOf", [{}])[0].get("required", ())))
    for key, field in record["properties"].items():
        default = (
            "required"
            if key in required
            else f"`{json.dumps(field['default'])}`"
            if "default" in field
            else "none"
        )
        reference = field.get("$ref", "").rpartition("/")[2]
        about = field.get("description") or definitions.get(reference, {}).get("description", "")
        if not about and "const" in field:
            about = "Which kind this is."
        meaning = " ".join(about.split())
        lines.append(f"| `{key}` | {escape(kind(field))} | {escape(default)} | {escape(meaning)} |")
    return "\n".join(lines) + "\n"


def kind(field: dict[str, Any]) -> str:
    """Return the kind of value that a field takes, with links to records."""
    if "$ref" in field:
        name = field["$ref"].rpartition("/")[2]
        return f"[{name}](#{name.lower()})"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "const" in field:
        return f"`{field['const']}`"
    for choice in ("anyOf", "oneOf"):
        if choice in field:
            kinds = [kind(option) for option in field[choice] if option.get("type") != "null"]
            return " or ".join(dict.fromkeys(kinds))
    if field.get("type") == "array":
        return f"list of {kind(field.get('items', {}))}"
    if "patternProperties" in field:
        [values] = field["patternProperties"].values()
        return f"mapping of names to {kind(values)}"
    if isinstance(field.get("additionalProperties"), dict):
        return f"mapping to {kind(field['additionalProperties'])}"
    types = field.get("type", "value")
    return " or ".join(types) if isinstance(types, list) else str(types)


def escape(text: str) -> str:
    """Return text that is safe in a cell of a table."""
    return text.replace("|", "\\|").replace("<", "&lt;")


def measures_page() -> str:
    """Return the definitions of all measures."""
    lines = [
        "# Measures\n",
        "Every measure is one record in `bcpsim/kpi/measures`, from which this page is made. "
        f"{ESTIMATES.replace('--weight traveller', '`--weight traveller`')}\n",
        "Statistics: " + "; ".join(f"`{key}`: {text}" for key, text in STATISTICS.items()) + ".\n",
    ]
    for measure in MEASURES.values():
        most = "" if math.isinf(measure.most) else f", 0 to {measure.most:g}"
        lines.append(f"## {measure.title}\n\n`{measure.name}`, in {measure.unit}{most}\n")
        lines.append(f"{measure.definition}\n")
        lines += [f"- {rows_of(part)}" for part in measure.parts]
        lines += [f"- By hour: {rows_of(part)}" for part in measure.hourly]
        lines.append(f"\nSource: {measure.source}.\n")
    return "\n".join(lines)


def rows_of(part: Part) -> str:
    """Return of which populations a measure has which statistics."""
    names = ", ".join(f"`{name}`" for name in part.names)
    statistics = part.statistics
    if not isinstance(statistics, tuple):
        return f"{names}: one for each target"
    return f"{names}: {', '.join(f'`{name}`' for name in statistics)}"


def verification_page() -> str:
    """Return the page on verification as it is, with the stored verdicts in its table."""
    page = (ROOT / "docs" / "verification.md").read_text(encoding="utf-8")
    stored = ROOT / "tests" / "golden" / "verification.json"
    rows = []
    for found in json.loads(stored.read_text(encoding="utf-8"))["verdicts"]:
        value = " ".join((found["measure"], found["population"]))
        if found["statistic"] != "mean":
            value += " " + found["statistic"]
        difference = 100 * (found["simulated"] / found["expected"] - 1)
        rows.append(
            f"| {found['title']} | `{value}` | {found['expected']:.5f} | {found['simulated']:.5f} "
            f"| [{found['low']:.5f}, {found['high']:.5f}] | {difference:+.2f}% "
            f"| {100 * found['detectable']:.2f}% |\n"
        )
    return with_rows(page, TOP, rows)


def answers_page() -> str:
    """Return the page on answers as it is, with the stored staffing questions in its table."""
    page = (ROOT / "docs" / "how-to" / "answers.md").read_text(encoding="utf-8")
    stored = ROOT / "tests" / "golden" / "staffing.json"
    rows = [
        f"| {row['title']} | {row['rosters']:,} | {row['least']:g} | {row['found']:g} "
        f"| {row['bound']:.1f} | {row['tried']} |\n"
        for row in json.loads(stored.read_text(encoding="utf-8"))
    ]
    return with_rows(page, SMALL, rows)


def statistics_page() -> str:
    """Return the page on statistics as it is, with the stored tails of intervals in its tables."""
    page = (ROOT / "docs" / "statistics.md").read_text(encoding="utf-8")
    stored = json.loads((ROOT / "tests" / "golden" / "intervals.json").read_text("utf-8"))
    tails: dict[tuple[str, str], dict[int, Any]] = {}
    wrong: dict[str, dict[int, Any]] = {}
    for row in stored:
        if "first" in row:
            wrong.setdefault(row["shape"], {})[row["first"]] = row
        else:
            tails.setdefault((row["kind"], row["shape"]), {})[row["replications"]] = row
    rows = []
    for (kind, shape), by_size in tails.items():
        held = [
            size for size, row in by_size.items() if max(row["below"], row["above"]) <= MOST_TAIL
        ]
        least = next(
            (size for size in by_size if all(n in held for n in by_size if n >= size)), None
        )
        cells = [tails_words(by_size[size]) for size in (10, 20, 40, 80)]
        told = f"more than {max(by_size)}" if least is None else str(least)
        rows.append(f"| {kind} | {shape} | {' | '.join(cells)} | {told} |\n")
    page = with_rows(page, TAILS, rows)
    return with_rows(
        page,
        WRONG,
        [
            f"| {shape} | {both_tails(by_first[40])} | {both_tails(by_first[80])} |\n"
            for shape, by_first in wrong.items()
        ],
    )


def both_tails(row: dict[str, Any]) -> str:
    """Return how often the truth lies below and above an interval, in per cent."""
    return f"{row['below']:.1f} / {row['above']:.1f}"


def tails_words(row: dict[str, Any]) -> str:
    """Return tails and length of an interval, and how many have no bound."""
    if row["length"] is None:
        return "no bound"
    words = f"{both_tails(row)}, {row['length']:.2f} ({row['length_95']:.2f})"
    return words + (f", {row['unbounded']:.0f} % no bound" if row["unbounded"] >= 0.5 else "")


def with_rows(page: str, top: str, rows: list[str]) -> str:
    """Return a page with other rows in the table of which the top is given."""
    before, _, rest = page.partition(top)
    _, _, after = rest.partition("\n\n")
    return f"{before}{top}{''.join(rows)}\n{after}"


def floors_picture() -> str:
    """Return a drawing of the floors, in the order of the contract on imports.

    Each floor is a row of boxes, one for each room with the first line of its docstring. Floors
    of a storey (`FLOORS`) share a colour and a name at the side.
    """
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contract = settings["tool"]["importlinter"]["contracts"][0]
    floors = [re.findall(r"\w+", layer) for layer in contract["layers"]]
    parts: list[str] = []
    storeys: list[tuple[str, str, int]] = []
    y = 10
    for names in floors:
        storeys += [(*FLOORS[name], y) for name in names if name in FLOORS]
        boxes, height = floor_boxes(names, y, storeys[-1][1])
        parts += boxes
        y += height + 6
    ends = [start for _, _, start in storeys[1:]] + [y]
    for (title, colour, start), stop in zip(storeys, ends, strict=True):
        middle = (start + stop - 6) // 2
        parts += [
            f'<rect x="44" y="{start}" width="24" height="{stop - 6 - start}" rx="4" '
            f'fill="{colour}"/>',
            f'<text transform="translate(60 {middle}) rotate(-90)" text-anchor="middle" '
            f'font-weight="bold" fill="white">{title}</text>',
        ]
    parts += [
        f'<text transform="translate(18 {y // 2}) rotate(-90)" text-anchor="middle" '
        'fill="#555">a room imports only from the floors below it</text>',
        f'<path d="M30 10 V{y - 16}" stroke="#555" stroke-width="2"/>',
        f'<path d="M24 {y - 18} L30 {y - 6} L36 {y - 18} Z" fill="#555"/>',
    ]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 960 {y + 4}" '
        'font-family="sans-serif" font-size="13">\n'
        "<title>The floors of bcpsim: each may import those below it</title>\n"
        '<rect width="100%" height="100%" fill="white"/>\n' + "\n".join(parts) + "\n</svg>\n"
    )


def floor_boxes(names: list[str], y: int, colour: str) -> tuple[list[str], int]:
    """Return the boxes of one floor and their height, with what each room is."""
    width = (874 - 8 * (len(names) - 1)) / len(names)
    alone = len(names) == 1
    said = [str(ast.get_docstring(ast.parse(source_of(name)))).partition("\n")[0] for name in names]
    lines = [[words] if alone else textwrap.wrap(words, int((width - 20) / 6.8)) for words in said]
    height = 28 if alone else 30 + 16 * max(map(len, lines))
    parts = []
    for place, name in enumerate(names):
        x = 76 + place * (width + 8)
        parts += [
            f'<rect x="{x:.0f}" y="{y}" width="{width:.0f}" height="{height}" rx="4" '
            f'fill="{colour}" fill-opacity="0.14" stroke="{colour}"/>',
            f'<text x="{x + 10:.0f}" y="{y + 19}" font-weight="bold">{name}</text>',
        ]
        for row, words in enumerate(lines[place]):
            left, base = (x + 120, y + 19) if alone else (x + 10, y + 38 + 16 * row)
            parts.append(f'<text x="{left:.0f}" y="{base}" font-size="12">{xml(words)}</text>')
    return parts, height


def crossing_picture() -> str:
    """Return the drawing of a shipped crossing."""
    loaded = bcpsim.load(ROOT / "scenarios" / "land" / "ways_of_working_mixed.yaml")
    return drawing([crossing(loaded, compile_plan(loaded))])


def source_of(name: str) -> str:
    """Return the source of a package of bcpsim, or of a module."""
    package = ROOT / "bcpsim" / name
    path = package / "__init__.py" if package.is_dir() else package.with_suffix(".py")
    return path.read_text(encoding="utf-8")


def extend_page() -> str:
    """Return the page on packages as it is, with the rules of choosing in its table."""
    page = (ROOT / "docs" / "how-to" / "extend.md").read_text(encoding="utf-8")
    rows = [
        f"| `{chooser.key}` | {chooser.who} | {chooser.options} | "
        + "; ".join(f"`{name}`: {words}" for name, words in chooser.criteria.items())
        + f" | {chooser.ties} |\n"
        for chooser in CHOOSERS
    ]
    return with_rows(page, CHOICES, rows)


def method_page() -> str:
    """Return the page on the method as it is, with the order of events in its table."""
    page = (ROOT / "docs" / "method.md").read_text(encoding="utf-8")
    rows = [f"| {kind.rank} | {kind.title} |\n" for kind in KINDS]
    return with_rows(page, ORDER, rows)


def cli_page() -> str:
    """Return the help of all commands as they print it."""
    parts = [
        "# Command line\n",
        "| exit code | what it means |\n"
        "| --- | --- |\n"
        "| 0 | done |\n"
        "| 1 | failed: it couldn't be finished or written, a precision wasn't reached, or what "
        "was checked is wrong |\n"
        "| 2 | wrong input: a file, name, number, folder or option; nothing was run |\n"
        "| 130 | interrupted |\n",
    ]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    for command in (None, *get_command(program()).commands):
        words = ["bcpsim", *([command] if command else [])]
        output = subprocess.run(
            [sys.executable, "-m", *words, "--help"],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        ).stdout
        text = "\n".join(line.rstrip() for line in output.strip("\n").splitlines())
        parts.append(f"## {' '.join(words)}\n\n```text\n{text}\n```\n")
    return "\n".join(parts)


def sources_page() -> str:
    """Return where the numbers of the shipped scenarios come from."""
    lines = [
        "# Sources of shipped parameters\n",
        "Each shipped scenario says for each of its numbers whether it is published, derived "
        "from published data, or an assumption. An assumption is a starting value: replace it "
        "with your own before you rely on a result.\n",
    ]
    of_claims = (ROOT / "experiments" / "claims" / "scenarios").glob("*.yaml")
    for path in [*sorted((ROOT / "scenarios").glob("*/*.yaml")), *sorted(of_claims)]:
        scenario = bcpsim.load(path, allowed=[ROOT]).scenario
        lines.append(
            f"## {scenario.title or scenario.name}\n\n`{path.relative_to(ROOT).as_posix()}`\n"
        )
        lines += ["| fields | kind | source |", "| --- | --- | --- |"]
        for origin in scenario.sources:
            fields = ", ".join(f"`{name}`" for name in origin.of)
            text = " ".join(origin.text.split()) + (f" ({origin.url})" if origin.url else "")
            lines.append(f"| {escape(fields)} | {origin.kind} | {escape(text)} |")
        lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    main()
