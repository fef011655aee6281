"""Where a result comes from."""

from __future__ import annotations

import platform
from collections.abc import Sequence
from importlib.metadata import version
from typing import Any

from bcpsim import __version__
from bcpsim.scenario import LoadedScenario

_LIBRARIES = ("numpy", "scipy", "simpy", "tzdata")
"""Libraries that can change a number."""


def provenance(loaded: Sequence[LoadedScenario], seed: int, replications: int) -> dict[str, Any]:
    """Return what a result was made from, so that it can be made again to the bit.

    Parameters
    ----------
    loaded
        The variants that were run.
    seed, replications
        As run.
    """
    return {
        "scenario": loaded[0].scenario.name,
        "variants": [{"name": one.variant, "hash": one.hash} for one in loaded],
        "seed": seed,
        "replications": replications,
        "bcpsim": __version__,
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {name: version(name) for name in _LIBRARIES},
    }
