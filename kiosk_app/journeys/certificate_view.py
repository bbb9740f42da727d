"""The screens of a certificate up to the confirmation: choices, and why there is none. In the visitor's language.

What is told of the card is told here only and exactly. What the register refuses is one sentence for every cause.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from kiosk_app.api import Control
from kiosk_app.journeys import card_view, certificate_view_sale
from kiosk_app.journeys.card_check import AWAY, reset_service
from kiosk_app.journeys.certificate_moves import (
    OF_THE_CARD,
    closed,
    is_kiosk,
    is_sold,
    now_of,
    ticket_service,
)
from kiosk_app.journeys.certificate_state import Certificate, Said
from kiosk_app.journeys.desk import Desk
from kiosk_app.journeys.ticket_state import CardCheck, TicketJourney
from kiosk_app.office import calendar
from kiosk_app.office.certificates import COPIES_MAX, RULES, Kind
from kiosk_app.words import spoken

SAID_ICONS: dict[Said, tuple[str, str]] = {
    "closed": ("clock", ""),
    "other_place": ("info", ""),
    "elsewhere": ("info", ""),
    "not_here": ("info", ""),
    "refunded": ("yen", "good"),
    "not_paid": ("info", ""),
    "revoked": ("card", "care"),
    "expired": ("calendar", "care"),
    "not_yet": ("calendar", "care"),
}
"""The register's refusals look the same as what is no refusal at all: nobody behind the visitor learns anything."""
NOTHING_PAID = ("other_card", "interrupted", "away", "failed", "ended", "not_asked")
"""After these the visitor may have thought of money."""


# --- the first screen ----------------------------------------------------------------------------------------


def doors(state: TicketJourney, desk: Desk) -> tuple[Control, ...]:
    """On a certificate kiosk the way to a certificate, which tells everything about a card; else that of a card
    check."""
    if not is_kiosk(desk.context):
        card = card_view.door(state, desk)
        return () if card is None else (card,)
    return (_door(state, desk),)


def doors_when_closed(state: TicketJourney, desk: Desk) -> tuple[Control, ...]:
    """Kiosks may sell at hours when no ticket is given."""
    if not is_kiosk(desk.context) or not any(is_sold(kind, desk.context) for kind in _kinds(desk)):
        return ()
    return (_door(state, desk),)


def _door(state: TicketJourney, desk: Desk) -> Control:
    note, able = "certificate.door_note", True
    stopped = now_of(desk.context).stopped
    if stopped:
        note, able = f"certificate.stopped.{stopped}", False
    elif desk.context.card_seen in AWAY:
        note, able = "card.door_away", False
    elif state.left_card is not None:
        note, able = "card.door_left", False
    return Control(
        id="certificate",
        label=desk.say("certificate.door"),
        note=desk.say(note),
        icon="doc",
        state="open" if able else "off",
    )


# --- screens -------------------------------------------------------------------------------------------------


def screen(state: TicketJourney, desk: Desk) -> dict[str, Any] | None:
    """None: this screen looks as in every other visit."""
    if state.certificate is None:
        return None
    draw = _SCREENS.get(state.screen) or certificate_view_sale.SCREENS.get(state.screen)
    if draw is None:
        return None
    return draw(state, state.certificate, desk)


def aloud(state: TicketJourney, desk: Desk) -> str:
    """Whoever looks into a purse, or has turned to go, does not see the screen."""
    if state.certificate is None:
        return ""
    key = {"cert_card": "card.take", "card_take": "card.take", "cert_take": "certificate.take"}.get(state.screen, "")
    if state.dialog == "timeout":
        key = "timeout.title"
    return spoken(desk.say(key), desk.language) if key else ""


def _kinds(desk: Desk) -> tuple[Kind, ...]:
    sold = desk.office.certificates
    return () if sold is None else tuple(one.kind for one in sold.kinds)


def _stays(desk: Desk, certificate: Certificate) -> str:
    """As long as the card is needed."""
    return "" if certificate.released else desk.say("card.leave_it")


