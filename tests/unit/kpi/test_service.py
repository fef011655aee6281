"""The short measurement that a search for rosters uses gives what the long one gives."""

from __future__ import annotations

import numpy as np
from places import DATA

import bcpsim
from bcpsim.engine import replicate_block
from bcpsim.kpi import Meter, Row
from bcpsim.kpi.service import Floats, ServiceMeter, ServiceValues
from bcpsim.plan import compile_plan


def test_shares_and_busy_officers_are_those_of_the_long_measurement() -> None:
    overrides = {"classes.car.target": "{waiting_time: 5 min}"}
    plan = compile_plan(bcpsim.load(DATA / "booths.yaml", overrides=overrides))
    runs = replicate_block(plan, 1, [0, 3])
    meter = Meter(plan)
    long = meter.measure(*runs)
    services = ServiceMeter(plan, [("car", "waiting_time", 5.0)], ["guards"]).measure(*runs)
    for short, hourly, totals in zip(services, long.hourly, long.totals, strict=True):
        by_hour = dict(zip(meter.hourly_rows, hourly, strict=True))
        in_all = dict(zip(meter.rows, totals, strict=True))
        agrees(short, by_hour, in_all)


def agrees(short: ServiceValues, by_hour: dict[Row, Floats], in_all: dict[Row, float]) -> None:
    share = Row("share_in_target", "all", "waiting_time")
    assert np.allclose(100 * short.within[0] / short.judged[0], by_hour[share])
    assert np.isclose(100 * short.within[0].sum() / short.judged[0].sum(), in_all[share])
    assert np.allclose(short.busy[0], by_hour[Row("officers_busy", "officers=guards", "mean")])
    assert short.inside[0] == in_all[Row("inside_at_end", "all", "total")]
