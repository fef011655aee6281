"""Reports in a browser: nothing asked of a network, no error, readable by all, narrow and dark."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from borders import border

import bcpsim
from bcpsim.report.answers import report
from bcpsim.report.html import as_html
from bcpsim.report.told import told_of

ATTACK = "</title><script>document.title='harm'</script><img src='https://example.org/x.png'>"


@pytest.fixture(scope="module")
def report_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    arrivals = {"pattern": "constant", "rate": "5/h"}
    more = {"officers": {"guards": {"shifts": [{"from": "00:00", "to": "24:00", "count": 2}]}}}
    scenario = border(
        title=ATTACK,
        classes={"car": {"title": ATTACK * 2}, "truck": {}},
        traffic={"cars": {"classes": {"car": 0.6, "truck": 0.4}, "arrivals": arrivals}},
        variants={"more": more},
    )
    result = bcpsim.run(bcpsim.load_variants(scenario), replications=3, seed=1)
    path = tmp_path_factory.mktemp("page") / "report.html"
    path.write_text(as_html(report(told_of(result))), encoding="utf-8")
    return path


def test_names_do_no_harm(page: Any, report_file: Path) -> None:
    page.goto(report_file.as_uri())
    assert page.title() == ATTACK
    assert page.locator("h1").inner_text() == ATTACK
    assert page.locator("main svg").count() > 5


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_it_is_readable_by_all(page: Any, report_file: Path, scheme: str) -> None:
    pytest.importorskip("axe_playwright_python", reason="no axe: pip install axe-playwright-python")
    (source,) = files("axe_playwright_python").rglob("axe.min.js")  # type: ignore[attr-defined]
    page.emulate_media(color_scheme=scheme)
    page.goto(report_file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true })")
    page.evaluate(source.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run()")["violations"]
    assert [one["id"] for one in found if one["impact"] in ("serious", "critical")] == []


def test_a_narrow_screen_scrolls_down_only(page: Any, report_file: Path) -> None:
    page.set_viewport_size({"width": 375, "height": 800})
    page.goto(report_file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 375


def test_the_keyboard_reaches_the_answer(page: Any, report_file: Path) -> None:
    page.goto(report_file.as_uri())
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.url.endswith("#s1")


def test_paper_is_white_also_where_the_screen_is_dark(page: Any, report_file: Path) -> None:
    page.goto(report_file.as_uri())
    for media, colour in (("screen", "rgb(22, 25, 28)"), ("print", "rgb(255, 255, 255)")):
        page.emulate_media(media=media, color_scheme="dark")
        assert page.evaluate("getComputedStyle(document.body).backgroundColor") == colour
