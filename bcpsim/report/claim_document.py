"""A checked claim as a document: the verdict first, then where it holds and what does the work."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.claims import ClaimCheck
from bcpsim.claims import Estimate as Bounded
from bcpsim.claims.attribution import Attributed
from bcpsim.claims.conditions import ConditionMap
from bcpsim.claims.uncertain import Uncertainty
from bcpsim.errors import visible
from bcpsim.kpi import in_a_sentence
from bcpsim.report import claim_plots
from bcpsim.report.annex import annex, trust
from bcpsim.report.answers import drawn
from bcpsim.report.claim_words import (
    AT_POINT,
    OVERLOADED,
    claimed,
    effect_words,
    equal_words,
    how_attributed,
    how_checked,
    how_mapped,
    names_of,
    resource_words,
    title_of,
    turn_words,
    verdict_words,
    where_it_holds,
)
from bcpsim.report.document import (
    Cell,
    Column,
    Document,
    Estimate,
    Heading,
    Part,
    Points,
    Sentence,
    Table,
)
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
            *_verdict(check),
            *drawn(told),
            *(_where(check, check.conditions) if check.conditions else ()),
            *(_why(check, check.attributed) if check.attributed else ()),
            *trust(told),
            *_said(check),
            *annex(told),
        )
    return Document(visible(title_of(check)), parts)


def _verdict(check: ClaimCheck) -> Iterator[Part]:
    claim = check.loaded.file
    yield Heading("The answer")
    yield Sentence(f'The claim: "{visible(" ".join(claim.sentence.split()))}"')
    source = ", ".join(filter(None, [claim.source.words, claim.source.url]))
    yield Sentence(f"Its source: {visible(' '.join(source.split()))}")
    effects = [
        f"{name}: {effect_words(check)} of {in_a_sentence(check.loaded.measure.title)} "
        f"{_estimate(answer.effect)} {check.unit}; claimed: {claimed(check)}."
        for name, answer in zip(check.loaded.names[1:], check.answers, strict=True)
    ]
    yield Points((f"Verdict: {visible(check.stated)}.", *map(visible, effects)), "answer")
    said = (*how_checked(check), *resource_words(check), *equal_words(check))
    yield Points(tuple(map(visible, said)))
    for text in (*check.warnings, *check.notes):
        yield Sentence(f"{visible(text)}.", "warning")
    readings = _readings(check)
    yield readings
    yield pictured(
        "The effect by each reading",
        claim_plots.readings(check),
        note="Each reading is another thing that may be meant by the claim; the first is the one "
        "asked. Each interval is on its own: of many readings some may be wrong by chance.",
    )
    if check.uncertainty is not None:
        yield _uncertain(check, check.uncertainty)


def _readings(check: ClaimCheck) -> Table:
    names, unit = check.loaded.names, check.loaded.words.unit
    rows: list[tuple[Cell, ...]] = []
    for pair, answers in ((check.loaded.measure, check.answers), *check.readings):
        for name, answer in zip(names[1:], answers, strict=True):
            title = pair.title if len(answers) == 1 else f"{pair.title}: {name}"
            rows.append(
                (
                    visible(f"{title} ({unit(pair.rows[0])})"),
                    _estimate(answer.baseline),
                    _estimate(answer.alternative),
                    _estimate(answer.effect),
                    verdict_words(answer),
                )
            )
    return Table(
        "What is measured, and what it says of the claim",
        (
            Column("Reading"),
            Column(visible(names[0])),
            Column(visible(names[1]) if len(names) == 2 else "Alternative"),
            Column(effect_words(check).capitalize(), check.unit),
            Column("Verdict"),
        ),
        tuple(rows),
    )


def _uncertain(check: ClaimCheck, uncertainty: Uncertainty) -> Table:
    return Table(
        "Inputs that nobody knows exactly, drawn anew for each replication",
        (Column("Input"), Column("From"), Column("To"), Column("Rank correlation with the effect")),
        tuple(
            (
                visible(one.title or name),
                f"{one.between[0]:g} {one.unit}",
                f"{one.between[1]:g} {one.unit}",
                f"{uncertainty.correlation[name]:+.2f}",
            )
            for name, one in check.loaded.file.uncertain.items()
        ),
    )


def _where(check: ClaimCheck, mapped: ConditionMap) -> Iterator[Part]:
    titles, units = names_of(check)
    conditions = check.loaded.file.conditions
    assert conditions is not None
    yield Heading("Where it holds")
    holds = list(where_it_holds(check, mapped))
    yield Points((visible(f"{holds[0][0]}: the claim holds {_when(holds[0][2])}."),), "answer")
    turns = tuple(visible(f"{turn_words(turn, titles, units)}.") for turn in check.turns)
    if turns:
        yield Points(turns)
    names = (*conditions.over, *conditions.explained_by)
    points = Table(
        "All points that were tried",
        (
            *(Column(visible(titles[name]), units[name]) for name in names),
            Column(effect_words(check).capitalize(), check.unit),
            Column("The claim"),
        ),
        tuple(
            (
                *(f"{value:.4g}" for value in point.settings.values()),
                *(Estimate(value) for value in point.measured.values()),
                _estimate(answer.effect),
                AT_POINT[answer.verdict] + (OVERLOADED if point.overloaded else ""),
            )
            for point, answer in zip(mapped.points, mapped.readings[0].answers, strict=True)
        ),
        f"{OVERLOADED.strip()}: more work comes than can be done, so that the value depends on how "
        "long is simulated.",
        folded=True,
    )
    yield pictured(
        "Map of the conditions",
        claim_plots.condition_map(check, mapped),
        note=how_mapped(mapped),
        table=points,
    )
    yield Table(
        "By each reading",
        (
            Column("Reading"),
            *(Column(f"Points: {word}") for word in AT_POINT.values()),
            Column("It holds"),
        ),
        tuple((visible(title), *map(str, counts), visible(rule)) for title, counts, rule in holds),
    )


def _when(rule: str) -> str:
    """Return a rule as the end of a sentence."""
    plain = ("everywhere", "nowhere", "by no", "wherever")
    return rule if rule.startswith(plain) else f"where {rule}"


def _why(check: ClaimCheck, attributed: Attributed) -> Iterator[Part]:
    own = attributed.splits[0]
    yield Heading("What does the work")
    shares = Table(
        f"Parts of the effect on {in_a_sentence(own.title)}",
        (
            Column("Mechanism"),
            Column("Part", check.unit),
            Column("Alone", check.unit),
            Column("Lost if it alone goes", check.unit),
        ),
        (
            *(
                (
                    visible(share.title),
                    _estimate(share.effect),
                    Estimate(share.alone.value),
                    Estimate(share.last.value),
                )
                for share in own.shares
            ),
            ("All together", _estimate(own.total), None, None),
        ),
    )
    yield pictured(
        "From nothing to the whole effect, mechanism by mechanism",
        claim_plots.waterfall(check, attributed),
        note=how_attributed(check, attributed),
    )
    yield shares


def _said(check: ClaimCheck) -> Iterator[Part]:
    """Yield what the claim file says besides."""
    for title, texts in (
        ("Assumptions of the claim file", check.loaded.file.assumptions),
        ("Remarks", check.loaded.file.remarks),
    ):
        if texts:
            yield Heading(title, 3)
            yield Points(tuple(visible(" ".join(text.split())) for text in texts))


def _estimate(estimate: Bounded) -> Estimate:
    return Estimate(estimate.value, estimate.low, estimate.high)
