"""A replay in a browser: it runs, and shows what the event log says."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from borders import border
from places import ROOT

import bcpsim
from bcpsim.engine import replicate_block
from bcpsim.plan import compile_plan
from bcpsim.report.answers import report
from bcpsim.report.files import write_report
from bcpsim.report.replay import with_replay
from bcpsim.report.told import told_in
from bcpsim.runs.events import Events

HARM = "</script><script>document.title='harm'</script><img src='https://example.org/x.png'>"
BORDERS = ("land/kapitan_andreevo", "sea/ferry_port", "air/airport_arrivals")
MOMENTS = 10
FRAMES = 60
PLAYER = "document.querySelector('.replay').player"


def page_of(scenario: Any, folder: Path) -> Path:
    """Run a scenario twice and write its report with a replay."""
    result = bcpsim.run(scenario, replications=2, event_log="none")
    bcpsim.save(result, folder / "result")
    told = told_in(folder / "result")
    document = with_replay(report(told), told, bcpsim.load_result(folder / "result"), 1)
    target = folder / "replay.html"
    write_report(document, target)
    return target


def shown(page: Any, file: Path) -> None:
    page.goto(file.as_uri())
    page.locator(".r-now:not(:empty)").wait_for()


@pytest.fixture(scope="module")
def two_ways(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A crossing whose titles would do harm, in two ways of working, with an outage."""
    arrivals = {"pattern": "constant", "rate": "9/h"}
    more = {"guards": {"shifts": [{"from": "00:00", "to": "24:00", "count": 2}]}}
    scenario = border(
        title=HARM,
        classes={"car": {"title": HARM * 2}},
        traffic={"cars": {"classes": {"car": 1}, "arrivals": arrivals}},
        stops={"booth": {"lanes": 4, "title": HARM}},
        disturbances={
            "outage": {
                "title": HARM,
                "at": [{"start": "2026-04-13T01:00", "duration": "30 min"}],
                "closed": ["booth"],
            }
        },
        variants={"more": {"officers": more}},
    )
    folder = tmp_path_factory.mktemp("two_ways")
    return page_of(bcpsim.load_variants(scenario), folder)


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A queue of more than 2,000 cars in front of one officer."""
    arrivals = {"pattern": "constant", "rate": "900/h"}
    scenario = border(traffic={"cars": {"classes": {"car": 1}, "arrivals": arrivals}})
    return page_of(scenario, tmp_path_factory.mktemp("crowded"))


@pytest.mark.parametrize("name", BORDERS)
def test_counts_are_those_of_the_event_log(page: Any, tmp_path: Path, name: str) -> None:
    file = page_of(ROOT / "scenarios" / f"{name}.yaml", tmp_path)
    assert file.stat().st_size < 1_000_000
    plan = compile_plan(bcpsim.load(ROOT / "scenarios" / f"{name}.yaml"))
    block, log = replicate_block(plan, 1, [1])
    events = Events(plan, 1, block.travellers, block.circumstances[0], log)
    shown(page, file)
    assert max(len(text) for text in page.locator(".r-data").all_text_contents()) < 300_000
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    changes = {stop: own for (stop,), own in events.queues.groupby(["stop"])}
    for moment in np.random.default_rng(5).integers(0, int(60 * plan.horizon), MOMENTS).tolist():
        page.evaluate(f"{PLAYER}.jump({moment})")
        for number, stop in enumerate(plan.stops):
            before = changes[stop.name][changes[stop.name]["time_min"] <= moment / 60]
            last = before[["waiting", "in_service"]].tail(1).to_numpy().tolist()
            cells = page.locator(f"[data-row='{number}'] td").all_inner_texts()
            assert list(map(int, cells[:2])) == (last or [[0, 0]])[0], (stop.name, moment)
        came = log.minutes.arrival <= moment / 60
        inside = (came & ~(log.minutes.departure <= moment / 60)).sum()
        assert f" {inside} {plan.counted} inside" in page.locator(".r-now").inner_text()


def test_it_starts_paused_and_plays(page: Any, two_ways: Path) -> None:
    shown(page, two_ways)
    assert page.evaluate(f"[{PLAYER}.playing, {PLAYER}.time]") == [False, 0]
    page.get_by_label("A second shows").select_option("3600")
    page.get_by_role("button", name="Play").click()
    while page.evaluate(f"{PLAYER}.time") < 600:
        page.wait_for_timeout(20)
    page.get_by_role("button", name="Pause").click()
    time = page.evaluate(f"{PLAYER}.time")
    page.wait_for_timeout(100)
    assert page.evaluate(f"{PLAYER}.time") == time == int(time)


def test_a_jump_lands_on_the_second(page: Any, two_ways: Path) -> None:
    shown(page, two_ways)
    page.get_by_label("Local time").fill("2026-04-13T01:02:03")
    page.keyboard.press("Tab")
    assert page.evaluate(f"{PLAYER}.time") == 3723
    assert "Monday 01:02:03" in page.locator(".r-now").inner_text()
    page.get_by_label("Time", exact=True).press("ArrowRight")
    assert page.evaluate(f"{PLAYER}.time") == 3780


def test_titles_do_no_harm_and_an_outage_is_told(page: Any, two_ways: Path) -> None:
    shown(page, two_ways)
    page.evaluate(f"{PLAYER}.jump(4000)")
    assert page.locator("[data-part='events']").all_inner_texts() == [f"Now: {HARM}"] * 2
    assert "closed" in page.locator("[data-stop='0']").first.text_content()
    assert page.title() == HARM


def test_ways_of_working_are_in_step_with_the_same_travellers(page: Any, two_ways: Path) -> None:
    shown(page, two_ways)
    page.get_by_label("Follow number").fill("3")
    page.keyboard.press("Tab")
    first, second = (
        page.locator(".r-story").nth(k).locator("li").all_inner_texts() for k in (0, 1)
    )
    assert first[0] == second[0]
    assert first[-1].endswith("released")
    assert "guards/1/1 (guard)" in " ".join(first)
    page.get_by_label("more", exact=True).uncheck()
    assert page.locator(".r-way:visible").count() == 1


def test_two_thousand_are_drawn_in_time(page: Any, crowded: Path) -> None:
    shown(page, crowded)
    page.evaluate(f"{PLAYER}.jump({PLAYER}.data.end * 0.7)")
    assert page.evaluate(f"{PLAYER}.ways[0].scene.drawn") >= 2000
    meter = page.context.new_cdp_session(page)
    meter.send("Performance.enable", {"timeDomain": "threadTicks"})  # however busy the machine is

    def spent() -> float:
        metrics = meter.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in metrics if one["name"] == "TaskDuration")

    before = spent()
    page.evaluate(f"for (let k = 0; k < {FRAMES}; k++) {{ {PLAYER}.time += 5; {PLAYER}.draw(); }}")
    assert 0 < (spent() - before) / FRAMES < 0.008
    coloured = page.evaluate(
        """() => {
            const { canvas } = document.querySelector('.replay').player.ways[0];
            const image = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return image.data.reduce((sum, one, k) => sum + (k % 4 === 3 && one > 0), 0);
        }"""
    )
    assert coloured > 2000


def test_everybody_can_be_drawn_at_any_time(page: Any, two_ways: Path) -> None:
    shown(page, two_ways)
    outside = page.evaluate(
        f"""() => {{
            const player = {PLAYER};
            let outside = 0;
            for (let t = 0; t <= player.data.end; t += 60) {{
                player.time = t;
                player.draw();
                for (const {{ scene, all }} of player.ways) {{
                    const {{ width, height }} = all.data.stage;
                    for (let k = 0; k < scene.drawn; k++) {{
                        const [x, y] = [scene.x[k], scene.y[k]];
                        if (!(x >= 0 && x <= width && y >= 0 && y <= height)) outside++;
                    }}
                    for (const {{ place }} of scene.staff) if (!(place[0] >= 0)) outside++;
                }}
            }}
            return outside;
        }}"""
    )
    assert outside == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_by_all(page: Any, two_ways: Path, scheme: str) -> None:
    pytest.importorskip("axe_playwright_python", reason="no axe: pip install axe-playwright-python")
    (source,) = files("axe_playwright_python").rglob("axe.min.js")  # type: ignore[attr-defined]
    page.emulate_media(color_scheme=scheme)
    shown(page, two_ways)
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.evaluate(source.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run(document.querySelector('.replay'))")["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_no_other_script_runs(browser: Any, two_ways: Path, tmp_path: Path) -> None:
    text = two_ways.read_text(encoding="utf-8")
    changed = tmp_path / "changed.html"
    changed.write_text(text.replace("const SMOOTH = 0.2", "const SMOOTH = 0.3"), encoding="utf-8")
    context = browser.new_context(offline=True)
    page = context.new_page()
    page.goto(changed.as_uri())
    assert page.evaluate(f"{PLAYER} === undefined")
    context.close()
