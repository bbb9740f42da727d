"""A booking that is looked for by its code and the contact that was left with it, by who has no link any more.

Sixteen digits and a telephone number can be guessed if one may guess for ever; so wrong tries are limited, by who tries
and by which code is tried, and every wrong one is answered alike.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from central_server.booking_rows import Booked, Found, No
from central_server.contacts import Box, Contact, NotOurs, phone_digits
from central_server.database import Connection, Pool, quick
from central_server.limits import Limits, count_try, take_back
from central_server.offices import OfficeHere, code_of
from kiosk_app.office import booking_code, catalogue
from kiosk_app.office.booking_code import Claim
from kiosk_app.office.slots import Start

_ONE_PLACE = (
    "SELECT b.booking, b.length_min, b.after_min, b.service, b.language, c.contact, c.sealed, c.key_sealed "
    "FROM bookings b JOIN contacts c ON c.office = b.office AND c.contact = b.contact "
    "WHERE b.office = %s AND b.letter = %s AND b.day = %s AND b.lane = %s AND b.start_min = %s AND "
)
# Two halves, each with an index of its own.
_BY_PLACE = (
    f"{_ONE_PLACE} b.state IN ('booked', 'checked_in', 'no_show') UNION ALL "
    f"{_ONE_PLACE} b.cancelled_by = 'closure' AND b.state = 'cancelled' AND b.replaced_by IS NULL"
).encode()


async def find(
    pool: Pool,
    box: Box,
    offices: Mapping[str, OfficeHere],
    limits: Limits,
    code: str,
    contact: Contact,
    caller: str,
    now: datetime,
) -> Found | No:
    """No("gone") whatever is wrong, No("too_many_tries") after too many of them. Cancelled ones are not found, but for
    those that a closure has hit and that have no other time yet."""
    tried = {
        box.try_mark("caller", caller): limits.wrong_codes_an_hour,
        box.try_mark("code", _digits(code)): max(1, limits.wrong_codes_an_hour // 2),
    }
    async with quick(pool) as connection:
        for mark, most in tried.items():
            if await count_try(connection, mark, now) > most:
                return No("too_many_tries")
        for here in offices.values():
            claim = _claimed(here, code, now)
            if claim is not None and (found := await _of_claim(connection, box, here, claim, contact)) is not None:
                for mark in tried:
                    await take_back(connection, mark, now)
                return found
    return No("gone")


def _claimed(here: OfficeHere, code: str, now: datetime) -> Claim | None:
    """What the code says, if it was made with this office's key."""
    claim = booking_code.read(code, now.astimezone(catalogue.zone(here.office)).date())
    if claim is None or claim.office != here.office.number or not booking_code.proves(here.booking_key, code, claim):
        return None
    return claim


async def _of_claim(connection: Connection, box: Box, here: OfficeHere, claim: Claim, contact: Contact) -> Found | None:
    office = here.office.id
    at = (office, claim.letter, claim.day, claim.lane, claim.start_min)
    found = await connection.execute(_BY_PLACE, (*at, *at))
    for booking, length, after, service, language, contact_id, sealed, key_sealed in await found.fetchall():
        try:
            left = box.open(office, contact_id, sealed)
            key = box.open_secret(office, contact_id, key_sealed).decode()
        except NotOurs:
            continue
        if _is_same(left, contact):
            start = Start(claim.start_min, claim.lane, length, after)
            code = code_of(here, claim.letter, claim.day, start)
            return Found(Booked(booking, claim.letter, claim.day, start, service, language, code), key)
    return None


def _is_same(left: Contact, said: Contact) -> bool:
    """One of the two is enough: who booked with both may show either."""
    phone, mail = phone_digits(said.phone), said.mail.strip().casefold()
    return bool((phone and phone == phone_digits(left.phone)) or (mail and mail == left.mail.strip().casefold()))


def _digits(code: str) -> str:
    return "".join(one for one in code if one.isdigit())[:32]
