"""Reports as files: a page, Markdown or a workbook, by the ending of the name."""

from __future__ import annotations

import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

from bcpsim.errors import InputError
from bcpsim.files.whole import write_whole
from bcpsim.report.document import Document
from bcpsim.report.html import MARK as PAGE
from bcpsim.report.html import as_html
from bcpsim.report.markdown import MARK as TEXT
from bcpsim.report.markdown import as_markdown
from bcpsim.report.workbook import MARK as BOOK
from bcpsim.report.workbook import as_workbook

_FORMS: Mapping[str, Callable[[Document], bytes]] = {
    ".html": lambda document: as_html(document).encode(),
    ".md": lambda document: as_markdown(document).encode(),
    ".xlsx": as_workbook,
}


def check_report(target: Path, *, force: bool) -> None:
    """Check that a report may be written to a file, before it is made.

    Raises
    ------
    InputError
        If its ending names no form of reports, or something else is there.
    """
    if target.suffix.lower() not in _FORMS:
        raise InputError(
            f"{target}: a report is a page (.html), Markdown (.md) or a workbook (.xlsx); "
            f"name it {target.stem or 'report'}.html, for example"
        )
    if not target.absolute().parent.is_dir():
        raise InputError(f"{target}: there is no folder {target.parent}; make it first")
    if not force and target.exists() and not _is_report(target):
        raise InputError(f"{target} exists and isn't a report; use --force to overwrite it")


def write_report(document: Document, target: Path) -> None:
    """Write a report, whole or not at all; the form follows from the ending of the name.

    Raises
    ------
    RunError
        If it can't be written.
    """
    write_whole(_FORMS[target.suffix.lower()](document), target)


def _is_report(path: Path) -> bool:
    """Return whether a file is a report, which another may replace."""
    try:
        if zipfile.is_zipfile(path):
            with zipfile.ZipFile(path) as book:
                return BOOK in book.read("docProps/core.xml")
        with path.open("rb") as file:
            start = file.read(400)
        return PAGE.encode() in start or start.startswith(TEXT.encode())
    except (OSError, KeyError, zipfile.BadZipFile):
        return False
