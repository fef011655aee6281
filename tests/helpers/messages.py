"""Messages as stored ones are compared with: without what says nothing about the mistake."""

from __future__ import annotations

import re

_KEYS = re.compile(r"(unknown key '[^'\n]*'; expected one of: )\w+(, \w+)*")


def without_keys(messages: str) -> str:
    """Return messages without the keys that a record has, which grow; the guess stays."""
    return _KEYS.sub(r"\1...", messages)
