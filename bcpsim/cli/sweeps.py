"""The command that runs sweeps."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcpsim.cli.folders import check_report_file, note_command, tell_folder, write_document
from bcpsim.cli.options import AllowDir, Engine, EngineChoice, Quiet, ReportFile, Workers
from bcpsim.cli.output import EXIT_BAD_INPUT, EXIT_FAILED, note, print_document
from bcpsim.cli.progress import if_interrupted

if TYPE_CHECKING:
    from bcpsim.sweeps import Prepared, Progress

LISTED = 5  # failed points that are printed


SweepFile = Annotated[Path, typer.Argument(metavar="FILE", help="A sweep file (YAML).")]
Out = Annotated[
    Path | None,
    typer.Option(help="Folder that keeps each point once it is finished. [results/NAME]"),
]
Cluster = Annotated[
    str | None,
    typer.Option(
        metavar="tcp://HOST:PORT", help="Scheduler of a Dask cluster that runs the points."
    ),
]
Resume = Annotated[bool, typer.Option("--resume", help="Go on with the sweep in --out.")]
RetryFailed = Annotated[
    bool, typer.Option("--retry-failed", help="The same, and run failed points again.")
]
DryRun = Annotated[
    bool,
    typer.Option(
        "--dry-run", help="Check the file and points of the design, print it, run nothing."
    ),
]
Watch = Annotated[
    str | None,
    typer.Option(
        metavar="MEASURE",
        help="The measure whose estimate so far is shown; default: the first kept.",
    ),
]


def sweep(
    file: SweepFile,
    out: Out = None,
    workers: Workers = 0,
    engine: EngineChoice = Engine.AUTO,
    cluster: Cluster = None,
    resume: Resume = False,
    retry_failed: RetryFailed = False,
    dry_run: DryRun = False,
    watch: Watch = None,
    report: ReportFile = None,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Run a scenario at many points, and keep what is finished whatever happens.

    Example: `bcpsim sweep experiments/sweeps/load_and_officers.yaml --out results/load`
    """
    from bcpsim.report.sweeps import results_document
    from bcpsim.sweeps import prepare, run_sweep

    check_report_file(report, force=False)
    prepared = prepare(file, allowed=allow_dir)
    if dry_run:
        _check_design(prepared)
        return
    folder = out or Path("results") / prepared.loaded.file.name
    note_command()
    with sweep_progress(quiet, folder) as advance:
        end = run_sweep(
            prepared,
            folder,
            workers=workers,
            cluster=cluster,
            resume=resume,
            retry_failed=retry_failed,
            watch=watch,
            progress=advance,
            note=note(quiet=False),
        )
    if report is not None:
        from bcpsim.report.sweep_document import sweep_document

        write_document(report, lambda _: sweep_document(folder))
    if not quiet:
        print_document(results_document(prepared, folder))
        typer.echo(f"{end.finished:,} of {end.points:,} points: {folder}")
        tell_folder("Report", report, False, quiet)
    if end.failed:
        _tell_failed(end, folder)
    if end.finished < end.points:
        raise typer.Exit(EXIT_FAILED)


def _check_design(prepared: Prepared) -> None:
    """Print the design of a sweep, and end with exit code 2 if points of it can't be run."""
    from bcpsim.report.sweeps import design_document, failed_list
    from bcpsim.sweeps import points_that_fail

    print_document(design_document(prepared))
    count, failing = points_that_fail(prepared)
    if failing:
        typer.echo(failed_list(failing, LISTED), err=True)
        typer.echo(f"bcpsim: {len(failing):,} of {count:,} points can't be run", err=True)
        raise typer.Exit(EXIT_BAD_INPUT)
    typer.echo(f"Loaded without a mistake: {count:,} of {len(prepared.points):,} points")


def _tell_failed(end: Progress, folder: Path) -> None:
    """Say on standard error which points failed, and where they are listed."""
    from bcpsim.report.sweeps import failed_list
    from bcpsim.sweeps import read_failed

    typer.echo(failed_list(read_failed(folder), LISTED), err=True)
    typer.echo(
        f"bcpsim: {end.failed:,} of {end.points:,} points failed, listed in "
        f"{folder / 'failed'}; --retry-failed runs them again",
        err=True,
    )


@contextmanager
def sweep_progress(quiet: bool, out: Path | None) -> Iterator[Callable[[Progress], None] | None]:
    """Show on standard error how far a sweep is: a bar, or a line for each tenth of it."""
    kept = "nothing was written" if out is None else f"go on with: --out {out} --resume"
    with if_interrupted(kept), _shown(quiet) as advance:
        yield advance


@contextmanager
def _shown(quiet: bool) -> Iterator[Callable[[Progress], None] | None]:
    if quiet:
        yield None
    elif sys.stderr.isatty():
        from bcpsim.runs.bars import bar

        with bar("Points") as shown:
            yield lambda state: shown(
                state.finished + state.failed, state.points, _in_words(state).removeprefix("; ")
            )
    else:
        told = [0]

        def line(state: Progress) -> None:
            done = state.finished + state.failed
            if done * 10 // state.points > told[0]:
                told[0] = done * 10 // state.points
                typer.echo(f"{done:,} of {state.points:,} points{_in_words(state)}", err=True)

        yield line


def _in_words(state: Progress) -> str:
    """Return failed points and the estimate so far, each after a semicolon."""
    failed = f"; {state.failed:,} failed" if state.failed else ""
    means = state.watch.means
    alone = len(means) == 1
    so_far = ", ".join(
        f"{mean:.3g}" if alone else f"{name} {mean:.3g}" for name, mean in means.items()
    )
    return failed + (f"; {state.watch.measure} so far {so_far}" if so_far else "")
