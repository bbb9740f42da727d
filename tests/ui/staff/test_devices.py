"""The technician's page: what is confirmed is what was compared, and nothing is pressed by a slip."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from kiosk_app.api import CentralPart, DeviceRow, StaffAct, TechnicianPart
from tests.ui.staff.conftest import Face
from tests.ui.staff.office_day import TECHNICIAN, other
from tests.ui.staff.test_journeys import only_act, type_keys
from tests.ui.staff.test_screens import check
from ui.staff.desk import Arrived, Desk, Pressed, Send
from ui.staff.devices import page
from ui.staff.step import step

SECOND = replace(TECHNICIAN.pairings[0], id="p2", code="170522", name="知らない端末の長い名前の窓口です", zone="1F")
TWO = replace(TECHNICIAN, pairings=(TECHNICIAN.pairings[0], SECOND))


def seen(part: TechnicianPart, **changes: object) -> dict[str, object]:
    return {"role": "technician", "technician": part, "counter": None, "current": None, "alerts": ()} | changes


def shown(face: Face, part: TechnicianPart) -> None:
    face.sign_in(other(**seen(part)), "technician")
    face.bot.wait(20)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [("11", {"verb": "confirm_pairing", "pairing": "p1"}), ("2", {"verb": "refuse_pairing", "pairing": "p1"})],
)
def test_keys_send_what_was_compared(face: Face, keys: str, expected: dict[str, object]) -> None:
    shown(face, TECHNICIAN)
    assert face.console.state["devices"]["waiting"][0]["code"] == "482 913"
    type_keys(face, keys)
    act = only_act(face)
    assert act == StaffAct(intent=act.intent, **expected)  # type: ignore[arg-type]


def test_a_device_is_revoked_through_the_accessibility_tree_with_a_reason(face: Face) -> None:
    shown(face, TECHNICIAN)
    face.press("4番窓口（窓口端末）の登録を取り消す")
    type_keys(face, "3")
    act = only_act(face)
    assert (act.verb, act.device, act.reason) == ("revoke_device", "c4", "紛失・盗難")


def test_with_two_that_wait_no_key_means_one_of_them() -> None:
    desk = Desk(page="work", tab="devices", token="t", role="technician", view=other(**seen(TWO)))
    from ui.staff.shortcuts import control_for

    assert control_for(desk, "1") == control_for(desk, "2") == ""


def test_what_comes_while_the_question_is_open_is_not_confirmed() -> None:
    desk = Desk(page="work", tab="devices", token="t", role="technician", view=other(**seen(TECHNICIAN)))
    desk, _ = step(desk, Pressed("pair:p1"))
    assert desk.dialog.number == "482 913　6番窓口（窓口端末）"
    desk, _ = step(desk, Arrived(other(**seen(replace(TECHNICIAN, pairings=(SECOND,))))))
    _, commands = step(desk, Pressed("choose:0"))
    (sent,) = commands
    assert isinstance(sent, Send)
    assert sent.act.pairing == "p1"


@pytest.mark.parametrize("press", ["pair:none", "revoke:none", "revoke:x1", "sell_again:m3", "choose:0"])
def test_what_is_not_there_cannot_be_pressed(press: str) -> None:
    desk = Desk(page="work", tab="devices", token="t", role="technician", view=other(**seen(TECHNICIAN)))
    moved, commands = step(desk, Pressed(press))
    assert (moved.dialog.kind, commands) == ("", ())


MANY = replace(
    TECHNICIAN,
    pairings=(*TWO.pairings, replace(SECOND, id="p3", code="000007")),
    devices=tuple(replace(TECHNICIAN.devices[0], id=f"c{n}", name=f"{n}番窓口") for n in range(60)),
)


SILENT = CentralPart(
    linked=False,
    pending=12_345,
    since="4月3日 17:10",
    heard="4月3日 17:10",
    trouble="中央サーバーにつながりません。ネットワークを確かめてください。",
    catalogue="中央サーバーから新しい設定ファイルが届きました。次の開庁日から使います。",
)


@pytest.mark.parametrize(
    ("part", "lines"),
    [
        (CentralPart(linked=True, pending=0), ["つながっています。", "記録はすべて送ってあります。"]),
        (CentralPart(linked=True, pending=7), ["つながっています。", "まだ送っていない記録: 7件"]),
        (
            replace(SILENT, catalogue=""),
            ["4月3日 17:10からつながっていません。", "まだ送っていない記録: 12,345件", SILENT.trouble],
        ),
        (
            CentralPart(linked=False, pending=-1),
            ["つながっていません。", "送っていない記録の数は、つながると分かります。"],
        ),
    ],
)
def test_how_the_office_stands_with_central(part: CentralPart, lines: list[str]) -> None:
    desk = Desk(view=other(**seen(replace(TECHNICIAN, central=part))))
    assert page(desk)["central"] == lines
    assert page(Desk(view=other(**seen(TECHNICIAN))))["central"] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "part", "presses"),
    [
        ("one", TECHNICIAN, []),
        ("none", replace(TECHNICIAN, pairings=()), []),
        (
            "off",
            TechnicianPart(pairing_off="このハブには証明書がありません。\nhitofuda hub-certificate で作ってください。"),
            [],
        ),
        ("many", MANY, []),
        ("central", replace(TECHNICIAN, pairings=(), central=SILENT), []),
        ("central-many", replace(MANY, central=SILENT), []),
        ("pair", TECHNICIAN, ["pair:p1"]),
        ("revoke", TECHNICIAN, ["revoke:d1"]),
    ],
)
def test_the_page_is_drawn_whole(face: Face, name: str, part: TechnicianPart, presses: list[str]) -> None:
    shown(face, part)
    for press in presses:
        face.console.press(press)
    check(face, f"devices-{name}")


STOPPED = DeviceRow(id="m3", use="ticket_machine", name="3号機", heard="10:42")


def test_a_kiosk_that_stopped_stands_above_all_and_goes_on_after_a_question(face: Face) -> None:
    shown(face, replace(TECHNICIAN, stopped=(STOPPED,)))
    first, *others = face.console.state["devices"]["rows"]
    assert first["cells"] == ["3号機", "証明書", "", "停止 10:42から"]
    assert others == page(Desk(view=other(**seen(TECHNICIAN))))["rows"]
    face.press("3号機の証明書の交付を再開する")
    assert "出ている紙を回収しましたか" in str(face.console.state["dialog"])
    type_keys(face, "1")
    act = only_act(face)
    assert (act.verb, act.machine) == ("resume_certificates", "m3")
