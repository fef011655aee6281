"""Named streams of random numbers.

Every random quantity has a stream of its own, named by seed, replication and a name
made of the traffic source and the quantity. A stream is a function of its name alone,
so results don't hang on the order in which streams are used, nor on which others exist.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.typing import NDArray

_SMALLEST = 2.0**-54  # half the step of the generator, so that 0 is left out


def uniforms(seed: int, replication: int, name: str, count: int) -> NDArray[np.float64]:
    """Return the first numbers of a stream.

    Parameters
    ----------
    seed, replication
        Whole numbers, at least 0.
    name
        Name of the source and the quantity, such as ``cars/activity/passport``.
    count
        How many; the first k are the same whatever the count.

    Returns
    -------
    ndarray
        Uniform numbers between 0 and 1, both excluded; shape (count,).
    """
    return uniforms_of_each(seed, [replication], name, [count])


def uniforms_of_each(
    seed: int, replications: Sequence[int], name: str, counts: Sequence[int]
) -> NDArray[np.float64]:
    """Return the first numbers of a stream of each replication, one after the other.

    Parameters
    ----------
    seed, replications, name
        As for `uniforms`.
    counts
        How many of each.
    """
    drawn = np.empty(sum(counts))
    place = 0
    for replication, count in zip(replications, counts, strict=True):
        sequence = np.random.SeedSequence(seed, spawn_key=(replication, *_words(name)))
        generator = np.random.Generator(np.random.PCG64(sequence))
        generator.random(out=drawn[place : place + count])
        place += count
    return np.maximum(drawn, _SMALLEST, out=drawn)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[int, int]:
    """Return a name as two words of 64 bits, far too many for two names to meet."""
    digest = blake2b(name.encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
