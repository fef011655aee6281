"""What a surrogate gives: a table for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich import box
from rich.console import Group
from rich.table import Table
from rich.text import Text

from bcpsim.kpi import Row, Titles
from bcpsim.report.table import cell

if TYPE_CHECKING:
    import pandas as pd


def what_if_table(found: pd.DataFrame, words: Titles) -> Group:
    """Return estimates with their errors for printing.

    Parameters
    ----------
    found
        From `bcpsim.what_if`.
    words
        Of the sweep's scenario.
    """
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for head in ("Variant", "Measure"):
        table.add_column(head)
    table.add_column("Estimate", justify="right", no_wrap=True)
    for head in ("Error left out", "Without model", "Noise", "Inside (%)"):
        table.add_column(head, justify="right")
    for row in found.to_dict("records"):
        own = Row(row["measure"], row["population"], row["statistic"])
        table.add_row(
            Text(row["variant"]),
            Text(words.with_unit(own)),
            cell(row["estimate"], row["low"], row["high"]),
            f"{row['rmse']:.2g}",
            f"{row['spread']:.2g}",
            f"{row['noise']:.2g}",
            f"{100 * row['coverage']:.0f}",
        )
    note = (
        "Gaussian process through the points of the sweep; its 95 % interval takes the process for "
        "right, so look at the error beside it. All in the measure's unit. Error left out: root "
        "mean square error at points left out of the fit (10-fold cross-validation); without "
        "model: the same of a guess by the mean; noise: standard error of the points themselves; "
        "inside: points left out that lay in their 95 % interval."
    )
    return Group(table, Text(note, style="dim"))
