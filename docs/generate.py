"""Make the pages of the reference that follow from the code and the shipped scenarios.

    python docs/generate.py

writes docs/reference/scenario.md, sweep.md, claim.md, staffing.md and calibration.md (from the
schemas), measures.md, cli.md, docs/sources.md (from the `sources` of the shipped scenarios),
scenarios/bcpsim.schema.json and experiments/claims/claim.schema.json.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from typer.main import get_command

import bcpsim
from bcpsim.claims import claim_schema
from bcpsim.cli.main import app
from bcpsim.experiments.calibration import CalibrationFile
from bcpsim.experiments.staffing import StaffingFile
from bcpsim.experiments.sweeps import Sweep
from bcpsim.kpi import MEASURES, STATISTICS

ROOT = Path(__file__).resolve().parent.parent
NOTE = "<!-- Made by docs/generate.py: don't edit. -->\n\n"


def main() -> None:
    """Write all generated files."""
    schema = bcpsim.json_schema()
    write("scenarios/bcpsim.schema.json", json.dumps(schema, indent=1, ensure_ascii=False) + "\n")
    write("docs/reference/scenario.md", NOTE + scenario_page(schema))
    write("docs/reference/sweep.md", NOTE + sweep_page())
    claims = claim_schema()
    text = json.dumps(claims, indent=1, ensure_ascii=False) + "\n"
    write("experiments/claims/claim.schema.json", text)
    write("docs/reference/claim.md", NOTE + claim_page(claims))
    write("docs/reference/calibration.md", NOTE + calibration_page())
    write("docs/reference/staffing.md", NOTE + staffing_page())
    write("docs/reference/measures.md", NOTE + measures_page())
    write("docs/reference/cli.md", NOTE + cli_page())
    write("docs/sources.md", NOTE + sources_page())


def write(name: str, text: str) -> None:
    """Write a file below the project's root."""
    path = ROOT / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def scenario_page(schema: dict[str, Any]) -> str:
    """Return the reference of all keys of a scenario file."""
    return file_page(
        "Scenario file",
        "A scenario is a YAML file. Times are written with units (`90 s`, `2 min`, `1.5 h`), "
        "rates as `40/h`, shares as `15 %`, wall-clock times as `22:00` in the scenario's time "
        "zone. `bcpsim schema` prints the JSON Schema from which this page is made; an editor "
        "that knows YAML schemas completes and checks keys while you type.",
        schema,
    )


def sweep_page() -> str:
    """Return the reference of all keys of a sweep file."""
    return file_page(
        "Sweep file",
        "A sweep is a YAML file for `bcpsim sweep`; [sweeps](../how-to/sweeps.md) says how to "
        "write and run one. `bcpsim sweep FILE --dry-run` checks it.",
        Sweep.model_json_schema(),
    )


def claim_page(schema: dict[str, Any]) -> str:
    """Return the reference of all keys of a claim file."""
    return file_page(
        "Claim file",
        "A claim is a YAML file that says of a sentence what it takes to check it with "
        "`bcpsim check`. `experiments/claims/claim.schema.json` is the JSON Schema from which this "
        "page is made.",
        schema,
    )


def calibration_page() -> str:
    """Return the reference of all keys of a calibration file."""
    return file_page(
        "Calibration file",
        "A calibration is a YAML file for `bcpsim calibrate` and `bcpsim compare-observed`. What "
        "is set stands in braces: columns of the table and unknowns, joined by `+ - * /` and "
        "brackets. [How to calibrate](../how-to/researcher.md#fit-unknowns-to-observed-waits) has "
        "an example.",
        CalibrationFile.model_json_schema(),
    )


def file_page(title: str, about: str, schema: dict[str, Any]) -> str:
    """Return the reference of a kind of file."""
    records = sorted(schema["$defs"].items())
    return "\n".join(
        [
            f"# {title}\n",
            f"{about}\n",
            section("Top level", schema, schema["$defs"]),
            *(section(name, r, schema["$defs"]) for name, r in records if "properties" in r),
        ]
    )


def staffing_page() -> str:
    """Return the reference of all keys of a staffing file."""
    schema = StaffingFile.model_json_schema()
    definitions = schema["$defs"]
    records = [("Top level", schema), *sorted(definitions.items())]
    return "\n".join(
        [
            "# Staffing file\n",
            "A staffing file is a YAML file that says which service is to be kept and what the "
            "rosters may be made of, for `bcpsim staff`.\n",
            *(section(*record, definitions) for record in records),
        ]
    )


def section(name: str, record: dict[str, Any], definitions: dict[str, Any]) -> str:
    """Return the table of one record's keys."""
    about = " ".join(record.get("description", "").split())
    lines = [
        f"## {name}\n",
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
        "Every measure is defined once, in `bcpsim/kpi/definitions.py`. In each replication one "
        "value is taken; an estimate is the mean of these values over the replications, every "
        "replication weighing the same, with its 95 % interval. A percentile is taken in "
        "each replication and then averaged like any other value.\n",
        "Populations: `all`; `class=NAME`; `stop=NAME`; `stop=NAME class=NAME`; `area=NAME`; "
        "`equipment=NAME`; `agency=NAME`; `officers=NAME`.\n",
        "Statistics: " + "; ".join(f"`{key}`: {text}" for key, text in STATISTICS.items()) + ".\n",
    ]
    for measure in MEASURES.values():
        lines.append(f"## {measure.title}\n\n`{measure.name}`, in {measure.unit}\n")
        lines.append(f"{measure.definition}\n\nSource: {measure.source}.\n")
    return "\n".join(lines)


def cli_page() -> str:
    """Return the help of all commands as they print it."""
    parts = ["# Command line\n", "Exit codes: 0 done, 1 failed, 2 wrong input, 130 interrupted.\n"]
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb"}
    for command in (None, *get_command(app).commands):
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
    for path in sorted((ROOT / "scenarios").glob("*/*.yaml")):
        scenario = bcpsim.load(path).scenario
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
