"""Commands that hold scenarios against what was observed: calibrate, compare-observed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bcpsim.cli.folders import check_out, check_report_file, tell_folder, write_document
from bcpsim.cli.options import (
    AllowDir,
    Engine,
    EngineChoice,
    Force,
    OutputFormat,
    Quiet,
    ReportFile,
    Workers,
)
from bcpsim.cli.output import print_document, print_json
from bcpsim.cli.progress import progress

if TYPE_CHECKING:
    from bcpsim.calibration import Calibration

CalibrationFile = Annotated[
    Path, typer.Argument(metavar="CALIBRATION", help="A calibration file (YAML).")
]
DataFile = Annotated[
    Path | None,
    typer.Option(help="Another table of the same form, instead of the one in the file."),
]
Places = Annotated[list[str], typer.Option("--place", help="Only this place; may be repeated.")]
Out = Annotated[
    Path | None, typer.Option(help="Folder for unknowns, comparison, distribution and rows.")
]
Format = Annotated[
    OutputFormat,
    typer.Option("--format", help="How to print: tables, everything as JSON, or errors as CSV."),
]


def calibrate(
    file: CalibrationFile,
    data: DataFile = None,
    place: Places = [],  # noqa: B006
    workers: Workers = 1,
    engine: EngineChoice = Engine.AUTO,
    out: Out = None,
    report: ReportFile = None,
    force: Force = False,
    output: Format = OutputFormat.TABLE,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Fit unknowns of a scenario to observed waits, and test them on later ones.

    Prints each unknown with its interval and whether the data can tell it, and the errors on
    the rows that weren't fitted, beside a constant and beside formulas.

    Example: `bcpsim calibrate experiments/validation/isolated_flights.yaml --workers 0`
    """
    from bcpsim.calibration import calibrate as fit_places
    from bcpsim.calibration import save_calibration

    check_report_file(report, force=force)
    replaced = _check_out(out, "calibrate", file, force, quiet)
    with progress(quiet, "Places") as advance:
        result = fit_places(
            file,
            data=data,
            places=place or None,
            workers=workers,
            allowed=allow_dir,
            progress=advance,
        )
    if out is not None:
        save_calibration(result, out, force=force)
    _report(result, report)
    _show(result, output)
    tell_folder("Report", report, False, quiet, output)
    tell_folder("Tables", out, replaced, quiet, output)


def compare_observed(
    file: CalibrationFile,
    values: Annotated[
        Path | None,
        typer.Option(help="A folder of 'calibrate --out' with the unknowns; else their starts."),
    ] = None,
    data: DataFile = None,
    place: Places = [],  # noqa: B006
    workers: Workers = 1,
    engine: EngineChoice = Engine.AUTO,
    out: Out = None,
    report: ReportFile = None,
    force: Force = False,
    output: Format = OutputFormat.TABLE,
    allow_dir: AllowDir = [],  # noqa: B006
    quiet: Quiet = False,
) -> None:
    """Compare simulated with observed waits, without fitting anything but the formulas.

    Example: `bcpsim compare-observed my_airport.yaml --values results/fit --data later.csv`
    """
    from bcpsim.calibration import compare_observed as compare
    from bcpsim.calibration import read_values, save_calibration

    check_report_file(report, force=force)
    replaced = _check_out(out, "compare-observed", file, force, quiet)
    unknowns = None if values is None else read_values(values)
    with progress(quiet, "Places") as advance:
        result = compare(
            file,
            unknowns,
            data=data,
            places=place or None,
            workers=workers,
            allowed=allow_dir,
            progress=advance,
        )
    if out is not None:
        save_calibration(result, out, force=force)
    _report(result, report)
    _show(result, output)
    tell_folder("Report", report, False, quiet, output)
    tell_folder("Tables", out, replaced, quiet, output)


def _check_out(out: Path | None, command: str, file: Path, force: bool, quiet: bool) -> bool:
    """Check that the result may be written; return whether it replaces an earlier one."""
    from bcpsim.calibration import CalibrationFile
    from bcpsim.files.document import read_document
    from bcpsim.files.typed import typed
    from bcpsim.results import Made

    if out is None:
        return False
    name = typed(read_document(file), CalibrationFile).name
    return check_out(out, Made(command, name), force=force, quiet=quiet)


def _report(result: Calibration, report: Path | None) -> None:
    """Write the report of a calibration, if it is asked for."""
    if report is not None:
        from bcpsim.report.observed import calibration_report

        write_document(report, lambda command: calibration_report(result, command))


def _show(result: Calibration, output: OutputFormat) -> None:
    if output is OutputFormat.JSON:
        print_json(result.to_dict())
    elif output is OutputFormat.CSV:
        from bcpsim.calibration.methods import COMPARISON_COLUMNS
        from bcpsim.results import measures_csv

        records = [record for place in result.places for record in place.comparison]
        typer.echo(measures_csv(records, COMPARISON_COLUMNS), nl=False)
    else:
        from bcpsim.report.observed import calibration_document

        print_document(calibration_document(result))
