"""The claim file: a sentence made precise enough to be checked."""

from __future__ import annotations

from math import prod
from typing import Annotated, Any, Literal

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from bcpsim.claims.bounds import (
    PERCENT,
    POINTS,
    Bound,
    BoundText,
    MarginText,
    Quantity,
    QuantityText,
)
from bcpsim.comparisons.equal import Condition, parse_condition
from bcpsim.errors import InputError
from bcpsim.files.fields import (
    NotNegative,
    Number,
    Positive,
    Share,
    Shorthand,
    Whole,
    shown,
)
from bcpsim.files.record import Record, example
from bcpsim.scenario.values import (
    Name,
    OpeningWindow,
    Text,
    Title,
    VariantName,
    Window,
    as_tuple,
    as_windows,
)
from bcpsim.studies import StudyFile

MAX_POINTS = 1000
"""Most combinations of conditions."""


def _equal(value: Any) -> Any:
    if not isinstance(value, str):
        raise ValueError(f"expected text such as 'officer_hours', found {shown(value)}")
    try:
        return parse_condition(value)
    except InputError as error:
        raise ValueError(str(error)) from None


def _written(condition: Condition) -> str:
    free = condition.by
    if free is None:
        return condition.measure
    return f"{condition.measure} by {free.path}={free.text(free.low)}..{free.text(free.high)}"


EqualText = Annotated[
    Condition,
    BeforeValidator(_equal),
    PlainSerializer(_written),
    WithJsonSchema({"type": "string"}),
]
Changes = Annotated[
    dict[str, Any],
    Field(
        description="Keys of the scenario to change, as in a variant: mappings merge, null "
        "removes a key, everything else replaces."
    ),
]
RowName = Annotated[
    str,
    Field(
        min_length=1,
        max_length=200,
        description="A value of the table of measures: MEASURE/POPULATION/STATISTIC, such as "
        "waiting_time/class=truck/p95.",
    ),
]


class Reference(Record):
    """The publication in which the sentence stands."""

    title: Text = Field(description="Title, author and year.")
    url: Text | None = Field(None, description="Address.")
    where: Text | None = Field(None, description="Page, section or paragraph.")

    @property
    def words(self) -> str:
        """Title and place, joined by a comma whatever stands at the title's end."""
        parts = (self.title, self.where)
        return ", ".join(" ".join(part.split()).rstrip(".,;") for part in parts if part)


class MeasuredWhere(Record):
    """The place where the figure was measured; all ways of working are looked at there."""

    model_config = example(
        {
            "where": "lorries on Sunday mornings in July",
            "population": "class=truck",
            "hours": {"from": "06:00", "to": "12:00", "days": "sun"},
        }
    )

    where: Text = Field(description="In words, as the source says.")
    population: Text | None = Field(
        None,
        description="Of whom: class=truck, stop=booths. The measure and the readings that name "
        "no population are of these.",
    )
    hours: Annotated[
        tuple[OpeningWindow, ...],
        Shorthand(as_windows, ("string", "object")),
        Field(max_length=50),
    ] = Field(
        (),
        description="When those arrive who count, by the local clock: 06:00-10:00, or "
        "{from: 06:00, to: 10:00, days: sat-sun}; several as a list. None: at any time.",
    )
    changes: Changes = Field(default_factory=dict)


class Way(Record):
    """A way of working: a variant of the scenario, perhaps with changes laid over it."""

    model_config = example({"variant": "one_stop"})

    variant: VariantName = Field(
        "base", description="A variant of the scenario, two together as a+b; base: without one."
    )
    title: Title = None
    changes: Changes = Field(default_factory=dict)


def _as_way(value: Any) -> Any:
    return {"variant": value} if isinstance(value, str) else value


def _as_ways(value: Any) -> Any:
    return value if isinstance(value, list) else [value]


OneWay = Annotated[Way, Shorthand(_as_way, ("string",))]


