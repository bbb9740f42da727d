"""Folds of a day on which something is away: numbers called before their tickets arrive, the pad, outages."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office import fold_calls
from kiosk_app.office.fold_base import Origin, remember, settle
from kiosk_app.office.fold_tickets import add_ticket
from kiosk_app.office.state import (
    PAD_FIRST,
    PAD_LAST,
    Act,
    OfficeState,
    Outage,
    Ticket,
    Visit,
    counter_of,
    number_text,
    pad_id,
)


def number_called(state: OfficeState, origin: Origin, fact: f.NumberCalled) -> None:
    day, at = state.day, origin.at_utc_ms
    if fact.ticket not in day.tickets:
        day.tickets[fact.ticket] = Ticket(
            letter=fact.letter,
            number=fact.number,
            machine=origin.machine,
            seq=origin.seq,
            machine_code=fact.machine_code,
            language="ja",
            stops=(fact.stop,),
            promise="walk_in",
            # Nobody knows since when; no wait is measured of it.
            issued_utc_ms=at,
            arrival_utc_ms=at,
            due_utc_ms=at,
            estimate_from_utc_ms=0,
            estimate_to_utc_ms=0,
            paper="issued",
            source="unheard",
        )
        # Not among the used ones: its own machine has still to tell of it. A ticket that is there already stays.
        day.by_number.setdefault(number_text(fact.letter, fact.number), fact.ticket)
        day.stand_ins.add(fact.ticket)
    fold_calls.called(state, origin, fact)


def number_matched(state: OfficeState, origin: Origin, fact: f.NumberMatched) -> None:
    """Everything that the hub wrote of the stand-in is the ticket's, whether that has arrived here or not."""
    day, old, new = state.day, fact.stand_in, fact.ticket
    if old not in day.stand_ins:
        return
    fold_calls.forget_stand_in(day, old)
    visit = day.visits.pop(old, None)
    if visit is not None and new not in day.visits:
        day.visits[new] = _heard(visit, fact)
    elif visit is not None and counter_of(day, visit.counter).current == old:
        # It was called under its own id as well, before this was known: one call of one visit stays.
        day.counters[str(visit.counter)] = replace(counter_of(day, visit.counter), current="")
    for key, counter in day.counters.items():
        if counter.current == old:
            day.counters[key] = replace(counter, current=new)
    for acts in day.acts.values():
        acts[:] = [_renamed(act, fact) for act in acts]
    day.recent_calls = [replace(c, ticket=new) if c.ticket == old else c for c in day.recent_calls]
    day.actions = [replace(a, ticket=new) if a.ticket == old else a for a in day.actions]
    for bulk in day.bulks:
        if old in bulk.before:
            before = bulk.before.pop(old)
            bulk.before[new] = _heard(before, fact) if before is not None else None
    for intent, answer in day.intents.items():
        if answer.ticket == old:
            day.intents[intent] = replace(answer, ticket=new)
    settle(day, new)


def _heard(visit: Visit, fact: f.NumberMatched) -> Visit:
    """As it would be if the ticket had been known all the time."""
    if fact.stop is None:
        return visit
    return replace(visit, changes=((fact.from_service, fact.stop), *visit.changes))


def _renamed(act: Act, fact: f.NumberMatched) -> Act:
    if act.ticket == fact.stand_in:
        before = _heard(act.visit_before, fact) if act.visit_before is not None else None
        act = replace(act, ticket=fact.ticket, visit_before=before)
    return replace(act, current_before=fact.ticket) if act.current_before == fact.stand_in else act


def pad_registered(state: OfficeState, origin: Origin, fact: f.PadRegistered) -> None:
    """In the order of the pad, also where all were handed out at one moment, or are registered in several steps."""
    day, span_ms = state.day, fact.until_utc_ms - fact.from_utc_ms
    for index in range(fact.count):
        key = pad_id(fact.letter, fact.first + index)
        remember(day, origin, fact, key, part=index)
        known = day.tickets.get(key)
        if known is not None and (known.machine, known.seq) <= (origin.machine, origin.seq):
            # Two hubs that could not see each other: whoever wrote is the same on every machine.
            continue
        place = fact.first + index - PAD_FIRST
        at = fact.from_utc_ms + max(index, span_ms * place // (PAD_LAST + 1 - PAD_FIRST))
        ticket = Ticket(
            letter=fact.letter,
            number=fact.first + index,
            machine=origin.machine,
            seq=origin.seq,
            machine_code=fact.machine_code,
            language=fact.language,
            stops=(fact.stop,),
            promise="walk_in",
            issued_utc_ms=at,
            arrival_utc_ms=at,
            due_utc_ms=fact.due_utc_ms,
            # The pad promises nothing.
            estimate_from_utc_ms=0,
            estimate_to_utc_ms=0,
            paper="issued",
            source="pad",
        )
        add_ticket(day, key, ticket)
        settle(day, key)


def call_continued(state: OfficeState, origin: Origin, fact: f.CallContinued) -> None:
    """Nothing of the visit changes, so what was done before it can still be taken back."""
    day = state.day
    remember(day, origin, fact, fact.ticket, fact.counter)
    visit = day.visits.get(fact.ticket)
    if visit is not None and visit.status == "called":
        day.visits[fact.ticket] = replace(visit, continued_utc_ms=origin.at_utc_ms)


def outage_ended(state: OfficeState, origin: Origin, fact: f.OutageEnded) -> None:
    state.day.outages.append(Outage(from_utc_ms=fact.from_utc_ms, until_utc_ms=fact.until_utc_ms))
