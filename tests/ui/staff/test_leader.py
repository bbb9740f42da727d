"""The leader's page by keyboard: what is sent is what was chosen and shown, and a leader needs no counter."""

from __future__ import annotations

import pytest

from kiosk_app.api import StaffAct
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import LEADER, WAITING, WORKING, other
from tests.ui.staff.test_journeys import only_act, type_keys
from ui.staff.desk import Arrived, Desk, Pressed, Send
from ui.staff.step import step

LEADS = other(role="leader", leader=LEADER)
HOUSE = tuple(row.ticket for row in WAITING)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ("1" + "1" + "2" + "4", {"verb": "suspend", "reason": "台風・大雨", "minutes": 0}),
        ("1" + "2" + "1" + "1" + "1", {"verb": "suspend", "reason": "システムの障害", "minutes": 30, "groups": ("A",)}),
        ("1" + "3" + "2" + "3" + "2", {"verb": "suspend", "reason": "電車の計画運休", "minutes": 60, "service": "h-0"}),
        ("2" + "2" + "3", {"verb": "post_notice", "reason": "駐車場が満車です", "minutes": 120}),
        ("3" + "1" + "2" + "1", {"verb": "cancel_many", "reason": "台風・大雨", "tickets": HOUSE}),
        ("0", {"verb": "restore_many"}),
    ],
)
def test_keys_send_what_was_chosen(face: Face, keys: str, expected: dict[str, object]) -> None:
    face.sign_in(LEADS, "leader")
    face.console.press("tab:leader")
    face.bot.wait(20)
    type_keys(face, keys)
    act = only_act(face)
    assert act == StaffAct(intent=act.intent, counter=3, **expected)  # type: ignore[arg-type]


def test_what_is_closed_is_opened_and_what_is_posted_is_taken_down_through_the_accessibility_tree(face: Face) -> None:
    face.sign_in(LEADS, "leader")
    face.console.press("tab:leader")
    face.bot.wait(20)
    face.press("引っ越し・戸籍システムの障害のため、休止しています。を解除")
    assert (only_act(face).verb, face.core.acts[0].suspension) == ("end_suspension", "s1")
    face.core.acts.clear()
    face.press("ただいま大変混み合っています。お待たせして申し訳ありません。を下げる")
    assert (only_act(face).verb, face.core.acts[0].notice) == ("withdraw_notice", "n1")


def test_whoever_comes_while_the_preview_is_open_is_not_cancelled() -> None:
    desk = Desk(page="work", tab="leader", token="t", role="leader", view=LEADS)
    for control in ("cancel_many", "choose:0", "choose:0"):
        desk, _ = step(desk, Pressed(control))
    more = other(role="leader", leader=LEADER, waiting=(*WAITING, *other().waiting[:1]))
    desk, _ = step(desk, Arrived(more))
    desk, commands = step(desk, Pressed("choose:0"))
    (sent,) = commands
    assert isinstance(sent, Send)
    assert sent.act.tickets == HOUSE


def test_whoever_is_missed_is_not_among_them() -> None:
    desk = Desk(page="work", tab="leader", token="t", role="leader", view=LEADS)
    missed = WAITING[0].__class__(
        **{f: getattr(WAITING[0], f) for f in WAITING[0].__struct_fields__} | {"kind": "missed"}
    )
    desk, _ = step(desk, Arrived(other(role="leader", leader=LEADER, waiting=(missed, *WAITING[1:]))))
    for control in ("cancel_many", "choose:0", "choose:0"):
        desk, _ = step(desk, Pressed(control))
    assert desk.dialog.tickets == HOUSE[1:]


def test_a_leader_needs_no_counter_and_comes_back_to_choose_one(face: Face) -> None:
    face.sign_in(other(role="leader", leader=LEADER, counter=None, current=None, alerts=()), "leader")
    assert face.console.state["page"] == "counter"
    type_keys(face, "L")
    assert (face.console.state["page"], face.console.state["tab"]) == ("work", "leader")
    assert [tab["id"] for tab in face.console.state["tabs"]] == [
        "tab:guide",
        "tab:leader",
        "tab:slots",
        "tab:today",
        "tab:figures",
        "tab:actions",
    ]
    type_keys(face, "B1")
    assert face.console.state["page"] == "counter"


def test_what_is_shown_of_the_history_is_printed(face: Face) -> None:
    face.sign_in(other())
    face.console.press("tab:actions")
    face.console.find("A-105")
    face.bot.wait(20)
    type_keys(face, "\x05")
    act = only_act(face)
    assert (act.verb, act.day, act.number) == ("print_history", "2026-04-06", "A-105")


@pytest.mark.parametrize("role", ["clerk", "guide", "technician"])
def test_nobody_else_gets_there(role: str) -> None:
    desk = Desk(page="work", token="t", role=role, view=other(role=role))  # type: ignore[arg-type]
    for control in ("suspend", "post_notice", "cancel_many", "roam", *([] if role == "clerk" else ["print_history"])):
        moved, commands = step(desk, Pressed(control))
        assert (moved.dialog.kind, moved.page, moved.roaming, commands) == ("", "work", False, ())


def test_a_desk_without_a_leaders_part_has_nothing_to_choose() -> None:
    assert WORKING.leader is None
