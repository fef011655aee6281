"""A checked claim for a terminal: verdict, readings, conditions, mechanisms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bcpsim.claims import Answer, ClaimCheck, Estimate, Verdict
from bcpsim.claims.attribution import Attributed
from bcpsim.claims.conditions import ConditionMap
from bcpsim.claims.resources import change_words
from bcpsim.claims.rules import Rule
from bcpsim.claims.turns import Turn
from bcpsim.claims.uncertain import Uncertainty
from bcpsim.claims.verdict import effect_word
from bcpsim.files.units import written_out
from bcpsim.kpi import in_a_sentence, row_of
from bcpsim.report.table import (
    NO_BOUND,
    NO_BOUND_NOTE,
    PERCENTILES_OF,
    decimals,
    few_note,
    rounded,
)

MAX_POINTS = 30
"""Most points of a design that a terminal shows; the CSV file has all."""

MILLION = 1_000_000
_WIDE = 100

AT_POINT = {
    Verdict.SUPPORTED: "holds",
    Verdict.REFUTED: "fails",
    Verdict.INCONCLUSIVE: "open",
}
"""What a verdict is called at one combination of conditions."""

OVERLOADED = " (!)"
"""Marks a point at which more work comes than can be done."""

_STYLES = {
    Verdict.SUPPORTED: "bold green",
    Verdict.REFUTED: "bold red",
    Verdict.INCONCLUSIVE: "bold yellow",
}


def claim_report(check: ClaimCheck, width: int) -> Group:
    """Return a checked claim as text and tables, for printing.

    Parameters
    ----------
    check
        From `bcpsim.check`.
    width
        Columns of the terminal; where there are few, intervals stand below their estimates.
    """
    below = width < _WIDE
    parts: list[RenderableType] = [*_head(check), *_answers(check, below)]
    parts += [_item(text) for text in (*resource_words(check), *equal_words(check))]
    parts += [_item(f"Note: {text}.") for text in (*check.warnings, *check.notes)]
    if check.uncertainty is not None:
        parts += _uncertainty(check, check.uncertainty)
    if check.readings:
        parts += _readings(check, below)
    if check.conditions is not None:
        parts += _conditions(check, check.conditions, below)
    if check.attributed is not None:
        parts += _attribution(check, check.attributed, below)
    for title, texts in (
        ("Assumptions", check.loaded.file.assumptions),
        ("Remarks", check.loaded.file.remarks),
    ):
        if texts:
            parts += _section(title, *(_item(text) for text in texts))
    note = (
        "Intervals are for the simulation's chance, not for whether the inputs are right. "
        f"Replications weigh the same; {PERCENTILES_OF['replication']}. Definitions: "
        "bcpsim measures."
    )
    counts = [part.replications for part in (check, check.conditions, check.attributed) if part]
    notes = [note, few_note(min(counts))]
    if any(math.isinf(effect.low) for effect in _effects(check)):
        notes.append(NO_BOUND_NOTE)
    return Group(*parts, Text("\n".join(["", *filter(None, notes)]), style="dim"))


def title_of(check: ClaimCheck) -> str:
    """Return the claim's title."""
    return check.loaded.file.title or check.loaded.file.name


def effect_words(check: ClaimCheck) -> str:
    """Return what the effect is: a reduction, an increase, or a change either way."""
    return effect_word(check.loaded.file)


def claimed(check: ClaimCheck) -> str:
    """Return what is claimed, such as ``reduction of at least 30 %``."""
    claim = check.loaded.file
    bound = replace(claim.bound, unit=claim.bound.unit or check.unit)
    if claim.difference is not None:
        return f"change of at most {bound.high:g} {bound.unit} up or down"
    return f"{effect_words(check)} {'' if len(bound.edges) == 2 else 'of '}{bound}"


def verdict_words(answer: Answer) -> str:
    """Return a verdict, with what it would take where there is none."""
    if answer.verdict is not Verdict.INCONCLUSIVE:
        return str(answer.verdict)
    if math.isnan(answer.baseline.value) or math.isnan(answer.alternative.value):
        return "inconclusive; in no replication is there anybody to measure"
    if math.isnan(answer.effect.value):
        return "inconclusive; from 0 there is no change in per cent"
    if math.isinf(answer.effect.half_width):
        return "inconclusive; too few replications for a bound"
    if answer.needed is None:
        return "inconclusive; replications won't decide it"
    many = f"about {answer.needed:,}" if answer.needed < MILLION else "more than a million"
    return f"inconclusive; would take {many} replications"


