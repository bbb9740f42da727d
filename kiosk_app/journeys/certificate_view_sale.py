"""The screens of a certificate from the confirmation on: what it costs, the money, the sheet, and where it is owed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from kiosk_app.api import Control, Fee, Item, Preview, Slip
from kiosk_app.journeys.certificate_moves import is_selling, now_of
from kiosk_app.journeys.certificate_state import Certificate
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.ticket_state import TicketJourney
from kiosk_app.journeys.ticket_timing import patience_ms, seconds_of
from kiosk_app.office.certificates import RULES


def _wait(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    what = "settle" if certificate.paid else "stop" if certificate.stopping else "ask"
    if is_selling(certificate) and what == "ask":
        what = "sell"
    return {
        "icon": "clock",
        "title": desk.say(f"certificate.wait.{what}"),
        "subtitle": desk.say("certificate.wait_note"),
    }


# --- the confirmation ----------------------------------------------------------------------------------------


def _confirm(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    free = certificate.total_yen == 0
    label = desk.say("certificate.buy_free") if free else desk.say("certificate.buy", yen=_yen(certificate))
    return {
        "title": desk.say("certificate.confirm"),
        "summary": _summary(certificate, desk),
        "preview": _preview(desk),
        "fee": _fee(certificate, desk),
        "notice": desk.say("certificate.price_changed") if certificate.fault == "price" else "",
        "actions": (Control(id="buy", label=label, icon="printer" if free else "yen", state="go"),),
    }


def _yen(certificate: Certificate) -> str:
    return f"{certificate.total_yen:,}"


def _summary(certificate: Certificate, desk: Desk) -> tuple[Item, ...]:
    kind = certificate.kind or "resident-record"
    rows = [Item(name=desk.say("certificate.row.kind"), note=desk.say(f"certificate.kind.{kind}"))]
    if len(RULES[kind].scopes) > 1:
        rows.append(Item(name=desk.say("certificate.row.scope"), note=_scope(certificate, desk)))
    if RULES[kind].items:
        written = [desk.say(f"certificate.item.{item}") for item in certificate.items]
        listed = desk.say("certificate.separator").join(written) or desk.say("certificate.no_items")
        rows.append(Item(name=desk.say("certificate.row.items"), note=listed))
    rows.append(Item(name=desk.say("certificate.row.copies"), note=desk.say("certificate.copy", certificate.copies)))
    return tuple(rows)


def _scope(certificate: Certificate, desk: Desk) -> str:
    if certificate.scope == "part":
        return desk.say("certificate.people", len(certificate.members))
    return desk.say(scope_key(certificate))


def scope_key(certificate: Certificate) -> str:
    """Of everybody, or of some, in the household or in the family register."""
    in_register = RULES[certificate.kind or "resident-record"].domicile
    if certificate.scope == "part":
        return "certificate.family.part" if in_register else "certificate.household.part"
    if certificate.scope == "self":
        return "certificate.self"
    return "certificate.family.all" if in_register else "certificate.household.all"


def _fee(certificate: Certificate, desk: Desk) -> Fee:
    note = ""
    if certificate.total_yen:
        each = f"{certificate.each_yen:,}"
        note = desk.say("certificate.fee_note", certificate.copies, each=each)
    return Fee(
        label=desk.say("certificate.fee"),
        amount=_yen(certificate),
        unit=desk.say("certificate.yen_unit"),
        note=note,
    )


def _preview(desk: Desk) -> Preview | None:
    now = now_of(desk.context)
    if not now.preview:
        return None
    return Preview(
        picture=now.preview,
        width_px=now.preview_width_px,
        height_px=now.preview_height_px,
        label=desk.say("certificate.preview"),
    )


# --- money and paper -----------------------------------------------------------------------------------------


def _pay(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    stop = Control(id="stop_pay", label=desk.say("certificate.stop_pay"), icon="x")
    shown: dict[str, Any] = {
        "title": desk.say(f"certificate.pay.{certificate.means}"),
        "subtitle": desk.say(f"certificate.pay.{certificate.means}_note"),
        "actions": (stop,),
    }
    if certificate.means == "counter":
        return {
            **shown,
            "fee": _fee(certificate, desk),
            "emphasis": desk.say("certificate.number_label"),
            "slip": Slip(number=certificate.number),
        }
    missing = max(0, certificate.total_yen - certificate.inserted_yen)
    note = desk.say("certificate.pay_note", yen=_yen(certificate), inserted=f"{certificate.inserted_yen:,}")
    left = Fee(
        label=desk.say("certificate.row.missing"),
        amount=f"{missing:,}",
        unit=desk.say("certificate.yen_unit"),
        note=note,
    )
    return {**shown, "fee": left}


def _print(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    if certificate.print_waits:
        paper = certificate.print_waits == "paper_out"
        return {
            "icon": "roll" if paper else "printer",
            "tone": "care",
            "title": desk.say("certificate.print_paper" if paper else "certificate.print_stopped"),
            "subtitle": desk.say("certificate.print_waits"),
        }
    return {
        "icon": "printer",
        "title": desk.say("certificate.print"),
        "subtitle": desk.say("certificate.print_note"),
    }


def _take(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    patience = patience_ms(state) or 0
    receipt = certificate.receipt
    return {
        "icon": "doc",
        "tone": "good",
        "title": desk.say("certificate.take"),
        "subtitle": desk.say("certificate.take_note", certificate.copies),
        "notice": desk.say(f"certificate.receipt.{receipt}") if receipt else "",
        "chime": True,
        "left_s": seconds_of(state, desk.context.now_utc_ms),
        "of_s": patience // 1000,
        "foot": desk.say("certificate.take_foot"),
        "actions": (Control(id="end", label=desk.say("certificate.taken"), icon="check", state="go"),),
    }


def _doubt(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    return {
        "icon": "question",
        "tone": "care",
        "title": desk.say("certificate.doubt"),
        "subtitle": desk.say("certificate.doubt_note", certificate.copies),
        "actions": (
            Control(id="has_paper", label=desk.say("certificate.has", certificate.copies)),
            Control(id="no_paper", label=desk.say("certificate.has_not"), note=desk.say("certificate.has_not_note")),
        ),
    }


def _claim(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    """Whether or not the slip came out, this is what staff ask for."""
    # What is owed is not the sheets: they came, or nothing was to be printed.
    is_money_alone = not certificate.paid or certificate.printed == certificate.copies
    shown: dict[str, Any] = {
        "icon": "yen",
        "tone": "care",
        "title": desk.say("certificate.claim_back" if is_money_alone else "certificate.claim"),
        "subtitle": desk.say("certificate.claim_note"),
        "emphasis": desk.say("certificate.number_label"),
        "actions": (Control(id="end", label=desk.say("card.end")),),
    }
    if certificate.claim:
        shown["emphasis"] = desk.say("certificate.claim_label")
        shown["subtitle"] = desk.say("certificate.claim_yen", yen=f"{certificate.claim_yen:,}")
    number = certificate.claim or certificate.number
    return {**shown, "slip": Slip(number=number) if number else None}


SCREENS: dict[str, Callable[[TicketJourney, Certificate, Desk], dict[str, Any]]] = {
    "cert_wait": _wait,
    "cert_confirm": _confirm,
    "cert_pay": _pay,
    "cert_print": _print,
    "cert_take": _take,
    "cert_doubt": _doubt,
    "cert_claim": _claim,
}
