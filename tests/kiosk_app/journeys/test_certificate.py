"""A certificate at a kiosk: the order of a visit, what a refusal says and where it leads, no payment for nothing."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from kiosk_app.api import LANGUAGES
from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys import ticket
from kiosk_app.journeys.certificate_timing import REFUSAL_STEP_MS
from kiosk_app.journeys.messages import (
    CallStaff,
    CardAnswered,
    CardOpened,
    CardResult,
    EndCard,
    Issue,
    OpenCard,
    PinTyped,
    Restarted,
)
from kiosk_app.journeys.ticket_view import controls
from tests.kiosk_app.journeys import certificate_house as h
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS, Desk


@pytest.fixture
def desk() -> Desk:
    return h.kiosk()


def ids(desk: Desk) -> set[str]:
    return set(controls(desk.view()))


def sent(desk: Desk, kind: type) -> list[object]:
    return [command for command in desk.commands if isinstance(command, kind)]


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
    assert len(sent(desk, c.SignForCertificate)) == 1


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


# --- the card ------------------------------------------------------------------------------------------------


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
    assert not sent(desk, c.PrintCertificate)
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
    assert not sent(desk, c.PrintCertificate)


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


# --- what the register refuses ---------------------------------------------------------------------------------


def told(desk: Desk, why: c.Why, after_ms: int) -> tuple[int, str]:
    """When it is told, from the question on, and everything that the screen says."""
    question = h.to_signed(desk)
    h.lay(desk, "empty")
    asked_ms = h.visit(desk).asked_ms
    desk.change(now_utc_ms=desk.context.now_utc_ms + after_ms)
    desk.step(c.CertificateRefused(question=question, why=why))
    while desk.state.screen == "cert_wait":
        # The core's ticks come when they come, whatever has been answered.
        desk.change(now_utc_ms=asked_ms + ((desk.context.now_utc_ms - asked_ms) // 100 + 1) * 100)
        desk.step(ticket.Tick())
    shown = replace(desk.view(), screen_id="", time="")
    return desk.context.now_utc_ms - asked_ms, msgspec.json.encode(shown).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_of_the_register_is_told_by_one_sentence_after_one_time(language: str) -> None:
    found = set()
    for after_ms in (0, 10, 900, 2_300, 4_999):
        desk = h.kiosk(language)  # type: ignore[arg-type]
        found.add(told(desk, "not_here", after_ms))
    ((after_ms, shown),) = found
    assert after_ms == REFUSAL_STEP_MS
    assert h.kiosk().context.words.say(language, "certificate.said.not_here") in msgspec.json.decode(shown)["title"]


def test_an_answer_that_came_late_is_told_at_the_next_step() -> None:
    assert told(h.kiosk(), "not_here", REFUSAL_STEP_MS + 1)[0] == 2 * REFUSAL_STEP_MS
    assert told(h.kiosk(), "elsewhere", 7)[0] == REFUSAL_STEP_MS


def test_a_refusal_leads_to_the_counter_that_can_do_it(desk: Desk) -> None:
    told(desk, "not_here", 5)
    assert desk.view().title == "この証明書は、\nこの機械では発行できません。"
    desk.press("ticket")
    assert (desk.state.screen, desk.state.place.service) == ("confirm", "resident-record-copy")
    assert isinstance(desk.press("take")[0], Issue)


def test_a_family_register_elsewhere_leads_to_who_can_give_it_or_says_when(desk: Desk) -> None:
    h.to_where(desk)
    desk.press("whose:other")
    assert desk.view().notice.startswith("ほかの市区町村の戸籍") and "13:00" in desk.view().notice
    assert [action.id for action in desk.view().actions] == ["end"]
    desk = h.kiosk(now_ms=MONDAY_1012_MS + 4 * 3_600_000)
    h.to_where(desk)
    desk.press("whose:other")
    assert desk.view().title == "ほかの市区町村の証明書は、\nこの機械では発行できません。"
    desk.press("ticket")
    h.lay(desk, "empty")
    assert (desk.state.screen, desk.state.place.service) == ("confirm", "family-register-elsewhere")


@pytest.mark.parametrize(
    "why", ["expired", "not_yet", "revoked", "unknown_issuer", "wrong_kind", "not_genuine", "not_asked"]
)
def test_what_central_finds_wrong_with_the_card_is_told_at_once_and_exactly(desk: Desk, why: c.Why) -> None:
    question = h.to_signed(desk)
    desk.step(c.CertificateRefused(question=question, why=why))
    assert desk.view().title == desk.context.words.say("ja", f"certificate.said.{why}")
    assert {"counter", "ticket"} & ids(desk)


# --- money and paper -------------------------------------------------------------------------------------------


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
    assert not sent(desk, c.PrintCertificate)


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
    assert ids(desk) >= {"close"} and "cancel_call" not in ids(desk)
    desk.press("close")
    assert desk.press("no_paper") == (c.ConfirmSheets(sale=sale, has_paper=False), c.SettleSale(sale=sale))
    assert len(sent(desk, c.PrintCertificate)) == 1


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
    assert not {"end", "back", "stop_pay"} & ids(desk)
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


# --- restarts and new days -------------------------------------------------------------------------------------


def test_after_a_restart_a_sale_is_settled_and_nothing_is_printed(desk: Desk) -> None:
    for begin in (h.to_pay, h.to_print):
        desk = h.kiosk()
        sale = begin(desk)
        before = len(sent(desk, c.PrintCertificate))
        assert desk.step(Restarted()) == (c.SettleSale(sale=sale),)
        desk.step(c.SaleSettled(sale=sale, how="nothing"))
        assert h.visit(desk).said == "interrupted"
        assert len(sent(desk, c.PrintCertificate)) == before


def test_sheets_that_had_come_before_a_restart_are_taken_and_not_called_interrupted(desk: Desk) -> None:
    sale = h.to_print(desk)
    desk.step(Restarted())
    assert desk.step(c.SaleSettled(sale=sale, how="printed")) == (c.PrintReceipt(sale=sale),)
    assert desk.state.screen == "cert_take" and h.visit(desk).over
    assert len(sent(desk, c.PrintCertificate)) == 1


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
