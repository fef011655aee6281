"""Commands that look into runs: compare, warm-up."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from bcpsim.cli.common import (
    AllowDir,
    Engine,
    EngineChoice,
    Force,
    MaxReplications,
    MinReplications,
    NoPlots,
    OutputFormat,
    Overrides,
    PreciseMeasures,
    PrecisionShare,
    Quiet,
    Replications,
    ScenarioFile,
    Seed,
    TextFormat,
    VariantName,
    Weight,
    Workers,
    check_out,
    check_reached,
    parse_overrides,
    parse_precision,
    print_json,
    print_rich,
    progress,
    tell_folder,
    tell_notes,
    without_blanks,
)


class By(StrEnum):
    """What else the table of a comparison shows."""

    CLASS = "class"
    HOUR = "hour"


def compare(
    files: Annotated[
        list[Path],
        typer.Argument(
            metavar="SCENARIO...",
            help="A scenario file whose variants are compared, or several files, the first of "
            "which is the baseline; or folders of run --out, of which nothing is run again.",
        ),
    ],
    baseline: Annotated[
        str,
        typer.Option(
            callback=without_blanks,
            help="The variant that the others are compared with; two together as A+B.",
        ),
    ] = "base",
    alternative: Annotated[
        list[str],
        typer.Option(
            callback=without_blanks,
            help="A variant to compare with it, two together as A+B; may be repeated. Default: all "
            "others of the file.",
        ),
    ] = [],  # noqa: B006
    changes: Annotated[
        list[str],
        typer.Option(
            "--with",
            metavar="CHANGE",
            help="An alternative that no variant describes: the baseline with KEY.PATH=VALUE, a "
            "variant, or several of these joined by ' + '; repeated, each is an alternative.",
        ),
    ] = [],  # noqa: B006
    replications: Replications = None,
    precision: PrecisionShare = None,
    measure: PreciseMeasures = [],  # noqa: B006
    min_replications: MinReplications = 30,
    max_replications: MaxReplications = 1000,
    weight: Annotated[
        Weight,
        typer.Option(
            help="What weighs the same in means over travellers: each replication (day), or each "
            "traveller of all of them."
        ),
    ] = Weight.REPLICATION,
    by: Annotated[
        list[By], typer.Option(help="What the table shows besides all vehicles; may be repeated.")
    ] = [By.CLASS],  # noqa: B006
    best: Annotated[
        str, typer.Option(metavar="NAME", help="The measure by which the best is chosen.")
    ] = "time_in_system",
    largest: Annotated[
        bool, typer.Option("--largest", help="The largest value is best, not the smallest.")
    ] = False,
    equal: Annotated[
        list[str],
        typer.Option(
            metavar="NAME [by KEY.PATH=LOW..HIGH]",
            help="A measure that must be equal, and the number that is adjusted in each "
            "alternative until it is, such as 'officer_hours by officers.booths.shifts.0.count"
            "=1..9'; may be repeated.",
        ),
    ] = [],  # noqa: B006
    equal_within: Annotated[
        str, typer.Option(metavar="SHARE", help="How far equal measures may differ.")
    ] = "1%",
    seed: Seed = 1,
    workers: Workers = 1,
    engine: EngineChoice = Engine.AUTO,
    overrides: Overrides = [],  # noqa: B006
    out: Annotated[
        Path | None, typer.Option(help="Folder for the tables, the scenarios as run, and plots.")
    ] = None,
    force: Force = False,
    no_plots: NoPlots = False,
    output: Annotated[
        OutputFormat, typer.Option("--format", help="How to print the comparison.")
    ] = OutputFormat.TABLE,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Compare ways of working under the same traffic, vehicle by vehicle.

    Prints paired differences and percent changes with 95 % intervals, and which is best.

    Examples: `bcpsim compare scenarios/land/ways_of_working_trucks.yaml --alternative merged`

    `bcpsim compare scenarios/land/peace_arch.yaml --with traffic.standard.arrivals.scale=1.2`

    `bcpsim compare results/today results/tomorrow`
    """
    from bcpsim.comparisons.run import save_comparison
    from bcpsim.results import Made, measures_csv

    replaced = False
    stored = [file for file in files if file.is_dir()]
    if stored:
        options = {
            "--with": changes,
            "--set": overrides,
            "--replications": replications,
            "--precision": precision,
            "--equal": equal,
            "--weight traveller": weight is Weight.TRAVELLER,
            "--by hour": By.HOUR in by,
        }
        _check_only_stored(files, stored, options)
        from bcpsim.comparisons.stored import compare_results

        comparison = compare_results(
            files,
            baseline=None if baseline == "base" else baseline,
            alternatives=alternative or None,
            best=best,
            largest=largest,
        )
        if out is not None:
            made = Made("compare", comparison.loaded[0].scenario.name, {}, comparison.names)
            replaced = check_out(out, made, force=force, quiet=quiet)
    else:
        from bcpsim.comparisons import compare as compare_ways
        from bcpsim.comparisons import parse_condition
        from bcpsim.files.units import parse_share
        from bcpsim.scenario import load

        if len(files) > 1 and (alternative or changes or baseline != "base"):
            raise typer.BadParameter("--baseline, --alternative and --with are for one file")
        try:
            tolerance = parse_share(equal_within)
        except ValueError as error:
            raise typer.BadParameter(f"--equal-within: {error}") from None
        settings = parse_overrides(overrides)
        if out is not None:
            first = load(files[0], variant=baseline, overrides=settings, allowed=allow_dir)
            names = _names(files, baseline, alternative, changes, allow_dir)
            made = Made("compare", first.scenario.name, settings, names, [first])
            replaced = check_out(out, made, force=force, quiet=quiet)
        with progress(quiet) as advance:
            comparison = compare_ways(
                files[0] if len(files) == 1 else files,
                baseline=baseline,
                alternatives=alternative or None,
                changes=changes,
                replications=replications,
                precision=parse_precision(precision, measure, min_replications, max_replications),
                weight=weight.value,
                equal=[parse_condition(text, tolerance) for text in equal],
                best=best,
                largest=largest,
                seed=seed,
                workers=workers,
                overrides=settings,
                allowed=allow_dir,
                progress=advance,
                looked=advance.looked if advance else None,
            )
    if out is not None:
        from bcpsim.report.comparison import write_comparison_plots

        plots = partial(write_comparison_plots, comparison, names=measure)
        save_comparison(comparison, out, None if no_plots else plots, force=force)
    if output is OutputFormat.JSON:
        print_json(comparison.to_dict())
    elif output is OutputFormat.CSV:
        typer.echo(measures_csv(comparison.records, comparison.columns), nl=False)
    else:
        from bcpsim.report.comparison import comparison_table

        print_rich(
            lambda width: comparison_table(
                comparison, width, measure, classes=By.CLASS in by, hours=By.HOUR in by
            )
        )
    if not quiet and output is not OutputFormat.TABLE:
        for warning in comparison.warnings:
            typer.echo(f"Warning: {warning}", err=True)
        tell_notes(comparison.notes)
    tell_folder("Comparison" if no_plots else "Comparison and plots", out, replaced, quiet, output)
    check_reached(comparison.stopping, output)


