"""A machine to practise on, on a Monday morning: with or without a reader, in a city that sells certificates or not."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from kiosk_app import practice_here, words
from kiosk_app.api import Language
from kiosk_app.journeys import practice, ticket
from kiosk_app.journeys.certificate_state import Lesson
from kiosk_app.journeys.messages import Context
from kiosk_app.office.certificates import Wanted
from kiosk_app.settings_devices import PracticeTable
from tests.kiosk_app.journeys.certificate_house import kiosk_context
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS, Desk

NIGHT_MS = MONDAY_1012_MS + 12 * 3_600_000


@lru_cache
def practice_context(alone: bool = False, sells: bool = False) -> Context:
    """`sells`: a certificate kiosk with a reader; else a machine without one."""
    context = replace(
        kiosk_context(),
        words=words.load(domains=words.domains_of(True, has_procedures=True, practises=True)),
        practice=practice_here.here(PracticeTable(alone=alone)),
    )
    return context if sells else replace(context, certificates=None, card_reader="", card_seen="reader_away")


def machine(language: Language = "ja", modes: frozenset[str] = frozenset(), *, alone: bool = False) -> Desk:
    context = practice_context(alone)
    return Desk(context=context, state=replace(ticket.start(context), language=language, modes=modes))


def lesson(desk: Desk) -> Lesson:
    assert desk.state.certificate is not None and desk.state.certificate.lesson is not None
    return desk.state.certificate.lesson


# --- a visit, step by step -----------------------------------------------------------------------------------


def to_where(desk: Desk) -> None:
    desk.press("practice:begin", "practice:sample", "practice:place")
    desk.wait(2)
    assert desk.state.screen == "cert_where"


def to_pin(desk: Desk, scope: str = "self") -> None:
    to_where(desk)
    desk.press("whose:here", "kind:resident-record", f"scope:{scope}", "item:head-and-relation", "next", "copies:2")
    assert desk.state.screen == "card_pin"


def to_card_out(desk: Desk, scope: str = "self") -> None:
    to_pin(desk, scope)
    desk.press("pin:1", "pin:2", "pin:3", "pin:4", "pin:enter")
    desk.wait(2)
    assert desk.state.screen == "cert_card"


def to_confirm(desk: Desk) -> None:
    to_card_out(desk)
    desk.press("practice:take")
    desk.wait(3)
    assert desk.state.screen == "cert_confirm"


def to_pay(desk: Desk) -> None:
    to_confirm(desk)
    desk.press("buy")
    desk.wait(1)
    assert desk.state.screen == "cert_pay"


def to_take(desk: Desk) -> None:
    to_pay(desk)
    desk.press("practice:pay")
    desk.wait(practice.PRINT_MS // 1000)
    assert desk.state.screen == "cert_take"


def to_lesson(desk: Desk) -> None:
    to_take(desk)
    desk.press("end")
    assert desk.state.screen == "practice_lesson"


def practice_wanted() -> Wanted:
    return Wanted(kind="resident-record")
