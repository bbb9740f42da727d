"""Decisions of the timetable: what an act of staff on slots leads to, as facts, or one plain sentence why not. Pure.

The same press never acts twice. Whoever may do what is asked before (permissions.py).
"""

from __future__ import annotations

import zlib
from collections.abc import Collection, Mapping
from datetime import date as Day
from typing import NamedTuple

import msgspec

from kiosk_app.api_slots import SlotAct, SlotChange
from kiosk_app.office import catalogue, matters, slot_changes, slot_plans
from kiosk_app.office import facts as f
from kiosk_app.office.across_days import Suspension
from kiosk_app.office.catalogue import Group, Office
from kiosk_app.office.dates import screen_date
from kiosk_app.office.decision import Decision, Refusal
from kiosk_app.office.leader_rules import AHEAD_MAX_MS, LONGEST_MS, SUSPENSIONS_MAX, suspensions_now
from kiosk_app.office.same_day import can_be_booked, serves
from kiosk_app.office.slot_days import Booked, SlotDay, free_for_office
from kiosk_app.office.slot_plans import planned, slot_day
from kiosk_app.office.slot_times import clock, local_day, minute_of, utc_ms_of
from kiosk_app.office.slots import Lane, Places, Start
from kiosk_app.office.slots_sold import ticket_for
from kiosk_app.office.state import OfficeState

CHANGED = "その間に予約枠が変わりました。もう一度確かめてから押してください。"
NO_GROUP = "この区分は予約を受けていません。区分を選び直してください。"
NO_DAY = "この日は予約を受けていません。日付を選び直してください。"
GONE = "その予約はありません。画面を確かめて、もう一度選んでください。"
NEAR_MAX = 3
HIT_MAX = 2_000
"""Bookings that one closure cancels: more than any office has in its two months."""


class Hub(NamedTuple):
    """`epoch` of this hub. `not_before`: the first minute of today that may be sold to whoever comes now, by letter
    (same_day.not_before_min)."""

    state: OfficeState
    office: Office
    now_utc_ms: int
    epoch: int
    not_before: Mapping[str, int]

    @property
    def today(self) -> str:
        return local_day(self.office, self.now_utc_ms).isoformat()

    def now_min(self, date: str) -> int:
        """0 of a day to come."""
        return minute_of(self.office, date, self.now_utc_ms)

    def group(self, letter: str) -> Group | None:
        return next((one for one in self.office.groups if one.letter == letter and one.booking is not None), None)

    def date(self, wished: str) -> str:
        return wished or self.today

    def is_bookable(self, group: Group, date: str) -> bool:
        return date in slot_plans.bookable_days(group, local_day(self.office, self.now_utc_ms))


# --- one booking -----------------------------------------------------------------------------------------------------


def book(hub: Hub, act: SlotAct, service: str, language: str, booking: str, intent: str) -> Decision | Refusal:
    """For somebody at the counter, or on the telephone with the office. `booking`: a new unguessable id."""
    date, start = hub.date(act.date), free_start(hub, act.letter, act, service)
    if isinstance(start, Refusal):
        return start
    if act.replaces and find(hub.state, act.replaces) is None:
        return Refusal(message_ja=GONE)
    fact = f.BookingMade(
        booking=booking,
        letter=act.letter,
        date=date,
        lane=start.lane,
        start_min=start.start_min,
        length_min=start.length_min,
        after_min=start.after_min,
        service=service,
        source="counter",
        language=language,
        replaces=act.replaces,
        intent=intent,
    )
    said = f"{act.letter} {screen_date(Day.fromisoformat(date), 'ja')} {clock(start.start_min)}に予約を入れました。"
    return Decision(facts=(fact,), message_ja=said, ticket=booking)