def _check_only_stored(
    files: list[Path], stored: list[Path], options: Mapping[str, object]
) -> None:
    """Check that folders of results come alone, and without options that ask for a run."""
    if len(stored) < len(files):
        other = next(file for file in files if file not in stored)
        raise typer.BadParameter(
            f"{stored[0]} is a folder and {other} isn't; give scenario files, or folders of run "
            "--out"
        )
    given = [name for name, value in options.items() if value]
    if given:
        raise typer.BadParameter(
            f"{', '.join(given)}: results are compared as they were run; give scenario files for it"
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


def warm_up(
    scenario: ScenarioFile,
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
    from bcpsim.runs.steady import find_warm_up, save_warm_up
    from bcpsim.scenario import load

    loaded = load(
        scenario, variant=variant, overrides=parse_overrides(overrides), allowed=allow_dir
    )
    made = Made.of_scenarios("warm-up", [loaded])
    replaced = check_out(out, made, force=force, quiet=quiet)
    with progress(quiet) as advance:
        found = find_warm_up(
            loaded,
            measure,
            replications=replications,
            seed=seed,
            workers=workers,
            progress=advance,
        )
    if out is not None:
        plot = None if no_plots else partial(write_warm_up_plot, found)
        save_warm_up(found, out, plot, force=force)
    if output is TextFormat.JSON:
        print_json(found.to_dict())
    else:
        typer.echo(warm_up_text(found))
    tell_folder("Series" if no_plots else "Series and plot", out, replaced, quiet, output)
