"""What must be known to read a table, in words."""

from __future__ import annotations

from bcpsim.report.document import Sentence
from bcpsim.report.numbers import NO_BOUND
from bcpsim.runs import Stopping

FEW = 10
"""Replications below which a table warns of its intervals (coverage: docs/statistics.md)."""

NO_BOUND_NOTE = (
    f"{NO_BOUND}: the baseline can't be told from 0 by these replications, so that nothing bounds "
    "a change in per cent of it."
)

PERCENTILES_OF = {
    "replication": "a percentile is the mean of the replications' percentiles",
    "traveller": "means and percentiles of times are over all travellers, each weighing the same",
}
"""What percentiles (and means) are taken over, by what weighs the same."""


def few_words(replications: int) -> str:
    """Return what few replications mean for intervals; empty where there are enough."""
    if not 1 < replications < FEW:
        return ""
    return (
        f"fewer than {FEW} replications: the intervals may hold less often than they say; "
        "take 20 or more."
    )


def few_note(replications: int) -> str:
    """Return the same as a note; empty where there are enough."""
    words = few_words(replications)
    return f"Note: {words}" if words else ""


def stopping_words(stopping: Stopping | None) -> str:
    """Return whether a precision was reached; empty where none was asked for.

    Parameters
    ----------
    stopping
        How the run ended.
    """
    if stopping is None:
        return ""
    precision = f"Precision of {100 * stopping.precision.half_width:g} %"
    if stopping.reached:
        return f"{precision} reached with {stopping.replications} replications."
    missed = [
        f"{name} ± {100 * stopping.widths[name]:.2g} % (would take about {_rounded(needed)})"
        if needed is not None
        else f"{name} without an interval (always 0, or without a value)"
        for name, needed in stopping.missed.items()
    ]
    return (
        f"{precision} NOT reached with {stopping.replications} replications: "
        f"{', '.join(missed)}; raise --max-replications."
    )


def _rounded(count: int) -> str:
    """Return a large number with two digits that count."""
    return f"{round(count, 2 - len(str(count))):,}"


def stopping_sentence(stopping: Stopping) -> Sentence:
    """Return whether a precision was reached; a warning if it wasn't."""
    return Sentence(stopping_words(stopping), "note" if stopping.reached else "warning")
