"""Every request, reply and view that crosses between the core and a face: the one file that a face needs.

HTTP/JSON over a unix socket; views also as server-sent events (`event: view`, `id: epoch:position`, `data:` one JSON
object). Faces hold no words for citizens and no logic: a view carries its texts in the visitor's language, with
furigana marked 漢字(かな) where the language is やさしい日本語.
The requests stand in kiosk_app/openapi.py.
"""

from __future__ import annotations

from typing import Literal

from kiosk_app.api_base import LANGUAGES as LANGUAGES
from kiosk_app.api_base import LAST_UTC_MS as LAST_UTC_MS
from kiosk_app.api_base import Control as Control
from kiosk_app.api_base import Id as Id
from kiosk_app.api_base import IdOrNone as IdOrNone
from kiosk_app.api_base import Language as Language
from kiosk_app.api_base import Letter as Letter
from kiosk_app.api_base import Needs as Needs
from kiosk_app.api_base import Reply as Reply
from kiosk_app.api_base import View as View
from kiosk_app.api_base import language_of as language_of
from kiosk_app.api_certificate import Fee as Fee
from kiosk_app.api_certificate import Guide as Guide
from kiosk_app.api_certificate import Preview as Preview
from kiosk_app.api_check import CheckCount as CheckCount
from kiosk_app.api_check import CheckMark as CheckMark
from kiosk_app.api_check import CheckScreen as CheckScreen
from kiosk_app.api_check import Colour as Colour
from kiosk_app.api_contacts import HitContact as HitContact
from kiosk_app.api_contacts import HitContacts as HitContacts
from kiosk_app.api_display import Announcement as Announcement
from kiosk_app.api_display import DisplayCall as DisplayCall
from kiosk_app.api_display import DisplayGroup as DisplayGroup
from kiosk_app.api_display import DisplayNotice as DisplayNotice
from kiosk_app.api_display import DisplayView as DisplayView
from kiosk_app.api_forms import FormRow as FormRow
from kiosk_app.api_forms import FormScan as FormScan
from kiosk_app.api_forms import FormSheet as FormSheet
from kiosk_app.api_forms import KanaPad as KanaPad
from kiosk_app.api_health import ClockJump as ClockJump
from kiosk_app.api_health import Failure as Failure
from kiosk_app.api_health import Health as Health
from kiosk_app.api_health import WebhookHealth as WebhookHealth
from kiosk_app.api_money import ClaimRow as ClaimRow
from kiosk_app.api_money import ClaimsAsked as ClaimsAsked
from kiosk_app.api_money import ClaimsFound as ClaimsFound
from kiosk_app.api_money import DayTakings as DayTakings
from kiosk_app.api_money import KindSold as KindSold
from kiosk_app.api_money import KioskRow as KioskRow
from kiosk_app.api_money import MoneyAct as MoneyAct
from kiosk_app.api_money import MoneyAsked as MoneyAsked
from kiosk_app.api_money import MoneySign as MoneySign
from kiosk_app.api_money import MoneyVerb as MoneyVerb
from kiosk_app.api_money import MoneyView as MoneyView
from kiosk_app.api_money import RefusedRow as RefusedRow
from kiosk_app.api_money import SaleRow as SaleRow
from kiosk_app.api_money import TakingsRow as TakingsRow
from kiosk_app.api_money import WordRow as WordRow
from kiosk_app.api_slots import BookingSource as BookingSource
from kiosk_app.api_slots import CancelledSlot as CancelledSlot
from kiosk_app.api_slots import HitRow as HitRow
from kiosk_app.api_slots import HourRow as HourRow
from kiosk_app.api_slots import LaneView as LaneView
from kiosk_app.api_slots import LateRow as LateRow
from kiosk_app.api_slots import SlotAct as SlotAct
from kiosk_app.api_slots import SlotChange as SlotChange
from kiosk_app.api_slots import SlotClosure as SlotClosure
from kiosk_app.api_slots import SlotDayRow as SlotDayRow
from kiosk_app.api_slots import SlotDays as SlotDays
from kiosk_app.api_slots import SlotDaysAsked as SlotDaysAsked
from kiosk_app.api_slots import SlotGroup as SlotGroup
from kiosk_app.api_slots import SlotOffer as SlotOffer
from kiosk_app.api_slots import SlotsAsked as SlotsAsked
from kiosk_app.api_slots import SlotsClosing as SlotsClosing
from kiosk_app.api_slots import SlotService as SlotService
from kiosk_app.api_slots import SlotsHit as SlotsHit
from kiosk_app.api_slots import SlotsPreview as SlotsPreview
from kiosk_app.api_slots import SlotsPreviewAsked as SlotsPreviewAsked
from kiosk_app.api_slots import SlotState as SlotState
from kiosk_app.api_slots import SlotSuggestion as SlotSuggestion
from kiosk_app.api_slots import SlotsView as SlotsView
from kiosk_app.api_slots import SlotVerb as SlotVerb
from kiosk_app.api_slots import SlotView as SlotView
from kiosk_app.api_slots import StretchView as StretchView
from kiosk_app.api_staff import CALL_REASONS as CALL_REASONS
from kiosk_app.api_staff import PAD_COUNT_MAX as PAD_COUNT_MAX
from kiosk_app.api_staff import PRIORITY_REASONS as PRIORITY_REASONS
from kiosk_app.api_staff import REVOKE_REASONS as REVOKE_REASONS
from kiosk_app.api_staff import TICKETS_MAX as TICKETS_MAX
from kiosk_app.api_staff import ActionRow as ActionRow
from kiosk_app.api_staff import ActionsAsked as ActionsAsked
from kiosk_app.api_staff import ActionsPage as ActionsPage
from kiosk_app.api_staff import Alert as Alert
from kiosk_app.api_staff import ClosedNow as ClosedNow
from kiosk_app.api_staff import CounterView as CounterView
from kiosk_app.api_staff import CurrentVisit as CurrentVisit
from kiosk_app.api_staff import GroupChoice as GroupChoice
from kiosk_app.api_staff import IntentAsked as IntentAsked
from kiosk_app.api_staff import IntentSettled as IntentSettled
from kiosk_app.api_staff import LeaderPart as LeaderPart
from kiosk_app.api_staff import Mark as Mark
from kiosk_app.api_staff import Outage as Outage
from kiosk_app.api_staff import OverDay as OverDay
from kiosk_app.api_staff import PractisingRow as PractisingRow
from kiosk_app.api_staff import Role as Role
from kiosk_app.api_staff import ServiceChoice as ServiceChoice
from kiosk_app.api_staff import ServiceTotals as ServiceTotals
from kiosk_app.api_staff import SignedInReply as SignedInReply
from kiosk_app.api_staff import SignIn as SignIn
from kiosk_app.api_staff import StaffAct as StaffAct
from kiosk_app.api_staff import StaffVerb as StaffVerb
from kiosk_app.api_staff import StaffView as StaffView
from kiosk_app.api_staff import Undo as Undo
from kiosk_app.api_staff import WaitingRow as WaitingRow
from kiosk_app.api_technician import FOUND_MAX as FOUND_MAX
from kiosk_app.api_technician import PICTURE_BYTES_MAX as PICTURE_BYTES_MAX
from kiosk_app.api_technician import SAID_MAX as SAID_MAX
from kiosk_app.api_technician import CentralPart as CentralPart
from kiosk_app.api_technician import CheckedBefore as CheckedBefore
from kiosk_app.api_technician import CheckGrade as CheckGrade
from kiosk_app.api_technician import CoreDiagnosis as CoreDiagnosis
from kiosk_app.api_technician import DeviceRow as DeviceRow
from kiosk_app.api_technician import DeviceUse as DeviceUse
from kiosk_app.api_technician import DiagnosisMade as DiagnosisMade
from kiosk_app.api_technician import FoundRow as FoundRow
from kiosk_app.api_technician import HubMachineRow as HubMachineRow
from kiosk_app.api_technician import HubPart as HubPart
from kiosk_app.api_technician import HubTake as HubTake
from kiosk_app.api_technician import PairingRow as PairingRow
from kiosk_app.api_technician import PictureSent as PictureSent
from kiosk_app.api_technician import PrinterSays as PrinterSays
from kiosk_app.api_technician import ScreenPicture as ScreenPicture
from kiosk_app.api_technician import ScreenPictures as ScreenPictures
from kiosk_app.api_technician import TechnicianPart as TechnicianPart
from kiosk_app.api_technician import VoidedRow as VoidedRow
from kiosk_app.api_tools import DayStatistics as DayStatistics
from kiosk_app.api_tools import FiguresRow as FiguresRow
from kiosk_app.api_tools import FormMade as FormMade
from kiosk_app.api_tools import SlotRow as SlotRow
from kiosk_app.api_tools import Statistics as Statistics
from kiosk_app.api_tools import StepRow as StepRow

