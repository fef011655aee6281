"""What measures do with whole columns, in two bodies each: sums, ranks, hours, a sweep over time.

The first body is vectorised, the second a loop that is compiled (see `bcpsim.engine.kernels`).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bcpsim.engine.kernels import kernel
from bcpsim.sampling.ticks import NEVER

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Mask = NDArray[np.bool_]
Columns = tuple[Ints, ...]

# ---- groups ----------------------------------------------------------------------------------


def _counted(mask: Mask, group: Ints, size: int) -> Ints:
    found = np.zeros(size, dtype=np.int64)
    for i in range(len(mask)):
        if mask[i]:
            found[group[i]] += 1
    return found


@kernel("i8[::1](b1[:], i8[:], i8)", _counted)
def counted(mask: Mask, group: Ints, size: int) -> Ints:
    """Return how many travellers of a mask are in each group."""
    return np.bincount(group[mask], minlength=size)


def _grouped(mask: Mask, group: Ints, size: int) -> tuple[Ints, Ints]:
    bounds = np.zeros(size + 1, dtype=np.int64)
    for i in range(len(mask)):
        if mask[i]:
            bounds[group[i] + 1] += 1
    for k in range(size):
        bounds[k + 1] += bounds[k]
    place = bounds[:size].copy()
    order = np.empty(bounds[size], dtype=np.int64)
    for i in range(len(mask)):
        if mask[i]:
            order[place[group[i]]] = i
            place[group[i]] += 1
    return order, bounds


@kernel("UniTuple(i8[::1], 2)(b1[:], i8[:], i8)", _grouped)
def grouped(mask: Mask, group: Ints, size: int) -> tuple[Ints, Ints]:
    """Return the places where a mask holds, group by group, and the bounds of each group."""
    order = np.flatnonzero(mask)
    own = group[order]
    bounds = np.zeros(size + 1, dtype=np.int64)
    np.cumsum(np.bincount(own, minlength=size), out=bounds[1:])
    if size > 1:
        small = own.astype(np.int16) if size < 1 << 15 else own  # sorted much faster
        order = order[np.argsort(small, kind="stable")]
    return order, bounds


def _summed(values: Ints, order: Ints, low: Ints, high: Ints) -> Ints:
    found = np.zeros((len(low), 1), dtype=np.int64)
    for k in range(len(low)):
        total = 0
        for j in range(low[k], high[k]):
            total += values[order[j]]
        found[k, 0] = total
    return found


@kernel("i8[:, ::1](i8[:], i8[:], i8[:], i8[:])", _summed)
def summed(values: Ints, order: Ints, low: Ints, high: Ints) -> Ints:
    """Return sums of values: each from one place of an order to before another; shape (n, 1)."""
    before = np.zeros(len(order) + 1, dtype=np.int64)
    np.cumsum(values[order], out=before[1:])
    return (before[high] - before[low])[:, None]


def _ranked(values: Ints, order: Ints, low: Ints, high: Ints, places: Ints) -> Ints:
    found = np.zeros((len(low), 1 + places.shape[1]), dtype=np.int64)
    put = np.empty(len(order), dtype=np.int64)
    ends = np.empty(len(order) + 2, dtype=np.int64)
    for k in range(len(low)):
        own = values[order[low[k] : high[k]]]
        size = len(own)
        if size == 0:
            continue
        found[k, 0] = own.sum()
        least = own.min()
        own -= least
        # Values are put into buckets; only those that hold one of the places are sorted.
        most = own.max()
        shift = 0
        while most >> shift > size:
            shift += 1
        buckets = (most >> shift) + 1
        ends[: buckets + 1] = 0
        for j in range(size):
            ends[(own[j] >> shift) + 1] += 1
        for b in range(buckets):
            ends[b + 1] += ends[b]
        for j in range(size):
            b = own[j] >> shift
            put[ends[b]] = own[j]
            ends[b] += 1
        first = after = 0
        for p in range(places.shape[1]):
            place = places[k, p]
            if not first <= place < after:
                b = np.searchsorted(ends[:buckets], place, side="right")
                first, after = ends[b - 1] if b > 0 else 0, ends[b]
                bucket = put[first:after]
                if bucket.min() != bucket.max():  # as many may have waited for no time at all
                    bucket.sort()
            found[k, 1 + p] = least + put[place]
    return found


@kernel("i8[:, ::1](i8[:], i8[:], i8[:], i8[:], i8[:, :])", _ranked)
def ranked(values: Ints, order: Ints, low: Ints, high: Ints, places: Ints) -> Ints:
    """Return sums of values and their values of some ranks, for each population.

    Parameters
    ----------
    values, order, low, high
        As for `summed`.
    places
        Places from 0, shape (populations, places).

    Returns
    -------
    ndarray
        Shape (populations, 1 + places).
    """
    found = np.zeros((len(low), 1 + places.shape[1]), dtype=np.int64)
    taken = values[order]
    for k in range(len(low)):
        if high[k] > low[k]:
            own = taken[low[k] : high[k]]
            found[k, 0] = own.sum()
            found[k, 1:] = np.partition(own, places[k].tolist())[places[k]]
    return found


# ---- hours -----------------------------------------------------------------------------------


def _hours_of(edges: Ints, times: Ints) -> Ints:
    last = len(edges) - 1
    usual = max(edges[last] - edges[0], 1) // last
    found = np.empty(len(times), dtype=np.int64)
    for i in range(len(times)):
        if times[i] < edges[0]:
            found[i] = -1
            continue
        hour = min((times[i] - edges[0]) // usual, last)
        while hour < last and times[i] >= edges[hour + 1]:
            hour += 1
        while times[i] < edges[hour]:
            hour -= 1
        found[i] = hour
    return found


@kernel("i8[::1](i8[:], i8[:])", _hours_of)
def hours_of(edges: Ints, times: Ints) -> Ints:
    """Return the hour in which each time lies: the number of the edge before it, -1 if none is."""
    return np.searchsorted(edges, times, side="right") - 1


def _summed_by_hour(
    values: Ints, mask: Mask, group: Ints, hour: Ints, groups: int, hours: int
) -> Ints:
    found = np.zeros((2, groups, hours), dtype=np.int64)
    for i in range(len(values)):
        if mask[i] and 0 <= hour[i] < hours:
            found[0, group[i], hour[i]] += values[i]
            found[1, group[i], hour[i]] += 1
    return found


@kernel("i8[:, :, ::1](i8[:], b1[:], i8[:], i8[:], i8, i8)", _summed_by_hour)
def summed_by_hour(
    values: Ints, mask: Mask, group: Ints, hour: Ints, groups: int, hours: int
) -> Ints:
    """Return sums and numbers of the values of a mask, shape (2, groups, hours)."""
    inside = mask & (hour >= 0) & (hour < hours)
    code = group[inside] * hours + hour[inside]
    found = np.zeros((2, groups * hours), dtype=np.int64)
    np.add.at(found[0], code, values[inside])
    found[1] = np.bincount(code, minlength=groups * hours)
    return found.reshape(2, groups, hours)


def _by_hour(edges: Ints, start: Ints, end: Ints, group: Ints, groups: int) -> Ints:
    last = len(edges) - 1
    usual = max(edges[last] - edges[0], 1) // last
    found = np.zeros((groups, last), dtype=np.int64)
    for i in range(len(start)):
        begin, stop = max(start[i], edges[0]), min(end[i], edges[last])
        if begin >= stop:
            continue
        hour = min((begin - edges[0]) // usual, last - 1)
        while begin >= edges[hour + 1]:
            hour += 1
        while begin < edges[hour]:
            hour -= 1
        while begin < stop:
            until = min(stop, edges[hour + 1])
            found[group[i], hour] += until - begin
            begin = until
            hour += 1
    return found


@kernel("i8[:, ::1](i8[:], i8[:], i8[:], i8[:], i8)", _by_hour)
def by_hour(edges: Ints, start: Ints, end: Ints, group: Ints, groups: int) -> Ints:
    """Return how much of some stretches of time lies in each hour, shape (groups, hours).

    Parameters
    ----------
    edges
        Of the hours.
    start, end
        Of the stretches, start <= end.
    group, groups
        The group of each stretch, and how many there are.
    """
    size = len(edges) - 1
    length = np.diff(edges)

    def until_now(times: Ints) -> Ints:
        """Return how long each hour has of what began at some times and never ended."""
        inside = np.clip(times, edges[0], edges[-1])
        hour = np.minimum(np.searchsorted(edges, inside, side="right") - 1, size - 1)
        place = group * size + hour
        begun = np.bincount(place, minlength=groups * size).reshape(groups, size)
        late = np.zeros(groups * size, dtype=np.int64)
        np.add.at(late, place, inside - edges[hour])
        lasting: Ints = np.cumsum(begun, axis=1) * length - late.reshape(groups, size)
        return lasting

    return until_now(start) - until_now(end)


def _lasting(
    start: Ints, end: Ints, mask: Mask, group: Ints, size: int, low: int, high: int
) -> Ints:
    found = np.zeros(size, dtype=np.int64)
    for i in range(len(start)):
        if mask[i]:
            found[group[i]] += max(min(end[i], high) - max(start[i], low), 0)
    return found


@kernel("i8[::1](i8[:], i8[:], b1[:], i8[:], i8, i8, i8)", _lasting)
def lasting(
    start: Ints, end: Ints, mask: Mask, group: Ints, size: int, low: int, high: int
) -> Ints:
    """Return how much of some stretches of time lies between two times, by group."""
    found = np.zeros(size, dtype=np.int64)
    time = np.maximum(np.minimum(end, high) - np.maximum(start, low), 0)
    np.add.at(found, group[mask], time[mask])
    return found


# ---- officers --------------------------------------------------------------------------------


def _on_duty(officer: Ints, start: Ints, first: Ints, begins: Ints, ends: Ints) -> Ints:
    found = np.empty(len(officer), dtype=np.int64)
    for i in range(len(officer)):
        k = first[officer[i]]
        last = first[officer[i] + 1] - 1
        while k < last and begins[k + 1] <= start[i]:
            k += 1
        found[i] = ends[k]
    return found


@kernel("i8[::1](i8[:], i8[:], i8[:], i8[:], i8[:])", _on_duty)
def on_duty_until(officer: Ints, start: Ints, first: Ints, begins: Ints, ends: Ints) -> Ints:
    """Return the end of the stretch of duty in which each service started.

    Parameters
    ----------
    officer, start
        Of the services.
    first
        Where the stretches of each officer begin among all; shape (officers + 1,).
    begins, ends
        Of the stretches of duty, officer by officer.
    """
    if not len(officer):
        return start
    owner = np.repeat(np.arange(len(first) - 1), np.diff(first))
    span = 2 * max(int(ends.max()), int(start.max())) + 1  # each on a part of one axis
    index = np.searchsorted(owner * span + begins, officer * span + start, side="right")
    return ends[index - 1]


# ---- visits ----------------------------------------------------------------------------------


def _visit_times(
    queued: Ints,
    until: Ints,
    started: Ints,
    ended: Ints,
    left: Ints,
    between: Ints,
    for_lane: Ints,
    for_equipment: Ints,
    for_group: Ints,
    lane: Ints,
    after: Mask,
) -> Ints:
    never = -(1 << 62)
    steps, n = queued.shape
    found = np.zeros((5, steps, n), dtype=np.int64)
    for s in range(steps):
        for i in range(n):
            if queued[s, i] == never:
                continue
            in_queue = 0
            if until[s, i] != never:
                in_queue = until[s, i] - queued[s, i]
            blocked = 0
            if lane[s, i] >= 0:
                over = ended[s, i]
                if over == never:
                    over = left[s, i]
                elif left[s, i] != never:
                    blocked = left[s, i] - over
                if over != never:
                    found[4, s, i] = over - started[s, i] - between[s, i]
            if after[s] and left[s, i] != never:
                blocked -= for_group[s, i]
            rest = in_queue - for_lane[s, i] - for_equipment[s, i]
            found[0, s, i] = in_queue
            found[1, s, i] = blocked
            found[2, s, i] = in_queue + between[s, i] + blocked
            found[3, s, i] = max(rest, 0) + between[s, i]
    return found


@kernel("i8[:, :, ::1](" + 10 * "i8[:, :], " + "b1[:])", _visit_times)
def visit_times(
    queued: Ints,
    until: Ints,
    started: Ints,
    ended: Ints,
    left: Ints,
    between: Ints,
    for_lane: Ints,
    for_equipment: Ints,
    for_group: Ints,
    lane: Ints,
    after: Mask,
) -> Ints:
    """Return where the time of each visit goes, shape (5, steps, travellers).

    Parameters
    ----------
    queued, until, started, ended, left, between, for_lane, for_equipment, for_group, lane
        Columns of `kpi.times.Times`, and the lane of each visit, -1: it didn't begin.
    after
        At which steps a vehicle waits in the lane for those who got out.

    Returns
    -------
    ndarray
        Time in the queue; blocked in the lane; of waiting in all; of waiting for an officer; of
        service. 0 where there is none, or it isn't over.
    """
    begun, has_left = lane >= 0, left != NEVER
    in_queue = np.where((queued != NEVER) & (until != NEVER), until - queued, 0)
    blocked = np.where(begun & has_left & (ended != NEVER), left - ended, 0)
    blocked[after] -= np.where(has_left[after], for_group[after], 0)
    over = np.where(ended == NEVER, left, ended)
    service = np.where(begun & (over != NEVER), over - started - between, 0)
    for_officer = np.maximum(in_queue - for_lane - for_equipment, 0) + between
    return np.stack([in_queue, blocked, in_queue + between + blocked, for_officer, service])


# ---- who is in front -------------------------------------------------------------------------


def _in_front(came: Ints, arrival: Ints, group: Ints, gone: Ints, bounds: Ints) -> Ints:
    found = np.zeros(len(arrival), dtype=np.int64)
    present = np.zeros(len(bounds) - 1, dtype=np.int64)
    next_gone = bounds.copy()
    for i in came:
        k = group[i]
        while next_gone[k] < bounds[k + 1] and gone[next_gone[k]] <= arrival[i]:
            next_gone[k] += 1
            present[k] -= 1
        found[i] = max(present[k], 0)
        present[k] += 1
    return found


@kernel("i8[::1](i8[:], i8[:], i8[:], i8[:], i8[:])", _in_front)
def in_front(came: Ints, arrival: Ints, group: Ints, gone: Ints, bounds: Ints) -> Ints:
    """Return how many of the same group are there when somebody arrives, shape (n,).

    Parameters
    ----------
    came
        Those who arrived, each group in the order of arrival.
    arrival, group
        Of all.
    gone, bounds
        When those of each group left, in order; and where those of each group begin and end.
    """
    found = np.zeros(len(arrival), dtype=np.int64)
    for k in range(len(bounds) - 1):
        own = came[group[came] == k]
        left = np.searchsorted(gone[bounds[k] : bounds[k + 1]], arrival[own], side="right")
        found[own] = np.maximum(np.arange(len(own)) - left, 0)
    return found


# ---- a sweep over time -----------------------------------------------------------------------


def _keyed(
    times: Columns, whose: Columns, sizes: Ints, firsts: Ints, bits: int
) -> tuple[Ints, Ints]:
    number = 0
    for column in times:
        number += len(column)
    keys = np.empty(number, dtype=np.int64)
    owner = np.empty(number, dtype=np.int64)
    k = 0
    for j in range(len(times)):
        for i in range(len(times[j])):
            owner[k] = whose[j][i] // sizes[j]
            keys[k] = (times[j][i] << bits) + firsts[j] + whose[j][i] - sizes[j] * owner[k]
            k += 1
    return keys, owner


@kernel("UniTuple(i8[::1], 2)(UniTuple(i8[:], 6), UniTuple(i8[:], 6), i8[:], i8[:], i8)", _keyed)
def keyed(
    times: Columns, whose: Columns, sizes: Ints, firsts: Ints, bits: int
) -> tuple[Ints, Ints]:
    """Return what happens and when in one number, time * 2**bits + code; and to which owner.

    Parameters
    ----------
    times
        For each of six kinds of changes, when there is one.
    whose
        To what: a number, each owner having `sizes` of a kind.
    sizes, firsts
        For each kind how many an owner has, and the code of the first of them.
    bits
        Room for the codes.
    """
    each = list(zip(times, whose, sizes, firsts, strict=True))
    keys = [(when << bits) + (first + own % size) for when, own, size, first in each]
    return np.concatenate(keys), np.concatenate([own // size for _, own, size, _ in each])


def _in_order(keys: Ints, owner: Ints, owners: int) -> tuple[Ints, Ints]:
    size = len(keys)
    bounds = np.zeros(owners + 1, dtype=np.int64)
    found = np.empty(size, dtype=np.int64)
    if size == 0:
        return found, bounds
    least = most = keys[0]
    for i in range(size):
        bounds[owner[i] + 1] += 1
        least, most = min(least, keys[i]), max(most, keys[i])
    for k in range(owners):
        bounds[k + 1] += bounds[k]
    # Numbers are put into buckets of their owner, in all about as many as there are numbers.
    shift = 0
    while owners * ((most - least) >> shift) > size:
        shift += 1
    each = ((most - least) >> shift) + 1
    place = np.zeros(owners * each + 1, dtype=np.int64)
    for i in range(size):
        place[owner[i] * each + ((keys[i] - least) >> shift) + 1] += 1
    crowded = place.max() > 100  # many at one time, where the next but one step would take long
    for b in range(1, len(place)):
        place[b] += place[b - 1]
    for i in range(size):
        b = owner[i] * each + ((keys[i] - least) >> shift)
        found[place[b]] = keys[i]
        place[b] += 1
    for k in range(owners):
        own = found[bounds[k] : bounds[k + 1]]
        if crowded:
            own.sort()
            continue
        for i in range(1, len(own)):
            key, j = own[i], i - 1
            while j >= 0 and own[j] > key:
                own[j + 1] = own[j]
                j -= 1
            own[j + 1] = key
    return found, bounds


@kernel("UniTuple(i8[::1], 2)(i8[:], i8[:], i8)", _in_order)
def in_order(keys: Ints, owner: Ints, owners: int) -> tuple[Ints, Ints]:
    """Return the numbers of each owner in rising order, and where each owner's begin and end."""
    bounds = np.zeros(owners + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=owners), out=bounds[1:])
    return keys[np.lexsort((keys, owner))], bounds


