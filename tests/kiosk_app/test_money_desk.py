"""The counter's side of certificate kiosks at the real hub, over HTTP: a kiosk on another computer, its facts and its
answers."""

from __future__ import annotations

import pytest

from kiosk_app import api
from kiosk_app.office import facts as f
from kiosk_app.office import payment_rules
from tests.kiosk_app.house import House
from tests.kiosk_app.money_house import DATE, FarKiosk


@pytest.fixture
async def kiosk(house: House) -> FarKiosk:
    return FarKiosk(house)


async def money(house: House, token: str, date: str = "") -> api.MoneyView:
    answer = await house.ask("GET", f"/v1/staff/money?date={date}", token=token)
    assert answer.status == 200, answer
    return answer.of(api.MoneyView)


async def claims(house: House, token: str, typed: str) -> tuple[api.ClaimRow, ...]:
    answer = await house.ask("GET", f"/v1/staff/money/claims?typed={typed}", token=token)
    assert answer.status == 200, answer
    return answer.of(api.ClaimsFound).rows


async def take(house: House, token: str, payment: str = "p1", yen: int = 300, intent: str = "") -> api.Reply:
    return await house.act(token, "confirm_payment", intent, money=api.MoneyAct(payment=payment, yen=yen))


async def settle(house: House, token: str, claim: str, paid: int, sold: int = 0, given: int = 0) -> api.Reply:
    sums = api.MoneyAct(claim=claim, paid_yen=paid, sold_yen=sold, given_yen=given)
    return await house.act(token, "settle_claim", money=sums)


# --- taking money ----------------------------------------------------------------------------------------------------


async def test_an_office_without_a_kiosk_has_no_such_page(house: House) -> None:
    token = await house.sign_in()
    assert (await house.staff_view(token)).money is None
    assert (await money(house, token)).note != ""
    FarKiosk(house).sells()
    assert (await house.staff_view(token)).money == api.MoneySign()
    assert (await money(house, token)).note == ""


async def test_staff_take_the_money_and_the_kiosk_prints(house: House, kiosk: FarKiosk) -> None:
    token = await house.sign_in()
    kiosk.sells(copies=2)
    view = await money(house, token)
    assert view.sales == (
        api.SaleRow(payment="p1", number="K-0001", machine="2号機", what="住民票の写し 2通", yen=600),
    )
    assert not (await take(house, token, yen=300)).ok, "the sum that was shown is the sum that is asked"
    assert (await take(house, token, yen=600, intent="once")).ok
    assert (await take(house, token, yen=600, intent="once")).ok, "the same press"
    assert len(house.facts(f.PaymentConfirmed)) == 1
    view = await money(house, token)
    assert view.sales == () and [word.state for word in view.words] == ["waiting"]
    assert view.takings.in_hand_yen == 600 and view.takings.drawer_yen == 0
    second = await take(house, token, yen=600)
    assert not second.ok and "2号機のK-0001" in second.message and "ほかの係員" in second.message
    kiosk.answer()
    view = await money(house, token)
    assert [(word.state, word.what) for word in view.words] == [("taken", "印刷しています")]
    assert view.takings.in_hand_yen == 0 and view.takings.drawer_yen == 600
    kiosk.prints()
    kiosk.ends()
    view = await money(house, token)
    assert [word.what for word in view.words] == ["証明書が出ました"]
    (machine,) = view.takings.machines
    assert machine.name == "2号機" and machine.sold == (api.KindSold(name="住民票の写し", copies=2, yen=600),)
    assert view.takings.whole.open_yen == 0 and len(house.facts(f.MoneyTaken)) == 1


async def test_money_that_was_not_needed_is_given_back_and_said_so_on_every_page(house: House, kiosk: FarKiosk) -> None:
    clerk, other = await house.sign_in("1001"), await house.sign_in("1002")
    kiosk.sells()
    kiosk.cut = True
    kiosk.ends()
    assert (await take(house, clerk)).ok
    kiosk.answer()
    sign = (await house.staff_view(clerk)).money
    assert sign is not None
    (row,) = sign.refused
    assert (row.number, row.machine, row.yen, row.why) == ("K-0001", "2号機", 300, "交付機の受付が終わっていました")
    assert (await house.staff_view(other)).money == api.MoneySign(), "it is in the other's hand"
    (word,) = (await money(house, other)).words
    assert word.state == "refused" and "すぐお返しください" in word.what
    assert (await money(house, clerk)).takings.in_hand_yen == 300
    back = api.MoneyAct(word=row.word)
    assert (await house.act(clerk, "return_money", money=back)).ok
    assert not (await house.act(other, "return_money", money=back)).ok, "once"
    assert (await house.staff_view(clerk)).money == api.MoneySign()
    takings = (await money(house, clerk)).takings
    assert (takings.in_hand_yen, takings.drawer_yen, takings.whole.counter_yen) == (0, 0, 0)
    (word,) = (await money(house, clerk)).words
    assert (word.state, word.what) == ("over", "交付機の受付が終わっていました。お返ししました")


