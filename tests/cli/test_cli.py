"""The command line as a user meets it."""

from __future__ import annotations

import csv
import json
import re
import subprocess
import sys
from datetime import date
from io import StringIO
from pathlib import Path

import jsonschema
import pandas as pd
import pytest
import yaml
from program import ROOT, bcpsim, done, refused

from bcpsim import load
from bcpsim.plan import compile_plan
from bcpsim.scenario.people import Roster
from bcpsim.scenario.tables import by_officer, read_table

SMALL = ROOT / "tests" / "data" / "small.yaml"
COLUMNS = [
    "variant",
    "measure",
    "population",
    "statistic",
    "unit",
    "estimate",
    "low",
    "high",
    "replications",
]


def test_help_shows_examples_and_every_command() -> None:
    text = done("--help")
    assert "bcpsim new land" in text
    for command in (
        "run",
        "compare",
        "validate",
        "describe",
        "draw",
        "report",
        "plot",
        "waiting",
        "schema",
        "new",
        "calibrate",
        "compare-observed",
        "staff",
        "sensitivity",
        "frontier",
        "what-if",
        "measures",
        "verify",
    ):
        assert f" {command} " in text


def test_version() -> None:
    assert done("--version") == "bcpsim 0.2.0\n"


def test_validate_tells_good_from_bad(tmp_path: Path) -> None:
    assert done("validate", SMALL) == f"{SMALL}: valid, 1 variant\n"
    bad = tmp_path / "bad.yaml"
    bad.write_text(SMALL.read_text("utf-8").replace("rate: 60/h", "rat: 60/h"), "utf-8")
    message = refused(2, "validate", SMALL, bad)
    assert f"{bad}:12:35: traffic.vehicles.arrivals.rat: unknown key 'rat'" in message
    assert "(did you mean 'rate'?)" in message


def test_validate_and_run_warn_of_a_stop_where_nobody_is(tmp_path: Path) -> None:
    file = tmp_path / "gap.yaml"
    gap = '{from: "02:00", to: "04:00", count: 1}'
    file.write_text(SMALL.read_text("utf-8").replace(gap, gap.replace("1}", "0}")), "utf-8")
    words = (
        "Booths: in 2 of 4 hours travellers come, and nobody is on duty, no lane is open or "
        "equipment is in maintenance (first at 02:00)"
    )
    told = bcpsim("validate", file)
    assert (told.returncode, told.stderr) == (0, f"{file}: warning: {words}\n")
    assert bcpsim("run", file, "--replications", 2).stderr == told.stderr


def test_run_prints_a_table_with_intervals() -> None:
    text = done("run", SMALL, "--replications", 3)
    assert "Waiting time, mean (min)" in text
    assert re.search(r"Waiting time, mean \(min\) +[0-9.]+ \[-?[0-9.]+, [0-9.]+\]", text)
    assert "3 replications (seed 1)" in text
    assert "Lane utilisation" not in text
    assert "Lane utilisation" in done("run", SMALL, "--replications", 3, "--full")
    assert not re.search(" $", text, re.MULTILINE)
    assert max(map(len, text.splitlines())) <= 120  # as COLUMNS says


def test_run_prints_json_with_provenance_and_measures() -> None:
    data = json.loads(done("run", SMALL, "--replications", 2, "--format", "json"))
    assert set(data) == {"provenance", "measures", "notes"}
    assert set(data["provenance"]) == {
        "scenario",
        "variants",
        "seed",
        "replications",
        "weight",
        "bcpsim",
        "code",
        "python",
        "machine",
        "libraries",
    }
    assert all(list(row) == COLUMNS for row in data["measures"])


def test_run_prints_the_same_rows_as_csv() -> None:
    rows = list(csv.DictReader(done("run", SMALL, "--format", "csv").splitlines()))
    data = json.loads(done("run", SMALL, "--format", "json"))
    assert [row["measure"] for row in rows] == [row["measure"] for row in data["measures"]]
    assert list(rows[0]) == COLUMNS
    for text, number in zip(rows, data["measures"], strict=True):
        assert (float(text["estimate"]) if text["estimate"] else None) == number["estimate"]


def test_same_bytes_for_any_number_of_workers_and_again() -> None:
    arguments = ("run", SMALL, "--variant", "all", "--replications", 9, "--format", "json")
    first = done(*arguments, "--workers", 1)
    assert first == done(*arguments, "--workers", 2)
    assert first == done(*arguments)


