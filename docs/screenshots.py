"""Make the pictures of results in docs/images from shipped scenarios; needs Chromium.

Run it when reports or plots look different: ``python docs/screenshots.py``. The pages are opened as
a reader opens them, from disk.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

import bcpsim
from bcpsim.report.answers import report
from bcpsim.report.document import Document
from bcpsim.report.files import write_report
from bcpsim.report.told import told_of

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
KAPITAN = ROOT / "scenarios" / "land" / "kapitan_andreevo.yaml"
WAYS = ROOT / "scenarios" / "land" / "ways_of_working_mixed.yaml"
ALTERNATIVES = ("one_stop_parallel", "single_officer")
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


def screenshot(document: Document, name: str, width: int, height: int) -> None:
    """Keep the top of a page as a picture, in pixels of a screen."""
    chromium = os.environ.get("BCPSIM_CHROMIUM") or next(filter(None, map(shutil.which, NAMES)))
    with TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        write_report(document, page)
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"]
        size = f"--window-size={width},{height}"
        picture = f"--screenshot={IMAGES / f'{name}.png'}"
        subprocess.run([chromium, *options, size, picture, page.as_uri()], check=True)


if __name__ == "__main__":
    main()
