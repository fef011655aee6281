"""Discrete-event simulation of border crossing points.

The public API::

    import bcpsim

    loaded = bcpsim.load("scenarios/land/peace_arch.yaml")
    result = bcpsim.run(loaded, replications=50, seed=1)
    result.measures  # a tidy DataFrame with 95 % intervals
    busier = loaded.with_({"traffic.standard.arrivals.scale": 1.2}, name="busier")
    bcpsim.compare([loaded, busier]).measures

Names are imported when they are first used, so that ``import bcpsim`` is quick.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bcpsim.calibration import Calibration, calibrate, compare_observed, save_calibration
    from bcpsim.claims import ClaimCheck, check, load_claim
    from bcpsim.comparisons import Comparison, Condition, Free, compare
    from bcpsim.comparisons.folder import save_comparison
    from bcpsim.comparisons.stored import compare_results
    from bcpsim.errors import (
        BcpsimError,
        InputError,
        InvariantError,
        Problem,
        RunError,
        ScenarioError,
    )
    from bcpsim.exports import export
    from bcpsim.results import Audit, Difference, StoredResult, diff, verify_result
    from bcpsim.runs import Precision, Result
    from bcpsim.runs.events import Events
    from bcpsim.runs.folder import save
    from bcpsim.runs.run import run
    from bcpsim.runs.standing import waiting_at
    from bcpsim.runs.steady import find_warm_up
    from bcpsim.scenario import LoadedScenario, json_schema, load, load_variants, variant_names
    from bcpsim.scenario import LoadedScenario as Scenario
    from bcpsim.staffing import Staffing, save_staffing, staff
    from bcpsim.stored import load_result
    from bcpsim.sweeps import read_measures, sweep
    from bcpsim.sweeps.frontier import Aim, frontier
    from bcpsim.sweeps.sensitivity import sensitivity
    from bcpsim.sweeps.surrogate import what_if

__version__ = "0.2.0"

_HOMES = {
    "Aim": "bcpsim.sweeps.frontier",
    "Audit": "bcpsim.results",
    "BcpsimError": "bcpsim.errors",
    "Calibration": "bcpsim.calibration",
    "ClaimCheck": "bcpsim.claims",
    "Comparison": "bcpsim.comparisons",
    "Condition": "bcpsim.comparisons",
    "Difference": "bcpsim.results",
    "Events": "bcpsim.runs.events",
    "Free": "bcpsim.comparisons",
    "InputError": "bcpsim.errors",
    "InvariantError": "bcpsim.errors",
    "LoadedScenario": "bcpsim.scenario",
    "Precision": "bcpsim.runs",
    "Problem": "bcpsim.errors",
    "Result": "bcpsim.runs",
    "RunError": "bcpsim.errors",
    "Scenario": "bcpsim.scenario.loading:LoadedScenario",
    "ScenarioError": "bcpsim.errors",
    "Staffing": "bcpsim.staffing",
    "StoredResult": "bcpsim.results",
    "calibrate": "bcpsim.calibration",
    "check": "bcpsim.claims",
    "compare": "bcpsim.comparisons",
    "compare_observed": "bcpsim.calibration",
    "compare_results": "bcpsim.comparisons.stored",
    "diff": "bcpsim.results",
    "export": "bcpsim.exports",
    "find_warm_up": "bcpsim.runs.steady",
    "frontier": "bcpsim.sweeps.frontier",
    "json_schema": "bcpsim.scenario",
    "load": "bcpsim.scenario",
    "load_claim": "bcpsim.claims",
    "load_result": "bcpsim.stored",
    "load_variants": "bcpsim.scenario",
    "read_measures": "bcpsim.sweeps",
    "run": "bcpsim.runs",
    "save": "bcpsim.runs.folder",
    "save_calibration": "bcpsim.calibration",
    "save_comparison": "bcpsim.comparisons.folder",
    "save_staffing": "bcpsim.staffing",
    "sensitivity": "bcpsim.sweeps.sensitivity",
    "staff": "bcpsim.staffing",
    "sweep": "bcpsim.sweeps",
    "variant_names": "bcpsim.scenario",
    "verify_result": "bcpsim.results",
    "waiting_at": "bcpsim.runs.standing",
    "what_if": "bcpsim.sweeps.surrogate",
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
    "Events",
    "Free",
    "InputError",
    "InvariantError",
    "LoadedScenario",
    "Precision",
    "Problem",
    "Result",
    "RunError",
    "Scenario",
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
    "export",
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
    "save_calibration",
    "save_comparison",
    "save_staffing",
    "sensitivity",
    "staff",
    "sweep",
    "variant_names",
    "verify_result",
    "waiting_at",
    "what_if",
]


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        home, _, own = _HOMES[name].partition(":")
        return getattr(import_module(home), own or name)
    raise AttributeError(f"module 'bcpsim' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)
