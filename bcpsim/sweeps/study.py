"""A sweep file that has been checked, with the scenario that it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bcpsim.errors import InputError, ScenarioError
from bcpsim.files.document import FieldPath, Mark
from bcpsim.kpi import Meter, Row, find_row
from bcpsim.plan import compile_plan
from bcpsim.studies import Findings, LoadedStudy, check_keys, known_variants, open_study
from bcpsim.sweeps.file import ALL, SweepFile


@dataclass(frozen=True, repr=False)
class LoadedSweep(LoadedStudy[SweepFile]):
    """A sweep file that has been checked, with the scenario that it runs.

    Attributes
    ----------
    variants
        Names of the variants that are run.
    """

    variants: tuple[str, ...]

    @cached_property
    def places(self) -> dict[str, dict[str, Mark]]:
        """The places in the sweep file of the values that it sets, for each variant by key path."""
        return {
            variant: {
                key: self.document.mark_of(place) for place, key in keys_of(self.file, variant)
            }
            for variant in self.variants
        }


def load_sweep(
    file: str | Path | Mapping[str, Any], *, allowed: Sequence[str | Path] = ()
) -> LoadedSweep:
    """Read and check a sweep file and the scenario that it names.

    Parameters
    ----------
    file
        A sweep file (YAML), or what would stand in it as plain data; then paths count from
        the working directory.
    allowed
        Folders from which the scenario and its data may be read, besides the folders of the
        sweep file, of the scenario, and the working directory.

    Raises
    ------
    ScenarioError
        With every mistake: file, line, column, field, what is expected.
    """
    study = open_study(file, SweepFile)
    sweep, findings = study.file, study.findings
    scenario_file = study.read_scenario(allowed)
    asked = [
        name
        for variant in sweep.variants
        for name in (scenario_file.names if variant == ALL else [variant])
    ]
    variants = known_variants(findings, scenario_file, asked, "variants")
    if set(asked) == set(variants):  # else factors may name what was meant
        for name, factor in sweep.factors.items():
            place = ("factors", name, "variants")
            findings.add_unknown("variant", factor.variants or (), variants, *place)
    for variant in variants:
        check_keys(findings, scenario_file, variant, keys_of(sweep, variant))
    if findings.problems and variants:  # else measures are held against what is run
        with suppress(ScenarioError):
            plans = [compile_plan(scenario) for scenario in scenario_file.load(variants)]
            check_measures(sweep, findings, [Meter.of(plan).rows for plan in plans])
    findings.raise_all()
    return LoadedSweep(sweep, study.document, scenario_file, tuple(variants))


def check_measures(sweep: SweepFile, findings: Findings, rows: Sequence[Sequence[Row]]) -> None:
    """Note names of measures that stand for no value.

    Parameters
    ----------
    sweep, findings
        The sweep, and what takes the mistakes.
    rows
        The values that each variant has. A measure that is kept must be one of some variant's, one
        that must be precise one of each.
    """
    for number, name in enumerate(sweep.precision.measures if sweep.precision else ()):
        for row in rows:
            with findings.at("precision", "measures", number):
                find_row(row, name)
    for number, name in enumerate(sweep.measures):
        if name != ALL and not any(_has(row, name) for row in rows):
            with findings.at("measures", number):
                find_row(rows[0], name)


def _has(rows: Sequence[Row], name: str) -> bool:
    try:
        find_row(rows, name)
    except InputError:
        return False
    return True


def keys_of(sweep: SweepFile, variant: str) -> Iterator[tuple[FieldPath, str]]:
    """Yield the key paths that are set in a variant, each with its place in the sweep file."""
    for key in sweep.overrides:
        yield ("overrides", key), key
    for name, factor in sweep.factors.items():
        if factor.is_set_in(variant):
            for number, key in enumerate(factor.set):
                yield ("factors", name, "set", number), key
