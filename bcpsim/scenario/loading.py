"""From a file to a typed scenario: extends, variants, overrides, and all mistakes at once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, combinations, product
from os.path import relpath
from pathlib import Path
from typing import Any

from bcpsim.arguments import by_key_path, checked, file_or_data, text
from bcpsim.errors import Problem, ScenarioError, option, unknown
from bcpsim.files.document import (
    Document,
    Mark,
    merge,
    plain_document,
    read_document,
)
from bcpsim.files.readable import Reading, read_as
from bcpsim.files.typed import problem_at
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.extending import BASE, TEXTS, Layers, differing, is_among, with_extended
from bcpsim.scenario.model import Horizon as HorizonOfScenario
from bcpsim.scenario.model import Scenario
from bcpsim.scenario.overriding import as_texts, with_overrides
from bcpsim.scenario.people import Roster
from bcpsim.scenario.region import CrossingFile, composed, crossing_files, without_files
from bcpsim.scenario.tables import (
    Coverage,
    FieldPath,
    Horizon,
    Table,
    TableError,
    TableUse,
    cover,
    read_table,
    resolve_inside,
    table_uses,
    with_files,
)
from bcpsim.scenario.validation import (
    check_names,
    check_references,
    check_rosters,
    check_sources,
    missing_ways,
    unknown_standing,
)
from bcpsim.scenario.values import PLUS

GIVEN = "scenario.yaml"
"""Name, as of a file, of a scenario that was given as plain data."""


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario that has been checked, with the data that it reads: `bcpsim.Scenario`.

    Another with other values is made by `with_`, which checks it as well.

    Attributes
    ----------
    scenario
        The typed scenario after defaults, variant and overrides.
    variant
        Name of the variant, ``base`` without one; or the name that `with_` gave it.
    tables
        Columns of CSV files, by the path of the field that names them.
    folder
        Folder of the scenario file.
    document
        What was read, with the places of values for messages.
    overrides
        Values that were set beside what the file says, by key path.
    written
        The scenario file as written, and then those that it extends: the name of each, as seen
        from the folder, and what it holds.
    scenario_file
        The scenario file, or what was given in its place.
    checked
        The typed scenario whose names were checked with the file.
    """

    scenario: Scenario
    variant: str
    tables: Mapping[FieldPath, Table]
    folder: Path
    document: Document = field(repr=False, compare=False)
    overrides: Mapping[str, str] = field(default_factory=dict)
    written: tuple[tuple[str, bytes], ...] = ()
    scenario_file: ScenarioFile | None = field(default=None, repr=False, compare=False)
    checked: Scenario | None = field(default=None, repr=False, compare=False)

    def __post_init__(self) -> None:
        if self.scenario is self.checked:
            return
        findings = check_references(self.scenario)  # of one that was put in place of another
        if findings:
            raise ScenarioError(problem_at(self.document, *finding) for finding in findings)

    def __repr__(self) -> str:
        scenario = self.scenario
        parts = [
            f"{len(some)} {one if len(some) == 1 else several}"
            for some, one, several in (
                (scenario.traffic, "source of traffic", "sources of traffic"),
                (scenario.stops, "stop", "stops"),
                (scenario.officers, "group of officers", "groups of officers"),
            )
        ]
        start = f"{scenario.horizon.start:%Y-%m-%d %H:%M}"
        return (
            f"<Scenario {scenario.name!r}, {self.variant!r}: {', '.join(parts)}, "
            f"{scenario.horizon.duration / 60:g} h from {start}>"
        )

    def with_(
        self, changes: Mapping[str, Any] | None = None, *, name: str | None = None
    ) -> LoadedScenario:
        """Return the scenario with other values, checked like a file.

        Parameters
        ----------
        changes
            Values by key path: ``{"traffic.trucks.arrivals.scale": 1.2}``. Text as the file would
            have it (``90 s``), numbers, lists, mappings and records. Of shares that add to
            100 %, the others change in proportion. None: a value is left to its default.
        name
            What the result calls it; None: as before.

        Raises
        ------
        ScenarioError
            With every mistake: the key path, what was found, what is expected.
        """
        texts = as_texts(by_key_path("with_", changes))
        return self._changed(texts, text("name", name) or self.variant, "with_")

    def overridden(self, overrides: Mapping[str, Any] | None) -> LoadedScenario:
        """Return the scenario with the overrides of a run; as for `with_`."""
        texts = as_texts(overrides)
        return self._changed(texts, self.variant, option("--set")) if texts else self

    def _changed(self, texts: Mapping[str, str], variant: str, told_as: str) -> LoadedScenario:
        document = self.document
        scenario_file = self.scenario_file
        if scenario_file is None or self.scenario is not self.checked:  # it isn't what was read
            data = self.scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
            document = plain_document(data, self.scenario.name)
            horizon = self.scenario.horizon
            uses = table_uses(self.scenario)
            tables = {_key(use, horizon): self.tables[path] for path, use in uses}
            scenario_file = ScenarioFile(self.folder / GIVEN, document, {}, tables=tables)
        places = {path: Mark(told_as) for path in texts}
        changed = scenario_file.check(with_overrides(document, texts, places), variant)
        return replace(changed, overrides={**self.overrides, **texts}, written=self.written)

    def with_known(
        self, scenario: Scenario, tables: Mapping[FieldPath, Table] | None = None
    ) -> LoadedScenario:
        """Return this scenario with other values and tables that are known to be right already."""
        kept = self.tables if tables is None else tables
        return replace(self, scenario=scenario, checked=scenario, tables=kept, scenario_file=None)

    @cached_property
    def hash(self) -> str:
        """SHA-256 of the scenario after defaults and overrides, and of the data it reads.

        Titles, the description, the sources and the names of data files don't count: they
        change no number.
        """
        scenario = self.scenario
        if self.tables:
            scenario = with_files(scenario, dict.fromkeys(self.files, ""))
        data = _without_texts(scenario.model_dump(mode="json", by_alias=True))
        digests = sorted(
            [[str(part) for part in path], table.digest] for path, table in self.tables.items()
        )
        text = json.dumps([data, digests], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @cached_property
    def coverage(self) -> Mapping[FieldPath, Coverage]:
        """What of each table lies in the horizon, by the path of the field that reads it."""
        if not self.tables:
            return {}
        start, zone = self.scenario.horizon.start, self.scenario.horizon.time_zone
        horizon = Horizon(Calendar(start, zone), self.scenario.horizon.duration)
        uses = {path: use for path, use in table_uses(self.scenario) if path in self.tables}
        unused: dict[tuple[str, str | None], set[str]] = {}
        for path, use in uses.items():
            unused_here = set(self.tables[path].unused)
            unused[use.file, use.sheet] = unused_here & unused.get(
                (use.file, use.sheet), unused_here
            )
        return {
            path: cover(use, self.tables[path].without(unused[use.file, use.sheet]), horizon)
            for path, use in uses.items()
        }

    @property
    def told_of_tables(self) -> tuple[str, ...]:
        """What a user is told of the tables: doubts, and how they were read where guessed."""
        covered = self.coverage.values()
        doubts = [words for one in covered for words in one.warnings]
        return tuple(dict.fromkeys((*doubts, *(words for one in covered for words in one.notes))))

    @property
    def files(self) -> dict[str, str]:
        """SHA-256 of the data files read, by their names relative to the folder."""
        if not self.tables:
            return {}
        return {use.file: self.tables[path].digest for path, use in table_uses(self.scenario)}

    def problem(self, message: str, *path: str | int) -> ScenarioError:
        """Return the error for a mistake at a place in the scenario file."""
        return ScenarioError([problem_at(self.document, path, message)])

    def to_yaml(self, names: Mapping[str, str] | None = None) -> str:
        """Return the scenario as a file that loads to the same scenario, to the bit.

        Parameters
        ----------
        names
            Other names under which the data files will lie, each of `files`; None: their own.
        """
        import yaml

        scenario = self.scenario if names is None else with_files(self.scenario, names)
        data = scenario.model_dump(mode="json", by_alias=True, exclude_none=True)
        return str(yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=100))


