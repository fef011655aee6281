"""The result of a comparison: paired differences with intervals, and which way is best."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.comparisons.equal import Equality
from bcpsim.files.units import how_many
from bcpsim.kpi import Row, find_row, unit_in
from bcpsim.plan import Plan
from bcpsim.results import (
    Replicated,
    replications_frame,
)
from bcpsim.results.display import Pictured
from bcpsim.results.provenance import provenance
from bcpsim.runs.estimates import (
    Weight,
    changes,
    differences,
    has_number,
)
from bcpsim.runs.events import wall_clock
from bcpsim.runs.precision import Stopping
from bcpsim.runs.result import standard_error
from bcpsim.scenario import LoadedScenario
from bcpsim.stats import (
    Selection,
    pairing,
    select_best,
    simultaneous,
)

if TYPE_CHECKING:
    import pandas as pd


COMPARISON_COLUMNS = (
    "baseline",
    "alternative",
    "measure",
    "population",
    "statistic",
    "unit",
    "baseline_mean",
    "alternative_mean",
    "difference",
    "difference_low",
    "difference_high",
    "change",
    "change_low",
    "change_high",
    "correlation",
    "variance_reduction",
    "replications",
)
"""Columns of a table of comparisons."""


Record = dict[str, Any]


@dataclass(frozen=True, repr=False)
class Comparison(Pictured):
    """Alternatives against a baseline: tidy tables, made when they are asked for.

    Attributes
    ----------
    seed, count
        Seed and number of replications, as run.
    confidence
        Confidence of the intervals: those of a row hold for all alternatives together.
    loaded, plans
        The ways of working; the baseline first, named by their variants.
    rows, hourly_rows
        What all of them have.
    totals, hourly
        For each way the values of `rows`, shape (replications, rows), and of `hourly_rows`,
        shape (replications, hourly rows, hours).
    values
        For each way what each replication gave, as `totals`.
    weight
        What weighs the same in means over travellers. Where each traveller does, `totals` hold
        pseudo-values of them (`bcpsim.runs.estimates.per_traveller`); percentiles and
        hours weigh replications all the same.
    judged_by, largest
        The row by which the best is chosen, and whether the largest is best.
    equalities
        What was to be equal, and whether it is.
    warnings
        What a reader must know, such as traffic that isn't the same.
    notes
        Which alternatives make no difference, and why; what makes it depend on how long is
        simulated, and in which ways of working.
    stopping
        How it ended, if it was run to a precision.
    """

    seed: int
    count: int
    confidence: float
    loaded: tuple[LoadedScenario, ...]
    plans: tuple[Plan, ...]
    rows: tuple[Row, ...]
    hourly_rows: tuple[Row, ...]
    totals: tuple[NDArray[np.float64], ...]
    hourly: tuple[NDArray[np.float64], ...]
    values: tuple[NDArray[np.float64], ...]
    weight: Weight
    judged_by: Row
    largest: bool
    equalities: tuple[Equality, ...]
    warnings: tuple[str, ...]
    notes: tuple[str, ...]
    stopping: Stopping | None

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        first, *others = self.names
        return (
            f"Comparison of {', '.join(others)} with {first}: "
            f"{how_many(self.count, 'replication')}, seed {self.seed}"
        )

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the ways of working, the baseline first."""
        return tuple(way.variant for way in self.loaded)

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table; `weight` only where travellers weigh the same."""
        alike = self.weight == "traveller"
        return (*COMPARISON_COLUMNS, "weight") if alike else COMPARISON_COLUMNS

    @cached_property
    def records(self) -> list[Record]:
        """The comparison as plain records, with the columns `columns`."""
        records = [
            record
            for k in range(1, len(self.names))
            for record in self._records(k, self.rows, self.totals[0], self.totals[k])
        ]
        if self.weight == "traveller":
            for record, row in zip(records, self.rows * (len(self.names) - 1), strict=True):
                record["weight"] = "traveller" if has_number(row) else "replication"
        return records

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Each alternative against the baseline, one row for each measure.

        Columns: baseline, alternative (names), measure, population, statistic, unit (text);
        baseline_mean, alternative_mean (over the replications in which both have a value);
        difference, change (of the mean, in per cent of the baseline's), each with low and high
        of its interval (infinite: not bounded by the replications); correlation of the pairs,
        variance_reduction by them; replications (pairs). Where each traveller weighs the same
        also weight (text): what does in this row.
        """
        import pandas as pd

        return pd.DataFrame(self.records, columns=list(self.columns))

    @property
    def replicated(self) -> Iterator[Replicated]:
        """Each way of working by its name, with its rows and what each replication gave."""
        return (
            (name, self.rows, replicated_values)
            for name, replicated_values in zip(self.names, self.values, strict=True)
        )

    @cached_property
    def replications(self) -> pd.DataFrame:
        """The values of each replication, one row for each value.

        Columns: variant (text: the way of working), replication (int, from 0), measure,
        population, statistic (text), value (float, in the measure's unit; nan where there was
        nobody to measure).
        """
        return replications_frame(self.replicated)

    @cached_property
    def measures_by_hour(self) -> pd.DataFrame:
        """The same by local hour, with one column more: hour, its local start."""
        import pandas as pd

        plan = self.plans[0]
        hours = wall_clock(plan, np.array([start for start, _ in plan.hours]))
        size = len(plan.hours)
        records = [
            {**record, "hour": hours[number % size]}
            for k in range(1, len(self.names))
            for number, record in enumerate(
                self._records(
                    k,
                    [row for row in self.hourly_rows for _ in range(size)],
                    *(
                        values.reshape(len(values), -1)
                        for values in (self.hourly[0], self.hourly[k])
                    ),
                )
            )
        ]
        return pd.DataFrame(records, columns=[*COMPARISON_COLUMNS, "hour"])

    def _records(
        self,
        number: int,
        rows: Sequence[Row],
        baseline: NDArray[np.float64],
        alternative: NDArray[np.float64],
    ) -> Iterator[Record]:
        confidence = simultaneous(self.confidence, len(self.names) - 1)
        both = ~(np.isnan(baseline) | np.isnan(alternative))
        count = both.sum(axis=0)
        means = [
            np.where(both, values, 0.0).sum(axis=0) / np.where(count, count, np.nan)
            for values in (baseline, alternative)
        ]
        difference = differences(rows, baseline, alternative, confidence)
        change = changes(baseline, alternative, confidence)
        pairs = pairing(baseline, alternative)
        columns = (
            *means,
            difference.estimate,
            difference.low,
            difference.high,
            change.estimate,
            change.low,
            change.high,
            pairs.correlation,
            pairs.variance_reduction,
            count,
        )
        for row, *numbers in zip(rows, *(column.tolist() for column in columns), strict=True):
            labels = (self.names[0], self.names[number], *self._words(row))
            yield dict(zip(COMPARISON_COLUMNS, (*labels, *numbers), strict=True))

    def _words(self, row: Row) -> tuple[str, str, str, str]:
        return row.measure, row.population, row.statistic, unit_in(row, self.plans[0])

    def best(self, name: str | None = None, *, largest: bool | None = None) -> Selection:
        """Return which way of working is best by a measure, with its probability.

        Parameters
        ----------
        name
            As `bcpsim.kpi.find_row` takes it; None: `judged_by`.
        largest
            Whether the largest mean is best; None: as for `judged_by`.

        Returns
        -------
        Selection
            ``best`` is a place in `names`.
        """
        row = self.judged_by if name is None else find_row(self.rows, name)
        place = self.rows.index(row)
        values = np.stack([totals[:, place] for totals in self.totals], axis=1)
        return select_best(values, largest=self.largest if largest is None else largest)

    @cached_property
    def provenance(self) -> Record:
        """Provenance of the comparison: scenarios, hashes, seed, replications, versions."""
        made_from = provenance(self.loaded, self.seed, self.count)
        made_from["confidence"] = self.confidence
        made_from["weight"] = self.weight
        if self.stopping is not None:
            made_from["precision"] = self.stopping.to_dict()
        return made_from

    def to_dict(self, *, values: bool = False) -> Record:
        """Return everything but the hours as plain data for JSON.

        What has no value or no bound becomes null.

        Parameters
        ----------
        values
            Whether each record has ``baseline_values`` and ``alternative_values``, what each
            replication gave, and ``standard_error``, that of their mean difference: null where
            travellers weigh the same.
        """
        best = self.best()
        records = [_plain(record) for record in self.records]
        for number, record in enumerate(records if values else ()):
            way, column = divmod(number, len(self.rows))
            pair = self.values[0][:, column], self.values[way + 1][:, column]
            record["baseline_values"], record["alternative_values"] = (
                [_finite(value) for value in those.tolist()] for those in pair
            )
            alike = record.get("weight") == "traveller"
            record["standard_error"] = None if alike else standard_error(pair[1] - pair[0])
        return {
            "provenance": self.provenance,
            "best": {
                "measure": str(self.judged_by),
                "largest": self.largest,
                "name": self.names[best.best] if best.best >= 0 else None,
                "probability": _finite(best.probability),
            },
            "equal": [_plain(equality.to_dict()) for equality in self.equalities],
            "warnings": list(self.warnings),
            "notes": list(self.notes),
            "comparison": records,
        }


def _finite(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _plain(record: Mapping[str, Any]) -> Record:
    return {key: _finite(value) for key, value in record.items()}
