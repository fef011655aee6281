"""Truths, scores, referrals and what checks find, in words."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.files.units import format_duration
from bcpsim.report.conditions import in_words
from bcpsim.scenario import Scenario
from bcpsim.scenario.security import Detection, Power, Score


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


def _score(score: Score) -> str:
    if score.joint:
        return f"{' and '.join(score.joint)} together ({score.rule})"
    words = f"separation {score.distance:.3g}"
    for other, value in score.correlated.items():
        words += f", correlation {value:g} with {other}"
    return words + (f", of {score.known:.0%} of travellers" if score.known < 1 else "")


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
    if power.time_constant is None:
        return f"{100 * (power.share or 0):.3g} %"
    return f"1 - exp(-t / {format_duration(power.time_constant)})"
