"""A checked claim in words and tables: verdict, readings, conditions, mechanisms."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from bcpsim.claims import Answer, ClaimCheck, Verdict
from bcpsim.claims import Estimate as Bounded
from bcpsim.claims.attribution import Attributed, Split
from bcpsim.claims.conditions import ConditionMap
from bcpsim.claims.uncertain import Uncertainty
from bcpsim.errors import visible
from bcpsim.kpi import in_a_sentence
from bcpsim.report.claim_words import (
    AT_POINT,
    OVERLOADED,
    claimed,
    effect_words,
    equal_words,
    how_attributed,
    how_checked,
    how_mapped,
    interval,
    names_of,
    number,
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
    Judged,
    Judgement,
    Part,
    Points,
    Sentence,
    Table,
)
from bcpsim.report.notes import NO_BOUND_NOTE, PERCENTILES_OF, few_words

MAX_POINTS = 30
"""Most points of a design that a terminal shows; the CSV file has all."""

EACH_ALONE = "Each interval is on its own: of many readings some may be wrong by chance."

_JUDGED: dict[Verdict, Judgement] = {
    Verdict.SUPPORTED: "good",
    Verdict.REFUTED: "bad",
    Verdict.INCONCLUSIVE: "open",
}


def claim_answer(check: ClaimCheck) -> Document:
    """Return a checked claim without pictures.

    Parameters
    ----------
    check
        From `bcpsim.check`.
    """
    parts = [*verdict(check), readings(check)]
    if check.readings:
        parts.append(Sentence(EACH_ALONE, "note"))
    if check.uncertainty is not None:
        parts += uncertain(check, check.uncertainty)
    if check.conditions is not None:
        parts += where(check, check.conditions)
        parts += [
            _first(points_tried(check, check.conditions)),
            Sentence(how_mapped(check.conditions), "note"),
        ]
    if check.attributed is not None:
        parts += why(check, check.attributed)
    parts += [*said(check), *_notes(check)]
    return Document(visible(title_of(check)), tuple(parts))


def verdict(check: ClaimCheck) -> Iterator[Part]:
    """Yield the claim, the verdict on it, how it was checked, and what was noticed."""
    claim = check.loaded.file
    yield Sentence(f'The claim: "{visible(" ".join(claim.sentence.split()))}"')
    source = ", ".join(filter(None, [claim.source.words, claim.source.url]))
    yield Sentence(f"Its source: {visible(' '.join(source.split()))}")
    effects = [
        f"{name}: {effect_words(check)} of {in_a_sentence(check.loaded.measure.title)} "
        f"{_effect(check, answer)}; claimed: {claimed(check)}."
        for name, answer in zip(check.loaded.names[1:], check.answers, strict=True)
    ]
    if check.uncertainty is not None:
        effects.append(f"With inputs that nobody knows exactly: {check.uncertainty.verdict}.")
    yield Points((f"Verdict: {visible(check.stated)}.", *map(visible, effects)), "answer")
    texts = (*how_checked(check), *resource_words(check), *equal_words(check))
    yield Points(tuple(visible(" ".join(text.split())) for text in texts))
    for text in (*check.warnings, *check.notes):
        yield Sentence(f"{visible(' '.join(text.split()))}.", "warning")


def readings(check: ClaimCheck) -> Table:
    """Return what was measured by each reading, and what that says of the claim."""
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
                    _judged(answer, verdict_words(answer)),
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


def uncertain(check: ClaimCheck, uncertainty: Uncertainty) -> Iterator[Part]:
    """Yield what inputs that nobody knows exactly do to the verdict."""
    yield Heading("With uncertain inputs", 3)
    yield Sentence(
        f"{effect_words(check).capitalize()} {number(uncertainty.effect)} {check.unit}, under "
        f"the true inputs {interval(uncertainty.effect)} (at "
        f"{100 * check.loaded.file.confidence:g} %): {uncertainty.verdict}. In "
        f"{100 * uncertainty.holding:.0f} % of {len(uncertainty.draws)} draws the estimate is "
        f"on the claim's side; inputs alone spread it by {uncertainty.by_inputs:.2g} "
        "(standard deviation)."
    )
    yield Table(
        "Inputs that nobody knows exactly, drawn anew for each replication",
        (
            Column("Input"),
            Column("From", numbers=True),
            Column("To", numbers=True),
            Column("Rank correlation with the effect", numbers=True),
        ),
        tuple(
            (
                visible(one.title or name),
                visible(f"{one.between[0]:g} {one.unit}".strip()),
                visible(f"{one.between[1]:g} {one.unit}".strip()),
                f"{uncertainty.correlation[name]:+.2f}",
            )
            for name, one in check.loaded.file.uncertain.items()
        ),
    )


def _effect(check: ClaimCheck, answer: Answer) -> str:
    """Return an effect with its unit, or that there is nobody of whom to tell it."""
    return "of nobody" if answer.of_nobody else f"{_estimate(answer.effect)} {check.unit}"


def where(check: ClaimCheck, mapped: ConditionMap) -> Iterator[Part]:
    """Yield under which conditions the claim holds, and between which values it turns."""
    titles, units = names_of(check)
    yield Heading("Where it holds")
    holds = list(where_it_holds(check, mapped))
    yield Points((visible(f"{holds[0][0]}: the claim holds {holds[0][2]}."),), "answer")
    turns = tuple(visible(f"{turn_words(turn, titles, units)}.") for turn in check.turns)
    if turns:
        yield Points(turns)
    yield Table(
        "By each reading",
        (
            Column("Reading"),
            *(Column(f"Points: {word}", numbers=True) for word in AT_POINT.values()),
            Column("It holds"),
        ),
        tuple((visible(title), *map(str, counts), visible(rule)) for title, counts, rule in holds),
    )


def points_tried(check: ClaimCheck, mapped: ConditionMap) -> Table:
    """Return the effect and the verdict at each point, folded."""
    titles, units = names_of(check)
    conditions = check.loaded.file.conditions
    assert conditions is not None
    flagged = dict.fromkeys(title for point in mapped.points for title in point.overloaded)
    note = (
        f"{OVERLOADED.strip()} Overloaded ({', '.join(flagged)}): more work comes than can be "
        "done, so that the value depends on how long is simulated."
    )
    return Table(
        "All points that were tried",
        (
            *(
                Column(visible(titles[name]), units[name], numbers=True)
                for name in (*conditions.over, *conditions.explained_by)
            ),
            Column(effect_words(check).capitalize(), check.unit),
            Column("The claim"),
        ),
        tuple(
            (
                *(f"{value:.4g}" for value in point.settings.values()),
                *(f"{value:.3g}" for value in point.measured.values()),
                _estimate(answer.effect),
                _judged(
                    answer, AT_POINT[answer.verdict] + (OVERLOADED if point.overloaded else "")
                ),
            )
            for point, answer in zip(mapped.points, mapped.readings[0].answers, strict=True)
        ),
        visible(note) if flagged else "",
        folded=True,
    )


def _first(points: Table) -> Table:
    """Return the first points, unfolded, and how many more there are."""
    rest = len(points.rows) - MAX_POINTS
    more = f"and {rest} more points: see conditions.csv with --out." if rest > 0 else ""
    note = " ".join(filter(None, [more, points.note]))
    return replace(points, rows=points.rows[:MAX_POINTS], note=note, folded=False)


def why(check: ClaimCheck, attributed: Attributed) -> Iterator[Part]:
    """Yield which mechanisms do the work, by each reading, and what remains without them."""
    own, *others = attributed.splits
    yield Heading("What does the work")
    yield Sentence(visible(how_attributed(check, attributed)))
    yield Table(
        f"Parts of the effect on {in_a_sentence(visible(own.title))}",
        (
            Column("Mechanism"),
            Column("Part", check.unit),
            Column("Alone", check.unit),
            Column("Lost if it alone goes", check.unit),
        ),
        (
            *(
                (visible(share.title), _estimate(share.effect), _rounded(share.alone),
                 _rounded(share.last))
                for share in own.shares
            ),
            ("All together", _estimate(own.total), None, None),
        ),
        sums=1,
    )  # fmt: skip
    if others:
        yield _parts_by_reading(attributed, check.unit)
    if own.remainders:
        yield _what_remains(attributed, check.unit)


def _parts_by_reading(attributed: Attributed, unit: str) -> Table:
    shares = attributed.splits[0].shares
    return Table(
        "Parts by reading",
        (
            Column("Parts by reading", unit),
            *(Column(str(k), numbers=True) for k in range(1, len(shares) + 1)),
            Column("all", numbers=True),
        ),
        tuple(
            (
                visible(split.title),
                *(_rounded(share.effect) for share in split.shares),
                _rounded(split.total),
            )
            for split in attributed.splits
        ),
        visible("; ".join(f"{k}: {share.title}" for k, share in enumerate(shares, start=1))),
    )


def _what_remains(attributed: Attributed, unit: str) -> Table:
    """Return what remains of the effect by each reading as mechanisms are taken away."""
    own = attributed.splits[0]
    steps = [chr(ord("a") + k) for k in range(len(own.remainders))]
    return Table(
        "What remains when one mechanism after the other is taken away",
        (
            Column("What remains when one after the other is taken away", unit),
            Column("all", numbers=True),
            *(Column(f"- {step}", numbers=True) for step in steps),
        ),
        tuple(
            (
                visible(split.title),
                _rounded(split.total),
                *(_rounded(step.effect) for step in split.remainders),
            )
            for split in attributed.splits
        ),
        visible("; ".join(_taken_away(own, steps))),
    )


def _taken_away(split: Split, steps: list[str]) -> Iterator[str]:
    """Yield which mechanisms each step takes away."""
    titles = {share.switch: share.title for share in split.shares}
    before: set[str] = set()
    for name, step in zip(steps, split.remainders, strict=True):
        yield f"{name}: {', '.join(titles[one] for one in step.without if one not in before)}"
        before.update(step.without)


def said(check: ClaimCheck) -> Iterator[Part]:
    """Yield what the claim file says besides."""
    for title, texts in (
        ("Assumptions of the claim file", check.loaded.file.assumptions),
        ("Remarks", check.loaded.file.remarks),
    ):
        if texts:
            yield Heading(title, 3)
            yield Points(tuple(visible(" ".join(text.split())) for text in texts))


def _notes(check: ClaimCheck) -> Iterator[Part]:
    """Yield what must be known to read the intervals."""
    yield Sentence(
        "Intervals are for the simulation's chance, not for whether the inputs are right. "
        f"Replications weigh the same; {PERCENTILES_OF['replication']}. Definitions: "
        "bcpsim measures.",
        "note",
    )
    if any(math.isinf(effect.low) for effect in _effects(check)):
        yield Sentence(NO_BOUND_NOTE, "note")
    counts = [part.replications for part in (check, check.conditions, check.attributed) if part]
    if few := few_words(min(counts)):
        yield Sentence(few, "warning")


def _effects(check: ClaimCheck) -> Iterator[Bounded]:
    """Yield all effects that are shown with an interval."""
    groups = [check.answers, *(answers for _, answers in check.readings)]
    if check.conditions is not None:
        groups.append(check.conditions.readings[0].answers)
    yield from (one.effect for answers in groups for one in answers)
    if check.attributed is not None:
        yield from (share.effect for share in check.attributed.splits[0].shares)


def _judged(answer: Answer, text: str) -> Judged:
    return Judged(text, _JUDGED[answer.verdict])


def _estimate(estimate: Bounded) -> Estimate:
    return Estimate(estimate.value, estimate.low, estimate.high)


def _rounded(estimate: Bounded) -> Estimate:
    """Return an estimate that is shown without its interval."""
    return Estimate(estimate.value, known_to=estimate.half_width)
