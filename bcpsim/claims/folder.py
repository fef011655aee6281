"""The folder of a checked claim: verdict, tables, and what they were made from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bcpsim.claims.kept import write_figures
from bcpsim.claims.run import ClaimCheck
from bcpsim.claims.verdict import Answer, Estimate
from bcpsim.results import Made, replace_folder, write_json, write_records, write_scenarios


def save_check(
    check: ClaimCheck,
    folder: str | Path,
    extra: Callable[[Path], object] | None = None,
    *,
    force: bool = False,
) -> Path:
    """Write a checked claim to a folder.

    The folder holds ``verdict.json`` (everything), ``figures.json`` (its numbers to the last digit,
    for `bcpsim report`), ``readings.csv``, ``claim.yaml``, ``provenance.json``, the ways of working
    as run (``scenario-baseline.yaml``, ``scenario-alternative-1.yaml`` and so on), and, where the
    claim asks for them, ``conditions.csv``, ``attribution.csv``, ``remains.csv`` and
    ``uncertain.csv``.

    Parameters
    ----------
    check
        From `bcpsim.check`.
    folder, extra, force
        As for `bcpsim.save`.

    Returns
    -------
    Path
        The folder.

    Raises
    ------
    InputError
        If something else is there.
    RunError
        If the folder can't be written; then it is left as it was.
    """
    made = Made("check", check.loaded.file.name)

    def write(new: Path) -> None:
        _write(check, new)

    return replace_folder(folder, made, check.provenance, write, extra, force=force)


def _write(check: ClaimCheck, folder: Path) -> None:
    write_json(check.to_dict(), folder / "verdict.json")
    write_figures(check, folder)
    check.loaded.write_as_written(folder)
    for name, rows in (
        ("readings", _readings(check)),
        ("conditions", _conditions(check)),
        ("attribution", _attribution(check)),
        ("remains", _remains(check)),
        ("uncertain", _uncertain(check)),
    ):
        table = list(rows)
        if table:
            write_records(table, folder / f"{name}.csv", table[0])
    write_scenarios(check.scenarios, folder)


def _answer(answer: Answer) -> dict[str, Any]:
    return {
        "baseline": answer.baseline.value,
        "alternative": answer.alternative.value,
        **_bounds("effect", answer.effect),
        "verdict": answer.verdict,
    }


def _bounds(name: str, estimate: Estimate) -> dict[str, float]:
    return {name: estimate.value, "low": estimate.low, "high": estimate.high}


def _readings(check: ClaimCheck) -> Iterator[dict[str, Any]]:
    for pair, answers in ((check.loaded.measure, check.answers), *check.readings):
        for number, (row, answer) in enumerate(zip(pair.rows[1:], answers, strict=True), start=1):
            yield {
                "way_of_working": number,
                "baseline_measure": pair.rows[0],
                "alternative_measure": row,
                "unit": pair.rows[0].unit,
                **_answer(answer),
            }


def _conditions(check: ClaimCheck) -> Iterator[dict[str, Any]]:
    if check.conditions is None:
        return
    pairs = [check.loaded.measure, *(pair for pair, _ in check.readings)]
    for where, pair in zip(check.conditions.readings, pairs, strict=True):
        for point, answer in zip(check.conditions.points, where.answers, strict=True):
            yield {
                "measure": pair.rows[0],
                **point.settings,
                **point.measured,
                **_answer(answer),
                "overloaded": ", ".join(point.overloaded),
            }


def _attribution(check: ClaimCheck) -> Iterator[dict[str, Any]]:
    for split in check.attributed.splits if check.attributed else ():
        for share in split.shares:
            yield {
                "reading": split.title,
                "mechanism": share.switch,
                **_bounds("part", share.effect),
                "alone": share.alone.value,
                "lost_if_it_alone_goes": share.last.value,
            }


def _remains(check: ClaimCheck) -> Iterator[dict[str, Any]]:
    for split in check.attributed.splits if check.attributed else ():
        for step in split.remainders:
            yield {
                "reading": split.title,
                "taken_away": " ".join(step.without),
                **_bounds("remains", step.effect),
            }


def _uncertain(check: ClaimCheck) -> Iterator[dict[str, Any]]:
    for settings, estimate in check.uncertainty.draws if check.uncertainty else ():
        yield {**settings, **_bounds("effect", estimate)}
