"""The records of a run: what stands at the border, who comes, and what is written down.

Data without behaviour. A field is declared once for both ways of running, by its type: a whole
number, a truth value, a real number, another record (or `NOTHING`), a set, or a list of one of
these. Times are whole microseconds since the start, `NEVER` where there is none.

Lists commented as *by traveller* hold a value for each; those that the run writes are the columns
of its log.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bcpsim.engine.sets import Members
from bcpsim.engine.table import NOTHING
from bcpsim.plan.records.stops import WEIGHT
from bcpsim.sampling.ticks import FAR, NEVER

FOR_LANE, FOR_OFFICER, FOR_EQUIPMENT = range(3)
"""What a vehicle waits for."""


@dataclass(slots=True, eq=False)
class Line:
    """Vehicles in order of joining, and what they wait for.

    The queue of a stop or of a lane; those who stand in lanes without an officer; those
    outside a waiting area. The time for which the line has waited for each reason runs on; a
    vehicle's share of it is the difference between joining and starting.
    """

    lanes: Members  # that its vehicles may use
    helped: Members  # that take them too, at times
    priority: int = 0  # place in the order of priorities, 0 the highest
    waiting: int = 0
    first: Traveller = NOTHING
    last: Traveller = NOTHING
    reason: int = FOR_LANE
    since: int = 0  # since when for this reason
    for_lane: int = 0  # waited for lanes up to `since`
    for_equipment: int = 0
    usual: int = 0  # its place when no disturbance says who goes first
    weight: int = WEIGHT  # of the time that they have waited, in hundredths
    asked: Traveller = NOTHING  # of a question: the first that isn't counted yet
    lane: int = -1  # of a question: the place of the lane that would take the first


@dataclass(slots=True, eq=False)
class Kind:
    """Travellers who are alike at a step: the lanes that take them, their priority and work."""

    lanes: Members
    helped: Members
    priority: int
    stages: list[Stage]
    line: Line = NOTHING  # where all lanes share a queue
    tried: int = 0  # the look at a full area's queue in which one of them couldn't enter
    tried_apart: int = 0  # likewise, one of whose vehicle somebody had got out


@dataclass(slots=True, eq=False)
class Equipment:
    """Equipment of a kind."""

    free: int
    spoken_for: int = 0  # of a question


@dataclass(slots=True, eq=False)
class Piece:
    """A piece of equipment."""

    equipment: Equipment  # its kind
    down: int = 0  # for how many reasons it is out of use: failures and the like, disturbances


@dataclass(slots=True, eq=False)
class Need:
    """How many pieces of a kind of equipment a stage takes."""

    equipment: Equipment
    pieces: int


@dataclass(slots=True, eq=False)
class Officer:
    """An officer: whether at work, and where one of a pool stands."""

    number: int
    place: int  # in the group
    group: Group
    post: Post
    present: bool = False
    working: bool = False
    walking: bool = False
    since: int = NEVER  # when one of a pool came to the stop, or will
    goes_back: int = FAR  # when one who is idle elsewhere goes back to the first stop
    hand: Hand = NOTHING  # the task under way
    on_shift: bool = False  # by the roster
    away: int = 0  # for how many reasons not there all the same: disturbances, not being called


@dataclass(slots=True, eq=False)
class Post:
    """Officers of a group at one of its stops."""

    place: int  # in the group
    group: Group
    stop: Stop
    walks: list[int]  # time to each of the group's posts
    rank: int  # the risk index of the place, where the pool goes by one
    idle: Members  # places of the officers who stand here and do nothing
    free: int = 0  # their number
    chosen: int = 0  # of a question: officers for a crew
    spoken_for: int = 0  # of a question: officers for those before
    supposed: int = 0  # of a question: officers more than stand here
    wanting: bool = False  # of a question: whether somebody waits and lacks no lane
    left: int = 0  # of a question: how many would be left waiting without one more officer
    stays_put: bool = False  # of a question: what is right for one officer is so for all here


@dataclass(slots=True, eq=False)
class Group:
    """Officers of one agency with the same skills; at several stops, a pool."""

    number: int
    officers: list[Officer]
    posts: list[Post]  # the first is the base
    pool: bool
    rule: int  # number of the rule by which an officer of a pool chooses a stop
    stay: int  # the shortest stay of a pool's officers at a stop
    sends_nearest: bool  # whether of idle officers of such pools who is nearest goes
    returns: bool  # whether they go back to the base
    return_after: int
    hands_over: bool
    handover_time: int
    pressed_from: int  # how many wait up to which the pace is as usual; FAR: whatever the queue
    pressed_to: int
    pressed: int  # how many ten-thousandths of the time work takes then
    on_duty: int = 0
    working: int = 0


@dataclass(slots=True, eq=False)
class Area:
    """A waiting area with a number of places."""

    places: int
    line: Line  # who waits for a place, outside or in the lane of another stop
    stops: list[Stop]
    swaps: bool  # whether a way leads from one of its stops to one of them
    turns_away: bool  # whether any of these turns away who finds no place
    used: int = 0
    looks: int = 0  # how often its queue was looked through


@dataclass(slots=True, eq=False)
class Helper:
    """Lanes that are alike in whom they help, and when."""

    lanes: Members
    by_wait: bool
    waiting_from: int  # vehicles, or microseconds
    own_at_most: int


@dataclass(slots=True, eq=False)
class Control:
    """Lanes opened and closed by need."""

    by_wait: bool
    open_at: int  # vehicles, or microseconds
    close_at: int
    delay: int
    always: int
    opening: bool = False  # whether a lane is about to open


@dataclass(slots=True, eq=False)
class Hand:
    """A task of a vehicle in a lane: who does it, and from when to when."""

    number: int
    lane: Lane
    traveller: Traveller = NOTHING  # NOTHING: not under way
    task: Task = NOTHING
    officer: Officer = NOTHING  # NOTHING: self-service
    begun: int = 0
    until: int = 0


@dataclass(slots=True, eq=False)
class Lane:
    """A lane of a stop."""

    number: int
    place: int  # at the stop
    stop: Stop
    lines: list[Line]  # its own queues, by priority
    hands: list[Hand]
    active: bool  # by need
    by_hours: bool = False  # open by opening hours
    opened: bool = False  # by these, or as a disturbance says
    joinable: bool = False  # both, and with a crew where the stop's rules ask for one
    occupied: bool = False
    waiting: int = 0


@dataclass(slots=True, eq=False)
class Stop:
    """A stop: lanes, queues, and the rules that hold there."""

    number: int
    lanes: list[Lane]
    posts: list[Post]
    lines: list[Line]
    aside: Line  # waiting for any lane to open
    inner: Line  # in a lane, waiting for the next officer
    outside: Line  # for what those wait who stand outside its full area, in the area's line
    free: Members  # places of the lanes that may take a vehicle now
    imagined: Members  # of a question: lanes that would be free
    helping: Members  # of a question: lanes that help just now
    helpers: list[Helper]
    has_helpers: bool
    patience: list[int]  # longest waits, by traveller
    deterred_at: list[int]  # how many must wait for one to turn back, by traveller
    tries_patience: bool
    deters: bool
    pick: list[float]  # uniform numbers for a choice that isn't certain, by traveller
    per_lane: bool
    choice: int  # number of the rule by which a vehicle chooses a lane
    next_in_line: int  # number of the rule by which the next vehicle is chosen
    reorders: bool  # whether that isn't the order of joining
    overtaking: bool
    low_share: float
    turn_away: bool
    oversees: int  # lanes that one officer on duty oversees, -1: no matter
    recent: list[Recent]  # the last waits, where a trigger watches their mean
    area: Area = NOTHING
    control: Control = NOTHING
    sign: Sign = NOTHING
    self_service: bool = False  # whether anything is done here without an officer
    closed: int = 0  # by how many disturbances
    cleared: int = 0  # by how many of them, so that nobody waits there
    opens: int = -1  # how many lanes are open in a disturbance; -1: as usual
    last_turn: int = -FAR  # what the rule for the next one said of who joined last
    credit: float = 0.0  # what the share for low priority has earned
    waiting: int = 0
    unjudged: int = 0  # how many have just come who may still turn back
    waking: int = NEVER  # when it is looked at again
    options: int = 0  # of a question: how many lanes there are to choose from
    option: int = 0  # of a question: which of them is asked about, from 0


@dataclass(slots=True, eq=False)
class Able:
    """A group that may do a task, and the time that it takes."""

    post: Post  # NOTHING: nobody is needed
    minutes: list[int]  # by traveller
    changes: list[Change]  # of one activity next to one another


@dataclass(slots=True, eq=False)
class Change:
    """How an activity of a task is otherwise in a disturbance, for a group that does it."""

    cause: Disturbance
    activity: int
    later: bool  # whether it is done after what may have to be ready
    more: list[int]  # by traveller: how much longer it takes
    whose: Altered


@dataclass(slots=True, eq=False)
class Altered:
    """Whose work was otherwise: an activity of a task, in a disturbance, whoever did it."""

    altered: list[int]  # by traveller: 1, or 0


@dataclass(slots=True, eq=False)
class Task:
    """What one officer does in a visit."""

    number: int
    groups: list[Able]
    equipment: list[Equipment]
    needs: list[Need]  # the same, by kind
    waits: bool  # whether it can't end before something is ready
    earliest: list[int]  # by traveller
    started: list[int]  # by traveller
    ended: list[int]  # by traveller
    officer: list[int]  # by traveller
    barred: int = 0  # in how many disturbances it can't begin


@dataclass(slots=True, eq=False)
class Stage:
    """Tasks whose officers and equipment are taken together, or of each apart."""

    tasks: list[Task]
    needs: list[Need]
    in_sequence: bool
    stay: bool
    apart: bool  # whether each task begins as soon as its own are free
    one_by_one: bool  # and one at a time
    hands_over: bool  # whether who does it stays until the next stage begins
    choices: list[int]  # which group does each task, when it was last asked for


@dataclass(slots=True, eq=False)
class Step:
    """A step: where it is made, and what is written down of it."""

    number: int
    stop: Stop
    woken: Members  # stops where something may start when a visit ends
    asks: bool
    splits: bool
    plain: bool  # no rule asks for a second look at who comes while nobody waits
    waits_before: bool  # a vehicle waits here for those who got out, in front of the stop
    waits_after: bool  # in the lane
    leads_back: bool
    kind: list[Kind]  # by traveller
    following: list[int]  # by traveller: a step, or -1 - outcome
    move: list[int]  # by traveller
    asking: list[int]  # by traveller
    detours: list[Detour]
    choices: list[Detour]
    first_member: list[int]  # by traveller
    members: list[int]  # by traveller: how many get out
    queued: list[int]  # by traveller
    entered: list[int]  # by traveller; only where an area has a number of places
    left: list[int]  # by traveller
    lane: list[int]  # by traveller
    for_lane: list[int]  # by traveller
    for_equipment: list[int]  # by traveller
    for_group: list[int]  # by traveller


@dataclass(slots=True, eq=False)
class Traveller:
    """Whoever comes: a vehicle, a person on foot, or a member of a group who got out."""

    number: int
    target: int = 0  # the step under way or ahead, or -1 - outcome
    step: Step = NOTHING  # likewise
    stage: int = 0
    here: bool = False
    due: int = NEVER  # when something happens to it; NEVER while it waits
    asked: bool = False  # whether owners of equipment were
    has_place: bool = False  # in a waiting area with a number of places
    left_from: Step = NOTHING  # step whose lane it occupies as it waits for a place
    move: int = 0  # time of the move that waits for a place at its end
    lane: Lane = NOTHING
    line: Line = NOTHING  # the line with which it waits
    queue: Line = NOTHING  # the line in which it stands
    next: Traveller = NOTHING
    previous: Traveller = NOTHING
    joined: int = 0  # place in the order of joining
    turn: int = 0  # what the stop's rule for the next one says: the smaller goes first
    lane_mark: int = 0  # how long the line had waited for a lane as it joined
    equipment_mark: int = 0
    vehicle: Traveller = NOTHING  # out of which it got
    is_out: bool = False  # and may still come back
    parted: bool = False  # whether anybody got out of it
    out: int = 0  # how many of these may still come back
    waits_for_group: bool = False
    waits_since: int = 0
    comes_after: Traveller = NOTHING  # of those who may still turn back, the next
    stood_outside: bool = False  # until a disturbance was over
    last_step: Step = NOTHING  # the last that ended with anybody out


@dataclass(slots=True, eq=False)
class Recent:
    """The waits of the last who were served at a stop."""

    waits: list[int]
    served: int = 0
    total: int = 0  # of these waits


@dataclass(slots=True, eq=False)
class Sign:
    """What signs show of the wait at a stop. Times are microseconds."""

    stop: Stop
    watched: int
    each: int  # told for each who waits
    rounded_to: int  # 0: not rounded
    recent: Recent = NOTHING
    read: int = 0  # measured last
    shown: int = 0


@dataclass(slots=True, eq=False)
class Crossing:
    """A border crossing point of a region, and how travellers come there."""

    number: int
    onward: list[int]  # time to each crossing to which its traffic is diverted, FAR: none is
    cost: list[int]  # by traveller: the crossing with the least, and the wait shown, is chosen
    drive: list[int]  # by traveller
    access: list[int]  # by traveller: from there to the first stop
    target: list[int]  # by traveller: where it goes first, a step, or -1 - outcome
    shut: bool = False  # by its hours, and those who come turn back


@dataclass(slots=True, eq=False)
class Lanes:
    """How many lanes of a stop are open in a disturbance."""

    stop: Stop
    number: int


@dataclass(slots=True, eq=False)
class Turn:
    """The place of a line in the order of priorities in a disturbance."""

    line: Line
    priority: int


@dataclass(slots=True, eq=False)
class Detour:
    """Where those go in a disturbance who would go to a step from another, or on arrival.

    Or where all go whose way is chosen anew, as a selection has other shares.
    """

    cause: Disturbance
    step: int  # -1: whatever the step
    target: list[int]  # by traveller: the step itself, if it goes on as usual
    move: list[int]  # by traveller


@dataclass(slots=True, eq=False)
class Trigger:
    """A state of the border that sets a disturbance off. Levels are numbers, or microseconds."""

    watched: int
    is_time: bool
    rises: bool
    level: int
    back: int
    has_back: bool
    lasting: int
    delay: int
    at_most: int
    per_day: int
    pause: int
    stop: Stop = NOTHING
    area: Area = NOTHING
    group: Group = NOTHING
    recent: Recent = NOTHING
    since: int = NEVER  # when the state began that lasts
    due: int = NEVER  # when the effect begins that was decided on
    day: int = 0
    today: int = 0  # how often it was set off on this day
    judged: int = NEVER  # when it last began or ended
    waking: int = NEVER  # when it is judged again


@dataclass(slots=True, eq=False)
class Disturbance:
    """What is otherwise for a time. What is known beforehand stands in the timetable."""

    number: int
    possible: bool  # whether a trigger may set it off just now
    barred: list[Task]
    called: list[Officer]
    closed: list[Stop]
    clears: list[Stop]
    lanes: list[Lanes]
    away: list[Officer]
    out: list[Piece]
    turns: list[Turn]
    gate: int  # what those do who arrive
    crossing: int  # at which crossing of a region, -1: at any
    trigger: Trigger = NOTHING
    in_force: bool = False
    began: int = NEVER
    ended: int = NEVER


@dataclass(slots=True, eq=False)
class Stream:
    """What is known beforehand, in order of time; one at a time is on the agenda."""

    kind: int
    times: list[int]
    who: list[int]
    next: int = 0


@dataclass(slots=True, eq=False)
class World:
    """Everything of one run."""

    travellers: list[Traveller]
    stops: list[Stop]
    lanes: list[Lane]
    groups: list[Group]
    pools: list[Group]
    officers: list[Officer]
    equipment: list[Equipment]
    pieces: list[Piece]  # kind after kind
    areas: list[Area]
    steps: list[Step]
    tasks: list[Task]
    hands: list[Hand]
    dirty: Members  # stops to be looked at when all else of this time is done
    round: Members  # those that are looked at now
    stranded: Line  # whose lane has closed
    changes: Stream
    deadlines: Stream
    arrivals: Stream
    changes_at: list[int]
    change_what: list[int]
    change_whom: list[int]
    end: int
    has_deadlines: bool
    has_members: bool
    entry: list[int]  # by traveller
    move_in: list[int]  # by traveller
    deadline: list[int]  # by traveller
    arrival: list[int]  # by traveller
    departure: list[int]  # by traveller
    outcome: list[int]  # by traveller
    disturbances: list[Disturbance]
    altered: list[Altered]
    detours: list[Detour]  # on arrival, and of those who get out of a vehicle
    choices: list[Detour]  # on arrival
    held: Line  # who stands outside until a disturbance is over
    crossings: list[Crossing]  # of a region
    signs: list[Sign]
    signs_are_current: bool  # whether they show the waits of just now
    has_crossings: bool
    usual: list[int]  # by traveller: the usual crossing
    crossing: list[int]  # by traveller: the one chosen
    driven: list[int]  # by traveller: time of all ways from outside
    shown: list[int]  # by traveller: the wait shown when it chose
    days: list[int]  # when local days begin
    handovers: list[int]  # four numbers for each: task, traveller, the officer before, when
    spells: list[int]  # of triggered disturbances, three numbers for each: which, from, to
    agenda: list[int]  # compiled: three numbers for each event, a heap
    newcomer: Traveller = NOTHING  # the first of those who may still turn back
    last_newcomer: Traveller = NOTHING
    now: int = 0
    lacking: int = FOR_LANE  # what the last crew that wasn't ready lacked
    joined: int = 0  # how many have joined a queue so far
    opened: bool = False
    looks: bool = False  # whether any stop is to be looked at
    put_off: bool = False  # whether the dispatch of this time is an event of its own
    events: int = 0
    pending: int = 0  # compiled: how many events the agenda holds
    handed_over: int = 0
    spelled: int = 0  # how many spells there are so far
    has_triggers: bool = False
    calendar: object = field(default=None)
