"""Weekdays in the languages of planners: a list of words is read by the one that has them all.

Short forms are shared: ma is a Monday in Finnish and Dutch and a Tuesday in French, so is a Sunday
in German and a Saturday in Czech. What stands beside a word tells its language; where nothing does,
the word isn't read.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from bcpsim.scenario.tables.numbers import shown

_TABLE = {
    "English": (
        "monday mon mo", "tuesday tue tues tu", "wednesday wed we", "thursday thu thur thurs th",
        "friday fri fr", "saturday sat sa", "sunday sun su",
    ),
    "German": (
        "montag mo mon", "dienstag di die", "mittwoch mi mit", "donnerstag do don", "freitag fr",
        "samstag sonnabend sa sam", "sonntag so son",
    ),
    "French": (
        "lundi lun lu", "mardi mar ma", "mercredi mer me", "jeudi jeu je", "vendredi ven ve",
        "samedi sam sa", "dimanche dim (di)",
    ),
    "Spanish": (
        "lunes lun (lu)", "martes mar (ma)", "miércoles mié (mi)", "jueves jue (ju)",
        "viernes vie (vi)", "sábado sáb (sa)", "domingo dom (do)",
    ),
    "Italian": (
        "lunedì lun (lu)", "martedì mar (ma)", "mercoledì mer (me)", "giovedì gio (gi)",
        "venerdì ven (ve)", "sabato sab (sa)", "domenica dom (do)",
    ),
    "Portuguese": (
        "segunda-feira segunda seg", "terça-feira terça ter", "quarta-feira quarta qua",
        "quinta-feira quinta qui", "sexta-feira sexta sex", "sábado sáb", "domingo dom",
    ),
    "Dutch": (
        "maandag ma maa", "dinsdag di din", "woensdag wo woe", "donderdag do don", "vrijdag vr vri",
        "zaterdag za zat", "zondag zo zon",
    ),
    "Polish": (
        "poniedziałek pon pn", "wtorek wt wto", "środa śr śro", "czwartek czw cz", "piątek pt pią",
        "sobota sob sb (so)", "niedziela nd ndz nie niedz",
    ),
    "Czech": (
        "pondělí po pon", "úterý út úte", "středa st stř", "čtvrtek čt čtv", "pátek pá pát",
        "sobota so sob", "neděle ne ned",
    ),
    "Slovak": (
        "pondelok po pon", "utorok ut uto", "streda st str", "štvrtok št štv", "piatok pi pia",
        "sobota so sob", "nedeľa ne ned",
    ),
    "Slovene": (
        "ponedeljek pon po", "torek tor (to)", "sreda sre sr", "četrtek čet če", "petek pet pe",
        "sobota sob so", "nedelja ned ne",
    ),
    "Croatian": (
        "ponedjeljak ponedeljak pon po", "utorak uto ut", "srijeda sreda sri sre sr",
        "četvrtak čet če", "petak pet pe", "subota sub su", "nedjelja nedelja ned ne",
    ),
    "Hungarian": (
        "hétfő hét (h)", "kedd (k)", "szerda sze", "csütörtök csüt cs", "péntek pén (p)",
        "szombat szo", "vasárnap vas (v)",
    ),
    "Romanian": (
        "luni lun lu", "marți mar ma", "miercuri mie mi", "joi jo", "vineri vin vi",
        "sâmbătă sâm sb sa", "duminică dum du",
    ),
    "Finnish": (
        "maanantai maanantaina ma", "tiistai tiistaina ti", "keskiviikko keskiviikkona ke",
        "torstai torstaina (to)", "perjantai perjantaina pe", "lauantai lauantaina la",
        "sunnuntai sunnuntaina su",
    ),
    "Estonian": (
        "esmaspäev esmasp (e)", "teisipäev teisip (t)", "kolmapäev kolmap (k)",
        "neljapäev neljap (n)", "reede (r)", "laupäev laup (l)", "pühapäev pühap (p)",
    ),
    "Latvian": (
        "pirmdiena pirmd pr (p)", "otrdiena otrd ot (o)", "trešdiena trešd tr (t)",
        "ceturtdiena ceturtd ce (c)", "piektdiena piektd pk", "sestdiena sestd se (s)",
        "svētdiena svētd sv",
    ),
    "Lithuanian": (
        "pirmadienis pirm pr", "antradienis antr (an)", "trečiadienis treč tr",
        "ketvirtadienis ketv kt", "penktadienis penkt pn", "šeštadienis šešt št",
        "sekmadienis sekm sk",
    ),
    "Swedish": (
        "måndag mån må", "tisdag tis ti", "onsdag ons (on)", "torsdag tors tor (to)",
        "fredag fre fr", "lördag lör lö", "söndag sön sö",
    ),
    "Danish or Norwegian": (
        "mandag man ma", "tirsdag tir tirs ti", "onsdag ons (on)", "torsdag tor tors (to)",
        "fredag fre fr", "lørdag lør lø lor lordag", "søndag søn sø sondag",
    ),
    "Greek": (
        "δευτέρα δευ δε", "τρίτη τρι τρ", "τετάρτη τετ τε", "πέμπτη πεμ πε",
        "παρασκευή παρ πα", "σάββατο σαβ σα", "κυριακή κυρ κυ",
    ),
    "Turkish": (
        "pazartesi pzt pts (pt)", "salı sal (sa) (sali)", "çarşamba çar çrş (ça)",
        "perşembe per prş (pe)", "cuma cum (cu)", "cumartesi cmt cts (ct)", "pazar paz pz",
    ),
    "Bulgarian": (
        "понеделник пон пн", "вторник вто вт", "сряда сря ср", "четвъртък чет чт",
        "петък пет пт", "събота съб сб", "неделя нед нд",
    ),
    "Russian": (
        "понедельник пон пн", "вторник вто вт", "среда сре ср", "четверг чет чт",
        "пятница пят пт", "суббота суб сб", "воскресенье вос вс",
    ),
    "Ukrainian": (
        "понеділок пон пн", "вівторок вів вт", "середа сер ср", "четвер чет чт",
        "п'ятниця п’ятниця пт", "субота суб сб", "неділя нед нд",
    ),
}  # fmt: skip
"""Weekdays from Monday on, whole names first; a short form in brackets never counts by itself.

