"""Many visitors of a central server in one loop: HTTP/1.1 over TLS on lines that are kept, as browsers keep them."""

from __future__ import annotations

import asyncio
import json
import ssl
import time
from typing import Any, NamedTuple


class Asked(NamedTuple):
    status: int
    body: dict[str, Any]
    took_s: float


class Line:
    """Of one visitor; asked one thing after the other."""

    def __init__(self, port: int, trust: ssl.SSLContext) -> None:
        self._port, self._trust = port, trust
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def open(self) -> None:
        self._reader, self._writer = await asyncio.open_connection("127.0.0.1", self._port, ssl=self._trust)

    async def ask(self, method: str, path: str, body: object = None) -> Asked:
        assert self._reader is not None and self._writer is not None
        data = b"" if body is None else json.dumps(body).encode()
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n"
        )
        began = time.perf_counter()
        got = await self._answer(head.encode() + b"\r\n" + data)
        length = int(got.lower().partition(b"content-length: ")[2].split(b"\r\n", 1)[0])
        answer = await self._reader.readexactly(length)
        took_s = time.perf_counter() - began
        status = int(got.split(b" ", 2)[1])
        return Asked(status, json.loads(answer) if status == 200 else {}, took_s)

    async def _answer(self, request: bytes) -> bytes:
        assert self._reader is not None and self._writer is not None
        self._writer.write(request)
        try:
            return await self._reader.readuntil(b"\r\n\r\n")
        except (asyncio.IncompleteReadError, ConnectionError):
            # A line that lay idle is shut by the server; browsers open another one then.
            self._writer.close()
            await self.open()
        self._writer.write(request)
        return await self._reader.readuntil(b"\r\n\r\n")

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()


async def lines(port: int, trust: ssl.SSLContext, count: int) -> list[Line]:
    made = [Line(port, trust) for _ in range(count)]
    for at in range(0, count, 20):
        await asyncio.gather(*(one.open() for one in made[at : at + 20]))
    return made
