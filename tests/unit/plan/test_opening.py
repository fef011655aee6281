"""Opening hours of a whole border crossing point."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from borders import border

import bcpsim
from bcpsim.demand.offered import offered_load
from bcpsim.engine import EventLog
from bcpsim.kpi import Meter, Row
from bcpsim.plan import Outcome, Plan, compile_plan
from bcpsim.sampling import Block, Travellers, circumstances

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]

RELEASED, TURNED_AWAY = int(Outcome.RELEASED), int(Outcome.TURNED_AWAY)


def test_lanes_and_officers_follow_and_those_who_come_wait(run_hand: RunHand) -> None:
    plan, travellers, log = run_hand(
        border(opening=["01:00-02:00", "03:00-24:00"]), cars=[30, 115, 116]
    )
    # The second begins at 115 and is finished at 125, after the closing hour.
    assert log.minutes.started[0].tolist() == [60, 115, 180]
    assert log.minutes.ended[0].tolist() == [70, 125, 190]
    meter = Meter(plan)
    found = meter.measure(Block.of(travellers, circumstances(plan, 1, 0)), log).totals[0]
    assert found[meter.rows.index(Row("officer_hours", "all", "total"))] == pytest.approx(2)
    assert found[meter.rows.index(Row("waiting_time", "all", "mean"))] == pytest.approx(94 / 3)


def test_or_turn_back_and_the_entrance_closes_before(run_hand: RunHand) -> None:
    opening = {"hours": "01:00-02:00", "arrivals": "turn_back", "entrance_closes": "20 min"}
    _, _, log = run_hand(border(opening=opening), cars=[59, 60, 99, 100, 130])
    expected = [TURNED_AWAY, RELEASED, RELEASED, TURNED_AWAY, TURNED_AWAY]
    assert log.outcome.tolist() == expected


def loaded(folder: Path, **changes: Any) -> Plan:
    traffic = {"cars": {"classes": {"car": 1}, "arrivals": {"pattern": "constant", "rate": "12/h"}}}
    path = folder / "hand.yaml"
    path.write_text(yaml.safe_dump(border(traffic=traffic, **changes), sort_keys=False), "utf-8")
    return compile_plan(bcpsim.load(path))


@pytest.mark.parametrize(
    ("start", "hours"),
    [("2026-03-28", [(480, 1320), (1860, 2700)]), ("2026-10-24", [(480, 1320), (1980, 2820)])],
)
def test_the_hours_are_those_of_the_clock_where_it_is_put_forward_or_back(
    start: str, hours: list[tuple[int, int]], tmp_path: Path
) -> None:
    horizon = {"start": f"{start}T00:00", "duration": "48 h", "time_zone": "Europe/Warsaw"}
    plan = loaded(tmp_path, horizon=horizon | {"drain_limit": "0 h"}, opening="08:00-22:00")
    assert plan.opening is not None
    assert [(a, b) for a, b in plan.opening.hours] == hours
    assert all(lane.windows == plan.opening.hours for lane in plan.lanes)
    [officer] = plan.officers
    assert [(shift.start, shift.end) for shift in officer.shifts] == hours


def test_by_days_and_with_hours_of_lanes_and_breaks(tmp_path: Path) -> None:
    opening = [{"from": "06:00", "to": "12:00", "days": "mon"}]
    lanes = [{"name": "lane", "open": ["00:00-09:00"]}]
    changes = {"horizon": {"start": "2026-04-13T00:00", "duration": "48 h", "ending": "cut"}}
    plan = loaded(tmp_path, opening=opening, stops={"booth": {"lanes": lanes}}, **changes)
    assert plan.lanes[0].windows == ((360, 540),)


def test_the_expected_load_leaves_out_those_who_turn_back(tmp_path: Path) -> None:
    opening = {"hours": "01:30-24:00", "arrivals": "turn_back"}
    load = offered_load(loaded(tmp_path, opening=opening))
    assert load.arrivals[0].tolist() == [0, 6, 12, 12]
