"""Mail and SMS to real servers of ours: each event told once, a lost answer never repeated by mail, texts complete."""

from __future__ import annotations

import email
import json
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from babel.messages.pofile import read_po

from central_server import jobs, mail, messages, sending, upkeep
from central_server.bookings import Booked, Bookings
from central_server.central import Central
from central_server.contacts import Contact
from central_server.database import Pool
from central_server.days import Availability
from central_server.mail import Mailer, Way
from central_server.message_texts import told
from central_server.messages import Kind
from central_server.sending import Senders
from kiosk_app import hub_tls, words
from kiosk_app.api import LANGUAGES
from kiosk_app.office.delivery import signature
from kiosk_app.office.facts_slots import BookingCancelled
from kiosk_app.webhook_files import Receiver
from kiosk_app.webhook_sender import Sender
from tests.central_server.house import BOX, DAY, LETTER, NINE, NOW, OFFICE, TARO, booked, here, lanes, planned, wish
from tests.kiosk_app.receiver import receiving

URL = "https://yoyaku.example.jp"
SENDER = "yoyaku@city.example.jp"
SECRET = b"s" * 32
TOMORROW = DAY + timedelta(days=1)
EVE = datetime.fromisoformat("2026-04-05T10:00:00+09:00")
WORDS = words.load(domains=("messages",))
slow = pytest.mark.slow


