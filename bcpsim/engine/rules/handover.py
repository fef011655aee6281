"""What is in the hands of officers off duty is handed to idle ones of their group."""

from __future__ import annotations

from bcpsim.engine.moves import be_gone, come_to
from bcpsim.engine.records import Group, Hand, Officer, World
from bcpsim.engine.rules.crews import stage_of
from bcpsim.engine.rules.desks import release_later
from bcpsim.engine.table import NOTHING, rule


@rule
def hand_over(w: World, group: Group) -> None:
    """Let idle officers of a group go on with what its officers off duty have in hand."""
    for officer in group.officers:
        if officer.present or not officer.working:
            continue
        post = officer.post
        relief = post.idle.first()
        hand = officer.hand
        if relief >= 0 and hand.begun <= w.now < hand.until:  # else not at work just now
            pass_on(w, hand, officer, group.officers[relief])


@rule
def pass_on(w: World, hand: Hand, officer: Officer, relief: Officer) -> None:
    """Give a task to another officer."""
    me = hand.traveller
    note(w, hand, officer)
    hand.task.officer[me.number] = relief.number
    hand.officer = relief
    be_gone(relief)
    relief.working = True
    relief.hand = hand
    officer.working = False
    officer.hand = NOTHING
    come_to(officer, officer.post)
    delay(w, hand, officer.group.handover_time)


@rule
def note(w: World, hand: Hand, officer: Officer) -> None:
    """Write down who handed a task over, and when."""
    k = 4 * w.handed_over
    w.handovers[k] = hand.task.number
    w.handovers[k + 1] = hand.traveller.number
    w.handovers[k + 2] = officer.number
    w.handovers[k + 3] = w.now
    w.handed_over += 1


@rule
def delay(w: World, hand: Hand, minutes: int) -> None:
    """Make a task longer, and shift those that come after it in a sequence."""
    me = hand.traveller
    stage = stage_of(me)
    hands = me.lane.hands
    before = me.due
    if stage.in_sequence:
        for other in hands:
            if other.traveller is me and other is not hand and other.begun >= hand.until:
                other.begun += minutes
                other.until += minutes
                other.task.started[me.number] = other.begun
    hand.until += minutes
    over = hand.until
    for other in hands:
        if other.traveller is me:
            over = max(over, other.until)
    me.due = over
    if not (stage.stay or stage.apart) and over > before:
        for other in hands:
            if other.traveller is me and other.until == before:  # was the last, and is no more
                release_later(w, other)
