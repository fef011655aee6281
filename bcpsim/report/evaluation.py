"""The evaluation of checks: what is found, what follows a find, operations, and who pays."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bcpsim.errors import visible
from bcpsim.kpi import in_a_sentence
from bcpsim.report.document import Heading, Part, Sentence, Table, span
from bcpsim.report.tabled import is_there, table_of
from bcpsim.report.told import Told, Way
from bcpsim.scenario.disturbances import Disturbance

Measures = Sequence[tuple[str, str]]

_OF_TRUTHS = (
    ("carriers", "total"),
    ("found", "total"),
    ("found_share", "mean"),
    ("let_through", "total"),
)
_OF_FINDERS = (("found", "total"), ("found_share", "mean"), ("overlooked", "total"))
_OF_REFERRALS = (
    ("referred", "total"),
    ("referred_share", "mean"),
    ("hit_rate", "mean"),
    ("duplicate_referrals", "mean"),
)
_OF_FINDS = (
    ("finds_per_1000", "mean"),
    ("officer_minutes_per_find", "mean"),
    ("cost_per_find", "mean"),
)
_OF_CASES = (
    ("cases", "total"),
    ("case_wait", "mean"),
    ("case_time", "mean"),
    ("cases_handed_over", "mean"),
    ("case_officer_hours", "total"),
)
_OF_HANDLERS = (("cases", "total"), ("case_officer_hours", "total"))
_OF_HANDOVERS = (("cases", "total"), ("case_wait", "mean"))
_OF_INVESTIGATIONS = (
    ("investigations", "total"),
    ("investigations_open", "mean"),
    ("investigation_wait", "mean"),
    ("investigation_time", "mean"),
    ("investigation_hours", "total"),
)
_OF_OFFICES = (
    ("investigation_hours", "total"),
    ("office_utilisation", "mean"),
    ("office_cost", "total"),
)
_OF_DISTURBANCES = (
    ("disturbed_times", "total"),
    ("disturbed_time", "total"),
    ("disturbed_arrivals", "total"),
    ("disturbed_checks", "total"),
    ("recovery_time", "total"),
)
_OF_DELAYS = (("delay_caused", "total"), ("delay_saved", "total"))
_OF_OPERATIONS = (
    ("visits", "total"),
    ("persons_served", "total"),
    ("waiting_time", "mean"),
    ("service_time", "mean"),
    ("lane_utilisation", "mean"),
)
_OF_PAYERS = (("cost", "total"), ("cost_per_traveller", "mean"), ("cost_a_year", "total"))
_OF_AGENCIES = (
    ("officer_hours", "total"),
    ("staff_cost", "total"),
    ("upkeep_borne", "total"),
)
_OF_CLASSES = (
    ("time_cost", "total"),
    ("fuel_cost", "total"),
    ("missed_cost", "total"),
    ("idling_fuel", "total"),
    ("idling_co2", "total"),
)


def finds(told: Told) -> Iterator[Part]:
    """Yield the section of what is hidden and found, where there is anything hidden."""
    truths = _populations(told, "truth")
    if not truths:
        return
    yield Heading("What is found")
    yield Sentence(
        "Each carrier counts with the probability of being found by the checks made on its way. "
        "Nobody knows how many carry something: the shares are the scenario's."
    )
    yield from _table(told, "What is hidden, and what of it is found", truths, _OF_TRUTHS)
    finders = _populations(told, "truth", "activity", "agency")
    yield from _table(told, "By whom it is found", finders, _OF_FINDERS)
    yield from _table(told, "Who is referred", _populations(told, "referral"), _OF_REFERRALS)
    checks = (("false_alarms", "total"),)
    yield from _table(told, "False alarms", _populations(told, "activity"), checks)
    yield from _table(told, "What a find takes", ["all"], _OF_FINDS)


def follow_up(told: Told) -> Iterator[Part]:
    """Yield the section of cases and investigations, where there are any."""
    cases, investigations = _populations(told, "case"), _populations(told, "investigation")
    if not cases and not investigations:
        return
    yield Heading("What follows a find")
    passed_on = _populations(told, "case", "from")
    for way in told.ways:
        head = f"{way.title}: " if len(told.ways) > 1 else ""
        said = "; ".join(words for case in cases for words in _waits(told, way, case, passed_on))
        if said:
            yield Sentence(f"{head}{said if head else said[0].upper() + said[1:]}.")
    yield from _table(told, "Cases", [*_all_of(cases), *cases], _OF_CASES)
    yield from _table(told, "Who waits for whom", passed_on, _OF_HANDOVERS)
    handlers = _populations(told, "case", "agency")
    yield from _table(told, "By whom cases are handled", handlers, _OF_HANDLERS)
    kinds = [*_all_of(investigations), *investigations]
    yield from _table(told, "Investigations", kinds, _OF_INVESTIGATIONS)
    yield from _table(told, "Back offices", _populations(told, "office"), _OF_OFFICES)


def _waits(told: Told, way: Way, case: str, passed_on: Sequence[str]) -> Iterator[str]:
    """Yield how long cases of a kind wait for officers of another agency than found them."""
    for population in passed_on:
        own, finder, handler = population.split(" ")
        other = finder.partition("=")[2] != handler.partition("=")[2]
        wait = told.of(way, "case_wait", population)
        if own == case and other and wait is not None:
            agencies = " ".join(told.words.place(part) for part in (finder, handler))
            kind = in_a_sentence(told.words.place(own))
            yield visible(f"{kind} that pass {agencies} wait {span(wait.value)} on average")


def operations(told: Told) -> Iterator[Part]:
    """Yield the section of disturbances, and whom operations with called officers check."""
    stops = dict.fromkeys(stop for way in told.ways for stop in _stops_of_operations(way))
    disturbances = _populations(told, "disturbance")
    tables = (
        *_table(told, "What happened, and whom it met", disturbances, _OF_DISTURBANCES),
        *_table(told, "What it did to the waits of all", ["all"], _OF_DELAYS),
        *(
            table
            for stop in stops
            for table in _table(
                told, f"Checked at {visible(told.words.place(stop))}", [stop], _OF_OPERATIONS
            )
        ),
    )
    if tables:
        yield Heading("Disturbances and operations")
        yield from tables


def _stops_of_operations(way: Way) -> Iterator[str]:
    """Yield the stops to which operations with officers of their own send travellers."""
    scenario = way.loaded.scenario
    for disturbance in scenario.disturbances.values():
        for step in _sent_to(disturbance):
            if step in scenario.workflow.steps:
                yield f"stop={scenario.workflow.steps[step].stop}"


def _sent_to(disturbance: Disturbance) -> list[str]:
    return [sent.to for sent in disturbance.instead.values()] if disturbance.reserve else []


def costs(told: Told) -> Iterator[Part]:
    """Yield the section of costs by who pays, where anything has a price."""
    payers = _populations(told, "payer")
    if not payers:
        return
    yield Heading("What it costs, and who pays")
    yield Sentence(
        "What has no price in the scenario isn't counted. A year is as if all of it were like the "
        "time that is measured."
    )
    yield from _table(told, "Costs by who pays", [*_all_of(payers), *payers], _OF_PAYERS)
    yield from _table(told, "Costs of agencies", _populations(told, "agency"), _OF_AGENCIES)
    offices = (("office_cost", "total"),)
    yield from _table(told, "Costs of back offices", _populations(told, "office"), offices)
    classes = _populations(told, "class") or ["all"]
    yield from _table(told, "Costs of travellers and carriers", classes, _OF_CLASSES)


def _populations(told: Told, kind: str, *by: str) -> list[str]:
    """Return the populations of a kind, or those of them that are told apart by something."""
    there = dict.fromkeys(population for _, _, population, _ in told.measures)
    return [
        population
        for population in there
        if population.startswith(f"{kind}=")
        and (any(f" {other}=" in population for other in by) if by else " " not in population)
    ]


def _all_of(populations: Sequence[str]) -> list[str]:
    """Return the population of all, if there are several to add up."""
    return ["all"] if len(populations) > 1 else []


def _table(
    told: Told, title: str, populations: Sequence[str], measures: Measures
) -> Iterator[Table]:
    """Yield a table of those populations of which anything isn't 0 or missing."""

    def anything(population: str) -> bool:
        cells = (
            told.of(way, measure, population, statistic)
            for way in told.ways
            for measure, statistic in measures
        )
        return any(cell is not None and cell.value for cell in cells)

    rows = [
        (way, population)
        for population in filter(anything, populations)
        for way in told.ways
        if is_there(told, way, population)
    ]
    if rows:
        yield table_of(told, title, rows, measures)
