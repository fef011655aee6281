"""A sweep file that has been checked, with the scenario that it runs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from bcpsim.files.document import FieldPath, Mark
from bcpsim.studies import LoadedStudy, check_keys, known_variants, open_study
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
        """Where what is set stands in the sweep file, for each variant by key path."""
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
    source = study.read_scenario(allowed)
    asked = [name for one in sweep.variants for name in (source.names if one == ALL else [one])]
    variants = known_variants(findings, source, asked, "variants")
    if set(asked) == set(variants):  # else factors may name what was meant
        for name, factor in sweep.factors.items():
            place = ("factors", name, "variants")
            findings.add_unknown("variant", factor.variants or (), variants, *place)
    for variant in variants:
        check_keys(findings, source, variant, keys_of(sweep, variant))
    findings.raise_all()
    return LoadedSweep(sweep, study.document, source, tuple(variants))


def keys_of(sweep: SweepFile, variant: str) -> Iterator[tuple[FieldPath, str]]:
    """Yield the key paths that are set in a variant, each with its place in the sweep file."""
    for key in sweep.overrides:
        yield ("overrides", key), key
    for name, factor in sweep.factors.items():
        if factor.is_set_in(variant):
            for number, key in enumerate(factor.set):
                yield ("factors", name, "set", number), key
