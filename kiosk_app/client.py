"""The one client of the core for stories, voice, diag and tools: typed requests, each with a deadline.

Only what the core recognises as a repeat is sent again: a lost reply never becomes a second act. From another computer
than the hub's it asks each address of its device in turn (hubs.py), over TLS.
"""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import PurePath
from typing import TYPE_CHECKING, Any, TypeVar
from urllib.parse import urlencode, urlsplit

import msgspec

from kiosk_app import api
from kiosk_app.event_stream import ALIVE_EVERY_S, EventStreamParser, EventTooLong, ServerEvent
from kiosk_app.hubs import EPOCH_HEADER, Hubs, hubs_of, refuses_device
from kiosk_app.line_deadline import DeadlineSocket

if TYPE_CHECKING:
    from kiosk_app.client_tls import Tls

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


class NotTheHub(CoreAway):
    """Who answered is not the hub, or is the hub no more. It has done nothing that will stay."""

    next_step = "Wait until the hub answers; if it stays so, look which machine is the hub of this office."


class WrongCertificate(CoreAway):
    """Nothing was sent: the other side is not certified by this office's own authority."""

    next_step = "Call a technician: the ca.pem of this device and the certificate of the hub do not belong together."


class OutcomeUnknown(CoreTrouble):
    """The request was handed over and the reply was lost: look at the view before doing it again."""

    next_step = "Look whether it has been done before doing it again."


class CoreRefused(CoreTrouble):
    """The core answered 4xx or 5xx; `error` is its own sentence."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(f"{status}: {error}")
        self.status, self.error, self.next_step = status, error, error


class DeviceRefused(CoreRefused):
    """The hub does not know this device, or no longer."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(status, error)
        self.next_step = "Call a technician: this device must be paired with the hub again (hitofuda pair)."


class UnreadableReply(CoreTrouble):
    """The other side is not our core, or not of our version."""

    next_step = "Check that the address is the core's and that both are of the same version."


class _Connection(http.client.HTTPConnection):
    """http.client over a unix socket, loopback or TLS."""

    def __init__(self, core: str, tls: Tls | None) -> None:
        self.unix_path, tcp = _address(core, secure=tls is not None)
        super().__init__(*(tcp or ("core", 80)))
        self.tls = tls
        self.family = socket.AF_INET if tcp else socket.AF_UNIX
        # Kept beside http.client's own `sock`, which it forgets as soon as a reply says "Connection: close".
        self.line = DeadlineSocket(self.family, socket.SOCK_STREAM)

    def connect(self) -> None:
        self.line.arm()
        self.line.connect(self.unix_path or (self.host, self.port))
        if self.tls is not None:
            self.line.arm()
            self.line = self.tls.over(self.line, self.host, self.line.deadline)
        self.sock = self.line

    def close(self) -> None:
        super().close()
        self.line.close()


def _address(core: str, secure: bool = False) -> tuple[str, tuple[str, int] | None]:
    if core.startswith("unix:"):
        path = core.removeprefix("unix:")
        if not PurePath(path).is_absolute():
            raise ValueError(f"core address {core!r}: expected unix:/absolute/path")
        return path, None
    parts = urlsplit(core)
    if (
        parts.scheme != ("https" if secure else "http")
        or not parts.hostname
        or not parts.port
        or parts.path not in ("", "/")
    ):
        raise ValueError(f"core address {core!r}: expected unix:/path or http://127.0.0.1:port")
    return "", (parts.hostname, parts.port)


