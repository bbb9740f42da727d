"""Carries a sync's requests to central over HTTPS: two pooled sessions in threads of their own, so the loop never
waits.

One is for requests, the other for the question that central holds. Everything that is decided is decided in
`sync.Sync`; here are sockets, their limits, packing and the clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import ssl
import threading
from typing import NamedTuple

import requests

from kiosk_app import sync_messages as wire
from kiosk_app.clock import boot_ms, jitter
from kiosk_app.replication import MESSAGE_BYTES_MAX, MalformedMessage, No
from kiosk_app.sync import Ask, Failure, Sync
from kiosk_app.watched_line import WatchedLines

LOOK_S = 0.25
CONNECT_S = 5.0
SLICE_BYTES = 65_536


class Heard(NamedTuple):
    """`reply`: None when there was none, and then why."""

    reply: wire.Reply | None
    failure: Failure = ""


class CentralLine:
    """`run` it in the core's loop until it is cancelled; `wake` it when this hub wrote something or a batch is read."""

    def __init__(self, sync: Sync, url: str, token: str, ca_file: str) -> None:
        self.sync = sync
        self._asking, self._holding = (_Carrier(url + wire.PATH, token, ca_file) for _ in range(2))
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        self._asking.start(loop, "central-line")
        self._holding.start(loop, "central-news")
        holding = loop.create_task(self._hold())
        try:
            while True:
                self._woken.clear()
                ask = self.sync.tick(boot_ms(), jitter())
                if ask is None:
                    await self._wait()
                    self._look_after(holding)
                    continue
                heard = await self._asking.carry(ask)
                if heard.reply is None:
                    self.sync.failed(boot_ms(), ask.number, heard.failure, jitter())
                else:
                    self.sync.answered(boot_ms(), ask.number, heard.reply, jitter())
                # Whoever is at the machine comes before the next batch of a backlog.
                await asyncio.sleep(0)
        finally:
            holding.cancel()
            self._asking.end()
            self._holding.end()

    async def _hold(self) -> None:
        while True:
            ask = self.sync.hold(boot_ms(), jitter())
            if ask is None:
                await asyncio.sleep(LOOK_S)
                continue
            heard = await self._holding.carry(ask)
            self.sync.held(boot_ms(), ask.number, heard.reply, jitter())
            self.wake()

    @staticmethod
    def _look_after(task: asyncio.Task[None]) -> None:
        """A bug there is one here."""
        if task.done() and not task.cancelled():
            task.result()

    async def _wait(self) -> None:
        # Not wait_for: woken and cancelled at once, that one forgets that it was cancelled.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._woken.wait()


class _Carrier:
    """One thread with one session."""

    def __init__(self, url: str, token: str, ca_file: str) -> None:
        self._url = url
        self._session = requests.Session()
        # Neither a proxy nor a password file of the environment.
        self._session.trust_env = False
        # A pulled cable is noticed while central holds a question, too.
        self._session.mount("https://", WatchedLines())
        # Central's authority alone, which came with the token.
        self._session.verify = ca_file
        self._session.headers["authorization"] = f"Bearer {token}"
        self._session.headers["accept-encoding"] = "identity"
        self._asks: queue.SimpleQueue[tuple[Ask, asyncio.Future[Heard]] | None] = queue.SimpleQueue()
        self._loop: asyncio.AbstractEventLoop | None = None

    def start(self, loop: asyncio.AbstractEventLoop, name: str) -> None:
        self._loop = loop
        # A daemon: a central that has stopped answering must not hold up the end of this process.
        threading.Thread(target=self._carry_all, name=name, daemon=True).start()

    def end(self) -> None:
        self._asks.put(None)

    async def carry(self, ask: Ask) -> Heard:
        assert self._loop is not None
        answer: asyncio.Future[Heard] = self._loop.create_future()
        self._asks.put((ask, answer))
        return await answer

    def _carry_all(self) -> None:
        assert self._loop is not None
        with self._session:
            while (asked := self._asks.get()) is not None:
                ask, answer = asked
                try:
                    heard: Heard | BaseException = self._carry(ask)
                except Exception as bug:
                    heard = bug
                with contextlib.suppress(RuntimeError):
                    # The loop may have ended meanwhile.
                    self._loop.call_soon_threadsafe(_settle, answer, heard)

    def _carry(self, ask: Ask) -> Heard:
        """Without a reply: whether central has it is not known, and need not be."""
        data = wire.encode(ask.request)
        smaller = wire.packed(data)
        kind = wire.PLAIN if smaller is None else wire.PACKED
        try:
            with self._session.post(
                self._url,
                smaller or data,
                headers={"content-type": kind},
                stream=True,
                timeout=(CONNECT_S, ask.answer_ms / 1000),
                allow_redirects=False,
            ) as response:
                if response.status_code == 401:
                    return Heard(No("refused", "token"))
                if response.status_code in (429, 503):
                    return Heard(None, "busy")
                if response.status_code != 200:
                    return Heard(None, "garbled")
                received = b""
                for part in response.iter_content(SLICE_BYTES):
                    received += part
                    if len(received) > MESSAGE_BYTES_MAX:
                        return Heard(None, "garbled")
                is_packed = response.headers.get("content-type") == wire.PACKED
            return Heard(wire.decode_reply(wire.unpacked(received) if is_packed else received))
        except requests.exceptions.SSLError as trouble:
            # A line that breaks while the two greet each other is one as well, and no stranger.
            return Heard(None, "untrusted" if is_a_stranger(trouble) else "away")
        except MalformedMessage:
            return Heard(None, "garbled")
        except (requests.RequestException, OSError):
            return Heard(None, "away")


def is_a_stranger(trouble: BaseException) -> bool:
    """Whether a certificate was refused: requests and urllib3 wrap that several times over."""
    within = (*trouble.args, trouble.__cause__, trouble.__context__, getattr(trouble, "reason", None))
    return isinstance(trouble, ssl.SSLCertVerificationError) or any(
        is_a_stranger(one) for one in within if isinstance(one, Exception)
    )


def _settle(answer: asyncio.Future[Heard], heard: Heard | BaseException) -> None:
    if answer.done():
        return
    if isinstance(heard, BaseException):
        answer.set_exception(heard)
    else:
        answer.set_result(heard)
