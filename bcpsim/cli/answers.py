"""Commands that answer a question by many runs: staff."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bcpsim.cli.common import (
    AllowDir,
    OutputFormat,
    Quiet,
    Seed,
    Workers,
    print_json,
    print_rich,
    progress,
)


def staff(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A staffing file (YAML).")],
    seed: Seed = 1,
    workers: Workers = 1,
    out: Annotated[
        Path | None,
        typer.Option(help="Folder for rosters, service, plots, and scenarios with the rosters."),
    ] = None,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print; csv: the rosters.")
    ] = OutputFormat.TABLE,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Find the fewest officer hours that keep service targets, and the rosters.

    Example: `bcpsim staff experiments/staffing/trucks.yaml --workers 0 --out results/trucks`
    """
    from bcpsim.experiments.staffing import save_staffing
    from bcpsim.experiments.staffing import staff as find
    from bcpsim.experiments.store import check_target

    if out is not None:
        check_target(out)
    with progress(quiet, "Rosters tried") as advance:
        answer = find(file, seed=seed, workers=workers, allowed=allow_dir, progress=advance)
    if out is not None:
        from bcpsim.report.staffing import write_staffing_plots

        save_staffing(answer, out, partial(write_staffing_plots, answer))
    if output is OutputFormat.JSON:
        print_json(answer.to_dict())
    elif output is OutputFormat.CSV:
        typer.echo(answer.rosters.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from bcpsim.report.staffing import staffing_table

        print_rich(lambda _: staffing_table(answer))
    if out is not None and not quiet:
        typer.echo(f"Rosters and plots: {out}", err=output is not OutputFormat.TABLE)
