"""The command on claim files: check."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcpsim.cli.folders import check_out, check_report_file, tell_folder, write_document
from bcpsim.cli.hints import warn_before_run
from bcpsim.cli.options import (
    AllowDir,
    Engine,
    EngineChoice,
    Force,
    NoPlots,
    Quiet,
    ReportFile,
    Seed,
    TextFormat,
    Workers,
)
from bcpsim.cli.output import EXIT_FAILED, print_document, print_json
from bcpsim.cli.progress import progress

if TYPE_CHECKING:
    from bcpsim.claims import ClaimCheck


class FailOn(StrEnum):
    """Verdicts on which a command may fail."""

    REFUTED = "refuted"
    INCONCLUSIVE = "inconclusive"


Claims = Annotated[list[Path], typer.Argument(metavar="CLAIM...", help="Claim files (YAML).")]
Out = Annotated[
    Path | None,
    typer.Option(
        help="Folder for verdict, tables and plots; of several claims each gets one inside."
    ),
]
Format = Annotated[TextFormat, typer.Option("--format", help="How to print what was found.")]
FailOns = Annotated[
    list[FailOn],
    typer.Option(
        help="End with exit code 1 if the verdict on a claim is this one; may be given again."
    ),
]


def check(
    files: Claims,
    seed: Seed = 1,
    workers: Workers = 0,
    engine: EngineChoice = Engine.AUTO,
    out: Out = None,
    report: ReportFile = None,
    force: Force = False,
    no_plots: NoPlots = False,
    output: Format = TextFormat.TABLE,
    fail_on: FailOns = [],  # noqa: B006
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Check claims about ways of working: supported, refuted or inconclusive.

    Example: `bcpsim check experiments/claims/poland_one_stop.yaml --out results/poland`
    """
    from bcpsim import claims
    from bcpsim.results import Made

    if report is not None and len(files) > 1:
        raise typer.BadParameter("--report is for one claim; give each its own")
    check_report_file(report, force=force)
    loaded = [claims.load_claim(file, allowed=allow_dir) for file in files]
    folders = _folders(out, files, [claim.file.name for claim in loaded])
    replaced = [
        folder
        for name, folder in folders.items()
        if check_out(folder, Made("check", name), force=force, quiet=quiet)
    ]
    for claim in loaded[1:]:  # before the first is run
        claims.check_combinations(claim, seed)
    if not quiet:
        for file, claim in zip(files, loaded, strict=True):
            ways = zip(claim.ways, claim.names, strict=True)
            warn_before_run(file, [claim.load(way, name=name) for way, name in ways])
    results: list[ClaimCheck] = []
    kept = "nothing was written"
    for claim in loaded:
        with progress(quiet, claim.file.name, kept) as advance:
            result = claims.check(claim, seed=seed, workers=workers, progress=advance)
        if out is not None:
            _save(result, folders[claim.file.name], plots=not no_plots, force=force)
            kept = f"what was finished is in {out}"
        _report(report, result)
        results.append(result)
        if output is TextFormat.TABLE:
            _print(result)
    if output is TextFormat.JSON:
        print_json({"claims": [result.to_dict() for result in results]})
    tell_folder("Report", report, False, quiet, output)
    what = "Verdicts and tables" if no_plots else "Verdicts, tables and plots"
    tell_folder(what, out, bool(replaced), quiet, output)
    _fail_on(fail_on, results, quiet)


def _folders(out: Path | None, files: list[Path], names: list[str]) -> dict[str, Path]:
    """Return the folder of each claim by its name: that of --out, or one inside."""
    if out is None:
        return {}
    for number, name in enumerate(names):
        if name in names[:number]:
            first = files[names.index(name)]
            raise typer.BadParameter(
                f"{first} and {files[number]} both have the name {name!r}, and --out makes a "
                "folder of each name"
            )
    return {name: out if len(names) == 1 else out / name for name in names}


def _save(result: ClaimCheck, folder: Path, *, plots: bool, force: bool) -> None:
    """Write the verdict on a claim to its folder."""
    from bcpsim.claims.folder import save_check
    from bcpsim.report.claim_plots import write_claim_plots

    save_check(result, folder, partial(write_claim_plots, result) if plots else None, force=force)


def _report(target: Path | None, result: ClaimCheck) -> None:
    """Write the report of a checked claim, if it is asked for."""
    if target is not None:
        from bcpsim.report.claim_document import claim_document

        write_document(target, lambda command: claim_document(result, command))


def _print(result: ClaimCheck) -> None:
    """Print the verdict on a claim with its tables."""
    from bcpsim.report.claims import claim_answer

    print_document(claim_answer(result))


def _fail_on(verdicts: list[FailOn], results: list[ClaimCheck], quiet: bool) -> None:
    """End with exit code 1 if a claim got one of some verdicts, and say which."""
    failed = [
        f"{result.loaded.file.name} is {result.stated}"
        for result in results
        if result.verdict in list(map(str, verdicts))
    ]
    if failed:
        if not quiet:
            typer.echo(f"bcpsim: --fail-on: {'; '.join(failed)}", err=True)
        raise typer.Exit(EXIT_FAILED)
