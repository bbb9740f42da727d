"""Folds of sales of certificates. Each fact carries its yen and its day, so sums are right whatever arrives when.

A sale that has ended goes when its day is over; claims stay until they are long settled; takings for two months.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Literal

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.fold_base import Origin, is_of_an_earlier_day, remember
from kiosk_app.office.sales import (
    Answered,
    Claim,
    Confirmation,
    GivenBack,
    JobState,
    Outcome,
    Sale,
    Settled,
    Sold,
    SoldCopy,
    Takings,
    number_text,
)
from kiosk_app.office.state import DAYS_KEPT, OfficeState

TAKINGS_KEPT = 62
"""Days: the books of a month are closed in the next one. Each morning's checkpoint carries them all."""
CLAIMS_KEPT_DAYS = DAYS_KEPT
"""After its settlement; an open claim stays for ever."""
OF_VERDICT: Mapping[f.Verdict, JobState] = {
    "issued": "issued",
    "uncut": "issued",
    "maybe": "unknown",
    "not_issued": "not_issued",
    "unknown": "unknown",
}


# --- the sale, by its own machine --------------------------------------------------------------------------------


def intended(state: OfficeState, origin: Origin, fact: f.CertificateIntended) -> None:
    sale = state.sales.get(fact.payment) or _begun(origin, fact.machine_code, fact.number, fact.date, fact.language)
    copy = SoldCopy(
        kind=fact.kind,
        kind_name=fact.kind_name,
        yen=fact.yen,
        copy=fact.copy,
        copies=fact.copies,
        session=fact.session,
        resident=fact.resident,
        sha256=fact.sha256,
        issuance=fact.issuance,
        serial=fact.serial,
    )
    state.sales[fact.payment] = replace(sale, copies=sale.copies | {fact.job: copy})


def asked(state: OfficeState, origin: Origin, fact: f.PaymentAsked) -> None:
    sale = state.sales.get(fact.payment) or _begun(origin, fact.machine_code, fact.number, fact.date, "ja")
    state.sales[fact.payment] = replace(sale, asked_yen=fact.yen, means=fact.means, mark=fact.mark)


def _begun(origin: Origin, machine_code: str, number: int, day: str, language: str) -> Sale:
    return Sale(machine=origin.machine, machine_code=machine_code, number=number, date=day, language=language)


def taken(state: OfficeState, origin: Origin, fact: f.MoneyTaken) -> None:
    _takings(state, origin, fact.date, fact.machine_code, **{_TILL[fact.source]: fact.yen})
    if fact.confirmed_by:
        answered = Answered(machine=origin.machine, date=fact.date)
        _answered(state, f"{fact.confirmed_by} {fact.confirmed_seq}", answered)
    sale = state.sales.get(fact.payment)
    if sale is None:
        return
    mark = fact.mark or sale.mark
    state.sales[fact.payment] = replace(sale, credits={fact.credit: fact.yen} | sale.credits, mark=mark)
    if fact.source == "counter" and not fact.confirmed_by:
        _remember(state, origin, fact, f"{number_text(sale.number)} {fact.yen}円")


def doubted(state: OfficeState, origin: Origin, fact: f.MoneyDoubted) -> None:
    sale = state.sales.get(fact.payment)
    if sale is not None:
        state.sales[fact.payment] = replace(sale, doubted=True, mark=fact.mark or sale.mark)


_TILL = {"counter": "counter_yen", "coin": "unit_yen", "note": "unit_yen"}


def print_started(state: OfficeState, origin: Origin, fact: f.CertificatePrintStarted) -> None:
    _copy(state, fact.payment, fact.job, "started")


def ended(state: OfficeState, origin: Origin, fact: f.CertificateEnded) -> None:
    now = OF_VERDICT[fact.verdict]
    if now == "issued":
        _sold(state, origin, fact.date, fact.machine_code, fact.kind, fact.yen)
    _copy(state, fact.payment, fact.job, now)


def seen(state: OfficeState, origin: Origin, fact: f.CertificateSeen) -> None:
    if fact.issued:
        _sold(state, origin, fact.date, fact.machine_code, fact.kind, fact.yen)
    by_staff = fact.by == "staff"
    _copy(state, fact.payment, fact.job, "issued" if fact.issued else "not_issued" if by_staff else "unknown", True)
    if by_staff:
        sale = state.sales.get(fact.payment)
        what = "紙が出ていた" if fact.issued else "紙が出ていない"
        _remember(state, origin, fact, f"{number_text(sale.number) if sale else ''} {what}".strip())


def voided(state: OfficeState, origin: Origin, fact: f.CertificateVoided) -> None:
    _copy(state, fact.payment, fact.job, "voided")


def payout_started(state: OfficeState, origin: Origin, fact: f.PayoutStarted) -> None:
    sale = state.sales.get(fact.payment)
    if sale is not None:
        begun = GivenBack(yen=fact.yen, why=fact.why, mark=fact.mark)
        state.sales[fact.payment] = replace(sale, payouts=sale.payouts | {fact.payout: begun})


