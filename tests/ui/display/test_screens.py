"""Every state of the call display, drawn and checked; and what it says when its core is gone."""

from __future__ import annotations

import os
from datetime import date, datetime
from functools import cache
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPointF
from PySide6.QtGui import QAccessible, QColor

from kiosk_app import words
from kiosk_app.api import DisplayCall, DisplayGroup, DisplayNotice, DisplayView
from kiosk_app.journeys.closing import sentence
from kiosk_app.office.closing import Coming
from tests.kiosk_app.house import the_office
from tests.ui.display.conftest import Face
from tests.ui.screen_checks import cut_off, drawn_size, faint, texts, tree
from ui.display.own_words import LISTEN
from ui.display.presentation import OTHER_LANGUAGES, PRETENDS_UNTIL_S
from ui.kit.console.link import LOST_AFTER_MS

pytestmark = pytest.mark.slow

PICTURES = os.environ.get("HITOFUDA_PICTURES", "")
BLUE = QColor("#0017c1")
GROUPS = tuple(
    DisplayGroup(letter=letter, name=name, place=place, waiting=waiting, estimate=estimate)
    for letter, name, place, waiting, estimate in (
        ("A", "証明書", "3〜6番窓口", 11, "11:10〜11:25"),
        ("H", "引っ越し・戸籍", "7〜9番窓口", 5, "11:15〜11:35"),
        ("M", "マイナンバーカード", "10〜12番窓口", 119, "11:20〜11:40"),
        ("R", "健康保険・年金", "13〜15番窓口", 4, "10:55〜11:05"),
        ("W", "高齢・障害・福祉", "16番窓口", 0, ""),
        ("Y", "子ども・子育て", "17番窓口", 2, "10:50〜11:00"),
    )
)
RECENT = tuple(
    DisplayCall(number=number, counter=counter, stage=stage)
    for number, counter, stage in (
        ("A-104", 4, "受付"),
        ("H-021", 8, "受付"),
        ("A-091", 6, "お渡し"),
        ("M-1014", 11, "受付"),
        ("H-020", 7, "受付"),
        ("A-090", 16, "お渡し"),
    )
)
TWO = DisplayView(
    office="小倉北区役所",
    zone="1階",
    date="4月6日（月）",
    time="10:41",
    newest=(DisplayCall(number="A-105", counter=3, stage="受付"),),
    recent=RECENT,
    groups=GROUPS[:2],
    missed=("A-097", "H-018"),
    notices=(),
)
NOTICE = (
    DisplayNotice(kind="office", heading={}, text={"ja": "本日は混み合っています。15時からは比較的すいています。"}),
)
LONGEST = DisplayNotice(
    kind="city",
    heading={
        "ja": "市からのお知らせ",
        "en": "From the city",
        "zh": "市政府通知",
        "ko": "시에서 알립니다",
        "vi": "Tin từ thành phố",
    },
    text={
        "ja": "引っ越しの届は、四月のはじめは特に混み合います。お急ぎでなければ四月の後半にどうぞ。",
        "en": "Early April is very busy. If you are not in a hurry, please come later.",
        "zh": "四月上旬办理搬家手续的人特别多。如果您不着急，请在四月下旬前来办理，谢谢合作。",
        "ko": "사월 초에는 이사 신고가 특히 붐빕니다. 급하지 않으시면 사월 하순에 와 주십시오.",
        "vi": "Đầu tháng Tư rất đông. Nếu không gấp, xin mời đến vào cuối tháng Tư nhé.",
    },
)
"""As wide as a notice of the catalogue may be: 40 em."""
CLOSED = DisplayNotice(
    kind="now",
    heading={},
    text={
        "ja": "マイナンバーカード係：国のシステムが休止しているため、十三時まで受け付けていません。",
        "en": "Seniors, disability and care: no tickets until 13:00, a system of the state is at rest.",
        "zh": "老年・残障・福利、个人编号卡窗口：由于国家系统暂停运行，十三点之前不受理，敬请谅解。",
        "ko": "고령・장애・복지, 마이넘버카드: 국가 시스템이 쉬고 있어 열세 시까지 접수하지 않습니다. 양해 바랍니다.",
        "vi": "Người cao tuổi, phúc lợi và thẻ: hệ thống quốc gia tạm nghỉ, không nhận đến 13 giờ.",
    },
)
"""A group's name and the longest reason why it is closed: some 45 em, the name comes on top."""
LONG = DisplayCall(number="M-1105", counter=17, stage="お渡し")


