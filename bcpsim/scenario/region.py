"""A region put together: each crossing's own scenario, under its name, becomes part of one.

What stands at a crossing (stops, areas, officers, equipment, steps, traffic, disturbances) gets
the crossing's name in front: ``booths`` of ``north`` becomes ``north_booths``. What belongs to
travellers and their work (classes, activities, selections, agencies and others) keeps its name and
is the same at all crossings.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from os.path import relpath
from pathlib import Path
from typing import Any

from bcpsim.errors import Problem, ScenarioError
from bcpsim.files.document import Document, Mark, merge
from bcpsim.files.typed import problem_at
from bcpsim.scenario.crossings import CROSSING, MAX_CROSSINGS
from bcpsim.scenario.disturbances import ALL, WATCHED
from bcpsim.scenario.model import OUTCOMES, Scenario
from bcpsim.scenario.tables import FieldPath, with_files

FILE, VARIANT = "file", "variant"
"""Keys of a crossing that name its scenario."""

OWN = ("areas", "disturbances", "equipment", "officers", "stops", "traffic")
"""What stands at a crossing, by name."""

SHARED = (
    "agencies",
    "classes",
    "truths",
    "scores",
    "referrals",
    "risk_indices",
    "selections",
    "activities",
    "parts",
    "cases",
    "offices",
    "documents",
    "investigations",
)
"""What is the same at all crossings, by name."""

_TEXTS = frozenset({"title", "description"})
_PLACES = frozenset({"arrival", "exit", "vehicle"})
"""Ends of moves that aren't stops."""

_Plain = dict[str, Any]


@dataclass(frozen=True)
class CrossingFile:
    """The scenario of a crossing, checked, with the places of its values.

    Attributes
    ----------
    scenario, document
        As of `LoadedScenario`.
    folder
        Of its file.
    """

    scenario: Scenario
    document: Document
    folder: Path


Read = Callable[[str, str | None], CrossingFile]
"""Reads a crossing's scenario by the name of its file and of a variant."""


def crossing_files(document: Document) -> dict[str, tuple[str, str | None]]:
    """Return the file and the variant of each crossing of a region that has a file.

    Raises
    ------
    ScenarioError
        If one can't be read as such.
    """
    crossings = document.data.get("crossings")
    if not isinstance(crossings, dict):
        return {}  # told when the records are made
    found: dict[str, tuple[str, str | None]] = {}
    problems: list[Problem] = []
    if len(crossings) > MAX_CROSSINGS:
        message = f"expected at most {MAX_CROSSINGS} crossings, found {len(crossings)}"
        raise ScenarioError([problem_at(document, ("crossings",), message)])
    for name, given in crossings.items():
        own = {FILE: given} if isinstance(given, str) else given
        if not isinstance(own, dict) or not own.keys() & {FILE, VARIANT}:
            continue
        path = ("crossings", name)
        file, variant = own.get(FILE), own.get(VARIANT)
        if not isinstance(file, str):
            problems.append(problem_at(document, path, "expected a scenario file: {file: x.yaml}"))
        elif variant is not None and not isinstance(variant, str):
            message = "expected the name of a variant of its file"
            problems.append(problem_at(document, (*path, VARIANT), message))
        elif "stops" in own:
            message = "its stops are those of its file; leave stops out"
            problems.append(problem_at(document, (*path, "stops"), message))
        else:
            found[str(name)] = file, variant
    if problems:
        raise ScenarioError(problems)
    return found


def composed(document: Document, folder: Path, read: Read) -> Document:
    """Return a region's file with what the files of its crossings say.

    What the region says itself lies above it; its moves and sources come first.

    Parameters
    ----------
    document
        The region's file, with the crossings that a variant changes.
    folder
        Its folder.
    read
        Reads the scenario of a crossing.

    Raises
    ------
    ScenarioError
        With every mistake in the crossings' files, and where these don't go together.
    """
    files = crossing_files(document)
    if not files:
        return document
    problems: dict[Problem, None] = {}
    base = Document({"workflow": {"entry": [], "steps": {}}}, {(): document.mark_of(())})
    region = without_files(document)
    first: dict[tuple[str, str], tuple[str, Any]] = {}
    for name, (file, variant) in files.items():
        try:
            own = read(file, variant)
        except ScenarioError as error:
            where = ("crossings", name, VARIANT)
            for problem in error.problems:  # of a variant's name it is the region's mistake
                placed = problem.line > 0
                problems[problem if placed else problem_at(document, where, problem.message)] = None
            continue
        for message in _disagreements(name, own.scenario, document.data, first):
            problems[problem_at(document, ("crossings", name), message)] = None
        base = _added(base, _part(name, own, region, folder))
    if problems:
        raise ScenarioError(list(problems))
    _open_last(base.data["workflow"]["entry"])
    whole = merge(base, region)
    for key in ("moves", "sources"):
        before = region.data.get(key)
        if isinstance(before, list):
            whole.data[key] = [*before, *base.data.get(key, [])]
    return whole


