"""Practice mode (練習モード): the real journey of a certificate over a pretended machine, step by step with guidance.

A sample card that needs no reader, sample people, sample money; nothing is sold, issued or kept. The inner journey is
the same code as at a kiosk, so what is learnt here is what stands there; only the answers of the core are made up.
No PIN of anybody is wanted: the four digits to press stand on the screen, and no other digit does anything.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec.structs import replace

from kiosk_app.api import ScreenName
from kiosk_app.journeys import ticket
from kiosk_app.journeys.certificate_events import (
    CertificateReady,
    CertificateSigned,
    CertificatesNow,
    MembersOffered,
    MoneyTold,
    NotPaid,
    Paid,
    PrepareCertificate,
    PrintCertificate,
    SaleOpened,
    SaleSettled,
    SellCertificate,
    SettleSale,
    SheetsPrinted,
    SignForCertificate,
    StopPayment,
)
from kiosk_app.journeys.message_base import Command
from kiosk_app.journeys.messages import (
    AlertAccepted,
    AnyCommand,
    AnyEvent,
    CallStaff,
    CardOpened,
    CardSeen,
    ClearAlert,
    Context,
    OpenCard,
    PinTyped,
    Pressed,
    Ways,
)
from kiosk_app.journeys.ticket_moves import call_staff
from kiosk_app.journeys.ticket_state import Place, TicketJourney
from kiosk_app.office.certificates import KINDS, RULES, Kind, Member, Offer

PRACTICE_PIN = "1234"
PRICES: dict[Kind, int] = dict.fromkeys(KINDS, 300)
MEMBERS = (Member(ref="s1", name="見本 太郎"), Member(ref="s2", name="見本 花子"), Member(ref="s3", name="見本 一郎"))
NUMBER = "K-0000"
FORGOTTEN_MS = 600_000
"""Nobody is hurried here; after so long the next visitor finds the beginning."""
Page = Literal["start", "lesson", "end"]
STEPS: tuple[ScreenName, ...] = (
    "card_place", "cert_where", "cert_kind", "cert_scope", "cert_items", "cert_copies", "card_pin", "cert_card",
    "cert_confirm", "cert_pay", "cert_take",
)  # fmt: skip
"""In the order of a visit, each with guidance of its own."""
OWN_VERBS = frozenset({"begin_lesson", "understood", "lay_card", "take_card", "insert", "sheet", "sample", "again"})


class Sample(msgspec.Struct, frozen=True, kw_only=True):
    """The first page of the sample, with 見本 across it: a data:image/png address."""

    picture: str = ""
    width_px: int = 0
    height_px: int = 0


class Lesson(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`inner` is a certificate's visit, in an office that is always open: its clock is `shift_ms` ahead."""

    inner: TicketJourney
    page: Page = "start"
    shift_ms: int = 0
    ordinal: int = 0
    touched_ms: int = 0
    laid: bool = False
    """The sample card lies at the reader."""
    offered: bool = False
    """The sample is made and can be looked at."""
    told: str = ""
    """The step whose guidance was read."""
    furthest: str = ""
    """The last step that was reached: where somebody gave up."""
    printing: str = ""
    """The job of a sheet that is under way."""

    @property
    def screen_id(self) -> str:
        return f"{self.inner.session}:lesson:{self.ordinal}"


class PrintLesson(Command, frozen=True, kw_only=True):
    """On the ticket printer, marked so that nobody can take it for real. sheet: how to do the same elsewhere."""

    job: str
    what: Literal["sheet", "sample"]
    kind: Kind
    language: str


LessonCommand = PrintLesson | CallStaff | ClearAlert
LessonTurn = tuple[Lesson, tuple[LessonCommand, ...]]


def start(context: Context, shift_ms: int) -> Lesson:
    """`shift_ms`: to a moment at which every certificate of the sample is sold."""
    inner = ticket.start(replace(context, now_utc_ms=context.now_utc_ms + shift_ms))
    return Lesson(inner=inner, shift_ms=shift_ms, touched_ms=context.now_utc_ms)


