"""What a result says of itself, for printing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from rich.text import Text

from bcpsim.results import Audit

_MOST = 20  # problems that are listed


def audit_text(audit: Audit) -> Text:
    """Return what a result was made from, and what was changed since."""
    lines = [f"{head + ':':<13}{_visible(words)}" for head, words in _lines(audit)]
    problems = list(audit.problems)
    if problems:
        lines.append(f"NOT as written, {len(problems)} found:")
        lines += [f"  {_visible(words)}" for words in problems[:_MOST]]
        if len(problems) > _MOST:
            lines.append(f"  and {len(problems) - _MOST} more (--format json lists all)")
    else:
        lines.append(f"As written: all {audit.files} files")
    return Text("\n".join(lines))


def _lines(audit: Audit) -> Iterator[tuple[str, str]]:
    """Yield what there is to say, with a head each."""
    made, provenance = audit.made, audit.provenance
    yield "Result", str(made)
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
    """Return text of a folder, which may be a stranger's, without signs that move the cursor."""
    return "".join(sign if sign.isprintable() else "?" for sign in text)
