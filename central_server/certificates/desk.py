"""Answers a kiosk that is known: from the card's proof to the word of what became of the paper.

Every cause on the register's side gives the same reply, after the same time, with the same line in the log. What is
known of the person stays in this process's memory and, sealed, in the session's row.
"""

from __future__ import annotations

import asyncio
import functools
import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

import msgspec

from central_server.certificates import pace, received, rows, verification
from central_server.certificates.issuer import Away, Issuer, Made, NotHere, Offers, Order, Subject, Unusable
from central_server.certificates.kiosks import Kiosk
from central_server.contacts import Box, NotOurs
from central_server.database import Pool, quick
from central_server.offices import OfficeHere
from central_server.revocation import NotKnown, Revocation, Revoked
from kiosk_app import certificate_messages as wire
from kiosk_app.clock import new_id, new_nonce, new_token
from kiosk_app.office import catalogue
from kiosk_app.office.certificates import Kind, misfit
from kiosk_app.office.jpki.anchors import Anchors
from kiosk_app.office.jpki.challenge import Challenge
from kiosk_app.office.jpki.verification import (
    Expired,
    NoAnchors,
    NotYetValid,
    Proven,
    UnknownIssuer,
    WrongSignature,
    proven,
)

T = TypeVar("T")
SUBJECT = "card session"
_log = logging.getLogger("central.certificates")


@dataclass(frozen=True)
class Certificates:
    """What one process works with. `threads`: for the issuer and the validity service, which block."""

    issuer: Issuer
    anchors: Anchors
    revocation: Revocation
    threads: ThreadPoolExecutor

    async def work(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self.threads, call)

    def close(self) -> None:
        self.threads.shutdown(wait=True, cancel_futures=True)
        self.issuer.close()


