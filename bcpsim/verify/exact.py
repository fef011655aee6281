"""Exactly solved queueing models.

Times are in the unit of the rates and mean service times that are given. `rate` is the
arrival rate, `mean_service` the mean service time of one server.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from scipy.sparse import csr_array

_Floats = np.ndarray[tuple[int], np.dtype[np.float64]]
_Integers = np.ndarray[tuple[int], np.dtype[np.int64]]


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


def batch_wait(size: int, mean_service: float, servers: int, exponential: bool) -> float:
    """Return the mean wait of a batch that finds all servers idle.

    With the same service for all, the traveller k (from 0) starts after k // servers
    services; with exponential ones after k - servers + 1 ends, `servers` being at work.
    """
    if exponential:
        later = size - servers
        return later * (later + 1) / 2 * mean_service / servers / size if later > 0 else 0.0
    return sum(k // servers for k in range(size)) * mean_service / size


def missed_deadline(rate: float, mean_service: float, deadline: float) -> float:
    """Return the share that isn't done within the deadline in M/M/1.

    Who still waits at the deadline leaves; who is being served then is finished, and is
    late. The work that an arrival finds ahead has the density a exp(-(m - a) v) p for
    v < d, by level crossings (Brill, Level Crossing Methods in Stochastic Models, 2nd ed.),
    a being the rate and m = 1 / mean_service, and goes on as exp(-m v) beyond d.
    """
    m, a, d = 1 / mean_service, rate, deadline
    gap = m - a
    waiting = a * (1 - math.exp(-gap * d)) / gap
    beyond = a * math.exp(-gap * d) / m
    idle = 1 / (1 + waiting + beyond)
    late_after_waiting = math.exp(-m * d) * (math.exp(a * d) - 1)
    done = idle * (1 - math.exp(-m * d) + waiting - late_after_waiting)
    return 1 - done


def team_wait(rate: float, mean_service: float, travel: float) -> float:
    """Return the mean wait for one team that serves calls at two places as they come.

    Exponential services; each call is at either place with equal chance, so that the team
    has to travel for every second one, independently of all others. Travel and service
    together are the service time of M/G/1; a call waits for the queue and for its own
    travel.
    """
    mean = mean_service + travel / 2
    variance = mean_service**2 + travel**2 / 4
    return mg1_wait(rate, mean, math.sqrt(variance) / mean) + travel / 2


def returning_team_wait(rate: float, mean_service: float, travel: float) -> float:
    """Return the mean wait for one team that drives out from a base, and back when all is done.

    On its way back it doesn't turn round. A queue M/G/1 whose server is away at times has
    those who wait of M/G/1, and of a random moment while it is away (Fuhrmann and Cooper,
    Operations Research 33 (1985) 1117-1129): driving back, at the base until a call comes,
    and driving out. Exponential services.
    """
    nobody = math.exp(-rate * travel)  # calls while it drives back
    calls = rate * travel + nobody  # when it drives out
    waiting = rate * travel**2 + calls * travel  # integrated over the time away
    away = 2 * travel + nobody / rate
    return mg1_wait(rate, mean_service, 1) + waiting / away / rate


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


def _poisson(mean: float, size: int) -> _Floats:
    """Return the probabilities of 0 .. size - 1 of the Poisson law."""
    from scipy.special import gammaln

    k = np.arange(size)
    return np.asarray(np.exp(k * np.log(mean) - mean - gammaln(k + 1)))


def fork_join_time(rate: float, mean_service: float) -> float:
    """Return the mean time until both of two M/M/1 queues have served what joins both at once.

    Flatto and Hahn, SIAM Journal on Applied Mathematics 44 (1984) 1041-1053; in closed form
    Nelson and Tantawi, IEEE Transactions on Computers 37 (1988) 739-743, eq. 4.
    """
    load = rate * mean_service
    return (12 - load) / 8 * mean_service / (1 - load)


def tandem_waits(rate: float, stages: Sequence[tuple[float, int]]) -> list[float]:
    """Return the mean wait at each stage of M/M/c queues in tandem.

    The output of a stationary M/M/c is Poisson (Burke, Operations Research 4 (1956)
    699-704), so each stage is M/M/c on its own. `stages` holds (mean service, servers).
    """
    return [mmc_wait(rate, mean_service, servers) for mean_service, servers in stages]


def priority_waits(rates: tuple[float, float], service: float, servers: int) -> tuple[float, float]:
    """Return the mean waits of two classes in M/M/c, the first with priority.

    What is in hand isn't broken off; both have the same exponential service (Cobham,
    Operations Research 2 (1954) 70-76; Kella and Yechiali, Stochastic Models 1 (1985)
    257-262).
    """
    load = [rate * service / servers for rate in rates]
    wait = mmc_wait(sum(rates), service, servers) * (1 - sum(load))
    return wait / (1 - load[0]), wait / ((1 - load[0]) * (1 - sum(load)))


def weighted_waits(
    rates: tuple[float, float], service: float, weights: tuple[float, float]
) -> tuple[float, float]:
    """Return the mean waits of two classes in M/M/1, next being the largest weight x time waited.

    What is in hand isn't broken off; both have the same exponential service; the first has the
    larger weight. Kleinrock, Naval Research Logistics Quarterly 11 (1964) 329-341, "A delay
    dependent queue discipline": who comes finds the work W0 / (1 - load) before it, as if all
    were served in order. From that is taken for those of the larger weight a share
    1 - (ratio of the weights) of the others who wait, whom they pass; those of the smaller weight
    wait for as large a share of those who come later and pass them.
    """
    heavy, light = (rate * service for rate in rates)
    passing = 1 - weights[1] / weights[0]
    in_order = mmc_wait(sum(rates), service, 1)
    wait = in_order / (1 - heavy * passing)
    return in_order - light * passing * wait, wait


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


def last_of_batch(size: int, mean_service: float, servers: int) -> tuple[float, float]:
    """Return mean and coefficient of variation of the time until the last of a batch is served.

    All servers are idle when it comes and services are exponential, so that the times between
    ends are exponential with the rate of those at work. With a server for each this is the
    largest of `size` exponential times.
    """
    between = [mean_service / min(present, servers) for present in range(1, size + 1)]
    return math.fsum(between), math.hypot(*between) / math.fsum(between)


_LARGEST = 400
"""States of the number present on which M(t)/M/c(t) is solved."""


def mtmc_queue(
    edges: Sequence[float],
    rates: Sequence[float],
    mean_service: float,
    servers: int | Sequence[int],
    at_first: int = 0,
) -> float:
    """Return the mean queue of M(t)/M/c(t): the time average of the number who wait.

    Rates and servers are constant between edges.

    The state is the number present and the number of open desks. Where servers leave, a
    service in hand is finished, and its desk closes with it; a new service begins only
    while fewer are busy than there are servers. Kolmogorov's forward equations are solved
    by uniformization (Grassmann, Computers & Operations Research 4 (1977) 47-53); the space
    is large enough that its last states have a probability below 1e-10 throughout, which
    is checked.

    Parameters
    ----------
    servers
        A number, or one between each pair of edges.
    at_first
        How many are present at the start.

    Raises
    ------
    ValueError
        If the space was too small.
    """
    between = len(edges) - 1
    by_interval = [servers] * between if isinstance(servers, int) else list(servers)
    fewest = min(by_interval)
    # A state has the number present + _LARGEST x (open desks - fewest).
    present = np.tile(np.arange(_LARGEST), max(by_interval) - fewest + 1)
    desks = np.repeat(np.arange(fewest, max(by_interval) + 1), _LARGEST)
    waiting = np.maximum(present - desks, 0)
    bound = present == _LARGEST - 1
    law: _Floats = np.zeros(len(present))
    law[at_first] = 1.0
    queue = 0.0
    for (start, end), rate, count in zip(pairwise(edges), rates, by_interval, strict=True):
        # Desks open at once, and close at once unless somebody is served there.
        opened = np.maximum(count, np.minimum(desks, present))
        begun = np.zeros_like(law)
        np.add.at(begun, present + _LARGEST * (opened - fewest), law)
        generator = _desk_generator(present, desks, rate, mean_service, count)
        law, average = _uniformized(generator, begun, end - start, bound)
        queue += (end - start) * float(average @ waiting)
    return queue / (edges[-1] - edges[0])


def _desk_generator(
    present: _Integers,
    desks: _Integers,
    rate: float,
    mean_service: float,
    servers: int,
) -> csr_array:
    """Return the generator of M/M/c with desks that close once their service has ended.

    The states are numbered by desks, then by present, of which there are `_LARGEST`.
    """
    state = np.arange(len(present))
    comes = state[present < _LARGEST - 1]
    ends = state[(present > 0) & (desks > 0)]
    closes = desks[ends] > servers
    return _generator(
        np.concatenate([comes, ends]),
        np.concatenate([comes + 1, ends - 1 - _LARGEST * closes]),
        np.concatenate(
            [np.full(len(comes), rate), np.minimum(present[ends], desks[ends]) / mean_service]
        ),
        len(present),
    )


def _generator(
    sources: Sequence[int] | _Integers,
    targets: Sequence[int] | _Integers,
    rates: Sequence[float] | _Floats,
    size: int,
) -> csr_array:
    """Return the generator of a Markov chain: its rates, and on the diagonal minus their sum."""
    from scipy.sparse import coo_array, diags_array

    flows = coo_array((rates, (sources, targets)), shape=(size, size)).tocsr()
    return (flows - diags_array(flows.sum(axis=1))).tocsr()


def _uniformized(
    generator: csr_array,
    law: _Floats,
    duration: float,
    full: np.ndarray[tuple[int], np.dtype[np.bool_]],
) -> tuple[_Floats, _Floats]:
    """Return the law of a Markov chain after `duration`, and its average until then.

    With the greatest rate of all states as the rate of a Poisson process, the chain is one
    in discrete time at the instants of that process: the law after `duration` weighs its
    laws by the Poisson law of the number of instants, and the time spent between instants
    k and k + 1 is on average the probability of more than k instants, per rate.
    """
    fastest = -float(generator.diagonal().min())
    instants = fastest * duration
    # Ten standard deviations above the mean, and some more where the mean is small.
    weights = _poisson(instants, int(instants + 10 * np.sqrt(instants) + 30))
    beyond = np.maximum(1 - np.cumsum(weights), 0)
    step = (generator / fastest).T.tocsr()
    after = np.zeros_like(law)
    average = np.zeros_like(law)
    for weight, more in zip(weights, beyond, strict=True):
        after += weight * law
        average += more / instants * law
        law = law + step @ law
        if law[full].sum() > 1e-10:
            raise ValueError("the queue grows beyond the space on which it is solved")
    return after, average
