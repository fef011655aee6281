"""The fewest officers that keep the targets: covering problem, simulation, and cuts between.

The search works from both sides. From above: the square-root rule on the load that
simulation finds where nobody waits gives a first roster that keeps the targets (Jennings,
Mandelbaum, Massey and Whitt, Management Science 42 (1996) 1383-1394); then officers are
removed one by one as long as the targets are kept. From below: a cover that fails, with as
many of its places as possible raised to the most there could be, becomes a cut for the
covering problem, whose optimum is a lower bound (cutting planes by simulation: Atlason,
Epelman and Henderson, Management Science 54 (2008) 295-309; these cuts need no concavity,
only that more officers never harm). Where both sides meet, the roster is the cheapest.

A roster is certified if the targets are kept with confidence on the replications on which rosters
are compared, and is enough by the estimates if these alone reach the targets. First a certified
roster is found from above; then the bound is raised by what isn't enough by the estimates, and then
by what can't be certified. What lies between the two is what more replications could still save.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bcpsim.staffing.covering import Cut, Roster, best_fit, cheapest
from bcpsim.staffing.duties import Duties, Ints
from bcpsim.staffing.service import Bench, Service

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


@dataclass(frozen=True, slots=True)
class State:
    """The state of a search that runs.

    Attributes
    ----------
    simulated, most
        Rosters and covers simulated, and the most there will be.
    best
        The certified roster that costs least so far; None: there is none yet.
    cost
        What it costs.
    bound
        Nothing that costs less is enough by the estimates; 0: not known.
    failed
        Service of the roster that failed last; None: none has.
    """

    simulated: int
    most: int
    best: Ints | None
    cost: float
    bound: float
    failed: Service | None


Tell = Callable[[State], None]


@dataclass(frozen=True, slots=True)
class Found:
    """The roster that a search found, and what is known of cheaper ones.

    Attributes
    ----------
    counts
        Officers on each duty, certified.
    cost
        What they cost.
    certified_bound
        No roster that costs less can be certified on these replications, if more officers never
        harm.
    enough
        Cost of the cheapest roster found that is enough by the estimates.
    bound
        No roster that costs less is enough by the estimates, if more officers never harm.
    minimal
        Whether no officer can be spared or have a shorter shift with the same start or end.
    workload
        Officer hours of work in a cycle, by group, where nobody waits.
    simulated
        Rosters and covers simulated.
    replications
        Replications that the roster took.
    """

    counts: Ints
    cost: float
    certified_bound: float
    enough: float
    bound: float
    minimal: bool
    workload: NDArray[np.float64]
    simulated: int
    replications: int

    @property
    def optimal(self) -> bool:
        """True if no cheaper roster is enough by the estimates."""
        return self.cost <= self.bound + _TOLERANCE

    @property
    def best_certified(self) -> bool:
        """True if no cheaper roster can be certified on these replications."""
        return self.cost <= self.certified_bound + _TOLERANCE


class NoRosterError(Exception):
    """No roster was found that keeps the targets.

    Attributes
    ----------
    everybody
        Service with everybody on duty.
    nearest
        Service of the roster that failed by least; None: none was simulated.
    """

    def __init__(self, everybody: Service, nearest: Service | None = None) -> None:
        self.everybody = everybody
        self.nearest = nearest


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
    tell
        Called after each step with how far the search is.
    """

    def __init__(
        self,
        bench: Bench,
        duties: Duties,
        costs: NDArray[np.float64],
        most_simulated: int,
        tell: Tell,
    ) -> None:
        self._bench = bench
        self._duties = duties
        self._costs = costs
        self._most_simulated = most_simulated
        self._spent_at = most_simulated
        self._tell = tell
        self._failed: Service | None = None
        self._nearest: Service | None = None
        self._cuts: list[Cut] = []
        self._best: dict[bool, Ints] = {}  # certified, and enough by the estimates
        self._bound = {True: 0.0, False: 0.0}
        self._minimal = False

    def run(self) -> Found:
        """Search until both sides meet or the bound on simulations is reached.

        Raises
        ------
        NoRosterError
            If no roster keeps the targets.
        """
        self._report()
        [everybody] = self._covers([self._duties.most])
        if not everybody.kept():
            raise NoRosterError(everybody)
        busy = everybody.busy
        for step in (self._from_above, self._from_below_by_estimates, self._from_below_certified):
            with contextlib.suppress(_SpentError):
                step(busy)
        if True not in self._best:
            raise NoRosterError(everybody, self._nearest)
        counts = self._best[True]
        cost = self._cost(counts)
        enough = self._cost(self._best[False])
        bound = min(self._bound[False], enough)
        certified = min(max(self._bound[True], bound), cost)
        [service] = self._bench.rosters([counts])
        minimal = self._minimal or cost <= certified + _TOLERANCE
        return Found(
            counts,
            cost,
            certified,
            enough,
            bound,
            minimal,
            busy[: len(self._duties.groups)].sum(axis=1),
            self._bench.simulated,
            service.replications,
        )

    def _from_below_by_estimates(self, busy: NDArray[np.float64]) -> None:
        # What is certified in the end has to have its part of the rosters, too.
        self._spent_at = (self._bench.simulated + self._most_simulated) // 2
        self._from_below(busy, certified=False)

    def _from_below_certified(self, busy: NDArray[np.float64]) -> None:
        self._spent_at = self._most_simulated
        self._from_below(busy, certified=True)

    # --- From above ------------------------------------------------------------------

    def _from_above(self, busy: NDArray[np.float64]) -> None:
        """Find a roster that keeps the targets, and remove officers from it."""
        most, lanes = self._duties.most, len(self._duties.groups)
        needs = [
            np.clip(np.ceil(busy + factor * np.sqrt(busy)), 0, 10_000) for factor in _SQUARE_ROOT
        ]
        covers = [np.minimum(self._duties.by_slot(need).astype(np.int64), most) for need in needs]
        for cover in covers:
            cover[lanes:] = most[lanes:]  # first who works there, then how many are needed
        rosters = [self._cheapest(cover) for cover in covers]
        known = {roster.counts.tobytes(): roster.counts for roster in rosters if roster is not None}
        for counts in sorted(known.values(), key=self._cost):
            if self._try(counts):
                break
        if True in self._best:
            self._squeeze(busy)
            self._trim()
        self._repair(np.zeros_like(self._duties.most), certified=True)

    def _squeeze(self, busy: NDArray[np.float64]) -> None:
        """Place fewer and fewer officer hours as well as they can be.

        A roster is fitted to the square-root rule with several factors at once; where it fails,
        the hours that fall shortest weigh more.
        """
        unit = float(np.gcd.reduce(np.round(self._costs * 600).astype(np.int64))) / 600
        wishes = [busy + k * np.sqrt(busy) for k in _WISHED]
        weights = np.ones_like(busy)
        failures = 0
        while failures < _FAILURES:
            cost = self._cost(self._best[True])
            most_cost = cost - max(unit, _STEP * cost)
            counts = best_fit(self._duties, self._costs, most_cost, wishes, weights)
            if counts is None:
                return
            if not self._try(counts):
                failures += 1
                [service] = self._rosters([counts])
                share = busy / np.maximum(busy.max(axis=0), _TOLERANCE)
                short = np.maximum(service.shortfall(), 0.0)
                weights *= 1 + share * short / max(float(short.max()), _TOLERANCE)

    def _repair(self, needed: Ints, *, certified: bool) -> None:
        """Raise a cover where a roster of it fails until one is found that keeps the targets."""
        most = self._duties.most
        for _ in range(_REPAIRS):
            roster = self._cheapest(needed)
            if roster is None or not self._cheaper(roster.counts, certified):
                return
            [service] = self._rosters([roster.counts])
            if service.kept(certified):
                if certified:
                    self._trim()
                return
            cover = self._duties.cover(roster.counts)
            hour = int(np.argmax(service.shortfall(certified)))
            # Raised where the load is largest, at the hour or, if that can't be, the nearest one
            # at which it can: who waits then may have waited since.
            away = np.where(cover < most, self._duties.hours_apart(hour), 24 * self._duties.days)
            if away.min() >= 24 * self._duties.days:
                return
            load = self._duties.by_slot(service.busy) / np.maximum(cover, 0.5)
            group, slot = np.unravel_index(
                np.argmax(np.where(away == away.min(), load, -1.0)), away.shape
            )
            needed = needed.copy()
            needed[group, slot] = max(needed[group, slot], cover[group, slot] + 1)

    def _trim(self) -> None:
        """Remove officers or shorten shifts as long as the targets are kept."""
        self._minimal = False
        while any(self._try(fewer) for fewer in self._fewer(self._best[True])):
            pass
        self._minimal = True

    def _try(self, counts: Ints) -> bool:
        """Simulate a roster if it is cheaper than the best; return whether it is certified."""
        if not self._cheaper(counts, certified=True):
            return False
        [service] = self._rosters([counts])
        return service.kept()

    def _fewer(self, counts: Ints) -> Iterator[Ints]:
        """Yield rosters with one officer less, or one on a cheaper shift, cheapest first."""
        rosters = []
        for k in np.flatnonzero(counts):
            less = counts.copy()
            less[k] -= 1
            rosters.append(less)
            for other in self._like(int(k)):
                changed = less.copy()
                changed[other] += 1
                rosters.append(changed)
        yield from sorted(filter(self._duties.keeps_rules, rosters), key=self._cost)

    def _like(self, k: int) -> list[int]:
        """Return cheaper duties of the same group that start or end with a duty."""
        duty = self._duties.duties[k]
        return [
            other
            for other, record in enumerate(self._duties.duties)
            if record.group == duty.group
            and self._costs[other] < self._costs[k] - _TOLERANCE
            and record.days == duty.days
            and (
                record.start == duty.start
                or (record.start + record.length - duty.start - duty.length) % 1440 == 0
            )
        ]

    # --- From below ------------------------------------------------------------------

    def _single_slots(self, busy: NDArray[np.float64], *, certified: bool) -> None:
        """Find for each group and slot the level that fails though all else is at its most."""
        most = self._duties.most
        load = np.ceil(self._duties.by_slot(busy)).astype(np.int64)
        places = [(int(group), int(slot)) for group, slot in np.argwhere(most > 0)]
        low = {place: int(self._duties.fewest[place[0]]) - 1 for place in places}
        high = {place: int(most[place]) for place in places}  # kept
        guess = {place: min(int(load[place]), high[place]) - 1 for place in places}
        while open_ := [place for place in places if low[place] + 1 < high[place]]:
            covers = []
            for place in open_:
                guess[place] = min(max(guess[place], low[place] + 1), high[place] - 1)
                cover = most.copy()
                cover[place] = guess[place]
                covers.append(cover)
            for place, service in zip(open_, self._covers(covers), strict=True):
                kept = service.kept(certified)
                (high if kept else low)[place] = guess[place]
                guess[place] += -1 if kept else 1
        for (group, slot), level in low.items():
            if level >= 0:
                self._cuts.append(Cut(np.array([group]), np.array([slot]), np.array([level])))

    def _from_below(self, busy: NDArray[np.float64], *, certified: bool) -> None:
        """Solve, simulate and cut until the cheapest roster keeps the targets."""
        self._single_slots(busy, certified=certified)
        while True:
            roster = self._cheapest()
            if roster is None:
                return
            self._bound[certified] = max(self._bound[certified], roster.bound)
            if not self._cheaper(roster.counts, certified):
                return
            [service] = self._rosters([roster.counts])
            if service.kept(certified):
                return
            cover = np.minimum(self._duties.cover(roster.counts), self._duties.most)
            for hour in _apart(service.shortfall(certified)):
                self._cut_from(cover, hour, certified=certified)
            needed = np.zeros_like(cover)
            for cut in self._cuts:
                self._need(needed, cut, service.busy)
            self._repair(needed, certified=certified)

    def _cut_from(self, cover: Ints, hour: int, *, certified: bool) -> None:
        """Cut off a cover that fails, after raising what isn't needed to make it fail."""
        most = self._duties.most
        [service] = self._covers([cover])
        places = cover < most
        if not service.kept(certified):
            away = self._duties.hours_apart(hour)
            for far in (5, 3, 1):
                which = places & (away > far)
                cover, places = self._raise(cover, places, which, certified=certified)
            near = sorted(np.argwhere(places).tolist(), key=lambda place: -away[tuple(place)])
            for group, slot in near:
                which = np.zeros_like(places)
                which[group, slot] = True
                cover, places = self._raise(cover, places, which, certified=certified)
            # What is left fails: perhaps with one officer more in all places, too.
            while (places & (cover + 1 < most)).any():
                higher = np.where(places & (cover + 1 < most), cover + 1, cover)
                [service] = self._covers([higher])
                if service.kept(certified):
                    break
                cover = higher
        groups, slots = np.nonzero(places)
        self._cuts.append(Cut(groups, slots, cover[groups, slots]))

    def _raise(
        self,
        cover: Ints,
        places: NDArray[np.bool_],
        which: NDArray[np.bool_],
        *,
        certified: bool,
    ) -> tuple[Ints, NDArray[np.bool_]]:
        """Raise some places of a cover that fails to their most, if it still fails then."""
        if not which.any() or (which == places).all():
            return cover, places
        higher = np.where(which, self._duties.most, cover)
        [service] = self._covers([higher])
        return (cover, places) if service.kept(certified) else (higher, places & ~which)

    def _need(self, needed: Ints, cut: Cut, busy: NDArray[np.float64]) -> None:
        """Raise a needed cover so that it keeps a cut, in the place that is busiest."""
        if (needed[cut.groups, cut.slots] > cut.levels).any():
            return
        load = self._duties.by_slot(busy)[cut.groups, cut.slots] / np.maximum(cut.levels, 0.5)
        place = int(np.argmax(load))
        needed[cut.groups[place], cut.slots[place]] = cut.levels[place] + 1

    # --- Helpers ---------------------------------------------------------------------

    def _cheapest(self, needed: Ints | None = None) -> Roster | None:
        return cheapest(self._duties, self._costs, self._cuts, needed)

    def _cost(self, counts: Ints) -> float:
        return float(counts @ self._costs)

    def _cheaper(self, counts: Ints, certified: bool) -> bool:
        best = self._best.get(certified)
        return best is None or self._cost(counts) < self._cost(best) - _TOLERANCE

    def _rosters(self, rosters: Sequence[Ints]) -> list[Service]:
        """Simulate rosters, and keep those that are better than the best."""
        self._check_spent()
        services = self._bench.rosters(rosters)
        for counts, service in zip(rosters, services, strict=True):
            for certified in (True, False):
                if service.kept(certified) and self._cheaper(counts, certified):
                    self._best[certified] = counts
            if not service.kept():
                self._failed = service
                if self._nearest is None or _worst(service) < _worst(self._nearest):
                    self._nearest = service
        self._report()
        return services

    def _covers(self, covers: Sequence[Ints]) -> list[Service]:
        self._check_spent()
        services = self._bench.covers(covers)
        self._report()
        return services

    def _report(self) -> None:
        best = self._best.get(True)
        self._tell(
            State(
                self._bench.simulated,
                self._most_simulated,
                best,
                0.0 if best is None else self._cost(best),
                self._bound[False],
                self._failed,
            )
        )

    def _check_spent(self) -> None:
        if self._bench.simulated >= self._spent_at:
            raise _SpentError


class _SpentError(Exception):
    """As many rosters were simulated as may be."""


def _worst(service: Service) -> float:
    return float(service.short_low.max())


def _apart(shortfall: NDArray[np.float64]) -> list[int]:
    """Return the hours that fall shortest, three hours apart from each other."""
    hours: list[int] = []
    size = len(shortfall)
    for hour in np.argsort(-shortfall, kind="stable").tolist():
        near = any(abs((hour - other + size // 2) % size - size // 2) < 3 for other in hours)
        if not near and (shortfall[hour] > 0 or not hours) and len(hours) < _HOURS_AT_ONCE:
            hours.append(hour)
    return hours
