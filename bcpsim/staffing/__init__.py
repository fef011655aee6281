"""Staffing: the fewest officers that keep a service target, and their rosters."""

from bcpsim.staffing.file import Question, StaffingFile, read_question
from bcpsim.staffing.result import Answer, Staffing, save_staffing
from bcpsim.staffing.run import Progress, staff

__all__ = [
    "Answer",
    "Progress",
    "Question",
    "Staffing",
    "StaffingFile",
    "read_question",
    "save_staffing",
    "staff",
]