class Client:
    """One core, any number of requests; each opens its own connection, so a restarted core needs no care.

    `core`: its address, or device:FOLDER for the hub of a paired device (raises ConfigError where that is not
    usable); `use` is then what it must have been paired for.
    """

    def __init__(self, core: str, *, token: str = "", timeout_s: float = 5.0, use: api.DeviceUse | None = None) -> None:
        self.core, self.token, self.timeout_s = core, token, timeout_s
        self._hubs = hubs_of(core, use)
        self._tls = _tls(self._hubs)
        for address in self._hubs.addresses:
            _address(address, self._hubs.is_device)

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
        deadline = time.monotonic() + self.timeout_s
        for _ in self._hubs.addresses[1:]:
            try:
                return self._typed(self._once("POST", path, payload, deadline, repeatable), reply)
            except NotTheHub:
                continue
        return self._typed(self._once("POST", path, payload, deadline, repeatable), reply)

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
            address = self._hubs.address
            try:
                for event in self._one_stream(address, _target(path, query), last_id, longest_silence_s, opened):
                    last_id, pause_s = event.id, FIRST_PAUSE_S
                    yield event
            except CoreRefused as refusal:
                if not reconnect or (refusal.status < 500 and not self._asks_on()):
                    raise
            except NotTheHub:
                if not reconnect:
                    raise
            except (OSError, http.client.HTTPException, EventTooLong) as trouble:
                broken = self._broken(address, trouble)
                if not reconnect or (isinstance(broken, WrongCertificate) and not self._asks_on()):
                    raise broken from trouble
            else:
                self._hubs.failed(address)
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
            except CoreAway as trouble:
                hopeless = isinstance(trouble, WrongCertificate) and not self._asks_on()
                if hopeless or time.monotonic() + pause_s >= deadline:
                    raise
            time.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    def _once(self, method: str, target: str, payload: bytes | None, deadline: float, repeatable: bool) -> bytes:
        handed_over, address = False, self._hubs.address
        with self._connection(address, deadline) as connection:
            try:
                connection.connect()
                handed_over = True
                connection.request(method, target, payload, self._headers())
                with connection.getresponse() as response:
                    body = response.read(MAX_REPLY_BYTES + 1)
                    complete = not response.length
            except (OSError, http.client.HTTPException) as trouble:
                raise self._broken(address, trouble, handed_over and not repeatable) from trouble
        self._judge(address, response, body)
        if len(body) > MAX_REPLY_BYTES:
            raise UnreadableReply(f"{self.core}: a reply of more than {MAX_REPLY_BYTES} bytes")
        if not complete:
            raise (CoreAway if repeatable else OutcomeUnknown)(f"{self.core}: the reply was cut short")
        if response.status >= 400:
            raise CoreRefused(response.status, _error(body, response.reason))
        return body

    def _one_stream(
        self, address: str, target: str, last_id: str, longest_silence_s: float, opened: Callable[[], None]
    ) -> Iterator[ServerEvent]:
        with self._connection(address, time.monotonic() + self.timeout_s) as connection:
            connection.request("GET", target, None, self._headers(last_id, "text/event-stream"))
            with connection.getresponse() as response:
                body = b"" if response.status == 200 else response.read(PIECE_BYTES)
                self._judge(address, response, body)
                if response.status != 200:
                    raise CoreRefused(response.status, _error(body, response.reason))
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

    def _judge(self, address: str, response: http.client.HTTPResponse, body: bytes) -> None:
        """Raises for an answer that is not the hub's, and for one that refuses the device."""
        refused = refuses_device(response.status, response.headers.get("WWW-Authenticate", ""), bool(self.token))
        if self._hubs.counts(address, response.status, response.headers.get(EPOCH_HEADER, ""), refused):
            return
        if self._hubs.is_device and refused:
            raise DeviceRefused(response.status, _error(body, response.reason))
        raise NotTheHub(f"{address}: is not the hub")

    def _broken(self, address: str, trouble: Exception, unknown: bool = False) -> CoreTrouble:
        """What a line that broke means; `unknown`: the request may have been carried out."""
        said = f"{address}: {trouble or type(trouble).__name__}"
        if self._tls is not None and self._tls.refused(trouble):
            self._hubs.failed(address, "certificate")
            return WrongCertificate(said)
        self._hubs.failed(address)
        return OutcomeUnknown(said) if unknown else CoreAway(said)

    def _asks_on(self) -> bool:
        """Whether another address may still be the hub's, so that one refusal is not the last word."""
        return self._hubs.trouble == "away"

    @contextmanager
    def _connection(self, address: str, deadline: float) -> Iterator[_Connection]:
        with closing(_Connection(address, self._tls)) as connection:
            connection.line.deadline = deadline
            yield connection

    def _headers(self, last_id: str = "", accept: str = "application/json") -> dict[str, str]:
        headers = {"Accept": accept, "Connection": "close", "Content-Type": "application/json"}
        headers |= self._hubs.headers()
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


def _tls(hubs: Hubs) -> Tls | None:
    if hubs.ca_file is None:
        return None
    # Loaded only here: it takes some milliseconds, and a core of this computer needs none.
    from kiosk_app.client_tls import Tls

    return Tls(hubs.ca_file)


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
