"""Taking money for a certificate kiosk, settling claims, closing the day: through keys and the accessibility tree."""

from __future__ import annotations

from dataclasses import replace as moved
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk_app.api import ClaimsFound, MoneyAct, MoneySign, MoneyView, Reply, StaffAct
from tests.ui.staff.conftest import Face
from tests.ui.staff.money_day import CLAIMS, MONEY, REFUSED, SALES, SETTLED, at_the_counter, bell, with_money
from tests.ui.staff.office_day import TECHNICIAN, other
from tests.ui.staff.test_journeys import only_act, type_keys
from tests.ui.staff.test_money_screens import opened
from ui.staff.alerts import accepted, next_step, ringing
from ui.staff.desk import Answered, Arrived, Desk, Pressed, Reached, Send, Typed
from ui.staff.money_desk import AskClaims, ClaimsTold, LeaveMoney, MoneyArrived, WatchMoney
from ui.staff.presentation import present, tabs
from ui.staff.shortcuts import control_for
from ui.staff.step import step


def at_the_page(view: MoneyView = MONEY, **changes: Any) -> Desk:
    desk = Desk(page="work", tab="money", token="t", view=at_the_counter(**changes), role=changes.get("role", "clerk"))
    desk, commands = step(desk, Reached(True))
    (watch,) = commands
    assert watch == WatchMoney("")
    desk, _ = step(desk, MoneyArrived(watch, view))
    return desk


def pressed(desk: Desk, *controls: str) -> tuple[Desk, tuple[Any, ...]]:
    commands: tuple[Any, ...] = ()
    for control in controls:
        desk, commands = step(desk, Pressed(control))
    return desk, commands


def sent(desk: Desk, *controls: str) -> StaffAct:
    _, commands = pressed(desk, *controls)
    (command,) = commands
    assert isinstance(command, Send)
    return command.act


# --- the page itself -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["clerk", "leader", "guide", "technician"])
def test_the_page_is_there_in_an_office_with_a_kiosk_for_who_takes_money(role: Any) -> None:
    without = Desk(page="work", role=role, view=other(role=role))
    assert "money" not in tabs(without)
    assert ("money" in tabs(moved(without, view=at_the_counter(role)))) is (role in ("clerk", "leader"))


def test_its_line_is_open_only_while_somebody_looks() -> None:
    desk = at_the_page()
    desk, commands = pressed(desk, "tab:today")
    assert commands == (LeaveMoney(),) and desk.money.view is None
    desk, commands = pressed(desk, "tab:money")
    assert commands == (WatchMoney(""),)
    desk, commands = step(desk, Arrived(at_the_counter(money=None)))
    assert desk.tab == "desk" and commands == (LeaveMoney(),), "the kiosk is gone"


def test_another_day_is_asked_for_and_its_takings_alone_are_awaited() -> None:
    desk, commands = pressed(at_the_page(), "money_part:day", "money_day:previous")
    assert commands == (WatchMoney("2026-04-05"),)
    page = present(desk)["money"]["day"]
    assert page["rows"] == [] and page["next"]["state"] == "open" and page["print"]["state"] == "off"
    late = replace(MONEY, takings=replace(MONEY.takings, date="2026-04-05", is_today=False))
    stale, _ = step(desk, MoneyArrived(WatchMoney(""), late))
    assert stale.money.view == MONEY, "of a day that is no longer looked at"
    desk, _ = step(desk, MoneyArrived(WatchMoney("2026-04-05"), late))
    assert present(desk)["money"]["day"]["rows"] and sent(desk, "print_takings").day == "2026-04-05"
    desk, commands = pressed(desk, "money_day:next", "money_day:next")
    assert desk.money.date == "", "no day that has not come"
    assert sent(desk, "print_takings").day == "2026-04-06"


def test_every_yen_of_the_day_is_on_the_page() -> None:
    page = present(pressed(at_the_page(), "money_part:day")[0])["money"]["day"]
    shown = [cell for row in page["rows"] for cell in row["cells"]]
    for one in (*MONEY.takings.machines, MONEY.takings.whole):
        for name in (
            "sold_yen",
            "counter_yen",
            "unit_yen",
            "paid_out_yen",
            "claimed_yen",
            "open_yen",
            "claims_paid_yen",
        ):
            assert f"{getattr(one, name):,}" in shown, name
        assert all({kind.name, f"{kind.copies}通"} <= {cell.strip("　") for cell in shown} for kind in one.sold)
    assert [figure["value"] for figure in page["figures"]] == ["34,500", "33,150", "900", "750", "2"]


# --- taking money ----------------------------------------------------------------------------------------------------


def test_money_is_taken_with_two_keys_and_the_sum_before_ones_eyes(face: Face) -> None:
    opened(face)
    type_keys(face, "2")
    dialog = face.console.state["dialog"]
    assert dialog["large"] == "300円" and "3号機のK-0007" in dialog["title"]
    type_keys(face, "1")
    act = only_act(face)
    assert (act.verb, act.money) == ("confirm_payment", MoneyAct(payment="p7", yen=300))


