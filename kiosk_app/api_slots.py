"""What crosses between the core and a console about time slots: the timetable of a day, and what staff change in it.

Faces import it through kiosk_app/api.py. Minutes (`..._min` of a moment) count from the office's local midnight: 13:10
is 790. Words are Japanese, which staff read. Nothing here but `name` is personal, and that is of today alone.

How a console works with it:
- it follows GET /v1/staff/slots/events?letter=H (a new SlotsView with each change), and asks GET /v1/staff/slots/days
  before somebody is booked for another day;
- a leader's change is asked first with POST /v1/staff/slots/preview, shown, and then done with POST /v1/staff/act, verb
  `change_slots` or `close_slots`, with the `version` of that preview. Where the day has changed in between the act is
  refused with a sentence, and the console asks for the preview again;
- everything that acts is a StaffAct with one of SLOT_VERBS and its field `slot`, so that a lost answer is settled as
  that of any other press.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.api_base import IdOrNone, Language, Letter, View

SlotVerb = Literal[
    "change_slots",
    "undo_slots",
    "close_slots",
    "book_slot",
    "move_booking",
    "cancel_booking",
    "slot_no_show",
    "check_in",
    "print_call_list",
]
"""Of a StaffAct, and what each reads of it:

- change_slots (leader): slot.change, slot.version. 次の区切りから今日だけ変える.
- undo_slots (leader): slot.letter, slot.date, slot.version of the SlotsView. Takes back the last change of that day.
- close_slots (leader): slot.closing, slot.version of its preview; `reason` is one of LeaderPart.closure_reasons. It
  also closes the ticket machines for that time (as `suspend` does), and cancels the bookings that the preview showed.
  It ends early with `end_suspension`, the id of which is this act's intent.
- book_slot (clerk): slot.letter, slot.date, slot.start_min; slot.lane where it matters; slot.name and slot.replaces if
  any; `service`, `language`. The reply's message says the reservation's code where the office has one.
- move_booking (clerk): slot.booking; slot.date and slot.start_min of the new time; slot.lane where it matters. One
  act: the old time is given back and the new one taken, or nothing is done. Service and language stay. The reply's
  message says the new reservation code.
- cancel_booking (clerk): slot.booking; `reason` is one of StaffView.cancel_reasons.
- slot_no_show (clerk): slot.booking, whose time has come and who is not checked in. Never after a closure.
- check_in (clerk, guide): slot.booking; its ticket is printed here. `language` and `marks` as for `issue`.
- print_call_list (leader): 電話リスト on the hub's ticket printer, with what is known of contacts while a leader looks.
"""

LocalDay = Annotated[str, Meta(pattern="^(2[0-9]{3}-[0-9]{2}-[0-9]{2})?$")]
"""2026-04-06; empty is today."""
LetterOrNone = Annotated[str, Meta(pattern="^[A-Z]?$")]
LocalMoment = Annotated[str, Meta(pattern="^(2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})?$")]
"""2026-04-07T14:00 by the office's clock."""
DayMinute = Annotated[int, Meta(ge=0, le=24 * 60)]
Version = Annotated[str, Meta(max_length=80)]

SlotState = Literal["free", "central", "booked", "checked_in", "called", "done", "no_show", "past"]
"""free: this office may sell it now. central: unsold, and central may sell it. booked: promised, and not here yet.
checked_in: here, and waits. called: at a counter, or was. done: all is done. no_show: staff said that nobody came.
past: nobody took it, or nobody can any more."""
BookingSource = Literal["web", "phone", "counter", "machine"]
"""web, phone: sold by central. counter: by staff here. machine: at a ticket machine, for later that day."""


# --- what a console reads ------------------------------------------------------------------------------------------


