"""The console while its hub is away: of when the state is, what still works; a press without an answer is never pressed
twice, and what became of it is said."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace as changed
from pathlib import Path
from typing import Any, get_args

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QAccessible
from PySide6.QtQuick import QQuickWindow
from pytestqt.qtbot import QtBot

from kiosk_app.api import Reply, StaffVerb
from tests.tls_hub import doors, paired
from tests.ui.quiet import quiet
from tests.ui.screen_checks import PRESSABLE, control, texts, tree
from tests.ui.small_core import PIN, SmallCore
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import ALERTS, CURRENT, WORKING, other
from tests.ui.staff.test_journeys import type_keys
from tests.ui.staff.test_screens import check
from ui.staff import away
from ui.staff.desk import Aged, Arrived, Desk, Dismissed, Leave, Reached, Send, Settle, Settled, SignedIn, Unanswered
from ui.staff.main import build
from ui.staff.presentation import present, tabs
from ui.staff.step import step
from ui.staff.wording import ACT_NAMES

AT_WORK = Desk(page="work", token="t", staff_code="2041", counter=3, elsewhere=True, view=WORKING)


def controls(part: Any) -> Iterator[dict[str, Any]]:
    if isinstance(part, dict):
        if "id" in part and "state" in part:
            yield part
        for value in part.values():
            yield from controls(value)
    elif isinstance(part, list):
        for value in part:
            yield from controls(value)


# --- the step, without a window ------------------------------------------------------------------------------


def test_every_press_has_a_name() -> None:
    assert set(ACT_NAMES) == set(get_args(StaffVerb))


def test_the_state_says_its_age_and_what_still_works() -> None:
    desk, _ = step(AT_WORK, Reached(False, "away"))
    assert present(desk)["stale"] == "ハブにつながりません。10:43の状態です。つなぎ直しています。"
    desk, _ = step(desk, Aged(3))
    said = present(desk)["away"]
    assert said["title"] == "ハブにつながりません。10:43の状態です（3分前）。つなぎ直しています。"
    assert "番号札は各発券機で出ます" in said["lines"][0]
    assert "声でお呼びし、番号を控えて" in said["lines"][0]
    assert "A-901" in said["lines"][1]
    desk, _ = step(desk, Arrived(WORKING))
    assert present(desk) == present(AT_WORK)


def test_three_troubles_are_three_sentences_with_a_next_step() -> None:
    def told(trouble: str) -> str:
        said = present(step(AT_WORK, Reached(False, trouble))[0])["away"]
        return str(said["title"] + said["lines"][0])

    said = {trouble: told(trouble) for trouble in ("away", "certificate", "older")}
    assert "つなぎ直しています" in said["away"] and "技術員" not in said["away"]
    assert "証明書" in said["certificate"] and "技術員を呼んで" in said["certificate"]
    assert "前のハブ" in said["older"] and "技術員を呼んで" in said["older"]


def test_a_console_that_was_taken_out_of_the_office_shows_nothing_of_it_any_more() -> None:
    desk, commands = step(AT_WORK, Reached(False, "token"))
    assert commands == (Leave(),)
    assert (desk.view, desk.token, desk.page) == (None, "", "sign_in")
    assert "もう一度登録" in present(desk)["message"]


@pytest.mark.parametrize("dialog", ["", "cancel", "number", "row:tA-107", "break"])
def test_nothing_that_is_sent_can_be_pressed_and_each_says_why(dialog: str) -> None:
    from ui.staff.desk import Pressed

    desk, _ = step(AT_WORK, Pressed(dialog)) if dialog else (AT_WORK, ())
    desk, _ = step(desk, Reached(False, "away"))
    page = present(desk)
    off = [c for c in controls(page) if c["state"] == "off"]
    assert all(c["why"] == away.WHY_OFF for c in off)
    assert {"next", "recall", "complete", "hold", "no_show", "transfer", "cancel", "undo", "marks"} <= {
        c["id"] for c in off
    }
    for one in controls(page):
        after, commands = step(desk, Pressed(one["id"]))
        sent = [c for c in commands if isinstance(c, Send)]
        assert sent == [] or (one["label"] == "サインアウトする" and after.page == "sign_in")
        assert one["state"] == "open" or after == desk
    back, _ = step(desk, Arrived(WORKING))
    open_again = {c["id"] for c in controls(present(back)) if c["state"] == "open"}
    assert {"next", "recall", "complete", "undo"} <= open_again


def test_no_tab_of_anybody_lets_a_press_out_while_the_hub_is_away() -> None:
    """Also what others add: whoever offers a control that sends, hands it the desk's busy control or HELD."""
    from kiosk_app.api import Role
    from tests.ui.staff.office_day import EVERY
    from ui.staff.desk import Pressed

    for role in get_args(Role):
        for view in EVERY.values():
            held, _ = step(changed(AT_WORK, role=role, view=replace(view, role=role)), Reached(False, "away"))
            for tab in tabs(held):
                desk = changed(held, tab=tab)
                for one in controls(present(desk)):
                    after, commands = step(desk, Pressed(one["id"]))
                    assert not [c for c in commands if isinstance(c, Send)], one
                    assert after.busy == "", one