def _swept(
    changes: Ints,
    bounds: Ints,
    bits: int,
    low: int,
    high: int,
    free: Ints,
    waiting: Ints,
    queues: int,
) -> tuple[Ints, Ints, Ints]:
    teams, codes = free.shape
    touched = np.zeros(codes + 1, dtype=np.int64)
    team = np.empty(teams * codes, dtype=np.int64)
    freed = np.empty(teams * codes, dtype=np.int64)
    waits = np.empty(teams * codes, dtype=np.int64)
    last = 0
    for code in range(codes):
        for k in range(teams):
            if free[k, code] != 0 or waiting[k, code] != 0:
                team[last], freed[last], waits[last] = k, free[k, code], waiting[k, code]
                last += 1
        touched[code + 1] = last
    runs = len(bounds) - 1
    every_idle = np.zeros((runs, teams), dtype=np.int64)
    every_waited = np.zeros((runs, queues), dtype=np.int64)
    every_most = np.zeros((runs, queues), dtype=np.int64)
    code_of = (1 << bits) - 1
    for run in range(runs):
        time_idle, waited, most = every_idle[run], every_waited[run], every_most[run]
        idle = np.zeros(teams, dtype=np.int64)
        wait = np.zeros(teams, dtype=np.int64)
        both = np.zeros(teams, dtype=np.int64)
        length = np.zeros(queues, dtype=np.int64)
        begun = False
        for i in range(bounds[run], bounds[run + 1]):
            time = changes[i] >> bits
            if time > low and not begun:
                begun = True
                most[:] = np.maximum(most, length)
            if time >= high:
                break
            code = changes[i] & code_of
            since = max(time, low)
            for j in range(touched[code], touched[code + 1]):
                k = team[j]
                idle[k] += freed[j]
                wait[k] += waits[j]
                now = max(min(idle[k], wait[k]), 0)
                time_idle[k] += (both[k] - now) * since
                both[k] = now
            if code < queues:
                waited[code] += since
                length[code] -= 1
            elif code < 2 * queues:
                k = code - queues
                waited[k] -= since
                length[k] += 1
                if time >= low:
                    most[k] = max(most[k], length[k])
        if not begun:
            most[:] = np.maximum(most, length)
        for k in range(teams):
            time_idle[k] += both[k] * high
        for k in range(queues):
            waited[k] += length[k] * high
    return every_idle, every_waited, every_most


