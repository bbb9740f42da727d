"""The office as data: groups, services, counters, questions, hours. People who do not program edit it as TOML.

Shapes only; whatever is well formed but makes no sense is refused by catalogue_check.py. Import from catalogue.py.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.office.catalogue_base import DAYS_AHEAD_MAX as DAYS_AHEAD_MAX
from kiosk_app.office.catalogue_base import LANGUAGES as LANGUAGES
from kiosk_app.office.catalogue_base import WEEKDAYS as WEEKDAYS
from kiosk_app.office.catalogue_base import Clock as Clock
from kiosk_app.office.catalogue_base import HttpsAddress as HttpsAddress
from kiosk_app.office.catalogue_base import Id as Id
from kiosk_app.office.catalogue_base import Letter as Letter
from kiosk_app.office.catalogue_base import LocalTime as LocalTime
from kiosk_app.office.catalogue_base import Part as Part
from kiosk_app.office.catalogue_base import Text as Text
from kiosk_app.office.catalogue_base import Weekday as Weekday
from kiosk_app.office.catalogue_base import YearlyDay as YearlyDay
from kiosk_app.office.catalogue_certificates import OfficeCertificates
from kiosk_app.office.slots import AFTER_MAX_MIN, LANES_MAX, LENGTH_MAX, LENGTH_MIN


class Span(Part, frozen=True, kw_only=True):
    """From this minute until before that minute."""

    start: Clock
    until: Clock


class SlotPlan(Part, frozen=True, kw_only=True):
    """The lanes of some weekdays. `online_lanes` of them are sold by central, the others by the office itself."""

    weekdays: tuple[Weekday, ...]
    start: Clock
    until: Clock
    lanes: Annotated[int, Meta(ge=1, le=LANES_MAX)]
    online_lanes: Annotated[int, Meta(ge=0, le=LANES_MAX)]
    length_minutes: Annotated[int, Meta(ge=LENGTH_MIN, le=LENGTH_MAX)]
    after_minutes: Annotated[int, Meta(ge=0, le=AFTER_MAX_MIN)] = 0
    """After-work (後処理) that follows each slot."""
    closed: tuple[Span, ...] = ()
    """Parts of the day in which nothing is sold: a lunch, a meeting."""


class Booking(Part, frozen=True, kw_only=True):
    """A service group that can be booked. Times are of the office's local day."""

    plans: tuple[SlotPlan, ...]
    days_ahead: Annotated[int, Meta(ge=0, le=DAYS_AHEAD_MAX)] = 30
    """The last day that can be booked."""
    online_until: Clock = "15:00"
    """Of the day itself: from then on central sells nothing more of it, and what it has not sold is the office's."""
    online_lead_minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 30
    """Central sells no start that is nearer than this."""
    cancel_until_minutes: Annotated[int, Meta(ge=0, le=14 * 24 * 60)] = 30
    """Before the start: later a visitor cannot change or cancel online, only call."""
    grace_minutes: Annotated[int, Meta(ge=0, le=60)] = 10
    """Later than this after the start, a visitor waits as one who has just come."""
    early_minutes: Annotated[int, Meta(ge=0, le=24 * 60)] = 60
    """So long before the start a visitor may check in."""
    same_day: bool = True
    """Walk-ins may choose a time of the office's lanes at the ticket machine."""
    not_bookable: tuple[str, ...] = ()
    """Ids of services of the group that only walk-ins get."""
    blackouts: tuple[date, ...] = ()
    """Days without any slot although the office is open."""


class Floor(Part, frozen=True, kw_only=True):
    """A floor with counters: one display zone, one voice. The first floor of the file comes first."""

    id: str
    name: Text
    volume: int = 100
    """Of its voice, in percent of what the loudspeaker is set to; 0: calls are only shown."""


class Group(Part, frozen=True, kw_only=True):
    """A service group: one letter on tickets, one line of people. Its floor follows from its counters."""

    letter: Letter
    name: Text
    summary: Text
    """The two short lines under the name, separated by a newline."""
    question: Text
    """The title over its services: 「どの証明書が必要ですか。」."""
    icon: Id
    booking: Booking | None = None
    """None: nobody can reserve a time in this group."""


