"""Back offices: hours, queues, and what is measured of investigations."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from borders import border, laid, read

import bcpsim
from bcpsim.plan.records.investigations import OfficePlan
from bcpsim.sampling.offices import Office
from bcpsim.sampling.ticks import MICROSECONDS as MINUTE

DAY = 1440


def office(*, specialists: int = 1, hours: tuple[int, int] = (8, 16), days: int = 7) -> Office:
    """Return an office of a run that ends after a day, with the week after it."""
    spans = ((DAY * day, DAY * day) for day in range(8) if day % 7 < days)
    windows = tuple((a + 60.0 * hours[0], b + 60.0 * hours[1]) for a, b in spans)
    until = 8.0 * DAY
    return Office(
        OfficePlan(
            name="office", title="", agency=0, specialists=specialists, windows=windows, until=until
        )
    )


def hours_of(one: Office, *works: tuple[float, float]) -> list[tuple[float, float]]:
    """Return when works, given by their coming and length in hours, begin and end."""
    ticks = [(round(ready * 60 * MINUTE), round(work * 60 * MINUTE)) for ready, work in works]
    return [(s.start / 60 / MINUTE, s.end / 60 / MINUTE) for s in one.served(ticks)]


def test_work_goes_on_when_the_office_opens_again() -> None:
    # 20 h of work in days of 8: from 10 on Monday until 14 on Wednesday.
    assert hours_of(office(), (10, 20)) == [(10, 2 * 24 + 14)]


def test_what_comes_in_the_night_begins_in_the_morning() -> None:
    assert hours_of(office(), (20, 8)) == [(24 + 8, 24 + 16)]  # and ends as the office closes
    assert hours_of(office(), (2, 1)) == [(8, 9)]
    assert hours_of(office(), (16, 1)) == [(24 + 8, 24 + 9)]


def test_who_comes_first_is_served_first_by_whoever_is_free() -> None:
    assert hours_of(office(specialists=2), (8, 6), (9, 3), (10, 4), (11, 1)) == [
        (8, 14),
        (9, 12),
        (12, 16),
        (14, 15),
    ]


def test_hours_repeat_by_the_week_after_the_end() -> None:
    weekdays = office(days=5)
    friday = 4 * 24
    assert hours_of(weekdays, (friday + 15, 2)) == [(friday + 15, 7 * 24 + 9)]
    # 80 h from Monday at 8 on are two weeks of five days.
    assert hours_of(weekdays, (8, 80)) == [(8, 7 * 24 + friday + 16)]
    assert hours_of(weekdays, (8, 80.5)) == [(8, 14 * 24 + 8.5)]
    assert hours_of(weekdays, (20 * 24, 1)) == [(21 * 24 + 8, 21 * 24 + 9)]  # a Sunday


@pytest.mark.parametrize("time", [0, 7, 8, 12, 16, 30, 200, 24 * 17 + 9, 24 * 400 + 15])
def test_the_offices_own_time_leads_back(time: float) -> None:
    one, ticks = office(days=5), round(time * 60 * MINUTE)
    opened = one.opened(ticks)
    assert one.opened(one.begins(opened)) == one.opened(one.ends(opened)) == opened
    assert one.ends(opened) <= max(ticks, 8 * 60 * MINUTE) <= one.begins(opened)


def test_no_work_is_over_as_it_begins() -> None:
    assert hours_of(office(), (20, 0)) == [(24 + 8, 24 + 8)]


BACK_OFFICE = """
horizon: {duration: 24 h}
agencies: {customs: {}}
truths: {goods: 100 %}
selections: {proposal: {accepted: 0 %, declined: 100 %}}
activities:
  check: {detection: {of: {goods: 100 %}, result: outcome}}
  answer: {self_service: true, duration: 3 h}
  persons: {skill: inquiry, duration: 10 h}
  goods: {skill: inquiry, duration: 4 h}
  report: {skill: inquiry, duration: 1 h}
  together: {skill: inquiry, duration: 6 h}
offices:
  guard_office: {agency: guard, specialists: 1, hours: 08:00-16:00}
  customs_office: {agency: customs, specialists: 1}
investigations:
  apart:
    of: outcome
    when: {proposal: declined}
    work: {guard_office: persons, customs_office: [goods, report]}
  joint: {of: outcome, when: {proposal: accepted}, after: answer, work: {customs_office: together}}
