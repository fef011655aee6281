"""The fewest officers that keep the targets: covering problem, simulation, and cuts between.

The search works from both sides. From above: the square-root rule on the load that
simulation finds where nobody waits gives a first roster that keeps the targets (Jennings,
Mandelbaum, Massey and Whitt, Management Science 42 (1996) 1383-1394); then officers are
removed one by one as long as the targets are kept. From below: a cover that fails, with as
many of its places as possible raised to the most there could be, becomes a cut for the
covering problem, whose optimum is a lower bound (cutting planes by simulation: Atlason,
Epelman and Henderson, Management Science 54 (2008) 295-309; these cuts need no concavity,
only that more officers never harm). Where both sides meet, the roster is the cheapest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.experiments.staffing.covering import Cut, Roster, best_fit, cheapest
from bcpsim.experiments.staffing.duties import Duties, Ints
from bcpsim.experiments.staffing.service import Bench, Service

_SQUARE_ROOT = np.arange(-0.5, 3.01, 0.25)
"""Factors of the square-root rule that are tried."""

_WISHED = (0.0, 0.5, 1.0, 1.5, 2.0)
"""Factors of the square-root rule to which a roster of a given cost is fitted."""

_STEP = 0.005
"""Share of its cost that a roster must be cheaper by to be tried next."""

_FAILURES = 12
"""Fitted rosters that may fail."""

_REPAIRS = 25
"""Most steps in which a cover that fails is raised."""

_HOURS_AT_ONCE = 3
"""Hours for which cuts are made from one roster that fails."""

_TOLERANCE = 1e-6

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Found:
    """What the search found.

    Attributes
    ----------
    counts
        Officers on each duty.
    cost
        What they cost.
    bound
        On these replications no roster that keeps the targets costs less, if more officers
        never harm.
    minimal
        Whether no officer can be spared or have a shorter shift with the same start or end.
    workload
        Officer hours of work in a day, by group, where nobody waits.
    simulated
        Rosters and covers simulated.
    """

    counts: Ints
    cost: float
    bound: float
    minimal: bool
    workload: NDArray[np.float64]
    simulated: int

    @property
    def optimal(self) -> bool:
        """Whether both sides have met."""
        return self.cost <= self.bound + _TOLERANCE


class NoRosterError(Exception):
    """No roster keeps the targets: the service with everybody on duty, if that is why."""

    def __init__(self, service: Service | None) -> None:
        self.service = service


class Search:
    """One search; holds what is known so far.

    Parameters
    ----------
    bench
        Simulates.
    duties, costs
        What rosters are made of, and the cost of an officer on each duty.
    most_simulated
        Bound on the rosters and covers simulated.
    progress
        Called with the number simulated and the bound.
    """

    def __init__(
        self,
        bench: Bench,
        duties: Duties,
        costs: NDArray[np.float64],
        most_simulated: int,
        progress: Progress | None = None,
    ) -> None:
        self._bench = bench
        self._duties = duties
        self._costs = costs
        self._most_simulated = most_simulated
        self._progress = progress
        self._cuts: list[Cut] = []
        self._best: Ints | None = None
        self._minimal = False
        self._bound = 0.0
        # The hour of the day in which each part of the day begins.
        self._hour = (duties.edges[:-1] // 60).astype(np.int64)

    def run(self) -> Found:
        """Search until both sides meet or the bound on simulations is reached.

        Raises
        ------
        NoRosterError
            If no roster keeps the targets.
        """
        [everybody] = self._covers([self._duties.most])
        if not everybody.kept:
            raise NoRosterError(everybody)
        busy = everybody.busy
        try:
            self._from_above(busy)
            self._single_hours(busy)
            self._repair(np.zeros_like(self._duties.most))
            self._from_below()
        except _SpentError:
            pass
        if self._best is None:
            raise NoRosterError(None)
        cost = self._cost(self._best)
        bound = min(self._bound, cost)
        return Found(
            self._best,
            cost,
            bound,
            self._minimal or cost <= bound + _TOLERANCE,
            busy.sum(axis=1),
            self._bench.simulated,
        )

    # --- From above ------------------------------------------------------------------

    def _from_above(self, busy: NDArray[np.float64]) -> None:
        """Find a roster that keeps the targets, and remove officers from it."""
        needs = [
            np.minimum(np.ceil(busy + factor * np.sqrt(busy)), 10_000).astype(np.int64)
            for factor in _SQUARE_ROOT
        ]
        rosters = [
            self._cheapest(np.minimum(need[:, self._hour], self._duties.most)) for need in needs
        ]
        known = {roster.counts.tobytes(): roster.counts for roster in rosters if roster is not None}
        for counts in sorted(known.values(), key=self._cost):
            if self._try(counts):
                break
        if self._best is not None:
            self._squeeze(busy)
            self._trim(self._best)

    def _squeeze(self, busy: NDArray[np.float64]) -> None:
        """Place fewer and fewer officer hours as well as they can be.

        A roster is fitted to the square-root rule with several factors at once; where it fails,
        the hours that fall shortest weigh more.
        """
        unit = float(np.gcd.reduce(np.round(self._costs * 600).astype(np.int64))) / 600
        wishes = [(busy + k * np.sqrt(busy))[:, self._hour] for k in _WISHED]
        weights = np.ones_like(busy)
        failures = 0
        while self._best is not None and failures < _FAILURES:
            counts = best_fit(
                self._duties,
                self._costs,
                self._cost(self._best) - max(unit, _STEP * self._cost(self._best)),
                wishes,
                weights[:, self._hour] * np.diff(self._duties.edges) / 60,
            )
            if counts is None:
                return
            if not self._try(counts):
                failures += 1
                [service] = self._rosters([counts])
                share = busy / np.maximum(busy.max(axis=0), _TOLERANCE)
                short = np.maximum(service.shortfall, 0.0)
                weights *= 1 + share * short / max(float(short.max()), _TOLERANCE)

    def _repair(self, needed: Ints) -> None:
        """Raise a cover where a roster of it fails until one is found that keeps the targets."""
        for _ in range(_REPAIRS):
            roster = self._cheapest(needed)
            if roster is None or not self._cheaper(roster.counts):
                return
            [service] = self._rosters([roster.counts])
            if service.kept:
                self._trim(roster.counts)
                return
            cover = self._duties.cover(roster.counts)
            needed = needed.copy()
            hour = int(np.argmax(service.shortfall))
            parts = self._hour == hour
            load = service.busy[:, hour] / np.maximum(cover[:, parts].min(axis=1), 0.5)
            free = (cover[:, parts] < self._duties.most[:, parts]).any(axis=1)
            if not free.any():
                return
            group = int(np.argmax(np.where(free, load, -1.0)))
            raised = np.maximum(needed[group, parts], cover[group, parts] + 1)
            needed[group, parts] = np.minimum(raised, self._duties.most[group, parts])

    def _trim(self, counts: Ints) -> None:
        """Keep a roster; remove officers or shorten shifts as long as the targets are kept."""
        self._best, self._minimal = counts, False
        while any(self._try(fewer) for fewer in self._fewer(self._best)):
            pass
        self._minimal = True

    def _try(self, counts: Ints) -> bool:
        """Keep a roster if it is cheaper than the best and keeps the targets."""
        if not self._cheaper(counts):
            return False
        [service] = self._rosters([counts])
        if service.kept:
            self._best = counts
        return service.kept

    def _fewer(self, counts: Ints) -> Iterator[Ints]:
        """Yield rosters with one officer less, or one on a cheaper shift, cheapest first."""
        found = []
        for k in np.flatnonzero(counts):
            less = counts.copy()
            less[k] -= 1
            found.append(less)
            for other in self._like(int(k)):
                changed = less.copy()
                changed[other] += 1
                found.append(changed)
        yield from sorted(filter(self._duties.keeps_rules, found), key=self._cost)

    def _like(self, k: int) -> list[int]:
        """Return cheaper duties of the same group that start or end with a duty."""
        duty = self._duties.duties[k]
        return [
            other
            for other, record in enumerate(self._duties.duties)
            if record.group == duty.group
            and self._costs[other] < self._costs[k] - _TOLERANCE
            and (
                record.start == duty.start
                or (record.start + record.length - duty.start - duty.length) % 1440 == 0
            )
        ]

    # --- From below ------------------------------------------------------------------

    def _single_hours(self, busy: NDArray[np.float64]) -> None:
        """Find for each group and hour the level that fails though all else is at its most."""
        most = self._duties.most
        blocks = [
            (group, np.flatnonzero(self._hour == hour))
            for group in range(len(most))
            for hour in np.unique(self._hour)
        ]
        low = dict.fromkeys(range(len(blocks)), -1)  # fails, or is no level
        high = {k: int(most[group, parts].max()) for k, (group, parts) in enumerate(blocks)}  # kept
        guess = {
            k: min(int(np.ceil(busy[group, self._hour[parts[0]]])), high[k]) - 1
            for k, (group, parts) in enumerate(blocks)
        }
        while any(low[k] + 1 < high[k] for k in low):
            open_ = [k for k in low if low[k] + 1 < high[k]]
            covers = []
            for k in open_:
                guess[k] = min(max(guess[k], low[k] + 1), high[k] - 1)
                covers.append(self._with(most, *blocks[k], guess[k]))
            for k, service in zip(open_, self._covers(covers), strict=True):
                if service.kept:
                    high[k] = guess[k]
                else:
                    low[k] = guess[k]
                guess[k] += -1 if service.kept else 1
        for k, (group, parts) in enumerate(blocks):
            if low[k] >= 0:
                self._cut(group, parts, np.minimum(low[k], most[group, parts]))

    def _from_below(self) -> None:
        """Solve, simulate and cut until the cheapest roster keeps the targets."""
        while True:
            roster = self._cheapest()
            if roster is None:
                raise NoRosterError(None) if self._best is None else _SpentError
            self._bound = max(self._bound, roster.bound)
            if self._best is not None and self._cost(self._best) <= self._bound + _TOLERANCE:
                return
            [service] = self._rosters([roster.counts])
            if service.kept:
                self._best = roster.counts
                return
            cover = np.minimum(self._duties.cover(roster.counts), self._duties.most)
            first = len(self._cuts)
            for hour in _apart(service.shortfall):
                self._cut_from(cover, hour)
            needed = np.zeros_like(cover)
            for cut in self._cuts:
                self._need(needed, cut, service.busy)
            self._repair(needed)
            assert len(self._cuts) > first

    def _cut_from(self, cover: Ints, hour: int) -> None:
        """Cut off a cover that fails, after raising what isn't needed to make it fail."""
        most = self._duties.most
        [service] = self._covers([cover])
        places = cover < most
        if not service.kept:
            distance = np.abs((self._hour - hour + 12) % 24 - 12)
            for far in (5, 3, 1):
                cover, places = self._raise(cover, places, places & (distance > far)[None, :])
            near = sorted(np.unique(self._hour[places.any(axis=0)]), key=lambda h: -abs(h - hour))
            for own in near:
                for group in range(len(most)):
                    block = np.zeros_like(places)
                    block[group, self._hour == own] = True
                    cover, places = self._raise(cover, places, places & block)
            # What is left fails: perhaps with one officer more in all places, too.
            while (places & (cover + 1 < most)).any():
                higher = np.where(places & (cover + 1 < most), cover + 1, cover)
                [service] = self._covers([higher])
                if service.kept:
                    break
                cover = higher
        groups, parts = np.nonzero(places)
        self._cuts.append(Cut(groups, parts, cover[groups, parts]))

    def _raise(
        self, cover: Ints, places: NDArray[np.bool_], which: NDArray[np.bool_]
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """Raise some places of a cover that fails to their most, if it still fails then."""
        if not which.any() or (which == places).all():
            return cover, places
        higher = np.where(which, self._duties.most, cover)
        [service] = self._covers([higher])
        return (cover, places) if service.kept else (higher, places & ~which)

    def _need(self, needed: Ints, cut: Cut, busy: NDArray[np.float64]) -> None:
        """Raise a needed cover so that it keeps a cut, in the place that is busiest."""
        if (needed[cut.groups, cut.parts] > cut.levels).any():
            return
        load = busy[cut.groups, self._hour[cut.parts]] / np.maximum(cut.levels, 0.5)
        place = int(np.argmax(load))
        needed[cut.groups[place], cut.parts[place]] = cut.levels[place] + 1

    # --- Helpers ---------------------------------------------------------------------

    def _cut(self, group: int, parts: Ints, levels: Ints) -> None:
        self._cuts.append(Cut(np.full(len(parts), group), parts, levels))

    def _with(self, cover: Ints, group: int, parts: Ints, level: int) -> Ints:
        changed = cover.copy()
        changed[group, parts] = np.minimum(level, cover[group, parts])
        return changed

    def _cheapest(self, needed: Ints | None = None) -> Roster | None:
        return cheapest(self._duties, self._costs, self._cuts, needed)

    def _cost(self, counts: Ints) -> float:
        return float(counts @ self._costs)

    def _cheaper(self, counts: Ints) -> bool:
        return self._best is None or self._cost(counts) < self._cost(self._best) - _TOLERANCE

    def _rosters(self, counts: Sequence[Ints]) -> list[Service]:
        self._report()
        return self._bench.rosters(counts)

    def _covers(self, covers: Sequence[Ints]) -> list[Service]:
        self._report()
        return self._bench.covers(covers)

    def _report(self) -> None:
        if self._progress is not None:
            self._progress(self._bench.simulated, self._most_simulated)
        if self._bench.simulated >= self._most_simulated:
            raise _SpentError


class _SpentError(Exception):
    """As many rosters were simulated as may be."""


def _apart(shortfall: NDArray[np.float64]) -> list[int]:
    """Return the hours that fall shortest, three hours apart from each other."""
    hours: list[int] = []
    for hour in np.argsort(-shortfall, kind="stable").tolist():
        near = any(abs((hour - other + 12) % 24 - 12) < 3 for other in hours)
        if not near and (shortfall[hour] > 0 or not hours) and len(hours) < _HOURS_AT_ONCE:
            hours.append(hour)
    return hours
