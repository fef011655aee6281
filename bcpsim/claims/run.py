"""Checking a claim: its verdict, its other readings, where it holds, and what does the work."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from bcpsim.arguments import checked
from bcpsim.claims.attribution import Attributed, attribute
from bcpsim.claims.combinations import check_combinations
from bcpsim.claims.conditions import ConditionMap, check_conditions
from bcpsim.claims.readings import Pair
from bcpsim.claims.resources import DETECTION, Resource, change_words, resources
from bcpsim.claims.study import LoadedClaim, load_claim
from bcpsim.claims.turns import Turn, find_turns
from bcpsim.claims.uncertain import Uncertainty, check_uncertain
from bcpsim.claims.verdict import Answer, Verdict, answer, together
from bcpsim.comparisons.alike import check_same_time, traffic_warnings
from bcpsim.comparisons.equal import Equality
from bcpsim.engine.ways import with_engine
from bcpsim.files.units import how_many
from bcpsim.kpi import find_row, in_a_sentence
from bcpsim.plan import Plan
from bcpsim.plan.counting import arriving_in
from bcpsim.results.display import Displayed
from bcpsim.results.provenance import provenance
from bcpsim.runs import DEFAULT_SEED, Measured
from bcpsim.runs.bars import with_bar
from bcpsim.runs.notes import MANY_INSIDE, notes, of_variants
from bcpsim.runs.replications import Progress, extending
from bcpsim.runs.size import check_size
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.values import length_of
from bcpsim.stats import simultaneous
from bcpsim.stats.looks import FEWEST, levels, looks

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False, kw_only=True)
class ClaimFigures:
    """The numbers of a checked claim.

    Attributes
    ----------
    seed
        Names the random numbers.
    replications
        Of baseline and alternatives, at the last look.
    looks
        Looks that were planned, as numbers of replications.
    confidence
        Coverage of each interval of `answers` and `readings` on its own; those of all looks
        and alternatives together have the claim's.
    precise
        Whether the precision asked for was reached.
    answers
        The claim's question, for each alternative.
    readings
        For each other reading, the same.
    warnings
        What a reader must know, such as traffic that isn't the same.
    notes
        What makes it depend on how long is simulated, and in which ways of working.
    equalities
        What was to be held equal, and whether it is.
    resources
        Officer hours, and cost and detection where there are any, in each way of working.
    uncertainty, conditions, attributed
        None where the claim file doesn't ask for them.
    turns
        Between which values of the conditions the claim turns.
    """

    seed: int
    replications: int
    looks: tuple[int, ...]
    confidence: float
    precise: bool
    answers: tuple[Answer, ...]
    readings: tuple[tuple[Pair, tuple[Answer, ...]], ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    equalities: tuple[Equality, ...]
    resources: tuple[Resource, ...]
    uncertainty: Uncertainty | None
    conditions: ConditionMap | None
    attributed: Attributed | None
    turns: tuple[Turn, ...]


@dataclass(frozen=True, repr=False, kw_only=True)
class ClaimCheck(ClaimFigures, Displayed):
    """The result of checking a claim: numbers, and what they are of.

    Attributes
    ----------
    loaded
        The claim with its ways of working.
    """

    loaded: LoadedClaim

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        return (
            f"Claim {self.loaded.file.name}: {self.stated}; "
            f"{how_many(self.replications, 'replication')}, seed {self.seed}"
        )

    def main_table(self) -> pd.DataFrame:
        """Return the effect, by the claim's own measure and by the other readings."""
        import pandas as pd

        return pd.DataFrame(
            {
                "reading": pair.title,
                "alternative": name,
                "effect": each.effect.value,
                "low": each.effect.low,
                "high": each.effect.high,
                "verdict": str(each.verdict),
            }
            for pair, answers in ((self.loaded.measure, self.answers), *self.readings)
            for name, each in zip(self.loaded.names[1:], answers, strict=True)
        )

    @property
    def verdict(self) -> Verdict:
        """The verdict on the claim: for every alternative, and under uncertain inputs."""
        verdicts = [each.verdict for each in self.answers]
        if self.uncertainty is not None:
            verdicts[0] = self.uncertainty.verdict
        return together(verdicts)

    @property
    def stated(self) -> str:
        """The verdict as it may be quoted: with what isn't equal, or isn't found."""
        several = len(self.answers) > 1
        losses = {
            name: loss
            for one in self.resources
            for number, name in enumerate(self.loaded.names[1:])
            if (loss := one.loss(number)) is not None
        }
        parts = [
            (f"{equality.alternative} with " if several else "with ")
            + f"{change_words(equality.baseline_mean, equality.alternative_mean)} "
            + in_a_sentence(self.loaded.words.value(equality.row))
            for equality in self.equalities
            if not equality.equal
            and not (equality.row.measure == DETECTION and equality.alternative in losses)
        ]
        parts += [f"{loss} ({name})" if several else loss for name, loss in losses.items()]
        if not parts:
            nobody = all(each.of_nobody for each in self.answers)
            there = ", as in no replication there is anybody to measure" if nobody else ""
            return f"{self.verdict}{there}"
        but = "but " if self.verdict is Verdict.SUPPORTED else ""
        return f"{self.verdict}, {but}{' and '.join(parts)}"

    @property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the check: with it, it can be made again to the bit."""
        return provenance(self.scenarios, self.seed, self.replications)

    @property
    def scenarios(self) -> list[LoadedScenario]:
        """The ways of working as run: baseline, alternative-1, and so on."""
        return [
            self.loaded.load(way, name=f"alternative-{k}" if k else "baseline")
            for k, way in enumerate(self.loaded.ways)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain data; what is not a finite number is None."""
        claim = self.loaded.file
        data = {
            "claim": claim.model_dump(mode="json", exclude_none=True, by_alias=True),
            "verdict": self.verdict,
            "stated": self.stated,
            "measure": list(map(str, self.loaded.measure.rows)),
            "unit": self.unit,
            "replications": self.replications,
            "looks": list(self.looks),
            "confidence_of_each_interval": self.confidence,
            "precise": self.precise,
            "answers": [
                {"alternative": name, **asdict(each)}
                for name, each in zip(self.loaded.names[1:], self.answers, strict=True)
            ],
            "readings": [
                {
                    "title": pair.title,
                    "measure": list(map(str, pair.rows)),
                    "answers": [asdict(each) for each in answers],
                }
                for pair, answers in self.readings
            ],
            "warnings": list(self.warnings),
            "notes": list(self.notes),
            "equal": [equality.to_dict() for equality in self.equalities],
            "resources": [
                {
                    "measure": str(resource.row),
                    "unit": self.loaded.words.unit(resource.row),
                    "baseline": resource.means[0],
                    "alternatives": dict(
                        zip(self.loaded.names[1:], resource.means[1:], strict=True)
                    ),
                }
                for resource in self.resources
            ],
            "uncertainty": None if self.uncertainty is None else asdict(self.uncertainty),
            "conditions": None if self.conditions is None else asdict(self.conditions),
            "turns": [asdict(turn) for turn in self.turns],
            "attribution": None if self.attributed is None else asdict(self.attributed),
            "provenance": self.provenance,
        }
        return _plain(data)  # type: ignore[no-any-return]

    @property
    def unit(self) -> str:
        """Unit of the effect."""
        if self.loaded.file.relative:
            return "%"
        return self.loaded.words.unit(self.loaded.measure.rows[0])