class Desk:
    def __init__(self, pool: Pool, box: Box, certificates: Certificates, now: Callable[[], datetime]) -> None:
        self._pool, self._box, self._own, self._now = pool, box, certificates, now

    async def answer(self, kiosk: Kiosk, here: OfficeHere, asked: wire.Request) -> wire.Reply:
        match asked:
            case wire.ChallengeAsked():
                return await self._challenge(kiosk)
            case wire.OpenAsked():
                return await self._open(kiosk, asked)
            case wire.OffersAsked():
                return await self._offers(kiosk, here, asked)
            case wire.PrepareAsked():
                return await self._prepare(kiosk, here, asked)
            case wire.IssueAsked():
                return await self._issue(kiosk, asked)
            case wire.OutcomeAsked():
                return await self._outcome(kiosk, asked)
        async with self._pool.connection() as connection:
            await rows.close(connection, kiosk, asked.session, self._now())
        return wire.SessionClosed()

    # --- the card ----------------------------------------------------------------------------------------------------

    async def _challenge(self, kiosk: Kiosk) -> wire.Reply:
        challenge, nonce = new_id(), new_nonce()
        async with quick(self._pool) as connection:
            await rows.add_challenge(connection, kiosk, challenge, nonce, self._now())
        return wire.ChallengeGiven(
            challenge=challenge,
            nonce=nonce,
            audience=wire.audience(kiosk.office, kiosk.name),
            life_s=wire.CHALLENGE_LIFE_S,
        )

    async def _open(self, kiosk: Kiosk, asked: wire.OpenAsked) -> wire.Reply:
        now = self._now()
        async with quick(self._pool) as connection:
            spent = await rows.spend(connection, kiosk, asked.challenge, now)
        if spent is None:
            return wire.NotOpened(why="stale")
        nonce, made = spent
        challenge = Challenge(
            "certificate", wire.audience(kiosk.office, kiosk.name), nonce, int(made.timestamp() * 1000)
        )
        judged = await self._own.work(
            lambda: proven(asked.certificate, challenge, asked.signature, self._own.anchors, now)
        )
        if not isinstance(judged, Proven):
            return wire.NotOpened(why=_card_fault(judged))
        certificate, issuer = judged.certificate, judged.anchor.certificate
        standing = await self._own.work(lambda: self._own.revocation.standing(certificate, issuer, now))
        if isinstance(standing, Revoked):
            return wire.NotOpened(why="revoked")
        if isinstance(standing, NotKnown):
            _log.warning("whether a certificate is revoked is not known: %s", standing.why)
            return wire.NotOpened(why="not_asked")
        return await self._opened(
            kiosk, Subject(judged.anchor.fingerprint.lower(), f"{certificate.serial:x}", new_id())
        )

    async def _opened(self, kiosk: Kiosk, subject: Subject) -> wire.Reply:
        secret = new_token()
        sealed = self._box.seal_secret(kiosk.office, _of(secret), msgspec.msgpack.encode(subject))
        async with quick(self._pool) as connection:
            await rows.open_session(connection, kiosk, secret, subject.resident, sealed, self._now())
        return wire.Opened(session=secret, resident=subject.resident, life_s=wire.SESSION_LIFE_S)

    async def _subject(self, kiosk: Kiosk, secret: str) -> Subject | None:
        async with quick(self._pool) as connection:
            found = await rows.session(connection, kiosk, secret, self._now())
        if found is None:
            return None
        try:
            plain = self._box.open_secret(kiosk.office, _of(secret), found.subject)
        except NotOurs:
            _log.error("a session's row holds what was sealed for another one")
            return None
        subject = msgspec.msgpack.decode(plain, type=Subject)
        return subject if subject.resident == found.resident else None

    # --- what may be had ---------------------------------------------------------------------------------------------

    async def _offers(self, kiosk: Kiosk, here: OfficeHere, asked: wire.OffersAsked) -> wire.Reply:
        begun = asyncio.get_running_loop().time()
        subject = await self._subject(kiosk, asked.session)
        if subject is None:
            return wire.Refused(why="ended")
        found = await self._asked(subject, here)
        await _in_step(begun)
        if isinstance(found, wire.Refused):
            return found
        return wire.OffersGiven(
            offers=found.offers, closed=found.closed, layouts=tuple(sorted(self._own.issuer.layouts))
        )

    async def _asked(self, subject: Subject, here: OfficeHere) -> Offers | wire.Refused:
        at = self._local(here)
        found = await self._own.work(lambda: self._own.issuer.offers(subject, at))
        if isinstance(found, Away):
            _log.warning("the issuer is away: %s", found.why)
            return wire.Refused(why="away")
        if found.resident != subject.resident:
            _log.error("the issuer has answered about another person")
            return wire.Refused(why="failed")
        return found

    # --- documents ---------------------------------------------------------------------------------------------------

    async def _prepare(self, kiosk: Kiosk, here: OfficeHere, asked: wire.PrepareAsked) -> wire.Reply:
        begun = asyncio.get_running_loop().time()
        subject = await self._subject(kiosk, asked.session)
        if subject is None:
            return wire.Refused(why="ended")
        if asked.layout not in self._own.issuer.layouts:
            _log.error("the issuer lays out nothing for %s", asked.layout)
            return wire.Refused(why="failed")
        found = await self._asked(subject, here)
        if isinstance(found, wire.Refused):
            return found
        wanted = asked.wanted
        offer = next((one for one in found.offers if one.kind == wanted.kind), None)
        made: wire.Reply = wire.Refused(why="not_here")
        if offer is not None and not misfit(wanted, offer):
            made = await self._made(kiosk, here, subject, asked)
        if isinstance(made, wire.Refused) and made.why == "not_here":
            await _in_step(begun)
            _not_here(kiosk, wanted.kind)
        return made

    async def _made(self, kiosk: Kiosk, here: OfficeHere, subject: Subject, asked: wire.PrepareAsked) -> wire.Reply:
        ids = [new_id() for _ in range(asked.wanted.copies)]
        async with self._pool.connection() as connection:
            reserved = await rows.reserve(
                connection, kiosk, asked.session, ids, asked.wanted.kind, asked.layout, self._now()
            )
        if reserved is None:
            return wire.Refused(why="ended")
        number, at = here.office.number, self._local(here)
        orders = [
            Order(
                subject=subject,
                wanted=asked.wanted,
                layout=asked.layout,
                issuance=one.issuance,
                serial=verification.serial(number, one.number),
                number=one.number,
                office=kiosk.office,
                office_number=number,
                at=at,
            )
            for one in reserved
        ]
        found = await asyncio.gather(*(self._own.work(functools.partial(self._one, order)) for order in orders))
        documents = [one for one in found if isinstance(one, wire.Document)]
        failed = next((one for one in found if not isinstance(one, wire.Document)), None)
        if failed is None and await self._are_prepared(kiosk, asked.session, documents):
            return wire.Prepared(attempt=asked.attempt, resident=subject.resident, documents=tuple(documents))
        async with quick(self._pool) as connection:
            await rows.given_up(connection, kiosk.office, ids, self._now())
        return failed or wire.Refused(why="ended")

    def _one(self, order: Order) -> wire.Document | wire.Refused:
        """In a thread."""
        made = self._own.issuer.make(order)
        match made:
            case NotHere():
                return wire.Refused(why="not_here")
            case Away():
                _log.warning("the issuer is away: %s", made.why)
                return wire.Refused(why="away")
            case Unusable():
                _log.error("document %s: %s", order.serial, made.why)
                return wire.Refused(why="failed")
        return _document(order, made)

    async def _are_prepared(self, kiosk: Kiosk, secret: str, documents: Sequence[wire.Document]) -> bool:
        finished = [rows.Finished(one.issuance, one.sha256, one.pages) for one in documents]
        async with self._pool.connection() as connection:
            done = await rows.prepared(connection, kiosk, secret, finished, self._now())
            if not done:
                await connection.rollback()
        return done

    async def _issue(self, kiosk: Kiosk, asked: wire.IssueAsked) -> wire.Reply:
        async with self._pool.connection() as connection:
            done = await rows.confirm(connection, kiosk, asked.session, asked.issuances, asked.fee_yen, self._now())
            if not done:
                await connection.rollback()
        return wire.Issuing(issuances=asked.issuances) if done else wire.Refused(why="ended")

    async def _outcome(self, kiosk: Kiosk, asked: wire.OutcomeAsked) -> wire.Reply:
        async with self._pool.connection() as connection:
            found = await rows.tell(connection, kiosk, asked, self._now())
        if found is None:
            return wire.Refused(why="ended")
        state, contradicts = found
        if contradicts:
            _log.error("issuance %s: the kiosk says %s, and it is %s", asked.issuance, asked.verdict, state)
        return wire.OutcomeTaken(issuance=asked.issuance, state=state)

    def _local(self, here: OfficeHere) -> datetime:
        return self._now().astimezone(catalogue.zone(here.office))


