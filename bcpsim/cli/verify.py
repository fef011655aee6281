"""The command that holds the simulator against exactly solved models."""

from __future__ import annotations

from typing import Annotated

import typer

from bcpsim.cli.options import Engine, EngineChoice, Quiet, TextFormat, Workers
from bcpsim.cli.output import EXIT_FAILED, print_document, print_json
from bcpsim.cli.progress import progress


def verify(
    output: Annotated[
        TextFormat, typer.Option("--format", help="How to print the verdicts.")
    ] = TextFormat.TABLE,
    workers: Workers = 0,
    engine: EngineChoice = Engine.AUTO,
    case: Annotated[list[str], typer.Option(help="Only this case; may be repeated.")] = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Hold the simulator against exactly solved queueing models.

    Prints expected and simulated values with their interval; exit code 1 if one fails.
    """
    from bcpsim.verify import run_cases

    with progress(quiet) as advance:
        verdicts = run_cases(case or None, workers=workers, progress=advance)
    if output is TextFormat.JSON:
        print_json({"verdicts": [verdict.to_dict() for verdict in verdicts]})
    else:
        from bcpsim.report.verified import verification_document

        print_document(verification_document(verdicts))
    if not all(verdict.passed for verdict in verdicts):
        raise typer.Exit(EXIT_FAILED)
