"""The rules of choosing by name: what each says of an option. The smallest number is chosen.

Names, and what each rule goes by in words, stand in `bcpsim.choosing`; a test holds the two against
each other. A rule asks and changes nothing. A package adds one by an entry point that names such a
function.
"""

from __future__ import annotations

import dis
from collections.abc import Callable, Iterator, Mapping
from types import FunctionType
from typing import Any, get_type_hints

from bcpsim.choosing import LANE, NEXT, POOL, Chooser
from bcpsim.engine.records import Lane, Line, Officer, Post, Stop, Traveller, World
from bcpsim.engine.table import NOTHING, body_of, compiled_bodies, rule
from bcpsim.errors import InputError
from bcpsim.packages import added
from bcpsim.sampling.ticks import FAR

# ---- which lane --------------------------------------------------------------------------


@rule
def fewest_vehicles(w: World, me: Traveller, lane: Lane) -> int:
    """Return how many wait for a lane or are in it."""
    return waiting_at(lane) + 1 if lane.occupied else waiting_at(lane)


@rule
def shortest_queue(w: World, me: Traveller, lane: Lane) -> int:
    """Return how many wait for a lane."""
    return waiting_at(lane)


@rule
def random(w: World, me: Traveller, lane: Lane) -> int:
    """Return 0 for the lane that the traveller's drawn number points at, 1 for any other."""
    stop = lane.stop
    return 0 if stop.option == int(stop.pick[me.number] * stop.options) else 1


@rule
def waiting_at(lane: Lane) -> int:
    """Return how many wait in the queue of a lane."""
    waiting = 0
    for line in lane.lines:
        waiting += line.waiting
    return waiting


# ---- which stop --------------------------------------------------------------------------


@rule
def longest_queue(w: World, officer: Officer, post: Post) -> int:
    """Return how many would be left waiting at a stop, counted down from 0."""
    return -post.left


@rule
def longest_wait(w: World, officer: Officer, post: Post) -> int:
    """Return when the one who has waited longest at a stop queued."""
    return first_queued(post.stop)


@rule
def most_urgent(w: World, officer: Officer, post: Post) -> int:
    """Return the first deadline of those who wait at a stop, FAR if none has one."""
    stop = post.stop
    first = min(first_deadline(w, stop.aside), first_deadline(w, stop.inner))
    for line in stop.lines:
        first = min(first, first_deadline(w, line))
    return first


@rule
def first_deadline(w: World, line: Line) -> int:
    """Return the first deadline of those in a line, FAR if none has one."""
    first = FAR
    me = line.first
    while me is not NOTHING:
        first = min(first, w.deadline[me.number])
        me = me.next
    return first


@rule
def listed_order(w: World, officer: Officer, post: Post) -> int:
    """Return the place of a stop among those of the pool."""
    return post.place


@rule
def nearest(w: World, officer: Officer, post: Post) -> int:
    """Return the time of an officer's way to a stop."""
    return officer.post.walks[post.place]


@rule
def highest_index(w: World, officer: Officer, post: Post) -> int:
    """Return the risk index of a place, counted down from 0."""
    return -post.rank


@rule
def first_queued(stop: Stop) -> int:
    """Return when the one who has waited longest at a stop queued, FAR if nobody waits."""
    first = min(first_in(stop.aside, stop.reorders), first_in(stop.inner, True))
    for line in stop.lines:
        first = min(first, first_in(line, stop.reorders))
    return first


@rule
def first_in(line: Line, in_any_order: bool) -> int:
    """Return when the one who has waited longest in a line queued, FAR if nobody waits."""
    first = FAR
    me = line.first
    while me is not NOTHING:
        first = min(first, me.step.queued[me.number])
        me = me.next if in_any_order else NOTHING
    return first


# ---- who is next -------------------------------------------------------------------------


@rule
def first_come(w: World, me: Traveller, stop: Stop) -> int:
    """Return the same for everybody: the order of joining decides."""
    return 0


@rule
def earliest_deadline(w: World, me: Traveller, stop: Stop) -> int:
    """Return when a traveller's deadline is: as time goes on, the order stays as it is."""
    return w.deadline[me.number]


@rule
def weighted_wait(w: World, me: Traveller, stop: Stop) -> int:
    """Return since when a traveller has waited, or who joined before, if that was later.

    So it is the order of joining; of two weights `goes_before` in `queues` decides.
    """
    return max(me.step.queued[me.number], stop.last_turn)


# ---- by the rule's number ----------------------------------------------------------------


