"""A serial line, 8N1. pyserial sets the line up; reading and writing are ours, because its write cannot say how much
of a job was taken when time ran out, and DTR/DSR (Epson's factory setting) is silently ignored on Linux.
"""

from __future__ import annotations

import contextlib
import time

import serial

from drivers.escpos_printer.transport import Flow, LineLost, read_in_time, write_in_time


class SerialTransport:
    def __init__(self, device: str, baud: int, flow: Flow) -> None:
        try:
            self._port = serial.Serial(
                device, baud, timeout=0, write_timeout=0, rtscts=flow == "rtscts", xonxoff=flow == "xonxoff"
            )
        except (OSError, ValueError) as error:
            raise LineLost(f"{device}: {error}") from error

    def write(self, data: bytes, timeout_s: float) -> int:
        return write_in_time(self._port.fileno(), data, timeout_s)

    def read(self, timeout_s: float) -> bytes:
        return read_in_time(self._port.fileno(), timeout_s)

    def close(self, timeout_s: float = 1.0) -> None:
        """Wait for the kernel's own queue to go out, as far as the printer takes it."""
        deadline = time.monotonic() + timeout_s
        with contextlib.suppress(OSError):
            while self._port.out_waiting and time.monotonic() < deadline:
                time.sleep(0.01)
            self._port.reset_input_buffer()
        self._port.close()
