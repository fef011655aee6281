"""The command that finds how long the warm-up of a scenario is."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bcpsim.cli.folders import check_out, tell_folder
from bcpsim.cli.options import (
    AllowDir,
    Engine,
    EngineChoice,
    Force,
    NoPlots,
    Overrides,
    Quiet,
    ScenarioPath,
    Seed,
    TextFormat,
    VariantName,
    Workers,
    parse_overrides,
)
from bcpsim.cli.output import print_json
from bcpsim.cli.progress import progress


def warm_up(
    scenario: ScenarioPath,
    variant: VariantName = "base",
    measure: Annotated[
        str,
        typer.Option(metavar="NAME", help="Waiting, service or processing time, time in system."),
    ] = "time_in_system",
    replications: Annotated[
        int,
        typer.Option(
            min=1, max=10_000, help="Replications whose average is looked at; 1: one long run."
        ),
    ] = 10,
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineChoice = Engine.AUTO,
    overrides: Overrides = [],  # noqa: B006
    out: Annotated[Path | None, typer.Option(help="Folder for the series and its plot.")] = None,
    force: Force = False,
    no_plots: NoPlots = False,
    output: Annotated[
        TextFormat, typer.Option("--format", help="How to print what was found.")
    ] = TextFormat.TABLE,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Find how long the warm-up of a scenario in steady state is, by MSER-5.

    With --replications 1 also the mean of the rest, with an interval from batches.
    """
    from bcpsim.report.steady import warm_up_text, write_warm_up_plot
    from bcpsim.results import Made
    from bcpsim.runs.folder import save_warm_up
    from bcpsim.runs.steady import find_warm_up
    from bcpsim.scenario import load

    loaded = load(
        scenario, variant=variant, overrides=parse_overrides(overrides), allowed=allow_dir
    )
    made = Made.of_scenarios("warm-up", [loaded])
    replaced = check_out(out, made, force=force, quiet=quiet)
    with progress(quiet) as advance:
        steady_state = find_warm_up(
            loaded,
            measure,
            replications=replications,
            seed=seed,
            workers=workers,
            progress=advance,
        )
    if out is not None:
        plot = None if no_plots else partial(write_warm_up_plot, steady_state)
        save_warm_up(steady_state, out, plot, force=force)
    if output is TextFormat.JSON:
        print_json(steady_state.to_dict())
    else:
        typer.echo(warm_up_text(steady_state))
    tell_folder("Series" if no_plots else "Series and plot", out, replaced, quiet, output)
