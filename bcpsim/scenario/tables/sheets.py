"""A roster as it stands below its header, with all that its reading needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bcpsim.scenario.tables.days import Day, Days
from bcpsim.scenario.tables.headers import Header
from bcpsim.scenario.tables.legends import Legend
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.raw import Line


@dataclass(frozen=True, slots=True)
class RosterSheet:
    """A roster as it stands below its header.

    Attributes
    ----------
    header
        Its header.
    lines
        The lines below.
    days
        Reads its days.
    legend
        What codes mean.
    notes
        Told what is guessed, filled, left out and wrong.
    zone
        The time zone; empty: no clock ever changes.
    """

    header: Header
    lines: Sequence[Line]
    days: Days
    legend: Legend
    notes: Notes
    zone: str = ""

    def within_title(self, day: Day) -> Day:
        """Return weekdays as those of the days that the title names, any other day as it is."""
        title = self.header.title
        if day.on is None and title is None:
            self.tell_other_dates()
        if day.on is not None or title is None or title == day:
            return day
        if title.last is None:
            self.notes.warn(
                f"its title names {title}, and its weekdays count in every week; for one week "
                "write it there: KW 16 2026, or 13.04.2026-19.04.2026"
            )
            return day
        self.notes.guess(f"the days of its title, {title}")
        return day.with_(title)

    def tell_other_dates(self) -> None:
        """Tell of titles with dates that aren't used, where days without dates count."""
        for text in self.header.others:
            self.notes.warn(
                f"the date in its title {text!r} isn't used; if it is the day of the rows below, "
                "write the date alone there, or a column 'date'"
            )
