"""Display of results: a line at a prompt, and in a notebook a table below it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

MOST_ROWS = 30
"""Most rows of the table below it."""


class Displayed:
    """A result that says in a line what it is."""

    def in_short(self) -> str:
        """Return a description of one line, as a prompt shows it."""
        raise NotImplementedError

    def main_table(self) -> pd.DataFrame | None:
        """Return what it says first, as a table."""
        return None

    def __repr__(self) -> str:
        return f"<{self.in_short()}>"

    def _repr_html_(self) -> str:
        head = f"<p><b>{escape(self.in_short())}</b></p>"
        table = self.main_table()
        if table is None:
            return head
        left = len(table) - MOST_ROWS
        body = table.head(MOST_ROWS).to_html(
            index=False, border=0, na_rep="", float_format=lambda number: f"{number:.4g}"
        )
        more = f"<p>and {left:,} more rows</p>" if left > 0 else ""
        return f"{head}{body}{more}"


def of_everybody(measures: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of a table of measures that are of everybody, without the words for it."""
    return measures[measures["population"] == "all"].drop(columns=["population"])
