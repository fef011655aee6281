"""Run the studies of observed waits and write what they found.

    python experiments/validation/study.py [STUDY ...] [--workers N]

Without a name all are run. A study writes experiments/validation/results/STUDY/*.csv, its figures
docs/images/validation-*.png and its tables in docs/validation.md.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import pandas as pd
from figures import draw_bins, draw_days, draw_errors
from pages import (
    default_differences,
    default_page,
    differences_page,
    errors_by_predictor,
    errors_of,
    errors_page,
    lanes_differences,
    lanes_page,
    shapes_of,
    shapes_page,
    unknowns_of_place,
    unknowns_page,
    values_page,
    write_tables,
)

import bcpsim
from bcpsim.calibration import load_calibration
from bcpsim.files.record import with_known

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"
DIGITS = "%.5g"
Tables = dict[str, pd.DataFrame]

MANY = 8
"""Simulations of a week whose mean is the prediction."""


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
        tables = STUDIES[name](given.workers)
        (RESULTS / name).mkdir(exist_ok=True)
        for table, values in tables.items():
            path = RESULTS / name / f"{table}.csv"
            values.to_csv(path, index=False, lineterminator="\n", float_format=DIGITS)


def isolated_flights(workers: int) -> Tables:
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
    return tables_of(result)


def default_hall(workers: int) -> Tables:
    """Predict each airport by the medians of what was fitted to the others."""
    fitted = unknowns_stored("isolated_flights")
    values = {str(place): of_others(fitted, place).to_dict() for place in fitted.index}
    result = bcpsim.compare_observed(HERE / "isolated_flights.yaml", values, workers=workers)
    own = pd.read_csv(RESULTS / "isolated_flights" / "comparison.csv")
    errors = errors_by_default(result, own)
    write_tables(
        default_values=values_page(fitted.median(), result.study.file.unknowns),
        default=default_page(errors),
        default_differences=default_differences(errors),
    )
    return tables_of(result)


def of_others(values: pd.DataFrame, place: object) -> pd.Series:
    """Return the medians of all places but one."""
    return values.drop(index=place).median()


def errors_by_default(result: bcpsim.Calibration, own: pd.DataFrame) -> pd.DataFrame:
    """Return errors in later hours of what knows nothing of the place, and of its own fit.

    Parameters
    ----------
    result
        Isolated flights, by the medians of the other airports.
    own
        Errors of what was fitted to each airport.
    """
    study, rows = result.study, result.rows
    early = rows.query("part == 'fitted'").groupby("place")["wait_avg_observed"]
    constants = early.median().to_frame()
    coefficients = pd.DataFrame({at.name: at.coefficients["batch"] for at in result.places}).T
    records = {}
    for place in study.places:
        later = place.rows[place.fitted :]
        columns = {name: column[later] for name, column in study.columns.items()}
        observed = columns["wait_avg"]
        formula = study.file.formulas["batch"].expression(
            {**columns, **of_others(coefficients, place.name).to_dict()}
        )
        simulated = rows.query("part == 'test' and place == @place.name")["wait_avg_simulation"]
        records[place.name] = {
            "simulation": abs(simulated.to_numpy() - observed).mean(),
            "formula": abs(formula - observed).mean(),
            "constant": abs(of_others(constants, place.name).item() - observed).mean(),
        }
    told = own.query("part == 'test' and column == 'wait_avg' and predictor == 'simulation'")
    return pd.DataFrame(records).T.assign(fitted=told.set_index("place")["mae"])


def lanes_by_document(workers: int) -> Tables:
    """Fit queues apart to the waits of citizens and visitors, and hold them against one queue."""
    result = bcpsim.calibrate(HERE / "lanes_by_document.yaml", workers=workers)
    fitted = unknowns_stored("isolated_flights").to_dict("index")
    together = bcpsim.compare_observed(HERE / "isolated_flights.yaml", fitted, workers=workers)
    one, two = errors_by_class(together.rows), errors_by_class(result.rows)
    write_tables(
        lanes=lanes_page(one, two),
        lanes_differences=lanes_differences(one, two),
        lanes_unknowns=unknowns_page(result.unknowns),
    )
    return tables_of(result)


def errors_by_class(rows: pd.DataFrame) -> pd.DataFrame:
    """Return errors of mean waits in later hours by airport, of classes and all."""
    later = rows.query("part == 'test'")
    missed = {
        column: later[f"{column}_simulation"] - later[f"{column}_observed"]
        for column in ("wait_us_avg", "wait_non_us_avg", "wait_avg")
    }
    missed["difference"] = missed["wait_non_us_avg"] - missed["wait_us_avg"]
    return pd.DataFrame(missed).abs().groupby(later["place"]).mean()


def whole_weeks(workers: int) -> Tables:
    """Fit weeks of all hours at six terminals, and test with many simulations of each."""
    study = load_calibration(HERE / "whole_weeks.yaml")
    fitted = bcpsim.calibrate(study, workers=workers)
    many = replace(study, file=with_known(study.file, replications=MANY))
    result = bcpsim.compare_observed(many, fitted.values, workers=workers)
    titles = titles_of(result)
    twice = fitted.comparison.query("predictor == 'simulation'").assign(predictor="twice")
    write_tables(
        weeks=errors_by_predictor(
            pd.concat([result.comparison, twice]), {**titles, "twice": "simulated twice"}
        ),
        weeks_differences=differences_page(result.differences, titles),
        weeks_unknowns=unknowns_page(fitted.unknowns),
    )
    return {**tables_of(result), "unknowns": fitted.unknowns}


def peace_arch(kind: str, workers: int) -> Tables:
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
    return tables_of(result)


STUDIES: dict[str, Callable[[int], Tables]] = {
    "isolated_flights": isolated_flights,
    "default_hall": default_hall,
    "lanes_by_document": lanes_by_document,
    "whole_weeks": whole_weeks,
    "peace_arch_standard": partial(peace_arch, "standard"),
    "peace_arch_nexus": partial(peace_arch, "nexus"),
}


def unknowns_stored(name: str) -> pd.DataFrame:
    """Return what a study has fitted, a row for each place and a column for each unknown."""
    table = pd.read_csv(RESULTS / name / "unknowns.csv")
    return table.pivot(index="place", columns="unknown", values="value")


def titles_of(result: bcpsim.Calibration) -> dict[str, str]:
    """Return the titles of all predictors, by name."""
    file = result.study.file
    others = {**file.formulas, **file.medians}
    named = {name: (other.title or name).lower() for name, other in others.items()}
    return {"simulation": "simulation", **named, "constant": "constant"}


def tables_of(result: bcpsim.Calibration) -> Tables:
    """Return the tables that are kept."""
    return {
        "unknowns": result.unknowns,
        "comparison": result.comparison,
        "differences": result.differences,
        "distribution": result.distribution,
    }


if __name__ == "__main__":
    main()