def test_a_run_to_a_precision_says_how_it_ended_and_is_the_same_for_any_workers() -> None:
    arguments = ("run", SMALL, "--precision", "20%", "--measure", "waiting_time")
    text = done(*arguments)
    assert "Precision of 20 % reached with" in text
    assert text == done(*arguments, "--workers", 2)
    cut = refused(1, *arguments[:3], "1 %", "--max-replications", 31)
    assert re.search(
        r"^bcpsim: Precision of 1 % NOT reached with 31 replications: time_in_system/all/mean "
        r"± [0-9.]+ % \(would take about [0-9,]+\); raise --max-replications\.$",
        cut,
    )
    assert "--measure says what --precision is for" in refused(2, *arguments[:2], *arguments[4:])
    assert "'much' is no share" in refused(2, "run", SMALL, "--precision", "much")


def test_compare_prints_changes_and_which_is_best(tmp_path: Path) -> None:
    out = tmp_path / "out"
    text = done("compare", SMALL, "--replications", 5, "--by", "hour", "--out", out)
    assert "Time in system, mean (min)" in text
    assert "Best by time in system, mean (smallest): more; probability" in text
    assert "Mon 03:00" in text
    assert "Correlation" not in text
    short = done("compare", SMALL, "--replications", 5, columns=80)
    assert "Time in system, mean (min)" in short
    assert "more against base" not in short
    assert max(map(len, short.splitlines())) <= 80
    assert "Correlation" in done("compare", SMALL, "--replications", 5, "--full", columns=160)
    assert (out / "changes.png").is_file()
    same = done("compare", SMALL, "--replications", 5, "--workers", 2, "--format", "csv")
    assert same == (out / "comparison.csv").read_text("utf-8")


def test_compare_makes_equal_and_says_what_it_did() -> None:
    path = "officers.guards.shifts.0.count"
    printed = done(
        "compare", SMALL, "--replications", 2, "--set", f"{path}=3",
        "--equal", f"officer_hours/agency=border_guard by {path}=1..9", "--equal", "overtime",
    )  # fmt: skip
    text = " ".join(printed.split())
    assert f"{path} set to 2 in more; 8 h against 8 in base (+0.00 %): equal within 1 %" in text
    assert "NOT equal within" in text
    message = refused(2, "compare", SMALL, "--equal", "officer_hours by x")
    assert (
        "expected MEASURE or MEASURE by KEY.PATH=LOW..HIGH, found 'officer_hours by x'" in message
    )


def test_warm_up_says_what_to_leave_out(tmp_path: Path) -> None:
    text = done("warm-up", SMALL, "--replications", 2, "--out", tmp_path / "out")
    assert "MSER-5 leaves out" in text
    data = json.loads(done("warm-up", SMALL, "--replications", 2, "--format", "json"))
    assert data == json.loads((tmp_path / "out" / "warm-up.json").read_text("utf-8"))


def test_each_traveller_can_weigh_the_same() -> None:
    for command in ("run", "compare"):
        text = done(command, SMALL, "--weight", "traveller", "--format", "csv")
        weights = {row["weight"] for row in csv.DictReader(text.splitlines())}
        assert weights == {"replication", "traveller"}


def test_a_seed_and_an_override_change_the_result() -> None:
    base = done("run", SMALL, "--format", "csv")
    assert done("run", SMALL, "--format", "csv", "--seed", 2) != base
    scaled = done("run", SMALL, "--format", "csv", "--set", "traffic.vehicles.arrivals.scale=0.5")

    def arrivals(text: str) -> float:
        return float(next(csv.DictReader(text.splitlines()))["estimate"])

    assert arrivals(scaled) < 0.6 * arrivals(base)


def test_wrong_overrides_variants_and_options() -> None:
    assert "did you mean 'vehicles'" in refused(
        2, "run", SMALL, "--set", "traffic.vehicle.arrivals.scale=2"
    )
    assert "KEY.PATH=VALUE" in refused(2, "run", SMALL, "--set", "nonsense")
    assert "did you mean 'more'" in refused(2, "run", SMALL, "--variant", "mor")
    assert "No such option" in refused(2, "run", SMALL, "--replication", 3)
    assert "no such file" in refused(2, "run", "nowhere.yaml")