def _without_texts(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_texts(value) for key, value in data.items() if key not in TEXTS}
    if isinstance(data, list):
        return [_without_texts(value) for value in data]
    return data


@checked()
def load(
    path: str | Path | Mapping[str, Any],
    *,
    variant: str | None = None,
    overrides: Mapping[str, Any] | None = None,
    allowed: Sequence[str | Path] = (),
) -> LoadedScenario:
    """Read and check a scenario.

    Parameters
    ----------
    path
        The scenario file (YAML), or what would stand in it as plain data; then paths count from
        the working directory.
    variant
        Name of one of the file's variants, or of several joined by ``+``, which are put
        together; None for the file as it stands.
    overrides
        Values to set, by key path: ``{"traffic.cars.arrivals.scale": 1.2}``; as for
        `LoadedScenario.with_`.
    allowed
        Folders besides the scenario's own from which data files may be read.

    Returns
    -------
    LoadedScenario
        Typed and frozen, with the data that it reads.

    Raises
    ------
    ScenarioError
        With every mistake that was found: file, line, column, field, what is expected.
    """
    name = BASE if variant is None else variant
    [loaded] = load_variants(path, [name], overrides=overrides, allowed=allowed)
    return loaded


@checked()
def load_variants(
    path: str | Path | Mapping[str, Any],
    variants: Sequence[str] | None = None,
    *,
    overrides: Mapping[str, Any] | None = None,
    allowed: Sequence[str | Path] = (),
) -> list[LoadedScenario]:
    """Read and check variants of a scenario file.

    Parameters
    ----------
    path, overrides, allowed
        As for `load`.
    variants
        Names in the order wanted; ``base`` is the file without overrides. None: the
        base and every variant of the file.

    Raises
    ------
    ScenarioError
        With every mistake of every variant, each once.
    """
    return read_scenario_file(path, allowed=allowed).load(variants, overrides=as_texts(overrides))


