"""The fast way: the rules compiled by Numba, on records in memory."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock, Timeout

from bcpsim.engine import cache, kernels
from bcpsim.engine.arena import WORD, Arena, Template, address_of, fields_of, words_of
from bcpsim.engine.fill.kinds import Kinds, find_kinds
from bcpsim.engine.fill.outputs import Columns, numbered, outputs, together
from bcpsim.engine.fill.timetable import timetable
from bcpsim.engine.fill.travellers import columns
from bcpsim.engine.fill.world import lay
from bcpsim.engine.heap import WORDS
from bcpsim.engine.log import Ints
from bcpsim.engine.records import Detour, Traveller
from bcpsim.engine.slices import ENOUGH, OVER
from bcpsim.plan.kept import Kept
from bcpsim.plan.model import Plan
from bcpsim.sampling import Block
from bcpsim.sampling.ticks import NEVER

if TYPE_CHECKING:
    from bcpsim.engine.compiled import Run

SLICE = 100_000
"""Events between two chances for an interrupt: about 20 ms."""


@dataclass(frozen=True, slots=True)
class _Laid:
    """Records laid in memory for a plan and kinds of travellers, and its log.

    Attributes
    ----------
    template
        The records.
    columns
        The columns of the log: name, their rows among all, and what they are filled with.
    places
        Where each row is referred to.
    """

    template: Template
    columns: tuple[tuple[str, slice, int], ...]
    places: Ints

    @classmethod
    def of(cls, plan: Plan, kinds: Kinds) -> _Laid:
        """Lay the records."""
        template = Template(lay(plan, kinds))
        found = []
        places: list[int] = []
        for column, records, name, filling in outputs(template.root):
            rows = slice(len(places), len(places) + len(records))
            found.append((column, rows, filling))
            places += [template.place_of(record, name) for record in records]
        return cls(template, tuple(found), np.array(places, dtype=np.int64))


_kept: Kept[Kinds, _Laid] = Kept(_Laid.of)
"""What was laid for plans and kinds of travellers."""


_made: Run | None = None
_making = threading.Lock()


def make_ready(tell: Callable[[str], None], wait: bool = True) -> bool:
    """Load the compiled engine, or compile it; return whether it is there.

    Parameters
    ----------
    tell
        Called with a line to show before something takes long.
    wait
        Whether to wait for another process that compiles it; else there is none for now.
    """
    global _made
    with _making:
        if _made is not None:
            return True
        if cache.is_compiled():
            _made = _compiled(cache.place())
            return True
        folder = cache.folder()
        if folder is None:
            tell(_COMPILING.format("for this run, as no cache folder can be written to"))
            with _no_interrupt_lost():
                made = _compiled(None)
            _made = made
            return True
        lock = FileLock(cache.lock_of(folder))
        try:
            lock.acquire(timeout=0)
        except Timeout:
            if not wait:
                return False
            tell("waiting for another process that compiles the engine")
            lock.acquire()
        try:
            if not cache.is_compiled():
                tell(_COMPILING.format("once for this machine and version"))
            with _no_interrupt_lost():
                made = _compiled(folder)
            cache.note_compiled(folder)
            _made = made
        finally:
            lock.release()
        return True


@contextmanager
def _no_interrupt_lost() -> Iterator[None]:
    """Raise an interrupt at the end that came within the block and was lost.

    Compiling calls back from C, where what is raised may be dropped.
    """
    before = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(before):
        yield
        return
    came = threading.Event()

    def note(number: int, frame: FrameType | None) -> None:
        came.set()
        before(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came.is_set():
        raise KeyboardInterrupt


def is_ready() -> bool:
    """Return whether this process has the compiled engine."""
    return _made is not None


_COMPILING = "compiling the engine, {}; this takes about 40 s"


def _compiled(folder: Path | None) -> Run:
    from bcpsim.engine.compiled import make

    made = make(folder)
    kernels.make_all(folder)
    return made


def run(plan: Plan, block: Block) -> Columns:
    """Run some replications and return the columns of their logs."""
    assert _made is not None
    travellers = block.travellers
    kinds, whose = find_kinds(plan, travellers)
    laid = _kept.get(plan, kinds)
    arena = Arena(laid.template)
    w = laid.template.root
    n = len(travellers)
    for step, own in zip(w.steps, whose, strict=True):
        addresses = np.array([arena.address_of(kind) for kind in step.kind], dtype=np.int64)
        arena.set_column(step, "kind", np.full(n, addresses[0]) if own is None else addresses[own])
    found: Columns = {}
    sent: dict[str, list[Ints]] = {"following": [], "move": [], "entry": []}
    for record, name, column in columns(plan, travellers, w):
        arena.set_column(record, name, column)
        if name == "arrival":
            found[name] = column[None]
        elif name in sent and plan.reroutes and not isinstance(record, Detour):
            sent[name].append(column)
    rows = np.empty((len(laid.places), n), dtype=np.int64)
    arena.set_rows(laid.places, rows)
    for name, part, filling in laid.columns:
        found[name] = rows[part]
        found[name].fill(filling)
    most = int(np.diff(block.first).max())
    records = _Travellers(most)
    at_once = most + 2 * len(w.hands) + 2 * len(w.officers) + 4 * len(w.stops) + 64
    at_once += 2 * len(w.disturbances)
    agenda = np.empty(2 * at_once * WORDS, dtype=np.int64)
    handovers = np.empty(4 * at_once, dtype=np.int64)
    spells = np.empty(4 * at_once, dtype=np.int64)
    handed_over, spelled = [], []
    for place, _ in enumerate(arena.runs(map(block.rows_of, range(len(block))))):
        for record, name, value in timetable(plan, block, place, w):
            arena.set(record, name, value)
        arena.set(w, "travellers", records.lay(block.vehicles_of(place)))
        while True:
            arena.set(w, "agenda", agenda)
            arena.set(w, "handovers", handovers)
            arena.set(w, "spells", spells)
            why = _made(arena.address, SLICE, at_once)
            if why == OVER:
                break
            if why != ENOUGH:
                agenda = np.concatenate([agenda, np.empty_like(agenda)])
                handovers = np.concatenate([handovers, np.empty_like(handovers)])
                spells = np.concatenate([spells, np.empty_like(spells)])
        handed_over.append(handovers[: 4 * arena.get(w, "handed_over")].copy())
        spelled.append(spells[: 3 * arena.get(w, "spelled")].copy())
    for name, went in (("sent", sent["following"] + sent["entry"]), ("moved", sent["move"])):
        found[name] = np.array(went, dtype=np.int64).reshape(len(went), n)
    found["handovers"] = together(handed_over, block)
    found["spells"] = numbered(spelled)
    return found


class _Travellers:
    """The records of travellers, laid anew for each run in the same place."""

    def __init__(self, most: int) -> None:
        self._fields = fields_of(Traveller)
        self._words = np.empty((most, words_of(Traveller)), dtype=np.int64)
        size = WORD * self._words.shape[1]
        self._addresses = address_of(self._words) + size * np.arange(most)

    def lay(self, vehicle: Ints) -> Ints:
        """Lay the records of a run, by the vehicle of each traveller; return the addresses."""
        n = len(vehicle)
        words, addresses = self._words[:n], self._addresses[:n]
        words.fill(0)
        words[:, self._fields["number"].offset] = np.arange(n)
        words[:, self._fields["due"].offset] = NEVER
        members = np.flatnonzero(vehicle >= 0)
        words[members, self._fields["vehicle"].offset] = addresses[vehicle[members]]
        return addresses
