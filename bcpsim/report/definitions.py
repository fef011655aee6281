"""The definitions of all measures and statistics as a document."""

from __future__ import annotations

import math
from collections.abc import Iterator

from bcpsim.kpi import ESTIMATES, MEASURES, STATISTICS
from bcpsim.report.document import Document, Heading, Part, Sentence


def definitions_document() -> Document:
    """Return every measure with its title, unit and source, and the statistics."""
    return Document("Measures", tuple(_parts()))


def _parts() -> Iterator[Part]:
    for measure in MEASURES.values():
        most = "" if math.isinf(measure.most) else f", 0 to {measure.most:g}"
        head = f"{measure.name} [{measure.unit}{most}]"
        yield Sentence(f"{head}: {measure.title}. {measure.definition}")
        yield Sentence(f"({measure.source})", "note")
    yield Heading("Statistics")
    yield from (Sentence(f"{name}: {text}") for name, text in STATISTICS.items())
    yield Sentence(ESTIMATES)
