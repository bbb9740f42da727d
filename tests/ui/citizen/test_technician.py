"""A technician's screens at the machine: each stands whole, a colour fills the screen, a picture is sent when asked."""

from __future__ import annotations

import itertools

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QColor, QImage

from kiosk_app import cash_unit_words
from kiosk_app.api import CheckGrade, CitizenView
from kiosk_app.journeys import technician_mode as t
from kiosk_app.journeys.technician_mode_view import view as technician_view
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS
from tests.kiosk_app.journeys.test_technician_mode import CHECKS, context
from tests.ui.citizen.conftest import Face
from tests.ui.citizen.office_views import view
from tests.ui.citizen.still import Still
from tests.ui.citizen.whole import whole
from ui.kit.citizen.checks import PAINT


def check(name: str, title: str, grade: CheckGrade = "good", says: str = "正常") -> t.Check:
    wrong = {"cause": "線が外れているか、電源が切れています", "next_step": f"journalctl -b -u hitofuda-{name}.service"}
    return t.Check(check=name, name=title, grade=grade, says=says, **(wrong if grade != "good" else {}))


FULL = (
    *CHECKS,
    check("printer_2", "2台目のプリンター", "bad", "印刷できません"),
    check("documents", "書類プリンター"),
    check("cash_unit", "硬貨・紙幣の機械", "look", "お釣りが足りません"),
    check("code_reader", "コードの読取機"),
    check("memory", "メモリ", says="空き3,906 MiB"),
    check("temperature", "温度", says="48 ℃"),
    check("time_sync", "時刻合わせ"),
    check("clock", "時計", "look", "ずれています"),
    check("disk_space", "ディスクの空き", says="空き50,000 MiB"),
    check("disk_speed", "ディスクの速さ", says="2.0 ms"),
    check("disk_state", "ディスクの状態"),
    check("smart_sda", "ディスク sda"),
    check("log", "記録", says="1,200件、正しくつながっています"),
    check("hub", "ハブ"),
    check("central", "中央サーバー"),
    check("tls_hub", "ハブの証明書", "look", "2026-04-20まで"),
    check("webhooks", "外部への通知"),
    check("backup", "記録の控え"),
    check("version", "プログラムの版", says="1.0.0"),
    check("identity", "機械の身元"),
    check("virtual_reader", "偽の読取機"),
)


def mode(page: t.Page = "list", **rest: object) -> t.TechnicianMode:
    state = t.TechnicianMode(
        session="tech-1", staff_code="9001", began_ms=MONDAY_1012_MS, touched_ms=MONDAY_1012_MS, page=page
    )
    return replace(state, **rest)  # type: ignore[arg-type]


