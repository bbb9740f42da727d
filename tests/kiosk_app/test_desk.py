"""What staff may do and what they read: every verb for every role, each act once, plain words for each refusal."""

from __future__ import annotations

import asyncio
import re
from typing import Any, get_args

import msgspec
import pytest
from msgspec.structs import replace

from kiosk_app import api
from kiosk_app.desk import SESSIONS_MAX
from kiosk_app.office import facts as f
from kiosk_app.office.permissions import VERBS, may
from tests.kiosk_app.house import SERVICE, House, OpenHouse, the_office

VERBS_ALL: tuple[api.StaffVerb, ...] = get_args(api.StaffVerb)
CODES: dict[api.Role, str] = {"clerk": "1001", "guide": "2001", "leader": "3001", "technician": "9001"}
GUIDE = {"issue", "reprint", "change_service", "accept_alert", "sign_out", "recover_printer", "mark", "register_pad"}
GUIDE |= {"check_in", "refilled"}
LEADER = {"cancel_many", "restore_many", "suspend", "end_suspension", "post_notice", "withdraw_notice", "hand_over_hub"}
LEADER |= {"change_slots", "undo_slots", "close_slots", "print_call_list"}
DEVICES = {"confirm_pairing", "refuse_pairing", "revoke_device", "resume_certificates"}
RAW = re.compile(r"[a-z]{4,}|_")


def plain(message: str) -> str:
    """One or two Japanese sentences without a word of ours."""
    assert message.endswith("。")
    assert not RAW.search(message), message
    return message


# --- roles -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", CODES)
async def test_what_a_role_may_not_is_refused_in_plain_words_and_leaves_nothing(house: House, role: api.Role) -> None:
    token = await house.sign_in(CODES[role])
    before = house.position
    for verb in VERBS_ALL:
        if not may(role, verb):
            reply = await house.act(token, verb, counter=3, number="A-001", service=SERVICE, reason="理由")
            assert not reply.ok, verb
            assert "にはできません" in plain(reply.message), verb
    assert house.position == before
    assert house.printer.pieces == []


def test_who_may_what_is_written_out_once_more_by_hand() -> None:
    everything = set(VERBS_ALL)
    assert {role: set(verbs) for role, verbs in VERBS.items()} == {
        "guide": GUIDE,
        "clerk": everything - LEADER - DEVICES,
        "leader": everything - DEVICES,
        "technician": {
            "accept_alert",
            "sign_out",
            "recover_printer",
            "refilled",
            *DEVICES,
            "hand_over_hub",
        },
    }


async def test_every_verb_that_cannot_be_done_now_says_why(house: House) -> None:
    """A leader at an office with no visitor: each verb has a sentence of its own with a next step."""
    token = await house.sign_in("3001")
    await house.act(token, "open_counter", counter=4)
    cannot: dict[str, dict[str, Any]] = {
        "open_counter": {"counter": 99},
        "pause_counter": {"counter": 3},
        "close_counter": {"counter": 3},
        "call_next": {"counter": 4},
        "call_number": {"counter": 4, "number": "A-777"},
        "recall": {"counter": 4},
        "hold": {"counter": 4},
        "resume": {"number": "住民票"},
        "no_show": {"counter": 4},
        "complete": {"counter": 4},
        "ready_for_handover": {"counter": 4},
        "cancel": {"counter": 4},
        "undo": {"counter": 3},
        "transfer": {"counter": 4, "service": "no-such-service"},
        "grant_priority": {"ticket": "no-such-ticket"},
        "accept_alert": {"alert": "no-such-alert"},
        "issue": {"service": "no-such-service"},
        "reprint": {"number": "A-777"},
        "change_service": {"number": "A-777", "service": SERVICE},
        "recover_printer": {},
        "mark": {"number": "A-777"},
        "cancel_many": {"tickets": ("no-such-ticket",), "reason": "台風・大雨"},
        "restore_many": {},
        "print_history": {"day": "2026-04-06"},
        "suspend": {"reason": "うわさ", "minutes": 30},
        "end_suspension": {"suspension": "none"},
        "post_notice": {"reason": "うわさ", "minutes": 30},
        "withdraw_notice": {"notice": "none"},
        "continue_call": {"counter": 4},
        "register_pad": {"service": SERVICE, "number": "A-105"},
        "confirm_pairing": {"pairing": "none"},
        "refuse_pairing": {"pairing": "none"},
        "revoke_device": {"device": "none", "reason": "紛失・盗難"},
        "resume_certificates": {"machine": "m1"},
        "hand_over_hub": {"machine": "m9"},
        "accept_voided": {"tickets": ("none",)},
        "change_slots": {"slot": api.SlotAct(change=api.SlotChange(letter="Z", length_min=7))},
        "undo_slots": {"slot": api.SlotAct(letter="H")},
        "close_slots": {"slot": api.SlotAct(), "reason": "うわさ"},
        "book_slot": {"slot": api.SlotAct(letter="H", start_min=0), "service": "move-in"},
        "move_booking": {"slot": api.SlotAct(booking="none")},
        "print_call_list": {},
        "cancel_booking": {"slot": api.SlotAct(booking="none")},
        "slot_no_show": {"slot": api.SlotAct(booking="none")},
        "check_in": {"slot": api.SlotAct(booking="none")},
        "confirm_payment": {"money": api.MoneyAct(payment="none", yen=300)},
        "return_money": {"money": api.MoneyAct(word="none")},
        "settle_claim": {"money": api.MoneyAct(claim="none")},
        "print_takings": {},
        "refilled": {"machine": "m9"},
    }
    assert set(cannot) == set(VERBS_ALL) - {"sign_out"}
    technician = await house.sign_in("9001")
    before = house.position
    for verb, fields in cannot.items():
        reply = await house.act(technician if verb in DEVICES else token, verb, **fields)  # type: ignore[arg-type]
        assert not reply.ok, verb
        plain(reply.message)
    assert house.position == before


