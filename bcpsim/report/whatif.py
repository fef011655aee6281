"""What a surrogate gives, as a document."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bcpsim.errors import visible
from bcpsim.kpi import Row, Titles
from bcpsim.report.document import Column, Document, Estimate, Sentence, Table

if TYPE_CHECKING:
    import pandas as pd

_NOTE = (
    "Gaussian process through the points of the sweep; its 95 % interval takes the process for "
    "right, so look at the error beside it. All in the measure's unit. Error left out: root "
    "mean square error at points left out of the fit (10-fold cross-validation); without "
    "model: the same of a guess by the mean; noise: standard error of the points themselves; "
    "inside: points left out that lay in their 95 % interval."
)


def what_if_document(estimates: pd.DataFrame, words: Titles) -> Document:
    """Return estimates between the points of a sweep, with their errors.

    Parameters
    ----------
    estimates
        From `bcpsim.what_if`.
    words
        Of the sweep's scenario.
    """
    heads = ("Variant", "Estimate", "Error left out", "Without model", "Noise")
    return Document(
        "Between the points of the sweep",
        (
            Table(
                "Estimates",
                (Column("Measure"), *map(Column, heads), Column("Inside", "%")),
                tuple(
                    (
                        words.with_unit(Row(row["measure"], row["population"], row["statistic"])),
                        visible(row["variant"]),
                        Estimate.of(row),
                        *(f"{row[error]:.2g}" for error in ("rmse", "spread", "noise")),
                        f"{100 * row['coverage']:.0f}",
                    )
                    for row in estimates.to_dict("records")
                ),
            ),
            Sentence(_NOTE),
        ),
    )