def number(estimate: Estimate) -> str:
    """Return an estimate, rounded to what its interval can tell."""
    if math.isnan(estimate.value):
        return "-"
    return rounded(estimate.value, _digits(estimate))


def interval(estimate: Estimate) -> str:
    """Return the bounds of an estimate's interval."""
    if math.isnan(estimate.low):
        return ""
    if math.isinf(estimate.low) or math.isinf(estimate.high):
        return NO_BOUND
    digits = _digits(estimate)
    return f"[{rounded(estimate.low, digits)}, {rounded(estimate.high, digits)}]"


def rule_words(rule: Rule, titles: dict[str, str], units: dict[str, str]) -> str:
    """Return a rule in words, with how many points it puts on the right side."""
    sides = " and ".join(
        f"{in_a_sentence(titles[side.name])} is {side.high if side.above else side.low:.3g} "
        f"{units.get(side.name, '')}".rstrip()
        + f" or {'more' if side.above else 'less'}"
        for side in rule.sides
    )
    return (
        f"when {sides} (holds at {rule.inside_holding} of {rule.inside} points there, "
        f"and at {rule.holding - rule.inside_holding} of {rule.points - rule.inside} elsewhere; "
        f"it turns {_gaps(rule, titles, units)})"
    )


def _gaps(rule: Rule, titles: dict[str, str], units: dict[str, str]) -> str:
    """Return between which values that were run a rule is cut."""
    several = len(rule.sides) > 1
    return " and ".join(
        f"somewhere between {side.low:.3g} and {side.high:.3g} {units.get(side.name, '')}".rstrip()
        + (f" of {in_a_sentence(titles[side.name])}" if several else "")
        for side in rule.sides
    )


def turn_words(turn: Turn, titles: dict[str, str], units: dict[str, str]) -> str:
    """Return between which values a claim turns, in words."""
    unit = f" {units[turn.name]}" if units[turn.name] else ""
    holds, fails = ("above", "below") if turn.above else ("below", "above")
    others = ", ".join(
        f"{in_a_sentence(titles[name])} {value:g} {units[name]}".strip()
        for name, value in turn.others.items()
    )
    sure = (
        f"{turn.sure_high if turn.above else turn.sure_low:.4g}{unit}",
        f"{turn.sure_low if turn.above else turn.sure_high:.4g}{unit}",
    )
    return (
        f"{titles[turn.name]}{f' (with {others})' if others else ''}: the estimate crosses the "
        f"threshold between {turn.low:.4g} and {turn.high:.4g}{unit}, known to "
        f"{turn.high - turn.low:.2g}{unit}; the claim holds with confidence from {sure[0]} {holds} "
        f"and fails from {sure[1]} {fails}"
    )


def names_of(check: ClaimCheck) -> tuple[dict[str, str], dict[str, str]]:
    """Return titles and units of conditions and of what explains them, by name."""
    conditions = check.loaded.file.conditions
    if conditions is None:
        return {}, {}
    titles = {name: one.title or name for name, one in conditions.over.items()}
    units = {name: one.unit for name, one in conditions.over.items()}
    for name in conditions.explained_by:
        row = row_of(name, "total")  # the total has no word of its own
        titles[name] = check.loaded.words.value(row)
        units[name] = check.loaded.words.unit(row)
    return titles, units


def _effects(check: ClaimCheck) -> Iterator[Estimate]:
    """Yield all effects that the report shows with an interval."""
    groups = [check.answers, *(answers for _, answers in check.readings)]
    if check.conditions is not None:
        groups.append(check.conditions.readings[0].answers)
    yield from (one.effect for answers in groups for one in answers)
    if check.attributed is not None:
        yield from (share.effect for share in check.attributed.splits[0].shares)


def _head(check: ClaimCheck) -> Iterator[RenderableType]:
    claim = check.loaded.file
    yield Text(title_of(check), style="bold")
    yield Padding(Text(f'"{" ".join(claim.sentence.split())}"'), (0, 0, 0, 2))
    source = ", ".join(filter(None, [claim.source.words, claim.source.url]))
    yield Padding(Text(source, style="dim"), (0, 0, 1, 2))


