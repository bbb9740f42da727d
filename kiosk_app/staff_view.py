"""What a console shows, folded from the office. Its words are Japanese, which staff read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import TypeVar
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from kiosk_app import api, practising
from kiosk_app.office import (
    booked_rows,
    calls,
    catalogue,
    dates,
    leader_rules,
    numbers,
    outages,
    over_day,
    queue,
    rows,
    statistics,
)
from kiosk_app.office.across_days import ServiceDay
from kiosk_app.office.alert_words import FROM_A_PERSON, alert_words
from kiosk_app.office.catalogue import Office
from kiosk_app.office.state import Alert, OfficeState, Ticket, current_stop, number_of, open_alerts, stops_of, visit_of
from kiosk_app.practising import LANGUAGE_NAMES
from kiosk_app.sessions import Session

PAPER_WORDS = {"uncut": "紙を確認", "maybe": "紙を確認", "unknown": "紙を確認", "started": "印刷中"}
ACTIONS_SHOWN_MAX = 200
NO_MARKS: Mapping[str, tuple[api.Mark, ...]] = MappingProxyType({})


@dataclass(frozen=True)
class Shared:
    """What all consoles show alike: made once a change, because a call may not wait for twenty-two waiting lists."""

    local: datetime
    line: list[queue.Waiting]
    rows: tuple[api.WaitingRow, ...]
    counters: tuple[api.CounterView, ...]
    alerts: tuple[api.Alert, ...]
    groups: tuple[api.GroupChoice, ...]
    services: tuple[api.ServiceChoice, ...]
    today: tuple[api.ServiceTotals, ...]
    actions: tuple[api.ActionRow, ...]
    marks: Mapping[str, tuple[api.Mark, ...]]
    over_day: api.OverDay
    beside: Mapping[str, booked_rows.Told]
    voided: tuple[api.VoidedRow, ...] = ()
    practising: tuple[api.PractisingRow, ...] = ()


Row = TypeVar("Row", api.WaitingRow, api.CurrentVisit)
NameOf = Callable[[str], str]
"""Of a machine's code what stands on it: 2号機."""


def names_of(own_code: str, own_name: str) -> NameOf:
    """The others are named by their number: their own names stand in their settings."""
    return lambda code: own_name if code in ("", own_code) else f"{numbers.machine_index(code)}号機"


def curve(state: OfficeState, office: Office, now_utc_ms: int) -> api.OverDay:
    """Who waited over the day; as good for a minute, because its step is a quarter of an hour."""
    first, counts = over_day.waiting_over_day(state.day, now_utc_ms)
    return api.OverDay(start=_clock(first, catalogue.zone(office)), waiting=counts)


def shared(
    state: OfficeState,
    office: Office,
    now_utc_ms: int,
    name_of: NameOf,
    marks: Mapping[str, tuple[api.Mark, ...]] = NO_MARKS,
    known_curve: api.OverDay | None = None,
    known_services: Sequence[ServiceDay] | None = None,
) -> Shared:
    """For `staff_view` of every session at this moment. Whoever asks again and again knows part of it already."""
    zone = catalogue.zone(office)
    local = datetime.fromtimestamp(now_utc_ms / 1000, zone)
    line = queue.waiting(state)
    beside = booked_rows.told(state)
    listed = (
        *(rows.row_of(one, now_utc_ms) for one in line),
        *rows.held_rows(state, now_utc_ms),
        *rows.missed_rows(state, now_utc_ms),
    )
    return Shared(
        local=local,
        line=line,
        rows=tuple(_noted(row, marks, beside) for row in listed),
        beside=beside,
        marks=marks,
        over_day=known_curve or curve(state, office, now_utc_ms),
        counters=tuple(_counter(state, office, c.number) for c in sorted(office.counters, key=lambda c: c.number)),
        alerts=tuple(_alert(key, alert, zone, name_of(alert.machine_code)) for key, alert in open_alerts(state)),
        voided=rows.voided_rows(state),
        practising=practising.rows_of(state, now_utc_ms, zone, name_of),
        groups=tuple(api.GroupChoice(letter=g.letter, name=catalogue.text(g.name, "ja")) for g in office.groups),
        services=tuple(
            api.ServiceChoice(id=s.id, name=catalogue.text(catalogue.public_name(s), "ja"), letter=s.group)
            for s in office.services
            if catalogue.is_valid(s, local.date())
        ),
        today=_today(statistics.service_days(state.day) if known_services is None else known_services),
        actions=rows.action_rows(state, limit=ACTIONS_SHOWN_MAX),
    )


def _noted(row: Row, marks: Mapping[str, tuple[api.Mark, ...]], beside: Mapping[str, booked_rows.Told]) -> Row:
    if row.ticket in marks:
        row = replace(row, marks=marks[row.ticket])
    if row.ticket in beside:
        row = replace(row, unconfirmed=beside[row.ticket].unconfirmed, also=beside[row.ticket].also)
    return row


