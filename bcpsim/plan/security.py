"""Truths, scores, referrals and what checks find, as tables."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from statistics import NormalDist
from typing import TYPE_CHECKING

from bcpsim.plan.indices import Indices
from bcpsim.plan.offices import work_of
from bcpsim.plan.records.cases import HandlingPlan
from bcpsim.plan.records.investigations import InvestigationPlan
from bcpsim.plan.records.security import DetectionPlan, PowerPlan, ReferralPlan, ScorePlan
from bcpsim.plan.records.workflow import TaskPlan
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.queries import results
from bcpsim.scenario.security import Detection, Score, correlations, singles

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

_FARTHEST = 12.0
"""Beyond any score, in standard deviations."""


def scores(indices: Indices) -> tuple[ScorePlan, ...]:
    """Return all scores."""
    scenario = indices.scenario
    if not scenario.scores:
        return ()
    import numpy as np  # which takes long, and few scenarios have scores

    names = list(scenario.scores)
    alone = singles(scenario.scores)
    matrix = np.array(correlations(scenario.scores))
    mixing = np.linalg.cholesky(matrix)
    made = []
    for name, score in scenario.scores.items():
        own: tuple[tuple[int, float], ...] = ()
        joint: tuple[tuple[int, float], ...] = ()
        if score.joint:
            weights = _weights(scenario, score, [alone.index(n) for n in score.joint], matrix)
            joint = tuple(zip(map(names.index, score.joint), weights, strict=True))
        else:
            row = mixing[alone.index(name)]
            own = tuple((names.index(n), float(x)) for n, x in zip(alone, row, strict=True) if x)
        made.append(
            _exchanged(
                indices,
                score,
                ScorePlan(
                    name=name,
                    truth=indices.attributes.index(score.of),
                    separation=score.distance,
                    mixing=own,
                    known=score.known,
                    joint=joint,
                    largest=score.rule == "largest",
                ),
            )
        )
    return tuple(made)


def _exchanged(indices: Indices, score: Score, made: ScorePlan) -> ScorePlan:
    """Return a score with what is said of how its data come."""
    exchange = score.exchange
    if exchange is None:
        return made
    path = ("scores", made.name, "exchange", "answer")
    return replace(
        made,
        known=1.0 if exchange.asked is None else exchange.asked,
        answer=None if exchange.answer is None else indices.law(exchange.answer, path),
        within=exchange.within or 0.0,
        every=exchange.every or 0.0,
        first=exchange.first or 0.0,
        age=exchange.age or 0.0,
    )


def _weights(
    scenario: Scenario, score: Score, places: Sequence[int], matrix: NDArray[np.float64]
) -> list[float]:
    """Return the weights of a joint score's parts, for a variance of 1.

    Optimal ones are in proportion to the inverse of the correlations times the separations
    (Fisher's linear discriminant).
    """
    import numpy as np

    own = matrix[np.ix_(places, places)]
    weights = np.ones(len(places))
    if score.rule == "optimal":
        distance = np.array([scenario.scores[name].distance for name in score.joint])
        if distance.any():
            weights = np.linalg.solve(own, distance)
    if score.rule != "largest":
        weights = weights / np.sqrt(weights @ own @ weights)
    return [float(weight) for weight in weights]


def referral(indices: Indices, name: str) -> ReferralPlan | None:
    """Return who is referred by a name; None: it is none of a referral."""
    record = indices.scenario.referrals.get(name)
    if record is None:
        return None
    score = indices.scenario.scores[record.score]
    if record.above is not None:
        limit = record.above
    else:
        assert record.share is not None
        limit = _limit(indices.scenario, score, record.share)
    return ReferralPlan(
        score=list(indices.scenario.scores).index(record.score), limit=limit, random=record.random
    )


def _limit(scenario: Scenario, score: Score, share: float) -> float:
    """Return from where on a share of those without the truth have a score."""
    if not score.joint or score.rule != "largest":
        return NormalDist().inv_cdf(1 - share)
    import numpy as np  # these take long to import
    from scipy.optimize import brentq
    from scipy.stats import multivariate_normal

    alone = singles(scenario.scores)
    places = [alone.index(name) for name in score.joint]
    law = multivariate_normal(cov=np.array(correlations(scenario.scores))[np.ix_(places, places)])

    def above(limit: float) -> float:
        return float(1 - law.cdf(np.full(len(places), limit)) - share)

    return float(brentq(above, -_FARTHEST, _FARTHEST))


def detection(indices: Indices, record: Detection | None) -> DetectionPlan | None:
    """Return what an activity finds."""
    if record is None:
        return None
    return DetectionPlan(
        powers=tuple(
            PowerPlan(
                truth=indices.attributes.index(name),
                share=power.share or 0.0,
                time_constant=power.time_constant,
                by_time=((0.0, 0.0), *((one.after, one.share) for one in power.by_time))
                if power.by_time
                else (),
            )
            for name, power in record.of.items()
        ),
        false_alarm=record.false_alarm,
        result=-1 if record.result is None else indices.attributes.index(record.result),
        ends_when_found=record.ends_when_found,
    )


def cases(indices: Indices, tasks: Sequence[TaskPlan]) -> tuple[HandlingPlan, ...]:
    """Return what follows finds and false alarms."""
    checks = results(indices.scenario)
    return tuple(
        HandlingPlan(
            name=name,
            title=case.title or name,
            condition=indices.met({**(case.when or {}), case.of: case.opened_by}),
            opened_in=_doing(indices, tasks, {checks[case.of]}),
            handled_in=_doing(indices, tasks, set(case.handled_by)),
        )
        for name, case in indices.scenario.cases.items()
    )


def _doing(indices: Indices, tasks: Sequence[TaskPlan], names: Collection[str]) -> tuple[int, ...]:
    """Return the tasks in which one of some activities is done."""
    return tuple(
        number
        for number, task in enumerate(tasks)
        if any(indices.work[work.activity][0] in names for work in task.work)
    )


def investigations(indices: Indices, tasks: Sequence[TaskPlan]) -> tuple[InvestigationPlan, ...]:
    """Return what finds open in the back offices."""
    checks = results(indices.scenario)
    return tuple(
        InvestigationPlan(
            name=name,
            title=one.title or name,
            condition=indices.met({**(one.when or {}), one.of: one.opened_by}),
            opened_in=_doing(indices, tasks, {checks[one.of]}),
            after=-1 if one.after is None else indices.work.index((one.after, 1)),
            work=work_of(indices, one.work),
        )
        for name, one in indices.scenario.investigations.items()
    )
