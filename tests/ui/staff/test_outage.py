"""What staff do when something is away: a number typed, pad numbers registered, the question after a power cut."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kiosk_app.api import Reply, StaffAct
from tests.ui.screen_checks import texts
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import CURRENT, EVERY, OUTAGE, WORKING, other
from tests.ui.staff.test_journeys import only_act, type_keys
from tests.ui.staff.test_screens import check
from ui.staff.desk import Desk, Dialog
from ui.staff.pad import submitted

pytestmark = pytest.mark.slow

UNHEARD = Reply(ok=False, message="A-722の番号札はまだ届いていません。", needs="service")


def shown(face: Face) -> str:
    return "\n".join(str(text.property("text")) for text in texts(face.window))


def acts(face: Face, count: int) -> list[StaffAct]:
    face.until(lambda: len(face.core.acts) == count and not face.console.session().desk.busy)
    return face.core.acts


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("T11901-915\r11", {"number": "A-901", "count": 15, "service": "a-0", "minutes": 0}),
        ("T11A901\r33", {"number": "A-901", "service": "a-0", "minutes": 30, "language": "en"}),
        ("B412901\r21", {"number": "A-901", "service": "a-1", "minutes": 10}),
    ],
)
def test_a_row_of_the_pad_is_registered_by_keys(face: Face, keys: str, expected: dict[str, object]) -> None:
    face.sign_in(WORKING)
    type_keys(face, keys)
    act = only_act(face)
    assert act == StaffAct(intent=act.intent, verb="register_pad", counter=3, **expected)  # type: ignore[arg-type]


def test_over_an_outage_in_one_step_through_the_accessibility_tree(face: Face) -> None:
    face.sign_in(other(role="guide", counter=None, current=None, outage=OUTAGE), "guide")
    face.press("H　引っ越し")
    face.press("戸籍の届")
    face.press("Tiếng Việt")
    face.press("手書き番号札を登録")
    face.bot.wait(30)
    type_keys(face, "901-903\r")
    face.until(lambda: "H-901〜H-903をいつ配りましたか。" in shown(face))
    check(face, "pad-when")
    face.press("止まっていた間に配った（10:00〜10:20）")
    act = only_act(face)
    assert (act.verb, act.number, act.count, act.service) == ("register_pad", "H-901", 3, "h-1")
    assert (act.outage, act.minutes, act.counter, act.language) == (True, None, None, "vi")


def test_each_step_of_the_pad_at_a_counter(face: Face) -> None:
    face.sign_in(WORKING)
    type_keys(face, "T11901-915\r1")
    face.until(lambda: "A-901〜A-915の方の言語をお選びください。" in shown(face))
    check(face, "pad-language")
    type_keys(face, "\x1b")
    assert face.core.acts == []


@pytest.mark.parametrize("typed", ["", "abc", "H-901", "915-901", "901-1100", "901-", "901 915"])
def test_what_is_no_row_of_the_pad_is_asked_again(typed: str) -> None:
    desk = Desk(dialog=Dialog("number", "register_pad", letter="A", service="a-0"), typed=typed)
    assert submitted(desk).dialog.kind == "number" and submitted(desk).message.endswith("。")


@pytest.mark.parametrize("typed", ["901-915", "a901〜a915", "Ａ－９０１ー９１５", "901 - 915", "A-901-A-915"])
def test_a_row_reads_the_same_however_it_is_typed(typed: str) -> None:
    asked = submitted(Desk(dialog=Dialog("number", "register_pad", letter="A"), typed=typed)).dialog
    assert (asked.kind, asked.first, asked.count, asked.number) == ("pad_when", 901, 15, "A-901〜A-915")


def test_a_number_that_has_not_arrived_is_asked_what_for_and_keeps_its_reason(face: Face) -> None:
    face.sign_in(WORKING)
    face.core.reply = UNHEARD
    type_keys(face, "/a722\r3")
    acts(face, 1)
    face.until(lambda: "A-722の番号札はまだ届いていません。\n札の番号を確かめて" in shown(face))
    assert face.console.state["message"] == ""
    check(face, "unheard-service")
    face.core.reply = Reply(ok=True, message="A-722を呼びました。")
    face.press("印鑑登録証明書")
    first, second = acts(face, 2)
    assert (first.verb, first.service, first.reason) == ("call_number", "", "案内係からの依頼")
    assert (second.verb, second.number, second.service, second.reason) == (
        "call_number",
        "A-722",
        "a-1",
        "案内係からの依頼",
    )
    assert second.counter == 3 and second.intent != first.intent


def test_leaving_the_question_what_for_calls_nobody(face: Face) -> None:
    face.sign_in(WORKING)
    face.core.reply = UNHEARD
    type_keys(face, "/a722\r3")
    acts(face, 1)
    face.until(lambda: face.console.state["dialog"] is not None)
    type_keys(face, "\x1b")
    face.until(lambda: face.console.state["dialog"] is None)
    assert len(face.core.acts) == 1


@pytest.mark.parametrize(
    ("answer", "verb"), [("終わった", "complete"), ("まだです", "continue_call"), ("いなくなった", "no_show")]
)
def test_after_a_power_cut_the_counter_answers_with_one_press(face: Face, answer: str, verb: str) -> None:
    face.sign_in(EVERY["interrupted"])
    assert "A-1105の方は終わりましたか。" in shown(face)
    face.press(answer)
    act = only_act(face)
    assert (act.verb, act.ticket) == (verb, "t105")
    face.core.publish(other(current=replace(CURRENT, number="A-1105")))
    face.until(lambda: "終わりましたか" not in shown(face))


def test_by_key_and_nothing_else_is_in_the_way(face: Face) -> None:
    face.sign_in(EVERY["interrupted"])
    keys = face.console.state["acts"]
    assert {keys[key]["state"] for key in ("next", "recall", "complete")} == {"open"}
    type_keys(face, "C")
    assert only_act(face).verb == "continue_call"


def test_the_day_says_how_long_it_stood_still(face: Face) -> None:
    face.sign_in(other(outage=OUTAGE))
    face.console.press("tab:today")
    face.until(lambda: "止まっていた時間" in shown(face))
    check(face, "tab-today-outage")
