"""Medians of what was observed before: predictions that take no model."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from bcpsim.calibration.file import Medians
from bcpsim.calibration.observations import Place
from bcpsim.calibration.study import LoadedCalibration

Floats = NDArray[np.float64]


def said_by(study: LoadedCalibration, place: Place, medians: Medians) -> Floats:
    """Return the median that stands for each row of a place, in the order of time.

    Parameters
    ----------
    study, place
        A calibration and one of its places.
    medians
        Of which rows: all fitted ones that are alike, or the latest before each.
    """
    observed = study.columns[medians.predicts][place.rows]
    cells = [study.labels[column] for column in medians.by]
    alike = [tuple(column[row] for column in cells) for row in place.rows.tolist()]
    said = np.full(len(alike), np.nanmedian(observed[: place.fitted]))
    before: dict[tuple[str, ...], list[float]] = {}
    for number, (key, value) in enumerate(zip(alike, observed.tolist(), strict=True)):
        values = before.setdefault(key, [])
        if medians.last is not None and values:
            said[number] = np.median(values[-medians.last :])
        if not np.isnan(value) and (medians.last is not None or number < place.fitted):
            values.append(value)
    if medians.last is None:
        middle = {key: np.median(values) for key, values in before.items() if values}
        said = np.array([middle.get(key, value) for key, value in zip(alike, said, strict=True)])
    return said
