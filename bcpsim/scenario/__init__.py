"""Scenario files: schema, loading with positions, variants, and errors to act on."""

from bcpsim.scenario.extending import BASE
from bcpsim.scenario.loading import (
    LoadedScenario,
    ScenarioFile,
    load,
    load_variants,
    read_scenario_file,
    variant_names,
)
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.scenario_like import (
    ScenarioLike,
    one_or_several,
    scenarios_of,
    told_apart,
)
from bcpsim.scenario.schema import json_schema

__all__ = [
    "BASE",
    "LoadedScenario",
    "Scenario",
    "ScenarioFile",
    "ScenarioLike",
    "json_schema",
    "load",
    "load_variants",
    "one_or_several",
    "read_scenario_file",
    "scenarios_of",
    "told_apart",
    "variant_names",
]