def staff_view(
    state: OfficeState,
    office: Office,
    now_utc_ms: int,
    session: Session,
    name_of: NameOf,
    common: Shared,
) -> api.StaffView:
    """One console's view; `common` is `shared` of the same state, at most a minute old."""
    counter = session.counter
    zone = catalogue.zone(office)
    here = state.day.counters.get(str(counter)) if counter is not None else None
    groups = here.groups if here is not None else ()
    # The next press also completes the visitor of now: the same ticket may then be next with its next service.
    soon = queue.line_after_completion(state, counter, common.line) if counter is not None else common.line
    own = queue.called_by(soon, counter or queue.NO_COUNTER, groups)
    now = queue.callable_now(own, now_utc_ms)
    following = now[0].ticket_id if now else ""
    current = None
    if here is not None and here.current:
        current = _current(state, here.current, zone, name_of, office.queue.no_show_calls)
        current = _noted(replace(current, marks=common.marks.get(here.current, ())), {}, common.beside)
    return api.StaffView(
        office=catalogue.text(office.name, "ja"),
        date=dates.screen_date(common.local.date(), "ja"),
        time=common.local.strftime("%-H:%M"),
        now_utc_ms=now_utc_ms,
        staff_code=session.staff_code,
        role=session.role,
        training=session.training,
        counter=_counter(state, office, counter) if counter is not None else None,
        counters=common.counters,
        current=current,
        waiting=tuple(replace(row, next=True) if row.ticket == following else row for row in common.rows),
        waiting_total=len(queue.called_by(common.line, counter or queue.NO_COUNTER, groups))
        if groups
        else len(common.line),
        next_number=number_of(state.day, following),
        next_why=queue.reasons(own, now_utc_ms),
        alerts=common.alerts,
        voided=common.voided,
        practising=common.practising,
        undo=_undo(state, counter, now_utc_ms),
        groups=common.groups,
        services=common.services,
        cancel_reasons=office.cancel_reasons,
        today=common.today,
        actions=common.actions,
        last=_last(state, counter, zone),
        over_day=common.over_day,
        outage=_outage(state, zone),
        leader=_leader(state, office, now_utc_ms, zone) if session.role == "leader" else None,
        iso_date=common.local.date().isoformat(),
    )


def _leader(state: OfficeState, office: Office, now_utc_ms: int, zone: ZoneInfo) -> api.LeaderPart:
    names = {s.id: catalogue.text(catalogue.public_name(s), "ja") for s in office.services}
    groups = {g.letter: catalogue.text(g.name, "ja") for g in office.groups}
    bulk = leader_rules.last_bulk(state)
    closed = tuple(
        api.ClosedNow(
            id=key,
            what="・".join((*(groups.get(g, g) for g in one.groups), *(names.get(s, s) for s in one.services)))
            or "区役所全体",
            text=catalogue.text(one.reason, "ja"),
            until=_clock_or_day(one.until_utc_ms, now_utc_ms, zone),
            starts=_clock_or_day(one.from_utc_ms, now_utc_ms, zone) if one.from_utc_ms > now_utc_ms else "",
        )
        for key, one in leader_rules.suspensions_now(state, now_utc_ms)
    )
    return api.LeaderPart(
        closed=closed,
        notices=tuple(
            api.ClosedNow(
                id=key,
                what="",
                text=catalogue.text(one.text, "ja"),
                until=_clock_or_day(one.until_utc_ms, now_utc_ms, zone),
            )
            for key, one in leader_rules.posted_now(state, now_utc_ms)
        ),
        closure_reasons=tuple(r.name for r in office.closure_reasons),
        notice_names=tuple(n.name for n in office.prepared_notices),
        bulk=f"{_clock(bulk.at_utc_ms, zone)}に{len(bulk.before)}人（{bulk.reason}）" if bulk else "",
    )


def _clock_or_day(utc_ms: int, now_utc_ms: int, zone: ZoneInfo) -> str:
    """14:00, 今日いっぱい for the midnight to come, 4/7 14:00 on another day, 4/7いっぱい for its end."""
    here, now = (datetime.fromtimestamp(ms / 1000, zone) for ms in (utc_ms, now_utc_ms))
    if here.date() == now.date():
        return here.strftime("%-H:%M")
    ended = here - timedelta(minutes=1)
    if here.strftime("%H:%M") == "00:00":
        return "今日いっぱい" if ended.date() == now.date() else ended.strftime("%-m/%-dいっぱい")
    return here.strftime("%-m/%-d %-H:%M")


def _counter(state: OfficeState, office: Office, number: int) -> api.CounterView:
    known = next((c for c in office.counters if c.number == number), None)
    live = state.day.counters.get(str(number))
    floors = {f.id: catalogue.text(f.name, "ja") for f in office.floors}
    return api.CounterView(
        number=number,
        floor=floors.get(known.floor, "") if known else "",
        groups=live.groups if live and live.state != "closed" else (known.groups if known else ()),
        state=live.state if live else "closed",
        current=number_of(state.day, live.current) if live and live.current else "",
        staff_code=live.staff_code if live else "",
    )


