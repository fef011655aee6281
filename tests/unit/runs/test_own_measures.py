"""Measures of one's own: a function that is asked about each replication."""

import threading
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

import bcpsim
from bcpsim.stats import mean_interval

DATA = Path(__file__).parents[2] / "data"
SMALL = DATA / "small.yaml"


def waits(events: bcpsim.Events) -> dict[str, float]:
    times = events.travellers["waiting_min"]
    return {"mean_wait": times.mean(), "arrivals": len(times), "done": len(events.activities)}


def test_they_are_the_programs_own_where_both_ask_the_same() -> None:
    result = bcpsim.run(SMALL, variants=["base", "more"], replications=5, each=waits)
    rows = result.measures.query("population == 'all'").set_index(["variant", "measure"])
    own = result.own.set_index(["variant", "measure"])
    for variant in ("base", "more"):
        for name in ("estimate", "low", "high"):
            there = rows.loc[(variant, "arrivals"), name]
            assert own.loc[(variant, "arrivals"), name] == pytest.approx(there)
    assert list(own.index.get_level_values(1)) == ["mean_wait", "arrivals", "done"] * 2


def test_values_and_intervals_are_of_the_replications() -> None:
    result = bcpsim.run(SMALL, replications=6, each=lambda events: {"number": events.number**2})
    assert list(result.own_replications["value"]) == [0, 1, 4, 9, 16, 25]
    wanted = mean_interval(np.arange(6.0)[:, None] ** 2)
    [row] = result.own.to_dict("records")
    assert (row["low"], row["high"]) == (wanted.low[0], wanted.high[0])


def test_where_there_is_no_value_the_others_count() -> None:
    def some(events: bcpsim.Events) -> dict[str, float | None]:
        if events.number == 0:
            return {"a": None}
        return {"a": 1.0, "b": True} if events.number == 1 else {"a": float("nan"), "b": 0}

    own = bcpsim.run(SMALL, replications=4, each=some).own.set_index("measure")
    assert own.loc["a", "replications"] == 1
    assert own.loc["b", "replications"] == 3
    assert own.loc["b", "estimate"] == pytest.approx(1 / 3)


def test_workers_change_nothing() -> None:
    one = bcpsim.run(SMALL, replications=4, each=waits)
    two = bcpsim.run(SMALL, replications=4, each=waits, workers=2)
    assert_frame_equal(one.own_replications, two.own_replications)
    by_lambda = bcpsim.run(SMALL, replications=2, workers=2, each=lambda events: {"one": 1})
    assert list(by_lambda.own["estimate"]) == [1]


def test_a_precision_asks_of_all_its_replications() -> None:
    precision = bcpsim.Precision(0.3, floor=5, ceiling=40)
    result = bcpsim.run(SMALL, precision=precision, each=waits)
    assert list(result.own["replications"]) == [result.count] * 3


def test_the_events_are_not_kept() -> None:
    result = bcpsim.run(SMALL, replications=3, each=waits, event_log="none")
    assert result.variants[0].kept == ()
    assert bcpsim.run(SMALL, replications=1).own.empty


def test_the_folder_has_them(tmp_path: Path) -> None:
    result = bcpsim.run(SMALL, replications=3, each=waits)
    folder = bcpsim.save(result, tmp_path / "r")
    assert_frame_equal(pd.read_csv(folder / "own.csv"), result.own, check_dtype=False)
    assert_frame_equal(
        pd.read_parquet(folder / "own-replications.parquet"),
        result.own_replications,
        check_dtype=False,
    )
    assert bcpsim.verify_result(folder).whole


def test_they_are_read_back(tmp_path: Path) -> None:
    def some(events: bcpsim.Events) -> dict[str, float]:
        arrived = len(events.travellers)
        longest = events.travellers["waiting_min"].max() if events.number else np.nan
        return {"=arrived, in all": arrived, "longest wait": longest}

    result = bcpsim.run(SMALL, variants=["base", "more"], replications=3, each=some)
    stored = bcpsim.load_result(bcpsim.save(result, tmp_path / "r"))
    assert isinstance(stored, bcpsim.StoredResult)
    assert_frame_equal(stored.own, result.own)
    assert_frame_equal(stored.own_replications, result.own_replications)


def test_without_them_nothing_is_read_back(tmp_path: Path) -> None:
    result = bcpsim.run(SMALL, replications=1)
    stored = bcpsim.load_result(bcpsim.save(result, tmp_path / "r"))
    assert isinstance(stored, bcpsim.StoredResult)
    assert stored.own.empty
    assert list(stored.own) == list(result.own)
    assert list(stored.own_replications) == list(result.own_replications)


def test_damaged_ones_are_told(tmp_path: Path) -> None:
    folder = bcpsim.save(bcpsim.run(SMALL, replications=3, each=waits), tmp_path / "r")
    stored = bcpsim.load_result(folder)
    assert isinstance(stored, bcpsim.StoredResult)
    (folder / "own-replications.parquet").unlink()
    with pytest.raises(bcpsim.InputError, match="is missing; the result isn't whole"):
        _ = stored.own_replications
    (folder / "SHA256SUMS").unlink()
    text = (folder / "own.csv").read_text("utf-8").replace("base,", "other,", 1)
    (folder / "own.csv").write_text(text, "utf-8")
    with pytest.raises(bcpsim.InputError, match="row 2: variant: 'other' is none of this result"):
        _ = stored.own


@pytest.mark.parametrize(
    ("found", "message"),
    [
        (12, "expected a dictionary of numbers by name, such as"),
        ({"a": "x"}, "a: expected a number, or None where there is none; found str"),
        ({3: 1.0}, "expected names of text, found 3"),
    ],
)  # fmt: skip
def test_what_is_no_number_by_name_is_told(found: object, message: str) -> None:
    with pytest.raises(bcpsim.InputError, match=message):
        bcpsim.run(SMALL, replications=1, each=lambda _: found)  # type: ignore[arg-type,return-value]


def test_its_own_errors_say_of_which_replication() -> None:
    def wrong(events: bcpsim.Events) -> dict[str, float]:
        return {"x": 1 / (1 - events.number)}

    with pytest.raises(ZeroDivisionError) as error:
        bcpsim.run(SMALL, replications=3, each=wrong)
    assert error.value.__notes__ == [
        "raised by the function given as each (variant base, replication 1)"
    ]


def test_what_cannot_be_sent_is_told_before_anything_is_run() -> None:
    lock = threading.Lock()

    def locked(events: bcpsim.Events) -> dict[str, float]:
        with lock:
            return {"x": 1}

    with pytest.raises(bcpsim.InputError, match="can't be sent to other processes"):
        bcpsim.run(SMALL, replications=4, workers=2, each=locked)
    assert bcpsim.run(SMALL, replications=1, each=locked).own["estimate"][0] == 1
