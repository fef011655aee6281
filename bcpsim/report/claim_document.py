"""The report of a checked claim: the verdict first, then where it holds and what does the work."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.claims import ClaimCheck
from bcpsim.claims.attribution import Attributed
from bcpsim.claims.conditions import ConditionMap
from bcpsim.errors import visible
from bcpsim.report import claim_plots
from bcpsim.report.annex import annex, trust
from bcpsim.report.answers import drawn
from bcpsim.report.claim_words import how_mapped, title_of
from bcpsim.report.claims import (
    EACH_ALONE,
    points_tried,
    readings,
    said,
    uncertain,
    verdict,
    where,
    why,
)
from bcpsim.report.document import Document, Heading, Part
from bcpsim.report.pictured import pictured
from bcpsim.report.plots import SETTINGS
from bcpsim.report.told import told_of_scenarios


def claim_document(check: ClaimCheck, command: str = "") -> Document:
    """Return the report of a checked claim.

    Parameters
    ----------
    check
        From `bcpsim.check`.
    command
        The command line that made it.
    """
    import matplotlib as mpl

    made_from = {**check.provenance, "weight": "replication"}
    scenarios = zip(check.loaded.names, check.scenarios, strict=True)
    told = told_of_scenarios(scenarios, made_from, check.notes, command)
    with mpl.rc_context(SETTINGS):
        parts = (
            Heading("The answer"),
            *verdict(check),
            *_readings(check),
            *(uncertain(check, check.uncertainty) if check.uncertainty else ()),
            *drawn(told),
            *(_where(check, check.conditions) if check.conditions else ()),
            *(_why(check, check.attributed) if check.attributed else ()),
            *trust(told),
            *said(check),
            *annex(told),
        )
    return Document(visible(title_of(check)), parts)


def _readings(check: ClaimCheck) -> Iterator[Part]:
    yield readings(check)
    yield pictured(
        "The effect by each reading",
        claim_plots.readings(check),
        note="Each reading is another thing that may be meant by the claim; the first is the one "
        f"asked. {EACH_ALONE}",
    )


def _where(check: ClaimCheck, mapped: ConditionMap) -> Iterator[Part]:
    yield from where(check, mapped)
    yield pictured(
        "Map of the conditions",
        claim_plots.condition_map(check, mapped),
        note=how_mapped(mapped),
        table=points_tried(check, mapped),
    )


def _why(check: ClaimCheck, attributed: Attributed) -> Iterator[Part]:
    heading, *parts = why(check, attributed)
    yield heading
    yield pictured(
        "From nothing to the whole effect, mechanism by mechanism",
        claim_plots.waterfall(check, attributed),
    )
    yield from parts
