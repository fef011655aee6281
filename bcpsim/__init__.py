"""Discrete-event simulation of border crossing points.

The public API::

    import bcpsim

    loaded = bcpsim.load("scenarios/land/peace_arch.yaml")
    result = bcpsim.run(loaded, replications=50, seed=1)
    result.measures  # a tidy DataFrame with 95 % intervals

Names are imported when they are first used, so that ``import bcpsim`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bcpsim.claims import ClaimCheck, check, load_claim
    from bcpsim.errors import (
        BcpsimError,
        InputError,
        InvariantError,
        Problem,
        RunError,
        ScenarioError,
    )
    from bcpsim.experiments import (
        Comparison,
        Condition,
        Free,
        Precision,
        Result,
        compare,
        run,
    )
    from bcpsim.experiments.calibration import Calibration, calibrate, compare_observed
    from bcpsim.experiments.comparison import save_comparison
    from bcpsim.experiments.frontier import Aim, frontier
    from bcpsim.experiments.metamodel import what_if
    from bcpsim.experiments.sensitivity import sensitivity
    from bcpsim.experiments.staffing import Staffing, save_staffing, staff
    from bcpsim.experiments.steady import find_warm_up
    from bcpsim.experiments.store import save
    from bcpsim.experiments.stored import compare_results
    from bcpsim.experiments.sweeps import read_measures, sweep
    from bcpsim.results import Audit, Difference, StoredResult, diff, load_result, verify_result
    from bcpsim.scenario import LoadedScenario, json_schema, load, load_variants, variant_names

__version__ = "0.2.0"

_HOMES = {
    "Aim": "bcpsim.experiments.frontier",
    "Audit": "bcpsim.results",
    "BcpsimError": "bcpsim.errors",
    "Calibration": "bcpsim.experiments.calibration",
    "ClaimCheck": "bcpsim.claims",
    "Comparison": "bcpsim.experiments",
    "Condition": "bcpsim.experiments",
    "Difference": "bcpsim.results",
    "Free": "bcpsim.experiments",
    "InputError": "bcpsim.errors",
    "InvariantError": "bcpsim.errors",
    "LoadedScenario": "bcpsim.scenario",
    "Precision": "bcpsim.experiments",
    "Problem": "bcpsim.errors",
    "Result": "bcpsim.experiments",
    "RunError": "bcpsim.errors",
    "ScenarioError": "bcpsim.errors",
    "Staffing": "bcpsim.experiments.staffing",
    "StoredResult": "bcpsim.results",
    "calibrate": "bcpsim.experiments.calibration",
    "check": "bcpsim.claims",
    "compare": "bcpsim.experiments",
    "compare_observed": "bcpsim.experiments.calibration",
    "compare_results": "bcpsim.experiments.stored",
    "diff": "bcpsim.results",
    "find_warm_up": "bcpsim.experiments.steady",
    "frontier": "bcpsim.experiments.frontier",
    "json_schema": "bcpsim.scenario",
    "load": "bcpsim.scenario",
    "load_claim": "bcpsim.claims",
    "load_result": "bcpsim.results",
    "load_variants": "bcpsim.scenario",
    "read_measures": "bcpsim.experiments.sweeps",
    "run": "bcpsim.experiments",
    "save": "bcpsim.experiments.store",
    "save_comparison": "bcpsim.experiments.comparison",
    "save_staffing": "bcpsim.experiments.staffing",
    "sensitivity": "bcpsim.experiments.sensitivity",
    "staff": "bcpsim.experiments.staffing",
    "sweep": "bcpsim.experiments.sweeps",
    "variant_names": "bcpsim.scenario",
    "verify_result": "bcpsim.results",
    "what_if": "bcpsim.experiments.metamodel",
}

__all__ = [
    "Aim",
    "Audit",
    "BcpsimError",
    "Calibration",
    "ClaimCheck",
    "Comparison",
    "Condition",
    "Difference",
    "Free",
    "InputError",
    "InvariantError",
    "LoadedScenario",
    "Precision",
    "Problem",
    "Result",
    "RunError",
    "ScenarioError",
    "Staffing",
    "StoredResult",
    "__version__",
    "calibrate",
    "check",
    "compare",
    "compare_observed",
    "compare_results",
    "diff",
    "find_warm_up",
    "frontier",
    "json_schema",
    "load",
    "load_claim",
    "load_result",
    "load_variants",
    "read_measures",
    "run",
    "save",
    "save_comparison",
    "save_staffing",
    "sensitivity",
    "staff",
    "sweep",
    "variant_names",
    "verify_result",
    "what_if",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(import_module(_HOMES[name]), name)
    raise AttributeError(f"module 'bcpsim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
