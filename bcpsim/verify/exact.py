"""Exactly solved queueing models.

Times are in the unit of the rates and mean service times that are given. `rate` is the
arrival rate, `mean_service` the mean service time of one server.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class TimeVaryingQueue:
    """M(t)/M/c over a stretch of time that it starts empty.

    Attributes
    ----------
    mean_queue
        Time average of the number waiting.
    mean_wait
        Mean wait of those who arrive, who are all served in the end.
    """

    mean_queue: float
    mean_wait: float


def mtmc(
    edges: Sequence[float], rates: Sequence[float], mean_service: float, servers: int
) -> TimeVaryingQueue:
    """Solve M(t)/M/c with rates constant between edges, empty at the first edge.

    Kolmogorov's forward equations for the number in system, solved by the exponential of
    the generator in short steps; the space is large enough that the last state has a
    probability below 1e-10 throughout, which is checked. Somebody who finds n present
    waits (n - c + 1) service completions of all servers, each of mean S / c.

    Raises
    ------
    ValueError
        If the space was too small.
    """
    from scipy.linalg import expm

    size = 400
    present = np.arange(size)
    waiting = np.maximum(present - servers, 0)
    wait_found = np.maximum(present - servers + 1, 0) * mean_service / servers
    law = np.zeros(size)
    law[0] = 1.0
    queue = arrived = waited = 0.0
    for start, end, rate in zip(edges, edges[1:], rates, strict=False):
        steps = max(1, round((end - start) / (mean_service / 4)))
        step = (end - start) / steps
        up = np.full(size - 1, rate)
        down = np.minimum(present[1:], servers) / mean_service
        generator = np.diag(up, 1) + np.diag(down, -1)
        generator -= np.diag(generator.sum(axis=1))
        half = expm(generator * step / 2)
        for _ in range(steps):
            middle = law @ half
            after = middle @ half
            mean_law = (law + 4 * middle + after) / 6  # Simpson's rule
            queue += step * float(mean_law @ waiting)
            waited += step * rate * float(mean_law @ wait_found)
            arrived += step * rate
            law = after
            if law[-1] > 1e-10:
                raise ValueError("the queue grows beyond the space on which it is solved")
    return TimeVaryingQueue(queue / (edges[-1] - edges[0]), waited / arrived)
