"""The screen that asks one question of a form: rows to pick from, digits, or our own kana keys."""

from __future__ import annotations

from typing import Any

from kiosk_app.api import Control, KanaPad, Keypad
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.form_events import FormsNow
from kiosk_app.office.forms import Question
from kiosk_app.office.forms_ask import Ask
from kiosk_app.office.forms_typing import COUNT_MAX, ERA_KEYS, FIGURES, KANA, LATIN, Typing, digits_of

KANA_ROWS = 5


def ask(now: FormsNow, desk: Desk) -> dict[str, Any]:
    if now.ask is None or now.typing is None:
        # The answer was the last; the next screen is under way.
        return {"title": desk.say("form.making"), "icon": "doc"}
    question, typing = now.ask.question, now.typing
    shown: dict[str, Any] = {
        "title": _title(now.ask, typing, desk),
        "subtitle": desk.text(question.why),
        "foot": desk.say("form.number", number=now.number, of=now.of),
        "notice": desk.say(f"form.fault.{typing.fault}") if typing.fault else "",
        "rows": _rows(question, typing, desk),
    }
    if typing.step in ("postal", "day", "digits"):
        shown["keypad"] = _digits(question, typing, desk)
    elif typing.step in ("kana", "rest"):
        shown["kana"] = _kana(question, typing, desk)
    return shown


def _title(asked: Ask, typing: Typing, desk: Desk) -> str:
    words = desk.text(asked.question.text)
    if asked.person > 1:
        words = desk.say("form.of_person", number=asked.person, question=words)
    steps = {"postal": "form.postal", "town": "form.town", "rest": "form.rest", "era": "form.era", "day": "form.day"}
    key = steps.get(typing.step)
    return desk.say(key, question=words) if key is not None else words


def _rows(question: Question, typing: Typing, desk: Desk) -> tuple[Control, ...]:
    rows: list[Control] = []
    match typing.step:
        case "pick" if question.kind == "choice":
            rows = [Control(id=f"pick:{one.id}", label=desk.text(one.text)) for one in question.options]
        case "pick" if question.kind == "yes_no":
            rows = [Control(id=f"pick:{one}", label=desk.say(f"form.{one}")) for one in ("yes", "no")]
        case "pick":
            rows = [Control(id=f"pick:{n}", label=desk.say("form.copies", n)) for n in range(1, COUNT_MAX + 1)]
        case "era":
            if question.of == "visit":
                rows = [Control(id=f"pick:{one}", label=desk.say(f"form.{one}")) for one in ("today", "yesterday")]
            rows += [Control(id=f"era:{era}", label=desk.say(f"form.era.{era}")) for era in ERA_KEYS]
        case "town":
            rows = [Control(id=f"pick:{n}", label=town) for n, town in enumerate(typing.towns, 1)]
            rows.append(Control(id="by_hand", label=desk.say("form.other_town")))
        case "postal":
            rows = [Control(id="by_hand", label=desk.say("form.no_code_known"))]
    if question.may_skip:
        rows.append(Control(id="skip", label=desk.say("form.skip")))
    return tuple(rows)


def _digits(question: Question, typing: Typing, desk: Desk) -> Keypad:
    of = digits_of(question, typing)
    least = of if typing.step in ("postal", "day") else 1
    return Keypad(
        typed=len(typing.text),
        of=of,
        typed_name=desk.say("card.typed", typed=len(typing.text), of=of),
        tries="",
        tries_left=0,
        tries_of=0,
        digits=tuple(Control(id=f"key:{digit}", label=digit) for digit in "1234567890"),
        cancel=Control(id="key:cancel", label=desk.say("card.cancel"), icon="x"),
        correct=Control(
            id="key:erase", label=desk.say("card.correct"), icon="bksp", state="open" if typing.text else "off"
        ),
        enter=Control(
            id="key:enter",
            label=desk.say("card.enter"),
            icon="check",
            state="go" if len(typing.text) >= least else "off",
        ),
        text=typing.text,
    )


def _kana(question: Question, typing: Typing, desk: Desk) -> KanaPad:
    rows: tuple[str, ...]
    match typing.pad:
        case "kana":
            rows = tuple("".join(column[n] for column in KANA) for n in range(KANA_ROWS))
        case "digits":
            rows = FIGURES
        case "latin":
            rows = LATIN
    keys = tuple(
        tuple(Control(id=f"key:{letter}" if letter != "　" else "", label=letter.strip("　")) for letter in row)
        for row in rows
    )
    full = len(typing.text) >= question.longest
    pads = tuple(
        Control(id=f"pad:{pad}", label=desk.say(f"form.pad.{pad}"), state="selected" if pad == typing.pad else "open")
        for pad in ("kana", "digits", "latin")
    )
    return KanaPad(
        text=typing.text,
        before=typing.town,
        text_name=desk.say("form.typed", text=typing.town + typing.text) if typing.text else desk.say("form.nothing"),
        full=desk.say("form.full") if full else "",
        keys=keys,
        pads=pads,
        turn=Control(id="key:turn", label="゛゜小", state="open" if typing.text and typing.pad == "kana" else "off"),
        long=Control(id="key:ー" if typing.pad == "kana" else "key:－", label="ー" if typing.pad == "kana" else "－"),
        space=Control(id="key:space", label=desk.say("form.space"), state="open" if typing.text else "off"),
        correct=Control(
            id="key:erase", label=desk.say("card.correct"), icon="bksp", state="open" if typing.text else "off"
        ),
        enter=Control(
            id="key:enter", label=desk.say("card.enter"), icon="check", state="go" if typing.text.strip("　") else "off"
        ),
    )
