"""A certificate kiosk on a Monday morning: a visitor, a card, and a core that answers as the real one may."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from kiosk_app import words
from kiosk_app.api import Language
from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys import ticket
from kiosk_app.journeys.certificate_state import Certificate
from kiosk_app.journeys.messages import AnyCommand, CardOpened, CardSeen, CardSeenAs, Context, GroupLoad, PinTyped
from kiosk_app.journeys.ticket_view import controls
from kiosk_app.office import catalogue
from kiosk_app.office.certificates import ITEMS, KINDS, Kind, Member, Offer
from tests.kiosk_app.journeys.conftest import MINUTE_MS, MONDAY_1012_MS, OFFICE_FILE, Desk

PRICES: dict[Kind, int] = {kind: 450 if kind.startswith("family-register") else 300 for kind in KINDS}
CANARY = "金成かなりあ"
"""Of nobody: a name that must be in the view that asks whom a certificate shall name, and nowhere else."""
PICTURE = "data:image/png;base64,Q0FOQVJZ"
MEMBERS = (Member(ref="r1", name=CANARY), Member(ref="r2", name="髙﨑 𠮷郎"), Member(ref="r3", name="渡邉 一子"))
OFFER = Offer(kind="resident-record", scopes=("self", "all", "part"), items=ITEMS[:2], members=MEMBERS)


@lru_cache
def kiosk_context() -> Context:
    office = catalogue.parse(OFFICE_FILE.read_text(), OFFICE_FILE.name)
    load = GroupLoad(
        waiting=12,
        estimate_from_ms=MONDAY_1012_MS + 28 * MINUTE_MS,
        estimate_to_ms=MONDAY_1012_MS + 43 * MINUTE_MS,
    )
    return Context(
        now_utc_ms=MONDAY_1012_MS,
        office=office,
        words=words.load(domains=("hitofuda", "certificates")),
        printer_status="ready",
        loads={group.letter: load for group in office.groups},
        new_id="id0",
        counter_staffed="7",
        machine_name="1号機",
        card_reader="below",
        certificates=c.CertificatesNow(site="kiosk", prices=PRICES),
    )


def kiosk(language: Language = "ja", modes: frozenset[str] = frozenset(), now_ms: int = MONDAY_1012_MS) -> Desk:
    context = replace(kiosk_context(), now_utc_ms=now_ms)
    return Desk(context=context, state=replace(ticket.start(context), language=language, modes=modes))


def visit(desk: Desk) -> Certificate:
    assert desk.state.certificate is not None
    return desk.state.certificate


def ids(desk: Desk) -> set[str]:
    return set(controls(desk.view()))


def sent(desk: Desk, kind: type) -> list[object]:
    return [command for command in desk.commands if isinstance(command, kind)]


def lay(desk: Desk, seen: CardSeenAs) -> tuple[AnyCommand, ...]:
    desk.change(card_seen=seen)
    return desk.step(CardSeen())


def session(desk: Desk) -> str:
    assert desk.state.card is not None
    return desk.state.card.session


def certificates(desk: Desk, **changes: object) -> None:
    assert desk.context.certificates is not None
    desk.change(certificates=replace(desk.context.certificates, **changes))


# --- a visit, step by step -----------------------------------------------------------------------------------


def to_where(desk: Desk, tries: int = 3) -> None:
    desk.press("certificate")
    lay(desk, "card")
    desk.step(CardOpened(session=session(desk), tries=tries))
    assert desk.state.screen == "cert_where"


def to_copies(desk: Desk, scope: str = "self", *items: str, tries: int = 3) -> None:
    to_where(desk, tries)
    desk.press("whose:here", "kind:resident-record", f"scope:{scope}", *(f"item:{one}" for one in items), "next")
    assert desk.state.screen == "cert_copies"


def to_pin(desk: Desk, scope: str = "self", *items: str, copies: int = 1, tries: int = 3) -> None:
    to_copies(desk, scope, *items, tries=tries)
    desk.press(f"copies:{copies}")


def enter(desk: Desk) -> tuple[AnyCommand, ...]:
    for typed in (1, 2, 3, 4):
        desk.step(PinTyped(typed=typed))
    return desk.press("pin:enter")


def to_signed(desk: Desk, scope: str = "self", *items: str, copies: int = 1) -> str:
    """The card has signed and still lies there; the question that central is asked."""
    to_pin(desk, scope, *items, copies=copies)
    enter(desk)
    (asked,) = desk.step(c.CertificateSigned(session=session(desk)))
    assert isinstance(asked, c.PrepareCertificate)
    assert desk.state.screen == "cert_card"
    return asked.question


def ready(desk: Desk) -> None:
    certificates(desk, offer=OFFER, preview=PICTURE, preview_width_px=210, preview_height_px=297)
    wanted = visit(desk).wanted
    kept = tuple(item for item in wanted.items if item in OFFER.items)
    desk.step(c.CertificateReady(question=visit(desk).question, wanted=replace(wanted, items=kept)))


def to_confirm(desk: Desk, scope: str = "self", *items: str, copies: int = 1) -> None:
    to_signed(desk, scope, *items, copies=copies)
    lay(desk, "empty")
    ready(desk)
    assert desk.state.screen == "cert_confirm"


def to_pay(desk: Desk, means: c.Means = "unit", copies: int = 1) -> str:
    to_confirm(desk, copies=copies)
    (sell,) = desk.press("buy")
    assert isinstance(sell, c.SellCertificate)
    yen = sell.each_yen * copies
    desk.step(c.SaleOpened(sale=sell.sale, number="K-0012", means=means, yen=yen))
    return sell.sale


def to_print(desk: Desk, copies: int = 1) -> str:
    sale = to_pay(desk, copies=copies)
    assert desk.step(c.Paid(sale=sale)) == (c.PrintCertificate(sale=sale),)
    return sale


def to_take(desk: Desk, copies: int = 1) -> str:
    sale = to_print(desk, copies)
    desk.step(c.SheetsPrinted(sale=sale, verdict="issued", printed=copies))
    assert desk.state.screen == "cert_take"
    return sale
