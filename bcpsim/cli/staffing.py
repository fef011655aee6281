"""The command that finds rosters."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcpsim.cli.folders import (
    check_out,
    check_report_file,
    note_command,
    tell_folder,
    write_document,
)
from bcpsim.cli.options import (
    AllowDir,
    Engine,
    EngineChoice,
    Force,
    NoPlots,
    OutputFormat,
    Quiet,
    ReportFile,
    Seed,
    Workers,
)
from bcpsim.cli.output import EXIT_FAILED, print_document, print_json

if TYPE_CHECKING:
    from bcpsim.staffing import Staffing
    from bcpsim.staffing.run import Progress


def staff(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A staffing file (YAML).")],
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineChoice = Engine.AUTO,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for rosters, service, plots, and scenarios with the rosters. It holds "
            "the best rosters so far while the search goes on, and if it is stopped."
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the search in --out.")
    ] = False,
    report: ReportFile = None,
    force: Force = False,
    no_plots: NoPlots = False,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print; csv: the rosters.")
    ] = OutputFormat.TABLE,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Find the fewest officer hours that keep service targets, and the rosters.

    A variant for which there is no roster is told, with exit code 1, beside the rosters of others.

    Example: `bcpsim staff experiments/staffing/trucks.yaml --workers 0 --out results/trucks`
    """
    from bcpsim.results import Made
    from bcpsim.staffing import load_staffing
    from bcpsim.staffing import staff as find

    if resume and out is None:
        raise typer.BadParameter("--resume needs --out, the folder of the search")
    check_report_file(report, force=force)
    question = load_staffing(file, allowed=allow_dir)
    made = Made("staff", question.file.name)
    replaced = check_out(None if resume else out, made, force=force, quiet=quiet)
    note_command()
    with _shown(quiet, out) as advance:
        answer = find(
            question,
            seed=seed,
            workers=workers,
            out=out,
            resume=resume,
            force=force,
            progress=advance,
        )
    _save(answer, out, plots=not no_plots, force=force)
    if report is not None:
        from bcpsim.report.staffing_document import staffing_document

        write_document(report, lambda command: staffing_document(answer, command))
    _print(answer, output)
    tell_folder("Report", report, False, quiet, output)
    tell_folder("Rosters" if no_plots else "Rosters and plots", out, replaced, quiet, output)
    if answer.without:
        for variant, reason in answer.without.items():
            typer.echo(f"bcpsim: variant {variant}: {reason}", err=True)
        raise typer.Exit(EXIT_FAILED)


def _save(answer: Staffing, out: Path | None, *, plots: bool, force: bool) -> None:
    """Write rosters to their folder, if they have one."""
    if out is None:
        return
    from bcpsim.report.staffing import write_staffing_plots
    from bcpsim.staffing import save_staffing

    save_staffing(
        answer, out, partial(write_staffing_plots, answer) if plots else None, force=force
    )


def _print(answer: Staffing, output: OutputFormat) -> None:
    """Print the rosters as is asked for."""
    if output is OutputFormat.JSON:
        print_json(answer.to_dict())
    elif output is OutputFormat.CSV:
        from bcpsim.results import frame_csv

        typer.echo(frame_csv(answer.rosters), nl=False)
    else:
        from bcpsim.report.staffing import staffing_answer

        print_document(staffing_answer(answer))


@contextmanager
def _shown(quiet: bool, out: Path | None) -> Iterator[Callable[[Progress], None]]:
    """Show on standard error how far the search is: a bar, or a line for each better roster.

    If it is interrupted, the program says what there is so far, and how to go on.
    """
    last: list[Progress] = []
    kept = "nothing was written" if out is None else f"go on with: --out {out} --resume"
    try:
        with _bar() if sys.stderr.isatty() and not quiet else _lines(quiet) as show:

            def advance(state: Progress) -> None:
                last[:] = [state]
                show(state)

            yield advance
    except KeyboardInterrupt:
        said = [_in_words(last[0])] if last else []
        raise KeyboardInterrupt("; ".join([*said, kept])) from None


@contextmanager
def _lines(quiet: bool) -> Iterator[Callable[[Progress], None]]:
    told: list[tuple[object, ...]] = [()]

    def show(state: Progress) -> None:
        now = (state.variant, state.round, state.cost, 10 * state.done // state.most)
        if not quiet and now != told[0]:
            told[0] = now
            typer.echo(
                f"{state.done:,} of {state.most:,} rosters tried; {_in_words(state)}", err=True
            )

    yield show


@contextmanager
def _bar() -> Iterator[Callable[[Progress], None]]:
    from bcpsim.runs.bars import bar

    with bar("Rosters tried", may_end_before=True) as shown:
        yield lambda state: shown(state.done, state.most, _in_words(state))


def _in_words(state: Progress) -> str:
    """Return the best so far, what less can't do, and where the last roster failed."""
    best = "no roster yet" if state.cost is None else f"best so far {state.cost:,.1f}"
    text = best if state.cost is None else f"{best} a {state.period}"
    if state.round > 1:
        text = f"not confirmed, search {state.round} on more replications: {text}"
    if state.variant != "base":
        text = f"{state.variant}: {text}"
    if state.bound > 0:
        text += f", at least {state.bound:,.1f}"
    if state.failed:
        text += f"; last failed: {state.failed}"
    return text
