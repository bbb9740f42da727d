"""What a console shows: who waits and since when, who is here, and every call for help in words that staff use."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from typing import get_args

from drivers.ports import PRINTS, PrinterStatus
from kiosk_app import api, settings
from kiosk_app.journeys import certificate_sale, ticket_moves, ticket_paper, ticket_ticks
from kiosk_app.office import facts as f
from kiosk_app.office.alert_words import ALERTS, OTHER
from kiosk_app.staff_view import ACTIONS_SHOWN_MAX
from tests.kiosk_app.house import MORNING, SERVICE, House, machine_toml

CAUSES = {
    "visitor",
    "help",
    "practice",
    "many_tickets",
    "stuck",
    "doubt",
    "disk_full",
    "numbers_full",
    "one_printer",
    "card_left",
    "certificate_doubt",
    "form_paper",
    "certificate_claim",
    "log_damaged",
    "log_unreadable",
    "clock_behind",
    "clock_ahead",
    "peer_refused",
    "machine_away",
    "device_refused",
    "certificate_paper",
    "certificate_printer",
    "cash_unit",
    "certificates_stopped",
    *(set(get_args(PrinterStatus)) - PRINTS),
}
OURS = re.compile(r"[A-Za-z_]{3,}")


def ring(house: House, cause: str, alert: str = "a1") -> None:
    called = f.StaffCalled(alert=alert, machine_code="m1", cause=cause, language="vi")
    house.core.book.commit("visitor", [called])


async def test_every_cause_of_an_alert_has_words_of_its_own(house: House) -> None:
    token = await house.sign_in()
    for number, cause in enumerate(sorted(CAUSES)):
        ring(house, cause, f"a{number}")
    alerts = {alert.cause: alert for alert in (await house.staff_view(token)).alerts}
    assert set(alerts) == CAUSES == set(ALERTS)
    for alert in alerts.values():
        assert alert.title.startswith("1号機　")
        assert alert.note
        assert not OURS.search(alert.title + alert.note), alert
        assert alert.since == "9:00"
    assert len({alert.title for alert in alerts.values()}) == len(CAUSES)
    assert alerts["visitor"].note == "画面の前でお待ちです・ベトナム語"
    assert alerts["help"].note.endswith("・ベトナム語")
    assert "ベトナム語" not in alerts["paper_out"].note


def test_the_journey_rings_for_no_cause_that_is_not_in_the_list() -> None:
    """Every text that the journey passes to a call for staff, found in its source."""
    rung: set[str] = set(ticket_moves.PRINTER_CAUSES)
    for module in (ticket_moves, ticket_paper, ticket_ticks, certificate_sale):
        assert module.__file__ is not None
        with open(module.__file__) as source:
            tree = ast.parse(source.read())
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in (
                "call_staff",
                "ring_for_machine",
                "ring",
            ):
                texts = [n.value for n in ast.walk(node) if isinstance(n, ast.Constant) and isinstance(n.value, str)]
                rung |= {text for text in texts if text}
    rung -= {"cert_doubt"}  # the screen on which it rings
    assert {"stuck", "doubt", "help", "certificate_doubt", "certificate_claim"} <= rung <= CAUSES


async def test_a_cause_of_a_later_version_is_words_too(house: House) -> None:
    token = await house.sign_in()
    ring(house, "gremlins")
    (alert,) = (await house.staff_view(token)).alerts
    assert (alert.title, alert.note) == (f"1号機　{OTHER.title}", OTHER.note)


async def test_the_list_says_who_waits_since_when_and_in_which_language(house: House) -> None:
    token = await house.sign_in()
    await house.act(token, "issue", service=SERVICE, language="easy")
    await house.pass_s(300)
    await house.act(token, "issue", service="move-in", language="zh")
    await house.pass_s(600)
    view = await house.staff_view(token)
    rows = [(r.number, r.letter, r.kind, r.waited_min, r.language, r.paper) for r in view.waiting]
    assert sorted(rows) == [
        ("A-001", "A", "walk_in", 15, "easy", ""),
        ("H-001", "H", "walk_in", 10, "zh", ""),
    ]
    assert view.waiting_total == 2
    assert (view.next_number, view.next_why) == ("", ())
    await house.act(token, "open_counter", counter=3)
    view = await house.staff_view(token)
    assert view.waiting_total == 1
    assert view.next_number == "A-001"
    assert [r.number for r in view.waiting if r.next] == ["A-001"]
    assert view.next_why
    assert {t.letter: (t.issued, t.waiting, t.completed) for t in view.today} == {"A": (1, 1, 0), "H": (1, 1, 0)}


async def test_the_visitor_at_the_counter_with_everything_a_clerk_must_know(house: House) -> None:
    token = await house.sign_in()
    await house.act(token, "issue", service=SERVICE, language="vi")
    await house.pass_s(420)
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_next", counter=3)
    await house.act(token, "recall", counter=3)
    current = (await house.staff_view(token)).current
    assert current is not None
    assert (current.number, current.stage, current.waited_min, current.calls) == (
        "A-001",
        "受付（このあと交付）",
        7,
        2,
    )
    assert (current.language, current.language_name, current.machine, current.paper) == (
        "vi",
        "ベトナム語",
        "1号機",
        "",
    )
    assert current.services == ("住民票の写し",)
    assert (current.issued, current.called_at) == ("9:00", "9:07")
    assert re.fullmatch(r"\d+:\d\d〜\d+:\d\d", current.promised)
    assert (await house.staff_view(token)).last == "9:07　A-001 再呼出"


async def test_a_paper_in_doubt_is_marked_wherever_the_number_stands(house: House) -> None:
    token = await house.sign_in()
    house.printer.faults.tear_at(600)
    reply = await house.act(token, "issue", service=SERVICE)
    assert not reply.ok
    house.printer.faults.clear()
    ticket = next(iter(house.core.book.state.day.tickets))
    house.core.book.commit("printer", [f.PrintEnded(job=f"{ticket}.1", ticket=ticket, verdict="maybe")])
    await house.act(token, "open_counter", counter=3)
    assert [row.paper for row in (await house.staff_view(token)).waiting] == ["紙を確認"]
    await house.act(token, "call_next", counter=3)
    current = (await house.staff_view(token)).current
    assert current is not None
    assert current.paper == "紙を確認"


async def test_the_history_has_no_name_of_ours(house: House) -> None:
    await house.take()
    token = await house.sign_in()
    ring(house, "visitor")
    await house.act(token, "accept_alert", alert="a1")
    ticket = next(iter(house.core.book.state.day.tickets))
    await house.core.issuer.reprint(ticket, "visitor")
    await house.act(token, "reprint", number="A-001")
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_next", counter=3)
    await house.act(token, "undo", counter=3)
    actions = (await house.staff_view(token)).actions
    assert [(a.what, a.number, a.staff_code, a.counter, a.reason) for a in actions] == [
        ("元に戻す", "A-001", "1001", "3番", "呼出"),
        ("呼出", "A-001", "1001", "3番", ""),
        ("窓口を開く", "", "1001", "3番", ""),
        ("再発行", "A-001", "1001", "", ""),
        ("再発行", "A-001", "来庁者", "", ""),
        ("呼び出しを受ける", "", "1001", "", "職員を呼んでいます"),
        ("サインイン", "", "1001", "", ""),
    ]
    for action in actions:
        assert not OURS.search(action.what + action.reason + action.staff_code), action


async def test_the_history_is_bounded(house: House) -> None:
    token = await house.sign_in()
    house.core.book.commit("1001", [f.SignedIn(role="clerk")] * (ACTIONS_SHOWN_MAX + 50))
    assert len((await house.staff_view(token)).actions) == ACTIONS_SHOWN_MAX


async def test_a_language_of_a_later_version_does_not_break_a_console(house: House) -> None:
    await house.take()
    ticket, known = next(iter(house.core.book.state.day.tickets.items()))
    later = f.TicketIssued(
        ticket="later",
        intent="later",
        letter="A",
        number=99,
        stops=known.stops,
        language="tlh",
        machine_code="m1",
        due_utc_ms=known.due_utc_ms,
        estimate_from_utc_ms=0,
        estimate_to_utc_ms=0,
        waiting_ahead=0,
    )
    printed = f.PrintEnded(job="later.1", ticket="later", verdict="issued")
    house.core.book.commit("core", [later, printed])
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_number", counter=3, number="A-099", reason="窓口の都合")
    view = await house.staff_view(token)
    assert view.current is not None
    assert (view.current.language, view.current.language_name) == ("ja", "日本語")
    assert ticket in {row.ticket for row in view.waiting}


async def test_what_can_be_chosen_comes_from_the_catalogue(house: House) -> None:
    view = await house.staff_view(await house.sign_in("2001"))
    assert view.role == "guide"
    assert view.counter is None
    assert [g.letter for g in view.groups] == [g.letter for g in house.office.groups]
    assert {s.id for s in view.services} == {s.id for s in house.office.services}
    assert view.cancel_reasons == house.office.cancel_reasons
    assert [c.number for c in view.counters] == sorted(c.number for c in house.office.counters)
    assert {c.floor for c in view.counters} == {"1階", "2階", "3階"}
    assert isinstance(view, api.StaffView)


async def test_undo_names_everything_that_it_takes_back_and_is_not_offered_in_vain(house: House) -> None:
    for _ in range(2):
        await house.take()
    token, other = await house.sign_in(), await house.sign_in("1002")
    await house.act(token, "open_counter", counter=3)
    await house.act(other, "open_counter", counter=4)
    await house.act(token, "call_next", counter=3)
    await house.act(token, "call_next", counter=3)
    await house.pass_s(60)
    undo = (await house.staff_view(token)).undo
    assert undo is not None
    assert undo.label == "A-001完了・A-002呼出"
    assert 230 <= undo.seconds_left <= 240
    await house.act(token, "hold", counter=3)
    await house.act(other, "call_number", counter=4, number="A-002")
    assert (await house.staff_view(token)).undo is None
    assert not (await house.act(token, "undo", counter=3)).ok


async def test_after_a_stop_each_counter_is_asked_whether_its_visitor_is_done(house: House) -> None:
    await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "call_next", counter=3)

    async def interrupted() -> bool:
        current = (await house.staff_view(token)).current
        assert current is not None
        return current.interrupted

    assert not await interrupted()
    power_is_back = machine_toml(house.folder, house.printer.port, MORNING + timedelta(minutes=30))
    house.settings = settings.parse_machine(power_is_back, "machine.toml")
    await house.restart()
    assert await interrupted()
    await house.pass_s(5)
    await house.act(token, "recall", counter=3)
    assert not await interrupted(), "who is called again is surely not done"


async def test_who_did_not_come_stays_in_sight_and_can_come_back(house: House) -> None:
    for _ in range(2):
        await house.take()
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    for _ in range(2):
        await house.act(token, "call_next", counter=3)
        await house.pass_s(60)
        await house.act(token, "no_show", counter=3)
    view = await house.staff_view(token)
    assert [(r.number, r.kind) for r in view.waiting] == [("A-002", "missed"), ("A-001", "missed")]
    assert (view.waiting_total, view.next_number) == (0, "")
    assert (await house.act(token, "resume", ticket=view.waiting[0].ticket)).ok
    assert (await house.act(token, "call_number", counter=3, ticket=view.waiting[1].ticket)).ok
    view = await house.staff_view(token)
    assert [(r.number, r.kind) for r in view.waiting] == [("A-002", "walk_in")]
    assert view.current is not None
    assert view.current.number == "A-001"


async def test_a_number_on_hold_says_when_it_comes_back_and_comes_back(house: House) -> None:
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "issue", service=SERVICE)
    await house.act(token, "call_next", counter=3)
    await house.act(token, "hold", counter=3)
    assert [(r.kind, r.back) for r in (await house.staff_view(token)).waiting] == [("held", "9:15")]
    await house.pass_s(15 * 60)
    view = await house.staff_view(token)
    assert [(r.kind, r.back) for r in view.waiting] == [("walk_in", "")]
    assert view.next_number == "A-001"
    assert (view.actions[0].what, view.actions[0].staff_code) == ("保留解除", "機械")


async def test_after_as_many_calls_as_the_office_makes_the_console_offers_a_no_show(house: House) -> None:
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "issue", service=SERVICE)
    await house.act(token, "call_next", counter=3)
    offered = []
    for _ in range(house.office.queue.no_show_calls):
        current = (await house.staff_view(token)).current
        assert current is not None
        offered.append(current.offer_no_show)
        await house.act(token, "recall", counter=3)
    assert offered == [False, False, True]


async def test_a_machine_that_is_not_the_hub_brings_nobody_back(house: House) -> None:
    """It knows of the hold by replication, and would be refused if it wrote of calls."""
    token = await house.sign_in()
    await house.act(token, "open_counter", counter=3)
    await house.act(token, "issue", service=SERVICE)
    await house.act(token, "call_next", counter=3)
    await house.act(token, "hold", counter=3)
    house.core.book.commit("hub", [f.HubFollowed(hub="m2", epoch=2)])
    assert not house.core.place.is_hub
    await house.pass_s(60 * 60)
    assert house.facts(f.Resumed) == []