# --- a day at the counter ----------------------------------------------------------------------------------------


async def test_a_day_at_the_counter_from_the_first_call_to_the_last(house: House) -> None:
    """Every verb of a clerk once, in the order of a working day, with what it says."""
    for _ in range(5):
        await house.take()
    token = await house.sign_in()
    said = []
    for verb, fields in (
        ("open_counter", {}),
        ("call_next", {}),
        ("recall", {}),
        ("hold", {}),
        ("call_next", {}),
        ("undo", {}),
        ("call_next", {}),
        ("no_show", {}),
        ("resume", {"number": "A-001"}),
        ("call_number", {"number": "a3", "reason": "体調・お子さま連れなどの事情"}),
        ("complete", {}),
        ("grant_priority", {"number": "A-005", "reason": "体調がすぐれない方"}),
        ("call_next", {}),
        ("transfer", {"service": "move-in"}),
        ("change_service", {"number": "A-004", "service": "seal-certificate"}),
        ("cancel", {"number": "A-004", "reason": "お帰りになった"}),
        ("pause_counter", {}),
        ("open_counter", {}),
        ("close_counter", {}),
        ("sign_out", {}),
    ):
        reply = await house.act(token, verb, counter=3, **fields)  # type: ignore[arg-type]
        assert reply.ok, (verb, reply.message)
        said.append(reply.message)
    assert said == [
        "3番窓口を開きました。",
        "A-001を呼びました。",
        "A-001をもう一度呼びました。",
        "A-001を保留にしました。",
        "A-002を呼びました。",
        "A-002の操作を元に戻しました。",
        "A-002を呼びました。",
        "A-002を不在にしました。",
        "A-001をお待ちの列に戻しました。",
        "A-003を呼びました。",
        "A-003を完了しました。",
        "A-005を優先の扱いにしました。",
        "A-005を呼びました。",
        "A-005を転送しました。",
        "A-004の用件を変えました。",
        "A-004を取り消しました。",
        "3番窓口を休憩にしました。",
        "3番窓口を開きました。",
        "3番窓口を閉めました。",
        "",
    ]
    assert len(house.facts(f.Called)) == 5


async def test_a_counter_serves_the_groups_that_were_chosen(open_house: OpenHouse) -> None:
    office = the_office()
    wide = tuple(replace(c, groups=("A", "H")) if c.number == 3 else c for c in office.counters)
    house = await open_house(office=replace(office, counters=wide))
    token = await house.sign_in()
    assert (await house.act(token, "open_counter", counter=3, groups=("H",))).ok
    view = await house.staff_view(token)
    assert view.counter is not None
    assert view.counter.groups == ("H",)
    assert (await house.act(token, "close_counter", counter=3)).ok
    shut = next(c for c in (await house.staff_view(token)).counters if c.number == 3)
    assert shut.groups == ("A", "H")
    wrong = await house.act(token, "open_counter", counter=3, groups=("A", "Z"))
    assert not wrong.ok
    assert "Zを扱えません" in wrong.message
    assert (await house.act(token, "open_counter", counter=3)).ok
    view = await house.staff_view(token)
    assert view.counter is not None
    assert view.counter.groups == ("A", "H")


async def test_an_act_can_be_taken_back_for_five_minutes_and_not_longer(house: House) -> None:
    await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_next", counter=3)
    await house.pass_s(298)
    undo = (await house.staff_view(token)).undo
    assert undo is not None
    assert undo.label == "A-001の呼出"
    assert 0 <= undo.seconds_left <= 2
    assert (await house.act(token, "undo", counter=3)).ok
    assert (await house.staff_view(token)).undo is None
    await house.act(token, "call_next", counter=3)
    await house.pass_s(301)
    assert (await house.staff_view(token)).undo is None
    late = await house.act(token, "undo", counter=3)
    assert not late.ok
    assert "5分以内" in plain(late.message)


