"""What a change of the timetable or a closure would do, whom it hits, and the days that can be booked. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date as Day

from kiosk_app import api_slots as api
from kiosk_app.api_base import language_of
from kiosk_app.office import catalogue, matters, slot_changes, slot_plans, slot_rules
from kiosk_app.office.dates import screen_date
from kiosk_app.office.same_day import can_be_booked, serves
from kiosk_app.office.slot_days import Booked, SlotDay
from kiosk_app.office.slot_rules import Hub
from kiosk_app.office.slot_times import clock
from kiosk_app.office.slot_view import SOURCES, Beside, Maker, code_of, counters_open, day_row, replaced
from kiosk_app.office.slots import DAY_MIN, Lane, Places, Promise

HIT_SHOWN_MAX = 200
OFFERS_MAX = 3


# --- days ------------------------------------------------------------------------------------------------------------


def days(hub: Hub, letter: str) -> api.SlotDays:
    group = hub.group(letter)
    if group is None:
        return api.SlotDays(letter=letter)
    dates = slot_plans.bookable_days(group, Day.fromisoformat(hub.today))
    return api.SlotDays(letter=letter, days=tuple(day_row(hub, group, date) for date in dates))


# --- previews --------------------------------------------------------------------------------------------------------


def preview(hub: Hub, wished: api.SlotChange, beside: Beside) -> api.SlotsPreview:
    found = slot_rules.change_of(hub, wished)
    group = hub.group(wished.letter)
    if isinstance(found, str) or group is None:
        return api.SlotsPreview(ok=False, message=found if isinstance(found, str) else slot_rules.NO_GROUP)
    day, now_min = found.day, found.now_min
    made = Maker(hub, "leader", group, found.date, beside)
    after = slot_changes.with_plan(day, found.lanes, found.base)
    promises, pending = day.promises(), made.pending(day)
    free = [slot_changes.free_of(lanes, promises, now_min) for lanes in (day.lanes, found.lanes)]
    loads = [slot_changes.load_percent(lanes, pending, now_min, beside.pace_min) for lanes in (day.lanes, found.lanes)]
    return api.SlotsPreview(
        version=found.version,
        summary=found.said,
        begins=clock(found.begins_min),
        begins_min=found.begins_min,
        free_before=len(free[0]),
        free_after=len(free[1]),
        hours=tuple(api.HourRow(hour=h, before=b, after=a) for h, b, a in slot_changes.by_hour(*free)),
        promised=len(pending),
        late=_late(hub, day, found.lanes, pending, now_min, beside),
        load_before=loads[0],
        load_after=loads[1],
        counters_open=counters_open(hub, group.letter),
        lanes_before=_from(made.lanes(day), now_min),
        lanes_after=_from(made.lanes(after), now_min),
    )


def _from(lanes: Sequence[api.LaneView], now_min: int) -> tuple[api.LaneView, ...]:
    return tuple(
        api.LaneView(
            number=lane.number,
            name=lane.name,
            open=lane.open,
            stretches=tuple(one for one in lane.stretches if one.until_min > now_min),
            slots=tuple(one for one in lane.slots if one.start_min + one.length_min > now_min and one.state != "past"),
        )
        for lane in lanes
    )


def _late(
    hub: Hub, day: SlotDay, lanes: Sequence[Lane], pending: Sequence[Promise], now_min: int, beside: Beside
) -> tuple[api.LateRow, ...]:
    """Whom the change presses more than the lanes of now do."""
    before = {one.booking: one.late_min for one in slot_changes.pressed(day.lanes, pending, now_min, beside.pace_min)}
    names = {one.id: catalogue.text(catalogue.public_name(one), "ja") for one in hub.office.services}
    rows = []
    for one in slot_changes.pressed(lanes, pending, now_min, beside.pace_min):
        if one.late_min > before.get(one.booking, 0):
            service = day.bookings[one.booking].service
            rows.append(
                api.LateRow(
                    booking=one.booking,
                    start=clock(one.start_min),
                    service_name=names.get(service, service),
                    late_min=one.late_min,
                    outside=one.late_min == DAY_MIN - one.start_min,
                )
            )
    return tuple(rows)


def preview_closing(hub: Hub, wished: api.SlotsClosing, besides: Mapping[str, Beside]) -> api.SlotsPreview:
    """`besides` by letter; of a group that is not there nothing is known beside the log."""
    found = slot_rules.closing_of(hub, wished.groups, wished.starts, wished.ends)
    if isinstance(found, str):
        return api.SlotsPreview(ok=False, message=found)
    then = hub._replace(state=slot_rules.closed_then(hub.state, found))
    free = [0, 0]
    for date, letters in hub.state.slots.items():
        for letter, day in letters.items():
            if date < hub.today or letter not in (found.letters or letters):
                continue
            lanes = slot_plans.with_closures(then.office, then.state, letter, date, day.base)
            if lanes == day.lanes:
                continue
            for n, one in enumerate((day.lanes, lanes)):
                free[n] += len(slot_changes.free_of(one, day.promises(), hub.now_min(date)))
    shown = _Hits(then, besides)
    rows = [shown.row(one.letter, one.date, one.booking, one.one) for one in found.hits[:HIT_SHOWN_MAX]]
    return api.SlotsPreview(
        version=found.version,
        summary="休止",
        free_before=free[0],
        free_after=free[1],
        hit=tuple(rows),
        hit_total=len(found.hits),
    )


def hit(hub: Hub, besides: Mapping[str, Beside]) -> api.SlotsHit:
    """電話リスト."""
    found = _hit(hub)
    shown = _Hits(hub, besides)
    rows = [shown.row(letter, date, booking, one) for date, _, letter, booking, one in found[:HIT_SHOWN_MAX]]
    return api.SlotsHit(rows=tuple(rows), total=len(found))


def to_call(hub: Hub) -> tuple[str, ...]:
    """Bookings of that list as it is shown, without those in the place of which there is another."""
    again = replaced(hub.state)
    return tuple(booking for _, _, _, booking, _ in _hit(hub)[:HIT_SHOWN_MAX] if booking not in again)


def _hit(hub: Hub) -> list[tuple[str, int, str, str, Booked]]:
    """(date, start, letter, booking, what was promised), the earliest first."""
    found = []
    for date, letters in hub.state.slots.items():
        for letter, day in letters.items():
            for booking, how in day.cancelled.items():
                one = day.bookings.get(booking)
                if how.by == "closure" and one is not None and date >= hub.today:
                    found.append((date, one.start_min, letter, booking, one))
    return sorted(found, key=lambda row: row[:4])


class _Hits:
    """Rows of the telephone list; what is free on a day is looked up once for all of them."""

    def __init__(self, hub: Hub, besides: Mapping[str, Beside]) -> None:
        self._hub, self._besides = hub, besides
        self._again = replaced(hub.state)
        self._free: dict[tuple[str, str, Places], list[int]] = {}

    def row(self, letter: str, date: str, booking: str, one: Booked) -> api.HitRow:
        hub, beside = self._hub, self._besides.get(letter, Beside())
        service = next((known for known in hub.office.services if known.id == one.service), None)
        again = booking in self._again
        return api.HitRow(
            booking=booking,
            letter=letter,
            date=date,
            date_text=screen_date(Day.fromisoformat(date), "ja"),
            start=clock(one.start_min),
            service=one.service,
            service_name=catalogue.text(catalogue.public_name(service), "ja") if service is not None else one.service,
            source_name=SOURCES.get(one.source, one.source),
            language=language_of(one.language),
            name=beside.name_of(booking) if date == hub.state.day.date else "",
            code=code_of(hub, beside.key, letter, date, one),
            told=one.source in ("web", "phone"),
            rebooked=again,
            offers=() if again else self._offers(letter, date, one),
        )

    def _offers(self, letter: str, date: str, one: Booked) -> tuple[api.SlotOffer, ...]:
        """Free times of the office: of the same day first, then the nearest of each day after it."""
        group = self._hub.group(letter)
        dates = slot_plans.bookable_days(group, Day.fromisoformat(self._hub.today)) if group is not None else []
        found: list[api.SlotOffer] = []
        for other in [day for day in dates if day >= date]:
            nearest = sorted(self._served(letter, other, one.service), key=lambda at: abs(at - one.start_min))
            for at in sorted(nearest[: OFFERS_MAX - len(found) if other == date else 1]):
                text = screen_date(Day.fromisoformat(other), "ja")
                found.append(api.SlotOffer(date=other, date_text=text, start=clock(at), start_min=at))
            if len(found) >= OFFERS_MAX:
                break
        return tuple(found)

    def _served(self, letter: str, date: str, service: str) -> list[int]:
        """What is refused for this service is not offered to anybody."""
        found = next((one for one in self._hub.office.services if one.id == service), None)
        group = self._hub.group(letter)
        if found is None or group is None or not can_be_booked(found, group, date):
            return []
        return [at for at in self._starts(letter, date, service) if serves(found, at)]

    def _starts(self, letter: str, date: str, service: str) -> list[int]:
        """Also of a closure that is only looked at: nothing within it."""
        hub, places = self._hub, self._places(letter, date, service)
        if (letter, date, places) not in self._free:
            closed = [(a, b) for _, _, a, b in slot_plans.closures_of(hub.office, hub.state, letter, date)]
            free = slot_rules.sellable(hub, letter, date, places)
            self._free[letter, date, places] = sorted(
                {at.start_min for at in free if not any(a < at.until_min and at.start_min < b for a, b in closed)}
            )
        return self._free[letter, date, places]

    def _places(self, letter: str, date: str, service: str) -> Places:
        """One for a service that is no longer in the catalogue."""
        group = self._hub.group(letter)
        known = next((one for one in self._hub.office.services if one.id == service), None)
        return 1 if group is None or known is None else matters.need_of(group, known, Day.fromisoformat(date))