def lane_value(number: int, w: World, me: Traveller, lane: Lane) -> int:
    """Return what a rule says of a lane that a traveller may join."""
    return _LANE[number](w, me, lane)


def post_value(number: int, w: World, officer: Officer, post: Post) -> int:
    """Return what a rule says of a stop to which an officer of a pool may go."""
    return _POOL[number](w, officer, post)


def turn_value(number: int, w: World, me: Traveller, stop: Stop) -> int:
    """Return what a rule says of a traveller who joins the queue of a stop."""
    return _NEXT[number](w, me, stop)


Criterion = Callable[..., int]


def _criteria(chooser: Chooser, own: Mapping[str, Criterion], asked: Criterion) -> list[Criterion]:
    """Return the functions of all rules of a chooser, by number; the first of `asked` is number.

    Raises
    ------
    InputError
        If what a package adds is no such function.
    """
    found = [own[name] for name in chooser.criteria]
    for name in chooser.names[len(found) :]:
        one = added(chooser.kind)[name]
        function = one.load()
        for fault in _faults(function, asked):
            raise InputError(f"{one} can't be used: {fault}")
        found.append(function)
    _compile_choice(asked, found)
    return found


def _faults(function: Any, asked: Criterion) -> Iterator[str]:
    """Yield what keeps a function of a package from being a rule of choosing."""
    hints = get_type_hints(asked)
    del hints["number"]
    takes = ", ".join(
        f"{name}: {hint.__name__}" for name, hint in hints.items() if name != "return"
    )
    if not isinstance(function, FunctionType) or function not in compiled_bodies:
        yield f"expected a function @rule with ({takes}) -> int"
    elif list(get_type_hints(function).values()) != list(hints.values()):
        yield f"expected the arguments and result ({takes}) -> int, each with its type"
    else:
        yield from _writes(function, set())


def _writes(function: FunctionType, seen: set[FunctionType]) -> Iterator[str]:
    """Yield where a function changes something, itself or through those that it calls."""
    seen.add(function)
    for one in dis.get_instructions(function):
        field = one.opname in ("STORE_ATTR", "STORE_SUBSCR", "STORE_GLOBAL")
        verb = one.argval in ("add", "add_all", "clear", "drop", "take") and one.opname in (
            "LOAD_ATTR",
            "LOAD_METHOD",
        )
        if field or verb:
            what = one.argval if isinstance(one.argval, str) else "an item"
            yield f"a rule of choosing asks and changes nothing; {function.__name__} changes {what}"
        called = function.__globals__.get(one.argval) if one.opname == "LOAD_GLOBAL" else None
        if isinstance(called, FunctionType) and called not in seen:
            if called in compiled_bodies:
                yield from _writes(called, seen)
            else:
                yield f"{called.__name__}, which {function.__name__} calls, is no @rule"


def _compile_choice(asked: Criterion, criteria: list[Criterion]) -> None:
    """Register what is compiled for a question: one comparison with a rule's number after another.

    Compiled code can't look a function up in a list. The names of all rules stand in it, so that
    the cache of compiled engines tells one set of rules from another.
    """
    number, *given = (name for name in get_type_hints(asked) if name != "return")
    names = " ".join(f"{one.__module__}:{one.__qualname__}" for one in criteria)
    lines = [f"def {asked.__name__}({number}, {', '.join(given)}):", f"    {names!r}"]
    for k in range(len(criteria)):
        last = k == len(criteria) - 1
        lines += [] if last else [f"    if {number} == {k}:"]
        lines += [f"{'    ' if last else '        '}return rule_{k}({', '.join(given)})"]
    namespace: dict[str, Any] = {f"rule_{k}": one for k, one in enumerate(criteria)}
    exec("\n".join(lines), namespace)
    body = namespace[asked.__name__]
    body.__annotations__ = get_type_hints(asked)
    body_of(asked)(body)


_LANE = _criteria(
    LANE,
    {
        "fewest_vehicles": fewest_vehicles,
        "shortest_queue": shortest_queue,
        "random": random,
    },
    lane_value,
)
_POOL = _criteria(
    POOL,
    {
        "longest_queue": longest_queue,
        "longest_wait": longest_wait,
        "most_urgent": most_urgent,
        "listed_order": listed_order,
        "nearest": nearest,
        "highest_index": highest_index,
    },
    post_value,
)
_NEXT = _criteria(
    NEXT,
    {
        "first_come": first_come,
        "earliest_deadline": earliest_deadline,
        "weighted_wait": weighted_wait,
    },
    turn_value,
)
