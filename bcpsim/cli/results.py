"""Commands on folders of results: plot, verify-result."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from bcpsim.cli.common import EXIT_FAILED, TextFormat, note_command, print_json, print_rich


def plot(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by run --out.")],
) -> None:
    """Draw the plots of a result again, as SVG and PNG, into its folder."""
    from bcpsim.report.plots import plot_folder

    note_command()
    for path in plot_folder(folder):
        typer.echo(str(path))


def verify_result(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder made by --out of any command.")
    ],
    output: Annotated[
        TextFormat, typer.Option("--format", help="How to print what was found.")
    ] = TextFormat.TABLE,
) -> None:
    """Check that every file of a result is what was written, and say what it was made from.

    Exit code 1 if a file was changed, is missing or doesn't belong there.

    Example: `bcpsim verify-result results/my_border`
    """
    from bcpsim.report.audit import audit_text
    from bcpsim.results import verify_result as verify

    found = verify(folder)
    if output is TextFormat.JSON:
        print_json({**found.to_dict(), "provenance": found.provenance})
    else:
        print_rich(lambda _: audit_text(found))
    if not found.whole:
        raise typer.Exit(EXIT_FAILED)
