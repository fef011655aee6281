"""Named streams of random numbers.

Every random quantity has a stream of its own, named by seed, replication and a name
made of the traffic source and the quantity. A stream is a function of its name alone,
so results don't hang on the order in which streams are used, nor on which others exist.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from hashlib import blake2b

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

from bcpsim.sampling.seeds import seeds

Draw = Callable[[str], NDArray[np.float64]]
"""Gives a uniform number for each traveller, by the name of a quantity."""

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
    return _drawn([np.random.SeedSequence(seed, spawn_key=(replication, *_words(name)))], [count])


def uniforms_of_each(
    seed: int, replications: Sequence[int], name: str, counts: Sequence[int]
) -> NDArray[np.float64]:
    """Return the first numbers of a stream of each replication, one after the other.

    Parameters
    ----------
    seed, replications, name
        As for `uniforms`; replications below 2**32.
    counts
        How many of each.
    """
    return _drawn(seeds(seed, replications, _words(name)), counts)


def _drawn(sequences: Sequence[ISeedSequence], counts: Sequence[int]) -> NDArray[np.float64]:
    """Return the first numbers of generators with these seeds, one after the other."""
    drawn = np.empty(sum(counts))
    place = 0
    for sequence, count in zip(sequences, counts, strict=True):
        # The types of NumPy know one kind of `ISeedSequence` only.
        generator = np.random.Generator(np.random.PCG64(sequence))  # type: ignore[arg-type]
        generator.random(out=drawn[place : place + count])
        place += count
    return np.maximum(drawn, _SMALLEST, out=drawn)


@lru_cache(maxsize=4096)
def _words(name: str) -> tuple[int, int]:
    """Return a name as two words of 64 bits, far too many for two names to meet."""
    digest = blake2b(name.encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")
