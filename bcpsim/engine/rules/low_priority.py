"""The share of starts for those below the highest priority that waits."""

from __future__ import annotations

from bcpsim.engine.records import Line, Stop
from bcpsim.engine.table import NOTHING, rule


@rule
def is_their_turn(stop: Stop) -> bool:
    """Return whether the next start belongs to those of low priority, if any of them wait."""
    return stop.low_share > 0 and stop.credit + stop.low_share >= 1


@rule
def count_start(stop: Stop, line: Line) -> None:
    """Count a start for the share of low priority: what it has earned, or used up."""
    if stop.waiting == line.waiting:
        return
    highest = line.priority
    lowest = line.priority
    for other in stop.lines:
        if other.first is not NOTHING:
            highest = min(highest, other.priority)
            lowest = max(lowest, other.priority)
    if highest < lowest:
        earned = stop.credit + stop.low_share
        stop.credit = earned if line.priority == highest else max(earned - 1.0, 0.0)