def test_money_is_taken_through_the_accessibility_tree_and_the_row_goes(face: Face) -> None:
    opened(face)
    face.core.reply = Reply(ok=True, message="代金の受け取りを伝えました。交付機の返事を確かめてください。")
    face.press("2号機のK-0012　住民票の写し 2通　600円の代金を受け取りました")
    face.press("600円を受け取りました")
    assert only_act(face).money == MoneyAct(payment="p12", yen=600)
    face.until(lambda: "交付機の返事" in face.console.state["said"])
    with_money(face.core, replace(MONEY, sales=SALES[1:]))
    face.core.publish_money()
    face.until(lambda: len(face.console.state["money"]["sales"]) == 1)


def test_what_comes_while_the_question_is_open_is_not_sent() -> None:
    desk, _ = pressed(at_the_page(), "pay:p12")
    changed = replace(MONEY, sales=(replace(SALES[0], yen=900),))
    desk, _ = step(desk, MoneyArrived(WatchMoney(""), changed))
    assert sent(desk, "choose:0").money == MoneyAct(payment="p12", yen=600)


@pytest.mark.parametrize(
    "press", ["pay:none", "claim:none", "return_money:m1 92", "return_money:x", "choose:0", "submit", "money_day:typed"]
)
def test_what_is_not_there_cannot_be_pressed(press: str) -> None:
    desk, commands = pressed(at_the_page(), press)
    assert (desk.dialog.kind, [c for c in commands if isinstance(c, Send)]) == ("", [])


@pytest.mark.parametrize(("digit", "control"), [("1", "pay:p12"), ("2", "pay:p7"), ("3", ""), ("F5", "")])
def test_digits_are_for_those_who_wait_to_pay(digit: str, control: str) -> None:
    desk = at_the_page()
    assert control_for(desk, digit) == control
    on_the_day, _ = pressed(desk, "money_part:day")
    assert control_for(on_the_day, digit) == ("print_takings" if digit == "F5" else "")


def test_nothing_is_sent_while_the_hub_is_away() -> None:
    desk, _ = step(at_the_page(), Reached(False, "away"))
    for press in ("return_money:m1 90", "refilled:m3", "print_takings"):
        assert pressed(desk, press)[1] == ()
    desk, _ = pressed(desk, "pay:p12")
    assert pressed(desk, "choose:0")[1] == ()


# --- what is to be given back ----------------------------------------------------------------------------------------


def test_money_to_give_back_stands_over_every_page_and_rings(face: Face) -> None:
    face.sign_in(at_the_counter(money=MoneySign(refused=(REFUSED,))))
    (band,) = face.console.state["alerts"]
    assert band["title"] == "2号機のK-0010　300円をすぐお返しください"
    face.press("2号機のK-0010の代金300円をお返しした")
    act = only_act(face)
    assert (act.verb, act.money) == ("return_money", MoneyAct(word="m1 90"))


def test_beside_it_one_alert_has_room_and_the_rest_is_counted() -> None:
    bells = tuple(replace(bell("visitor", "職員を呼んでいます", ""), id=f"b{n}") for n in range(3))
    desk = Desk(page="work", token="t", view=at_the_counter(money=MoneySign(refused=(REFUSED, REFUSED)), alerts=bells))
    shown = ringing(desk)
    assert [one["accept"]["id"] for one in shown] == ["return_money:m1 90", "accept:b0"]
    assert shown[1]["accept"]["key"] == "F9" and control_for(desk, "F9") == "accept:b0"
    assert "ほかに1件" in shown[0]["note"] and present(desk)["more_alerts"] == "ほかに2件の呼び出しがあります"


def test_the_row_of_another_clerk_can_be_given_back_from_the_page() -> None:
    assert sent(at_the_page(), "return_money:m1 90").money == MoneyAct(word="m1 90")


# --- claims ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("claim", "presses", "sums"),
    [
        ("a1", ["choose:0"], (300, 0, 0)),
        ("a2", ["choose:0"], (900, 0, 0)),
        ("a2", ["choose:1"], (300, 600, 0)),
        ("a2", ["choose:2"], (300, 0, 600)),
        ("a2", ["choose:3", "=500", "choose:0"], (500, 400, 0)),
        ("a2", ["choose:3", "=５００円", "choose:1"], (500, 0, 400)),
        ("a2", ["choose:3", "=900"], (900, 0, 0)),
        ("a2", ["choose:3", "=300", "choose:2", "=200"], (300, 200, 400)),
        ("a3", ["choose:0"], (0, 0, 0)),
    ],
)
def test_a_claim_is_settled_as_it_is(claim: str, presses: list[str], sums: tuple[int, int, int]) -> None:
    desk, commands = pressed(at_the_page(), f"claim:{claim}")
    for press in presses:
        if press[0] == "=":
            desk, _ = step(desk, Typed("number", press[1:]))
            press = "submit"
        desk, commands = pressed(desk, press)
    (command,) = commands
    assert isinstance(command, Send) and command.act.verb == "settle_claim"
    paid, sold, given = sums
    assert command.act.money == MoneyAct(claim=claim, paid_yen=paid, sold_yen=sold, given_yen=given)


