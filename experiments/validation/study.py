"""Run the studies of observed waits and write what they found.

    python experiments/validation/study.py [STUDY ...] [--workers N]

Without a name all are run. A study writes experiments/validation/results/STUDY/*.csv, its figures
docs/images/validation-*.png and its tables in docs/validation.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
from figures import draw_bins, draw_days, draw_errors
from pages import (
    differences_page,
    errors_by_predictor,
    errors_of,
    errors_page,
    shapes_of,
    shapes_page,
    unknowns_of_place,
    unknowns_page,
    write_tables,
)

import bcpsim

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
DIGITS = "%.5g"


def main() -> None:
    """Run the studies that are named, or all."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("studies", nargs="*", metavar="STUDY", help=", ".join(STUDIES))
    parser.add_argument("--workers", type=int, default=0)
    given = parser.parse_args()
    for name in given.studies:
        if name not in STUDIES:
            parser.error(f"there is no study {name!r}; expected one of: {', '.join(STUDIES)}")
    for name in given.studies or STUDIES:
        result = STUDIES[name](given.workers)
        (RESULTS / name).mkdir(exist_ok=True)
        for table, values in tables_of(result).items():
            path = RESULTS / name / f"{table}.csv"
            values.to_csv(path, index=False, lineterminator="\n", float_format=DIGITS)


def isolated_flights(workers: int) -> bcpsim.Calibration:
    """Fit and test hours with one flight at fifteen airports."""
    result = bcpsim.calibrate(HERE / "isolated_flights.yaml", workers=workers)
    errors = errors_of(result.comparison, result.rows)
    of_means = result.differences.query("column == 'wait_avg'")
    write_tables(
        errors=errors_page(errors),
        differences=differences_page(of_means, titles_of(result)),
        unknowns=unknowns_page(result.unknowns),
        shapes=shapes_page(shapes_of(result.rows)),
    )
    draw_errors(errors)
    draw_bins(result.distribution)
    return result


def peace_arch(kind: str, workers: int) -> bcpsim.Calibration:
    """Fit and test daily delays at a land border, in one kind of lanes."""
    name = f"peace_arch_{kind}"
    result = bcpsim.calibrate(HERE / f"{name}.yaml", workers=workers)
    titles = titles_of(result)
    unknown_titles = {key: str(told.title) for key, told in result.study.file.unknowns.items()}
    write_tables(
        **{
            name: errors_by_predictor(result.comparison, titles),
            f"{name}_differences": differences_page(result.differences, titles),
            f"{name}_unknowns": unknowns_of_place(result.unknowns, unknown_titles),
        }
    )
    [column] = result.study.file.observe
    table = pd.read_csv(HERE / "peace_arch.csv", parse_dates=["day"])
    lines = result.rows["line"].str.partition(":")[2].astype(int)
    days = table["day"].iloc[lines - 2].reset_index(drop=True)
    draw_days(result.rows, days, column, f"validation-peace-arch-{kind}")
    return result


STUDIES: dict[str, Callable[[int], bcpsim.Calibration]] = {
    "isolated_flights": isolated_flights,
    "peace_arch_standard": partial(peace_arch, "standard"),
    "peace_arch_nexus": partial(peace_arch, "nexus"),
}


def titles_of(result: bcpsim.Calibration) -> dict[str, str]:
    """Return the titles of all predictors, by name."""
    file = result.study.file
    others = {**file.formulas, **file.medians}
    named = {name: (other.title or name).lower() for name, other in others.items()}
    return {"simulation": "simulation", **named, "constant": "constant"}


def tables_of(result: bcpsim.Calibration) -> dict[str, pd.DataFrame]:
    """Return the tables that are kept."""
    return {
        "unknowns": result.unknowns,
        "comparison": result.comparison,
        "differences": result.differences,
        "distribution": result.distribution,
    }


if __name__ == "__main__":
    main()
