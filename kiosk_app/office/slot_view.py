"""The timetable of a group's day as consoles read it (api_slots.py). Pure; days and previews: slot_previews.py."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date as Day
from typing import Literal, NamedTuple

from kiosk_app import api_slots as api
from kiosk_app.api import Role
from kiosk_app.api_base import language_of
from kiosk_app.office import booking_code, calendar, catalogue, slot_changes, slot_plans, slot_rules
from kiosk_app.office.catalogue import Group, Service
from kiosk_app.office.dates import screen_date
from kiosk_app.office.permissions import may
from kiosk_app.office.same_day import spans, why_not
from kiosk_app.office.slot_days import Booked, SlotDay, office_lanes
from kiosk_app.office.slot_plans import slot_day
from kiosk_app.office.slot_rules import Hub
from kiosk_app.office.slot_times import clock
from kiosk_app.office.slots import Lane, Promise, Start, Stretch, free_starts, overlaps
from kiosk_app.office.slots_sold import online_starts, ticket_for
from kiosk_app.office.state import OfficeState, number_of, visit_of
from kiosk_app.office.times import clock_text

SOURCES: dict[str, str] = {"web": "Web予約", "phone": "電話予約", "counter": "窓口で予約", "machine": "発券機で予約"}
BY: dict[str, str] = {"visitor": "ご本人", "staff": "職員", "closure": "休止"}
USUAL_LENGTHS = (5, 7, 10, 15, 20, 30)
"""Seven: what offices make of ten when people come faster than planned."""


class Beside(NamedTuple):
    """What is known beside the log. `name_of`: of today's check-in rows, by booking. `pace_min`: how long a visit of
    the group is measured to take. `key`: of reservation codes, empty where there is none. `online`: central is set
    up."""

    name_of: Callable[[str], str] = lambda booking: ""
    suggestion: api.SlotSuggestion = api.SlotSuggestion()
    pace_min: float | None = None
    key: bytes = b""
    online: bool = False


# --- one day ---------------------------------------------------------------------------------------------------------


def view(hub: Hub, role: Role, letter: str, wished: str, beside: Beside) -> api.SlotsView:
    groups = [one for one in hub.office.groups if one.booking is not None]
    if not groups:
        return api.SlotsView(ok=False, message="この役所は予約を受けていません。")
    group = hub.group(letter or groups[0].letter)
    if group is None:
        return api.SlotsView(ok=False, message=slot_rules.NO_GROUP)
    date = hub.date(wished)
    if not hub.is_bookable(group, date):
        return api.SlotsView(ok=False, message=slot_rules.NO_DAY)
    day, now_min = slot_day(hub.state, date, group.letter), hub.now_min(date)
    made = Maker(hub, role, group, date, beside)
    lanes = made.lanes(day)
    states = [slot.state for lane in lanes for slot in lane.slots]
    length, after = slot_changes.length_now(day.lanes, now_min)
    promises = made.pending(day)
    return api.SlotsView(
        letter=group.letter,
        name=catalogue.text(group.name, "ja"),
        date=date,
        date_text=screen_date(Day.fromisoformat(date), "ja"),
        today=date == hub.today,
        now_min=now_min,
        version=slot_changes.version(day),
        lanes=lanes,
        cancelled=made.cancelled(day),
        free=states.count("free"),
        free_central=states.count("central"),
        booked=states.count("booked"),
        checked_in=states.count("checked_in") + states.count("called"),
        done=states.count("done"),
        no_show=states.count("no_show"),
        load_percent=slot_changes.load_percent(day.lanes, promises, now_min, beside.pace_min),
        length_min=length,
        after_min=after,
        lanes_open=len(slot_changes.open_lanes(day.lanes, now_min)),
        lanes_max=max(len(catalogue.counters_of(hub.office, group.letter)), len(day.base)),
        counters_open=counters_open(hub, group.letter),
        lengths=_lengths(group, length, beside.suggestion.minutes),
        suggestion=beside.suggestion,
        undo=_undo(hub, day, now_min),
        closed="" if day.base or promises else _why_closed(hub, group, date),
        closures=tuple(
            api.SlotClosure(id=key, start_min=start, until_min=until, reason=one.reason.get("ja", ""))
            for key, one, start, until in slot_plans.closures_of(hub.office, hub.state, group.letter, date)
        ),
        online=_online(day, beside.online),
        plan_taken=_is_taken(day),
        groups=tuple(_tab(hub, one) for one in groups),
        services=tuple(
            _service(one, group, date)
            for one in hub.office.services
            if one.group == group.letter and catalogue.is_valid(one, Day.fromisoformat(date))
        ),
    )


def _service(service: Service, group: Group, date: str) -> api.SlotService:
    return api.SlotService(
        id=service.id,
        name=catalogue.text(catalogue.public_name(service), "ja"),
        why=why_not(service, group, date),
        spans=spans(service),
    )


class Maker:
    """Of one group and day."""

    def __init__(self, hub: Hub, role: Role, group: Group, date: str, beside: Beside) -> None:
        self._hub, self._role, self._group, self._date, self._beside = hub, role, group, date, beside
        self._now_min = hub.now_min(date)
        self._today = date == hub.today == hub.state.day.date
        self._names = {one.id: catalogue.text(catalogue.public_name(one), "ja") for one in hub.office.services}
        self._sellable = {(one.start_min, one.lane) for one in slot_rules.sellable(hub, group.letter, date)}

    def pending(self, day: SlotDay) -> list[Promise]:
        """Promises that are still to be kept: nobody was there yet, or waits."""
        found = []
        for booking, one in day.bookings.items():
            if booking not in day.cancelled and self._state(day, booking, one)[0] in ("booked", "checked_in"):
                found.append(one.promise(booking))
        return found

    def lanes(self, day: SlotDay) -> tuple[api.LaneView, ...]:
        known = {lane.number: lane for lane in day.lanes}
        kept: dict[int, list[api.SlotView]] = {number: [] for number in known}
        late = {
            one.booking: one.late_min
            for one in slot_changes.pressed(day.lanes, self.pending(day), self._now_min, self._beside.pace_min)
        }
        doubled = {booking for pair in overlaps(day.promises()) for booking in pair}
        for booking, one in day.bookings.items():
            if booking not in day.cancelled:
                slot = self._booked(day, booking, one, late.get(booking, 0), booking in doubled, known.get(one.lane))
                kept.setdefault(one.lane, []).append(slot)
        for state, starts in self._unsold(day):
            for start in starts:
                kept.setdefault(start.lane, []).append(self._free(start, state))
        opened = {lane.number for lane in slot_changes.open_lanes(day.lanes, self._now_min)}
        return tuple(
            api.LaneView(
                number=number,
                name=f"予約枠{number}",
                open=number in opened,
                stretches=_stretches(known.get(number), day),
                slots=tuple(sorted(slots, key=lambda slot: (slot.start_min, slot.booking))),
            )
            for number, slots in sorted(kept.items())
        )

    def _unsold(self, day: SlotDay) -> list[tuple[api.SlotState, list[Start]]]:
        promises = day.promises()
        office = free_starts(office_lanes(day), promises, "office", 0)
        central = online_starts(day, 0)
        past = [one for one in (*office, *central) if one.start_min < self._now_min]
        return [
            ("free", [one for one in office if one.start_min >= self._now_min]),
            ("central", [one for one in central if one.start_min >= self._now_min]),
            ("past", past),
        ]

    def _free(self, start: Start, state: api.SlotState) -> api.SlotView:
        sellable = state == "free" and (start.start_min, start.lane) in self._sellable
        return api.SlotView(
            start=clock(start.start_min),
            start_min=start.start_min,
            length_min=start.length_min,
            after_min=start.after_min,
            state=state,
            may=("book_slot",) if sellable and may(self._role, "book_slot") else (),
        )

    def _booked(
        self, day: SlotDay, booking: str, one: Booked, late_min: int, doubled: bool, lane: Lane | None
    ) -> api.SlotView:
        state, ticket = self._state(day, booking, one)
        over = state in ("done", "no_show", "called")
        return api.SlotView(
            start=clock(one.start_min),
            start_min=one.start_min,
            length_min=one.length_min,
            after_min=one.after_min,
            state=state,
            booking=booking,
            source=one.source,
            source_name=SOURCES.get(one.source, one.source),
            service=one.service,
            service_name=self._names.get(one.service, one.service),
            language=language_of(one.language),
            name=self._beside.name_of(booking) if self._today else "",
            code=code_of(self._hub, self._beside.key, self._group.letter, self._date, one),
            ticket=ticket,
            number=number_of(self._hub.state.day, ticket) if ticket else "",
            late_min=0 if over else late_min,
            outside=not over and not _is_open(lane, one.start_min),
            doubled=doubled,
            may=tuple(verb for verb in self._acts(state, one) if not ticket and may(self._role, verb)),
        )

    def _state(self, day: SlotDay, booking: str, one: Booked) -> tuple[api.SlotState, str]:
        office_day = self._hub.state.day
        ticket = ticket_for(office_day, self._group.letter, booking, one) if self._today else ""
        if not ticket:
            return ("no_show" if booking in day.missed else "booked"), ""
        match visit_of(office_day, ticket).status:
            case "called":
                return "called", ticket
            case "no_show":
                return "no_show", ticket
            case _:
                return ("checked_in" if ticket in office_day.live else "done"), ticket

    def _acts(self, state: api.SlotState, one: Booked) -> tuple[api.SlotVerb, ...]:
        if state not in ("booked", "no_show"):
            return ()
        acts: tuple[api.SlotVerb, ...] = ("check_in",) if self._today else ()
        if state == "booked":
            acts += ("move_booking", "cancel_booking")
            if self._today and self._now_min >= one.start_min:
                acts += ("slot_no_show",)
        return acts

    def cancelled(self, day: SlotDay) -> tuple[api.CancelledSlot, ...]:
        again = replaced(self._hub.state)
        found = [
            (one.start_min, booking, one, how)
            for booking, how in day.cancelled.items()
            if (one := day.bookings.get(booking)) is not None
        ]
        return tuple(
            api.CancelledSlot(
                booking=booking,
                start=clock(start),
                service_name=self._names.get(one.service, one.service),
                source_name=SOURCES.get(one.source, one.source),
                by=how.by,
                by_name=BY.get(how.by, ""),
                reason=how.reason,
                rebooked=booking in again,
            )
            for start, booking, one, how in sorted(found, key=lambda row: row[:2])
        )


def code_of(hub: Hub, key: bytes, letter: str, date: str, one: Booked) -> str:
    """As it is read to somebody, four by four; empty where the office has no key, or the lane no place in a code."""
    if not key:
        return ""
    claim = booking_code.Claim(hub.office.number, Day.fromisoformat(date), letter, one.start_min, one.lane)
    try:
        return booking_code.grouped(booking_code.encode(key, claim))
    except ValueError:
        return ""


def _is_open(lane: Lane | None, minute: int) -> bool:
    return lane is not None and any(one.start_min <= minute < one.until_min for one in lane.stretches)


def _stretches(lane: Lane | None, day: SlotDay) -> tuple[api.StretchView, ...]:
    """Cut where central has not let go of its time yet."""
    if lane is None:
        return ()
    ours = next((one for one in office_lanes(day) if one.number == lane.number), Lane(number=lane.number, stretches=()))
    shown = []
    for one in lane.stretches:
        if one.owner == "central" and not day.closed:
            shown.append(_stretch(one, "central"))
            continue
        at = one.start_min
        for mine in ours.stretches:
            if one.start_min <= mine.start_min and mine.until_min <= one.until_min:
                if at < mine.start_min:
                    shown.append(_stretch(one, "awaited", at, mine.start_min))
                shown.append(_stretch(mine, "office"))
                at = mine.until_min
        if at < one.until_min:
            shown.append(_stretch(one, "awaited", at, one.until_min))
    return tuple(shown)


def _stretch(one: Stretch, owner: str, start: int | None = None, until: int | None = None) -> api.StretchView:
    return api.StretchView(
        start_min=one.start_min if start is None else start,
        until_min=one.until_min if until is None else until,
        length_min=one.length_min,
        after_min=one.after_min,
        owner="central" if owner == "central" else "awaited" if owner == "awaited" else "office",
    )


def _lengths(group: Group, now: int | None, suggested: int | None) -> tuple[int, ...]:
    plans = {plan.length_minutes for plan in group.booking.plans} if group.booking is not None else set()
    return tuple(sorted({*USUAL_LENGTHS, *plans, *(one for one in (now, suggested) if one)}))


def _undo(hub: Hub, day: SlotDay, now_min: int) -> str:
    if day.latest is None or slot_changes.undone(day, now_min) is None:
        return ""
    return f"{day.latest.reason}（{clock_text(day.latest.at_utc_ms)}）"


def _why_closed(hub: Hub, group: Group, date: str) -> str:
    day = Day.fromisoformat(date)
    if group.booking is not None and day in group.booking.blackouts:
        return "予約を受けない日です。"
    if not calendar.counter_spans(hub.office, group.letter, day):
        return "休業日です。"
    return "予約枠のない日です。"


def _online(day: SlotDay, online: bool) -> Literal["none", "selling", "closed"]:
    if day.closed:
        return "closed"
    sold = online and any(one.owner == "central" for plan in day.plans for lane in plan.lanes for one in lane.stretches)
    return "selling" if sold else "none"


def _is_taken(day: SlotDay) -> bool:
    """Whether central, where it sells anything of this day, does so by the latest plan."""
    earlier = day.plans[:-1] if day.taken < day.version else []
    return day.closed or not any(
        one.owner == "central" for plan in earlier for lane in plan.lanes for one in lane.stretches
    )


def _tab(hub: Hub, group: Group) -> api.SlotGroup:
    date = hub.today
    row = day_row(hub, group, date)
    return api.SlotGroup(
        letter=group.letter, name=catalogue.text(group.name, "ja"), free=row.free + row.free_central, booked=row.booked
    )


def counters_open(hub: Hub, letter: str) -> int:
    return sum(1 for one in hub.state.day.counters.values() if one.state == "open" and letter in one.groups)


def day_row(hub: Hub, group: Group, date: str) -> api.SlotDayRow:
    day, now_min = slot_day(hub.state, date, group.letter), hub.now_min(date)
    today = date == hub.state.day.date
    booked = sum(
        1
        for booking, one in day.bookings.items()
        if booking not in day.cancelled
        and booking not in day.missed
        and not (today and ticket_for(hub.state.day, group.letter, booking, one))
    )
    return api.SlotDayRow(
        date=date,
        date_text=screen_date(Day.fromisoformat(date), "ja"),
        free=len(free_starts(office_lanes(day), day.promises(), "office", now_min)) if day.plans else 0,
        free_central=len(online_starts(day, now_min)),
        booked=booked,
        closed="" if day.base or booked else _why_closed(hub, group, date),
    )


def replaced(state: OfficeState) -> set[str]:
    """Bookings in the place of which there is another that stands."""
    return {
        one.replaces
        for letters in state.slots.values()
        for day in letters.values()
        for booking, one in day.bookings.items()
        if one.replaces and booking not in day.cancelled
    }