def _answers(check: ClaimCheck, below: bool) -> Iterator[RenderableType]:
    names = check.loaded.names
    yield Text.assemble("Verdict: ", (check.stated, _STYLES[check.verdict]))
    pair = check.loaded.measure
    unit = f" ({check.loaded.words.unit(pair.rows[0])})"
    effect = f"{effect_words(check).capitalize()} ({check.unit})"
    table = _table("Way of working", *_titles(pair.title + unit, below), *_titles(effect, below))
    table.add_column("Verdict")
    table.add_row(Text(names[0]), *_cells(check.answers[0].baseline, below))
    for name, one in zip(names[1:], check.answers, strict=True):
        table.add_row(
            Text(name),
            *_cells(one.alternative, below),
            *_cells(one.effect, below),
            verdict_words(one),
        )
    yield table
    yield from map(_item, how_checked(check))


def how_checked(check: ClaimCheck) -> Iterator[str]:
    """Yield what was claimed and measured, and by how many replications."""
    claim, pair = check.loaded.file, check.loaded.measure
    half = max(one.effect.half_width for one in check.answers)
    reached = (
        f"stopped there, since half the interval is at most {claim.precision}"
        if check.precise
        else f"the precision of {claim.precision} wasn't reached"
        + (f" (half the interval is {half:.2g})" if math.isfinite(half) else "")
    )
    planned = ", ".join(map(str, check.looks))
    if claim.measured is not None:
        yield f"Measured, as the source says: {claim.measured.where}."
    if claim.hours:
        yield (
            f"Of {check.loaded.words.counted}, those alone count who arrive "
            f"{'; '.join(window.words for window in claim.hours)}."
        )
    yield (
        f"Claimed: {claimed(check)} of {in_a_sentence(pair.title)}. "
        f"{check.replications:,} replications (seed {check.seed}); looks were planned after "
        f"{planned}; {reached}. Intervals are at {100 * check.confidence:.2f} %, so that those "
        f"of all looks together hold with {100 * claim.confidence:g} %."
    )


def resource_words(check: ClaimCheck) -> Iterator[str]:
    """Yield what each way of working takes and finds."""
    words = check.loaded.words
    for one in check.resources:
        first, *others = one.means
        parts = [f"{written_out(first, 4)} in the baseline"]
        for name, mean in zip(check.loaded.names[1:], others, strict=True):
            change = "" if mean == first else f", {change_words(first, mean)}"
            parts.append(f"{written_out(mean, 4)} with {name}{change}")
        yield f"{words.with_unit(one.row)}: {'; '.join(parts)}."


def equal_words(check: ClaimCheck) -> Iterator[str]:
    """Yield what was held equal, and whether it is."""
    words = check.loaded.words
    for one in check.equalities:
        adjusted = f"; {one.path} is set to {one.value}" if one.path is not None else ""
        yield (
            f"Held equal: {in_a_sentence(words.with_unit(one.row))}, "
            f"{written_out(one.baseline_mean, 4)} in the baseline, "
            f"{written_out(one.alternative_mean, 4)} with {one.alternative} (difference "
            f"[{one.low:.2g}, {one.high:.2g}]), which is {'' if one.equal else 'not '}within "
            f"{100 * one.tolerance:g} %{adjusted}."
        )


def _uncertainty(check: ClaimCheck, found: Uncertainty) -> Iterator[RenderableType]:
    table = _table("Input", "from", "to", "rank correlation with the effect")
    for name, one in check.loaded.file.uncertain.items():
        table.add_row(
            Text(one.title or name),
            Text(f"{one.between[0]:g} {one.unit}"),
            Text(f"{one.between[1]:g} {one.unit}"),
            f"{found.correlation[name]:+.2f}",
        )
    yield from _section(
        "With uncertain inputs",
        table,
        _item(
            f"{effect_words(check).capitalize()} {number(found.effect)} {check.unit}, under the "
            f"true inputs {interval(found.effect)} (at {100 * check.loaded.file.confidence:g} %): "
            f"{found.verdict}. In {100 * found.holding:.0f} % of {len(found.draws)} draws the "
            f"estimate is on the claim's side; inputs alone spread it by {found.by_inputs:.2g} "
            "(standard deviation)."
        ),
    )


