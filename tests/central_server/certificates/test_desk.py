"""A kiosk's whole way at central, over HTTP and a real PostgreSQL: the card's proof, the documents, their paper."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta

import psycopg
import pytest
import pytest_asyncio

from central_server.certificates import kiosks, rows
from central_server.certificates.issuer import Away, Made, NotHere, Offers, Order, Subject, Unusable
from central_server.certificates.kiosks import Kiosk
from central_server.database import Pool
from central_server.fetching import HttpFetcher
from central_server.revocation import NobodyToAsk, Ocsp
from kiosk_app import certificate_messages as wire
from kiosk_app.office.certificates import KINDS, Closed, Layout, Wanted
from kiosk_app.office.jpki.challenge import Challenge
from tests.central_server.certificates import house as h
from tests.central_server.certificates.house import KioskClient, kiosk
from tests.central_server.house import OFFICE
from tests.kiosk_app.office.jpki.hierarchy import NOW, signed

pytestmark = pytest.mark.slow

RECORD = Wanted(kind="resident-record", scope="all", items=("head-and-relation",))


@pytest_asyncio.fixture
async def one(dsn: str, pool: Pool) -> AsyncIterator[KioskClient]:
    async with kiosk(dsn, pool) as client:
        yield client


def issuances(dsn: str) -> list[tuple[int, str, str]]:
    with psycopg.connect(dsn) as connection:
        found = connection.execute("SELECT number, state, settled FROM issuances ORDER BY number").fetchall()
    return [(number, state, settled) for number, state, settled in found]


def states(dsn: str) -> list[str]:
    return [state for _, state, _ in issuances(dsn)]


# --- the card --------------------------------------------------------------------------------------------------------


async def test_the_whole_way_of_one_certificate(dsn: str, one: KioskClient) -> None:
    opened = await one.opened()
    given = await one.offers(opened.session)
    assert [offer.kind for offer in given.offers] == list(KINDS) and given.closed == ()
    assert set(given.layouts) == {"a4", "roll-112", "roll-80"}
    prepared = await one.prepared(opened.session, RECORD)
    (document,) = prepared.documents
    assert prepared.resident == opened.resident and prepared.attempt == "a1"
    assert h.sha256(document.pdf) == document.sha256 and document.pages == 1
    assert document.serial in h.text_of(document.pdf) and "髙﨑健太" in h.text_of(document.pdf)
    assert states(dsn) == ["prepared"]
    issue = wire.IssueAsked(session=opened.session, issuances=(document.issuance,), fee_yen=200)
    assert await one.ask(issue) == await one.ask(issue) == wire.Issuing(issuances=(document.issuance,))
    assert states(dsn) == ["issuing"]
    told = wire.OutcomeAsked(issuance=document.issuance, verdict="issued")
    for _ in range(2):
        assert await one.ask(told) == wire.OutcomeTaken(issuance=document.issuance, state="issued")
    assert await one.ask(wire.CloseAsked(session=opened.session)) == wire.SessionClosed()
    assert issuances(dsn) == [(1, "issued", "")]
    with psycopg.connect(dsn) as connection:
        assert connection.execute("SELECT count(*) FROM card_sessions").fetchone() == (0,)


async def test_a_challenge_is_good_once(one: KioskClient) -> None:
    proof = await one.proof()
    answers = await asyncio.gather(*(one.ask(proof) for _ in range(8)))
    assert sorted(type(answer).__name__ for answer in answers) == ["NotOpened"] * 7 + ["Opened"]
    assert {answer.why for answer in answers if isinstance(answer, wire.NotOpened)} == {"stale"}


async def test_a_challenge_is_spent_by_a_wrong_answer_too(one: KioskClient) -> None:
    proof = await one.proof()
    wrong = wire.OpenAsked(challenge=proof.challenge, certificate=proof.certificate, signature=b"x" * 256)
    assert await one.ask(wrong) == wire.NotOpened(why="not_genuine")
    assert await one.ask(proof) == wire.NotOpened(why="stale")


async def test_a_challenge_is_good_for_three_minutes(dsn: str, pool: Pool) -> None:
    at = [NOW]
    async with kiosk(dsn, pool, now=lambda: at[0]) as client:
        proof = await client.proof()
        at[0] = NOW + timedelta(seconds=wire.CHALLENGE_LIFE_S + 1)
        assert await client.ask(proof) == wire.NotOpened(why="stale")
        proof = await client.proof()
        at[0] -= timedelta(seconds=5)
        assert await client.ask(proof) == wire.NotOpened(why="stale"), "a clock that was set back makes none younger"


WRONG_CARDS: tuple[tuple[dict[str, object], wire.CardFault], ...] = (
    ({"end": NOW - timedelta(days=1)}, "expired"),
    ({"start": NOW + timedelta(days=1), "end": NOW + timedelta(days=400)}, "not_yet"),
    ({"signer": "stranger"}, "unknown_issuer"),
    ({"policy": "1.2.392.200149.8.5.1.1.20"}, "wrong_kind"),
    ({"key": "another card"}, "not_genuine"),
)


async def test_what_is_wrong_with_a_card_is_told_exactly(one: KioskClient) -> None:
    for more, why in WRONG_CARDS:
        assert await one.ask(await one.proof(h.TAKASAKI, **more)) == wire.NotOpened(why=why)


async def test_bytes_that_are_no_certificate_open_nothing(one: KioskClient) -> None:
    for certificate in (b"", b"0\x82", h.the_card(h.TAKASAKI)[:-1]):
        proof = await one.proof()
        asked = wire.OpenAsked(challenge=proof.challenge, certificate=certificate, signature=proof.signature)
        assert await one.ask(asked) == wire.NotOpened(why="wrong_kind")


async def test_a_signature_for_another_kiosk_or_purpose_opens_nothing(dsn: str, one: KioskClient) -> None:
    second = KioskClient(one.client, h.add_kiosk(dsn, "k2"), f"{OFFICE}/k2")
    proof = await second.proof()
    assert await one.ask(proof) == wire.NotOpened(why="stale"), "another kiosk's challenge"
    given = await one.ask(wire.ChallengeAsked())
    assert isinstance(given, wire.ChallengeGiven)
    for purpose, audience in (("card-check", one.audience), ("certificate", second.audience)):
        given = await one.ask(wire.ChallengeAsked())
        assert isinstance(given, wire.ChallengeGiven)
        message = Challenge(purpose, audience, given.nonce, 0).message()  # type: ignore[arg-type]
        asked = wire.OpenAsked(challenge=given.challenge, certificate=h.the_card(h.TAKASAKI), signature=signed(message))
        assert await one.ask(asked) == wire.NotOpened(why="not_genuine")


async def test_a_revoked_card_opens_nothing_and_neither_does_one_that_nobody_can_ask_about(
    dsn: str, pool: Pool
) -> None:
    from cryptography.x509 import ocsp

    from tests.central_server.test_revocation import FETCH, NONCE, Says
    from tests.central_server.web import replies, says, serving

    expected = [
        (replies(Says()), "opened"),
        (replies(Says(status=ocsp.OCSPCertStatus.REVOKED)), "revoked"),
        (says(b"", "503 Away"), "not_asked"),
        (says(b"nonsense"), "not_asked"),
    ]
    for answer, why in expected:
        with serving(answer) as url, h.certificates(revocation=Ocsp(url, FETCH, lambda: NONCE)) as own:
            async with kiosk(dsn, pool, own) as client:
                got = await client.ask(await client.proof(0x1234))
        assert (got.why if isinstance(got, wire.NotOpened) else "opened") == why
    gone = Ocsp("http://127.0.0.1:9/ocsp", HttpFetcher(deadline_s=5), lambda: NONCE)
    for revocation in (gone, NobodyToAsk()):
        with h.certificates(revocation=revocation) as own:
            async with kiosk(dsn, pool, own) as client:
                assert await client.ask(await client.proof()) == wire.NotOpened(why="not_asked")


async def test_the_row_of_a_session_names_nobody(dsn: str, one: KioskClient) -> None:
    opened = await one.opened()
    await one.prepared(opened.session, RECORD)
    with psycopg.connect(dsn) as connection:
        rows_of = [
            repr(row)
            for table in ("card_sessions", "card_challenges", "issuances")
            for row in connection.execute(f"SELECT * FROM {table}".encode()).fetchall()
        ]
    written = "".join(rows_of)
    assert opened.session not in written and "髙﨑" not in written and f"{h.TAKASAKI:x}" not in written.split("'")


async def test_one_rows_sealed_person_is_of_no_use_in_another(dsn: str, one: KioskClient) -> None:
    both = [await one.opened(card) for card in (h.TAKASAKI, h.YOSHINO)]
    with psycopg.connect(dsn) as connection:
        connection.execute(
            "UPDATE card_sessions AS a SET subject_sealed = b.subject_sealed, resident = b.resident "
            "FROM card_sessions AS b WHERE a.session_sha256 <> b.session_sha256"
        )
    for opened in both:
        assert await one.ask(h.prepare(opened.session, RECORD)) == wire.Refused(why="ended")


# --- sessions --------------------------------------------------------------------------------------------------------


async def test_a_session_is_one_kiosks_and_ends(dsn: str, pool: Pool) -> None:
    at = [NOW]
    async with kiosk(dsn, pool, now=lambda: at[0]) as client:
        second = KioskClient(client.client, h.add_kiosk(dsn, "k2"), f"{OFFICE}/k2")
        opened = await client.opened()
        prepared = await client.prepared(opened.session, RECORD)
        ended = wire.Refused(why="ended")
        (issuance,) = (one.issuance for one in prepared.documents)
        issue = wire.IssueAsked(session=opened.session, issuances=(issuance,), fee_yen=200)
        asked: list[wire.Request] = [
            wire.OffersAsked(session=opened.session),
            h.prepare(opened.session, RECORD),
            issue,
        ]
        for one in asked:
            assert await second.ask(one) == ended
        assert await second.ask(wire.OutcomeAsked(issuance=issuance, verdict="issued")) == ended
        await second.ask(wire.CloseAsked(session=opened.session))
        assert states(dsn) == ["prepared"], "another kiosk changes nothing"
        at[0] = NOW + timedelta(seconds=wire.SESSION_LIFE_S)
        for one in asked:
            assert await client.ask(one) == ended


async def test_closing_makes_void_what_was_not_confirmed(dsn: str, one: KioskClient) -> None:
    opened = await one.opened()
    first = await one.prepared(opened.session, RECORD)
    await one.prepared(opened.session, RECORD)
    assert states(dsn) == ["void", "prepared"], "a session prepares one thing at a time"
    (issuance,) = (document.issuance for document in first.documents)
    asked = wire.IssueAsked(session=opened.session, issuances=(issuance,), fee_yen=200)
    assert await one.ask(asked) == wire.Refused(why="ended"), "what is void is never issued"
    await one.ask(wire.CloseAsked(session=opened.session))
    assert states(dsn) == ["void", "void"]
    assert await one.ask(h.prepare(opened.session, RECORD)) == wire.Refused(why="ended")


async def test_each_copy_has_its_own_number_and_all_or_none_are_confirmed(dsn: str, one: KioskClient) -> None:
    opened = await one.opened()
    wanted = Wanted(kind="tax-payment", copies=3)
    prepared = await one.prepared(opened.session, wanted)
    ids = tuple(document.issuance for document in prepared.documents)
    serials = [document.serial for document in prepared.documents]
    assert len(set(ids)) == len(set(serials)) == 3
    assert all(one.serial in h.text_of(one.pdf) for one in prepared.documents)
    for wrong in ((*ids[:2], "x"), (ids[0], ids[0])):
        asked = wire.IssueAsked(session=opened.session, issuances=wrong, fee_yen=300)
        assert await one.ask(asked) == wire.Refused(why="ended")
    assert states(dsn) == ["prepared"] * 3
    assert isinstance(await one.ask(wire.IssueAsked(session=opened.session, issuances=ids, fee_yen=300)), wire.Issuing)
    changed = wire.IssueAsked(session=opened.session, issuances=ids, fee_yen=250)
    assert await one.ask(changed) == wire.Refused(why="ended"), "a confirmed fee is frozen"


async def test_a_confirmed_document_survives_its_session_and_is_told_of_later(dsn: str, pool: Pool) -> None:
    at = [NOW]
    async with kiosk(dsn, pool, now=lambda: at[0]) as client:
        opened = await client.opened()
        (document,) = (await client.prepared(opened.session, RECORD)).documents
        await client.ask(wire.IssueAsked(session=opened.session, issuances=(document.issuance,), fee_yen=200))
        at[0] = NOW + timedelta(hours=2)
        async with pool.connection() as connection:
            await rows.upkeep(connection, at[0])
        assert states(dsn) == ["unknown"], "no outcome is unknown"
        told = wire.OutcomeAsked(issuance=document.issuance, verdict="not_issued", settled="claim", claim="K-0012")
        assert await client.ask(told) == wire.OutcomeTaken(issuance=document.issuance, state="not_issued")
        assert issuances(dsn) == [(1, "not_issued", "claim")]
        refunded = wire.OutcomeAsked(issuance=document.issuance, verdict="not_issued", settled="refunded")
        await client.ask(refunded)
        assert issuances(dsn) == [(1, "not_issued", "refunded")]
        late = wire.OutcomeAsked(issuance=document.issuance, verdict="issued")
        assert await client.ask(late) == wire.OutcomeTaken(issuance=document.issuance, state="not_issued")
        with psycopg.connect(dsn) as connection:
            assert connection.execute("SELECT contradicted, claim FROM issuances").fetchall() == [(True, "K-0012")]


async def test_a_session_that_was_left_is_swept_and_its_documents_are_void(dsn: str, pool: Pool) -> None:
    at = [NOW]
    async with kiosk(dsn, pool, now=lambda: at[0]) as client:
        opened = await client.opened()
        await client.prepared(opened.session, RECORD)
        await client.proof()
        at[0] = NOW + timedelta(seconds=wire.SESSION_LIFE_S + 1)
        async with pool.connection() as connection:
            await rows.upkeep(connection, at[0])
        assert states(dsn) == ["void"]
        with psycopg.connect(dsn) as connection:
            for table in ("card_sessions", "card_challenges"):
                assert connection.execute(f"SELECT count(*) FROM {table}".encode()).fetchone() == (0,)


# --- what the register hides -----------------------------------------------------------------------------------------


HIDDEN = (h.PROTECTED, h.LEAVING, h.CHILD, h.OUTSIDE_FONT, h.ARRIVED, h.TOO_LONG, h.UNKNOWN)


async def test_every_cause_of_the_register_is_answered_and_logged_alike(
    dsn: str, one: KioskClient, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG, "central.certificates")
    offered, refused, logged = [], [], []
    for card in HIDDEN:
        opened = await one.opened(card)
        offered.append(await one.offers(opened.session))
        caplog.clear()
        refused.append(await one.ask(h.prepare(opened.session, RECORD)))
        logged.append([(record.levelname, record.getMessage()) for record in caplog.records])
    assert offered == [
        wire.OffersGiven(closed=tuple(Closed(kind=kind) for kind in KINDS), layouts=offered[0].layouts)
    ] * len(HIDDEN)
    assert refused == [wire.Refused(why="not_here")] * len(HIDDEN)
    assert logged == [[("INFO", f"not from a kiosk: resident-record at {OFFICE}/k1")]] * len(HIDDEN)
    assert issuances(dsn) == [], "a refusal takes no number"


async def test_the_time_of_an_answer_is_whole_steps_whatever_the_register_took(dsn: str, pool: Pool) -> None:
    """On the server's own clock: what the client measures has the machine's load in it."""
    left: list[float] = []

    class Slow(Hand):
        def offers(self, subject: Subject, at: datetime) -> Offers | Away:
            import time

            time.sleep({h.PROTECTED: 0.0, h.UNKNOWN: 0.12}[int(subject.serial, 16)])
            return super().offers(subject, at)

    from central_server.certificates import desk

    waited = desk._in_step

    async def timed(begun_s: float) -> None:
        await waited(begun_s)
        left.append((asyncio.get_running_loop().time() - begun_s) / 0.25)

    with h.certificates(Slow()) as own, pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk, "_in_step", timed)
        async with kiosk(dsn, pool, own) as client:
            for card in (h.PROTECTED, h.UNKNOWN):
                opened = await client.opened(card)
                await client.offers(opened.session)
                await client.ask(h.prepare(opened.session, RECORD))
    # Never before the end of a step; a loaded machine may wake later.
    assert len(left) == 4 and all(steps >= 1 for steps in left)


class Hand:
    """An issuer that misbehaves as it is told. `make` is what it answers to an order of the sample issuer."""

    layouts: frozenset[Layout] = frozenset({"roll-80"})

    change: Callable[[Made], object]

    def offers(self, subject: Subject, at: datetime) -> Offers | Away:
        return h.simulator().offers(subject, at)

    def make(self, order: Order) -> Made | NotHere | Away | Unusable:
        made = h.simulator().make(order)
        assert isinstance(made, Made)
        changed = self.change(made)
        assert isinstance(changed, Made | NotHere | Away | Unusable)
        return changed

    def close(self) -> None:
        return None


WRONG_DOCUMENTS: tuple[tuple[Callable[[Made], object], wire.NotNow], ...] = (
    (lambda made: NotHere(), "not_here"),
    (lambda made: Away("away"), "away"),
    (lambda made: Unusable("nonsense"), "failed"),
    (lambda made: Made("somebody else", made.issuance, made.pdf, made.sha256), "failed"),
    (lambda made: Made(made.resident, "another", made.pdf, made.sha256), "failed"),
    (lambda made: Made(made.resident, made.issuance, made.pdf, "0" * 64), "failed"),
    (lambda made: Made(made.resident, made.issuance, b"%PDF-", h.sha256(b"%PDF-")), "failed"),
)


async def test_what_an_issuer_does_wrong_reaches_no_kiosk(dsn: str, pool: Pool) -> None:
    issuer = Hand()
    with h.certificates(issuer) as own:
        async with kiosk(dsn, pool, own) as client:
            opened = await client.opened()
            for count, (change, why) in enumerate(WRONG_DOCUMENTS, 1):
                issuer.change = change
                got = await client.ask(h.prepare(opened.session, Wanted(kind="income-tax", copies=2)))
                assert got == wire.Refused(why=why)
                assert states(dsn) == ["void"] * 2 * count, "every number has its row"
            a4 = await client.ask(h.prepare(opened.session, RECORD, "a4"))
            assert a4 == wire.Refused(why="failed")


# --- the door --------------------------------------------------------------------------------------------------------


async def test_the_door_opens_for_a_kiosks_token_alone(dsn: str, one: KioskClient) -> None:
    body = wire.encode(wire.ChallengeAsked())
    path = wire.path(wire.ChallengeAsked())
    assert (await one.raw(path, body))[0] == 200
    for token in ("", "x" * 43, "x" * 5_000):
        assert (await KioskClient(one.client, token).raw(path, body))[0] == 401
    answer = await one.client.ask("POST", path, body, {"Authorization": f"Basic {one.token}"})
    assert answer.status == 401
    assert (await one.client.ask("GET", path, None, {"Authorization": f"Bearer {one.token}"})).status == 405


async def test_a_revoked_kiosk_and_one_with_a_newer_token_have_ended(dsn: str, one: KioskClient) -> None:
    from central_server import token_holders

    asked = (wire.path(wire.ChallengeAsked()), wire.encode(wire.ChallengeAsked()))
    newer = KioskClient(one.client, h.add_kiosk(dsn))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(token_holders, "KNOWN_S", -1.0)
        assert (await one.raw(*asked))[0] == 401
        assert (await newer.raw(*asked))[0] == 200
        kiosks.revoke(dsn, Kiosk(OFFICE, "k1"), NOW)
        assert (await newer.raw(*asked))[0] == 401


MALFORMED = (
    ("challenge", b"", 422),
    ("challenge", b"\xc1", 422),
    ("open", wire.encode(wire.ChallengeAsked()), 422),
    ("nothing", wire.encode(wire.ChallengeAsked()), 404),
    ("issue", wire.encode(wire.IssueAsked(session="s", issuances=(), fee_yen=1)), 422),
    ("issue", wire.encode(wire.IssueAsked(session="s", issuances=("i",), fee_yen=-1)), 422),
    ("prepare", wire.encode(h.prepare("s", Wanted(kind="income-tax", copies=6))), 422),
    ("outcome", wire.encode(wire.OutcomeAsked(issuance="i", verdict="issued", claim="'; --")), 422),
    ("open", wire.encode(wire.OpenAsked(challenge="c", certificate=b"x" * 9_000, signature=b"")), 422),
)


async def test_what_is_no_request_is_refused(one: KioskClient) -> None:
    for operation, body, status in MALFORMED:
        assert (await one.raw(wire.BASE + operation, body))[0] == status, operation


async def test_a_city_without_the_section_has_no_such_address(pool: Pool) -> None:
    from tests.central_server.http_house import serving

    async with serving(pool) as (client, _):
        answer = await client.ask("POST", wire.path(wire.ChallengeAsked()), wire.encode(wire.ChallengeAsked()))
        assert answer.status == 404


async def test_an_unknown_session_is_told_like_one_that_is_over(one: KioskClient) -> None:
    for asked in (wire.OffersAsked(session="x"), h.prepare("x", RECORD)):
        assert await one.ask(asked) == wire.Refused(why="ended")
    assert await one.ask(wire.CloseAsked(session="x")) == wire.SessionClosed()
    assert await one.ask(wire.OutcomeAsked(issuance="x", verdict="issued")) == wire.Refused(why="ended")
