"""What a clerk's desk is between two views of the core: who signed in, what is open, which press waits for its answer.

Values only; `ui.staff.step` moves them. Everything about tickets comes from StaffView, so a desk that is lost with its
process is simply signed in to again.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from ui.staff.figures_desk import AskFigures, Figures, FiguresTold, SaveTable, TableSaved
from ui.staff.forms import AskForm, Copy, Forms, FormTold
from ui.staff.money_desk import AskClaims, ClaimsTold, LeaveMoney, Money, MoneyArrived, WatchMoney
from ui.staff.slots_desk import (
    Ask,
    ContactsArrived,
    LeaveContacts,
    LeaveSlots,
    Slots,
    SlotsArrived,
    SlotsTold,
    WatchContacts,
    WatchSlots,
)

if TYPE_CHECKING:
    from kiosk_app.api import ActionRow, ActionsPage, Language, Role, SignedInReply, StaffAct, StaffVerb, StaffView

Page = Literal["sign_in", "counter", "work"]
Tab = Literal["desk", "guide", "leader", "slots", "money", "devices", "today", "figures", "actions", "forms"]
DialogKind = Literal[
    "",
    "cancel",
    "group",
    "service",
    "to_counter",
    "number",
    "number_reason",
    "break",
    "why",
    "keys",
    "row",
    "priority",
    "marks",
    "paper",
    "jam",
    "model",
    "suspend",
    "suspend_service",
    "suspend_reason",
    "notice",
    "until",
    "starts",
    "ends",
    "from_to",
    "many",
    "many_reason",
    "many_confirm",
    "pad_when",
    "pad_language",
    "pair",
    "revoke",
    "sell_again",
    "hub_confirm",
    "slot",
    "slot_cancel",
    "slot_service",
    "slot_start",
    "slot_name",
    "slot_language",
    "slot_confirm",
    "slot_booked",
    "slot_days",
    "slot_close",
    "slot_reason",
    "slot_starts",
    "slot_ends",
    "slot_closing",
    "slot_move",
    "slot_move_days",
    "slot_move_confirm",
    "slot_moved",
    "hit",
    "hit_confirm",
    "hit_print",
    "money_taken",
    "money_find",
    "money_claim",
    "money_paid",
    "money_rest",
    "money_sold",
]


OWN = "own"
"""The filter of the waiting list that shows what the counter itself serves."""


@dataclass(frozen=True)
class Dialog:
    """One question over the desk. `then` is the verb that its last answer sends."""

    kind: DialogKind = ""
    then: StaffVerb | Literal[""] = ""
    ticket: str = ""
    number: str = ""
    letter: str = ""
    service: str = ""
    reason: str = ""
    device: str = ""
    """Or the pairing of one that is not trusted yet."""
    starts: str = ""
    ends: str = ""
    """Minutes of the office's clock: 2026-04-07T14:00."""
    tickets: tuple[str, ...] = ()
    """Whom a leader was shown, so that nobody else is hit."""
    first: int = 0
    count: int = 1
    when: str = ""
    language: str = ""
    """Of numbers of the emergency pad: a row, since when it was handed out, and the language where it was chosen."""
    slot: str = ""
    """As `timetable.key_of` names it."""
    start_min: int | None = None
    lane: int = 0
    """0: whichever is free."""
    name: str = ""
    """In katakana, of who is booked for today."""
    date: str = ""
    replaces: str = ""
    """The cancelled booking in the place of which another is made."""
    yen: int = 0
    """Of `money_taken`, where `ticket` is the payment."""


@dataclass(frozen=True)
class Look:
    """What is asked of the history. `before`: the lines older than those already shown."""

    date: str
    number: str
    before: str = ""


@dataclass(frozen=True)
class Found:
    """The answer so far: `rows` of one page or several."""

    look: Look
    rows: tuple[ActionRow, ...] = ()
    total: int = 0
    more: str = ""
    message: str = ""


@dataclass(frozen=True)
class Lost:
    """An act whose answer did not come, until the hub has said what became of it. `asked`: it is being asked."""

    intent: str
    verb: str
    staff_code: str
    asked: bool = False


