"""Columns of a table that aren't read: all are told, and those that may tell rows apart twice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence, Set

from bcpsim.files.fields import flow
from bcpsim.scenario.tables.notes import Notes
from bcpsim.scenario.tables.raw import Line, head_of, listed, plain

_APART = frozenset(
    [
        *(
            "stop",
            "post",
            "place",
            "location",
            "site",
            "station",
            "terminal",
            "team",
            "unit",
            "agency",
        ),
        *("direction", "movement", "arr/dep", "arrival/departure", "a/d", "ad", "type", "status"),
        *("posten", "ort", "standort", "dienststelle", "stelle", "richtung", "art", "abfertigung"),
        *("posterunek", "placówka", "stanowisko", "miejsce", "kierunek", "rodzaj", "grupa"),
        *("poste", "lieu", "sens", "gruppe", "group"),
    ]
)
"""Names of columns by which rows of a table are often for something else."""

_VALUES = frozenset(
    [
        *("arrival", "departure", "arrivals", "departures", "arr", "dep", "inbound", "outbound"),
        *("entry", "exit", "in", "out", "cancelled", "canceled", "absent", "sick"),
        *("ankunft", "abflug", "abfahrt", "einreise", "ausreise", "annulliert", "gestrichen"),
        *("przylot", "odlot", "przyjazd", "odjazd", "wjazd", "wyjazd", "odwołany", "odwołane"),
        *("arrivée", "départ", "entrée", "sortie", "annulé", "annulée", "krank", "chory"),
    ]
)
"""What stands in such a column, whatever it is called."""

_CANCELLED = frozenset(
    [
        *("cancelled", "canceled", "cancellation", "cnl", "annulled", "removed", "absent", "sick"),
        *("storno", "stornoe", "storniert", "annulliert", "gestrichen", "ausfall", "entfällt"),
        *("odwołany", "odwołane", "anulowany", "annulé", "annulée", "supprimé", "krank", "chory"),
    ]
)
"""What says that a row doesn't take place, in a cell or as the name of a column."""

_MOST_KINDS = 20


def tell_unused_columns(
    header: Sequence[str],
    used: Set[int],
    lines: Sequence[Line],
    notes: Notes,
    hint: Callable[[str], str] = lambda _: "",
) -> None:
    """Tell of columns that aren't read.

    Parameters
    ----------
    header
        Names of the columns.
    used
        Places of those that are read.
    lines
        The rows.
    notes
        Told of the others.
    hint
        What is said behind the name of one.
    """
    for k, name in enumerate(header):
        if not name or k in used:
            continue
        notes.unused.append(name + hint(name))
        kinds = Counter(head_of(cells[k]) if k < len(cells) else "" for _, cells in lines)
        said = plain(name)
        apart = said in _APART | _CANCELLED or any(plain(kind) in _VALUES for kind in kinds)
        if apart and 1 < len(kinds) <= _MOST_KINDS:
            shown = listed([kind or "nothing" for kind in kinds], 6)
            held = [kind for kind, _ in kinds.most_common() if plain(kind) not in _CANCELLED]
            one = "" if said in _CANCELLED and "" in kinds else held[0] if held else ""
            notes.warn(
                f"rows of every {name} are read ({shown}); where: {flow({name: one})} takes some"
            )
