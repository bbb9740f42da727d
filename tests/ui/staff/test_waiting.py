"""The waiting list of a busy day: whoever reads far down stays there, and the keyboard alone reaches every row."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtQuick import QQuickItem
from PySide6.QtTest import QTest

from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import COUNTERS, CURRENT, GROUPS, MANY, WORKING, other, row
from ui.staff import visit
from ui.staff.desk import Desk
from ui.staff.presentation import present

TWO_HUNDRED = tuple(row(f"A-{n}", "住民票の写し", "walk_in", "11:30", n % 60) for n in range(100, 300))
MIXED = (
    row("A-106", "印鑑登録証明書", "walk_in", "10:50", 27, group="A"),
    row("H-021", "転入の届", "walk_in", "10:50", 20, group="H"),
    row("H-022", "住民票の写し", "walk_in", "10:55", 18, group="A"),
    row("A-107", "国民年金", "held", "", 12, group="R"),
)


def listed(face: Face) -> QQuickItem:
    found = face.window.findChild(QQuickItem, "rows")
    assert isinstance(found, QQuickItem)
    return found


def keys(face: Face, *pressed: Qt.Key) -> None:
    for key in pressed:
        QTest.keyClick(face.window, key)
        face.bot.wait(5)


def count_is(face: Face, count: int) -> bool:
    return listed(face).property("count") == count


def test_a_new_number_does_not_throw_the_reader_back_to_the_first_page(face: Face) -> None:
    face.sign_in(other(waiting=TWO_HUNDRED, alerts=()))
    keys(face, Qt.Key.Key_PageDown, Qt.Key.Key_PageDown)
    place = listed(face).property("contentY")
    assert place > 0
    for waiting in (TWO_HUNDRED[:199], TWO_HUNDRED):
        face.core.publish(other(waiting=waiting, alerts=()))
        face.until(lambda waiting=waiting: count_is(face, len(waiting)))  # type: ignore[misc]
        face.bot.wait(20)
        assert listed(face).property("contentY") == place
    face.core.publish(other(waiting=TWO_HUNDRED[:5], alerts=()))
    face.until(lambda: count_is(face, 5))
    face.bot.wait(20)
    assert listed(face).property("contentY") == 0


def test_the_arrow_keys_choose_a_row_that_keeps_its_number_when_the_line_moves(face: Face) -> None:
    face.sign_in(other(waiting=TWO_HUNDRED, alerts=()))
    keys(face, *[Qt.Key.Key_Down] * 31, Qt.Key.Key_Up)
    assert listed(face).property("contentY") > 0
    face.core.publish(other(waiting=TWO_HUNDRED[1:], alerts=()))
    face.until(lambda: count_is(face, 199))
    face.bot.wait(20)
    keys(face, Qt.Key.Key_Return)
    dialog = face.console.state["dialog"]
    assert (dialog["kind"], dialog["title"]) == ("row", "A-129")
    keys(face, Qt.Key.Key_Escape, Qt.Key.Key_Down, Qt.Key.Key_Return)
    assert face.console.state["dialog"]["title"] == "A-130"
    assert face.core.acts == []


def shown(groups: tuple[str, ...], choice: str | None = None) -> tuple[list[str], list[tuple[str, bool]]]:
    view = other(waiting=MIXED, counter=COUNTERS[0].__class__(number=3, floor="1階", groups=groups, state="open"))
    desk = Desk(view=view) if choice is None else Desk(view=view, filter=choice)
    face = present(desk)["list"]
    return [r["number"] for r in face["rows"]], [(f["label"], f["picked"]) for f in face["filters"]]


def test_a_counter_sees_its_own_line_first_by_service_and_not_by_the_letter_on_the_ticket() -> None:
    assert shown(("A",)) == (["A-106", "H-022"], [("証明書", True), ("全部", False)])
    assert shown(("A", "R"))[0] == ["A-106", "H-022", "A-107"]
    assert shown(("A", "R"))[1] == [("受持", True), ("A", False), ("R", False), ("全部", False)]
    assert shown(("A", "R"), "R")[0] == ["A-107"]
    assert shown(("A",), "")[0] == [r.number for r in MIXED]
    every = tuple(g.letter for g in GROUPS)
    assert shown(every) == ([r.number for r in MIXED], [*((g, False) for g in every), ("全部", True)])


def test_a_counter_sees_the_counters_of_its_floor() -> None:
    face = present(Desk(view=other(counters=MANY, counter=MANY[2])))
    assert [c["name"] for c in face["counters"]] == [f"{n}番" for n in range(1, 10)]
    assert [c["name"] for c in face["counters"] if c["mine"]] == ["3番"]
    assert len(present(Desk(view=other(counters=MANY, counter=None)))["counters"]) == len(MANY)


def test_who_was_asked_to_wait_is_called_back_without_a_reason(face: Face) -> None:
    face.sign_in(WORKING)
    face.press("A-098")
    QTest.keyClick(face.window, "1")
    face.until(lambda: len(face.core.acts) == 1)
    act = face.core.acts[0]
    assert (act.verb, act.ticket, act.reason, act.counter) == ("call_number", "tA-098", "", 3)


def test_a_missed_number_can_be_put_back_into_the_line(face: Face) -> None:
    face.sign_in(other(alerts=(), waiting=(*WORKING.waiting[:3], row("A-097", "住民票の写し", "missed", "", 50))))
    face.press("A-097　住民票の写し　不在")
    face.bot.wait(20)
    assert [o["label"] for o in face.console.state["dialog"]["options"]] == [
        "この番号を呼ぶ", "列に戻す", "取り消す", "番号札を再発行する", "しるしを付ける・外す",
    ]  # fmt: skip
    QTest.keyClick(face.window, "2")
    face.until(lambda: len(face.core.acts) == 1)
    assert (face.core.acts[0].verb, face.core.acts[0].ticket) == ("resume", "tA-097")


def test_a_waiting_number_can_be_cancelled_with_a_reason(face: Face) -> None:
    face.sign_in(WORKING)
    face.press("A-110")
    face.bot.wait(20)
    for key in ("3", "4"):
        QTest.keyClick(face.window, key)
        face.bot.wait(20)
    face.until(lambda: len(face.core.acts) == 1)
    act = face.core.acts[0]
    assert (act.verb, act.ticket, act.reason) == ("cancel", "tA-110", "お帰りになった")


def test_what_staff_must_know_of_a_reservation_stands_beside_its_number() -> None:
    told = row("H-105", "転入の届", "reservation", "10:30", 8, unconfirmed=True)
    assert visit.mark_of_reservation(told) == "未確認"
    assert visit.mark_of_reservation(replace(told, also="H-701")) == "＝H-701"
    assert visit.mark_of_reservation(replace(told, unconfirmed=False)) == ""
    shown = visit.shown(replace(WORKING, current=replace(CURRENT, unconfirmed=True, also="A-701")), "")
    assert shown is not None and shown["marks"] == "予約未確認・A-701と同じ予約"