def _current(
    state: OfficeState, ticket_id: str, zone: ZoneInfo, name_of: NameOf, no_show_calls: int
) -> api.CurrentVisit:
    ticket = state.day.tickets[ticket_id]
    visit = visit_of(state.day, ticket_id)
    stop = current_stop(state.day, ticket_id)
    two_stage = bool(stop and stop.two_stage)
    stage = "交付" if visit.stage == "handover" else "受付（このあと交付）" if two_stage else "受付"
    return api.CurrentVisit(
        ticket=ticket_id,
        number=number_of(state.day, ticket_id),
        services=tuple(s.service_name for s in stops_of(state.day, ticket_id)),
        service=stop.service if stop else visit.service,
        stage=stage,
        issued="" if ticket.source == "unheard" else _clock(ticket.issued_utc_ms, zone),
        machine=name_of(ticket.machine_code),
        waited_min=max(0, visit.first_called_utc_ms - ticket.issued_utc_ms) // 60_000,
        promised=_promised(ticket, zone),
        calls=visit.announcements,
        called_at=_clock(visit.called_utc_ms, zone),
        called_utc_ms=visit.called_utc_ms,
        language=api.language_of(ticket.language),
        language_name=LANGUAGE_NAMES[api.language_of(ticket.language)] if ticket.source != "unheard" else "未確認",
        paper=PAPER_WORDS.get(ticket.paper, ""),
        two_stage=two_stage and visit.stage == "reception",
        interrupted=outages.is_in_question(state.day, visit),
        source=ticket.source,
        offer_no_show=visit.announcements >= no_show_calls,
    )


def _outage(state: OfficeState, zone: ZoneInfo) -> api.Outage | None:
    if not state.day.outages:
        return None
    last, minutes = state.day.outages[-1], outages.outage_ms(state.day) // 60_000
    return api.Outage(since=_clock(last.from_utc_ms, zone), until=_clock(last.until_utc_ms, zone), minutes=minutes)


def _promised(ticket: Ticket, zone: ZoneInfo) -> str:
    """The range that its paper tells; empty where nothing could be promised."""
    if not ticket.estimate_to_utc_ms:
        return ""
    return f"{_clock(ticket.estimate_from_utc_ms, zone)}〜{_clock(ticket.estimate_to_utc_ms, zone)}"


def _alert(key: str, alert: Alert, zone: ZoneInfo, machine: str) -> api.Alert:
    title, note, icon = alert_words(alert.cause, alert.detail)
    if alert.cause in FROM_A_PERSON:
        note = f"{note}・{LANGUAGE_NAMES[api.language_of(alert.language)]}"
    return api.Alert(
        id=key,
        machine=machine,
        cause=alert.cause,
        title=f"{machine}　{title}",
        note=note,
        icon=icon,
        since=_clock(alert.since_utc_ms, zone),
        accepted_by=alert.accepted_by,
        machine_code=alert.machine_code,
    )


def _clock(utc_ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(utc_ms / 1000, zone).strftime("%-H:%M") if utc_ms else ""


def _minutes(seconds: int | None) -> int | None:
    return None if seconds is None else round(seconds / 60)


def _today(services: Sequence[ServiceDay]) -> tuple[api.ServiceTotals, ...]:
    return tuple(
        api.ServiceTotals(
            name=row.name,
            letter=row.letter,
            issued=row.issued,
            waiting=row.waiting,
            completed=row.completed,
            no_shows=row.no_shows,
            wait_median_min=_minutes(row.wait_median_s),
            service_median_min=_minutes(row.service_median_s),
        )
        for row in services
    )


def _undo(state: OfficeState, counter: int | None, now_utc_ms: int) -> api.Undo | None:
    """Everything that one press takes back, in the order in which it was done; nothing where it would be refused."""
    acts = calls.undoable(state, counter, now_utc_ms) if counter is not None else ()
    if not acts or calls.changed_since(state, acts):
        return None
    of = "の" if len(acts) == 1 else ""
    done = [f"{number_of(state.day, act.ticket)}{of}{rows.ACTION_NAMES[act.kind]}" for act in reversed(acts)]
    return api.Undo(label="・".join(done), seconds_left=(acts[0].at_utc_ms + calls.UNDO_MS - now_utc_ms) // 1000)


def _last(state: OfficeState, counter: int | None, zone: ZoneInfo) -> str:
    for action in reversed(state.day.actions):
        if counter is not None and action.counter == counter and action.ticket:
            number = number_of(state.day, action.ticket)
            return f"{_clock(action.at_utc_ms, zone)}　{number} {rows.ACTION_NAMES[action.kind]}"
    return ""