def test_out_keeps_everything_and_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "results" / "small"
    done("run", SMALL, "--variant", "all", "--replications", 3, "--out", out, "-q")
    names = {path.name for path in out.iterdir()}
    assert names >= {
        "measures.csv",
        "hourly.csv",
        "provenance.json",
        "scenario-base.yaml",
        "scenario-more.yaml",
        "travellers.parquet",
        "activities.parquet",
        "queues.parquet",
        "queues-base.svg",
        "queues-more.png",
        "officers-base.png",
        "time-in-system-base.svg",
        "where-time-goes-base.svg",
    }
    assert list(pd.read_csv(out / "measures.csv").columns) == COLUMNS
    kept = pd.read_parquet(out / "travellers.parquet")
    assert set(kept["replication"]) == {0}
    first = (out / "measures.csv").read_bytes()
    again = bcpsim(
        "run", SMALL, "--variant", "all", "--replications", 3, "--out", out, "--no-plots"
    )
    assert again.stderr == f"bcpsim: replaced the earlier result in {out}\n"
    assert (out / "measures.csv").read_bytes() == first
    assert [path.name for path in out.parent.iterdir()] == ["small"]
    other = ("warm-up", SMALL, "--replications", 1, "--out", out)
    assert "or replace it with --force" in refused(2, *other)
    assert (out / "measures.csv").read_bytes() == first
    done(*other, "--force")
    assert not (out / "measures.csv").exists()


def test_event_logs_of_all_replications_or_none(tmp_path: Path) -> None:
    kept = ("run", SMALL, "--replications", 3, "--no-plots", "-q", "--event-log")
    done(*kept, "all", "--out", tmp_path / "a")
    assert set(pd.read_parquet(tmp_path / "a" / "activities.parquet")["replication"]) == {0, 1, 2}
    done(*kept, "none", "--out", tmp_path / "n")
    assert [path.name for path in (tmp_path / "n").glob("*.parquet")] == ["replications.parquet"]


def test_the_scenario_as_run_runs_again_to_the_same_bytes(tmp_path: Path) -> None:
    change = ("--set", "activities.goods.duration={distribution: lognormal, mean: 100 s, cv: 0.7}")
    quiet = ("--no-plots", "-q")
    done("run", SMALL, "--replications", 3, "--out", tmp_path / "first", *quiet, *change)
    again = tmp_path / "first" / "scenario-base.yaml"
    done("run", again, "--replications", 3, "--out", tmp_path / "second", *quiet)
    first, second = (
        (tmp_path / name / "measures.csv").read_bytes() for name in ("first", "second")
    )
    assert first == second
    hashes = [
        json.loads((tmp_path / name / "provenance.json").read_text("utf-8"))["variants"]
        for name in ("first", "second")
    ]
    assert hashes[0] == hashes[1]


