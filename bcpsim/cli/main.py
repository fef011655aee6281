"""The commands; everything heavy is imported by the command that needs it."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bcpsim import __version__
from bcpsim.errors import BcpsimError, ScenarioError

if TYPE_CHECKING:
    from rich.console import RenderableType

app = typer.Typer(
    name="bcpsim",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Simulate border crossing points: who waits, where, for how long, and with how many "
    "officers.",
    epilog="""Examples:

`bcpsim new land my_border.yaml` - a commented scenario to start from

`bcpsim validate my_border.yaml` - check it

`bcpsim describe my_border.yaml` - read it in words, with load by hour

`bcpsim run my_border.yaml --replications 50 --out results/my_border` - simulate it
""",
)

EXIT_BAD_INPUT = 2
EXIT_FAILED = 1
WIDTH = 160  # of tables that go to a file or a pipe


class OutputFormat(StrEnum):
    """How measures are printed."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


class TextFormat(StrEnum):
    """How a check is printed."""

    TABLE = "table"
    JSON = "json"


class EventLogs(StrEnum):
    """Of which replications events are kept."""

    ALL = "all"
    FIRST = "first"
    NONE = "none"


class Border(StrEnum):
    """Kinds of starters."""

    LAND = "land"
    SEA = "sea"
    AIR = "air"


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


def _version(show: bool) -> None:
    if show:
        typer.echo(f"bcpsim {__version__}")
        raise typer.Exit


@app.callback()
def _options(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    del version


@app.command()
def run(
    scenario: ScenarioFile,
    variant: Annotated[
        list[str],
        typer.Option(help="A variant of the file, or 'all'; may be repeated. Default: base."),
    ] = [],  # noqa: B006
    replications: Annotated[
        int, typer.Option(min=1, max=1_000_000, help="Number of independent replications.")
    ] = 20,
    seed: Annotated[int, typer.Option(min=0, help="Names the random numbers.")] = 1,
    workers: Annotated[
        int, typer.Option(min=0, help="Number of processes; 0: one per processor.")
    ] = 1,
    overrides: Overrides = [],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option(help="Folder for measures, events, scenario as run, and plots.")
    ] = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print the measures.")
    ] = OutputFormat.TABLE,
    event_log: Annotated[
        EventLogs, typer.Option(help="Of which replications --out keeps the events.")
    ] = EventLogs.FIRST,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Annotated[
        bool, typer.Option("--quiet", "-q", help="No progress bar, no notes.")
    ] = False,
) -> None:
    """Simulate a scenario and print its measures with 95 % intervals.

    Example: `bcpsim run scenarios/land/peace_arch.yaml --replications 50 --workers 2`
    """
    from bcpsim.experiments import run as run_replications
    from bcpsim.experiments.store import check_target, measures_csv, save
    from bcpsim.scenario import variant_names

    if out is not None:
        check_target(out)
    names = variant or ["base"]
    if "all" in names:
        names = variant_names(scenario, allowed=allow_dir)
    with _progress(quiet) as advance:
        result = run_replications(
            scenario,
            variants=list(dict.fromkeys(names)),
            replications=replications,
            seed=seed,
            workers=workers,
            overrides=_parse_overrides(overrides),
            event_log="none" if out is None else event_log.value,
            allowed=allow_dir,
            progress=advance,
        )
    if out is not None:
        from bcpsim.report.plots import write_plots

        save(result, out, partial(write_plots, result))
    if output is OutputFormat.JSON:
        _print_json(result.to_dict())
    elif output is OutputFormat.CSV:
        typer.echo(measures_csv(result.rows), nl=False)
    else:
        from bcpsim.report.table import measures_table

        _print_rich(lambda width: measures_table(result, width))
    if out is not None and not quiet:
        typer.echo(f"Results and plots: {out}", err=output is not OutputFormat.TABLE)


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario files.")],
    allow_dir: AllowDir = [],  # noqa: B006
) -> None:
    """Check scenario files, with all their variants, without running them.

    Every mistake is printed as file:line:column: field: what is wrong; what is expected.
    """
    from bcpsim.scenario import load_variants

    wrong = False
    for file in files:
        try:
            loaded = load_variants(file, allowed=allow_dir)
        except ScenarioError as error:
            wrong = True
            typer.echo(str(error), err=True)
        else:
            count = len(loaded) - 1
            variants = f", {count} variant{'s' if count > 1 else ''}" if count else ""
            typer.echo(f"{file}: valid{variants}")
    if wrong:
        raise typer.Exit(EXIT_BAD_INPUT)


