"""What is refused in the journey of a certificate: one sentence for whatever the register knows, and where it leads."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from kiosk_app.api import LANGUAGES
from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys import ticket
from kiosk_app.journeys.certificate_timing import REFUSAL_STEP_MS
from kiosk_app.journeys.messages import (
    Issue,
)
from tests.kiosk_app.journeys import certificate_house as h
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS, Desk


@pytest.fixture
def desk() -> Desk:
    return h.kiosk()


def told(desk: Desk, why: c.Why, after_ms: int) -> tuple[int, str]:
    """When it is told, from the question on, and everything that the screen says."""
    question = h.to_signed(desk)
    h.lay(desk, "empty")
    asked_ms = h.visit(desk).asked_ms
    desk.change(now_utc_ms=desk.context.now_utc_ms + after_ms)
    desk.step(c.CertificateRefused(question=question, why=why))
    while desk.state.screen == "cert_wait":
        # The core's ticks come when they come, whatever has been answered.
        desk.change(now_utc_ms=asked_ms + ((desk.context.now_utc_ms - asked_ms) // 100 + 1) * 100)
        desk.step(ticket.Tick())
    shown = replace(desk.view(), screen_id="", time="")
    return desk.context.now_utc_ms - asked_ms, msgspec.json.encode(shown).decode()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_cause_of_the_register_is_told_by_one_sentence_after_one_time(language: str) -> None:
    found = set()
    for after_ms in (0, 10, 900, 2_300, 4_999):
        desk = h.kiosk(language)  # type: ignore[arg-type]
        found.add(told(desk, "not_here", after_ms))
    ((after_ms, shown),) = found
    assert after_ms == REFUSAL_STEP_MS
    assert h.kiosk().context.words.say(language, "certificate.said.not_here") in msgspec.json.decode(shown)["title"]


def test_an_answer_that_came_late_is_told_at_the_next_step() -> None:
    assert told(h.kiosk(), "not_here", REFUSAL_STEP_MS + 1)[0] == 2 * REFUSAL_STEP_MS
    assert told(h.kiosk(), "elsewhere", 7)[0] == REFUSAL_STEP_MS


def test_a_refusal_leads_to_the_counter_that_can_do_it(desk: Desk) -> None:
    told(desk, "not_here", 5)
    assert desk.view().title == "この証明書は、\nこの機械では発行できません。"
    desk.press("ticket")
    assert (desk.state.screen, desk.state.place.service) == ("confirm", "resident-record-copy")
    assert isinstance(desk.press("take")[0], Issue)


def test_a_family_register_elsewhere_leads_to_who_can_give_it_or_says_when(desk: Desk) -> None:
    h.to_where(desk)
    desk.press("whose:other")
    assert desk.view().notice.startswith("ほかの市区町村の戸籍") and "13:00" in desk.view().notice
    assert [action.id for action in desk.view().actions] == ["end"]
    desk = h.kiosk(now_ms=MONDAY_1012_MS + 4 * 3_600_000)
    h.to_where(desk)
    desk.press("whose:other")
    assert desk.view().title == "ほかの市区町村の証明書は、\nこの機械では発行できません。"
    desk.press("ticket")
    h.lay(desk, "empty")
    assert (desk.state.screen, desk.state.place.service) == ("confirm", "family-register-elsewhere")


@pytest.mark.parametrize(
    "why", ["expired", "not_yet", "revoked", "unknown_issuer", "wrong_kind", "not_genuine", "not_asked"]
)
def test_what_central_finds_wrong_with_the_card_is_told_at_once_and_exactly(desk: Desk, why: c.Why) -> None:
    question = h.to_signed(desk)
    desk.step(c.CertificateRefused(question=question, why=why))
    assert desk.view().title == desk.context.words.say("ja", f"certificate.said.{why}")
    assert {"counter", "ticket"} & h.ids(desk)