@checked()
@with_engine
@with_bar("Replications")
def check(
    claim: str | Path | Mapping[str, Any] | LoadedClaim,
    *,
    seed: int = DEFAULT_SEED,
    workers: int = 1,
    engine: str | None = None,
    allowed: Sequence[str | Path] = (),
    progress: Progress | bool | None = None,
) -> ClaimCheck:
    """Check a claim about ways of working.

    The result is the same to the bit for any number of workers.

    Parameters
    ----------
    claim
        A claim file, what would stand in it as plain data (then paths count from the working
        directory), or what `load_claim` returned.
    seed
        Names the random streams; at least 0.
    workers
        Number of processes; 0 for one per processor.
    engine
        `auto`, `simpy` or `compiled`, which give the same to the bit; None: as chosen before.
    allowed
        As for `load_claim`.
    progress
        True: a progress bar, on a terminal or in a notebook. A function: called with the number
        of replications done and the number in all, again for each part of the check.

    Returns
    -------
    ClaimCheck
        The verdict with all that belongs to it.

    Raises
    ------
    ScenarioError
        If the claim file, or the scenario under a condition, has mistakes.
    InputError
        If a replication would need more memory than the bound, or arguments are out of range.
    """
    if isinstance(progress, bool):
        progress = None  # where it was True, the decorator has put a bar
    loaded = claim if isinstance(claim, LoadedClaim) else load_claim(claim, allowed=allowed)
    settings: dict[str, Any] = {"seed": seed, "workers": workers, "progress": progress}
    check_combinations(loaded, seed)
    loaded = _equalised(loaded, seed, workers)
    asked = loaded.file
    plans = [loaded.plan(way) for way in loaded.ways]
    check_same_time(plans)
    for plan in plans:
        check_size(plan)
    last = _look_until_precise(loaded, plans, settings)
    measured = last.measured
    conditions = None
    turns: tuple[Turn, ...] = ()
    if asked.conditions is not None:
        conditions = check_conditions(loaded, asked.conditions, **settings)
        turns = tuple(find_turns(loaded, conditions, seed=seed, workers=workers))
    return ClaimCheck(
        loaded=loaded,
        seed=seed,
        replications=len(measured[0].totals),
        looks=last.planned,
        confidence=last.confidence,
        precise=last.precise,
        answers=last.answers,
        readings=tuple(
            (pair, _answers(loaded, pair, measured, last.confidence)) for pair in loaded.readings
        ),
        warnings=tuple(_warnings(loaded, plans, measured)),
        notes=of_variants(
            {
                name: notes(plan, way.rows, way.totals, way.hourly_rows, way.hourly)
                for name, plan, way in zip(loaded.names, plans, measured, strict=True)
            }
        ),
        equalities=tuple(_equalities(loaded, measured, last.confidence)),
        resources=tuple(resources(measured)),
        uncertainty=check_uncertain(loaded, **settings) if asked.uncertain else None,
        conditions=conditions,
        turns=turns,
        attributed=(
            None if asked.attribution is None else attribute(loaded, asked.attribution, **settings)
        ),
    )


