"""The result of a run: measures with intervals, and event logs, as tidy tables."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from bcpsim.files.units import how_many
from bcpsim.kpi import Row, unit_in
from bcpsim.plan import Plan
from bcpsim.results import MEASURE_COLUMNS, Replicated, replications_frame
from bcpsim.results.display import Displayed, Pictured
from bcpsim.results.provenance import provenance
from bcpsim.runs.estimates import Weight, estimates, weighs_travellers
from bcpsim.runs.events import Events, joined, names_of, wall_clock
from bcpsim.runs.notes import notes, of_variants
from bcpsim.runs.precision import Stopping
from bcpsim.scenario import LoadedScenario
from bcpsim.stats import Tally, mean_interval

if TYPE_CHECKING:
    import pandas as pd

Record = dict[str, Any]


@dataclass(frozen=True, repr=False)
class VariantResult(Displayed):
    """The values of one variant, one row for each replication.

    Attributes
    ----------
    totals
        Values of `rows`, shape (replications, rows).
    hourly
        Values of `hourly_rows` by hour, shape (replications, hourly rows, hours).
    tally
        Times of all travellers counted, where each of them weighs the same.
    kept
        Events of the replications of which they were kept.
    own_names, own_values
        What a function of the caller said of each replication, shape (replications, names).
    """

    loaded: LoadedScenario
    plan: Plan
    rows: tuple[Row, ...]
    hourly_rows: tuple[Row, ...]
    totals: NDArray[np.float64]
    hourly: NDArray[np.float64]
    tally: Tally | None
    kept: tuple[Events, ...]
    own_names: tuple[str, ...]
    own_values: NDArray[np.float64]

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        return f"Variant {self.name}, {how_many(len(self.totals), 'replication')}"

    @property
    def name(self) -> str:
        """Name of the variant."""
        return self.plan.variant

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """Notes that a reader of the values needs: on queues that grow, and on tables."""
        told = notes(self.plan, self.rows, self.totals, self.hourly_rows, self.hourly)
        return (*told, *self.loaded.told_of_tables)


@dataclass(frozen=True, repr=False)
class Result(Pictured):
    """The result of a run: tidy tables, made when they are asked for.

    Attributes
    ----------
    seed, count
        Seed and number of replications, as run.
    variants
        The values of each variant.
    weight
        What weighs the same in means and percentiles over travellers: each replication, or each
        traveller.
    stopping
        How it ended, if it was run to a precision.
    """

    seed: int
    count: int
    variants: tuple[VariantResult, ...]
    weight: Weight = "replication"
    stopping: Stopping | None = None

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        names = ", ".join(variant.name for variant in self.variants)
        return (
            f"Result of {self.variants[0].plan.name} ({names}): "
            f"{how_many(self.count, 'replication')}, seed {self.seed}"
        )

    @property
    def columns(self) -> tuple[str, ...]:
        """Columns of the table of measures; `weight` only where travellers weigh the same."""
        return MEASURE_COLUMNS if self.weight == "replication" else (*MEASURE_COLUMNS, "weight")

    @cached_property
    def rows(self) -> list[Record]:
        """The table of measures as plain records, with the columns `columns`."""
        records: list[Record] = []
        for variant in self.variants:
            interval = estimates(variant.rows, variant.totals, self.weight, tally=variant.tally)
            columns = (interval.estimate, interval.low, interval.high, interval.replications)
            for row, *numbers in zip(variant.rows, *(c.tolist() for c in columns), strict=True):
                record = _record(variant, row, numbers)
                if self.weight == "traveller":
                    record["weight"] = "traveller" if weighs_travellers(row) else "replication"
                records.append(record)
        return records

    @cached_property
    def measures(self) -> pd.DataFrame:
        """Measures with 95 % intervals, one row each.

        Columns: variant, measure, population, statistic, unit (text); estimate, low, high
        (float, in that unit; nan where there is no value, infinite where the replications don't
        bound it); replications (int). Where each
        traveller weighs the same also weight (text): what does in this row.
        """
        import pandas as pd

        return pd.DataFrame(self.rows, columns=list(self.columns)).astype(
            {"estimate": float, "low": float, "high": float}
        )

    @cached_property
    def hourly(self) -> pd.DataFrame:
        """Measures by local hour with 95 % intervals, one row each.

        Columns: those of `measures`, and hour, the local start of the hour (datetime
        with time zone).
        """
        import pandas as pd

        frames = [_hourly(variant) for variant in self.variants]
        return pd.concat(frames, ignore_index=True)

    @property
    def replicated(self) -> Iterator[Replicated]:
        """Each variant by its name, with its rows and what each replication gave."""
        return ((variant.name, variant.rows, variant.totals) for variant in self.variants)

    @cached_property
    def replications(self) -> pd.DataFrame:
        """The values of each replication, one row for each value.

        Columns: variant (text), replication (int, from 0), measure, population, statistic (text),
        value (float, in the measure's unit; nan where there was nobody to measure).
        """
        return replications_frame(self.replicated)

    @cached_property
    def own(self) -> pd.DataFrame:
        """Measures of the function given as `each`, with 95 % intervals, one row for each name.

        Columns: variant, measure (text: the name), estimate (mean over replications), low, high
        (float), replications (int, those with a value).
        """
        import pandas as pd

        frames = []
        for variant in self.variants:
            interval = mean_interval(variant.own_values)
            columns = {
                name: getattr(interval, name)
                for name in ("estimate", "low", "high", "replications")
            }
            names = {"variant": variant.name, "measure": variant.own_names}
            frames.append(pd.DataFrame({**names, **columns}))
        return pd.concat(frames, ignore_index=True)

    @cached_property
    def own_replications(self) -> pd.DataFrame:
        """The values of `own` in each replication, one row for each value.

        Columns: variant (text), replication (int, from 0), measure (text), value (float).
        """
        import pandas as pd

        return pd.concat(
            [
                pd.DataFrame(
                    {
                        "variant": variant.name,
                        "replication": np.repeat(np.arange(self.count), len(variant.own_names)),
                        "measure": list(variant.own_names) * self.count,
                        "value": variant.own_values.ravel(),
                    }
                )
                for variant in self.variants
            ],
            ignore_index=True,
        )

    @cached_property
    def travellers(self) -> pd.DataFrame:
        """Travellers of the replications kept, one row each.

        Columns: case (text, one for each traveller of each replication), variant, replication,
        traveller (number in order of arrival, members of groups last), source,
        class, occupants, one for each attribute (text, or missing), occupants_with_NAME for what
        some occupants have (how many do), arrival, departure (local
        time; of who gets out of a vehicle, when that was; missing: never, or still inside),
        arrival_min, departure_min (minutes since the start; nan:
        still inside), outcome,
        waiting_min, blocked_min, slot_wait_min, service_min, move_min, processing_min,
        time_in_system_min (nan: still inside). Where groups split also vehicle, the number of the
        vehicle out of which a traveller got (missing: none), and group_wait_min.
        """
        return joined([events.travellers for variant in self.variants for events in variant.kept])

    @cached_property
    def activities(self) -> pd.DataFrame:
        """Activities of the replications kept, one row each, in order of start: an event log.

        Columns: case (that of `travellers`), variant, replication, traveller, class, step, stop,
        lane, activity,
        officer, agency (text), queued (joined the queue of the step), started, ended (local
        time), queued_min, started_min,
        ended_min (the same in minutes since the start; nan: not before the run ended). Parts of an
        activity have rows of their own; a task handed over names the officer who ended it.
        """
        return joined([events.activities for variant in self.variants for events in variant.kept])

    @cached_property
    def queues(self) -> pd.DataFrame:
        """Queue lengths of the replications kept, one row for each change at a stop.

        Columns: variant, replication, stop (text), time_min (minutes since the start),
        time (local), waiting, in_service (vehicles in queues and in lanes just after the change).
        """
        return joined([events.queues for variant in self.variants for events in variant.kept])

    @cached_property
    def notes(self) -> tuple[str, ...]:
        """The notes of each variant; of several, whose they are."""
        return of_variants({variant.name: variant.notes for variant in self.variants})

    @cached_property
    def provenance(self) -> Record:
        """Provenance of the result: scenario, hash, seed, replications, versions."""
        made_from = provenance([variant.loaded for variant in self.variants], self.seed, self.count)
        made_from["weight"] = self.weight
        if self.stopping is not None:
            made_from["precision"] = self.stopping.to_dict()
        return made_from

    def to_dict(self, *, hours: bool = False, values: bool = False) -> Record:
        """Return provenance, measures and notes as plain data for JSON.

        What has no value or no bound becomes null.

        Parameters
        ----------
        hours
            Whether to add `hourly`, with local times in ISO 8601.
        values
            Whether each measure has ``values``, what each replication gave, and
            ``standard_error``, that of their mean: null where travellers weigh the same.
        """
        rows = [{key: _json_number(value) for key, value in row.items()} for row in self.rows]
        if values:
            columns = np.concatenate([variant.totals.T for variant in self.variants])
            for row, column in zip(rows, columns, strict=True):
                alike = row.get("weight") == "traveller"
                row["standard_error"] = None if alike else standard_error(column)
                row["values"] = [_json_number(value) for value in column.tolist()]
        data = {"provenance": self.provenance, "measures": rows, "notes": list(self.notes)}
        if hours:
            data["hourly"] = [
                {str(key): _json_number(value) for key, value in row.items()}
                | {"hour": row["hour"].isoformat()}
                for row in self.hourly.to_dict("records")
            ]
        return data


def _record(variant: VariantResult, row: Row, numbers: Sequence[Any]) -> Record:
    values = (
        variant.name,
        row.measure,
        row.population,
        row.statistic,
        unit_in(row, variant.plan),
        *numbers,
    )
    return dict(zip(MEASURE_COLUMNS, values, strict=True))


def standard_error(values: NDArray[np.float64]) -> float | None:
    """Return the standard error of the mean of those that have a value; None of less than two."""
    present = values[~np.isnan(values)]
    return float(present.std(ddof=1) / math.sqrt(len(present))) if len(present) > 1 else None


def _json_number(value: Any) -> Any:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _hourly(variant: VariantResult) -> pd.DataFrame:
    """Return a variant's measures by hour, row by row of the meter."""
    import pandas as pd

    starts = np.array([start for start, _ in variant.plan.hours])
    rows, n = variant.hourly_rows, len(starts)
    by_row = [estimates([row] * n, variant.hourly[:, k, :]) for k, row in enumerate(rows)]
    row_of = np.repeat(np.arange(len(rows)), n)
    texts = zip(*([row.measure, row.population, row.statistic] for row in rows), strict=True)
    named = dict(zip(("measure", "population", "statistic"), texts, strict=True))
    numbers = ("estimate", "low", "high", "replications")
    return pd.DataFrame(
        {
            "variant": variant.name,
            **{name: names_of(values, row_of) for name, values in named.items()},
            "unit": names_of([unit_in(row, variant.plan) for row in rows], row_of),
            **{
                name: np.concatenate([getattr(interval, name) for interval in by_row])
                for name in numbers
            },
            "hour": wall_clock(variant.plan, np.tile(starts, len(rows))),
        }
    )
