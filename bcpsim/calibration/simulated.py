"""Simulated values for each row of a table: one small simulation after the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.calibration.observations import Place
from bcpsim.calibration.run_tables import tables_of_run
from bcpsim.calibration.study import LoadedCalibration
from bcpsim.engine import replicate_block
from bcpsim.errors import RunError, ScenarioError
from bcpsim.kpi import Meter, Values, find_row, times_of_travellers
from bcpsim.plan import compile_plan
from bcpsim.plan.model import Plan
from bcpsim.plan.records.outcomes import OUTSIDE, Outcome
from bcpsim.sampling import blocks_of

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Simulated:
    """The simulated values of the rows of a place.

    Attributes
    ----------
    each
        For each replication, row and column of the file's `measures`; 0 where nobody was there
        to be measured; shape (replications, rows, columns).
    counts
        Travellers by bin of the file's histogram over all rows, mean over the replications;
        shape (bins,), empty without a histogram.
    """

    each: Floats
    counts: Floats

    @property
    def values(self) -> Floats:
        """Means over the replications, shape (rows, columns)."""
        return np.asarray(self.each.mean(axis=0))


def simulate_rows(
    study: LoadedCalibration, place: Place, values: Mapping[str, float], rows: slice = slice(None)
) -> Simulated:
    """Simulate the rows of a place.

    A simulation's random numbers follow from the file's seed and its number in the place, not
    from the unknowns: two sets of values see the same travellers.

    Parameters
    ----------
    study, place
        A calibration and one of its places.
    values
        The unknowns.
    rows
        Which of the place's rows, in the order of time.

    Raises
    ------
    RunError
        If the scenario can't take the values.
    """
    file = study.file
    mine, number = place.rows[rows], place.simulation[rows]
    simulated = np.zeros((file.replications, len(mine), len(file.measures)))
    counts = np.zeros(len(file.histogram.bins) if file.histogram else 0)
    wanted = {name.partition("/")[0] for name in file.measures.values()}
    for current in np.unique(number).tolist():
        members = np.flatnonzero(number == current)
        first = current * file.replications
        replications = range(first, first + file.replications)
        for plan, numbers in _plans(study, mine[members], values, replications):
            meter = Meter(plan, wanted, by_hour=file.data.hour is not None)
            for some in blocks_of(plan, numbers):
                block, log = replicate_block(plan, file.seed, some, study.lines[mine[members[0]]])
                measured = meter.measure(block, log)
                for column, name in enumerate(file.measures.values()):
                    by_row = _by_row(study, meter, measured, name, mine[members])
                    for replication, value in zip(some, by_row, strict=True):
                        simulated[replication - first, members, column] = np.nan_to_num(value)
                if file.histogram is not None:
                    times = times_of_travellers(plan, block.travellers, log)[file.histogram.measure]
                    gone = ~log.ended_as(Outcome.INSIDE, *OUTSIDE)
                    counts += _binned(study, times[gone & ~np.isnan(times)])
    return Simulated(simulated, counts / file.replications)


def _plans(
    study: LoadedCalibration, rows: Ints, values: Mapping[str, float], replications: range
) -> Iterator[tuple[Plan, range]]:
    """Yield the plans of a simulation of some rows, each with the replications that it is for.

    Raises
    ------
    RunError
        If the scenario can't take the values.
    """
    row = int(rows[0])
    try:
        loaded = study.scenario_for(row, values)
        if not study.file.arithmetic:
            yield compile_plan(loaded), replications
            return
        for k in replications:  # tables differ by the random minutes of services
            tables = {**loaded.tables, **tables_of_run(study, rows.tolist(), values, k)}
            yield compile_plan(loaded.with_known(loaded.scenario, tables)), range(k, k + 1)
    except (ScenarioError, ArithmeticError) as error:
        shown = ", ".join(f"{name} = {value:g}" for name, value in values.items())
        raise RunError(f"{study.lines[row]}, {shown}: {error}") from None


def _by_row(
    study: LoadedCalibration, meter: Meter, measured: Values, name: str, rows: Ints
) -> Floats:
    """Return the values of a measure, shape (replications, rows)."""
    hour = study.file.data.hour
    if hour is None:
        return measured.totals[:, [meter.rows.index(find_row(meter.rows, name))]]
    by_hour = measured.hourly[:, meter.hourly_rows.index(find_row(meter.hourly_rows, name))]
    return np.asarray(by_hour[:, study.columns[hour][rows].astype(np.int64)])


def _binned(study: LoadedCalibration, times: Floats) -> Floats:
    assert study.file.histogram is not None
    ends = [np.inf if bin_.below is None else bin_.below for bin_ in study.file.histogram.bins]
    return np.histogram(times, [-np.inf, *ends[:-1], np.inf])[0].astype(np.float64)
