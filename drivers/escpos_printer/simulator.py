"""A printer made of software that speaks a printer's bytes over TCP or a pty and draws its paper.

Run alone: python -m drivers.escpos_printer.simulator --port 0 --out DIR --control-port 0
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import pty
import queue
import select
import socket
import sys
import threading
import time
import tty
from pathlib import Path
from types import TracebackType
from typing import Any, Literal

from drivers.escpos_printer.bad_line import BadLine
from drivers.escpos_printer.firmware import Firmware
from drivers.escpos_printer.paper import Piece
from drivers.faults import Faults

READ_BYTES = 512
"""Small, so that a fault at a certain byte comes at that byte and a full buffer pushes back."""
PORT_HELD_MAX_S = 5.0


class SimulatedPrinter:
    """`with SimulatedPrinter() as printer:` listens on `printer.port`, with `over="pty"` on `printer.device`, with
    `over="both"` on both: it then answers where it was last spoken to.
    """

    def __init__(
        self,
        port: int = 0,
        over: Literal["tcp", "pty", "both"] = "tcp",
        out_dir: Path | None = None,
        *,
        host: str = "127.0.0.1",
        **mechanism: Any,
    ) -> None:
        self.port = port
        self.device = ""
        self._host = host
        self._over = over
        self._answers_on_pty = over == "pty"
        self._out_dir = out_dir
        self.pieces: list[Piece] = []
        self.received = bytearray()
        self._stopping = threading.Event()
        self._outgoing: queue.Queue[tuple[float, bytes]] = queue.Queue(maxsize=10_000)
        self._connection: socket.socket | None = None
        self._master = -1
        self._slave = -1
        self._listener: socket.socket | None = None
        self.firmware = Firmware(self._transmit, self._finished, **mechanism)
        self._bad_line = BadLine(self.firmware.faults)
        self._threads: list[threading.Thread] = []

    @property
    def faults(self) -> Faults:
        return self.firmware.faults

    def lines_on_paper(self) -> list[str]:
        """Every line of text, whole or in part, on any paper: cut, torn or still in the printer."""
        with self.firmware.changed:
            return [line for piece in self.pieces for line in piece.lines] + list(self.firmware.roll.lines)

    def holds_ink(self) -> bool:
        """Part of something stands on the paper that has not been cut or torn off yet."""
        with self.firmware.changed:
            return self.firmware.roll.has_ink()

    def wait_for_pieces(self, count: int, timeout_s: float = 5.0) -> list[Piece]:
        with self.firmware.changed:
            self.firmware.changed.wait_for(lambda: len(self.pieces) >= count, timeout_s)
            return list(self.pieces)

    # --- life

    def __enter__(self) -> SimulatedPrinter:
        self.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        self.stop()

    def start(self) -> None:
        work = {"mechanism": self.firmware.work, "answers": self._answer}
        if self._over != "pty":
            self._listen()
            work["line"] = self._serve_tcp
        if self._over != "tcp":
            self._master, self._slave = pty.openpty()
            tty.setraw(self._slave)
            self.device = os.ttyname(self._slave)
            work["serial line"] = self._serve_pty
        self._threads = [
            threading.Thread(target=target, name=f"printer {name}", daemon=True) for name, target in work.items()
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self.firmware.stop()
        for thread in self._threads:
            thread.join(5.0)
        self.switch_off()
        for descriptor in (self._master, self._slave):
            if descriptor >= 0:
                os.close(descriptor)
        self._master = self._slave = -1

    def switch_off(self) -> None:
        """Power cut: the line goes down and the buffer is lost; the paper stays."""
        self.firmware.power_cut()
        with self.firmware.changed:
            self._hang_up()
            listener, self._listener = self._listener, None
        if listener:
            listener.close()

    def switch_on(self) -> None:
        deadline = time.monotonic() + PORT_HELD_MAX_S
        while self._over != "pty" and self._listener is None:
            try:
                self._listen()
            except OSError:
                # The thread that waits for connections holds the old listener for a moment longer.
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.01)

    def _listen(self) -> None:
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        # A small window: otherwise the kernel swallows a whole ticket and hides that the printer's buffer is full.
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        try:
            listener.bind((self._host, self.port))
        except OSError:
            listener.close()
            raise
        listener.listen(8)
        self.port = listener.getsockname()[1]
        self._listener = listener

    # --- the line

    def _transmit(self, data: bytes) -> None:
        if heard := self._bad_line.answer(data):
            self._outgoing.put((time.monotonic() + self.faults.delay_s, heard))

    def _answer(self) -> None:
        while not self._stopping.is_set():
            try:
                due, data = self._outgoing.get(timeout=0.1)
            except queue.Empty:
                continue
            self._stopping.wait(max(0.0, due - time.monotonic()))
            with contextlib.suppress(OSError):
                if self._answers_on_pty:
                    os.write(self._master, data)
                elif connection := self._connection:
                    connection.sendall(data)

    def _hang_up(self) -> None:
        connection, self._connection = self._connection, None
        if connection:
            # shutdown first: closing alone would not wake the thread that waits in select.
            with contextlib.suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
            connection.close()

    def _serve_tcp(self) -> None:
        while not self._stopping.is_set():
            listener, connection = self._listener, self._connection
            if connection is not None:
                self._serve_connection(connection)
            elif listener is not None:
                self._accept(listener)
            else:
                self._stopping.wait(0.01)

    def _accept(self, listener: socket.socket) -> None:
        try:
            if not select.select([listener], [], [], 0.05)[0]:
                return
            connection, _ = listener.accept()
        except (OSError, ValueError):
            return  # switched off meanwhile
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.faults.clear("connection")
        self._connection = connection

    def _serve_connection(self, connection: socket.socket) -> None:
        try:
            if self.faults.active("connection"):
                self._hang_up()
                return
            wanted = self.faults.allowed("bytes", min(READ_BYTES, self.firmware.room()))
            if wanted == 0:
                self._stopping.wait(0.002)
                return
            if not select.select([connection], [], [], 0.02)[0]:
                return
            data = connection.recv(wanted)
        except (OSError, ValueError):
            data = b""
        if data:
            self._answers_on_pty = False
            self._take_in(data)
        else:
            self._hang_up()

    def _serve_pty(self) -> None:
        while not self._stopping.is_set():
            wanted = self.faults.allowed("bytes", min(READ_BYTES, self.firmware.room()))
            if wanted and select.select([self._master], [], [], 0.02)[0]:
                data = os.read(self._master, wanted)
                self._answers_on_pty = True
                self._take_in(data)
            elif not wanted:
                self._stopping.wait(0.002)

    def _take_in(self, data: bytes) -> None:
        self.received += data
        self.firmware.receive(self._bad_line.request(data))
        self.faults.spend("bytes", len(data))

    # --- the paper

    def _finished(self, piece: Piece) -> None:
        self.pieces.append(piece)
        if self._out_dir is not None:
            self._out_dir.mkdir(parents=True, exist_ok=True)
            name = f"{len(self.pieces):03d}{'-torn' if piece.torn else ''}"
            piece.image.save(self._out_dir / f"{name}.png")
            (self._out_dir / f"{name}.bin").write_bytes(piece.data)


def obey(printer: SimulatedPrinter, request: dict[str, Any]) -> dict[str, Any]:
    """One request of the control socket: {"set": "paper_out"}, {"set": "ready"}, {"paper_out_after_lines": 120} …"""
    faults = printer.faults
    for verb, value in request.items():
        match verb:
            case "set" if value == "ready":
                faults.clear()
            case "set":
                faults.fail_repeatedly(str(value))
            case "clear":
                faults.clear(str(value))
            case "fail_next":
                faults.fail_next(str(value))
            case "paper_out_after_lines":
                faults.fail_after("paper_out", int(value), "dots")
            case "tear_at":
                faults.tear_at(int(value))
            case "drop":
                faults.drop()
            case "delay":
                faults.delay(float(value))
            case "pieces":
                pass
            case _:
                return {"ok": False, "error": f"no such request: {verb}"}
    return {"ok": True, "pieces": len(printer.pieces), "torn": sum(piece.torn for piece in printer.pieces)}


def serve_control(printer: SimulatedPrinter, listener: socket.socket) -> None:
    """JSON lines, one client at a time, one answer for each line."""
    while True:
        client, _ = listener.accept()
        with client, client.makefile("rwb") as lines:
            for line in lines:
                try:
                    answer = obey(printer, json.loads(line))
                except (ValueError, AttributeError, TypeError) as error:
                    answer = {"ok": False, "error": str(error)}
                lines.write(json.dumps(answer).encode() + b"\n")
                lines.flush()


def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--pty", action="store_true", help="a pseudo-terminal in the place of TCP")
    parser.add_argument("--out", type=Path, default=None, help="folder for the paper: NNN.png and NNN.bin")
    parser.add_argument("--control-port", type=int, default=0)
    parser.add_argument("--speed-dots-s", type=float, default=20_000.0, help="a 250 mm/s mechanism does 2000")
    parser.add_argument("--width-dots", type=int, default=512, help="512 or 576 on 80 mm, 1728 on A4 width")
    chosen = parser.parse_args(arguments)
    over: Literal["tcp", "pty"] = "pty" if chosen.pty else "tcp"
    control = socket.create_server(("127.0.0.1", chosen.control_port))
    mechanism = {"speed_dots_s": chosen.speed_dots_s, "width_dots": chosen.width_dots}
    with SimulatedPrinter(chosen.port, over, chosen.out, **mechanism) as printer:
        ports = {"port": printer.port, "device": printer.device, "control_port": control.getsockname()[1]}
        print(json.dumps(ports), flush=True)
        serve_control(printer, control)


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        main(sys.argv[1:])
