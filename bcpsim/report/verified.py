"""The verdicts of `bcpsim verify` as a document."""

from __future__ import annotations

from collections.abc import Sequence

from bcpsim.kpi import Row, Titles
from bcpsim.report.document import Cell, Column, Document, Judged, Table
from bcpsim.verify import Verdict

_NOTE = (
    "In brackets: 95 % intervals. Error: of the simulated against the exact value; finds: an "
    "error of this size would be found with a probability of 95 %."
)


def verification_document(verdicts: Sequence[Verdict]) -> Document:
    """Return expected and simulated values, and whether they agree."""
    numbers = (("Expected", ""), ("Simulated", ""), ("Error", "%"), ("Finds", "%"))
    failed = sum(not verdict.passed for verdict in verdicts)
    heads = (Column(title, unit, numbers=True) for title, unit in numbers)
    return Document(
        f"{len(verdicts) - failed:,} of {len(verdicts):,} values passed",
        (
            Table(
                "Verdicts",
                (Column("Model"), Column("Value"), *heads, Column("Verdict")),
                tuple(map(_row, verdicts)),
                _NOTE,
            ),
        ),
    )


def _row(verdict: Verdict) -> tuple[Cell, ...]:
    row = Row(verdict.measure, verdict.population, verdict.statistic)
    return (
        verdict.title,
        Titles().with_unit(row),
        f"{verdict.expected:.5f}",
        f"{verdict.simulated:.5f} [{verdict.low:.5f}, {verdict.high:.5f}]",
        f"{100 * (verdict.simulated / verdict.expected - 1):+.2f}",
        f"{100 * verdict.detectable:.2f}",
        Judged("passed", "good") if verdict.passed else Judged("FAILED", "bad"),
    )
