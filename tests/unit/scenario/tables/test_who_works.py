"""Who works by a roster: numbers, names, several of both, and nobody."""

from __future__ import annotations

from pathlib import Path

import pytest
from rosters import csv, shifts

from bcpsim.scenario.tables import TableError

EARLY, LATE = "13 Apr 06:00-14:00", "13 Apr 14:00-22:00"


def count(found: dict[str, list[str]]) -> dict[str, int]:
    """Return how many officers work each shift."""
    numbers: dict[str, int] = {}
    for own in found.values():
        for shift in own:
            numbers[shift] = numbers.get(shift, 0) + 1
    return numbers


def two(head: str, early: str, late: str) -> str:
    return f"Date,Shift,{head}\n13.04.2026,06-14,{early}\n13.04.2026,14-22,{late}\n"


@pytest.mark.parametrize(
    ("head", "early", "late", "numbers"),
    [
        ("Officers", "4", "-", (4, 0)),
        ("Officers", "4", "closed", (4, 0)),
        ("Staff", "4", "closed", (4, 0)),
        ("Count", "4", "geschlossen", (4, 0)),
        ("Officers", "4.0", "3", (4, 3)),
        ("Officers", "3 officers", "2x", (3, 2)),
        ("Name", "3 officers", "2x", (3, 2)),
    ],
)
def test_a_column_of_numbers_counts_officers(
    tmp_path: Path, head: str, early: str, late: str, numbers: tuple[int, int]
) -> None:
    found = count(shifts(csv(tmp_path, two(head, early, late))))
    assert (found.get(EARLY, 0), found.get(LATE, 0)) == numbers


@pytest.mark.parametrize("head", ["Officers", "Staff", "Personal", "Agents", "Count"])
@pytest.mark.parametrize(
    "text", ["2.5", "4 + 1", "3-4", "-2", "3 (1 trainee)", "min. 3", "3*", "Ann"]
)
def test_what_is_no_number_among_numbers_is_refused(tmp_path: Path, head: str, text: str) -> None:
    with pytest.raises(TableError, match=rf"r\.csv:3: {head}: .* is no number of officers"):
        csv(tmp_path, two(head, "4", text))


def test_a_number_among_names_is_refused(tmp_path: Path) -> None:
    text = two("Officers", "Ann", "Bo") + "13.04.2026,22-06,3\n"
    with pytest.raises(TableError, match=r"r\.csv:4: Officers: '3' is a number among names"):
        csv(tmp_path, text)


@pytest.mark.parametrize(
    ("head", "early", "late", "names"),
    [
        ("Officers", '"A, B, C"', '"D\nE"', ("ABC", "DE")),
        ("Officers", '"A, B, C"', '"D, E"', ("ABC", "DE")),
        ("Officer", "A / B", "D & E", ("AB", "DE")),
        ("Officer", "A and B", "D und E", ("AB", "DE")),
        ("Officer 1,Officer 2,Officer 3", "A,B,C", "D,E,", ("ABC", "DE")),
        ("Officer,Officer 2", "A,B", "D,-", ("AB", "D")),
        ("Name 1,Name 2", "A,B", "D,vacant", ("AB", "D")),
        ("Mitarbeiter 1,Mitarbeiter 2", "A,B", ",D", ("AB", "D")),
        ("Booth 1,Booth 2,Booth 3", "A,B,C", "D,E,", ("ABC", "DE")),
        ("Schalter 1,Schalter 2", "A,B", "D,geschlossen", ("AB", "D")),
        ("Officer", "A / N.N.", "D", ("A", "D")),
    ],
)
def test_several_officers_of_a_row_are_all_read(
    tmp_path: Path, head: str, early: str, late: str, names: tuple[str, str]
) -> None:
    found = shifts(csv(tmp_path, two(head, early, late)))
    hours = zip(names, (EARLY, LATE), strict=True)
    assert found == {name: [shift] for those, shift in hours for name in those}


