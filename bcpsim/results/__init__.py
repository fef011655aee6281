"""Folders of results: written, read, named and replaced in one place."""

from bcpsim.results.folder import Made, check_made_by, check_target, replace_folder
from bcpsim.results.names import MANIFEST, MARK, file_name, scenario_file
from bcpsim.results.scenarios import write_scenarios
from bcpsim.results.stored import StoredResult, load_result
from bcpsim.results.tables import (
    MEASURE_COLUMNS,
    REPLICATION_COLUMNS,
    Replicated,
    frame_csv,
    measures_csv,
    replications_frame,
    write_replications,
)

__all__ = [
    "MANIFEST",
    "MARK",
    "MEASURE_COLUMNS",
    "REPLICATION_COLUMNS",
    "Made",
    "Replicated",
    "StoredResult",
    "check_made_by",
    "check_target",
    "file_name",
    "frame_csv",
    "load_result",
    "measures_csv",
    "replace_folder",
    "replications_frame",
    "scenario_file",
    "write_replications",
    "write_scenarios",
]
