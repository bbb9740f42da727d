"""Practice (れんしゅう): the whole journey of a certificate with a sample card and a sample household. Pure.

The screens and moves are those of the real journey (certificate.py), so that people learn the real thing; what a card,
central, money and a printer would say is answered here from the state alone. So a visit for practice asks nothing of
the machine but what `ASKS` names, and remembers no digit: the real buffer never hears that a key was pressed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal

from msgspec.structs import replace

from kiosk_app.journeys import certificate
from kiosk_app.journeys import certificate_card as card
from kiosk_app.journeys import certificate_sale as sale
from kiosk_app.journeys.card_check import TRIES
from kiosk_app.journeys.card_reading import PIN_DIGITS
from kiosk_app.journeys.certificate_events import (
    CertificateEvent,
    CertificateReady,
    CertificateSigned,
    CertificatesNow,
    MembersOffered,
    NotPaid,
    Paid,
    SaleOpened,
    SheetsPrinted,
)
from kiosk_app.journeys.certificate_moves import kept
from kiosk_app.journeys.certificate_state import Certificate, Lesson
from kiosk_app.journeys.messages import (
    PRINTING_STATUSES,
    AnyCommand,
    AnyEvent,
    CallStaff,
    CardAnswered,
    CardOpened,
    CardSeen,
    ClearAlert,
    Context,
    NewSession,
    PinTyped,
    PrintSample,
    Restarted,
    SamplePrinted,
    Tick,
)
from kiosk_app.journeys.ticket_moves import Turn, card_lies, changed, forward, go_back, home, shown
from kiosk_app.journeys.ticket_state import CardCheck, Place, TicketJourney
from kiosk_app.office.catalogue import Office
from kiosk_app.office.catalogue_certificates import CertificateKind, OfficeCertificates
from kiosk_app.office.certificates import KINDS, RULES, Item, Kind, Member, Offer

SCREENS = ("practice_about", "practice_lesson")
ASKS = (CallStaff, ClearAlert, PrintSample)
"""All that a visit for practice may ask of the machine."""
SAMPLE = "見本"
YEN = 300
"""Of every kind, where this machine knows no price."""
ITEMS: tuple[Item, ...] = ("head-and-relation", "domicile", "individual-number")
"""What the sample household's record has."""
MEMBERS = tuple(Member(ref=f"s{n}", name=f"{SAMPLE}　{name}") for n, name in enumerate(("花子", "太郎", "さくら"), 1))
CITY = {
    "ja": "見本市",
    "easy": "見本市(みほんし)",
    "en": "Sample City",
    "zh": "样本市",
    "ko": "견본시",
    "vi": "Thành phố mẫu",
}
"""In an office that sells no certificates."""
READ_MS, ASK_MS, PRINT_MS = 1_500, 2_000, 4_000
"""As long as the real thing takes on a good day, so that nobody is surprised by a screen that waits."""
CAUSE = "practice"
PAPERS_MAX = 4
"""In one visit, however often it is practised: the paper is that of the tickets."""
Stage = Literal["", "start", "card", "choose", "pin", "card_out", "confirm", "pay", "receive", "said", "done"]
NUMBERED: tuple[Stage, ...] = ("card", "choose", "pin", "card_out", "confirm", "pay", "receive")
STAGES: Mapping[str, Stage] = {
    "practice_about": "start",
    "card_place": "card",
    **dict.fromkeys(card.CHOICES, "choose"),
    "card_pin": "pin",
    "cert_card": "card_out",
    "cert_who": "confirm",
    "cert_confirm": "confirm",
    "cert_pay": "pay",
    "cert_print": "receive",
    "cert_take": "receive",
    "practice_lesson": "done",
}


def is_on(state: TicketJourney) -> bool:
    return state.certificate is not None and state.certificate.lesson is not None


def stage(state: TicketJourney) -> Stage:
    """How far it has come, and nothing of what was chosen; empty: nobody practises."""
    if state.certificate is None or state.certificate.lesson is None:
        return ""
    if state.screen == "card_reading":
        return "pin" if state.card is not None and state.card.tries else "card"
    if state.screen == "cert_wait":
        return "pay" if state.certificate.sale else "confirm"
    return STAGES.get(state.screen, "said")


def prints(state: TicketJourney, context: Context) -> bool:
    return context.printer_status in PRINTING_STATUSES and _lesson(state).papers < PAPERS_MAX


