"""Reads rosters of tests, and tells their shifts in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from bcpsim.files.fields import write_clock
from bcpsim.scenario.people import Roster
from bcpsim.scenario.tables import RosterRow, Table, by_officer, read_table
from bcpsim.scenario.values import WEEKDAYS

MONDAY = date(2026, 4, 13)
"""The day on which all of them start."""


def csv(tmp_path: Path, text: str, **use: Any) -> Table:
    """Return a roster that stands in a CSV file."""
    (tmp_path / "r.csv").write_text(text, encoding="utf-8")
    return read_table(Roster.model_validate({"file": "r.csv", **use}), tmp_path, start=MONDAY)


def words(row: RosterRow) -> str:
    """Return a shift in words: Mon 13 06:00-14:00, or mon-fri 06:00-14:00."""
    if row.dates is not None:
        return f"{row.dates[0]:%d %b %H:%M}-{row.dates[1]:%H:%M}"
    assert row.window is not None
    days = row.window.days
    named = "daily" if days == WEEKDAYS else " ".join(days)
    return f"{named} {write_clock(row.window.start)}-{write_clock(row.window.end)}"


def shifts(table: Table) -> dict[str, list[str]]:
    """Return the shifts of each officer in words."""
    return {name: [words(row) for row in own] for name, own in by_officer(table.roster).items()}
