"""Papers for a technician on the ticket printer: the diagnosis, and a page that tries all that a ticket uses. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from drivers.ports import Gap, PaperPart, QrCode, Rule, TicketLine, TicketPaper
from kiosk_app.api import FoundRow
from kiosk_app.journeys.desk import local_time
from kiosk_app.journeys.technician_mode import Check, Tried
from kiosk_app.journeys.technician_mode_view import MARKS, ORDER, SUMS
from kiosk_app.office import catalogue, dates
from kiosk_app.office.catalogue import Office
from kiosk_app.ticket_layout import COLUMNS, GAP_DOTS, large_lines, small_lines, width_columns

SIZES = (1, 2, 3, 4, 6, 8)
"""Of letters: everything from the small print to the number."""
DOT_COLUMNS, COLUMNS_MIN = 12, 24
"""Width of a half-width letter in dots."""
LANGUAGES = (("ja", "番号札のお知らせ 東西南北"), ("en", "Please keep your ticket."), ("zh", "请保管好号码票"),
             ("ko", "번호표를 보관해 주세요"), ("vi", "Xin giữ phiếu số"))  # fmt: skip
"""One line in each script that a ticket may have."""
TEST_CODE = "HITOFUDA TEST 0123456789"


def columns_of(width_dots: int) -> int:
    return max(COLUMNS_MIN, min(COLUMNS, width_dots // DOT_COLUMNS))


def slip(
    office: Office,
    machine: str,
    version: str,
    found: Sequence[FoundRow | Check],
    tried: Mapping[str, Tried],
    at_utc_ms: int,
    width_dots: int,
) -> TicketPaper:
    """Whatever is not good with its cause and what to do; of what is good, the names alone; and how devices did when
    a person tried them last."""
    columns = columns_of(width_dots)
    at = local_time(office, at_utc_ms)
    counts = {grade: [one for one in found if one.grade == grade] for grade in ORDER}
    summed = "　".join(f"{MARKS[grade]}{SUMS[grade]}{len(rows)}" for grade, rows in counts.items())
    parts: list[PaperPart] = [
        TicketLine(" 診断票 ", size=2, reverse=True),
        *large_lines(machine),
        *small_lines(catalogue.text(office.name, "ja"), columns),
        *small_lines(f"{dates.ticket_date(at.date())}{dates.clock_time(at)}  版 {version}", columns),
        *small_lines(summed, columns),
        Rule(),
    ]
    for one in (*counts["bad"], *counts["look"]):
        parts += [
            *_left(f"{MARKS[one.grade]} {one.name}：{one.says}", columns, bold=True),
            *_left(f"原因 {one.cause}", columns),
            *_left(f"次に {one.next_step}", columns),
            *_left(f"最後に正常 {_good(office, one)}", columns),
            Gap(GAP_DOTS // 2),
        ]
    if counts["good"]:
        parts += [Rule()] if len(counts["good"]) < len(found) else []
        parts += [*_left(f"{MARKS['good']} " + "、".join(one.name for one in counts["good"]), columns)]
    names = {f"{one.check}_tried": one.name for one in found}
    if by_hand := [(names[check], last) for check, last in tried.items() if check in names]:
        parts += [Rule(), *_left("人が試した結果", columns, bold=True)]
        for name, last in by_hand:
            parts += _left(f"{MARKS[last.grade]} {name}：{_when(office, last.at_utc_ms)}", columns)
    return TicketPaper(parts=tuple(parts))


def _good(office: Office, one: FoundRow | Check) -> str:
    return _when(office, one.good_utc_ms) if one.good_utc_ms else "記録にありません"


def _when(office: Office, utc_ms: int) -> str:
    at = local_time(office, utc_ms)
    return f"{dates.ticket_date(at.date())}{dates.clock_time(at)}"


def trial_page(office: Office, machine: str, at_utc_ms: int, width_dots: int) -> TicketPaper:
    """No number stands on it, so that nobody waits with it."""
    columns = columns_of(width_dots)
    at = local_time(office, at_utc_ms)
    edge = "".join(str(n % 10) for n in range(1, columns + 1))
    parts: list[PaperPart] = [
        TicketLine(" 試し刷り ", size=2, reverse=True),
        *large_lines(machine),
        *small_lines(f"{dates.ticket_date(at.date())}{dates.clock_time(at)}", columns),
        Rule(),
        TicketLine(edge),
        *small_lines(f"{columns}字が1行に並び、右の端が{columns % 10}なら、幅は合っています。", columns),
        Rule(),
        *(TicketLine(f"{size}倍", size=size, bold=size > 1) for size in SIZES),
        TicketLine(" 白黒の反転 ", size=2, reverse=True),
        Rule(),
        *(TicketLine(line, language=language) for language, line in LANGUAGES),
        Gap(GAP_DOTS),
        QrCode(TEST_CODE),
        *small_lines("QRコードが読めるか、紙が最後まで切れたかを見てください。", columns),
    ]
    return TicketPaper(parts=tuple(parts))


def _left(text: str, columns: int, bold: bool = False) -> Iterator[TicketLine]:
    """Paper is centred, so what begins at the left edge is filled up."""
    for line in small_lines(text, columns):
        yield TicketLine(line.text + " " * (columns - width_columns(line.text)), bold=bold)
