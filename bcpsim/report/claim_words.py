"""What is said of a checked claim, in words: verdicts, rules, turns, and how it was checked."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import replace

from bcpsim.claims import Answer, ClaimCheck, Estimate, Verdict
from bcpsim.claims.attribution import Attributed
from bcpsim.claims.conditions import ConditionMap
from bcpsim.claims.resources import change_words
from bcpsim.claims.rules import Rule
from bcpsim.claims.turns import Turn
from bcpsim.claims.verdict import effect_word
from bcpsim.files.units import written_out
from bcpsim.kpi import in_a_sentence, row_of
from bcpsim.report.numbers import NO_BOUND, decimals, rounded

MILLION = 1_000_000


AT_POINT = {
    Verdict.SUPPORTED: "holds",
    Verdict.REFUTED: "fails",
    Verdict.INCONCLUSIVE: "open",
}
"""What a verdict is called at one combination of conditions."""


OVERLOADED = " (!)"
"""Marks a point at which more work comes than can be done."""


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
    if answer.of_nobody:
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


def where_it_holds(check: ClaimCheck, mapped: ConditionMap) -> Iterator[tuple[str, list[int], str]]:
    """Yield for each reading at how many points it holds, fails or is open, and by which rule."""
    titles, units = names_of(check)
    for where in mapped.readings:
        counts = [where.count(verdict) for verdict in AT_POINT]
        if where.rule is not None:
            rule = rule_words(where.rule, titles, units)
        elif counts[0] == len(mapped.points):
            rule = "everywhere"
        elif counts[0] == 0:
            rule = "nowhere" if counts[1] == len(mapped.points) else "nowhere for sure"
        else:
            rule = "by no simple rule" if counts[1] else "wherever it is decided"
        yield where.title, counts, rule


def how_mapped(mapped: ConditionMap) -> str:
    """Return how the conditions were tried, and what a rule is."""
    return (
        f"{mapped.replications} replications at each point, each interval at "
        f"{100 * mapped.confidence:g} % on its own. A rule is the best of all with one or two "
        "conditions; points left open don't count in it."
    )


def how_attributed(check: ClaimCheck, attributed: Attributed) -> str:
    """Return how the effect was split among the mechanisms."""
    own = attributed.splits[0]
    how = f"{attributed.orders} drawn orders" if attributed.orders else "Every combination"
    return (
        f"{effect_words(check).capitalize()} of {in_a_sentence(own.title)} in {check.unit}, by "
        "Shapley values: a mechanism's part is what it adds, averaged over all orders in which "
        f"the mechanisms can come; the parts add up to the whole. {how}, {attributed.runs} "
        f"different scenarios, {attributed.replications} replications each with the same "
        f"{check.loaded.words.counted}."
    )


def _digits(estimate: Estimate) -> int:
    half = estimate.half_width
    if not math.isfinite(half) or half <= 0:
        half = abs(estimate.value) / 100
    return min(decimals(half), 2)
