"""Named streams of random numbers.

Every random quantity has a stream of its own, named by seed, replication and a name
made of the traffic source and the quantity. A stream is a function of its name alone,
so results don't hang on the order in which streams are used, nor on which others exist.
"""

from __future__ import annotations

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
    sequence = np.random.SeedSequence(seed, spawn_key=(replication, *_words(name)))
    drawn = np.random.Generator(np.random.PCG64(sequence)).random(count)
    return np.maximum(drawn, _SMALLEST)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[int, int]:
    """Return a name as two words of 64 bits, far too many for two names to meet."""
    digest = blake2b(name.encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
