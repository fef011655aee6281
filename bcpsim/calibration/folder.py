"""The folder of a calibration: its tables, and the unknowns read back."""

from __future__ import annotations

import math
from pathlib import Path

from bcpsim.calibration.result import Calibration
from bcpsim.results import (
    Columns,
    Folder,
    Made,
    check_made_by,
    replace_folder,
    write_records,
    write_scenarios,
    wrong,
)


def save_calibration(calibration: Calibration, folder: str | Path, *, force: bool = False) -> Path:
    """Write the tables to a folder: unknowns, comparison, differences, distribution, rows.

    Beside them lie ``calibration.yaml``, the calibration file as it was read, the scenario as it
    was read, and with all defaults as the first row sets it, with the unknowns at their start.

    Parameters
    ----------
    calibration
        From `bcpsim.calibrate` or `bcpsim.compare_observed`.
    folder, force
        As for `bcpsim.save`.

    Raises
    ------
    InputError
        If something else is there.
    RunError
        If the folder can't be written; then it is left as it was.
    """
    tables = {
        "unknowns": calibration.unknown_records,
        "differences": calibration.difference_records,
        **{
            name: [record for place in calibration.places for record in getattr(place, name)]
            for name in ("comparison", "distribution", "rows")
        },
    }

    fitted = any(place.fit is not None for place in calibration.places)
    made = Made("calibrate" if fitted else "compare-observed", calibration.study.file.name)

    def write(target: Path) -> None:
        for name, records in tables.items():
            write_records(records, target / f"{name}.csv", records[0])
        calibration.study.write_as_written(target)
        write_scenarios([calibration.study.loaded], target)

    return replace_folder(folder, made, calibration.provenance, write, force=force)


def read_values(folder: str | Path) -> dict[str, dict[str, float]]:
    """Return the unknowns that `save_calibration` wrote to a folder, by place.

    Raises
    ------
    InputError
        If it is no folder of a calibration, or its unknowns were changed or can't be read.
    """
    check_made_by(Path(folder), "calibrate")
    columns: Columns = {"place": "text", "unknown": "text", "value": "number"}
    table = Folder(Path(folder)).csv("unknowns.csv", columns)
    values: dict[str, dict[str, float]] = {}
    for row, (place, name, value) in enumerate(table.itertuples(index=False), start=2):
        if not math.isfinite(value):
            raise wrong(
                Path(folder) / "unknowns.csv", f"row {row}: value: expected a number, found {value}"
            )
        values.setdefault(place, {})[name] = value
    return values
