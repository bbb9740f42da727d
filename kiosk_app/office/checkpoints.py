"""What a new day carries over from all the days before it, so that a fold may begin there when they are destroyed.

A fold that began at a checkpoint and one of everything are equal, byte for byte, once `RecordsDestroyed` is in both.
Folding a checkpoint in the ordinary way changes nothing: only whoever begins at it takes what it says (`begin`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TypeVar

from kiosk_app.office import facts as f
from kiosk_app.office import fold_hubs, reigns, statistics
from kiosk_app.office.across_days import Alert, DayTotals, Posted, Suspension
from kiosk_app.office.fold_base import SKEW_MS
from kiosk_app.office.fold_devices import merged
from kiosk_app.office.state import DAYS_KEPT, Day, OfficeState

SAMPLES_KEPT = 30
Timed = TypeVar("Timed", Suspension, Posted)


def taken(state: OfficeState, opened: f.DayOpened, machine: str, head: str, now_utc_ms: int) -> f.DayCheckpoint:
    """Of the state just before `machine` writes `opened`, which is of a later day than any and not before now."""
    old = state.day
    early = any(t.issued_utc_ms >= now_utc_ms - SKEW_MS for t in old.tickets.values() if t.machine != machine)
    return f.DayCheckpoint(
        date=opened.date,
        office=opened.office,
        head=head,
        whole=not early,
        total=statistics.day_totals(old) if old.date else None,
        past_service_s=past_s(state.past_service_s, old.service_s),
        past_handover_s=past_s(state.past_handover_s, old.handover_s),
        positions=dict(state.positions),
        printers=dict(state.printers),
        printer_models={place: dict(models) for place, models in state.printer_models.items()},
        alerts=lasting_alerts(state),
        signed_in=dict(state.signed_in),
        locks=dict(state.locks),
        incarnations=dict(state.incarnations),
        disk_low=dict(state.disk_low),
        damaged_logs=dict(state.damaged_logs),
        machine_days=dict(state.machine_days),
        suspensions=lasting(state.suspensions, old),
        posted=lasting(state.posted, old),
        reigns=tuple(state.reigns),
        followed=dict(state.followed),
        handed=dict(state.handed),
        hub_wrote=dict(state.hub_wrote),
        devices=dict(state.devices),
    )


def begin(state: OfficeState, machine: str, seq: int, fact: f.DayCheckpoint) -> None:
    """`state` has folded the DayOpened before it. On a state that has folded everything it changes nothing.

    What a machine knows of itself already, or has heard of others, it knows better.
    """
    keep_totals(state, () if fact.total is None else (fact.total,))
    for name, known in fact.positions.items():
        state.positions[name] = max(known, state.positions.get(name, known))
    state.positions[machine] = seq
    state.office = fact.office
    state.past_service_s = dict(fact.past_service_s)
    state.past_handover_s = dict(fact.past_handover_s)
    state.printers = {**fact.printers, **state.printers}
    known_models = {place: dict(models) for place, models in fact.printer_models.items()}
    state.printer_models = {**known_models, **state.printer_models}
    state.alerts = {**fact.alerts, **state.alerts}
    state.signed_in = dict(fact.signed_in)
    state.locks = dict(fact.locks)
    state.incarnations = {**fact.incarnations, **state.incarnations}
    state.disk_low = {**fact.disk_low, **state.disk_low}
    state.damaged_logs = {**fact.damaged_logs, **state.damaged_logs}
    state.machine_days = {**fact.machine_days, **state.machine_days}
    state.begins_at.pop(machine, None)
    state.suspensions = dict(fact.suspensions)
    state.posted = dict(fact.posted)
    fold_hubs.keep(state, fact.reigns)
    for marks, now in ((fact.followed, state.followed), (fact.handed, state.handed)):
        for code, said in marks.items():
            if code not in now or reigns.place(now[code].machine, now[code].seq) < reigns.place(said.machine, said.seq):
                now[code] = said
    for name, last in fact.hub_wrote.items():
        state.hub_wrote[name] = max(last, state.hub_wrote.get(name, last))
    state.devices = merged(state.devices, fact.devices)


def lasting_alerts(state: OfficeState) -> dict[str, Alert]:
    """Also those that were accepted before the call itself arrived here."""
    kept = state.alerts.items()
    return {key: alert for key, alert in kept if (alert.machine_code or alert.machine) and not alert.cleared}


def lasting(known: Mapping[str, Timed], ended: Day) -> dict[str, Timed]:
    """Without what was over before the day that ended had begun."""
    return {key: one for key, one in known.items() if one.until_utc_ms > ended.opened_utc_ms}


def past_s(known: Mapping[str, list[int]], ended: Mapping[str, list[int]]) -> dict[str, list[int]]:
    """Recent times of each service, with those of the day that ended."""
    past = {service: list(samples) for service, samples in known.items()}
    for service, samples in ended.items():
        past[service] = (past.get(service, []) + samples)[-SAMPLES_KEPT:]
    return past


def keep_totals(state: OfficeState, totals: Iterable[DayTotals]) -> None:
    """By date, the latest `DAYS_KEPT`; figures that are known already stay."""
    known = {day.date: day for day in state.days}
    for day in totals:
        known.setdefault(day.date, day)
    state.days = [known[date] for date in sorted(known)][-DAYS_KEPT:]


def totals_to_carry(
    state: OfficeState, days: Iterable[str], gone: Iterable[f.Fact], first_kept: f.DayCheckpoint
) -> tuple[DayTotals, ...]:
    """Figures that nothing gives any more. `gone`: the checkpoints and destructions among what is to be destroyed."""
    dates = set(days)
    for fact in gone:
        if isinstance(fact, f.DayCheckpoint) and fact.total is not None:
            dates.add(fact.total.date)
        if isinstance(fact, f.RecordsDestroyed):
            dates.update(day.date for day in fact.totals)
    if first_kept.total is not None:
        dates.discard(first_kept.total.date)
    return tuple(day for day in state.days if day.date in dates)