class Reading(Record):
    """Another measure that people call by the same word."""

    title: Title = None
    baseline: RowName = Field(description="The value in the baseline.")
    alternative: RowName | None = Field(
        None, description="The value in the alternative, where its stops have other names."
    )


def _as_reading(value: Any) -> Any:
    return {"baseline": value} if isinstance(value, str) else value


def _as_factors(value: Any) -> Any:
    if isinstance(value, str):
        return {value: 1}
    if not isinstance(value, list):
        return value
    for path in value:
        if not isinstance(path, str):
            raise ValueError(f"expected key paths, found {shown(path)} in the list")
    return dict.fromkeys(value, 1)


Paths = Annotated[
    dict[str, NotNegative],
    Shorthand(_as_factors, ("string", "array")),
    Field(
        min_length=1,
        max_length=50,
        description="Key path that is set, such as traffic.trucks.arrivals.scale; several as a "
        "list; or a mapping of key paths to a factor by which each takes the value. A path is "
        "set in the ways of working that have it; at least one must. Where it is one of several "
        "shares that add to 100 %, the others change in proportion.",
    ),
]


def _whole(ends: tuple[float, float]) -> bool:
    return all(end == int(end) for end in ends)


Only = Annotated[
    Literal["baseline", "alternatives"] | None,
    Field(description="Where it is set; none: in every way of working that has it."),
]


class Range(Record):
    """A condition: a parameter and the values over which the claim is looked at."""

    model_config = example({"set": "stops.booths.lanes", "values": [2, 3, 4]})

    title: Title = None
    set: Paths
    only: Only = None
    values: Annotated[tuple[Number, ...], Field(max_length=20)] = Field(
        (), description="The values, for a full factorial design."
    )
    between: tuple[Number, Number] | None = Field(
        None, description="Smallest and largest value, for a space-filling design."
    )
    whole: bool = Field(False, description="Whole numbers only; for between.")
    unit: Text = Field("", description="Unit that is written behind the value, such as % or min.")
    within: Positive | None = Field(
        None,
        description="How close, in its unit, the value is looked for at which the claim turns "
        "between two of the values; none: an eighth of the way between them.",
    )

    @model_validator(mode="after")
    def _one_way(self) -> Range:
        if bool(self.values) == (self.between is not None):
            raise ValueError("give either values, or between")
        if self.between is not None and not self.between[0] < self.between[1]:
            raise ValueError("between must name the smaller value first")
        if self.whole and (self.between is None or not _whole(self.between)):
            raise ValueError("whole is for between with whole ends")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.between or (min(self.values), max(self.values))


class Conditions(Record):
    """Conditions under which the claim is looked at: ranges of parameters, point by point."""

    over: Annotated[dict[Name, Range], Field(min_length=1, max_length=8)] = Field(
        description="Parameters by name. The first two are the axes of the map."
    )
    points: Annotated[Whole | None, Field(ge=8, le=MAX_POINTS)] = Field(
        None,
        description="Number of points of a Latin hypercube design; none: every combination of "
        "values.",
    )
    replications: Annotated[Whole, Field(ge=5, le=10_000)] = Field(
        40,
        description="Replications of each way of working at each point; 40 are taken where it "
        "is less: verdicts begin there.",
    )
    explained_by: Annotated[tuple[RowName, ...], Field(max_length=8)] = Field(
        (),
        description="Values measured in the baseline, such as utilisation/agency=customs, by "
        "which the rules may also say where the claim holds.",
    )

    @model_validator(mode="after")
    def _design(self) -> Conditions:
        spans = [name for name, span in self.over.items() if not span.values]
        if self.points is None and spans:
            raise ValueError(f"over.{spans[0]} has between: give points, or values instead")
        combinations = prod(len(span.values) for span in self.over.values())
        if self.points is None and combinations > MAX_POINTS:
            raise ValueError(
                f"over has {combinations:,} combinations of values; the bound is {MAX_POINTS:,}: "
                "give points, or fewer values"
            )
        return self


