"""A kiosk as central sees it, cards of a hierarchy of this run, and the issuer that ships."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache

import pypdfium2

from central_server import offices
from central_server.certificates import kiosks, verification_keys
from central_server.certificates.derived import birth_secret
from central_server.certificates.desk import Certificates
from central_server.certificates.issuer import Issuer
from central_server.certificates.kiosks import Kiosk
from central_server.certificates.setup import NotARealCard
from central_server.certificates.simulator import Simulator
from central_server.certificates.verification import Signer
from central_server.database import Pool
from central_server.revocation import Revocation
from kiosk_app import certificate_messages as wire
from kiosk_app.office.certificates import Layout, Wanted
from kiosk_app.office.jpki.challenge import Challenge
from tests.central_server.house import BOX, OFFICE, here
from tests.central_server.http_house import Client, serving
from tests.kiosk_app.office.jpki.hierarchy import NOW, authority, card, signed, trusted

SIGNING_KEY = bytes(range(32))
PUBLIC_URL = "https://yoyaku.example.jp"
TAKASAKI, YOSHINO, AYA, NGUYEN, FAR_DOMICILE = 0x4A1, 0x4A3, 0x4A5, 0x4A6, 0x4A8
PROTECTED, BESIDE_PROTECTED, LEAVING, CHILD, OUTSIDE_FONT, NOTHING_REGISTERED, ARRIVED, TOO_LONG, UNKNOWN = (
    *(0x4A9, 0x4AA, 0x4AB, 0x4AC, 0x4AD, 0x4AE, 0x4AF, 0x4B0),
    0x4FF,
)
DRAWN = range(0x10000, 0x10040)


@cache
def simulator() -> Simulator:
    return Simulator(Signer(SIGNING_KEY), birth_secret(BOX), f"{PUBLIC_URL}/c/", 2025)


@cache
def the_card(serial: int, **more: object) -> bytes:
    return card(serial=serial, **more)  # type: ignore[arg-type]


@contextlib.contextmanager
def certificates(issuer: Issuer | None = None, revocation: Revocation | None = None, threads: int = 4):  # type: ignore[no-untyped-def]
    made = Certificates(
        issuer=issuer or simulator(),
        anchors=trusted(authority("root-1"), authority("root-2")),
        revocation=revocation or NotARealCard(),
        threads=ThreadPoolExecutor(threads),
    )
    try:
        yield made
    finally:
        made.threads.shutdown()


def add_kiosk(dsn: str, name: str = "k1", office: str = OFFICE) -> str:
    """Its token. The office is added where it is not there yet."""
    with contextlib.suppress(offices.OfficesError):
        offices.add(dsn, BOX, here()[OFFICE].office, NOW, lambda told: None)
    verification_keys.keep(dsn, SIGNING_KEY, NOW)
    return kiosks.add(dsn, Kiosk(office, name), NOW, lambda token: None)


@dataclass
class KioskClient:
    """Speaks HTTP with central as a kiosk does. `audience`: for whom it lets a card sign."""

    client: Client
    token: str = field(repr=False)
    audience: str = f"{OFFICE}/k1"

    async def ask(self, asked: wire.Request) -> wire.Reply:
        status, body = await self.raw(wire.path(asked), wire.encode(asked))
        assert status == 200, status
        return wire.decode_reply(body)

    async def raw(self, path: str, body: bytes) -> tuple[int, bytes]:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": wire.MEDIA}
        answer = await self.client.ask("POST", path, body, headers)
        return answer.status, answer.body

    async def proof(self, serial: int = TAKASAKI, **more: object) -> wire.OpenAsked:
        """What the card of this serial number has signed."""
        given = await self.ask(wire.ChallengeAsked())
        assert isinstance(given, wire.ChallengeGiven) and given.audience == self.audience
        message = Challenge("certificate", self.audience, given.nonce, 0).message()
        return wire.OpenAsked(
            challenge=given.challenge, certificate=the_card(serial, **more), signature=signed(message)
        )

    async def opened(self, serial: int = TAKASAKI) -> wire.Opened:
        got = await self.ask(await self.proof(serial))
        assert isinstance(got, wire.Opened), got
        return got

    async def offers(self, session: str) -> wire.OffersGiven:
        got = await self.ask(wire.OffersAsked(session=session))
        assert isinstance(got, wire.OffersGiven), got
        return got

    async def prepared(self, session: str, wanted: Wanted, layout: Layout = "roll-80") -> wire.Prepared:
        got = await self.ask(prepare(session, wanted, layout))
        assert isinstance(got, wire.Prepared), got
        return got


def prepare(session: str, wanted: Wanted, layout: Layout = "roll-80") -> wire.PrepareAsked:
    return wire.PrepareAsked(session=session, attempt="a1", wanted=wanted, layout=layout)


@contextlib.asynccontextmanager
async def kiosk(
    dsn: str,
    pool: Pool,
    own: Certificates | None = None,
    now: Callable[[], datetime] = lambda: NOW,
) -> AsyncIterator[KioskClient]:
    """Central in this process with one kiosk."""
    token = add_kiosk(dsn)
    with contextlib.ExitStack() as stack:
        found = own or stack.enter_context(certificates())
        async with serving(pool, now, certificates=found) as (client, _):
            yield KioskClient(client, token)


def text_of(pdf: bytes) -> str:
    """All that can be read in it, without blanks and line ends."""
    with contextlib.closing(pypdfium2.PdfDocument(pdf)) as document:
        read = "".join(page.get_textpage().get_text_range() for page in document)
    return "".join(read.split()).replace("\ufffe", "")


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()