# --- citizen -------------------------------------------------------------------------------------------------


class BoardRow(View, frozen=True, kw_only=True):
    label: str
    count: str
    unit: str


class WaitPanel(View, frozen=True, kw_only=True):
    waiting_label: str
    waiting: str
    waiting_unit: str
    estimate_label: str
    estimate: str
    foot: str


class Item(View, frozen=True, kw_only=True):
    name: str
    note: str = ""


class Online(View, frozen=True, kw_only=True):
    """「スマートフォンでもできます」: a title, a note and the QR code as a `data:image/png` address."""

    title: str
    note: str
    qr_png: str


class Slip(View, frozen=True, kw_only=True):
    """The picture of the ticket on the screen; empty `number` while it is being printed."""

    office: str = ""
    number: str = ""
    service: str = ""
    place: str = ""
    waiting: str = ""
    estimate: str = ""
    qr_png: str = ""
    where: str = ""
    """「画面の下から出ます」."""
    slot: str = ""
    """「11:20〜11:30」 of a reservation or a chosen time, in place of the estimate."""
    return_by: str = ""
    """「11:15までにお戻りください」, of a time chosen here."""


class Step(View, frozen=True, kw_only=True):
    title: str
    note: str = ""
    state: Literal["done", "current", "to_do"] = "to_do"


