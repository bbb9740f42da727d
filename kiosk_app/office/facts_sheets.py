"""Facts of the sheets of certificates, and of a kiosk that sells none until a technician says that it may.

What is bound to a job, and what became of the whole, stands in facts_certificates.py. Import them from facts.py.
"""

from __future__ import annotations

from typing import Literal

from kiosk_app.office.fact_base import Fact

Verdict = Literal["issued", "uncut", "maybe", "not_issued", "unknown"]
"""As facts.Verdict."""


class SheetStarted(Fact, frozen=True, kw_only=True):
    """Durable before the first byte of this sheet: number `sheet`, from 0, of `sheets`. `attempt` is more than 1 only
    where it is certain that nothing of it came before."""

    payment: str
    job: str
    sheet: int
    sheets: int
    attempt: int
    printer: str


class SheetEnded(Fact, frozen=True, kw_only=True):
    """What the printer said of its paper."""

    payment: str
    job: str
    sheet: int
    verdict: Verdict
    cause: str = ""


class SheetsVoided(Fact, frozen=True, kw_only=True):
    """These sheets are or may be on paper and are no certificate, because the others are missing."""

    payment: str
    job: str
    sheets: tuple[int, ...]
    reason: Literal["incomplete", "mismatch", "interrupted"]


class PaperLoaded(Fact, frozen=True, kw_only=True):
    """Staff have loaded paper or cleared a jam at a kiosk's printer of certificates; the kiosk looks at it anew."""

    machine_code: str
    intent: str = ""


class CertificatesStopped(Fact, frozen=True, kw_only=True):
    """What was to be printed was not what had been bound: this kiosk sells no more certificates. Tickets go on."""

    stop: str
    machine_code: str
    job: str
    why: str


class CertificatesResumed(Fact, frozen=True, kw_only=True):
    """A technician has looked: the kiosk may sell certificates again. The actor says who."""

    stop: str
    machine_code: str
    intent: str = ""