def world(lesson: Lesson, context: Context, sample: Sample) -> Context:
    """The pretended machine as the inner journey sees it."""
    certificates = CertificatesNow(means="unit", prices=PRICES)
    if lesson.offered:
        kind = _kind(lesson)
        offer = Offer(kind=kind, scopes=RULES[kind].scopes, items=RULES[kind].items, members=MEMBERS)
        certificates = replace(
            certificates,
            offer=offer,
            preview=sample.picture,
            preview_width_px=sample.width_px,
            preview_height_px=sample.height_px,
        )
    return replace(
        context,
        now_utc_ms=context.now_utc_ms + lesson.shift_ms,
        printer_status="ready",
        card_reader="below",
        card_seen="card" if lesson.laid else "empty",
        certificates=certificates,
        ways=Ways(),
        procedures=None,
    )


def _kind(lesson: Lesson) -> Kind:
    certificate = lesson.inner.certificate
    return (certificate.kind if certificate is not None else None) or "resident-record"


def step_of(lesson: Lesson) -> ScreenName | None:
    """The step of the lesson that is on the screen; None between two."""
    return lesson.inner.screen if lesson.page == "lesson" and lesson.inner.screen in STEPS else None


def guides(lesson: Lesson) -> bool:
    """What this step is about has not been read yet, and nothing else lies over the screen."""
    step = step_of(lesson)
    return step is not None and lesson.told != step and not (lesson.inner.dialog or lesson.inner.sheet)


# --- events ----------------------------------------------------------------------------------------------------------


def pressed(lesson: Lesson, control: str, context: Context, sample: Sample) -> LessonTurn:
    """A press that is on the screen (the caller looks), and not one of an older screen."""
    now = context.now_utc_ms
    lesson = replace(lesson, ordinal=lesson.ordinal + 1, touched_ms=now)
    verb, _, name = control.partition(":")
    match verb:
        case "begin_lesson" | "again":
            return _begin(lesson, context, sample)
        case "understood":
            return replace(lesson, told=lesson.inner.screen), ()
        case "lay_card" | "take_card":
            laid = replace(lesson, laid=verb == "lay_card")
            return _inner(laid, CardSeen(), context, sample)
        case "insert":
            return _inserted(lesson, context, sample)
        case "sheet" | "sample":
            return _prints(lesson, verb, context)
        case "pin" if name.isdigit():
            return _digit(lesson, name, context, sample)
        case "end" if lesson.page == "end":
            return replace(start(context, lesson.shift_ms), ordinal=lesson.ordinal), ()
        case "language" | "ease" | "mode" | "close_sheet" if lesson.page != "lesson":
            inner = ticket.adjusted(lesson.inner, control, world(lesson, context, sample))
            return replace(lesson, inner=inner), ()
        case "staff":
            inner, commands = call_staff(lesson.inner, "visitor", world(lesson, context, sample))
            return replace(lesson, inner=inner), _outside(commands)
    return _inner(lesson, Pressed(screen_id=lesson.inner.screen_id, control=control), context, sample)


def accepted(lesson: Lesson, event: AlertAccepted, context: Context, sample: Sample) -> Lesson:
    """Somebody comes to help."""
    return _inner(lesson, event, context, sample)[0]


def tick(lesson: Lesson, context: Context) -> Lesson:
    """Nothing runs out while one learns; only somebody who has gone makes room."""
    if lesson.page == "start" or context.now_utc_ms - lesson.touched_ms < FORGOTTEN_MS:
        return lesson
    return replace(start(context, lesson.shift_ms), ordinal=lesson.ordinal + 1)


def printed(lesson: Lesson, job: str) -> Lesson:
    return replace(lesson, printing="") if job == lesson.printing else lesson


def _begin(lesson: Lesson, context: Context, sample: Sample) -> LessonTurn:
    """Language and modes stay those that were chosen."""
    before = lesson.inner
    fresh = start(context, lesson.shift_ms)
    inner = replace(fresh.inner, language=before.language, modes=before.modes, place=Place(screen="idle"))
    begun = replace(fresh, inner=inner, page="lesson", ordinal=lesson.ordinal)
    return _inner(begun, Pressed(screen_id=inner.screen_id, control="certificate"), context, sample)


