"""Officers of pools: where they go, and when."""

from __future__ import annotations

from bcpsim.engine.calendar import COMING, at, look_at, wake
from bcpsim.engine.moves import be_gone, come_to, rest
from bcpsim.engine.records import Group, Officer, Post, Stop, World
from bcpsim.engine.rules.choosing import post_value
from bcpsim.engine.rules.queues import starts
from bcpsim.engine.table import NOTHING, rule


@rule
def call(w: World, group: Group) -> None:
    """Let each idle officer of a pool choose a stop, and go there."""
    wanting = 0
    for post in group.posts:
        post.wanting = wants(post.stop)
        if post.wanting:
            wanting += 1
    if wanting == 0:
        return
    for officer in group.officers:
        here = officer.post
        if not here.idle.has(officer.place) or here.stays_put:
            continue
        if wanting == 1 and here.wanting:
            continue
        free_at = officer.since + group.stay
        if free_at > w.now:
            # The question comes up when the stay is over, if somebody waits by then.
            wake(w, here.stop, free_at)
            continue
        chosen = choose(w, officer)
        if group.sends_nearest:
            # Others who are nearer go, and this one is asked again.
            other = nearest_of(w, officer, chosen)
            while other is not officer:
                send_to(w, other, chosen.stop)
                chosen = choose(w, officer)
                other = nearest_of(w, officer, chosen)
        if chosen is here:
            here.stays_put = True
        else:
            let_all_choose(group)
            send(w, officer, chosen)
    let_all_choose(group)


@rule
def wants(stop: Stop) -> bool:
    """Return whether somebody waits at a stop and lacks no lane."""
    return stop.inner.waiting > 0 or (stop.waiting > 0 and stop.free.first() >= 0)


@rule
def nearest_of(w: World, officer: Officer, post: Post) -> Officer:
    """Return who goes where an officer would go: of those who could, whose way is shortest.

    They are idle where nobody needs them, and of pools that say so. Of equals the one asked.
    """
    best = officer
    if post is officer.post:
        return best
    way = officer.post.walks[post.place]
    for there in post.stop.posts:
        group = there.group
        if not group.sends_nearest or (there is not post and left_without(w, there, 0, False) == 0):
            continue
        for other in group.officers:
            here = other.post
            free = here.idle.has(other.place) and other.since + group.stay <= w.now
            if free and here.walks[there.place] < way and not wants(here.stop):
                best = other
                way = here.walks[there.place]
    return best


@rule
def send_to(w: World, officer: Officer, stop: Stop) -> None:
    """Send an officer of a pool to a stop of the pool."""
    group = officer.group
    let_all_choose(group)
    for post in group.posts:
        if post.stop is stop:
            send(w, officer, post)
            return


@rule
def let_all_choose(group: Group) -> None:
    """Forget which officers were found to be right where they are."""
    for post in group.posts:
        post.stays_put = False


@rule
def send(w: World, officer: Officer, post: Post) -> None:
    """Send an officer of a pool to another stop."""
    walk = officer.post.walks[post.place]
    be_gone(officer)
    officer.since = w.now + walk
    if walk > 0:
        officer.walking = True
        officer.post = post
        at(w, w.now + walk, COMING, 1, officer.number)
    else:
        come_to(officer, post)
        look_at(w, post.stop)


@rule
def arrive(w: World, officer: Officer) -> None:
    """Let an officer of a pool arrive at a stop."""
    officer.walking = False
    come_to(officer, officer.post)
    look_at(w, officer.post.stop)
    if officer.group.returns:
        rest(w, officer)


@rule
def go_back(w: World, officer: Officer) -> None:
    """Send an officer of a pool back to the base, if idle all the time since this was planned."""
    post = officer.post
    if officer.goes_back == w.now and post.place != 0 and post.idle.has(officer.place):
        send(w, officer, officer.group.posts[0])


@rule
def choose(w: World, officer: Officer) -> Post:
    """Return where an officer of a pool goes: the post with the pool's rule's smallest number."""
    group = officer.group
    best: Post = NOTHING
    least = 0
    for post in group.posts:
        if not post.wanting:
            continue
        here = 1 if officer.post is post else 0
        post.left = 0
        if group.sends_nearest:
            # Whoever is asked sends who is nearest of all such pools: these don't count as help.
            post.left = left_without(w, post, here, False)
        if post.left == 0:
            post.left = left_without(w, post, here, True)
        if post.left == 0:
            continue
        value = post_value(group.rule, w, officer, post)
        # Of equals the first, unless the officer is at another already.
        if best is NOTHING or value < least or (value == least and post is officer.post):
            best = post
            least = value
    if best is NOTHING:
        return officer.post
    return best


@rule
def left_without(w: World, post: Post, here: int, helped: bool) -> int:
    """Return how many would be left waiting at a stop without one more officer of a pool.

    0, if no more could begin with the officer than without. Those there and on their way there
    count, but `here` of this post's. If it is helped, officers of other pools who could come count
    as help, and in place of this one if their pool is asked after this one.
    """
    stop = post.stop
    group = post.group
    for other in stop.posts:
        if other.group.pool:
            other.supposed = on_their_way(other)
            if helped and other.group.number > group.number:
                other.supposed += could_come(w, other)
    post.supposed -= here
    without = starts(w, stop, True, NOTHING)
    post.supposed += 1
    if helped:
        for other in stop.posts:
            if other.group.pool and other.group.number < group.number:
                other.supposed += could_come(w, other)
    needed = starts(w, stop, True, NOTHING) > without
    for other in stop.posts:
        other.supposed = 0
    return stop.waiting + stop.inner.waiting - without if needed else 0


@rule
def on_their_way(post: Post) -> int:
    """Return how many officers on duty are on their way to a post."""
    number = 0
    for officer in post.group.officers:
        if officer.walking and officer.present and officer.post is post:
            number += 1
    return number


@rule
def could_come(w: World, post: Post) -> int:
    """Return how many idle officers of a pool stand elsewhere and are free to go to a post."""
    group = post.group
    number = 0
    for officer in group.officers:
        elsewhere = officer.post is not post and officer.post.idle.has(officer.place)
        if elsewhere and officer.since + group.stay <= w.now:
            number += 1
    return number
