"""The wire between a console or display and its core: one stream of views, and requests that are repeated unchanged.

A stream counts as lost when it ended, or when it once sent keep-alives and then fell silent; either for two seconds.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QByteArray, QElapsedTimer, QObject, QTimer, QUrl, Signal
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

LOST_AFTER_MS = 2_000
RETRY_MS = 250
CONNECT_TIMEOUT_MS = 1_000
TRIES = 8
ANSWER_TIMEOUT_MS = 3_000

Answer = Callable[[int, bytes], None]
"""HTTP status and body; status 0 after the last try without an answer."""


class CoreLink(QObject):
    """`core` is a path of a unix socket or an http(s) address."""

    arrived = Signal(bytes)
    reachable = Signal(bool)
    refused = Signal(int)

    def __init__(self, core: str, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._core = core
        # Apart, because Qt never sends a request that waits behind a connection which it left pending.
        self._streams, self._requests = QNetworkAccessManager(self), QNetworkAccessManager(self)
        self._path, self._token, self._buffer = "", "", b""
        self._stream: QNetworkReply | None = None
        self._keeps_alive = False
        self._is_reachable = True
        self._opened = False
        self._heard, self._asked = QElapsedTimer(), QElapsedTimer()
        self._watchdog = QTimer(self, interval=RETRY_MS)
        self._watchdog.timeout.connect(self._check)

    def watch(self, path: str, token: str = "") -> None:
        self.leave()
        self._path, self._token = path, token
        self._heard.start()
        self._watchdog.start()
        self._connect()

    def leave(self) -> None:
        self._watchdog.stop()
        self._path = ""
        if (stream := self._stream) is not None:
            self._stream = None
            _let_go(stream)

    def get(self, path: str, answer: Answer, token: str = "", tries: int = 1) -> None:
        self._ask(path, None, answer, token, tries)

    def post(self, path: str, body: bytes, answer: Answer, token: str = "", tries: int = TRIES) -> None:
        self._ask(path, body, answer, token, tries)

    def _ask(self, path: str, body: bytes | None, answer: Answer, token: str, tries: int) -> None:
        request = self._request(path, token)
        request.setTransferTimeout(ANSWER_TIMEOUT_MS)
        if body is None:
            reply = self._requests.get(request)
        else:
            request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/json")
            reply = self._requests.post(request, QByteArray(body))

        def finished() -> None:
            status = int(reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute) or 0)
            if reply.error() != QNetworkReply.NetworkError.NoError and status < 400:
                status = 0  # cut off in the middle of the answer
            body_back = bytes(reply.readAll().data()) if reply.isOpen() else b""
            reply.deleteLater()
            if status == 0:
                self._requests.clearConnectionCache()
            if status == 0 and tries > 1:
                QTimer.singleShot(RETRY_MS, self, lambda: self._ask(path, body, answer, token, tries - 1))
            else:
                answer(status, body_back)

        reply.finished.connect(finished)

    def _request(self, path: str, token: str) -> QNetworkRequest:
        if self._core.startswith(("http://", "https://")):
            request = QNetworkRequest(QUrl(self._core.rstrip("/") + path))
        else:
            request = QNetworkRequest(QUrl("unix+http://core" + path))
            socket_name = self._core.removeprefix("unix:")
            request.setAttribute(QNetworkRequest.Attribute.FullLocalServerNameAttribute, socket_name)
        if token:
            request.setRawHeader(b"Authorization", f"Bearer {token}".encode())
        return request

    def _connect(self) -> None:
        request = self._request(self._path, self._token)
        request.setRawHeader(b"Accept", b"text/event-stream")
        self._buffer, self._keeps_alive, self._opened = b"", False, False
        self._asked.start()
        stream = self._stream = self._streams.get(request)
        stream.metaDataChanged.connect(lambda: self._open(stream))
        stream.readyRead.connect(lambda: self._read(stream))
        stream.finished.connect(lambda: self._ended(stream))

    def _open(self, stream: QNetworkReply) -> None:
        if stream is self._stream and stream.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute) == 200:
            self._opened = True
            self._heard.start()
            self._say(True)

    def _read(self, stream: QNetworkReply) -> None:
        status = int(stream.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute) or 0)
        if stream is not self._stream or status != 200:
            return
        self._heard.start()
        *events, self._buffer = (self._buffer + bytes(stream.readAll().data()).replace(b"\r\n", b"\n")).split(b"\n\n")
        for event in events:
            lines = event.split(b"\n")
            self._keeps_alive |= any(line.startswith(b":") for line in lines)
            if data := b"\n".join(line[5:].strip() for line in lines if line.startswith(b"data:")):
                self.arrived.emit(data)

    def _ended(self, stream: QNetworkReply) -> None:
        if stream is not self._stream:
            return
        self._stream = None
        stream.deleteLater()
        if (status := int(stream.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute) or 0)) in (401, 403):
            self._watchdog.stop()
            self.refused.emit(status)

    def _check(self) -> None:
        """Qt can leave a connection pending for ever after a few refusals, so each attempt has its own limit."""
        silent = self._heard.elapsed() > LOST_AFTER_MS
        stuck = not self._opened and self._asked.elapsed() > CONNECT_TIMEOUT_MS
        if self._stream is not None and (stuck or (silent and self._keeps_alive)):
            stream, self._stream, self._opened = self._stream, None, False
            _let_go(stream)
            self._streams.clearConnectionCache()
        if silent and (self._stream is None or not self._opened):
            self._say(False)
        if self._stream is None:
            self._connect()

    def _say(self, reachable: bool) -> None:
        if reachable != self._is_reachable:
            self._is_reachable = reachable
            self.reachable.emit(reachable)


def _let_go(stream: QNetworkReply) -> None:
    # One that has failed and is about to say so must not be broken off: Qt would complain of a second error.
    if stream.error() == QNetworkReply.NetworkError.NoError:
        stream.abort()
    stream.deleteLater()
