"""Folders of results: written, read, named and replaced in one place."""

from bcpsim.results.audit import Audit, verify_result
from bcpsim.results.difference import Difference, diff
from bcpsim.results.folder import (
    check_made_by,
    check_target,
    extend_folder,
    holds_files,
    new_folder,
    replace_folder,
    told,
)
from bcpsim.results.growing import Sums
from bcpsim.results.mark import Made, by_command, check_variants, note_history
from bcpsim.results.names import (
    JOURNAL,
    LOCK_OF_SWEEP,
    MANIFEST,
    MARK,
    SUMS,
    TEMPORARY,
    file_name,
    scenario_file,
)
from bcpsim.results.reading import MAX_TABLE, Columns, Folder, wrong
from bcpsim.results.scenarios import load_as_run, write_scenarios
from bcpsim.results.stored import StoredResult, load_run
from bcpsim.results.tables import (
    MEASURE_COLUMNS,
    REPLICATION_COLUMNS,
    Replicated,
    frame_csv,
    measures_csv,
    replications_frame,
    write_frame,
    write_json,
    write_records,
    write_replications,
)

__all__ = [
    "JOURNAL",
    "LOCK_OF_SWEEP",
    "MANIFEST",
    "MARK",
    "MAX_TABLE",
    "MEASURE_COLUMNS",
    "REPLICATION_COLUMNS",
    "SUMS",
    "TEMPORARY",
    "Audit",
    "Columns",
    "Difference",
    "Folder",
    "Made",
    "Replicated",
    "StoredResult",
    "Sums",
    "by_command",
    "check_made_by",
    "check_target",
    "check_variants",
    "diff",
    "extend_folder",
    "file_name",
    "frame_csv",
    "holds_files",
    "load_as_run",
    "load_run",
    "measures_csv",
    "new_folder",
    "note_history",
    "replace_folder",
    "replications_frame",
    "scenario_file",
    "told",
    "verify_result",
    "write_frame",
    "write_json",
    "write_records",
    "write_replications",
    "write_scenarios",
    "wrong",
]
