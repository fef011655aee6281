"""Staffing: the fewest officers that keep a service target, and their rosters."""

from bcpsim.staffing.file import StaffingFile
from bcpsim.staffing.folder import save_staffing
from bcpsim.staffing.result import Answer, Staffing
from bcpsim.staffing.run import Progress, staff
from bcpsim.staffing.study import LoadedStaffing, load_staffing

__all__ = [
    "Answer",
    "LoadedStaffing",
    "Progress",
    "Staffing",
    "StaffingFile",
    "load_staffing",
    "save_staffing",
    "staff",
]
