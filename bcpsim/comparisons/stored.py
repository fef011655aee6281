"""Comparisons of results that were saved: nothing is run again."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from bcpsim.comparisons.alike import check_same_time, hints, traffic_warnings
from bcpsim.comparisons.result import COMPARISON_COLUMNS, Comparison
from bcpsim.errors import InputError, unknown
from bcpsim.files.units import how_many
from bcpsim.kpi import Row, find_row
from bcpsim.plan import compile_plan
from bcpsim.results import Columns, StoredResult, load_run
from bcpsim.results.stored import made_from
from bcpsim.runs.measured import Measured, rows_in_all
from bcpsim.runs.notes import notes, of_variants
from bcpsim.scenario import LoadedScenario

_KEYS = ["measure", "population", "statistic"]

_NUMBERS = COMPARISON_COLUMNS[6:-1]  # between the words and the number of replications
_READ: Columns = {
    **dict.fromkeys(COMPARISON_COLUMNS[:6], "text"),
    **dict.fromkeys(_NUMBERS, "number"),
    COMPARISON_COLUMNS[-1]: "whole",
}

_TWICE = "a result comes twice; a comparison needs ways of working that differ"


@dataclass(frozen=True, repr=False)
class StoredComparison(StoredResult):
    """A comparison as it lies in a folder, with the tables of a `Comparison`."""

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        first, *others = self.variants
        count = how_many(self.provenance["replications"], "replication")
        return f"Comparison of {', '.join(others)} with {first} in {self.folder}: {count}"

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Each alternative against the baseline; columns as of `Comparison.measures`."""
        return self._table("comparison.csv", _READ)

    @cached_property
    def hourly(self) -> pd.DataFrame:
        """The same by local hour, with one column more: hour."""
        return self._by_hour("comparison-by-hour.csv", _READ)


def load_comparison(folder: str | Path) -> StoredComparison:
    """Return a comparison from the folder that `bcpsim.save_comparison` or ``--out`` wrote.

    Raises
    ------
    InputError
        If it is no folder of a comparison, or damaged.
    """
    return StoredComparison(Path(folder), *made_from(Path(folder), "compare"))


def compare_results(
    folders: Sequence[str | Path],
    *,
    baseline: str | None = None,
    alternatives: Sequence[str] | None = None,
    best: str = "time_in_system",
    largest: bool = False,
    confidence: float = 0.95,
) -> Comparison:
    """Compare ways of working whose results were kept.

    Replications are paired if both saw the same travellers: the same traffic, and the same seed.
    If they didn't, the comparison's warnings say so; the intervals hold all the same, and are
    wider. Of results with different numbers of replications the first that both have are compared.

    Parameters
    ----------
    folders
        Folders of ``bcpsim run --out``, of which all variants are compared, or single ones as
        ``FOLDER:VARIANT``.
    baseline, alternatives
        Names of a way of working, and of those compared with it; None: the first, and all others.
        A result is called by its folder, one of its several variants ``FOLDER:VARIANT``; those of
        one result alone by their variant.
    best, largest, confidence
        As for `bcpsim.compare`.

    Returns
    -------
    Comparison
        Without hours, of which results don't keep each replication.

    Raises
    ------
    InputError
        If a folder holds no result of a run or is damaged; if names aren't there, there are fewer
        than two ways, or they were measured over other times.
    """
    asked = _asked(folders)
    results = [load_run(folder) for folder in asked]
    ways = dict(_ways(results, list(asked.values())))
    names = list(ways)
    chosen = [baseline or names[0]]
    chosen += (
        [name for name in names if name != chosen[0]] if alternatives is None else alternatives
    )
    for name in chosen:
        if name not in ways:
            raise InputError(f"no result is called {name!r}; expected one of: {', '.join(names)}")
    if len(set(chosen)) < max(len(chosen), 2):
        raise InputError("a comparison needs a baseline and other ways of working, each once")
    read = [_read(*ways[name], name) for name in chosen]
    loaded = [way for way, _ in read]
    count = min(len(values.totals) for _, values in read)
    if count < 2:
        raise InputError("a comparison needs results of at least 2 replications")
    measured = [replace(values, totals=values.totals[:count]) for _, values in read]
    plans = [compile_plan(way) for way in loaded]
    check_same_time(plans)
    rows = rows_in_all(measured)
    totals = tuple(way.columns(rows) for way in measured)
    return Comparison(
        seed=ways[chosen[0]][0].seed,
        count=count,
        confidence=confidence,
        loaded=tuple(loaded),
        plans=tuple(plans),
        rows=rows,
        hourly_rows=(),
        totals=totals,
        hourly=tuple(way.hourly[:count] for way in measured),
        values=totals,
        weight="replication",
        judged_by=find_row(rows, best),
        largest=largest,
        equalities=(),
        warnings=(
            *traffic_warnings(loaded, plans),
            *_warnings({name: ways[name][0] for name in chosen}, count),
        ),
        notes=(
            *hints(plans, measured, [()] * len(plans)),
            *of_variants(
                {
                    plan.variant: notes(plan, way.rows, way.totals, (), way.hourly)
                    for plan, way in zip(plans, measured, strict=True)
                }
            ),
        ),
        stopping=None,
    )


