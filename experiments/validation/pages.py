"""Tables of the studies of observed waits, as they stand in docs/validation.md."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from bcpsim.calibration.file import Unknown
from bcpsim.stats.intervals import mean_interval

PAGE = Path(__file__).resolve().parents[2] / "docs" / "validation.md"


def write_tables(**tables: str) -> None:
    """Put tables between their marks on the page."""
    text = PAGE.read_text(encoding="utf-8")
    for name, table in tables.items():
        text = between(text, name, table)
    PAGE.write_text(text, encoding="utf-8")


def between(text: str, name: str, new: str) -> str:
    """Return a page with what stands between two marks replaced."""
    before, mark, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- end of {name} -->")
    if not (mark and end):
        raise SystemExit(f"{PAGE} has no marks for {name}")
    return f"{before}{mark}\n{new}\n{end}{after}"


def errors_of(comparison: pd.DataFrame, rows: pd.DataFrame) -> pd.DataFrame:
    """Return for each airport what the mean waits of the later hours are predicted to."""
    table = comparison.query("column == 'wait_avg'")
    test = table.query("part == 'test'").pivot(index="place", columns="predictor")
    early = table.query("part == 'fitted' and predictor == 'simulation'").set_index("place")
    waits = rows.groupby("place")["wait_avg_observed"]
    return pd.DataFrame(
        {
            "rows": test["rows", "simulation"],
            "observed": test["observed_mean", "simulation"],
            "earlier": early["observed_mean"],
            "zero": waits.agg(lambda w: float((w == 0).mean())),
            "r": test["r", "simulation"],
            "r_batch": test["r", "batch"],
            "bias": test["bias", "simulation"],
            "simulation": test["mae", "simulation"],
            "batch": test["mae", "batch"],
            "batch_weighted": test["mae", "batch_weighted"],
            "constant": test["mae", "constant"],
        }
    )


def shapes_of(rows: pd.DataFrame) -> pd.DataFrame:
    """Return by airport the ratio of maximum to mean wait over hours with 3 minutes or more."""
    rows = rows.query("wait_avg_observed >= 3")
    ratios = pd.DataFrame(
        {
            "place": rows["place"],
            "observed": rows["wait_max_observed"] / rows["wait_avg_observed"],
            "simulated": rows["wait_max_simulation"] / rows["wait_avg_simulation"],
        }
    )
    together = ratios.assign(place="All")
    quartiles = (
        pd.concat([ratios, together])
        .groupby("place", sort=False)[["observed", "simulated"]]
        .quantile([0.25, 0.5, 0.75])
    )
    return quartiles.unstack()


def errors_page(errors: pd.DataFrame) -> str:
    """Return the table of errors."""
    titles = {
        "simulation": "simulation",
        "batch": "formula",
        "batch_weighted": "formula, weighted",
        "constant": "constant",
    }
    told = ["hours", "mean wait", "earlier half", "hours with mean 0", "r", "r of formula", "bias"]
    table = [["airport", *told, *titles.values()]]
    for name, row in [*errors.iterrows(), ("**median**", errors.median())]:
        table.append(
            [
                str(name),
                f"{row['rows']:.0f}" if name in errors.index else "",
                f"{row['observed']:.1f}",
                f"{row['earlier']:.1f}",
                f"{row['zero']:.0%}",
                f"{row['r']:.2f}",
                f"{row['r_batch']:.2f}",
                f"{row['bias']:+.1f}",
                *least_bold(row[list(titles)]),
            ]
        )
    return markdown(table)


def least_bold(errors: pd.Series) -> list[str]:
    """Return errors as cells, the smallest in bold."""
    least = errors.min()
    return [f"**{error:.2f}**" if error == least else f"{error:.2f}" for error in errors]


def unknowns_page(unknowns: pd.DataFrame) -> str:
    """Return the table of the fitted values, one line an airport."""
    names = list(dict.fromkeys(unknowns["unknown"]))
    lines = ["| airport | " + " | ".join(names) + " |", "| --- " * (len(names) + 1) + "|"]
    for place, rows in unknowns.groupby("place", sort=False):
        cells = [fitted_cell(fitted) for _, fitted in rows.iterrows()]
        lines.append(f"| {place} | " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"


def fitted_cell(fitted: pd.Series) -> str:
    """Return a fitted value, its interval, and the verdict where it isn't identified."""
    interval = "" if np.isnan(fitted["low"]) else f" ({fitted['low']:.3g} to {fitted['high']:.3g})"
    verdict = "" if fitted["verdict"] == "identified" else f" *{fitted['verdict']}*"
    return f"{fitted['value']:.3g}{interval}{verdict}"


def unknowns_of_place(unknowns: pd.DataFrame, titles: dict[str, str]) -> str:
    """Return the table of the values fitted to the only place, one line an unknown."""
    lines = ["| fitted | value and 95 % interval |", "| --- | --- |"]
    for _, fitted in unknowns.iterrows():
        lines.append(f"| {titles[fitted['unknown']]} | {fitted_cell(fitted)} |")
    return "\n".join(lines) + "\n"


def shapes_page(shapes: pd.DataFrame) -> str:
    """Return the table of ratios of maximum to mean."""
    lines = [
        "| airport | observed: quartiles | simulated: quartiles |",
        "| --- | --- | --- |",
    ]
    for name, row in shapes.iterrows():
        cells = [
            f"{row[who, 0.25]:.2f}, **{row[who, 0.5]:.2f}**, {row[who, 0.75]:.2f}"
            for who in ("observed", "simulated")
        ]
        lines.append("| " + " | ".join([str(name), *cells]) + " |")
    return "\n".join(lines) + "\n"


