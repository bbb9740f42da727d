"""What a kiosk writes of a sale: decided here, before the fact, from what it has written before. Pure.

No retry makes a second anything: what is known already gives no fact. A sale is over when every yen of it is sold,
given back, or somebody's claim; what the machine cannot know is a claim that a person looks into.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal, NamedTuple

from msgspec.structs import replace

from kiosk_app.office import facts as f
from kiosk_app.office.fees import Price
from kiosk_app.office.sales import (
    UNFINISHED,
    Confirmation,
    Sale,
    doubt_yen,
    held_yen,
    is_paid,
    owed_yen,
    taken_yen,
)
from kiosk_app.office.state import OfficeState

AT_THE_COUNTER = "counter"
"""The one credit of a sale that is paid to a person: it is paid whole or not at all."""
Facts = tuple[f.Fact, ...]
NewId = Callable[[], str]
"""Unguessable."""


class Bound(NamedTuple):
    """What belongs together, as it is at hand now."""

    session: str
    resident: str
    sha256: str


class Copy(NamedTuple):
    """One prepared document: its job at the printer, and what central and its bytes say it is."""

    job: str
    sha256: str
    issuance: str
    serial: str


class Seller(NamedTuple):
    """Who sells to whom: the machine and the business day of its chain, and the visitor's session."""

    machine_code: str
    date: str
    session: str
    resident: str
    language: str


class NotPrinted(NamedTuple):
    """mismatch: this is not what was bound; the kiosk's certificates stop and staff are called. The others are bugs of
    the caller that nobody may pay for: it prints nothing."""

    why: Literal["mismatch", "unknown", "not_paid", "begun_before"]


def next_number(state: OfficeState, machine_code: str, date: str) -> int:
    """Of the next sale on this machine today."""
    of_today = (one.number for one in state.sales.values() if (one.machine_code, one.date) == (machine_code, date))
    return 1 + max(of_today, default=0)


def ask(
    state: OfficeState,
    payment: str,
    seller: Seller,
    price: Price,
    kind_name: str,
    copies: Sequence[Copy],
    means: f.Means,
    mark: str = "",
) -> Facts:
    """At the confirmation, all in one batch: from here on the price is frozen and each document bound. Nothing for a
    payment that is known."""
    if payment in state.sales:
        return ()
    if len(copies) != price.copies:
        raise ValueError(f"{len(copies)} documents at the price of {price.copies}")
    number = next_number(state, seller.machine_code, seller.date)
    intended = [
        f.CertificateIntended(
            payment=payment,
            job=copy.job,
            session=seller.session,
            resident=seller.resident,
            sha256=copy.sha256,
            issuance=copy.issuance,
            serial=copy.serial,
            number=number,
            kind=price.kind,
            kind_name=kind_name,
            copy=place,
            copies=price.copies,
            yen=price.each_yen,
            fee=price.rule,
            exemption=price.exemption,
            language=seller.language,
            machine_code=seller.machine_code,
            date=seller.date,
        )
        for place, copy in enumerate(copies, 1)
    ]
    return (*intended, _asked(payment, number, price.total_yen, means, seller.machine_code, seller.date, mark))


def _asked(payment: str, number: int, yen: int, means: f.Means, machine_code: str, date: str, mark: str) -> f.Fact:
    return f.PaymentAsked(
        payment=payment, number=number, yen=yen, means=means, machine_code=machine_code, date=date, mark=mark
    )


# --- money in ----------------------------------------------------------------------------------------------------


def credit(
    state: OfficeState, payment: str, credit_id: str, yen: int, source: Literal["coin", "note"], mark: str
) -> Facts:
    """The unit tells each piece under an id of its own; told again it is the same piece."""
    sale = state.sales.get(payment)
    if sale is None or sale.ended or credit_id in sale.credits:
        return ()
    return (_taken(payment, sale, credit_id, yen, source, mark),)


def stray(
    state: OfficeState,
    payment: str,
    seller: Seller,
    credit_id: str,
    yen: int,
    source: Literal["coin", "note"],
    mark: str,
) -> Facts:
    """Money for which there is no sale that could take it: it becomes one by itself in which nothing is sold, so that
    it is given back or claimed like any other. Nothing for a payment that is known."""
    if payment in state.sales:
        return ()
    number = next_number(state, seller.machine_code, seller.date)
    sale = Sale(machine="", machine_code=seller.machine_code, number=number, date=seller.date)
    return (
        _asked(payment, number, 0, "unit", seller.machine_code, seller.date, mark),
        _taken(payment, sale, credit_id, yen, source, mark),
    )


def doubted(state: OfficeState, payment: str, why: Literal["power", "lost", "stuck"], mark: str) -> Facts:
    """The unit says that more may have gone in: the sale ends in a claim, whatever else is in it."""
    sale = state.sales.get(payment)
    if sale is None or sale.ended:
        return ()
    return (f.MoneyDoubted(payment=payment, why=why, mark=mark),)


