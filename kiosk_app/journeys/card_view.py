"""The screens of a card check, in the visitor's language. What is told of a card is told here only, and exactly: to the
person who holds it. Of the PIN there is never more than how many digits are typed.
"""

from __future__ import annotations

from typing import Any

from kiosk_app.api import Control, Keypad, ReaderPicture, Step
from kiosk_app.journeys import card_check, ticket_frame
from kiosk_app.journeys.card_check import AWAY, TRIES, reset_service
from kiosk_app.journeys.card_reading import PIN_DIGITS
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.messages import CardResult
from kiosk_app.journeys.ticket_state import CardCheck, TicketJourney
from kiosk_app.office import dates

ICONS: dict[CardResult, tuple[str, str]] = {
    "works": ("check", "good"),
    "unconfirmed": ("info", ""),
    "expired": ("calendar", "care"),
    "not_yet": ("calendar", "care"),
    "no_certificate": ("card", "care"),
    "unusable": ("card", "care"),
    "not_genuine": ("warn", "care"),
    "locked": ("lock", "care"),
}
KNOWN_OF: dict[CardResult, tuple[str, ...]] = {
    "works": ("answered", "pin", "issuer"),
    "unconfirmed": ("answered", "pin", "no_issuer"),
}
"""What was found out, and what was not, one line each."""


def door(state: TicketJourney, desk: Desk) -> Control | None:
    """The quiet entry on the first screen, where there is a reader."""
    if not desk.context.card_reader:
        return None
    note, pressable = "card.door_note", "open"
    if desk.context.card_seen in AWAY:
        note, pressable = "card.door_away", "off"
    if state.left_card is not None:
        note, pressable = "card.door_left", "off"
    shown = Control(id="card", label=desk.say("card.door"), note=desk.say(note), icon="card")
    return shown if pressable == "open" else Control(id="card", label=shown.label, note=shown.note, state="off")


def screen(state: TicketJourney, desk: Desk) -> dict[str, Any]:
    return _SCREENS[state.screen](state.card or CardCheck(), state, desk)


def _about(card: CardCheck, state: TicketJourney, desk: Desk) -> dict[str, Any]:
    return {
        "icon": "card",
        "title": desk.say("card.about"),
        "subtitle": desk.say("card.about_note"),
        "steps": (
            Step(title=desk.say("card.step_place"), state="current"),
            Step(title=desk.say("card.step_pin"), note=desk.say("card.step_pin_note")),
            Step(title=desk.say("card.step_result"), note=desk.say("card.step_result_note")),
        ),
        "notice": desk.say("card.not_read"),
        "actions": (Control(id="begin", label=desk.say("card.begin"), state="go"),),
    }


def reader(desk: Desk, taking: bool = False) -> ReaderPicture:
    place = desk.context.card_reader or "below"
    return ReaderPicture(place=place, where=desk.say(f"card.where.{place}"), taking=taking)


def _place(card: CardCheck, state: TicketJourney, desk: Desk) -> dict[str, Any]:
    if card.trouble in AWAY:
        return {
            "icon": "warn",
            "tone": "care",
            "title": desk.say(f"card.trouble.{card.trouble}"),
            "subtitle": desk.say("card.trouble.away_note"),
            "actions": (Control(id="end", label=desk.say("card.end")),),
        }
    if card.trouble is None:
        return {
            "title": desk.say("card.place"),
            "subtitle": desk.say("card.place_note"),
            "reader": reader(desk),
        }
    return {
        "tone": "care",
        "title": desk.say(f"card.trouble.{card.trouble}"),
        "subtitle": desk.say(f"card.trouble.{card.trouble}_note"),
        "reader": reader(desk),
    }


def _reading(card: CardCheck, state: TicketJourney, desk: Desk) -> dict[str, Any]:
    return {
        "banner": desk.say("card.leave_it"),
        "icon": "reader",
        "title": desk.say("card.reading"),
        "subtitle": desk.say("card.reading_note"),
    }


