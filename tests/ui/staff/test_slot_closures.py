"""Closures at the console: whom they hit is seen first, then rung up from a list whose numbers are kept nowhere."""

from __future__ import annotations

import pytest

from kiosk_app.api import (
    Role,
    SlotAct,
    SlotsClosing,
    StaffAct,
)
from tests.ui.staff import slot_days
from tests.ui.staff.slot_presses import DAY, moved, sent, told
from ui.staff.desk import (
    Answered,
    Pressed,
    Typed,
)
from ui.staff.presentation import present
from ui.staff.shortcuts import control_for
from ui.staff.slots_desk import (
    AskHit,
    AskPreview,
    ContactsArrived,
    LeaveContacts,
    SlotsTold,
    WatchContacts,
)
from ui.staff.step import step

CLOSURE = (
    Pressed("slot_close"),
    Pressed("choose:1"),
    Pressed("choose:2"),
    Typed("number", "15:00"),
    Pressed("submit"),
    Typed("number", ""),
    Pressed("submit"),
)
WHOLE_HOUSE = SlotsClosing(groups=(), starts="2026-04-06T15:00", ends="2026-04-07T00:00")


def test_a_closure_is_seen_with_whom_it_hits_and_leads_to_the_telephone_list() -> None:
    desk, commands = moved(*CLOSURE)
    assert [c for c in commands if isinstance(c, AskPreview)] == [AskPreview(closing=WHOLE_HOUSE)]
    assert present(desk)["dialog"]["options"] == []
    desk = told(desk)
    lines = [line["text"] for line in present(desk)["dialog"]["lines"]]
    assert lines[1] == "取り消しになる予約　16人（自動でお知らせ10人・電話6人）"
    desk, commands = step(desk, Pressed("choose:0"))  # type: ignore[assignment]
    (act,) = sent(commands)
    assert (act.verb, act.reason, act.slot) == (
        "close_slots",
        "電車の計画運休",
        SlotAct(letter="A", version="1", closing=WHOLE_HOUSE),
    )
    desk, commands = step(desk, Answered(True, "休止にしました。"))  # type: ignore[assignment]
    assert commands == (WatchContacts(), AskHit()) and present(desk)["slots"]["mode"] == "hit"


def test_a_refused_closure_comes_back_as_it_is_now() -> None:
    desk = told(moved(*CLOSURE)[0])
    desk, _ = step(desk, Pressed("choose:0"))
    desk, commands = step(desk, Answered(False, "予約が増えました。"))
    assert desk.dialog.kind == "slot_closing" and commands == (AskPreview(closing=WHOLE_HOUSE),)
    desk = told(desk)
    (act,) = sent(step(desk, Pressed("choose:0"))[1])
    assert act.reason == "電車の計画運休"


def test_leaving_a_closure_forgets_it() -> None:
    desk, _ = step(told(moved(*CLOSURE)[0]), Pressed("close"))
    assert desk.slots.closing is None and desk.dialog.kind == ""


def test_somebody_on_the_telephone_list_gets_another_time() -> None:
    desk, _ = moved(Pressed("slot_list:hit"), role="clerk")
    desk, _ = step(desk, SlotsTold(AskHit(), hit=slot_days.hit(DAY)))
    for press in ("hit:b1-790", "choose:1"):
        desk, _ = step(desk, Pressed(press))
    assert present(desk)["dialog"]["lines"][0]["text"] == "4月7日（火）　10:00"
    desk, commands = step(desk, Pressed("choose:0"))
    (act,) = sent(commands)
    assert act.slot == SlotAct(letter="A", date="2026-04-07", start_min=600, replaces="b1-790")
    assert act.service == "a-2"
    desk, commands = step(desk, Answered(True, "予約しました。"))
    assert AskHit() in commands, "the list is read anew"


LIST = (Pressed("slot_list:hit"), SlotsTold(AskHit(), hit=slot_days.hit(DAY)))


def test_telephone_numbers_are_followed_by_a_leader_while_the_list_is_open() -> None:
    desk, commands = moved(*LIST)
    assert WatchContacts() in commands
    assert present(desk)["slots"]["hit"]["contacts"] == "電話番号をセンターに問い合わせています…"
    assert present(desk)["slots"]["hit"]["print"]["state"] == "off"
    desk, _ = step(desk, ContactsArrived(slot_days.contacts(DAY)))
    page = present(desk)["slots"]["hit"]
    assert page["rows"][0]["cells"][3:] == ["コクラ ハナコ 様\n1206 0123 4567 8901", "090-0000-0000", "電話"]
    assert [row["cells"][5] for row in page["rows"]][-1] in ("お知らせ済み", "送信中")
    assert page["contacts"] == "" and page["print"]["state"] == "open"
    for leave in ("slot_list:", "slot_back", "tab:desk", "slot_group:next"):
        left, commands = step(desk, Pressed(leave))  # type: ignore[assignment]
        assert LeaveContacts() in commands and left.slots.contacts is None, leave
        late, _ = step(left, ContactsArrived(slot_days.contacts(DAY)))
        assert late.slots.contacts is None and "090-0000" not in str(present(late))
    out, _ = step(desk, Pressed("sign_out"))
    assert "090-0000" not in str(out) and "090-0000" not in str(present(out))


@pytest.mark.parametrize("role", ["clerk", "guide"])
def test_nobody_else_sees_them(role: Role) -> None:
    desk, commands = moved(*LIST, ContactsArrived(slot_days.contacts(DAY)), role=role)
    assert WatchContacts() not in commands and "090-0000" not in str(present(desk))
    assert not sent(step(desk, Pressed("print_call_list"))[1])


def test_while_central_is_away_it_is_said_and_what_is_here_stays() -> None:
    away = slot_days.contacts(DAY, state="away", rows=(), heard="")
    desk, _ = moved(*LIST, ContactsArrived(away))
    page = present(desk)["slots"]["hit"]
    assert "つながったら表示します" in page["contacts"] and "1206 0123 4567 8901" in page["rows"][0]["cells"][3]
    desk, _ = step(desk, ContactsArrived(slot_days.contacts(DAY)))
    desk, _ = step(desk, ContactsArrived(away))
    page = present(desk)["slots"]["hit"]
    assert page["contacts"] == "センターとの線が切れています。電話番号は11:58に届いたものです。"
    assert "090-0000-0000" in page["rows"][0]["cells"]


def test_the_list_is_printed_after_a_question() -> None:
    desk, _ = moved(*LIST, ContactsArrived(slot_days.contacts(DAY)))
    desk, commands = step(desk, Pressed(control_for(desk, "F5")))
    assert commands == () and present(desk)["dialog"]["lines"][0]["text"].startswith("1号機のプリンターから")
    (act,) = sent(step(desk, Pressed("choose:0"))[1])
    assert act == StaffAct(intent="", verb="print_call_list", counter=3)
    empty, _ = moved(Pressed("slot_list:hit"), ContactsArrived(slot_days.contacts(DAY, printer="")))
    assert step(empty, Pressed("print_call_list"))[0].dialog.kind == "", "there is no printer"
