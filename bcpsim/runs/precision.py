"""Replications until the measures that matter are known precisely enough."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

from bcpsim.arguments import names, number, whole
from bcpsim.errors import InputError
from bcpsim.stats import until_precise

T = TypeVar("T")

DEFAULT_MEASURES = ("time_in_system",)

Looked = Callable[[int, Mapping[str, float]], None]
"""Called at a look with the replications so far and the widths reached by name."""


@dataclass(frozen=True, slots=True)
class Precision:
    """How narrow the intervals of which measures must be.

    Attributes
    ----------
    half_width
        Half-width of the 95 % interval, as a share: of the estimate in a run, of the baseline
        (so of the change itself) in a comparison; 0.02 for 2 %.
    measures
        Names as `bcpsim.kpi.find_row` takes them.
    floor, ceiling
        Fewest and most replications.

    Raises
    ------
    InputError
        If it can't be aimed at.
    """

    half_width: float
    measures: tuple[str, ...] = DEFAULT_MEASURES
    floor: int = 30
    ceiling: int = 1000

    def __post_init__(self) -> None:
        object.__setattr__(self, "half_width", number("half_width", self.half_width))
        object.__setattr__(self, "measures", names("measures", self.measures))
        for name in ("floor", "ceiling"):
            object.__setattr__(self, name, whole(name, getattr(self, name)))
        if not 0 < self.half_width < 1:
            raise InputError(
                f"the precision must be between 0 and 100 %, found {100 * self.half_width:g} %"
            )
        if not self.measures:
            raise InputError("a precision needs at least one measure")
        if not 2 <= self.floor <= self.ceiling <= 1_000_000:
            raise InputError(
                "replications must go from at least 2 up to at most 1000000, found "
                f"{self.floor} to {self.ceiling}"
            )


@dataclass(frozen=True, slots=True)
class Stopping:
    """How a run to a precision ended.

    Attributes
    ----------
    precision
        As asked for.
    reached
        False: the ceiling came before.
    replications
        How many it took.
    widths
        Half-widths at the end, by name, as shares; nan where there is none.
    """

    precision: Precision
    reached: bool
    replications: int
    widths: Mapping[str, float]

    @property
    def missed(self) -> dict[str, int | None]:
        """The measures that aren't precise, and about how many replications they would take.

        The half-width falls with the square root of their number; None where there is none.
        """
        times = {name: width / self.precision.half_width for name, width in self.widths.items()}
        return {
            name: None if math.isnan(wide) else math.ceil(self.replications * wide**2)
            for name, wide in times.items()
            if not wide <= 1
        }

    def to_dict(self) -> dict[str, Any]:
        """Return the end of the run as plain data."""
        return {
            **asdict(self.precision),
            "measures": list(self.precision.measures),
            "reached": self.reached,
            "half_widths": {
                name: None if math.isnan(width) else width for name, width in self.widths.items()
            },
        }


def run_to_precision(
    extend: Callable[[range], T],
    widths: Callable[[T], Mapping[str, float]],
    precision: Precision,
    looked: Looked | None = None,
) -> tuple[T, Stopping]:
    """Run replications until all widths are as asked for, by `bcpsim.stats.until_precise`.

    Parameters
    ----------
    extend
        Runs the replications of the numbers given, and returns what all so far have measured.
    widths
        Returns half-widths of that by name, as shares.
    precision
        What is asked for.
    looked
        Called at each look.
    """
    measured: list[T] = []
    latest: dict[str, float] = {}
    done = 0

    def run(numbers: range) -> None:
        nonlocal done
        measured[:] = [extend(numbers)]
        done = numbers.stop

    def reached() -> list[float]:
        latest.update(widths(measured[0]))
        if looked is not None:
            looked(done, latest)
        return list(latest.values())

    precise = until_precise(
        run, reached, precision.half_width, floor=precision.floor, ceiling=precision.ceiling
    )
    return measured[0], Stopping(precision, precise, done, latest)


def run_as_asked(
    extend: Callable[[range], T],
    count: int,
    widths: Callable[[T, Precision], Mapping[str, float]],
    precision: Precision | None,
    looked: Looked | None = None,
) -> tuple[T, Stopping | None]:
    """Run a number of replications, or until all widths are as asked for.

    Parameters
    ----------
    extend, looked
        As for `run_to_precision`.
    count
        Number of replications where no precision is asked for.
    widths
        Returns half-widths of what was measured by name, as shares.
    precision
        What is asked for, if anything.
    """
    if precision is None:
        return extend(range(count)), None
    return run_to_precision(extend, lambda measured: widths(measured, precision), precision, looked)