class Mailbox:
    """A real SMTP server. `answers` are used up one a mail, at its end; then all is well."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.got: list[EmailMessage] = []
        self.to: list[list[str]] = []

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        answer = self.answers.pop(0) if self.answers else "250 OK"
        if answer == "lost":
            # Taken, and the line breaks before the answer.
            self._keep(envelope)
            assert server.transport is not None
            server.transport.abort()
            return "250 OK"
        if answer.startswith("250"):
            self._keep(envelope)
        return answer

    def _keep(self, envelope: Envelope) -> None:
        assert isinstance(envelope.content, bytes)
        made = email.message_from_bytes(envelope.content, policy=default)
        assert isinstance(made, EmailMessage)
        self.got.append(made)
        self.to.append(list(envelope.rcpt_tos))


@contextmanager
def mailbox(*answers: str) -> Iterator[tuple[Mailbox, Mailer]]:
    box = Mailbox(*answers)
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    mailer = Mailer(Way("127.0.0.1", port, "none", SENDER))
    try:
        yield box, mailer
    finally:
        mailer.close()
        controller.stop()


def central(pool: Pool, *channels: messages.Channel, now: datetime = NOW) -> Central:
    return Central(
        pool=pool,
        box=BOX,
        bookings=Bookings(pool, BOX, here(), channels=channels),
        availability=Availability(),
        offices=here(),
        public_url=URL,
        now=lambda: now,
        words=WORDS,
    )


async def send_all(it: Central, ways: Senders, now: datetime = NOW) -> int:
    sent = 0
    while await sending.send_one(it, ways, now):
        sent += 1
        assert sent < 50
    return sent


async def states(pool: Pool) -> list[tuple[Any, ...]]:
    async with pool.connection() as connection:
        found = await connection.execute("SELECT kind, channel, state FROM messages ORDER BY made_at, kind, channel")
        return await found.fetchall()


# --- the words -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_are_marked_where_no_native_has_read_them(language: str) -> None:
    path = words.LOCALES_FOLDER / language / "LC_MESSAGES" / "messages.po"
    with path.open("rb") as file:
        catalogue = read_po(file)
    marked = {m.id for m in catalogue if m.id and "unreviewed" in m.user_comments}
    assert marked == (set() if language in ("ja", "en") else {m.id for m in catalogue if m.id})


def test_every_kanji_of_the_easy_words_has_its_reading() -> None:
    bare = re.compile(r"[㐀-䶿一-鿿々]+(?![㐀-䶿一-鿿々]|\([ぁ-ゖー]+\))")
    assert [(k, m.group()) for k in WORDS.keys("easy") for m in bare.finditer(WORDS.forms("easy", k)[0])] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["confirmed", "changed", "cancelled", "closed", "reminder"])
def test_every_message_says_what_is_needed_in_every_language(kind: Kind, language: str) -> None:
    from kiosk_app.office.slots import Start

    one = Booked("b" * 16, LETTER, DAY, Start(NINE, 1, 10, 0), "card-application", language, "0196020100212345")
    said = told(WORDS, here()[OFFICE], kind, one, f"{URL}/b/x/y/z", NOW)
    assert said.subject and "\n" not in said.subject and "\n" not in said.short
    assert "9:00" in said.body
    assert ("0196 0201 0021 2345" in said.body) == (kind in ("confirmed", "changed", "reminder"))
    assert (f"{URL}/b/x/y/z" in said.body) == (kind != "cancelled")
    assert "{" not in said.body + said.short + said.subject
    assert len(said.short) <= 330


# --- mail ----------------------------------------------------------------------------------------------------------


@slow
async def test_a_booking_is_confirmed_by_mail_once(pool: Pool) -> None:
    await planned(pool, lanes())
    with mailbox() as (box, mailer):
        it, ways = central(pool, "mail"), Senders(mailer, SENDER)
        one, got = await booked(it.bookings)
        await it.bookings.confirm(OFFICE, one.booking, one.key, TARO, NOW)
        assert await send_all(it, ways) == 1
        assert await send_all(it, ways) == 0
    (sent,) = box.got
    assert box.to == [[TARO.mail]] and sent["To"] == TARO.mail and sent["From"] == SENDER
    assert sent["Message-ID"] == f"<confirmed.{one.booking}@city.example.jp>"
    text = sent.get_content()
    assert f"{URL}/b/{OFFICE}/{one.booking}/{one.key}" in text
    assert got.code[:4] in text and "4月6日（月）" in text
    assert "見本太郎" not in text, "what a visitor typed must never be sent to whoever he likes"
    assert await states(pool) == [("confirmed", "mail", "sent")]


@slow
async def test_a_change_a_cancellation_and_a_closure_are_each_told(pool: Pool) -> None:
    await planned(pool, lanes())
    with mailbox() as (box, mailer):
        it, ways = central(pool, "mail"), Senders(mailer, SENDER)
        one, _ = await booked(it.bookings)
        await send_all(it, ways)
        moved = await it.bookings.change(OFFICE, one.booking, one.key, wish(NINE + 10), NOW)
        assert isinstance(moved, Booked)
        await send_all(it, ways)
        two, _ = await booked(it.bookings, NINE + 30)
        await it.bookings.cancel(OFFICE, two.booking, two.key, NOW)
        await it.bookings.cancel(OFFICE, two.booking, two.key, NOW)
        fact = BookingCancelled(booking=moved.booking, letter=LETTER, date=DAY.isoformat(), by="closure")
        for _ in range(2):
            async with pool.connection() as connection, connection.transaction():
                await it.bookings.cancelled_by_office(connection, OFFICE, fact, NOW)
        await send_all(it, ways)
    subjects = [sent["Message-ID"].partition(".")[0][1:] for sent in box.got]
    # Who cancels within seconds is not told first that it is confirmed.
    assert sorted(subjects) == ["cancelled", "changed", "closed", "confirmed"]
    closed = next(sent for sent in box.got if "closed" in sent["Message-ID"])
    assert "お越しにならないでください" in closed.get_content()
    assert f"/b/{OFFICE}/{moved.booking}/{one.key}" in closed.get_content()


@slow
async def test_tomorrow_is_told_of_once_on_the_day_before(pool: Pool) -> None:
    await planned(pool, lanes(), [DAY, TOMORROW])
    with mailbox() as (box, mailer):
        it, ways = central(pool, "mail"), Senders(mailer, SENDER)
        one, _ = await booked(it.bookings)
        await booked(it.bookings, day=TOMORROW)
        gone, _ = await booked(it.bookings, NINE + 10)
        late, _ = await booked(it.bookings, NINE + 20, now=EVE - timedelta(hours=1))
        await send_all(it, ways)
        box.got.clear()
        for moment in (EVE - timedelta(minutes=1), EVE, EVE, EVE + timedelta(hours=3)):
            await upkeep.turn(it, moment, "10:00", ways.channels)
        await it.bookings.cancel(OFFICE, gone.booking, gone.key, EVE)
        await send_all(it, ways, EVE + timedelta(hours=3))
    ids = [sent["Message-ID"] for sent in box.got]
    assert f"<reminder.{one.booking}@city.example.jp>" in ids
    assert not any(f"reminder.{other.booking}" in name for other in (gone, late) for name in ids)
    assert sum("reminder" in name for name in ids) == 1
    reminder = next(sent for sent in box.got if "reminder" in sent["Message-ID"])
    assert "明日" in reminder.get_content()


@slow
@pytest.mark.parametrize(
    ("answer", "first", "then"),
    [
        ("451 Later", "waiting", "sent"),
        ("550 No such user", "refused", "refused"),
        ("lost", "unknown", "unknown"),
    ],
)
async def test_what_the_mail_server_says_decides(pool: Pool, answer: str, first: str, then: str) -> None:
    await planned(pool, lanes())
    with mailbox(answer) as (box, mailer):
        it, ways = central(pool, "mail"), Senders(mailer, SENDER)
        await booked(it.bookings)
        await sending.send_one(it, ways, NOW)
        assert await states(pool) == [("confirmed", "mail", first)]
        await send_all(it, ways, NOW + timedelta(minutes=20))
        assert await states(pool) == [("confirmed", "mail", then)]
    assert len(box.got) == (0 if then == "refused" else 1)


@slow
async def test_a_process_that_died_while_it_sent_leaves_a_doubt_and_no_second_mail(pool: Pool) -> None:
    await planned(pool, lanes())
    with mailbox() as (box, mailer):
        it, ways = central(pool, "mail"), Senders(mailer, SENDER)
        await booked(it.bookings)
        async with pool.connection() as connection:
            assert await sending._take(connection, ["mail"], NOW) is not None
        assert await send_all(it, ways, NOW + timedelta(minutes=4)) == 0
        assert await send_all(it, ways, NOW + timedelta(minutes=6)) == 0
    assert box.got == [] and await states(pool) == [("confirmed", "mail", "unknown")]


@slow
async def test_a_mail_server_that_is_away_is_tried_again_until_it_is_given_up(pool: Pool) -> None:
    await planned(pool, lanes())
    with socket.create_server(("127.0.0.1", 0)) as line:
        port = line.getsockname()[1]
    it, ways = central(pool, "mail"), Senders(Mailer(Way("127.0.0.1", port, "none", SENDER)), SENDER)
    await booked(it.bookings)
    await sending.send_one(it, ways, NOW)
    assert await states(pool) == [("confirmed", "mail", "waiting")]
    await sending.send_one(it, ways, NOW + timedelta(hours=25))
    assert await states(pool) == [("confirmed", "mail", "given_up")]


def test_a_server_that_never_ends_a_word_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    """A byte now and then keeps each wait of the line alive; the whole has a limit of its own."""
    monkeypatch.setattr(mail, "WHOLE_S", 0.3)
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def drip() -> None:
            line, _ = listening.accept()
            with line, suppress(OSError):
                while True:
                    line.sendall(b"2")
                    threading.Event().wait(0.05)

        thread = threading.Thread(target=drip, daemon=True)
        thread.start()
        mailer = Mailer(Way("127.0.0.1", listening.getsockname()[1], "none", SENDER))
        made = mail.compose(SENDER, TARO.mail, "x", "y", "e", "ja", NOW)
        assert mailer.send(TARO.mail, made) == "later"
        thread.join(20)


@pytest.mark.parametrize("how", ["tls", "starttls"])
def test_mail_goes_over_tls_to_a_server_of_the_named_authority_and_to_no_other(how: str, tmp_path: Path) -> None:
    for name in ("ours", "strange"):
        hub_tls.make(tmp_path / name, ["localhost"])
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "ours" / "hub.pem", tmp_path / "ours" / "hub.key")
    tls = {"ssl_context": context} if how == "tls" else {"tls_context": context, "require_starttls": True}
    box = Mailbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="localhost", port=port, **tls)
    controller.start()
    made = mail.compose(SENDER, TARO.mail, "x", "y", "e", "ja", NOW)
    try:
        for name, verdict in (("strange", "later"), ("ours", "sent")):
            ca_file = str(tmp_path / name / "ca.pem")
            mailer = Mailer(Way("localhost", port, how, SENDER, ca_file=ca_file))  # type: ignore[arg-type]
            assert mailer.send(TARO.mail, made) == verdict
            mailer.close()
    finally:
        controller.stop()
    assert len(box.got) == 1


@pytest.mark.parametrize("to", ["a@b\r\nBcc: x@y", "a@b, x@y", "a b@c", "<a@b>", "", "a@b\n"])
def test_no_second_address_gets_into_a_mail(to: str) -> None:
    with pytest.raises(ValueError, match="mail address"):
        mail.compose(SENDER, to, "x", "y", "e", "ja", NOW)


def test_no_line_of_a_head_can_be_added() -> None:
    with pytest.raises(ValueError):
        mail.compose(SENDER, "a@b.jp", "x\r\nBcc: c@d", "y", "e", "ja", NOW)


# --- SMS -----------------------------------------------------------------------------------------------------------


@slow
async def test_who_has_only_a_telephone_gets_an_sms_signed_for_the_gateway(pool: Pool) -> None:
    await planned(pool, lanes())
    with receiving("error", "ok") as gateway:
        ways = Senders(gateway=Receiver("sms", gateway.url, SECRET, ("sms",)), poster=Sender())
        it = central(pool, "sms")
        one, _ = await booked(it.bookings, contact=Contact(phone="090-0000-0001"), language="en")
        await sending.send_one(it, ways, NOW)
        assert await states(pool) == [("confirmed", "sms", "waiting")]
        await send_all(it, ways, NOW + timedelta(minutes=1))
    assert await states(pool) == [("confirmed", "sms", "sent")]
    first, second = gateway.got
    body = json.loads(second.body)
    assert body == json.loads(first.body), "the same event has the same id, by which the gateway drops a second one"
    assert (body["id"], body["to"]) == (f"confirmed.{one.booking}", "09000000001")
    assert one.key in body["text"] and "Code" in body["text"]
    stamp = int(second.headers["hitofuda-timestamp"])
    assert second.headers["hitofuda-signature"] == f"sha256={signature(SECRET, stamp, second.body)}"


@slow
async def test_after_a_closure_mail_and_sms_both_go_and_who_has_neither_is_rung_up(pool: Pool) -> None:
    await planned(pool, lanes())
    it = central(pool, "mail")
    for n, contact in enumerate((TARO, Contact(phone="0900000002"))):
        one, _ = await booked(it.bookings, NINE + 10 * n, contact)
        fact = BookingCancelled(booking=one.booking, letter=LETTER, date=DAY.isoformat(), by="closure")
        async with pool.connection() as connection, connection.transaction():
            await it.bookings.cancelled_by_office(connection, OFFICE, fact, NOW)
    assert messages.ways("closed", TARO, ("mail", "sms")) == ("mail", "sms")
    assert messages.ways("confirmed", TARO, ("mail", "sms")) == ("mail",)
    with mailbox() as (_, mailer):
        await send_all(it, Senders(mailer, SENDER))
    async with pool.connection() as connection:
        left = await messages.untold(connection, BOX, OFFICE, NOW)
    assert [one.contact.phone for one in left] == ["0900000002"]


# --- what happens by itself ----------------------------------------------------------------------------------------


@slow
async def test_held_times_and_old_contacts_go(pool: Pool) -> None:
    await planned(pool, lanes())
    it = central(pool)
    await booked(it.bookings)
    await it.bookings.hold(wish(NINE + 10), NOW)
    await upkeep.turn(it, NOW + timedelta(minutes=10), "10:00", ())
    async with pool.connection() as connection:
        found = await (await connection.execute("SELECT state FROM bookings")).fetchall()
    # At NOW it would still be held.
    seen = await it.availability.day(pool, OFFICE, LETTER, DAY, NOW)
    assert found == [("booked",)] and seen is not None and seen.free[0].start_min == NINE + 10
    for days, left in ((12, 1), (13, 0)):
        await upkeep.turn(it, NOW + timedelta(days=days), "10:00", ())
        async with pool.connection() as connection:
            assert await (await connection.execute("SELECT count(*) FROM contacts")).fetchone() == (left,)


@slow
async def test_one_process_at_a_time_does_each_work(pool: Pool, dsn: str) -> None:
    from central_server import database

    it = central(pool)
    async with database.pool(dsn) as other, jobs.alone(it, jobs.UPKEEP_LOCK) as mine:
        assert mine
        it_too = central(other)
        async with jobs.alone(it_too, jobs.UPKEEP_LOCK) as theirs:
            assert not theirs
        async with jobs.alone(it_too, jobs.SENDING_LOCK) as theirs:
            assert theirs
    async with jobs.alone(it, jobs.UPKEEP_LOCK) as mine:
        assert mine
