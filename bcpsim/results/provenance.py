"""Provenance: the inputs and the software from which a result follows."""

from __future__ import annotations

import hashlib
import platform
from collections.abc import Sequence
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from importlib.resources import files
from typing import Any

from bcpsim import __version__, packages
from bcpsim.scenario import LoadedScenario

_LIBRARIES = ("numba", "numpy", "scipy", "simpy", "tzdata")
"""Libraries that can change a number, as far as they are there.

Which of SimPy and Numba ran the engine isn't told: the same bytes come of both.
"""

_PACKAGES = (
    "files",
    "scenario",
    "plan",
    "sampling",
    "engine",
    "kpi",
    "stats",
    "runs",
    "comparisons",
    "sweeps",
    "staffing",
    "calibration",
    "claims",
)
"""Packages of bcpsim that can."""


def provenance(
    loaded: Sequence[LoadedScenario], seed: int, replications: int | None
) -> dict[str, Any]:
    """Return what a result was made from, so that it can be made again to the bit.

    Parameters
    ----------
    loaded
        The variants that were run.
    seed, replications
        As run; None: as many as a precision asked for.
    """
    return {
        "scenario": loaded[0].scenario.name,
        "variants": [{"name": scenario.variant, "hash": scenario.hash} for scenario in loaded],
        "seed": seed,
        "replications": replications,
        **software(),
    }


@cache
def software() -> dict[str, Any]:
    """Return everything installed that can change a number.

    ``code`` is the SHA-256 of the packages' own files: in a working copy the version alone
    tells nothing. ``added`` has what packages of users add, if there are any.
    """
    digest = hashlib.sha256()
    for package in _PACKAGES:
        for file in sorted(files(f"bcpsim.{package}").rglob("*.py")):  # type: ignore[attr-defined]
            digest.update(file.read_bytes())
    digest.update(files("bcpsim").joinpath("choosing.py").read_bytes())
    versions = {
        "bcpsim": __version__,
        "code": digest.hexdigest(),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "libraries": {name: versions for name in _LIBRARIES if (versions := _version(name))},
    }
    added = packages.provenance()
    return {**versions, "added": added} if added else versions


def _version(name: str) -> str | None:
    """Return the version of a library, None if it isn't installed."""
    try:
        return version(name)
    except PackageNotFoundError:
        return None
