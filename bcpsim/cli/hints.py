"""Warnings and hints about scenarios that are valid and perhaps not meant so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bcpsim.errors import ScenarioError

if TYPE_CHECKING:
    from bcpsim.plan import Plan
    from bcpsim.scenario import LoadedScenario, ScenarioFile


def warn_before_run(
    file: Path, loaded: Iterable[LoadedScenario], plans: Iterable[Plan] | None = None
) -> set[str]:
    """Say on standard error what nobody may have meant in a file, though it is valid.

    Parameters
    ----------
    file
        The scenario's file, as the user named it.
    loaded
        Its variants.
    plans
        These as they were compiled, if they were.

    Returns
    -------
    set of str
        What was said, without the file's name.
    """
    from bcpsim.plan import compile_plan
    from bcpsim.report.warnings import warnings

    loaded = tuple(loaded)
    told: set[str] = set()
    for variant, plan in zip(loaded, plans or map(compile_plan, loaded), strict=True):
        where = "" if variant.variant == "base" else f" (in the variant {variant.variant})"
        tables = variant.coverage.values()
        lines = [("note", text) for table in tables for text in table.notes]
        lines += [("warning", text) for table in tables for text in table.warnings]
        lines += [("warning", text) for text in warnings(plan)]
        for kind, text in lines:
            if text not in told:
                told.add(text)
                typer.echo(f"{file}: {kind}: {text}{where}", err=True)
    return told


def hint_at_unvisited(file: Path, plans: Iterable[Plan]) -> None:
    """Say on standard error to which stops nobody goes in any variant of a file."""
    from bcpsim.plan.idle import unvisited

    base, *variants = [tuple(unvisited(plan)) for plan in plans]
    for text in base:
        if all(text in of_variant for of_variant in variants):
            typer.echo(f"{file}: hint: {text}", err=True)


def hint_at_changes(
    source: ScenarioFile,
    loaded: Sequence[LoadedScenario],
    overrides: Mapping[str, str],
    told: Collection[str],
) -> None:
    """Say on standard error where values that were set can't matter, if it isn't told already."""
    if not overrides:
        return
    from bcpsim.plan import compile_plan
    from bcpsim.plan.idle import why_no_matter

    try:
        unchanged = source.load([way.variant for way in loaded])
    except ScenarioError:  # what is set mends the file
        return
    hints: dict[str, None] = {}
    for before, after in zip(unchanged, loaded, strict=True):
        plans = compile_plan(before), compile_plan(after)
        hints |= dict.fromkeys(why_no_matter(*plans, list(overrides)))
    for hint in hints:
        if hint not in told:
            typer.echo(f"bcpsim: hint on --set: {hint}", err=True)
