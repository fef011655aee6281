"""Run all hours of a month in one go, with the booths as counted: what is no validation.

    python experiments/validation/open_loop.py

writes experiments/validation/results/open_loop.csv. Passengers arrive at the counted rate of
each hour; the booths of an hour stay until the next hour with a flight, for two hours more at
most; paces are those fitted to the isolated flights. Simulated and observed mean waits are then
compared hour by hour.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

import bcpsim

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results"


def main() -> None:
    """Run the airports and write the table of errors."""
    hours = pd.read_csv(HERE / "hours.csv", parse_dates=["time"])
    fitted = pd.read_csv(RESULTS / "isolated_flights" / "unknowns.csv")
    values = fitted.pivot(index="place", columns="unknown", values="value").to_dict("index")
    records = []
    for airport, rows in hours.groupby("airport"):
        with tempfile.TemporaryDirectory() as folder:
            simulated = waits(rows, values[str(airport)], Path(folder))
        observed = rows["wait_avg"].to_numpy()
        there = ~np.isnan(simulated)
        error = simulated[there] - observed[there]
        constant = observed[there] - np.median(observed[there])
        records.append(
            {
                "airport": airport,
                "hours": int(there.sum()),
                "r": np.corrcoef(simulated[there], observed[there])[0, 1],
                "mae": np.abs(error).mean(),
                "bias": error.mean(),
                "constant_mae": np.abs(constant).mean(),
            }
        )
    table = pd.DataFrame(records)
    table.to_csv(RESULTS / "open_loop.csv", index=False, lineterminator="\n", float_format="%.5g")
    print(table.round(2).to_string(index=False))


def waits(rows: pd.DataFrame, values: dict[str, float], folder: Path) -> np.ndarray:
    """Return the simulated mean wait of those who arrive in each hour of the data."""
    start = rows["time"].iloc[0].normalize()
    rows.to_csv(folder / "hours.csv", index=False, date_format="%Y-%m-%dT%H:%M")
    later = rows["time"].shift(-1, fill_value=rows["time"].iloc[-1] + pd.Timedelta(hours=3))
    until = np.minimum(later, rows["time"] + pd.Timedelta(hours=3))
    booths = pd.DataFrame({"count": rows["booths"], "from": rows["time"], "to": until})
    booths.query("count > 0").to_csv(
        folder / "booths.csv", index=False, date_format="%Y-%m-%dT%H:%M"
    )
    scenario = yaml.safe_load((HERE / "arrivals_hall.yaml").read_text(encoding="utf-8"))
    days = (rows["time"].iloc[-1] - start).days + 1
    scenario["horizon"] = {"start": f"{start:%Y-%m-%dT%H:%M}", "duration": f"{days} d"}
    for source, column in (("citizens", "pax_us"), ("visitors", "pax_non_us")):
        scenario["traffic"][source]["arrivals"] = {
            "pattern": "counts",
            "file": "hours.csv",
            "time_column": "time",
            "count_column": column,
        }
    booths_group = scenario["officers"]["booths"]
    del booths_group["shifts"]
    booths_group["roster"] = {"file": "booths.csv"}
    scenario["stops"]["hall"]["lanes"] = int(rows["booths"].max())
    scenario["stops"]["hall"]["control"]["delay"] = f"{values['opening']} min"
    cases = scenario["activities"]["inspection"]["duration"]
    for case, name in zip(cases, ("citizen", "visitor"), strict=True):
        case["time"]["mean"] = f"{values[name]} s"
    path = folder / "hall.yaml"
    path.write_text(yaml.safe_dump(scenario, sort_keys=False), encoding="utf-8")
    result = bcpsim.run(path, replications=1, event_log="none")
    [variant] = result.variants
    number = [str(row) for row in variant.hourly_rows].index("time_in_system/all/mean")
    hour = ((rows["time"] - start) / pd.Timedelta(hours=1)).astype(int).to_numpy()
    return variant.hourly[0, number, hour]


if __name__ == "__main__":
    main()
