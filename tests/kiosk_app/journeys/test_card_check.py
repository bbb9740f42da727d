"""A card check: what each card is told and asked, and that nobody is stuck, whatever happens in any order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import get_args

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk_app.api import LANGUAGES
from kiosk_app.journeys.card_check import SCREENS, WITH_A_CARD
from kiosk_app.journeys.messages import (
    AnyCommand,
    CallStaff,
    CardAnswered,
    CardOpened,
    CardResult,
    CardSeen,
    CardSeenAs,
    CardTrouble,
    ClearAlert,
    CountCheck,
    EndCard,
    Issue,
    NewSession,
    OpenCard,
    PinTyped,
    Pressed,
    Restarted,
    TryPin,
)
from kiosk_app.journeys.ticket import AlertAccepted
from kiosk_app.journeys.ticket_view import controls
from tests.kiosk_app.journeys.conftest import Desk

SEEN: tuple[CardSeenAs, ...] = get_args(CardSeenAs)
TROUBLES: tuple[CardTrouble, ...] = get_args(CardTrouble)
RESULTS: tuple[CardResult, ...] = get_args(CardResult)
NewDesk = Callable[[], Desk]


@pytest.fixture
def card(desk: Desk) -> Desk:
    """A machine with a reader, and a visitor before its first screen."""
    desk.change(card_reader="below")
    return desk


def lay(desk: Desk, seen: CardSeenAs) -> tuple[AnyCommand, ...]:
    desk.change(card_seen=seen)
    return desk.step(CardSeen())


def session(desk: Desk) -> str:
    assert desk.state.card is not None
    return desk.state.card.session


def to_reading(desk: Desk) -> str:
    desk.press("card", "begin")
    assert lay(desk, "card") == (OpenCard(session=session(desk)),)
    assert desk.state.screen == "card_reading"
    return session(desk)


def to_pin(desk: Desk, tries: int = 3) -> str:
    name = to_reading(desk)
    assert desk.step(CardOpened(session=name, tries=tries)) == ()
    return name


def enter(desk: Desk) -> tuple[AnyCommand, ...]:
    for typed in (1, 2, 3, 4):
        desk.step(PinTyped(typed=typed))
    return desk.press("pin:enter")


def test_without_a_reader_there_is_no_such_door(desk: Desk) -> None:
    assert [door.id for door in desk.view().doors] == ["ticket"]


def test_a_reader_that_is_away_closes_the_door_and_leaves_the_tickets(card: Desk) -> None:
    card.change(card_seen="reader_away")
    states = {door.id: door.state for door in card.view().doors}
    assert states == {"ticket": "go", "card": "off"}
    card.has_ticket()


def test_a_good_card_is_told_until_when_it_can_be_used_and_then_taken(card: Desk) -> None:
    name = to_pin(card)
    assert card.view().keypad is not None
    assert enter(card) == (TryPin(session=name, spend_last_try=False),)
    assert card.state.screen == "card_reading"
    card.change(card_last_day=date(2028, 5, 10))
    assert card.step(CardAnswered(session=name, result="works")) == (CountCheck(result="works"),)
    shown = card.view()
    assert shown.title == "このカードは使えます。"
    assert "2028年5月10日" in shown.notice
    assert card.press("end") == (EndCard(),)
    assert (card.state.screen, card.view().chime) == ("card_take", True)
    assert EndCard() in lay(card, "empty")
    assert (card.state.screen, card.state.card, card.view().chime) == ("idle", None, False)


def test_a_card_that_was_taken_before_the_end_needs_no_asking(card: Desk) -> None:
    name = to_pin(card)
    enter(card)
    card.step(CardAnswered(session=name, result="unconfirmed"))
    lay(card, "empty")
    assert card.state.screen == "card_result"
    card.press("end")
    assert card.state.screen == "idle"


def test_a_card_whose_issuer_is_not_confirmed_is_never_called_working(card: Desk) -> None:
    name = to_pin(card)
    enter(card)
    card.change(card_last_day=date(2028, 5, 10))
    card.step(CardAnswered(session=name, result="unconfirmed"))
    shown = card.view()
    assert "使えます。" not in shown.title + shown.subtitle
    assert "発行元は確認していません" in shown.subtitle
    assert [step.state for step in shown.steps] == ["done", "done", "to_do"]


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_not_confirmed_is_said_in_every_language(card: Desk, language: str) -> None:
    card.press(f"language:{language}")
    name = to_pin(card)
    enter(card)
    card.step(CardAnswered(session=name, result="unconfirmed"))
    works = card.context.words.say(language, "card.result.works")
    assert works not in card.view().spoken


def test_a_wrong_pin_says_how_many_tries_are_left_and_the_last_is_asked_for(card: Desk) -> None:
    name = to_pin(card)
    enter(card)
    card.step(CardAnswered(session=name, tries=2))
    shown = card.view()
    assert shown.keypad is not None
    assert (shown.keypad.tries, shown.keypad.typed, shown.notice) == ("あと2回です。", 0, "暗証番号がちがいます。")
    enter(card)
    card.step(CardAnswered(session=name, tries=1))
    assert card.state.screen == "card_last"
    assert [(a.id, a.state) for a in card.view().actions] == [("ask", "go"), ("reset", "open"), ("spend", "open")]
    card.press("spend")
    assert enter(card) == (TryPin(session=name, spend_last_try=True),)
    card.step(CardAnswered(session=name, result="locked"))
    assert (card.state.screen, card.view().icon) == ("card_result", "lock")


def test_the_last_try_of_a_card_is_never_sent_without_a_yes(card: Desk) -> None:
    to_pin(card, tries=1)
    assert "pin:enter" not in controls(card.view())
    assert card.press("ask")[0] == CallStaff(alert=card.state.visitor_alert.id, cause="help")  # type: ignore[union-attr]
    assert not [c for c in card.commands if isinstance(c, TryPin)]


def test_a_locked_card_leads_to_the_ticket_for_its_reset_once_it_is_taken(card: Desk) -> None:
    card.press("language:en")
    card.step(CardOpened(session=to_reading(card), result="locked"))
    card.press("reset")
    assert card.state.screen == "card_take"
    lay(card, "empty")
    assert (card.state.screen, card.state.place.service) == ("confirm", "card-pin-reset")
    assert card.state.language == "en"
    assert isinstance(card.press("take")[0], Issue)


def test_an_expired_card_leads_to_the_counter_of_its_group(card: Desk) -> None:
    card.step(CardOpened(session=to_reading(card), result="expired"))
    card.press("counter")
    lay(card, "empty")
    assert (card.state.screen, card.state.place.letter) == ("services", "M")
    card.press("back")
    assert card.state.screen == "idle"


def test_an_office_without_such_a_service_offers_none(card: Desk) -> None:
    card.change(office=msgspec.structs.replace(card.context.office, pin_reset_service=""))
    card.step(CardOpened(session=to_reading(card), result="locked"))
    assert [a.id for a in card.view().actions] == ["end"]


@pytest.mark.parametrize("seen", [s for s in SEEN if s not in ("empty", "card", "no_certificate")])
def test_what_is_no_such_card_is_named_and_the_right_one_goes_on(card: Desk, seen: CardSeenAs) -> None:
    card.press("card", "begin")
    lay(card, seen)
    assert card.state.screen == "card_place"
    told = card.view().title
    assert told != card.context.words.say("ja", "card.place")
    lay(card, "empty")
    assert card.view().title != told
    lay(card, "card")
    assert card.state.screen == "card_reading"


@pytest.mark.parametrize("trouble", TROUBLES)
def test_after_any_trouble_the_visitor_stands_before_place_your_card_and_may_begin_again(
    card: Desk, trouble: CardTrouble
) -> None:
    name = to_pin(card)
    enter(card)
    assert card.step(CardAnswered(session=name, trouble=trouble)) == (EndCard(),)
    assert card.state.screen == "card_place"
    told = card.view().title
    if trouble not in ("reader_away", "service_away"):
        lay(card, "empty")
        assert card.view().title == told
    assert lay(card, "card") == (OpenCard(session=session(card)),)


def test_an_unknown_outcome_is_never_tried_again_by_itself(card: Desk) -> None:
    name = to_pin(card)
    enter(card)
    before = len(card.commands)
    card.step(CardAnswered(session=name, trouble="pin_unknown"))
    lay(card, "empty")
    lay(card, "card")
    card.wait(30)
    after = card.commands[before:]
    assert [type(c) for c in after if not isinstance(c, EndCard)] == [OpenCard]
    assert "送り直していません" in card.context.words.say("ja", "card.trouble.pin_unknown_note")


def test_what_is_said_of_a_keypad_numbers_no_choice_because_a_number_is_a_digit(card: Desk) -> None:
    name = to_pin(card)
    said = card.view().spoken
    assert "1、" not in said and "数字は読み上げません" in said and "けた入力しました" not in said
    for typed in (1, 2, 3):
        card.step(PinTyped(typed=typed))
        assert card.view().spoken == said
    card.step(PinTyped(typed=4))
    assert card.view().spoken.endswith("4けたのうち4けた入力しました。")
    card.press("pin:enter")
    card.step(CardAnswered(session=name, tries=2))
    assert card.view().spoken.startswith("暗証番号がちがいます。")


@pytest.mark.parametrize("tries", [3, 1])
def test_a_card_that_is_pulled_before_its_pin_is_told_and_forgotten(card: Desk, tries: int) -> None:
    name = to_pin(card, tries)
    assert EndCard() in lay(card, "empty")
    assert card.state.screen == "card_place"
    assert card.view().title == "カードが途中ではなれました。"
    # Its answer, when it comes at last, is nobody's.
    assert card.step(CardOpened(session=name, tries=3)) == ()
    assert card.state.screen == "card_place"


def test_a_card_that_never_answers_is_given_up(card: Desk) -> None:
    name = to_reading(card)
    card.wait(61)
    assert (card.state.screen, card.view().title) == ("card_place", "カードが答えません。")
    assert EndCard() in card.commands
    assert card.step(CardOpened(session=name, tries=3)) == ()


def test_who_walks_away_is_warned_then_the_card_is_to_be_taken_then_staff_are_called(card: Desk) -> None:
    to_pin(card)
    card.wait(47)
    assert card.state.dialog == "timeout"
    card.press("continue")
    assert card.state.screen == "card_pin"
    card.wait(61)
    assert (card.state.screen, card.view().chime) == ("card_take", True)
    commands = card.wait(61)
    (call,) = [c for c in commands if isinstance(c, CallStaff)]
    assert call.cause == "card_left"
    shown = card.view()
    assert (shown.screen, shown.chime) == ("idle", True)
    assert "残っています" in shown.notice
    # The next visitor takes a ticket all the same, and cannot use the other's card.
    assert {door.id: door.state for door in shown.doors} == {"ticket": "go", "card": "off"}
    card.has_ticket()
    assert card.view().chime
    card.step(AlertAccepted(alert=call.alert))
    assert lay(card, "empty") == (ClearAlert(alert=call.alert),)
    assert not card.view().chime


def test_somebody_elses_card_is_said_with_one_press(card: Desk) -> None:
    to_pin(card)
    card.press("pin:cancel")
    assert [type(c) for c in card.press("not_mine")] == [CallStaff, EndCard]
    assert card.state.screen == "idle"


def test_a_new_day_or_a_restart_forgets_the_card(card: Desk) -> None:
    to_pin(card)
    assert EndCard() in card.step(Restarted())
    assert card.state.screen == "card_place"
    to_another = to_reading_again(card)
    assert EndCard() in card.step(NewSession(session="s2"))
    assert card.state.card is None
    assert card.step(CardOpened(session=to_another, tries=3)) == ()


def to_reading_again(desk: Desk) -> str:
    lay(desk, "empty")
    lay(desk, "card")
    return session(desk)


# --- anything in any order ---------------------------------------------------------------------------------------

CANARY = "8642"


Move = st.one_of(
    st.tuples(st.just("press"), st.integers(0, 40)),
    st.tuples(st.just("seen"), st.sampled_from(SEEN)),
    st.tuples(st.just("opened"), st.one_of(st.integers(1, 3), st.sampled_from(RESULTS), st.sampled_from(TROUBLES))),
    st.tuples(st.just("answered"), st.one_of(st.integers(1, 2), st.sampled_from(RESULTS), st.sampled_from(TROUBLES))),
    st.tuples(st.just("type"), st.integers(0, 4)),
    st.tuples(st.just("wait"), st.sampled_from((1, 25, 70))),
    st.tuples(st.just("restart"), st.just(0)),
    st.tuples(st.just("late"), st.integers(0, 40)),
)


def move(desk: Desk, kind: str, what: object) -> None:
    name = desk.state.card.session if desk.state.card is not None else ""
    match kind, what:
        case "press", int():
            offered = [c.id for c in controls(desk.view()).values() if c.state not in ("off", "closed")]
            # Tickets have walks of their own (test_ticket_walks).
            offered = [c for c in offered if c != "ticket" and not c.startswith("language:")]
            if offered:
                desk.press(offered[what % len(offered)])
        case "late", int():
            desk.step(Pressed(screen_id="id0:1", control="pin:enter"))
        case "seen", _:
            lay(desk, what)  # type: ignore[arg-type]
        case "opened" | "answered", _:
            event = CardOpened if kind == "opened" else CardAnswered
            if isinstance(what, int):
                desk.step(event(session=name, tries=what))
            elif what in RESULTS:
                desk.step(event(session=name, result=what))  # type: ignore[arg-type]
            else:
                desk.step(event(session=name, trouble=what))  # type: ignore[arg-type]
        case "type", int():
            desk.step(PinTyped(typed=what))
        case "wait", int():
            desk.wait(what)
        case "restart", _:
            desk.step(Restarted())


def keeps_the_rules(desk: Desk, before: int, tried_from: str) -> None:
    """What must hold after every move; `tried_from` is the screen before it."""
    fresh = desk.commands[before:]
    tries = [c for c in fresh if isinstance(c, TryPin)]
    assert len(tries) <= 1
    assert not tries or tried_from == "card_pin"
    card = desk.state.card
    if tries and card is not None:
        assert tries[0].spend_last_try or card.tries > 1
    assert (desk.state.screen in SCREENS) == (card is not None)
    if desk.state.screen in WITH_A_CARD:
        assert card is not None and card.session
    shown = desk.view()
    assert shown.spoken
    # A way out of everything, and the call for staff in its place.
    assert "staff" in controls(shown)
    way_out = {"back", "end", "begin", "not_mine", "ticket", "pin:cancel", "take", "continue", "close", "close_sheet"}
    assert shown.screen == "card_reading" or way_out & set(controls(shown)) or shown.screen not in SCREENS


@given(st.lists(Move, max_size=40))
def test_nothing_breaks_a_rule_and_nobody_is_stuck(new_desk: NewDesk, moves: list[tuple[str, object]]) -> None:
    desk = new_desk()
    desk.change(card_reader="below")
    desk.press("card", "begin")
    for kind, what in moves:
        before, screen = len(desk.commands), desk.state.screen
        move(desk, kind, what)
        keeps_the_rules(desk, before, screen)
    # Whoever goes away now leaves a machine that gives tickets.
    desk.change(card_seen="empty")
    desk.step(CardSeen())
    desk.wait(700)
    assert desk.state.screen in ("idle", "doubt", "trouble", "printing")
    assert desk.state.card is None
    assert desk.state.left_card is None


def test_a_digit_that_comes_too_late_is_a_touch_and_nothing_else(card: Desk) -> None:
    to_pin(card)
    before = card.state
    assert card.step(Pressed(screen_id=card.state.screen_id, control=f"pin:{CANARY[0]}")) == ()
    assert card.state.card == before.card
    assert CANARY not in repr(card.state)
    assert CANARY not in msgspec.json.encode(card.view()).decode()
