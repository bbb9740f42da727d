"""What a new day carries over from all the days before it, so that a fold may begin there when they are destroyed.

A fold that began at a checkpoint and one of everything are equal, byte for byte, once `RecordsDestroyed` is in both.
Folding a checkpoint in the ordinary way changes nothing: only whoever begins at it takes what it says (`begin`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeVar

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office import fold_certificates, fold_hubs, fold_slots, reigns, statistics
from kiosk_app.office.across_days import Alert, DayTotals, Posted, Suspension
from kiosk_app.office.fold_base import SKEW_MS
from kiosk_app.office.fold_devices import merged
from kiosk_app.office.state import DAYS_KEPT, Day, OfficeState

SAMPLES_KEPT = 30
Timed = TypeVar("Timed", Suspension, Posted)
V = TypeVar("V")


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
        **_as_it_is(state, opened.date),
        past_service_s=past_s(state.past_service_s, old.service_s),
        past_handover_s=past_s(state.past_handover_s, old.handover_s),
        suspensions=lasting(state.suspensions, old),
        posted=lasting(state.posted, old),
    )


def begin(state: OfficeState, machine: str, seq: int, fact: f.DayCheckpoint) -> None:
    """`state` has folded the DayOpened before it. On a state that has folded everything it changes nothing.

    What a machine knows of itself already, or has heard of others since, it knows better. It may also have been away:
    then what it knows is older, and of that which the checkpoint does not know any more nothing is left.
    """
    known_better = _known_better(state, fact, machine)
    keep_totals(state, () if fact.total is None else (fact.total,))
    for name, known in fact.positions.items():
        state.positions[name] = max(known, state.positions.get(name, known))
    state.positions[machine] = seq
    state.office = fact.office
    state.past_service_s = dict(fact.past_service_s)
    state.past_handover_s = dict(fact.past_handover_s)
    state.printers = _joined(fact.printers, state.printers, lambda key, _: known_better(key.partition(".")[0]))
    known_models = {place: dict(models) for place, models in fact.printer_models.items()}
    mine = state.printer_models
    state.printer_models = _joined(known_models, mine, lambda key, _: known_better(key.partition(" ")[0]))
    alerts = _joined(fact.alerts, state.alerts, lambda _, alert: known_better(alert.machine))
    state.alerts = {key: _accepted(alert, fact.alerts.get(key)) for key, alert in alerts.items()}
    stops = _joined(fact.certificate_stops, state.certificate_stops, lambda _, stop: known_better(stop.machine))
    state.certificate_stops = stops
    state.sheet_jobs = _joined(fact.sheet_jobs, state.sheet_jobs, lambda key, _: known_better(key))
    state.signed_in = dict(fact.signed_in)
    state.locks = dict(fact.locks)

    def by_machine(key: str, _: object) -> bool:
        return known_better(key)

    state.incarnations = {**fact.incarnations, **state.incarnations}
    state.disk_low = _joined(fact.disk_low, state.disk_low, by_machine)
    state.damaged_logs = {**fact.damaged_logs, **state.damaged_logs}
    state.last_checks = _joined(fact.last_checks, state.last_checks, by_machine)
    state.machine_days = {**_joined(fact.machine_days, state.machine_days, by_machine), machine: fact.date}
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
    fold_slots.join(state, fact.slots)
    state.sales = _joined(fact.sales, state.sales, lambda _, sale: known_better(sale.machine))
    state.confirmations = _joined(
        fact.confirmations, state.confirmations, lambda place, _: known_better(place.rpartition(" ")[0])
    )
    state.answers = _joined(fact.answers, state.answers, lambda _, answered: known_better(answered.machine))
    state.returned = {**fact.returned, **state.returned}
    state.claims = fold_certificates.joined_claims(fact.claims, state.claims)
    state.outcomes = _joined(fact.outcomes, state.outcomes, lambda _, outcome: known_better(outcome.machine))
    state.takings = {
        date: taken
        for date in sorted({*fact.takings, *state.takings})
        if (taken := _joined(fact.takings.get(date, {}), state.takings.get(date, {}), by_machine))
    }
    fold_certificates.forget_gone(state)


def _known_better(state: OfficeState, fact: f.DayCheckpoint, machine: str) -> Callable[[str], bool]:
    """Whether this state has folded later facts of a machine, or of any log in its name, than the checkpoint knows."""
    later = {name for name, seq in state.positions.items() if name != machine and seq > fact.positions.get(name, 0)}
    bases = {name.partition("~")[0] for name in later}
    return lambda name: name in later or name in bases


def _joined(theirs: Mapping[str, V], mine: Mapping[str, V], is_mine: Callable[[str, V], bool]) -> dict[str, V]:
    """What is known better here and is gone here, is gone: a bell that its own machine has ended meanwhile."""
    kept = {key: value for key, value in theirs.items() if not is_mine(key, value)}
    return {**kept, **{key: value for key, value in mine.items() if is_mine(key, value)}}


def _accepted(alert: Alert, theirs: Alert | None) -> Alert:
    """Who went is the hub's to say, whoever rang."""
    if theirs is None or alert.accepted_by:
        return alert
    return replace(alert, accepted_by=theirs.accepted_by, accepted_utc_ms=theirs.accepted_utc_ms)


