"""`POST /v1/phone/sessions`: the telephone dialogue for whoever can speak and listen: an IVR, a voice bot, an operator.

The caller of this API shows the token of `[phone]`. It sends what was heard with the number of its turn, and gets the
sentence to say. The same turn again gets the same sentence, so a lost answer does no harm.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
from datetime import date, datetime, timedelta
from typing import Annotated

import msgspec
from msgspec import Meta
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from central_server import window
from central_server.bookings import No, Wish
from central_server.central import Central, OfficeHere
from central_server.contacts import Contact
from central_server.database import quick
from central_server.phone import answers
from central_server.phone import dialogue as d
from central_server.web import finder
from central_server.web.finder import Finder, PlainWords
from kiosk_app.clock import new_id
from kiosk_app.office import catalogue

SESSION = timedelta(minutes=30)
CLAIM = timedelta(seconds=10)
"""So long at most is one turn carried out; after that another request may do it."""
LOOK_EVERY_S = 0.05
SESSIONS_MAX = 2_000
"""Under way at once; more callers hear that they should call again."""
SAID_MAX = 300
"""Letters of one utterance."""
STEPS_MAX = 8
"""Questions to the bookings for one utterance."""
MEDIA = "application/json"


class Started(msgspec.Struct, frozen=True, kw_only=True):
    """`say`: to be said, then listened. `keys`: so many digits may be pressed instead. `ended`: hang up, or hand over
    where `to_a_person`. `code`: of the booking that was made."""

    session: str
    turn: int
    say: str
    keys: int = 0
    ended: bool = False
    to_a_person: bool = False
    code: str = ""


class Heard(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`turn`: that of the sentence which is answered. `said`: as recognised, or the digits pressed; empty: silence."""

    turn: Annotated[int, Meta(ge=0, le=1_000)]
    said: Annotated[str, Meta(max_length=SAID_MAX)] = ""


class _Kept(msgspec.Struct, frozen=True):
    talk: d.Talk
    last: Started


def routes(central: Central) -> list[BaseRoute]:
    """None without a token: then nobody may."""
    if not central.phone_token:
        return []
    phone = _Phone(central)
    return [
        Route("/v1/phone/sessions", phone.start, methods=["POST"]),
        Route("/v1/phone/sessions/{session}", phone.hear, methods=["POST"]),
    ]