@cache
def _words() -> words.Words:
    return words.load()


def longest_coming(language: str) -> str:
    """From one day to another, of the group with the longest name."""
    office = the_office()
    name = max((group.name for group in office.groups), key=lambda text: len(text[language]))
    reason = max((r.ahead for r in office.closure_reasons if r.ahead), key=lambda text: len(text[language]))
    coming = Coming((name,), datetime(2026, 4, 7, 14), datetime(2026, 4, 8, 12, 30), reason)
    return sentence(_words(), language, coming, date(2026, 4, 6))


EVERY = {
    "two": TWO,
    "one": replace(TWO, groups=GROUPS[:1]),
    "three": replace(TWO, groups=GROUPS[:3]),
    "four": replace(TWO, groups=GROUPS[:4], notices=NOTICE, missed=("A-097", "H-018", "M-011", "R-006")),
    "five": replace(TWO, groups=GROUPS[:5], newest=()),
    "six": replace(
        TWO, groups=GROUPS, notices=NOTICE, newest=(LONG,), missed=tuple(f"M-{n}" for n in range(1001, 1012))
    ),
    "two-notice": replace(TWO, notices=NOTICE),
    "two-long": replace(TWO, newest=(LONG,), missed=tuple(f"M-{n}" for n in range(1001, 1012))),
    "rush": replace(
        TWO, groups=GROUPS, recent=(*(replace(call, fresh=True) for call in (LONG, *RECENT[:3])), *RECENT[4:])
    ),
    "eight": replace(TWO, groups=(*GROUPS, *(replace(g, letter=x) for g, x in zip(GROUPS, "BC", strict=False)))),
    "nine": replace(TWO, groups=(*GROUPS, *GROUPS[1:4]), notices=NOTICE, newest=(LONG,)),
    "twelve": replace(TWO, groups=GROUPS + GROUPS, notices=NOTICE),
    "sixteen": replace(TWO, groups=(*GROUPS, *GROUPS, *GROUPS[:4])),
    "one-news": replace(TWO, groups=GROUPS[:1], notices=NOTICE, missed=tuple(f"A-{n}" for n in range(1001, 1012))),
    "silent": replace(TWO, silent=True),
    "silent-calm": replace(TWO, silent=True, newest=(), groups=GROUPS[:4], notices=NOTICE),
    "silent-one": replace(TWO, silent=True, groups=GROUPS[:1], newest=(LONG,), notices=NOTICE),
    "calm": replace(TWO, newest=(), missed=()),
    "morning": replace(TWO, newest=(), missed=(), recent=()),
}
COMING = DisplayNotice(
    kind="now", heading={}, text={language: longest_coming(language) for language in ("ja", *OTHER_LANGUAGES)}
)
"""A closure that has not begun, at its longest."""


def out_of_their_box(face: Face) -> list[str]:
    """Texts that stand out of the tinted box in which they lie: the next box would cover them."""
    found = []
    for text in texts(face.window):
        box = text.parentItem()
        while box is not None and not (box.inherits("QQuickRectangle") and box.property("radius")):
            box = box.parentItem()
        if box is None:
            continue
        top = text.mapToItem(box, QPointF(0, 0)).y() + (text.height() - float(text.property("paintedHeight"))) / 2
        bottom = top + float(text.property("paintedHeight"))
        # A line of text is a fifth taller than its letters.
        spare = float(text.property("paintedHeight")) * 0.2
        if top < -spare or bottom > box.height() + spare:
            found.append(f"{text.property('text')}: {top:.0f} to {bottom:.0f} in {box.height():.0f}")
    return found


def check(face: Face, name: str) -> None:
    face.bot.wait(50)
    face.bot.waitUntil(lambda: bool(face.window.property("settled")), timeout=20_000)
    picture = face.window.grabWindow()
    if PICTURES:
        Path(PICTURES).mkdir(parents=True, exist_ok=True)
        picture.save(f"{PICTURES}/display-{name}.png")
    assert cut_off(face.window) == []
    assert out_of_their_box(face) == []
    assert faint(face.window, picture) == []
    assert min(int(t.property("font").pixelSize()) for t in texts(face.window)) >= 24


