"""Every state of the console, drawn: nothing cut off, nothing unnamed, nothing faint, no word of warning from QML."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from kiosk_app.api import CounterView, OverDay, Role
from kiosk_app.office.leader_rules import NOTICES_MAX, SUSPENSIONS_MAX
from tests.ui.screen_checks import cut_off, faint, texts, unnamed
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import CLOSED, EVERY, LEADER, LONG_LIST, MANY, WORKING, other

PICTURES = os.environ.get("HITOFUDA_PICTURES", "")


def check(face: Face, name: str) -> None:
    face.bot.wait(30)
    picture = face.window.grabWindow()
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        picture.save(f"{PICTURES}/{name}.png")
    assert cut_off(face.window) == []
    assert unnamed(face.window) == []
    assert faint(face.window, picture) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_the_desk(face: Face, name: str) -> None:
    face.sign_in(EVERY[name])
    face.until(lambda: face.console.state["page"] == "work")
    check(face, f"desk-{name}")


@pytest.mark.parametrize("tab", ["today", "actions", "guide"])
def test_the_other_tabs(face: Face, tab: str) -> None:
    face.sign_in(other(role="leader"), "leader")
    face.console.press(f"tab:{tab}")
    check(face, f"tab-{tab}")


@pytest.mark.slow
@pytest.mark.parametrize("steps", [0, 1, 40, 97])
def test_the_curve_of_any_day(face: Face, steps: int) -> None:
    curve = OverDay(start="8:15", waiting=tuple(120 - abs(60 - n) for n in range(steps)))
    face.sign_in(other(over_day=curve))
    face.console.press("tab:today")
    check(face, f"tab-today-{steps}")
    # The curve leaves the table its room.
    assert "住民票の写し" in [text.property("text") for text in texts(face.window)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "presses"),
    [
        ("cancel", ["cancel"]),
        ("transfer-group", ["transfer"]),
        ("transfer-service", ["transfer", "choose:1"]),
        ("transfer-counter", ["transfer", "choose:6"]),
        ("marks", ["marks"]),
        ("number", ["number"]),
        ("number-ready", ["number", "number_ready"]),
        ("break", ["break"]),
        ("why", ["why"]),
        ("keys", ["keys"]),
        ("paper", ["paper"]),
        ("jam", ["jam"]),
        ("model", ["model"]),
        ("row", ["row:tA-107"]),
        ("row-held", ["row:tA-098"]),
        ("priority", ["row:tA-107", "choose:1"]),
        ("pad-group", ["pad"]),
        ("pad-service", ["pad", "choose:0"]),
        ("pad-number", ["pad", "choose:0", "choose:0"]),
    ],
)
def test_the_dialogs(face: Face, name: str, presses: list[str]) -> None:
    face.sign_in(WORKING)
    for press in presses:
        face.console.press(press)
    assert face.console.state["dialog"] is not None
    check(face, f"dialog-{name}")


QUIET = replace(LEADER, closed=(), notices=(), bulk="")
FULL = replace(
    LEADER,
    closed=tuple(replace(CLOSED, id=f"s{n}", what="引っ越しの届（転入・転居・転出）") for n in range(SUSPENSIONS_MAX)),
    notices=tuple(replace(LEADER.notices[0], id=f"n{n}") for n in range(NOTICES_MAX)),
)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "changes", "presses"),
    [
        ("page", {}, []),
        ("quiet", {"leader": QUIET, "waiting": (), "alerts": ()}, []),
        ("full", {"leader": FULL, "counters": MANY, "training": True}, []),
        ("suspend", {}, ["suspend"]),
        ("suspend-service", {}, ["suspend", "choose:2"]),
        ("suspend-reason", {}, ["suspend", "choose:0"]),
        ("until", {}, ["suspend", "choose:2", "choose:0", "choose:1"]),
        ("notice", {}, ["post_notice"]),
        ("many", {}, ["cancel_many"]),
        ("many-confirm", {"waiting": LONG_LIST}, ["cancel_many", "choose:0", "choose:1"]),
    ],
)
def test_the_leaders_page(face: Face, name: str, changes: dict[str, Any], presses: list[str]) -> None:
    face.sign_in(other(**({"role": "leader", "leader": LEADER} | changes)), "leader")
    for press in ("tab:leader", *presses):
        face.console.press(press)
    check(face, f"leader-{name}")


def test_a_leader_who_serves_every_group(face: Face) -> None:
    """The most that stands at the top: every letter and every tab."""
    face.sign_in(other(role="leader", leader=LEADER, counters=MANY, counter=MANY[11]), "leader")
    face.console.press("tab:leader")
    check(face, "leader-every-group")


def test_a_leader_without_a_counter(face: Face) -> None:
    face.sign_in(other(role="leader", leader=LEADER, counter=None, current=None), "leader")
    check(face, "counter-leader")
    face.console.press("roam")
    check(face, "leader-roaming")


def test_a_house_of_many_counters_to_transfer_to(face: Face) -> None:
    many = tuple(CounterView(number=n, floor="1階", groups=tuple("AHMRWY"), state="open") for n in range(1, 23))
    face.sign_in(other(counters=many, counter=many[2]))
    face.console.press("transfer")
    face.console.press("choose:6")
    assert len(face.console.state["dialog"]["options"]) == 21
    check(face, "dialog-transfer-counters")


def test_signing_in_and_choosing_a_counter(face: Face) -> None:
    check(face, "sign-in")
    face.console.press("training")
    face.console.signIn("", "")
    check(face, "sign-in-training-wrong")
    face.console.press("training")
    face.sign_in(other(counter=None, current=None, alerts=()))
    assert face.console.state["page"] == "counter"
    check(face, "counter")
    face.console.press("counter:4")
    check(face, "counter-chosen")


@pytest.mark.slow
@pytest.mark.parametrize("size", [(1920, 1080), (1280, 720)])
@pytest.mark.parametrize("name", ["working", "jam", "jam-accepted", "other-models", "interrupted-marked"])
def test_other_window_sizes(face: Face, size: tuple[int, int], name: str) -> None:
    face.sign_in(EVERY[name])
    face.window.resize(*size)
    check(face, f"desk-{name}-{size[0]}")


def test_a_guide(face: Face) -> None:
    role: Role = "guide"
    face.sign_in(other(role=role, counter=None, current=None), role)
    assert face.console.state["page"] == "work"
    face.console.press("guide_service:a-1")
    face.core.reply = face.core.reply.__class__(ok=True, message="A-113を発券しました。")
    face.console.press("issue")
    face.until(lambda: face.console.state["said"] != "")
    check(face, "guide")


@pytest.mark.slow
def test_a_refusal_and_a_lost_core(face: Face) -> None:
    face.sign_in(WORKING)
    face.core.reply = face.core.reply.__class__(ok=False, message="A-106は4番窓口で呼ばれました。")
    face.console.press("next")
    face.until(lambda: face.console.state["message"] != "")
    check(face, "refused")
    face.core.stop()
    face.until(lambda: face.console.state["stale"] != "")
    check(face, "lost")
    face.core.start()
    face.until(lambda: face.console.state["stale"] == "")