# --- once ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("restart", [False, True])
async def test_the_same_intent_acts_once_also_after_a_lost_reply_and_a_restart(house: House, restart: bool) -> None:
    for _ in range(3):
        await house.take()
    token = await house.sign_in()
    acts: tuple[tuple[api.StaffVerb, dict[str, Any]], ...] = (
        ("open_counter", {"counter": 3}),
        ("call_next", {"counter": 3}),
        ("recall", {"counter": 3}),
        ("hold", {"counter": 3}),
        ("issue", {"service": SERVICE}),
        ("reprint", {"number": "A-001"}),
        ("close_counter", {"counter": 3}),
    )
    for verb, fields in acts:
        first = await house.act(token, verb, intent=f"once {verb}", **fields)
        assert first.ok, first.message
        position, paper = house.position, len(house.printer.pieces)
        if restart:
            await house.restart()
            position = house.position
        again = await house.act(token, verb, intent=f"once {verb}", **fields)
        assert again == first
        assert (house.position, len(house.printer.pieces)) == (position, paper), verb
    assert len(house.printer.pieces) == 5


async def test_the_same_print_asked_for_many_times_at_once_is_one_piece_of_paper(house: House) -> None:
    await house.take()
    token = await house.sign_in("2001")
    issued = [house.act(token, "issue", intent="one press", service=SERVICE) for _ in range(5)]
    assert {r.ok for r in await asyncio.gather(*issued)} == {True}
    assert len(house.printer.wait_for_pieces(2)) == 2
    again = [house.act(token, "reprint", intent="one more", number="A-002") for _ in range(5)]
    assert all(reply.ok or "印刷中" in reply.message for reply in await asyncio.gather(*again))
    await house.until(lambda: house.core.book.state.day.tickets)
    assert len(house.printer.wait_for_pieces(3)) == 3
    assert [len(house.facts(kind)) for kind in (f.TicketIssued, f.PrintStarted, f.PrintEnded)] == [2, 3, 3]


async def test_two_people_who_reprint_one_number_at_once_make_one_paper(house: House) -> None:
    await house.take()
    tokens = [await house.sign_in("1001"), await house.sign_in("2001")]
    house.printer.faults.delay(0.02)
    replies = await asyncio.gather(*(house.act(token, "reprint", number="A-001") for token in tokens))
    assert sorted(reply.ok for reply in replies) == [False, True]
    assert "印刷中" in next(reply.message for reply in replies if not reply.ok)
    assert len(house.printer.pieces) == 2


# --- the floor guide ----------------------------------------------------------------------------------------------


async def test_the_guide_issues_reprints_and_corrects(house: House) -> None:
    token = await house.sign_in("2001")
    issued = await house.act(token, "issue", service=SERVICE, language="vi")
    assert (issued.ok, issued.message) == (True, "A-001を発券しました。")
    again = await house.act(token, "reprint", number="a001")
    assert (again.ok, again.message) == (True, "A-001を再発行しました。")
    first, second = (piece.lines for piece in house.printer.wait_for_pieces(2))
    assert "A-001" in first
    assert "A-001" in second
    assert ["再発行" in "".join(lines) for lines in (first, second)] == [False, True]
    changed = await house.act(token, "change_service", number="A-001", service="seal-certificate")
    assert changed.ok
    row = (await house.staff_view(token)).waiting[0]
    assert (row.number, row.language) == ("A-001", "vi")
    assert row.service == "印鑑登録証明書"
    (ticket,) = house.facts(f.TicketIssued)
    assert isinstance(ticket, f.TicketIssued)
    assert (ticket.by_staff, ticket.language) == (True, "vi")


@pytest.mark.parametrize("cause", ["paper_out", "cover_open", "cutter_error", "silent"])
@pytest.mark.slow
async def test_without_a_working_printer_no_number_is_given_and_the_guide_reads_why(house: House, cause: str) -> None:
    token = await house.sign_in("2001")
    house.printer.faults.fail_repeatedly(cause)
    reply = await house.act(token, "issue", service=SERVICE)
    assert not reply.ok
    plain(reply.message)
    assert house.facts(f.TicketIssued) == []
    house.printer.faults.clear()
    await house.core.printer.preflight()
    assert (await house.act(token, "issue", service=SERVICE)).ok