def _digit(lesson: Lesson, digit: str, context: Context, sample: Sample) -> LessonTurn:
    """Only the digit that comes next; so no PIN of anybody can be typed, not by mistake."""
    card = lesson.inner.card
    typed = card.typed if card is not None else 0
    if typed >= len(PRACTICE_PIN) or digit != PRACTICE_PIN[typed]:
        return lesson, ()
    return _inner(lesson, PinTyped(typed=typed + 1), context, sample)


def _inserted(lesson: Lesson, context: Context, sample: Sample) -> LessonTurn:
    certificate = lesson.inner.certificate
    if certificate is None or lesson.inner.screen != "cert_pay":
        return lesson, ()
    lesson, _ = _inner(lesson, MoneyTold(sale=certificate.sale, inserted_yen=certificate.total_yen), context, sample)
    return _inner(lesson, Paid(sale=certificate.sale), context, sample)


def _prints(lesson: Lesson, what: Literal["sheet", "sample"], context: Context) -> LessonTurn:
    if lesson.printing:
        return lesson, ()
    job = f"{what}-{lesson.screen_id}"
    wish = PrintLesson(job=job, what=what, kind=_kind(lesson), language=lesson.inner.language)
    return replace(lesson, printing=job), (wish,)


# --- the pretended machine -------------------------------------------------------------------------------------------


def _inner(lesson: Lesson, event: AnyEvent, context: Context, sample: Sample) -> LessonTurn:
    """The event, then every answer of the pretended core until nothing is asked any more."""
    before = lesson.inner
    waiting: list[AnyEvent] = [event]
    outside: list[LessonCommand] = []
    while waiting:
        inner, commands = ticket.step(lesson.inner, waiting.pop(0), world(lesson, context, sample))
        lesson = replace(lesson, inner=inner)
        outside += _outside(commands)
        for command in commands:
            lesson, answers = _answered(lesson, command)
            waiting += answers
    return _noted(lesson, before, context), tuple(outside)


def _outside(commands: tuple[AnyCommand, ...]) -> tuple[LessonCommand, ...]:
    """Help is real; everything else stays within the lesson."""
    return tuple(one for one in commands if isinstance(one, CallStaff | ClearAlert))


def _answered(lesson: Lesson, command: AnyCommand) -> tuple[Lesson, list[AnyEvent]]:
    certificate = lesson.inner.certificate
    copies = certificate.copies if certificate is not None else 1
    match command:
        case OpenCard():
            return lesson, [CardOpened(session=command.session, tries=3)]
        case SignForCertificate():
            return lesson, [CertificateSigned(session=command.session)]
        case PrepareCertificate() if command.wanted.scope == "part" and not command.wanted.members:
            return replace(lesson, offered=True), [MembersOffered(question=command.question)]
        case PrepareCertificate():
            return replace(lesson, offered=True), [CertificateReady(question=command.question, wanted=command.wanted)]
        case SellCertificate():
            yen = command.each_yen * command.wanted.copies
            return lesson, [SaleOpened(sale=command.sale, number=NUMBER, means="unit", yen=yen)]
        case StopPayment():
            return lesson, [NotPaid(sale=command.sale)]
        case PrintCertificate():
            return lesson, [SheetsPrinted(sale=command.sale, verdict="issued", printed=copies)]
        case SettleSale():
            return lesson, [SaleSettled(sale=command.sale, how="nothing")]
    return lesson, []


def _noted(lesson: Lesson, before: TicketJourney, context: Context) -> Lesson:
    """How far it went; and whoever has left the certificate's way is at the end of the lesson, or at its beginning."""
    step = step_of(lesson)
    if step is not None:
        known = STEPS.index(lesson.furthest) if lesson.furthest in STEPS else -1
        return replace(lesson, furthest=step) if STEPS.index(step) > known else lesson
    if lesson.page == "lesson" and lesson.inner.certificate is None:
        if lesson.furthest != STEPS[-1]:
            lesson = replace(start(context, lesson.shift_ms), ordinal=lesson.ordinal)
        inner = replace(lesson.inner, language=before.language, modes=before.modes)
        return replace(lesson, inner=inner, page="end" if lesson.furthest == STEPS[-1] else "start")
    return lesson
