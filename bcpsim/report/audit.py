"""What a result says of itself, as a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from bcpsim.errors import visible
from bcpsim.report.document import Column, Document, Part, Points, Sentence, Table
from bcpsim.results import Audit

_MOST = 20  # problems that are listed


def audit_document(audit: Audit) -> Document:
    """Return what a result was made from, and what was changed since."""
    table = Table(
        "What it was made from",
        (Column("What"), Column("Value")),
        tuple((head, _visible(words)) for head, words in _lines(audit)),
    )
    return Document(f"Result: {_visible(str(audit.made))}", (table, *_problems(audit)))


def _problems(audit: Audit) -> Iterator[Part]:
    problems = list(audit.problems)
    if not problems:
        yield Sentence(f"As written: all {audit.files} files", "answer")
        return
    yield Sentence(f"NOT as written, {len(problems)} found:", "warning")
    yield Points(tuple(map(_visible, problems[:_MOST])))
    if len(problems) > _MOST:
        yield Sentence(f"and {len(problems) - _MOST} more (--format json lists all)")


def _lines(audit: Audit) -> Iterator[tuple[str, str]]:
    """Yield what there is to say, with a head each."""
    made, provenance = audit.made, audit.provenance
    for one in audit.history:
        yield "Made", f"{one['date'] or 'at an unknown time'}: {one['command'] or 'from Python'}"
    if made.overrides:
        yield "Set", ", ".join(f"{key}={value}" for key, value in made.overrides.items())
    variants = provenance.get("variants")
    for variant in variants if isinstance(variants, list) else ():
        yield "Scenario", f"{variant.get('name')}, {variant.get('hash')}"
    if "seed" in provenance:
        yield "Seed", f"{provenance['seed']}, replications: {provenance.get('replications')}"
    if "bcpsim" in provenance:
        yield "bcpsim", f"{provenance['bcpsim']}, code {provenance.get('code')}"
        yield "Runs on", _software(provenance)
    added = provenance.get("added")
    for one in added if isinstance(added, list) else ():
        package = f"{one.get('package')} {one.get('version')}"
        yield "Added", f"{one.get('kind')} {one.get('name')}, of the package {package}"
    if audit.digest:
        yield "Digest", audit.digest


def _software(provenance: Any) -> str:
    libraries = provenance.get("libraries")
    versions = libraries.items() if isinstance(libraries, dict) else ()
    words = [f"Python {provenance.get('python')}", *(f"{name} {own}" for name, own in versions)]
    return ", ".join(words)


def _visible(text: str) -> str:
    """Return text of a folder, which may be a stranger's, in one line without hidden signs."""
    return visible(" ".join(text.split()))