class Uncertain(Record):
    """An input that is known only within bounds."""

    model_config = example({"set": "traffic.cars.arrivals.scale", "between": [0.8, 1.2]})

    title: Title = None
    set: Paths
    only: Only = None
    between: Annotated[tuple[Number, Number], Field(description="Smallest and largest value.")]
    most_likely: Number | None = Field(
        None, description="Most likely value (triangular law); none: all equally likely (uniform)."
    )
    whole: bool = Field(
        False, description="Whole numbers only; for between without a most likely value."
    )
    unit: Text = Field("", description="Unit that is written behind the value, such as % or min.")

    @model_validator(mode="after")
    def _ordered(self) -> Uncertain:
        low, high = self.between
        if not low < high:
            raise ValueError("between must name the smaller value first")
        if self.most_likely is not None and not low <= self.most_likely <= high:
            raise ValueError("most_likely must lie between the two values")
        if self.whole and (self.most_likely is not None or not _whole(self.between)):
            raise ValueError("whole is for between with whole ends and without most_likely")
        return self

    @property
    def ends(self) -> tuple[float, float]:
        """Smallest and largest value."""
        return self.between


class Switch(Record):
    """A mechanism that the alternative brings: what to change to have it."""

    model_config = example({"changes": {"moves": []}})

    title: Title = None
    changes: Changes


class Together(Record):
    """Further changes for a combination of switches that are on together."""

    switches: Annotated[tuple[Name, ...], Field(min_length=2, max_length=8)] = Field(
        description="The switches."
    )
    changes: Changes


class Attribution(Record):
    """The difference between baseline and alternative, split into mechanisms."""

    switches: Annotated[dict[Name, Switch], Field(min_length=1, max_length=20)] = Field(
        description="Mechanisms by name, laid over the baseline in this order; all together "
        "give the (first) alternative."
    )
    together: Annotated[tuple[Together, ...], Field(max_length=50)] = Field(
        (), description="Changes that count only where several switches are on."
    )
    take_away: Annotated[
        tuple[Annotated[tuple[Name, ...], Shorthand(as_tuple, ("string",))], ...],
        Field(max_length=20),
    ] = Field(
        (),
        description="Mechanisms, or lists of them, that are taken away one after the other, to "
        "see what remains.",
    )
    replications: Annotated[Whole, Field(ge=5, le=10_000)] = Field(
        50, description="Replications of each combination of switches."
    )
    permutations: Annotated[Whole, Field(ge=2, le=10_000)] = Field(
        64, description="Orders of the switches that are drawn where there are more than 8."
    )


class Replications(Record):
    """How many replications a verdict takes."""

    at_least: Annotated[Whole, Field(ge=10, le=100_000)] = Field(
        40,
        description="Replications at the first look; 40 are taken where it is less: verdicts "
        "begin there. Give 80 where days are very skewed.",
    )
    at_most: Annotated[Whole, Field(ge=10, le=100_000)] = Field(
        1280,
        description="Replications at the last, 40 or more; each look doubles their number.",
    )

    @model_validator(mode="after")
    def _ordered(self) -> Replications:
        if self.at_most < self.at_least:
            raise ValueError("at_most must not be below at_least")
        return self


