"""The lines to a printer: what carries bytes and nothing more. Every wait has a limit; a lost line is said once.

Closing drains: unread status bytes in a closed socket make the kernel throw away what was just sent (20 jobs of 20).
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from dataclasses import dataclass
from typing import Literal, Protocol

READ_BYTES = 4096
Flow = Literal["rtscts", "xonxoff", "paced"]
"""How a serial printer says that its buffer is full. paced: it cannot, and the driver's own window is all there is."""


class LineLost(OSError):
    """The line is gone. `may_have_taken`: the write that failed may have been taken in part (USB cannot say)."""

    def __init__(self, reason: str, may_have_taken: bool = False) -> None:
        super().__init__(reason)
        self.may_have_taken = may_have_taken


class LineEnded(LineLost):
    """A read came back empty."""


class Transport(Protocol):
    def write(self, data: bytes, timeout_s: float) -> int:
        """How many bytes were taken: fewer than all when time ran out. LineLost when the line is gone."""
        ...

    def read(self, timeout_s: float) -> bytes:
        """What has come; empty when nothing came in time. LineLost when the line is gone."""
        ...

    def close(self, timeout_s: float = 1.0) -> None:
        """Let what was written go out and read what was not read, then close."""
        ...


@dataclass(frozen=True)
class PrinterSettings:
    """Which printer stands here, from the machine's configuration."""

    kind: Literal["tcp", "serial", "usb", "file"] = "tcp"
    host: str = "127.0.0.1"
    port: int = 9100
    device: str = ""
    """serial: /dev/ttyUSB0; file: /dev/usb/lp0; usb: vendor:product in hexadecimal, or empty for the only printer."""
    baud: int = 38400
    flow: Flow = "rtscts"
    width_dots: int = 576
    dpi: int = 203
    model: str = ""
    """As adopted by a technician; empty: the first that answers is taken. Another one is not printed on."""
    same_width_models: tuple[str, ...] = ()
    """Others that have printed here at this width."""
    connect_timeout_s: float = 1.0
    answer_timeout_s: float = 0.5
    ticket_timeout_s: float = 8.0
    clear_timeout_s: float = 1.0
    probe_timeout_s: float = 1.0


def open_transport(settings: PrinterSettings) -> Transport:
    """LineLost when the printer cannot be reached."""
    match settings.kind:
        case "tcp":
            return TcpTransport(settings.host, settings.port, settings.connect_timeout_s)
        case "file":
            return FileTransport(settings.device)
        case "serial":
            # pyserial and pyusb are loaded only where such a printer stands.
            from drivers.escpos_printer.transport_serial import SerialTransport

            return SerialTransport(settings.device, settings.baud, settings.flow)
        case "usb":
            from drivers.escpos_printer.transport_usb import open_usb

            return open_usb(settings.device)


class TcpTransport:
    def __init__(self, host: str, port: int, timeout_s: float) -> None:
        try:
            self._socket = socket.create_connection((host, port), timeout_s)
        except (OSError, UnicodeError) as error:  # a name that cannot be one for the network raises UnicodeError
            raise LineLost(f"{host}:{port}: {error}") from error
        self._socket.setblocking(False)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def write(self, data: bytes, timeout_s: float) -> int:
        return write_in_time(self._socket.fileno(), data, timeout_s)

    def read(self, timeout_s: float) -> bytes:
        return read_in_time(self._socket.fileno(), timeout_s)

    def close(self, timeout_s: float = 1.0) -> None:
        """Say that we are done, read to the printer's own end, then close."""
        deadline = time.monotonic() + timeout_s
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_WR)
            while (left := deadline - time.monotonic()) > 0:
                self.read(left)
        self._socket.close()


class FileTransport:
    """/dev/usb/lp0 and its like: the kernel's own printer line."""

    def __init__(self, device: str) -> None:
        try:
            self._descriptor = os.open(device, os.O_RDWR | os.O_NONBLOCK | os.O_NOCTTY)
        except OSError as error:
            raise LineLost(f"{device}: {error}") from error

    def write(self, data: bytes, timeout_s: float) -> int:
        return write_in_time(self._descriptor, data, timeout_s)

    def read(self, timeout_s: float) -> bytes:
        try:
            return read_in_time(self._descriptor, timeout_s)
        except LineEnded:
            # Of a printer's device file an empty packet, not its end: that would be an error.
            time.sleep(min(timeout_s, 0.02))
            return b""

    def close(self, timeout_s: float = 1.0) -> None:
        with contextlib.suppress(LineLost):
            while self.read(0.0):
                pass
        os.close(self._descriptor)


def write_in_time(descriptor: int, data: bytes, timeout_s: float) -> int:
    deadline = time.monotonic() + timeout_s
    taken = 0
    while taken < len(data):
        try:
            left = deadline - time.monotonic()
            if not select.select([], [descriptor], [], max(0.0, left))[1]:
                return taken
            taken += os.write(descriptor, data[taken:])
        except BlockingIOError:
            continue
        except (OSError, ValueError) as error:
            if taken:
                return taken  # the next call meets the same end and says so
            raise LineLost(str(error)) from error
    return taken


def read_in_time(descriptor: int, timeout_s: float) -> bytes:
    try:
        if not select.select([descriptor], [], [], timeout_s)[0]:
            return b""
        data = os.read(descriptor, READ_BYTES)
    except BlockingIOError:
        return b""
    except (OSError, ValueError) as error:
        raise LineLost(str(error)) from error
    if not data:
        raise LineEnded("closed by the printer")
    return data
