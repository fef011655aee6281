"""A document as one HTML file that needs nothing else: no network, no other file."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator, Sequence
from hashlib import sha256
from importlib.resources import files
from itertools import groupby

from bcpsim.report.charts import STRIPES
from bcpsim.report.document import (
    Cell,
    Document,
    Estimate,
    Figure,
    Heading,
    Judged,
    Part,
    Player,
    Points,
    Sentence,
    Table,
)
from bcpsim.report.drawing import HATCH, STYLE
from bcpsim.report.svg import element, words

_DEFS = element(
    "svg",
    element("defs", STRIPES + HATCH),
    width=0,
    height=0,
    style="position:absolute",
    aria_hidden="true",
)
"""What pictures on the page share."""

MARK = '<meta name="generator" content="bcpsim">'
"""By which a page is known as a report."""

_FEW = 12
"""Rows up to which a table is printed on one sheet."""

_POLICY = "default-src 'none'; {}style-src 'unsafe-inline'; img-src data:; base-uri 'none'"
"""What the browser lets the page do: show itself, and run the player's script if there is one."""


def as_html(document: Document) -> str:
    """Return a document as a page.

    Text is escaped; the page's own policy forbids any request, and scripts but that of a player,
    which it knows by its digest.
    """
    scripts = dict.fromkeys(part.script for part in document.parts if isinstance(part, Player))
    style = _read("page.css") + (_read("player/player.css") if scripts else "")
    policy = _POLICY.format("".join(f"script-src {_digest(script)}; " for script in scripts))
    headings = [part for part in document.parts if isinstance(part, Heading) and part.level == 2]
    contents = "".join(
        element("li", element("a", words(heading.text), href=f"#s{number}"))
        for number, heading in enumerate(headings, start=1)
    )
    body = "\n".join(_blocks(document))
    return (
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f"{MARK}\n"
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        f"<title>{words(document.title)}</title>\n<style>\n{STYLE}{style}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#s1">To the answer</a>\n'
        f"{_DEFS}\n<header><h1>{words(document.title)}</h1></header>\n"
        f'<nav aria-label="Contents"><ol>{contents}</ol></nav>\n<main>\n{body}\n</main>\n'
        + "".join(f'<script type="module">{script}</script>\n' for script in scripts)
        + "</body>\n</html>\n"
    )


def fragment(document: Document) -> str:
    """Return a document as a piece of a page, such as a notebook, without styles of its own."""
    parts = (_block(part) for part in document.parts if not isinstance(part, Heading))
    return element("h3", words(document.title)) + "\n".join(parts)


def _read(name: str) -> str:
    return files("bcpsim.report").joinpath(*name.split("/")).read_text(encoding="utf-8")


def _digest(script: str) -> str:
    """Return a script as a policy names it."""
    return f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"


def _blocks(document: Document) -> Iterator[str]:
    """Yield a section for each heading."""
    sections: list[list[Part]] = [[]]
    for part in document.parts:
        if isinstance(part, Heading) and part.level == 2:
            sections.append([])
        sections[-1].append(part)
    for number, parts in enumerate(sections):
        across = any(
            isinstance(part, Player) or (isinstance(part, Figure) and part.width == "page")
            for part in parts
        )
        if parts:
            yield element(
                "section",
                "\n".join(_section(parts)),
                id=f"s{number}",
                class_="across" if across else None,
            )


def _section(parts: Sequence[Part]) -> Iterator[str]:
    """Yield the parts of a section; narrow figures that follow one another stand side by side."""
    for narrow, some in groupby(parts, lambda p: isinstance(p, Figure) and p.width == "half"):
        blocks = [_block(part) for part in some]
        if narrow:
            yield element("div", "".join(blocks), class_="grid")
        else:
            yield from blocks


def _block(part: Part) -> str:
    match part:
        case Heading():
            return element(f"h{part.level}", words(part.text))
        case Sentence():
            return element(
                "p", words(part.text), class_=None if part.tone == "plain" else part.tone
            )
        case Points():
            items = "".join(element("li", words(item)) for item in part.items)
            return element("ul", items, class_=None if part.tone == "plain" else part.tone)
        case Table():
            return table_html(part)
        case Figure():
            return _figure(part)
        case Player():
            return element("p", words(part.note), class_="dim") + part.body


def _figure(figure: Figure) -> str:
    inside = element("figcaption", words(figure.title))
    if figure.width == "half":
        inside += figure.svg
    else:
        inside += element(
            "div", figure.svg, class_="drawn", tabindex=0, role="region", aria_label=figure.title
        )
    if figure.note:
        inside += element("p", words(figure.note), class_="dim")
    if figure.table is not None:
        inside += table_html(figure.table, "The numbers")
    return element("figure", inside)


def table_html(table: Table, summary: str = "") -> str:
    """Return a table; one that is folded opens at a click, below its title or other words."""
    numeric = [table.numeric(k) for k in range(len(table.columns))]
    heads = "".join(
        element("th", words(column.head), scope="col", class_="n" if n else None)
        for column, n in zip(table.columns, numeric, strict=True)
    )
    sums = len(table.rows) - table.sums
    rows = "\n".join(
        element("tr", _row(row, numeric), class_="sum" if number >= sums else None)
        for number, row in enumerate(table.rows)
    )
    inside = element(
        "table",
        element("caption", words(table.title))
        + element("thead", element("tr", heads))
        + element("tbody", rows),
    )
    shown = element(
        "div",
        inside,
        class_="scroll few" if len(table.rows) <= _FEW else "scroll",
        tabindex=0,
        role="region",
        aria_label=table.title,
    )
    if table.note:
        shown += element("p", words(table.note), class_="dim")
    if not table.folded:
        return shown
    return element("details", element("summary", words(summary or table.title)) + shown)


def _row(row: Sequence[Cell], numeric: Sequence[bool]) -> str:
    if len(row) == 1:
        return element("th", _cell(row[0]), scope="rowgroup", colspan=len(numeric), class_="over")
    return element("th", _cell(row[0]), scope="row") + "".join(
        element("td", _cell(cell), class_="n" if n else "t")
        for cell, n in zip(row[1:], numeric[1:], strict=True)
    )


def _cell(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, Judged):
        return element("span", words(cell.text), class_=cell.judgement)
    text = str(cell)
    if isinstance(cell, Estimate) and " " in text:
        value, _, rest = text.partition(" ")
        return f"{words(value)} {element('span', words(rest), class_='ci')}"
    return words(text)
