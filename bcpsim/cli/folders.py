"""Folders that commands write their results to, and reports of these."""

from __future__ import annotations

from collections.abc import Mapping
from contextvars import ContextVar
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bcpsim.cli.options import OutputFormat
from bcpsim.cli.output import note
from bcpsim.errors import InputError

if TYPE_CHECKING:
    from collections.abc import Callable

    from bcpsim.comparisons import Comparison
    from bcpsim.report.document import Document
    from bcpsim.results import Made
    from bcpsim.runs import Result


COMMAND: ContextVar[str | None] = ContextVar("command", default=None)
"""The command line, for the results that it makes."""


def check_out(out: Path | None, made: Made, *, force: bool, quiet: bool) -> bool:
    """Check that a result may be written to --out; return whether it replaces an earlier one."""
    from bcpsim.results import check_target

    if out is None:
        return False
    note_command()
    return check_target(out, made, force=force, note=note(quiet))


def check_report_file(target: Path | None, *, force: bool) -> None:
    """Check that a report may be written to --report, before anything is run."""
    if target is not None:
        from bcpsim.report.files import check_report

        check_report(target, force=force)


def make_report(target: Path | None, result: Result | Comparison) -> None:
    """Write the report of a result to --report, if it is asked for."""
    from bcpsim.report.answers import report
    from bcpsim.report.told import told_of

    write_document(target, lambda command: report(told_of(result, command)))


def write_document(target: Path | None, tell: Callable[[str], Document]) -> None:
    """Write the document that is told with the command line to --report, if it is asked for."""
    if target is not None:
        from bcpsim.report.files import write_report

        write_report(tell(COMMAND.get() or ""), target)


def write_new(contents: Mapping[Path, bytes], force: bool) -> None:
    """Write files that don't exist yet, unless they may be overwritten."""
    for path in contents:
        if path.exists() and not force:
            raise InputError(f"{path} exists; use --force to overwrite it")
    from bcpsim.files.whole import write_whole

    for path, content in contents.items():
        write_whole(content, path)


def note_command() -> None:
    """Note the command line for the results that are made."""
    from bcpsim.results import by_command

    by_command(COMMAND.get())


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
