"""Messages as stored ones are compared with: without what says nothing about the mistake."""

from __future__ import annotations

import re

_KEYS = re.compile(r"(unknown (?:key|measure) '[^'\n]*'; expected one of: )\w+(, \w+)*")


def without_keys(messages: str) -> str:
    """Return messages without all keys and measures that there are, which grow; the guess stays."""
    return _KEYS.sub(r"\1...", messages)
