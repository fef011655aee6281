"""What a package of a user needs to add a law, a measure or a rule of choosing.

A law::

    from bcpsim.extend import Duration, Floats


    def pert(u: Floats, *, low: Duration, mode: Duration, high: Duration) -> Floats: ...

A measure::

    from bcpsim.extend import Kind, Measure, Part, Time

A rule of choosing::

    from bcpsim.extend import Lane, Traveller, World, rule

Names are imported when they are first used: what a law needs is there before the engine is. How a
package declares what it adds is in docs/how-to/extend.md.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from bcpsim.engine.records import Lane, Line, Officer, Post, Stop, Traveller, World
    from bcpsim.engine.table import NOTHING, rule
    from bcpsim.files.fields import Duration, Number, Positive, Share
    from bcpsim.kpi.forms import Time, Total
    from bcpsim.kpi.layout import Kind
    from bcpsim.kpi.measure import Column, Measure, Part, Shown
    from bcpsim.kpi.view import Ints, View
    from bcpsim.scenario.arrays import Floats

_HOMES = {
    "bcpsim.engine.records": ("Lane", "Line", "Officer", "Post", "Stop", "Traveller", "World"),
    "bcpsim.engine.table": ("NOTHING", "rule"),
    "bcpsim.files.fields": ("Duration", "Number", "Positive", "Share"),
    "bcpsim.kpi.forms": ("Time", "Total"),
    "bcpsim.kpi.layout": ("Kind",),
    "bcpsim.kpi.measure": ("Column", "Measure", "Part", "Shown"),
    "bcpsim.kpi.view": ("Ints", "View"),
    "bcpsim.scenario.arrays": ("Floats",),
}

__all__ = [
    "NOTHING",
    "Column",
    "Duration",
    "Floats",
    "Ints",
    "Kind",
    "Lane",
    "Line",
    "Measure",
    "Number",
    "Officer",
    "Part",
    "Positive",
    "Post",
    "Share",
    "Shown",
    "Stop",
    "Time",
    "Total",
    "Traveller",
    "View",
    "World",
    "rule",
]


def __getattr__(name: str) -> Any:
    for home, names in _HOMES.items():
        if name in names:
            return getattr(import_module(home), name)
    raise AttributeError(f"module 'bcpsim.extend' has no attribute {name!r}")
