"""Folds of calls: what the hub wrote about each visit, and how the last act at a counter is taken back."""

from __future__ import annotations

from typing import Any

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.fold_base import Origin, remember, settle
from kiosk_app.office.state import (
    CREDIT_MAX_S,
    Act,
    Call,
    Day,
    OfficeState,
    Visit,
    counter_of,
    number_text,
    visit_of,
)

CALLS = ("Called", "NumberCalled")
UNDO_KEPT = 16
RECENT_CALLS_KEPT = 50


def _change(day: Day, origin: Origin, ticket_id: str, **changes: Any) -> None:
    day.visits[ticket_id] = replace(visit_of(day, ticket_id), machine=origin.machine, seq=origin.seq, **changes)
    settle(day, ticket_id)


def _current(day: Day, number: int, ticket_id: str) -> None:
    day.counters[str(number)] = replace(counter_of(day, number), current=ticket_id)


def _leave(day: Day, ticket_id: str) -> None:
    """The open call of this visit, wherever it is, ends."""
    counter = visit_of(day, ticket_id).counter
    if counter_of(day, counter).current == ticket_id:
        _current(day, counter, "")


def _undoable(day: Day, origin: Origin, fact: Any, counter: int, service: str = "") -> None:
    act = Act(
        machine=origin.machine,
        seq=origin.seq,
        kind=type(fact).__name__,
        ticket=fact.ticket,
        at_utc_ms=origin.at_utc_ms,
        intent=fact.intent,
        visit_before=day.visits.get(fact.ticket),
        current_before=counter_of(day, counter).current,
        service=service,
        service_s=getattr(fact, "service_s", None),
    )
    acts = day.acts.setdefault(str(counter), [])
    acts.append(act)
    del acts[:-UNDO_KEPT]


def called(state: OfficeState, origin: Origin, fact: f.Called | f.NumberCalled) -> None:
    day = state.day
    remember(day, origin, fact, fact.ticket, fact.counter, fact.reason)
    _undoable(day, origin, fact, fact.counter)
    _leave(day, fact.ticket)
    at = origin.at_utc_ms
    _change(
        day,
        origin,
        fact.ticket,
        status="called",
        stage=fact.stage,
        counter=fact.counter,
        service=fact.service,
        call=fact.call,
        announcements=1,
        first_called_utc_ms=visit_of(day, fact.ticket).first_called_utc_ms or at,
        called_utc_ms=at,
        announced_utc_ms=at,
        held_until_utc_ms=0,
        to_counter=fact.counter if visit_of(day, fact.ticket).to_counter == fact.counter else 0,
    )
    _current(day, fact.counter, fact.ticket)
    day.calls = max(day.calls, fact.call)
    call = Call(ticket=fact.ticket, counter=fact.counter, call=fact.call, stage=fact.stage, called_utc_ms=at)
    day.recent_calls.append(call)
    del day.recent_calls[:-RECENT_CALLS_KEPT]


def recalled(state: OfficeState, origin: Origin, fact: f.Recalled) -> None:
    day = state.day
    remember(day, origin, fact, fact.ticket, fact.counter)
    visit = day.visits.get(fact.ticket)
    if visit is not None and visit.status == "called":
        day.visits[fact.ticket] = replace(
            visit, announcements=visit.announcements + 1, announced_utc_ms=origin.at_utc_ms
        )


def held(state: OfficeState, origin: Origin, fact: f.Held) -> None:
    _end_call(state.day, origin, fact, status="held", held_until_utc_ms=fact.until_utc_ms)


def no_show(state: OfficeState, origin: Origin, fact: f.NoShow) -> None:
    _end_call(state.day, origin, fact, status="no_show", ended_utc_ms=origin.at_utc_ms)


def _without(done: tuple[str, ...], service: str) -> tuple[str, ...]:
    return tuple(other for other in done if other != service)


def ready(state: OfficeState, origin: Origin, fact: f.ReadyForHandover) -> None:
    visit = visit_of(state.day, fact.ticket)
    done = _without(visit.done, visit.service)
    at = origin.at_utc_ms
    _measured(state.day, visit, visit.service, fact.service_s)
    _end_call(state.day, origin, fact, status="waiting", stage="handover", ready_utc_ms=at, done=done, to_counter=0)


def transferred(state: OfficeState, origin: Origin, fact: f.Transferred) -> None:
    visit = visit_of(state.day, fact.ticket)
    if fact.to_counter:
        # Only somebody else does it: what is to be done, and which stage it is, stays.
        _end_call(state.day, origin, fact, status="waiting", to_counter=fact.to_counter)
        return
    changed = {"changes": (*visit.changes, (visit.service, fact.stop)), "to_counter": 0}
    done = _without(visit.done, fact.stop.service)
    _end_call(state.day, origin, fact, status="waiting", stage="reception", done=done, **changed)