def _pin(card: CardCheck, state: TicketJourney, desk: Desk) -> dict[str, Any]:
    whole = card.typed == PIN_DIGITS
    row = Control(id="forgot", label=desk.say("card.forgot"), note=desk.say("card.forgot_note"), icon="question")
    return {
        "banner": desk.say("card.leave_it"),
        "title": desk.say("card.pin"),
        "notice": desk.say("card.wrong") if card.wrong else "",
        "keypad": Keypad(
            typed=card.typed,
            of=PIN_DIGITS,
            typed_name=desk.say("card.typed", typed=card.typed, of=PIN_DIGITS),
            tries=desk.say("card.tries", card.tries),
            tries_left=min(card.tries, TRIES),
            tries_of=TRIES,
            digits=tuple(Control(id=f"pin:{digit}", label=digit) for digit in "1234567890"),
            cancel=Control(id="pin:cancel", label=desk.say("card.cancel"), icon="x"),
            correct=Control(
                id="pin:erase", label=desk.say("card.correct"), icon="bksp", state="open" if card.typed else "off"
            ),
            enter=Control(id="pin:enter", label=desk.say("card.enter"), icon="check", state="go" if whole else "off"),
        ),
        "rows": (row,),
    }


def _last(card: CardCheck, state: TicketJourney, desk: Desk) -> dict[str, Any]:
    actions = [Control(id="ask", label=desk.say("card.ask_staff"), icon="bell", state="go")]
    if reset_service(desk.context) is not None:
        actions.append(Control(id="reset", label=desk.say("card.reset"), icon="ticket"))
    actions.append(Control(id="spend", label=desk.say("card.spend")))
    return {
        "banner": desk.say("card.leave_it"),
        "icon": "warn",
        "tone": "stop",
        "title": desk.say("card.tries", card.tries),
        "emphasis": desk.say("card.last"),
        "subtitle": desk.say("card.last_note"),
        "notice": desk.say("card.last_after"),
        "actions": tuple(actions),
    }


def _result(card: CardCheck, state: TicketJourney, desk: Desk) -> dict[str, Any]:
    assert card.result is not None
    icon, tone = ICONS[card.result]
    shown: dict[str, Any] = {
        "icon": icon,
        "tone": tone,
        "title": desk.say(f"card.result.{card.result}"),
        "subtitle": desk.say(f"card.result.{card.result}_note"),
        "steps": tuple(
            Step(
                title=desk.say(f"card.known.{known}"),
                note=desk.say("card.known.no_issuer_note") if known == "no_issuer" else "",
                state="to_do" if known == "no_issuer" else "done",
            )
            for known in KNOWN_OF.get(card.result, ())
        ),
        "actions": _ways(card.result, desk),
    }
    day = desk.context.card_last_day
    if day is not None and card.result in ("works", "unconfirmed", "expired"):
        key = "card.expired_on" if card.result == "expired" else "card.good_until"
        shown["notice"] = desk.say(key, date=dates.long_date(day, desk.language))
    if card.result == "locked" and reset_service(desk.context) is not None:
        shown["question"] = desk.say("card.locked_question")
    return shown


def _ways(result: CardResult, desk: Desk) -> tuple[Control, ...]:
    """A ticket for whoever can do something about it; the end for everybody."""
    end = Control(id="end", label=desk.say("card.end"), state="go")
    quiet_end = Control(id="end", label=desk.say("card.end"))
    if result in KNOWN_OF or reset_service(desk.context) is None:
        return (end,)
    if result == "locked":
        return (Control(id="reset", label=desk.say("card.reset"), icon="ticket", state="go"), quiet_end)
    return (Control(id="counter", label=desk.say("card.counter"), icon="ticket", state="go"), quiet_end)


def take(card: CardCheck, state: TicketJourney, desk: Desk) -> dict[str, Any]:
    return {
        "title": desk.say("card.take"),
        "subtitle": desk.say(f"card.then.{card.after or 'end'}"),
        "reader": reader(desk, taking=True),
        "chime": True,
        "actions": (Control(id="not_mine", label=desk.say("card.not_mine")),),
    }


def left_notice(state: TicketJourney, desk: Desk) -> str:
    """On every first screen while somebody's card lies there."""
    if state.left_card is None:
        return ""
    said = desk.say("card.left")
    if ticket_frame.waited_in_vain(state.left_card, desk) and not state.left_card.accepted:
        return said + "\n" + ticket_frame.go_to_somebody(desk)
    return said


_SCREENS = {
    "card_about": _about,
    "card_place": _place,
    "card_reading": _reading,
    "card_pin": _pin,
    "card_last": _last,
    "card_result": _result,
    "card_take": take,
}
assert set(_SCREENS) == set(card_check.SCREENS)
