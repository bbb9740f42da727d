"""Another time for a booking in one act of staff: the old one is given back and the new one taken, or neither. Pure.

Both facts are kept in one commit, so nobody is ever without a time in between. Central tells its visitor of a change
and not of a cancellation: the fact says what took the old one's place.
"""

from __future__ import annotations

from datetime import date as Day

from kiosk_app.api_slots import SlotAct
from kiosk_app.office import facts as f
from kiosk_app.office import matters
from kiosk_app.office.dates import screen_date
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.slot_days import Booked, SlotDay
from kiosk_app.office.slot_rules import GONE, Hub, find, free_start
from kiosk_app.office.slot_times import clock
from kiosk_app.office.slots import Stretch
from kiosk_app.office.slots_sold import ticket_for

REASON = "時間の変更"


def move(hub: Hub, act: SlotAct, new: str, intent: str) -> Decision | Refusal:
    """`new`: an unguessable id for the booking that takes the place of the old one."""
    found = find(hub.state, act.booking)
    if found is None:
        return Refusal(message_ja=GONE)
    date, letter, day, one = found
    if act.booking in day.cancelled:
        return Refusal(message_ja="この予約は取り消されています。画面を確かめてください。")
    if act.booking in day.missed:
        return Refusal(message_ja="不在にした予約です。この方を受け付けるか、新しく予約を入れてください。")
    if date == hub.state.day.date and ticket_for(hub.state.day, letter, act.booking, one):
        return Refusal(message_ja="この方は受付を済ませています。時間は変えられません。")
    to = hub.date(act.date)
    if (to, act.start_min) == (date, one.start_min):
        return Refusal(message_ja="いまと同じ時間です。別の時間を選んでください。")
    start = free_start(hub, letter, act, one.service, act.booking, _people(hub, letter, date, day, one))
    if isinstance(start, Refusal):
        return start
    given_back = f.BookingCancelled(
        booking=act.booking, letter=letter, date=date, by="staff", reason=REASON, intent=intent, replaced_by=new
    )
    made = f.BookingMade(
        booking=new,
        letter=letter,
        date=to,
        lane=start.lane,
        start_min=start.start_min,
        length_min=start.length_min,
        after_min=start.after_min,
        service=one.service,
        source="counter",
        language=one.language,
        replaces=act.booking,
        intent=intent,
    )
    before = clock(one.start_min) if to == date else f"{_day(date)} {clock(one.start_min)}"
    said = f"{letter} {before}の予約を{_day(to)} {clock(start.start_min)}に変えました。"
    # The given back first: the new time may lie over the old one.
    return Decision(facts=(given_back, made), message_ja=said, ticket=new)


def _people(hub: Hub, letter: str, date: str, day: SlotDay, one: Booked) -> int:
    """How many, one after the other: what is more than the matter takes by itself is for others of the family."""
    group = hub.group(letter)
    service = next((known for known in hub.office.services if known.id == one.service), None)
    if group is None or service is None:
        return 1
    in_a_row = places(day, one)
    pitch_min = (one.length_min + one.after_min) // in_a_row
    slot = Stretch(start_min=0, until_min=1, length_min=max(1, pitch_min - one.after_min), after_min=one.after_min)
    return max(1, in_a_row // matters.need_of(group, service, Day.fromisoformat(date)).places(slot))


def places(day: SlotDay, one: Booked) -> int:
    """So many slots in a row it was, for a family or a long matter, as far as the day's plans tell: 1 else."""
    pitches = {
        stretch.length_min + stretch.after_min
        for plan in day.plans
        for lanes in (plan.lanes, plan.base, plan.before)
        for lane in lanes
        for stretch in lane.stretches
    }
    taken_min = one.length_min + one.after_min
    if not taken_min or taken_min in pitches:
        return 1
    return min((taken_min // pitch for pitch in pitches if pitch and taken_min % pitch == 0), default=1)


def _day(date: str) -> str:
    return screen_date(Day.fromisoformat(date), "ja")
