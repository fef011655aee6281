"""Truths, scores, referrals and results: names that exist, each made of what comes before."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import (
    Finding,
    Path,
    after,
    all_routes,
    conditions,
    entry_of,
    given_attributes,
    of_occupants,
    results,
    sent_to,
    tasks_of,
)
from bcpsim.scenario.security import correlations
from bcpsim.scenario.traffic import BOOKING
from bcpsim.scenario.validation.lookup import missing
from bcpsim.scenario.work import Activity

_LEAST = 1e-9
"""Smallest eigenvalue of correlations that numbers can have."""


def security(scenario: Scenario, lost: Collection[str] = ()) -> Iterator[Finding]:
    """Find what stands for nothing, or comes before what it is made of.

    Names that were lost may stand for something that couldn't be read.
    """
    yield from _names_taken(scenario)
    yield from _truths(scenario)
    yield from _scores(scenario, lost)
    for name, referral in scenario.referrals.items():
        yield from missing(
            "score", referral.score, scenario.scores, lost, "referrals", name, "score"
        )
    for name, activity in scenario.activities.items():
        for truth in () if activity.detection is None else activity.detection.of:
            path = ("activities", name, "detection", "of", truth)
            yield from missing("truth", truth, scenario.truths, lost, *path)
    yield from _results(scenario)
    yield from _cases(scenario, lost)
    yield from _investigations(scenario, lost)
    yield from _finders(scenario, lost)


def _names_taken(scenario: Scenario) -> Iterator[Finding]:
    """Find names that stand for two things."""
    taken = {"class", BOOKING, *scenario.selections, *scenario.risk_indices}
    taken |= {*given_attributes(scenario), *of_occupants(scenario)}
    of_results = [
        (("activities", of, "detection", "result"), name) for name, of in results(scenario).items()
    ]
    for path, name in (
        *((("truths", name), name) for name in scenario.truths),
        *((("referrals", name), name) for name in scenario.referrals),
        *of_results,
    ):
        if name in taken:
            yield path, f"{name!r} is an attribute or the like already; choose another name"
        taken.add(name)
    for number, (name, activity) in enumerate(scenario.activities.items()):
        own = activity.detection
        if own is not None and own.result is not None:
            for other in list(scenario.activities)[:number]:
                before = scenario.activities[other].detection
                if before is not None and before.result == own.result:
                    path = ("activities", name, "detection", "result")
                    yield path, f"{own.result!r} is the result of {other!r} already"


def _truths(scenario: Scenario) -> Iterator[Finding]:
    """Find truths of which no case always holds, and conditions on what is drawn later."""
    names = list(scenario.truths)
    for number, (name, cases) in enumerate(scenario.truths.items()):
        later = {*names[number:], *scenario.referrals, *scenario.selections, *results(scenario)}
        for place, case in enumerate(cases):
            if (case.when is None) != (place == len(cases) - 1):
                yield ("truths", name, place), "the last case, and no other, must have no 'when'"
            for key in later & set(case.when or ()):
                path = ("truths", name, place, "when", key)
                yield path, f"{key!r} is drawn later; a truth sees only what is before it"


def _scores(scenario: Scenario, lost: Collection[str]) -> Iterator[Finding]:
    before: list[str] = []
    known_others = True
    for name, score in scenario.scores.items():
        path = ("scores", name)
        yield from missing("truth", score.of, scenario.truths, lost, *path, "of")
        for other in score.correlated:
            where = (*path, "correlated", other)
            yield from missing("score before it", other, before, lost, *where)
            known_others &= other in before
        for other in score.joint:
            yield from missing("score before it", other, before, lost, *path, "joint")
            if other in before and scenario.scores[other].of != score.of:
                yield (*path, "joint"), f"{other!r} is about another truth"
        if not score.joint:
            before.append(name)
    if known_others and any(score.correlated for score in scenario.scores.values()):
        from numpy.linalg import eigvalsh  # plain scenarios are checked without it

        if eigvalsh(correlations(scenario.scores)).min() < _LEAST:
            yield ("scores",), "no numbers have these correlations with one another; lower them"


def _results(scenario: Scenario) -> Iterator[Finding]:
    """Find results asked for where they aren't known: elsewhere than where the check is made."""
    made_by = results(scenario)
    for path, condition in conditions(scenario):
        for name in made_by.keys() & condition.keys():
            if not _is_known_at(scenario, made_by[name], path):
                yield (
                    (*path, name),
                    f"{name!r} is known where {made_by[name]!r} is done: ask for it in the next of "
                    "that step, or in its crew, or at a step to which no way leads without it",
                )


