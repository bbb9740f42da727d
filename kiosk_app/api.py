"""Every request, reply and view that crosses between the core and a face: the one file that a face needs.

HTTP/JSON over a unix socket; views also as server-sent events (`event: view`, `id: epoch:position`, `data:` one JSON
object). Faces hold no words for citizens and no logic: a view carries its texts in the visitor's language, with
furigana marked 漢字(かな) where the language is やさしい日本語. The requests stand in kiosk_app/openapi.py.
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

Language = Literal["ja", "easy", "en", "zh", "ko", "vi"]
LANGUAGES: tuple[Language, ...] = ("ja", "easy", "en", "zh", "ko", "vi")
"""日本語, やさしい日本語, English, 简体中文, 한국어, Tiếng Việt."""


def language_of(code: str) -> Language:
    """Of a code that an older or newer log may hold; Japanese where it is not one of ours."""
    return next((known for known in LANGUAGES if known == code), "ja")


Id = Annotated[str, Meta(min_length=1, max_length=64)]
"""Made by a face; what is sent has limits, because it is kept for years."""
IdOrNone = Annotated[str, Meta(max_length=64)]
Letter = Annotated[str, Meta(pattern="^[A-Z]$")]
LAST_UTC_MS = 4_102_444_800_000
"""2100-01-01."""


class View(msgspec.Struct, frozen=True, kw_only=True):
    """Base of everything that a face shows or sends."""


# --- citizen -------------------------------------------------------------------------------------------------


class Control(View, frozen=True, kw_only=True):
    """Something that can be pressed (or, when closed, that explains itself when pressed)."""

    id: str
    label: str
    note: str = ""
    icon: str = ""
    state: Literal["open", "go", "closed", "off", "busy", "selected"] = "open"
    tag: str = ""
    why: str = ""
    """For a closed control: when it opens and why."""


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


ScreenName = Literal[
    "idle", "choose", "questions", "services", "confirm", "printing", "take", "trouble", "doubt", "closed", "explain"
]


class CitizenView(View, frozen=True, kw_only=True):
    """One screen of the ticket machine, whole. Empty fields are not shown.

    idle: board, doors, languages. choose: groups, events, rows[わからない]. questions: rows (answers).
    services: letter/group/place, wait, rows. confirm: letter/group/place, wait, bring, online, question, actions.
    printing, take: slip, actions. trouble: icon, steps, notice, actions. doubt: number may or may not be on paper:
    slip, actions. closed, explain: icon, notice, actions.
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
    notice: str = ""
    actions: tuple[Control, ...] = ()
    foot: str = ""
    languages_title: str = ""
    languages: tuple[Control, ...] = ()
    bar: tuple[Control, ...] = ()
    """Up to four, in fixed places by id: back, language, ease, staff."""
    hint: str = ""
    sheet: Sheet | None = None
    dialog: Dialog | None = None
    spoken: str = ""


class Press(View, frozen=True, kw_only=True):
    """A touch or a key. The face repeats it with the same press_id until it is answered."""

    press_id: Id
    screen_id: Id
    control: Id


class Reply(View, frozen=True, kw_only=True):
    """`ok` false is an expected refusal; `message` is one clear sentence for the person."""

    ok: bool
    message: str = ""


# --- staff ---------------------------------------------------------------------------------------------------

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
    "change_service",
    "sign_out",
]


CALL_REASONS = ("呼出に気づかなかった方", "体調・お子さま連れなどの事情", "案内係からの依頼", "窓口の都合")
PRIORITY_REASONS = ("体調がすぐれない方", "妊娠中・乳幼児連れの方", "介助が必要な方", "職員の判断")
"""Fixed, as are the office's own for a cancellation: words typed freely would carry names into the log."""


class StaffAct(View, frozen=True, kw_only=True):
    """One press of a clerk. `intent` is made by the face; the same intent never acts twice."""

    intent: Id
    verb: StaffVerb
    counter: Annotated[int, Meta(ge=1, le=9_999)] | None = None
    ticket: IdOrNone = ""
    number: IdOrNone = ""
    """Typed by a person: A-105, a105, A105."""
    service: IdOrNone = ""
    language: Language = "ja"
    reason: Annotated[str, Meta(max_length=200)] = ""
    """One of CALL_REASONS, PRIORITY_REASONS or StaffView.cancel_reasons, where the verb needs one."""
    alert: IdOrNone = ""
    groups: Annotated[tuple[Letter, ...], Meta(max_length=26)] = ()
    """For open_counter: letters that it will serve; empty means all that it can."""


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


class Alert(View, frozen=True, kw_only=True):
    id: str
    machine: str
    cause: str
    title: str
    note: str
    icon: str
    since: str
    accepted_by: str = ""


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


class ServiceTotals(View, frozen=True, kw_only=True):
    name: str
    letter: str
    issued: int
    waiting: int
    completed: int
    no_shows: int
    wait_median_min: int | None
    service_median_min: int | None


class StaffView(View, frozen=True, kw_only=True):
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


# --- display and voice ---------------------------------------------------------------------------------------


class DisplayCall(View, frozen=True, kw_only=True):
    number: str
    counter: int
    stage: str
    """受付 or お渡し."""
    fresh: bool = False


class DisplayGroup(View, frozen=True, kw_only=True):
    letter: str
    name: str
    place: str
    waiting: int
    estimate: str


class DisplayView(View, frozen=True, kw_only=True):
    office: str
    zone: str
    date: str
    time: str
    newest: tuple[DisplayCall, ...]
    """The call of the last 30 s (at most one now); others as young are `fresh` in `recent`."""
    recent: tuple[DisplayCall, ...]
    groups: tuple[DisplayGroup, ...]
    missed: tuple[str, ...]
    notice: str


class Announcement(View, frozen=True, kw_only=True):
    """One call to speak. `call_id` is the same when the same call is announced again."""

    call_id: str
    zone: str
    letter: str
    number: int
    counter: int
    stage: Literal["reception", "handover"]
    called_utc_ms: int
    now_utc_ms: int


class Health(View, frozen=True, kw_only=True):
    machine: str
    version: str
    facts: int
    day: str
    printer: str
    log: str


class ClockJump(View, frozen=True, kw_only=True):
    """Only where machine.toml says that the clock is driven: a story moves the day on."""

    utc_ms: Annotated[int, Meta(ge=0, le=LAST_UTC_MS)]


class Failure(View, frozen=True, kw_only=True):
    """Body of every 4xx and 5xx reply."""

    error: str
