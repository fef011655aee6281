"""Unknowns of a scenario fitted to what was observed, and simulated beside observed values."""

from bcpsim.calibration.file import CalibrationFile
from bcpsim.calibration.fitting import Estimate, Fit
from bcpsim.calibration.result import Calibration, PlaceResult, read_values
from bcpsim.calibration.run import calibrate, compare_observed
from bcpsim.calibration.study import Study, read_study

__all__ = [
    "Calibration",
    "CalibrationFile",
    "Estimate",
    "Fit",
    "PlaceResult",
    "Study",
    "calibrate",
    "compare_observed",
    "read_study",
    "read_values",
]
