"""The definitions of all measures and statistics for a terminal."""

from __future__ import annotations

import math

from rich.console import Group
from rich.padding import Padding
from rich.text import Text

from bcpsim.kpi import ESTIMATES, MEASURES, STATISTICS


def definitions() -> Group:
    """Return every measure with its title, unit and source, and the statistics."""
    parts: list[Text | Padding] = []
    for measure in MEASURES.values():
        most = "" if math.isinf(measure.most) else f", 0 to {measure.most:g}"
        head = f"{measure.name} [{measure.unit}{most}]"
        parts.append(Text(f"{head}: {measure.title}. {measure.definition}"))
        parts.append(Padding(Text(f"({measure.source})", style="dim"), (0, 0, 0, 2)))
    parts.append(Text("\nStatistics"))
    parts += [Text(f"{name}: {text}") for name, text in STATISTICS.items()]
    return Group(*parts, Text(f"\n{ESTIMATES}"))
