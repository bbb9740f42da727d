"""The serial line of a scanner: bytes and nothing more. Only this file knows pyserial; every wait has a limit."""

from __future__ import annotations

import contextlib
import os
import select
from typing import Protocol

import serial

READ_BYTES = 1024


class LineAway(OSError):
    """No such device, or it has been pulled out."""


class CodeLine(Protocol):
    def read(self, timeout_s: float) -> bytes:
        """What has come; empty when nothing came in time. LineAway when the line is gone."""
        ...

    def close(self) -> None: ...


class SerialCodeLine:
    """8N1. A scanner on USB takes any rate; one with a cable of its own takes the one that it is set to."""

    def __init__(self, device: str, baud: int) -> None:
        try:
            # Exclusive: two programs at one line would each get half of every code. What somebody showed while nobody
            # listened is thrown away by pyserial when it opens.
            self._port = serial.Serial(device, baud, timeout=0, exclusive=True)
        except (OSError, ValueError) as error:
            raise LineAway(f"{device}: {error}") from error

    def read(self, timeout_s: float) -> bytes:
        try:
            if not select.select([self._port.fileno()], [], [], timeout_s)[0]:
                return b""
            data = os.read(self._port.fileno(), READ_BYTES)
        except BlockingIOError:
            return b""
        except (OSError, ValueError) as error:
            raise LineAway(str(error)) from error
        if not data:
            raise LineAway("the device is gone")
        return data

    def close(self) -> None:
        with contextlib.suppress(OSError):
            self._port.close()
