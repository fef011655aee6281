"""Checks of all combinations of conditions and switches of a claim, before anything is run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import islice

from bcpsim.claims.attribution import wanted_coalitions
from bcpsim.claims.conditions import design, setting_words
from bcpsim.claims.file import Range, Uncertain
from bcpsim.claims.study import LoadedClaim, Settings
from bcpsim.claims.uncertain import draw_inputs
from bcpsim.errors import InputError, ScenarioError
from bcpsim.files.document import Document, FieldPath
from bcpsim.runs.size import check_size
from bcpsim.studies import Findings

MAX_COALITIONS = 1000
"""Most combinations of switches that are looked at before a run."""


def check_combinations(loaded: LoadedClaim, seed: int) -> None:
    """Load the scenario at every point, draw and combination of switches of a claim.

    Parameters
    ----------
    loaded
        The claim.
    seed
        Names the random numbers of designs and draws.

    Raises
    ------
    ScenarioError
        At the conditions, inputs or switches of the claim file: for each field of the scenario
        the first mistake, with what it comes of.
    """
    claim = loaded.file
    findings = Findings(loaded.document)
    if claim.conditions is not None:
        points, over = design(claim.conditions, seed), claim.conditions.over
        _check_points(loaded, points, ("conditions", "over"), over, findings)
    if claim.uncertain:
        draws = draw_inputs(loaded, seed)
        _check_points(loaded, draws, ("uncertain",), claim.uncertain, findings)
    if claim.attribution is not None:
        seen: set[str] = set()
        for switched_on in islice(wanted_coalitions(claim.attribution, seed), MAX_COALITIONS):
            on = (
                ", ".join(name for name in claim.attribution.switches if name in switched_on)
                or "none"
            )
            for field, message in _mistakes(loaded, loaded.coalition(switched_on), {}):
                if field not in seen:
                    seen.add(field)
                    findings.add(f"{message} (with switches on: {on})", "attribution", "switches")
    findings.raise_all()


def _check_points(
    loaded: LoadedClaim,
    points: Iterable[Settings],
    place: FieldPath,
    inputs: Mapping[str, Range | Uncertain],
    findings: Findings,
) -> None:
    """Note mistakes at the input that sets the field, where there is one."""
    seen: set[str] = set()
    for settings in points:
        for way in loaded.ways[:2]:
            for field, message in _mistakes(loaded, way, settings):
                if field not in seen:
                    seen.add(field)
                    setter = [name for name, uncertain in inputs.items() if field in uncertain.set]
                    findings.add(f"{message} (with {setting_words(settings)})", *place, *setter[:1])


def _mistakes(loaded: LoadedClaim, way: Document, settings: Settings) -> Iterable[tuple[str, str]]:
    """Return the field and the message of each mistake of a way of working."""
    try:
        check_size(loaded.plan(way, settings))
    except ScenarioError as error:
        return [
            (
                problem.field,
                f"{problem.field}: {problem.message}" if problem.field else problem.message,
            )
            for problem in error.problems
        ]
    except InputError as error:
        return [("", str(error))]
    return []