def payout_ended(state: OfficeState, origin: Origin, fact: f.PayoutEnded) -> None:
    _takings(state, origin, fact.date, fact.machine_code, paid_out_yen=fact.paid_yen)
    sale = state.sales.get(fact.payment)
    if sale is None or fact.payout not in sale.payouts:
        return
    done = replace(sale.payouts[fact.payout], paid_yen=fact.paid_yen, doubt_yen=fact.doubt_yen, ended=True)
    mark = fact.mark or sale.mark
    state.sales[fact.payment] = replace(sale, payouts=sale.payouts | {fact.payout: done}, mark=mark)


def claim_opened(state: OfficeState, origin: Origin, fact: f.ClaimOpened) -> None:
    claimed = fact.owed_yen + fact.doubt_yen
    _takings(state, origin, fact.date, fact.machine_code, claimed_yen=claimed)
    known = state.claims.get(fact.claim) or Claim()
    state.claims[fact.claim] = replace(
        known,
        machine=origin.machine,
        payment=fact.payment,
        machine_code=fact.machine_code,
        number=fact.number,
        date=fact.date,
        reason=fact.reason,
        owed_yen=fact.owed_yen,
        doubt_yen=fact.doubt_yen,
    )
    sale = state.sales.get(fact.payment)
    if sale is not None:
        state.sales[fact.payment] = replace(sale, claimed_yen=sale.claimed_yen + claimed, claim=fact.claim)


def payment_ended(state: OfficeState, origin: Origin, fact: f.PaymentEnded) -> None:
    sale = state.sales.get(fact.payment)
    if sale is not None:
        state.outcomes.update(_outcomes(origin, fact.payment, sale))
        state.sales[fact.payment] = replace(sale, ended=True)
        _forget_sale(state, fact.payment)


def slip_started(state: OfficeState, origin: Origin, fact: f.SlipStarted) -> None:
    sale = state.sales.get(fact.payment)
    if sale is not None and fact.slip not in sale.slips:
        state.sales[fact.payment] = replace(sale, slips=(*sale.slips, fact.slip))


def _outcomes(origin: Origin, payment: str, sale: Sale) -> dict[str, Outcome]:
    """Nothing changes any more of what its machine knows of it."""
    paid = bool(sale.credits)
    unknown_yen = sum(copy.yen for copy in sale.copies.values() if copy.state == "unknown")
    found = {}
    for copy in sale.copies.values():
        verdict = _TOLD[copy.state]
        outcome = Outcome(machine=origin.machine, payment=payment, verdict=verdict)
        if verdict != "issued":
            settled = "claim" if sale.claim else "refunded" if paid else "not_paid"
            outcome = replace(outcome, settled=settled, claim=sale.claim, unknown_yen=unknown_yen)
        found[copy.issuance] = outcome
    return found


_TOLD: Mapping[JobState, Literal["issued", "not_issued", "unknown"]] = {
    "intended": "not_issued",
    "started": "unknown",
    "issued": "issued",
    "not_issued": "not_issued",
    "unknown": "unknown",
    "voided": "not_issued",
}


def outcome_told(state: OfficeState, origin: Origin, fact: f.OutcomeTold) -> None:
    known = state.outcomes.get(fact.issuance)
    if known is None:
        return
    if fact.last:
        del state.outcomes[fact.issuance]
    else:
        state.outcomes[fact.issuance] = replace(known, told=(fact.verdict, fact.settled))


def _copy(state: OfficeState, payment: str, job: str, now: JobState, asked_visitor: bool = False) -> None:
    sale = state.sales.get(payment)
    if sale is not None and job in sale.copies:
        copy = replace(sale.copies[job], state=now, asked_visitor=asked_visitor)
        state.sales[payment] = replace(sale, copies=sale.copies | {job: copy})


# --- staff -------------------------------------------------------------------------------------------------------


def confirmed(state: OfficeState, origin: Origin, fact: f.PaymentConfirmed) -> None:
    place = f"{origin.machine} {origin.seq}"
    state.confirmations[place] = Confirmation(
        payment=fact.payment,
        yen=fact.yen,
        machine_code=fact.machine_code,
        date=fact.date,
        staff_code=origin.actor,
        at_utc_ms=origin.at_utc_ms,
    )
    _forget_answer(state, place)
    _remember(state, origin, fact, f"{fact.machine_code} {fact.yen}円")


def confirmation_refused(state: OfficeState, origin: Origin, fact: f.ConfirmationRefused) -> None:
    answered = Answered(machine=origin.machine, date=fact.date, refused=fact.reason)
    _answered(state, f"{fact.confirmed_by} {fact.confirmed_seq}", answered)


def _answered(state: OfficeState, place: str, answered: Answered) -> None:
    state.answers[place] = answered
    _forget_answer(state, place)


def money_returned(state: OfficeState, origin: Origin, fact: f.MoneyReturned) -> None:
    place = f"{fact.confirmed_by} {fact.confirmed_seq}"
    state.returned[place] = max(fact.date, state.returned.get(place, ""))
    _forget_returned(state)
    _forget_answer(state, place)
    _remember(state, origin, fact, f"{fact.machine_code} {fact.yen}円")