Such forms are words of many tables (to, on), codes, or usual in another language: they count beside
one that isn't in brackets, or three of them together; single letters all seven together.
"""

_TOGETHER = 3
_WEEK = 7
_WHOLE = 4
"""Fewest letters of a word that is read beside words of another language."""


@dataclass(frozen=True, slots=True)
class _Language:
    """Weekdays of a language.

    Attributes
    ----------
    numbers
        From its words to weekdays, Monday being 0; without accents, and with those by which it
        tells two of its words apart.
    alone
        Words that count by themselves.
    """

    numbers: dict[str, int]
    alone: frozenset[str]

    def of(self, word: str) -> int | None:
        """Return the weekday of a word in lower case."""
        return self.numbers.get(word, self.numbers.get(bare(word)))

    def count(self, words: Collection[str]) -> int:
        """Return how many of some words are its weekdays; 0 if they need others to be sure."""
        mine = {word for word in words if self.of(word) is not None}
        sure = any(word in self.alone or bare(word) in self.alone for word in mine)
        long = sum(len(word) > 1 for word in mine)
        week = len({self.of(word) for word in mine}) == _WEEK
        return len(mine) if sure or long >= _TOGETHER or week else 0


_PLAIN = str.maketrans({"ł": "l", "\u0131": "i"})
"""Letters that have no accent to take off."""


def bare(text: str) -> str:
    """Return a text in lower case without accents."""
    apart = unicodedata.normalize("NFKD", text.lower().translate(_PLAIN))
    return "".join(letter for letter in apart if not unicodedata.combining(letter))


def _languages() -> Iterator[_Language]:
    for days in _TABLE.values():
        entries = [(word, number) for number, day in enumerate(days) for word in day.split()]
        numbers: dict[str, int] = {}
        alone = set()
        for word, number in entries:
            exact = word.strip("()")
            numbers.setdefault(bare(exact), number)
            numbers[exact] = number
            if exact == word:
                alone |= {exact, bare(exact)}
        yield _Language(numbers, frozenset(alone))


_LANGUAGES = tuple(_languages())


def weekdays_in(words: Sequence[str]) -> tuple[int | None, ...] | None:
    """Return the weekdays of a list of words, Monday being 0, by the one language that they are of.

    Parameters
    ----------
    words
        Each by itself, such as ``Mo``, ``fri.`` or ``Wednesday``, in any case.

    Returns
    -------
    tuple of int or None, or None
        For each word its weekday; None for one that is no weekday in the language of the others.
        Not even that if the words fit languages in which they mean different days.
    """
    beside = frozenset(words)
    found = [possible_weekdays(word, beside) for word in words]
    if any(len(numbers) > 1 for numbers in found):
        return None
    return tuple(numbers[0] if numbers else None for numbers in found)


def weekday_of(text: str, beside: Collection[str] = ()) -> int | None:
    """Return the number of a weekday, Monday being 0, in words such as Mon or Montag.

    Parameters
    ----------
    text
        A word; anything else is no weekday.
    beside
        Weekdays of the same table, by which the language is known.

    Returns
    -------
    int or None
        None: it is no weekday, or may be several.
    """
    numbers = possible_weekdays(text, frozenset(beside))
    return numbers[0] if len(numbers) == 1 else None


def is_weekday(text: str) -> bool:
    """Return whether a word by itself is a weekday in some language."""
    return bool(possible_weekdays(text, frozenset()))


@lru_cache(maxsize=4096)
def possible_weekdays(text: str, beside: frozenset[str]) -> tuple[int, ...]:
    """Return all weekdays that a word may be, Monday being 0, in the languages of its table.

    Parameters
    ----------
    text
        A word.
    beside
        Words of the same table. Those languages count in which most of all words are weekdays.
    """
    word = _lower(text)
    if all(language.of(word) is None for language in _LANGUAGES):
        return ()
    words = {word, *map(_lower, beside)}
    counts = [language.count(words) for language in _LANGUAGES]
    most = max(counts)
    spoken = [one for one, count in zip(_LANGUAGES, counts, strict=True) if count == most > 0]
    numbers = {number for one in spoken if (number := one.of(word)) is not None}
    if not numbers and len(word) >= _WHOLE:  # Tuesday beside Mo and Mi
        numbers = {number for one in _LANGUAGES if (number := one.of(word)) is not None}
    return tuple(sorted(numbers))


def weekday_words(words: Iterable[str]) -> frozenset[str]:
    """Return those words that are weekdays in any language, perhaps only beside others."""
    return frozenset(
        word for word in words if any(one.of(_lower(word)) is not None for one in _LANGUAGES)
    )


def several_meant(text: str, numbers: Sequence[int]) -> str:
    """Return the message for a text that may be several weekdays, by the language."""
    names = [day.split()[0].capitalize() for day in _TABLE["English"]]
    meant = " or ".join(names[number] for number in numbers)
    return f"{shown(text)} may be {meant}, by the language; write {meant.lower()}"


def _lower(text: str) -> str:
    return text.strip().rstrip(".").lower()
