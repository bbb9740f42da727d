"""The hub on the console: a leader changes it, and staff look after whom an earlier one had called."""

from __future__ import annotations

from kiosk_app.api import HubMachineRow, HubPart, StaffAct, VoidedRow
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import LEADER, other

HUB = HubPart(
    code="m1",
    epoch=2,
    machines=(
        HubMachineRow(code="m2", candidate=True, heard="10:42", connected=True),
        HubMachineRow(code="m3", heard="10:42", connected=True),
        HubMachineRow(code="m4", candidate=True, heard="10:31"),
    ),
)
VOIDED = tuple(
    VoidedRow(id=f"m1 {n}", number=f"A-{n}", counter="3番", time="10:12", ended="完了" if n % 2 else "")
    for n in (104, 105, 106, 107)
)
LEADS = other(role="leader", leader=LEADER, hub=HUB, alerts=())


def test_a_leader_changes_the_hub_after_a_confirmation_and_only_to_a_machine_that_answers(face: Face) -> None:
    face.sign_in(LEADS, "leader")
    face.console.press("tab:leader")
    face.bot.wait(20)
    face.console.press("hub:m9")
    assert face.console.state["dialog"]["title"] != ""
    face.console.press("close")
    face.press("ハブをm2に切り替える")
    face.bot.wait(20)
    assert "ハブをm2に切り替えます" in face.console.state["dialog"]["title"]
    assert face.core.acts == []
    face.press("切り替える")
    face.until(lambda: bool(face.core.acts))
    (act,) = face.core.acts
    assert act == StaffAct(intent=act.intent, verb="hand_over_hub", machine="m2", counter=3)
    lines = face.console.state["leader"]["hub"]
    assert [line["end"].get("id", "") for line in lines] == ["", "hub:m2", "hub:m4"]
    assert lines[2]["end"]["state"] == "off"


def test_numbers_that_an_earlier_hub_called_are_shown_until_staff_have_looked(face: Face) -> None:
    face.sign_in(other(alerts=(), voided=VOIDED))
    face.bot.wait(20)
    (line,) = face.console.state["alerts"]
    assert line["note"] == "A-104 3番 10:12　A-105 3番 10:12 完了　A-106 3番 10:12　ほか1人"
    face.press("前のハブが呼んだ番号を確かめた")
    face.until(lambda: bool(face.core.acts))
    (act,) = face.core.acts
    assert (act.verb, act.tickets) == ("accept_voided", tuple(row.id for row in VOIDED[:3])), "the fourth follows"


def test_bells_come_before_the_list() -> None:
    from ui.staff import alerts
    from ui.staff.desk import Desk

    desk = Desk(page="work", role="clerk", view=other(voided=VOIDED))
    assert [line["accept"]["id"] for line in alerts.ringing(desk)] == ["accept:a1", "accept:a2"]