@app.command()
def describe(
    scenario: ScenarioFile,
    variant: Annotated[str, typer.Option(help="A variant of the file.")] = "base",
    overrides: Overrides = [],  # noqa: B006
    allow_dir: AllowDir = [],  # noqa: B006
) -> None:
    """Say in words who arrives and what is checked by whom, with the load by hour."""
    from bcpsim.plan import compile_plan
    from bcpsim.report.describe import description
    from bcpsim.scenario import load

    loaded = load(
        scenario, variant=variant, overrides=_parse_overrides(overrides), allowed=allow_dir
    )
    _print_rich(lambda _: description(loaded, compile_plan(loaded)))


@app.command()
def plot(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by run --out.")],
) -> None:
    """Draw the plots of a result again, as SVG and PNG, into its folder."""
    from bcpsim.report.plots import plot_folder

    for path in plot_folder(folder):
        typer.echo(str(path))


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for completion in editors."""
    from bcpsim.scenario import json_schema

    _print_json(json_schema())


@app.command()
def new(
    border: Annotated[Border, typer.Argument(help="Kind of border.")],
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write.")],
    force: Annotated[bool, typer.Option(help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented scenario to start from."""
    from importlib.resources import files

    if file.exists() and not force:
        raise BcpsimError(f"{file} exists; use --force to overwrite it")
    starter = files("bcpsim.scenario").joinpath("starters", f"{border.value}.yaml")
    try:
        file.write_text(starter.read_text(encoding="utf-8"), encoding="utf-8")
    except OSError as error:
        raise BcpsimError(f"can't write {file}: {error.strerror}") from error
    typer.echo(f"{file}: written; check it with: bcpsim validate {file}")


@app.command()
def measures() -> None:
    """Print the definition of every measure."""
    from bcpsim.kpi import MEASURES

    for measure in MEASURES.values():
        typer.echo(f"{measure.name} [{measure.unit}]: {measure.definition}\n  ({measure.source})")


@app.command()
def verify(
    output: Annotated[
        TextFormat, typer.Option("--format", help="How to print the verdicts.")
    ] = TextFormat.TABLE,
    workers: Annotated[
        int, typer.Option(min=0, help="Number of processes; 0: one per processor.")
    ] = 0,
    case: Annotated[list[str], typer.Option(help="Only this case; may be repeated.")] = [],  # noqa: B006
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar.")] = False,
) -> None:
    """Hold the simulator against exactly solved queueing models.

    Prints expected and simulated values with their interval; exit code 1 if one fails.
    """
    from bcpsim.verify import run_cases, verdict_table

    with _progress(quiet) as advance:
        verdicts = run_cases(case or None, workers=workers, progress=advance)
    if output is TextFormat.JSON:
        _print_json({"verdicts": [verdict.to_dict() for verdict in verdicts]})
    else:
        _print_rich(lambda _: verdict_table(verdicts))
    if not all(verdict.passed for verdict in verdicts):
        raise typer.Exit(EXIT_FAILED)


def main(arguments: list[str] | None = None) -> None:
    """Run the command line; exits with 0: done; 1: failed; 2: wrong input; 130: interrupted."""
    try:
        app(arguments, prog_name="bcpsim")
    except ScenarioError as error:
        typer.echo(str(error), err=True)
        sys.exit(EXIT_BAD_INPUT)
    except BcpsimError as error:
        typer.echo(f"bcpsim: {error}", err=True)
        sys.exit(EXIT_FAILED)


def _parse_overrides(texts: list[str]) -> dict[str, str]:
    overrides = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"expected KEY.PATH=VALUE, found {text!r}")
        overrides[key.strip()] = value.strip()
    return overrides


def _print_json(data: dict[str, Any]) -> None:
    import json

    typer.echo(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False))


def _print_rich(make: Callable[[int], RenderableType]) -> None:
    """Print what is made for the width of the terminal; wide where there is none."""
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    console.print(make(console.width))


@contextmanager
def _progress(quiet: bool) -> Iterator[Callable[[int, int], None] | None]:
    """Show a progress bar on standard error while something runs."""
    if quiet or not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
    )
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("Replications", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