def test_a_comma_stands_before_a_first_name_where_nothing_tells_otherwise(tmp_path: Path) -> None:
    table = csv(tmp_path, two("Officer", '"Nowak, Jan"', '"Lis, Ewa"'))
    assert shifts(table) == {"Nowak, Jan": [EARLY], "Lis, Ewa": [LATE]}
    assert "'Nowak, Jan' as one person" in table.guesses
    table = csv(tmp_path, two("Officer", '"Jan Nowak, Ewa Lis"', "Jan Nowak"))
    assert shifts(table) == {"Jan Nowak": [EARLY, LATE], "Ewa Lis": [EARLY]}


def test_numbered_columns_of_other_things_name_nobody(tmp_path: Path) -> None:
    table = csv(tmp_path, two("Name,Task 1,Task 2", "A,x-ray,queue", "B,queue,x-ray"))
    assert shifts(table) == {"A": [EARLY], "B": [LATE]}
    assert list(table.unused) == ["Task 1", "Task 2"]


@pytest.mark.parametrize("nobody", ["closed", "open", "offen", "TBD", "zamknięte", "-", "x"])
def test_nobody_is_no_officer(tmp_path: Path, nobody: str) -> None:
    table = csv(tmp_path, two("Name", "Ann", nobody))
    assert shifts(table) == {"Ann": [EARLY]}
    assert any("row 3 " in sentence for sentence in (*table.told, *table.warnings))


def test_a_roster_of_nobody_tells_why(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="no shifts below its header; rows 2 and 3 are closed"):
        csv(tmp_path, two("Name", "closed", "closed"))


def test_x_is_an_officer_among_others_of_one_letter(tmp_path: Path) -> None:
    assert shifts(csv(tmp_path, two("Name", "X", "Y"))) == {"X": [EARLY], "Y": [LATE]}


GRID = "Shift,13.04.,14.04.\n06-14,3,{}\n14-22,2,2\n"


@pytest.mark.parametrize("text", ["4 + 1", "-2", "min. 3", "3*", "2.5"])
def test_a_grid_of_numbers_refuses_what_is_none(tmp_path: Path, text: str) -> None:
    with pytest.raises(TableError, match=r"r\.csv:2: 14\.04\.: .* is no number of officers"):
        csv(tmp_path, GRID.format(text))


@pytest.mark.parametrize(("text", "more"), [("closed", 0), ("4 officers", 4), ("A, B", 2)])
def test_a_grid_of_numbers_may_have_words(tmp_path: Path, text: str, more: int) -> None:
    path = GRID.format(f'"{text}"')
    assert sum(map(len, shifts(csv(tmp_path, path)).values())) == 3 + 2 + 2 + more


def column(*names: str) -> str:
    return "Date;Shift;Name\n" + "".join(f"13.04.2026;06-14;{name}\n" for name in names)


