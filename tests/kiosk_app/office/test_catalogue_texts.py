"""Widths decide what is refused as too long, so they are held here."""

import pytest

from kiosk_app.office.catalogue_texts import plain, width_em


@pytest.mark.parametrize(
    ("marked", "without"),
    [
        ("証明書(しょうめいしょ)がほしい", "証明書がほしい"),
        ("印鑑登録証（カード）が必要", "印鑑登録証（カード）が必要"),
        ("12人(にん)待(ま)っています", "12人待っています"),
    ],
)
def test_readings_are_taken_out(marked: str, without: str) -> None:
    assert plain(marked) == without


@pytest.mark.parametrize(
    ("line", "em"), [("証明書", 3), ("A-1", 1.65), ("心(こころ)", 1.5), ("手(て)", 1), ("주민표", 3)]
)
def test_a_long_reading_widens_its_kanji(line: str, em: float) -> None:
    assert width_em(line) == pytest.approx(em)
