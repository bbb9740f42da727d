"""A certificate at a kiosk: the order of a visit, its hours, and the price that was shown."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import (
    CardOpened,
    EndCard,
    OpenCard,
)
from tests.kiosk_app.journeys import certificate_house as h
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS, Desk


@pytest.fixture
def desk() -> Desk:
    return h.kiosk()


# --- who may begin -------------------------------------------------------------------------------------------


def test_a_machine_that_is_no_kiosk_has_no_such_door_and_no_press_reaches_it(desk: Desk) -> None:
    desk.change(certificates=None)
    assert [door.id for door in desk.view().doors] == ["ticket", "card"]
    assert desk.step(ticket.Pressed(screen_id=desk.state.screen_id, control="certificate")) == ()
    assert (desk.state.screen, desk.state.certificate) == ("idle", None)


def test_neither_has_one_without_a_reader_or_in_an_office_that_sells_none(desk: Desk) -> None:
    desk.change(card_reader="")
    assert [door.id for door in desk.view().doors] == ["ticket"]
    desk.change(card_reader="below", office=replace(desk.context.office, certificates=None))
    assert [door.id for door in desk.view().doors] == ["ticket", "card"]


@pytest.mark.parametrize("stopped", ["stopped", "printer", "away", "fees"])
def test_what_sells_nothing_says_so_before_anybody_lays_a_card_down(desk: Desk, stopped: str) -> None:
    h.certificates(desk, stopped=stopped)
    door = next(door for door in desk.view().doors if door.id == "certificate")
    assert door.state == "off" and door.note == desk.context.words.say("ja", f"certificate.stopped.{stopped}")
    desk.step(ticket.Pressed(screen_id=desk.state.screen_id, control="certificate"))
    assert desk.state.screen == "idle"
    desk.has_ticket()


# --- a whole visit -------------------------------------------------------------------------------------------


def test_a_visit_from_the_card_to_the_receipt(desk: Desk) -> None:
    assert desk.press("certificate") == (EndCard(),)
    assert h.lay(desk, "card") == (OpenCard(session=h.session(desk)),)
    desk.step(CardOpened(session=h.session(desk), tries=3))
    desk.press("whose:here", "kind:resident-record", "scope:all", "item:domicile", "next", "copies:2")
    assert desk.state.screen == "card_pin"
    (sign,) = h.enter(desk)
    assert sign == c.SignForCertificate(session=h.session(desk))
    (asked,) = desk.step(c.CertificateSigned(session=h.session(desk)))
    assert isinstance(asked, c.PrepareCertificate)
    assert (asked.wanted.scope, asked.wanted.items, asked.wanted.copies) == ("all", ("domicile",), 2)
    # The card first: it is asked back while central works, and nothing goes on before it is taken.
    assert (desk.state.screen, desk.view().chime) == ("cert_card", True)
    h.ready(desk)
    assert desk.state.screen == "cert_card"
    h.lay(desk, "empty")
    shown = desk.view()
    assert (shown.screen, shown.chime) == ("cert_confirm", False)
    assert shown.fee is not None and (shown.fee.amount, shown.fee.note) == ("600", "1通 300円 × 2通")
    assert shown.preview is not None and shown.preview.picture == h.PICTURE
    (sell,) = desk.press("buy")
    assert isinstance(sell, c.SellCertificate) and sell.each_yen == 300
    desk.step(c.SaleOpened(sale=sell.sale, number="K-0012", means="unit", yen=600))
    desk.step(c.MoneyTold(sale=sell.sale, inserted_yen=500))
    assert (left := desk.view().fee) is not None
    assert (left.label, left.amount, left.note) == ("あと", "100", "600円のうち、500円をいただきました。")
    assert desk.step(c.Paid(sale=sell.sale)) == (c.PrintCertificate(sale=sell.sale),)
    assert desk.step(c.SheetsPrinted(sale=sell.sale, verdict="issued", printed=2)) == (c.PrintReceipt(sale=sell.sale),)
    shown = desk.view()
    assert (shown.screen, shown.chime, shown.left_s, shown.of_s) == ("cert_take", True, 60, 60)
    desk.step(c.ReceiptTold(sale=sell.sale, printed=True))
    assert desk.view().notice == "領収書もお取りください。"
    ended = desk.press("end")
    assert c.EndCertificate(sale=sell.sale) in ended and EndCard() in ended
    assert (desk.state.screen, desk.state.certificate, desk.state.card) == ("idle", None, None)


def test_a_certificate_that_costs_nothing_is_not_paid(desk: Desk) -> None:
    h.certificates(desk, prices={**h.PRICES, "resident-record": 0})
    h.to_confirm(desk)
    assert desk.view().actions[0].label == "発行する"
    (sell,) = desk.press("buy")
    assert isinstance(sell, c.SellCertificate)
    desk.step(c.SaleOpened(sale=sell.sale, number="K-0001", means="unit", yen=0))
    assert desk.state.screen == "cert_wait"
    assert desk.step(c.Paid(sale=sell.sale)) == (c.PrintCertificate(sale=sell.sale),)
    assert desk.step(c.SheetsPrinted(sale=sell.sale, verdict="uncut", printed=1)) == ()
    assert desk.view().notice == ""


def test_kinds_without_a_choice_ask_none(desk: Desk) -> None:
    h.to_where(desk)
    desk.press("whose:here", "kind:seal-registration")
    assert desk.state.screen == "cert_copies"
    desk.press("back", "kind:family-register-addresses", "scope:all")
    assert desk.state.screen == "cert_items"
    assert [row.id for row in desk.view().rows] == ["item:domicile"]


def test_items_are_left_out_until_they_are_chosen_and_again_when_they_are_pressed_again(desk: Desk) -> None:
    h.to_where(desk)
    desk.press("whose:here", "kind:resident-record", "scope:self")
    assert {row.tag for row in desk.view().rows} == {"書かない"}
    desk.press("item:domicile", "item:head-and-relation", "item:domicile")
    assert h.visit(desk).items == ("head-and-relation",)
    written = {row.id: (row.state, row.tag) for row in desk.view().rows}
    assert written["item:head-and-relation"] == ("selected", "書く") and written["item:domicile"] == (
        "open",
        "書かない",
    )


def test_what_the_record_does_not_have_is_not_shown_as_written(desk: Desk) -> None:
    h.to_confirm(desk, "self", "domicile", "nationality")
    (items,) = [row.note for row in desk.view().summary if row.name == "書くもの"]
    assert items == "本籍・筆頭者"


def test_who_of_the_household_is_chosen_after_the_pin_by_names_that_are_kept_nowhere(desk: Desk) -> None:
    question = h.to_signed(desk, "part")
    h.certificates(desk, offer=h.OFFER)
    desk.step(c.MembersOffered(question=question))
    h.lay(desk, "empty")
    shown = desk.view()
    assert [row.label for row in shown.rows] == [member.name for member in h.MEMBERS]
    assert {action.id: action.state for action in shown.actions} == {"next": "off"}
    desk.press("member:3", "member:1", "member:2", "member:3")
    assert h.visit(desk).members == ("r1", "r2")
    (asked,) = desk.press("next")
    assert isinstance(asked, c.PrepareCertificate) and asked.wanted.members == ("r1", "r2")
    kept = msgspec.json.encode(desk.state).decode() + repr(desk.state) + repr(desk.context.certificates)
    assert h.CANARY not in kept and h.PICTURE not in kept
    h.ready(desk)
    assert ("どなた", "お選びの2人") in [(row.name, row.note) for row in desk.view().summary]


def test_back_from_the_confirmation_changes_the_copies_without_the_card(desk: Desk) -> None:
    h.to_confirm(desk)
    desk.press("back")
    assert desk.state.screen == "cert_copies"
    (asked,) = desk.press("copies:3")
    assert isinstance(asked, c.PrepareCertificate) and asked.wanted.copies == 3
    h.ready(desk)
    assert desk.view().fee is not None and desk.view().fee.amount == "900"  # type: ignore[union-attr]
    assert len(h.sent(desk, c.SignForCertificate)) == 1


# --- hours and prices ----------------------------------------------------------------------------------------


def kinds(desk: Desk) -> dict[str, str]:
    h.to_where(desk)
    desk.press("whose:here")
    return {row.id.removeprefix("kind:"): row.state for row in desk.view().rows}


def test_each_kind_has_its_own_hours(desk: Desk) -> None:
    at_0845 = h.kiosk(now_ms=MONDAY_1012_MS - 87 * 60_000)
    early = kinds(at_0845)
    assert early["resident-record"] == "open" and early["family-register"] == "closed"
    row = next(row for row in at_0845.view().rows if row.id == "kind:family-register")
    assert row.why == "9:00から受け付けます。"
    at_0845.press("kind:family-register")
    assert (at_0845.state.screen, at_0845.view().title) == ("cert_said", "受付はこれからです。")
    assert [action.id for action in at_0845.view().actions] == ["ticket", "end"]


def test_a_kiosk_sells_at_hours_when_no_ticket_is_given(desk: Desk) -> None:
    sold = desk.context.office.certificates
    assert sold is not None
    late = replace(sold, hours=tuple(replace(hours, until="23:00") for hours in sold.hours))
    evening = h.kiosk(now_ms=MONDAY_1012_MS + 9 * 3_600_000)
    assert evening.state.screen == "closed" and evening.view().doors == ()
    evening.change(office=replace(desk.context.office, certificates=late))
    assert [door.id for door in evening.view().doors] == ["certificate"]
    h.to_where(evening)
    # Its counter is closed, so no ticket is offered there.
    evening.press("whose:other")
    assert [action.id for action in evening.view().actions] == ["end"]


def test_what_has_no_price_is_not_sold(desk: Desk) -> None:
    h.certificates(desk, prices={"seal-registration": 300})
    assert kinds(desk) == {kind: "open" if kind == "seal-registration" else "closed" for kind in h.PRICES}


def test_a_price_that_has_changed_is_shown_and_confirmed_again(desk: Desk) -> None:
    h.to_confirm(desk)
    (sell,) = desk.press("buy")
    assert isinstance(sell, c.SellCertificate)
    h.certificates(desk, prices={**h.PRICES, "resident-record": 350})
    assert desk.step(c.SaleRefused(sale=sell.sale, why="price")) == ()
    shown = desk.view()
    assert shown.screen == "cert_confirm" and shown.fee is not None and shown.fee.amount == "350"
    assert shown.notice == "手数料が変わりました。もう一度お確かめください。"
    (again,) = desk.press("buy")
    assert isinstance(again, c.SellCertificate) and again.each_yen == 350 and again.sale != sell.sale
    desk.press("language", "language:en")
    assert desk.view().language == "en"
