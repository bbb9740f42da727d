"""The wire between a console or display and its core: one stream of views, and requests that are repeated unchanged.

A stream counts as lost when it ended, or when it once sent keep-alives and then fell silent; either for two seconds.
On another computer than the hub's it goes over TLS, to the addresses of its device in turn (kiosk_app/hubs.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import QByteArray, QElapsedTimer, QObject, QTimer, QUrl, Signal
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

from kiosk_app.api import DeviceUse
from kiosk_app.hubs import EPOCH_HEADER, Trouble, refuses_device
from ui.kit.console.trust import authority, hubs_or_end, secure

LOST_AFTER_MS = 2_000
RETRY_MS = 250
TECHNICIAN_RETRY_MS = 5_000
"""Between two attempts while only a technician can help: they are repeated so that nobody need start the face again."""
CONNECT_TIMEOUT_MS = 1_000
HANDSHAKE_TIMEOUT_MS = 3_000
TRIES = 8
ANSWER_TIMEOUT_MS = 3_000

Answer = Callable[[int, bytes], None]
"""HTTP status and body; status 0 after the last try without an answer."""


class CoreLink(QObject):
    """`core` is a path of a unix socket, an http address, or device:FOLDER of a device that is paired for `use`.

    Signals: `arrived` a view; `opened` the stream it comes in has begun; `reachable` and, for a device, `troubled` when
    the hub is lost or back, with what is in the way; `refused` the status by which who signed in is sent away.
    `beside`: a line of the same face, whose connections for requests it uses too: each has a thread of its own.
    """

    arrived = Signal(bytes)
    opened = Signal()
    reachable = Signal(bool)
    troubled = Signal(str)
    refused = Signal(int)

    def __init__(
        self,
        core: str,
        parent: QObject | None = None,
        use: DeviceUse | None = None,
        beside: CoreLink | None = None,
    ) -> None:
        super().__init__(parent)
        self._hubs = hubs_or_end(core, use)
        # Apart, because Qt never sends a request that waits behind a connection which it left pending.
        self._streams = QNetworkAccessManager(self)
        self._requests: QNetworkAccessManager = beside._requests if beside else QNetworkAccessManager(self)
        self._path, self._token, self._buffer = "", "", b""
        self._stream: QNetworkReply | None = None
        self._asked_of = ""
        self._believed = authority(self._hubs)
        self._keeps_alive = False
        self._is_reachable = True
        self._told: Trouble = ""
        self._opened = False
        self._heard, self._asked = QElapsedTimer(), QElapsedTimer()
        self._heard_s = _awake_s()
        self._watchdog = QTimer(self, interval=RETRY_MS)
        self._watchdog.timeout.connect(self._check)

    @property
    def is_elsewhere(self) -> bool:
        """Whether the hub is another computer."""
        return self._hubs.is_device

    @property
    def trouble(self) -> Trouble:
        return self._hubs.trouble

    def silent_ms(self) -> int:
        """Since the core was last heard, or the watch began. It goes on while this computer sleeps."""
        return round((_awake_s() - self._heard_s) * 1000)

    def watch(self, path: str, token: str = "") -> None:
        self.leave()
        if not self._hubs.address:
            return
        self._path, self._token = path, token
        self._hear()
        self._watchdog.start()
        self._connect()

    def leave(self) -> None:
        self._watchdog.stop()
        self._path = ""
        self._drop()

    def get(self, path: str, answer: Answer, token: str = "", tries: int = 1) -> None:
        self._ask(path, None, answer, token, tries)

    def post(self, path: str, body: bytes, answer: Answer, token: str = "", tries: int = TRIES) -> None:
        self._ask(path, body, answer, token, tries)

    # --- requests --------------------------------------------------------------------------------------------

    def _ask(self, path: str, body: bytes | None, answer: Answer, token: str, tries: int) -> None:
        if self._hubs.trouble in ("token", "certificate"):
            self._hubs.renew()
        address = self._hubs.address
        if not address:
            return
        request = self._request(address, path, token)
        request.setTransferTimeout(ANSWER_TIMEOUT_MS)
        if body is None:
            reply = self._requests.get(request)
        else:
            request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/json")
            reply = self._requests.post(request, QByteArray(body))
        foreign = _foreign(reply)

        def finished() -> None:
            status = _status(reply)
            if reply.error() != QNetworkReply.NetworkError.NoError and status < 400:
                status = 0  # cut off in the middle of the answer
            if status == 0:
                self._hubs.failed(address, "certificate" if foreign else "away")
            elif not self._counts(address, reply, bool(token)):
                status = 0
            body_back = bytes(reply.readAll().data()) if reply.isOpen() else b""
            reply.deleteLater()
            if status == 0:
                self._requests.clearConnectionCache()
            if status == 0 and tries > 1:
                QTimer.singleShot(RETRY_MS, self, lambda: self._ask(path, body, answer, token, tries - 1))
            else:
                answer(status, body_back)

        reply.finished.connect(finished)

    def _request(self, address: str, path: str, token: str) -> QNetworkRequest:
        if address.startswith(("http://", "https://")):
            request = QNetworkRequest(QUrl(address.rstrip("/") + path))
        else:
            request = QNetworkRequest(QUrl("unix+http://core" + path))
            socket_name = address.removeprefix("unix:")
            request.setAttribute(QNetworkRequest.Attribute.FullLocalServerNameAttribute, socket_name)
        if self._hubs.is_device:
            secure(request, self._hubs)
        if token:
            request.setRawHeader(b"Authorization", f"Bearer {token}".encode())
        return request

    def _counts(self, address: str, reply: QNetworkReply, signed_in: bool) -> bool:
        status = _status(reply)
        unknown = refuses_device(status, _header(reply, "WWW-Authenticate"), signed_in)
        return self._hubs.counts(address, status, _header(reply, EPOCH_HEADER), unknown)

    # --- the stream ------------------------------------------------------------------------------------------

    def _connect(self) -> None:
        address = self._asked_of = self._hubs.address
        if self._believed != (believed := authority(self._hubs)):
            # Qt keeps what a connection believed, also for the next one to the same address.
            self._believed = believed
            self._streams.clearConnectionCache()
        request = self._request(address, self._path, self._token)
        request.setRawHeader(b"Accept", b"text/event-stream")
        self._buffer, self._keeps_alive, self._opened = b"", False, False
        self._asked.start()
        stream = self._stream = self._streams.get(request)
        foreign = _foreign(stream)
        stream.metaDataChanged.connect(lambda: self._open(stream, address))
        stream.readyRead.connect(lambda: self._read(stream))
        stream.finished.connect(lambda: self._ended(stream, address, bool(foreign)))

    def _open(self, stream: QNetworkReply, address: str) -> None:
        if stream is not self._stream or _status(stream) != 200:
            return
        if not self._counts(address, stream, bool(self._token)):
            self._drop()
            return
        self._opened = True
        self._hear()
        self._say(True)
        self.opened.emit()

    def _read(self, stream: QNetworkReply) -> None:
        if stream is not self._stream or not self._opened:
            return
        self._hear()
        *events, self._buffer = (self._buffer + bytes(stream.readAll().data()).replace(b"\r\n", b"\n")).split(b"\n\n")
        for event in events:
            lines = event.split(b"\n")
            self._keeps_alive |= any(line.startswith(b":") for line in lines)
            if data := b"\n".join(line[5:].strip() for line in lines if line.startswith(b"data:")):
                self.arrived.emit(data)

    def _ended(self, stream: QNetworkReply, address: str, foreign: bool) -> None:
        if stream is not self._stream:
            return
        self._stream = None
        status = _status(stream)
        if status in (0, 200):
            self._hubs.failed(address, "certificate" if foreign else "away")
        elif self._counts(address, stream, bool(self._token)) and status in (401, 403):
            self._watchdog.stop()
            self.refused.emit(status)
        stream.deleteLater()

    def _check(self) -> None:
        """Qt can leave a connection pending for ever after a few refusals, so each attempt has its own limit."""
        silent = self._heard.elapsed() > LOST_AFTER_MS
        limit_ms = HANDSHAKE_TIMEOUT_MS if self._hubs.is_device else CONNECT_TIMEOUT_MS
        stuck = not self._opened and self._asked.elapsed() > limit_ms
        if self._stream is not None and (stuck or (silent and self._keeps_alive)):
            self._hubs.failed(self._asked_of)
            self._drop()
            self._streams.clearConnectionCache()
        if silent and (self._stream is None or not self._opened):
            self._say(False)
        if self._stream is None and self._is_time():
            self._connect()

    def _is_time(self) -> bool:
        """A technician may pair the device anew meanwhile, so its folder is read again."""
        if self._hubs.trouble in ("", "away") or self._asked.elapsed() > TECHNICIAN_RETRY_MS:
            if self._hubs.trouble in ("token", "certificate"):
                self._hubs.renew()
            return True
        return False

    def _drop(self) -> None:
        if (stream := self._stream) is not None:
            self._stream, self._opened = None, False
            _let_go(stream)

    def _hear(self) -> None:
        self._heard.start()
        self._heard_s = _awake_s()

    def _say(self, reachable: bool) -> None:
        trouble = "" if reachable else self._hubs.trouble or "away"
        if trouble != self._told:
            self._told = trouble
            self.troubled.emit(trouble)
        if reachable != self._is_reachable:
            self._is_reachable = reachable
            self.reachable.emit(reachable)


def _awake_s() -> float:
    """Seconds that no step of the wall clock changes, those of a sleeping computer among them."""
    return time.clock_gettime(time.CLOCK_BOOTTIME)


def _status(reply: QNetworkReply) -> int:
    return int(reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute) or 0)


def _header(reply: QNetworkReply, name: str) -> str:
    return bytes(reply.rawHeader(name).data()).decode("ascii", "replace")


def _foreign(reply: QNetworkReply) -> list[bool]:
    """Filled when the other side shows a certificate that is none of the office's: then nothing was sent to it."""
    found: list[bool] = []
    reply.sslErrors.connect(lambda _errors: found.append(True))
    return found


def _let_go(stream: QNetworkReply) -> None:
    # One that has failed and is about to say so must not be broken off: Qt would complain of a second error.
    if stream.error() == QNetworkReply.NetworkError.NoError:
        stream.abort()
    stream.deleteLater()
