"""Unknowns of a scenario fitted to what was observed, and simulated beside observed values."""

from bcpsim.calibration.file import CalibrationFile
from bcpsim.calibration.fitting import Estimate, Fit
from bcpsim.calibration.folder import read_values, save_calibration
from bcpsim.calibration.result import Calibration, PlaceResult
from bcpsim.calibration.run import calibrate, compare_observed
from bcpsim.calibration.study import LoadedCalibration, load_calibration

__all__ = [
    "Calibration",
    "CalibrationFile",
    "Estimate",
    "Fit",
    "LoadedCalibration",
    "PlaceResult",
    "calibrate",
    "compare_observed",
    "load_calibration",
    "read_values",
    "save_calibration",
]