def completed(state: OfficeState, origin: Origin, fact: f.Completed) -> None:
    day = state.day
    visit = visit_of(day, fact.ticket)
    done = (*visit.done, fact.service)
    _measured(day, visit, fact.service, fact.service_s)
    ended = {"done": done, "ended_utc_ms": origin.at_utc_ms, "to_counter": 0}
    _end_call(day, origin, fact, status="waiting", stage="reception", **ended)


def _samples(day: Day, before: Visit | None) -> dict[str, list[int]]:
    """A handover takes a fraction of a reception's time, and one mean of both would be true of neither."""
    return day.handover_s if before is not None and before.stage == "handover" else day.service_s


def _measured(day: Day, before: Visit, service: str, service_s: int | None) -> None:
    if service_s is not None:
        _samples(day, before).setdefault(service, []).append(service_s)


def cancelled(state: OfficeState, origin: Origin, fact: f.TicketCancelled) -> None:
    state.day.cancellations.pop(fact.ticket, None)
    _end_call(state.day, origin, fact, status="cancelled", ended_utc_ms=origin.at_utc_ms, held_until_utc_ms=0)


def _end_call(day: Day, origin: Origin, fact: Any, **changes: Any) -> None:
    remember(day, origin, fact, fact.ticket, fact.counter, getattr(fact, "reason", ""))
    _undoable(day, origin, fact, fact.counter, getattr(fact, "service", visit_of(day, fact.ticket).service))
    _leave(day, fact.ticket)
    _change(day, origin, fact.ticket, **changes)


def resumed(state: OfficeState, origin: Origin, fact: f.Resumed) -> None:
    remember(state.day, origin, fact, fact.ticket)
    _change(state.day, origin, fact.ticket, status="waiting", held_until_utc_ms=0)


def priority_granted(state: OfficeState, origin: Origin, fact: f.PriorityGranted) -> None:
    remember(state.day, origin, fact, fact.ticket, 0, fact.reason)
    credit = max(0, min(CREDIT_MAX_S, fact.credit_s))
    _change(state.day, origin, fact.ticket, credit_s=credit, credit_reason=fact.reason)


def service_changed(state: OfficeState, origin: Origin, fact: f.ServiceChanged) -> None:
    remember(state.day, origin, fact, fact.ticket)
    visit = visit_of(state.day, fact.ticket)
    changes = (*visit.changes, (fact.from_service, fact.stop))
    _change(state.day, origin, fact.ticket, changes=changes, done=_without(visit.done, fact.stop.service))


def undone(state: OfficeState, origin: Origin, fact: f.Undone) -> None:
    day = state.day
    remember(day, origin, fact, fact.ticket, fact.counter, fact.undone_kind)
    acts = day.acts.get(str(fact.counter), [])
    visit = visit_of(day, fact.ticket)
    undone = (fact.undone_machine, fact.undone_seq)
    if not acts or (acts[-1].machine, acts[-1].seq) != undone or (visit.machine, visit.seq) != undone:
        return
    act = acts.pop()
    if not acts:
        del day.acts[str(fact.counter)]
    if act.visit_before is None:
        del day.visits[act.ticket]
    else:
        day.visits[act.ticket] = act.visit_before
    _current(day, fact.counter, act.current_before)
    if act.service_s is not None:
        _forget_sample(_samples(day, act.visit_before), act.service, act.service_s)
    if act.kind in CALLS:
        day.recent_calls = [call for call in day.recent_calls if call.call != visit.call]
    if act.kind == "NumberCalled" and act.visit_before is None and act.ticket in day.stand_ins:
        forget_stand_in(day, act.ticket)
    settle(day, act.ticket)


def forget_stand_in(day: Day, ticket_id: str) -> None:
    """Nothing stands for the number any more: its ticket has come, or the call was taken back."""
    ticket = day.tickets.pop(ticket_id)
    day.stand_ins.discard(ticket_id)
    number = number_text(ticket.letter, ticket.number)
    if day.by_number.get(number) == ticket_id:
        del day.by_number[number]
    settle(day, ticket_id)


def _forget_sample(measured: dict[str, list[int]], service: str, service_s: int) -> None:
    samples = measured[service]
    del samples[len(samples) - 1 - samples[::-1].index(service_s)]
    if not samples:
        del measured[service]
