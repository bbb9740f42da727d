"""Folds of the sheets of certificates: of each machine the one that it printed last, and which kiosks are stopped."""

from __future__ import annotations

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.fold_base import Origin, is_of_an_earlier_day, remember
from kiosk_app.office.sheets import CertificateStop, SheetJob, SheetState, state_after
from kiosk_app.office.state import OfficeState


def started(state: OfficeState, origin: Origin, fact: f.SheetStarted) -> None:
    known = state.sheet_jobs.get(origin.machine)
    none: SheetState = "waiting"
    if known is None or known.job != fact.job or len(known.sheets) != fact.sheets:
        known = SheetJob(payment=fact.payment, job=fact.job, sheets=(none,) * max(0, fact.sheets))
    state.sheet_jobs[origin.machine] = known
    _are(state, origin, fact.job, (fact.sheet,), "started")


def ended(state: OfficeState, origin: Origin, fact: f.SheetEnded) -> None:
    _are(state, origin, fact.job, (fact.sheet,), state_after(fact.verdict, fact.cause))


def voided(state: OfficeState, origin: Origin, fact: f.SheetsVoided) -> None:
    _are(state, origin, fact.job, fact.sheets, "void")


def _are(state: OfficeState, origin: Origin, job: str, places: tuple[int, ...], now: SheetState) -> None:
    known = state.sheet_jobs.get(origin.machine)
    if known is not None and known.job == job:
        sheets = tuple(now if at in places else one for at, one in enumerate(known.sheets))
        state.sheet_jobs[origin.machine] = replace(known, sheets=sheets)


def paper_loaded(state: OfficeState, origin: Origin, fact: f.PaperLoaded) -> None:
    """Nothing follows from it but that it was said; the printer itself says how it is."""
    if not is_of_an_earlier_day(state, origin):
        remember(state.day, origin, fact, reason=fact.machine_code)


def stopped(state: OfficeState, origin: Origin, fact: f.CertificatesStopped) -> None:
    known = state.certificate_stops.pop(fact.stop, None)
    if known is None or not known.resumed:
        state.certificate_stops[fact.stop] = CertificateStop(
            machine=origin.machine, machine_code=fact.machine_code, why=fact.why, since_utc_ms=origin.at_utc_ms
        )


def resumed(state: OfficeState, origin: Origin, fact: f.CertificatesResumed) -> None:
    """What is over on both sides is forgotten, whichever came first."""
    known = state.certificate_stops.pop(fact.stop, None)
    if known is None or not known.machine:
        state.certificate_stops[fact.stop] = CertificateStop(machine_code=fact.machine_code, resumed=True)
    if not is_of_an_earlier_day(state, origin):
        remember(state.day, origin, fact, reason=fact.machine_code)
