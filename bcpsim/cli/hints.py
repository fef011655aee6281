"""What commands say of a scenario that is valid and perhaps not meant so."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from bcpsim.errors import ScenarioError

if TYPE_CHECKING:
    from bcpsim.scenario import LoadedScenario, ScenarioFile


def warn_before_run(file: Path, loaded: Iterable[LoadedScenario]) -> set[str]:
    """Say on standard error what nobody may have meant in a file, though it is valid.

    Returns
    -------
    set of str
        What was said, without the file's name.
    """
    from bcpsim.plan import compile_plan
    from bcpsim.report.warnings import warnings

    told: set[str] = set()
    for one in loaded:
        where = "" if one.variant == "base" else f" (in the variant {one.variant})"
        tables = one.coverage.values()
        lines = [("note", words) for table in tables for words in table.notes]
        lines += [("warning", words) for table in tables for words in table.warnings]
        lines += [("warning", words) for words in warnings(compile_plan(one))]
        for kind, words in lines:
            if words not in told:
                told.add(words)
                typer.echo(f"{file}: {kind}: {words}{where}", err=True)
    return told


def hint_at_unvisited(file: Path, loaded: Iterable[LoadedScenario]) -> None:
    """Say on standard error to which stops nobody goes in any variant of a file."""
    from bcpsim.plan import compile_plan
    from bcpsim.plan.idle import unvisited

    each = [tuple(unvisited(compile_plan(one))) for one in loaded]
    for words in each[0]:
        if all(words in own for own in each):
            typer.echo(f"{file}: hint: {words}", err=True)


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
        unchanged = source.load([one.variant for one in loaded])
    except ScenarioError:  # what is set mends the file
        return
    found: dict[str, None] = {}
    for before, after in zip(unchanged, loaded, strict=True):
        plans = compile_plan(before), compile_plan(after)
        found |= dict.fromkeys(why_no_matter(*plans, list(overrides)))
    for words in found:
        if words not in told:
            typer.echo(f"bcpsim: hint on --set: {words}", err=True)