def free_start(
    hub: Hub, letter: str, act: SlotAct, service: str, without: str = "", people: int = 1
) -> Start | Refusal:
    """The start that was chosen, or why it cannot be had. `without`: a booking that is given back in the same act."""
    group, date = hub.group(letter), hub.date(act.date)
    if group is None:
        return Refusal(message_ja=NO_GROUP)
    if not hub.is_bookable(group, date):
        return Refusal(message_ja=NO_DAY)
    found = next((one for one in hub.office.services if one.id == service), None)
    if found is None or not can_be_booked(found, group, date):
        return Refusal(message_ja="この用件は予約を受けていません。用件を選び直してください。")
    if act.start_min is None:
        return Refusal(message_ja="時間が選ばれていません。空いている枠を選んでください。")
    need = matters.need_of(group, found, Day.fromisoformat(date), people)
    free = [one for one in sellable(hub, letter, date, need, without) if serves(found, one.start_min)]
    start = next((at for at in free if at.start_min == act.start_min and act.lane in (0, at.lane)), None)
    if start is None:
        longer = any(at.start_min == act.start_min for at in sellable(hub, letter, date, 1, without))
        return Refusal(message_ja=_taken(free, act.start_min, found.minutes if longer else 0))
    return start


def sellable(hub: Hub, letter: str, date: str, places: Places = 1, without: str = "") -> list[Start]:
    """What this office may sell now: of today nothing before the last time that a walk-in was promised."""
    from_min = max(hub.now_min(date), hub.not_before.get(letter, 0)) if date == hub.today else 0
    return free_for_office(slot_day(hub.state, date, letter), from_min, places, without)


def _taken(free: Collection[Start], wished: int, minutes: int) -> str:
    """`minutes`: of a matter for which the time is free but too short; 0 where it is not free."""
    times = sorted({one.start_min for one in free}, key=lambda at: (abs(at - wished), at))[:NEAR_MAX]
    if not times and minutes:
        return f"この用件は{minutes}分かかり、この日にはつづけて空いている枠がありません。別の日を選んでください。"
    if not times:
        return "この日の空きはもうありません。別の日を選んでください。"
    why = f"この用件は{minutes}分かかり、その時間からでは枠が足りません。" if minutes else "その時間は予約できません。"
    return f"{why}近い空きは{'、'.join(clock(at) for at in sorted(times))}です。"


def cancel(hub: Hub, act: SlotAct, reason: str, reasons: Collection[str], intent: str) -> Decision | Refusal:
    found = find(hub.state, act.booking)
    if found is None:
        return Refusal(message_ja=GONE)
    if reason not in reasons:
        return Refusal(message_ja="取り消す理由が選ばれていません。一覧から選んでください。")
    date, letter, day, one = found
    if act.booking in day.cancelled:
        return Refusal(message_ja="この予約は取り消されています。操作はいりません。")
    if date == hub.state.day.date and ticket_for(hub.state.day, letter, act.booking, one):
        return Refusal(message_ja="この方は受付を済ませています。番号のほうを取り消してください。")
    fact = f.BookingCancelled(booking=act.booking, letter=letter, date=date, by="staff", reason=reason, intent=intent)
    return Decision(facts=(fact,), message_ja=f"{letter} {clock(one.start_min)}の予約を取り消しました。")


def no_show(hub: Hub, act: SlotAct, intent: str) -> Decision | Refusal:
    found = find(hub.state, act.booking)
    if found is None:
        return Refusal(message_ja=GONE)
    date, letter, day, one = found
    at = clock(one.start_min)
    if act.booking in day.cancelled:
        return Refusal(message_ja="この予約は取り消されています。操作はいりません。")
    if act.booking in day.missed:
        return Refusal(message_ja=f"{at}の方はすでに不在です。操作はいりません。")
    if date != hub.today or hub.now_min(date) < one.start_min:
        return Refusal(message_ja=f"予約の時間は{at}です。時間になってから押してください。")
    if date == hub.state.day.date and ticket_for(hub.state.day, letter, act.booking, one):
        return Refusal(message_ja="この方は受付を済ませています。番号のほうで不在にしてください。")
    fact = f.BookingMissed(booking=act.booking, letter=letter, date=date, intent=intent)
    return Decision(facts=(fact,), message_ja=f"{letter} {at}の予約の方を不在にしました。")


def find(state: OfficeState, booking: str) -> tuple[str, str, SlotDay, Booked] | None:
    for date, days in state.slots.items():
        for letter, day in days.items():
            if booking in day.bookings:
                return date, letter, day, day.bookings[booking]
    return None


