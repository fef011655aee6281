"""What the commands share: options, printing, progress, exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bcpsim.errors import ScenarioError

if TYPE_CHECKING:
    from rich.console import RenderableType

    from bcpsim.results import Made
    from bcpsim.runs import Precision, Stopping
    from bcpsim.runs.bars import Bar
    from bcpsim.scenario import LoadedScenario, ScenarioSource

EXIT_BAD_INPUT = 2
EXIT_FAILED = 1
EXIT_INTERRUPTED = 130
WIDTH = 160  # of tables that go to a file or a pipe, if COLUMNS says nothing


class OutputFormat(StrEnum):
    """How measures are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class TextFormat(StrEnum):
    """How a check is printed."""

    TABLE = "table"
    JSON = "json"


ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="A scenario file (YAML).")]
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


NoPlots = Annotated[
    bool, typer.Option("--no-plots", help="No plots in --out, only tables and scenarios.")
]


class Engine(StrEnum):
    """What runs replications."""

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


def asked_for(variants: Sequence[str], source: ScenarioSource) -> list[str]:
    """Return the names of the variants that `--variant` asks for, each once."""
    asked = [
        name for one in variants or ["base"] for name in (source.names if one == "all" else [one])
    ]
    return list(dict.fromkeys(asked))


class Weight(StrEnum):
    """What weighs the same over travellers."""

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


COMMAND: ContextVar[str | None] = ContextVar("command", default=None)
"""The command line, for the results that it makes."""


def check_out(out: Path | None, made: Made, *, force: bool, quiet: bool) -> bool:
    """Check that a result may be written to --out; return whether it replaces an earlier one."""
    from bcpsim.results import check_target

    if out is None:
        return False
    note_command()
    return check_target(out, made, force=force, note=note(quiet))


def note_command() -> None:
    """Note the command line for the results that are made."""
    from bcpsim.results import by_command

    by_command(COMMAND.get())


def note(quiet: bool) -> Callable[[str], None]:
    """Return what says something on standard error, unless notes aren't wanted."""

    def say(words: str) -> None:
        if not quiet:
            typer.echo(f"bcpsim: {words}", err=True)

    return say


def tell_folder(
    what: str, out: Path | None, replaced: bool, quiet: bool, output: str = OutputFormat.TABLE
) -> None:
    """Say where a result was written, if anywhere, and if it replaced an earlier one.

    Where it isn't a table, standard output is for what is printed.
    """
    if quiet or out is None:
        return
    if replaced:
        typer.echo(f"bcpsim: replaced the earlier result in {out}", err=True)
    typer.echo(f"{what}: {out}", err=output != OutputFormat.TABLE)


def tell_notes(notes: Iterable[str]) -> None:
    """Say on standard error what must be known of a result, where no table does."""
    for note in notes:
        typer.echo(f"Note: {note}.", err=True)


def check_reached(stopping: Stopping | None, output: OutputFormat) -> None:
    """End with exit code 1 if a precision wasn't reached, and say so where no table does."""
    if stopping is None or stopping.reached:
        return
    if output is not OutputFormat.TABLE or not sys.stdout.isatty():
        from bcpsim.report.table import stopping_note

        typer.echo(f"bcpsim: {stopping_note(stopping)}", err=True)
    raise typer.Exit(EXIT_FAILED)


def warn_before_run(file: Path, loaded: Iterable[LoadedScenario]) -> set[str]:
    """Say on standard error what nobody may have meant in a file, though it is valid.

    Returns
    -------
    set of str
        What was said, without the file's name.
    """
    from bcpsim.plan import compile_plan
    from bcpsim.report.warnings import warnings

    told: set[str] = set()
    for one in loaded:
        where = "" if one.variant == "base" else f" (in the variant {one.variant})"
        tables = one.coverage.values()
        lines = [("note", words) for table in tables for words in table.notes]
        lines += [("warning", words) for table in tables for words in table.warnings]
        lines += [("warning", words) for words in warnings(compile_plan(one))]
        for kind, words in lines:
            if words not in told:
                told.add(words)
                typer.echo(f"{file}: {kind}: {words}{where}", err=True)
    return told


def hint_at_unvisited(file: Path, loaded: Iterable[LoadedScenario]) -> None:
    """Say on standard error to which stops nobody goes in any variant of a file."""
    from bcpsim.plan import compile_plan
    from bcpsim.plan.idle import unvisited

    each = [tuple(unvisited(compile_plan(one))) for one in loaded]
    for words in each[0]:
        if all(words in own for own in each):
            typer.echo(f"{file}: hint: {words}", err=True)


def hint_at_changes(
    source: ScenarioSource,
    loaded: Sequence[LoadedScenario],
    overrides: Mapping[str, str],
    told: Collection[str],
) -> None:
    """Say on standard error where values that were set can't matter, if it isn't told already."""
    if not overrides:
        return
    from bcpsim.plan import compile_plan
    from bcpsim.plan.idle import why_no_matter

    try:
        unchanged = source.load([one.variant for one in loaded])
    except ScenarioError:  # what is set mends the file
        return
    found: dict[str, None] = {}
    for before, after in zip(unchanged, loaded, strict=True):
        plans = compile_plan(before), compile_plan(after)
        found |= dict.fromkeys(why_no_matter(*plans, list(overrides)))
    for words in found:
        if words not in told:
            typer.echo(f"bcpsim: hint on --set: {words}", err=True)


def print_json(data: dict[str, Any]) -> None:
    """Print plain data as JSON."""
    import json

    typer.echo(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False))


def print_rich(make: Callable[[int], RenderableType]) -> None:
    """Print what is made for the width of the terminal.

    In a file or a pipe lines are as long as COLUMNS says, else wide, and don't end with spaces.
    """
    from rich.console import Console

    if sys.stdout.isatty():
        console = Console(highlight=False)
        console.print(make(console.width))
        return
    columns = os.environ.get("COLUMNS", "")
    width = (int(columns) if columns.isdecimal() else 0) or WIDTH
    console = Console(highlight=False, width=width)
    with console.capture() as captured:
        console.print(make(width))
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


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


@contextmanager
def if_interrupted(words: str) -> Iterator[None]:
    """Let the program say what is true if it is interrupted meanwhile."""
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(words) from None


@contextmanager
def progress(
    quiet: bool, what: str = "Replications", interrupted: str = "nothing was written"
) -> Iterator[Bar | None]:
    """Show a progress bar on standard error while something runs.

    Parameters
    ----------
    quiet
        Don't.
    what
        What is counted.
    interrupted
        What is true if it is interrupted meanwhile.
    """
    with if_interrupted(interrupted):
        if quiet or not sys.stderr.isatty():
            yield None
        else:
            from bcpsim.runs.bars import bar

            with bar(what) as shown:
                yield shown