UNITS = (
    "core",
    "face@citizen",
    "screen@citizen",
    "voice",
    "hub",
    "self-test",
    "backup",
    "update",
    "firewall",
    "settle",
)
SERVICES = tuple(
    t.Check(
        check=f"unit_{n}",
        name=f"hitofuda-{unit}.service",
        grade="bad" if unit == "self-test" else "good",
        says="止まっています" if unit == "self-test" else "動いています",
        cause="サービスが失敗しました（watchdog）",
        next_step=f"わけを見てください：journalctl -b -u hitofuda-{unit}.service",
    )
    for n, unit in enumerate(UNITS)
)
TOLD = {
    "documents": (
        ("状態", "キューは書類に使えません"), ("次にすること", "下のとおりに直してください"),
        ("機種", "Brother HL-L5100DN series"), ("出た確認", "できません。紙は人が確かめます"),
        ("注意", "エラーのとき印刷し直します：lpadmin -p certificates -o printer-error-policy=abort-job"),
    ),
    "code_reader": (("状態", "つながっています"), ("読んだコード", "12回（21文字）")),
    "cash_unit": (
        ("状態", "お釣りが足りません"),
        ("次にすること", cash_unit_words.WORDS["no_change"][1]),
    ),
    "printer": (
        ("状態", "印刷できます（用紙が残りわずかです）"), ("設定", "幅512ドット・180dpi"), ("機種", "TM-m30III"),
        ("切れた確認", "できません。紙は人が確かめます"), ("途中の取消", "できません。途中の番号札は不明になります"),
        ("これまで", "切った回数1,830・動いた時間512"), ("登録", "知らない機種なので、番号札を止めています"),
    ),
}  # fmt: skip
GOOD = context(checks=[one for one in CHECKS if one.grade == "good"])
SCREENS: dict[str, CitizenView] = {
    "list": technician_view(mode(), context()),
    "full": technician_view(mode(), context(checks=FULL)),
    "services": technician_view(mode(chosen="unit"), context(checks=FULL)),
    "good": technician_view(mode(chosen="touch"), GOOD),
    "nothing": technician_view(mode(), context(checks=())),
    "printer": technician_view(mode("device", chosen="printer"), context()),
    "other-model": technician_view(mode("device", chosen="printer"), replace(context(), others=frozenset({"printer"}))),
    "ruler": technician_view(mode("ruler", chosen="printer"), context()),
    "ruler-length": technician_view(mode("ruler", chosen="printer", width_dots=512), context()),
    "parts": technician_view(mode(inside="unit"), context(checks=SERVICES)),
    "documents": technician_view(mode("device", chosen="documents"), replace(context(checks=FULL), told=TOLD)),
    "code-reader": technician_view(mode("device", chosen="code_reader"), replace(context(checks=FULL), told=TOLD)),
    "cash-unit": technician_view(mode("device", chosen="cash_unit"), replace(context(checks=FULL), told=TOLD)),
    "asked-printer": technician_view(mode("device", chosen="printer"), replace(context(checks=FULL), told=TOLD)),
    "card": technician_view(mode("device", chosen="card_reader"), context()),
    "touch": technician_view(mode("touch", chosen="touch", cells=(0, 5, 23)), context()),
    "keys": technician_view(mode("keys", chosen="keys", typed=("4", "5", "erase")), context()),
    "judge": technician_view(mode("judge", chosen="screen"), context()),
    "sound": technician_view(mode("sound", chosen="sound", sound="chime", sounds=1), context()),
    "working": technician_view(mode("working", busy="印刷しています"), context()),
    "said": technician_view(mode("said", ok=True, said="紙が出て、切れました。文字と線を見てください。"), context()),
    **{
        f"colour-{name}": technician_view(mode("colour", chosen="screen", colour=n), context())
        for n, name in enumerate(t.COLOURS)
    },
}


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_of_a_technician_stands_whole(still: Still, name: str) -> None:
    assert whole(still, SCREENS[name], f"technician-{name}") == []


@pytest.mark.parametrize("name", PAINT)
def test_a_colour_fills_the_screen_to_its_edges(still: Still, name: str) -> None:
    still.show(SCREENS[f"colour-{name}"])
    picture = still.picture()
    right, bottom = picture.width() - 1, picture.height() - 1
    corners = ((0, 0), (right, 0), (0, bottom), (right, bottom), (right // 2, bottom), (right // 2, 0))
    assert {picture.pixelColor(x, y).name() for x, y in corners} == {QColor(PAINT[name]).name()}


def test_a_dark_band_tells_these_screens_from_those_of_visitors(still: Still) -> None:
    def corner(shown: CitizenView) -> str:
        still.show(shown)
        return still.picture().pixelColor(2, 2).name()

    grey = [QColor(corner(one)).lightness() for one in (SCREENS["list"], SCREENS["said"], SCREENS["working"])]
    assert max(grey) < 40 and QColor(corner(view("idle"))).lightness() > 200


def test_the_colour_is_gone_with_its_screen(still: Still) -> None:
    still.show(SCREENS["list"])
    before = still.picture()
    still.show(SCREENS["colour-red"])
    still.show(SCREENS["list"])
    assert still.picture() == before


def test_cells_reach_nearly_to_the_edges_and_leave_no_place_between(still: Still) -> None:
    still.show(SCREENS["touch"])
    plates = still.kiosk.state["page"]["plates"]
    assert len(plates) == t.CELLS
    left, right = min(p["x"] for p in plates), max(p["x"] + p["w"] for p in plates)
    assert left <= 16 and right >= still.window.width() - 16
    columns = sorted({(p["x"], p["x"] + p["w"]) for p in plates})
    assert all(after[0] - before[1] <= 24 for before, after in itertools.pairwise(columns))


def test_a_picture_is_sent_once_when_the_view_asks_for_one(face: Face) -> None:
    idle = view("idle")
    face.show(idle)
    assert face.core.pictures == []
    face.core.publish(replace(idle, picture_asked="p1"))
    face.until(lambda: len(face.core.pictures) == 1)
    face.core.publish(replace(idle, picture_asked="p1", time="9:01"))
    face.core.publish(replace(idle, time="9:02"))
    face.until(lambda: face.kiosk.session().view == replace(idle, time="9:02"))
    (sent,) = face.core.pictures
    assert (sent.asked, sent.screen_id) == ("p1", idle.screen_id)
    image = QImage.fromData(sent.png)
    assert image.width() == face.window.width() // 2 and image.height() == face.window.height() // 2