def values_page(values: pd.Series, unknowns: Mapping[str, Unknown]) -> str:
    """Return the table of values of unknowns, with their titles."""
    rows = ([str(unknown.title), f"{values[name]:.2g}"] for name, unknown in unknowns.items())
    return markdown([["unknown", "median of the airports"], *rows])


def default_page(errors: pd.DataFrame) -> str:
    """Return the table of errors where nothing is fitted, one line an airport."""
    titles = {
        "simulation": "simulation, medians of the others",
        "formula": "formula, medians of the others",
        "constant": "constant, median of the others",
        "fitted": "simulation fitted there",
    }
    table = [["airport", *titles.values()]]
    for name, row in [*errors.iterrows(), ("**median**", errors.median())]:
        table.append([str(name), *(f"{row[key]:.2f}" for key in titles)])
    return markdown(table)


def default_differences(errors: pd.DataFrame) -> str:
    """Return by how much the simulation errs more where nothing is fitted, over airports."""
    table = [["simulation less", "difference (min)", "95 % interval", "better at"]]
    for name in ("formula", "constant"):
        table.append([name, *paired(errors["simulation"] - errors[name])])
    return markdown(table)


CLASSES = {
    "wait_us_avg": "citizens",
    "wait_non_us_avg": "visitors",
    "difference": "visitors less citizens",
    "wait_avg": "all",
}
"""Titles of what errors are told of, where queues are apart."""


def lanes_page(one: pd.DataFrame, two: pd.DataFrame) -> str:
    """Return the table of errors by class with one queue and with two, one line an airport."""
    header = [f"{title}: {queues}" for title in CLASSES.values() for queues in ("one", "two")]
    table = [["airport", *header]]
    medians = {"**median**": (one.median(), two.median())}
    by_airport = {name: (one.loc[name], two.loc[name]) for name in one.index}
    for name, (alone, apart) in (by_airport | medians).items():
        cells = (f"{errors[key]:.2f}" for key in CLASSES for errors in (alone, apart))
        table.append([str(name), *cells])
    return markdown(table)


def lanes_differences(one: pd.DataFrame, two: pd.DataFrame) -> str:
    """Return by how much two queues err more than one, over airports."""
    table = [["two queues less one", "difference (min)", "95 % interval", "better at"]]
    table.extend([title, *paired(two[key] - one[key])] for key, title in CLASSES.items())
    return markdown(table)


def paired(more: pd.Series) -> list[str]:
    """Return the mean over places, its interval, and at how many places it is below 0."""
    mean = mean_interval(more.to_numpy()[:, None])
    return [
        f"{mean.estimate[0]:+.2f}",
        f"{mean.low[0]:+.2f} to {mean.high[0]:+.2f}",
        f"{(more < 0).sum()} of {len(more)}",
    ]


def errors_by_predictor(comparison: pd.DataFrame, titles: dict[str, str]) -> str:
    """Return the table of errors in the rows that test, one line a place.

    Parameters
    ----------
    comparison
        Of a calibration with one column that is observed.
    titles
        Of the predictors, by name, in the order of the columns.
    """
    test = comparison.query("part == 'test'")
    errors = test.pivot(index="place", columns="predictor", values="mae")[list(titles)]
    simulated = test.query("predictor == 'simulation'").set_index("place")
    early = comparison.query("part == 'fitted' and predictor == 'simulation'")
    earlier = early.set_index("place")["observed_mean"]
    table = [["place", "rows", "mean", "earlier half", "r", "bias", *titles.values()]]
    for place, row in errors.iterrows():
        told = simulated.loc[place]
        table.append(
            [
                str(place),
                f"{told['rows']:.0f}",
                f"{told['observed_mean']:.1f}",
                f"{earlier[place]:.1f}",
                f"{told['r']:.2f}",
                f"{told['bias']:+.1f}",
                *least_bold(row),
            ]
        )
    if len(errors) > 1:
        middle = [f"{error:.2f}" for error in errors.median()]
        table.append(["**median**", *[""] * 5, *middle])
        return markdown(table)
    return markdown([row[1:] for row in table])


def differences_page(differences: pd.DataFrame, titles: dict[str, str]) -> str:
    """Return by how much the simulation errs more than other predictors, and at how many places.

    Parameters
    ----------
    differences
        Of a calibration, of one column.
    titles
        As for `errors_by_predictor`.
    """
    table = [
        [
            "simulation less",
            "difference (min)",
            "95 % interval",
            "better at",
            "surely",
            "surely worse",
        ]
    ]
    for predictor, rows in differences.groupby("predictor", sort=False):
        places, overall = rows[rows["place"] != "all"], rows.iloc[-1]
        table.append(
            [
                titles[str(predictor)],
                f"{overall['difference']:+.2f}",
                f"{overall['low']:+.2f} to {overall['high']:+.2f}",
                f"{(places['difference'] < 0).sum()} of {len(places)}",
                f"{(places['high'] < 0).sum()}",
                f"{(places['low'] > 0).sum()}",
            ]
        )
    alone = (differences["place"] == "all").all()
    return markdown([row[:3] for row in table] if alone else table)


def markdown(table: list[list[str]]) -> str:
    """Return a table, its first row as the header; all columns but the first stand at the right."""
    header, *rows = table
    ruler = ["---", *["---:"] * (len(header) - 1)]
    return "".join("| " + " | ".join(row) + " |\n" for row in (header, ruler, *rows))
