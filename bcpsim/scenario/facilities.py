"""Where the work is done: stops, lanes, waiting areas, moves between them, equipment."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from bcpsim.choosing import LANE, NEXT
from bcpsim.files.fields import (
    Count,
    Duration,
    Floor,
    Number,
    OneOf,
    Share,
    Shorthand,
    Whole,
    shown,
    write_duration,
)
from bcpsim.files.record import Record, example
from bcpsim.files.units import parse_duration
from bcpsim.scenario.costs import Upkeep
from bcpsim.scenario.distributions import Deterministic, Time
from bcpsim.scenario.leaving import DeterrenceCases, PatienceCases
from bcpsim.scenario.values import Condition, Name, OpeningWindow, Title, as_windows


def _as_limit(value: Any) -> Any:
    if isinstance(value, str):
        return write_duration(parse_duration(value))
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value < 1e6:
        raise ValueError("expected a number of vehicles, or a time such as 10 min")
    return float(value)


def limit(value: float | str) -> float:
    """Return a number, or a time in minutes."""
    return parse_duration(value) if isinstance(value, str) else value


NotNegativeOrTime = Annotated[
    float | str,
    BeforeValidator(_as_limit),
    WithJsonSchema({"type": ["number", "string"]}),
]


class Help(Record):
    """Whom lanes take besides their own, when few of their own wait."""

    admits: Condition = Field(description="Whom they help.")
    waiting_from: NotNegativeOrTime = Field(
        1.0,
        description="They help while at least so many of these wait at the stop, or the first of "
        "them has waited so long: a number, or a time such as 10 min.",
    )
    own_at_most: Annotated[Whole, Field(ge=0, le=10_000)] = Field(
        0, description="And while at most so many of their own wait."
    )


class LaneGroup(Record):
    """Lanes (or booths) of a stop that are alike."""

    name: Name = Field(description="Name of the lanes, for the event log.")
    count: Count = Field(1, description="Number of lanes that are alike.")
    admits: Condition | None = Field(None, description="Who may use them; default: everybody.")
    helps: Help | None = Field(
        None,
        description="Whom else they take when few of their own wait, from a single queue; default: "
        "nobody.",
    )
    open: Annotated[
        Annotated[tuple[OpeningWindow, ...], Field(min_length=1)] | None,
        Shorthand(as_windows, ("string", "object")),
    ] = Field(None, description="Opening hours, such as [06:00-22:00]; default: always.")


def _as_lanes(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return [{"name": "lane", "count": value}]
    if not isinstance(value, (list, tuple)):
        raise ValueError(
            f"expected a number of lanes or a list of groups of lanes, found {shown(value)}"
        )
    return value


class Area(Record):
    """A waiting area with a number of places or a floor space, for one stop or for several."""

    model_config = example({"places": 20})

    title: Title = None
    places: Annotated[Whole, Field(ge=0, le=100_000)] | None = Field(
        None, description="Number of places; none: as many as come."
    )
    floor: Floor | None = Field(
        None,
        description="Floor space for those who wait, such as 240 m2: gives the space per person "
        "and the level of service. It limits nobody; places do.",
    )

    @model_validator(mode="after")
    def _sized(self) -> Area:
        if self.places is None and self.floor is None:
            raise ValueError("give its places, its floor, or both")
        return self


class Control(Record):
    """Lanes opened and closed by need, as far as officers are there for them."""

    by: Literal["queue_length", "waiting_time"] = Field(
        description="What is watched: vehicles waiting at the stop, or how long the first of "
        "them has waited."
    )
    open_at: NotNegativeOrTime = Field(description="A further lane opens at this, or above.")
    close_at: NotNegativeOrTime = Field(
        description="The last lane that opened closes at this, or below, and finishes what is in "
        "hand; must be less than open_at."
    )
    delay: Duration = Field(0.0, description="From the decision to the opening.")
    always: Annotated[Whole, Field(ge=0, le=1000)] = Field(
        1, description="Lanes, the first listed, that this doesn't close."
    )

    @model_validator(mode="after")
    def _hysteresis(self) -> Control:
        for name in ("open_at", "close_at"):
            is_time = isinstance(getattr(self, name), str)
            if is_time != (self.by == "waiting_time"):
                wanted = "a time such as 10 min" if not is_time else "a number of vehicles"
                raise ValueError(f"{name}: expected {wanted} with by: {self.by}")
        if self.limits[1] >= self.limits[0]:
            raise ValueError("close_at must be less than open_at")
        return self

    @property
    def limits(self) -> tuple[float, float]:
        """Vehicles or minutes at which lanes open and close."""
        return limit(self.open_at), limit(self.close_at)


def _in_hundredths(weight: float) -> float:
    if round(weight, 2) != weight:
        raise ValueError(f"expected at most two decimals, found {weight:g}")
    return weight


class WeightCase(Record):
    """How much each minute counts that somebody has waited, under a condition."""

    when: Condition | None = Field(None, description="Whose; none: everybody else's.")
    weight: Annotated[Number, Field(ge=0, le=1000), AfterValidator(_in_hundredths)] = Field(
        description="1 is that of all who meet no case. With 3 a wait of 10 minutes goes before "
        "one of 29 with 1; with 0 they go when nobody else waits."
    )


class Stop(Record):
    """A control point: lanes (or booths) where activities are done."""

    title: Title = None
    lanes: Annotated[
        tuple[LaneGroup, ...],
        Shorthand(_as_lanes, ("integer",)),
        Field(min_length=1, max_length=64),
    ] = Field(description="Number of lanes, or a list of groups of lanes.")
    queue: Literal["single", "per_lane"] = Field(
        "single", description="One queue for all lanes, or one per lane, chosen on joining."
    )
    choice: Annotated[str, OneOf(LANE.names)] = Field(
        LANE.default, description=f"With a queue per lane, the lane to join: {LANE.in_words}."
    )
    next_in_line: Annotated[str, OneOf(NEXT.names)] = Field(
        NEXT.default,
        description=f"Who is next of those with the same priority: {NEXT.in_words}. Packages may "
        "add others.",
    )
    weights: Annotated[tuple[WeightCase, ...], Field(max_length=20)] = Field(
        (),
        description="For next_in_line: weighted_wait, the weight of each minute waited by cases "
        "of which the first that holds counts; of all others it is 1: [{when: {class: bus}, "
        "weight: 3}].",
    )
    overtaking: bool = Field(
        True,
        description="Whether a vehicle may pass those before it who wait for another lane, "
        "officer or equipment.",
    )
    priority: Annotated[tuple[Condition, ...], Field(max_length=20)] = Field(
        (),
        description="Who goes first, the highest first, without breaking off what is in hand; "
        "all others come last: [{class: bus}, {documents: eu}].",
    )
    low_priority_share: Annotated[Share, Field(lt=1)] = Field(
        0.0,
        description="Share of starts that goes to those without the highest priority of those "
        "waiting, so that they aren't starved.",
    )
    waiting_area: Name | None = Field(
        None, description="Area in which vehicles wait for the stop; none: without a limit."
    )
    when_full: Literal["wait_outside", "turn_away"] = Field(
        "wait_outside",
        description="Vehicles that arrive at a full area wait outside, or are turned away; those "
        "from another stop stay in their lane until there is a place.",
    )
    patience: PatienceCases = Field(
        (),
        description="How long travellers wait in the queue before they leave the border unchecked: "
        "a time, or a list of cases of which the first that holds counts. Others wait as long as "
        "it takes. Who gets out of a vehicle, and a vehicle whose members are out, don't give up.",
    )
    deters: DeterrenceCases = Field(
        (),
        description="Share of those who arrive from outside that turn back, by how many wait here "
        "before them, {10: 20 %, 30: 60 %}, or a list of cases of which the first that holds "
        "counts. Who can start at once does.",
    )
    lanes_per_officer: Count | None = Field(
        None,
        description="Self-service lanes that one officer on duty at the stop oversees, such as "
        "e-gates; as many lanes are open, the first listed. None: they need nobody.",
    )
    control: Control | None = Field(
        None, description="Lanes opened and closed by need; none: by their opening hours alone."
    )

    lane_cost: Upkeep | None = Field(
        None, description="What each lane costs with its booth or gate; none: isn't counted."
    )

    @model_validator(mode="after")
    def _one_queue(self) -> Stop:
        for lane in self.lanes:
            if lane.helps is not None and self.queue != "single":
                raise ValueError("lanes that help others need one queue: queue: single")
            if lane.helps is not None and lane.admits is None:
                raise ValueError(f"lanes {lane.name!r} admit everybody; they have nobody to help")
        return self

    @model_validator(mode="after")
    def _weighted(self) -> Stop:
        weighted = self.next_in_line == "weighted_wait"
        if weighted != bool(self.weights):
            raise ValueError("weights and next_in_line: weighted_wait go together; give both")
        if weighted and (self.queue != "single" or not self.overtaking):
            raise ValueError(
                "next_in_line: weighted_wait needs one queue with overtaking: queue: single, and "
                "no overtaking: false"
            )
        if any(case.when is None for case in self.weights[:-1]):
            raise ValueError("weights: only the last case may have no 'when'")
        return self

    @model_validator(mode="after")
    def _priority_share(self) -> Stop:
        if self.low_priority_share and not self.priority:
            raise ValueError("low_priority_share needs a priority")
        return self


class Move(Record):
    """Driving or walking time between two stops."""

    origin: Name = Field(alias="from", description="A stop, or 'arrival'.")
    to: Name = Field(
        description="A stop, 'exit', or 'vehicle': the way back of those who got out of one."
    )
    when: Condition | None = Field(None, description="Whose move it is; none: everybody's.")
    time: Time = Field(description="Time of the move.")


class Failures(Record):
    """Failures of equipment and their repair."""

    model_config = example({"uptime": "30 d", "repair": "2 h"})

    uptime: Time = Field(description="From the end of a repair to the next failure, by the clock.")
    repair: Time = Field(description="From the start of the repair to its end.")
    repaired: Annotated[
        Annotated[tuple[OpeningWindow, ...], Field(min_length=1)] | None,
        Shorthand(as_windows, ("string", "object")),
    ] = Field(
        None,
        description="When whoever is responsible begins repairs, such as "
        "{from: 08:00, to: 16:00, days: mon-fri}; default: at any time.",
    )


class Equipment(Record):
    """Equipment that a check needs besides officers: scanner, dog, pit, weighbridge."""

    title: Title = None
    count: Count = Field(1, description="How many there are.")
    owner: Name | None = Field(None, description="Agency that owns it; none: everybody's.")
    sharing: Literal["shared", "exclusive", "on_request"] = Field(
        "shared",
        description="shared: everybody may use it; exclusive: the owner's officers alone; "
        "on_request: others ask first, which takes the request_delay.",
    )
    request_delay: Time = Field(
        Deterministic(value=0.0), description="Time that asking the owner takes."
    )
    maintenance: Annotated[
        tuple[OpeningWindow, ...], Shorthand(as_windows, ("string", "object"))
    ] = Field(
        (),
        description="When all of it is out of use, such as [{from: 02:00, to: 04:00, days: sun}].",
    )
    failures: Failures | None = Field(None, description="Failures; none: it never fails.")
    cost: Upkeep | None = Field(None, description="What each piece costs; none: isn't counted.")

    @model_validator(mode="after")
    def _owned(self) -> Equipment:
        if self.sharing != "shared" and self.owner is None:
            raise ValueError(f"sharing: {self.sharing} needs an owner")
        return self