class SlotsAsked(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Query of /v1/staff/slots and of its events. Without a letter the first group that can be booked."""

    letter: LetterOrNone = ""
    date: LocalDay = ""


class SlotDaysAsked(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    letter: Letter


class SlotView(View, frozen=True, kw_only=True):
    """One slot of a lane, sold or not. It occupies its lane for `length_min` and then `after_min` (後処理)."""

    start: str
    """13:10."""
    start_min: int
    length_min: int
    after_min: int
    state: SlotState
    booking: str = ""
    """Empty of what nobody has; so is all that follows."""
    source: BookingSource | None = None
    source_name: str = ""
    """Web予約, 電話予約, 窓口で予約, 発券機で予約."""
    service: str = ""
    service_name: str = ""
    language: Language = "ja"
    name: str = ""
    """カタカナ, of today's check-in rows; empty where none came."""
    code: str = ""
    """Reservation code, four by four; empty where the office has no key for it."""
    ticket: str = ""
    number: str = ""
    """H-105, once checked in."""
    late_min: int = 0
    """So late it would begin if every visit took as long as is measured now."""
    outside: bool = False
    """In time that is closed now: a promise all the same; somebody must look after it."""
    doubled: bool = False
    """The same minute of this lane was promised to somebody else (two hubs at once): one needs another time."""
    may: tuple[SlotVerb, ...] = ()
    """What somebody in this role may do with it now."""


class StretchView(View, frozen=True, kw_only=True):
    """A piece of a lane's day on one grid. Between stretches the lane is closed."""

    start_min: int
    until_min: int
    length_min: int
    after_min: int
    owner: Literal["office", "central", "awaited"]
    """Who sells it. awaited: it is to be this office's, but central has not said yet that it stopped selling it."""


class LaneView(View, frozen=True, kw_only=True):
    """`open`: something of it is still to come today. `slots` by start."""

    number: int
    name: str
    """予約枠1."""
    open: bool
    stretches: tuple[StretchView, ...]
    slots: tuple[SlotView, ...]


class CancelledSlot(View, frozen=True, kw_only=True):
    """`rebooked`: the same person was given another time."""

    booking: str
    start: str
    service_name: str
    source_name: str
    by: Literal["visitor", "staff", "closure"]
    by_name: str
    """ご本人, 職員, 休止."""
    reason: str = ""
    rebooked: bool = False


class SlotClosure(View, frozen=True, kw_only=True):
    """A part of this day that a leader has closed. `id` is the `suspension` that `end_suspension` names."""

    id: str
    start_min: int
    until_min: int
    reason: str


class SlotSuggestion(View, frozen=True, kw_only=True):
    """1枠の長さのおすすめ. `minutes` is None where nothing can be suggested; `reason` says why, or what it rests on."""

    minutes: int | None = None
    reason: str = ""
    samples: int = 0
    median_s: int | None = None
    p90_s: int | None = None


class SlotService(View, frozen=True, kw_only=True):
    """A service of the group. `why`: why it cannot be booked on this day; empty where it can be. `spans`: the minutes
    of the day within which it is served, (from, until); empty: always."""

    id: str
    name: str
    why: str = ""
    spans: tuple[tuple[int, int], ...] = ()


class SlotGroup(View, frozen=True, kw_only=True):
    """A service group that can be booked, for the tabs. Counts are of today."""

    letter: str
    name: str
    free: int
    booked: int


class SlotsView(View, frozen=True, kw_only=True):
    """A group's day. `ok` false: there is no such group or day, `message` says so and the rest is empty."""

    ok: bool = True
    message: str = ""
    letter: str = ""
    name: str = ""
    date: str = ""
    """2026-04-06."""
    date_text: str = ""
    """4月6日（月）."""
    today: bool = False
    now_min: int = 0
    """0 of a day to come."""
    version: str = ""
    """Differs after every sale, check-in excepted, and after every change of plan."""
    lanes: tuple[LaneView, ...] = ()
    cancelled: tuple[CancelledSlot, ...] = ()
    free: int = 0
    """Starts from now on that this office may sell."""
    free_central: int = 0
    """Starts from now on that central may sell."""
    booked: int = 0
    """Promised and not here yet."""
    checked_in: int = 0
    done: int = 0
    no_show: int = 0
    load_percent: int | None = None
    """窓口の混み具合: promised minutes at the measured pace, over the minutes of the lanes that are left. None: there
    are promises and no lane is left."""
    length_min: int | None = None
    """1枠の長さ from now on; None where lanes differ or none is left."""
    after_min: int | None = None
    lanes_open: int = 0
    lanes_max: int = 0
    """Counters of the group: more lanes can be opened up to this."""
    counters_open: int = 0
    """Counters that serve the group at this moment."""
    lengths: tuple[int, ...] = ()
    """To offer: the length of now, what is suggested, the catalogue's, and round ones."""
    suggestion: SlotSuggestion = SlotSuggestion()
    undo: str = ""
    """What undo_slots would take back: 「10分 → 7分（11:58）」; empty when there is nothing."""
    closed: str = ""
    """Why this day has no slots: 休業日, 予約を受けない日; empty where it has some."""
    closures: tuple[SlotClosure, ...] = ()
    online: Literal["none", "selling", "closed"] = "none"
    """Whether central sells of this day: never, still, or no more."""
    plan_taken: bool = True
    """False: central still sells by an earlier plan; promises made there are kept."""
    groups: tuple[SlotGroup, ...] = ()
    services: tuple[SlotService, ...] = ()


class SlotDayRow(View, frozen=True, kw_only=True):
    """`closed`: why there is nothing, else empty."""

    date: str
    date_text: str
    free: int = 0
    free_central: int = 0
    booked: int = 0
    closed: str = ""


class SlotDays(View, frozen=True, kw_only=True):
    """The days that can be booked, today first."""

    letter: str
    days: tuple[SlotDayRow, ...] = ()


# --- what a leader asks for ------------------------------------------------------------------------------------------


class SlotChange(View, frozen=True, kw_only=True):
    """What is to be otherwise from the next boundary of each lane on; None leaves it as it is. Promises stay.

    `lane`: only this one; 0 is every lane. `lanes`: so many shall be open; fewer closes those that hit the fewest
    promises. `take_back`: what central has not sold is to be sold here (it is ours when central has said so).
    """

    letter: Letter
    date: LocalDay = ""
    length_min: Annotated[int, Meta(ge=3, le=240)] | None = None
    after_min: Annotated[int, Meta(ge=0, le=60)] | None = None
    lane: Annotated[int, Meta(ge=0, le=50)] = 0
    lanes: Annotated[int, Meta(ge=0, le=50)] | None = None
    take_back: bool = False


class SlotsClosing(View, frozen=True, kw_only=True):
    """計画運休, 臨時休止: nothing is sold from `starts` until `ends`, also over several days. Without `starts` at once.
    Without groups the whole office."""

    groups: Annotated[tuple[Letter, ...], Meta(max_length=26)] = ()
    starts: LocalMoment = ""
    ends: LocalMoment = ""


class SlotsPreviewAsked(View, frozen=True, kw_only=True):
    """One of the two."""

    change: SlotChange | None = None
    closing: SlotsClosing | None = None


class HourRow(View, frozen=True, kw_only=True):
    """「13時台 11 → 13」: free starts before and after."""

    hour: int
    before: int
    after: int


class LateRow(View, frozen=True, kw_only=True):
    """遅れそうな方: a promise that would begin late. `outside`: no lane is left for it at all."""

    booking: str
    start: str
    service_name: str
    late_min: int
    outside: bool = False


class SlotOffer(View, frozen=True, kw_only=True):
    date: str
    date_text: str
    start: str
    start_min: int


class HitRow(View, frozen=True, kw_only=True):
    """Somebody whose time a closure takes away. `told`: central writes to them by itself; who is not told is called by
    telephone. `offers`: other times of the office that are free, the nearest first."""

    booking: str
    letter: str
    date: str
    date_text: str
    start: str
    service: str
    service_name: str
    source_name: str
    language: Language = "ja"
    name: str = ""
    code: str = ""
    told: bool = False
    rebooked: bool = False
    offers: tuple[SlotOffer, ...] = ()


class SlotsHit(View, frozen=True, kw_only=True):
    """電話リスト: everybody whose booking a closure has cancelled, of today and later, the earliest first."""

    rows: tuple[HitRow, ...] = ()
    total: int = 0


class SlotsPreview(View, frozen=True, kw_only=True):
    """What a change or a closure would do. `ok` false: it cannot be done, `message` says why and what to do.

    Of a change everything but `hit`; of a closure `hit`, `hit_total`, `free_before`, `free_after` and `summary`.
    """

    ok: bool = True
    message: str = ""
    version: str = ""
    """To be sent with the act."""
    summary: str = ""
    """「10分 → 7分」, 「3列 → 2列」."""
    begins: str = ""
    """次の区切り: 13:00, of the lane that changes first."""
    begins_min: int = 0
    free_before: int = 0
    free_after: int = 0
    """今日の残り枠, whoever sells them; of a closure those of the days that it touches."""
    hours: tuple[HourRow, ...] = ()
    promised: int = 0
    """約束した方, still to come: none of them is moved."""
    late: tuple[LateRow, ...] = ()
    """Whom the change presses, more than now."""
    load_before: int | None = None
    load_after: int | None = None
    """Percent, as SlotsView.load_percent."""
    counters_open: int = 0
    lanes_before: tuple[LaneView, ...] = ()
    lanes_after: tuple[LaneView, ...] = ()
    """As they are and as they would be: slots from now on alone."""
    hit: tuple[HitRow, ...] = ()
    hit_total: int = 0


# --- what is done ----------------------------------------------------------------------------------------------------


class SlotAct(View, frozen=True, kw_only=True):
    """Field `slot` of a StaffAct; which of them each verb reads stands at SlotVerb."""

    letter: LetterOrNone = ""
    date: LocalDay = ""
    version: Version = ""
    change: SlotChange | None = None
    closing: SlotsClosing | None = None
    booking: IdOrNone = ""
    start_min: DayMinute | None = None
    lane: Annotated[int, Meta(ge=0, le=50)] = 0
    """0: any that is free then."""
    name: Annotated[str, Meta(max_length=40)] = ""
    """カタカナ, of somebody who is booked for today; kept with today's check-in rows and gone when the day closes. It
    is never a fact, and not taken for another day."""
    replaces: IdOrNone = ""
    """The booking in the place of which this one is: ticked off on the telephone list."""
