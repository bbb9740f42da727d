"""What the earphone says of a screen: the question, what is known, then the choices by number for a key pad.

It must not change from second to second, or the voice would begin again; so no countdown and no clock is in it.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk_app.api import CitizenView, Control
from kiosk_app.words import Words, spoken


def spoken_view(shown: CitizenView, words: Words) -> str:
    if shown.dialog is not None:
        parts = [shown.dialog.title, shown.dialog.note, *_choices(shown.dialog.actions, words, shown.language)]
    elif shown.sheet is not None:
        options = (*shown.sheet.options, shown.sheet.close)
        parts = [shown.sheet.title, *_choices(options, words, shown.language)]
    else:
        parts = _page(shown, words)
    stop = "。" if shown.language in ("ja", "easy", "zh") else "."
    sentences = [spoken(part, shown.language).strip() for part in parts if part.strip()]
    joiner = "" if stop == "。" else " "
    return joiner.join(s if s.endswith(("。", ".", "?", "？", "!")) else s + stop for s in sentences)


def _page(shown: CitizenView, words: Words) -> list[str]:
    parts = [shown.title, shown.subtitle]
    if shown.group:
        parts.append(f"{shown.letter}, {shown.group}, {shown.place}")
    if shown.wait is not None:
        wait = shown.wait
        parts.append(f"{wait.waiting_label} {wait.waiting}{wait.waiting_unit}")
        parts += [f"{wait.estimate_label} {wait.estimate}", wait.foot]
    if shown.bring:
        parts += [shown.bring_title, *(f"{item.name}, {item.note}" if item.note else item.name for item in shown.bring)]
    if shown.slip is not None:
        slip = shown.slip
        parts += [slip.number, slip.service, slip.place, slip.waiting, slip.estimate, slip.where]
    for step in shown.steps:
        if step.state == "current":
            parts += [step.title, step.note]
    parts += [shown.notice, shown.question]
    page = (*shown.doors, *shown.groups, *shown.events, *shown.rows, *shown.actions)
    return [*parts, *_choices(page, words, shown.language), shown.foot, shown.hint]


def _choices(choices: Iterable[Control], words: Words, language: str) -> list[str]:
    pressable = [c for c in choices if c.state != "off"]
    return [words.say(language, "spoken.choice", number=n, label=_said(c)) for n, c in enumerate(pressable, 1)]


def _said(control: Control) -> str:
    more = [part for part in (control.tag, control.why or control.note) if part]
    return ", ".join([control.label, *more])
