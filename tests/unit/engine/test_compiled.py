"""Records, lists and sets compiled: what a rule reads and writes is what plain Python does."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bcpsim.engine import arena, cache, records
from bcpsim.engine.arena import Arena, Template
from bcpsim.engine.sets import Members
from bcpsim.engine.table import NOTHING, compiled_bodies, rule

pytestmark = pytest.mark.skipif(not cache.is_possible(), reason="there is no Numba for this Python")


@dataclass(slots=True, eq=False)
class Cell:
    number: int
    flag: bool = False
    share: float = 0.0
    other: Cell = NOTHING


@dataclass(slots=True, eq=False)
class Board:
    cells: list[Cell]
    numbers: list[int]
    shares: list[float]
    one: Members
    two: Members
    first: Cell = NOTHING
    found: int = 0


@rule
def first_flagged(board: Board) -> Cell:
    for cell in board.cells:
        if cell.flag:
            return cell
    return NOTHING


@rule
def number_of(cell: Cell) -> int:
    return -1 if cell is NOTHING else cell.number


@rule
def play(board: Board) -> int:
    board.first = first_flagged(board)
    chosen = NOTHING
    for cell in board.cells:
        if cell.other is not NOTHING and (chosen is NOTHING or cell.share > chosen.share):
            chosen = cell
    for k in range(len(board.numbers)):
        board.numbers[k] += number_of(chosen)
        board.shares[k] *= 2.0
    chosen.other.flag = chosen.other is not board.first
    board.two.add_all(board.one)
    board.two.drop(board.one.first())
    for k in board.two:
        board.found = 10 * board.found + k
    if board.one.first_common(board.two) >= 0 and board.one.has(3):
        board.one.take(board.two)
    board.two.add(1)
    return number_of(board.first)


@rule
def read_nothing(board: Board) -> int:
    return board.first.number


@rule
def read_outside(board: Board) -> int:
    return board.numbers[len(board.numbers)]


@rule
def add_outside(board: Board) -> int:
    board.one.add(12)
    return 0


@rule
def once_more(board: Board) -> int:
    return number_of(board.first) if board.found else again(board)


@rule
def again(board: Board) -> int:
    return once_more(board)


def board() -> Board:
    cells = [Cell(k, k in (2, 4), share) for k, share in enumerate([0.5, 2.5, 1.5, 0.0, 2.0])]
    cells[0].other, cells[1].other, cells[4].other = cells[3], cells[0], cells[2]
    return Board(cells, [5, 7, -3], [0.25, 1.5, 8.0], Members(12, [1, 3, 11]), Members(12, [0, 3]))


@pytest.fixture(autouse=True)
def known(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the layer find the records of this file."""
    for record in (Cell, Board):
        monkeypatch.setattr(records, record.__name__, record, raising=False)
    arena.fields_of.cache_clear()
    arena.words_of.cache_clear()


@pytest.fixture
def run_compiled(known: None, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Any]:
    """Run a rule on a board compiled, with checks: its answer, and the arena."""
    from numba import njit

    from bcpsim.engine import compiled

    monkeypatch.setattr(compiled, "checked", True)

    def run(function: Callable[..., Any], on: Board) -> tuple[Any, Arena]:
        laid = Arena(Template(on))
        made = compiled.compile_rule(function)
        at = compiled.record_at(Board)

        @njit(_nrt=False)  # type: ignore[untyped-decorator]
        def call(address: int) -> Any:
            return made(at(address))

        return call(laid.address), laid

    return run


def words(laid: Arena, record: Any, name: str, holds: Any = np.int64) -> list[Any]:
    """Return the items of a list of numbers as they are in memory."""
    field = arena.fields_of(type(record))[name]
    place = laid.template.places[id(record)] + field.offset
    start = (int(laid.words[place]) - laid.base) // arena.WORD
    return laid.words[start : start + int(laid.words[place + 1])].view(holds).tolist()


def members(laid: Arena, held: Members) -> list[int]:
    """Return the numbers in a set as they are in memory."""
    place = laid.template.places[id(held)] + 1
    return np.flatnonzero(laid.words[place:].view(np.uint8)[: held.size]).tolist()


def test_a_rule_does_the_same_in_both_ways(run_compiled: Callable[..., Any]) -> None:
    plain, other = board(), board()
    answer, laid = run_compiled(play, other)
    assert answer == play(plain) == 2
    assert words(laid, other, "numbers") == plain.numbers == [6, 8, -2]
    assert words(laid, other, "shares", np.float64) == plain.shares == [0.5, 3.0, 16.0]
    assert laid.get(other, "found") == plain.found == 41
    assert members(laid, other.one) == list(plain.one) == [0, 3, 11]
    assert members(laid, other.two) == list(plain.two) == [1]
    assert [laid.get(cell, "flag") for cell in other.cells] == [cell.flag for cell in plain.cells]
    assert laid.get(other, "first") == laid.address_of(other.cells[2])


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (read_nothing, "Cell.number of nothing"),
        (read_outside, "outside List"),
        (add_outside, "outside a set"),
    ],
)
def test_with_checks_what_is_not_there_is_an_error(
    function: Callable[..., Any], message: str, run_compiled: Callable[..., Any]
) -> None:
    with pytest.raises(IndexError, match=message):
        run_compiled(function, board())


def test_rules_that_call_each_other_in_a_circle_are_refused() -> None:
    from bcpsim.engine import compiled

    with pytest.raises(RecursionError, match="the rule once_more calls itself"):
        compiled.compile_rule(once_more)


def test_every_rule_is_annotated_in_full() -> None:
    for function in compiled_bodies:
        annotated = set(function.__annotations__) - {"return"}
        assert len(annotated) == function.__code__.co_argcount, function.__name__
        assert "return" in function.__annotations__, function.__name__


def test_a_set_of_any_size() -> None:
    large = Members(1000, [999, 400])
    assert large.first() == 400
    assert large.has(999)
    assert large.first_common(Members(1000, [999])) == 999
    large.drop(400)
    assert list(large) == [999]
    assert Members(5).first() == -1


def test_each_rule_has_tests_of_its_own_name() -> None:
    rules = {path.stem for path in Path(records.__file__).parent.glob("rules/[a-z]*.py")}
    tested = {path.stem.removeprefix("test_") for path in Path(__file__).parent.glob("test_*.py")}
    assert rules <= tested
