"""A booking by telephone as a state machine: service, day, time, name, number, read back, code.

Pure: whoever drives it hears the caller and asks the bookings, and brings both here. One thing is asked at a time, but
whatever is said of the others is taken as well. Nothing counts before it was read back and answered with yes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Literal, NamedTuple, TypeVar

import msgspec

from central_server.phone import answers, numerals
from central_server.phone import sentences as say
from central_server.phone.times import Clock, Days, Part, Soonest, day_wish, time_wish

T = TypeVar("T")
Step = Literal["office", "service", "day", "time", "name", "number", "read_back", "change", "ended"]
OFFERED_MAX = 3
"""More cannot be kept in mind while listening."""
MISHEARD_MAX = 3
"""In a row; then a person takes over."""
TURNS_MAX = 60
"""Of one call: nobody books for so long."""
Free = Mapping[date, Sequence[int]]
"""Days that can be booked with their starts, minutes of the day; days without any are left out or empty."""


class OfficeWords(NamedTuple):
    """`called`: all its names. `services`: of each that can be booked by telephone what it is called. `find`: ids of
    services by plain words, the likeliest first, also of those that cannot be booked."""

    name: str
    called: tuple[str, ...]
    services: Mapping[str, str]
    find: Callable[[str], Sequence[str]]


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """Where a conversation stands. Names a person: it is kept sealed, and gone half an hour later."""

    step: Step = "office"
    office: str = ""
    service: str = ""
    day_said: str = ""
    time_said: str = ""
    day: str = ""
    start_min: int = -1
    offered: tuple[str, ...] = ()
    booking: str = ""
    key: str = ""
    name: str = ""
    phone: str = ""
    misheard: int = 0
    turns: int = 0
    said: str = ""


class Say(NamedTuple):
    """And then listen. `keys`: how many digits may be pressed instead of speaking."""

    text: str
    keys: int = 0


class Look(NamedTuple):
    """For what is free; `looked` takes it."""

    office: str
    service: str


class Hold(NamedTuple):
    """This start; `held` takes the answer."""

    office: str
    service: str
    day: date
    start_min: int


class Release(NamedTuple):
    """What was held; nothing is answered."""

    office: str
    booking: str
    key: str


class Confirm(NamedTuple):
    """`confirmed` takes the answer."""

    office: str
    booking: str
    key: str
    name: str
    phone: str


class HangUp(NamedTuple):
    """`to_a_person`: the call is handed over, not ended. `code`: of the booking that was made."""

    text: str
    to_a_person: bool = False
    code: str = ""


Do = Say | Look | Hold | Release | Confirm | HangUp
Turn = tuple[Talk, tuple[Do, ...]]
"""The last of them is the one that waits for something; before it may stand a Release."""


class Dialogue:
    def __init__(self, offices: Mapping[str, OfficeWords]) -> None:
        self._offices = offices

    def begin(self) -> Turn:
        talk = Talk(office=next(iter(self._offices)) if len(self._offices) == 1 else "")
        return self._go_on(talk, say.GREETING)

    # --- the caller ------------------------------------------------------------------------------------------------

    def hear(self, talk: Talk, said: str, today: date) -> Turn:
        """`said`: as recognised, or the digits that were pressed; empty when nothing was heard."""
        talk = _with(talk, turns=talk.turns + 1)
        if talk.step == "ended":
            return talk, (HangUp(say.GOODBYE),)
        if talk.turns > TURNS_MAX:
            return _to_a_person(talk, "")
        if not said.strip():
            return self._misheard(talk)
        match answers.command(said):
            case "operator":
                return _to_a_person(talk, "")
            case "restart":
                return _after_release(talk, self.begin())
            case "quit":
                return _after_release(talk, (_with(talk, step="ended"), (HangUp(say.GOODBYE),)))
            case "repeat":
                return talk, (_say(talk, talk.said),)
            case "help":
                return talk, (_say(talk, say.HELP + talk.said),)
            case "back":
                return self._back(talk)
            case None:
                return self._answer(talk, said, today)

    def _answer(self, talk: Talk, said: str, today: date) -> Turn:
        match talk.step:
            case "name":
                name = answers.name(said)
                return self._go_on(_with(talk, name=name, misheard=0)) if name else self._misheard(talk)
            case "number":
                phone = numerals.telephone(said)
                if phone:
                    return self._go_on(_with(talk, phone=phone, misheard=0))
                return self._misheard(talk, say.NOT_A_NUMBER)
            case "read_back":
                return self._read_back(talk, said, today)
            case "change":
                return self._change(talk, said)
        chosen = self._chosen(talk, said)
        if chosen is not None:
            return self._go_on(chosen)
        heard = self._absorbed(talk, said, today)
        if heard == talk:
            return self._not_understood(talk, said)
        return self._go_on(_with(heard, misheard=0))

    def _chosen(self, talk: Talk, said: str) -> Talk | None:
        """One of those that were offered by number, or yes to the only one."""
        if not talk.offered:
            return None
        place = answers.choice(said, len(talk.offered))
        if place is None and len(talk.offered) == 1 and answers.yes_or_no(said):
            place = 0
        if place is None:
            return None
        one = talk.offered[place]
        talk = _with(talk, offered=(), misheard=0)
        match talk.step:
            case "service":
                return _with(talk, service=one)
            case "day":
                return _with(talk, day=one, day_said="")
            case "time":
                return _with(talk, start_min=int(one), time_said="")
        return None

    def _absorbed(self, talk: Talk, said: str, today: date) -> Talk:
        """Whatever is said of office, service, day and time."""
        if not talk.office:
            found = answers.office(said, {name: words.called for name, words in self._offices.items()})
            talk = _with(talk, office=found or "")
        if talk.office and not talk.service:
            ids = [one for one in self._words(talk).find(said) if one in self._words(talk).services]
            if len(ids) == 1 or (ids and self._words(talk).services[ids[0]] in said):
                talk = _with(talk, service=ids[0], offered=())
            elif ids and talk.step == "service":
                talk = _with(talk, offered=tuple(ids[:OFFERED_MAX]))
        if (wish := day_wish(said, today)) is not None and not (isinstance(wish, Soonest) and talk.step == "time"):
            talk = _with(talk, day_said=said, day="", start_min=-1, offered=())
        if time_wish(said) is not None:
            talk = _with(talk, time_said=said, start_min=-1, offered=())
        return talk

    def _not_understood(self, talk: Talk, said: str) -> Turn:
        if talk.step == "service" and talk.office:
            if self._words(talk).find(said):
                return self._misheard(talk, say.NOT_THIS_SERVICE)
            return self._misheard(talk, say.NO_SERVICE)
        return self._misheard(talk)

    def _misheard(self, talk: Talk, why: str = say.SORRY) -> Turn:
        talk = _with(talk, misheard=talk.misheard + 1)
        if talk.misheard >= MISHEARD_MAX:
            return _to_a_person(talk, "")
        return talk, (_say(talk, why + _last_question(talk.said)),)

    def _read_back(self, talk: Talk, said: str, today: date) -> Turn:
        answer = answers.yes_or_no(said)
        if answer:
            return talk, (Confirm(talk.office, talk.booking, talk.key, talk.name, talk.phone),)
        changed = self._change(talk, said)
        if answer is False or changed[0].step != "change":
            return changed
        return self._misheard(talk, say.YES_OR_NO)

    def _change(self, talk: Talk, said: str) -> Turn:
        text = numerals.plain(said)
        if "電話" in text or "番号" in text:
            return self._go_on(_with(talk, phone="", misheard=0))
        if "名前" in text or "氏名" in text or "名字" in text:
            return self._go_on(_with(talk, name="", misheard=0))
        if "時間" in text or "時刻" in text:
            return _after_release(talk, self._go_on(_unheld(_with(talk, start_min=-1, time_said="", misheard=0))))
        if "日" in text:
            kept = _unheld(_with(talk, day="", day_said="", start_min=-1, time_said="", misheard=0))
            return _after_release(talk, self._go_on(kept))
        asked = _with(talk, step="change", said=say.WHAT_TO_CHANGE)
        return self._misheard(asked) if talk.step == "change" else (asked, (_say(asked, say.WHAT_TO_CHANGE),))

    def _back(self, talk: Talk) -> Turn:
        match talk.step:
            case "day":
                return self._go_on(_with(talk, service="", day_said="", offered=()))
            case "time":
                return self._go_on(_with(talk, day="", day_said="", time_said="", offered=()))
            case "name":
                return _after_release(talk, self._go_on(_unheld(_with(talk, start_min=-1, time_said=""))))
            case "number":
                return self._go_on(_with(talk, name=""))
            case "read_back" | "change":
                return self._go_on(_with(talk, phone=""))
        if talk.step == "service" and len(self._offices) > 1:
            return self._go_on(_with(talk, office="", service="", offered=()))
        return talk, (_say(talk, talk.said),)

    # --- the bookings ----------------------------------------------------------------------------------------------

    def looked(self, talk: Talk, free: Free, today: date) -> Turn:
        open_days = sorted(day for day, starts in free.items() if starts)
        if not open_days:
            return _with(talk, step="ended"), (HangUp(say.NO_DAY_AT_ALL),)
        if not talk.day:
            return self._looked_for_day(talk, free, open_days, today)
        return self._looked_for_time(talk, free, open_days)

    def _looked_for_day(self, talk: Talk, free: Free, open_days: Sequence[date], today: date) -> Turn:
        wish = day_wish(talk.day_said, today)
        match wish:
            case Soonest():
                return self._day(talk, open_days[0], free, open_days)
            case Days(first=first) if wish.is_one:
                if first in open_days:
                    return self._day(talk, first, free, open_days)
                near = sorted(sorted(open_days, key=lambda day: (abs((day - first).days), day))[:OFFERED_MAX])
                return self._offer_days(talk, f"{say.day(first)}は、空いていません。", near)
            case Days(first=first, last=last):
                within = [day for day in open_days if first <= day <= last]
                if len(within) == 1:
                    return self._day(talk, within[0], free, open_days)
                if within:
                    return self._offer_days(talk, "", _spread(within))
                return self._offer_days(talk, "その間は、空いていません。", open_days[:OFFERED_MAX])
        return self._ask(_with(talk, step="day", offered=()), say.WHICH_DAY)

    def _offer_days(self, talk: Talk, why: str, offered: Sequence[date]) -> Turn:
        talk = _with(talk, step="day", day_said="", offered=tuple(day.isoformat() for day in offered))
        return self._ask(talk, why + say.choices([say.day(day) for day in offered]), keys=1)

    def _day(self, talk: Talk, day: date, free: Free, open_days: Sequence[date]) -> Turn:
        return self._looked_for_time(_with(talk, day=day.isoformat(), day_said="", offered=()), free, open_days)

    def _looked_for_time(self, talk: Talk, free: Free, open_days: Sequence[date]) -> Turn:
        day = date.fromisoformat(talk.day)
        starts = sorted(free.get(day, ()))
        if not starts:
            return self._offer_days(_with(talk, day=""), f"{say.day(day)}は、空いていません。", open_days[:OFFERED_MAX])
        if talk.start_min in starts:
            return talk, (Hold(talk.office, talk.service, day, talk.start_min),)
        wish = time_wish(talk.time_said) if talk.time_said else None
        match wish:
            case Soonest(last=last):
                return self._time(talk, day, starts[-1 if last else 0])
            case Clock(start_min=at) if at in starts:
                return self._time(talk, day, at)
            case Clock(start_min=at):
                near = sorted(sorted(starts, key=lambda start: (abs(start - at), start))[:OFFERED_MAX])
                return self._offer_times(talk, f"{say.clock(at)}は、空いていません。", near)
            case Part(from_min=first, until_min=until):
                within = [start for start in starts if first <= start < until]
                if within:
                    return self._offer_times(talk, f"{say.day(day)}です。", _spread(within))
                near = sorted(starts, key=lambda start: min(abs(start - first), abs(start - until)))[:OFFERED_MAX]
                return self._offer_times(talk, "その時間は、空いていません。", sorted(near))
        return self._ask(_with(talk, step="time", start_min=-1, offered=()), f"{say.day(day)}ですね。{say.WHICH_TIME}")

    def _offer_times(self, talk: Talk, why: str, offered: Sequence[int]) -> Turn:
        talk = _with(talk, step="time", start_min=-1, time_said="", offered=tuple(str(start) for start in offered))
        return self._ask(talk, why + say.choices([say.clock(start) for start in offered]), keys=1)

    def _time(self, talk: Talk, day: date, start_min: int) -> Turn:
        return _with(talk, start_min=start_min), (Hold(talk.office, talk.service, day, start_min),)

    def held(self, talk: Talk, booking: str, key: str) -> Turn:
        """`booking` empty: somebody was quicker, or it cannot be sold any more."""
        if not booking:
            lost = _with(talk, start_min=-1, time_said="", misheard=talk.misheard + 1)
            if lost.misheard >= MISHEARD_MAX:
                return _to_a_person(lost, say.TAKEN)
            return self._ask(_with(lost, step="time", offered=()), say.TAKEN + say.WHICH_TIME)
        talk = _with(talk, booking=booking, key=key, offered=(), misheard=0)
        day = date.fromisoformat(talk.day)
        return self._go_on(talk, f"{say.day(day)}、{say.clock(talk.start_min)}ですね。")

    def confirmed(self, talk: Talk, code: str, why: str = "") -> Turn:
        """`code` empty: `why` it was not booked: gone (held too long), too_many, or anything else."""
        if code:
            return _with(talk, step="ended"), (HangUp(say.done(code), code=code),)
        if why == "gone":
            again = _unheld(_with(talk, start_min=-1, time_said="", misheard=0))
            return self._ask(_with(again, step="time", offered=()), say.HELD_TOO_LONG + say.WHICH_TIME)
        if why == "too_many":
            return _to_a_person(talk, say.TOO_MANY)
        return _after_release(talk, (_with(talk, step="ended"), (HangUp(say.LATER),)))

    # --- what comes next -------------------------------------------------------------------------------------------

    def _go_on(self, talk: Talk, before: str = "") -> Turn:
        """The first thing that is missing."""
        if not talk.office:
            return self._ask(_with(talk, step="office"), before + say.WHICH_OFFICE)
        if not talk.service:
            if talk.offered:
                names = [self._words(talk).services[one] for one in talk.offered]
                return self._ask(_with(talk, step="service"), before + say.choices(names), keys=1)
            return self._ask(_with(talk, step="service"), before + say.WHICH_SERVICE)
        if not talk.day and not talk.day_said:
            return self._ask(_with(talk, step="day", offered=()), before + say.WHICH_DAY)
        if not talk.booking:
            return talk, (Look(talk.office, talk.service),)
        if not talk.name:
            return self._ask(_with(talk, step="name"), before + say.YOUR_NAME)
        if not talk.phone:
            return self._ask(_with(talk, step="number"), before + say.YOUR_NUMBER, keys=11)
        words = self._words(talk)
        service, day = words.services[talk.service], date.fromisoformat(talk.day)
        text = say.read_back(words.name, service, day, talk.start_min, talk.name, talk.phone)
        return self._ask(_with(talk, step="read_back"), before + text)

    def _ask(self, talk: Talk, text: str, keys: int = 0) -> Turn:
        return _with(talk, said=text), (Say(text, keys),)

    def _words(self, talk: Talk) -> OfficeWords:
        return self._offices[talk.office]


def _with(talk: Talk, **changed: object) -> Talk:
    return msgspec.structs.replace(talk, **changed)


def _unheld(talk: Talk) -> Talk:
    return _with(talk, booking="", key="")


def _say(talk: Talk, text: str) -> Say:
    return Say(text, 11 if talk.step == "number" else 1 if talk.offered else 0)


def _after_release(talk: Talk, turn: Turn) -> Turn:
    if not talk.booking:
        return turn
    after, do = turn
    return _unheld(after), (Release(talk.office, talk.booking, talk.key), *do)


def _to_a_person(talk: Talk, why: str) -> Turn:
    ended = _with(talk, step="ended")
    return _after_release(talk, (ended, (HangUp(why + say.TO_A_PERSON, to_a_person=True),)))


def _last_question(said: str) -> str:
    """Without the greeting and what was only told: the question is said again, nothing else."""
    return said.removeprefix(say.GREETING)


def _spread(found: Sequence[T]) -> list[T]:
    """The first, a middle one and the last: three that are far apart."""
    if len(found) <= OFFERED_MAX:
        return list(found)
    return [found[0], found[len(found) // 2], found[-1]]
