"""The command on claim files: check."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bcpsim.cli.folders import check_out, tell_folder
from bcpsim.cli.hints import warn_before_run
from bcpsim.cli.options import (
    AllowDir,
    Engine,
    EngineChoice,
    Force,
    NoPlots,
    Quiet,
    Seed,
    TextFormat,
    Workers,
)
from bcpsim.cli.output import EXIT_FAILED, print_json, print_rich
from bcpsim.cli.progress import progress


class FailOn(StrEnum):
    """Verdicts on which a command may fail."""

    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


def check(
    files: Annotated[list[Path], typer.Argument(metavar="CLAIM...", help="Claim files (YAML).")],
    seed: Seed = 1,
    workers: Workers = 0,
    engine: EngineChoice = Engine.AUTO,
    out: Annotated[
        Path | None,
        typer.Option(
            help="Folder for verdict, tables and plots; of several claims each gets one inside."
        ),
    ] = None,
    force: Force = False,
    no_plots: NoPlots = False,
    output: Annotated[
        TextFormat, typer.Option("--format", help="How to print what was found.")
    ] = TextFormat.TABLE,
    fail_on: Annotated[
        list[FailOn],
        typer.Option(
            help="End with exit code 1 if the verdict on a claim is this one; may be given again."
        ),
    ] = [],  # noqa: B006
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Check claims about ways of working: supported, refuted or inconclusive.

    Example: `bcpsim check experiments/claims/poland_one_stop.yaml --out results/poland`
    """
    from bcpsim import claims
    from bcpsim.claims.folder import save_check
    from bcpsim.results import Made

    loaded = [claims.load_claim(file, allowed=allow_dir) for file in files]
    if out is not None:
        names = [one.file.name for one in loaded]
        for number, name in enumerate(names):
            if name in names[:number]:
                first = files[names.index(name)]
                raise typer.BadParameter(
                    f"{first} and {files[number]} both have the name {name!r}, and --out makes a "
                    "folder of each name"
                )
    folders = {
        one.file.name: out if len(loaded) == 1 else out / one.file.name
        for one in loaded
        if out is not None
    }
    replaced = [
        folder
        for name, folder in folders.items()
        if check_out(folder, Made("check", name), force=force, quiet=quiet)
    ]
    for one in loaded[1:]:  # before the first is run
        claims.check_combinations(one, seed)
    if not quiet:
        for file, one in zip(files, loaded, strict=True):
            ways = zip(one.ways, one.names, strict=True)
            warn_before_run(file, [one.load(way, name=name) for way, name in ways])
    found, failed = [], []
    kept = "nothing was written"
    for one in loaded:
        with progress(quiet, one.file.name, kept) as advance:
            result = claims.check(one, seed=seed, workers=workers, progress=advance)
        if out is not None:
            from bcpsim.report.claim_plots import write_claim_plots

            plots = None if no_plots else partial(write_claim_plots, result)
            save_check(result, folders[one.file.name], plots, force=force)
            kept = f"what was finished is in {out}"
        if result.verdict in [str(one.value) for one in fail_on]:
            failed.append(f"{one.file.name} is {result.stated}")
        if output is TextFormat.JSON:
            found.append(result.to_dict())
        else:
            from bcpsim.report.claims import claim_report

            print_rich(lambda width, result=result: claim_report(result, width))  # type: ignore[misc]
    if output is TextFormat.JSON:
        print_json({"claims": found})
    what = "Verdicts and tables" if no_plots else "Verdicts, tables and plots"
    tell_folder(what, out, bool(replaced), quiet, output)
    if failed:
        if not quiet:
            typer.echo(f"bcpsim: --fail-on: {'; '.join(failed)}", err=True)
        raise typer.Exit(EXIT_FAILED)
