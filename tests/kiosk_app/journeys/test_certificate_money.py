"""Money and paper in the journey of a certificate: nobody pays for nothing, and a restart prints nothing."""

from __future__ import annotations

import pytest

from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import (
    CallStaff,
    Restarted,
)
from tests.kiosk_app.journeys import certificate_house as h
from tests.kiosk_app.journeys.conftest import Desk


@pytest.fixture
def desk() -> Desk:
    return h.kiosk()


# --- money and paper -----------------------------------------------------------------------------------------


def test_at_a_counter_one_says_the_number_and_has_minutes(desk: Desk) -> None:
    sale = h.to_pay(desk, "counter")
    shown = desk.view()
    assert shown.slip is not None and shown.slip.number == "K-0012"
    desk.wait(400)
    assert desk.state.screen == "cert_pay" and desk.state.dialog == ""
    desk.step(c.Paid(sale=sale))
    assert desk.state.screen == "cert_print"


def test_who_stops_gets_the_money_back_and_pays_nothing(desk: Desk) -> None:
    sale = h.to_pay(desk)
    desk.step(c.MoneyTold(sale=sale, inserted_yen=100))
    assert desk.press("stop_pay") == (c.StopPayment(sale=sale),)
    assert (desk.state.screen, desk.view().title) == ("cert_wait", "お支払いを止めています。")
    desk.step(c.NotPaid(sale=sale))
    assert (desk.state.screen, h.visit(desk).said) == ("cert_said", "not_paid")
    desk.press("end")
    assert desk.state.screen == "idle"


def test_a_coin_is_a_sign_of_life(desk: Desk) -> None:
    sale = h.to_pay(desk)
    desk.wait(105)
    assert desk.state.dialog == "timeout"
    desk.step(c.MoneyTold(sale=sale, inserted_yen=100))
    assert desk.state.dialog == ""
    assert [command for command in desk.wait(125) if isinstance(command, c.StopPayment)] == [c.StopPayment(sale=sale)]
    desk.step(c.NotPaid(sale=sale))
    assert desk.state.screen == "idle"


def test_a_network_that_goes_before_the_payment_costs_nothing(desk: Desk) -> None:
    h.to_confirm(desk)
    (sell,) = desk.press("buy")
    assert isinstance(sell, c.SellCertificate)
    desk.step(c.SaleRefused(sale=sell.sale, why="away"))
    assert (desk.view().title, desk.view().notice) == ("いま通信がつながりません。", "お金はいただいていません。")
    assert not h.sent(desk, c.PrintCertificate)


def test_no_paper_after_the_payment_is_a_claim_with_a_slip_and_staff_come(desk: Desk) -> None:
    sale = h.to_print(desk)
    assert desk.step(c.SheetsPrinted(sale=sale, verdict="not_issued")) == (c.SettleSale(sale=sale),)
    commands = desk.step(c.SaleSettled(sale=sale, how="claim", yen=300, claim="AB12-CD34"))
    assert [command.cause for command in commands if isinstance(command, CallStaff)] == ["certificate_claim"]
    shown = desk.view()
    assert shown.slip is not None and shown.slip.number == "AB12-CD34"
    assert "300円をお返しします" in shown.subtitle
    desk.press("end")
    assert desk.state.screen == "idle"


@pytest.mark.parametrize("verdict", ["maybe", "unknown"])
def test_what_nobody_knows_is_asked_and_never_printed_again(desk: Desk, verdict: c.SheetVerdict) -> None:
    sale = h.to_print(desk)
    commands = desk.step(c.SheetsPrinted(sale=sale, verdict=verdict))
    assert [command.cause for command in commands if isinstance(command, CallStaff)] == ["certificate_doubt"]
    desk.wait(1_000)
    assert desk.state.screen == "cert_doubt"
    # Staff are named by now, and their call is not the visitor's to end.
    assert h.ids(desk) >= {"close"} and "cancel_call" not in h.ids(desk)
    desk.press("close")
    assert desk.press("no_paper") == (c.ConfirmSheets(sale=sale, has_paper=False), c.SettleSale(sale=sale))
    assert len(h.sent(desk, c.PrintCertificate)) == 1


def test_a_sheet_that_the_visitor_has_seen_is_taken(desk: Desk) -> None:
    sale = h.to_print(desk)
    desk.step(c.SheetsPrinted(sale=sale, verdict="maybe"))
    assert desk.press("has_paper") == (c.ConfirmSheets(sale=sale, has_paper=True), c.PrintReceipt(sale=sale))
    assert desk.state.screen == "cert_take"


def test_the_take_screen_counts_down_and_goes(desk: Desk) -> None:
    h.to_take(desk)
    said = desk.view().spoken
    desk.wait(10)
    assert (desk.view().left_s, desk.view().spoken) == (50, said)
    desk.wait(51)
    assert desk.state.screen == "idle"


def test_nobody_is_sent_away_while_it_prints_or_while_money_is_looked_for(desk: Desk) -> None:
    sale = h.to_print(desk)
    desk.wait(600)
    assert desk.state.screen == "cert_print"
    assert not {"end", "back", "stop_pay"} & h.ids(desk)
    desk.wait(301)
    assert desk.state.screen == "cert_doubt"
    desk.press("no_paper")
    desk.wait(61)
    # The core has no word: it ends the sale alone, and staff come.
    assert desk.state.screen == "cert_claim" and c.EndCertificate(sale=sale) in desk.commands


