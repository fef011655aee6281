"""A browser for pages: Chromium without a window, without a network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

CHROMIUM = (
    os.environ.get("BCPSIM_CHROMIUM")
    or shutil.which("chromium-headless-shell")
    or shutil.which("chromium")
)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Return the browser that is installed; the tests are skipped where there is none."""
    api = pytest.importorskip("playwright.sync_api", reason="no Playwright: pip install playwright")
    if CHROMIUM is None:
        pytest.skip("no Chromium: install chromium-headless-shell, or set BCPSIM_CHROMIUM")
    with api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """Return a page that may ask for nothing outside itself, and may report no error."""
    context = browser.new_context(offline=True, locale="en-GB", timezone_id="UTC")
    page = context.new_page()
    outside: list[str] = []
    errors: list[str] = []
    page.on(
        "request",
        lambda r: None if r.url.startswith(("file:", "data:")) else outside.append(r.url),
    )
    page.on("console", lambda m: errors.append(m.text) if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: errors.append(str(e)))
    yield page
    context.close()
    assert not outside
    assert not errors
