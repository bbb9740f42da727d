"""The lines to a ccTalk bus: bytes and nothing more. Only this file knows pyserial; every wait has a limit."""

from __future__ import annotations

import contextlib
import os
import select
import socket
from dataclasses import dataclass
from typing import Literal, Protocol

import serial

READ_BYTES = 1024
WRITE_S = 0.5


class LineAway(OSError):
    """No such device, or the line is lost."""


class CashLine(Protocol):
    def write(self, data: bytes) -> None:
        """LineAway when it is not taken at once: a message is shorter than any buffer."""
        ...

    def read(self, timeout_s: float) -> bytes:
        """What has come; empty when nothing came in time. LineAway when the line is gone."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True)
class CashUnitSettings:
    """Which unit stands here, from the machine's configuration. `notes_yen`: what is taken besides coins."""

    kind: Literal["serial", "tcp"] = "serial"
    device: str = ""
    baud: int = 9600
    host: str = "127.0.0.1"
    port: int = 0
    notes_yen: tuple[int, ...] = (1000,)
    answer_s: float = 0.3


def open_line(settings: CashUnitSettings) -> CashLine:
    """LineAway when there is none."""
    if settings.kind == "serial":
        return _Descriptor(_serial(settings.device, settings.baud))
    return _Descriptor(_tcp(settings.host, settings.port))


def _serial(device: str, baud: int) -> serial.Serial:
    try:
        # Exclusive: two programs on one bus would answer each other's money.
        return serial.Serial(device, baud, timeout=0, write_timeout=0, exclusive=True)
    except (OSError, ValueError) as error:
        raise LineAway(f"{device}: {error}") from error


def _tcp(host: str, port: int) -> socket.socket:
    try:
        opened = socket.create_connection((host, port), 1.0)
    except (OSError, UnicodeError, OverflowError) as error:
        raise LineAway(f"{host}:{port}: {error}") from error
    opened.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    opened.setblocking(False)
    return opened


class _Descriptor:
    def __init__(self, opened: serial.Serial | socket.socket) -> None:
        self._opened = opened

    def write(self, data: bytes) -> None:
        try:
            if not select.select([], [self._opened.fileno()], [], WRITE_S)[1]:
                raise LineAway("takes nothing")
            if os.write(self._opened.fileno(), data) != len(data):
                raise LineAway("takes half a message")
        except (OSError, ValueError) as error:
            raise LineAway(str(error)) from error

    def read(self, timeout_s: float) -> bytes:
        try:
            if not select.select([self._opened.fileno()], [], [], timeout_s)[0]:
                return b""
            data = os.read(self._opened.fileno(), READ_BYTES)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as error:
            raise LineAway(str(error)) from error
        if not data:
            raise LineAway("closed by the other end")
        return data

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._opened.close()
