"""Truths, scores, referrals and what checks find, in words."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.files.units import format_duration
from bcpsim.report.conditions import in_words
from bcpsim.scenario import Scenario
from bcpsim.scenario.people import OfficerGroup
from bcpsim.scenario.security import Detection, Exchange, Power, Score


def security_in_words(scenario: Scenario) -> Iterator[str]:
    """Yield a line for each truth, score, referral and check that finds something."""
    for name, cases in scenario.truths.items():
        shares = "; ".join(f"{100 * case.share:.3g} %{in_words(case.when)}" for case in cases)
        yield f"{name}: {shares}"
    for name, score in scenario.scores.items():
        yield f"score {score.title or name} of {score.of}: {_score(score)}"
    for name, referral in scenario.referrals.items():
        of = (
            f"a score of {referral.above:g} or more"
            if referral.above is not None
            else f"{100 * (referral.share or 0):.3g} % of those without it, with the highest scores"
        )
        at_random = f", and {100 * referral.random:.3g} % of the others" if referral.random else ""
        yield f"{name}: {of} by {referral.score}{at_random}"
    for name, activity in scenario.activities.items():
        if activity.detection is not None:
            yield f"{activity.title or name} finds {'; '.join(_finds(activity.detection))}"
    for name, group in scenario.officers.items():
        if group.finds or group.tiring is not None:
            yield f"{group.title or name}: {'; '.join(_abilities(group))}"
    for name, case in scenario.cases.items():
        opened = " or ".join(case.opened_by)
        whose = in_words(case.when)
        yield (
            f"case {case.title or name}: where {case.of} is {opened}{whose}; handled by "
            f"{', '.join(case.handled_by)}"
        )


def _score(score: Score) -> str:
    if score.joint:
        return f"{' and '.join(score.joint)} together ({score.rule})"
    words = f"separation {score.distance:.3g}"
    for other, value in score.correlated.items():
        words += f", correlation {value:g} with {other}"
    if score.exchange is not None:
        return f"{words}, {_exchange(score.exchange)}"
    return words + (f", of {score.known:.0%} of travellers" if score.known < 1 else "")


def _exchange(exchange: Exchange) -> str:
    if exchange.regime == "continuous":
        return "of all from a joint database"
    if exchange.regime == "periodic":
        every, age = (format_duration(time or 0.0) for time in (exchange.every, exchange.age))
        return f"data exchanged every {every}, on arrival {age} old on average"
    asked = f"{100 * (exchange.asked or 0):.3g} % of travellers"
    if exchange.regime == "ad_hoc":
        return f"told of {asked}"
    if exchange.within is None:
        return f"asks about {asked}"
    return f"asks about {asked}, for an answer within {format_duration(exchange.within)}"


def _abilities(group: OfficerGroup) -> Iterator[str]:
    for activity, share in group.finds.items():
        yield f"{100 * share:.3g} % of what {activity} finds"
    if group.tiring is not None:
        tiring = group.tiring
        yield (
            f"{100 * tiring.per_hour:.3g} % less with each hour of a shift after "
            f"{format_duration(tiring.after)}, at least {100 * tiring.least:.3g} %"
        )


def _finds(detection: Detection) -> Iterator[str]:
    for truth, power in detection.of.items():
        yield f"{_power(power)} of {truth}"
    if detection.false_alarm:
        yield f"false alarms for {100 * detection.false_alarm:.3g} %"
    if detection.result is not None:
        yield f"its result is {detection.result}"
    if detection.ends_when_found:
        yield "it ends when something is found"


def _power(power: Power) -> str:
    if power.by_time:
        points = (f"{one.share:.3g} after {format_duration(one.after)}" for one in power.by_time)
        return f"a share that grows with time ({', '.join(points)})"
    if power.time_constant is None:
        return f"{100 * (power.share or 0):.3g} %"
    return f"1 - exp(-t / {format_duration(power.time_constant)})"