def _readings(check: ClaimCheck, below: bool) -> Iterator[RenderableType]:
    names = check.loaded.names
    effect = f"{effect_words(check).capitalize()} ({check.unit})"
    unit_of = check.loaded.words.unit
    units = {unit_of(pair.rows[0]) for pair in (check.loaded.measure, *check.loaded.readings)}
    unit = f" ({units.pop()})" if len(units) == 1 else ""
    table = _table(f"Reading{unit}", names[0], "alternative", *_titles(effect, below))
    table.add_column("Verdict")
    for pair, answers in ((check.loaded.measure, check.answers), *check.readings):
        for name, one in zip(names[1:], answers, strict=True):
            words = pair.title if len(answers) == 1 else f"{pair.title}: {name}"
            table.add_row(
                Text(words if unit else f"{words} ({unit_of(pair.rows[0])})"),
                number(one.baseline),
                number(one.alternative),
                *_cells(one.effect, below),
                Text(verdict_words(one), style=_STYLES[one.verdict]),
            )
    yield from _section(
        "The same question for what else is meant by the word",
        table,
        _item("Each interval on its own: of many readings some may be wrong by chance."),
    )


def _conditions(check: ClaimCheck, found: ConditionMap, below: bool) -> Iterator[RenderableType]:
    titles, units = names_of(check)
    own = found.readings[0]
    conditions = check.loaded.file.conditions
    assert conditions is not None
    explained = conditions.explained_by
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for name in (*conditions.over, *explained):
        unit = f" ({units[name]})" if units[name] else ""
        table.add_column(Text(f"{titles[name]}{unit}"), justify="right")
    for title in _titles(f"{effect_words(check).capitalize()} ({check.unit})", below):
        table.add_column(title, justify="right")
    table.add_column("The claim")
    for point, one in list(zip(found.points, own.answers, strict=True))[:MAX_POINTS]:
        table.add_row(
            *(f"{value:.4g}" for value in point.settings.values()),
            *(f"{value:.3g}" for value in point.measured.values()),
            *_cells(one.effect, below),
            Text(
                AT_POINT[one.verdict] + (OVERLOADED if point.overloaded else ""),
                style=_STYLES[one.verdict],
            ),
        )
    rest = len(found.points) - MAX_POINTS
    more = [_item(f"and {rest} more points: see conditions.csv with --out.")] if rest > 0 else []
    summary = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    summary.add_column("Reading")
    for words in AT_POINT.values():
        summary.add_column(words, justify="right")
    summary.add_column("Holds")
    for title, counts, rule in where_it_holds(check, found):
        summary.add_row(Text(title), *map(str, counts), Text(rule))
    yield from _section(
        f"Where it holds: {in_a_sentence(own.title)}",
        table,
        *more,
        *_flags(found),
        summary,
        *(_item(f"{turn_words(one, titles, units)}.") for one in check.turns),
        _item(how_mapped(found)),
    )


def where_it_holds(check: ClaimCheck, found: ConditionMap) -> Iterator[tuple[str, list[int], str]]:
    """Yield for each reading at how many points it holds, fails or is open, and by which rule."""
    titles, units = names_of(check)
    for where in found.readings:
        counts = [where.count(verdict) for verdict in AT_POINT]
        if where.rule is not None:
            rule = rule_words(where.rule, titles, units)
        elif counts[0] == len(found.points):
            rule = "everywhere"
        elif counts[0] == 0:
            rule = "nowhere" if counts[1] == len(found.points) else "nowhere for sure"
        else:
            rule = "by no simple rule" if counts[1] else "wherever it is decided"
        yield where.title, counts, rule


def how_mapped(found: ConditionMap) -> str:
    """Return how the conditions were tried, and what a rule is."""
    return (
        f"{found.replications} replications at each point, each interval at "
        f"{100 * found.confidence:g} % on its own. A rule is the best of all with one or two "
        "conditions; points left open don't count in it."
    )


