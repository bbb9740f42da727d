"""Which notice stands on the display when, in which language; what a view from long ago says of itself."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.api import DisplayNotice
from tests.ui.display.test_screens import TWO
from ui.display.presentation import pages, present


def notice(name: str, *languages: str) -> DisplayNotice:
    texts = {language: f"{name} {language}" for language in ("ja", *languages)}
    return DisplayNotice(kind="office", heading={}, text=texts)  # type: ignore[arg-type]


def told(*notices: DisplayNotice) -> list[str]:
    return [page["text"] for page in pages(notices)]


def test_japanese_and_the_other_languages_take_turns() -> None:
    assert told(notice("a", "easy", "en", "vi"), notice("b", "en")) == [
        "a ja", "a en", "b ja", "b en", "a ja", "a vi",
    ]  # fmt: skip


def test_a_notice_in_japanese_alone_is_told_as_often_as_it_has_words() -> None:
    assert told(notice("a")) == ["a ja"]
    assert told(notice("a"), notice("b", "en")) == ["b ja", "b en", "a ja"]
    assert told() == []


def test_pages_go_round_and_a_view_without_notices_has_none() -> None:
    view = replace(TWO, notices=(notice("a", "en"),))
    assert [present(view, True, page)["notice"]["text"] for page in range(4)] == ["a ja", "a en"] * 2
    assert present(TWO, True, 7)["notice"] == {}


def test_a_view_says_how_old_it_is_once_it_is_a_minute_old() -> None:
    assert present(TWO, False, 0, 0)["stale"] == "表示が更新されていません　10:41現在"
    assert present(TWO, False, 0, 190)["stale"] == "表示が更新されていません　10:41現在（3分前）"
    assert present(TWO, True, 0, 190)["stale"] == ""


def test_a_single_group_leaves_the_whole_foot_to_the_missed() -> None:
    view = replace(TWO, missed=tuple(f"A-{n:03}" for n in range(1, 9)), notices=(notice("a"),))
    assert len(present(view, True)["missed"]) == 3
    alone = present(replace(view, groups=TWO.groups[:1]), True)
    assert (len(alone["missed"]), alone["more_missed"]) == (4, "ほか4件")
