"""Tables of events: made and written piece by piece, they are what they would be at once."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import yaml
from booth import BOOTH
from places import DATA, SMALL
from pyarrow import parquet

import bcpsim
from bcpsim.runs import events

TABLES = ("travellers", "activities", "queues")


@pytest.mark.parametrize("name", TABLES)
def test_pieces_are_the_table_and_groups_of_rows_in_its_file(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    result = bcpsim.run(DATA / "rich.yaml", replications=2, event_log="all")
    whole: pd.DataFrame = getattr(result, name)
    kept = [one for variant in result.variants for one in variant.kept]
    make = getattr(events, name)
    monkeypatch.setattr(events, "ROWS", 50)
    pieces = [piece for one in kept for piece in make(one)]
    assert len(pieces) > 4
    assert max(map(len, pieces)) <= 50
    pd.testing.assert_frame_equal(pd.concat(pieces, ignore_index=True), whole)
    events.write(tmp_path / "table", make, kept)
    about = parquet.ParquetFile(tmp_path / "table").metadata
    groups = [about.row_group(k).num_rows for k in range(about.num_row_groups)]
    assert all(50 <= rows < 100 for rows in groups[:-1])
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "table"), whole, check_freq=False)


def test_variants_with_other_columns_share_a_file(tmp_path: Path) -> None:
    scenario = yaml.safe_load(SMALL.read_text("utf-8"))
    own = {"attributes": {"lane": {"fast": 0.5, "slow": 0.5}}}
    scenario["variants"]["more"]["classes"] = {"car": own}
    (tmp_path / "small.yaml").write_text(yaml.safe_dump(scenario), "utf-8")
    result = bcpsim.run(tmp_path / "small.yaml", variants=["base", "more"], replications=2)
    bcpsim.save(result, tmp_path / "out")
    stored = pd.read_parquet(tmp_path / "out" / "travellers.parquet")
    assert list(stored.columns) == list(result.travellers.columns)
    assert stored["lane"].isna().groupby(stored["variant"]).all().to_dict() == {
        "base": True,
        "more": False,
    }


def test_what_the_end_of_the_run_cuts_off_has_no_times() -> None:
    scenario = copy.deepcopy(BOOTH)
    scenario["horizon"].update(duration="10 min", ending="cut")
    scenario["traffic"]["cars"]["arrivals"] = {"pattern": "batch", "count": 1}
    names = ("first", "second", "third", "fourth")
    scenario["activities"] = {name: {"skill": "papers", "duration": "6 min"} for name in names}
    scenario["workflow"]["steps"]["check"]["do"] = list(names)
    result = bcpsim.run(bcpsim.load(scenario), replications=1)
    table = result.activities.set_index("activity")
    assert list(table.index) == list(names)
    assert table["started_min"].tolist()[:2] == [0, 6]
    assert table["ended_min"].tolist()[:1] == [6]
    assert np.isnan(table["started_min"].tolist()[2:]).all()
    assert np.isnan(table["ended_min"].tolist()[1:]).all()


def test_nobody_makes_tables_without_rows(tmp_path: Path) -> None:
    scenario = copy.deepcopy(BOOTH)
    scenario["traffic"]["cars"]["arrivals"] = {"pattern": "batch", "count": 0}
    result = bcpsim.run(bcpsim.load(scenario), replications=1)
    bcpsim.save(result, tmp_path / "out")
    for name in TABLES:
        stored = pd.read_parquet(tmp_path / "out" / f"{name}.parquet")
        assert stored.empty
        pd.testing.assert_frame_equal(stored, getattr(result, name), check_freq=False)


def test_activities_of_hurried_officers_fill_their_task() -> None:
    scenario = copy.deepcopy(BOOTH)
    scenario["traffic"]["cars"]["arrivals"] = {"pattern": "batch", "count": 2}
    skill = next(iter(scenario["activities"].values()))["skill"]
    scenario["activities"] = {
        "look": {"skill": skill, "duration": "4 min"},
        "ask": {"skill": skill, "duration": "2 min"},
    }
    [step] = scenario["workflow"]["steps"].values()
    step["do"] = ["look", "ask"]
    [group] = scenario["officers"].values()
    group["shifts"] = [{"from": "00:00", "to": "24:00", "count": 1}]
    group["pressure"] = {"from": 0, "to": 1, "pace": 0.5}
    done = bcpsim.run(scenario, replications=1).activities
    # One waits as the first begins, who takes half the time; nobody does then.
    assert list(done["activity"]) == ["look", "ask", "look", "ask"]
    assert (done["ended_min"] - done["started_min"]).tolist() == pytest.approx([2, 1, 4, 2])