def _where(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    sold = desk.office.certificates
    city = desk.text(sold.city) if sold is not None else ""
    return {
        "banner": _stays(desk, certificate),
        "title": desk.say("certificate.where"),
        "rows": (
            Control(
                id="whose:here",
                label=desk.say("certificate.here", city=city),
                note=desk.say("certificate.here_note"),
                icon="doc",
            ),
            Control(
                id="whose:other",
                label=desk.say("certificate.other"),
                note=desk.say("certificate.other_note"),
                icon="question",
            ),
        ),
    }


def _kind(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    return {
        "banner": _stays(desk, certificate),
        "title": desk.say("certificate.which"),
        "rows": tuple(_kind_row(kind, desk) for kind in _kinds(desk)),
    }


def _kind_row(kind: Kind, desk: Desk) -> Control:
    row, label = f"kind:{kind}", desk.say(f"certificate.kind.{kind}")
    why = closed(kind, desk.context)
    if why is not None:
        sentence = calendar.reopening(desk.office, why, desk.at, desk.language) or desk.text(why.reason)
        return Control(id=row, label=label, state="closed", why=sentence)
    price = now_of(desk.context).prices.get(kind)
    if price is None:
        return Control(id=row, label=label, state="closed", why=desk.say("certificate.no_price"))
    return Control(id=row, label=label, note=desk.say("certificate.each", yen=f"{price:,}"))


def _scope(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    kind = certificate.kind or "resident-record"
    return {
        "banner": _stays(desk, certificate),
        "title": desk.say("certificate.scope"),
        "subtitle": desk.say(f"certificate.kind.{kind}"),
        "rows": tuple(
            Control(
                id=f"scope:{scope}",
                label=desk.say(certificate_view_sale.scope_key(replace(certificate, scope=scope))),
                icon="people" if scope != "self" else "",
            )
            for scope in RULES[kind].scopes
        ),
    }


def _items(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    kind = certificate.kind or "resident-record"
    rows = []
    for item in RULES[kind].items:
        written = item in certificate.items
        rows.append(
            Control(
                id=f"item:{item}",
                label=desk.say(f"certificate.item.{item}"),
                tag=desk.say("certificate.written" if written else "certificate.left_out"),
                state="selected" if written else "open",
            )
        )
    return {
        "banner": _stays(desk, certificate),
        "title": desk.say("certificate.items"),
        "subtitle": desk.say("certificate.items_note"),
        "rows": tuple(rows),
        "actions": (Control(id="next", label=desk.say("certificate.next"), state="go"),),
    }


def _copies(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    kind = certificate.kind or "resident-record"
    price = now_of(desk.context).prices.get(kind, 0)
    return {
        "banner": _stays(desk, certificate),
        "title": desk.say("certificate.copies"),
        "subtitle": desk.say(f"certificate.kind.{kind}"),
        "rows": tuple(
            Control(
                id=f"copies:{n}",
                label=desk.say("certificate.copy", n),
                note=desk.say("certificate.yen", yen=f"{n * price:,}"),
            )
            for n in range(1, COPIES_MAX + 1)
        ),
    }


def _who(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    """Names stand here and nowhere else."""
    offer = now_of(desk.context).offer
    rows = []
    for n, member in enumerate(offer.members if offer is not None else (), 1):
        chosen = member.ref in certificate.members
        rows.append(Control(id=f"member:{n}", label=member.name, state="selected" if chosen else "open"))
    go = Control(id="next", label=desk.say("certificate.next"), state="go" if certificate.members else "off")
    return {
        "title": desk.say("certificate.who"),
        "rows": tuple(rows),
        "actions": (go,),
    }


def _card(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    return {
        "title": desk.say("card.take"),
        "subtitle": desk.say("certificate.card_note"),
        "reader": card_view.reader(desk, taking=True),
        "chime": True,
    }


def _card_take(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    shown = card_view.take(CardCheck(), state, desk)
    if certificate.after == "ticket":
        shown["subtitle"] = desk.say("card.then.counter")
    elif certificate.after:
        shown["subtitle"] = desk.say(f"card.then.{certificate.after}")
    return shown


# --- why there is none ---------------------------------------------------------------------------------------


def _said(state: TicketJourney, certificate: Certificate, desk: Desk) -> dict[str, Any]:
    what = certificate.said
    icon, tone = SAID_ICONS.get(what, ("warn", "care"))
    shown: dict[str, Any] = {
        "icon": icon,
        "tone": tone,
        "title": desk.say(f"certificate.said.{what}"),
        "subtitle": desk.say(f"certificate.said.{what}_note"),
    }
    if what in NOTHING_PAID:
        shown["notice"] = desk.say("certificate.nothing_paid")
    if what == "closed":
        shown["title"], shown["subtitle"] = _why_closed(certificate, desk)
    if what == "refunded":
        shown["subtitle"] = desk.say("certificate.said.refunded_note", yen=f"{certificate.claim_yen:,}")
    if (counter := _closed_counter(certificate, desk)) and not shown.get("notice"):
        shown["notice"] = counter
    return {**shown, "actions": _ways(certificate, desk)}


def _closed_counter(certificate: Certificate, desk: Desk) -> str:
    """Where the counter that could do it gives no tickets now: its name, and when it does."""
    service = None if certificate.said in OF_THE_CARD else ticket_service(certificate, desk.context)
    why = desk.closed(service)
    if why is None:
        return ""
    return "\n".join(part for part in (desk.text(service.name) if service else "", desk.why(why)) if part)


def _why_closed(certificate: Certificate, desk: Desk) -> tuple[str, str]:
    why = closed(certificate.kind, desk.context) if certificate.kind is not None else None
    if why is None:
        return desk.say("certificate.no_price"), desk.say("certificate.said.closed_note")
    again = calendar.reopening(desk.office, why, desk.at, desk.language)
    return desk.text(why.reason), again or desk.say("certificate.said.closed_note")


def _ways(certificate: Certificate, desk: Desk) -> tuple[Control, ...]:
    """A number for the counter that can do it, and the end."""
    end = Control(id="end", label=desk.say("card.end"))
    if certificate.said in OF_THE_CARD:
        if reset_service(desk.context) is None:
            return (Control(id="end", label=end.label, state="go"),)
        return (Control(id="counter", label=desk.say("card.counter"), icon="ticket", state="go"), end)
    service = ticket_service(certificate, desk.context)
    if desk.closed(service) is not None:
        return (Control(id="end", label=end.label, state="go"),)
    return (Control(id="ticket", label=desk.say("card.counter"), icon="ticket", state="go"), end)


Draw = Callable[[TicketJourney, Certificate, Desk], dict[str, Any]]
_SCREENS: dict[str, Draw] = {
    "cert_where": _where,
    "cert_kind": _kind,
    "cert_scope": _scope,
    "cert_items": _items,
    "cert_copies": _copies,
    "cert_who": _who,
    "cert_card": _card,
    "card_take": _card_take,
    "cert_said": _said,
}
