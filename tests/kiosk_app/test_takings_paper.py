"""日計表: every sum of the day stands on the slip, at the right edge, on any width of paper."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from drivers.ports import TicketLine, TicketPaper
from kiosk_app.api import DayTakings, KindSold, TakingsRow
from kiosk_app.takings_paper import slip
from kiosk_app.ticket_layout import COLUMNS, width_columns

KINDS = (KindSold(name="住民票の写し", copies=41, yen=12_300), KindSold(name="戸籍全部事項証明書", copies=3, yen=1_350))
ONE = TakingsRow(
    name="2号機",
    counter_yen=14_850,
    unit_yen=4_000,
    paid_out_yen=3_100,
    sold=KINDS,
    copies=44,
    sold_yen=13_650,
    claimed_yen=900,
    open_yen=1_200,
    claims_paid_yen=310,
    claims_sold_yen=320,
    claims_given_yen=330,
)
DAY = DayTakings(
    date="2026-04-06",
    date_text="4月6日（月）",
    is_today=True,
    machines=(ONE, replace(ONE, name="3号機")),
    whole=replace(ONE, name="合計", sold_yen=27_300),
    drawer_yen=14_540,
    in_units_yen=570,
    in_hand_yen=600,
    claims_open=2,
    claims_twice=1,
)
CALM = DayTakings(date="2026-04-06", date_text="4月6日（月）", is_today=True, whole=TakingsRow(name="合計"))


def lines(paper: TicketPaper) -> list[TicketLine]:
    return [part for part in paper.parts if isinstance(part, TicketLine)]


@pytest.mark.parametrize("width_dots", [360, 384, 512, 576])
def test_every_sum_stands_at_the_right_edge_and_no_line_is_too_wide(width_dots: int) -> None:
    paper = lines(slip(DAY, ("小倉北区役所", "印刷 4月6日（月） 17:20　係員1001"), width_dots))
    columns = min(COLUMNS, width_dots // 12)
    sums = [line.text for line in paper if line.text.endswith("円")]
    assert all(width_columns(text) == columns for text in sums)
    assert all(width_columns(line.text) * line.size <= max(columns, COLUMNS) for line in paper)
    for yen in (12_300, 1_350, 13_650, 14_850, 4_000, 3_100, 900, 1_200, 310, 320, 330, 27_300, 14_540, 570, 600):
        assert any(text.endswith(f" {yen:,}円") for text in sums), yen
    text = "\n".join(line.text for line in paper)
    assert all(word in text for word in ("2号機", "3号機", "合計", "未精算の返金引換票：2枚", "2か所", "途中の集計"))


def test_of_one_machine_nothing_is_said_twice_and_of_none_the_whole() -> None:
    one = replace(DAY, machines=(ONE,), whole=replace(ONE, name="合計"))
    assert [line.text.strip() for line in lines(slip(one, (), 576))].count("合計") == 0
    calm = [line.text.strip() for line in lines(slip(CALM, (), 576))]
    assert "合計" in calm and not any("途中" in line or "未精算" in line for line in calm)
