"""Calibration files: which scenario, which data, how a row sets it, and what isn't known."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, Field, WithJsonSchema, model_validator

from bcpsim.calibration.expressions import (
    Expression,
    Template,
    parse_expression,
    parse_template,
)
from bcpsim.files.fields import Count, Duration, Number, Positive, Share, Shorthand, shown
from bcpsim.files.record import Record, example
from bcpsim.scenario.tabular import TableDescription
from bcpsim.scenario.values import Name, Title, VariantName, as_tuple
from bcpsim.studies import Seed, StudyFile

SIMULATION, CONSTANT = "simulation", "constant"
"""What predicts; else the name of a formula or of medians."""

Column = Annotated[str, Field(min_length=1, max_length=200)]
Columns = Annotated[
    tuple[Column, ...],
    Shorthand(as_tuple, ("string",)),
    Field(max_length=5),
]


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(f"expected text, found {shown(value)}")
    return value


TemplateText = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(lambda text: parse_template(text) and text),
    WithJsonSchema({"type": "string"}),
]
ExpressionText = Annotated[
    str,
    BeforeValidator(_text),
    AfterValidator(lambda text: parse_expression(text) and text),
    WithJsonSchema({"type": "string"}),
]


class Limits(Record):
    """Values of a column with which a row is kept."""

    at_least: Number | None = Field(None, description="Smallest value.")
    at_most: Number | None = Field(None, description="Largest value.")


class Data(TableDescription):
    """The table of observations: each row is one."""

    order: tuple[Column, ...] = Field(
        (),
        description="Columns that bring the rows into the order of time, such as [date, hour]; "
        "none: as they stand in the file.",
    )
    keep: dict[Column, Limits] = Field(
        default_factory=dict,
        description="Rows that are used: {passengers: {at_least: 40}}; none: all.",
    )
    fit_each: Columns = Field(
        (),
        description="Column with the name of the place, or several that name it together, such as "
        "[airport, terminal]; the rows of each place are fitted apart.",
    )
    least_rows: Annotated[Count, Field(ge=4)] = Field(
        4, description="Fewest rows of a place; places with fewer are left out."
    )
    hour: Column | None = Field(
        None,
        description="Column with the number of the hour since the scenario's start, from 0, for "
        "which the row was observed; none: the row is about the whole run.",
    )
    run: Column | None = Field(
        None,
        description="With hour: column by whose values the rows belong to runs, such as the date; "
        "none: rows that set the same values share a run.",
    )

    @model_validator(mode="after")
    def _hours_of_runs(self) -> Data:
        if self.run is not None and self.hour is None:
            raise ValueError("run needs hour, the column with the hour of the run for each row")
        return self


class Services(Record):
    """Services of a timetable, such as flights, made from the rows of a run.

    A table that counts the services of an hour doesn't say when they came: in each replication
    every service gets a minute of the hour by chance, the same in all timetables of the file.
    """

    model_config = example({"travellers": "passengers", "services": "flights"})

    travellers: ExpressionText = Field(
        description="Arithmetic with columns: how many travellers come in the row's hour."
    )
    services: ExpressionText = Field(
        "1", description="Arithmetic with columns: with how many services, about as many in each."
    )


class Prior(Record):
    """What is known of an unknown without the rows, such as from other places."""

    model_config = example({"mean": 45, "spread": 15})

    mean: Number = Field(description="The value that is expected.")
    spread: Positive = Field(
        description="By how much values usually differ from it, as a standard deviation."
    )


class Unknown(Record):
    """A number that the fit looks for."""

    model_config = example({"start": 40, "low": 10, "high": 90})

    title: Title = None
    start: Number = Field(description="Where the search begins.")
    low: Number = Field(description="Smallest value that is possible.")
    high: Number = Field(description="Largest value that is possible.")
    prior: Prior | None = Field(
        None,
        description="What is known of it beforehand: {mean: 45, spread: 15}. The fit weighs it "
        "against the rows; few rows move it little.",
    )

    @model_validator(mode="after")
    def _inside(self) -> Unknown:
        if not self.low < self.high:
            raise ValueError("low must be less than high")
        if not self.low <= self.start <= self.high:
            raise ValueError(
                f"start must lie from {self.low:g} to {self.high:g}, found {self.start:g}"
            )
        return self


COEFFICIENT = Unknown(start=1, low=0, high=1e4)
"""Where the search for a coefficient of a formula begins, and its bounds."""


class Loss(Record):
    """The loss that a fit makes small: the sum of a function of the residuals."""

    kind: Literal["squares", "soft_l1"] = Field(
        "squares",
        description="squares: least squares; soft_l1: about squares below the scale and about "
        "absolute values above, so that few far rows don't decide; it isn't corrected for the "
        "noise of the simulations, and takes many replications instead.",
    )
    scale: Positive = Field(1.0, description="Residual at which soft_l1 changes over.")


class Formula(Record):
    """A formula that is fitted to the same rows, for comparison."""

    title: Title = None
    predicts: Column = Field(description="Column that it predicts.")
    text: ExpressionText = Field(
        description="Arithmetic with columns and coefficients (all other names), such as "
        "'(us * pax_us + visitors * pax_visitors) / (120 * booths)'."
    )
    weight: ExpressionText | None = Field(
        None, description="Arithmetic with columns: what residuals are multiplied by."
    )
    loss: Loss | None = Field(None, description="Default: as for the simulation.")

    @property
    def expression(self) -> Expression:
        """The formula, parsed."""
        return parse_expression(self.text)


class Medians(Record):
    """Medians of what was observed before, for comparison: what takes no model."""

    model_config = example({"predicts": "wait", "by": ["weekday", "hour"]})

    title: Title = None
    predicts: Column = Field(description="Column that they predict.")
    by: Columns = Field(
        (),
        description="Columns by which rows are alike, such as [weekday, hour]; none: all are.",
    )
    last: Count | None = Field(
        None,
        description="How many of the latest rows before it that are alike, whether fitted or not, "
        "the median of a row is taken of; none: of all fitted rows that are alike. Where there are "
        "none, the median of all fitted rows stands.",
    )


class Bin(Record):
    """A class of times and the column with how many were counted in it."""

    column: Column = Field(description="Column with the number counted.")
    below: Duration | None = Field(None, description="Upper end, excluded; none: without end.")


class Histogram(Record):
    """Times of travellers, counted by bins."""

    measure: Literal["waiting_time", "processing_time", "time_in_system"] = Field(
        description="Which time of a traveller."
    )
    bins: Annotated[tuple[Bin, ...], Field(min_length=1, max_length=100)] = Field(
        description="Bins, each beginning where the one before ends; the first at 0."
    )

    @model_validator(mode="after")
    def _rising(self) -> Histogram:
        ends = [math.inf if bin_.below is None else bin_.below for bin_ in self.bins]
        if any(a >= b for a, b in pairwise(ends)):
            raise ValueError("each bin must end above the one before; only the last has no end")
        return self


class CalibrationFile(StudyFile):
    """Unknown numbers of a scenario, and the table of observations that they are fitted to."""

    kind = "calibration"

    variant: VariantName = Field(
        "base", description="A variant of the scenario, two together as a+b."
    )
    data: Data = Field(description="The table of observations.")
    set: Annotated[dict[str, TemplateText], Field(min_length=1, max_length=100)] = Field(
        description="Scenario keys and their values, with columns and unknowns in braces: "
        "{stops.hall.lanes: '{booths}', moves.0.time.high: '{gap * passengers} s'}."
    )
    timetables: Annotated[dict[Name, Services], Field(max_length=20)] = Field(
        default_factory=dict,
        description="With data.run: the timetables of traffic sources, by the source's name, made "
        "from the rows of each run: {flights: {travellers: passengers, services: flights}}.",
    )
    rosters: Annotated[dict[Name, ExpressionText], Field(max_length=20)] = Field(
        default_factory=dict,
        description="With data.run: the rosters of groups of officers, by the group's name, as "
        "arithmetic with columns and unknowns: how many work in the hour of a row, and on until "
        "the next row of the run. With 2.5, a third officer works half of each hour: {booths: "
        "10 * (booths / 10) ** used}.",
    )
    unknowns: Annotated[dict[Name, Unknown], Field(min_length=1, max_length=20)] = Field(
        description="What isn't known, by name, with its start and bounds."
    )
    observe: Annotated[dict[Column, str], Field(min_length=1, max_length=20)] = Field(
        description="Columns that are fitted, with the measure that they are: "
        "{wait_avg: waiting_time/all/mean}."
    )
    compare: Annotated[dict[Column, str], Field(max_length=20)] = Field(
        default_factory=dict, description="Likewise, columns that are only compared."
    )
    histogram: Histogram | None = Field(
        None, description="Counts of travellers by their time, compared only."
    )
    formulas: Annotated[dict[Name, Formula], Field(max_length=10)] = Field(
        default_factory=dict, description="Formulas to compare with, by name."
    )
    medians: Annotated[dict[Name, Medians], Field(max_length=10)] = Field(
        default_factory=dict,
        description="Medians of earlier rows to compare with, by name: {hour_of_week: {predicts: "
        "wait, by: [weekday, hour]}}.",
    )
    loss: Loss = Field(Loss(), description="What the fit makes small.")
    fit_share: Annotated[Share, Field(gt=0, lt=1)] = Field(
        0.5, description="Share of the rows, the earliest, that is fitted; the others test."
    )
    replications: Count = Field(
        2,
        description="Simulations of each row, averaged. From two on the squares are corrected for "
        "the noise of the simulations; without that the fit prefers values with little noise.",
    )
    seed: Seed = 1

    @model_validator(mode="after")
    def _made_for_runs(self) -> CalibrationFile:
        if self.data.run is None and (self.timetables or self.rosters):
            raise ValueError("timetables and rosters are made for runs; name the column data.run")
        return self

    @model_validator(mode="after")
    def _names_apart(self) -> CalibrationFile:
        for name in ({*self.formulas} & {*self.medians}) | (
            {SIMULATION, CONSTANT} & {*self.formulas, *self.medians}
        ):
            raise ValueError(f"{name!r} is the name of two predictors; choose another")
        return self

    @property
    def arithmetic(self) -> dict[tuple[str, ...], Expression]:
        """What timetables and rosters are made by, parsed, each with its place in the file."""
        texts: dict[tuple[str, ...], str] = {}
        for name, made in self.timetables.items():
            texts["timetables", name, "travellers"] = made.travellers
            texts["timetables", name, "services"] = made.services
        texts |= {("rosters", name): text for name, text in self.rosters.items()}
        return {place: parse_expression(text) for place, text in texts.items()}

    @property
    def templates(self) -> dict[str, Template]:
        """Templates of the values that a row sets, by key path."""
        return {key: parse_template(text) for key, text in self.set.items()}

    @property
    def measures(self) -> dict[str, str]:
        """Measures of all columns, those that are fitted first."""
        return {**self.observe, **self.compare}
