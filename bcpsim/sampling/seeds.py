"""The seeds of many streams at once, as NumPy's `SeedSequence` makes them one by one.

Making a seed takes longer than drawing a thousand numbers from it. The streams of a quantity in
many replications differ in one word of what they are named by, so that the words of all of them are
mixed in the same calls, for 15 replications three times as fast. How a `SeedSequence` mixes belongs
to what NumPy promises never to change; it follows O'Neill, "Developing a seed_seq alternative"
(2015), and the constants are NumPy's. Tests hold the seeds against NumPy's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.random.bit_generator import ISeedSequence
from numpy.typing import NDArray

_Words = NDArray[np.uint32]

_POOL = 4
_WORD = 32
_IN, _IN_TIMES = 0x43B0D7E5, 0x931E8875
_OUT, _OUT_TIMES = 0x8B51F9DD, 0x58F38DED
_OLD_TIMES, _NEW_TIMES = np.uint32(0xCA01F9DD), np.uint32(0x4973F715)


class Seed(ISeedSequence):
    """A seed that is made already; a generator takes it as it takes a `SeedSequence`."""

    def __init__(self, state: NDArray[np.uint64]) -> None:
        self._state = state

    def generate_state(self, n_words: int, dtype: type = np.uint64) -> NDArray[np.uint64]:  # type: ignore[override]
        """Return the words of the seed, which are as many as a PCG64 asks for."""
        return self._state


def seeds(seed: int, replications: Sequence[int], name: Sequence[int]) -> list[Seed]:
    """Return ``SeedSequence(seed, spawn_key=(replication, *name))`` of each replication.

    Parameters
    ----------
    seed
        At least 0.
    replications
        Each at least 0 and below 2**32.
    name
        Whole numbers, at least 0.

    Returns
    -------
    list of Seed
        For a `numpy.random.PCG64` each.
    """
    pool: _Words = np.random.SeedSequence(seed).pool[:, None]
    first = max(_POOL, len(_words(seed)))
    words = [np.array(replications, dtype=np.uint32)]
    words += [np.array([word], dtype=np.uint32) for number in name for word in _words(number)]
    for place, word in enumerate(words, first):
        times = _powers(_IN, _IN_TIMES, _POOL * place, _POOL)
        pool = _shaken(_OLD_TIMES * pool - _NEW_TIMES * _shaken((word ^ times[:-1]) * times[1:]))
    times = _powers(_OUT, _OUT_TIMES, 0, 2 * _POOL)
    state = _shaken((np.concatenate([pool, pool]) ^ times[:-1]) * times[1:])
    return [Seed(own) for own in state.T.astype("<u4", order="C").view("<u8").astype(np.uint64)]


def _shaken(words: _Words) -> _Words:
    """Let the upper half of each word change the lower."""
    words ^= words >> np.uint32(_WORD // 2)
    return words


@lru_cache(maxsize=64)
def _powers(start: int, times: int, first: int, count: int) -> _Words:
    """Return start * times**k for k from `first` to `first + count`, as a column of words."""
    powers = [start * pow(times, first + k, 1 << _WORD) % (1 << _WORD) for k in range(count + 1)]
    return np.array(powers, dtype=np.uint32)[:, None]


def _words(number: int) -> list[int]:
    """Return the words of a number, the lowest first; 0 has one."""
    size = max(1, -(-number.bit_length() // _WORD))
    return [number >> _WORD * k & ((1 << _WORD) - 1) for k in range(size)]
