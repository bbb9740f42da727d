"""日計表 as paper for staff: what certificate kiosks took, sold and gave back on one day, to the yen. Pure.

One slip from the ticket printer: it is laid into the drawer with the money.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from drivers.ports import Gap, PaperPart, Rule, TicketLine, TicketPaper
from kiosk_app.api import DayTakings, TakingsRow
from kiosk_app.ticket_layout import COLUMNS, width_columns

DOT_COLUMNS = 12
TITLE = "職員用 証明書の日計表"
GAP_DOTS = 20
NOT_OVER = "途中の集計です。まだ終わっていない取引があります。"


def slip(day: DayTakings, heading: Sequence[str], width_dots: int) -> TicketPaper:
    """`heading`: lines under the title: office, when, by whom. `width_dots`: of the printer."""
    columns = min(COLUMNS, width_dots // DOT_COLUMNS)
    return TicketPaper(tuple(_parts(day, heading, columns)))


def _parts(day: DayTakings, heading: Sequence[str], columns: int) -> Iterator[PaperPart]:
    yield TicketLine(TITLE, size=2, reverse=True)
    yield TicketLine(day.date_text, size=2, bold=True)
    for line in heading:
        yield TicketLine(line)
    if day.whole.open_yen or day.in_hand_yen:
        yield from _text(NOT_OVER, columns, bold=True)
    for one in day.machines:
        yield Rule()
        yield from _block(one, columns)
    yield Rule()
    if len(day.machines) != 1:
        yield from _block(day.whole, columns)
        yield Rule()
    yield from _line("窓口の現金の増減", day.drawer_yen, columns, bold=True)
    yield from _line("機械の現金の増減", day.in_units_yen, columns, bold=True)
    if day.in_hand_yen:
        yield from _line("預かり中（集計の外）", day.in_hand_yen, columns, bold=True)
    if day.claims_open:
        yield from _text(f"未精算の返金引換票：{day.claims_open}枚", columns)
    if day.claims_twice:
        yield from _text(f"2か所で精算した返金引換票：{day.claims_twice}枚。確かめてください。", columns)
    yield Gap(GAP_DOTS)
    yield from _text("確認　　　　　　　　　印", columns)


def _block(one: TakingsRow, columns: int) -> Iterator[PaperPart]:
    yield from _text(one.name, columns, bold=True)
    for kind in one.sold:
        yield from _line(f" {kind.name} {kind.copies}通", kind.yen, columns)
    yield from _line(f" 売上 {one.copies}通", one.sold_yen, columns, bold=True)
    for name, yen in (
        (" 窓口で受け取った額", one.counter_yen),
        (" 機械に入った額", one.unit_yen),
        (" 機械が払い出した額", one.paid_out_yen),
        (" 返金引換票にした額", one.claimed_yen),
        (" 取引の途中の額", one.open_yen),
        (" 精算：お返しした額", one.claims_paid_yen),
        (" 精算：紙が出ていた額", one.claims_sold_yen),
        (" 精算：機械が返していた額", one.claims_given_yen),
    ):
        if yen:
            yield from _line(name, yen, columns)


def _line(name: str, yen: int, columns: int, *, bold: bool = False) -> Iterator[TicketLine]:
    """The sum at the right edge; under its name where both do not fit."""
    money = f"{yen:,}円"
    gap = columns - width_columns(name) - width_columns(money)
    if gap > 0:
        yield TicketLine(name + " " * gap + money, bold=bold)
        return
    yield from _text(name, columns, bold=bold)
    yield TicketLine(" " * (columns - width_columns(money)) + money, bold=bold)


def _text(text: str, columns: int, *, bold: bool = False) -> Iterator[TicketLine]:
    """Filled up with blanks, because a printer's lines are centred; broken where it is too long."""
    line = ""
    for sign in text:
        if width_columns(line + sign) > columns:
            yield TicketLine(line + " " * (columns - width_columns(line)), bold=bold)
            line = " "
        line += sign
    yield TicketLine(line + " " * (columns - width_columns(line)), bold=bold)