async def test_paper_that_ends_in_mid_ticket_is_said_and_the_reprint_is_the_same_number(house: House) -> None:
    token = await house.sign_in("2001")
    house.printer.faults.fail_after("paper_out", 40, "dots")
    reply = await house.act(token, "issue", intent="torn", service=SERVICE)
    assert not reply.ok
    assert reply.message == "A-001は紙に出ていません。用紙とプリンターを確かめて、再発行してください。"
    assert await house.act(token, "issue", intent="torn", service=SERVICE) == reply
    house.printer.faults.clear()
    await house.until(lambda: house.core.printer.status == "ready")
    again = await house.act(token, "reprint", number="A-001")
    assert (again.ok, again.message) == (True, "A-001を再発行しました。")
    assert len(house.facts(f.TicketIssued)) == 1


async def test_a_cancelled_number_is_not_printed_again(house: House) -> None:
    await house.take()
    token = await house.sign_in()
    assert (await house.act(token, "cancel", number="A-001", reason="お帰りになった")).ok
    reply = await house.act(token, "reprint", number="A-001")
    assert not reply.ok
    assert "取り消されています" in plain(reply.message)
    assert len(house.printer.pieces) == 1


# --- sessions -----------------------------------------------------------------------------------------------------


async def test_a_session_outlives_a_restart_and_its_file_tells_neither_pin_nor_token(house: House) -> None:
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.restart()
    view = await house.staff_view(token)
    assert (view.staff_code, view.role) == ("1001", "clerk")
    assert view.counter is not None
    assert (view.counter.number, view.counter.state) == (3, "open")
    kept = house.folder / "run" / "desk.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert token not in kept.read_text()
    assert "1357" not in kept.read_text()
    log = b"".join(msgspec.json.encode(entry) for _, entry in house.core.book.log.read(0, 1000))
    assert token.encode() not in log
    assert b"1357" not in log


async def test_who_left_the_staff_or_changed_role_is_signed_out_by_the_next_start(house: House) -> None:
    tokens = [await house.sign_in(code) for code in ("1001", "1002", "2001")]
    await house.close()
    kept = [m for m in house.staff if m.code != "1001"]
    changed = [replace(m, role="leader") if m.code == "1002" else m for m in kept]
    await house.open(changed)
    assert [(await house.ask("GET", "/v1/staff/view", token=t)).status for t in tokens] == [401, 401, 200]


async def test_a_console_that_was_replaced_finds_its_counter_as_it_was(house: House) -> None:
    await house.take()
    first = await house.sign_in()
    await house.act(first, "open_counter", counter=3)
    await house.act(first, "call_next", counter=3)
    second = await house.sign_in()
    view = await house.staff_view(second)
    assert view.counter is not None
    assert (view.counter.number, view.counter.current) == (3, "A-001")
    assert (await house.act(second, "complete", counter=3)).ok


async def test_signing_out_closes_the_counter_but_not_under_a_visitor(house: House) -> None:
    await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_next", counter=3)
    refused = await house.act(token, "sign_out")
    assert (refused.ok, "A-001" in plain(refused.message)) == (False, True)
    await house.act(token, "complete", counter=3)
    assert (await house.act(token, "sign_out")).ok
    assert house.core.book.state.day.counters["3"].state == "closed"
    other = await house.sign_in("1002")
    assert (await house.act(other, "open_counter", counter=3)).ok


async def test_a_counter_left_open_is_taken_over_by_a_leader_or_when_its_clerk_has_gone(house: House) -> None:
    await house.take()
    gone = await house.sign_in("1001")
    await house.act(gone, "open_counter", counter=3)
    await house.act(gone, "call_next", counter=3)
    other, leader = await house.sign_in("1002"), await house.sign_in("3001")
    refused = await house.act(other, "open_counter", counter=3)
    assert (refused.ok, plain(refused.message)) == (
        False,
        "3番窓口は係員1001が開いています。引き継ぐときは、リーダーに頼んでください。",
    )
    assert (await house.act(leader, "open_counter", counter=3)).ok
    view = await house.staff_view(leader)
    assert view.counter is not None
    assert (view.counter.staff_code, view.counter.current) == ("3001", "A-001")
    assert (await house.staff_view(gone)).counter is None
    await house.at("22:30")
    late = await house.sign_in("1001")
    await house.at("23:10")
    await house.sign_in("2001")
    assert (await house.act(late, "open_counter", counter=3)).ok


async def test_the_number_of_sessions_has_a_limit_and_old_ones_make_room(house: House) -> None:
    token = await house.sign_in()
    kept = house.core.desk._sessions
    session = next(iter(kept.values()))
    kept.update({f"other {n}": session for n in range(SESSIONS_MAX - 1)})
    wish = api.SignIn(staff_code="1002", pin="2468")
    reply = (await house.ask("POST", "/v1/staff/sign-in", wish)).of(api.SignedInReply)
    assert (reply.ok, reply.token) == (False, "")
    plain(reply.message)
    assert (await house.ask("GET", "/v1/staff/view", token=token)).status == 200
    await house.at("23:30")
    assert (await house.ask("POST", "/v1/staff/sign-in", wish)).of(api.SignedInReply).ok
    assert len(kept) == 1
