"""What the commands share: options, printing, progress, exit codes."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from rich.console import RenderableType

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
Seed = Annotated[int, typer.Option(min=0, help="Names the random numbers.")]
Workers = Annotated[int, typer.Option(min=0, help="Number of processes; 0: one per processor.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="No progress bar, no notes.")]


def parse_overrides(texts: list[str]) -> dict[str, str]:
    """Return the values of `--set` by key path."""
    overrides = {}
    for text in texts:
        key, equals, value = text.partition("=")
        if not equals or not key:
            raise typer.BadParameter(f"expected KEY.PATH=VALUE, found {text!r}")
        overrides[key.strip()] = value.strip()
    return overrides


def print_json(data: dict[str, Any]) -> None:
    """Print plain data as JSON."""
    import json

    typer.echo(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False))


def print_rich(make: Callable[[int], RenderableType]) -> None:
    """Print what is made for the width of the terminal; wide where there is none."""
    from rich.console import Console

    console = Console(highlight=False, width=None if sys.stdout.isatty() else WIDTH)
    console.print(make(console.width))


@contextmanager
def progress(
    quiet: bool, what: str = "Replications"
) -> Iterator[Callable[[int, int], None] | None]:
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
        task = bar.add_task(what, total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)
