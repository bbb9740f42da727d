"""Lines end where a reader would end them."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivers.escpos_printer.folding import fold


def cells(text: str) -> int:
    return sum(1 if char < "\u1000" else 2 for char in text)


@pytest.mark.parametrize(
    ("text", "columns", "lines"),
    [
        ("A-105", 32, ["A-105"]),
        ("", 32, [""]),
        ("Please keep this ticket with you until the end.", 32, ["Please keep this ticket with you", "until the end."]),
        ("受付番号が、前後することがあります。", 20, ["受付番号が、", "前後することが", "あります。"]),
        ("証明書(しょうめいしょ)をもらう", 24, ["証明書(しょうめいしょ)を", "もらう"]),
        ("終わるまで、お持ちください。", 26, ["終わるまで、", "お持ちください。"]),
        ("번호표를 끝까지 가지고 계십시오", 20, ["번호표를 끝까지", "가지고 계십시오"]),
        ("ご不在のときは職員へお見せください", 32, ["ご不在のときは職員へ", "お見せください"]),
        ("職員(しょくいん)に見(み)せてください", 32, ["職員(しょくいん)に", "見(み)せてください"]),
        ("请等候 预计11:50〜12:35", 20, ["请等候", "预计11:50〜12:35"]),
        ("abcdefghij", 4, ["abcd", "efgh", "ij"]),
    ],
)
def test_where_a_line_ends(text: str, columns: int, lines: list[str]) -> None:
    assert fold(text, lambda part: cells(part) <= columns) == lines


@given(st.text(alphabet="小倉区役所、。（）()ーっん A1-\u0301\U000e0100", max_size=80), st.integers(4, 40))
def test_nothing_is_lost_and_every_line_fits(text: str, columns: int) -> None:
    text = re.sub("\\s+(?=[\u0301\U000e0100])", "", text)
    lines = fold(text, lambda part: cells(part) <= columns)
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    marks = "\u0301\U000e0100"
    for line in lines:
        # Marks stay with the character before them; they take no room on paper.
        assert cells("".join(char for char in line if char not in marks)) <= columns
    assert not any(line[:1] in marks for line in lines[1:] if line)