def _equalised(loaded: LoadedClaim, seed: int, workers: int) -> LoadedClaim:
    """Return a claim with its alternatives adjusted until the measures that must be are equal."""
    for number in range(1, len(loaded.ways)):
        for condition in loaded.file.equal:
            if condition.by is not None:
                loaded = loaded.equalised(number, condition, seed, workers)
    return loaded


@dataclass(frozen=True, slots=True)
class _LastLook:
    """The state of a check at the look at which it ended.

    Attributes
    ----------
    planned
        Numbers of replications of all looks that there might have been.
    confidence
        Of each interval at this look.
    precise
        Whether the intervals are as narrow as the claim file asks for.
    measured
        With each way of working, the baseline first.
    answers
        On the claim's own measure, one for each alternative.
    """

    planned: tuple[int, ...]
    confidence: float
    precise: bool
    measured: Sequence[Measured]
    answers: tuple[Answer, ...]


def _look_until_precise(
    loaded: LoadedClaim, plans: Sequence[Plan], settings: Mapping[str, Any]
) -> _LastLook:
    """Run replications until the intervals of the answers are narrow enough, or to the most."""
    asked = loaded.file
    planned = looks(asked.replications.at_least, asked.replications.at_most)
    confidences = levels(planned, simultaneous(asked.confidence, len(plans) - 1))
    extend = extending(plans, **settings)
    done = 0
    for look, confidence in zip(planned, confidences, strict=True):
        measured = extend(range(done, look))
        done = look
        answers = _answers(loaded, loaded.measure, measured, confidence)
        precise = all(each.effect.half_width <= asked.precision.value for each in answers)
        if precise or all(each.of_nobody for each in answers):
            break
    return _LastLook(planned, confidence, precise, measured, answers)


