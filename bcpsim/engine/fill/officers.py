"""Groups, their officers, and their posts at stops."""

from __future__ import annotations

from bcpsim.choosing import POOL
from bcpsim.engine.records import (
    Group,
    Officer,
    Post,
    Stop,
)
from bcpsim.engine.rules.pressure import USUAL
from bcpsim.engine.sets import Members
from bcpsim.plan.model import Plan
from bcpsim.sampling.ticks import FAR, microseconds


def make_groups(plan: Plan, stops: list[Stop]) -> tuple[list[Group], list[Officer]]:
    """Make the groups with their officers and posts."""
    groups = []
    officers: dict[int, Officer] = {}
    for number, record in enumerate(plan.groups):
        group = Group(
            number=number,
            officers=[],
            posts=[],
            pool=len(record.stops) > 1,
            rule=POOL.names.index(record.pool_rule),
            stay=microseconds(record.pool_stay),
            sends_nearest=record.sends_nearest,
            returns=record.return_after is not None,
            return_after=microseconds(record.return_after or 0.0),
            hands_over=record.hand_over,
            handover_time=microseconds(record.handover_time),
            pressed_from=FAR if record.pressure is None else record.pressure.start,
            pressed_to=FAR if record.pressure is None else record.pressure.to,
            pressed=USUAL if record.pressure is None else round(record.pressure.pace * USUAL),
        )
        size = len(record.officers)
        for place, stop in enumerate(record.stops):
            walks = [microseconds(walk) for walk in record.travel[place]] if group.pool else []
            rank = record.ranks[place] if record.ranks else 0
            group.posts.append(Post(place, group, stops[stop], walks, rank, Members(size)))
        for place, officer in enumerate(record.officers):
            officers[officer] = Officer(officer, place, group, group.posts[0])
            officers[officer].away = int(record.reserve)
            group.officers.append(officers[officer])
        groups.append(group)
    for stop_record, stop_plan in zip(stops, plan.stops, strict=True):
        stop_record.posts = [_post(groups[g], stop_record) for g in stop_plan.groups]
    return groups, [officers[k] for k in range(len(plan.officers))]


def _post(group: Group, stop: Stop) -> Post:
    """Return a group's post at a stop."""
    return next(post for post in group.posts if post.stop is stop)
