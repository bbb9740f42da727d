"""The card in the journey of a certificate: its tries, what is wrong with it, and whose it is after the PIN."""

from __future__ import annotations

import pytest

from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys.messages import (
    CallStaff,
    CardAnswered,
    CardOpened,
    CardResult,
    EndCard,
    Issue,
    PinTyped,
)
from tests.kiosk_app.journeys import certificate_house as h
from tests.kiosk_app.journeys.conftest import Desk


@pytest.fixture
def desk() -> Desk:
    return h.kiosk()


def test_tries_left_are_told_and_the_last_is_asked_for(desk: Desk) -> None:
    h.to_pin(desk)
    h.enter(desk)
    desk.step(CardAnswered(session=h.session(desk), tries=2))
    shown = desk.view()
    assert shown.keypad is not None
    assert (shown.keypad.tries, shown.notice) == ("あと2回です。", "暗証番号がちがいます。")
    h.enter(desk)
    desk.step(CardAnswered(session=h.session(desk), tries=1))
    assert desk.state.screen == "card_last"
    desk.press("spend")
    (sign,) = h.enter(desk)
    assert sign == c.SignForCertificate(session=h.session(desk), spend_last_try=True)


@pytest.mark.parametrize("result", ["locked", "expired", "not_yet", "no_certificate", "unusable", "not_genuine"])
def test_what_is_wrong_with_a_card_is_told_before_any_choice_and_leads_to_its_counter(
    desk: Desk, result: CardResult
) -> None:
    desk.press("certificate")
    h.lay(desk, "card")
    desk.step(CardOpened(session=h.session(desk), result=result))
    assert desk.view().title == desk.context.words.say("ja", f"card.result.{result}")
    after = "reset" if result == "locked" else "counter"
    desk.press(after)
    assert (desk.state.screen, desk.view().chime) == ("card_take", True)
    h.lay(desk, "empty")
    assert desk.state.certificate is None
    if result == "locked":
        assert (desk.state.screen, desk.state.place.service) == ("confirm", "card-pin-reset")
        assert isinstance(desk.press("take")[0], Issue)
    else:
        assert (desk.state.screen, desk.state.place.letter) == ("services", "M")


def test_a_pin_that_locks_the_card_says_that_the_counter_resets_it(desk: Desk) -> None:
    h.to_pin(desk, tries=1)
    desk.press("spend")
    h.enter(desk)
    desk.step(CardAnswered(session=h.session(desk), result="locked"))
    assert "窓口で再設定できます" in desk.view().subtitle
    assert [action.id for action in desk.view().actions] == ["reset", "end"]


def test_a_card_that_is_pulled_too_early_is_laid_down_again_and_the_choices_are_kept(desk: Desk) -> None:
    h.to_pin(desk, "all", "domicile", copies=2)
    desk.step(PinTyped(typed=2))
    assert EndCard() in h.lay(desk, "empty")
    assert desk.view().title == "カードが途中ではなれました。"
    h.lay(desk, "card")
    desk.step(CardOpened(session=h.session(desk), tries=3))
    assert desk.state.screen == "cert_copies"
    assert desk.view().keypad is None
    desk.press("copies:2")
    h.enter(desk)
    desk.step(c.CertificateSigned(session=h.session(desk)))
    asked = desk.commands[-1]
    assert isinstance(asked, c.PrepareCertificate) and asked.wanted.items == ("domicile",)
    desk.press("staff")


def test_a_card_that_never_answers_is_given_up_and_the_choices_are_kept(desk: Desk) -> None:
    h.to_pin(desk)
    h.enter(desk)
    session = h.session(desk)
    desk.wait(61)
    assert (desk.state.screen, desk.view().title) == ("card_place", "カードが答えません。")
    assert desk.step(c.CertificateSigned(session=session)) == ()
    h.lay(desk, "card")
    desk.step(CardOpened(session=h.session(desk), tries=3))
    assert desk.state.screen == "cert_copies"
    desk.press("back", "back", "back", "back")
    assert desk.state.screen == "cert_where"