# --- plans -----------------------------------------------------------------------------------------------------------


def change(hub: Hub, act: SlotAct, intent: str) -> Decision | Refusal:
    if act.change is None:
        return Refusal(message_ja="変えるものが選ばれていません。画面から選んでください。")
    after = change_of(hub, act.change)
    if isinstance(after, str):
        return Refusal(message_ja=after)
    if act.version != after.version:
        return Refusal(message_ja=CHANGED)
    fact = planned(
        after.day,
        act.change.letter,
        after.date,
        hub.epoch,
        after.lanes,
        after.base,
        before=after.day.base,
        by="staff",
        reason=after.said,
        intent=intent,
    )
    return Decision(facts=(fact,), message_ja=f"{after.said}に変えました。{clock(after.begins_min)}からです。")


class Change(NamedTuple):
    """A change before it is committed. `base` is without the closures that lie over it."""

    day: SlotDay
    date: str
    now_min: int
    lanes: tuple[Lane, ...]
    base: tuple[Lane, ...]
    said: str
    begins_min: int
    version: str


def change_of(hub: Hub, wished: SlotChange) -> Change | str:
    group, date = hub.group(wished.letter), hub.date(wished.date)
    if group is None:
        return NO_GROUP
    if not hub.is_bookable(group, date):
        return NO_DAY
    day, now_min = slot_day(hub.state, date, group.letter), hub.now_min(date)
    most = max(len(catalogue.counters_of(hub.office, group.letter)), len(day.base))
    found = slot_changes.changed(day, wished, now_min, most)
    if isinstance(found, str):
        return found
    lanes = slot_plans.with_closures(hub.office, hub.state, group.letter, date, found.base)
    begins = slot_changes.begins_min(day.base, found.base, now_min)
    # What was shown begins then: a moment later it would be another change.
    version = f"{slot_changes.version(day)}@{begins}"
    return Change(day, date, now_min, lanes, found.base, found.said, begins, version)


def undo(hub: Hub, act: SlotAct, intent: str) -> Decision | Refusal:
    group, date = hub.group(act.letter), hub.date(act.date)
    if group is None:
        return Refusal(message_ja=NO_GROUP)
    day = slot_day(hub.state, date, group.letter)
    base = slot_changes.undone(day, hub.now_min(date))
    if base is None or day.latest is None:
        return Refusal(message_ja="元に戻せる変更はありません。予約枠を確かめてください。")
    if act.version != slot_changes.version(day):
        return Refusal(message_ja=CHANGED)
    lanes = slot_plans.with_closures(hub.office, hub.state, group.letter, date, base)
    reason = f"元に戻す（{day.latest.reason}）" if day.latest.reason else "元に戻す"
    fact = planned(day, group.letter, date, hub.epoch, lanes, base, by="staff", reason=reason, intent=intent)
    return Decision(facts=(fact,), message_ja="予約枠を元に戻しました。約束した時間はそのままです。")


# --- closures --------------------------------------------------------------------------------------------------------


class Hit(NamedTuple):
    """A booking that a closure takes away."""

    date: str
    letter: str
    booking: str
    one: Booked


class Closing(NamedTuple):
    letters: tuple[str, ...]
    from_utc_ms: int
    until_utc_ms: int
    begins: bool
    """Later, and not at once."""
    hits: tuple[Hit, ...]
    version: str


def closing_of(hub: Hub, groups: tuple[str, ...], starts: str, ends: str) -> Closing | str:
    """`starts` and `ends` by the office's clock, 2026-04-07T14:00; without `starts` at once. Without groups all."""
    known = [group.letter for group in hub.office.groups]
    if any(letter not in known for letter in groups):
        return "休止するグループがありません。グループを選び直してください。"
    try:
        begins = _moment(hub.office, starts) if starts else 0
        until = _moment(hub.office, ends)
    except ValueError:
        return "休止の日時が読み取れません。日付と時刻を選び直してください。"
    start = max(begins, hub.now_utc_ms)
    if until <= start:
        return "休止の終わりは、始まりとこれからの時刻より後にしてください。"
    if start > hub.now_utc_ms + AHEAD_MAX_MS or until - start > LONGEST_MS:
        return "休止は2か月先までです。それより先や長いものは、技術員にカタログへ入れてもらってください。"
    hits = tuple(_hits(hub, groups or tuple(known), start, until))
    version = f"{begins}-{until}-{len(hits)}-{zlib.crc32(' '.join(one.booking for one in hits).encode()):08x}"
    return Closing(groups, start, until, begins > hub.now_utc_ms, hits, version)