def without_files(document: Document) -> Document:
    """Return what a document says, of crossings all but their files."""
    given = document.data.get("crossings")
    if not isinstance(given, dict):
        return document
    crossings = {
        name: {key: value for key, value in own.items() if key not in (FILE, VARIANT)}
        if isinstance(own, dict)
        else ({} if isinstance(own, str) else own)
        for name, own in given.items()
    }
    data = {**document.data, "crossings": crossings}
    return Document(data, document.marks, document.key_marks)


def _disagreements(
    name: str,
    scenario: Scenario,
    region: Mapping[str, Any],
    first: dict[tuple[str, str], tuple[str, Any]],
) -> Iterator[str]:
    """Yield in what the scenario of a crossing disagrees with others, or with the region."""
    horizon = region.get("horizon")
    zone = horizon.get("time_zone", "UTC") if isinstance(horizon, dict) else None
    if zone is not None and zone != scenario.horizon.time_zone:
        yield (
            f"its clocks are those of {scenario.horizon.time_zone}, the region's those of {zone}; "
            "expected one time zone"
        )
    data = _dumped(scenario)
    for section in (*SHARED, "prices"):
        entries = data.get(section) or {}
        said = region.get(section)
        for key, value in entries.items():
            if isinstance(said, dict) and key in said:
                continue  # what the region says itself counts
            other, known = first.setdefault((section, key), (name, value))
            for path in _differing(known, value):
                at = ".".join(map(str, (section, key, *path)))
                yield (
                    f"{at} isn't the same as in {other}: what belongs to travellers and their "
                    "work is the same at all crossings; make it so, give one another name, or "
                    f"set {section}.{key} in the region's file"
                )
                break


def _differing(first: Any, other: Any, path: FieldPath = ()) -> Iterator[FieldPath]:
    """Yield the fields in which two entries differ; texts may."""
    if isinstance(first, dict) and isinstance(other, dict):
        for key in [*first, *(key for key in other if key not in first)]:
            if key not in _TEXTS:
                yield from _differing(first.get(key), other.get(key), (*path, key))
    elif first != other:
        yield path


def _dumped(scenario: Scenario) -> _Plain:
    return scenario.model_dump(mode="json", by_alias=True, exclude_none=True)


def _part(name: str, crossing_file: CrossingFile, region: Document, folder: Path) -> Document:
    """Return what a crossing adds to its region."""
    scenario = crossing_file.scenario
    names = _Files(relpath(crossing_file.folder, folder))
    data = _Renamed(name, scenario, _title_of(name, region)).whole(
        _dumped(with_files(scenario, names))
    )
    marks = _moved(crossing_file.document.marks, name)
    marks["crossings", name] = region.mark_of(("crossings", name))
    return Document(data, marks, _moved(crossing_file.document.key_marks, name))


class _Files(dict[str, str]):
    """Names of files as seen from another folder."""

    def __init__(self, folder: str) -> None:
        super().__init__()
        self._folder = folder

    def __missing__(self, name: str) -> str:
        return name if self._folder == "." else Path(self._folder, name).as_posix()


def _title_of(name: str, region: Document) -> str:
    """Return what a region calls a crossing."""
    given = region.data["crossings"][name]
    title = given.get("title") if isinstance(given, dict) else None
    return title if isinstance(title, str) else name.replace("_", " ").capitalize()


def _moved(marks: Mapping[FieldPath, Mark], name: str) -> dict[FieldPath, Mark]:
    """Return the places of a crossing's values by their paths in the region."""
    found: dict[FieldPath, Mark] = {}
    for path, mark in marks.items():
        match path:
            case (str(section), key, *rest) if section in OWN:
                found[section, f"{name}_{key}", *rest] = mark
            case ("workflow", "steps", key, *rest):
                found["workflow", "steps", f"{name}_{key}", *rest] = mark
            case ("opening", *rest):
                found["crossings", name, "opening", *rest] = mark
            case (str(section), *_) if section in SHARED:
                found[path] = mark
    return found


def _added(base: Document, more: Document) -> Document:
    """Return what is put together so far with a further crossing; lists are joined."""
    entry = [*base.data["workflow"]["entry"], *more.data["workflow"]["entry"]]
    lists = {
        key: [*base.data.get(key, []), *more.data.get(key, [])] for key in ("moves", "sources")
    }
    whole = merge(base, more)
    whole.data["workflow"]["entry"] = entry
    whole.data.update({key: value for key, value in lists.items() if value})
    return whole


def _open_last(entry: list[_Plain]) -> None:
    """Let the last route on arrival hold for all who are left: of the last crossing."""
    last = entry[-1]
    del last["when"][CROSSING]
    if not last["when"]:
        del last["when"]