def folder_and_variant(asked: str | Path) -> tuple[Path, str]:
    """Return the folder of a result and the variant in it that is asked for, "" for all.

    A folder whose own name has a colon is that folder.
    """
    head, colon, variant = str(asked).rpartition(":")
    if colon and not Path(asked).is_dir() and Path(head).is_dir():
        return Path(head), variant
    return Path(asked), ""


def _asked(results: Sequence[str | Path]) -> dict[Path, list[str]]:
    """Return the variants that are asked for of each folder; none: all of them."""
    asked: dict[Path, list[str]] = {}
    for folder, variant in map(folder_and_variant, results):
        if folder in asked and (not variant or variant in asked[folder] or not asked[folder]):
            raise InputError(_TWICE)
        asked.setdefault(folder, []).extend([variant] if variant else [])
    return asked


def _ways(
    results: Sequence[StoredResult], asked: Sequence[Sequence[str]]
) -> Iterator[tuple[str, tuple[StoredResult, str]]]:
    """Yield a name for each variant asked for, with its result and the variant's own name.

    Raises
    ------
    InputError
        If two have the same name, or a variant isn't there.
    """
    folders = [result.folder.resolve().name for result in results]
    if len(set(folders)) < len(folders):
        folders = [str(result.folder) for result in results]
    if len(set(folders)) < len(folders):
        raise InputError(_TWICE)
    for folder, result, wanted in zip(folders, results, asked, strict=True):
        for variant in wanted or result.variants:
            if variant not in result.variants:
                raise InputError(f"{result.folder}: {unknown('variant', variant, result.variants)}")
            if len(results) == 1:
                yield variant, (result, variant)
            elif len(result.variants) == 1:
                yield folder, (result, variant)
            else:
                yield f"{folder}:{variant}", (result, variant)


def _read(result: StoredResult, variant: str, name: str) -> tuple[LoadedScenario, Measured]:
    """Return a variant as run, and what each of its replications gave, under another name.

    Raises
    ------
    InputError
        If the table isn't one replication after the other, with the same rows each.
    """
    table = result.replications
    rows = table[table["variant"] == variant]
    first = rows[rows["replication"] == 0]
    size = max(len(first), 1)
    count = len(rows) // size
    keys = list(first[_KEYS].itertuples(index=False, name=None))
    whole = (
        len(rows) == count * size > 0
        and np.array_equal(rows["replication"], np.repeat(np.arange(count), size))
        and rows[_KEYS].reset_index(drop=True).equals(_repeated(first[_KEYS], count))
    )
    if not whole:
        raise InputError(
            f"{result.folder / 'replications.parquet'}: {variant}: expected replications 0, 1 and "
            "so on, each with the same rows in the same order; the table was changed"
        )
    values = rows["value"].to_numpy().reshape(count, size)
    measured = Measured(tuple(Row(*key) for key in keys), (), values, np.empty((count, 0, 0)))
    return replace(result.scenario(variant), variant=name), measured


def _repeated(keys: pd.DataFrame, count: int) -> pd.DataFrame:
    return pd.concat([keys] * count, ignore_index=True)


def _warnings(results: dict[str, StoredResult], count: int) -> Iterator[str]:
    """Yield where results weren't made alike, so that they aren't those of one comparison."""
    made = {name: result.provenance for name, result in results.items()}
    for key, what, then in (
        (
            "seed",
            "seeds",
            "they don't see the same vehicles, and the intervals are wider for it",
        ),
        ("replications", "numbers of replications", f"the first {count} are compared"),
    ):
        values = {name: origin[key] for name, origin in made.items()}
        if len(set(values.values())) > 1:
            shown = ", ".join(f"{name}: {value}" for name, value in values.items())
            yield f"the results have different {what} ({shown}): {then}"
    if len({str(origin.get("code")) for origin in made.values()}) > 1:
        yield (
            "the results were made by different versions of bcpsim: a difference may be that of "
            "the program"
        )