def _moment(office: Office, minute: str) -> int:
    date, _, at = minute.partition("T")
    Day.fromisoformat(date)
    hour, minutes = int(at[:2]), int(at[3:5])
    if not (hour < 24 and minutes < 60):
        raise ValueError(minute)
    return utc_ms_of(office, date, hour * 60 + minutes)


def _hits(hub: Hub, letters: Collection[str], start_utc_ms: int, until_utc_ms: int) -> list[Hit]:
    """Whose slot lies within, in whole or in part, and who is not here yet; the earliest first."""
    found = []
    for date, days in hub.state.slots.items():
        first = minute_of(hub.office, date, start_utc_ms)
        last = minute_of(hub.office, date, until_utc_ms, up=True)
        for letter, day in days.items():
            for booking, one in day.bookings.items() if letter in letters and first < last else ():
                over = booking in day.cancelled or booking in day.missed
                if over or one.start_min >= last or one.start_min + one.length_min <= first:
                    continue
                if date == hub.today and one.start_min + one.length_min <= hub.now_min(date):
                    continue
                if date == hub.state.day.date and ticket_for(hub.state.day, letter, booking, one):
                    continue
                found.append(Hit(date, letter, booking, one))
    return sorted(found, key=lambda hit: (hit.date, hit.one.start_min, hit.letter, hit.booking))[:HIT_MAX]


def close(
    hub: Hub,
    act: SlotAct,
    reason: str,
    reasons: Mapping[str, Mapping[str, str]],
    ahead: Mapping[str, Mapping[str, str]],
    intent: str,
) -> Decision | Refusal:
    """計画運休: machines give no tickets, nothing more is sold, and the promises that the preview showed are taken back
    by name. None of them is a no-show."""
    if reason not in reasons:
        return Refusal(message_ja="休止の理由が選ばれていません。一覧から選んでください。")
    if act.closing is None:
        return Refusal(message_ja="休止する時間が選ばれていません。日付と時刻を選んでください。")
    found = closing_of(hub, act.closing.groups, act.closing.starts, act.closing.ends)
    if isinstance(found, str):
        return Refusal(message_ja=found)
    if act.version != found.version:
        return Refusal(message_ja=CHANGED)
    if len(suspensions_now(hub.state, hub.now_utc_ms)) >= SUSPENSIONS_MAX:
        return Refusal(message_ja="休止が多すぎます。終わったものを先に解除してください。")
    suspended = f.Suspended(
        suspension=intent,
        until_utc_ms=found.until_utc_ms,
        reason=dict(reasons[reason]),
        groups=found.letters,
        intent=intent,
        from_utc_ms=found.from_utc_ms if found.begins else 0,
        ahead=dict(ahead.get(reason, {})),
    )
    cancelled = [
        f.BookingCancelled(booking=hit.booking, letter=hit.letter, date=hit.date, by="closure", reason=reason)
        for hit in found.hits
    ]
    told = f"{len(cancelled)}件の予約を取り消しました。電話リストを確かめてください。" if cancelled else ""
    return Decision(facts=(suspended, *cancelled), message_ja=f"休止を決めました。{told}")


def closed_then(state: OfficeState, found: Closing, intent: str = "preview") -> OfficeState:
    """As the state would be with that closure: what of the plans is left follows from it."""
    one = Suspension(
        groups=found.letters,
        services=(),
        reason={},
        from_utc_ms=found.from_utc_ms,
        until_utc_ms=found.until_utc_ms,
    )
    return msgspec.structs.replace(state, suspensions={**state.suspensions, intent: one})
