"""Options that several commands have, and what they are read as."""

from __future__ import annotations

import os
from collections.abc import Sequence
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from bcpsim.runs import Precision
    from bcpsim.scenario import ScenarioFile


class OutputFormat(StrEnum):
    """How measures are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class TextFormat(StrEnum):
    """How a check is printed."""

    TABLE = "table"
    JSON = "json"


Overrides = Annotated[
    list[str],
    typer.Option(
        "--set",
        metavar="KEY.PATH=VALUE",
        help="Set a value, such as traffic.cars.arrivals.scale=1.2; may be repeated.",
    ),
]


AllowDir = Annotated[
    list[Path],
    typer.Option(
        "--allow-dir", help="A folder, besides the scenario's, from which data files may be read."
    ),
]


Replications = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=1_000_000,
        help="Number of independent replications; default: 20.",
        show_default=False,
    ),
]


PrecisionShare = Annotated[
    str | None,
    typer.Option(
        "--precision",
        metavar="SHARE",
        help="Instead of a number of replications: go on until the intervals of --measure are "
        "this narrow, such as 2%.",
    ),
]


PreciseMeasures = Annotated[
    list[str],
    typer.Option(
        "--measure",
        metavar="NAME",
        help="A measure that --precision is for, such as waiting_time/class=truck/p95; may be "
        "repeated. Default: time_in_system.",
    ),
]


MinReplications = Annotated[
    int, typer.Option(min=2, max=1_000_000, help="Fewest replications for --precision.")
]


MaxReplications = Annotated[
    int,
    typer.Option(
        min=2,
        max=1_000_000,
        help="Most replications for --precision; exit code 1 if they don't suffice.",
    ),
]


Seed = Annotated[int, typer.Option(min=0, help="Names the random numbers.")]


Workers = Annotated[int, typer.Option(min=0, help="Number of processes; 0: one per processor.")]


Force = Annotated[
    bool, typer.Option("--force", help="Replace whatever earlier result is in --out.")
]


ReplicationNumber = Annotated[
    int, typer.Option(min=0, metavar="NUMBER", help="Which replication, counted from 0.")
]


ReplicationValues = Annotated[
    bool,
    typer.Option(
        "--replication-values",
        help="With --format json: also what each replication gave, and the standard error.",
    ),
]
NoPlots = Annotated[
    bool, typer.Option("--no-plots", help="No plots in --out, only tables and scenarios.")
]


ReportFile = Annotated[
    Path | None,
    typer.Option(
        "--report",
        metavar="FILE",
        help="Also write a report to hand on: .html, .xlsx or .md.",
        show_default=False,
    ),
]


Full = Annotated[
    bool,
    typer.Option("--full", help="Print every table, not only the answer and the main measures."),
]


class Engine(StrEnum):
    """Ways of running replications; all give the same results."""

    AUTO = "auto"
    SIMPY = "simpy"
    COMPILED = "compiled"


def _use(engine: Engine) -> Engine:
    """Use an engine for all that the command runs."""
    os.environ["BCPSIM_ENGINE"] = engine
    if engine is Engine.COMPILED:
        from bcpsim.engine.ways import choose

        choose(engine)  # may refuse
    return engine


def _tell(quiet: bool) -> bool:
    """Have a line shown before the engine is compiled, unless notes aren't wanted."""
    os.environ["BCPSIM_TELL"] = "" if quiet else "1"
    return quiet


EngineChoice = Annotated[
    Engine,
    typer.Option(
        "--engine",
        envvar="BCPSIM_ENGINE",
        show_envvar=False,
        callback=_use,
        help="What runs replications; the results are the same to the bit. auto: SimPy, and "
        "compiled where that repays.",
    ),
]


Quiet = Annotated[
    bool,
    typer.Option("--quiet", "-q", callback=_tell, help="No progress bar, no notes."),
]


def without_blanks(names: Any) -> Any:
    """Return names of variants, several joined by plus signs, without blanks around these."""
    if isinstance(names, list):
        return [without_blanks(name) for name in names]
    return "+".join(name.strip() for name in names.split("+"))


VariantName = Annotated[
    str,
    typer.Option(callback=without_blanks, help="A variant of the file, or two together as A+B."),
]


VariantNames = Annotated[
    list[str],
    typer.Option(
        "--variant",
        callback=without_blanks,
        help="A variant of the file, two together as A+B, or 'all'; may be repeated. "
        "Default: base.",
    ),
]


def asked_for(variants: Sequence[str], source: ScenarioFile) -> list[str]:
    """Return the names of the variants that `--variant` asks for, each once."""
    asked = [
        name
        for variant in variants or ["base"]
        for name in (source.names if variant == "all" else [variant])
    ]
    return list(dict.fromkeys(asked))


class Weight(StrEnum):
    """Weights for means over travellers: each replication, or each traveller, counts the same."""

    REPLICATION = "replication"
    TRAVELLER = "traveller"


def parse_overrides(texts: list[str], form: str = "KEY.PATH=VALUE") -> dict[str, str]:
    """Return the values of `--set` by key path, or by what else the form says."""
    overrides = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"--set: expected {form}, found {text!r}")
        overrides[key.strip()] = value.strip()
    return overrides


def parse_precision(
    share: str | None, measures: list[str], floor: int, ceiling: int
) -> Precision | None:
    """Return what `--precision` and the options that go with it ask for."""
    if share is None:
        return None
    from bcpsim.files.units import parse_share
    from bcpsim.runs.precision import DEFAULT_MEASURES, Precision

    try:
        half_width = parse_share(share)
    except ValueError as error:
        raise typer.BadParameter(f"--precision: {error}") from None
    names = tuple(dict.fromkeys(measures)) or DEFAULT_MEASURES
    return Precision(half_width, names, floor, ceiling)


ScenarioPath = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario file (YAML).")]
