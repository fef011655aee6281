"""The named rules of choosing: who chooses, among what, by which criterion, and how ties end.

The one table of them. A scenario file names a rule; the engine has a function of the same name
for it (`bcpsim.engine.rules.choosing`), which gives each option a whole number. The option with the
smallest is chosen. Packages of users can add rules (`bcpsim.packages`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from bcpsim.packages import names_with


@dataclass(frozen=True)
class Chooser:
    """A decision that is taken again and again, by the rule that a scenario names for it.

    Attributes
    ----------
    key
        Where a scenario names the rule.
    kind
        What packages call a rule that they add (see `bcpsim.packages.GROUPS`).
    who, options
        Who chooses, among what.
    criteria
        What each rule goes by, the default first.
    ties
        What is chosen of options that the rule finds equal.
    """

    key: str
    kind: str
    who: str
    options: str
    criteria: Mapping[str, str]
    ties: str

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Names of all rules, those of packages last."""
        return names_with(self.kind, self.criteria)

    def draws(self, name: str) -> bool:
        """Return whether a rule may need a number drawn for each traveller: packages' may."""
        return name == "random" or name not in self.criteria

    @property
    def in_words(self) -> str:
        """Names and criteria of bcpsim's own rules, and how ties end."""
        rules = "; ".join(f"{name}: {words}" for name, words in self.criteria.items())
        return f"{rules}; of equals {self.ties}"

    @property
    def default(self) -> str:
        """The rule of those who name none."""
        return next(iter(self.criteria))


LANE = Chooser(
    key="stops.NAME.choice",
    kind="lane choice",
    who="a traveller who joins a stop with a queue per lane",
    options="the open lanes that take the traveller",
    criteria={
        "fewest_vehicles": "the fewest waiting and in service",
        "shortest_queue": "the fewest waiting",
        "random": "any, each as likely",
    },
    ties="the lane listed first",
)

POOL = Chooser(
    key="officers.NAME.pool.rule",
    kind="pool rule",
    who="an idle officer of several stops whose stay is over",
    options="the stops where one more could begin with this officer's help",
    criteria={
        "longest_queue": "the most who would be left waiting without the officer",
        "longest_wait": "the one who has waited longest",
        "most_urgent": "the one whose deadline comes first",
        "listed_order": "the stop listed first",
        "nearest": "the shortest way",
        "highest_index": "the place with the highest risk index",
    },
    ties="the stop where the officer is, then the one listed first",
)

NEXT = Chooser(
    key="stops.NAME.next_in_line",
    kind="queue order",
    who="a stop, of those with the same priority",
    options="those who wait for it",
    criteria={
        "first_come": "who joined first",
        "earliest_deadline": "whose deadline comes first, then those who have none",
        "weighted_wait": "whose weight times the time waited is largest just then",
    },
    ties="who joined first",
)

CHOOSERS = (LANE, POOL, NEXT)