def test_who_goes_back_from_the_pin_leaves_nothing_of_it(desk: Desk) -> None:
    h.to_pin(desk)
    desk.step(PinTyped(typed=3))
    assert desk.press("back") == (c.ForgetPin(),)
    assert desk.state.screen == "cert_copies"
    desk.press("copies:1")
    shown = desk.view().keypad
    assert shown is not None and shown.typed == 0
    desk.step(PinTyped(typed=4))
    assert desk.press("pin:cancel") == (c.ForgetPin(),)


def test_central_that_is_away_costs_no_try(desk: Desk) -> None:
    h.to_pin(desk)
    h.enter(desk)
    commands = desk.step(c.CannotSign(session=h.session(desk)))
    assert EndCard() in commands
    shown = desk.view()
    assert (shown.title, shown.notice) == ("いま通信がつながりません。", "お金はいただいていません。")
    assert [action.id for action in shown.actions] == ["ticket", "end"]


@pytest.mark.parametrize("seen", ["card", "no_certificate", "two"])
@pytest.mark.parametrize("when", ["wait", "confirm", "sell", "pay"])
def test_another_card_after_the_pin_stops_it(desk: Desk, seen: str, when: str) -> None:
    if when == "wait":
        h.to_signed(desk)
        h.lay(desk, "empty")
    elif when in ("confirm", "sell"):
        h.to_confirm(desk)
        if when == "sell":
            desk.press("buy")
    else:
        h.to_pay(desk)
    sale = h.visit(desk).sale
    commands = h.lay(desk, seen)  # type: ignore[arg-type]
    if sale:
        assert commands == (c.StopPayment(sale=sale),)
        commands = desk.step(c.NotPaid(sale=sale))
    assert (desk.state.screen, h.visit(desk).said) == ("cert_said", "other_card")
    assert c.EndCertificate(sale=sale) in commands
    assert desk.view().notice == "お金はいただいていません。"
    assert not h.sent(desk, c.PrintCertificate)
    # The card that lies there is asked back.
    desk.press("end")
    assert (desk.state.screen, desk.view().chime) == ("card_take", True)
    h.lay(desk, "empty")
    assert desk.state.screen == "idle"


def test_money_that_was_faster_than_another_card_comes_back(desk: Desk) -> None:
    sale = h.to_pay(desk)
    h.lay(desk, "card")
    assert desk.step(c.Paid(sale=sale)) == (c.SettleSale(sale=sale),)
    desk.step(c.SaleSettled(sale=sale, how="refunded", yen=300))
    assert desk.view().subtitle == "300円をお返ししました。お取りください。"
    assert not h.sent(desk, c.PrintCertificate)


def test_a_purse_on_the_reader_is_no_card_and_a_card_during_printing_changes_nothing(desk: Desk) -> None:
    sale = h.to_pay(desk)
    assert h.lay(desk, "transit") == ()
    h.lay(desk, "empty")
    desk.step(c.Paid(sale=sale))
    assert h.lay(desk, "card") == ()
    desk.step(c.SheetsPrinted(sale=sale, verdict="issued", printed=1))
    assert desk.state.screen == "cert_take"
    desk.press("end")
    assert desk.state.screen == "card_take"
    h.lay(desk, "empty")
    assert desk.state.screen == "idle"


def test_a_card_that_nobody_takes_calls_staff_and_ends_everything(desk: Desk) -> None:
    question = h.to_signed(desk)
    commands = desk.wait(61)
    assert [command.cause for command in commands if isinstance(command, CallStaff)] == ["card_left"]
    assert desk.state.screen == "idle" and desk.view().chime
    assert [door.state for door in desk.view().doors if door.id == "certificate"] == ["off"]
    assert desk.step(c.CertificateReady(question=question, wanted=sell_wanted())) == ()


def sell_wanted() -> c.Wanted:
    return c.Wanted(kind="resident-record")