@pytest.mark.parametrize(
    "names",
    [
        ("Kowalski, Jan", "Garcia Lopez, Ana Maria", "Nowak, Ewa"),
        ("Kowalski, Jan, st. sierż.", "Nowak, Ewa, asp."),
        ("Kowalski, Jan, Jr.", "Nowak, Ewa"),
    ],
)
def test_a_comma_in_each_cell_stands_before_a_first_name(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    table = csv(tmp_path, column(*names))
    assert list(shifts(table)) == list(names)
    assert table.warnings == ()
    assert any("as one person" in phrase for phrase in table.guesses)


@pytest.mark.parametrize(
    "names",
    [
        ("de la Cruz, Ana Maria", "van der Berg, Jan Piet"),
        ("Garcia Lopez, Ana Maria",),
        ("Lis, Anna", "Cyril"),
    ],
)
def test_names_that_may_be_one_or_two_are_told(tmp_path: Path, names: tuple[str, ...]) -> None:
    table = csv(tmp_path, column(*names))
    assert list(shifts(table)) == list(names)
    assert any(f"{names[0]!r} is read as one person" in words for words in table.warnings)


def test_names_that_repeat_beside_commas_are_officers(tmp_path: Path) -> None:
    text = two("Name", '"Jan Nowak, Ewa Lis"', '"Ewa Lis, Ola Kowal"')
    table = csv(tmp_path, text)
    assert set(shifts(table)) == {"Jan Nowak", "Ewa Lis", "Ola Kowal"}
    assert "'Jan Nowak, Ewa Lis' as 2 officers" in table.guesses
    table = csv(tmp_path, two("Name", '"Nowak, Lis"', '"Lis, Kowal"'))
    assert set(shifts(table)) == {"Nowak", "Lis", "Kowal"}
    assert any("is read as 2 officers" in words for words in table.warnings)


@pytest.mark.parametrize(
    "grid",
    [
        "Shift;13.04.;14.04.\n06-14;Nowak, Ewa;Lis, Jan\n14-22;Kowal, Ola;Nowak, Ewa\n",
        "Date;06-14;14-22\n13.04.2026;Nowak, Ewa;Kowal, Ola\n14.04.2026;Lis, Jan;Nowak, Ewa\n",
        'Shift;13.04.;14.04.\n06-14;"Nowak, Ewa\nLis, Jan";-\n14-22;Kowal, Ola;-\n',
    ],
)
def test_names_with_commas_in_a_grid_are_persons(tmp_path: Path, grid: str) -> None:
    assert set(shifts(csv(tmp_path, grid))) == {"Nowak, Ewa", "Lis, Jan", "Kowal, Ola"}


@pytest.mark.parametrize(
    "nobody", ["VACANT POST", "vacant (Smith)", "Vacant 1", "to be confirmed", "Vakant"]
)
def test_a_vacant_post_is_no_officer(tmp_path: Path, nobody: str) -> None:
    table = csv(tmp_path, column("Doe", nobody))
    assert list(shifts(table)) == ["Doe"]
    assert "r.csv: row 3 is vacant and isn't read" in table.warnings
    grid = csv(tmp_path, f"Name,13.04.\nDoe,06-14\n{nobody},06-14\n")
    assert list(shifts(grid)) == ["Doe"]


def test_a_name_may_begin_like_a_total(tmp_path: Path) -> None:
    listed = "Name,Date,From,To\nTotal Gary,13.04.2026,06:00,14:00\nTotal hours,,8,\n"
    assert list(shifts(csv(tmp_path, listed))) == ["Total Gary"]
    grid = "Name,13.04.,14.04.\nSumme Anna,06-14,06-14\nTotal officers,1,1\nTotal,1,1\n"
    assert list(shifts(csv(tmp_path, grid))) == ["Summe Anna"]
    down = "Date,Total Gary,Total\n13.04.2026,06-14,1\n14.04.2026,06-14,1\n"
    assert list(shifts(csv(tmp_path, down))) == ["Total Gary"]


@pytest.mark.parametrize("head", ["Shift", "Code", "Poste", "Schicht"])
def test_the_number_of_a_shift_is_not_its_length(tmp_path: Path, head: str) -> None:
    text = f"Name,Date,Start,{head}\nA,13.04.2026,06:00,1\nB,13.04.2026,14:00,2\n"
    with pytest.raises(TableError, match="codes without a meaning: '1'"):
        csv(tmp_path, text)
    table = csv(tmp_path, text, legend={"1": "06-14", "2": "14-22"})
    assert shifts(table) == {"A": [EARLY], "B": [LATE]}


@pytest.mark.parametrize("head", ["Hours", "Dauer", "Shift (h)"])
def test_a_length_is_whole_hours_where_its_head_says_so(tmp_path: Path, head: str) -> None:
    text = f"Name,Date,Start,{head}\nA,13.04.2026,06:00,8\nB,13.04.2026,14:00,8\n"
    assert shifts(csv(tmp_path, text)) == {"A": [EARLY], "B": [LATE]}
