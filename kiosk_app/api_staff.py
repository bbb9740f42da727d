"""What crosses between the core and a console of staff; faces import it through kiosk_app/api.py.

Its words are Japanese, which staff read.
"""

from __future__ import annotations

from typing import Annotated, Literal

from msgspec import Meta

from kiosk_app.api_base import Id, IdOrNone, Language, Letter, View
from kiosk_app.api_money import MoneyAct, MoneySign, MoneyVerb
from kiosk_app.api_slots import SlotAct, SlotVerb
from kiosk_app.api_technician import HubPart, TechnicianPart, VoidedRow

Role = Literal["clerk", "guide", "leader", "technician"]
"""係員, 案内係, リーダー, 技術員."""


class SignIn(View, frozen=True, kw_only=True):
    staff_code: Id
    pin: Annotated[str, Meta(max_length=64)]
    training: bool = False


class SignedInReply(View, frozen=True, kw_only=True):
    ok: bool
    message: str = ""
    token: str = ""
    staff_code: str = ""
    role: Role = "clerk"


StaffVerb = Literal[
    SlotVerb,
    MoneyVerb,
    "open_counter",
    "pause_counter",
    "close_counter",
    "call_next",
    "call_number",
    "recall",
    "hold",
    "resume",
    "no_show",
    "complete",
    "ready_for_handover",
    "cancel",
    "undo",
    "transfer",
    "grant_priority",
    "accept_alert",
    "issue",
    "reprint",
    "recover_printer",
    "mark",
    "change_service",
    "cancel_many",
    "restore_many",
    "print_history",
    "suspend",
    "end_suspension",
    "post_notice",
    "withdraw_notice",
    "continue_call",
    "register_pad",
    "confirm_pairing",
    "refuse_pairing",
    "revoke_device",
    "resume_certificates",
    "hand_over_hub",
    "accept_voided",
    "sign_out",
]


CALL_REASONS = ("呼出に気づかなかった方", "体調・お子さま連れなどの事情", "案内係からの依頼", "窓口の都合")
PRIORITY_REASONS = ("体調がすぐれない方", "妊娠中・乳幼児連れの方", "介助が必要な方", "職員の判断")
REVOKE_REASONS = ("故障・交換", "使わなくなった", "紛失・盗難", "登録のまちがい")
"""Fixed, as are the office's own for a cancellation: words typed freely would carry names into the log."""


Mark = Literal["to_seat", "writing"]
"""お席まで伺います, 筆談."""


PAD_COUNT_MAX = 99
"""Numbers of one letter's emergency pad: 901 to 999."""
TICKETS_MAX = 400
"""That one act names: what fits the largest request."""


LocalMinute = Annotated[str, Meta(pattern="^(2[0-9]{3}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2})?$")]


class IntentAsked(View, frozen=True, kw_only=True):
    """Of a StaffAct whose answer was lost."""

    intent: Id


class IntentSettled(View, frozen=True, kw_only=True):
    """What became of it. `under_way`: ask again soon. `given_up`: it was not done and never will be, also not by a
    request that comes late; `ok` and `message` are those of the answer that was lost."""

    state: Literal["answered", "under_way", "given_up"]
    ok: bool = False
    message: str = ""


