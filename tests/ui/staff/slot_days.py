"""A synthetic day in slots, as a hub would tell it: computed with the rules of the office, so no slot is made up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from dataclasses import replace as with_fields

from msgspec.structs import replace

from kiosk_app.api import (
    HitContact,
    HitContacts,
    HitRow,
    HourRow,
    LaneView,
    LateRow,
    SlotChange,
    SlotClosure,
    SlotDayRow,
    SlotDays,
    SlotGroup,
    SlotOffer,
    SlotsAsked,
    SlotService,
    SlotsHit,
    SlotsPreview,
    SlotsPreviewAsked,
    SlotState,
    SlotSuggestion,
    SlotsView,
    SlotVerb,
    SlotView,
    StretchView,
)
from kiosk_app.office.slots import Lane, Promise, Stretch, behind, free_starts, load, with_length
from tests.ui.staff.office_day import SERVICES as OFFICE_SERVICES

TODAY = "2026-04-06"
DAY_TEXT = "4月6日（月）"
OPENS, LUNCH, AFTERNOON, CLOSES = 8 * 60 + 30, 12 * 60, 13 * 60, 17 * 60
SERVICES = ("住民票の写し", "印鑑登録証明書", "戸籍の証明書", "引っ越しの届（転入・転居・転出）")
REASON = (
    "直近38件の処理時間は、中央値6分、10件のうち9件が7分以内です。"
    "7分なら、続けて予約が入っても5分より遅れて始まる方は10人に1人までです。"
)
SUGGESTION = SlotSuggestion(minutes=7, reason=REASON, samples=38, median_s=310, p90_s=410)
PROMISED: dict[int, tuple[int, ...]] = {
    1: (520, 550, 600, 660, 690, 790, 800, 830, 860, 870, 950),
    2: (530, 560, 580, 650, 680, 780, 810, 820, 850, 890, 900),
    3: (510, 540, 610, 670, 710, 800, 840, 880, 940),
}
"""Of the day of the mock-ups, ten minutes each."""
NOT_BOOKED = {"a-4": "予約を受けていません"}
SPANS = {"a-3": ((OPENS, 15 * 60),)}
"""Of what is served in its own hours alone."""
MAY: dict[SlotState, tuple[SlotVerb, ...]] = {
    "free": ("book_slot",),
    "booked": ("check_in", "move_booking", "cancel_booking"),
}


@dataclass(frozen=True)
class Day:
    """What a small hub knows. `states`: of what is not simply booked or over."""

    lanes: tuple[Lane, ...]
    promises: tuple[Promise, ...]
    now_min: int = 11 * 60 + 58
    states: dict[str, SlotState] = field(default_factory=dict)
    odd: dict[str, dict[str, int]] = field(default_factory=dict)
    date: str = TODAY
    version: str = "1"
    undo: str = ""
    closures: tuple[SlotClosure, ...] = ()
    plan_taken: bool = True


def lane(number: int, length_min: int = 10, central: bool = False) -> Lane:
    owner = "central" if central else "office"
    return Lane(
        number=number,
        stretches=tuple(
            Stretch(start_min=start, until_min=until, length_min=length_min, owner=owner)  # type: ignore[arg-type]
            for start, until in ((OPENS, LUNCH), (AFTERNOON, CLOSES))
        ),
    )


def promise(number: int, start_min: int, length_min: int = 10) -> Promise:
    return Promise(booking=f"b{number}-{start_min}", lane=number, start_min=start_min, length_min=length_min)


def ordinary(now_min: int = 11 * 60 + 58) -> Day:
    """Three lanes, of which central sells one; some came, some did not."""
    promises = tuple(promise(n, at) for n, starts in PROMISED.items() for at in starts)
    states: dict[str, SlotState] = {one.booking: "done" for one in promises if one.start_min < now_min - 20}
    states |= {"b1-690": "called", "b2-680": "checked_in", "b2-650": "no_show", "b1-790": "checked_in"}
    states["b3-710"] = "booked"
    return Day((lane(1), lane(2), lane(3, central=True)), promises, now_min, states)


def crowded(count: int = 12, length_min: int = 7) -> Day:
    lanes = tuple(lane(n, length_min, central=n > 8) for n in range(1, count + 1))
    promises = tuple(
        promise(n, start.start_min, length_min)
        for n in range(1, count + 1)
        for k, start in enumerate(free_starts((lanes[n - 1],), (), "central" if n > 8 else "office", 0))
        if (k * 7 + n * 3) % 5 < 3
    )
    now_min = 14 * 60 + 20
    states: dict[str, SlotState] = {}
    for one in promises:
        if one.start_min < now_min - 30:
            states[one.booking] = "done" if one.start_min % 9 else "no_show"
        elif one.start_min < now_min + 12:
            states[one.booking] = ("booked", "checked_in", "called")[one.start_min % 3]  # type: ignore[assignment]
    return Day(lanes, promises, now_min, states)


def empty(now_min: int = 8 * 60 + 20) -> Day:
    return Day((lane(1), lane(2), lane(3, central=True)), (), now_min)


def odd() -> Day:
    """What must be looked after: doubled, outside, not yet heard of, and a closure; central has not taken the plan."""
    day = ordinary(13 * 60 + 25)
    unheard = Promise(booking="unheard-A-0810-01", lane=1, start_min=13 * 60 + 30, length_min=10)
    return with_fields(
        day,
        promises=(*day.promises, unheard),
        states=day.states | {"b2-800": "booked", "unheard-A-0810-01": "checked_in"},
        odd={"b2-810": {"doubled": True}, "b1-860": {"outside": True}, "b2-850": {"late_min": 6}},
        closures=(closure(),),
        plan_taken=False,
    )


def view(day: Day, letter: str = "A", role: str = "leader") -> SlotsView:
    lanes = _lanes(day, day.lanes, day.now_min)
    slots = [slot for one in lanes for slot in one.slots]
    count = {state: sum(slot.state == state for slot in slots) for state in ("free", "central", "booked")}
    length = {one.length_min for each in day.lanes for one in each.stretches}
    return SlotsView(
        letter=letter,
        name={"A": "証明書", "H": "引っ越し・戸籍"}[letter],
        date=day.date,
        date_text=DAY_TEXT if day.date == TODAY else "4月7日（火）",
        today=day.date == TODAY,
        now_min=day.now_min,
        version=day.version,
        lanes=lanes,
        free=count["free"],
        free_central=count["central"],
        booked=sum(slot.state == "booked" and slot.start_min >= day.now_min for slot in slots),
        checked_in=sum(slot.state in ("checked_in", "called") for slot in slots),
        done=sum(slot.state == "done" for slot in slots),
        no_show=sum(slot.state == "no_show" for slot in slots),
        load_percent=round(100 * load(day.lanes, day.promises, day.now_min)),
        length_min=length.pop() if len(length) == 1 else None,
        after_min=0,
        lanes_open=len(day.lanes),
        lanes_max=max(4, len(day.lanes)),
        counters_open=len(day.lanes),
        lengths=(5, 7, 10, 15),
        suggestion=SUGGESTION,
        undo=day.undo,
        online="selling",
        closures=day.closures,
        plan_taken=day.plan_taken,
        groups=(
            SlotGroup(letter="A", name="証明書", free=count["free"], booked=count["booked"]),
            SlotGroup(letter="H", name="引っ越し・戸籍", free=12, booked=3),
        ),
        services=tuple(
            SlotService(id=one.id, name=one.name, why=NOT_BOOKED.get(one.id, ""), spans=SPANS.get(one.id, ()))
            for one in OFFICE_SERVICES
            if one.letter == letter
        ),
    )


def _lanes(day: Day, lanes: Sequence[Lane], from_min: int) -> tuple[LaneView, ...]:
    made = []
    for one in lanes:
        own = [p for p in day.promises if p.lane == one.number]
        free: list[SlotView] = []
        for owner, state in (("office", "free"), ("central", "central")):
            for start in free_starts((one,), own, owner, from_min):  # type: ignore[arg-type]
                free.append(_slot(start.start_min, start.length_min, state))  # type: ignore[arg-type]
        slots = sorted([*free, *(_promised(day, p) for p in own)], key=lambda slot: slot.start_min)
        stretches = tuple(
            StretchView(
                start_min=s.start_min,
                until_min=s.until_min,
                length_min=s.length_min,
                after_min=s.after_min,
                owner=s.owner,
            )
            for s in one.stretches
        )
        made.append(
            LaneView(number=one.number, name=f"予約枠{one.number}", open=True, stretches=stretches, slots=tuple(slots))
        )
    return tuple(made)


def _slot(start_min: int, length_min: int, state: SlotState) -> SlotView:
    return SlotView(
        start=f"{start_min // 60}:{start_min % 60:02d}",
        start_min=start_min,
        length_min=length_min,
        after_min=0,
        state=state,
        may=MAY.get(state, ()),
    )


def _promised(day: Day, one: Promise) -> SlotView:
    state = day.states.get(one.booking, "booked")
    came = state in ("checked_in", "called", "done")
    may = MAY.get(state, ())
    if state == "booked" and one.start_min < day.now_min:
        may = ("check_in", "slot_no_show", "move_booking", "cancel_booking")
    return replace(
        _slot(one.start_min, one.length_min, state),
        booking=one.booking,
        source="web",
        source_name="Web予約",
        service=f"a-{one.start_min % 4}",
        service_name=SERVICES[one.start_min // 10 % 4],
        code="1206 0123 4567 8901",
        number=f"A-{one.start_min % 300:03d}" if came else "",
        may=may,
        **day.odd.get(one.booking, {}),  # type: ignore[arg-type]
    )


# --- what a change would do ----------------------------------------------------------------------------------------


def preview(day: Day, asked: SlotsPreviewAsked) -> SlotsPreview:
    if asked.change is None:
        hit = hit_rows(day)
        return SlotsPreview(version=day.version, hit=hit, hit_total=len(hit), free_before=52, free_after=12)
    after = changed(day, asked.change)
    before_lanes, after_lanes = _lanes(day, day.lanes, day.now_min), _lanes(day, after, day.now_min)
    late = [
        LateRow(booking=one.booking, start=_clock(one.start_min), service_name=SERVICES[0], late_min=one.late_min)
        for one in behind(after, day.promises, day.now_min, 12 if asked.change.length_min == 5 else None)
        if one.late_min < 600
    ]
    outside = {p.booking for p in day.promises if p.lane not in {one.number for one in after}}
    late += [
        LateRow(booking=p.booking, start=_clock(p.start_min), service_name=SERVICES[1], late_min=0, outside=True)
        for p in day.promises
        if p.booking in outside and p.start_min >= day.now_min
    ]
    before, then = _free(before_lanes), _free(after_lanes)
    return SlotsPreview(
        version=day.version,
        summary="10分 → 7分",
        begins="13:00",
        begins_min=AFTERNOON,
        free_before=len(before),
        free_after=len(then),
        hours=tuple(
            HourRow(hour=h, before=sum(m // 60 == h for m in before), after=sum(m // 60 == h for m in then))
            for h in range(13, 17)
        ),
        promised=sum(p.start_min >= day.now_min for p in day.promises),
        late=tuple(late),
        load_before=round(100 * load(day.lanes, day.promises, day.now_min)),
        load_after=round(100 * load(after, day.promises, day.now_min)),
        counters_open=3,
        lanes_before=tuple(_ahead(one, day.now_min) for one in before_lanes),
        lanes_after=tuple(_ahead(one, day.now_min) for one in after_lanes),
    )


def changed(day: Day, change: SlotChange) -> tuple[Lane, ...]:
    lanes = list(day.lanes)
    if change.lanes is not None:
        lanes = lanes[: change.lanes] + [lane(n) for n in range(len(lanes) + 1, change.lanes + 1)]
    if change.length_min is not None:
        lanes = [
            with_length(one, day.promises, day.now_min, change.length_min, owner)
            for one in lanes
            for owner in ({s.owner for s in one.stretches})
        ]
    return tuple(lanes)


def done(day: Day, change: SlotChange) -> Day:
    return with_fields(day, lanes=changed(day, change), version=day.version + "c", undo="10分 → 7分（11:58）")


def _ahead(one: LaneView, now_min: int) -> LaneView:
    return replace(one, slots=tuple(slot for slot in one.slots if slot.start_min >= now_min))


def _free(lanes: Sequence[LaneView]) -> list[int]:
    return [slot.start_min for one in lanes for slot in one.slots if slot.state in ("free", "central")]


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02d}"


# --- closures, days, and who is called ------------------------------------------------------------------------------


def hit_rows(day: Day) -> tuple[HitRow, ...]:
    offers = tuple(
        SlotOffer(date="2026-04-07", date_text="4月7日（火）", start=_clock(m), start_min=m) for m in (540, 600, 870)
    )
    return tuple(
        HitRow(
            booking=p.booking,
            letter="A",
            date=day.date,
            date_text=DAY_TEXT,
            start=_clock(p.start_min),
            service=f"a-{p.start_min % 4}",
            service_name=SERVICES[p.start_min // 10 % 4],
            source_name="Web予約" if n % 3 else "電話予約",
            code="1206 0123 4567 8901",
            told=bool(n % 3),
            offers=offers,
        )
        for n, p in enumerate(sorted(day.promises, key=lambda one: one.start_min))
        if p.start_min >= AFTERNOON
    )


def contacts(day: Day, **changes: object) -> HitContacts:
    """Of whom a mail has reached nothing else is told."""
    rows = []
    for n, row in enumerate(hit_rows(day)):
        told = ("call", "sent", "trying", "none")[n % 4]
        known = {"name": "コクラ ハナコ", "phone": f"090-0000-{n:04d}"} if told in ("call", "trying") else {}
        rows.append(HitContact(booking=row.booking, told=told, **known))  # type: ignore[arg-type]
    return replace(HitContacts(state="here", rows=tuple(rows), heard="11:58", printer="1号機"), **changes)


def days() -> SlotDays:
    rows = [SlotDayRow(date=TODAY, date_text=DAY_TEXT, free=31, booked=20)]
    rows += [
        SlotDayRow(date=f"2026-04-{n:02d}", date_text=f"4月{n}日", free=50 - n, closed="休業日" if n % 7 == 4 else "")
        for n in range(7, 31)
    ]
    return SlotDays(letter="A", days=tuple(rows))


def closure() -> SlotClosure:
    return SlotClosure(id="s1", start_min=15 * 60, until_min=CLOSES, reason="電車の計画運休")


def hub(day: Day, asked: SlotsAsked) -> SlotsView:
    """Another day has nothing booked."""
    shown = day if asked.date in ("", TODAY) else with_fields(empty(0), date=asked.date)
    return view(shown, asked.letter or "A")


def hit(day: Day) -> SlotsHit:
    rows = hit_rows(day)
    return SlotsHit(rows=rows, total=len(rows))
