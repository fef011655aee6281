"""The command that sets ways of working side by side."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bcpsim.cli.folders import check_out, check_report_file, make_report, tell_folder
from bcpsim.cli.options import (
    AllowDir,
    Engine,
    EngineChoice,
    Force,
    Full,
    MaxReplications,
    MinReplications,
    NoPlots,
    OutputFormat,
    Overrides,
    PreciseMeasures,
    PrecisionShare,
    Quiet,
    Replications,
    ReplicationValues,
    ReportFile,
    Seed,
    Weight,
    Workers,
    parse_overrides,
    parse_precision,
    without_blanks,
)
from bcpsim.cli.output import (
    check_reached,
    check_values,
    print_answer,
    print_document,
    print_json,
    tell_notes,
)
from bcpsim.cli.progress import progress

if TYPE_CHECKING:
    from bcpsim.comparisons import Comparison, Condition
    from bcpsim.results import Made


class By(StrEnum):
    """Further breakdowns in the table of a comparison."""

    CLASS = "class"
    HOUR = "hour"


Compared = Annotated[
    list[Path],
    typer.Argument(
        metavar="SCENARIO...",
        help="A scenario file whose variants are compared, or several files, the first of "
        "which is the baseline; or folders of run --out, or FOLDER:VARIANT, of which nothing is "
        "run again.",
    ),
]
Baseline = Annotated[
    str,
    typer.Option(
        callback=without_blanks,
        help="The variant that the others are compared with; two together as A+B.",
    ),
]
Alternatives = Annotated[
    list[str],
    typer.Option(
        callback=without_blanks,
        help="A variant to compare with it, two together as A+B; may be repeated. Default: all "
        "others of the file.",
    ),
]
Changes = Annotated[
    list[str],
    typer.Option(
        "--with",
        metavar="CHANGE",
        help="An alternative that no variant describes: the baseline with KEY.PATH=VALUE, a "
        "variant, or several of these joined by ' + '; repeated, each is an alternative.",
    ),
]
Weighing = Annotated[
    Weight,
    typer.Option(
        help="What weighs the same in means over travellers: each replication (day), or each "
        "traveller of all of them."
    ),
]
ShownBy = Annotated[
    list[By], typer.Option(help="What the table shows besides all vehicles; may be repeated.")
]
Best = Annotated[str, typer.Option(metavar="NAME", help="The measure by which the best is chosen.")]
Largest = Annotated[
    bool, typer.Option("--largest", help="The largest value is best, not the smallest.")
]
Equal = Annotated[
    list[str],
    typer.Option(
        metavar="NAME [by KEY.PATH=LOW..HIGH]",
        help="A measure that must be equal (detection is found_share), and the number that is "
        "adjusted in each alternative until it is, such as 'officer_hours by "
        "officers.booths.shifts.0.count=1..9'; may be repeated.",
    ),
]
EqualWithin = Annotated[
    str, typer.Option(metavar="SHARE", help="How far equal measures may differ.")
]
Out = Annotated[
    Path | None, typer.Option(help="Folder for the tables, the scenarios as run, and plots.")
]
Format = Annotated[OutputFormat, typer.Option("--format", help="How to print the comparison.")]


def compare(
    files: Compared,
    baseline: Baseline = "base",
    alternative: Alternatives = [],  # noqa: B006
    changes: Changes = [],  # noqa: B006
    replications: Replications = None,
    precision: PrecisionShare = None,
    measure: PreciseMeasures = [],  # noqa: B006
    min_replications: MinReplications = 30,
    max_replications: MaxReplications = 1000,
    weight: Weighing = Weight.REPLICATION,
    by: ShownBy = [],  # noqa: B006
    full: Full = False,
    best: Best = "time_in_system",
    largest: Largest = False,
    equal: Equal = [],  # noqa: B006
    equal_within: EqualWithin = "1%",
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineChoice = Engine.AUTO,
    overrides: Overrides = [],  # noqa: B006
    out: Out = None,
    report: ReportFile = None,
    force: Force = False,
    no_plots: NoPlots = False,
    output: Format = OutputFormat.TABLE,
    values: ReplicationValues = False,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Compare ways of working under the same traffic, vehicle by vehicle.

    Prints paired differences and percent changes with 95 % intervals, and which is best.

    Examples: `bcpsim compare scenarios/land/ways_of_working_trucks.yaml --alternative merged`

    `bcpsim compare scenarios/land/peace_arch.yaml --with traffic.standard.arrivals.scale=1.2`

    `bcpsim compare results/today results/tomorrow`
    """
    check_values(values, output)
    check_report_file(report, force=force)
    if any(map(_is_result, files)):
        only_of_runs = {
            "--with": changes,
            "--set": overrides,
            "--replications": replications,
            "--precision": precision,
            "--equal": equal,
            "--weight traveller": weight is Weight.TRAVELLER,
            "--by hour": By.HOUR in by,
        }
        _check_only_stored(files, only_of_runs)
        comparison = _of_results(files, baseline, alternative, best, largest=largest)
        replaced = check_out(out, _made_of(comparison), force=force, quiet=quiet)
    else:
        if len(files) > 1 and (alternative or changes or baseline != "base"):
            raise typer.BadParameter("--baseline, --alternative and --with are for one file")
        conditions = _conditions(equal, equal_within)
        settings = parse_overrides(overrides)
        replaced = False
        if out is not None:
            names = _names(files, baseline, alternative, changes, allow_dir)
            made = _made_by(files[0], baseline, settings, names, allow_dir)
            replaced = check_out(out, made, force=force, quiet=quiet)
        comparison = _of_scenarios(
            files,
            quiet,
            baseline=baseline,
            alternatives=alternative or None,
            changes=changes,
            replications=replications,
            precision=parse_precision(precision, measure, min_replications, max_replications),
            weight=weight.value,
            equal=conditions,
            best=best,
            largest=largest,
            seed=seed,
            workers=workers,
            overrides=settings,
            allowed=allow_dir,
        )
    _save(comparison, out, measure, plots=not no_plots, force=force)
    make_report(report, comparison)
    _print(comparison, output, measure, by, full=full, values=values, quiet=quiet)
    tell_folder("Report", report, False, quiet, output)
    tell_folder("Comparison" if no_plots else "Comparison and plots", out, replaced, quiet, output)
    check_reached(comparison.stopping, output)


