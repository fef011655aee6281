"""Commands on a scenario file: run, validate, describe, draw, schema, new."""

from __future__ import annotations

import json
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcpsim.cli.folders import check_out, check_report_file, make_report, tell_folder, write_new
from bcpsim.cli.hints import hint_at_changes, hint_at_unvisited, warn_before_run
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
    ScenarioPath,
    Seed,
    VariantNames,
    Weight,
    Workers,
    asked_for,
    parse_overrides,
    parse_precision,
)
from bcpsim.cli.output import (
    EXIT_BAD_INPUT,
    check_reached,
    check_values,
    print_answer,
    print_document,
    print_json,
    tell_notes,
)
from bcpsim.cli.progress import progress
from bcpsim.errors import InputError, ScenarioError

if TYPE_CHECKING:
    from bcpsim.runs import Result


class EventLogs(StrEnum):
    """Of which replications events are kept."""

    ALL = "all"
    FIRST = "first"
    NONE = "none"


class By(StrEnum):
    """Further breakdowns of the measures of a run."""

    HOUR = "hour"


class Starter(StrEnum):
    """Starting points for a user: scenarios, and tables that these read."""

    LAND = "land"
    SEA = "sea"
    AIR = "air"
    ROSTER = "roster"
    COUNTS = "counts"
    TIMETABLE = "timetable"


Weighing = Annotated[
    Weight,
    typer.Option(
        help="What weighs the same in means and percentiles over travellers: each "
        "replication (day), or each traveller of all of them."
    ),
]
ShownBy = Annotated[
    By | None,
    typer.Option(help="hour: waits, queues and officers by local hour too; as CSV, these instead."),
]
Out = Annotated[
    Path | None, typer.Option(help="Folder for measures, events, scenario as run, and plots.")
]
Format = Annotated[OutputFormat, typer.Option("--format", help="How to print the measures.")]
KeptEvents = Annotated[
    EventLogs, typer.Option(help="Of which replications --out keeps the events.")
]