def paid_here(state: OfficeState, payment: str) -> Facts:
    """Staff who signed in at the kiosk itself took the money: they are the actor."""
    sale = state.sales.get(payment)
    if sale is None or not _may_be_paid(sale):
        return ()
    return (_taken(payment, sale, AT_THE_COUNTER, sale.asked_yen or 0, "counter", ""),)


def _taken(
    payment: str, sale: Sale, credit_id: str, yen: int, source: Literal["counter", "coin", "note"], mark: str
) -> f.MoneyTaken:
    return f.MoneyTaken(
        payment=payment,
        credit=credit_id,
        yen=yen,
        source=source,
        machine_code=sale.machine_code,
        date=sale.date,
        mark=mark,
    )


def _may_be_paid(sale: Sale) -> bool:
    return not sale.ended and sale.means == "counter" and sale.asked_yen is not None and not is_paid(sale)


def answers(state: OfficeState, machine_code: str, today: str) -> Facts:
    """The kiosk's answer to each word of staff that it has not answered: the money is credited once, or refused so that
    whoever took it gives it back at once."""
    found: list[f.Fact] = []
    credited: set[str] = set()
    for place, word in sorted(state.confirmations.items(), key=_by_place):
        if word.machine_code != machine_code or place in state.answers:
            continue
        machine, _, seq = place.rpartition(" ")
        sale = state.sales.get(word.payment)
        if sale is not None and word.payment not in credited and _may_be_paid(sale) and word.yen == sale.asked_yen:
            credited.add(word.payment)
            taken = _taken(word.payment, sale, AT_THE_COUNTER, word.yen, "counter", "")
            found.append(replace(taken, confirmed_by=machine, confirmed_seq=int(seq)))
            continue
        paid = word.payment in credited or (sale is not None and is_paid(sale))
        found.append(
            f.ConfirmationRefused(
                payment=word.payment,
                confirmed_by=machine,
                confirmed_seq=int(seq),
                reason="paid" if paid else "over",
                date=today,
            )
        )
    return tuple(found)


def _by_place(item: tuple[str, Confirmation]) -> tuple[str, int]:
    machine, _, seq = item[0].rpartition(" ")
    return machine, int(seq)


# --- paper -------------------------------------------------------------------------------------------------------


def start_print(state: OfficeState, payment: str, job: str, at_hand: Bound, printer: str) -> Facts | NotPrinted:
    """Just before the first byte: everything is compared with what was confirmed. A job begins once, for ever."""
    sale = state.sales.get(payment)
    copy = sale.copies.get(job) if sale is not None else None
    if sale is None or copy is None or sale.ended:
        return NotPrinted("unknown")
    if copy.state != "intended":
        return NotPrinted("begun_before")
    if not is_paid(sale):
        return NotPrinted("not_paid")
    if at_hand != Bound(copy.session, copy.resident, copy.sha256):
        return NotPrinted("mismatch")
    return (
        f.CertificatePrintStarted(
            payment=payment,
            job=job,
            session=at_hand.session,
            resident=at_hand.resident,
            sha256=at_hand.sha256,
            printer=printer,
        ),
    )


def print_ended(state: OfficeState, payment: str, job: str, verdict: f.Verdict, cause: str = "") -> Facts:
    """Once for each job; a later word of a person is `seen`."""
    sale = state.sales.get(payment)
    if sale is None or job not in sale.copies or sale.copies[job].state != "started":
        return ()
    copy = sale.copies[job]
    return (
        f.CertificateEnded(
            payment=payment,
            job=job,
            verdict=verdict,
            kind=copy.kind,
            yen=copy.yen,
            machine_code=sale.machine_code,
            date=sale.date,
            cause=cause,
        ),
    )


def seen(state: OfficeState, payment: str, job: str, issued: bool, by: Literal["visitor", "staff"]) -> Facts:
    """What a person says of a copy in doubt. A visitor who says that it did not come leaves it in doubt: staff look."""
    sale = state.sales.get(payment)
    if sale is None or sale.ended or job not in sale.copies or sale.copies[job].state != "unknown":
        return ()
    copy = sale.copies[job]
    return (
        f.CertificateSeen(
            payment=payment,
            job=job,
            issued=issued,
            by=by,
            kind=copy.kind,
            yen=copy.yen,
            machine_code=sale.machine_code,
            date=sale.date,
        ),
    )


def void_rest(state: OfficeState, payment: str, reason: f.VoidReason) -> Facts:
    """Every copy whose printing has not begun will never begin."""
    sale = state.sales.get(payment)
    if sale is None or sale.ended:
        return ()
    return _voided(payment, sale, reason)


def _voided(payment: str, sale: Sale, reason: f.VoidReason) -> Facts:
    jobs = [job for job, copy in sale.copies.items() if copy.state == "intended"]
    return tuple(f.CertificateVoided(payment=payment, job=job, reason=reason) for job in jobs)