class _Renamed:
    """A crossing's scenario as plain data, with its name in front of what stands there."""

    def __init__(self, name: str, scenario: Scenario, title: str) -> None:
        self._name = name
        self._scenario = scenario
        self._title = title

    def whole(self, data: _Plain) -> _Plain:
        """Return what it adds to the region."""
        workflow = data["workflow"]
        found: _Plain = {key: data[key] for key in SHARED if data.get(key)}
        found |= {key: data[key] for key in ("border", "counted", "prices") if key in data}
        for section in OWN:
            found[section] = {
                self._of(key): self._entry(section, key, record)
                for key, record in data.get(section, {}).items()
            }
        found["moves"] = [self._move(move) for move in data["moves"]]
        found["workflow"] = {
            "entry": [self._entering(route) for route in self._routes(workflow["entry"])],
            "steps": {self._of(key): self._step(step) for key, step in workflow["steps"].items()},
        }
        crossing: _Plain = {"title": self._title, "stops": [*map(self._of, data["stops"])]}
        if "opening" in data:
            crossing["opening"] = data["opening"]
        found["crossings"] = {self._name: crossing}
        found["sources"] = [self._origin(origin) for origin in data["sources"]]
        return found

    def _of(self, name: str) -> str:
        return f"{self._name}_{name}"

    def _entry(self, section: str, key: str, record: _Plain) -> _Plain:
        titled = {**record, "title": f"{self._title}: {record.get('title') or key}"}
        changes = {
            "stops": self._stop,
            "officers": self._group,
            "traffic": self._source,
            "disturbances": self._disturbance,
        }
        change = changes.get(section)
        return titled if change is None else change(titled)

    def _stop(self, stop: _Plain) -> _Plain:
        area = stop.get("waiting_area")
        return stop if area is None else {**stop, "waiting_area": self._of(area)}

    def _group(self, group: _Plain) -> _Plain:
        stops = group["stop"]
        found = {**group, "stop": [*map(self._of, stops)]}
        travel = group["pool"].get("travel")
        if travel is not None:
            travel = {**travel, "called": self._called(travel, stops)}
            found["pool"] = {**group["pool"], "travel": travel}
        return found

    def _source(self, source: _Plain) -> _Plain:
        found = {**source, CROSSING: self._name}
        arrivals = source["arrivals"]
        if "step" in arrivals:
            found["arrivals"] = {**arrivals, "step": self._of(arrivals["step"])}
        elif arrivals["pattern"] == "waiting_list":
            found["arrivals"] = {
                **arrivals,
                "called": self._called(arrivals, self._scenario.workflow.steps),
            }
        return found

    def _called(self, table: _Plain, names: Iterable[str]) -> dict[str, str]:
        """Return what a table calls stops or steps, by their names in the region."""
        return {self._of(name): table["called"].get(name, name) for name in names}

    def _disturbance(self, record: _Plain) -> _Plain:
        found = {**record, CROSSING: self._name}
        closed = record["closed"]
        found["closed"] = [*map(self._of, self._scenario.stops if ALL in closed else closed)]
        for key in ("lanes", "reserve", "on_duty", "out", "priority"):
            found[key] = {self._of(name): value for name, value in record[key].items()}
        found["instead"] = {
            self._of(step): {**sent, "to": self._target(sent["to"])}
            for step, sent in record["instead"].items()
        }
        if "trigger" in record:
            found["trigger"] = {
                key: self._of(value) if key in WATCHED else value
                for key, value in record["trigger"].items()
            }
        return found

    def _move(self, move: _Plain) -> _Plain:
        ends = {key: move[key] for key in ("from", "to")}
        return move | {
            key: place if place in _PLACES else self._of(place) for key, place in ends.items()
        }

    def _step(self, step: _Plain) -> _Plain:
        found = {**step, "stop": self._of(step["stop"]), "next": self._routes(step["next"])}
        found["equipment"] = [*map(self._of, step["equipment"])]
        found["crew"] = [
            {**task, "equipment": [*map(self._of, task["equipment"])]} for task in step["crew"]
        ]
        if "afterwards" in step:
            found["afterwards"] = self._target(step["afterwards"])
        if "split" in step:
            found["split"] = {**step["split"], "to": self._routes(step["split"]["to"])}
        return found

    def _routes(self, routes: list[_Plain]) -> list[_Plain]:
        return [
            {**route, "to": {self._target(key): share for key, share in route["to"].items()}}
            for route in routes
        ]

    def _entering(self, route: _Plain) -> _Plain:
        return {**route, "when": {CROSSING: [self._name], **route.get("when", {})}}

    def _target(self, name: str) -> str:
        return name if name in OUTCOMES else self._of(name)

    def _origin(self, origin: _Plain) -> _Plain:
        return {**origin, "of": [*map(self._path, origin["of"])]}

    def _path(self, path: str) -> str:
        """Return the path of a field, in the sources of figures, as it is in the region."""
        section, _, rest = path.partition(".")
        if section in OWN and rest:
            return f"{section}.{self._of(rest)}"
        if path.startswith("workflow.steps."):
            return f"workflow.steps.{self._of(path.removeprefix('workflow.steps.'))}"
        return f"crossings.{self._name}.{path}" if section == "opening" else path
