"""The report of a folder of results, whichever command made it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from bcpsim.claims.kept import load_check
from bcpsim.report.answers import report
from bcpsim.report.claim_document import claim_document
from bcpsim.report.document import Document
from bcpsim.report.replay import with_replay
from bcpsim.report.staffing_document import staffing_document
from bcpsim.report.sweep_document import sweep_document
from bcpsim.report.told import told_in
from bcpsim.results import check_made_by
from bcpsim.results.mark import history_of
from bcpsim.staffing.kept import load_answer
from bcpsim.stored import load_result


def document_of(folder: Path) -> Document:
    """Return the report of a result, the same that its command makes with ``--report``.

    Raises
    ------
    InputError
        If it is no folder of a result that has a report, or damaged.
    """
    return _REPORTS[check_made_by(folder, *_REPORTS)](folder)


def replayed(folder: Path, replication: int) -> Document:
    """Return the report of a run or a comparison with a replay of a replication.

    Raises
    ------
    InputError
        If it is no folder of either, or damaged, or has no such replication.
    """
    told = told_in(folder)
    return with_replay(report(told), told, load_result(folder), replication)


def _command(folder: Path) -> str:
    """Return the command line that made a result; empty where nobody noted it."""
    history = history_of(folder)
    return str(history[-1].get("command") or "") if history else ""


_REPORTS: Mapping[str, Callable[[Path], Document]] = {
    "run": lambda folder: report(told_in(folder)),
    "compare": lambda folder: report(told_in(folder)),
    "check": lambda folder: claim_document(load_check(folder), _command(folder)),
    "staff": lambda folder: staffing_document(load_answer(folder), _command(folder)),
    "sweep": sweep_document,
}
