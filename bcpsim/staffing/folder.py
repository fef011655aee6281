"""The folder of an answer: rosters, service, and scenarios with the rosters."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from bcpsim.results import Made, replace_folder, write_frame, write_scenarios
from bcpsim.staffing.duties import roster_csv, roster_file, roster_rows
from bcpsim.staffing.kept import write_figures
from bcpsim.staffing.result import RosterFound, Staffing, roster_table

if TYPE_CHECKING:
    import pandas as pd


def write_rosters(rosters: Sequence[RosterFound], folder: Path) -> None:
    """Write rosters as one table and as one for each group, and scenarios with them."""
    table = roster_table(rosters)
    write_frame(table, folder / "rosters.csv")
    for roster in rosters:
        for group, rows in roster_rows(roster.duties, roster.counts).items():
            if rows:
                path = folder / roster_file(roster.loaded, group)
                path.write_text(roster_csv(rows), encoding="utf-8")
    write_scenarios([roster.loaded for roster in rosters], folder)


def save_staffing(
    staffing: Staffing,
    folder: str | Path,
    extra: Callable[[Path], object] | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write an answer to a folder.

    The folder holds ``summary.csv``, ``figures.json`` (all numbers to the last digit, for
    `bcpsim report`), ``rosters.csv``, ``lanes.csv`` where lanes were asked for,
    ``service.csv``, ``provenance.json``, ``staffing.yaml`` as it was read, and for each variant a
    scenario with the roster found, ``scenario-NAME.yaml``, that ``bcpsim run`` takes, with the
    roster of each group as a table, ``roster-NAME-GROUP.csv``.

    Parameters
    ----------
    staffing
        From `bcpsim.staff`.
    folder, extra, force
        As for `bcpsim.save`.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If something else is there.
    RunError
        If the folder can't be written; then it is left as it was.
    """
    made = Made("staff", staffing.question.file.name)

    def write(new: Path) -> None:
        for name in ("summary", "service"):
            frame: pd.DataFrame = getattr(staffing, name)
            write_frame(frame, new / f"{name}.csv")
        if len(staffing.lanes):
            write_frame(staffing.lanes, new / "lanes.csv")
        write_rosters([answer.roster for answer in staffing.answers], new)
        write_figures(staffing, new)
        staffing.question.write_as_written(new)

    return replace_folder(folder, made, staffing.provenance, write, extra, force=force)