async def test_a_sale_that_was_paid_at_the_kiosk_refuses_the_second_money(house: House, kiosk: FarKiosk) -> None:
    token = await house.sign_in()
    kiosk.sells()
    kiosk.cut = True
    kiosk.write(*payment_rules.paid_here(kiosk.state, "p1"), actor="1002")
    assert (await take(house, token)).ok
    kiosk.answer()
    (word,) = [one for one in (await money(house, token)).words if one.state == "refused"]
    assert word.what.startswith("先に支払われていました")
    assert not (await take(house, token)).ok


async def test_a_kiosk_that_does_not_answer_is_said_after_a_minute(house: House, kiosk: FarKiosk) -> None:
    token = await house.sign_in()
    kiosk.sells()
    assert (await take(house, token)).ok
    (word,) = (await money(house, token)).words
    assert "返事を待っています" in word.what
    await house.pass_s(61)
    (word,) = (await money(house, token)).words
    assert word.state == "waiting" and "返事がありません" in word.what


async def test_what_is_to_be_given_back_is_not_forgotten_with_its_day_nor_with_a_restart(
    house: House, kiosk: FarKiosk
) -> None:
    token = await house.sign_in()
    kiosk.sells()
    kiosk.cut = True
    kiosk.ends()
    assert (await take(house, token)).ok
    await house.at("08:00", "2026-04-07")
    kiosk.answer()
    await house.restart()
    token = await house.sign_in()
    sign = (await house.staff_view(token)).money
    assert sign is not None
    (row,) = sign.refused
    assert row.since.startswith("4月6日")
    assert (await house.act(token, "return_money", money=api.MoneyAct(word=row.word))).ok
    assert (await money(house, token)).words == ()
    assert house.core.book.state.confirmations == {} == house.core.book.state.answers


# --- claims ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["CLAI-M1QQ", "claim1qq", " Claim-1QQ ", "claim-1qq-whole-code"])
async def test_a_claim_is_found_by_its_number_however_it_is_typed(house: House, typed: str) -> None:
    token, kiosk = await house.sign_in(), FarKiosk(house)
    await _claimed(house, token, kiosk, "claim-1qq-whole-code")
    (row,) = await claims(house, token, typed.strip())
    assert (row.code, row.number, row.machine, row.owed_yen) == ("CLAI-M1QQ", "K-0001", "2号機", 300)
    assert await claims(house, token, "ZZZZ-ZZZZ") == ()


async def _claimed(
    house: House, token: str, kiosk: FarKiosk, claim: str = "claim-1", verdict: f.Verdict = "not_issued"
) -> None:
    kiosk.sells()
    assert (await take(house, token)).ok
    kiosk.answer()
    kiosk.prints(verdict=verdict)
    kiosk.ends(claim=claim)


async def test_a_claim_is_settled_once_and_stands_in_the_days_takings(house: House, kiosk: FarKiosk) -> None:
    token = await house.sign_in()
    await _claimed(house, token, kiosk)
    view = await money(house, token)
    assert (view.claims_total, view.claims_yen, view.takings.claims_open) == (1, 300, 1)
    assert [word.what for word in view.words] == ["返金引換票になりました"]
    assert not (await settle(house, token, "claim-1", paid=200, sold=100)).ok, "what is certain is given back whole"
    assert not (await settle(house, token, "nobody's", paid=300)).ok
    assert (await settle(house, token, "claim-1", paid=300)).ok
    again = await settle(house, token, "claim-1", paid=300)
    assert not again.ok and "係員1001" in again.message
    view = await money(house, token)
    assert view.claims == () and view.takings.claims_open == 0
    assert (view.takings.drawer_yen, view.takings.whole.claims_paid_yen) == (0, 300)
    (row,) = await claims(house, token, "claim-1")
    assert row.settled == "4月6日（月）に係員1001が精算しました（お返し 300円）"


@pytest.mark.parametrize(("sums", "drawer"), [((300, 0, 0), 0), ((0, 300, 0), 300), ((0, 0, 300), 300)])
async def test_a_claim_in_doubt_is_settled_as_staff_find_it(
    house: House, kiosk: FarKiosk, sums: tuple[int, int, int], drawer: int
) -> None:
    token = await house.sign_in()
    await _claimed(house, token, kiosk, verdict="unknown")
    (row,) = (await money(house, token)).claims
    assert (row.owed_yen, row.doubt_yen, row.why) == (0, 300, "紙が出たか分かりません")
    assert (await settle(house, token, "claim-1", *sums)).ok
    assert (await money(house, token)).takings.drawer_yen == drawer