class StaffAct(View, frozen=True, kw_only=True):
    """One press of a clerk. `intent` is made by the face; the same intent never acts twice."""

    intent: Id
    verb: StaffVerb
    counter: Annotated[int, Meta(ge=1, le=9_999)] | None = None
    ticket: IdOrNone = ""
    number: IdOrNone = ""
    """Typed by a person: A-105, a105, A105."""
    service: IdOrNone = ""
    """Also of a number that is called before its ticket has arrived."""
    language: Language = "ja"
    reason: Annotated[str, Meta(max_length=200)] = ""
    """One of CALL_REASONS, PRIORITY_REASONS, StaffView.cancel_reasons or what LeaderPart offers, where needed."""
    alert: IdOrNone = ""
    to_counter: Annotated[int, Meta(ge=1, le=9_999)] | None = None
    """For transfer: the counter that is to call, in place of a service."""
    marks: Annotated[tuple[Mark, ...], Meta(max_length=2)] = ()
    """For mark: all that the ticket has from now on."""
    tickets: Annotated[tuple[Id, ...], Meta(max_length=TICKETS_MAX)] = ()
    """For cancel_many: those that the preview showed."""
    minutes: Annotated[int, Meta(ge=0, le=24 * 60)] | None = None
    """For suspend and post_notice: how long; 0 is the rest of the day. For register_pad: so long ago the first was
    handed out; 0 is now."""
    starts: LocalMinute = ""
    ends: LocalMinute = ""
    """For suspend, in place of minutes: by the office's clock, 2026-04-07T14:00. Without `starts` at once."""
    count: Annotated[int, Meta(ge=1, le=PAD_COUNT_MAX)] = 1
    """For register_pad: so many numbers in a row, from `number` on."""
    outage: bool = False
    """For register_pad: they were handed out one after the other over the latest outage of the day."""
    suspension: IdOrNone = ""
    notice: IdOrNone = ""
    day: Annotated[str, Meta(pattern="^(2[0-9]{3}-[0-9]{2}-[0-9]{2})?$")] = ""
    """For print_history: the day, as ActionsAsked takes it; `number` as there. For print_takings: the day."""
    pairing: IdOrNone = ""
    device: IdOrNone = ""
    """For confirm_pairing and refuse_pairing; for revoke_device, with one of REVOKE_REASONS."""
    machine: IdOrNone = ""
    """For hand_over_hub: the code of the machine that takes over. For resume_certificates, refilled: of the kiosk."""
    groups: Annotated[tuple[Letter, ...], Meta(max_length=26)] = ()
    """For open_counter: letters that it will serve; empty means all that it can. For suspend: what is closed."""
    slot: SlotAct | None = None
    """For each SlotVerb; what is read of it stands there."""
    money: MoneyAct | None = None
    """For each MoneyVerb."""


class CounterView(View, frozen=True, kw_only=True):
    number: int
    floor: str
    groups: tuple[str, ...]
    """Letters of the service groups it can serve."""
    state: Literal["closed", "open", "paused"]
    current: str = ""
    staff_code: str = ""


class CurrentVisit(View, frozen=True, kw_only=True):
    ticket: str
    number: str
    services: tuple[str, ...]
    service: str
    stage: str
    issued: str
    machine: str
    waited_min: int
    promised: str
    calls: int
    called_at: str
    called_utc_ms: int
    language: Language
    language_name: str
    paper: str = ""
    two_stage: bool = False
    interrupted: bool = False
    """There was an outage while this call was open, and nobody has said yet whether it goes on."""
    source: Literal["", "pad", "unheard"] = ""
    """pad: of the emergency pad. unheard: called by its number alone, the ticket has not arrived."""
    offer_no_show: bool = False
    """Called as often as the office calls anybody."""
    marks: tuple[Mark, ...] = ()
    unconfirmed: bool = False
    also: str = ""
    """As in WaitingRow."""


class WaitingRow(View, frozen=True, kw_only=True):
    ticket: str
    number: str
    letter: str
    service: str
    kind: Literal["walk_in", "handover", "reservation", "slot", "held", "missed"]
    promised: str
    waited_min: int
    language: Language
    paper: str = ""
    """「紙を確認」 where the outcome of printing is in doubt; else empty."""
    next: bool = False
    group: str = ""
    counter: int = 0
    """The one counter that calls it; 0: every one that serves its group."""
    back: str = ""
    """Of a held ticket: when it comes back by itself."""
    marks: tuple[Mark, ...] = ()
    unconfirmed: bool = False
    """「未確認」: checked in by a valid code of a reservation that this office has not heard of yet."""
    also: str = ""
    """H-105, the other number of the same reservation: two machines were cut off from each other. It is not called."""


class Alert(View, frozen=True, kw_only=True):
    id: str
    machine: str
    cause: str
    title: str
    note: str
    icon: str
    since: str
    accepted_by: str = ""
    machine_code: str = ""


class Undo(View, frozen=True, kw_only=True):
    label: str
    seconds_left: int