"""


Measured = Callable[..., dict[str, float]]


@pytest.fixture
def measured(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Measured:
    """Return what measures the investigations of two cars, found at 1:10 and 2:10."""
    monkeypatch.chdir(tmp_path)
    Path("cars.csv").write_text("at\n2026-04-13T01:00\n2026-04-13T02:00\n", encoding="utf-8")

    def of(extra: str = "{}") -> dict[str, float]:
        scenario = laid(laid(border(), read(BACK_OFFICE)), read(extra))
        rows = bcpsim.run(bcpsim.load(scenario), replications=1, engine="simpy").rows
        return {f"{row['measure']} {row['population']}": row["estimate"] for row in rows}

    return of


def test_each_agency_investigates_on_its_own(measured: Measured) -> None:
    found = measured()
    assert found["investigations all"] == found["investigations investigation=apart"] == 2
    assert found["investigations investigation=joint"] == 0
    # The guard's office opens at 8: 10 h end at 10 on Tuesday, the next 10 h at 12 on Wednesday.
    assert found["investigation_time all"] == pytest.approx((34 - 7 / 6 + 60 - 13 / 6) / 2)
    # Customs begin at 1:10, and with the second at 6:10.
    assert found["investigation_wait investigation=apart"] == pytest.approx((0 + 4) / 2)
    assert found["investigation_hours all"] == 30
    assert found["investigation_hours office=guard_office"] == 20
    assert found["investigation_hours office=customs_office"] == 10
    assert found["office_utilisation office=guard_office"] == 100
    assert found["office_utilisation office=customs_office"] == pytest.approx(100 * 10 / 24)
    assert found["investigations_open all"] == pytest.approx((24 - 7 / 6 + 24 - 13 / 6) / 24)


def test_a_proposal_is_answered_first(measured: Measured) -> None:
    found = measured("selections: {proposal: {accepted: 100 %, declined: 0 %}}")
    assert found["investigations investigation=joint"] == 2
    # From 4:10 to 10:10, and the second, whose answer comes at 5:10, until 16:10.
    assert found["investigation_wait all"] == pytest.approx((3 + 8) / 2)
    assert found["investigation_time all"] == pytest.approx((9 + 14) / 2)
    assert found["investigation_hours office=guard_office"] == 0


def test_those_before_the_measured_time_come_first_and_do_not_count(measured: Measured) -> None:
    found = measured("horizon: {warm_up: 90 min}")
    assert found["investigations all"] == 1
    assert found["investigation_wait all"] == pytest.approx(4)
    assert found["investigations_open all"] == pytest.approx((22.5 + 24 - 13 / 6) / 22.5)
    assert found["investigation_hours office=customs_office"] == 5


def test_before_the_start_hours_are_those_of_the_first_week() -> None:
    weekdays = office(days=5)
    friday_before = -3 * 24
    # Six hours from noon on the Friday before, the rest on the Monday of the start.
    assert hours_of(weekdays, (friday_before + 12, 6)) == [(friday_before + 12, 10)]
    assert hours_of(weekdays, (-24, 1), (-20, 1)) == [(8, 9), (9, 10)]  # on Sunday
    assert hours_of(weekdays, (-30 * 24 + 20, 1)) == [(-28 * 24 + 8, -28 * 24 + 9)]  # a Saturday


@pytest.mark.parametrize("time", [-1, -40, -64, -168, -500, -168 * 3])
def test_own_time_before_the_start_leads_back(time: float) -> None:
    one, ticks = office(days=5), round(time * 60 * MINUTE)
    opened = one.opened(ticks)
    assert one.opened(one.begins(opened)) == one.opened(one.ends(opened)) == opened
    assert one.ends(opened) <= ticks <= one.begins(opened)


PRICES = """
prices: {currency: EUR}
agencies:
  guard: {cost_per_hour: 30}
  customs:
    cost_per_hour: 50
    overhead: 20 %
    supplements: [{from: 22:00, to: 06:00, share: 50 %}]
offices:
  guard_office: {specialists: 2, cost_per_hour: 40}
  customs_office: {hours: 20:00-04:00}
officers: {guards: {shifts: [{from: 00:00, to: 24:00, count: 1}]}}
"""


def test_specialists_cost_while_they_are_there_by_day_and_by_night(measured: Measured) -> None:
    found = measured(PRICES)
    assert found["office_cost office=guard_office"] == pytest.approx(2 * 8 * 40)
    # From 20:00 to 4:00, of these six hours in the night; in the day measured, 0-4 and 20-24.
    assert found["office_cost office=customs_office"] == pytest.approx(1.2 * (8 * 50 + 6 * 25))
    assert found["cost payer=agencies"] == pytest.approx(
        found["staff_cost all"] + 640 + 660, abs=1e-9
    )
    assert found["cost_per_find all"] == pytest.approx(found["cost payer=agencies"] / 2)
    assert found["cost_a_year all"] == pytest.approx(365 * found["cost all"])


def test_specialists_of_an_agency_without_a_price_cost_nothing(measured: Measured) -> None:
    found = measured("agencies: {guard: {cost_per_hour: 30}}")
    assert found["office_cost office=guard_office"] == 8 * 30
    assert "office_cost office=customs_office" not in found


def test_the_cost_of_specialists_by_hour_adds_up(measured: Measured) -> None:
    scenario = laid(laid(border(), read(BACK_OFFICE)), read(PRICES))
    rows = bcpsim.run(bcpsim.load(scenario), replications=1, engine="simpy").hourly
    hours = rows[(rows["measure"] == "cost") & (rows["population"] == "payer=agencies")]
    assert hours["estimate"].sum() == pytest.approx(measured(PRICES)["cost payer=agencies"])
