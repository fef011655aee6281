"""Weekdays in many languages: a table's words are read by the one language that has them all."""

from __future__ import annotations

from pathlib import Path

import pytest
from rosters import csv, shifts

from bcpsim.scenario.tables import TableError
from bcpsim.scenario.tables.weekdays import weekday_of, weekdays_in

WEEK = tuple(range(7))


@pytest.mark.parametrize(
    "words",
    [
        "Mon Tue Wed Thu Fri Sat Sun",
        "Mo Di Mi Do Fr Sa So",
        "lun. mar. mer. jeu. ven. sam. dim.",
        "Lu Ma Me Je Ve Sa Di",
        "lu ma mi ju vi sá do",
        "lun mar mer gio ven sab dom",
        "seg ter qua qui sex sáb dom",
        "ma di wo do vr za zo",
        "pn wt śr cz pt so nd",
        "Po Út St Čt Pá So Ne",
        "Po Ut St Št Pi So Ne",
        "pon tor sre čet pet sob ned",
        "pon uto sri čet pet sub ned",
        "H K Sze Cs P Szo V",
        "Lu Ma Mi Jo Vi Sâ Du",
        "ma ti ke to pe la su",
        "esmaspäev teisipäev kolmapäev neljapäev reede laupäev pühapäev",
        "Pr Ot Tr Ce Pk Se Sv",
        "Pr An Tr Kt Pn Št Sk",
        "mån tis ons tors fre lör sön",
        "ma ti on to fr lø sø",
        "Δευ Τρι Τετ Πεμ Παρ Σαβ Κυρ",
        "Pzt Sal Çar Per Cum Cmt Paz",
        "Pt Sa Ça Pe Cu Ct Pz",
        "пн вт ср чт пт сб нд",
        "понедельник вторник среда четверг пятница суббота воскресенье",
    ],
)
def test_a_week_is_read_by_its_language(words: str) -> None:
    assert weekdays_in(words.split()) == WEEK


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("ma di do", (0, 1, 3)),
        ("Sa So", (5, 6)),
        ("so ne", (5, 6)),
        ("Name Mo Di So Total", (None, 0, 1, 6, None)),
        ("Montag Tuesday Mi", (0, 1, 2)),
        ("from to on", (None, None, None)),
        ("ke to", (2, 3)),
        ("E L N", (None, None, None)),
        ("ma", None),
        ("pn", None),
        ("ma di", None),
        ("so", None),
    ],
)
def test_words_that_fit_one_language_are_read(
    words: str, meant: tuple[int | None, ...] | None
) -> None:
    assert weekdays_in(words.split()) == meant


def test_a_word_is_known_by_those_beside_it() -> None:
    assert [weekday_of("so", beside) for beside in ((), ["mo"], ["ne"])] == [None, 6, 5]


GRID = "Nimi,ma,ti,ke,to,pe,la,su\nVirtanen,H,H,H,H,H,,\nKorhonen,H,H,,,,H,H\n"


def test_a_finnish_grid_has_its_days(tmp_path: Path) -> None:
    found = shifts(csv(tmp_path, GRID, legend={"H": "08-16"}))
    assert {name: [shift.split()[0] for shift in own] for name, own in found.items()} == {
        "Virtanen": ["mon", "tue", "wed", "thu", "fri"],
        "Korhonen": ["mon", "tue", "sat", "sun"],
    }


@pytest.mark.parametrize(
    ("days", "meant"),
    [
        (["ma", "di", "do"], ["mon", "tue", "thu"]),
        (["Pn", "Št"], ["fri", "sat"]),
        (["pn-pt", "sob"], ["mon tue wed thu fri", "sat"]),
        (["po", "so"], ["mon", "sat"]),
    ],
)
def test_days_of_a_list_are_of_one_language(
    tmp_path: Path, days: list[str], meant: list[str]
) -> None:
    lines = [f"{day},08:00,16:00,A{k}\n" for k, day in enumerate(days)]
    found = shifts(csv(tmp_path, "days,from,to,officer\n" + "".join(lines)))
    assert [own[0].rsplit(" ", 1)[0] for own in found.values()] == meant


def test_names_and_codes_are_no_evidence_of_a_language(tmp_path: Path) -> None:
    text = "days,from,to,officer\nMo,08:00,16:00,Ma\n"
    assert shifts(csv(tmp_path, text)) == {"Ma": ["mon 08:00-16:00"]}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("days,from,to,count\nma,08:00,16:00,2\n", "r.csv:2: days: 'ma' may be Monday or Tuesday"),
        ("days,from,to,count\nPn,08:00,16:00,2\n", "by the language; write monday or friday"),
        ("Name,ma,di\nA,H,H\n", "r.csv:1: ma: 'ma' may be Monday or Tuesday"),
        ("Tag,from,to\nSo,08:00,16:00\n", "r.csv:2: Tag: 'so' may be Saturday or Sunday"),
    ],
)
def test_days_of_two_languages_are_refused(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(TableError, match=message):
        csv(tmp_path, text, legend={"H": "08-16"})


@pytest.mark.parametrize("day", ["ma 13.04.2026", "pn 13.04.", "13.04.2026 (ma)", "13.4.,pn"])
def test_a_date_tells_which_weekday_is_meant(tmp_path: Path, day: str) -> None:
    date, _, weekday = day.partition(",")
    text = f"officer,date,weekday,from,to\nA,{date},{weekday},08:00,16:00\n"
    assert shifts(csv(tmp_path, text)) == {"A": ["13 Apr 08:00-16:00"]}


def test_a_date_that_is_none_of_the_weekdays_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(TableError, match="2026-04-15 is a wed, not mon or tue"):
        csv(tmp_path, "officer,date,from,to\nA,ma 15.04.,08:00,16:00\n")
