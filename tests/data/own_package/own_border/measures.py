"""A measure of travellers."""

from bcpsim.extend import Ints, Kind, Measure, Part, Shown, Total, View


def _waited_long(view: View) -> Ints:
    return view.count(view.leaving & (view.waiting_in_all > 5 * 60_000_000))


long_waits = Measure(
    "long_waits",
    "Long waits",
    "travellers",
    "Travellers who leave in the measured time after waiting for more than five minutes.",
    "own_border",
    parts=(Part(Kind.PEOPLE, Total(_waited_long)),),
    shown=Shown(run=85),
)
