"""The answer to a staffing question: rosters, what they cost, and the service they give."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from bcpsim.files.units import how_many
from bcpsim.results.display import Displayed
from bcpsim.results.provenance import provenance
from bcpsim.scenario import LoadedScenario
from bcpsim.scenario.calendar import Calendar
from bcpsim.scenario.values import length_of
from bcpsim.staffing.duties import (
    Duties,
    Ints,
    clock_span,
    days_span,
    roster_rows,
)
from bcpsim.staffing.file import StaffingFile
from bcpsim.staffing.search import Found
from bcpsim.staffing.service import Service
from bcpsim.staffing.study import LoadedStaffing

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, repr=False)
class RosterFound(Displayed):
    """A roster of one variant.

    Attributes
    ----------
    loaded
        The variant with the roster.
    duties
        What rosters can be made of.
    counts
        Officers on each duty.
    """

    loaded: LoadedScenario
    duties: Duties
    counts: Ints


@dataclass(frozen=True, repr=False)
class Answer(Displayed):
    """The roster found for one variant.

    Attributes
    ----------
    loaded
        The variant with the roster.
    duties, search
        What rosters could be made of, and what the search found.
    service
        Service on fresh replications.
    """

    loaded: LoadedScenario
    duties: Duties
    search: Found
    service: Service

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        held = "confirmed" if self.confirmed else "not confirmed"
        return (
            f"Roster of {self.variant}: {self.officer_hours:g} officer hours in a {self.period}, "
            f"{held} by {how_many(self.service.replications, 'fresh replication')}"
        )

    @property
    def variant(self) -> str:
        """Name of the variant."""
        return self.loaded.variant

    @property
    def roster(self) -> RosterFound:
        """The roster alone."""
        return RosterFound(self.loaded, self.duties, self.search.counts)

    @property
    def lanes(self) -> dict[str, int]:
        """Numbers of lanes that were found, by stop, or by stop and lanes."""
        return self.duties.lane_counts(self.search.counts)

    @property
    def period(self) -> str:
        """The period of the roster: day, or week where weekdays are told apart."""
        return "day" if self.duties.days == 1 else "week"

    @property
    def shifts(self) -> int:
        """Shifts in a day or week; in a day as many as officers."""
        return int(self.search.counts @ self.duties.shifts)

    @property
    def officer_hours(self) -> float:
        """Officer hours in a day or week, breaks included."""
        return float(self.search.counts @ self.duties.minutes) / 60

    @property
    def cost(self) -> float:
        """The cost that was made small: of officers in a day or week, and of lanes."""
        return self.search.cost

    @property
    def confirmed(self) -> bool:
        """True if fresh replications keep all targets with confidence."""
        return self.service.kept()


@dataclass(frozen=True, repr=False)
class Staffing(Displayed):
    """The answer for each variant.

    Attributes
    ----------
    question
        The file and its variants.
    seed
        Names the random streams.
    answers
        In the order of the variants, without those for which there is no roster.
    without
        Why there is no roster, by variant.
    """

    question: LoadedStaffing
    seed: int
    answers: tuple[Answer, ...]
    without: Mapping[str, str] = field(default_factory=dict)

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        hours = ", ".join(f"{answer.variant} {answer.officer_hours:g} h" for answer in self.answers)
        return f"Staffing {self.question.file.name}: {hours}"

    def main_table(self) -> pd.DataFrame:
        """Return the summary."""
        return self.summary

    @cached_property
    def summary(self) -> pd.DataFrame:
        """One row for each variant.

        Columns: variant, period (text; day, or week where weekdays are told apart), shifts (in
        the period), officer_hours, cost (of what is minimised), certified_at_least (no roster
        that costs less can be certified on these replications), enough (cost of the cheapest
        roster found that is enough by the point estimates), at_least (none that costs less is),
        optimal (whether cost and at_least meet), work_hours (hours of work where nobody waits),
        confirmed (whether fresh replications keep the targets with confidence), replications,
        check (numbers of replications), simulated (rosters and covers). A bound of 0 is unknown.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "variant": answer.variant,
                "period": answer.period,
                "shifts": answer.shifts,
                "officer_hours": answer.officer_hours,
                "cost": answer.cost,
                "certified_at_least": answer.search.certified_bound,
                "enough": answer.search.enough,
                "at_least": answer.search.bound,
                "optimal": answer.search.optimal,
                "work_hours": float(answer.search.workload.sum()),
                "confirmed": answer.confirmed,
                "replications": answer.search.replications,
                "check": answer.service.replications,
                "simulated": answer.search.simulated,
            }
            for answer in self.answers
        )

    @cached_property
    def rosters(self) -> pd.DataFrame:
        """The rosters, one row for each kind of shift with officers on it.

        Columns: variant, group, days, from, to, breaks (text; days as mon-fri, breaks as
        10:00-10:30, a space between), officers, hours (of each shift, breaks included).
        """
        return roster_table([answer.roster for answer in self.answers])

    @cached_property
    def lanes(self) -> pd.DataFrame:
        """Numbers of lanes that were found, one row each.

        Columns: variant, stop (text; the stop, or the stop and its lanes), lanes.
        """
        import pandas as pd

        return pd.DataFrame(
            [
                (answer.variant, stop, number)
                for answer in self.answers
                for stop, number in answer.lanes.items()
            ],
            columns=["variant", "stop", "lanes"],
        )

    @cached_property
    def service(self) -> pd.DataFrame:
        """The service on fresh replications, one row for each target and hour (or day).

        Columns: variant, class, measure (text), limit_min, per (text), hour (local, with time
        zone; the start of what is judged), target, estimate, low, high (per cent; bounds
        one-sided each), kept (whether the target is kept with confidence).
        """
        import pandas as pd

        records = []
        for answer in self.answers:
            horizon = answer.loaded.scenario.horizon
            calendar = Calendar(horizon.start, horizon.time_zone)
            for level in answer.service.levels:
                target = level.target
                columns = (level.hours, level.estimate, level.low, level.high, level.kept())
                for (start, _), estimate, low, high, kept in zip(*columns, strict=True):
                    records.append(
                        {
                            "variant": answer.variant,
                            "class": target.class_,
                            "measure": target.measure,
                            "limit_min": target.limit,
                            "per": target.per,
                            "hour": pd.Timestamp(calendar.local(start)),
                            "target": 100 * target.share,
                            "estimate": float(estimate),
                            "low": float(low),
                            "high": float(high),
                            "kept": bool(kept),
                        }
                    )
        return pd.DataFrame(records)

    @cached_property
    def provenance(self) -> dict[str, Any]:
        """Provenance of the answer."""
        variants = [answer.loaded for answer in self.answers]
        made = made_from(self.question.file, variants, self.seed)
        return {**made, "without_roster": dict(self.without)} if self.without else made

    def to_dict(self) -> dict[str, Any]:
        """Return provenance, summary, rosters, lanes and service as plain data for JSON."""
        service = self.service.assign(hour=[hour.isoformat() for hour in self.service["hour"]])
        frames = {
            "summary": self.summary,
            "rosters": self.rosters,
            "lanes": self.lanes,
            "service": service,
        }
        records = {
            name: [
                {key: None if value != value else value for key, value in record.items()}
                for record in frame.to_dict("records")
            ]
            for name, frame in frames.items()
        }
        return {"provenance": self.provenance, **records}


def made_from(file: StaffingFile, variants: Sequence[LoadedScenario], seed: int) -> dict[str, Any]:
    """Return what an answer is made from, so that it can be made again to the bit."""
    return {
        **provenance(variants, seed, file.most_replications),
        "staffing": file.model_dump(mode="json", by_alias=True, exclude_none=True),
    }


def roster_table(rosters: Sequence[RosterFound]) -> pd.DataFrame:
    """Return rosters as one table, see `Staffing.rosters`."""
    import pandas as pd

    return pd.DataFrame(
        {
            "variant": roster.loaded.variant,
            "group": group,
            "days": days_span(row.window),
            "from": clock_span(row.window).split("-")[0],
            "to": clock_span(row.window).split("-")[1],
            "breaks": " ".join(map(clock_span, row.breaks)),
            "officers": row.count,
            "hours": length_of(row.window) / 60,
        }
        for roster in rosters
        for group, rows in roster_rows(roster.duties, roster.counts).items()
        for row in rows
        if row.window is not None
    )
