"""Run the study of isolated flights and write what it found.

    python experiments/validation/study.py [--workers N]

writes experiments/validation/results/*.csv, the figures docs/images/validation-*.png and the
tables of docs/validation.md. It takes some minutes on two cores.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import matplotlib

matplotlib.use("Agg")

import matplotlib.pyplot as plt
import numpy as np
import pandas as pd

import bcpsim

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
PAGE = ROOT / "docs" / "validation.md"
RESULTS = HERE / "results"
DIGITS = "%.5g"
BLUE, ORANGE, GREY = "#0072B2", "#D55E00", "#888888"  # of Okabe and Ito


def main() -> None:
    """Run the study."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--workers", type=int, default=0)
    result = bcpsim.calibrate(HERE / "isolated_flights.yaml", workers=parser.parse_args().workers)
    tables = tables_of(result)
    RESULTS.mkdir(exist_ok=True)
    for name, table in tables.items():
        table.to_csv(RESULTS / f"{name}.csv", index=False, lineterminator="\n", float_format=DIGITS)
    errors = errors_of(result)
    text = PAGE.read_text(encoding="utf-8")
    text = between(text, "errors", errors_page(errors))
    text = between(text, "differences", differences_page(result.differences))
    text = between(text, "unknowns", unknowns_page(result.unknowns))
    text = between(text, "shapes", shapes_page(shapes_of(result)))
    PAGE.write_text(text, encoding="utf-8")
    draw_errors(errors)
    draw_bins(result.distribution)


def tables_of(result: bcpsim.Calibration) -> dict[str, pd.DataFrame]:
    """Return the tables that are kept."""
    return {
        "unknowns": result.unknowns,
        "comparison": result.comparison,
        "differences": result.differences,
        "distribution": result.distribution,
    }


def errors_of(result: bcpsim.Calibration) -> pd.DataFrame:
    """Return for each airport what the mean waits of the later hours are predicted to."""
    table = result.comparison.query("column == 'wait_avg'")
    test = table.query("part == 'test'").pivot(index="place", columns="predictor")
    early = table.query("part == 'fitted' and predictor == 'simulation'").set_index("place")
    waits = result.rows.groupby("place")["wait_avg_observed"]
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


def shapes_of(result: bcpsim.Calibration) -> pd.DataFrame:
    """Return by airport the ratio of maximum to mean wait over hours with 3 minutes or more."""
    rows = result.rows.query("wait_avg_observed >= 3")
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


def between(text: str, name: str, new: str) -> str:
    """Return a page with what stands between two marks replaced."""
    before, mark, rest = text.partition(f"<!-- {name} -->\n")
    _, end, after = rest.partition(f"<!-- end of {name} -->")
    if not (mark and end):
        raise SystemExit(f"{PAGE} has no marks for {name}")
    return f"{before}{mark}\n{new}\n{end}{after}"


def errors_page(errors: pd.DataFrame) -> str:
    """Return the table of errors."""
    lines = [
        "| airport | hours | mean wait | earlier half | hours with mean 0 | r | r of formula "
        "| bias | simulation | formula | formula, weighted | constant |",
        "| --- " + "| ---: " * 11 + "|",
    ]
    middle = errors.median()
    for name, row in [*errors.iterrows(), ("**median**", middle)]:
        best = min(row["simulation"], row["batch"], row["batch_weighted"], row["constant"])
        cells = [
            f"{row['rows']:.0f}" if name in errors.index else "",
            f"{row['observed']:.1f}",
            f"{row['earlier']:.1f}",
            f"{row['zero']:.0%}",
            f"{row['r']:.2f}",
            f"{row['r_batch']:.2f}",
            f"{row['bias']:+.1f}",
            *(
                f"**{row[key]:.2f}**" if row[key] == best else f"{row[key]:.2f}"
                for key in ("simulation", "batch", "batch_weighted", "constant")
            ),
        ]
        lines.append("| " + " | ".join([str(name), *cells]) + " |")
    return "\n".join(lines) + "\n"


