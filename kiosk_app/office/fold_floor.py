"""Folds of counters, staff, alerts and devices."""

from __future__ import annotations

from typing import Literal

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.fold_base import Origin, is_of_an_earlier_day, remember
from kiosk_app.office.state import Alert, OfficeState, counter_of


def counter_opened(state: OfficeState, origin: Origin, fact: f.CounterOpened) -> None:
    remember(state.day, origin, fact, counter=fact.counter)
    old = counter_of(state.day, fact.counter)
    new = replace(old, state="open", groups=fact.groups, staff_code=origin.actor)
    state.day.counters[str(fact.counter)] = new


def counter_paused(state: OfficeState, origin: Origin, fact: f.CounterPaused) -> None:
    remember(state.day, origin, fact, counter=fact.counter)
    _counter_state(state, fact.counter, "paused")


def counter_closed(state: OfficeState, origin: Origin, fact: f.CounterClosed) -> None:
    remember(state.day, origin, fact, counter=fact.counter)
    _counter_state(state, fact.counter, "closed")


def _counter_state(state: OfficeState, number: int, now: Literal["closed", "paused"]) -> None:
    old = counter_of(state.day, number)
    staff_code = "" if now == "closed" else old.staff_code
    state.day.counters[str(number)] = replace(old, state=now, staff_code=staff_code)


def signed_in(state: OfficeState, origin: Origin, fact: f.SignedIn) -> None:
    _remember_today(state, origin, fact, counter=fact.counter or 0)
    state.signed_in[origin.actor] = (fact.role, fact.counter or 0)
    state.locks.pop(origin.actor, None)


def signed_out(state: OfficeState, origin: Origin, fact: f.SignedOut) -> None:
    _remember_today(state, origin, fact)
    state.signed_in.pop(origin.actor, None)


def sign_in_locked(state: OfficeState, origin: Origin, fact: f.SignInLocked) -> None:
    state.locks[fact.staff_code] = fact.until_utc_ms


def staff_called(state: OfficeState, origin: Origin, fact: f.StaffCalled) -> None:
    alert = state.alerts.get(fact.alert) or Alert()
    state.alerts[fact.alert] = replace(
        alert,
        machine_code=fact.machine_code,
        cause=fact.cause,
        detail=fact.detail,
        language=fact.language,
        since_utc_ms=origin.at_utc_ms,
        machine=origin.machine,
        seq=origin.seq,
    )
    _wrote(state, origin, fact.alert)


def staff_accepted(state: OfficeState, origin: Origin, fact: f.StaffAccepted) -> None:
    _remember_today(state, origin, fact, reason=fact.alert)
    if fact.alert not in state.alerts and fact.called_by and is_past(state, fact.called_by, fact.called_seq):
        # It came and went before this arrived.
        return
    alert = state.alerts.get(fact.alert) or Alert(machine=fact.called_by, seq=fact.called_seq)
    if not alert.accepted_by:
        state.alerts[fact.alert] = replace(alert, accepted_by=origin.actor, accepted_utc_ms=origin.at_utc_ms)


def alert_cleared(state: OfficeState, origin: Origin, fact: f.AlertCleared) -> None:
    alert = state.alerts.get(fact.alert) or Alert()
    state.alerts[fact.alert] = replace(alert, cleared=True)
    _wrote(state, origin, fact.alert)


def is_past(state: OfficeState, machine: str, seq: int) -> bool:
    return seq <= state.positions.get(machine, 0)


def _wrote(state: OfficeState, origin: Origin, key: str) -> None:
    """A bell that is over goes with its day, however late the word of it comes. Its day stands in its machine's chain:
    of a machine that has joined none it is none, whatever day it is where this arrives."""
    day = state.machine_days.get(origin.machine, "")
    alert = state.alerts[key] = replace(state.alerts[key], day=max(day, state.alerts[key].day))
    if alert.cleared and alert.day < state.day.date:
        del state.alerts[key]


def _remember_today(state: OfficeState, origin: Origin, fact: f.Fact, counter: int = 0, reason: str = "") -> None:
    if not is_of_an_earlier_day(state, origin):
        remember(state.day, origin, fact, counter=counter, reason=reason)


def printer_changed(state: OfficeState, origin: Origin, fact: f.PrinterChanged) -> None:
    state.printers[f"{origin.machine.partition('~')[0]}.{fact.printer}"] = fact.status


def printer_recognised(state: OfficeState, origin: Origin, fact: f.PrinterRecognised) -> None:
    place = f"{origin.machine} {fact.printer}"
    state.printer_models[place] = state.printer_models.get(place, {}) | {fact.model: (fact.width_dots, fact.dpi)}


def disk_low(state: OfficeState, origin: Origin, fact: f.DiskLow) -> None:
    state.disk_low[origin.machine] = fact.low


def log_damaged(state: OfficeState, origin: Origin, fact: f.LogDamaged) -> None:
    state.damaged_logs[fact.machine] = fact.kept_as
