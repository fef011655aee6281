"""Commands on folders of results: report, export, plot, verify-result, diff, waiting."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from bcpsim.cli.folders import note_command, write_new
from bcpsim.cli.options import AllowDir, OutputFormat, ReplicationNumber, TextFormat
from bcpsim.cli.output import EXIT_FAILED, print_document, print_json
from bcpsim.errors import InputError


def report(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A folder made by run, compare, check, staff or sweep."),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The file to write: .html, .md or .xlsx; default: DIR with .html.",
            show_default=False,
        ),
    ] = None,
    replay: Annotated[
        bool,
        typer.Option(
            "--replay", help="With a replay of one replication; the report must be a page (.html)."
        ),
    ] = False,
    replication: ReplicationNumber = 0,
    force: Annotated[bool, typer.Option(help="Overwrite a file that isn't a report.")] = False,
) -> None:
    """Make a report of a result to hand on: one file with the answer, drawing, charts and tables.

    The page (.html) needs no network and no other file. The workbook (.xlsx) has a sheet for each
    table; Markdown (.md) has the words and the main tables. With --replay the page also shows one
    replication as it happens: who waits where, who is checked by whom, two ways of working in step.

    Example: `bcpsim report results/my_border --out my_border.html`
    """
    from bcpsim.report.files import check_report, write_report
    from bcpsim.report.folders import document_of, replayed

    target = out or folder.with_name(f"{folder.resolve().name}.html")
    check_report(target, force=force)
    if replay and target.suffix.lower() != ".html":
        raise InputError(f"{target}: a replay is shown by a page; write to a name with .html")
    if replication and not replay:
        raise InputError("--replication says which one is replayed; it needs --replay")
    write_report(replayed(folder, replication) if replay else document_of(folder), target)
    typer.echo(f"{target}: written")


class ExportFormat(StrEnum):
    """Formats of other programs."""

    CSV = "csv"
    PARQUET = "parquet"
    XES = "xes"
    OCEL = "ocel"
    VIDIGI = "vidigi"
    XLSX = "xlsx"


def export(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by run or compare.")],
    to: Annotated[
        ExportFormat,
        typer.Option(
            help="csv, parquet: an event log, a row for each activity; xes, ocel: event logs for "
            "process mining; vidigi: its event log; xlsx: all tables.",
            show_default=False,
        ),
    ],
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The file to write; .gz compresses it. Default: DIR with the format's ending.",
            show_default=False,
        ),
    ] = None,
    variant: Annotated[
        str | None,
        typer.Option(help="Whose events, if there are several variants.", show_default=False),
    ] = None,
    replication: ReplicationNumber = 0,
    force: Annotated[bool, typer.Option(help="Overwrite a file that is there.")] = False,
) -> None:
    """Write the events of one replication, or all tables, for another program.

    The replication is simulated again from the scenario in DIR, and checked against the values
    that DIR has of it.

    Example: `bcpsim export results/my_border --to xes`
    """
    from bcpsim.exports import export as write

    target = write(
        folder, to=to.value, out=out, variant=variant, replication=replication, force=force
    )
    typer.echo(f"{target}: written")


def plot(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder made by run --out.")],
) -> None:
    """Draw the plots of a result again, as SVG and PNG, into its folder."""
    from bcpsim.report.run_plots import plot_folder

    note_command()
    for path in plot_folder(folder):
        typer.echo(str(path))


def verify_result(
    folder: Annotated[
        Path, typer.Argument(metavar="DIR", help="A folder made by --out of any command.")
    ],
    output: Annotated[
        TextFormat, typer.Option("--format", help="How to print what was found.")
    ] = TextFormat.TABLE,
) -> None:
    """Check that every file of a result is what was written, and say what it was made from.

    Exit code 1 if a file was changed, is missing or doesn't belong there.

    Example: `bcpsim verify-result results/my_border`
    """
    from bcpsim.report.audit import audit_document
    from bcpsim.results import verify_result as verify

    checked = verify(folder)
    if output is TextFormat.JSON:
        print_json({**checked.to_dict(), "provenance": checked.provenance})
    else:
        print_document(audit_document(checked))
    if not checked.whole:
        raise typer.Exit(EXIT_FAILED)


def diff(
    first: Annotated[Path, typer.Argument(metavar="A", help="A scenario file, or a result.")],
    second: Annotated[Path, typer.Argument(metavar="B", help="Another.")],
    output: Annotated[
        OutputFormat,
        typer.Option("--format", help="How to print; csv: the measures that differ."),
    ] = OutputFormat.TABLE,
    allow_dir: AllowDir = [],  # noqa: B006
) -> None:
    """Tell two scenarios or two results apart in words.

    Says which values of the scenarios differ, by key path as --set takes it; of results also how
    they were made, and which measures differ and by how much.

    Example: `bcpsim diff results/today results/one_more_booth`
    """
    from bcpsim.results import diff as tell_apart

    differing = tell_apart(first, second, allowed=allow_dir)
    if output is OutputFormat.JSON:
        print_json(differing.to_dict())
    elif output is OutputFormat.CSV:
        if differing.measures is None:
            raise InputError("--format csv prints measures; give two folders made by run --out")
        typer.echo(differing.measures.to_csv(index=False, lineterminator="\n"), nl=False)
    else:
        from bcpsim.report.difference import difference_document

        print_document(difference_document(differing))


def waiting(
    folder: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A folder made by run --out or compare --out."),
    ],
    at: Annotated[
        datetime,
        typer.Option(
            metavar="TIME",
            formats=["%Y-%m-%dT%H:%M"],
            help="Local time, such as 2026-04-13T18:00, at which the other run is to start.",
        ),
    ],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The table to write, as CSV.")],
    variant: Annotated[
        str | None,
        typer.Option(help="The variant; default: the first of the result.", show_default=False),
    ] = None,
    force: Annotated[bool, typer.Option(help="Overwrite an existing file.")] = False,
) -> None:
    """Write who waits at a time of a result, as the start of another run.

    The replications of the result are simulated again from its scenario. The table has
    everybody who is inside; traffic of the pattern waiting_list reads it.

    Example: `bcpsim waiting results/my_border --at 2026-04-13T18:00 --out left.csv`
    """
    from bcpsim.results.tables import frame_csv
    from bcpsim.runs.standing import as_traffic, waiting_at
    from bcpsim.stored import load_result

    if out.suffix.lower() != ".csv":
        raise InputError(f"{out}: the table is written as CSV, such as {out.stem or 'left'}.csv")
    result = load_result(folder)
    count = result.provenance["replications"]
    frame = waiting_at(result, at=at, variant=variant)
    write_new({out: frame_csv(frame).encode()}, force)
    typer.echo(
        f"{out}: {len(frame):,} who wait then in {count} replications; a scenario "
        "beside it that starts at that time reads it with:"
    )
    typer.echo(as_traffic(frame, out.name, count), nl=False)
