"""Pictures of runs and comparisons: what they show, on what scale, and for whom."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from borders import two_stops
from matplotlib.axes import Axes

import bcpsim
from bcpsim.errors import InputError
from bcpsim.report import comparison_plots, run_plots
from bcpsim.report.spent import reasons, time_spent
from bcpsim.report.told import Told, told_of

ROUTE = {"next": [{"to": {"look": "40 %", "released": "60 %"}}]}
WAYS = {
    "two_guards": {
        "title": "Two guards",
        "officers": {"guards": {"shifts": [{"from": "00:00", "to": "24:00", "count": 2}]}},
    },
    "slow_look": {"activities": {"look": {"duration": "20 min"}}},
}


def scenario() -> dict[str, Any]:
    """Return a border where two in five have a second look of twelve minutes, in two classes."""
    made = two_stops()
    made["title"] = "Small bridge"
    made["stops"]["yard"]["title"] = "Laboratory"
    made["classes"] = {"car": {"title": "Cars"}, "van": {"title": "Vans"}}
    arrivals = {"pattern": "constant", "rate": "5/h"}
    made["traffic"] = {"cars": {"classes": {"car": 0.5, "van": 0.5}, "arrivals": arrivals}}
    made["workflow"]["steps"]["check"] |= ROUTE
    made["activities"]["look"]["duration"] = "12 min"
    return {**made, "variants": WAYS}


@pytest.fixture(scope="module")
def result() -> bcpsim.Result:
    return bcpsim.run(bcpsim.load_variants(scenario()), replications=5, seed=3)


@pytest.fixture(scope="module")
def comparison() -> bcpsim.Comparison:
    return bcpsim.compare(bcpsim.load_variants(scenario()), replications=5, seed=3)


@pytest.fixture(scope="module")
def told(result: bcpsim.Result) -> Told:
    return told_of(result)


def test_a_picture_is_headed_by_the_place_and_the_way_of_working(told: Told) -> None:
    assert [told.head(way) for way in told.ways] == [
        "Small bridge",
        "Small bridge: Two guards",
        "Small bridge: slow look",
    ]
    assert told.whole_title == "Small bridge"
    assert replace(told, ways=told.ways[2:]).whole_title == "Small bridge: slow look"


def test_each_stop_and_each_group_has_a_panel_with_a_scale_of_its_own(
    result: bcpsim.Result,
) -> None:
    queues = result.plot.queues()
    assert queues.shape == (2, 2)
    assert [pair[0].get_title(loc="left") for pair in queues] == ["booth", "Laboratory"]
    tops = [pair[0].get_ylim()[1] for pair in queues]
    assert tops[0] > 2 * tops[1]  # a queue at the booth, hardly any at the laboratory
    groups = result.plot.officers("two_guards")
    assert [axes.get_title(loc="left") for axes in groups] == ["guards", "lookers"]
    assert groups[0].figure.get_suptitle() == "Small bridge: Two guards"


def test_an_interval_without_bound_does_not_flatten_the_means(told: Told) -> None:
    assert told.hourly is not None
    rows = told.hourly.copy()
    wide = rows.index[(rows["measure"] == "waiting_time") & (rows["population"] == "stop=booth")][1]
    rows.loc[wide, "high"] = 10_000.0
    [(_, shown)] = run_plots.clocks(replace(told, hourly=rows), told.ways[0])
    figure = run_plots.queues(told, shown)
    means = shown.rows[shown.rows["population"] == "stop=booth"]
    highest = means[means["measure"] == "waiting_time"]["estimate"].max()
    assert highest < figure.axes[0].get_ylim()[1] <= 1.05 * 1.6 * highest
    assert "some cut" in figure.get_supxlabel()


def test_an_hour_between_empty_ones_is_a_stretch_not_a_dot(told: Told) -> None:
    assert told.hourly is not None
    rows = told.hourly.copy()
    hours = rows["hour"].unique()
    waits = rows["measure"] == "waiting_time"
    rows.loc[waits & (rows["hour"] != hours[1]), ["estimate", "low", "high"]] = math.nan
    [(_, shown)] = run_plots.clocks(replace(told, hourly=rows), told.ways[0])
    steps = run_plots.queues(told, shown).axes[0].patches[0].get_path().vertices
    drawn = np.asarray(steps)[:, 0]
    assert drawn.max() - drawn.min() == pytest.approx(1 / 24)


def test_a_stop_weighs_as_often_as_it_is_visited(result: bcpsim.Result, told: Told) -> None:
    way = told.ways[0]
    whole, booth, yard = time_spent(told, way)
    names = [name for name, _ in reasons()]
    visits = told.of(way, "visits", "stop=yard", "total")
    arrivals = told.of(way, "arrivals", statistic="total")
    assert visits is not None
    assert arrivals is not None
    share = visits.value / arrivals.value
    assert 0.2 < share < 0.6
    assert yard.minutes[names.index("service_time")] == pytest.approx(12 * share)
    in_system = told.of(way, "time_in_system")
    assert in_system is not None
    assert sum(whole.minutes) == pytest.approx(in_system.value, rel=0.02)
    assert sum(booth.minutes) + sum(yard.minutes) == pytest.approx(sum(whole.minutes), rel=0.02)
    axes = result.plot.where_time_goes()
    assert [label.get_text() for label in axes.get_yticklabels()] == [
        "Whole crossing",
        "booth",
        "Laboratory",
    ]


def test_ways_of_working_stand_side_by_side_by_class(comparison: bcpsim.Comparison) -> None:
    told = told_of(comparison)
    figure = comparison_plots.classes(told)
    wait, stay = figure.axes
    assert [label.get_text() for label in wait.get_yticklabels()] == ["All", "Cars", "Vans"]
    assert wait.get_xlabel() == "Waiting time, mean (min)"
    assert stay.get_xlabel() == "Time in system, mean (min)"
    labels = [text.get_text() for text in figure.legends[0].get_texts()]
    assert labels == ["base", "Two guards", "slow look"]
    values = [bars.lines[0].get_xdata()[1] for bars in wait.containers]
    cars = [told.of(way, "waiting_time", "class=car") for way in told.ways]
    assert values == [one.value for one in cars if one is not None]


def test_python_gets_axes_of_results_as_they_are_and_as_stored(
    result: bcpsim.Result, comparison: bcpsim.Comparison, tmp_path: Path
) -> None:
    stored = bcpsim.load_result(bcpsim.save(result, tmp_path / "run"))
    both = bcpsim.load_result(bcpsim.save_comparison(comparison, tmp_path / "compare"))
    for one in (stored.plot.times_by_class("slow_look"), both.plot.changes()):
        assert isinstance(one, Axes)
    assert len(comparison.plot.differences()) == len(both.plot.differences()) == 2
    assert "queues(), officers()" in repr(stored.plot)
    with pytest.raises(InputError, match=r"no variant 'slow'.*base, two_guards, slow_look"):
        result.plot.queues("slow")


def test_long_comparisons_are_drawn_by_day(comparison: bcpsim.Comparison) -> None:
    told = told_of(comparison)
    frame = told.changes_by_hour
    assert frame is not None
    days = [frame.assign(hour=frame["hour"] + pd.Timedelta(days=day)) for day in range(20)]
    figure = comparison_plots.differences(replace(told, changes_by_hour=pd.concat(days)))
    assert len(figure.axes[0].lines[0].get_xdata()) == 20
    assert "by day" in figure.get_supxlabel()
