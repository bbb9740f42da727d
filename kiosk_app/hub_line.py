"""Carries a link's requests to the hub over HTTP: a pooled session in a thread of its own, so the loop never waits.

Everything that is decided is decided in `hub_link.Link`; here are a socket, its limits, and the clock.
"""

from __future__ import annotations

import asyncio
import contextlib
import queue
import threading
from collections.abc import Sequence
from typing import Protocol

import requests

from kiosk_app import replication
from kiosk_app.clock import boot_ms, jitter
from kiosk_app.hub_link import ANSWER_MS, Ask

LOOK_S = 0.25
"""Between two looks at the link while nothing happens; what is written wakes it at once."""
CONNECT_S = 3.0
SLICE_BYTES = 65_536


class Asking(Protocol):
    """A link to the hub (hub_link.py), or a hub that looks whether another one is (hub_lookout.py)."""

    def tick(self, now_ms: int, jitter: float) -> Ask | None: ...

    def failed(self, now_ms: int, number: int, jitter: float) -> None: ...

    def answered(self, now_ms: int, number: int, reply: replication.Reply, jitter: float) -> None: ...


class HubLine:
    """`run` it in the core's loop until it is cancelled; `wake` it when this machine wrote something."""

    def __init__(self, link: Asking, addresses: Sequence[str], token: str, ca_file: str = "") -> None:
        self.link = link
        self._urls = [address + replication.PATH for address in addresses]
        self._session = requests.Session()
        # Neither a proxy nor a password file of the environment.
        self._session.trust_env = False
        # The office's own authority alone: settings demand it for https. Without one nothing is trusted blindly.
        self._session.verify = ca_file or True
        self._session.headers["authorization"] = f"Bearer {token}"
        self._asks: queue.SimpleQueue[tuple[Ask, asyncio.Future[replication.Reply | None]] | None] = queue.SimpleQueue()
        self._woken = asyncio.Event()

    def wake(self) -> None:
        self._woken.set()

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        # A daemon: a hub that has stopped answering must not hold up the end of this process.
        threading.Thread(target=self._carry_all, args=(loop,), name="hub-line", daemon=True).start()
        try:
            while True:
                self._woken.clear()
                ask = self.link.tick(boot_ms(), jitter())
                if ask is None:
                    await self._wait()
                    continue
                answer: asyncio.Future[replication.Reply | None] = loop.create_future()
                self._asks.put((ask, answer))
                reply = await answer
                if reply is None:
                    self.link.failed(boot_ms(), ask.number, jitter())
                else:
                    self.link.answered(boot_ms(), ask.number, reply, jitter())
        finally:
            self._asks.put(None)

    async def _wait(self) -> None:
        # Not wait_for: woken and cancelled at once, that one forgets that it was cancelled.
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LOOK_S):
                await self._woken.wait()

    def _carry_all(self, loop: asyncio.AbstractEventLoop) -> None:
        with self._session:
            while (asked := self._asks.get()) is not None:
                ask, answer = asked
                try:
                    reply: replication.Reply | BaseException | None = self._carry(ask)
                except Exception as bug:
                    reply = bug
                with contextlib.suppress(RuntimeError):
                    # The loop may have ended meanwhile.
                    loop.call_soon_threadsafe(_settle, answer, reply)

    def _carry(self, ask: Ask) -> replication.Reply | None:
        """None: whether the hub has it is not known, and need not be."""
        data = replication.encode(ask.request)
        try:
            with self._session.post(
                self._urls[ask.where], data, stream=True, timeout=(CONNECT_S, ANSWER_MS / 1000), allow_redirects=False
            ) as response:
                if response.status_code == 401:
                    return replication.No("refused", "token")
                if response.status_code != 200:
                    return None
                received = b""
                for part in response.iter_content(SLICE_BYTES):
                    received += part
                    if len(received) > replication.MESSAGE_BYTES_MAX:
                        return None
            return replication.decode_reply(received)
        except (requests.RequestException, OSError, replication.MalformedMessage):
            return None


def _settle(answer: asyncio.Future[replication.Reply | None], reply: replication.Reply | BaseException | None) -> None:
    if answer.done():
        return
    if isinstance(reply, BaseException):
        answer.set_exception(reply)
    else:
        answer.set_result(reply)
