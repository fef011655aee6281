"""What makes a result depend on how long is simulated is told with it, by the numbers."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from booth import circle, written

import bcpsim
from bcpsim.runs.notes import of_variants


def test_overload_and_a_queue_that_grows_are_told_with_their_numbers(tmp_path: Path) -> None:
    result = bcpsim.run(written(tmp_path), replications=5)
    hours, whole, growing = result.notes
    assert hours == (
        "Booths: the load exceeds the capacity in 24 of 24 hours (at most 117 %, at 00:00): "
        "the queue grows in these hours"
    )
    assert whole == (
        "Booths: over the whole time 28 hours of work meet 24 hours of capacity: the queue can't "
        "be cleared before the end"
    )
    # 10 an hour more than can be served: 30, 90, 150 and 210 wait in the middle of the quarters.
    assert growing.startswith("Booths: the queue grows as long as the run lasts (on average ")
    assert result.to_dict()["notes"] == list(result.notes)


def test_a_quiet_border_has_nothing_to_tell(tmp_path: Path) -> None:
    assert bcpsim.run(written(tmp_path, rate="40/h"), replications=5).notes == ()


def test_a_queue_at_its_start_up_is_no_growth(tmp_path: Path) -> None:
    # At 57/60 a queue from nothing takes hours to its level; its last quarters are alike.
    notes = bcpsim.run(written(tmp_path, rate="57/h"), replications=20).notes
    assert notes == ()


def test_a_peak_at_the_end_of_the_run_is_no_growth(tmp_path: Path) -> None:
    # 20, 30 and 40 an hour, and in the last quarter 10 and 90: more wait in each quarter.
    hours = [20.0] * 6 + [30.0] * 6 + [40.0] * 6 + [10.0, 90.0, 90.0, 90.0, 10.0, 10.0]
    path = written(tmp_path)
    scenario = yaml.safe_load(path.read_text("utf-8"))
    scenario["traffic"]["cars"]["arrivals"] = {"pattern": "hourly", "per_hour": hours}
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    [peak] = bcpsim.run(path, replications=5).notes
    assert peak.startswith("Booths: the load exceeds the capacity in 3 of 24 hours (at most 150 %,")


def test_work_that_only_just_exceeds_what_can_be_done_is_told_apart(tmp_path: Path) -> None:
    notes = bcpsim.run(written(tmp_path, rate="60.2/h"), replications=1).notes
    assert notes[1].startswith("Booths: over the whole time 24.08 hours of work meet 24.00 hours")


def test_many_still_inside_are_told_with_their_share(tmp_path: Path) -> None:
    path = written(tmp_path)
    scenario = yaml.safe_load(path.read_text("utf-8"))
    scenario["horizon"] |= {"ending": "cut"}
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    result = bcpsim.run(path, replications=5)
    frame = result.measures.set_index(["measure", "population", "statistic"])["estimate"]
    inside, arrivals = (frame[name, "all", "total"] for name in ("inside_at_end", "arrivals"))
    assert (
        f"{inside:.3g} of {arrivals:,.4g} vehicles ({100 * inside / arrivals:.0f} %) are still "
        "inside at the end: waits are those of who left, and too short for all"
    ) in result.notes


def test_notes_of_several_variants_say_whose_they_are(tmp_path: Path) -> None:
    path = written(tmp_path)
    result = bcpsim.run(path, variants=["base", "two"], replications=2)
    assert result.notes
    assert all(note.startswith("base: Booths: ") for note in result.notes)
    comparison = bcpsim.compare(path, replications=2)
    assert comparison.notes == result.notes
    assert comparison.to_dict()["notes"] == list(result.notes)


@pytest.mark.parametrize(
    ("notes", "told"),
    [
        ({"base": ("a", "b")}, ("a", "b")),
        ({"base": ("a", "b"), "two": ("a",)}, ("base, two: a", "base: b")),
        ({"base": (), "two": ()}, ()),
    ],
)
def test_a_note_of_several_stands_once(
    notes: dict[str, tuple[str, ...]], told: tuple[str, ...]
) -> None:
    assert of_variants(notes) == told


def test_who_blocks_whom_is_told_by_name_with_the_areas(tmp_path: Path) -> None:
    path = circle(tmp_path)
    [note] = [one for one in bcpsim.run(path, replications=3).notes if "for ever" in one]
    assert note == (
        "Booths and Yard block one another for ever in 3 of 3 replications: at the end on average "
        "6 vehicles can never move on, 4 at Booths (waiting area Approach with 2 places) and 2 at "
        "Yard (waiting area apron with 1 place), as each needs a place where the others wait"
    )


def reacting(tmp_path: Path, rule: dict[str, object], rate: str = "70/h") -> tuple[str, ...]:
    """Return the notes on a border with a rule that begins at 20 in the queue of one officer."""
    path = written(tmp_path, rate=rate)
    scenario = yaml.safe_load(path.read_text("utf-8"))
    guards = scenario["officers"]["guards"]
    shifts = [{"from": "00:00", "to": "24:00", "count": 4}]
    scenario["officers"]["helpers"] = {**guards, "shifts": shifts}
    scenario["stops"]["booths"]["lanes"] = 5
    trigger = {"queue": "booths", "reaches": 20}
    idle = {"trigger": {"queue": "booths", "reaches": 999}, "reserve": {"helpers": 1}}
    scenario["disturbances"] = {
        "idle": idle,  # so that helpers are a reserve
        "rule": {"trigger": trigger, "until": 0, **rule},
    }
    path.write_text(yaml.safe_dump(scenario), "utf-8")
    return bcpsim.run(path, replications=5).notes


def test_officers_who_may_be_called_count(tmp_path: Path) -> None:
    # Two officers for 117 % of one's work; for 233 % two are too few, and three enough.
    assert reacting(tmp_path, {"reserve": {"helpers": 1}}) == ()
    assert reacting(tmp_path, {"reserve": {"helpers": 2}}, "140/h") == ()
    hours, whole, *_ = reacting(tmp_path, {"reserve": {"helpers": 1}}, "140/h")
    assert hours == (
        "Booths: the load exceeds the capacity, with all reserves called, in 24 of 24 hours "
        "(at most 117 %, at 00:00): the queue grows in these hours"
    )
    assert whole == (
        "Booths: over the whole time 56 hours of work meet 48 hours of capacity, with all reserves "
        "called: the queue can't be cleared before the end"
    )


def test_a_queue_that_a_rule_clears_is_not_told_to_stay(tmp_path: Path) -> None:
    quicker = {"activities": {"papers": {"factor": 0.2}}}
    [hours] = reacting(tmp_path, quicker, "140/h")
    assert hours.endswith(
        "the queue grows in these hours, unless a disturbance changes work or capacity"
    )
