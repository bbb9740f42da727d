"""Many visitors of a central server in one loop: HTTP/1.1 over TLS on lines that are kept, as browsers keep them.

It shares its processors with what it measures, so it does as little as a client can: no streams, and no answer is
opened that nobody looks into.
"""

from __future__ import annotations

import asyncio
import ssl
import time
from typing import Any, NamedTuple

import msgspec

_encoder = msgspec.json.Encoder()
END_OF_HEAD = b"\r\n\r\n"
LENGTH = b"content-length: "


class Asked(NamedTuple):
    status: int
    data: bytes
    took_s: float

    @property
    def body(self) -> dict[str, Any]:
        """Empty where it was not answered with 200."""
        found: dict[str, Any] = msgspec.json.decode(self.data) if self.status == 200 else {}
        return found


class _Answer(asyncio.Protocol):
    """Of one connection: whole answers, one at a time."""

    def __init__(self) -> None:
        self._heard = bytearray()
        self._needed = 0
        self.waiting: asyncio.Future[bytes] | None = None
        self.lost = False

    def data_received(self, data: bytes) -> None:
        self._heard += data
        if not self._needed:
            head = self._heard.find(END_OF_HEAD)
            if head < 0:
                return
            at = self._heard.lower().index(LENGTH, 0, head) + len(LENGTH)
            self._needed = head + len(END_OF_HEAD) + int(self._heard[at : self._heard.index(b"\r", at)])
        if len(self._heard) >= self._needed and self.waiting is not None:
            answer, self._heard, self._needed = bytes(self._heard), bytearray(), 0
            waiting, self.waiting = self.waiting, None
            if not waiting.done():
                waiting.set_result(answer)

    def connection_lost(self, error: Exception | None) -> None:
        self.lost = True
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(error or ConnectionResetError("the server has shut the line"))


class Line:
    """Of one visitor; asked one thing after the other."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        self._port, self._trust = port, trust
        self._transport: asyncio.Transport | None = None
        self._answer = _Answer()

    async def open(self) -> None:
        loop = asyncio.get_running_loop()
        self._transport, self._answer = await loop.create_connection(_Answer, "127.0.0.1", self._port, ssl=self._trust)

    async def ask(self, method: str, path: str, body: object = None) -> Asked:
        data = b"" if body is None else _encoder.encode(body)
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
        )
        request = head.encode() + b"\r\n" + data
        began = time.perf_counter()
        try:
            got = await self._asked(request)
        except ConnectionError:
            # A line that lay idle is shut by the server; browsers open another one then.
            self.close()
            await self.open()
            got = await self._asked(request)
        took_s = time.perf_counter() - began
        return Asked(int(got[9:12]), got[got.index(END_OF_HEAD) + len(END_OF_HEAD) :], took_s)

    async def _asked(self, request: bytes) -> bytes:
        if self._transport is None or self._answer.lost:
            raise ConnectionResetError("the line is shut")
        waiting = self._answer.waiting = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        answer: bytes = await waiting
        return answer

    def close(self) -> None:
        if self._transport is not None:
            self._transport.close()


async def lines(port: int, trust: ssl.SSLContext, count: int) -> list[Line]:
    made = [Line(port, trust) for _ in range(count)]
    for at in range(0, count, 20):
        await asyncio.gather(*(one.open() for one in made[at : at + 20]))
    return made