def test_a_lost_answer_is_asked_for_once_there_is_somebody_to_ask_and_never_pressed_again() -> None:
    desk, commands = step(changed(AT_WORK, busy="next", reachable=False), Unanswered("i", "call_next"))
    assert commands == ()
    assert "「次を呼ぶ」が届いたか、まだ分かりません" in present(desk)["away"]["lines"][0]
    desk, commands = step(desk, Reached(True))
    assert commands == ()
    assert away.held(desk), "what stands there is still old"
    desk, commands = step(desk, Arrived(WORKING))
    assert commands == (Settle("i"),)
    desk, commands = step(desk, Arrived(WORKING))
    assert commands == (), "one question is enough"
    desk, _ = step(desk, Reached(False, "away"))
    desk, commands = step(desk, Settled("i", None))
    assert commands == ()
    desk, commands = step(desk, Arrived(WORKING))
    assert commands == (Settle("i"),)
    assert "確かめています" in present(desk)["stale"]
    done, _ = step(desk, Settled("i", True, True, "A-106を呼びました。"))
    assert (done.said, done.message, done.lost) == ("「次を呼ぶ」は届いていました。A-106を呼びました。", "", None)
    refused, _ = step(desk, Settled("i", True, False, "お待ちの方はいません。"))
    assert refused.message == "「次を呼ぶ」は届いていました。お待ちの方はいません。"
    never, _ = step(desk, Settled("i", False))
    assert never.message == "「次を呼ぶ」は届いていませんでした。必要なら、もう一度押してください。"
    assert not away.held(done) and not away.held(never)


def test_a_sign_in_that_was_lost_with_the_hub_does_not_lose_the_question() -> None:
    desk, _ = step(changed(AT_WORK, busy="next", reachable=False), Unanswered("i", "call_next"))
    desk, _ = step(desk, Dismissed())
    for code, asks in (("2041", [Settle("i")]), ("2042", [])):
        from kiosk_app.api import SignedInReply

        signed_in, _ = step(desk, SignedIn(SignedInReply(ok=True, token="n", staff_code=code)))
        _, commands = step(signed_in, Arrived(WORKING))
        assert [c for c in commands if isinstance(c, Settle)] == asks


# --- the face, over TLS --------------------------------------------------------------------------------------


class Office:
    """Two machines that may be the hub, and one console that is paired with both."""

    def __init__(self, folder: Path) -> None:
        self.doors = doors(folder / "tls", 2)
        self.first, self.second = (SmallCore(folder / f"none{n}", door) for n, door in enumerate(self.doors))
        self.core = paired(folder / "device", self.doors)
        self.doors[1].is_hub = False


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    made = Office(tmp_path)
    made.first.start()
    made.second.start()
    yield made
    for hub in (made.first, made.second):
        hub.stop()


@pytest.fixture
def far(office: Office, qtbot: QtBot) -> Iterator[Face]:
    """A console on another computer than its hub's."""
    with quiet() as said:
        QAccessible.setActive(True)
        engine, console = build(office.core)
        assert engine.rootObjects(), said
        window = engine.rootObjects()[0]
        assert isinstance(window, QQuickWindow)
        yield Face(office.first, window, console, qtbot)
        console.close()
        window.close()
        engine.deleteLater()
        qtbot.wait(1)


def until(face: Face, true: Any) -> None:
    face.bot.waitUntil(true, timeout=30_000)


def spoken(face: Face, name: str) -> tuple[bool, str]:
    """Whether a control can be pressed, and what a screen reader says beside its name."""
    node = control(face.window, name)
    return not node.state().disabled, node.text(QAccessible.Text.Description)


def shown(face: Face) -> str:
    return "\n".join(str(t.property("text")) for t in texts(face.window))


