"""The one client of the core for stories, voice, diag and tools: typed requests, each with a deadline.

Only what the core recognises as a repeat is sent again: a lost reply never becomes a second act.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import PurePath
from typing import Any, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from kiosk_app import api
from kiosk_app.event_stream import ALIVE_EVERY_S, EventStreamParser, EventTooLong, ServerEvent

T = TypeVar("T")

MAX_REPLY_BYTES = 16 * 1024 * 1024
PIECE_BYTES = 65536
FIRST_PAUSE_S = 0.05
LONGEST_PAUSE_S = 2.0
LONGEST_SILENCE_S = 3 * ALIVE_EVERY_S
"""Three times what the core lets pass between two signs of life on a quiet stream."""


_making = threading.Lock()
_decoders: dict[Any, msgspec.json.Decoder[Any]] = {}


class CoreTrouble(Exception):
    """What a caller of the core must expect; `next_step` is one sentence for the person."""

    next_step = ""


class CoreAway(CoreTrouble):
    """No answer within the deadline, and nothing can have happened, or the request may be made again."""

    next_step = "Wait a few seconds and try again; if it stays so, look at the service: systemctl status hitofuda-core."


class OutcomeUnknown(CoreTrouble):
    """The request was handed over and the reply was lost: look at the view before doing it again."""

    next_step = "Look whether it has been done before doing it again."


class CoreRefused(CoreTrouble):
    """The core answered 4xx or 5xx; `error` is its own sentence."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(f"{status}: {error}")
        self.status, self.error, self.next_step = status, error, error


class UnreadableReply(CoreTrouble):
    """The other side is not our core, or not of our version."""

    next_step = "Check that the address is the core's and that both are of the same version."


class _DeadlineSocket(socket.socket):
    """A deadline for the whole exchange: a reply that trickles in byte by byte does not stretch it."""

    deadline = float("inf")

    def arm(self) -> None:
        left_s = self.deadline - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the core's answer did not end in time")
        self.settimeout(None if left_s == float("inf") else left_s)

    def recv_into(self, *arguments: object, **names: object) -> int:
        self.arm()
        return super().recv_into(*arguments, **names)  # type: ignore[arg-type]


class _Connection(http.client.HTTPConnection):
    """http.client over a unix socket or loopback."""

    def __init__(self, core: str) -> None:
        self.unix_path, tcp = _address(core)
        super().__init__(*(tcp or ("core", 80)))
        self.family = socket.AF_INET if tcp else socket.AF_UNIX
        # Kept beside http.client's own `sock`, which it forgets as soon as a reply says "Connection: close".
        self.line = _DeadlineSocket(self.family, socket.SOCK_STREAM)

    def connect(self) -> None:
        self.line.arm()
        self.line.connect(self.unix_path or (self.host, self.port))
        self.sock = self.line

    def close(self) -> None:
        super().close()
        self.line.close()


def _address(core: str) -> tuple[str, tuple[str, int] | None]:
    if core.startswith("unix:"):
        path = core.removeprefix("unix:")
        if not PurePath(path).is_absolute():
            raise ValueError(f"core address {core!r}: expected unix:/absolute/path")
        return path, None
    parts = urlsplit(core)
    if parts.scheme != "http" or not parts.hostname or not parts.port or parts.path not in ("", "/"):
        raise ValueError(f"core address {core!r}: expected unix:/path or http://127.0.0.1:port")
    return "", (parts.hostname, parts.port)


