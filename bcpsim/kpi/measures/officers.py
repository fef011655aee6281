"""What officers do with their time."""

from __future__ import annotations

import numpy as np

from bcpsim.kpi.forms import Whole, hours, minutes, ratio
from bcpsim.kpi.kernels import by_hour, lasting
from bcpsim.kpi.layout import Kind, Layout
from bcpsim.kpi.measure import OWN, QUEUEING, Measure, Part, Shown
from bcpsim.kpi.view import Floats, Ints, View


def _by_team(view: View, by_group: Ints) -> Ints:
    """Return sums over the groups of each team, shape (replications, teams, 1 or hours)."""
    rows, groups = by_group.shape[:2]
    summed: Ints = view.layout.groups_of_teams @ by_group.reshape(rows, groups, -1)
    return summed


def _duty_of_teams(view: View, numbers: tuple[int, ...]) -> Floats:
    return hours(_by_team(view, view.roster.duty))


def _duty_of_all(view: View, numbers: tuple[int, ...]) -> Floats:
    return hours(view.roster.duty.sum(axis=1))[:, None, None]


def _overtime_of_teams(view: View, numbers: tuple[int, ...]) -> Floats:
    return hours(_by_team(view, view.overtime))


def _utilisation(view: View, numbers: tuple[int, ...]) -> Floats:
    layout, (start, end) = view.layout, view.held
    served = lasting(
        start,
        np.minimum(end, view.end_of_duty),
        np.ones(len(start), dtype=bool),
        view.group_of_holding,
        view.replications * len(layout.plan.groups),
        layout.warm_up,
        layout.horizon,
    ).reshape(view.roster.duty.shape)
    return 100 * ratio(_by_team(view, served), _by_team(view, view.roster.duty))


def _minutes_per_traveller(view: View, numbers: tuple[int, ...]) -> Floats:
    time = minutes(_by_team(view, view.roster.duty + view.overtime))
    return ratio(time, view.count(view.leaving).sum(axis=1)[:, None, None])


def _idle(view: View, numbers: tuple[int, ...]) -> Floats:
    return hours(view.swept[0])[..., None]


def _pressed_time(view: View, numbers: tuple[int, ...]) -> Floats:
    pressed, usual = (_by_team(view, one)[:, list(numbers)] for one in view.pressed)
    return 100 * ratio(pressed, usual)


def _is_pressed(layout: Layout, number: int) -> bool:
    return any(layout.plan.groups[group].pressure for group in layout.teams[number][1])


def _on_duty_by_hour(view: View, numbers: tuple[int, ...]) -> Floats:
    return (_by_team(view, view.roster.by_hour) / np.diff(view.layout.edges))[:, :, None]


def _busy_by_hour(view: View, numbers: tuple[int, ...]) -> Floats:
    groups = view.replications * len(view.layout.plan.groups)
    time = by_hour(view.layout.edges, *view.held, view.group_of_holding, groups)
    by_group = time.reshape(view.roster.by_hour.shape)
    return (_by_team(view, by_group) / np.diff(view.layout.edges))[:, :, None]


def _has_officers(layout: Layout, number: int) -> bool:
    return bool(layout.agencies)


MEASURES = (
    Measure(
        "utilisation",
        "Utilisation",
        "%",
        "Time that officers serve while on duty, divided by the time that they are on duty, in the "
        "measured time; overtime counts in neither. An officer who stays with a crew serves.",
        QUEUEING,
        parts=(Part(Kind.TEAMS, Whole(_utilisation)),),
        shown=Shown(run=101, compare=52),
        most=100.0,
        over_time=True,
    ),
    Measure(
        "officer_hours",
        "Officer hours",
        "h",
        "Hours that officers are on duty in the measured time, breaks included; overtime and "
        "shifts for which they didn't come left out. By agency and group, and of all.",
        OWN,
        parts=(
            Part(Kind.STAFF, Whole(_duty_of_all), ("total",), _has_officers, only_all=True),
            Part(Kind.TEAMS, Whole(_duty_of_teams), ("total",)),
        ),
        shown=Shown(run=100, compare=50),
        over_time=True,
    ),
    Measure(
        "overtime",
        "Overtime",
        "h",
        "Hours that officers serve beyond the end of their shift, to finish the traveller in hand; "
        "services that start in the measured time.",
        OWN,
        parts=(Part(Kind.TEAMS, Whole(_overtime_of_teams), ("total",)),),
        shown=Shown(run=102, compare=51),
        over_time=True,
    ),
    Measure(
        "officer_minutes_per_vehicle",
        "Officer time per traveller",
        "min",
        "(Officer hours + overtime) x 60, divided by the travellers who leave in the measured "
        "time after their checks, as they count in the throughput.",
        OWN,
        parts=(Part(Kind.TEAMS, Whole(_minutes_per_traveller)),),
        shown=Shown(run=104, compare=53),
        over_time=True,
    ),
    Measure(
        "idle_while_waiting",
        "Idle while others wait",
        "h",
        "Officer hours in which officers could take travellers and have none, while travellers "
        "wait at stops where they don't work: at each moment the smaller of idle officers and "
        "travellers waiting there. The cost of not pooling.",
        OWN,
        parts=(Part(Kind.TEAMS, Whole(_idle), ("total",)),),
        needs=lambda layout: len(layout.plan.stops) > 1,
        shown=Shown(run=105, compare=54),
        over_time=True,
    ),
    Measure(
        "pressed_time",
        "Time of checks under pressure",
        "%",
        "Time of checks by officers whose pace depends on the queue, of what these checks take at "
        "their usual pace: 90 % is a tenth faster. Of those who arrive in the measured time; "
        "checks that change hands, or whose work a disturbance changes, are left out.",
        OWN,
        parts=(Part(Kind.TEAMS, Whole(_pressed_time), where=_is_pressed),),
        needs=lambda layout: any(group.pressure for group in layout.plan.groups),
        shown=Shown(run=103, compare=54),
    ),
    Measure(
        "officers_on_duty",
        "Officers on duty",
        "officers",
        "Mean number of officers on duty in an hour.",
        OWN,
        parts=(),
        hourly=(Part(Kind.TEAMS, Whole(_on_duty_by_hour)),),
        over_time=True,
    ),
    Measure(
        "officers_busy",
        "Officers busy",
        "officers",
        "Mean number of officers who serve in an hour, overtime included.",
        OWN,
        parts=(),
        hourly=(Part(Kind.TEAMS, Whole(_busy_by_hour)),),
        over_time=True,
    ),
)
