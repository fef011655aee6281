"""Workbooks that are the same bytes every time: without the clock of when they were saved."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import datetime

WRITTEN = datetime(2026, 4, 1)
"""Stands for when a workbook was made."""

_SAVED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*")


def without_clock(content: io.BytesIO) -> bytes:
    """Return a workbook whose parts don't say when they were written."""
    made = io.BytesIO()
    with zipfile.ZipFile(content) as old, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = zipfile.ZipInfo(name, WRITTEN.timetuple()[:6])
            part.compress_type = zipfile.ZIP_DEFLATED
            saved = f"{WRITTEN:%Y-%m-%dT%H:%M:%SZ}".encode()
            new.writestr(part, _SAVED.sub(rb"\g<1>" + saved, old.read(name)))
    return made.getvalue()