@kernel("UniTuple(i8[:, ::1], 3)(i8[:], i8[:], i8, i8, i8, i8[:, :], i8[:, :], i8)", _swept)
def swept(
    changes: Ints,
    bounds: Ints,
    bits: int,
    low: int,
    high: int,
    free: Ints,
    waiting: Ints,
    queues: int,
) -> tuple[Ints, Ints, Ints]:
    """Go through all changes of each run in the order of time.

    Parameters
    ----------
    changes, bounds
        What changes when: time * 2**bits + code of the change, in rising order in each run; the
        first codes are that somebody leaves each queue, the next that somebody joins it. And where
        the changes of each run begin and end.
    bits
        Room for the codes.
    low, high
        The measured time.
    free, waiting
        By how much each change changes the free officers of each team, and those who wait where
        they don't work, shape (teams, codes).
    queues
        How many queues there are.

    Returns
    -------
    idle
        For each team the time that its officers are free, at most as many as wait elsewhere; shape
        (runs, teams).
    waited
        The time spent in each queue, shape (runs, queues).
    most
        The longest that each queue is, likewise.
    """
    runs = len(bounds) - 1
    idle = np.empty((runs, len(free)), dtype=np.int64)
    waited, most = np.empty((2, runs, queues), dtype=np.int64)
    for run in range(runs):
        own = changes[bounds[run] : bounds[run + 1]]
        times, codes = own >> bits, own & ((1 << bits) - 1)
        lasting = np.diff(np.clip(np.append(times, high), low, high))
        for k in range(len(free)):
            both = np.minimum(np.cumsum(free[k][codes]), np.cumsum(waiting[k][codes]))
            idle[run, k] = np.dot(np.maximum(both, 0), lasting)
        inside = (times >= low) & (times < high)
        before = int(np.searchsorted(times, low, side="right"))
        for k in range(queues):
            joining = codes == queues + k
            length = np.cumsum(joining.astype(np.int64) - (codes == k))
            waited[run, k] = np.dot(length, lasting)
            at_first = int(length[before - 1]) if before else 0
            most[run, k] = length[inside & joining].max(initial=at_first)
    return idle, waited, most