class Client:
    """One core, any number of requests; each opens its own connection, so a restarted core needs no care."""

    def __init__(self, core: str, *, token: str = "", timeout_s: float = 5.0) -> None:
        _address(core)
        self.core, self.token, self.timeout_s = core, token, timeout_s

    # --- the API, by name ------------------------------------------------------------------------------------

    def health(self) -> api.Health:
        return self.get("/v1/health", api.Health)

    def citizen_view(self) -> api.CitizenView:
        return self.get("/v1/citizen/view", api.CitizenView)

    def press(self, press: api.Press) -> api.Reply:
        return self.post("/v1/citizen/press", press, api.Reply, repeatable=True)

    def staff_view(self) -> api.StaffView:
        return self.get("/v1/staff/view", api.StaffView)

    def sign_in(self, who: api.SignIn) -> api.SignedInReply:
        """Not repeated by itself: each try counts towards the lock-out. Keeps the token when it succeeds."""
        reply = self.post("/v1/staff/sign-in", who, api.SignedInReply)
        self.token = reply.token or self.token
        return reply

    def act(self, act: api.StaffAct) -> api.Reply:
        return self.post("/v1/staff/act", act, api.Reply, repeatable=True)

    def display_view(self, zone: str) -> api.DisplayView:
        return self.get("/v1/display/view", api.DisplayView, zone=zone)

    # --- requests --------------------------------------------------------------------------------------------

    def get(self, path: str, reply: type[T], **query: str) -> T:
        return self._typed(self._repeated("GET", _target(path, query), None), reply)

    def post(self, path: str, body: msgspec.Struct, reply: type[T], *, repeatable: bool = False) -> T:
        """`repeatable` only where the body carries an id by which the core knows a repeat."""
        payload = msgspec.json.encode(body)
        if repeatable:
            return self._typed(self._repeated("POST", path, payload), reply)
        return self._typed(self._once("POST", path, payload, time.monotonic() + self.timeout_s, repeatable), reply)

    def events(
        self,
        path: str,
        *,
        reconnect: bool = True,
        longest_silence_s: float = LONGEST_SILENCE_S,
        opened: Callable[[], None] = lambda: None,
        **query: str,
    ) -> Iterator[ServerEvent]:
        """Events as they come; with `reconnect` it outlives the core's restarts and ends only when closed.

        `opened` is called when the core has begun to answer: from then on nothing is missed.
        """
        last_id, pause_s = "", FIRST_PAUSE_S
        while True:
            try:
                for event in self._one_stream(_target(path, query), last_id, longest_silence_s, opened):
                    last_id, pause_s = event.id, FIRST_PAUSE_S
                    yield event
            except CoreRefused as refusal:
                if not reconnect or refusal.status < 500:
                    raise
            except (OSError, http.client.HTTPException, EventTooLong) as trouble:
                if not reconnect:
                    raise CoreAway(f"{self.core}: {trouble}") from trouble
            if not reconnect:
                return
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def views(
        self,
        path: str,
        view: type[T],
        *,
        reconnect: bool = True,
        only: str = "",
        longest_silence_s: float = LONGEST_SILENCE_S,
        opened: Callable[[], None] = lambda: None,
        **query: str,
    ) -> Iterator[T]:
        """The data of each event, typed; `only` passes over events of another name."""
        coming = self.events(path, reconnect=reconnect, longest_silence_s=longest_silence_s, opened=opened, **query)
        for event in coming:
            if only in ("", event.event):
                yield self._typed(event.data, view)

    # --- beneath ---------------------------------------------------------------------------------------------

    def _repeated(self, method: str, target: str, payload: bytes | None) -> bytes:
        deadline, pause_s = time.monotonic() + self.timeout_s, FIRST_PAUSE_S
        while True:
            try:
                return self._once(method, target, payload, deadline, repeatable=True)
            except CoreAway:
                if time.monotonic() + pause_s >= deadline:
                    raise
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _once(self, method: str, target: str, payload: bytes | None, deadline: float, repeatable: bool) -> bytes:
        handed_over = False
        with self._connection(deadline) as connection:
            try:
                connection.connect()
                handed_over = True
                connection.request(method, target, payload, self._headers())
                with connection.getresponse() as response:
                    body = response.read(MAX_REPLY_BYTES + 1)
                    complete = not response.length
            except (OSError, http.client.HTTPException) as trouble:
                kind = OutcomeUnknown if handed_over and not repeatable else CoreAway
                raise kind(f"{self.core}: {trouble or type(trouble).__name__}") from trouble
        if len(body) > MAX_REPLY_BYTES:
            raise UnreadableReply(f"{self.core}: a reply of more than {MAX_REPLY_BYTES} bytes")
        if not complete:
            raise (CoreAway if repeatable else OutcomeUnknown)(f"{self.core}: the reply was cut short")
        if response.status >= 400:
            raise CoreRefused(response.status, _error(body, response.reason))
        return body

    def _one_stream(
        self, target: str, last_id: str, longest_silence_s: float, opened: Callable[[], None]
    ) -> Iterator[ServerEvent]:
        with self._connection(time.monotonic() + self.timeout_s) as connection:
            connection.request("GET", target, None, self._headers(last_id, "text/event-stream"))
            with connection.getresponse() as response:
                if response.status != 200:
                    raise CoreRefused(response.status, _error(response.read(PIECE_BYTES), response.reason))
                parser, heard = EventStreamParser(), False
                while True:
                    connection.line.deadline = time.monotonic() + longest_silence_s
                    piece = response.read1(PIECE_BYTES)
                    if not piece:
                        return
                    if not heard:
                        heard = True
                        opened()
                    yield from parser.feed(piece)

    @contextmanager
    def _connection(self, deadline: float) -> Iterator[_Connection]:
        with closing(_Connection(self.core)) as connection:
            connection.line.deadline = deadline
            yield connection

    def _headers(self, last_id: str = "", accept: str = "application/json") -> Mapping[str, str]:
        headers = {"Accept": accept, "Connection": "close", "Content-Type": "application/json"}
        if self.token:
            headers["Authorization"] = f"Bearer {self.token}"
        if last_id:
            headers["Last-Event-ID"] = last_id
        return headers

    def _typed(self, body: bytes, reply: type[T]) -> T:
        try:
            return _decoder(reply).decode(body)
        except msgspec.DecodeError as trouble:
            raise UnreadableReply(f"{self.core}: {trouble}") from trouble


def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    """Made by one thread at a time: where two use a type for the first time at once, msgspec 0.22 ends the process."""
    with _making:
        if kind not in _decoders:
            _decoders[kind] = msgspec.json.Decoder(kind)
        return _decoders[kind]


def _target(path: str, query: Mapping[str, str]) -> str:
    return f"{path}?{urlencode(query)}" if query else path


def _error(body: bytes, reason: str) -> str:
    try:
        return _decoder(api.Failure).decode(body).error
    except msgspec.DecodeError:
        return reason