class Item(Part, frozen=True, kw_only=True):
    """Something to bring. A fee is sample data until the office has checked it, and says where it was read."""

    id: Id
    name: Text
    note: Text = {}
    fee_sample: bool = False
    source: str = ""
    valid_from: date | None = None
    valid_until: date | None = None
    """The last day on which it is asked for: a new fee is a new item, and both stand in the service's list."""


class Online(Part, frozen=True, kw_only=True):
    """「スマートフォンでもできます」: the address that goes into the QR code."""

    url: HttpsAddress
    title: Text | None = None


class Service(Part, frozen=True, kw_only=True):
    """One thing that a visitor may need. The id is stable and never given to another service."""

    id: Id
    group: Letter
    name: Text
    note: Text = {}
    public_name: Text | None = None
    """A neutral name for paper, display and voice, where the real one would tell bystanders too much."""
    bring: tuple[Id, ...] = ()
    """Ids of items, so that a fee stands in one place of the file; read them with `bring_of`."""
    minutes: Annotated[int, Meta(ge=1, le=240)]
    """Handling time assumed until enough has been measured."""
    two_stage: bool = False
    """A second call for handing over (交付)."""
    online: Online | None = None
    hours: tuple[Span, ...] = ()
    """Only within these (and within the office's issue hours); empty: as the office."""
    weekdays: tuple[Weekday, ...] = ()
    last_ticket: Clock | None = None
    """No ticket from this minute on, because the work would not end before closing."""
    why: Text | None = None
    """Required with its own hours or weekdays: 「国のシステムが休止しているためです。」."""
    valid_from: date
    valid_until: date | None = None
    """The last day on which it is offered."""


class Counter(Part, frozen=True, kw_only=True):
    """A window with a number that is called."""

    number: Annotated[int, Meta(ge=1, le=99)]
    floor: str
    groups: tuple[Letter, ...]


class Event(Part, frozen=True, kw_only=True):
    """A life event: another way to the same services, in the order in which they should be done."""

    id: Id
    name: Text
    icon: Id
    services: tuple[Id, ...]


class Answer(Part, frozen=True, kw_only=True):
    """Leads to exactly one of: a further question, services, a group, or a member of staff."""

    name: Text
    note: Text = {}
    question: Id | None = None
    services: tuple[Id, ...] = ()
    group: Letter | None = None
    staff: bool = False


class Question(Part, frozen=True, kw_only=True):
    """A plain question behind 「わからない」; the first one in the file is asked first."""

    id: Id
    title: Text
    answers: tuple[Answer, ...]


class Hours(Part, frozen=True, kw_only=True):
    """A day's hours. Tickets are issued from..until; calling goes on as long as the counters are open."""

    issue_from: Clock
    issue_until: Clock
    counter_from: Clock
    counter_until: Clock


class WeekHours(Hours, frozen=True, kw_only=True):
    """Hours of the named weekdays; a weekday that is not named is closed."""

    days: tuple[Weekday, ...]


class Lunch(Part, frozen=True, kw_only=True):
    """`closed` stops tickets; `half` only halves the staff that estimates count on, and displays say the reason."""

    groups: tuple[Letter, ...]
    start: Clock
    until: Clock
    kind: Literal["closed", "half"]
    reason: Text


class ExtraOpening(Hours, frozen=True, kw_only=True):
    """A day that is open although the week or a holiday says closed, for the named groups. Displays say the reason."""

    date: date
    groups: tuple[Letter, ...]
    reason: Text


class Closure(Part, frozen=True, kw_only=True):
    """A temporary closure in local time (臨時休止, 計画運休). No group and no service named: the whole office."""

    start: LocalTime
    until: LocalTime
    groups: tuple[Letter, ...] = ()
    services: tuple[Id, ...] = ()
    reason: Text
    ahead: Text | None = None
    """The reason as it is said before the closure begins; without it nothing is said then."""


class YearlyClosure(Part, frozen=True, kw_only=True):
    """Closed each year from..until, both days included; may run over the new year (12-29 to 01-03)."""

    start: YearlyDay
    until: YearlyDay
    reason: Text


class Reasons(Part, frozen=True, kw_only=True):
    """Why something is closed, in whole sentences; {when} stands for the day and time."""

    before_opening: Text
    after_closing: Text
    weekend: Text
    holiday: Text
    group_not_today: Text
    last_ticket: Text
    not_offered: Text
    opens_today: Text
    """「{when}から受け付けます。」"""
    opens_later: Text
    """「次は{when}からです。」"""


