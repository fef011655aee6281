"""Staffing: the fewest officers that keep a service target, and their rosters."""

from bcpsim.experiments.staffing.file import Question, StaffingFile, read_question
from bcpsim.experiments.staffing.result import Answer, Staffing, save_staffing
from bcpsim.experiments.staffing.run import Progress, staff

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
