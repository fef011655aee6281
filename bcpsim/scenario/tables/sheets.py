"""A roster as it stands below its header, with all that its reading needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bcpsim.scenario.tables.days import Days
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
    """

    header: Header
    lines: Sequence[Line]
    days: Days
    legend: Legend
    notes: Notes
