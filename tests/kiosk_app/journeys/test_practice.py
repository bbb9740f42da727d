"""Practice is the real journey with nothing real in it: no card, no money, no paper but what is asked for."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from msgspec.structs import replace

from kiosk_app import practice_told
from kiosk_app.api import LANGUAGES
from kiosk_app.journeys import certificate_events as c
from kiosk_app.journeys import practice, ticket
from kiosk_app.journeys.messages import (
    CallStaff,
    CardAnswered,
    CardOpened,
    CardSeen,
    ClearAlert,
    NewSession,
    PinTyped,
    PrintSample,
    Restarted,
    SamplePrinted,
)
from kiosk_app.journeys.ticket_view import controls
from tests.kiosk_app.journeys import certificate_house
from tests.kiosk_app.journeys import practice_house as h
from tests.kiosk_app.journeys.conftest import Desk

ASKS = (CallStaff, ClearAlert, PrintSample)


def test_the_whole_journey_without_a_reader_ends_with_how_to_do_it_at_a_shop() -> None:
    desk = h.machine()
    h.to_lesson(desk)
    view = desk.view()
    assert len(view.steps) == 7
    assert "コンビニ" in view.subtitle
    assert desk.commands == []
    desk.press("end")
    assert (desk.state.screen, desk.state.certificate) == ("idle", None)


def test_every_screen_says_that_it_is_practice_and_what_to_do() -> None:
    desk = h.machine()
    for to in (h.to_where, h.to_pin, h.to_card_out, h.to_confirm, h.to_pay, h.to_take, h.to_lesson):
        desk = h.machine()
        to(desk)
        guide = desk.view().guide
        assert guide is not None and "れんしゅう中" in guide.band and guide.what
        assert desk.view().spoken.startswith(guide.band.split("　")[0])


def test_the_steps_are_counted() -> None:
    desk = h.machine()
    told = []
    for to in (h.to_where, h.to_pin, h.to_card_out, h.to_confirm, h.to_pay, h.to_take):
        desk = h.machine()
        to(desk)
        guide = desk.view().guide
        assert guide is not None
        told.append(guide.step)
    assert [step[:5] for step in told] == [f"{n} / 7" for n in range(2, 8)]


def test_why_is_told_and_closed_on_the_same_screen() -> None:
    desk = h.machine()
    h.to_pin(desk)
    desk.press("practice:why")
    dialog = desk.view().dialog
    assert dialog is not None and "3回続けて" in dialog.note
    desk.press("close")
    assert (desk.state.screen, desk.view().dialog) == ("card_pin", None)


def test_the_pin_is_said_to_be_1234_and_any_digits_will_do_and_none_is_kept() -> None:
    desk = h.machine()
    h.to_pin(desk)
    guide = desk.view().guide
    assert guide is not None and "1234" in guide.what and "ほんとうの番号は押さない" in guide.what
    desk.press("pin:7", "pin:3", "pin:9")
    assert desk.state.card is not None and desk.state.card.typed == 3
    desk.press("pin:erase", "pin:9", "pin:1")
    other = h.machine()
    h.to_pin(other)
    other.press("pin:1", "pin:2", "pin:2", "pin:erase", "pin:3", "pin:4")
    assert desk.state == other.state, "what was typed makes no difference"
    desk.press("pin:enter")
    desk.wait(2)
    assert desk.state.screen == "cert_card"


def test_a_wrong_pin_is_shown_once_without_any_harm() -> None:
    desk = h.machine()
    h.to_pin(desk)
    assert [row.id for row in desk.view().rows] == ["practice:wrong"]
    desk.press("pin:1", "practice:wrong")
    view = desk.view()
    assert view.keypad is not None and (view.keypad.tries_left, view.keypad.typed) == (2, 0)
    assert view.notice == "暗証番号がちがいます。" and view.guide is not None and "だいじょうぶ" in view.guide.what
    assert view.rows == ()
    desk.press("pin:1", "pin:2", "pin:3", "pin:4", "pin:enter")
    desk.wait(2)
    assert desk.state.screen == "cert_card" and desk.commands == []


def test_a_press_that_means_nothing_just_now_is_answered_by_a_new_screen_id() -> None:
    """As one that the core hears when what it was for has just come by itself."""
    desk = h.machine()
    h.to_pay(desk)
    for control in ("practice:take", "practice:print", "practice:print", "item:nothing", "pin:enter"):
        before = desk.state
        after, _ = practice.pressed(before, control, desk.context)
        assert after.screen_id != before.screen_id, control
        assert after.screen == before.screen
        desk.state = after


def test_names_and_picture_are_samples() -> None:
    desk = h.machine()
    h.to_card_out(desk, "part")
    desk.press("practice:take")
    desk.wait(3)
    assert desk.state.screen == "cert_who"
    assert all(row.label.startswith("見本") for row in desk.view().rows)
    desk.press("member:1", "next")
    desk.wait(3)
    preview = desk.view().preview
    assert preview is not None and preview.picture == desk.context.practice.picture  # type: ignore[union-attr]


def test_a_real_card_that_is_laid_down_is_never_read_and_is_asked_back() -> None:
    desk = Desk(context=h.practice_context(sells=True), state=ticket.start(h.practice_context(sells=True)))
    desk.press("practice:begin", "practice:own")
    certificate_house.lay(desk, "card")
    desk.wait(2)
    assert desk.state.screen == "cert_where"
    certificate_house.lay(desk, "empty")
    assert desk.state.screen == "card_place"
    certificate_house.lay(desk, "card")
    desk.wait(2)
    desk.press("whose:here", "kind:seal-registration", "copies:1")
    desk.press(*(f"pin:{digit}" for digit in "1234"), "pin:enter")
    desk.wait(2)
    # Saying so is not enough where it can be seen.
    assert "practice:take" not in controls(desk.view())
    certificate_house.lay(desk, "empty")
    desk.wait(3)
    assert desk.state.screen == "cert_confirm"
    assert desk.commands == []


def test_a_real_card_that_is_left_behind_calls_staff() -> None:
    desk = Desk(context=h.practice_context(sells=True), state=ticket.start(h.practice_context(sells=True)))
    desk.press("practice:begin", "practice:own")
    certificate_house.lay(desk, "card")
    desk.wait(200)
    assert desk.state.screen == "idle"
    assert [one.cause for one in desk.commands if isinstance(one, CallStaff)] == ["card_left"]


def test_without_a_card_nobody_is_called_for_one() -> None:
    desk = h.machine()
    h.to_where(desk)
    desk.wait(200)
    assert desk.state.screen == "idle" and desk.commands == []


def test_help_is_real_and_says_that_it_is_practice() -> None:
    desk = h.machine()
    h.to_pin(desk)
    (call,) = desk.press("staff")
    assert isinstance(call, CallStaff) and call.cause == "practice"


def test_paper_only_when_it_is_asked_for_and_one_at_a_time() -> None:
    desk = h.machine()
    h.to_lesson(desk)
    (asked,) = desk.press("practice:print")
    assert isinstance(asked, PrintSample) and (asked.what, asked.kind) == ("certificate", "resident-record")
    assert desk.press("practice:print_lesson") == ()
    desk.step(SamplePrinted(paper="another", printed=True))
    assert h.lesson(desk).paper
    desk.step(SamplePrinted(paper=asked.paper, printed=True))
    assert desk.view().notice == "印刷しました。紙をお取りください。"
    assert len(desk.press("practice:print_lesson")) == 1


def test_the_roll_is_not_for_playing_with() -> None:
    desk = h.machine()
    h.to_lesson(desk)
    for _ in range(practice.PAPERS_MAX):
        (asked,) = desk.press("practice:print")
        assert isinstance(asked, PrintSample)
        desk.step(SamplePrinted(paper=asked.paper, printed=True))
    assert [one.id for one in desk.view().actions] == ["practice:again", "end"]
    desk.press("practice:again")
    assert h.lesson(desk).papers == practice.PAPERS_MAX


def test_a_machine_without_paper_offers_none() -> None:
    desk = h.machine()
    desk.change(printer_status="paper_out")
    h.to_lesson(desk)
    assert [one.id for one in desk.view().actions] == ["practice:again", "end"]


def test_once_more_begins_at_the_beginning_in_the_same_language() -> None:
    desk = h.machine("en", frozenset({"large"}))
    h.to_lesson(desk)
    desk.press("practice:again")
    assert desk.state.screen == "practice_about"
    assert (desk.state.language, desk.state.modes) == ("en", frozenset({"large"}))


def test_no_real_number_is_offered_from_a_dead_end() -> None:
    desk = h.machine()
    h.to_where(desk)
    desk.press("whose:other")
    assert [one.id for one in desk.view().actions] == ["end"]
    desk.press("end")
    assert desk.state.screen == "idle"


def test_on_a_laptop_for_lessons_it_is_the_only_door_at_any_hour() -> None:
    desk = h.machine(alone=True)
    desk.change(now_utc_ms=h.NIGHT_MS)
    desk.step(ticket.Tick())
    assert desk.state.screen == "idle"
    assert [door.id for door in desk.view().doors] == ["practice:begin"]
    assert "staff" not in controls(desk.view()), "nobody would come"
    h.to_confirm(desk)


def test_an_office_that_is_closed_can_be_practised_in() -> None:
    desk = h.machine()
    desk.change(now_utc_ms=h.NIGHT_MS)
    desk.step(ticket.Tick())
    assert desk.state.screen == "closed"
    h.to_confirm(desk)


def test_a_machine_without_the_setting_has_no_such_door() -> None:
    desk = certificate_house.kiosk()
    assert "practice:begin" not in controls(desk.view())
    desk.step(ticket.Pressed(screen_id=desk.state.screen_id, control="practice:begin"))
    assert desk.state.certificate is None


def test_who_stops_at_the_money_is_asked_for_nothing() -> None:
    desk = h.machine()
    h.to_pay(desk)
    desk.press("stop_pay")
    desk.wait(1)
    assert (desk.state.screen, desk.view().notice) == ("cert_said", "れんしゅうです。お金はいただいていません。")
    assert desk.commands == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_and_every_why_has_its_words(language: Any) -> None:
    """A word that is missing raises."""
    seen = set()
    for scope in ("self", "part"):
        desk = h.machine(language)
        script = ["practice:begin", "practice:sample", "practice:place", *("whose:here", "kind:resident-record")]
        script += [f"scope:{scope}", "next", "copies:1", *(f"pin:{n}" for n in "1234"), "pin:enter", "practice:take"]
        script += ["member:1", "next"] if scope == "part" else []
        script += ["buy", "practice:pay", "end"]
        for control in script:
            seen.add(desk.state.screen)
            if "practice:why" in controls(desk.view()):
                desk.press("practice:why", "close")
            desk.press(control)
            for _ in range(5):
                desk.view()
                seen.add(desk.state.screen)
                desk.wait(1)
    assert seen >= {"practice_about", "card_reading", "cert_who", "cert_print", "practice_lesson"}


def test_what_is_kept_is_each_step_and_how_it_ended() -> None:
    desk = h.machine("ko", frozenset({"large"}))
    facts: list[Any] = []
    real = ticket.step

    def step(event: Any) -> Any:
        before = desk.state
        desk.ids += 1
        desk.context = replace(desk.context, new_id=f"id{desk.ids}")
        desk.state, commands = real(before, event, desk.context)
        facts.extend(practice_told.facts(before, desk.state, event, "m1"))
        return commands

    desk.step = step  # type: ignore[method-assign]
    h.to_pin(desk)
    desk.wait(200)
    assert [(one.step, one.ended) for one in facts] == [
        ("start", ""),
        ("card", ""),
        ("choose", ""),
        ("pin", ""),
        ("pin", "time"),
    ]
    assert {(one.language, one.modes, one.machine_code) for one in facts} == {("ko", ("large",), "m1")}
    facts.clear()
    h.to_lesson(desk)
    desk.press("end")
    assert (facts[-1].step, facts[-1].ended) == ("done", "finished")


# --- whatever happens ----------------------------------------------------------------------------------------

AROUND = ("language", "mode", "ease", "back", "end", "staff", "stop_pay", "cancel_call")
BESIDE = ("practice:why", "practice:again", "practice:own", "whose:other")
SEEN = ("empty", "card", "no_certificate", "transit", "two", "reader_away", "driving_licence")


class Visitor(RuleBasedStateMachine):
    """Anybody who presses anything that is offered, on a machine where anything may be laid down."""

    visited: set[str]

    @initialize(sells=st.booleans(), language=st.sampled_from(LANGUAGES))
    def begin(self, sells: bool, language: Any) -> None:
        context = h.practice_context(sells=sells)
        self.sells = sells
        self.desk = Desk(context=context, state=replace(ticket.start(context), language=language))
        self.desk.press("practice:begin")

    def step(self, event: Any) -> None:
        before = self.desk.state
        commands = self.desk.step(event)
        if practice.is_on(before):
            wrong = [one for one in commands if not isinstance(one, ASKS)]
            assert wrong == [], "practice asked something real"
            for fact in practice_told.facts(before, self.desk.state, event, "m1"):
                assert type(fact).__name__ == "PracticeStepped"
            if not practice.is_on(self.desk.state):
                assert self.desk.state.screen == "idle", "it ends at the first screen"
        type(self).visited.add(self.desk.state.screen)
        if not practice.is_on(self.desk.state) and self.desk.state.left_card is None:
            self.desk.state = replace(ticket.start(self.desk.context), language=before.language)
            self.desk.press("practice:begin")

    @rule(pick=st.randoms(use_true_random=False), presses=st.integers(1, 12))
    def press(self, pick: Any, presses: int) -> None:
        for _ in range(presses):
            if not practice.is_on(self.desk.state):
                return
            offered = controls(self.desk.view())
            onward = [n for n in offered if n.partition(":")[0] not in AROUND and n not in BESIDE]
            if self.desk.state.screen == "cert_take":
                onward.append("end")
            if not onward:
                self.wait(2)
            elif "pin:1" in onward and pick.random() < 0.9:
                for key in ("7", "3", "9", "1", "enter"):
                    self.step(ticket.Pressed(screen_id=self.desk.state.screen_id, control=f"pin:{key}"))
            else:
                names = onward if pick.random() < 0.9 else list(offered)
                self.step(ticket.Pressed(screen_id=self.desk.state.screen_id, control=pick.choice(sorted(names))))

    @rule(seconds=st.sampled_from((1, 2, 3, 5)))
    def wait(self, seconds: int) -> None:
        for _ in range(seconds):
            self.desk.change(now_utc_ms=self.desk.context.now_utc_ms + 1000)
            self.step(ticket.Tick())

    @rule(seen=st.sampled_from(SEEN))
    def lay(self, seen: Any) -> None:
        self.desk.change(card_seen=seen if self.sells else "reader_away")
        self.step(CardSeen())

    @rule(which=st.sampled_from((0, 1, 2, 3, 4, 5, 6, 0, 1, 2, 3, 4, 5, 6, 7)))
    def a_stray_answer(self, which: int) -> None:
        """Of a real card or sale."""
        events: tuple[Any, ...] = (
            PinTyped(typed=3),
            CardOpened(session="s", tries=3),
            CardAnswered(session="s", tries=1),
            c.Paid(sale="s"),
            c.CertificateReady(question="q", wanted=h.practice_wanted()),
            Restarted(),
            SamplePrinted(paper="p", printed=True),
            NewSession(session="n"),
        )
        self.step(events[which])

    @invariant()
    def nobody_is_stuck_and_nothing_is_taken_for_real(self) -> None:
        view = self.desk.view()
        if practice.is_on(self.desk.state):
            assert view.guide is not None and view.guide.band
            assert not set(controls(view)) & {"ticket", "counter", "reset", "certificate", "forgot"}
        assert "7391" not in msgspec.json.encode(self.desk.state).decode()
        assert "7391" not in msgspec.json.encode(view).decode().replace(str(self.desk.context.now_utc_ms), "")

    def teardown(self) -> None:
        if hasattr(self, "desk") and practice.is_on(self.desk.state):
            for _ in range(40):
                self.desk.wait(30)
            assert not practice.is_on(self.desk.state), "nobody is there, and it goes on for ever"


def test_no_walk_asks_anything_real() -> None:
    Visitor.visited = set()
    kind = settings(
        max_examples=20,
        stateful_step_count=20,
        deadline=None,
        derandomize=True,
        phases=(Phase.generate,),
        suppress_health_check=list(HealthCheck),
    )
    run_state_machine_as_test(Visitor, settings=kind)
    screens = {"practice_about", "card_place", "card_reading", "cert_where", "cert_kind", "cert_copies", "card_pin"}
    assert Visitor.visited >= screens | {"cert_card", "cert_confirm", "cert_pay", "cert_take", "practice_lesson"}
