"""What hangs on the plan alone of what is measured: populations, groups and edges of time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from bcpsim.kpi.aspects import Aspect, aspects_of
from bcpsim.kpi.changes import Changes
from bcpsim.kpi.finds import Check, checks_of
from bcpsim.kpi.roster import Roster
from bcpsim.plan.circles import circles
from bcpsim.plan.model import Plan
from bcpsim.plan.records.costs import PAYERS
from bcpsim.plan.records.disturbances import Gate
from bcpsim.plan.records.workflow import GroupWait
from bcpsim.plan.windows import Windows
from bcpsim.sampling import Circumstances
from bcpsim.sampling.ticks import microseconds, stretches
from bcpsim.sampling.work import Alteration, alterations

Ints = NDArray[np.int64]


class Kind(Enum):
    """Kinds of populations, by the names that they have in rows."""

    PEOPLE = ("all", "class=NAME")
    STOPS = ("stop=NAME",)
    ASPECTS = ("vehicles", "persons", "attribute=NAME:VALUE", "service=NAME:TIME")
    """Who is alike in something else than the class; see `aspects`."""
    OCCUPANTS = ("occupants=NAME",)
    """Persons in vehicles who have what some occupants do."""
    STOP_CLASSES = ("stop=NAME class=NAME",)
    INTERVALS = ("interval=NAME",)
    """Those who had both moments of an interval that the scenario names."""
    INTERVAL_CLASSES = ("interval=NAME class=NAME",)
    CROSSINGS = ("crossing=NAME",)
    """Those who go to each crossing of a region."""
    AREAS = ("area=NAME",)
    EQUIPMENT = ("equipment=NAME",)
    DISTURBANCES = ("disturbance=NAME",)
    CIRCLE = ("all", "stop=NAME")
    """The border, and the stops that may block one another."""
    STAFF = ("all", "agency=NAME")
    """All officers, and those of each agency; of what is paid, also those that agreed to pay."""
    TEAMS = ("agency=NAME", "crossing=NAME", "officers=NAME")
    """Those of each agency, of each crossing of a region (but who work at several), each group."""
    TRUTHS = ("all", "truth=NAME")
    FINDERS = ("truth=NAME activity=NAME", "truth=NAME agency=NAME")
    """Each check that finds a truth, and each agency that has such checks."""
    CHECKS = ("activity=NAME",)
    CASES = ("all", "case=NAME")
    HANDLERS = ("case=NAME agency=NAME",)
    """Each kind of case, by each agency that may handle it."""
    HANDOVERS = ("case=NAME from=NAME to=NAME",)
    """Each kind of case, by whose check opens it and who begins to handle it."""
    INVESTIGATIONS = ("all", "investigation=NAME")
    DOCUMENTS = ("all", "document=NAME")
    OFFICES = ("office=NAME",)
    REFERRALS = ("all", "referral=NAME")
    PAYERS = ("all", "payer=NAME")
    """The border, and who pays: agencies, travellers, carriers."""


@dataclass(frozen=True, slots=True)
class Population:
    """A population: its kind, its number among those of the kind (-1: all), and its name."""

    kind: Kind
    number: int
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Laid:
    """The place of a part's values among the values of a plan.

    Attributes
    ----------
    kind
        Of which populations.
    numbers
        Of those that have them.
    statistics
        Which there are.
    places
        Where each value goes, shape (populations, statistics).
    low, high
        The groups of travellers or of visits that make up each population: from one to before
        another, as `Layout.groups_of` numbers them.
    """

    kind: Kind
    numbers: tuple[int, ...]
    statistics: tuple[str, ...]
    places: Ints
    low: Ints
    high: Ints

    def added(self, by_group: Ints) -> Ints:
        """Return the sums over the groups of each population, along the second axis."""
        rows, groups, *rest = by_group.shape
        before = np.zeros((rows, groups + 1, *rest), dtype=np.int64)
        np.cumsum(by_group, axis=1, out=before[:, 1:])
        found: Ints = before[:, self.high] - before[:, self.low]
        return found


class Layout:
    """What is measured of one plan, laid once for all its replications.

    Times are whole microseconds since the start.

    Attributes
    ----------
    plan
        The compiled scenario.
    classes
        Numbers of the classes that may arrive, empty if it is one only.
    groups
        Number of classes, by which travellers are grouped; visits are by stop and class.
    warm_up, horizon, end
        The measured time, and the end of the run.
    counting
        Starts and ends, in turn, of when those come who count; None: in all the measured time.
    edges
        Of the hours.
    stops
        The stop of each step.
    areas
        The waiting area of the stop of each step, -1: none.
    places_of_steps
        The number of places there, -1: as many as come.
    places
        The number of places of each waiting area, -1: as many as come.
    steps
        The steps at each stop.
    teams
        Officers' populations: names and the numbers of their groups.
    """

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        arriving = sorted(
            {number for source in plan.sources for number, share in source.classes if share}
            | {
                number
                for step in plan.steps
                if step.split is not None
                for number, share in step.split.classes
                if share
            }
        )
        self.arriving = arriving
        self.classes = arriving if len(arriving) > 1 else []
        self.groups = len(plan.classes)
        self.warm_up, self.horizon, self.end = (
            microseconds(minutes) for minutes in (plan.warm_up, plan.horizon, plan.end)
        )
        self.counting = None
        if plan.counting is not None:
            times = [microseconds(minutes) for window in plan.counting for minutes in window]
            self.counting = np.array(times, dtype=np.int64)
        minutes = (plan.hours[0][0], *(end for _, end in plan.hours))
        self.edges = np.array([microseconds(edge) for edge in minutes], dtype=np.int64)
        self.stops = np.array([step.stop for step in plan.steps], dtype=np.int64)
        self.areas = np.array([plan.stops[step.stop].area for step in plan.steps], dtype=np.int64)
        places = [-1 if area.places is None else area.places for area in plan.areas]
        self.places = np.array(places, dtype=np.int64)
        self.places_of_steps = np.array([*places, -1], dtype=np.int64)[self.areas]
        self.steps = [np.flatnonzero(self.stops == k).tolist() for k in range(len(plan.stops))]
        agencies = (
            (f"agency={name}", [k for k, group in enumerate(plan.groups) if group.agency == number])
            for number, name in enumerate(plan.agencies)
        )
        own = ((f"officers={group.name}", [k]) for k, group in enumerate(plan.groups))
        at = (
            (f"crossing={one.name}", [k for k, g in enumerate(plan.groups) if one.has(g.stops)])
            for one in plan.crossings
        )
        self.teams = [team for team in (*agencies, *at, *own) if team[1]]
        self._roster: Roster | None = None

    # ---- what there is at the border ---------------------------------------------------------

    @property
    def window(self) -> int:
        """Length of the measured time."""
        return self.horizon - self.warm_up

    @property
    def hours(self) -> float:
        """Hours of the measured time."""
        return (self.plan.horizon - self.plan.warm_up) / 60

    @cached_property
    def has_deadlines(self) -> bool:
        """Whether travellers leave at a deadline."""
        return any(source.deadlines for source in self.plan.sources)

    @cached_property
    def tries_patience(self) -> bool:
        """Whether travellers lose patience in a queue."""
        return any(stop.patience for stop in self.plan.stops)

    @cached_property
    def gives_up(self) -> bool:
        """Whether travellers leave unchecked: at a deadline, impatient, or sent away."""
        return self.has_deadlines or self.tries_patience or self.clears

    @cached_property
    def deters(self) -> bool:
        """Whether travellers turn back at the sight of a queue."""
        return any(stop.deters for stop in self.plan.stops)

    @cached_property
    def aspects(self) -> tuple[Aspect, ...]:
        """In what travellers differ beside their class."""
        return aspects_of(self.plan)

    @cached_property
    def has_full_areas(self) -> bool:
        """Whether a waiting area has a number of places."""
        return any(area.places is not None for area in self.plan.areas)

    @cached_property
    def waits_in_lanes(self) -> bool:
        """Whether travellers may wait in a lane: between two officers, or for a place ahead."""
        return self.has_full_areas or any(
            len(step.stages) > 1 or step.stages[0].apart for step in self.plan.steps
        )

    @cached_property
    def turns_away(self) -> bool:
        """Whether travellers are turned away: by a full waiting area, or as it is closed."""
        away = any(stop.turn_away and stop.area >= 0 for stop in self.plan.stops)
        back = any(one.gate is Gate.TURN_BACK for one in self.plan.disturbances)
        openings = (self.plan.opening, *(crossing.opening for crossing in self.plan.crossings))
        closed = any(one is not None and one.turned_back for one in openings)
        return back or closed or (away and self.has_full_areas)

    @cached_property
    def diverts(self) -> bool:
        """Whether a disturbance diverts those who arrive."""
        return any(one.gate is Gate.DIVERT for one in self.plan.disturbances)

    @cached_property
    def clears(self) -> bool:
        """Whether a disturbance sends away those who wait."""
        return any(one.clears for one in self.plan.disturbances)

    @cached_property
    def has_backlog(self) -> bool:
        """Whether travellers wait already at the start."""
        return any(source.waiting is not None for source in self.plan.sources)

    @cached_property
    def is_hold(self) -> NDArray[np.bool_]:
        """For each step, whether travellers are held there while nobody of the border works."""
        plan = self.plan
        work = (
            [part for task in step.tasks for part in plan.tasks[task].work] for step in plan.steps
        )
        return np.array(
            [any(plan.activities[part.activity].hold for part in parts) for parts in work],
            dtype=bool,
        )

    @cached_property
    def has_slots(self) -> bool:
        """Whether travellers book slots."""
        return any(source.slots is not None for source in self.plan.sources)

    @cached_property
    def waits_after(self) -> NDArray[np.bool_]:
        """Whether a vehicle waits in the lane for those who got out, at each step."""
        return np.array([step.wait is GroupWait.AFTER for step in self.plan.steps], dtype=bool)

    @cached_property
    def open_time(self) -> Ints:
        """How long the lanes of each stop are open in the measured time, all together."""
        found = np.zeros(len(self.plan.stops), dtype=np.int64)
        for lane in self.plan.lanes:
            for start, end in lane.windows:
                until = min(microseconds(end), self.horizon)
                found[lane.stop] += max(until - max(microseconds(start), self.warm_up), 0)
        return found

    @cached_property
    def targets(self) -> dict[str, str]:
        """The measure of each target of a class that arrives, by its statistic."""
        return {
            target.statistic: target.measure
            for k in self.arriving
            for target in self.plan.classes[k].targets
        }

    @cached_property
    def circle(self) -> list[int]:
        """The stops that may block one another for ever."""
        return sorted(number for one in circles(self.plan) for number in one)

    @cached_property
    def agencies(self) -> list[int]:
        """Numbers of the agencies that have officers."""
        return sorted({group.agency for group in self.plan.groups})

    @cached_property
    def paying(self) -> list[int]:
        """Numbers of the agencies that have officers, or agreed to pay for lanes or equipment.

        All, where none has officers and nothing is agreed of something that has a price.
        """
        costs = self.plan.costs
        upkeep = [price for price in (*costs.lanes, *costs.equipment) if price is not None]
        agreed = {agency for price in upkeep for agency, _ in price.borne}
        if not self.agencies and not all(price.borne for price in upkeep):
            return list(range(len(self.plan.agencies)))
        return sorted({*self.agencies, *agreed})

    @cached_property
    def groups_of_teams(self) -> Ints:
        """Which groups of officers each team consists of: 1 or 0, shape (teams, groups)."""
        found = np.zeros((len(self.teams), len(self.plan.groups)), dtype=np.int64)
        for number, (_, groups) in enumerate(self.teams):
            found[number, groups] = 1
        return found

    @cached_property
    def changes(self) -> Changes:
        """The changes that are followed in a sweep over time."""
        return Changes(self)

    @cached_property
    def group_of_officer(self) -> Ints:
        """The group of each officer."""
        return np.array([officer.group for officer in self.plan.officers], dtype=np.int64)

    @cached_property
    def agency_of_officer(self) -> Ints:
        """The agency of each officer; of nobody (-1) too, which is the last."""
        agencies = [self.plan.groups[officer.group].agency for officer in self.plan.officers]
        return np.array([*agencies, -1], dtype=np.int64)

    @cached_property
    def alterations(self) -> tuple[Alteration, ...]:
        """The activities of tasks that disturbances change, as the rows of a log are."""
        return tuple(alterations(self.plan))

    @cached_property
    def checks(self) -> tuple[Check, ...]:
        """The checks that find something."""
        return tuple(checks_of(self.plan))

    @cached_property
    def names_of_checks(self) -> tuple[str, ...]:
        """The activities that find something, by name."""
        return tuple(dict.fromkeys(check.name for check in self.checks))

    @cached_property
    def finders(self) -> tuple[tuple[int, tuple[int, ...], str], ...]:
        """Who finds what: the truth's number, what finds it, and a name for that.

        An activity consists of checks; an agency has the number -1 - agency instead.
        """
        found = []
        for number, truth in enumerate(self.plan.truths):
            able = [
                (place, check) for place, check in enumerate(self.checks) if truth in check.truths
            ]
            for name in dict.fromkeys(check.name for _, check in able):
                places = tuple(place for place, check in able if check.name == name)
                found.append((number, places, f"activity={name}"))
            groups = {g for _, check in able for g in self.plan.tasks[check.task].groups}
            for agency in sorted({self.plan.groups[g].agency for g in groups}):
                found.append((number, (-1 - agency,), f"agency={self.plan.agencies[agency]}"))
        return tuple(found)

    @cached_property
    def handlers(self) -> tuple[tuple[int, int], ...]:
        """Which kinds of case are handled by which agency: numbers of both."""
        tasks, groups = self.plan.tasks, self.plan.groups
        staying = {
            task
            for step in self.plan.steps
            for stage in step.stages
            if stage.hands_over
            for task in stage.tasks
        }
        return tuple(
            (number, agency)
            for number, case in enumerate(self.plan.cases)
            for agency in sorted(
                {
                    groups[g].agency
                    for task in {*case.handled_in, *(staying & {*case.opened_in})}
                    for g in tasks[task].groups
                }
            )
        )

    @cached_property
    def handovers(self) -> tuple[tuple[int, int, int], ...]:
        """Each kind of case with whose check may open it and who may handle it: numbers of all."""

        def agencies(tasks: Sequence[int]) -> list[int]:
            groups = {group for task in tasks for group in self.plan.tasks[task].groups}
            return sorted({self.plan.groups[group].agency for group in groups})

        return tuple(
            (number, opener, handler)
            for number, case in enumerate(self.plan.cases)
            for opener in agencies(case.opened_in)
            for handler in agencies(case.handled_in)
        )

    @cached_property
    def referrals(self) -> tuple[int, ...]:
        """The attributes that are referrals on which the way of working hangs."""
        plan = self.plan
        conditions = [task.condition for task in plan.tasks]
        conditions += [route.condition for route in plan.entry]
        conditions += [route.condition for step in plan.steps for route in step.routes]
        conditions += [condition for own in plan.attributes for condition, _ in own.cases]
        used = {number for one in conditions if one is not None for number, _ in one.attributes}
        return tuple(k for k, own in enumerate(plan.attributes) if own.referral and k in used)

    @cached_property
    def rosters_differ(self) -> bool:
        """Whether who is on duty differs between replications."""
        return any(group.absence for group in self.plan.groups) or any(
            (one.on_duty or one.reserve) and (one.every or one.trigger)
            for one in self.plan.disturbances
        )

    def measured(self, windows: Windows) -> Ints:
        """Return the starts and ends of stretches of time, as far as they are measured.

        Shape (stretches, 2).
        """
        return stretches(windows).clip(self.warm_up, self.horizon)

    def roster(self, circumstances: Sequence[Circumstances]) -> Roster:
        """Return who is on duty in some replications, kept where nobody is ever absent."""
        kept = self._roster
        if kept is None or self.rosters_differ or len(kept.duty) != len(circumstances):
            self._roster = kept = Roster(
                self.plan, circumstances, self.edges, self.warm_up, self.horizon
            )
        return kept

    # ---- populations -------------------------------------------------------------------------

    def populations(self) -> Iterator[Population]:
        """Yield all populations in the order of the rows of tables."""
        plan = self.plan
        yield Population(Kind.PEOPLE, -1, "all")
        for k in self.classes:
            yield Population(Kind.PEOPLE, k, f"class={plan.classes[k].name}")
        names = [name for aspect in self.aspects for name, _ in aspect.populations]
        for number, name in enumerate(names):
            yield Population(Kind.ASPECTS, number, name)
        for number, attribute in enumerate(plan.of_occupants):
            name = f"occupants={plan.attributes[attribute].name}"
            yield Population(Kind.OCCUPANTS, number, name)
        for number, interval in enumerate(plan.intervals):
            yield Population(Kind.INTERVALS, number, f"interval={interval.name}")
            for k in self.classes:
                name = f"interval={interval.name} class={plan.classes[k].name}"
                yield Population(Kind.INTERVAL_CLASSES, number * self.groups + k, name)
        for number, crossing in enumerate(plan.crossings):
            yield Population(Kind.CROSSINGS, number, f"crossing={crossing.name}")
        for number, stop in enumerate(plan.stops):
            yield Population(Kind.STOPS, number, f"stop={stop.name}")
            for k in self.classes:
                name = f"stop={stop.name} class={plan.classes[k].name}"
                yield Population(Kind.STOP_CLASSES, number * self.groups + k, name)
        for number, area in enumerate(plan.areas):
            yield Population(Kind.AREAS, number, f"area={area.name}")
        for number, kind in enumerate(plan.equipment):
            yield Population(Kind.EQUIPMENT, number, f"equipment={kind.name}")
        for number, disturbance in enumerate(plan.disturbances):
            yield Population(Kind.DISTURBANCES, number, f"disturbance={disturbance.name}")
        yield Population(Kind.CIRCLE, -1, "all")
        for number in self.circle:
            yield Population(Kind.CIRCLE, number, f"stop={plan.stops[number].name}")
        yield Population(Kind.STAFF, -1, "all")
        for number in self.paying:
            yield Population(Kind.STAFF, number, f"agency={plan.agencies[number]}")
        for number, (name, _) in enumerate(self.teams):
            yield Population(Kind.TEAMS, number, name)
        yield from self._of_security()
        yield Population(Kind.PAYERS, -1, "all")
        for number, name in enumerate(PAYERS):
            yield Population(Kind.PAYERS, number, f"payer={name}")

    def _of_security(self) -> Iterator[Population]:
        names = [self.plan.attributes[truth].name for truth in self.plan.truths]
        yield Population(Kind.TRUTHS, -1, "all")
        for number, name in enumerate(names):
            yield Population(Kind.TRUTHS, number, f"truth={name}")
        for number, (truth, _, finder) in enumerate(self.finders):
            yield Population(Kind.FINDERS, number, f"truth={names[truth]} {finder}")
        for number, name in enumerate(self.names_of_checks):
            yield Population(Kind.CHECKS, number, f"activity={name}")
        yield Population(Kind.CASES, -1, "all")
        for number, case in enumerate(self.plan.cases):
            yield Population(Kind.CASES, number, f"case={case.name}")
        for number, (own, agency) in enumerate(self.handlers):
            name = f"case={self.plan.cases[own].name} agency={self.plan.agencies[agency]}"
            yield Population(Kind.HANDLERS, number, name)
        for number, (own, opener, handler) in enumerate(self.handovers):
            agencies = f"from={self.plan.agencies[opener]} to={self.plan.agencies[handler]}"
            name = f"case={self.plan.cases[own].name} {agencies}"
            yield Population(Kind.HANDOVERS, number, name)
        yield Population(Kind.INVESTIGATIONS, -1, "all")
        for number, one in enumerate(self.plan.investigations):
            yield Population(Kind.INVESTIGATIONS, number, f"investigation={one.name}")
        yield Population(Kind.DOCUMENTS, -1, "all")
        for number, lodged in enumerate(self.plan.documents):
            yield Population(Kind.DOCUMENTS, number, f"document={lodged.name}")
        for number, office in enumerate(self.plan.offices):
            yield Population(Kind.OFFICES, number, f"office={office.name}")
        yield Population(Kind.REFERRALS, -1, "all")
        for number, referral in enumerate(self.referrals):
            name = self.plan.attributes[referral].name
            yield Population(Kind.REFERRALS, number, f"referral={name}")

    def groups_of(self, kind: Kind, number: int) -> tuple[int, int]:
        """Return the first group of a population, and the first after it.

        Travellers are grouped by class, for populations of crossings by crossing; visits by stop
        and, at each, by class.
        """
        if kind is Kind.PEOPLE:
            return (0, self.groups) if number < 0 else (number, number + 1)
        if kind is Kind.STOPS:
            return number * self.groups, (number + 1) * self.groups
        if kind in (Kind.STOP_CLASSES, Kind.CROSSINGS):
            return number, number + 1
        return 0, 0