def test_a_warning_comes_before_the_choices_are_forgotten_and_it_is_spoken(desk: Desk) -> None:
    h.to_copies(desk)
    desk.wait(45)
    assert desk.state.dialog == "timeout"
    assert desk.context.words.say("ja", "timeout.title") in desk.view().spoken
    desk.press("continue")
    assert desk.state.screen == "cert_copies"
    desk.wait(61)
    assert desk.state.screen == "card_take"


# --- restarts and new days -----------------------------------------------------------------------------------


def test_after_a_restart_a_sale_is_settled_and_nothing_is_printed(desk: Desk) -> None:
    for begin in (h.to_pay, h.to_print):
        desk = h.kiosk()
        sale = begin(desk)
        before = len(h.sent(desk, c.PrintCertificate))
        assert desk.step(Restarted()) == (c.SettleSale(sale=sale),)
        desk.step(c.SaleSettled(sale=sale, how="nothing"))
        assert h.visit(desk).said == "interrupted"
        assert len(h.sent(desk, c.PrintCertificate)) == before


def test_sheets_that_had_come_before_a_restart_are_taken_and_not_called_interrupted(desk: Desk) -> None:
    sale = h.to_print(desk)
    desk.step(Restarted())
    assert desk.step(c.SaleSettled(sale=sale, how="printed")) == (c.PrintReceipt(sale=sale),)
    assert desk.state.screen == "cert_take" and h.visit(desk).over
    assert len(h.sent(desk, c.PrintCertificate)) == 1


def test_change_that_did_not_come_is_claimed_although_the_sheets_are_there(desk: Desk) -> None:
    sale = h.to_take(desk)
    desk.step(c.SaleSettled(sale="another", how="claim", yen=800, claim="AB12-CD34"))
    assert desk.state.screen == "cert_take"
    desk.step(c.SaleSettled(sale=sale, how="claim", yen=800, claim="AB12-CD34"))
    shown = desk.view()
    assert (shown.screen, shown.title) == ("cert_claim", "機械からお返しできませんでした。\n職員がまいります。")
    assert shown.slip is not None and shown.slip.number == "AB12-CD34" and "800円" in shown.subtitle
    # So it is where nothing was to be printed; else it is the sheets that did not come.
    desk = h.kiosk()
    desk.step(c.NotPaid(sale=h.to_pay(desk), claim="AB12-CD34", yen=100))
    assert desk.view().title == shown.title
    desk = h.kiosk()
    sale = h.to_print(desk)
    desk.step(c.SheetsPrinted(sale=sale, verdict="not_issued"))
    desk.step(c.SaleSettled(sale=sale, how="claim", yen=300, claim="AB12-CD34"))
    assert desk.view().title.startswith("印刷できませんでした。")


def test_after_a_restart_before_the_sale_one_begins_again(desk: Desk) -> None:
    h.to_confirm(desk)
    desk.step(Restarted())
    assert (desk.view().title, desk.view().notice) == ("途中で止まりました。", "お金はいただいていません。")
    desk = h.kiosk()
    h.to_pin(desk)
    desk.step(Restarted())
    assert desk.state.screen in ("card_place", "card_reading")


def test_a_new_session_in_the_middle_leaves_the_sale_to_the_core(desk: Desk) -> None:
    sale = h.to_print(desk)
    assert c.EndCertificate(sale=sale) in desk.step(ticket.NewSession(session="s2"))
    assert desk.state.screen == "idle" and desk.state.certificate is None
    assert desk.step(c.SheetsPrinted(sale=sale, verdict="issued", printed=1)) == ()


def test_printing_that_waits_for_paper_says_so_and_goes_on(desk: Desk) -> None:
    sale = h.to_print(desk)
    desk.step(c.PrintWaits(sale=sale, cause="paper_out"))
    assert (desk.state.screen, desk.view().title) == ("cert_print", "用紙がありません。")
    desk.step(c.PrintWaits(sale=sale, cause="cover_open"))
    assert desk.view().title == "プリンターが止まりました。"
    desk.step(c.PrintWaits(sale=sale))
    assert desk.view().title == "印刷しています。"
    desk.step(c.SheetsPrinted(sale=sale, verdict="issued", printed=1))
    assert desk.state.screen == "cert_take"


def test_what_must_not_be_forgotten_is_said_aloud_and_names_nobody(desk: Desk) -> None:
    assert desk.view().aloud == ""
    h.to_copies(desk)
    assert desk.view().aloud == ""
    desk.wait(45)
    assert desk.view().aloud == "続けてお使いになりますか。"
    desk = h.kiosk()
    h.to_signed(desk)
    assert desk.view().aloud == "カードをお取りください。"
    desk = h.kiosk("easy")
    h.to_take(desk)
    assert desk.view().aloud == "しょうめいしょをとってください。"
    # A ticket machine says nothing aloud.
    desk = h.kiosk()
    desk.press("ticket")
    desk.wait(47)
    assert desk.state.dialog == "timeout" and desk.view().aloud == ""