# --- the day, and who may what ---------------------------------------------------------------------------------------


async def test_another_day_has_its_own_takings(house: House, kiosk: FarKiosk) -> None:
    token = await house.sign_in()
    await _claimed(house, token, kiosk)
    await house.at("09:00", "2026-04-07")
    token = await house.sign_in()
    assert (await settle(house, token, "claim-1", paid=300)).ok
    today, before = (await money(house, token)).takings, (await money(house, token, DATE)).takings
    assert (today.drawer_yen, today.is_today, today.date_text) == (-300, True, "4月7日（火）")
    assert (before.drawer_yen, before.is_today, before.claims_open) == (300, False, 0)
    assert (await money(house, token, "2026-99-99")).takings.machines == ()


async def test_the_closing_sheet_is_printed_once_a_press(house: House, kiosk: FarKiosk) -> None:
    token = await house.sign_in()
    await _claimed(house, token, kiosk)
    reply = await house.act(token, "print_takings", "once", day=DATE)
    assert reply.ok and "日計表" in reply.message, reply
    assert (await house.act(token, "print_takings", "once", day=DATE)).ok
    assert len(house.printer.pieces) == 1 and len(house.facts(f.TakingsPrintStarted)) == 1
    assert not (await house.act(token, "print_takings", day="2026-04-07")).ok
    assert not (await house.act(token, "print_takings")).ok
    house.printer.faults.fail_repeatedly("paper_out")
    assert not (await house.act(token, "print_takings", day=DATE)).ok
    rows = [(row.what, row.reason) for row in (await house.staff_view(token)).actions]
    assert ("証明書の日計表の印刷", DATE) in rows


@pytest.mark.parametrize(("code", "may"), [("1001", True), ("3001", True), ("2001", False), ("9001", False)])
async def test_money_is_for_clerks_and_leaders(house: House, kiosk: FarKiosk, code: str, may: bool) -> None:
    token = await house.sign_in(code)
    kiosk.sells()
    assert (await house.ask("GET", "/v1/staff/money", token=token)).status == (200 if may else 403)
    assert (await house.ask("GET", "/v1/staff/money/claims?typed=x", token=token)).status == (200 if may else 403)
    assert (await take(house, token)).ok is may
    verbs: tuple[api.StaffVerb, ...] = ("settle_claim", "return_money", "print_takings")
    for verb in verbs:
        message = (await house.act(token, verb, money=api.MoneyAct(claim="x", word="m1 1"))).message
        assert ("係員に頼んで" in message) is not may, message
    assert (await house.act(token, "refilled", machine="m2")).ok


async def test_paper_that_was_loaded_is_told_to_the_kiosk(house: House, kiosk: FarKiosk) -> None:
    token = await house.sign_in("2001")
    assert not (await house.act(token, "refilled", machine="m2")).ok, "nobody has heard of such a kiosk"
    kiosk.sells()
    reply = await house.act(token, "refilled", machine="m2")
    assert reply.ok and "2号機" in reply.message
    (fact,) = house.facts(f.PaperLoaded)
    assert isinstance(fact, f.PaperLoaded) and fact.machine_code == "m2"
    assert not (await house.act(token, "refilled", machine="m1")).ok, "this machine is no kiosk"


async def test_what_a_kiosk_rings_for_stands_beside_it(house: House, kiosk: FarKiosk) -> None:
    token = await house.sign_in()
    called = f.StaffCalled(alert="a1", machine_code="m2", cause="certificate_paper", detail="用紙がありません")
    kiosk.write(called, f.CertificatesStopped(stop="s1", machine_code="m2", job="j", why="w"))
    view = await house.staff_view(token)
    assert [(one.cause, one.machine_code) for one in view.alerts] == [("certificate_paper", "m2")]
    (row,) = (await money(house, token)).kiosks
    assert (row.code, row.name, row.stopped) == ("m2", "2号機", True) and "9:00から" in row.trouble


async def test_who_learns_takes_no_money(house: House, kiosk: FarKiosk) -> None:
    token = await house.sign_in("1001", training=True)
    kiosk.sells()
    assert (await house.staff_view(token)).money is None
    view = await money(house, token)
    assert view.note and view.sales == ()
    assert not (await take(house, token)).ok and house.facts(f.PaymentConfirmed) == []
