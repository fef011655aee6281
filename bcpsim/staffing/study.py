"""A staffing file that has been checked, with the variants that it asks about."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bcpsim.errors import unknown
from bcpsim.files.record import with_known
from bcpsim.scenario import BASE, LoadedScenario
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.values import WEEKDAYS
from bcpsim.staffing.file import ServiceTarget, ShiftChoice, StaffingFile
from bcpsim.studies import Findings, LoadedStudy, as_settings, known_variants, open_study

MAX_TRIED = 200_000
"""Most combinations of start, length and breaks, allowed or not, over all groups."""


@dataclass(frozen=True, repr=False)
class LoadedStaffing(LoadedStudy[StaffingFile]):
    """A staffing file that has been checked, with the variants that it asks about.

    Attributes
    ----------
    variants
        The loaded variants; the scenario's targets are those of the file.
    """

    variants: tuple[LoadedScenario, ...]


def load_staffing(
    given: str | Path | Mapping[str, Any], *, allowed: Sequence[str | Path] = ()
) -> LoadedStaffing:
    """Read and check a staffing file and its scenario.

    Parameters
    ----------
    given
        The staffing file (YAML), or what would stand in it as plain data; then paths count from
        the working directory.
    allowed
        Folders, besides its own and the working one, in which the scenario and its data may
        lie.

    Raises
    ------
    ScenarioError
        With every mistake that was found: file, line, column, field, what is expected.
    """
    study = open_study(given, StaffingFile)
    file, findings = study.file, study.findings
    for name, group in file.officers.items():
        for row, choice in enumerate(group.shifts):
            _check_breaks(choice, findings, "officers", name, "shifts", row)
    scenario_file = study.read_scenario(allowed)
    known = known_variants(findings, scenario_file, file.variants, "variants")
    if set(known) == set(file.variants):  # else groups and lanes may name what was meant
        _check_variants(file, findings)
    settings = as_settings(file.overrides) if findings.holds("overrides") else {}
    places = {key: study.document.mark_of(("overrides", key)) for key in settings}
    with findings.elsewhere():
        variants = scenario_file.load(known, overrides=settings, places=places)
    for loaded in variants:
        _check_names(file, loaded, findings)
    agencies = dict.fromkeys(name for loaded in variants for name in loaded.scenario.agencies)
    for name in file.rules:
        if name not in agencies:
            findings.add(unknown("agency", name, agencies), "rules", name, key=True)
    if not findings.mended:
        _check_size(file, findings)
        for loaded in variants:
            _check_fit(file, loaded, findings)
    findings.raise_all()
    checked = tuple(_with_targets(loaded, file.targets) for loaded in variants)
    return LoadedStaffing(file, study.document, scenario_file, checked)


def _check_variants(file: StaffingFile, findings: Findings) -> None:
    """Check that what holds for some variants names those that are asked about."""
    for lane, lanes in file.lanes.items():
        _check_subset(lanes.variants, file, findings, "lanes", lane)
    for name, group in file.officers.items():
        _check_subset(group.variants, file, findings, "officers", name)
        for row, choice in enumerate(group.shifts):
            _check_subset(choice.variants, file, findings, "officers", name, "shifts", row)


def _check_subset(
    variants: Sequence[str] | None, file: StaffingFile, findings: Findings, *path: str | int
) -> None:
    findings.add_unknown("variant", variants or (), file.variants, *path, "variants")


def _check_breaks(choice: ShiftChoice, findings: Findings, *path: str | int) -> None:
    """Check that breaks have a start and end within the shortest shift."""
    for number, record in enumerate(choice.breaks):
        where = (*path, "breaks", number)
        if not record.offsets:
            findings.add("must not lie before the earliest", *where, "latest")
        elif record.offsets[-1] + record.length > min(choice.length):
            findings.add("the break ends after the shortest shift", *where)


def _of(loaded: LoadedScenario) -> str:
    """Return a suffix for messages that names the variant; empty for the base."""
    return "" if loaded.variant == BASE else f" (in the variant {loaded.variant})"


def _check_names(file: StaffingFile, loaded: LoadedScenario, findings: Findings) -> None:
    """Check that a variant of the scenario has what the file names; each is told once."""
    scenario, of_variant = loaded.scenario, _of(loaded)
    asked = file.groups(loaded.variant)
    if not asked:
        findings.add(f"no group has a roster to be found{of_variant}", "officers", key=True)
    for name in asked:
        if name not in scenario.officers:
            message = unknown("group of officers", name, scenario.officers) + of_variant
            findings.add_once(message, "officers", name, key=True)
    for name in file.lanes_of(loaded.variant):
        message = _wrong_lanes(name, loaded)
        if message:
            findings.add_once(message + of_variant, "lanes", name, key=True)
    arriving = {name for source in scenario.traffic.values() for name in source.classes}
    for number, target in enumerate(file.targets):
        if target.class_ not in arriving:
            message = unknown("class of those who arrive", target.class_, arriving) + of_variant
            findings.add_once(message, "targets", number, "class")


def _wrong_lanes(name: str, loaded: LoadedScenario) -> str:
    """Return why there are no such lanes to be counted; empty: there are."""
    stops = loaded.scenario.stops
    stop, _, lane = name.partition(".")
    if stop not in stops:
        return unknown("stop", stop, stops)
    known = [lanes.name for lanes in stops[stop].lanes]
    if lane and lane not in known:
        return unknown(f"lanes of {stop}", lane, known)
    if not lane and len(known) > 1:
        several = ", ".join(f"{stop}.{other}" for other in known)
        return f"{stop} has several kinds of lanes; write one of: {several}"
    return ""


def _check_fit(file: StaffingFile, loaded: LoadedScenario, findings: Findings) -> None:
    """Check that a variant of the scenario has the costs and the weekdays that are needed."""
    scenario, of_variant = loaded.scenario, _of(loaded)
    if file.minimise == "staff_cost":
        asked = file.groups(loaded.variant)
        groups = [scenario.officers[name] for name in asked if name in scenario.officers]
        for name in dict.fromkeys(group.agency for group in groups):
            if scenario.agencies[name].cost_per_hour is None:
                message = f"agencies.{name}.cost_per_hour is missing in the scenario{of_variant}"
                findings.add(message, "minimise")
    if file.cycle == 7:
        start = scenario.horizon.start
        calendar = Calendar(start, scenario.horizon.time_zone)
        days = calendar.hourly_edges(scenario.horizon.duration)[2]
        if missing := [day for k, day in enumerate(WEEKDAYS) if k not in days]:
            findings.add(
                "the file tells weekdays apart, so the scenario's horizon must have all seven; "
                f"from {WEEKDAYS[start.weekday()]} {start:%Y-%m-%d} it has no "
                f"{', '.join(missing)}: set overrides: {{horizon.duration: 7 d}}",
                "scenario",
            )


def _check_size(file: StaffingFile, findings: Findings) -> None:
    """Check that there aren't too many shifts to try."""
    tried = 0
    for name, group in file.officers.items():
        for row, choice in enumerate(group.shifts):
            tried += choice.combinations
            if tried > MAX_TRIED >= tried - choice.combinations:
                findings.add(
                    f"with this, {tried:,} combinations of start, length and breaks; the bound "
                    f"is {MAX_TRIED:,}: allow fewer starts or breaks, or longer steps",
                    *("officers", name, "shifts", row),
                )


def _with_targets(loaded: LoadedScenario, targets: Sequence[ServiceTarget]) -> LoadedScenario:
    """Return a variant whose classes have these targets and whose runs are drained."""
    scenario = loaded.scenario
    classes = dict(scenario.classes)
    limits: dict[tuple[str, str], dict[float, None]] = {}
    for target in targets:
        limits.setdefault((target.class_, target.measure), {})[target.limit] = None
    for (name, measure), those in limits.items():
        times = with_known(classes[name].target, **{measure: tuple(those)})
        classes[name] = with_known(classes[name], target=times)
    horizon = with_known(scenario.horizon, ending="drain")
    changed = with_known(scenario, classes=classes, horizon=horizon)
    return loaded.with_known(changed)
