"""Display of results: a line at a prompt, in a notebook an answer below it, and pictures."""

from __future__ import annotations

from html import escape
from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd

LOOKS = "bcpsim.report.notebook"
"""What shows results, on a floor above: it is named here, and looked up when somebody looks."""

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


class Pictured(Displayed):
    """A result that is shown by its answer, and has pictures."""

    def _repr_html_(self) -> str:
        answer: str | None = import_module(LOOKS).html_of(self)
        if answer is None:  # of a sweep that was read back
            return super()._repr_html_()
        return f"<p><b>{escape(self.in_short())}</b></p>{answer}"

    @property
    def plot(self) -> Any:
        """Pictures as Matplotlib's axes, such as `plot.queues()`; see `bcpsim.report.notebook`."""
        return import_module(LOOKS).plots_of(self)
