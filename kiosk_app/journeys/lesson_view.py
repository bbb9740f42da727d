"""The screens of practice mode: those of the real journey, each marked so that nobody takes it for real, with the
guidance of its step over it, and the few plates that stand in for card and coins.
"""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from kiosk_app.api import CitizenView, Control, Dialog
from kiosk_app.journeys import ticket_frame, ticket_view
from kiosk_app.journeys.desk import HTML_LANGUAGES, Desk
from kiosk_app.journeys.lesson import PRACTICE_PIN, STEPS, Lesson, Sample, guides, step_of, world
from kiosk_app.journeys.messages import Context
from kiosk_app.journeys.spoken import spoken_view
from kiosk_app.office import dates


def view(lesson: Lesson, context: Context, sample: Sample) -> CitizenView:
    within = world(lesson, context, sample)
    real = Desk(context, lesson.inner.language)
    shown = _own(lesson, within) if lesson.page != "lesson" else _marked(lesson, within, sample)
    shown = replace(
        shown,
        screen_id=lesson.screen_id,
        # In place of the office's name, on every screen.
        office=real.say("lesson.mark"),
        date=real.date(),
        time=dates.clock_time(real.at),
        staff_door=None,
        aloud="",
    )
    return replace(shown, spoken=spoken_view(shown, context.words))


def _marked(lesson: Lesson, within: Context, sample: Sample) -> CitizenView:
    shown = ticket_view.view(lesson.inner, within)
    desk = Desk(within, lesson.inner.language)
    shown = replace(shown, actions=(*_stand_ins(lesson, desk), *shown.actions), left_s=0, of_s=0)
    if lesson.inner.screen == "card_pin":
        pin = " ".join(PRACTICE_PIN)
        shown = replace(shown, title=desk.say("lesson.pin", pin=pin))
    if lesson.inner.screen == "cert_take":
        # There is no receipt, and nobody is hurried.
        shown = replace(shown, notice="", foot="", chime=False)
    if guides(lesson):
        return replace(shown, dialog=_guidance(lesson, desk))
    return shown


def _stand_ins(lesson: Lesson, desk: Desk) -> tuple[Control, ...]:
    """What a hand does at a real machine."""
    match lesson.inner.screen:
        case "card_place":
            return (Control(id="lay_card", label=desk.say("lesson.lay"), icon="card", state="go"),)
        case "cert_card" | "card_take":
            return (Control(id="take_card", label=desk.say("lesson.take_card"), icon="card", state="go"),)
        case "cert_pay":
            return (Control(id="insert", label=desk.say("lesson.insert"), icon="yen", state="go"),)
    return ()


def _guidance(lesson: Lesson, desk: Desk) -> Dialog:
    """What is to be done now, and why it is asked."""
    step = step_of(lesson)
    assert step is not None
    return Dialog(
        title=desk.say(f"lesson.do.{step}"),
        note="\n".join(
            (desk.say("lesson.step", number=STEPS.index(step) + 1, of=len(STEPS)), desk.say(f"lesson.why.{step}"))
        ),
        actions=(Control(id="understood", label=desk.say("lesson.understood"), state="go"),),
    )


def _own(lesson: Lesson, within: Context) -> CitizenView:
    """Before and after."""
    inner, desk = lesson.inner, Desk(within, lesson.inner.language)
    content: dict[str, Any]
    if lesson.page == "start":
        content = {
            "screen": "lesson_start",
            "icon": "card",
            "title": desk.say("lesson.start"),
            "subtitle": desk.say("lesson.start_note"),
            "notice": desk.say("lesson.nothing_real"),
            "actions": (Control(id="begin_lesson", label=desk.say("lesson.begin"), state="go"),),
        }
    else:
        busy = bool(lesson.printing)
        content = {
            "screen": "lesson_end",
            "icon": "check",
            "tone": "good",
            "title": desk.say("lesson.end"),
            "subtitle": desk.say("lesson.end_note"),
            "notice": desk.say("lesson.nothing_real"),
            "actions": (
                Control(id="end", label=desk.say("take.end"), state="go"),
                Control(id="sheet", label=desk.say("lesson.sheet"), icon="printer", state="busy" if busy else "open"),
                Control(id="sample", label=desk.say("lesson.sample"), icon="doc", state="busy" if busy else "open"),
                Control(id="again", label=desk.say("lesson.again"), icon="refresh"),
            ),
        }
    return CitizenView(
        screen_id=lesson.screen_id,
        language=inner.language,
        html_language=HTML_LANGUAGES[inner.language],
        large="large" in inner.modes,
        contrast="contrast" in inner.modes,
        low="low" in inner.modes,
        voice="voice" in inner.modes,
        slow="slow" in inner.modes,
        office="",
        date="",
        time="",
        bar=_bar(lesson, desk),
        sheet=ticket_frame.sheet(inner, desk),
        dialog=ticket_frame.dialog(inner, desk),
        **content,
    )


def _bar(lesson: Lesson, desk: Desk) -> tuple[Control, ...]:
    """As on every screen; the first page chooses the language there too."""
    selected = lesson.inner.sheet == "language"
    state: Any = "selected" if selected else "open"
    language = Control(id="language", label=desk.say("language.title"), icon="globe", state=state)
    rest = tuple(one for one in ticket_frame.bar(lesson.inner, desk) if one.id not in ("back", "language"))
    return (language, *rest)
