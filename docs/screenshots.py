"""Make the pictures of results in docs/images from shipped scenarios.

Needs Chromium and Playwright.

Run it when reports or plots look different: ``python docs/screenshots.py``. The pages are opened as
a reader opens them, from disk.
"""

from __future__ import annotations

import io
import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image
from playwright.sync_api import Page, sync_playwright

import bcpsim
from bcpsim.report.answers import report
from bcpsim.report.document import Document
from bcpsim.report.files import write_report
from bcpsim.report.replay import with_replay
from bcpsim.report.told import told_in, told_of

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
KAPITAN = ROOT / "scenarios" / "land" / "kapitan_andreevo.yaml"
WAYS = ROOT / "scenarios" / "land" / "ways_of_working_mixed.yaml"
ALTERNATIVES = ("one_stop_parallel", "single_officer")
HALF_AN_HOUR = (33_000, 34_800, 40)  # seconds: from, to, step
NAMES = ("chromium-headless-shell", "chromium")


def main() -> None:
    """Run the scenarios and make all pictures."""
    result = bcpsim.run(KAPITAN, variants=["base"], replications=20)
    result.plot.queues()[0, 0].figure.savefig(
        IMAGES / "queues.png", dpi=120, metadata={"Software": None}
    )
    screenshot(report(told_of(result)), "report", 1100, 1500)
    compared = bcpsim.compare(WAYS, alternatives=ALTERNATIVES, replications=20)
    screenshot(report(told_of(compared)), "report-comparison", 1100, 1500)
    animation()


def animation() -> None:
    """Keep half an hour of a replay of two ways of working as a short animated picture."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        compared = bcpsim.compare(WAYS, alternatives=ALTERNATIVES[:1], replications=2)
        stored = bcpsim.load_result(bcpsim.save_comparison(compared, folder / "result"))
        told = told_in(folder / "result")
        write_report(with_replay(report(told), told, stored, 0), folder / "page.html")
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
            page = browser.new_page(viewport={"width": 1000, "height": 900})
            page.goto((folder / "page.html").as_uri())
            page.locator(".r-now:not(:empty)").wait_for()
            pictures = [_frame(page, moment) for moment in range(*HALF_AN_HOUR)]
            browser.close()
    first, *others = pictures
    first.save(
        IMAGES / "replay.webp",
        save_all=True,
        append_images=others,
        duration=120,
        loop=0,
        quality=60,
    )


def _frame(page: Page, moment: int) -> Image.Image:
    """Return the replay at a second of its time."""
    page.evaluate(
        "moment => { const { player } = document.querySelector('.replay'); player.jump(moment) }",
        moment,
    )
    return Image.open(io.BytesIO(page.locator(".replay").screenshot())).convert("RGB")


def chromium() -> str:
    """Return the browser that is installed."""
    return os.environ.get("BCPSIM_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)))


def screenshot(document: Document, name: str, width: int, height: int) -> None:
    """Keep the top of a page as a picture, in pixels of a screen."""
    with TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        write_report(document, page)
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = f"--window-size={width},{height}"
        picture = f"--screenshot={IMAGES / f'{name}.png'}"
        subprocess.run([chromium(), *options, size, picture, page.as_uri()], check=True)


if __name__ == "__main__":
    main()
