"""The fixed times of disturbances."""

from __future__ import annotations

from bcpsim.plan.indices import Indices
from bcpsim.plan.windows import Windows, joined
from bcpsim.scenario.disturbances import Disturbance


def stretches(indices: Indices, record: Disturbance) -> Windows:
    """Return when a disturbance happens by its dates and hours of the day."""
    spans = list(indices.windows(record.hours))
    for stretch in record.at:
        start = indices.calendar.elapsed(stretch.start)
        spans.append((max(start, 0.0), min(start + stretch.duration, indices.end)))
    return joined([(start, end) for start, end in spans if start < end])
