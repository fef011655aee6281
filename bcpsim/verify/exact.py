"""Exactly solved queueing models.

Times are in the unit of the rates and mean service times that are given. `rate` is the
arrival rate, `mean_service` the mean service time of one server.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np


def erlang_b(servers: int, load: float) -> float:
    """Return the share of arrivals lost in M/M/c/c with offered load `load` (erlang).

    Erlang's B formula by its recursion (Shortle et al., Fundamentals of Queueing
    Theory, 5th ed., eq. 3.58).
    """
    blocking = 1.0
    for k in range(1, servers + 1):
        blocking = load * blocking / (k + load * blocking)
    return blocking


def erlang_c(servers: int, load: float) -> float:
    """Return the share of arrivals that wait in M/M/c with offered load `load` < servers.

    Erlang's C formula (Shortle et al., 5th ed., eq. 3.39).
    """
    blocking = erlang_b(servers, load)
    utilisation = load / servers
    return blocking / (1 - utilisation * (1 - blocking))


def mmc_wait(rate: float, mean_service: float, servers: int) -> float:
    """Return the mean wait in queue of M/M/c (Shortle et al., 5th ed., section 3.3)."""
    load = rate * mean_service
    return erlang_c(servers, load) * mean_service / (servers - load)


def mg1_wait(rate: float, mean_service: float, cv: float) -> float:
    """Return the mean wait in queue of M/G/1: the formula of Pollaczek and Khinchine.

    `cv` is the coefficient of variation of the service time.
    """
    load = rate * mean_service
    return load * mean_service * (1 + cv * cv) / (2 * (1 - load))


def mdc_wait(rate: float, service: float, servers: int) -> float:
    """Return the mean wait in queue of M/D/c.

    The number in system at times one service apart is a Markov chain: all that were in
    service have left, and a Poisson number has come (Crommelin, Post Office Electrical
    Engineers' Journal 25 (1932) 41-50). Its stationary law is solved on a truncated
    space; the mean wait follows from Little's law.
    """
    load = rate * service
    size = servers + int(60 + 40 / (1 - load / servers))
    arrivals = _poisson(load, size)
    chain = np.zeros((size, size))
    for present in range(size):
        left = max(present - servers, 0)
        chain[present, left:] = arrivals[: size - left]
    chain[:, -1] += 1 - chain.sum(axis=1)
    equations = np.vstack([(chain.T - np.eye(size))[:-1], np.ones(size)])
    law = np.linalg.solve(equations, np.eye(size)[-1])
    queue = float(np.maximum(np.arange(size) - servers, 0) @ law)
    return queue / rate


def _poisson(mean: float, size: int) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the probabilities of 0 .. size - 1 of the Poisson law."""
    from scipy.special import gammaln

    k = np.arange(size)
    return np.asarray(np.exp(k * np.log(mean) - mean - gammaln(k + 1)))


def tandem_waits(rate: float, stages: Sequence[tuple[float, int]]) -> list[float]:
    """Return the mean wait at each stage of M/M/c queues in tandem.

    The output of a stationary M/M/c is Poisson (Burke, Operations Research 4 (1956)
    699-704), so each stage is M/M/c on its own. `stages` holds (mean service, servers).
    """
    return [mmc_wait(rate, mean_service, servers) for mean_service, servers in stages]


def priority_waits(rates: tuple[float, float], service: float, servers: int) -> tuple[float, float]:
    """Return the mean waits of two classes in M/M/c, the first with priority.

    What is in hand isn't broken off; both have the same exponential service (Cobham,
    Operations Research 2 (1954) 70-76; Kella and Yechiali, Naval Research Logistics 32
    (1985) 261-271).
    """
    load = [rate * service / servers for rate in rates]
    found = mmc_wait(sum(rates), service, servers) * (1 - sum(load))
    return found / (1 - load[0]), found / ((1 - load[0]) * (1 - sum(load)))


def mmck(rate: float, service: float, servers: int, places: int) -> tuple[float, float]:
    """Return the share turned away from M/M/c with waiting places, and the others' mean wait.

    `places` doesn't count those in service: none is the Erlang loss system (Shortle et al.,
    Fundamentals of Queueing Theory, 5th ed., ch. 3).
    """
    weight = [1.0]
    for present in range(1, servers + places + 1):
        weight.append(weight[-1] * rate * service / min(present, servers))
    share = weight[-1] / math.fsum(weight)
    waiting = math.fsum(k * weight[servers + k] for k in range(places + 1)) / math.fsum(weight)
    return share, waiting / (rate * (1 - share))


def longest_of_two(mean: float, other: float) -> tuple[float, float]:
    """Return mean and coefficient of variation of the longer of two exponential times."""
    both = 1 / (1 / mean + 1 / other)
    first = mean + other - both
    second = 2 * (mean**2 + other**2 - both**2)
    return first, math.sqrt(second - first**2) / first


_LONGEST = 400
"""Longest queue of the space on which M(t)/M/c(t) is solved."""


def mtmc_queue(
    edges: Sequence[float],
    rates: Sequence[float],
    mean_service: float,
    servers: int | Sequence[int],
) -> float:
    """Return the mean queue of M(t)/M/c(t), empty at first: the time average of the waiting.

    Rates and servers are constant between edges.

    The state is the number present and the number in service. Where servers leave, a
    service in hand is finished, and a new one begins only while fewer are busy than there
    are servers. Kolmogorov's forward equations are solved by the exponential of the
    generator in short steps; the space is large enough that its last states have a
    probability below 1e-10 throughout, which is checked.

    Parameters
    ----------
    servers
        A number, or one between each pair of edges.

    Raises
    ------
    ValueError
        If the space was too small.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.linalg import expm_multiply

    between = len(edges) - 1
    by_interval = [servers] * between if isinstance(servers, int) else list(servers)
    most = max(by_interval)
    # Waiting or not, with more in service than servers only until they are done.
    states = [(waiting, busy) for busy in range(most + 1) for waiting in range(_LONGEST)]
    number = {state: k for k, state in enumerate(states)}
    waiting = np.array([state[0] for state in states], dtype=np.float64)
    bound = waiting == _LONGEST - 1
    law = np.zeros(len(states))
    law[number[0, 0]] = 1.0
    queue = 0.0
    for k in range(between):
        rate, count = rates[k], by_interval[k]
        law = _started(law, states, number, count)
        rows, columns, values = [], [], []
        for (queued, busy), own in number.items():
            if busy < min(count, most) and queued == 0:
                following = [((0, busy + 1), rate)]
            else:
                following = [((min(queued + 1, _LONGEST - 1), busy), rate)]
            if busy:
                takes_on = queued > 0 and busy <= count
                after = (queued - 1, busy) if takes_on else (queued, busy - 1)
                following.append((after, busy / mean_service))
            for target, flow in following:
                rows += [number[target], own]
                columns += [own, own]
                values += [flow, -flow]
        generator = csr_array((values, (rows, columns)), shape=(len(states), len(states)))
        steps = max(2, 2 * round((edges[k + 1] - edges[k]) / (mean_service / 2)))
        step = (edges[k + 1] - edges[k]) / steps
        path = expm_multiply(generator, law, start=0, stop=steps * step, num=steps + 1)
        weights = np.array([1.0, *([4.0, 2.0] * (steps // 2 - 1)), 4.0, 1.0]) * step / 3
        queue += float(weights @ (path @ waiting))  # Simpson's rule
        law = path[-1]
        if float(path[:, bound].sum(axis=1).max()) > 1e-10:
            raise ValueError("the queue grows beyond the space on which it is solved")
    return queue / (edges[-1] - edges[0])


def _started(
    law: np.ndarray[tuple[int], np.dtype[np.float64]],
    states: list[tuple[int, int]],
    number: dict[tuple[int, int], int],
    servers: int,
) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Return the law when those waiting have been taken on by servers that came."""
    after = np.zeros(len(states))
    for k, (queued, busy) in enumerate(states):
        more = min(queued, max(servers - busy, 0))
        after[number[queued - more, busy + more]] += law[k]
    return after