class Sheet(View, frozen=True, kw_only=True):
    """Language or ease sheet: stands on the bar, which stays usable."""

    title: str
    options: tuple[Control, ...]
    close: Control
    columns: int = 1


class Dialog(View, frozen=True, kw_only=True):
    """A question over the screen. `seconds` > 0 shows the countdown with the words around it and a bar."""

    title: str
    note: str = ""
    before: str = ""
    seconds: int = 0
    of_seconds: int = 0
    after: str = ""
    actions: tuple[Control, ...] = ()


class Keypad(View, frozen=True, kw_only=True):
    """For a PIN: the core keeps the digits, the face knows how many. A tactile pad presses the same controls.

    For what may be seen, a reservation code: `text` has the digits, and the face draws them in place of dots.
    """

    typed: int
    of: int
    typed_name: str
    """What the dots say to somebody who cannot see them."""
    tries: str
    """「あと3回です。」"""
    tries_left: int
    tries_of: int
    digits: tuple[Control, ...]
    """1 to 9, then 0."""
    cancel: Control
    correct: Control
    enter: Control
    text: str = ""
    """What is typed, four by four (`1234 56`), where it may be seen; empty for a PIN and while nothing is typed."""


class ReaderPicture(View, frozen=True, kw_only=True):
    """A picture of where the card goes, beside the screen."""

    place: Literal["below", "left", "right"]
    where: str
    taking: bool = False
    """The card is to be taken, not laid there."""
    what: Literal["card", "code"] = "card"
    """code: a QR code, on paper or on a telephone, is held before the reader of codes."""


class Hour(View, frozen=True, kw_only=True):
    """One hour of a day's times, earliest first: a row of the page. Hours without any time have no row."""

    label: str
    """「11」."""
    unit: str
    """「時」, smaller; empty in languages that write 11:00 in `label`."""
    starts: tuple[Control, ...]
    """`start:680` (minute of the day), label 「11:20」. open; selected, tag 「選択中」; off, tag 「満」."""
    skip: int = 0
    """So many places are left empty before the first, so that equal minutes stand under each other."""
    places: int = 6
    """Of this page's rows, the same in all of them; a row with more times goes on in the next line."""