@pytest.mark.slow
@pytest.mark.parametrize("name", EVERY)
def test_a_state(face: Face, name: str) -> None:
    view = EVERY[name]
    face.show(view)
    check(face, name)
    said = " ".join(n.text(QAccessible.Text.Name) for n in tree(face.window))
    for group in view.groups:
        assert group.name in said
    for call in (*view.newest, *view.recent, *()):
        assert call.number in said


def test_the_newest_call_is_blue_and_in_characters_of_100_mm(face: Face) -> None:
    for name in ("two", "four", "six", "two-long"):
        face.show(EVERY[name])
        face.bot.wait(50)
        number = EVERY[name].newest[0].number
        shown = [t for t in texts(face.window) if t.property("text") == number]
        assert max(drawn_size(t) for t in shown) >= 204
        assert face.window.grabWindow().pixelColor(90, 130) == BLUE
    face.show(EVERY["calm"])
    face.bot.wait(50)
    assert face.window.grabWindow().pixelColor(90, 130) != BLUE


@pytest.mark.slow
def test_it_stands_still_between_views(face: Face) -> None:
    face.show(TWO)
    face.bot.wait(100)
    before = face.window.grabWindow()
    face.bot.wait(700)
    assert face.window.grabWindow() == before


@pytest.mark.slow
def test_a_lost_core_keeps_the_calls_and_says_their_age(face: Face) -> None:
    face.show(TWO)
    link = face.board._link
    assert link is not None
    silent_ms: list[int] = []
    face.board.changed.connect(lambda: silent_ms.append(link.silent_ms()))
    face.core.stop()
    face.bot.waitUntil(lambda: face.board.state["stale"] != "", timeout=30_000)
    assert min(silent_ms) >= LOST_AFTER_MS, "a core that is started again is no news"
    assert face.board.state["stale"] == "表示が更新されていません　10:41現在"
    assert face.board.state["newest"]["number"] == "A-105"
    check(face, "stale")
    face.core.view = replace(TWO, time="10:44", newest=())
    face.core.start()
    face.bot.waitUntil(lambda: face.board.state["stale"] == "" and face.board.state["time"] == "10:44", timeout=30_000)


def lose(face: Face, age_s: float, trouble: str = "away") -> None:
    """As if the hub had been silent for so long."""
    link = face.board._link
    assert link is not None
    link.leave()
    link._heard_s -= age_s
    face.board._on_trouble(trouble)


@pytest.mark.parametrize("name", ["two", "four", "six", "silent", "one-news"])
def test_a_call_is_new_for_half_a_minute_also_when_nobody_tells_of_the_next(face: Face, name: str) -> None:
    view = EVERY[name]
    face.show(view)
    lose(face, 20)
    assert face.board.state["newest"]["number"] == view.newest[0].number
    face.board._link._heard_s -= 20  # type: ignore[union-attr]
    face.board.turn_page()
    assert face.board.state["newest"] == {}
    assert face.board.state["recent"][0]["number"] == view.newest[0].number
    assert not any(call["fresh"] for call in face.board.state["recent"])
    check(face, f"aged-{name}")
    said = " ".join(n.text(QAccessible.Text.Name) for n in tree(face.window))
    assert "窓口の案内をお聞きください" in said
    assert f"{view.time}現在" in said


@pytest.mark.parametrize("trouble", ["away", "certificate", "older", "token"])
def test_after_five_minutes_it_pretends_no_longer(face: Face, trouble: str) -> None:
    face.show(TWO)
    lose(face, PRETENDS_UNTIL_S - 5, trouble)
    said = " ".join(n.text(QAccessible.Text.Name) for n in tree(face.window))
    # One that was taken out of the office shows nothing of it at once.
    assert ("A-104" in said) == (trouble != "token")
    face.board._link._heard_s -= 10  # type: ignore[union-attr]
    face.board.turn_page()
    check(face, f"listen-{trouble}")
    said = " ".join(n.text(QAccessible.Text.Name) for n in tree(face.window))
    assert LISTEN["ja"] in said and LISTEN["en"] in said
    assert not any(call.number in said for call in (*TWO.newest, *TWO.recent))
    assert ("技術員へ" in said) == (trouble != "away")
    face.board._on_view(msgspec.json.encode(TWO))
    face.bot.wait(30)
    assert face.board.state["newest"]["number"] == "A-105"


