"""What screens and displays say of a closure before it begins: when, until when, and why, in one sentence."""

from __future__ import annotations

from datetime import date

from kiosk_app.office import catalogue, dates
from kiosk_app.office.closing import Coming
from kiosk_app.office.hall import COLONS
from kiosk_app.words import Words


def sentence(words: Words, language: str, coming: Coming, today: date, short: bool = False) -> str:
    """14:00から17:15まで、電車の計画運休のため、休止します。 With a name before it, where not everything closes.

    `short`: an end on another day is left out.
    """
    reason = catalogue.text(coming.reason, language)
    start = dates.when(coming.start, today, language)
    name = "・".join(catalogue.text(name, language) for name in coming.name)
    before = f"{name}{COLONS.get(language, ': ')}" if name else ""
    if coming.until is None or (short and coming.until.date() != coming.start.date()):
        return before + words.say(language, "closing.from", start=start, reason=reason)
    until = dates.when(coming.until, coming.start.date(), language)
    return before + words.say(language, "closing.from_to", start=start, until=until, reason=reason)
