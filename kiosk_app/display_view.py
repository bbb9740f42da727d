"""What a call display shows, folded from the office: never a person's name, never a sensitive service's name."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime

from kiosk_app import api
from kiosk_app.journeys.closing import sentence
from kiosk_app.loads import Load
from kiosk_app.office import calendar, catalogue, closing, dates, hall, rows
from kiosk_app.office.catalogue import Office
from kiosk_app.office.state import Call, OfficeState, number_of, visit_of
from kiosk_app.office.times import clock_text
from kiosk_app.words import Words

NEWEST_MS = 30_000
RECENT_MAX = 6
MISSED_MAX = 8
STAGES = {"reception": "受付", "handover": "お渡し"}


def display_view(
    state: OfficeState, office: Office, now_utc_ms: int, zone: str, loads: Mapping[str, Load], words: Words
) -> api.DisplayView:
    """What the displays of one zone show (hall.zones)."""
    local = datetime.fromtimestamp(now_utc_ms / 1000, catalogue.zone(office))
    where = hall.zone(office, zone)
    numbers = where.counters
    seen = _calls(state, numbers)
    fresh = {c.call for c in seen if now_utc_ms - _announced_utc_ms(state, c) <= NEWEST_MS}
    newest = tuple(c for c in seen[:1] if c.call in fresh)
    names = {f.id: catalogue.text(f.name, "ja") for f in office.floors}
    return api.DisplayView(
        office=catalogue.text(office.name, "ja"),
        zone="・".join(names[floor] for floor in where.floors),
        date=dates.screen_date(local.date(), "ja"),
        time=local.strftime("%-H:%M"),
        newest=tuple(_call(state, c, fresh) for c in newest),
        recent=tuple(_call(state, c, fresh) for c in seen[len(newest) :][:RECENT_MAX]),
        groups=tuple(_group(office, catalogue.group(office, x), loads[x], local) for x in where.letters),
        missed=rows.missed_numbers(state, numbers)[:MISSED_MAX],
        notices=(*_coming(office, where, local, words), *(_notice(n, words) for n in hall.news(office, where, local))),
        silent=hall.is_silent(office, where, local),
    )


def _calls(state: OfficeState, numbers: Collection[int]) -> list[Call]:
    """Each number once, at the counter that called it last; what was announced last comes first."""
    last = {call.ticket: call for call in state.day.recent_calls if number_of(state.day, call.ticket)}
    here = [call for call in last.values() if call.counter in numbers]
    return sorted(here, key=lambda call: (_announced_utc_ms(state, call), call.call), reverse=True)


def _announced_utc_ms(state: OfficeState, call: Call) -> int:
    """A call that was repeated is as fresh as its repetition."""
    visit = visit_of(state.day, call.ticket)
    return max(call.called_utc_ms, visit.announced_utc_ms if visit.call == call.call else 0)


def _call(state: OfficeState, call: Call, fresh: Collection[int]) -> api.DisplayCall:
    visit = visit_of(state.day, call.ticket)
    return api.DisplayCall(
        number=number_of(state.day, call.ticket),
        counter=call.counter,
        stage=STAGES[call.stage],
        fresh=call.call in fresh,
        times=visit.announcements if visit.call == call.call else 1,
    )


def _group(office: Office, group: catalogue.Group, load: Load, at: datetime) -> api.DisplayGroup:
    # Whoever comes now cannot join; those who wait already read their own ticket.
    joinable = isinstance(calendar.opening(office, group, at), calendar.Open)
    return api.DisplayGroup(
        letter=group.letter,
        name=catalogue.text(group.name, "ja"),
        place=_place(office, group.letter),
        waiting=load.waiting,
        estimate=_estimate(load, at) if joinable else "",
    )


def _estimate(load: Load, at: datetime) -> str:
    """As the ticket machine tells it at this moment; empty where nothing can be promised."""
    if not load.is_told:
        return ""
    last = clock_text(load.to_utc_ms)
    return f"{last}ごろまで" if load.from_utc_ms <= at.timestamp() * 1000 else f"{clock_text(load.from_utc_ms)}〜{last}"


def _place(office: Office, letter: str) -> str:
    runs = (f"{a}" if a == b else f"{a}〜{b}" for a, b in catalogue.counter_runs(office, letter))
    return "・".join(runs) + "番窓口"


def _coming(office: Office, where: hall.Zone, at: datetime, words: Words) -> tuple[api.DisplayNotice, ...]:
    """Whoever waits here must know when they can no longer come back."""
    return tuple(
        api.DisplayNotice(
            kind="now",
            heading={},
            text={language: sentence(words, language, one, at.date()) for language in api.LANGUAGES},
        )
        for one in closing.coming(office, where.letters, at)
    )


def _notice(news: hall.News, words: Words) -> api.DisplayNotice:
    texts = {language: news.text[language] for language in api.LANGUAGES if language in news.text}
    heading = {language: words.say(language, "display.city") for language in texts if news.kind == "city"}
    return api.DisplayNotice(kind=news.kind, heading=heading, text=texts)