def of_machine(state: OfficeState, date: str) -> f.MachineCheckpoint:
    """Of the state just before this machine joins `date`, a later day than it has known."""
    return f.MachineCheckpoint(
        date=date,
        office=state.office,
        **_as_it_is(state, date),
        past_service_s=dict(state.past_service_s),
        past_handover_s=dict(state.past_handover_s),
        suspensions=dict(state.suspensions),
        posted=dict(state.posted),
        begins_at=dict(state.begins_at),
    )


def begin_of_machine(state: OfficeState, machine: str, seq: int, fact: f.MachineCheckpoint) -> None:
    """`state` has folded the DayJoined before it and, of the days before, nothing that is gone."""
    state.office = fact.office
    state.past_service_s = dict(fact.past_service_s)
    state.past_handover_s = dict(fact.past_handover_s)
    state.positions = {**fact.positions, machine: seq}
    state.printers = dict(fact.printers)
    state.printer_models = {place: dict(models) for place, models in fact.printer_models.items()}
    state.alerts = dict(fact.alerts)
    state.sheet_jobs = dict(fact.sheet_jobs)
    state.certificate_stops = dict(fact.certificate_stops)
    state.signed_in = dict(fact.signed_in)
    state.locks = dict(fact.locks)
    state.incarnations = dict(fact.incarnations)
    state.disk_low = dict(fact.disk_low)
    state.damaged_logs = dict(fact.damaged_logs)
    state.last_checks = dict(fact.last_checks)
    state.machine_days = {**fact.machine_days, machine: fact.date}
    state.begins_at = dict(fact.begins_at)
    state.suspensions = dict(fact.suspensions)
    state.posted = dict(fact.posted)
    fold_hubs.keep(state, fact.reigns)
    state.followed, state.handed = dict(fact.followed), dict(fact.handed)
    state.hub_wrote, state.devices = dict(fact.hub_wrote), dict(fact.devices)
    fold_slots.join(state, fact.slots)
    state.sales, state.claims, state.outcomes = dict(fact.sales), dict(fact.claims), dict(fact.outcomes)
    state.confirmations, state.answers = dict(fact.confirmations), dict(fact.answers)
    state.returned = dict(fact.returned)
    state.takings = {day: dict(taken) for day, taken in fact.takings.items()}
    fold_certificates.forget_gone(state)


def _as_it_is(state: OfficeState, date: str) -> dict[str, Any]:
    """What the day `date` begins with, whichever machine begins it."""
    return {
        "positions": dict(state.positions),
        "printers": dict(state.printers),
        "printer_models": {place: dict(models) for place, models in state.printer_models.items()},
        "alerts": lasting_alerts(state),
        "sheet_jobs": dict(state.sheet_jobs),
        "certificate_stops": dict(state.certificate_stops),
        "signed_in": dict(state.signed_in),
        "locks": dict(state.locks),
        "incarnations": dict(state.incarnations),
        "disk_low": dict(state.disk_low),
        "damaged_logs": dict(state.damaged_logs),
        "last_checks": dict(state.last_checks),
        "machine_days": dict(state.machine_days),
        "reigns": tuple(state.reigns),
        "followed": dict(state.followed),
        "handed": dict(state.handed),
        "hub_wrote": dict(state.hub_wrote),
        "devices": dict(state.devices),
        "slots": fold_slots.to_come(state, date),
        **_money(state, date),
    }


def _money(state: OfficeState, date: str) -> dict[str, Any]:
    """What of sales, claims and takings the day `date` begins with."""
    lasting_sales = {key: sale for key, sale in state.sales.items() if not sale.ended or sale.date >= date}
    return {
        "sales": lasting_sales,
        "confirmations": dict(state.confirmations),
        "answers": dict(state.answers),
        "returned": dict(state.returned),
        "claims": dict(state.claims),
        "outcomes": dict(state.outcomes),
        "takings": {day: dict(taken) for day, taken in state.takings.items()},
    }


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
    state: OfficeState, days: Iterable[str], gone: Iterable[f.Fact], first_kept: f.DayCheckpoint | None
) -> tuple[DayTotals, ...]:
    """Figures that nothing gives any more. `gone`: the checkpoints and destructions among what is to be destroyed;
    `first_kept`: None on a ticket machine, whose own checkpoint has no figures."""
    dates = set(days)
    for fact in gone:
        if isinstance(fact, f.DayCheckpoint) and fact.total is not None:
            dates.add(fact.total.date)
        if isinstance(fact, f.RecordsDestroyed):
            dates.update(day.date for day in fact.totals)
    if first_kept is not None and first_kept.total is not None:
        dates.discard(first_kept.total.date)
    return tuple(day for day in state.days if day.date in dates)