@pytest.mark.slow
@pytest.mark.parametrize("arrives", [False, True])
def test_the_hub_goes_away_while_a_call_is_pressed_and_comes_back(office: Office, far: Face, arrives: bool) -> None:
    hub = office.first
    far.sign_in(WORKING)
    hub.reply = Reply(ok=True, message="A-106を呼びました。")
    if arrives:
        hub.answers_to_lose = 100
    else:
        hub.acts_to_miss = 100
    far.press("次を呼ぶ")
    until(far, lambda: far.console.state["acts"]["next"]["state"] == "busy")
    if arrives:
        until(far, lambda: bool(hub.acts))
    hub.stop()
    until(far, lambda: far.console.state["stale"].startswith("ハブにつながりません。10:43の状態です"))
    until(far, lambda: "もう一度押さないでください" in shown(far))
    assert spoken(far, "次を呼ぶ") == (False, "ハブにつながるまで使えません")
    type_keys(far, "1123")
    check(far, f"away-lost-{arrives}")
    before = len(hub.acts)
    hub.answers_to_lose = hub.acts_to_miss = 0
    hub.start()
    until(far, lambda: far.console.state["stale"] == "")
    assert len(hub.acts) == before, "nothing was pressed again"
    assert len({act.intent for act in hub.acts}) == (1 if arrives else 0)
    if arrives:
        assert far.console.state["said"] == "「次を呼ぶ」は届いていました。A-106を呼びました。"
    else:
        assert far.console.state["message"].startswith("「次を呼ぶ」は届いていませんでした。")
    assert len(set(hub.settles)) == 1
    assert spoken(far, "次を呼ぶ") == (True, "キー 1")
    far.press("次を呼ぶ")
    until(far, lambda: len(hub.acts) == before + 1)


@pytest.mark.slow
def test_another_machine_becomes_the_hub_and_the_old_one_comes_back(office: Office, far: Face) -> None:
    (old_door, new_door), old, new = office.doors, office.first, office.second
    far.sign_in(WORKING)
    old.stop()
    new_door.is_hub, new_door.epoch = True, 2
    new.publish(other(time="10:52", current=replace(CURRENT, number="A-109")))
    until(far, lambda: far.console.state["head"]["time"] == "10:52")
    assert far.console.state["stale"] == ""
    far.press("完了")
    until(far, lambda: [act.verb for act in new.acts] == ["complete"])
    old.view = other(time="10:43")
    old.start()
    new.stop()
    until(far, lambda: far.console.state["stale"] != "")
    asked = len(old_door.seen)
    until(far, lambda: len(old_door.seen) > asked + 2)
    assert far.console.state["stale"].startswith("ハブにつながりません。10:52の状態です"), "never what the old hub says"
    assert "10:43" not in shown(far)
    assert old.acts == []
    new.start()
    until(far, lambda: far.console.state["stale"] == "")


@pytest.mark.slow
@pytest.mark.parametrize("trouble", ["token", "certificate", "away"])
def test_who_cannot_sign_in_reads_why(office: Office, far: Face, trouble: str, tmp_path: Path) -> None:
    if trouble == "token":
        for door in office.doors:
            door.is_hub = True
            door.tokens.clear()
    elif trouble == "certificate":
        folder = Path(office.core.removeprefix("device:"))
        stranger = doors(tmp_path / "other")[0]
        (folder / "ca.pem").write_bytes((stranger.folder / "ca.pem").read_bytes())
        far.console.session()._wire._link._hubs.renew()
    else:
        office.first.stop()
    far.console.signIn("2041", PIN)
    until(far, lambda: far.console.state["message"] != "")
    if trouble != "away":
        # The other address was not asked yet.
        far.console.signIn("2041", PIN)
    words = {"token": "もう一度登録してください", "certificate": "証明書", "away": "しばらくしてから"}
    until(far, lambda: words[trouble] in far.console.state["message"])
    check(far, f"away-sign-in-{trouble}")


@pytest.mark.slow
def test_a_revoked_console_is_empty_at_once(office: Office, far: Face) -> None:
    far.sign_in(WORKING)
    for door in office.doors:
        door.is_hub = True
        door.tokens.clear()
    office.first.stop()
    office.first.start()
    until(far, lambda: far.console.state["page"] == "sign_in")
    assert "もう一度登録してください" in far.console.state["message"]
    assert "A-105" not in shown(far)
    assert not any("次を呼ぶ" in n.text(QAccessible.Text.Name) for n in tree(far.window) if n.role() in PRESSABLE)


# --- how it looks --------------------------------------------------------------------------------------------


LOOKS = [(name, 800) for name in ("desk", "training", "guide", "today", "leader", "dialog", "certificate")]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "high"), [*LOOKS, ("desk", 720), ("training", 720), ("leader", 720)])
def test_how_it_looks(face: Face, name: str, high: int) -> None:
    from tests.ui.staff.office_day import LEADER

    role = {"guide": "guide", "leader": "leader"}.get(name, "clerk")
    view = other(training=name == "training", role=role, leader=LEADER if name == "leader" else None, alerts=ALERTS)
    if name == "guide":
        view = replace(view, counter=None, current=None)
    face.sign_in(view, role)  # type: ignore[arg-type]
    face.window.resize(1280, high)
    session = face.console.session()
    if name in ("today", "leader"):
        face.console.press(f"tab:{name}")
    if name == "dialog":
        face.console.press("cancel")
    session.desk = changed(session.desk, elsewhere=True)
    session.go(Reached(False, "certificate" if name == "certificate" else "away"))
    session.go(Aged(3))
    check(face, f"away-{name}-{high}")