class GroupChoice(View, frozen=True, kw_only=True):
    letter: str
    name: str


class ServiceChoice(View, frozen=True, kw_only=True):
    id: str
    name: str
    letter: str


class ActionRow(View, frozen=True, kw_only=True):
    """操作履歴: who did what with which number, and when."""

    time: str
    staff_code: str
    counter: str
    number: str
    what: str
    reason: str = ""


class ActionsAsked(View, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """操作履歴 of one day. `number`: whole or in part, of the whole day. `before`: `more` of the page shown last."""

    date: Annotated[str, Meta(pattern="^2[0-9]{3}-[0-9]{2}-[0-9]{2}$")]
    number: Annotated[str, Meta(max_length=16)] = ""
    before: Annotated[str, Meta(pattern="^([0-9]{1,15}[.][0-9]{1,16}[.][0-9]{1,9}[.].{1,64})?$")] = ""


class ActionsPage(View, frozen=True, kw_only=True):
    """Latest first. `total`: how many lines there are in all; `more` is empty when no older ones are left."""

    ok: bool = True
    message: str = ""
    number: str = ""
    rows: tuple[ActionRow, ...] = ()
    total: int = 0
    more: str = ""


class ServiceTotals(View, frozen=True, kw_only=True):
    name: str
    letter: str
    issued: int
    waiting: int
    completed: int
    no_shows: int
    wait_median_min: int | None
    service_median_min: int | None


class OverDay(View, frozen=True, kw_only=True):
    """How many waited at each quarter of an hour, from `start` (8:30) on."""

    start: str = ""
    waiting: tuple[int, ...] = ()


class Outage(View, frozen=True, kw_only=True):
    """The program did not run, 10:00 to 10:20: the latest time today; `minutes` is of all of today."""

    since: str
    until: str
    minutes: int


class ClosedNow(View, frozen=True, kw_only=True):
    """What a leader has closed, or a notice that stands on the displays."""

    id: str
    what: str
    text: str
    until: str
    starts: str = ""
    """Where it has not begun."""


class LeaderPart(View, frozen=True, kw_only=True):
    """What only a leader sees. `bulk` is the last cancellation of many; empty when none can be taken back."""

    closed: tuple[ClosedNow, ...] = ()
    notices: tuple[ClosedNow, ...] = ()
    closure_reasons: tuple[str, ...] = ()
    notice_names: tuple[str, ...] = ()
    bulk: str = ""


class PractisingRow(View, frozen=True, kw_only=True):
    """Somebody practises at a machine, or wants a certificate or forms: at which step, never what they chose."""

    machine: str
    step: str
    """「暗証番号」."""
    language: str
    since: str
    """「10:12」, of this step."""
    doing: str = "れんしゅう中"
    """「証明書」."""


class StaffView(View, frozen=True, kw_only=True):
    reads_forms: bool = False
    """This office's hub can read the codes of forms (`/v1/staff/forms/read`)."""
    office: str
    date: str
    time: str
    now_utc_ms: int
    staff_code: str
    role: Role
    training: bool
    counter: CounterView | None
    counters: tuple[CounterView, ...]
    current: CurrentVisit | None
    waiting: tuple[WaitingRow, ...]
    waiting_total: int
    next_number: str
    next_why: tuple[str, ...]
    alerts: tuple[Alert, ...]
    undo: Undo | None
    groups: tuple[GroupChoice, ...]
    services: tuple[ServiceChoice, ...]
    cancel_reasons: tuple[str, ...]
    today: tuple[ServiceTotals, ...]
    actions: tuple[ActionRow, ...]
    last: str
    link: str = "ok"
    iso_date: str = ""
    """2026-04-06, as ActionsAsked takes it."""
    leader: LeaderPart | None = None
    over_day: OverDay = OverDay()
    outage: Outage | None = None
    technician: TechnicianPart | None = None
    hub: HubPart | None = None
    voided: tuple[VoidedRow, ...] = ()
    practising: tuple[PractisingRow, ...] = ()
    money: MoneySign | None = None
    """None: the office has no certificate kiosk."""