@dataclass(frozen=True)
class ScenarioFile:
    """A scenario file as read, of which variants with overrides are made any number of times.

    Attributes
    ----------
    path
        The file.
    document
        The file with what it extends.
    overriding
        What each variant changes, by name, in the order of the file: first what the variant
        that it extends does.
    allowed
        Folders besides the file's own from which data files may be read.
    tables
        Data read so far, by what reads them: each is read once.
    written
        As of `LoadedScenario`.
    crossings
        Of a region, the files of its crossings by name.
    """

    path: Path
    document: Document
    overriding: Mapping[str, Layers]
    allowed: tuple[Path, ...] = ()
    tables: dict[str, Table] = field(default_factory=dict)
    written: tuple[tuple[str, bytes], ...] = ()
    crossings: Mapping[str, ScenarioFile] = field(default_factory=dict)

    @property
    def names(self) -> list[str]:
        """Names of the variants, ``base`` first, in the order of the file."""
        return [BASE, *self.overriding]

    def load(
        self,
        variants: Sequence[str] | None = None,
        *,
        overrides: Mapping[str, str] | None = None,
        places: Mapping[str, Mark] | None = None,
    ) -> list[LoadedScenario]:
        """Check variants.

        Parameters
        ----------
        variants, overrides
            As for `load_variants`.
        places
            Where overrides are written, by key path, for messages; None: they come from `--set`.

        Raises
        ------
        ScenarioError
            With every mistake of every variant, each once.
        """
        problems: dict[Problem, None] = {}
        loaded = []
        for name in self.names if variants is None else variants:
            changed = self.document_of(name)
            try:
                changed = with_overrides(changed, overrides or {}, places)
                one = self.check(changed, name)
                loaded.append(replace(one, overrides=dict(overrides)) if overrides else one)
            except ScenarioError as error:
                for problem in error.problems:
                    if problem not in problems:
                        words = "" if name == BASE else f" (in the variant {name})"
                        problems[replace(problem, message=problem.message + words)] = None
        if problems:
            raise ScenarioError(list(problems))
        return loaded

    def document_of(self, variant: str) -> Document:
        """Return the file with a variant's changes.

        Parameters
        ----------
        variant
            Its name, or names of several joined by ``+``: their changes together.

        Raises
        ------
        ScenarioError
            If there is no such variant; if two of them set the same field to different values.
        """
        if variant == BASE:
            return self._with_crossings(self.document)
        names = [variant] if variant in self.overriding else variant.split(PLUS)
        if not all(names):
            message = f"expected a name, or names joined by '+' such as 'a+b', found {variant!r}"
            raise ScenarioError([Problem(str(self.path), 0, 0, "variants", message)])
        known = self.names if len(names) == 1 else list(self.overriding)
        problems = [
            Problem(str(self.path), 0, 0, "variants", unknown("variant", name, known))
            for name in names
            if name not in self.overriding
        ]
        problems += [
            Problem(str(self.path), 0, 0, "variants", f"{name!r} comes twice in {variant!r}")
            for name in dict.fromkeys(names)
            if names.count(name) > 1
        ]
        known_names = [name for name in names if name in self.overriding]
        for pair in combinations(known_names, 2):
            problems += self._disagreements(*pair)
        if problems:
            raise ScenarioError(problems)
        changes = [one for name in known_names for one in self.overriding[name]]
        # Two may extend the same.
        once = [one for number, one in enumerate(changes) if not is_among(one, changes[:number])]
        document = self._with_crossings(self.document, once)
        for one in once:
            document = merge(document, without_files(one))
        return document

    def _with_crossings(self, document: Document, changes: Sequence[Document] = ()) -> Document:
        """Return a region's file with what the files of its crossings say; any other as it is.

        Of the changes of a variant those of crossings say which files, and which variants of them.
        """
        if not self.crossings:
            return document
        for one in changes:
            document = merge(document, _only(one, "crossings"))
        return composed(document, self.path.parent, self._read_crossing)

    def _read_crossing(self, name: str, variant: str | None) -> CrossingFile:
        """Return the scenario of a crossing."""
        [loaded] = self.crossings[name].load([variant or BASE])
        return CrossingFile(loaded.scenario, loaded.document, loaded.folder)

    def _disagreements(self, first: str, second: str) -> Iterator[Problem]:
        """Yield what two variants set to different values; what both extend is no matter."""
        here, there = self.overriding[second], self.overriding[first]
        for one, other in product(there, here):
            if is_among(one, here) or is_among(other, there):
                continue
            for path in differing(one.data, other.data):
                mark, before = other.mark_of(path), one.mark_of(path)
                file = "" if mark.file == before.file else f" of {before.file}"
                message = (
                    f"is set by {second!r} here and by {first!r} in line {before.line}{file}, to "
                    "different values; variants can be put together where they don't change the "
                    "same (a list is one value)"
                )
                yield problem_at(other, path, message)

    def name_problems(
        self, document: Document, path: FieldPath, *variants: str
    ) -> Iterator[Problem]:
        """Yield what is wrong with names of variants that another file asks for.

        Parameters
        ----------
        document, path
            The other file, and where in it the names stand.
        variants
            The names; several joined by ``+`` are put together.
        """
        for name in dict.fromkeys(variants):
            try:
                self.document_of(name)
            except ScenarioError as error:
                for problem in error.problems:
                    placed = problem.line > 0  # in the scenario file: two variants set the same
                    yield problem if placed else problem_at(document, path, problem.message)

    def check(self, document: Document, variant: str) -> LoadedScenario:
        """Return a document as a typed scenario.

        Parameters
        ----------
        document
            From `document_of`, perhaps with changes laid over it.
        variant
            Its name.

        Raises
        ------
        ScenarioError
            With all mistakes. Of a file that can't be read throughout, unknown names and wrong
            tables are told of what can; of one with unknown names not what follows from them.
        """
        reading = read_as(document, Scenario)
        if reading.problems:
            raise ScenarioError([*reading.problems, *self._beside(document, reading)])
        scenario = reading.whole()
        findings = check_references(scenario)
        if variant == BASE:  # a variant may have removed what the sources speak of
            findings += check_sources(scenario)
        problems = [problem_at(document, path, message) for path, message in findings]
        tables: dict[FieldPath, Table] = {}
        for path, use in table_uses(scenario):
            try:
                tables[path] = self._table(use, scenario.horizon)
            except TableError as error:
                problems += [
                    problem_at(document, (*path, "file"), words) for words in error.messages
                ]
        rosters = {str(path[1]): table.roster for path, table in tables.items() if table.roster}
        problems += [problem_at(document, *found) for found in check_rosters(scenario, rosters)]
        problems += [
            problem_at(document, (*path, "file"), message)
            for path, table in tables.items()
            if table.travel
            for message in missing_ways(scenario.officers[str(path[1])].stop, table.travel)
        ]
        problems += [
            problem_at(document, (*path, "file"), message)
            for path, table in tables.items()
            for message in unknown_standing(scenario, str(path[1]), table.standing)
        ]
        loaded = LoadedScenario(
            scenario,
            variant,
            tables,
            self.path.parent,
            document,
            written=self.written,
            scenario_file=self,
            checked=scenario,
        )
        problems += [
            problem_at(document, (*path, "file"), message)
            for path, coverage in loaded.coverage.items()
            for message in coverage.problems
        ]
        if problems:
            raise ScenarioError(problems)
        return loaded

    def _beside(self, document: Document, reading: Reading[Scenario]) -> Iterator[Problem]:
        """Yield mistakes in what can be read of a file that can't be read throughout."""
        if reading.record is None:
            return
        for path, message in check_names(reading.record, reading.lost):
            if reading.holds(path):
                yield problem_at(document, path, message)
        for path, use in table_uses(reading.record):
            dated = isinstance(use, Roster)  # and what its dates mean depends on the horizon
            if reading.holds(path) and (not dated or reading.holds(("horizon",))):
                try:
                    self._table(use, reading.record.horizon)
                except TableError as error:
                    for words in error.messages:
                        yield problem_at(document, (*path, "file"), words)

    def _table(self, use: TableUse, horizon: HorizonOfScenario) -> Table:
        key = _key(use, horizon)
        if key not in self.tables:
            day = horizon.start.date() if isinstance(use, Roster) else None
            self.tables[key] = read_table(
                use, self.path.parent, self.allowed, day, horizon.time_zone
            )
        return self.tables[key]