def _of_scenarios(files: list[Path], quiet: bool, **asked: Any) -> Comparison:
    """Run a comparison as it is asked for, and show how far it is."""
    from bcpsim.comparisons import compare as compare_ways

    ways = files[0] if len(files) == 1 else files
    with progress(quiet) as advance:
        looked = advance.looked if advance else None
        return compare_ways(ways, progress=advance, looked=looked, **asked)


def _of_results(
    folders: list[Path], baseline: str, alternative: list[str], best: str, *, largest: bool
) -> Comparison:
    """Return a comparison of results that were kept."""
    from bcpsim.comparisons.stored import compare_results

    return compare_results(
        folders,
        baseline=None if baseline == "base" else baseline,
        alternatives=alternative or None,
        best=best,
        largest=largest,
    )


def _conditions(equal: list[str], within: str) -> list[Condition]:
    """Return what `--equal` asks for, with how far measures may differ."""
    from bcpsim.comparisons import parse_condition
    from bcpsim.files.units import parse_share

    try:
        tolerance = parse_share(within)
    except ValueError as error:
        raise typer.BadParameter(f"--equal-within: {error}") from None
    return [parse_condition(text, tolerance) for text in equal]


def _made_of(comparison: Comparison) -> Made:
    """Return what the folder of a comparison of results is made of."""
    from bcpsim.results import Made

    return Made("compare", comparison.loaded[0].scenario.name, {}, comparison.names)


def _made_by(
    file: Path, baseline: str, settings: dict[str, str], names: list[str], allowed: list[Path]
) -> Made:
    """Return what the folder of a comparison is made of, before it runs."""
    from bcpsim.results import Made
    from bcpsim.scenario import load

    first = load(file, variant=baseline, overrides=settings, allowed=allowed)
    return Made("compare", first.scenario.name, settings, names, [first])


def _save(
    comparison: Comparison, out: Path | None, measures: list[str], *, plots: bool, force: bool
) -> None:
    """Write a comparison to its folder, if it has one."""
    if out is None:
        return
    from bcpsim.comparisons.folder import save_comparison
    from bcpsim.report.comparison_plots import write_comparison_plots

    write = partial(write_comparison_plots, comparison, names=measures)
    save_comparison(comparison, out, write if plots else None, force=force)


def _print(
    comparison: Comparison,
    output: OutputFormat,
    measures: list[str],
    by: list[By],
    *,
    full: bool,
    values: bool,
    quiet: bool,
) -> None:
    """Print a comparison as is asked for; warnings and notes apart where no table has them."""
    if output is OutputFormat.JSON:
        print_json(comparison.to_dict(values=values))
    elif output is OutputFormat.CSV:
        from bcpsim.results import measures_csv

        typer.echo(measures_csv(comparison.records, comparison.columns), nl=False)
    else:
        from bcpsim.report.comparisons import comparison_document, conditions_words

        if full or by or measures:
            print_document(
                comparison_document(
                    comparison,
                    measures,
                    classes=full or By.CLASS in by,
                    hours=By.HOUR in by,
                    pairing=full,
                )
            )
        else:
            print_answer(comparison, *conditions_words(comparison))
    if not quiet and output is not OutputFormat.TABLE:
        for warning in comparison.warnings:
            typer.echo(f"Warning: {warning}", err=True)
        tell_notes(comparison.notes)


def _is_result(file: Path) -> bool:
    """Return whether a folder of a result is given, or one variant in it."""
    if ":" not in file.name:  # nothing to import for scenario files
        return file.is_dir()
    from bcpsim.comparisons.stored import folder_and_variant

    return folder_and_variant(file)[0].is_dir()


def _check_only_stored(files: list[Path], options: Mapping[str, object]) -> None:
    """Check that folders of results come alone, and without options that ask for a run."""
    stored = [file for file in files if _is_result(file)]
    if len(stored) < len(files):
        other = next(file for file in files if file not in stored)
        if not other.exists():
            raise typer.BadParameter(f"{other}: no such file or folder")
        raise typer.BadParameter(
            f"{stored[0]} is a folder and {other} isn't; give scenario files, or folders of run "
            "--out"
        )
    refused = [name for name, value in options.items() if value]
    if refused:
        raise typer.BadParameter(
            f"{', '.join(refused)}: results are compared as they were run; give scenario files "
            "for it"
        )


def _names(
    files: list[Path],
    baseline: str,
    alternative: list[str],
    changes: list[str],
    allowed: list[Path],
) -> list[str]:
    """Return the names that the ways of working of a comparison will have."""
    from bcpsim.comparisons.changes import names_of, parse_change
    from bcpsim.scenario import variant_names

    if len(files) > 1:
        return [file.stem for file in files]
    others = alternative
    if not alternative and not changes:
        others = [name for name in variant_names(files[0], allowed=allowed) if name != baseline]
    return [baseline, *others, *names_of([parse_change(text) for text in changes])]
