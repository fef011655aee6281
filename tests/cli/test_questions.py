"""A planner's everyday questions on the command line."""

from __future__ import annotations

import csv
import json
from io import StringIO
from pathlib import Path

import yaml
from booth import circle, written
from program import ROOT, bcpsim, done

SMALL = ROOT / "tests" / "data" / "small.yaml"


WHOLE = "Booths: over the whole time 28 hours of work meet 24 hours of capacity"


def test_overload_stands_at_the_end_of_what_run_and_compare_answer(tmp_path: Path) -> None:
    file = written(tmp_path)
    folder = tmp_path / "result"
    assert f"Note: {WHOLE}" in done("run", file, "--replications", 2, "--out", folder)
    stored = json.loads((folder / "provenance.json").read_text("utf-8"))
    assert any(note.startswith(WHOLE) for note in stored["notes"])
    answer = bcpsim("run", file, "--replications", 2, "--format", "csv")
    assert f"Note: {WHOLE}" in answer.stderr
    assert "Note" not in answer.stdout
    assert "Note" not in bcpsim("run", file, "--replications", 2, "-q", "--format", "csv").stderr
    parsed = json.loads(done("run", file, "--replications", 2, "--format", "json"))
    assert any(note.startswith(WHOLE) for note in parsed["notes"])
    compared = done("compare", file, "--replications", 2)
    assert f"Note: base: {WHOLE}" in compared


def test_without_overload_there_are_no_notes() -> None:
    assert "Note: " not in done("run", SMALL, "--replications", 10)


def test_stops_that_can_block_one_another_are_told_before_a_run(tmp_path: Path) -> None:
    file = circle(tmp_path)
    checked = bcpsim("validate", file)
    assert checked.returncode == 0
    assert (
        "warning: ways lead in a circle between Booths and Yard through waiting areas with places "
        "(Approach 2, apron 1): when these are full, vehicles can block one another for ever. Give "
        "one of the areas room for all, or let the stops share one area"
    ) in checked.stderr
    ran = bcpsim("run", file, "--replications", 1, "--format", "csv")
    assert "Note: Booths and Yard block one another for ever in 1 of 1 replications" in ran.stderr


def test_one_more_booth_is_asked_about_without_a_variant(tmp_path: Path) -> None:
    file = written(tmp_path, rate="50/h")
    lane, officer = "stops.booths.lanes=2", "officers.guards.shifts.0.count=2"
    asked = ("--with", lane, "--with", f"{lane} + {officer}", "--replications", 5, "--full")
    answer = done("compare", file, *asked, columns=200)
    assert f"{lane} against base" in answer
    assert f"{lane} + {officer} against base" in answer
    assert (
        f"Note: {lane}: nobody waits shorter or longer than in base in any of 5 replications; "
        "Booths: never more than 1 officer is on duty for its 2 lanes: 1 always without an officer."
    ) in answer
    folder = tmp_path / "asked"
    done("compare", file, "--with", lane, "--replications", 2, "--out", folder)
    stored = json.loads((folder / "comparison.json").read_text("utf-8"))
    assert stored["notes"][0].startswith(f"{lane}: nobody waits shorter or longer")
    assert (folder / f"scenario-{lane}.yaml").is_file()


def test_a_change_that_is_mistyped_is_told_with_its_place(tmp_path: Path) -> None:
    file = written(tmp_path)
    wrong = bcpsim("compare", file, "--with", "stops.boths.lanes=2")
    assert wrong.returncode == 2
    assert "--with: stops.boths: no such field" in wrong.stderr
    assert "did you mean 'booths'?" in wrong.stderr
    several = bcpsim("compare", file, file, "--with", "stops.booths.lanes=2")
    assert several.returncode == 2
    assert "are for one file" in several.stderr


def test_what_was_set_and_cannot_matter_is_told(tmp_path: Path) -> None:
    file = written(tmp_path, rate="50/h")
    lanes = bcpsim("run", file, "--set", "stops.booths.lanes=2", "--replications", 2)
    assert (
        "bcpsim: hint on --set: Booths: never more than 1 officer is on duty for its 2 lanes"
    ) in lanes.stderr
    crowd = "officers.guards.shifts.0.count=30"
    officers = bcpsim("run", file, "--set", crowd, "--replications", 2)
    assert (
        "warning: Booths: 30 officers are on duty at 00:00, and at most 1 can work in its 1 lane "
        "at a time: 29 have nothing to do"
    ) in officers.stderr
    assert "hint" not in officers.stderr  # once is enough
    same = bcpsim("run", file, "--set", "stops.booths.lanes=1", "--replications", 2)
    assert "hint on --set: it changes nothing: the scenario has these values" in same.stderr
    described = done("describe", file, "--set", "stops.booths.lanes=2")
    assert "Hint: Booths: never more than 1 officer is on duty for its 2 lanes" in described