class ChosenTime(View, frozen=True, kw_only=True):
    """The panel under the times: what is chosen and what it means. It is what the visitor confirms."""

    range: str
    """「11:20〜11:30」, large."""
    after: str
    """「です。」, directly behind it, small."""
    return_by: str
    """「11:15までにお戻りください。」, in weight."""
    note: str
    """「外出できます。」"""


ScreenName = Literal[
    "idle", "choose", "questions", "services", "confirm", "printing", "take", "trouble", "doubt", "closed", "explain",
    "card_about", "card_place", "card_reading", "card_pin", "card_last", "card_result", "card_take",
    "staff_pad", "staff_list", "staff_said",
    "tech_list", "tech_device", "tech_touch", "tech_keys", "tech_colour",
    "check_in", "check_in_pad", "check_in_which", "check_in_wait", "check_in_said", "times",
    "proc_events", "proc_question", "proc_list", "proc_bring", "proc_forms", "proc_visit", "proc_paper",
    "cert_where", "cert_kind", "cert_scope", "cert_items", "cert_copies", "cert_card", "cert_wait", "cert_who",
    "cert_confirm", "cert_pay", "cert_print", "cert_take", "cert_doubt", "cert_claim", "cert_said",
    "practice_about", "practice_lesson",
    "form_choose", "form_people", "form_way", "form_check", "form_ask", "form_wait", "form_confirm", "form_print",
    "form_take", "form_said",
]  # fmt: skip


