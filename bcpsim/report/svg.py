"""Pieces of SVG and HTML: text that is escaped, measured and broken, and elements."""

from __future__ import annotations

import unicodedata
from html import escape

from bcpsim.errors import visible

_NARROW, _WIDE = "iljtfrI.,:;'|!()[] ", "mwMWO%@–—"


def text_width(text: str, size: float) -> float:
    """Return about how wide text is in a font without serifs, on the safe side."""
    ems = 0.0
    for sign in text:
        if unicodedata.east_asian_width(sign) in "WF":
            ems += 1.05
        elif sign in _NARROW:
            ems += 0.4
        elif sign in _WIDE:
            ems += 1.0
        else:
            ems += 0.73 if sign.isupper() else 0.625
    return ems * size


def fitted(text: str, size: float, width: float) -> str:
    """Return text that is cut where it doesn't fit."""
    if text_width(text, size) <= width:
        return text
    while text and text_width(text + "…", size) > width:
        text = text[:-1]
    return text.rstrip() + "…"


def broken(text: str, size: float, width: float, lines: int) -> list[str]:
    """Return text in at most some lines, the last cut where the rest doesn't fit.

    It isn't broken at spaces that don't break.
    """
    found = [""]
    for word in text.split(" "):
        longer = f"{found[-1]} {word}".strip()
        if not found[-1] or text_width(longer, size) <= width or len(found) == lines:
            found[-1] = longer
        else:
            found.append(word)
    return [fitted(line, size, width) for line in found]


def element(name: str, content: str = "", /, **attributes: object) -> str:
    """Return an element; numbers are rounded, and values escaped.

    Parameters
    ----------
    name
        Of the element.
    content
        What is in it, escaped already.
    attributes
        By name, with ``_`` for ``-``; a trailing ``_`` is dropped (``class_``).
    """
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return f"<{name}{written}>{content}</{name}>"


def words(text: str) -> str:
    """Return text for the inside of an element."""
    return escape(visible(text), quote=False)


def label(
    x: float, y: float, text: str, class_: str, *, anchor: str | None = None, halo: str = ""
) -> str:
    """Return a line of text; with a class for its halo, which keeps it apart from what is below."""

    def written(class_: str, hidden: str | None = None) -> str:
        return element(
            "text", words(text), x=x, y=y, class_=class_, text_anchor=anchor, aria_hidden=hidden
        )

    return (written(halo, "true") if halo else "") + written(class_)


def _value(value: object) -> str:
    if isinstance(value, float):
        return f"{round(value, 1) + 0.0:g}"
    return escape(visible(str(value)))
