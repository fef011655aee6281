"""The crossings of a region in words, and who chooses which."""

from __future__ import annotations

from collections.abc import Iterator

from bcpsim.files.units import format_duration, how_many
from bcpsim.report.conditions import opening_in_words
from bcpsim.scenario import Scenario
from bcpsim.scenario.crossings import Sign
from bcpsim.scenario.queries import ways_to


def crossings_in_words(scenario: Scenario) -> Iterator[str]:
    """Yield what crossings there are, how far it is to them, and how traffic chooses."""

    def title(name: str) -> str:
        return scenario.crossings[name].title or name

    for name, crossing in scenario.crossings.items():
        opening = "" if crossing.opening is None else f"; {opening_in_words(crossing.opening)}"
        onward = ", ".join(
            f"{title(other)} ({format_duration(minutes)})"
            for other, minutes in scenario.drives.get(name, {}).items()
        )
        diverted = f"; traffic that is diverted goes on to {onward}" if onward else ""
        stops = how_many(len(crossing.stops), "stop")
        yield f"{title(name)}: {stops}{opening}{diverted}"
    for name, source in scenario.traffic.items():
        (usual, minutes), *others = ways_to(scenario, source).items() or [("", 0.0)]
        if usual:
            drive = f", {format_duration(minutes)} away" if minutes else ""
            or_else = ", ".join(f"{title(to)} {format_duration(time)}" for to, time in others)
            choose = f"; others among which it chooses: {or_else} away" if others else ""
            yield f"{source.title or name} usually goes to {title(usual)}{drive}{choose}"
    if scenario.crossings:
        yield "; ".join(_choosing(scenario))


def _choosing(scenario: Scenario) -> Iterator[str]:
    choice = scenario.choice
    if choice is None or choice.look == 0:
        yield (
            "nobody chooses by waits: all go to their usual crossing, or if it turns them back or "
            "diverts them to the nearest other"
        )
        return
    who = "those who have several to choose from"
    who = who if choice.look == 1 else f"{choice.look:.0%} of {who}"
    known = "driving time" if choice.sign is None else "driving time and the wait shown"
    yield f"{who} take the crossing with the least {known}" + (
        "" if choice.look == 1 else ", the others the usual one"
    )
    if choice.gain:
        least = format_duration(choice.gain)
        yield f"another than the usual one only if it saves more than {least}"
    if choice.spread:
        yield f"they differ in what they prefer (logit scale {format_duration(choice.spread)})"
    yield "none that turns them back or diverts them"
    if choice.sign is not None:
        yield _sign(choice.sign)


def _sign(sign: Sign) -> str:
    what = {
        "mean_wait": f"the mean wait of the last {sign.last} served",
        "longest_wait": "the longest wait of those who wait",
        "queue": f"{format_duration(sign.each or 0.0)} for each who waits",
    }[sign.shows]
    rounded = f", to the nearest {format_duration(sign.rounded_to)}" if sign.rounded_to else ""
    when = f"every {format_duration(sign.every)}" if sign.every else "at every moment"
    late = f", {format_duration(sign.delay)} late" if sign.delay else ""
    return f"signs show {what}{rounded}, {when}{late}"