def takings_print_started(state: OfficeState, origin: Origin, fact: f.TakingsPrintStarted) -> None:
    _remember(state, origin, fact, fact.date)


def claim_settled(state: OfficeState, origin: Origin, fact: f.ClaimSettled) -> None:
    _takings(
        state,
        origin,
        fact.date,
        fact.machine_code,
        claims_paid_yen=fact.paid_yen,
        claims_sold_yen=fact.sold_yen,
        claims_given_yen=fact.given_yen,
    )
    known = state.claims.get(fact.claim) or Claim()
    settled = Settled(
        machine=origin.machine,
        seq=origin.seq,
        staff_code=origin.actor,
        date=fact.date,
        paid_yen=fact.paid_yen,
        sold_yen=fact.sold_yen,
    )
    state.claims[fact.claim] = replace(known, settled=_in_order((*known.settled, settled)))
    _remember(state, origin, fact, f"{fact.machine_code} 返金{fact.paid_yen}円")


def _in_order(settled: tuple[Settled, ...]) -> tuple[Settled, ...]:
    return tuple(sorted(settled, key=lambda one: (one.machine, one.seq)))


def _remember(state: OfficeState, origin: Origin, fact: f.Fact, reason: str) -> None:
    if not is_of_an_earlier_day(state, origin):
        remember(state.day, origin, fact, reason=reason)


# --- sums --------------------------------------------------------------------------------------------------------


def _takings(state: OfficeState, origin: Origin, day: str, machine_code: str, **yen: int) -> None:
    known = _of(state, day, origin.machine)
    more = {name: getattr(known, name) + value for name, value in yen.items()}
    _keep(state, day, origin.machine, replace(known, machine_code=machine_code or known.machine_code, **more))


def _sold(state: OfficeState, origin: Origin, day: str, machine_code: str, kind: str, yen: int) -> None:
    known = _of(state, day, origin.machine)
    before = known.sold.get(kind) or Sold()
    sold = known.sold | {kind: Sold(copies=before.copies + 1, yen=before.yen + yen)}
    _keep(state, day, origin.machine, replace(known, machine_code=machine_code, sold=sold))


def _of(state: OfficeState, day: str, machine: str) -> Takings:
    return state.takings.get(day, {}).get(machine) or Takings()


def _keep(state: OfficeState, day: str, machine: str, takings: Takings) -> None:
    state.takings[day] = state.takings.get(day, {}) | {machine: takings}
    while len(state.takings) > TAKINGS_KEPT:
        del state.takings[min(state.takings)]


# --- what is over, and checkpoints -------------------------------------------------------------------------------


def forget_gone(state: OfficeState) -> None:
    """To be called wherever another day has become the day of now."""
    for payment in list(state.sales):
        _forget_sale(state, payment)
    for place in list(state.confirmations):
        _forget_answer(state, place)
    _forget_returned(state)
    _forget_claims(state)


def _forget_sale(state: OfficeState, payment: str) -> None:
    sale = state.sales[payment]
    if sale.ended and sale.date < state.day.date:
        del state.sales[payment]


def _forget_answer(state: OfficeState, place: str) -> None:
    """Both or none: whichever comes second then finds the first. Money that is to be given back is not forgotten with
    its day."""
    confirmation, answer = state.confirmations.get(place), state.answers.get(place)
    if confirmation is None or answer is None or confirmation.date >= state.day.date:
        return
    if not answer.refused or place in state.returned or confirmation.date < _oldest(state):
        del state.confirmations[place], state.answers[place]


def _forget_returned(state: OfficeState) -> None:
    """By their day alone: what they are of may come later."""
    oldest = _oldest(state)
    for place in [place for place, day in state.returned.items() if day < oldest]:
        del state.returned[place]


def _oldest(state: OfficeState) -> str:
    """Before this day nothing that is settled is kept; empty where no day is known."""
    if len(state.day.date) != 10:
        return ""
    try:
        return (date.fromisoformat(state.day.date) - timedelta(days=CLAIMS_KEPT_DAYS)).isoformat()
    except (ValueError, OverflowError):
        return ""


def _forget_claims(state: OfficeState) -> None:
    oldest = _oldest(state) if state.claims else ""
    for key, claim in list(state.claims.items()) if oldest else ():
        if claim.settled and max(claim.date, *(one.date for one in claim.settled)) < oldest:
            del state.claims[key]


def joined_claims(theirs: Mapping[str, Claim], mine: Mapping[str, Claim]) -> dict[str, Claim]:
    """What two knew of the same claims: nothing of it is unsaid by what came since."""
    both = {**theirs, **mine}
    for key in theirs.keys() & mine.keys():
        one, other = (theirs[key], mine[key]) if theirs[key].machine else (mine[key], theirs[key])
        settled = {(s.machine, s.seq): s for s in (*one.settled, *other.settled)}
        both[key] = replace(one, settled=_in_order(tuple(settled.values())))
    return both