class _Phone:
    def __init__(self, central: Central) -> None:
        self._central = central
        self._token = hashlib.sha256(central.phone_token.encode()).digest()
        self._table = finder.load()
        self._known: tuple[date, d.Dialogue] | None = None

    def _dialogue(self) -> d.Dialogue:
        """Anew each day: services come and go."""
        today = max(_today(here, self._central.now()) for here in self._central.offices.values())
        if self._known is None or self._known[0] != today:
            words = {name: _words(here, today, self._table) for name, here in self._central.offices.items()}
            self._known = today, d.Dialogue({name: one for name, one in words.items() if one.services})
        return self._known[1]

    async def start(self, request: Request) -> Response:
        if not self._may(request):
            return _error(401, "expected the token of [phone] in central.toml")
        session, now = new_id(), self._central.now()
        async with quick(self._central.pool) as connection, connection.transaction():
            await connection.execute("DELETE FROM phone_sessions WHERE expires_at <= %s", (now,))
            found = await connection.execute("SELECT count(*) FROM phone_sessions")
            row = await found.fetchone()
            assert row is not None
            if row[0] >= SESSIONS_MAX:
                return _error(503, "too many conversations at once")
            talk, do = self._dialogue().begin()
            kept = _Kept(talk, _started(session, 0, do[-1]))
            await connection.execute(
                "INSERT INTO phone_sessions (session, turn, sealed, expires_at) VALUES (%s, 0, %s, %s)",
                (session, self._sealed(session, kept), now + SESSION),
            )
        return _answer(kept.last)

    async def hear(self, request: Request) -> Response:
        if not self._may(request):
            return _error(401, "expected the token of [phone] in central.toml")
        try:
            heard = msgspec.json.decode(await request.body(), type=Heard)
        except (msgspec.ValidationError, msgspec.DecodeError) as error:
            return _error(422, str(error))
        session, now = request.path_params["session"], self._central.now()
        kept = await self._kept(session, now)
        if kept is None:
            return _error(404, "no such conversation, or it is over")
        if heard.turn == kept.last.turn - 1 or kept.last.ended:
            # Asked again: the first answer was lost.
            return _answer(kept.last)
        if heard.turn != kept.last.turn:
            return _error(409, f"expected turn {kept.last.turn}")
        if not await self._claims(session, heard.turn, now):
            return await self._of_the_other(session, heard.turn)
        # Without a lock: whoever holds one connection and waits for another stops everybody.
        talk, last = await self._carried_out(kept.talk, heard.said, now)
        kept = _Kept(talk, _started(session, heard.turn + 1, last))
        async with quick(self._central.pool) as connection:
            done = await connection.execute(
                "UPDATE phone_sessions SET turn = turn + 1, sealed = %s, expires_at = %s "
                "WHERE session = %s AND turn = %s",
                (self._sealed(session, kept), now + SESSION, session, heard.turn),
            )
        if done.rowcount == 0:
            # It took too long, and the same turn was carried out once more; the other one counts.
            kept = await self._kept(session, now)
        return _answer(kept.last) if kept is not None else _error(404, "no such conversation, or it is over")

    async def _claims(self, session: str, turn: int, now: datetime) -> bool:
        """Whether this request carries the turn out. The same turn may come twice at once, to two processes: then the
        caller would be told that their own time had just been taken by somebody else."""
        async with quick(self._central.pool) as connection:
            done = await connection.execute(
                "UPDATE phone_sessions SET claimed_turn = turn, claimed_until = %s "
                "WHERE session = %s AND turn = %s AND (claimed_turn <> turn OR claimed_until <= %s)",
                (now + CLAIM, session, turn, now),
            )
        return done.rowcount == 1

    async def _of_the_other(self, session: str, turn: int) -> Response:
        """What the request that came first is told, as soon as it is."""
        for _ in range(int(CLAIM.total_seconds() / LOOK_EVERY_S)):
            kept = await self._kept(session, self._central.now())
            if kept is None:
                return _error(404, "no such conversation, or it is over")
            if kept.last.turn != turn:
                return _answer(kept.last)
            await asyncio.sleep(LOOK_EVERY_S)
        return _error(503, "the same turn is being answered; ask again")

    async def _carried_out(self, talk: d.Talk, said: str, now: datetime) -> tuple[d.Talk, d.Say | d.HangUp]:
        dialogue = self._dialogue()
        here = self._central.offices.get(talk.office) or next(iter(self._central.offices.values()))
        today = _today(here, now)
        talk, do = dialogue.hear(talk, said, today)
        for _ in range(STEPS_MAX):
            for one in do[:-1]:
                assert isinstance(one, d.Release)
                await self._central.bookings.release(one.office, one.booking, one.key)
            match do[-1]:
                case d.Say() | d.HangUp() as last:
                    return talk, last
                case d.Look(office, service):
                    talk, do = dialogue.looked(talk, await self._free(office, service, now), today)
                case d.Hold() as wish:
                    talk, do = await self._hold(dialogue, talk, wish, now)
                case d.Confirm(office, booking, key, name, phone):
                    contact = Contact(name=name, phone=phone)
                    got = await self._central.bookings.confirm(office, booking, key, contact, now)
                    code, why = ("", got.why) if isinstance(got, No) else (got.code, "")
                    talk, do = dialogue.confirmed(talk, code, why)
        raise AssertionError("a dialogue that never speaks")

    async def _hold(self, dialogue: d.Dialogue, talk: d.Talk, wish: d.Hold, now: datetime) -> d.Turn:
        letter = _letter(self._central.offices[wish.office], wish.service)
        asked = Wish(wish.office, letter, wish.day, wish.start_min, wish.service, "ja", "phone")
        got = await self._central.bookings.hold(asked, now)
        return dialogue.held(talk, *(("", "") if isinstance(got, No) else (got.booking, got.key)))

    async def _free(self, office: str, service: str, now: datetime) -> d.Free:
        here = self._central.offices[office]
        letter = _letter(here, service)
        days = window.days(here.office, letter, now)
        if days is None:
            return {}
        central, places = self._central, window.places(here.office, letter, service)
        span = office, letter, days.first, days.last
        seen = await central.availability.seen(central.pool, *span, now, places, service)
        free = {day: one.free for day, one in seen.items()}
        found = window.open_starts(here.office, letter, service, free, now)
        return {day: sorted({one.start_min for one in starts}) for day, starts in found.items()}

    # --- what is kept ----------------------------------------------------------------------------------------------

    async def _kept(self, session: str, now: datetime) -> _Kept | None:
        async with quick(self._central.pool) as connection:
            found = await connection.execute(
                "SELECT sealed FROM phone_sessions WHERE session = %s AND expires_at > %s", (session, now)
            )
            row = await found.fetchone()
        if row is None:
            return None
        return msgspec.msgpack.decode(self._central.box.open_secret("phone", session, row[0]), type=_Kept)

    def _sealed(self, session: str, kept: _Kept) -> bytes:
        return self._central.box.seal_secret("phone", session, msgspec.msgpack.encode(kept))

    def _may(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").removeprefix("Bearer ")
        return hmac.compare_digest(hashlib.sha256(given.encode()).digest(), self._token)


def _words(here: OfficeHere, today: date, table: PlainWords) -> d.OfficeWords:
    office = here.office
    can = {
        service.id: catalogue.text(service.name, "ja")
        for group in office.groups
        for service in catalogue.services_of(office, group.letter, today)
        if window.bookable(office, service)
    }
    name = catalogue.text(office.name, "ja")
    found = Finder(office, table)
    return d.OfficeWords(
        name=name,
        called=answers.office_names(name, catalogue.text(office.name, "easy")),
        services=can,
        find=lambda said: [one.id for one in found.find(answers.matter(said), today)],
    )


def _letter(here: OfficeHere, service: str) -> str:
    return catalogue.service(here.office, service).group


def _today(here: OfficeHere, now: datetime) -> date:
    return now.astimezone(catalogue.zone(here.office)).date()


def _started(session: str, turn: int, do: d.Do) -> Started:
    match do:
        case d.Say(text, keys):
            return Started(session=session, turn=turn, say=text, keys=keys)
        case d.HangUp(text, to_a_person, code):
            return Started(session=session, turn=turn, say=text, ended=True, to_a_person=to_a_person, code=code)
    raise AssertionError(do)


def _answer(started: Started) -> Response:
    return Response(msgspec.json.encode(started), media_type=MEDIA, headers={"Cache-Control": "no-store"})


def _error(status: int, error: str) -> Response:
    headers = {"WWW-Authenticate": "Bearer"} if status == 401 else None
    return Response(msgspec.json.encode({"error": error}), status, headers, media_type=MEDIA)