# --- money back --------------------------------------------------------------------------------------------------


def give_back(state: OfficeState, payment: str, payout: str, mark: str) -> Facts:
    """What the unit is to give back now: the change once the sale is paid, or what was paid for nothing. Nothing while
    an earlier payout is under way, or after one that did not give all: the rest is a claim."""
    sale = state.sales.get(payment)
    if sale is None or sale.ended or sale.means != "unit" or payout in sale.payouts:
        return ()
    if any(not one.ended or one.paid_yen < one.yen for one in sale.payouts.values()):
        return ()
    yen = owed_yen(sale)
    if yen == 0 or not (is_paid(sale) or all(copy.state not in UNFINISHED for copy in sale.copies.values())):
        return ()
    why: Literal["change", "refund"] = "change" if yen == taken_yen(sale) - (sale.asked_yen or 0) else "refund"
    return (f.PayoutStarted(payment=payment, payout=payout, yen=yen, why=why, mark=mark),)


def payout_ended(
    state: OfficeState, payment: str, payout: str, paid_yen: int, doubt_yen: int = 0, mark: str = ""
) -> Facts:
    """Once for each payout, as the unit knows it. Raises ValueError for more than it was told to give."""
    sale = state.sales.get(payment)
    if sale is None or payout not in sale.payouts or sale.payouts[payout].ended:
        return ()
    if min(paid_yen, doubt_yen) < 0 or paid_yen + doubt_yen > sale.payouts[payout].yen:
        raise ValueError(f"{paid_yen} and {doubt_yen} yen of {sale.payouts[payout].yen}")
    return (_given(payment, payout, sale, paid_yen, doubt_yen, mark),)


def _given(payment: str, payout: str, sale: Sale, paid_yen: int, doubt_yen: int, mark: str) -> f.PayoutEnded:
    return f.PayoutEnded(
        payment=payment,
        payout=payout,
        paid_yen=paid_yen,
        doubt_yen=doubt_yen,
        machine_code=sale.machine_code,
        date=sale.date,
        mark=mark,
    )


Reason = Literal["not_issued", "in_doubt", "no_change", "unit", "interrupted", "abandoned"]


def finish(state: OfficeState, payment: str, claim: str, reason: Reason = "not_issued") -> Facts:
    """Ends a sale in which nothing is under way: what is still held becomes a claim. Nothing where the sale goes on."""
    sale = state.sales.get(payment)
    if sale is None or sale.ended:
        return ()
    if any(copy.state in UNFINISHED for copy in sale.copies.values()):
        return ()
    if any(not one.ended for one in sale.payouts.values()):
        return ()
    return _finished(payment, sale, claim, reason, doubt_yen(sale))


def _finished(payment: str, sale: Sale, claim: str, reason: Reason, in_doubt_yen: int) -> Facts:
    held = held_yen(sale)
    doubt = min(held, in_doubt_yen)
    if held == 0 and not sale.doubted:
        return (f.PaymentEnded(payment=payment),)
    opened = f.ClaimOpened(
        payment=payment,
        claim=claim,
        number=sale.number,
        owed_yen=held - doubt,
        doubt_yen=doubt,
        reason="unit" if sale.doubted else "in_doubt" if doubt == held and reason == "not_issued" else reason,
        machine_code=sale.machine_code,
        date=sale.date,
    )
    return opened, f.PaymentEnded(payment=payment)


def at_boot(state: OfficeState, machine: str, new_id: NewId) -> Facts:
    """Before anything else, and before another day is joined: whoever stood here is gone, and so are the documents.
    What had begun to print is in doubt, the rest is void, a payout without an end is in doubt; the money is claimed.
    A unit that knows the end of a payout has told it before (`payout_ended`). `machine` is the chain, with or without
    ~2."""
    base = machine.partition("~")[0]
    facts: list[f.Fact] = []
    for payment, sale in sorted(state.sales.items(), key=lambda item: (item[1].date, item[1].number, item[0])):
        if not sale.ended and sale.machine.partition("~")[0] == base:
            facts += _interrupted(payment, sale, new_id)
    return tuple(facts)


def _interrupted(payment: str, sale: Sale, new_id: NewId) -> Facts:
    begun = [(job, copy) for job, copy in sale.copies.items() if copy.state == "started"]
    ended = [
        f.CertificateEnded(
            payment=payment,
            job=job,
            verdict="unknown",
            kind=copy.kind,
            yen=copy.yen,
            machine_code=sale.machine_code,
            date=sale.date,
            cause="interrupted",
        )
        for job, copy in begun
    ]
    given = [_given(payment, payout, sale, 0, one.yen, "") for payout, one in sale.payouts.items() if not one.ended]
    doubt = doubt_yen(sale) + sum(copy.yen for _, copy in begun)
    finished = _finished(payment, sale, new_id(), "interrupted", doubt)
    return (*ended, *_voided(payment, sale, "interrupted"), *given, *finished)
