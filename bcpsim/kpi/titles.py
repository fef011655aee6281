"""Values in words, as tables and plots show them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from bcpsim.kpi.aspects import aspects_of
from bcpsim.kpi.measure import CURRENCY, TRAVELLERS, in_words
from bcpsim.kpi.measures import MEASURES
from bcpsim.kpi.rows import Row
from bcpsim.plan import Plan
from bcpsim.plan.records.costs import PAYERS

_STATISTICS = {
    "p50": "median",
    "p90": "90th percentile",
    "p95": "95th percentile",
    "total": "",
    "waiting_time": "waiting",
    "time_in_system": "in system",
    "over_design": "over-design",
    "sub_optimum": "sub-optimum",
}


@dataclass(frozen=True, slots=True)
class Titles:
    """The titles that a scenario has for its values; without one, those that there always are.

    Attributes
    ----------
    places
        Titles of populations, such as ``Trucks`` for ``class=truck``.
    counted
        What the scenario counts, a plural in s.
    currency
        The unit of costs.
    """

    places: Mapping[str, str] = field(default_factory=dict)
    counted: str = TRAVELLERS
    currency: str = CURRENCY

    @classmethod
    def of(cls, plan: Plan, *others: Plan) -> Titles:
        """Return the titles of a plan; with others, those of the places that only they have too."""
        places = {"all": "All"}
        for one in (plan, *others):
            kinds = (
                ("class", one.classes),
                ("crossing", one.crossings),
                ("interval", one.intervals),
                ("stop", one.stops),
                ("area", one.areas),
                ("equipment", one.equipment),
                ("disturbance", one.disturbances),
                ("officers", one.groups),
                ("activity", one.activities),
                ("case", one.cases),
                ("investigation", one.investigations),
                ("document", one.documents),
                ("office", one.offices),
            )
            titles = {
                f"{kind}={record.name}": record.title for kind, some in kinds for record in some
            }
            titles |= {
                f"truth={name}": name for name in (one.attributes[k].name for k in one.truths)
            }
            titles |= {f"referral={own.name}": own.name for own in one.attributes if own.referral}
            titles |= {
                f"occupants={name}": name.replace("_", " ")
                for name in (one.attributes[k].name for k in one.of_occupants)
            }
            titles |= dict(pair for aspect in aspects_of(one) for pair in aspect.populations)
            agencies = zip(one.agencies, one.agency_titles, strict=True)
            for name, title in agencies:
                titles |= {f"agency={name}": title}
                titles |= {f"from={name}": f"from {title}", f"to={name}": f"to {title}"}
            places |= {place: title for place, title in titles.items() if place not in places}
            if one.costs.any_price:
                places |= {f"payer={name}": name.capitalize() for name in PAYERS}
        return cls(places, plan.counted, plan.costs.unit)

    def place(self, population: str) -> str:
        """Return a population in words."""
        parts = population.split(" ")
        return ", ".join(self.places.get(part, part.replace("=", " ")) for part in parts)

    def unit(self, row: Row) -> str:
        """Return a row's unit."""
        return in_words(row.unit, self.counted).replace(CURRENCY, self.currency)

    def statistic(self, row: Row) -> str:
        """Return a row's measure and statistic, such as ``Waiting time, 95th percentile``."""
        words = [MEASURES[row.measure].title, _statistic(row.statistic)]
        return in_words(", ".join(filter(None, words)), self.counted)

    def value(self, row: Row) -> str:
        """Return a row's measure, statistic and, if not of all, population."""
        place = [] if row.population == "all" else [self.place(row.population)]
        return ", ".join([self.statistic(row), *place])

    def with_unit(self, row: Row) -> str:
        """Return `value` with the unit in brackets, as heads of columns and axes have it."""
        return f"{self.value(row)} ({self.unit(row)})"


def _statistic(name: str) -> str:
    """Return a statistic in words; one of several targets has its minutes in its name."""
    within = re.fullmatch(r"(waiting_time|time_in_system)_(.+)min", name)
    if within is not None:
        return f"{within[2]} min {_STATISTICS[within[1]]}"
    return _STATISTICS.get(name, name)


def in_a_sentence(title: str) -> str:
    """Return a title as it stands within a sentence."""
    return title[0].lower() + title[1:] if title[1:2].islower() else title
