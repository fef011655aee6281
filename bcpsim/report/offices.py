"""Back offices in words: documents that they clear, and what they investigate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from bcpsim.files.units import how_many
from bcpsim.plan import Plan
from bcpsim.report.conditions import in_words, time_in_words
from bcpsim.scenario import Scenario


def offices_in_words(scenario: Scenario, plan: Plan) -> Iterator[str]:
    """Yield a line for each office, and each kind of documents and of investigation."""
    for name, office in scenario.offices.items():
        hours = ", ".join(window.words for window in office.hours)
        agency = scenario.agencies[office.agency].title or office.agency
        who = how_many(office.specialists, "specialist")
        yield f"{office.title or name} ({agency}): {who}, {hours}"
    for (name, lodged), planned in zip(scenario.documents.items(), plan.documents, strict=True):
        yield (
            f"{lodged.title or name}{in_words(lodged.when)}: lodged "
            f"{time_in_words(planned.lead, ' before the arrival')}; {_work(scenario, lodged.work)}"
        )
    for name, one in scenario.investigations.items():
        opened = " or ".join(one.opened_by)
        after = "" if one.after is None else f", after {_activity(scenario, one.after)}"
        yield (
            f"{one.title or name}, an investigation where {one.of} is {opened}"
            f"{in_words(one.when)}{after}: {_work(scenario, one.work)}"
        )


def _work(scenario: Scenario, work: Mapping[str, Sequence[str]]) -> str:
    return "; ".join(
        f"{', '.join(_activity(scenario, name) for name in activities)} in "
        f"{scenario.offices[office].title or office}"
        for office, activities in work.items()
    )


def _activity(scenario: Scenario, name: str) -> str:
    return scenario.activities[name].title or name