class CitizenView(View, frozen=True, kw_only=True):
    """One screen of the ticket machine, whole. Empty fields are not shown.

    idle: board, doors, languages. choose: groups, events, rows[わからない]. questions: rows (answers).
    services: letter/group/place, wait, rows. confirm: letter/group/place, wait, bring, online, question, actions.
    printing, take: slip, actions. trouble: icon, steps, notice, actions. doubt: number may or may not be on paper:
    slip, actions. closed, explain: icon, notice, actions.
    card_about: icon, steps, notice, actions. card_place, card_take: reader, notice, actions. card_reading: banner.
    card_pin: banner, keypad, notice, rows. card_last: banner, icon, emphasis, notice, actions. card_result: icon,
    steps, notice, question, actions.
    staff_pad: keypad, notice. staff_list: notice, rows, actions. staff_said: icon, actions. For staff at the machine.
    For a technician there: tech_list: check, rows (tiles), title and summary (of the chosen one), actions. tech_device:
    check, summary, notice, rows, actions. tech_touch: rows (cells). tech_keys: keypad (with text). tech_colour: check,
    actions.

    Reservations. idle: the door `booked` (「予約のある方」), and choose: the row `booked`, where the office has any.
    A code that is held before the reader of codes works on idle, choose and check_in alike: nothing need be pressed.
    check_in, how to check in: reader (what=code; only where there is a reader of codes), notice (what was wrong with
    what was scanned), rows[`way:code`, `way:phone`, `way:none` (knows neither: staff)]. A way that cannot be used now
    is `off`, its note says why.
    check_in_pad, a code of 16 digits or the last 4 of a telephone: keypad (with text, and `typed_name` for the voice;
    its `tries` is empty), notice (what was wrong), rows[`way:...`: the other way].
    check_in_which, more than one booking, and always after telephone digits: rows[`booking:N`: label 「10:30」, note
    the service; never a name], rows[`none`: 「この中にありません」]. Also which service an unheard booking is of:
    rows[`what:N`].
    check_in_wait, the hub is asked, mostly too short to be seen: icon, subtitle.
    check_in_said, no ticket now: icon, tone, title, emphasis (the one thing to remember: 「10:30から受付できます」,
    the number that was given before, the right office), subtitle, slip (only its number, where one was given before),
    actions[some of `again` (the same number once more), `retry`, `ticket` (one without the reservation), `help`,
    `leave`].
    printing, take after a check-in: as after a ticket; take has the slot in `slip.slot`, and in `notice` what is to be
    told kindly (late, 未確認).
    confirm: a second action `times` (「時間を選ぶ」) beside `take` (then 「今すぐ並ぶ」) while times can be sold;
    `notice` where they could be just now.
    times: letter/group/place, hours, chosen, notice (somebody else was faster), actions[`take_time`: off until a time
    is chosen]. Each press on a time makes a new screen with `chosen`.

    Looking for procedures (proc_...), where the machine has life events. idle: the door `find`. proc_events:
    events[`life:ID`]. proc_question: subtitle (why), rows[`reply:yes`, `reply:no`, `reply:unsure`], foot (how many are
    left).
    proc_list, what has to be done: rows[`do:ID`, selected: done today; open: left out; closed], bring (what is done
    elsewhere), notice, actions[`go_on`, `list_only`, `ask_staff`]. proc_bring: bring, actions. proc_forms, what
    can be made here: bring, actions[`forms`, `without_forms`]. proc_visit, the counters in their order:
    letter/group/place and wait (of the first), summary, actions[`take_route`, `list_only`].
    proc_paper, the list on paper: icon, tone, actions. take: notice, where the ticket has several counters.

    Certificates (cert_...), on a certificate kiosk alone: api_certificate.py. idle, closed: the door `certificate`.
    Practice: the same screens with `guide`, and practice_about (rows), practice_lesson (steps, actions). The door
    `practice:begin`.

    Forms (form_...), where the machine's settings name them: api_forms.py. idle: the door `forms`.
    """

    screen: ScreenName
    screen_id: str
    """Changes with every screen; a press names the screen it was made on, so that a late or double tap does nothing."""
    language: Language
    html_language: str = "ja"
    large: bool = False
    contrast: bool = False
    low: bool = False
    voice: bool = False
    slow: bool = False
    office: str
    date: str
    time: str
    icon: str = ""
    letter: str = ""
    group: str = ""
    place: str = ""
    title: str
    title_original: str = ""
    """The Japanese name under a translated title, for staff to read."""
    subtitle: str = ""
    board_title: str = ""
    board: tuple[BoardRow, ...] = ()
    doors: tuple[Control, ...] = ()
    groups: tuple[Control, ...] = ()
    events_title: str = ""
    events: tuple[Control, ...] = ()
    rows: tuple[Control, ...] = ()
    wait: WaitPanel | None = None
    bring_title: str = ""
    bring: tuple[Item, ...] = ()
    online: Online | None = None
    question: str = ""
    slip: Slip | None = None
    steps: tuple[Step, ...] = ()
    banner: str = ""
    """What holds as long as this screen: 「カードは置いたままにしてください。」"""
    keypad: Keypad | None = None
    kana: KanaPad | None = None
    reader: ReaderPicture | None = None
    hours: tuple[Hour, ...] = ()
    chosen: ChosenTime | None = None
    summary: tuple[Item, ...] = ()
    fee: Fee | None = None
    preview: Preview | None = None
    guide: Guide | None = None
    check: CheckScreen | None = None
    left_s: int = 0
    """The screen goes by itself in so many seconds, of `of_s`: a figure and a bar. 0 and 0: it does not say so."""
    of_s: int = 0
    tone: Literal["", "good", "care", "stop"] = ""
    """Of the icon: never told by colour alone."""
    emphasis: str = ""
    """A sentence between title and subtitle in weight."""
    chime: bool = False
    """Something was left lying: the voice process chimes until it is taken."""
    aloud: str = ""
    """What the machine's own loudspeaker says, before it chimes, whether or not the voice is on: never anything of a
    person."""
    notice: str = ""
    actions: tuple[Control, ...] = ()
    foot: str = ""
    languages_title: str = ""
    languages: tuple[Control, ...] = ()
    bar: tuple[Control, ...] = ()
    """Up to four, in fixed places by id: back, language, ease, staff."""
    hint: str = ""
    staff_door: Control | None = None
    """For staff: where the time stands, without any picture of its own. A finger must hold it for some seconds."""
    picture_asked: str = ""
    """Only on the first screen: the face sends a picture of it, under this id (PictureSent)."""
    sheet: Sheet | None = None
    dialog: Dialog | None = None
    spoken: str = ""


class Press(View, frozen=True, kw_only=True):
    """A touch or a key. The face repeats it with the same press_id until it is answered."""

    press_id: Id
    screen_id: Id
    control: Id
