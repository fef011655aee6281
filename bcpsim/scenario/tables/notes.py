"""What is noticed while a table is read: what was guessed, what is doubtful, what is wrong."""

from __future__ import annotations

from dataclasses import dataclass, field

from bcpsim.scenario.tables.files import TableError

MOST = 10
"""Most mistakes of one table, or columns that aren't read, that are told one by one."""


@dataclass(slots=True)
class Notes:
    """What is noticed while a table is read, told when it has been.

    Attributes
    ----------
    name
        What messages call the table.
    guesses
        Phrases, in the order in which they were guessed: ``semicolons between the cells``.
    told
        Sentences about what else was done with it.
    warnings
        Sentences about what may not be meant.
    unused
        Columns that aren't read.
    outside
        How much of the table lies outside the horizon, in a phrase; None: nothing.
    faults
        Mistakes, with their places.
    used
        Places of columns that are read though the scenario doesn't name them.
    """

    name: str
    guesses: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    unused: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    outside: str | None = None
    faults: list[str] = field(default_factory=list)
    used: set[int] = field(default_factory=set)
    _more: int = 0

    def guess(self, phrase: str) -> None:
        """Tell of something that was found from the table itself."""
        if phrase not in self.guesses:
            self.guesses.append(phrase)

    def tell(self, sentence: str) -> None:
        """Tell of something that was done with the table, as is usual."""
        if sentence not in self.told:
            self.told.append(sentence)

    def warn(self, sentence: str) -> None:
        """Tell of something that may not be meant."""
        if sentence not in self.warnings:
            self.warnings.append(sentence)

    def fault(self, place: str, message: str) -> None:
        """Tell of a mistake; beyond `MOST` they are only counted."""
        if len(self.faults) < MOST:
            self.faults.append(f"{place}: {message}")
        else:
            self._more += 1

    def raise_faults(self) -> None:
        """Raise all mistakes, if there are any.

        Raises
        ------
        TableError
            With each.
        """
        if self.faults:
            more = [f"{self.name}: {self._more} more cells are wrong"] if self._more else []
            raise TableError(*self.faults, *more)

    @property
    def beside(self) -> str:
        """What else may be why a column is lacking: another sheet, hidden columns; or nothing."""
        sheet = [f"read is {phrase}" for phrase in self.guesses if phrase.startswith("the sheet")]
        hidden = [warning for warning in self.warnings if "hidden" in warning]
        return "".join(f"; {warning}" for warning in (*sheet, *hidden))

    @property
    def read(self) -> str | None:
        """What was guessed and which columns aren't used, in a line; None: nothing to tell."""
        parts = [f"with {', '.join(self.guesses)}"] if self.guesses else []
        if self.unused:
            columns = "columns" if len(self.unused) > 1 else "column"
            more = f" and {len(self.unused) - MOST} more" if len(self.unused) > MOST else ""
            parts.append(f"without the {columns} {', '.join(self.unused[:MOST])}{more}")
        return f"{self.name}: read {', '.join(parts)}" if parts else None

    def lines(self) -> tuple[str, ...]:
        """Return how the table was read and what lies outside the horizon, in a line each."""
        sentences = [*self.told, *([] if self.outside is None else [self.outside])]
        read = [] if self.read is None else [self.read]
        return (*read, *(f"{self.name}: {sentence}" for sentence in sentences))