def _of(secret: str) -> str:
    """What a session's subject is sealed for: for this session, so that rows cannot be exchanged."""
    return f"{SUBJECT} {rows.mark_of(secret).hex()}"


def _document(order: Order, made: Made) -> wire.Document | wire.Refused:
    """Compared once more with what was ordered: another person's certificate is the worst that can happen."""
    if (made.resident, made.issuance) != (order.subject.resident, order.issuance):
        _log.error("document %s: the issuer has made another one than was ordered", order.serial)
        return wire.Refused(why="failed")
    seen = received.look(made.pdf, made.sha256, order.layout)
    if isinstance(seen, received.Bad):
        _log.error("document %s: %s", order.serial, seen.why)
        return wire.Refused(why="failed")
    return wire.Document(
        issuance=order.issuance, serial=order.serial, sha256=made.sha256, pages=seen.pages, pdf=made.pdf
    )


def _card_fault(judged: object) -> wire.CardFault:
    match judged:
        case Expired():
            return "expired"
        case NotYetValid():
            return "not_yet"
        case UnknownIssuer() | NoAnchors():
            return "unknown_issuer"
        case WrongSignature():
            return "not_genuine"
    return "wrong_kind"


def _not_here(kiosk: Kiosk, kind: Kind) -> None:
    """The one line for every cause on the register's side."""
    _log.info("not from a kiosk: %s at %s/%s", kind, kiosk.office, kiosk.name)


async def _in_step(begun_s: float) -> None:
    await asyncio.sleep(pace.wait_s(asyncio.get_running_loop().time() - begun_s))