def _answers(
    loaded: LoadedClaim, pair: Pair, measured: Sequence[Measured], confidence: float
) -> tuple[Answer, ...]:
    columns = [way.column(row) for way, row in zip(measured, pair.rows, strict=True)]
    return tuple(
        answer(loaded.file, pair.rows[0], columns[0], column, confidence) for column in columns[1:]
    )


def _warnings(
    loaded: LoadedClaim, plans: Sequence[Plan], measured: Sequence[Measured]
) -> Iterator[str]:
    """Yield what makes the answers less than they seem."""
    scenarios = [
        loaded.load(way, name=name) for way, name in zip(loaded.ways, loaded.names, strict=True)
    ]
    yield from traffic_warnings(scenarios, plans)
    yield from dict.fromkeys(text for way in scenarios for text in way.told_of_tables)
    yield from _seldom_there(loaded, measured)
    yield from dict.fromkeys(text for way in scenarios for text in _hours_cut(loaded, way))
    asked = loaded.file.replications.at_most
    if asked < FEWEST:
        yield f"verdicts begin at {FEWEST} replications, where the claim file allows {asked}"
    for name, way in zip(loaded.names, measured, strict=True):
        inside, arrivals = (
            float(way.column(find_row(way.rows, measure)).mean())
            for measure in ("inside_at_end", "arrivals")
        )
        if 0 < inside <= MANY_INSIDE * arrivals:  # many are told among the notes
            yield (
                f"{inside:.3g} of the arrivals with {name} are still inside at the end of a "
                "replication: the times of those who left are too favourable"
            )


def _seldom_there(loaded: LoadedClaim, measured: Sequence[Measured]) -> Iterator[str]:
    """Yield in how many replications there is nobody of whom the claim speaks."""
    rows = loaded.measure.rows
    for name, one, row in zip(loaded.names, measured, rows, strict=True):
        column = one.column(row)
        absent = int(np.isnan(column).sum())
        if 0 < absent < len(column):
            yield (
                f"{in_a_sentence(loaded.words.value(row))}, {name}: in {absent} of "
                f"{how_many(len(column), 'replication')} there is nobody to measure, and the mean "
                "is that of the others"
            )


def _hours_cut(loaded: LoadedClaim, scenario: LoadedScenario) -> Iterator[str]:
    """Yield which of the hours that count the measured time holds in part only."""
    for window in loaded.file.hours:
        longest = max(end - start for start, end in arriving_in(scenario, [window]))
        if longest < length_of(window):
            yield (
                f"of {window.words} no more than {longest / 60:.3g} h lie in the measured time: "
                "those who arrive then are measured"
            )


def _equalities(
    loaded: LoadedClaim, measured: Sequence[Measured], confidence: float
) -> Iterator[Equality]:
    """Yield, for each condition and alternative, whether the measure is equal."""
    first, *others = measured
    for condition in loaded.file.equal:
        row = find_row(first.rows, condition.measure)
        free = condition.by
        for way, name, other in zip(loaded.ways[1:], loaded.names[1:], others, strict=True):
            yield Equality.of(
                name,
                row,
                first.column(row),
                other.column(row),
                condition,
                value=None if free is None else str(_value_at(way.data, free.path)),
                confidence=confidence,
            )


def _value_at(node: Any, path: str) -> Any:
    for key in path.split("."):
        node = node[int(key)] if isinstance(node, list) else node[key]
    return node


def _plain(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _plain(value) for key, value in data.items()}
    if isinstance(data, (list, tuple)):
        return [_plain(value) for value in data]
    if isinstance(data, float):
        return data if np.isfinite(data) else None
    return data