@pytest.mark.parametrize(("typed", "words"), [("200", "300円から900円"), ("901", "300円から900円"), ("三百", "数字")])
def test_a_sum_that_cannot_be_is_said_so(typed: str, words: str) -> None:
    desk, _ = pressed(at_the_page(), "claim:a2", "choose:3")
    desk, _ = step(desk, Typed("number", typed))
    desk, commands = pressed(desk, "submit")
    assert words in desk.message and commands == () and desk.dialog.kind == "money_paid"


def test_a_claim_of_which_all_is_certain_offers_one_way_alone() -> None:
    desk, _ = pressed(at_the_page(), "claim:a1")
    assert [one["label"] for one in present(desk)["dialog"]["options"]] == ["300円をお返ししました"]


def test_a_slip_that_is_read_by_a_scanner_opens_its_claim(face: Face) -> None:
    """It types the code and Enter."""
    opened(face)
    face.core.claims = lambda typed: ClaimsFound(rows=(replace(CLAIMS[1], claim="far"),))
    type_keys(face, "/")
    face.until(lambda: (face.console.state["dialog"] or {}).get("kind") == "money_find")
    face.bot.wait(30)
    type_keys(face, "h83t-90ab\r")
    face.until(lambda: (face.console.state["dialog"] or {}).get("kind") == "money_claim")
    assert face.core.claims_asked == ["h83t-90ab"]
    face.press("900円をお返ししました")
    assert only_act(face).money == MoneyAct(claim="far", paid_yen=900)


def test_a_number_that_nobody_knows_and_one_that_was_settled() -> None:
    desk, _ = pressed(at_the_page(), "money_find")
    assert "入れてください" in pressed(desk, "submit")[0].message
    desk, _ = step(desk, Typed("number", " x "))
    desk, commands = pressed(desk, "submit")
    assert commands == (AskClaims("x"),) and pressed(desk, "submit")[1] == (), "one question at a time"
    none, _ = step(desk, ClaimsTold(AskClaims("x"), ClaimsFound()))
    assert "ありません" in none.message and none.dialog.kind == "money_find"
    lost, _ = step(desk, ClaimsTold(AskClaims("x"), cause="返事がありませんでした。"))
    assert lost.message == "返事がありませんでした。" and lost.money.asked is None
    found, _ = step(desk, ClaimsTold(AskClaims("x"), ClaimsFound(rows=(SETTLED,))))
    dialog = present(found)["dialog"]
    assert dialog["options"] == [] and any("係員2044が精算しました" in line["text"] for line in dialog["lines"])
    closed, _ = pressed(desk, "close")
    closed, _ = step(closed, ClaimsTold(AskClaims("x"), ClaimsFound(rows=(SETTLED,))))
    assert closed.dialog.kind == "", "an answer that comes too late opens nothing"


# --- calls of the kiosks, and their paper ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cause", "role", "leads"),
    [
        ("certificate_claim", "clerk", "tab:money"),
        ("certificate_doubt", "leader", "tab:money"),
        ("certificate_claim", "guide", ""),
        ("certificate_paper", "guide", "refilled:m3"),
        ("certificate_paper", "technician", "refilled:m3"),
        ("certificates_stopped", "technician", "tab:devices"),
        ("certificates_stopped", "clerk", ""),
    ],
)
def test_a_call_leads_to_where_something_can_be_done(cause: str, role: Any, leads: str) -> None:
    view = at_the_counter(role, alerts=(bell(cause, "t"),))
    desk = Desk(page="work", token="t", role=role, view=view)
    assert next_step(desk) == leads
    (line,) = accepted(desk, "")
    assert (line["how"] or {"id": ""})["id"] == leads
    assert control_for(desk, "P") == leads


def test_paper_that_was_loaded_is_said_with_one_key_from_any_page(face: Face) -> None:
    face.core.reply = Reply(ok=True, message="補充したことを3号機に伝えました。")
    view = other(role="technician", technician=TECHNICIAN, counter=None, current=None)
    face.sign_in(replace(view, alerts=(bell("certificate_paper", "用紙がありません"),)), "technician")
    type_keys(face, "P")
    act = only_act(face)
    assert (act.verb, act.machine) == ("refilled", "m3")


def test_the_answer_to_a_press_stands_where_it_always_does() -> None:
    desk, _ = pressed(at_the_page(), "refilled:m3")
    assert desk.busy == "refilled:m3"
    rows = present(pressed(desk, "money_part:kiosks")[0])["money"]["kiosks"]
    assert [row["plate"]["state"] for row in rows] == ["off", "busy", "off"]
    desk, _ = step(desk, Answered(False, "まだ印刷できません。"))
    assert desk.message == "まだ印刷できません。" and desk.busy == ""