@dataclass(frozen=True)
class Desk:
    """Everything the face itself remembers. `busy` is the control whose answer is awaited."""

    page: Page = "sign_in"
    tab: Tab = "desk"
    dialog: Dialog = field(default_factory=Dialog)
    training: bool = False
    token: str = ""
    staff_code: str = ""
    role: Role = "clerk"
    roaming: bool = False
    """A leader who serves no counter now."""
    counter: int | None = None
    groups: tuple[str, ...] = ()
    filter: str = OWN
    find: str = ""
    day: str = ""
    """2026-04-06: the day of the history that is shown; empty is today."""
    typed_day: str = ""
    asked: Look | None = None
    """Of the history, on its way: one at a time, the newest wish next."""
    found: Found | None = None
    figures: Figures = field(default_factory=Figures)
    slots: Slots = field(default_factory=Slots)
    forms: Forms = field(default_factory=Forms)
    money: Money = field(default_factory=Money)
    typed: str = ""
    guide_letter: str = ""
    guide_service: str = ""
    guide_language: Language = "ja"
    busy: str = ""
    sent: Dialog = field(default_factory=Dialog)
    """The question whose answer was sent last: the core may ask for more."""
    message: str = ""
    said: str = ""
    """What the core answered to the last act that it did."""
    reachable: bool = True
    trouble: str = ""
    """Why not, as the wire says it: away, certificate, token, older."""
    age_min: int = 0
    """How old the view is while the hub is away, in whole minutes."""
    elsewhere: bool = False
    """The hub is another computer."""
    lost: Lost | None = None
    view: StaffView | None = None


# --- events and commands -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pressed:
    control: str


@dataclass(frozen=True)
class Typed:
    place: Literal["find", "number", "day", "from", "to", "form"]
    text: str


@dataclass(frozen=True)
class SignInAsked:
    staff_code: str
    pin: str


@dataclass(frozen=True)
class SignedIn:
    reply: SignedInReply


@dataclass(frozen=True)
class Arrived:
    view: StaffView


@dataclass(frozen=True)
class Answered:
    ok: bool
    message: str = ""
    needs: str = ""
    """What the same act must also say to be done."""


@dataclass(frozen=True)
class Unanswered:
    """No answer came, so nobody knows whether it was done."""

    intent: str
    verb: str


@dataclass(frozen=True)
class Settled:
    """What became of it. `done` None: there was no answer to this either. `ok` and `message`: of the lost answer."""

    intent: str
    done: bool | None
    ok: bool = False
    message: str = ""
    needs: str = ""


@dataclass(frozen=True)
class Looked:
    """`page` None: no answer came."""

    look: Look
    page: ActionsPage | None


@dataclass(frozen=True)
class Reached:
    reachable: bool
    trouble: str = ""


@dataclass(frozen=True)
class Aged:
    """The view is so old, while no other comes."""

    minutes: int


@dataclass(frozen=True)
class Dismissed:
    """The core no longer knows this sign-in."""


Event = (
    Pressed | Typed | SignInAsked | SignedIn | Arrived | Answered | Unanswered | Settled | Looked | FiguresTold
    | TableSaved | SlotsArrived | SlotsTold | ContactsArrived | MoneyArrived | ClaimsTold | FormTold | Reached | Aged
    | Dismissed
)  # fmt: skip


@dataclass(frozen=True)
class Send:
    """`act` still lacks its intent, which the face makes once for each press."""

    act: StaffAct


@dataclass(frozen=True)
class Settle:
    """Ask what became of an act whose answer was lost."""

    intent: str


@dataclass(frozen=True)
class Knock:
    staff_code: str
    pin: str
    training: bool


@dataclass(frozen=True)
class Watch:
    token: str


@dataclass(frozen=True)
class Leave:
    pass


Command = (
    Send | Settle | Look | AskFigures | SaveTable | WatchSlots | LeaveSlots | WatchContacts | LeaveContacts | Ask
    | WatchMoney | LeaveMoney | AskClaims | AskForm | Copy | Knock | Watch | Leave
)  # fmt: skip