def _is_known_at(scenario: Scenario, activity: str, path: Path) -> bool:
    """Return whether nobody comes to where a condition stands without the check."""
    if path[:2] != ("workflow", "steps") or path[3] not in ("next", "crew"):
        return False
    name = str(path[2])
    return _makes(scenario, name, activity) or name not in _reached_without(scenario, activity)


def _makes(scenario: Scenario, step: str, activity: str) -> bool:
    return any(activity in task.do for _, task in tasks_of(scenario.workflow.steps[step]))


def _reached_without(scenario: Scenario, activity: str) -> set[str]:
    """Return the steps to which some way leads on which an activity isn't done."""
    steps = scenario.workflow.steps
    ahead = [
        target
        for path, routes in all_routes(scenario)
        if path[-1] != "next"
        for route in routes
        for target in route.to
    ]
    ahead += [
        step
        for source in scenario.traffic.values()
        for route in entry_of(scenario, source)
        for step in route.to
    ]
    ahead += sent_to(scenario)
    reached: set[str] = set()
    while ahead:
        step = ahead.pop()
        if step not in steps or step in reached:
            continue
        reached.add(step)
        if not _makes(scenario, step, activity):
            ahead += after(scenario.workflow, step)
    return reached


def _cases(scenario: Scenario, lost: Collection[str]) -> Iterator[Finding]:
    """Find cases of results that there aren't, and work that can't handle them."""
    made_by = results(scenario)
    for name, case in scenario.cases.items():
        path = ("cases", name)
        yield from missing("result of a check", case.of, made_by, lost, *path, "of")
        where = (*path, "handled_by")
        yield from _work(scenario, "case", made_by.get(case.of), case.handled_by, lost, *where)


def _investigations(scenario: Scenario, lost: Collection[str]) -> Iterator[Finding]:
    """Find investigations of results that there aren't, and offices and work that there aren't."""
    for name, office in scenario.offices.items():
        yield from missing(
            "agency", office.agency, scenario.agencies, lost, "offices", name, "agency"
        )
    made_by = results(scenario)
    for name, one in scenario.investigations.items():
        path = ("investigations", name)
        yield from missing("result of a check", one.of, made_by, lost, *path, "of")
        if one.after is not None:
            yield from missing("activity", one.after, scenario.activities, lost, *path, "after")
        for place_of_work, activities in one.work.items():
            where = (*path, "work", place_of_work)
            yield from missing("office", place_of_work, scenario.offices, lost, *where)
            check = made_by.get(one.of)
            yield from _work(scenario, "investigation", check, activities, lost, *where)


def _work(
    scenario: Scenario,
    what: str,
    check: str | None,
    activities: Sequence[str],
    lost: Collection[str],
    *path: str | int,
) -> Iterator[Finding]:
    """Find work on what a check opens that there isn't, or that is the check itself."""
    for place, activity in enumerate(activities):
        yield from missing("activity", activity, scenario.activities, lost, *path, place)
        if activity == check:
            message = f"{activity!r} opens the {what}; name the work that comes after it"
            yield (*path, place), message


def _finders(scenario: Scenario, lost: Collection[str]) -> Iterator[Finding]:
    """Find officers whose share of the finds is of no check, or of one that steers the way."""
    for name, group in scenario.officers.items():
        path = ("officers", name)
        for activity in group.finds:
            where = (*path, "finds", activity)
            yield from missing("activity", activity, scenario.activities, lost, *where)
            record = scenario.activities.get(activity)
            if record is not None and record.detection is None:
                yield where, f"{activity!r} finds nothing; give it a detection"
            elif record is not None and record.skill not in group.skills:
                yield where, f"the group can't do {activity!r}, which needs {record.skill!r}"
            elif record is not None and _steers(record):
                yield where, _AS_DRAWN.format(activity)
        if group.tiring is not None:
            for activity, record in scenario.activities.items():
                if record.skill in group.skills and _steers(record):
                    yield (*path, "tiring"), _AS_DRAWN.format(activity)


_AS_DRAWN = (
    "{!r} has a result that is drawn beforehand, whoever makes the check; leave out its result, or "
    "this"
)


def _steers(activity: Activity) -> bool:
    return activity.detection is not None and activity.detection.result is not None
