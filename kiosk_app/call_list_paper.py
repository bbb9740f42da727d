"""電話リスト as paper for staff: whom to ring up, large enough to dial from, in slips of a few people each. Pure.

In slips, so that a visitor's ticket comes out between two of them and not behind all. No driver keeps a line of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from drivers.ports import Gap, PaperPart, Rule, TicketLine, TicketPaper
from kiosk_app.api_slots import HitRow
from kiosk_app.office.contact_rows import ContactRow
from kiosk_app.ticket_layout import COLUMNS, width_columns

PEOPLE_A_SLIP = 8
DOT_COLUMNS = 12
LANGUAGES = {"easy": "やさしい日本語", "en": "英語", "zh": "中国語", "ko": "韓国語", "vi": "ベトナム語"}
NOT_HERE = "電話番号はまだ届いていません"
NO_PHONE = "電話番号はありません"
TITLE = "職員用 電話リスト"
PERSONAL = "個人情報です。終わったら細断してください。"
GAP_DOTS = 20


def to_ring_up(rows: Sequence[HitRow], contacts: Mapping[str, ContactRow]) -> list[HitRow]:
    """Nobody who was given another time or whom a message has reached."""
    return [row for row in rows if not row.rebooked and _told(contacts, row) != "sent"]


def _told(contacts: Mapping[str, ContactRow], row: HitRow) -> str:
    known = contacts.get(row.booking)
    return known.told if known is not None else ""


def slips(
    rows: Sequence[HitRow], contacts: Mapping[str, ContactRow], heading: Sequence[str], width_dots: int
) -> list[TicketPaper]:
    """`heading`: lines under the title of each slip. Who is not among `contacts` has no number there, and it is said.
    `width_dots`: of the printer."""
    columns = min(COLUMNS, width_dots // DOT_COLUMNS)
    parts = [rows[n : n + PEOPLE_A_SLIP] for n in range(0, len(rows), PEOPLE_A_SLIP)]
    return [
        TicketPaper(tuple(_slip(part, contacts, [*heading, f"{n} / {len(parts)}枚目　全部で{len(rows)}人"], columns)))
        for n, part in enumerate(parts, 1)
    ]


def _slip(
    rows: Sequence[HitRow], contacts: Mapping[str, ContactRow], heading: Sequence[str], columns: int
) -> Iterator[PaperPart]:
    yield TicketLine(TITLE, size=2, reverse=True)
    for line in heading:
        yield TicketLine(line)
    yield Rule()
    for row in rows:
        yield from _person(row, contacts.get(row.booking), columns)
        yield Gap(GAP_DOTS)
    yield Rule()
    yield from _left(PERSONAL, columns)


def _person(row: HitRow, contact: ContactRow | None, columns: int) -> Iterator[TicketLine]:
    yield from _left(f"□{row.date_text} {row.start}　{row.service_name}", columns, bold=True)
    if contact is not None and contact.phone:
        yield from _left(contact.phone, columns, size=2, bold=True)
    else:
        none = contact is not None or row.source_name not in ("Web予約", "電話予約")
        yield from _left(f"　{NO_PHONE if none else NOT_HERE}", columns)
    name = (contact.name if contact is not None else "") or row.name
    who = "　".join(filter(None, (name and f"{name} 様", LANGUAGES.get(row.language, ""))))
    if who:
        yield from _left(f"　{who}", columns)
    if row.code:
        yield from _left(f"　予約番号 {row.code}", columns)


def _left(text: str, columns: int, *, size: int = 1, bold: bool = False) -> Iterator[TicketLine]:
    """Filled up with blanks, because a printer's lines are centred; broken where it is too long."""
    room = columns // size
    line = ""
    for sign in text:
        if width_columns(line + sign) > room:
            yield _personal(line, room, size, bold)
            line = "　"
        line += sign
    yield _personal(line, room, size, bold)


def _personal(line: str, room: int, size: int, bold: bool) -> TicketLine:
    return TicketLine(line + " " * (room - width_columns(line)), size=size, bold=bold, personal=True)