def test_variants_are_put_together_by_every_command_that_takes_one() -> None:
    border = ROOT / "scenarios" / "land" / "kapitan_andreevo.yaml"
    both = "fourth_truck_customs_officer+sixth_passport_officer"
    assert f"variant {both}" in done("describe", border, "--variant", both)
    assert f"variant {both}" in done(
        "run", border, "--variant", both, "--replications", 1, "--full"
    )
    assert f"{both} against base" in done(
        "compare", border, "--alternative", both, "--replications", 2, "--full"
    )
    blanks = both.replace("+", " + ")
    assert f"variant {both}" in done("describe", border, "--variant", blanks)
    clash = bcpsim("describe", border, "--variant", "staggered_customs_shift+" + both)
    assert clash.returncode == 2
    assert "officers.customs_trucks.shifts: is set by 'fourth_truck_customs_officer' here" in (
        clash.stderr
    )


def test_describe_takes_all_variants_and_says_what_is_none(tmp_path: Path) -> None:
    file = written(tmp_path)
    answer = done("describe", file, "--variant", "all")
    assert [line for line in answer.splitlines() if line.startswith("booth")] == [
        "booth",
        "booth, variant two",
    ]
    for name in ("", "two+"):
        wrong = bcpsim("describe", file, "--variant", name)
        assert wrong.returncode == 2
        assert wrong.stderr == (
            f"{file}: variants: expected a name, or names joined by '+' such as 'a+b', found "
            f"{name!r}\n"
        )


def unboxed(message: str) -> str:
    """Return a message without the box around it, in one line."""
    return " ".join(message.replace("│", " ").split())


def test_results_that_were_kept_are_compared_without_a_run(tmp_path: Path) -> None:
    file = written(tmp_path, rate="50/h")
    today, two = tmp_path / "today", tmp_path / "two"
    done("run", file, "--replications", 5, "--out", today)
    done("run", file, "--replications", 5, "--variant", "two", "--out", two)
    answer = done("compare", today, two, "--full")
    assert "two against today" in answer
    assert "that see the same vehicles" in answer
    mixed = bcpsim("compare", today, file)
    assert mixed.returncode == 2
    assert "give scenario files, or folders of run" in " ".join(
        mixed.stderr.replace("│", " ").split()
    )
    changed = bcpsim("compare", today, two, "--with", "stops.booths.lanes=3")
    assert changed.returncode == 2
    assert "results are compared as they were run" in " ".join(
        changed.stderr.replace("│", " ").split()
    )
    done("run", file, "--replications", 5, "--variant", "all", "--out", tmp_path / "both")
    assert "two against base" in done(
        "compare", f"{tmp_path}/both:base", f"{tmp_path}/both:two", "--full"
    )
    missing = bcpsim("compare", "today", "nowhere", cwd=tmp_path)
    assert "nowhere: no such file or folder" in missing.stderr


def test_waits_by_the_hour_are_printed_without_plots(tmp_path: Path) -> None:
    file = written(tmp_path, rate="50/h")
    answer = done("run", file, "--replications", 3, "--by", "hour")
    assert "by local hour" in answer
    assert "Waiting time, mean (min)" in answer
    assert any(line.startswith(" 07:00 ") for line in answer.splitlines())
    rows = list(csv.DictReader(StringIO(done("run", file, "--by", "hour", "--format", "csv"))))
    assert len({row["hour"] for row in rows}) == 24
    waits = [row for row in rows if (row["measure"], row["population"]) == ("waiting_time", "all")]
    parsed = json.loads(done("run", file, "--by", "hour", "--format", "json"))["hourly"]
    same = [row for row in parsed if (row["measure"], row["population"]) == ("waiting_time", "all")]
    assert [float(row["estimate"]) for row in waits] == [row["estimate"] for row in same]
    assert same[0]["hour"].startswith("2026-04-13T00:00:00")


def test_a_sweep_says_at_which_points_more_work_comes_than_can_be_done(tmp_path: Path) -> None:
    sweep = {
        "name": "load",
        "scenario": written(tmp_path, rate="50/h").name,
        "replications": 2,
        "factors": {"load": {"set": "traffic.cars.arrivals.scale", "values": [0.5, 1.0, 1.4, 2.0]}},
        "design": {"kind": "full_factorial"},
        "measures": ["waiting_time"],
        "variants": ["base", "two"],
    }
    file = tmp_path / "load.yaml"
    file.write_text(yaml.safe_dump(sweep), "utf-8")
    answer = done("sweep", file, "--out", tmp_path / "load", "--workers", 1)
    assert (
        "Note: Booths: more work comes over the whole time than can be done at 2 of the 4 points "
        "(first at load 1.4)"
    ) in answer
    assert "two: Booths" not in answer