class Calendar(Part, frozen=True, kw_only=True):
    """When the office is open. Order of force: closure, extra opening, yearly closure, holiday, week."""

    hours: tuple[WeekHours, ...]
    national_holidays: bool = True
    lunch: tuple[Lunch, ...] = ()
    yearly_closures: tuple[YearlyClosure, ...] = ()
    extra_openings: tuple[ExtraOpening, ...] = ()
    closures: tuple[Closure, ...] = ()
    reasons: Reasons


class Display(Part, frozen=True, kw_only=True):
    """A display that shows only some groups; one for a whole floor or office needs no entry."""

    id: Id
    groups: tuple[Letter, ...]
    """As they stand on it, from left to right."""


class VolumeHours(Span, frozen=True, kw_only=True):
    """Another volume than the floor's, every day at these hours. No floor named: everywhere."""

    floors: tuple[str, ...] = ()
    volume: int


NewsKind = Literal["now", "office", "city"]


class Notice(Part, frozen=True, kw_only=True):
    """A line for displays, shown from..until (both days included). No floor named: everywhere."""

    text: Text
    kind: Literal["office", "city"] = "office"
    """The city's messages say that they are the city's."""
    floors: tuple[str, ...] = ()
    valid_from: date
    valid_until: date | None = None


class Prepared(Part, frozen=True, kw_only=True):
    """A sentence that a leader chooses by its name: words typed freely would not be in every language."""

    id: Id
    name: str
    """For staff, who read Japanese."""
    text: Text
    ahead: Text | None = None
    """Of a reason for a closure: as it stands after 「14:00から」, before it begins."""


class Neighbour(Part, frozen=True, kw_only=True):
    """Another office of the city: whoever comes to the wrong one with a reservation is told which is the right one."""

    number: Annotated[int, Meta(ge=1, le=99)]
    name: Text


class Queue(Part, frozen=True, kw_only=True):
    """Rules of the line that an office sets for itself."""

    hold_minutes: Annotated[int, Meta(ge=1, le=240)] = 15
    """After so long a ticket that was put aside (保留) comes back into its line by itself."""
    no_show_calls: Annotated[int, Meta(ge=1, le=9)] = 3
    """After so many calls the console offers 不在."""


class Records(Part, frozen=True, kw_only=True):
    """How long the details of a day are kept (保存年限); then they are destroyed (廃棄), and its figures stay."""

    keep_days: int


class Office(Part, frozen=True, kw_only=True):
    """One ward office, whole."""

    schema: Literal[1]
    id: Id
    number: Annotated[int, Meta(ge=1, le=99)] = 1
    """Of the office within its city, as reservation codes carry it."""
    name: Text
    neighbours: tuple[Neighbour, ...] = ()
    zone: str = "Asia/Tokyo"
    status_url: HttpsAddress
    """Base of the ticket's QR code; the ticket's id follows it."""
    unreviewed_languages: tuple[str, ...] = ()
    """Languages whose texts no native speaker has read yet."""
    cancel_reasons: tuple[str, ...]
    """What staff choose from; staff read Japanese."""
    floors: tuple[Floor, ...]
    groups: tuple[Group, ...]
    items: tuple[Item, ...] = ()
    services: tuple[Service, ...]
    counters: tuple[Counter, ...]
    displays: tuple[Display, ...] = ()
    volume_hours: tuple[VolumeHours, ...] = ()
    events: tuple[Event, ...] = ()
    questions: tuple[Question, ...] = ()
    notices: tuple[Notice, ...] = ()
    closure_reasons: tuple[Prepared, ...] = ()
    """Why a leader may close something for a time, or cancel many tickets."""
    prepared_notices: tuple[Prepared, ...] = ()
    pin_reset_service: str = ""
    """The service at which the PIN of a card is reset: whoever finds it locked is offered its ticket."""
    after_hours: Text | None = None
    """Where to go when the office is closed: 戸籍の届は時間外窓口へ."""
    calendar: Calendar
    certificates: OfficeCertificates | None = None
    """What certificate kiosks of this office sell; left out: there are none."""
    queue: Queue = Queue()
    records: Records | None = None
    """Left out: nothing is ever destroyed."""
