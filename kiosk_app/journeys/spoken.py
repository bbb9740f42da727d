"""What the earphone says of a screen: the question, what is known, then the choices by number for a key pad.

It must not change from second to second, or the voice would begin again; so no clock is in it, and of a countdown
only its length.
"""

from __future__ import annotations

from collections.abc import Iterable

from kiosk_app.api import CitizenView, Control, Dialog, Keypad
from kiosk_app.journeys.desk import NOT_TOLD
from kiosk_app.words import Words, spoken

UNSPACED = ("ja", "easy", "zh")
STARTS_SAID = 9
"""Of a page of times: as many as a key pad has digits."""


def spoken_view(shown: CitizenView, words: Words) -> str:
    if shown.dialog is not None:
        parts = _dialog(shown.dialog, words, shown.language)
    elif shown.sheet is not None:
        options = (*shown.sheet.options, shown.sheet.close)
        parts = [shown.sheet.title, *_choices(options, words, shown.language)]
    else:
        guide = shown.guide
        parts = _page(shown, words)
        if guide is not None:
            parts = [guide.band, guide.step.replace(" / ", "/"), guide.what, *parts]
    stop = "。" if shown.language in UNSPACED else "."
    sentences = [spoken(part, shown.language).strip() for part in parts if part.strip()]
    joiner = "" if stop == "。" else " "
    return joiner.join(s if s.endswith(("。", ".", "?", "？", "!")) else s + stop for s in sentences)


def _dialog(dialog: Dialog, words: Words, language: str) -> list[str]:
    countdown = ""
    if dialog.of_seconds:
        after = words.say(language, "timeout.after", dialog.of_seconds)
        countdown = ("" if language in UNSPACED else " ").join((dialog.before, f"{dialog.of_seconds}", after))
    return [dialog.title, dialog.note, countdown, *_choices(dialog.actions, words, language)]


def _keypad(shown: CitizenView, pad: Keypad, words: Words) -> list[str]:
    """Digits are heard as a click, never said; and a choice has no number here, where a number is a digit. What may be
    seen is said once it is whole, to be compared."""
    keys = words.say(shown.language, "booked.keys" if shown.screen == "check_in_pad" else "card.keys")
    parts = [shown.notice, shown.banner, shown.title, pad.tries, keys]
    whole = pad.typed == pad.of
    return [
        *parts,
        pad.typed_name if whole else "",
        _listed(pad.text.replace(" ", ""), shown.language) if whole else "",
    ]


def _times(shown: CitizenView, words: Words) -> list[str]:
    """Once a time is chosen, what that means and how to take it; the times are known by then."""
    if shown.chosen is not None:
        chosen = shown.chosen
        parts = [chosen.range + chosen.after, chosen.return_by, chosen.note]
        return [*parts, *_choices(shown.actions, words, shown.language)]
    offered = [start for hour in shown.hours for start in hour.starts if start.state != "off"]
    more = words.say(shown.language, "times.more") if len(offered) > STARTS_SAID else ""
    parts = [shown.notice, shown.title, shown.subtitle]
    return [*parts, *_choices(offered[:STARTS_SAID], words, shown.language), more]


def _page(shown: CitizenView, words: Words) -> list[str]:
    if shown.keypad is not None:
        return _keypad(shown, shown.keypad, words)
    if shown.kana is not None:
        # Fifty letters are not counted: what is typed is said, and the rows below.
        keys = [shown.notice, shown.title, shown.subtitle, shown.kana.text_name, shown.kana.full]
        return [*keys, *_choices(shown.rows, words, shown.language)]
    if shown.hours:
        return _times(shown, words)
    fault = shown.notice if shown.screen == "check_in" else ""
    parts = [shown.banner, fault, shown.title, shown.emphasis, shown.subtitle]
    if shown.reader is not None:
        parts.append(shown.reader.where)
    if shown.group:
        parts.append(_listed([shown.letter, shown.group, shown.place], shown.language))
    if shown.wait is not None:
        wait = shown.wait
        parts.append(words.say(shown.language, "ticket.waiting", int(wait.waiting)))
        # Whole sentences: their breaks are no pauses.
        foot = wait.foot.replace("\n", "" if shown.language in UNSPACED else " ")
        told = "" if wait.estimate == NOT_TOLD else f"{wait.estimate_label} {wait.estimate}"
        parts += [told, foot]
    if shown.bring:
        parts += [shown.bring_title, *(_listed([item.name, item.note], shown.language) for item in shown.bring)]
    if shown.online is not None:
        parts.append(shown.online.title)
    parts += [_listed([row.name, row.note], shown.language) for row in shown.summary]
    if shown.fee is not None:
        fee = shown.fee
        unit = ("" if shown.language in UNSPACED else " ") + fee.unit
        parts.append(_listed([fee.label, fee.amount.replace(",", "") + unit], shown.language))
    if shown.slip is not None:
        slip = shown.slip
        number = "" if slip.number in shown.emphasis else slip.number
        parts += [number, slip.service, slip.place, slip.slot, slip.return_by, slip.waiting, slip.estimate, slip.where]
    for step in shown.steps:
        if step.state == "current":
            parts += [step.title, step.note]
    parts += ["" if fault else shown.notice, shown.question]
    why = (shown.guide.why,) if shown.guide is not None and shown.guide.why is not None else ()
    page = (*shown.doors, *shown.groups, *shown.events, *shown.rows, *shown.actions, *why)
    # Of a countdown its whole length, which stays the same.
    after = "" if shown.language in UNSPACED else " "
    foot = f"{shown.of_s}{after}{shown.foot}" if shown.of_s else shown.foot
    return [*parts, *_choices(page, words, shown.language), foot, shown.hint]


def _choices(choices: Iterable[Control], words: Words, language: str) -> list[str]:
    pressable = [c for c in choices if c.state != "off"]
    return [
        words.say(language, "spoken.choice", number=n, label=_said(c, language)) for n, c in enumerate(pressable, 1)
    ]


def _said(control: Control, language: str) -> str:
    return _listed([control.label, control.tag, control.why or control.note], language).rstrip("。.")


def _listed(parts: Iterable[str], language: str) -> str:
    return ("、" if language in UNSPACED else ", ").join(part for part in parts if part)