class ClaimFile(StudyFile):
    """A claim about ways of working, with what it takes to check it."""

    kind = "claim"

    sentence: Text = Field(description="The claim, word by word.")
    source: Reference = Field(description="Where the sentence stands.")
    baseline: OneWay = Field(description="The way of working that is compared with.")
    alternatives: Annotated[
        tuple[OneWay, ...], Shorthand(_as_ways, ("string", "object")), Field(max_length=20)
    ] = Field(
        (),
        description="The way of working that the claim is about; of several each must. None: the "
        "baseline with all switches of the attribution on.",
    )
    measure: RowName = Field(
        description="What is measured: MEASURE/POPULATION/STATISTIC, such as "
        "processing_time/class=truck/mean."
    )
    measured: MeasuredWhere | None = Field(
        None,
        description="Where its figure was measured: of which travellers, at which hours they "
        "arrive, in which season by what is changed for it in every way of working.",
    )
    reduction: BoundText | None = Field(None, description="By how much the measure falls.")
    increase: BoundText | None = Field(None, description="By how much the measure rises.")
    difference: MarginText | None = Field(
        None, description="That the measure is the same, up to a difference that counts as none."
    )
    confidence: Annotated[Share, Field(ge=0.5, lt=1)] = Field(
        0.95, description="One minus the probability of a wrong verdict."
    )
    precision: QuantityText = Field(
        Quantity(1.0, POINTS),
        description="Half-width of the interval at which the check stops: percentage points of "
        "a relative change, else the measure's unit.",
    )
    replications: Replications = Field(Replications(), description="How many replications.")
    readings: Annotated[
        tuple[Annotated[Reading, Shorthand(_as_reading, ("string",))], ...] | None,
        Field(max_length=50),
    ] = Field(
        None,
        description="Other measures that people call by the same word, each as a value or with "
        "title, baseline and alternative; none: for a measure that is called processing time "
        "somewhere all that are, for others no more.",
    )
    equal: Annotated[
        tuple[EqualText, ...], Shorthand(as_tuple, ("string",)), Field(max_length=10)
    ] = Field(
        (),
        description="What is held equal in baseline and alternative: MEASURE, which is then only "
        "looked at, or MEASURE by KEY.PATH=LOW..HIGH, by which the alternative is adjusted; "
        "detection stands for found_share.",
    )
    conditions: Conditions | None = Field(None, description="Where the claim should hold.")
    uncertain: Annotated[dict[Name, Uncertain], Field(max_length=10)] = Field(
        default_factory=dict,
        description="Inputs known only within bounds, by name; the verdict includes them.",
    )
    attribution: Attribution | None = Field(None, description="Which mechanisms do the work.")
    assumptions: Annotated[tuple[Text, ...], Field(max_length=50)] = Field(
        (), description="What was assumed to make the sentence checkable."
    )
    remarks: Annotated[tuple[Text, ...], Field(max_length=50)] = Field(
        (), description="What else a reader should know, such as published figures to compare."
    )

    @model_validator(mode="after")
    def _one_direction(self) -> ClaimFile:
        claimed = [direction for direction in self.directions.values() if direction is not None]
        if len(claimed) != 1:
            raise ValueError(f"give one of {', '.join(self.directions)}")
        if not self.alternatives and self.attribution is None:
            raise ValueError("give alternatives, or an attribution whose switches make one")
        if self.attribution is not None and any(
            condition.by is not None for condition in self.equal
        ):
            raise ValueError("an alternative that is adjusted to be equal has no switches")
        return self

    def named(self, value: str) -> str:
        """Return the name of a value, of the population measured where it names none."""
        population = self.measured.population if self.measured is not None else None
        return value if population is None or "/" in value else f"{value}/{population}"

    @property
    def hours(self) -> tuple[Window, ...]:
        """When those arrive who count; none: at any time."""
        return self.measured.hours if self.measured is not None else ()

    @property
    def directions(self) -> dict[str, Bound | None]:
        """The bounds that a claim may state, by key; None where it doesn't."""
        return {
            "reduction": self.reduction,
            "increase": self.increase,
            "difference": self.difference,
        }

    @property
    def direction(self) -> str:
        """The key of what is claimed."""
        return next(key for key, bound in self.directions.items() if bound is not None)

    @property
    def bound(self) -> Bound:
        """The bound that the claim states."""
        bound = self.directions[self.direction]
        assert bound is not None
        return bound

    @property
    def relative(self) -> bool:
        """True if the effect is a percentage of the baseline; else it is a difference."""
        return self.bound.unit == PERCENT
