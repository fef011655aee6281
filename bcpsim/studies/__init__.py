"""Study files: the YAML files that ask for a claim, a sweep, a staffing search or a calibration.

All of them name a scenario, say what is asked of it, and are read and checked in the same way:
every mistake that can be told is told at once, at its place in the file.
"""

from bcpsim.studies.file import Overrides, Seed, StudyFile, VariantNames, as_settings, study_schema
from bcpsim.studies.findings import Findings
from bcpsim.studies.reading import LoadedStudy, OpenStudy, check_keys, known_variants, open_study

__all__ = [
    "Findings",
    "LoadedStudy",
    "OpenStudy",
    "Overrides",
    "Seed",
    "StudyFile",
    "VariantNames",
    "as_settings",
    "check_keys",
    "known_variants",
    "open_study",
    "study_schema",
]
