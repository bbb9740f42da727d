"""A ticket machine that makes forms, without card, typesetter and paper: its core answers as the real one does."""

from __future__ import annotations

from functools import lru_cache

from msgspec.structs import replace

from kiosk_app import words
from kiosk_app.api import Language
from kiosk_app.journeys import form_events as f
from kiosk_app.journeys import ticket
from kiosk_app.journeys.messages import CardOpened, CardSeen, CardSeenAs, Context, PinTyped, Restarted
from kiosk_app.office import forms_ask, forms_fill, forms_typing
from kiosk_app.office.forms_typing import Typing
from tests.kiosk_app.journeys.certificate_house import kiosk_context
from tests.kiosk_app.journeys.conftest import MONDAY_1012_MS, Desk
from tests.kiosk_app.office.forms_house import TODAY, everything, form_set, of_family

TOWN = "福岡県北九州市小倉北区大手町"
TOWNS = {"8030814": (TOWN,), "4980000": ("愛知県弥富市", "三重県桑名郡木曽岬町")}
MOVE = ("resident-move",)


@lru_cache
def forms_context() -> Context:
    spoken = words.load(domains=words.domains_of(False, False, True))
    return replace(kiosk_context(), words=spoken, certificates=None, forms=f.FormsNow(form_set=form_set()))


def machine(language: Language = "ja", modes: frozenset[str] = frozenset()) -> Desk:
    context = replace(forms_context(), now_utc_ms=MONDAY_1012_MS)
    return Desk(context=context, state=replace(ticket.start(context), language=language, modes=modes))


def now(desk: Desk, **changes: object) -> None:
    assert desk.context.forms is not None
    desk.change(forms=replace(desk.context.forms, **changes))


def visit(desk: Desk) -> str:
    assert desk.state.forms is not None
    return desk.state.forms.visit


def lay(desk: Desk, seen: CardSeenAs) -> None:
    desk.change(card_seen=seen)
    desk.step(CardSeen())


def session(desk: Desk) -> str:
    assert desk.state.card is not None
    return desk.state.card.session


def letters(text: str) -> list[str]:
    return [f"key:{letter}" for letter in text]


# --- a visit, step by step -----------------------------------------------------------------------------------


def to_people(desk: Desk, *forms: str) -> None:
    desk.press("forms", *(f"form:{form}" for form in forms or MOVE), "next")


def to_way(desk: Desk, people: int = 1) -> None:
    to_people(desk)
    desk.press(f"people:{people}")


def to_pin(desk: Desk, tries: int = 3, people: int = 1) -> None:
    to_way(desk, people)
    desk.press("way:card")
    lay(desk, "card")
    desk.step(CardOpened(session=session(desk), tries=tries))
    if desk.state.screen == "card_pin":
        desk.step(PinTyped(typed=2))


def locked(desk: Desk) -> None:
    to_way(desk)
    desk.press("way:card")
    lay(desk, "card")
    desk.step(CardOpened(session=session(desk), result="locked"))


def to_check(desk: Desk, people: int = 1) -> None:
    to_pin(desk, people=people)
    desk.step(PinTyped(typed=4))
    desk.press("pin:enter")
    found = of_family(1)
    attributes = []
    for name in ("name", "address", "birth", "sex"):
        question = form_set().question(name)
        assert question is not None
        attributes.append(f.Attribute(f"1.{name}", forms_fill.text_of(question, found[f"1.{name}"])))
    now(desk, attributes=tuple(attributes))
    desk.step(f.AttributesRead(session=session(desk)))


def second_person(desk: Desk) -> None:
    """Whose card is to be laid down while the first one still lies there."""
    to_check(desk, people=2)
    desk.press("right", "way:card")


def asking(desk: Desk, name: str, *keys: str) -> None:
    """The question that stands there, after these keys."""
    to_way(desk)
    question = form_set().question(name)
    assert question is not None
    ask = forms_ask.Ask(forms_ask.key_of(name, 1 if question.of != "visit" else 0), question, 1)
    now(desk, ask=ask, typing=forms_typing.start(question), number=4, of=9, can_go_back=True)
    desk.press("way:type")
    for key in keys:
        desk.press(key)
        assert desk.context.forms is not None and desk.context.forms.typing is not None
        typed = forms_typing.press(question, desk.context.forms.typing, key, TODAY, lambda code: TOWNS.get(code, ()))
        assert isinstance(typed, Typing), "a question is answered now"
        now(desk, typing=typed)
        desk.step(f.FormAnswered(visit=visit(desk)))


def answers() -> tuple[f.Attribute, ...]:
    found = everything(MOVE, 2)
    asked = forms_ask.asked(form_set(), MOVE, found, 2, TODAY)
    return tuple(f.Attribute(one.key, forms_fill.text_of(one.question, found[one.key])) for one in asked)


def preparing(desk: Desk) -> None:
    to_way(desk)
    now(desk, ask=None, typing=None)
    desk.press("way:type")


def to_confirm(desk: Desk, picture: str = "") -> None:
    preparing(desk)
    now(desk, preview=picture, preview_width_px=420, preview_height_px=594)
    now(desk, answers=answers(), sheets=7, can_go_back=True)
    desk.step(f.FormsReady(visit=visit(desk), sheets=7))


def to_take(desk: Desk) -> None:
    to_confirm(desk)
    desk.press("print")
    desk.step(f.FormsPrinted(visit=visit(desk), printed=7, sheets=7))


def half_printed(desk: Desk) -> None:
    to_confirm(desk)
    desk.press("print")
    desk.step(f.FormsPrinted(visit=visit(desk), printed=3, sheets=7, cause="paper_out"))


def interrupted(desk: Desk) -> None:
    asking(desk, "kana")
    desk.step(Restarted())
