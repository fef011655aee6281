"""What Python shows of a result: the answer in a notebook, and pictures as Matplotlib's axes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bcpsim.comparisons import Comparison
from bcpsim.comparisons.stored import StoredComparison
from bcpsim.errors import InputError
from bcpsim.report import comparison_plots, run_plots
from bcpsim.report.answers import first_answer
from bcpsim.report.html import fragment
from bcpsim.report.plots import SETTINGS, plain
from bcpsim.report.told import Told, Way, told_in, told_of
from bcpsim.results import StoredResult
from bcpsim.runs import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy as np
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure


def html_of(result: object) -> str | None:
    """Return the answer of a run or a comparison as HTML; None of any other result."""
    told = _told(result)
    return None if told is None else fragment(first_answer(told))


def plots_of(result: object) -> RunPlots | ComparisonPlots:
    """Return the pictures of a run or a comparison.

    Raises
    ------
    InputError
        If it is another result.
    """
    told = _told(result)
    if told is None:
        raise InputError("only results of runs and comparisons have pictures")
    return ComparisonPlots(told) if told.changes else RunPlots(told)


class RunPlots:
    """Pictures of a run.

    Each is a figure of its own, made with the settings of bcpsim's plots, and returned as the
    axes in it (``axes.figure`` is the whole). `variant` says of which; without it, of the first.
    """

    def __init__(self, told: Told) -> None:
        self._told = told

    def __repr__(self) -> str:
        return f"<Pictures of {self._told.title}: {', '.join(_names(type(self)))}>"

    def queues(self, variant: str | None = None) -> np.ndarray[Any, Any]:
        """Return waiting time and queue length by the clock: two axes for each stop."""
        return self._clock(run_plots.queues, variant).reshape(-1, 2)

    def officers(self, variant: str | None = None) -> np.ndarray[Any, Any]:
        """Return officers on duty and busy by the clock, the axes of each group."""
        return self._clock(run_plots.officers, variant)

    def times_by_class(self, variant: str | None = None) -> Axes:
        """Return mean and percentiles of the time in system for all and each class."""
        axes: Axes = self._drawn(run_plots.times_by_class, variant)[0]
        return axes

    def where_time_goes(self, variant: str | None = None) -> Axes:
        """Return the time of an average traveller by stop and by reason."""
        axes: Axes = self._drawn(run_plots.where_time_goes, variant)[0]
        return axes

    def _clock(
        self, draw: Callable[[Told, Any], Figure], variant: str | None
    ) -> np.ndarray[Any, Any]:
        return self._drawn(lambda told, way: draw(told, run_plots.clocks(told, way)[0][1]), variant)

    def _drawn(
        self, draw: Callable[[Told, Way], Figure], variant: str | None
    ) -> np.ndarray[Any, Any]:
        way = self._way(variant)
        return _axes(lambda: draw(self._told, way), self._told.head(way))

    def _way(self, variant: str | None) -> Way:
        ways = {way.name: way for way in self._told.ways}
        if variant is None:
            return self._told.ways[0]
        if variant not in ways:
            raise InputError(f"no variant {variant!r} in this result; expected {', '.join(ways)}")
        return ways[variant]


class ComparisonPlots:
    """Pictures of a comparison, each a figure of its own, returned as the axes in it."""

    def __init__(self, told: Told) -> None:
        self._told = told

    def __repr__(self) -> str:
        return f"<Pictures of {self._told.title}: {', '.join(_names(type(self)))}>"

    def changes(self) -> Axes:
        """Return the change of the main times in per cent, with intervals."""
        axes: Axes = self._drawn(comparison_plots.changes)[0]
        return axes

    def classes(self) -> np.ndarray[Any, Any]:
        """Return waiting time and time in system of each class, ways of working side by side."""
        return self._drawn(comparison_plots.classes)

    def differences(self) -> np.ndarray[Any, Any]:
        """Return the difference of the time in system by the clock, axes for each alternative."""
        if self._told.changes_by_hour is None:
            raise InputError("this comparison has no measures by hour")
        return self._drawn(comparison_plots.differences)

    def _drawn(self, draw: Callable[[Told], Figure]) -> np.ndarray[Any, Any]:
        return _axes(lambda: draw(self._told), self._told.title)


def _axes(draw: Callable[[], Figure], head: str) -> np.ndarray[Any, Any]:
    """Return the axes of a figure that is drawn as plots are, with its headline."""
    import matplotlib as mpl
    import numpy as np

    with mpl.rc_context(SETTINGS):
        figure = draw()
        figure.suptitle(plain(head), fontsize=12, fontweight="bold", x=0.01, ha="left")
    return np.array([axes for axes in figure.axes if axes.axison])


def _names(pictures: type) -> list[str]:
    return [f"{name}()" for name in vars(pictures) if not name.startswith("_")]


def _told(result: object) -> Told | None:
    if isinstance(result, (Result, Comparison)):
        return told_of(result)
    if isinstance(result, StoredComparison) or type(result) is StoredResult:
        return told_in(result.folder)
    return None
