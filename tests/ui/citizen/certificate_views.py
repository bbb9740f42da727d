"""Every screen of a certificate as the real journey comes to it, on a kiosk; the page is nobody's."""

from __future__ import annotations

import base64
from collections.abc import Callable
from functools import lru_cache
from io import BytesIO

from msgspec.structs import replace
from PIL import Image, ImageDraw

from kiosk_app.api import CitizenView, Language
from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys.certificate_timing import REFUSAL_STEP_MS
from kiosk_app.journeys.messages import Ways
from kiosk_app.journeys.ticket import Tick
from kiosk_app.office.certificates import Member
from tests.kiosk_app.journeys import certificate_house as h
from tests.kiosk_app.journeys.conftest import Desk

LONG = (
    Member(ref="r1", name="髙﨑 𠮷郎"),
    Member(ref="r2", name="渡邉 一子"),
    Member(ref="r3", name="NGUYEN THI PHUONG THAO MARIA FERNANDA"),
    Member(ref="r4", name="長曽我部 左衛門三郎"),
    Member(ref="r5", name="辻 花"),
)
"""Synthetic, and as long as names are."""


@lru_cache
def page() -> str:
    """Lines where text would be, and 見本 as two bars across."""
    picture = Image.new("L", (420, 594), 255)
    draw = ImageDraw.Draw(picture)
    draw.rectangle((110, 40, 310, 62), fill=40)
    for n in range(16):
        draw.rectangle((40, 100 + n * 28, 380 - (n % 4) * 50, 108 + n * 28), fill=150)
    draw.line((40, 560, 380, 90), fill=215, width=26)
    draw.ellipse((300, 500, 370, 570), outline=90, width=5)
    file = BytesIO()
    picture.save(file, "png", optimize=True)
    return "data:image/png;base64," + base64.b64encode(file.getvalue()).decode()


def _previewed(desk: Desk) -> None:
    h.certificates(desk, preview=page(), preview_width_px=420, preview_height_px=594)


def _confirm(desk: Desk) -> None:
    h.to_confirm(desk, "all", "head-and-relation", "domicile", copies=2)
    _previewed(desk)


def _changed(desk: Desk) -> None:
    _confirm(desk)
    desk.press("buy")
    desk.step(c.SaleRefused(sale=h.visit(desk).sale, why="price"))


def _kinds(desk: Desk) -> None:
    h.to_where(desk)
    desk.press("whose:here")


def _who(desk: Desk) -> None:
    question = h.to_signed(desk, "part")
    h.certificates(desk, offer=replace(h.OFFER, members=LONG))
    desk.step(c.MembersOffered(question=question))
    h.lay(desk, "empty")
    desk.press("member:2")


def _items(desk: Desk) -> None:
    _kinds(desk)
    desk.press("kind:resident-record", "scope:self", "item:domicile")


def _unit(desk: Desk) -> None:
    sale = h.to_pay(desk, copies=2)
    desk.step(c.MoneyTold(sale=sale, inserted_yen=500))


def _take(desk: Desk, receipt: bool | None = True) -> None:
    sale = h.to_take(desk, 2)
    if receipt is not None:
        desk.step(c.ReceiptTold(sale=sale, printed=receipt))
    desk.wait(13)


def _doubt(desk: Desk) -> None:
    sale = h.to_print(desk, 3)
    desk.step(c.SheetsPrinted(sale=sale, verdict="maybe"))


def _claim(desk: Desk) -> None:
    sale = h.to_print(desk)
    desk.step(c.SheetsPrinted(sale=sale, verdict="not_issued"))
    desk.step(c.SaleSettled(sale=sale, how="claim", yen=300, claim="AB12-CD34"))


def _refused(why: c.Why) -> Callable[[Desk], object]:
    def visit(desk: Desk) -> None:
        question = h.to_signed(desk)
        h.lay(desk, "empty")
        desk.step(c.CertificateRefused(question=question, why=why))
        desk.change(now_utc_ms=desk.context.now_utc_ms + REFUSAL_STEP_MS)
        desk.step(Tick())

    return visit


def _other_place(desk: Desk) -> None:
    h.to_where(desk)
    desk.press("whose:other")


def _other_card(desk: Desk) -> None:
    h.to_confirm(desk)
    h.lay(desk, "card")


def _timeout(desk: Desk) -> None:
    h.to_copies(desk)
    desk.wait(47)


def _closed(desk: Desk) -> None:
    """In the evening: the office gives no tickets, and the kiosk sells."""
    sold = desk.context.office.certificates
    assert sold is not None
    late = replace(sold, hours=tuple(replace(hours, until="23:00") for hours in sold.hours))
    desk.change(office=replace(desk.context.office, certificates=late))
    desk.wait(1)
    desk.change(now_utc_ms=desk.context.now_utc_ms + 9 * 3_600_000)
    desk.step(Tick())


def _print_waits(desk: Desk) -> None:
    desk.step(c.PrintWaits(sale=h.to_print(desk), cause="paper_out"))


CERTIFICATE_SCREENS: dict[str, Callable[[Desk], object]] = {
    "idle": lambda desk: None,
    "idle-stopped": lambda desk: h.certificates(desk, stopped="stopped"),
    "idle-booked": lambda desk: desk.change(ways=Ways(code_reader="below", reads_codes=True, finds_phones=True)),
    "closed": _closed,
    "where": h.to_where,
    "kind": _kinds,
    "scope": lambda desk: (_kinds(desk), desk.press("kind:resident-record")),
    "items": _items,
    "copies": h.to_copies,
    "pin": h.to_pin,
    "card": h.to_signed,
    "wait": lambda desk: (h.to_signed(desk), h.lay(desk, "empty")),
    "who": _who,
    "confirm": _confirm,
    "confirm-changed": _changed,
    "pay-counter": lambda desk: h.to_pay(desk, "counter"),
    "pay-unit": _unit,
    "print": h.to_print,
    "print-waits": _print_waits,
    "take": _take,
    "take-no-receipt": lambda desk: _take(desk, False),
    "doubt": _doubt,
    "claim": _claim,
    "not-here": _refused("not_here"),
    "elsewhere": _refused("elsewhere"),
    "revoked": _refused("revoked"),
    "away": _refused("away"),
    "other-place": _other_place,
    "other-card": _other_card,
    "timeout": _timeout,
}


def certificate_view(name: str, language: Language = "ja", *modes: str) -> CitizenView:
    desk = h.kiosk(language, frozenset(modes))
    CERTIFICATE_SCREENS[name](desk)
    return desk.view()
