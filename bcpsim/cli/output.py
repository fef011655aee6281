"""Output of commands: what they print, what they say on standard error, and their exit codes."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

import typer

from bcpsim.cli.options import OutputFormat

if TYPE_CHECKING:
    from bcpsim.comparisons import Comparison
    from bcpsim.report.document import Document
    from bcpsim.runs import Result, Stopping


EXIT_BAD_INPUT = 2


EXIT_FAILED = 1


EXIT_INTERRUPTED = 130


_MORE = "--full prints every table, --report FILE.html makes a page to hand on."

WIDTH = 160  # of tables that go to a file or a pipe, if COLUMNS says nothing


def check_values(values: bool, output: str) -> None:
    """Check that values of replications are asked for in the format that has them."""
    if values and output != "json":
        raise typer.BadParameter("--replication-values needs --format json")


def note(quiet: bool) -> Callable[[str], None]:
    """Return what says something on standard error, unless notes aren't wanted."""

    def say(text: str) -> None:
        if not quiet:
            typer.echo(f"bcpsim: {text}", err=True)

    return say


def tell_notes(notes: Iterable[str]) -> None:
    """Say on standard error what must be known of a result, where no table does."""
    for note in notes:
        typer.echo(f"Note: {note}.", err=True)


def check_reached(stopping: Stopping | None, output: OutputFormat) -> None:
    """End with exit code 1 if a precision wasn't reached, and say so where no table does."""
    if stopping is None or stopping.reached:
        return
    if output is not OutputFormat.TABLE or not sys.stdout.isatty():
        from bcpsim.report.notes import stopping_words

        typer.echo(f"bcpsim: {stopping_words(stopping)}", err=True)
    raise typer.Exit(EXIT_FAILED)


def print_document(document: Document, *after: str) -> None:
    """Print a document for the width of the terminal, and what is to be said after it.

    In a file or a pipe lines are as long as COLUMNS says, else wide, and don't end with spaces.
    """
    from rich.console import Console

    from bcpsim.report.terminal import as_text

    if sys.stdout.isatty():
        console = Console(highlight=False)
        console.print(as_text(document, console.width, *after))
        return
    columns = os.environ.get("COLUMNS", "")
    width = (int(columns) if columns.isdecimal() else 0) or WIDTH
    console = Console(highlight=False, width=width)
    with console.capture() as captured:
        console.print(as_text(document, width, *after))
    typer.echo("\n".join(line.rstrip() for line in captured.get().splitlines()))


def print_answer(result: Result | Comparison, *after: str) -> None:
    """Print what a result says, with its main measures, and what is to be said after these."""
    from bcpsim.report.answers import first_answer
    from bcpsim.report.told import told_of

    print_document(first_answer(told_of(result)), *after, _MORE)


def print_json(data: dict[str, Any]) -> None:
    """Print plain data as JSON."""
    import json

    typer.echo(json.dumps(data, indent=1, ensure_ascii=False, allow_nan=False))
