"""The emulated card at the door of a real pcscd: what Debian's vsmartcard-vpcd speaks, over TCP.

A message is two bytes of length and so many bytes. Of one byte: 00 power off, 01 on, 02 reset, 04 the ATR is wanted
(the presence poll as well); all else is a command. Measured on vpcd 3.3: it sends length and message apart, so without
TCP_QUICKACK every exchange costs 44 ms.
"""

from __future__ import annotations

import socket
import threading
import time

from drivers.pcsc_card.simulator.emulator import EmulatedCard, Removed, Silent

POWER_OFF, POWER_ON, RESET, ATR = 0x00, 0x01, 0x02, 0x04
CONNECT_S = 5.0
HOST = "127.0.0.1"


class VirtualCard:
    """Lies at the reader behind `port` from `place` to `take`. Each placing has a thread of its own."""

    def __init__(self, card: EmulatedCard, port: int) -> None:
        self.card = card
        self._port = port
        self._line: socket.socket | None = None
        self._thread: threading.Thread | None = None
        self.noticed = threading.Event()
        """The reader has asked it something since it was placed."""

    def place(self) -> None:
        """OSError when nobody listens there."""
        self.take()
        line = socket.create_connection((HOST, self._port), CONNECT_S)
        line.settimeout(None)
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.card.power_off()
        self.noticed.clear()
        self._line = line
        self._thread = threading.Thread(target=self._lie, args=(line,), name="virtual card", daemon=True)
        self._thread.start()

    def take(self) -> None:
        line, self._line = self._line, None
        if line is not None:
            _shut(line)
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(CONNECT_S)

    def _lie(self, line: socket.socket) -> None:
        try:
            while (message := _receive(line)) is not None:
                self.noticed.set()
                self._serve(line, message)
        except Removed as removed:
            # The length of the whole, and then only the bytes that were heard before the hand moved.
            if removed.heard:
                _send(line, removed.heard, cut=True)
        except OSError:
            pass
        finally:
            _shut(line)
            line.close()
            # Without a reader it has no power.
            self.card.power_off()

    def _serve(self, line: socket.socket, message: bytes) -> None:
        if len(message) == 1:
            match message[0]:
                case 0x00:
                    self.card.power_off()
                case 0x01:
                    self.card.power_on()
                case 0x02:
                    self.card.reset()
                case 0x04:
                    _send(line, self.card.atr)
            return
        try:
            answer = self.card.process(message)
        except Silent:
            while _receive(line) is not None:
                pass
            return
        if self.card.switches.delay_s:
            time.sleep(self.card.switches.delay_s)
        _send(line, answer)


def _send(line: socket.socket, data: bytes, cut: bool = False) -> None:
    line.sendall((len(data) + cut).to_bytes(2, "big") + data)


def _receive(line: socket.socket) -> bytes | None:
    head = _exactly(line, 2)
    return None if head is None else _exactly(line, int.from_bytes(head, "big"))


def _exactly(line: socket.socket, length: int) -> bytes | None:
    data = b""
    while len(data) < length:
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_QUICKACK, 1)
        part = line.recv(length - len(data))
        if not part:
            return None
        data += part
    return data


def _shut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        # Already shut by the other side.
        return
