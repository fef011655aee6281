"""A checked claim for a terminal: verdict, readings, conditions, mechanisms."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from bcpsim.claims import ClaimCheck, Estimate, Verdict
from bcpsim.claims.attribution import Attributed
from bcpsim.claims.conditions import ConditionMap
from bcpsim.claims.uncertain import Uncertainty
from bcpsim.kpi import in_a_sentence
from bcpsim.report.claim_words import (
    AT_POINT,
    OVERLOADED,
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
from bcpsim.report.table import (
    NO_BOUND_NOTE,
    PERCENTILES_OF,
    few_note,
)

MAX_POINTS = 30
"""Most points of a design that a terminal shows; the CSV file has all."""

_WIDE = 100


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


def _uncertainty(check: ClaimCheck, uncertainty: Uncertainty) -> Iterator[RenderableType]:
    table = _table("Input", "from", "to", "rank correlation with the effect")
    for name, one in check.loaded.file.uncertain.items():
        table.add_row(
            Text(one.title or name),
            Text(f"{one.between[0]:g} {one.unit}"),
            Text(f"{one.between[1]:g} {one.unit}"),
            f"{uncertainty.correlation[name]:+.2f}",
        )
    yield from _section(
        "With uncertain inputs",
        table,
        _item(
            f"{effect_words(check).capitalize()} {number(uncertainty.effect)} {check.unit}, under "
            f"the true inputs {interval(uncertainty.effect)} (at "
            f"{100 * check.loaded.file.confidence:g} %): {uncertainty.verdict}. In "
            f"{100 * uncertainty.holding:.0f} % of {len(uncertainty.draws)} draws the estimate is "
            f"on the claim's side; inputs alone spread it by {uncertainty.by_inputs:.2g} "
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


def _conditions(check: ClaimCheck, mapped: ConditionMap, below: bool) -> Iterator[RenderableType]:
    titles, units = names_of(check)
    own = mapped.readings[0]
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
    for point, one in list(zip(mapped.points, own.answers, strict=True))[:MAX_POINTS]:
        table.add_row(
            *(f"{value:.4g}" for value in point.settings.values()),
            *(f"{value:.3g}" for value in point.measured.values()),
            *_cells(one.effect, below),
            Text(
                AT_POINT[one.verdict] + (OVERLOADED if point.overloaded else ""),
                style=_STYLES[one.verdict],
            ),
        )
    rest = len(mapped.points) - MAX_POINTS
    more = [_item(f"and {rest} more points: see conditions.csv with --out.")] if rest > 0 else []
    summary = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    summary.add_column("Reading")
    for words in AT_POINT.values():
        summary.add_column(words, justify="right")
    summary.add_column("Holds")
    for title, counts, rule in where_it_holds(check, mapped):
        summary.add_row(Text(title), *map(str, counts), Text(rule))
    yield from _section(
        f"Where it holds: {in_a_sentence(own.title)}",
        table,
        *more,
        *_flags(mapped),
        summary,
        *(_item(f"{turn_words(one, titles, units)}.") for one in check.turns),
        _item(how_mapped(mapped)),
    )


def _flags(mapped: ConditionMap) -> Iterator[RenderableType]:
    """Yield what the mark of overloaded points means, where there are any."""
    of_points = [point.overloaded for point in mapped.points if point.overloaded]
    if of_points:
        whose = ", ".join(dict.fromkeys(title for titles in of_points for title in titles))
        yield _item(
            f"{OVERLOADED.strip()} Overloaded ({whose}): more work comes than can be done, so that "
            "the value depends on how long is simulated."
        )


def _attribution(
    check: ClaimCheck, attributed: Attributed, below: bool
) -> Iterator[RenderableType]:
    own, *others = attributed.splits
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
    parts: list[RenderableType] = [table, _item(how_attributed(check, attributed))]
    if others:
        parts += [_item(""), _parts_by_reading(attributed, check.unit)]
    if own.remainders:
        parts += [_item(""), _what_remains(attributed, check.unit)]
    yield from _section("What does the work", *parts)


def _parts_by_reading(attributed: Attributed, unit: str) -> Table:
    table = _table(
        f"Parts by reading ({unit})", *(str(k + 1) for k in range(len(attributed.splits[0].shares)))
    )
    table.add_column("all", justify="right")
    for split in attributed.splits:
        cells = [number(share.effect) for share in split.shares]
        table.add_row(Text(split.title), *cells, number(split.total))
    titles = (f"{k}: {share.title}" for k, share in enumerate(attributed.splits[0].shares, start=1))
    table.caption = Text("; ".join(titles), justify="left")
    return table


def _what_remains(attributed: Attributed, unit: str) -> Table:
    """Return what remains of the effect by each reading as mechanisms are taken away."""
    own = attributed.splits[0]
    steps = own.remainders
    table = _table(f"What remains ({unit}) when one after the other is taken away", "all")
    for k in range(len(steps)):
        table.add_column(f"- {chr(ord('a') + k)}", justify="right")
    for split in attributed.splits:
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