def test_data_files_go_with_the_scenario_as_run(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    text = SMALL.read_text("utf-8").replace(
        "{pattern: constant, rate: 60/h}", "{pattern: times, file: seen.csv, time_column: at}"
    )
    (home / "seen.yaml").write_text(text, "utf-8")
    (home / "seen.csv").write_text("at\n2026-04-13T00:05\n2026-04-13T00:06\n", "utf-8")
    done("run", home / "seen.yaml", "--out", tmp_path / "out", "--no-plots", "-q")
    table = done("run", tmp_path / "out" / "scenario-base.yaml", "--format", "csv")
    assert float(next(csv.DictReader(table.splitlines()))["estimate"]) == 2


def seen(folder: Path, name: str, file: str, minutes: int, data: Path) -> Path:
    """Write a scenario whose traffic is a table with a vehicle in each of some minutes."""
    for one in (folder, data.parent):
        one.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.yaml"
    text = SMALL.read_text("utf-8").replace(
        "{pattern: constant, rate: 60/h}", f"{{pattern: times, file: {file}, time_column: at}}"
    )
    path.write_text(text, "utf-8")
    times = "".join(f"2026-04-13T00:{k:02}\n" for k in range(minutes))
    data.write_text(f"at\n{times}", "utf-8")
    return path


def as_run(folder: Path) -> tuple[bytes, object]:
    made = json.loads((folder / "provenance.json").read_text("utf-8"))
    return (folder / "measures.csv").read_bytes(), made["variants"]


@pytest.mark.parametrize("file", ["../data/s.csv", "../../data/s.csv", "measures.csv"])
def test_data_files_from_elsewhere_lie_in_the_result(tmp_path: Path, file: str) -> None:
    home = tmp_path / "a" / "b"
    path = seen(home, "seen", file, 3, home / file)
    one, two = tmp_path / "deep" / "one", tmp_path / "two"
    quiet = ("--replications", 2, "--no-plots", "-q")
    done("run", path, *quiet, "--out", one, "--allow-dir", tmp_path)
    assert {entry.name for entry in tmp_path.iterdir()} - {"data"} == {"a", "deep"}
    assert [entry.name for entry in one.parent.iterdir()] == ["one"]
    [copy] = (one / "data").iterdir()
    assert copy.name.endswith(f"-{Path(file).name}")
    done("run", one / "scenario-base.yaml", *quiet, "--out", two)
    assert as_run(one) == as_run(two)


def test_scenarios_compared_keep_their_own_data_of_the_same_name(tmp_path: Path) -> None:
    paths = [
        seen(tmp_path / name, name, "x.csv", minutes, tmp_path / name / "x.csv")
        for name, minutes in (("a", 3), ("b", 5))
    ]
    out = tmp_path / "cmp"
    done("compare", *paths, "--replications", 4, "--out", out, "--no-plots", "-q")
    for path in paths:
        written = load(out / f"scenario-{path.stem}.yaml")
        assert written.hash == load(path).hash


def test_out_spares_what_is_not_a_result(tmp_path: Path) -> None:
    (tmp_path / "thesis.doc").write_text("years of work", "utf-8")
    assert "isn't empty" in refused(2, "run", SMALL, "--out", tmp_path)
    assert "is a file" in refused(2, "run", SMALL, "--out", tmp_path / "thesis.doc")
    assert (tmp_path / "thesis.doc").read_text("utf-8") == "years of work"


def test_plot_draws_a_result_again(tmp_path: Path) -> None:
    out = tmp_path / "small"
    done("run", SMALL, "--replications", 2, "--out", out, "-q")
    svg = (out / "queues-base.svg").read_bytes()
    (out / "queues-base.svg").unlink()
    assert "queues-base.svg" in done("plot", out)
    assert (out / "queues-base.svg").read_bytes() == svg
    assert "holds no result" in refused(2, "plot", tmp_path)


def test_draw_writes_a_picture_and_overwrites_nothing_else(tmp_path: Path) -> None:
    assert done("draw", SMALL, cwd=tmp_path) == f"{SMALL.stem}.svg: written\n"
    picture = tmp_path / f"{SMALL.stem}.svg"
    first = picture.read_bytes()
    assert b"<svg" in first
    done("draw", SMALL, cwd=tmp_path)
    assert picture.read_bytes() == first
    other = tmp_path / "notes.svg"
    other.write_text("mine", encoding="utf-8")
    assert "use --force" in refused(2, "draw", SMALL, "--out", other)
    assert other.read_text(encoding="utf-8") == "mine"
    assert "d.txt: the drawing is written as SVG, such as d.svg" in refused(
        2, "draw", SMALL, "--out", "d.txt", cwd=tmp_path
    )
    assert not (tmp_path / "d.txt").exists()


def test_report_makes_one_file_and_overwrites_nothing_else(tmp_path: Path) -> None:
    folder, book = tmp_path / "small", tmp_path / "small.xlsx"
    done("run", SMALL, "--replications", 3, "--out", folder, "--no-plots", "--report", book)
    assert book.read_bytes().startswith(b"PK")
    assert done("report", folder) == f"{tmp_path / 'small.html'}: written\n"
    page = (tmp_path / "small.html").read_bytes()
    assert b"bcpsim run " in page  # the command that made it
    done("report", folder)
    assert (tmp_path / "small.html").read_bytes() == page
    other = tmp_path / "notes.md"
    other.write_text("mine", encoding="utf-8")
    assert "isn't a report; use --force" in refused(2, "report", folder, "--out", other)
    assert other.read_text(encoding="utf-8") == "mine"
    assert "name it small.html, for example" in refused(2, "report", folder, "--out", "small.pdf")
    assert "small" not in refused(2, "report", tmp_path / "nothing")
    nowhere = refused(2, "run", SMALL, "--report", tmp_path / "nowhere" / "small.html")
    assert "there is no folder" in nowhere


def test_compare_makes_a_report(tmp_path: Path) -> None:
    page = tmp_path / "page.html"
    change = "traffic.vehicles.arrivals.scale=1.2"
    done("compare", SMALL, "--with", change, "--replications", 3, "--report", page)
    assert "What changes" in page.read_text(encoding="utf-8")


def test_describe_says_who_what_where_and_warns() -> None:
    text = " ".join(done("describe", SMALL).split())
    assert "240 expected" in text
    assert "Europe/Sofia" in text
    assert "otherwise 95 % released, 4 % to goods, 1 % refused" in text
    assert "2 from 00:00 to 02:00" in text
    crowded = " ".join(
        done("describe", SMALL, "--set", "traffic.vehicles.arrivals.scale=3").split()
    )
    assert "Note: Booths: the load exceeds the capacity in 4 of 4 hours" in crowded


def test_schema_is_a_json_schema() -> None:
    schema = json.loads(done("schema"))
    jsonschema.Draft202012Validator.check_schema(schema)
    good = yaml.safe_load(SMALL.read_text("utf-8"))
    validator = jsonschema.Draft202012Validator(schema)
    good["classes"]["car"]["occupants"] = 2
    assert validator.is_valid(good)
    assert not validator.is_valid({**good, "trafic": {}})


@pytest.mark.parametrize("border", ["land", "sea", "air"])
def test_new_writes_a_starter_that_runs(border: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    done("new", border, file)
    done("validate", file)
    done("run", file, "--replications", 2)
    text = file.read_text("utf-8")
    assert text.count("#") > 30
    assert "exists" in refused(2, "new", border, file)
    file.write_text("mine", "utf-8")
    done("new", border, file, "--force")
    assert file.read_text("utf-8") == text


def test_new_writes_the_table_beside_and_overwrites_neither(tmp_path: Path) -> None:
    file, table = tmp_path / "my 'port'.yaml", tmp_path / "my 'port'.csv"
    table.write_text("mine", "utf-8")
    assert f"{table} exists" in refused(2, "new", "sea", file)
    assert not file.exists()
    assert table.read_text("utf-8") == "mine"
    table.unlink()
    done("new", "sea", file)
    assert table.read_text("utf-8").startswith("moors,departs")
    done("validate", file)


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_new_writes_tables_that_a_starter_reads(suffix: str, tmp_path: Path) -> None:
    file = tmp_path / "mine.yaml"
    done("new", "land", file)
    scenario = yaml.safe_load(file.read_text("utf-8"))
    del scenario["variants"]
    for kind in ("roster", "counts", "timetable"):
        table = tmp_path / f"my {kind}.{suffix}"
        line = done("new", kind, table).splitlines()[-1].replace("..., ", "")
        [[part, named]] = yaml.safe_load(line).items()
        own = {"roster": "passport_officers", "counts": "cars", "timetable": "trucks"}[kind]
        scenario[part][own] |= named["NAME"]
        assert "exists" in refused(2, "new", kind, table)
    del scenario["officers"]["passport_officers"]["shifts"]
    file.write_text(yaml.safe_dump(scenario), "utf-8")
    done("validate", file)
    described = done("describe", file)
    assert "930 expected (Cars), most at 16:00 with 65/h" in described
    assert "8 services with 1,530 seats" in described
    plan = compile_plan(load(file))
    shifts = [(o.name, s.start, s.end) for o in plan.officers for s in o.shifts]
    assert [shift for shift in shifts if "passport" in shift[0]] == [
        (f"passport_officers/{name}", start, end)
        for name, start, end in (
            ("Lis Ewa", 0, 360), ("Kowalski Jan", 360, 840), ("Nowak Anna", 360, 840),
            ("Wójcik Piotr", 360, 840), ("Mazur Olga", 840, 1320), ("Krawiec Adam", 840, 1320),
            ("Dudek Maria", 840, 1320), ("Zając Tomasz", 1320, 1800),
        )
    ]  # fmt: skip


def test_the_roster_to_start_from_has_a_grid_with_a_legend(tmp_path: Path) -> None:
    done("new", "roster", tmp_path / "r.xlsx")
    use = Roster.model_validate({"file": "r.xlsx", "sheet": "Grid"})
    persons = by_officer(read_table(use, tmp_path, start=date(2026, 4, 14)).roster)
    assert {name: len(own) for name, own in persons.items()} == {
        "Kowalski Jan": 3, "Nowak Anna": 2, "Lis Ewa": 3, "Mazur Olga": 2, "Zając Tomasz": 2,
    }  # fmt: skip
    assert ".xlsx or .csv, such as roster.xlsx" in refused(2, "new", "roster", tmp_path / "r.ods")


def test_measures_prints_definitions() -> None:
    text = done("measures")
    assert "waiting_time [min]: Waiting time. Time of waiting" in text
    assert "utilisation [%, 0 to 100]: Utilisation." in text
    assert "granica.gov.pl" in text
    assert "p95: 95th percentile over the travellers of a replication" in text


@pytest.mark.compiled
def test_verify_prints_verdicts_and_refuses_unknown_cases() -> None:
    data = json.loads(done("verify", "--case", "md1", "--format", "json", "--workers", 1))
    [verdict] = data["verdicts"]
    assert verdict["passed"]
    assert verdict["expected"] == pytest.approx(0.75)
    assert verdict["detectable"] <= 0.02
    assert "there is no case 'md2'" in refused(2, "verify", "--case", "md2")


def test_starting_loads_nothing_heavy() -> None:
    code = (
        "import sys\n"
        "sys.argv = ['bcpsim', 'validate', sys.argv[1]]\n"
        "from bcpsim.cli import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "heavy = {'numpy', 'pandas', 'scipy', 'matplotlib', 'simpy', 'joblib', 'pyarrow'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    result = subprocess.run(
        [sys.executable, "-c", code, str(SMALL)], capture_output=True, text=True, check=True
    )
    assert result.stdout.splitlines()[-1] == "[]"


def test_a_title_is_text_in_plots_and_tables(tmp_path: Path) -> None:
    file = tmp_path / "odd.yaml"
    odd = r"A $\frac$ <b> [red] border"
    file.write_text(SMALL.read_text("utf-8").replace("Small border", odd), "utf-8")
    assert odd in done("run", file, "--replications", 2, "--out", tmp_path / "out", "-q")
    svg = (tmp_path / "out" / "queues-base.svg").read_text("utf-8")
    assert "<b>" not in svg


STUDY = ROOT / "experiments" / "validation" / "isolated_flights.yaml"


def test_calibrate_prints_unknowns_and_errors_and_leaves_tables(tmp_path: Path) -> None:
    folder = ROOT / "tests" / "failure" / "wrong_calibrations"
    for name in ("hall.yaml", "good.csv"):
        (tmp_path / name).write_text((folder / name).read_text("utf-8"), "utf-8")
    file = tmp_path / "fit.yaml"
    file.write_text(
        "name: fit\nscenario: hall.yaml\ndata: {file: good.csv}\n"
        "set: {activities.passport.duration: '{check} min', "
        "traffic.people.arrivals.count: '{people}', officers.guards.shifts.0.count: '{booths}'}\n"
        "unknowns: {check: {title: '[b]Check', start: 2, low: 0.1, high: 9}}\n"
        "observe: {wait: waiting_time}\n",
        "utf-8",
    )
    text = done("calibrate", file, "--out", tmp_path / "out")
    assert "[b]Check" in text
    assert "identified" in text
    assert "wait, held against waiting time, mean (min)" in text
    tables = ["comparison", "differences", "distribution", "rows", "unknowns"]
    assert sorted(path.stem for path in (tmp_path / "out").glob("*.csv")) == tables
    data = json.loads(done("calibrate", file, "--format", "json"))
    [unknown] = data["unknowns"]
    assert unknown["unknown"] == "check"
    assert data["provenance"]["calibration"] == "fit"
    again = done(
        "compare-observed", file, "--values", tmp_path / "out", "--format", "csv", "--workers", 2
    )
    assert again == (tmp_path / "out" / "comparison.csv").read_text("utf-8")
    assert "made by: bcpsim calibrate" in refused(2, "compare-observed", file, "--values", tmp_path)


def test_compare_observed_on_the_shipped_study() -> None:
    text = done("compare-observed", STUDY, "--place", "ORD")
    assert "Inspection of a visitor (s)" in text
    assert "Weighted" in text
    message = refused(2, "compare-observed", STUDY, "--place", "ORF")
    assert "unknown place 'ORF'" in message
    assert "did you mean 'ORD'" in message
    assert "isolated.yaml: no such file" in refused(2, "calibrate", STUDY.parent / "isolated.yaml")


def test_staff_prints_the_roster_and_keeps_what_run_takes(tmp_path: Path) -> None:
    file, out = ROOT / "tests" / "data" / "staffing.yaml", tmp_path / "out"
    text = " ".join(done("staff", file, "--out", out).split())
    assert "officer hours a day. Certified: 32 fresh replications keep every target" in text
    names = {path.name for path in out.iterdir()}
    assert names == {
        "SHA256SUMS",
        "figures.json",
        "made.json",
        "provenance.json",
        "roster-base-guards.csv",
        "rosters.csv",
        "scenario-base.yaml",
        "service.csv",
        "staffing-base.png",
        "staffing-base.svg",
        "staffing.yaml",
        "summary.csv",
        "written",
    }
    summary = pd.read_csv(out / "summary.csv")
    run = pd.read_csv(StringIO(done("run", out / "scenario-base.yaml", "--format", "csv")))
    hours = run.query("measure == 'officer_hours' and population == 'officers=guards'")
    assert hours["estimate"].tolist() == summary["officer_hours"].tolist()


def test_answers_from_a_sweep(tmp_path: Path) -> None:
    sweep = {
        "name": "answers",
        "scenario": "small.yaml",
        "factors": {
            "load": {"set": "traffic.vehicles.arrivals.rate", "range": [40, 60], "unit": "/h"},
            "move": {"set": "moves.0.time", "range": [1, 2], "unit": "min"},
        },
        "design": {"kind": "latin_hypercube", "points": 10},
        "replications": 3,
        "measures": ["waiting_time/all/mean", "visits/stop=desks"],
    }
    (tmp_path / "small.yaml").write_bytes(SMALL.read_bytes())
    (tmp_path / "sweep.yaml").write_text(yaml.safe_dump(sweep), "utf-8")
    out = tmp_path / "out"
    done("sweep", tmp_path / "sweep.yaml", "--out", out, "--workers", 1, "-q")
    text = done("what-if", out, "--set", "load=50", "--set", "move=1.5")
    assert "Waiting time, mean (min)" in text
    assert "80 lies outside" in refused(2, "what-if", out, "--set", "load=80", "--set", "move=1")
    aims = ("--least", "waiting_time", "--most", "visits")
    text = done("frontier", out, *aims, "--out", tmp_path / "plots")
    assert "points on the frontier" in text
    names = {path.name for path in (tmp_path / "plots").iterdir()}
    plots = {"frontier.csv", "frontier.png", "frontier.svg"}
    assert names == plots | {"provenance.json", "made.json", "SHA256SUMS"}
    text = done("frontier", out, *aims, "--out", tmp_path / "tables", "--no-plots")
    assert f"\nTable: {tmp_path / 'tables'}\n" in text
    assert not list((tmp_path / "tables").glob("*.[sp][vn]g"))
    rows = json.loads(done("frontier", out, *aims, "--format", "json"))["rows"]
    assert {row["status"] for row in rows} <= {"frontier", "open", "dominated"}
    kept = tmp_path / "indices"
    arguments = ("--method", "morris", "--samples", 2, "--workers", 1, "--out", kept, "-q")
    text = done("sensitivity", tmp_path / "sweep.yaml", *arguments)
    assert "Which factors matter" in text
    assert "|effect|" in text
    assert (kept / "sensitivity-base-waiting_time-all-mean.png").exists()
    drawn = kept.rename(tmp_path / "drawn")
    assert done("sensitivity", tmp_path / "sweep.yaml", *arguments, "--no-plots") == text
    assert not list(kept.glob("*.[sp][vn]g"))
    assert (kept / "sensitivity.csv").read_bytes() == (drawn / "sensitivity.csv").read_bytes()


def test_who_waits_at_a_time_becomes_the_start_of_another_run(tmp_path: Path) -> None:
    done("run", SMALL, "--replications", 2, "--out", tmp_path / "day", "--no-plots")
    left = tmp_path / "left.csv"
    start = str(load(SMALL).scenario.horizon.start)[:10]
    told = done("waiting", tmp_path / "day", "--at", f"{start}T01:00", "--out", left)
    head, *rows = list(csv.reader(StringIO(left.read_text("utf-8"))))
    assert head[:5] == ["replication", "class", "step", "waited", "occupants"]
    assert f"left.csv: {len(rows)} who wait then in 2 replications" in told
    again = refused(2, "waiting", tmp_path / "day", "--at", f"{start}T01:00", "--out", left)
    assert "left.csv exists; use --force" in again
    early = refused(2, "waiting", tmp_path / "day", "--at", "2001-01-01T00:00", "--out", left)
    assert "expected a time from" in early
