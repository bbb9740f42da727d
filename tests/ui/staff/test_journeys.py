"""The console by keyboard and through the accessibility tree, against a real server: each key sends the right act."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest

from kiosk_app.api import Reply, SignedInReply, StaffAct
from tests.ui.screen_checks import items, texts
from tests.ui.small_core import PIN
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import ALERTS, COUNTERS, CURRENT, EVERY, WORKING, other
from ui.kit.console.icons import FOLDER

pytestmark = pytest.mark.slow

ONE_ACT = [
    ("1", {"verb": "call_next"}),
    ("2", {"verb": "recall", "ticket": "t105"}),
    ("3", {"verb": "complete", "ticket": "t105"}),
    ("4", {"verb": "hold", "ticket": "t105"}),
    ("5", {"verb": "no_show", "ticket": "t105"}),
    ("62" + "1", {"verb": "transfer", "ticket": "t105", "number": "A-105", "service": "h-0"}),
    ("671", {"verb": "transfer", "ticket": "t105", "number": "A-105", "to_counter": 4}),
    ("M1", {"verb": "mark", "ticket": "t105", "number": "A-105", "marks": ("to_seat",)}),
    ("M2", {"verb": "mark", "ticket": "t105", "number": "A-105", "marks": ("writing",)}),
    ("72", {"verb": "cancel", "ticket": "t105", "number": "A-105", "reason": "二重に取られた番号"}),
    ("8", {"verb": "ready_for_handover", "ticket": "t105"}),
    ("0", {"verb": "undo"}),
    ("B1", {"verb": "pause_counter"}),
    ("B2", {"verb": "close_counter"}),
    ("B3", {"verb": "sign_out"}),
    ("/a091\r1", {"verb": "call_number", "number": "a091", "reason": "呼出に気づかなかった方"}),
    ("9a091\r", {"verb": "ready_for_handover", "number": "a091"}),
    ("\x09", {"verb": "accept_alert", "alert": "a1"}),
    ("\x0a", {"verb": "accept_alert", "alert": "a2"}),
]
SPECIAL = {
    "\r": Qt.Key.Key_Return,
    "\x05": Qt.Key.Key_F5,
    "\x09": Qt.Key.Key_F9,
    "\x0a": Qt.Key.Key_F10,
    "\x1b": Qt.Key.Key_Escape,
}


def type_keys(face: Face, keys: str) -> None:
    for key in keys:
        if key in SPECIAL:
            QTest.keyClick(face.window, SPECIAL[key])
        else:
            QTest.keyClick(face.window, key)
        face.bot.wait(5)


def only_act(face: Face) -> StaffAct:
    face.until(lambda: len(face.core.acts) == 1 and face.console.state["acts"]["next"]["state"] != "busy")
    face.bot.wait(20)
    assert len(face.core.acts) == 1
    return face.core.acts[0]


@pytest.mark.slow
@pytest.mark.parametrize(("keys", "expected"), ONE_ACT)
def test_a_key_sends_its_act_once(face: Face, keys: str, expected: dict[str, object]) -> None:
    face.sign_in(other(current=replace(CURRENT, two_stage=True)))
    type_keys(face, keys)
    if expected["verb"] == "sign_out":
        face.until(lambda: len(face.core.acts) == 1)
        assert face.console.state["page"] == "sign_in"
        act = face.core.acts[0]
    else:
        act = only_act(face)
    assert act.intent
    assert act == StaffAct(intent=act.intent, counter=3, **expected)  # type: ignore[arg-type]


@pytest.mark.slow
@pytest.mark.parametrize("keys", ["7\x1b", "6\x1b", "/12\x1b", "W\x1b", "?\x1b", "B\x1b", "7\x1b8", "/\r"])
def test_leaving_a_question_sends_nothing(face: Face, keys: str) -> None:
    face.sign_in(WORKING)
    type_keys(face, keys)
    face.bot.wait(50)
    assert face.core.acts == []


def test_digits_typed_in_a_field_are_no_shortcuts(face: Face) -> None:
    face.sign_in(WORKING)
    face.console.press("tab:actions")
    field = face.window.findChild(object, "find")
    assert field is not None
    field.forceActiveFocus()
    type_keys(face, "105")
    assert face.console.state["find"] == "105"
    assert [r["cells"][1] for r in face.console.state["actions"]] == ["A-105"]
    assert face.core.acts == []


def test_while_an_answer_is_awaited_nothing_more_is_sent(face: Face) -> None:
    face.sign_in(WORKING)
    face.core.hold_answers.clear()
    type_keys(face, "1")
    face.until(lambda: len(face.core.acts) == 1)
    assert face.console.state["acts"]["next"]["state"] == "busy"
    type_keys(face, "1231")
    face.console.press("next")
    face.bot.wait(50)
    assert len(face.core.acts) == 1
    face.core.hold_answers.set()
    face.until(lambda: face.console.state["acts"]["next"]["state"] == "open")
    type_keys(face, "1")
    face.until(lambda: len(face.core.acts) == 2)
    assert face.core.acts[0].intent != face.core.acts[1].intent


def test_a_lost_answer_is_asked_for_again_with_the_same_intent(face: Face) -> None:
    face.sign_in(WORKING)
    face.core.answers_to_lose = 2
    type_keys(face, "1")
    face.until(lambda: len(face.core.acts) == 3)
    face.until(lambda: face.console.state["acts"]["next"]["state"] == "open")
    assert len({a.intent for a in face.core.acts}) == 1
    assert face.console.state["message"] == ""


def test_a_refusal_is_said_in_plain_words(face: Face) -> None:
    face.sign_in(WORKING)
    face.core.reply = Reply(ok=False, message="A-106は4番窓口で呼ばれました。")
    type_keys(face, "1")
    face.until(lambda: face.console.state["message"] == "A-106は4番窓口で呼ばれました。")
    type_keys(face, "\x1b")
    assert face.console.state["message"] == ""


def test_signing_in_by_keyboard_then_opening_a_counter(face: Face) -> None:
    face.core.view = other(counter=None, current=None, alerts=())
    type_keys(face, "2041\r" + PIN + "\r")
    face.until(lambda: face.console.state["page"] == "counter")
    assert [(s.staff_code, s.pin, s.training) for s in face.core.sign_ins] == [("2041", PIN, False)]
    assert PIN not in repr(face.console.state)
    face.press("4番窓口")
    type_keys(face, "\r")
    face.until(lambda: len(face.core.acts) == 1)
    act = face.core.acts[0]
    assert (act.verb, act.counter, act.groups) == ("open_counter", 4, ("A",))
    face.core.publish(other(counter=replace(COUNTERS[1], current=""), current=None))
    face.until(lambda: face.console.state["page"] == "work")


def test_a_wrong_pin_says_what_the_core_says(face: Face) -> None:
    face.core.signed_in = SignedInReply(ok=False, message="番号か暗証番号がちがいます。あと2回です。")
    face.console.press("training")
    face.console.signIn("2041", "000000")
    face.until(lambda: face.console.state["message"] == "番号か暗証番号がちがいます。あと2回です。")
    assert face.console.state["page"] == "sign_in"
    assert face.core.sign_ins[0].training


def test_no_core_at_sign_in(face: Face) -> None:
    face.core.stop()
    face.console.signIn("2041", PIN)
    face.until(lambda: "つながりません" in face.console.state["message"])
    assert not face.console.state["stale"]


def test_a_guide_issues_reprints_and_changes_through_the_accessibility_tree(face: Face) -> None:
    face.sign_in(other(role="guide", counter=None, current=None), "guide")
    face.press("H　引っ越し")
    face.press("戸籍の届")
    face.press("English")
    face.press("番号札を出す")
    face.until(lambda: len(face.core.acts) == 1)
    act = face.core.acts[0]
    assert (act.verb, act.service, act.language, act.counter) == ("issue", "h-1", "en", None)
    face.until(lambda: face.console.state["guide"]["reprint"]["state"] == "open")
    type_keys(face, "2A-107\r")
    face.until(lambda: len(face.core.acts) == 2)
    assert (face.core.acts[1].verb, face.core.acts[1].number) == ("reprint", "A-107")
    face.until(lambda: face.console.state["guide"]["reprint"]["state"] == "open")
    type_keys(face, "3A-107\r12")
    face.until(lambda: len(face.core.acts) == 3)
    change = face.core.acts[2]
    assert (change.verb, change.number, change.service) == ("change_service", "A-107", "a-1")


def test_a_held_number_goes_back_to_the_line(face: Face) -> None:
    face.sign_in(WORKING)
    face.press("A-098")
    face.bot.wait(20)
    face.press("保留を解いて")
    act = only_act(face)
    assert (act.verb, act.ticket) == ("resume", "tA-098")


def test_a_forgotten_sign_in_asks_again(face: Face) -> None:
    face.sign_in(WORKING)
    face.console.session().desk = replace_token(face)
    type_keys(face, "1")
    face.until(lambda: face.console.state["page"] == "sign_in")
    assert "もう一度サインイン" in face.console.state["message"]


def replace_token(face: Face):  # type: ignore[no-untyped-def]
    from dataclasses import replace as changed

    return changed(face.console.session().desk, token="forgotten")


def test_every_control_can_be_reached_with_tab(face: Face) -> None:
    face.sign_in(WORKING)
    seen = set()
    for _ in range(60):
        QTest.keyClick(face.window, Qt.Key.Key_Tab)
        focused = face.window.activeFocusItem()
        control = focused.property("control")
        if control is not None:
            seen.add(control.toVariant()["id"] if hasattr(control, "toVariant") else control["id"])
    assert {"next", "recall", "complete", "hold", "no_show", "transfer", "cancel", "undo", "why", "break"} <= seen
    assert {"accept:a1", "accept:a2", "tab:today", "tab:actions", "filter:A"} <= seen


def shown(face: Face) -> str:
    return "\n".join(str(t.property("text")) for t in texts(face.window))


def test_a_guide_reads_which_number_came_out(face: Face) -> None:
    face.sign_in(other(role="guide", counter=None, current=None), "guide")
    face.core.reply = Reply(ok=True, message="H-022を発券しました。研修モードなので、紙は出ません。")
    face.press("H　引っ越し")
    face.press("戸籍の届")
    face.press("番号札を出す")
    face.until(lambda: face.console.state["said"] == face.core.reply.message)
    face.bot.wait(20)
    assert shown(face).count(face.core.reply.message) == 2, "large beside the key, small in the last line"
    assert face.console.state["message"] == ""
    face.core.reply = Reply(ok=False, message="用紙がありません。")
    face.press("戸籍の届")
    face.press("番号札を出す")
    face.until(lambda: face.console.state["message"] == "用紙がありません。")
    assert face.console.state["said"] == ""


def test_every_console_reads_who_has_accepted_a_call(face: Face) -> None:
    face.sign_in(other(alerts=(replace(ALERTS[0], accepted_by="2044"), ALERTS[1])))
    face.until(lambda: "1号機　用紙がありません　係員2044が受けました" in shown(face))
    assert [a["title"] for a in face.console.state["alerts"]] == ["2号機　職員を呼んでいます"]
    type_keys(face, "\x09")
    assert only_act(face).alert == "a2"
    face.core.publish(other(alerts=()))
    face.until(lambda: "受けました" not in shown(face))


def test_a_technician_needs_no_counter(face: Face) -> None:
    face.sign_in(other(role="technician", counter=None, current=None), "technician")
    assert face.console.state["page"] == "work"
    assert [t["label"] for t in face.console.state["tabs"]] == ["端末", "今日", "操作履歴"]
    type_keys(face, "\x09")
    assert only_act(face).verb == "accept_alert"


def test_whoever_goes_for_paper_can_see_how_to_load_it(face: Face) -> None:
    face.sign_in(other(alerts=(ALERTS[0], replace(ALERTS[1], accepted_by="2041"))))
    type_keys(face, "P")
    assert face.console.state["dialog"] is None, "nobody has set out to load paper yet"
    face.core.publish(other(alerts=(replace(ALERTS[0], accepted_by="2041"),)))
    face.until(lambda: face.console.state["alerts"] == [])
    face.press("用紙の入れ方")
    dialog = face.console.state["dialog"]
    assert [step["picture"] for step in dialog["pictures"]] == ["paper1", "paper2", "paper3"]
    face.until(lambda: "1　ふたを開けて芯を取る" in graphics(face))
    assert graphics(face)[1:] == ["2　ふたの図の向きにロールを入れる", "3　ふたを閉めて紙を切り取る"]
    type_keys(face, "\x1b")
    face.until(lambda: face.console.state["dialog"] is None)
    type_keys(face, "P")
    assert face.console.state["dialog"]["title"] == "用紙の入れ方"


def graphics(face: Face) -> list[str]:
    """Names of the pictures that are shown, as a screen reader finds them."""
    return [
        found.text(QAccessible.Text.Name)
        for item in items(face.window.contentItem())
        if (found := QAccessible.queryAccessibleInterface(item)) and found.role() == QAccessible.Role.Graphic
    ]


@pytest.mark.parametrize("cause", ["paper_out", "near_end", "cover_open", "cutter_error", "silent"])
def test_an_alert_that_rings_alone_shows_what_hands_do(face: Face, cause: str) -> None:
    face.sign_in(other(alerts=(replace(ALERTS[0], cause=cause),)))
    pictures = {"silent": [], "cutter_error": ["paper1", "jam2", "jam3"]}.get(cause, ["paper1", "paper2", "paper3"])
    (alert,) = face.console.state["alerts"]
    assert [step["picture"] for step in alert["pictures"]] == pictures
    assert graphics(face) == [step["spoken"] for step in alert["pictures"]]
    assert all((FOLDER / f"{picture}.svg").exists() for picture in pictures)
    face.core.publish(other(alerts=(replace(ALERTS[0], cause=cause), ALERTS[1])))
    face.until(lambda: len(face.console.state["alerts"]) == 2)
    assert graphics(face) == [], "two alerts leave no room"


def test_whoever_goes_for_another_model_reads_what_helps(face: Face) -> None:
    changed = replace(ALERTS[0], cause="other_model", title="1号機　プリンターの機種が変わりました")
    face.sign_in(other(alerts=(changed,)))
    type_keys(face, "P")
    assert face.console.state["dialog"] is None
    face.core.publish(other(alerts=(replace(changed, accepted_by="2041"),)))
    face.until(lambda: "次にすること" in shown(face))
    type_keys(face, "P")
    assert face.console.state["dialog"]["title"] == "プリンターの機種が変わったとき"
    assert "hitofuda diag printer --adopt" in shown(face)
    type_keys(face, "\x1b")
    face.until(lambda: face.console.state["dialog"] is None)


def test_the_key_of_the_next_step_stands_on_one_plate(face: Face) -> None:
    face.sign_in(EVERY["both-accepted"])
    jam, model = (line["how"] for line in face.console.state["accepted"])
    assert (jam["id"], jam["key"], model["id"], model["key"]) == ("recover", "P", "model", "")
    type_keys(face, "P")
    assert only_act(face).verb == "recover_printer"


@pytest.mark.parametrize("by_key", [False, True])
def test_only_whoever_goes_for_a_jam_can_bring_the_printer_back(face: Face, by_key: bool) -> None:
    jam = replace(ALERTS[0], cause="cutter_error", title="1号機　カッターが止まっています")
    face.sign_in(other(alerts=(jam,)))
    type_keys(face, "P")
    assert "プリンターを復帰" not in shown(face), "nobody has looked at the jam yet"
    face.core.publish(other(alerts=(replace(jam, accepted_by="2041"),)))
    face.until(lambda: "プリンターを復帰" in shown(face))
    face.press("紙の取り方")
    assert [step["picture"] for step in face.console.state["dialog"]["pictures"]] == ["paper1", "jam2", "jam3"]
    face.press("閉じる")
    face.until(lambda: face.console.state["dialog"] is None)
    type_keys(face, "P") if by_key else face.press("プリンターを復帰")
    assert only_act(face).verb == "recover_printer"