def test_a_display_that_never_heard_its_hub_says_what_to_do(face: Face) -> None:
    lose(face, 3)
    check(face, "listen-never")
    assert face.board.state["listen"]["stopped"] == []


@pytest.mark.slow
def test_nothing_old_is_announced_again_when_the_hub_is_back(face: Face) -> None:
    """In silence a call swells in the place of the chime: never for what was called before the line came back."""
    swollen: list[bool] = []
    face.window.settledChanged.connect(lambda: swollen.append(True))
    face.show(EVERY["silent-calm"])
    face.show(replace(TWO, silent=True))
    # A call that comes live swells, and comes to rest.
    face.bot.waitUntil(lambda: len(swollen) == 2, timeout=30_000)
    swollen.clear()
    for times, number in ((1, "A-105"), (2, "A-105"), (1, "A-106")):
        face.core.stop()
        face.core.view = replace(
            TWO, silent=True, newest=(DisplayCall(number=number, counter=3, stage="受付", times=times),)
        )
        face.core.start()
        face.bot.waitUntil(lambda view=face.core.view: face.board._view == view, timeout=30_000)
        face.bot.wait(50)
    lose(face, 40)
    face.board._on_opened()
    face.board._on_trouble("")
    face.board._on_view(msgspec.json.encode(face.core.view))
    face.bot.wait(50)
    assert swollen == []
    face.board._on_view(msgspec.json.encode(replace(TWO, silent=True)))
    assert swollen == [True], "and the next one that comes live does"


@pytest.mark.slow
def test_a_frozen_core_is_noticed_once_it_has_sent_keep_alives(face: Face) -> None:
    face.core.keep_alive = True
    face.show(TWO)
    face.bot.wait(2_500)
    assert face.board.state["stale"] == ""
    face.core.freeze()
    face.bot.waitUntil(lambda: face.board.state["stale"] != "", timeout=30_000)
    face.core.thaw()
    face.bot.waitUntil(lambda: face.board.state["stale"] == "", timeout=30_000)


def test_a_smaller_panel_shows_the_same(face: Face) -> None:
    face.show(EVERY["four"])
    face.window.resize(1280, 720)
    face.bot.wait(50)
    assert cut_off(face.window) == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("layout", "notice"), [("one", LONGEST), ("two", LONGEST), ("four", LONGEST), ("four", CLOSED), ("four", COMING)]
)
def test_the_longest_notice_stands_whole_in_every_language_and_layout(
    face: Face, layout: str, notice: DisplayNotice
) -> None:
    face.show(replace(EVERY[layout], notices=(notice,)))
    seen = set()
    for _ in range(2 * len(OTHER_LANGUAGES)):
        page = face.board.state["notice"]
        if page["text"] in seen:
            face.board.turn_page()
            continue
        shown = [t for t in texts(face.window) if t.property("text") == page["text"]]
        assert len(shown) == 1
        headings = [t for t in texts(face.window) if page["heading"] and t.property("text") == page["heading"]]
        assert len(headings) == (notice is LONGEST)
        assert drawn_size(shown[0]) >= 26
        assert float(shown[0].property("paintedHeight")) <= shown[0].height() + 1
        assert all(heading.y() + heading.height() <= shown[0].y() for heading in headings)
        check(face, f"{layout}-{notice.kind}-{len(seen)}")
        seen.add(page["text"])
        face.board.turn_page()
    assert seen == set(notice.text.values())


@pytest.mark.slow
def test_a_call_in_silence_gets_a_frame_that_comes_to_rest(face: Face) -> None:
    def frame() -> QColor:
        return face.window.grabWindow().pixelColor(68, 300)

    face.show(EVERY["silent"])
    check(face, "silent-again")
    face.bot.waitUntil(lambda: frame() == QColor("#ffd43d"), timeout=30_000)
    said = " ".join(n.text(QAccessible.Text.Name) for n in tree(face.window))
    assert "音を止めています" in said
    again = replace(TWO.newest[0], times=2)
    swollen: list[bool] = []
    face.window.settledChanged.connect(lambda: swollen.append(True))
    face.show(replace(TWO, silent=True, newest=(again,)))
    # The same call again swells again, and rests again.
    face.bot.waitUntil(lambda: len(swollen) == 2, timeout=30_000)
    assert face.window.property("settled")
    face.show(TWO)
    face.bot.waitUntil(lambda: frame() == BLUE, timeout=30_000)
