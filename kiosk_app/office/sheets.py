"""What is known of the sheets of one certificate, and what that makes of the whole. Pure.

A certificate of two sheets of which one is missing is no certificate: whatever of it is on paper is void. Nothing that
is or may be on paper is ever printed again.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import msgspec

from kiosk_app.office.fact_base import Fact
from kiosk_app.office.facts_sheets import CertificatesResumed, SheetEnded, SheetsVoided, Verdict

SheetState = Literal["waiting", "started", "issued", "unproven", "unknown", "void"]
"""waiting: certainly nothing of it is on paper. unproven: printed to its end by a printer that cannot prove paper.
unknown: some of it, or all, may be on paper."""
ON_PAPER: frozenset[SheetState] = frozenset({"started", "issued", "unproven", "unknown"})
"""It is, or may be."""


class SheetJob(msgspec.Struct, frozen=True, kw_only=True):
    """The certificate that a machine printed last, as its facts say. A kiosk prints one at a time."""

    payment: str
    job: str
    sheets: tuple[SheetState, ...]


class CertificateStop(msgspec.Struct, frozen=True, kw_only=True):
    """Why a kiosk sells no certificates until a technician says that it may. Empty `machine`: only the word that it may
    has arrived."""

    machine: str = ""
    machine_code: str = ""
    why: str = ""
    since_utc_ms: int = 0
    resumed: bool = False


def state_after(verdict: Verdict, cause: str) -> SheetState:
    """A sheet that stopped in the middle is in doubt, even if the printer says only `maybe` of it."""
    match verdict:
        case "issued" | "uncut":
            return "issued"
        case "not_issued":
            return "waiting"
        case "maybe" if not cause:
            return "unproven"
    return "unknown"


def verdict_of(sheets: Sequence[SheetState]) -> Verdict:
    """Of the whole certificate. `maybe`: a person says whether it came."""
    if all(one == "issued" for one in sheets):
        return "issued"
    if all(one in ("issued", "unproven") for one in sheets):
        return "maybe"
    is_complete = all(one in ON_PAPER for one in sheets)
    return "unknown" if is_complete else "not_issued"


def void_of(sheets: Sequence[SheetState]) -> tuple[int, ...]:
    """Those that are or may be on paper, of a certificate that is not whole."""
    if verdict_of(sheets) != "not_issued":
        return ()
    return tuple(at for at, one in enumerate(sheets) if one in ON_PAPER)


def interrupted(job: SheetJob) -> tuple[tuple[Fact, ...], Verdict]:
    """What a machine writes at its start of the certificate that it printed last, and what became of that. The PDF was
    in memory alone, so nothing of it is printed any more."""
    facts: list[Fact] = [
        SheetEnded(payment=job.payment, job=job.job, sheet=at, verdict="unknown", cause="interrupted")
        for at, one in enumerate(job.sheets)
        if one == "started"
    ]
    if void := void_of(job.sheets):
        facts.append(SheetsVoided(payment=job.payment, job=job.job, sheets=void, reason="interrupted"))
    return tuple(facts), verdict_of(["unknown" if one == "started" else one for one in job.sheets])


def stops_of(stops: Mapping[str, CertificateStop], machine_code: str) -> tuple[str, ...]:
    """Those of a kiosk that nobody has ended; empty: it may sell certificates."""
    known = [key for key, one in stops.items() if one.machine and not one.resumed and one.machine_code == machine_code]
    return tuple(sorted(known))


def resumption(stops: Mapping[str, CertificateStop], machine_code: str, intent: str) -> list[Fact]:
    """What a technician's word writes; nothing where nothing is stopped."""
    return [
        CertificatesResumed(stop=stop, machine_code=machine_code, intent=intent)
        for stop in stops_of(stops, machine_code)
    ]