def world(state: TicketJourney, context: Context) -> Context:
    """The machine as it would be: the card lies there when the visitor says so, or really does."""
    here = context.practice
    if here is None or not is_on(state):
        return context
    real = context.certificates
    now = CertificatesNow(
        sample=True,
        means="unit",
        prices={**dict.fromkeys(KINDS, YEN), **(real.prices if real is not None else {})},
        offer=_offer(kept(state)),
        preview=here.picture,
        preview_width_px=here.width_px,
        preview_height_px=here.height_px,
    )
    seen = context.card_seen
    if not card_lies(context):
        seen = "card" if _lesson(state).placed else "empty"
    elif seen == "no_certificate":
        # Nobody's card is looked into here, so what it lacks does not matter.
        seen = "card"
    return replace(
        context,
        office=_office(context.office),
        card_seen=seen,
        card_reader=context.card_reader or "below",
        card_last_day=None,
        certificates=now,
    )


def _office(office: Office) -> Office:
    """With all kinds, where it sells none itself. Counters are not named: nobody is sent to one from here."""
    if office.certificates is not None:
        return office
    service = office.services[0].id
    kinds = tuple(CertificateKind(kind=kind, service=service) for kind in KINDS)
    return replace(office, certificates=OfficeCertificates(city=CITY, elsewhere=service, kinds=kinds, hours=()))


def _offer(wanted: Certificate) -> Offer | None:
    if wanted.kind is None:
        return None
    return Offer(kind=wanted.kind, scopes=RULES[wanted.kind].scopes, items=ITEMS, members=MEMBERS)


def _lesson(state: TicketJourney) -> Lesson:
    found = kept(state).lesson
    if found is None:
        raise AssertionError(f"the screen {state.screen} is not one of practice")
    return found


def _with(state: TicketJourney, **changes: object) -> TicketJourney:
    lesson = replace(_lesson(state), **changes)
    return replace(state, certificate=replace(kept(state), lesson=lesson))


# --- one step ------------------------------------------------------------------------------------------------


def step(
    state: TicketJourney,
    event: AnyEvent,
    context: Context,
    otherwise: Callable[[TicketJourney, AnyEvent, Context], Turn],
) -> Turn:
    """`otherwise`: what this event does in every visit. It comes back here by `pressed`."""
    if context.practice is None:
        # The settings were changed while somebody practised.
        after, commands = home(state, context)
    else:
        after, commands = _step(state, event, context, otherwise)
    if not is_on(after):
        # What really lies at the reader decides whether a card was left.
        session = event.session if isinstance(event, NewSession) else after.session
        after, commands = home(state, context, session=session)
    return after, tuple(_for_practice(one) for one in commands if isinstance(one, ASKS))


def _for_practice(command: AnyCommand) -> AnyCommand:
    """Whoever comes knows that nothing of it is real."""
    if isinstance(command, CallStaff) and command.cause in ("visitor", "help"):
        return replace(command, cause=CAUSE)
    return command


def _step(
    state: TicketJourney,
    event: AnyEvent,
    context: Context,
    otherwise: Callable[[TicketJourney, AnyEvent, Context], Turn],
) -> Turn:
    match event:
        case Tick():
            found = answer(state, context)
            if found is None:
                return otherwise(state, event, context)
            return certificate.step(state, found, world(state, context)) or (state, ())
        case CardSeen():
            if stage(state) in ("start", "done"):
                return state, ()
            return certificate.step(state, event, world(state, context)) or (state, ())
        case SamplePrinted():
            return _sample_printed(state, event, context)
        case PinTyped() | CardOpened() | CardAnswered() | Restarted():
            # Of a real card before this visit; and of this one nothing can be lost.
            return state, ()
    if isinstance(event, CertificateEvent):
        return state, ()
    return otherwise(state, event, context)


def answer(state: TicketJourney, context: Context) -> AnyEvent | None:
    """What the machine would have said by now."""
    certificate, asked = kept(state), state.card or CardCheck()
    since_ms = context.now_utc_ms - state.shown_ms
    if state.screen == "card_reading" and since_ms >= READ_MS:
        if asked.tries:
            return CertificateSigned(session=asked.session)
        return CardOpened(session=asked.session, tries=TRIES)
    if certificate.question and context.now_utc_ms - certificate.asked_ms >= ASK_MS:
        return _prepared(certificate)
    if certificate.sale and not certificate.over:
        return _sold(state, certificate, since_ms)
    return None


def _prepared(asked: Certificate) -> AnyEvent:
    if asked.scope == "part" and not asked.members:
        return MembersOffered(question=asked.question)
    items = tuple(item for item in asked.items if item in ITEMS)
    return CertificateReady(question=asked.question, wanted=replace(asked.wanted, items=items))


def _sold(state: TicketJourney, asked: Certificate, since_ms: int) -> AnyEvent | None:
    if state.screen == "cert_print":
        printed = SheetsPrinted(sale=asked.sale, verdict="issued", printed=asked.copies)
        return printed if since_ms >= PRINT_MS else None
    if state.screen != "cert_wait" or asked.paid:
        return None
    if asked.stopping:
        return NotPaid(sale=asked.sale)
    if not asked.number:
        return SaleOpened(sale=asked.sale, number=SAMPLE, means="unit", yen=asked.total_yen)
    return Paid(sale=asked.sale)


