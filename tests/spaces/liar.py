"""A computer of the office that was taken over: it has a valid token, and says to the hub what it may not say.

Also what no honest machine sends: bytes that are no message, messages that are too long, and some that never end.
"""

from __future__ import annotations

import itertools
import socket
import ssl
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from kiosk_app import replication
from kiosk_app.office import facts as f
from offline_store import envelope
from offline_store.envelope import GENESIS, Envelope
from offline_store.exchange import Have
from offline_store.wire import Batch, Item
from tests.spaces.plan import HUB, LIAR

OFFICE, DATE = "kokura-kita", "2026-04-06"
PAUSE_S = 0.1
SLOW_MAX = 8
"""Requests that are begun and never ended, held open."""


Lie = str | tuple[f.Fact, ...]


def run(wish: dict[str, Any]) -> int:
    """Until it is killed; what the hub said to each lie stands in the file `heard`."""
    with Path(wish["heard"]).open("w", buffering=1) as heard:
        liar = _Liar(wish["lie"], wish["token"], wish["ca_file"])
        also: tuple[Lie, ...] = ("hello as another", "no message", "too long", "never ends")
        for what in itertools.cycle((*liar.lies(), *also)):
            try:
                said: object = liar.tell(what)
            except requests.RequestException as error:
                said = type(error).__name__
            heard.write(f"{what if isinstance(what, str) else what[-1]}: {said}\n")
            time.sleep(PAUSE_S)
    return 0


class _Liar:
    def __init__(self, hub: str, token: str, ca_file: str) -> None:
        self._url, self._token, self._ca_file = hub + replication.PATH, token, ca_file
        self._session = requests.Session()
        self._session.trust_env = False
        self._session.verify = ca_file
        self._session.headers["authorization"] = f"Bearer {token}"
        self._too_long = itertools.count()
        self._slow: list[ssl.SSLSocket] = []

    def lies(self) -> Iterator[tuple[f.Fact, ...]]:
        """Each as the first facts of its own chain, so that nothing but the lie is wrong with them."""
        yield (f.Called(ticket="lie", counter=3, call=1),)
        yield (f.NumbersLeased(machine_code=LIAR, letter="A", first=1, last=600),)
        yield (f.DayOpened(date="2030-01-01", office=OFFICE),)
        yield (f.DayJoined(date="2030-01-01"),)
        yield (f.StaffCalled(alert="lie", machine_code=HUB, cause="visitor"),)
        for number in (1, 11, 21, 720, 740):
            yield f.DayJoined(date=DATE), self._ticket(LIAR, number)
        yield f.DayJoined(date=DATE), self._ticket("m2", 9_000)

    def _ticket(self, machine_code: str, number: int) -> f.TicketIssued:
        stop = f.Stop(service="move-in", group="H", service_name="転入の届", counters=(7,))
        return f.TicketIssued(
            ticket="lie",
            intent="lie",
            letter="A",
            number=number,
            stops=(stop,),
            language="ja",
            machine_code=machine_code,
            due_utc_ms=0,
            estimate_from_utc_ms=0,
            estimate_to_utc_ms=0,
            waiting_ahead=0,
        )

    def tell(self, what: Lie) -> object:
        match what:
            case "hello as another":
                return self._ask(self._hello("m2"))
            case "no message":
                return self._post(b"\xc1" * 100)
            case "too long":
                # Eight megabytes through TLS; once says it all.
                return "said already" if next(self._too_long) else self._post(bytes(replication.MESSAGE_BYTES_MAX + 1))
            case "never ends":
                return self._never_ends()
            case str():
                raise ValueError(what)
        welcome = self._ask(self._hello(LIAR))
        if not isinstance(welcome, replication.Welcome):
            return welcome
        return self._ask(replication.Push(welcome.session, batch_of(what)))

    def _hello(self, code: str) -> replication.Hello:
        return replication.Hello(replication.PROTOCOL, code, code, OFFICE, 0, Have(), {})

    def _ask(self, request: replication.Request) -> object:
        answer = self._post(replication.encode(request))
        return replication.decode_reply(answer) if isinstance(answer, bytes) else answer

    def _post(self, data: bytes) -> bytes | int:
        response = self._session.post(self._url, data, timeout=(3, 10))
        return response.content if response.status_code == 200 else response.status_code

    def _never_ends(self) -> str:
        if len(self._slow) >= SLOW_MAX:
            return "enough"
        where = urlsplit(self._url)
        assert where.hostname is not None and where.port is not None
        try:
            plain = socket.create_connection((where.hostname, where.port), timeout=3)
            line = ssl.create_default_context(cafile=self._ca_file).wrap_socket(plain, server_hostname=where.hostname)
            head = f"POST {where.path} HTTP/1.1\r\nHost: hub\r\nAuthorization: Bearer {self._token}\r\n"
            line.sendall(f"{head}Content-Length: 100000\r\n\r\n".encode())
        except OSError as error:
            return type(error).__name__
        self._slow.append(line)
        return "held open"


def batch_of(facts: tuple[f.Fact, ...]) -> Batch:
    items, previous = [], GENESIS
    for seq, fact in enumerate(facts, 1):
        body = f.encode(fact)
        data = envelope.encode(Envelope(LIAR, seq, seq, 0, "core", type(fact).__name__, body), previous)
        previous = envelope.hash_of(data)
        items.append(Item(previous, data))
    return Batch(sender=LIAR, after=0, up_to=len(items), items=tuple(items))