def run(
    scenario: ScenarioPath,
    variant: VariantNames = [],  # noqa: B006
    replications: Replications = None,
    precision: PrecisionShare = None,
    measure: PreciseMeasures = [],  # noqa: B006
    min_replications: MinReplications = 30,
    max_replications: MaxReplications = 1000,
    weight: Weighing = Weight.REPLICATION,
    by: ShownBy = None,
    full: Full = False,
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
    event_log: KeptEvents = EventLogs.FIRST,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Simulate a scenario and print its measures with 95 % intervals.

    Examples: `bcpsim run scenarios/land/peace_arch.yaml --replications 50 --workers 2`

    `bcpsim run scenarios/land/peace_arch.yaml --precision 2% --measure waiting_time`
    """
    from bcpsim.results import Made
    from bcpsim.runs import run as run_replications
    from bcpsim.scenario import read_scenario_file

    if measure and precision is None:
        raise typer.BadParameter("--measure says what --precision is for: give both")
    check_values(values, output)
    scenario_file = read_scenario_file(scenario, allowed=allow_dir)
    changes = parse_overrides(overrides)
    loaded = scenario_file.load(asked_for(variant, scenario_file), overrides=changes)
    replaced = check_out(out, Made.of_scenarios("run", loaded), force=force, quiet=quiet)
    check_report_file(report, force=force)
    if not quiet:
        told = warn_before_run(scenario, loaded)
        hint_at_changes(scenario_file, loaded, changes, told)
    with progress(quiet) as advance:
        result = run_replications(
            loaded,
            replications=replications,
            precision=parse_precision(precision, measure, min_replications, max_replications),
            weight=weight.value,
            seed=seed,
            workers=workers,
            event_log="none" if out is None else event_log.value,
            progress=advance,
            looked=advance.looked if advance else None,
        )
    _save(result, out, plots=not no_plots, force=force)
    make_report(report, result)
    _print(result, output, by, full=full, values=values)
    if not quiet and output is not OutputFormat.TABLE:
        tell_notes(result.notes)
    tell_folder("Report", report, False, quiet, output)
    tell_folder("Results" if no_plots else "Results and plots", out, replaced, quiet, output)
    check_reached(result.stopping, output)


def _save(result: Result, out: Path | None, *, plots: bool, force: bool) -> None:
    """Write a result to its folder, if it has one."""
    if out is None:
        return
    from bcpsim.report.run_plots import write_plots
    from bcpsim.runs.folder import save

    save(result, out, partial(write_plots, result) if plots else None, force=force)


def _print(
    result: Result, output: OutputFormat, by: By | None, *, full: bool, values: bool
) -> None:
    """Print what a run measured as is asked for."""
    if output is OutputFormat.JSON:
        print_json(result.to_dict(hours=by is not None, values=values))
    elif output is OutputFormat.CSV:
        from bcpsim.results import frame_csv, measures_csv

        by_hour = by is not None
        table = frame_csv(result.hourly) if by_hour else measures_csv(result.rows, result.columns)
        typer.echo(table, nl=False)
    else:
        from bcpsim.report.hours import hours_document
        from bcpsim.report.notes import stopping_words
        from bcpsim.report.run_tables import measures_document

        if by is not None:
            print_document(hours_document(result))
        if full:
            print_document(measures_document(result))
        else:
            print_answer(result, stopping_words(result.stopping))


def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario files.")],
    allow_dir: AllowDir = [],  # noqa: B006
) -> None:
    """Check scenario files, with all their variants, without running them.

    Every mistake is printed as file:line:column: field: what is wrong; what is expected. It
    warns of stops to which travellers come while nobody is on duty, of officers without a lane, of
    travellers of services and slots who would come before the start or after the end, and of ways
    on which vehicles can block one another.
    """
    from bcpsim.plan import compile_plan
    from bcpsim.scenario import load_variants

    wrong = False
    for file in files:
        try:
            loaded = load_variants(file, allowed=allow_dir)
            plans = [compile_plan(variant) for variant in loaded]
            warn_before_run(file, loaded, plans)
            hint_at_unvisited(file, plans)
        except ScenarioError as error:
            wrong = True
            typer.echo(str(error), err=True)
        except InputError as error:
            wrong = True
            typer.echo(f"{file}: {error}", err=True)
        else:
            count = len(loaded) - 1
            variants = f", {count} variant{'s' if count > 1 else ''}" if count else ""
            typer.echo(f"{file}: valid{variants}")
    if wrong:
        raise typer.Exit(EXIT_BAD_INPUT)


def describe(
    scenario: ScenarioPath,
    variant: VariantNames = [],  # noqa: B006
    overrides: Overrides = [],  # noqa: B006
    allow_dir: AllowDir = [],  # noqa: B006
) -> None:
    """Say in words who arrives and what is checked by whom, with the load by hour."""
    from bcpsim.plan import compile_plan
    from bcpsim.report.describe import description
    from bcpsim.scenario import read_scenario_file

    scenario_file = read_scenario_file(scenario, allowed=allow_dir)
    names = asked_for(variant, scenario_file)
    for number, loaded in enumerate(
        scenario_file.load(names, overrides=parse_overrides(overrides))
    ):
        if number:
            typer.echo()
        print_document(description(loaded, compile_plan(loaded)))


def draw(
    scenario: ScenarioPath,
    variant: VariantNames = [],  # noqa: B006
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE.svg",
            help="The file to write; default: the scenario's name with .svg, here.",
            show_default=False,
        ),
    ] = None,
    force: Annotated[bool, typer.Option(help="Overwrite a file that isn't a drawing.")] = False,
    overrides: Overrides = [],  # noqa: B006
    allow_dir: AllowDir = [],  # noqa: B006
) -> None:
    """Draw the crossing as a picture: stops, lanes, officers, and who goes where.

    The picture is an SVG file, for any browser or office program. Several variants are drawn one
    below the other, with every stop in the same place.

    Example: `bcpsim draw scenarios/land/ways_of_working_mixed.yaml --variant all`
    """
    from bcpsim.plan import compile_plan
    from bcpsim.report.crossing import crossing
    from bcpsim.report.drawing import drawing, is_drawing
    from bcpsim.scenario import read_scenario_file

    if out is not None and out.suffix.lower() != ".svg":
        raise InputError(f"{out}: the drawing is written as SVG, such as {out.stem}.svg")
    scenario_file = read_scenario_file(scenario, allowed=allow_dir)
    loaded = scenario_file.load(
        asked_for(variant, scenario_file), overrides=parse_overrides(overrides)
    )
    target = out or Path(scenario.with_suffix(".svg").name)
    picture = drawing([crossing(scenario, compile_plan(scenario)) for scenario in loaded])
    write_new({target: picture.encode()}, force or is_drawing(target))
    typer.echo(f"{target}: written")


def schema() -> None:
    """Print the JSON Schema of scenario files, for completion in editors."""
    from bcpsim.scenario import json_schema

    print_json(json_schema())


def new(
    kind: Annotated[
        Starter,
        typer.Argument(help="A scenario of a kind of border, or a table that scenarios read."),
    ],
    file: Annotated[
        Path,
        typer.Argument(metavar="FILE", help="The file to write; a table as .xlsx or .csv."),
    ],
    force: Annotated[bool, typer.Option(help="Overwrite an existing file.")] = False,
) -> None:
    """Write a commented scenario to start from, or a table with examples.

    Examples: `bcpsim new land my_border.yaml`

    `bcpsim new roster my_roster.xlsx`
    """
    from bcpsim.scenario.templates import TEMPLATES

    if kind.value in TEMPLATES:
        _new_table(kind.value, file, force)
        return
    from importlib.resources import files

    starters = files("bcpsim.scenario").joinpath("starters")
    text = starters.joinpath(f"{kind.value}.yaml").read_text(encoding="utf-8")
    written = {file: text.encode()}
    table = starters.joinpath(f"{kind.value}.csv")
    if table.is_file():
        beside = file.with_suffix(".csv")
        written[file] = text.replace(f'"{table.name}"', json.dumps(beside.name)).encode()
        written[beside] = table.read_bytes()
    write_new(written, force)
    names = " and ".join(map(str, written))
    typer.echo(f"{names}: written; check with: bcpsim validate {file}")


def _new_table(kind: str, file: Path, force: bool) -> None:
    """Write a table with examples, and say how a scenario reads it."""
    from bcpsim.scenario.templates import TEMPLATES, as_csv, as_workbook

    template = TEMPLATES[kind]
    suffix = file.suffix.lower()
    if suffix not in (".csv", ".xlsx"):
        raise InputError(f"{file}: a table is written as .xlsx or .csv, such as {kind}.xlsx")
    content = as_workbook(template) if suffix == ".xlsx" else as_csv(template).encode("utf-8-sig")
    write_new({file: content}, force)
    typer.echo(f"{file}: written; a scenario beside it reads it with:")
    typer.echo(template.read.replace("FILE", json.dumps(file.name, ensure_ascii=False)))
