"""Officers whose pace depends on the queue in front of them."""

from __future__ import annotations

from bcpsim.engine.moves import waiting_for
from bcpsim.engine.records import Post
from bcpsim.engine.table import rule

USUAL = 10_000
"""Parts of the time that work takes at the usual pace."""


@rule
def under_pressure(post: Post, time: int) -> int:
    """Return how long work takes that begins now at a post, of its time at the usual pace.

    Between the two lengths of the queue the pace changes evenly, in ten-thousandths.
    """
    group = post.group
    more = waiting_for(post.stop) - group.pressed_from
    if more <= 0:
        return time
    span = group.pressed_to - group.pressed_from
    parts = USUAL + (group.pressed - USUAL) * min(more, span) // span
    return time * parts // USUAL