def _sample_printed(state: TicketJourney, event: SamplePrinted, context: Context) -> Turn:
    if not event.paper or _lesson(state).paper != event.paper:
        return state, ()
    came: Literal["printed", "failed"] = "printed" if event.printed else "failed"
    papers = _lesson(state).papers + event.printed
    return changed(_with(state, paper="", paper_came=came, papers=papers), context.now_utc_ms), ()


# --- what the visitor presses --------------------------------------------------------------------------------


def pressed(state: TicketJourney, control: str, context: Context) -> Turn:
    """What is offered and was pressed. Also one that means nothing just now is answered, by a new screen id: whoever
    looks for the answer finds it, and a second tap is too late."""
    after, commands = _pressed(state, control, context)
    if after.screen_id == state.screen_id:
        after = changed(after, context.now_utc_ms)
    return after, commands


def _pressed(state: TicketJourney, control: str, context: Context) -> Turn:
    """Of practice: its door, its own keys, and those of the real journey."""
    verb, _, name = control.partition(":")
    now = context.now_utc_ms
    if verb == "pin":
        return _pin(state, name, context)
    if control == "end" and state.screen == "cert_take":
        return shown(state, now, Place(screen="practice_lesson"), way_back=()), ()
    if verb in ("end", "back"):
        return _leave(state, control, context)
    if verb != "practice":
        return certificate.pressed(state, control, world(state, context))
    match name:
        case "begin":
            return begin(state, context)
        case "again":
            again = _begun(state, _lesson(state).papers)
            return shown(again, now, Place(screen="practice_about"), way_back=(Place(screen="idle"),)), ()
        case "sample" | "own":
            chosen = forward(_with(state, own=name == "own"), context, Place(screen="card_place"), card=CardCheck())
            return card.place(chosen, None, world(chosen, context))
        case "place":
            return card.place(_with(state, placed=True), None, replace(world(state, context), card_seen="card"))
        case "take":
            seen = replace(world(state, context), card_seen="empty")
            return certificate.step(_with(state, placed=False), CardSeen(), seen) or (state, ())
        case "pay":
            return sale.paid(state, Paid(sale=kept(state).sale), world(state, context))
        case "wrong":
            return _err(state, context), ()
        case "why":
            return changed(state, now, dialog="why", sheet=""), ()
        case "print" | "print_lesson":
            return _print(state, "certificate" if name == "print" else "lesson", context)
    raise AssertionError(f"the screen {state.screen} offers {control}, which nothing handles")


def begin(state: TicketJourney, context: Context) -> Turn:
    """From the first screen."""
    if context.practice is None or state.left_card is not None:
        return replace(state, touched_ms=context.now_utc_ms), ()
    return forward(_begun(state), context, Place(screen="practice_about")), ()


def _begun(state: TicketJourney, papers: int = 0) -> TicketJourney:
    return replace(state, certificate=Certificate(lesson=Lesson(papers=papers)), card=None)


def _leave(state: TicketJourney, control: str, context: Context) -> Turn:
    """A card that only seems to lie there is nobody's to take."""
    if state.screen in SCREENS:
        return home(state, context)
    if control == "back" and state.screen == "card_place" and not card_lies(context):
        return go_back(_begun(state, _lesson(state).papers), context), ()
    return certificate.pressed(state, control, context)


def _pin(state: TicketJourney, key: str, context: Context) -> Turn:
    """So many keys were pressed; which ones is nobody's business."""
    if key in ("enter", "cancel"):
        return certificate.pressed(state, f"pin:{key}", world(state, context))
    asked = state.card or CardCheck()
    typed = max(0, asked.typed - 1) if key == "erase" else min(PIN_DIGITS, asked.typed + 1)
    return changed(state, context.now_utc_ms, card=replace(asked, typed=typed, wrong=False)), ()


def _err(state: TicketJourney, context: Context) -> TicketJourney:
    """As if a wrong PIN had been sent to a card: one try less, the same screen, and nothing has happened."""
    asked = replace(state.card or CardCheck(), tries=TRIES - 1, typed=0, wrong=True)
    return shown(_with(state, erred=True), context.now_utc_ms, Place(screen="card_pin"), card=asked)


def _print(state: TicketJourney, what: Literal["certificate", "lesson"], context: Context) -> Turn:
    """One at a time."""
    if _lesson(state).paper or not prints(state, context):
        return replace(state, touched_ms=context.now_utc_ms), ()
    asked = changed(_with(state, paper=context.new_id, paper_came=""), context.now_utc_ms)
    return asked, (PrintSample(paper=context.new_id, what=what, kind=_kind(state)),)


def _kind(state: TicketJourney) -> Kind | None:
    return kept(state).kind
