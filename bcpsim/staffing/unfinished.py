"""The folder of a search that goes on: what was simulated, and the best rosters so far."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bcpsim.errors import InputError, option
from bcpsim.results import JOURNAL, Made, check_target, replace_folder
from bcpsim.staffing.folder import write_rosters
from bcpsim.staffing.journal import Journal
from bcpsim.staffing.result import RosterFound, made_from
from bcpsim.staffing.study import LoadedStaffing


class Unfinished:
    """A folder that holds the best rosters so far and lets the search go on.

    Beside rosters and scenarios, as `save_staffing` writes them, it holds what was simulated. An
    earlier result stays until there is a first roster.

    Parameters
    ----------
    question, seed
        What is searched.
    folder
        Where to.
    resume
        Go on with the search that the folder holds.
    force
        Replace any earlier result, or search that isn't finished.

    Raises
    ------
    InputError
        If the folder holds something else, or there is nothing to go on with.
    RunError
        If it can't be written.
    """

    def __init__(
        self, question: LoadedStaffing, seed: int, folder: Path, *, resume: bool, force: bool
    ) -> None:
        self._made = Made("staff", question.file.name)
        self._made_from = made_from(question.file, question.variants, seed)
        self._folder = folder
        self._found: dict[str, RosterFound] = {}
        self.journal = Journal(self._made_from)
        path = folder / JOURNAL
        if resume:
            if not path.is_file():
                raise InputError(
                    f"{folder} holds no search to go on with; begin one without "
                    f"{option('--resume')}"
                )
            self.journal.read(path)
            self._write()
            return
        replaced = check_target(folder, self._made, force=force)
        if path.is_file() and not force:
            raise InputError(
                f"{folder} holds a search that isn't finished; go on with "
                f"{option('--resume')}, or begin anew "
                f"with {option('--force')}"
            )
        if not replaced:
            self._write()

    def keep(self, roster: RosterFound) -> None:
        """Keep the best roster so far of a variant."""
        self._found[roster.loaded.variant] = roster
        self._write()

    def _write(self) -> None:
        rosters: Sequence[RosterFound] = list(self._found.values())

        def write(new: Path) -> None:
            (new / JOURNAL).write_text(self.journal.text, encoding="utf-8")
            if rosters:
                write_rosters(rosters, new)

        mark = {**self._made_from, "finished": False}
        replace_folder(self._folder, self._made, mark, write, force=True)
        self.journal.keep_in(self._folder / JOURNAL)