def _flags(found: ConditionMap) -> Iterator[RenderableType]:
    """Yield what the mark of overloaded points means, where there are any."""
    of_points = [point.overloaded for point in found.points if point.overloaded]
    if of_points:
        whose = ", ".join(dict.fromkeys(title for titles in of_points for title in titles))
        yield _item(
            f"{OVERLOADED.strip()} Overloaded ({whose}): more work comes than can be done, so that "
            "the value depends on how long is simulated."
        )


def _attribution(check: ClaimCheck, found: Attributed, below: bool) -> Iterator[RenderableType]:
    own, *others = found.splits
    part = _titles(f"Part ({check.unit})", below)
    table = _table("Mechanism", *part, "alone", "lost if it alone goes")
    for share in own.shares:
        table.add_row(
            Text(share.title),
            *_cells(share.effect, below),
            number(share.alone),
            number(share.last),
        )
    table.add_section()
    table.add_row("All together", *_cells(own.total, below))
    parts: list[RenderableType] = [table, _item(how_attributed(check, found))]
    if others:
        parts += [_item(""), _parts_by_reading(found, check.unit)]
    if own.remainders:
        parts += [_item(""), _what_remains(found, check.unit)]
    yield from _section("What does the work", *parts)


def how_attributed(check: ClaimCheck, found: Attributed) -> str:
    """Return how the effect was split among the mechanisms."""
    own = found.splits[0]
    how = f"{found.orders} drawn orders" if found.orders else "Every combination"
    return (
        f"{effect_words(check).capitalize()} of {in_a_sentence(own.title)} in {check.unit}, by "
        "Shapley values: a mechanism's part is what it adds, averaged over all orders in which "
        f"the mechanisms can come; the parts add up to the whole. {how}, {found.runs} different "
        f"scenarios, {found.replications} replications each with the same "
        f"{check.loaded.words.counted}."
    )


def _parts_by_reading(found: Attributed, unit: str) -> Table:
    table = _table(
        f"Parts by reading ({unit})", *(str(k + 1) for k in range(len(found.splits[0].shares)))
    )
    table.add_column("all", justify="right")
    for split in found.splits:
        cells = [number(share.effect) for share in split.shares]
        table.add_row(Text(split.title), *cells, number(split.total))
    titles = (f"{k}: {share.title}" for k, share in enumerate(found.splits[0].shares, start=1))
    table.caption = Text("; ".join(titles), justify="left")
    return table


def _what_remains(found: Attributed, unit: str) -> Table:
    """Return what remains of the effect by each reading as mechanisms are taken away."""
    own = found.splits[0]
    steps = own.remainders
    table = _table(f"What remains ({unit}) when one after the other is taken away", "all")
    for k in range(len(steps)):
        table.add_column(f"- {chr(ord('a') + k)}", justify="right")
    for split in found.splits:
        cells = [number(step.effect) for step in split.remainders]
        table.add_row(Text(split.title), number(split.total), *cells)
    titles = {share.switch: share.title for share in own.shares}
    before: set[str] = set()
    legend = []
    for k, step in enumerate(steps):
        new = ", ".join(titles[name] for name in step.without if name not in before)
        before.update(step.without)
        legend.append(f"{chr(ord('a') + k)}: {new}")
    table.caption = Text("; ".join(legend), justify="left")
    return table


def _titles(title: str, below: bool) -> list[str]:
    """Return the headings of an estimate and its interval, in one column or two."""
    return [title] if below else [title, "interval"]


def _cells(estimate: Estimate, below: bool) -> list[str]:
    """Return an estimate and its interval, in one cell or two."""
    cells = [number(estimate), interval(estimate)]
    return ["\n".join(filter(None, cells))] if below else cells


def _section(title: str, *parts: RenderableType) -> Sequence[RenderableType]:
    return [Text(f"\n{title}", style="bold"), *parts]


def _item(text: str) -> RenderableType:
    return Padding(Text(" ".join(text.split())), (0, 0, 0, 2))


def _table(first: str, *others: str) -> Table:
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(Text(first))
    for title in others:
        table.add_column(Text(title), justify="right")
    return table


def _digits(estimate: Estimate) -> int:
    half = estimate.half_width
    if not math.isfinite(half) or half <= 0:
        half = abs(estimate.value) / 100
    return min(decimals(half), 2)
