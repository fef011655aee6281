"""Commands that answer a question by many runs: sensitivity, frontier, what-if."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcpsim.cli.folders import check_out, tell_folder
from bcpsim.cli.options import (
    AllowDir,
    Engine,
    EngineChoice,
    Force,
    NoPlots,
    OutputFormat,
    Quiet,
    Workers,
    parse_overrides,
)
from bcpsim.cli.output import print_document, print_json

if TYPE_CHECKING:
    import pandas as pd


class Method(StrEnum):
    """How the importance of factors is told."""

    SOBOL = "sobol"
    MORRIS = "morris"


SweepFolder = Annotated[
    Path, typer.Argument(metavar="DIR", help="A folder made by sweep --out.", show_default=False)
]


def sensitivity(
    file: Annotated[
        Path, typer.Argument(metavar="FILE", help="A sweep file (YAML); its design isn't used.")
    ],
    method: Annotated[
        Method, typer.Option(help="sobol: shares of the variance; morris: quick screening.")
    ] = Method.SOBOL,
    samples: Annotated[
        int,
        typer.Option(
            min=2,
            max=100_000,
            help="Base sample of Sobol (a power of 2; times factors + 2 points), or trajectories "
            "of Morris (times factors + 1 points).",
        ),
    ] = 64,
    out: Annotated[
        Path | None, typer.Option(help="Folder that keeps each point, the indices and a plot.")
    ] = None,
    workers: Workers = 0,
    engine: EngineChoice = Engine.AUTO,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the points in --out.")
    ] = False,
    no_plots: NoPlots = False,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print the indices.")
    ] = OutputFormat.TABLE,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Tell which factors of a sweep matter for its measures, with intervals (needs SALib).

    Example: `bcpsim sensitivity experiments/sweeps/uncertain_work.yaml --samples 64 --workers 0`
    """
    from bcpsim.cli.folders import note_command
    from bcpsim.cli.sweeps import sweep_progress
    from bcpsim.sweeps import read_titles
    from bcpsim.sweeps.sensitivity import sensitivity as find

    note_command()
    with sweep_progress(quiet, out) as advance:
        indices = find(
            file,
            method=method.value,
            samples=samples,
            out=out,
            workers=workers,
            resume=resume,
            allowed=allow_dir,
            progress=advance,
        )
    titles, factors = read_titles(file, allowed=allow_dir)
    if out is not None:
        from bcpsim.report.sensitivity import write_sensitivity

        write_sensitivity(indices, titles, factors, out, plots=not no_plots)
    if output is OutputFormat.TABLE:
        from bcpsim.report.sensitivity import sensitivity_document

        print_document(sensitivity_document(indices, titles, factors))
    else:
        _print_frame(indices, output)


def frontier(
    folder: SweepFolder,
    least: Annotated[
        list[str], typer.Option(metavar="MEASURE", help="Less of it is better; may be repeated.")
    ] = [],  # noqa: B006
    most: Annotated[
        list[str], typer.Option(metavar="MEASURE", help="More of it is better; may be repeated.")
    ] = [],  # noqa: B006
    out: Annotated[Path | None, typer.Option(help="Folder for a table and a plot.")] = None,
    force: Force = False,
    no_plots: NoPlots = False,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print the points.")
    ] = OutputFormat.TABLE,
    quiet: Quiet = False,
) -> None:
    """Mark the points of a sweep that can't be bettered in one aim without losing in another.

    Example: `bcpsim frontier results/searches --least waiting_time --least
    officer_hours/agency=customs --most found_share`
    """
    from bcpsim.report.frontier import frontier_document, mark_points, write_frontier
    from bcpsim.results import Made
    from bcpsim.sweeps import read_manifest, read_measures, read_words
    from bcpsim.sweeps.frontier import Aim

    aims = [*(Aim(name, "least") for name in least), *(Aim(name, "most") for name in most)]
    points = mark_points(read_measures(folder), aims, *read_words(folder))
    replaced = False
    if out is not None:
        sweep = read_manifest(folder)
        made = Made("frontier", sweep["sweep"]["name"])
        replaced = check_out(out, made, force=force, quiet=quiet)
        write_frontier(points, sweep, out, force=force, plots=not no_plots)
    if output is OutputFormat.TABLE:
        print_document(frontier_document(points))
    else:
        _print_frame(points.marked, output)
    tell_folder("Table" if no_plots else "Table and plot", out, replaced, quiet, output)


def what_if(
    folder: SweepFolder,
    setting: Annotated[
        list[str],
        typer.Option("--set", metavar="FACTOR=VALUE", help="The value of a factor; each is set."),
    ],
    measure: Annotated[
        list[str],
        typer.Option(metavar="MEASURE", help="A measure; may be repeated. Default: waiting_time."),
    ] = [],  # noqa: B006
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print the estimates.")
    ] = OutputFormat.TABLE,
) -> None:
    """Say at once what a surrogate of a sweep gives between its points (needs scikit-learn).

    Example: `bcpsim what-if results/load --set load=1.05 --set at_night=3`
    """
    from bcpsim.files.document import parse_document
    from bcpsim.sweeps import read_measures, read_words
    from bcpsim.sweeps.surrogate import what_if as find

    values = {
        key: parse_document(text, f"--set {key}").data if text else ""
        for key, text in parse_overrides(setting, "FACTOR=VALUE").items()
    }
    estimates = find(read_measures(folder), values, measure or ["waiting_time"])
    if output is OutputFormat.TABLE:
        from bcpsim.report.whatif import what_if_document

        print_document(what_if_document(estimates, read_words(folder)[0]))
    else:
        _print_frame(estimates, output)


def _print_frame(frame: pd.DataFrame, output: OutputFormat) -> None:
    """Print a DataFrame as CSV or JSON; what isn't there is an empty cell or null."""
    if output is OutputFormat.CSV:
        from bcpsim.results import frame_csv

        typer.echo(frame_csv(frame), nl=False)
        return
    rows = [
        {key: None if value != value else value for key, value in row.items()}
        for row in frame.to_dict("records")
    ]
    print_json({"rows": rows})