def _key(use: TableUse, horizon: HorizonOfScenario) -> str:
    """Return a key for the data of a table: fields with the same key read the same data."""
    dated = isinstance(use, Roster)
    day = f"{horizon.start.date()} {horizon.time_zone}" if dated else None
    return f"{type(use).__name__} {day} {use.model_dump_json()}"


@checked()
def read_scenario_file(
    path: str | Path | Mapping[str, Any], *, allowed: Sequence[str | Path] = ()
) -> ScenarioFile:
    """Read a scenario, without checking its values.

    Parameters
    ----------
    path, allowed
        As for `load`.

    Raises
    ------
    ScenarioError
        If it can't be read, or what it extends; if its variants are no mappings.
    """
    path = file_or_data("scenario", path)
    folders = tuple(Path(folder) for folder in allowed)
    read: list[tuple[Path, bytes]] = []
    if isinstance(path, Mapping):
        path, given = Path(GIVEN), plain_document(path, "scenario")
    else:
        path, given = Path(path), read_document(Path(path))
    document, overriding = with_extended(given, path, folders, read)
    crossings = _crossings_of(document, overriding, path.parent, folders, read)
    written = tuple((relpath(one, path.parent or "."), content) for one, content in read)
    return ScenarioFile(path, document, overriding, folders, written=written, crossings=crossings)