def differences_page(differences: pd.DataFrame) -> str:
    """Return the table of differences of errors over all airports."""
    titles = {"batch": "formula", "batch_weighted": "formula, weighted", "constant": "constant"}
    table = differences.query("column == 'wait_avg'")
    lines = [
        "| simulation less | difference (min) | 95 % interval | simulation better at |",
        "| --- | ---: | --- | --- |",
    ]
    for name, title in titles.items():
        mine = table[table["predictor"] == name]
        places, [every] = (
            mine[mine["place"] != "all"],
            mine[mine["place"] == "all"].to_dict("records"),
        )
        lines.append(
            f"| {title} | {every['difference']:+.2f} | {every['low']:+.2f} to {every['high']:+.2f} "
            f"| {(places['difference'] < 0).sum()} of {len(places)} |"
        )
    return "\n".join(lines) + "\n"


def unknowns_page(unknowns: pd.DataFrame) -> str:
    """Return the table of the fitted values."""
    names = list(dict.fromkeys(unknowns["unknown"]))
    lines = ["| airport | " + " | ".join(names) + " |", "| --- " * (len(names) + 1) + "|"]
    for place, rows in unknowns.groupby("place", sort=False):
        cells = []
        for one in rows.to_dict("records"):
            interval = "" if np.isnan(one["low"]) else f" ({one['low']:.3g} to {one['high']:.3g})"
            verdict = "" if one["verdict"] == "identified" else f" *{one['verdict']}*"
            cells.append(f"{one['value']:.3g}{interval}{verdict}")
        lines.append(f"| {place} | " + " | ".join(cells) + " |")
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


def draw_errors(errors: pd.DataFrame) -> None:
    """Draw the errors of each predictor by airport."""
    table = errors.sort_values("simulation", ascending=False)
    place = np.arange(len(table))
    figure, axes = plt.subplots(figsize=(7.2, 5.2), layout="constrained")
    best = table[["simulation", "batch", "constant"]]
    axes.hlines(place, best.min(axis=1), best.max(axis=1), color="#dddddd", zorder=1)
    for key, label, colour, marker in (
        ("constant", "Constant", GREY, "|"),
        ("batch", "Batch formula", ORANGE, "s"),
        ("simulation", "Simulation", BLUE, "o"),
    ):
        axes.plot(
            table[key], place, marker, color=colour, label=label, markersize=7, markeredgewidth=1.8,
            zorder=2,
        )  # fmt: skip
    axes.set_yticks(place, [f"{name} ({row['r']:.2f})" for name, row in table.iterrows()])
    axes.set_xlim(left=0)
    axes.set_xlabel("Mean absolute error of the mean wait in later hours (min)")
    axes.set_ylabel("Airport (correlation of simulated with observed)")
    axes.spines[["top", "right"]].set_visible(False)
    axes.legend(frameon=False, loc="upper right")
    _save(figure, "validation-errors")


def draw_bins(distribution: pd.DataFrame) -> None:
    """Draw the shares of passengers by wait, observed and simulated, in the later hours."""
    shares = distribution.query("part == 'test' and statistic == 'share'")
    places = list(dict.fromkeys(shares["place"]))
    figure, grid = plt.subplots(3, 5, figsize=(9.6, 5.6), sharey=True, layout="constrained")
    labels = ["0–15", "16–30", "31–45", "46–60", "61–90", "91+"]
    for axes, place in zip(grid.flat, places, strict=False):
        table = shares.query("place == @place")
        at = np.arange(len(labels))
        for key, shift, colour, label, hatch in (
            ("observed", -0.2, GREY, "Observed", "///"),
            ("simulated", 0.2, BLUE, "Simulated", ""),
        ):
            values = table[key].to_numpy()
            values = np.append(values[:5], values[5:].sum())
            axes.bar(at + shift, 100 * values, 0.4, color=colour, label=label, hatch=hatch,
                     edgecolor="white", linewidth=0.4)  # fmt: skip
        axes.set_title(place, fontsize=9)
        axes.set_xticks(at, labels, rotation=90, fontsize=7)
        axes.spines[["top", "right"]].set_visible(False)
    figure.supxlabel("Wait (min)", fontsize=9)
    figure.supylabel("Passengers (%)", fontsize=9)
    handles: Any = grid.flat[0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside upper right", ncols=2, frameon=False, fontsize=8)
    _save(figure, "validation-bins")


def _save(figure: Any, name: str) -> None:
    path = ROOT / "docs" / "images" / f"{name}.png"
    figure.savefig(path, dpi=150, metadata={"Software": None})
    plt.close(figure)


if __name__ == "__main__":
    main()
