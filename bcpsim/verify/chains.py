"""Borders solved exactly as Markov chains in continuous time: all times exponential.

Each model lists the changes of its state with their rates. The states that can be
reached are numbered, with queues cut off where the bound says, and the balance equations
are solved; the probability at the bound must be negligible, which is checked.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

State = tuple[int, ...]
Changes = Callable[[State], Iterator[tuple[State, float]]]

_NEGLIGIBLE = 1e-10


def stationary(start: State, changes: Changes, at_bound: Callable[[State], bool]) -> Law:
    """Return the stationary law of a chain.

    Parameters
    ----------
    start
        A state from which all others can be reached.
    changes
        Yields the states that follow a state, with rates.
    at_bound
        Whether a state stands where the chain is cut off.

    Raises
    ------
    ValueError
        If the states at the bound have a probability of 1e-10 or more.
    """
    from scipy.sparse import csc_array
    from scipy.sparse.linalg import spsolve

    number = {start: 0}
    ahead = [start]
    rows, columns, rates = [], [], []
    while ahead:
        state = ahead.pop()
        for target, rate in changes(state):
            if target not in number:
                number[target] = len(number)
                ahead.append(target)
            rows += [number[target], number[state]]
            columns += [number[state], number[state]]
            rates += [rate, -rate]
    size = len(number)
    generator = csc_array((rates, (rows, columns)), shape=(size, size))
    # One balance equation follows from the others: the start's probability is taken as 1,
    # and all are then divided by their sum.
    others = spsolve(generator[1:, 1:].tocsc(), -generator[1:, [0]].toarray().ravel())
    weights = np.concatenate([[1.0], others])
    law = Law(list(number), weights / weights.sum())
    if law.mean(lambda state: float(at_bound(state))) >= _NEGLIGIBLE:
        raise ValueError("the queues grow beyond the space on which the chain is solved")
    return law


@dataclass(frozen=True, slots=True)
class Law:
    """A stationary law: states and their probabilities."""

    states: list[State]
    probabilities: np.ndarray[tuple[int], np.dtype[np.float64]]

    def mean(self, value: Callable[[State], float]) -> float:
        """Return the mean of a function of the state."""
        values = np.array([value(state) for state in self.states], dtype=np.float64)
        return float(self.probabilities @ values)


@dataclass(frozen=True, slots=True)
class BlockedTandem:
    """Two stations with few places in between.

    Attributes
    ----------
    wait
        Mean wait in front of the first station.
    blocked
        Mean time for which a vehicle stays in the first station, checked.
    time
        Mean time in system.
    share_blocked
        Share of time for which the first station is blocked.
    """

    wait: float
    blocked: float
    time: float
    share_blocked: float


def tandem_with_blocking(
    rate: float, mean_first: float, mean_second: float, places: int, bound: int = 400
) -> BlockedTandem:
    """Solve M/M/1 -> /M/1 with a number of places in between, blocking after service.

    The state is the number at the first station, the number at the second with those in
    front of it, and whether the vehicle in the first is blocked (Perros, Queueing Networks
    with Blocking, 1994, ch. 3).
    """

    def changes(state: State) -> Iterator[tuple[State, float]]:
        first, second, blocked = state
        if first < bound:
            yield (first + 1, second, blocked), rate
        if first and not blocked:
            if second < places + 1:
                yield (first - 1, second + 1, 0), 1 / mean_first
            else:
                yield (first, second, 1), 1 / mean_first
        if second:
            # The blocked vehicle takes the place that becomes free.
            yield (first - blocked, second - 1 + blocked, 0), 1 / mean_second

    law = stationary((0, 0, 0), changes, lambda state: state[0] == bound)
    share = law.mean(lambda state: float(state[2]))
    waiting = law.mean(lambda state: max(state[0] - 1.0, 0.0))
    present = law.mean(lambda state: float(state[0] + state[1]))
    return BlockedTandem(waiting / rate, share / rate, present / rate, share)


@dataclass(frozen=True, slots=True)
class Left:
    """A queue that some leave, or turn back at.

    Attributes
    ----------
    wait
        Mean time in the queue of those who join it, also of those who leave it.
    lost, deterred
        Share of all who come that leave the queue, and that turn back.
    """

    wait: float
    lost: float
    deterred: float


def queue_with_leaving(
    rate: float,
    mean_service: float,
    servers: int,
    mean_patience: float | None = None,
    deters: Callable[[int], float] = lambda waiting: 0.0,
    bound: int = 2000,
) -> Left:
    """Solve M/M/c where each loses patience after an exponential time, and some turn back.

    With patience it is M/M/c+M, or Erlang-A (Palm 1957; Garnett, Mandelbaum and Reiman,
    Manufacturing & Service Operations Management 4 (2002) 208-227). `deters` is the share that
    turns back by the number waiting, of those who can't start at once (Ancker and Gafarian,
    Operations Research 11 (1963) 88-100): with 0 below a number and 1 from it on, M/M/c/K.
    """
    leaving = 0.0 if mean_patience is None else 1 / mean_patience

    def turning(present: int) -> float:
        return deters(present - servers) if present >= servers else 0.0

    def changes(state: State) -> Iterator[tuple[State, float]]:
        (present,) = state
        comes = rate * (1 - turning(present))
        if present < bound and comes:
            yield (present + 1,), comes
        if present:
            ends = min(present, servers) / mean_service + max(present - servers, 0) * leaving
            yield (present - 1,), ends

    law = stationary((0,), changes, lambda state: state[0] == bound)
    queue = law.mean(lambda state: max(state[0] - servers, 0.0))
    deterred = law.mean(lambda state: turning(state[0]))
    return Left(queue / rate / (1 - deterred), queue * leaving / rate, deterred)


def shortest_queue_wait(rate: float, mean_service: float, bound: int = 80) -> float:
    """Return the mean wait where all join the queue of two with fewer in it, and stay there.

    Of equals either is taken, which changes nothing in the mean (Haight, Biometrika 45 (1958)
    401-410; Kingman, Annals of Mathematical Statistics 32 (1961) 1314-1323). The state is how many
    are in the shorter and in the longer, with those being served.
    """

    def changes(state: State) -> Iterator[tuple[State, float]]:
        short, long = state
        if long < bound:
            yield (min(short + 1, long), max(short + 1, long)), rate
        if long:
            yield (min(short, long - 1), max(short, long - 1)), 1 / mean_service
        if short:
            yield (short - 1, long), 1 / mean_service

    law = stationary((0, 0), changes, lambda state: state[1] == bound)
    waiting = law.mean(lambda state: sum(max(present - 1.0, 0.0) for present in state))
    return waiting / rate


def chosen_queue_wait(
    rate: float, mean_service: float, scale: float, bound: int = 60
) -> tuple[float, float]:
    """Return the mean wait where each chooses one of two queues by a logit of how many wait there.

    One who finds d more waiting in one queue than in the other joins it with the probability
    1 / (1 + exp(d / scale)), of which the limit for a scale of 0 is the shortest queue. The state
    is how many are at each, with those being served.

    Returns
    -------
    tuple
        Mean wait, and mean number told to those who arrive of the queue that they choose.
    """

    def chance(state: State) -> float:
        first, second = (max(present - 1, 0) for present in state)
        return float(1 / (1 + np.exp((first - second) / scale)))

    def changes(state: State) -> Iterator[tuple[State, float]]:
        one, other = state
        share = chance(state)
        if one < bound:
            yield (one + 1, other), rate * share
        if other < bound:
            yield (one, other + 1), rate * (1 - share)
        if one:
            yield (one - 1, other), 1 / mean_service
        if other:
            yield (one, other - 1), 1 / mean_service

    def told(state: State) -> float:
        first, second = (max(present - 1, 0) for present in state)
        return chance(state) * first + (1 - chance(state)) * second

    law = stationary((0, 0), changes, lambda state: max(state) == bound)
    waiting = law.mean(lambda state: sum(max(present - 1.0, 0.0) for present in state))
    return waiting / rate, law.mean(told)


def cross_trained_waits(
    rates: tuple[float, float],
    services: tuple[float, float],
    officers: tuple[int, int],
    bound: int = 60,
) -> tuple[float, float]:
    """Return the mean waits of two classes, the first of which both pools serve.

    The first pool serves class 1 only and is preferred for it; the second serves both,
    class 2 first, without breaking off what is in hand (the N model: Garnett and
    Mandelbaum, An introduction to skills-based routing, Technion 2000).
    """

    def changes(state: State) -> Iterator[tuple[State, float]]:
        q1, q2, first, cross1, cross2 = state
        free = officers[1] - cross1 - cross2
        if first < officers[0]:
            yield (q1, q2, first + 1, cross1, cross2), rates[0]
        elif free:
            yield (q1, q2, first, cross1 + 1, cross2), rates[0]
        elif q1 < bound:
            yield (q1 + 1, q2, first, cross1, cross2), rates[0]
        if free:
            yield (q1, q2, first, cross1, cross2 + 1), rates[1]
        elif q2 < bound:
            yield (q1, q2 + 1, first, cross1, cross2), rates[1]
        if first:
            more = (
                (q1 - 1, q2, first, cross1, cross2) if q1 else (q1, q2, first - 1, cross1, cross2)
            )
            yield more, first / services[0]
        for busy, service, left in (
            (cross1, services[0], (cross1 - 1, cross2)),
            (cross2, services[1], (cross1, cross2 - 1)),
        ):
            if busy:
                yield _next_of_second_pool(q1, q2, first, *left), busy / service

    law = stationary((0, 0, 0, 0, 0), changes, lambda state: bound in state[:2])
    return (
        law.mean(lambda state: float(state[0])) / rates[0],
        law.mean(lambda state: float(state[1])) / rates[1],
    )


def _next_of_second_pool(q1: int, q2: int, first: int, cross1: int, cross2: int) -> State:
    """Return the state when an officer of both skills has become free."""
    if q2:
        return q1, q2 - 1, first, cross1, cross2 + 1
    if q1:
        return q1 - 1, q2, first, cross1 + 1, cross2
    return q1, q2, first, cross1, cross2


def scanner_waits(
    rates: tuple[float, float],
    services: tuple[float, float],
    officers: int,
    scanners: int,
    bound: int = 60,
) -> tuple[float, float]:
    """Return the mean waits of two classes that share officers, of which one needs a scanner.

    Class 1 needs an officer; class 2 an officer and a scanner, taken together, and goes
    first whenever it can start.
    """

    def settled(q1: int, q2: int, busy1: int, busy2: int) -> State:
        """Return the state when all who can start have started."""
        while q2 and busy1 + busy2 < officers and busy2 < scanners:
            q2, busy2 = q2 - 1, busy2 + 1
        while q1 and busy1 + busy2 < officers:
            q1, busy1 = q1 - 1, busy1 + 1
        return q1, q2, busy1, busy2

    def changes(state: State) -> Iterator[tuple[State, float]]:
        q1, q2, busy1, busy2 = state
        if q1 < bound:
            yield settled(q1 + 1, q2, busy1, busy2), rates[0]
        if q2 < bound:
            yield settled(q1, q2 + 1, busy1, busy2), rates[1]
        if busy1:
            yield settled(q1, q2, busy1 - 1, busy2), busy1 / services[0]
        if busy2:
            yield settled(q1, q2, busy1, busy2 - 1), busy2 / services[1]

    law = stationary((0, 0, 0, 0), changes, lambda state: bound in state[:2])
    return (
        law.mean(lambda state: float(state[0])) / rates[0],
        law.mean(lambda state: float(state[1])) / rates[1],
    )


def group_wait(
    rate: float, mean_service: float, servers: int, sizes: Mapping[int, float], bound: int = 600
) -> float:
    """Return the mean wait in queue of M^X/M/c: groups arrive, each member is served apart.

    Parameters
    ----------
    rate, mean_service, servers
        Rate of arrivals, counting each member; mean service time; number of servers.
    sizes
        Share of the groups by size.
    bound
        Number in the system at which the chain is cut off.
    """
    mean = sum(size * share for size, share in sizes.items())

    def changes(state: State) -> Iterator[tuple[State, float]]:
        (present,) = state
        for size, share in sizes.items():
            if present + size <= bound:
                yield (present + size,), rate / mean * share
        if present:
            yield (present - 1,), min(present, servers) / mean_service

    law = stationary((0,), changes, lambda state: state[0] > bound - max(sizes))
    return law.mean(lambda state: max(state[0] - servers, 0)) / rate


def helping_booth_waits(
    rates: tuple[float, float],
    services: tuple[float, float],
    waiting_from: int,
    bound: int = 60,
) -> tuple[float, float]:
    """Return the mean waits of two classes with a booth each, of which the first helps.

    The first booth takes class 2 while nobody of class 1 waits and at least `waiting_from`
    of class 2 do, without breaking off what is in hand.
    """

    def settled(q1: int, q2: int, first: int, second: int) -> State:
        """Return the state when all who can start have started."""
        if q2 and not second:
            q2, second = q2 - 1, 1
        if q1 and not first:
            q1, first = q1 - 1, 1
        if not first and q2 >= waiting_from:
            q2, first = q2 - 1, 2
        return q1, q2, first, second

    def changes(state: State) -> Iterator[tuple[State, float]]:
        q1, q2, first, second = state
        if q1 < bound:
            yield settled(q1 + 1, q2, first, second), rates[0]
        if q2 < bound:
            yield settled(q1, q2 + 1, first, second), rates[1]
        if first:
            yield settled(q1, q2, 0, second), 1 / services[first - 1]
        if second:
            yield settled(q1, q2, first, 0), 1 / services[1]

    law = stationary((0, 0, 0, 0), changes, lambda state: bound in state[:2])
    return (
        law.mean(lambda state: float(state[0])) / rates[0],
        law.mean(lambda state: float(state[1])) / rates[1],
    )


def hysteresis_wait(
    rate: float, services: tuple[float, float], levels: tuple[int, int], bound: int = 400
) -> float:
    """Return the mean wait of M/M/1 whose services are shorter while the queue is long.

    A service that begins while the rule is in force takes the second mean. The rule begins when so
    many wait as the first level says, and ends when they are as few as the second; what has begun
    goes on as it was (compare Gebhard, A queuing process with bilevel hysteretic service-rate
    control, Naval Research Logistics Quarterly 14, 1967, whose services change at once).

    Parameters
    ----------
    rate
        Of arrivals.
    services
        Mean service as usual, and while the rule is in force.
    levels
        Numbers waiting at which the rule begins and ends.
    bound
        Number waiting at which the chain is cut off.
    """
    begins, ends = levels

    def changes(state: State) -> Iterator[tuple[State, float]]:
        waiting, serving, ruled = state  # serving: 0 nobody, 1 as usual, 2 as the rule says
        if not serving:
            yield (0, 1 + ruled, ruled), rate
        elif waiting < bound:
            yield (waiting + 1, serving, int(ruled or waiting + 1 >= begins)), rate
        if serving:
            if waiting:
                # Whoever begins does so before the rule is judged by those who are left.
                left = (waiting - 1, 1 + ruled, int(ruled and waiting - 1 > ends))
            else:
                left = (0, 0, 0)
            yield left, 1 / services[serving - 1]

    law = stationary((0, 0, 0), changes, lambda state: state[0] == bound)
    return law.mean(lambda state: float(state[0])) / rate


def breakdown_wait(
    rate: float, mean_service: float, uptime: float, downtime: float, bound: int = 400
) -> float:
    """Return the mean wait of M/M/1 that breaks down and finishes the service in hand.

    The server works for an exponential time, by the clock, and is then down for another; nobody
    begins while it is down.
    """

    def changes(state: State) -> Iterator[tuple[State, float]]:
        waiting, serving, down = state
        if not serving and not down:
            yield (0, 1, 0), rate
        elif waiting < bound:
            yield (waiting + 1, serving, down), rate
        if serving:
            begins = int(waiting > 0 and not down)
            yield (waiting - begins, begins, down), 1 / mean_service
        if not down:
            yield (waiting, serving, 1), 1 / uptime
        else:
            begins = int(waiting > 0 and not serving)
            yield (waiting - begins, serving or begins, 0), 1 / downtime

    law = stationary((0, 0, 0), changes, lambda state: state[0] == bound)
    return law.mean(lambda state: float(state[0])) / rate