def _crossings_of(
    document: Document,
    overriding: Mapping[str, Layers],
    folder: Path,
    allowed: Sequence[Path],
    read: list[tuple[Path, bytes]],
) -> dict[str, ScenarioFile]:
    """Return the files of a region's crossings by name, also those that only variants name."""
    files: dict[str, ScenarioFile] = {}
    problems: dict[Problem, None] = {}
    changed = [merge(document, _only(one, "crossings")) for v in overriding.values() for one in v]
    for region in (document, *changed):
        for name, (file, _) in crossing_files(region).items():
            if file in files:
                continue
            try:
                path = resolve_inside(file, folder, allowed)
                own, layers = with_extended(read_document(path), path, allowed, read)
                if any("crossings" in one.data for one in (own, *chain(*layers.values()))):
                    raise TableError(
                        f"{file!r} is a region itself; name the files of its crossings"
                    )
                files[file] = ScenarioFile(path, own, layers, tuple(allowed))
            except TableError as error:
                problems[problem_at(region, ("crossings", name), str(error))] = None
            except ScenarioError as error:
                problems |= dict.fromkeys(error.problems)
    if problems:
        raise ScenarioError(list(problems))
    return files


def _only(document: Document, key: str) -> Document:
    """Return what a document says under one key."""
    data = {key: document.data[key]} if key in document.data else {}
    return Document(data, document.marks, document.key_marks)


def variant_names(
    path: str | Path | Mapping[str, Any], *, allowed: Sequence[str | Path] = ()
) -> list[str]:
    """Return the names of a scenario's variants, ``base`` first, in the order of the file."""
    return read_scenario_file(path, allowed=allowed).names
