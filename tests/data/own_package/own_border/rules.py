"""Rules of choosing: which lane, which stop, who is next."""

from bcpsim.extend import Lane, Officer, Post, Stop, Traveller, World, rule


@rule
def last_lane(w: World, me: Traveller, lane: Lane) -> int:
    """Prefer the lane listed last."""
    return -lane.place


@rule
def shortest_way(w: World, officer: Officer, post: Post) -> int:
    """Prefer the stop with the shortest way from where the officer stands."""
    return officer.post.walks[post.place]


@rule
def shortest_work(w: World, me: Traveller, stop: Stop) -> int:
    """Prefer the traveller whose first task takes the least time."""
    return work_of(me)


@rule
def work_of(me: Traveller) -> int:
    """Return the time of a traveller's first task at the step ahead."""
    return me.step.kind[me.number].stages[0].tasks[0].groups[0].minutes[me.number]
