"""The judge of forms' paper is wrong neither way: it finds the right names, and another name, or other characters."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont

from drivers.pcsc_card.simulator.people import PEOPLE
from tests.stories.forms_paper import COMMON, DOTS_A_POINT, FONT, TABLE_POINTS, dots_wrong, form_set, text_wrong

FAMILY = [PEOPLE[name] for name in ("takasaki", "yoshino", "tsuji")]
ME = FAMILY[0].name


def paper(folder: Path, *lines: tuple[str, float]) -> Path:
    """These names in black and white, one below the other."""
    sheet = Image.new("L", (1_656, 600), 255)
    for n, (text, points) in enumerate(lines):
        font = ImageFont.truetype(FONT, points * DOTS_A_POINT, layout_engine=ImageFont.Layout.RAQM)
        ImageDraw.Draw(sheet).text((200.4, 60 + n * 70.3), text, 0, font, language="ja")
    path = folder / "sheet.png"
    sheet.point(lambda level: 255 if level >= 160 else 0).save(path)
    return path


def wrong(folder: Path, form: str, *lines: tuple[str, float]) -> list[str]:
    found = form_set().form(form)
    assert found is not None
    return dots_wrong(paper(folder, *lines), found, FAMILY)


def test_the_names_of_the_cards_are_found(tmp_path: Path) -> None:
    table = [(one.name, TABLE_POINTS) for one in FAMILY]
    assert wrong(tmp_path, "resident-move", (ME, 11), *table) == []


@pytest.mark.parametrize(
    ("lines", "fault"),
    [
        ([("春日　ひなた", 11.0)], "髙﨑　美咲 is not on proxy in 11 points"),
        ([], "髙﨑　美咲 is not on proxy in 11 points"),
        ([(ME.translate(COMMON), 11.0)], "髙﨑　美咲 is written in other characters on proxy"),
        ([(ME, 11.0), (FAMILY[1].name, TABLE_POINTS)], "𠮷野　一郎 is on proxy, which does not ask for them"),
    ],
)
def test_another_name_or_other_characters_are_found(tmp_path: Path, lines: list[tuple[str, float]], fault: str) -> None:
    assert any(fault in told for told in wrong(tmp_path, "proxy", *lines))


def test_what_is_read_has_title_names_births_and_address() -> None:
    form = form_set().form("proxy")
    assert form is not None
    text = "委任状委任者氏名高崎美咲生年月日昭和60年11月3日住所東京都小倉北区紺屋町1丁目2番3号"
    assert text_wrong(text, form, FAMILY) == []
    assert len(text_wrong(text.replace("60年11月3日", "38年2月19日"), form, FAMILY)) == 1
    assert len(text_wrong("委任状", form, FAMILY)) == 3
