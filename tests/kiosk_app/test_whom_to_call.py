"""Telephone numbers after a closure: in memory while a leader looks, on staff's paper once a press, and in no file."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

import pytest

from drivers.ports import TicketLine
from kiosk_app import api, call_list_paper
from kiosk_app.office import facts as f
from kiosk_app.office.contact_rows import ContactRow
from kiosk_app.ticket_layout import width_columns
from tests.kiosk_app.house import PATIENCE_S, House, OpenHouse
from tests.kiosk_app.test_slots_desk import act, book

NAME, PHONE = "丹下桜子", "090-0000-0417"


@pytest.fixture
async def house(open_house: OpenHouse) -> House:
    return await open_house(datetime(2026, 4, 6, 8, 45))


async def closed(house: House, count: int = 2) -> tuple[str, list[str]]:
    """A leader, and whom a closure of the afternoon has hit."""
    token = await house.sign_in("3001")
    for n in range(count):
        assert (await book(house, token, 834 + 18 * (n // 3))).ok
    closing = api.SlotsClosing(starts="2026-04-06T13:00", ends="2026-04-07T00:00")
    answer = await house.ask("POST", "/v1/staff/slots/preview", api.SlotsPreviewAsked(closing=closing), token)
    shown = answer.of(api.SlotsPreview)
    assert (await act(house, token, "close_slots", closing=closing, version=shown.version, reason="台風・大雨")).ok
    return token, [one.booking for one in house.facts(f.BookingCancelled)]  # type: ignore[attr-defined]


def contacts(bookings: Sequence[str]) -> list[ContactRow]:
    return [ContactRow(booking=one, told="call", name=NAME, phone=PHONE) for one in bookings]


def kept(folder: Path) -> list[str]:
    """Files of the machine in which anything of a contact stands."""
    signs = (NAME.encode(), PHONE.encode(), NAME.encode("cp932"), b"0000-0417")
    return [str(path) for path in folder.rglob("*") if path.is_file() and any(s in path.read_bytes() for s in signs)]


# --- in memory ----------------------------------------------------------------------------------------------------


async def test_nobody_is_asked_for_while_nobody_looks_and_nothing_stays_afterwards(house: House) -> None:
    _, hit = await closed(house)
    whom = house.core.whom_to_call
    assert whom.wanted() == ()
    whom.put(contacts(hit))
    assert whom.rows == {}, "an answer that comes late is dropped"
    with whom.looked_at():
        assert set(whom.wanted()) == set(hit)
        with whom.looked_at():
            whom.put(contacts(hit))
        assert set(whom.rows) == set(hit), "the other leader still looks"
    assert whom.rows == {} and whom.wanted() == ()
    with whom.looked_at():
        assert whom.rows == {}, "asked for anew"
    with whom.looked_at(False):
        assert whom.wanted() == (), "for a trainee nobody is opened"
    assert kept(house.folder) == []


async def test_who_was_given_another_time_is_on_the_list_no_more(house: House) -> None:
    token, hit = await closed(house)
    whom = house.core.whom_to_call
    with whom.looked_at():
        whom.put(contacts(hit))
        assert (await book(house, token, 540, date="2026-04-07", replaces=hit[0])).ok
        assert set(whom.wanted()) == set(whom.rows) == set(hit[1:])


async def test_only_leaders_may_look_and_an_office_without_central_says_so(house: House) -> None:
    await closed(house)
    path = "/v1/staff/slots/contacts/events"
    for code in ("1001", "2001", "9001"):
        assert (await house.ask("GET", path, token=await house.sign_in(code))).status == 403
    assert (await house.ask("GET", path)).status == 401
    leader = house.core.desk.at_work(await house.sign_in("3001"))
    trainee = house.core.desk.at_work(await house.sign_in("3001", training=True))
    assert leader is not None and trainee is not None
    whom = house.core.whom_to_call
    assert whom._view(leader[1], leader[0]) == api.HitContacts(state="none", printer="1号機")
    assert whom._view(trainee[1], trainee[0]) == api.HitContacts(state="training")


# --- on paper -----------------------------------------------------------------------------------------------------


async def test_the_list_is_printed_once_a_press_and_is_in_no_fact(house: House) -> None:
    token, hit = await closed(house)
    whom = house.core.whom_to_call
    with whom.looked_at():
        whom.put([*contacts(hit[:1]), ContactRow(booking=hit[1], told="sent")])
        reply = await house.act(token, "print_call_list", "p1")
        assert reply.ok and reply.message == "1号機に電話リストを印刷しました。すぐに受け取ってください。"
        assert (await house.act(token, "print_call_list", "p1")).ok
    (piece,) = house.printer.pieces
    lines = [line.strip() for line in piece.lines]
    assert PHONE in lines and f"{NAME} 様" in lines and "□4月6日（月） 13:54　転居・世帯変更の届" in lines
    assert not any("全部で2人" in line for line in lines), "who was told already is not rung up"
    (fact,) = house.facts(f.ContactsShown)
    assert fact == f.ContactsShown(place="paper", people=1, intent="p1")
    row = house.core.book.state.day.actions[-1]
    assert (row.kind, row.staff_code, row.reason) == ("ContactsShown", "3001", "紙 1人")
    assert kept(house.folder) == []


async def test_without_contacts_the_codes_are_printed_and_it_is_said(house: House) -> None:
    house.core.booking_key = b"k" * 32
    token, hit = await closed(house, 1)
    assert (await house.act(token, "print_call_list")).ok
    text = "\n".join(house.printer.pieces[0].lines)
    assert "予約番号" in text and call_list_paper.NO_PHONE in text and hit


async def test_a_long_list_comes_in_slips_that_say_how_many(house: House) -> None:
    token, hit = await closed(house, call_list_paper.PEOPLE_A_SLIP + 1)
    with house.core.whom_to_call.looked_at():
        house.core.whom_to_call.put(contacts(hit))
        assert (await house.act(token, "print_call_list")).ok
    first, second = house.printer.pieces
    assert "1 / 2枚目　全部で9人" in "\n".join(first.lines) and "2 / 2枚目" in "\n".join(second.lines)
    assert "\n".join(first.lines).count(PHONE) == 8 and "\n".join(second.lines).count(PHONE) == 1


async def test_who_may_not_and_what_cannot_be_printed(house: House) -> None:
    leader = await house.sign_in("3001")
    assert (await house.act(leader, "print_call_list")).message == "電話でお知らせする方はいません。紙は出しません。"
    token, _ = await closed(house)
    for code in ("1001", "2001"):
        assert not (await house.act(await house.sign_in(code), "print_call_list")).ok
    trainee = await house.sign_in("3001", training=True)
    assert (await house.act(trainee, "print_call_list")).message == "研修モードでは、紙に印刷できません。"
    house.printer.faults.fail_repeatedly("cover_open")
    reply = await house.act(token, "print_call_list")
    assert not reply.ok and reply.message == "1号機のプリンターが使えません。電源と用紙を確かめてください。"
    assert house.printer.pieces == [] and house.facts(f.ContactsShown) == []


@pytest.mark.parametrize("columns", [32, 42])
def test_no_line_is_wider_than_the_paper_and_none_is_kept_by_a_driver(columns: int) -> None:
    row = api.HitRow(
        booking="b1", letter="H", date="2026-04-06", date_text="4月6日（月）", start="13:54", service="s",
        service_name="引っ越しの届（転入・転居・転出）と国民健康保険の手続き", source_name="Web予約", language="vi",
        code="1206 0123 4567 8901",
    )  # fmt: skip
    contact = ContactRow(booking="b1", told="call", name="ア" * 80, phone="090-0000-0417")
    (slip,) = call_list_paper.slips([row], {"b1": contact}, ["区役所"], columns * 12)
    lines = [part for part in slip.parts if isinstance(part, TicketLine) and part.personal]
    assert lines and all(width_columns(line.text) * line.size == columns // line.size * line.size for line in lines)
    assert all(line.personal for line in slip.parts if isinstance(line, TicketLine) and PHONE[-4:] in line.text)


# --- on the line --------------------------------------------------------------------------------------------------


async def test_it_is_asked_for_as_long_as_a_consoles_line_is_open(house: House) -> None:
    token, hit = await closed(house)
    whom = house.core.whom_to_call
    async with house.serve() as socket:
        reader, writer = await asyncio.open_unix_connection(str(socket))
        asked = "GET /v1/staff/slots/contacts/events HTTP/1.1\r\nHost: core\r\n"
        writer.write(f"{asked}Authorization: Bearer {token}\r\n\r\n".encode())
        await asyncio.wait_for(reader.readuntil(b'"state":"none"'), PATIENCE_S)
        assert set(whom.wanted()) == set(hit)
        whom.put(contacts(hit))
        assert set(whom.rows) == set(hit)
        writer.close()
        await house.until(lambda: whom.wanted() == ())
        assert whom.rows == {} and whom._rows == {}
