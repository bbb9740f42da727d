"""Sends what messages.py has written down: one at a time, marked before it goes and after, at most once by mail.

The text is made now, from the booking as it stands now: who has cancelled meanwhile is not reminded. A mail whose
answer was lost is never sent again by itself; an SMS is, under the same id, by which its gateway drops what it knows.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec

from central_server import links, mail, settings, window
from central_server.booking_rows import Booked, State
from central_server.central import Central
from central_server.contacts import Contact, NotOurs, phone_digits
from central_server.database import Connection, quick
from central_server.fleet.telling import AlertWay
from central_server.mail import Mailer, Verdict, Way
from central_server.message_texts import Told, told
from central_server.messages import Channel, Kind
from central_server.offices import code_of
from central_server.settings import CentralSettings
from kiosk_app.clock import jitter
from kiosk_app.office.delivery import Event, pause_ms
from kiosk_app.office.slots import Start
from kiosk_app.webhook_files import Receiver
from kiosk_app.webhook_sender import Sender

SENDING = timedelta(minutes=5)
"""A message that is marked as being sent for longer was being sent by a process that is gone."""
KEPT = timedelta(hours=24)
"""Then it is given up."""


class SmsMessage(msgspec.Struct, frozen=True, kw_only=True):
    """What the gateway gets; `id` is the same however often it is sent."""

    id: str
    to: str
    text: str


@dataclass
class Senders:
    """Each None where this server has no such way."""

    mailer: Mailer | None = None
    sender: str = ""
    gateway: Receiver | None = None
    poster: Sender | None = None
    alerts: tuple[AlertWay, ...] = ()
    """To whoever is told of troubles of machines."""

    @property
    def channels(self) -> frozenset[Channel]:
        found: set[Channel] = set()
        if self.mailer is not None:
            found.add("mail")
        if self.gateway is not None:
            found.add("sms")
        return frozenset(found)

    def pause(self) -> None:
        """Nothing to send for a while: no line is kept."""
        if self.mailer is not None:
            self.mailer.close()

    @property
    def alert_receivers(self) -> tuple[Receiver, ...]:
        return tuple(way.receiver for way in self.alerts)

    def close(self) -> None:
        if self.poster is not None:
            self.poster.stop()
        for way in self.alerts:
            way.close()
        self.pause()


def senders(found: CentralSettings) -> Senders:
    """Raises SettingsError."""
    ways = Senders()
    if found.mail is not None:
        one = found.mail
        password = settings.mail_password(found)
        ways.mailer = Mailer(Way(one.host, one.port, one.tls, one.sender, one.user, password, one.ca_file))
        ways.sender = one.sender
    if found.sms is not None:
        ways.gateway = Receiver("sms", found.sms.url, settings.sms_secret(found), ("sms",), found.sms.ca_file)
        ways.poster = Sender()
    ways.alerts = tuple(AlertWay(one) for one in settings.alert_receivers(found))
    return ways


class _Taken(NamedTuple):
    office: str
    booking: str
    kind: Kind
    channel: Channel
    tries: int
    made_at: datetime

    @property
    def event(self) -> str:
        return f"{self.kind}.{self.booking}"


class _Ready(NamedTuple):
    contact: Contact
    told: Told
    language: str


async def send_one(central: Central, ways: Senders, now: datetime) -> bool:
    """The one that has waited longest. False where none is due."""
    async with quick(central.pool) as connection:
        await _settle_lost(connection, now)
        taken = await _take(connection, [str(one) for one in ways.channels], now)
        if taken is None:
            return False
        ready = await _ready(central, connection, taken, now)
    verdict: Verdict | None = None
    if isinstance(ready, _Ready):
        verdict = await asyncio.to_thread(_hand_over, ways, taken, ready, now)
    async with quick(central.pool) as connection:
        await _settle(connection, taken, verdict if verdict is not None else "void", now)
    return True


async def _settle_lost(connection: Connection, now: datetime) -> None:
    await connection.execute(
        "UPDATE messages SET state = CASE channel WHEN 'sms' THEN 'waiting' ELSE 'unknown' END, not_before = %s "
        "WHERE state = 'sending' AND not_before <= %s",
        (now, now),
    )


async def _take(connection: Connection, channels: list[str], now: datetime) -> _Taken | None:
    """Committed before a word is sent: whoever finds it so later knows that it may have gone."""
    found = await connection.execute(
        "UPDATE messages SET state = 'sending', tries = tries + 1, not_before = %s "
        "WHERE (office, booking, kind, channel) = ("
        "SELECT office, booking, kind, channel FROM messages WHERE state = 'waiting' AND channel = ANY(%s) "
        "AND not_before <= %s ORDER BY not_before LIMIT 1 FOR UPDATE SKIP LOCKED) "
        "RETURNING office, booking, kind, channel, tries, made_at",
        (now + SENDING, channels, now),
    )
    row = await found.fetchone()
    return None if row is None else _Taken(*row)


async def _ready(central: Central, connection: Connection, taken: _Taken, now: datetime) -> _Ready | None:
    """None where there is nothing to say any more."""
    here = central.offices.get(taken.office)
    found = await connection.execute(
        "SELECT b.letter, b.day, b.start_min, b.lane, b.length_min, b.after_min, b.service, b.language, b.state, "
        "b.replaced_by IS NOT NULL, c.contact, c.sealed, c.key_sealed FROM bookings b "
        "JOIN contacts c ON c.office = b.office AND c.contact = b.contact WHERE b.office = %s AND b.booking = %s",
        (taken.office, taken.booking),
    )
    row = await found.fetchone()
    if here is None or row is None:
        return None
    letter, day, start_min, lane, length, after, service, language, state, is_replaced, contact_id, sealed, key = row
    if is_replaced or not _holds(taken.kind, state) or now >= window.moment(here.office, day, start_min):
        return None
    start = Start(start_min, lane, length, after)
    code = code_of(here, letter, day, start)
    try:
        contact = central.box.open(taken.office, contact_id, sealed)
        opened = central.box.open_secret(taken.office, contact_id, key).decode()
    except NotOurs:
        return None
    page = links.booking_page(central.public_url, taken.office, taken.booking, opened)
    booked = Booked(taken.booking, letter, day, start, service, language, code)
    assert central.words is not None
    return _Ready(contact, told(central.words, here, taken.kind, booked, page, now), language)


def _holds(kind: Kind, state: State) -> bool:
    """Whether it is still true."""
    return state == "cancelled" if kind in ("cancelled", "closed") else state == "booked"


def _hand_over(ways: Senders, taken: _Taken, ready: _Ready, now: datetime) -> Verdict:
    """In a thread of its own."""
    if taken.channel == "mail" and ways.mailer is not None:
        to, text = ready.contact.mail.strip(), ready.told
        try:
            made = mail.compose(ways.sender, to, text.subject, text.body, taken.event, ready.language, now)
        except ValueError:
            return "refused"
        return ways.mailer.send(to, made)
    if taken.channel == "sms" and ways.gateway is not None and ways.poster is not None:
        said = SmsMessage(id=taken.event, to=phone_digits(ready.contact.phone), text=ready.told.short)
        event = Event(id=taken.event, kind="sms", at_utc_ms=_ms(now), body=msgspec.json.encode(said).decode())
        outcome = ways.poster.send(ways.gateway, event, _ms(now) // 1000)
        return {"taken": "sent", "refused": "refused", "failed": "later"}[outcome]  # type: ignore[return-value]
    return "later"


async def _settle(connection: Connection, taken: _Taken, verdict: str, now: datetime) -> None:
    state = verdict
    if verdict == "later":
        state = "given_up" if now - taken.made_at > KEPT else "waiting"
    pause = timedelta(milliseconds=pause_ms(taken.tries, jitter()))
    await connection.execute(
        "UPDATE messages SET state = %s, not_before = %s, ended_at = %s "
        "WHERE office = %s AND booking = %s AND kind = %s AND channel = %s AND state = 'sending'",
        (
            *(state, now + pause if state == "waiting" else now, None if state == "waiting" else now),
            *(taken.office, taken.booking, taken.kind, taken.channel),
        ),
    )


def _ms(now: datetime) -> int:
    return int(now.timestamp() * 1000)
