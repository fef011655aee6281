"""What signs in front of the crossings of a region show, and when.

The near crossing and the far one are those of `two_crossings`.
"""

from __future__ import annotations

from collections.abc import Callable

from borders import two_crossings

from bcpsim.engine import EventLog
from bcpsim.plan import Plan
from bcpsim.sampling import Travellers

Run = tuple[Plan, Travellers, EventLog]
RunHand = Callable[..., Run]


def test_signs_that_are_current_send_to_the_other_as_soon_as_it_takes_less(
    run_hand: RunHand,
) -> None:
    choice = {"sign": {"shows": "queue", "each": "3 min"}}
    _, _, log = run_hand(two_crossings(choice=choice), cars=[0, 1, 3, 6, 7, 9, 13])
    # The second and the third join the queue at 3 and 5, so that at 6 the near one takes 2 + 6,
    # and the other 7. So it is still at 9; at 12 the first is gone, and one waits.
    assert log.crossing.tolist() == [[0, 0, 0, 1, 1, 1, 0]]
    assert log.minutes.shown.tolist() == [[0, 0, 3, 0, 0, 0, 3]]


def test_signs_tell_what_was_so_when_they_were_brought_up_to_date(run_hand: RunHand) -> None:
    sign = {"shows": "longest_wait", "every": "10 min", "delay": "4 min"}
    _, _, log = run_hand(two_crossings(choice={"sign": sign}), cars=[0, 1, 5, 13, 14, 30])
    # At 10 the second has waited 7, since 3; it is shown from 14 on. At 20 the fourth has waited
    # 5; at 30, who is looked at first, the one of 14 who went to the other doesn't count.
    assert log.minutes.shown[0, :4].tolist() == [0, 0, 0, 0]
    assert log.crossing[0].tolist()[:5] == [0, 0, 0, 0, 1]


def test_what_signs_show_is_rounded_a_half_up(run_hand: RunHand) -> None:
    sign = {"shows": "queue", "each": "150 s", "rounded_to": "5 min"}
    choice = {"gain": "1 h", "sign": sign}
    _, _, log = run_hand(two_crossings(choice=choice), cars=[0, 1, 4, 5, 8])
    # One waits: 2.5, two: 5, three: 7.5 min.
    assert log.minutes.shown.tolist() == [[0, 0, 5, 5, 10]]


def test_the_mean_wait_of_the_last_served(run_hand: RunHand) -> None:
    choice = {"gain": "1 h", "sign": {"shows": "mean_wait", "last": 2}}
    _, _, log = run_hand(two_crossings(choice=choice), cars=[0, 0, 5, 13, 23])
    # Waits at the near one are 0, 10 and 15: at 13 the mean of the first two, at 23 of the last.
    assert log.minutes.shown.tolist() == [[0, 0, 0, 5, 12.5]]
