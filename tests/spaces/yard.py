"""Holds the computers of one office: for each a network and a small disk of its own, and between them our switch.

A child of the fork server; it and all it holds end together. Cores enter a computer by the id of the process that
holds it (`kernel.enter`), so computer, cable and disk outlive the death of a core as they do in an office.
"""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import socket
import subprocess
import time
from pathlib import Path
from typing import Any

from tests.spaces import kernel
from tests.spaces.switch import Switch, Way


def ip(*commands: str) -> None:
    program = kernel.ip_program()
    if program is None:
        raise FileNotFoundError("ip: install iproute2")
    subprocess.run([program, "-batch", "-"], input="\n".join(commands).encode(), check=True)


def address(number: int) -> str:
    return f"10.77.0.{number}"


def ethernet_address(number: int) -> bytes:
    return bytes((2, 0, 0, 0, 0, number))


def run(wish: dict[str, Any]) -> int:
    """`yard`: the folder, in which `held.json` appears when everything stands: the process that holds each computer.
    `computers`: code and number. `disk_mib`: of each, under FOLDER/CODE/data."""
    folder = Path(wish["yard"])
    kernel.unshare(kernel.CLONE_NEWNET)
    computers = [_Computer(folder / code / "data", number, wish["disk_mib"]) for code, number in wish["computers"]]
    ip(*(f"link add port{one.number} type veth peer name eth0 netns {one.pid}" for one in computers))
    ip(*(f"link set port{one.number} up" for one in computers))
    lines = {}
    for (code, _), one in zip(wish["computers"], computers, strict=True):
        no_ipv6(f"port{one.number}")
        one.connect()
        lines[code] = kernel.raw_line(f"port{one.number}")
    switch = Switch({code: ethernet_address(number) for code, number in wish["computers"]}, wish["seed"])
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(folder / "yard.sock"))
        held = folder / "held.new"
        held.write_text(
            json.dumps({code: one.pid for (code, _), one in zip(wish["computers"], computers, strict=True)})
        )
        held.rename(folder / "held.json")
        carry(switch, lines, {code: f"port{number}" for code, number in wish["computers"]}, told)
    return 0


def no_ipv6(interface: str) -> None:
    """Its own chatter would only fill the cables."""
    with contextlib.suppress(OSError):
        Path(f"/proc/sys/net/ipv6/conf/{interface}/disable_ipv6").write_text("1")


class _Computer:
    """A process that does nothing: what it holds is what counts."""

    def __init__(self, data: Path, number: int, disk_mib: int) -> None:
        self.number = number
        told, tell = os.pipe()
        said, say = os.pipe()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(tell)
            os.close(said)
            try:
                self._hold(data, disk_mib, told, say)
            finally:
                os._exit(1)
        os.close(told)
        os.close(say)
        self._tell, self._said = tell, said
        self._hear()

    def _hear(self) -> None:
        if not os.read(self._said, 1):
            raise RuntimeError(f"computer {self.number} could not be made")

    def connect(self) -> None:
        """Its cable has come."""
        os.write(self._tell, b"c")
        self._hear()

    def _hold(self, data: Path, disk_mib: int, told: int, say: int) -> None:
        kernel.die_with_parent(signal.SIGKILL)
        data.mkdir(parents=True, exist_ok=True)
        kernel.unshare(kernel.CLONE_NEWNET | kernel.CLONE_NEWNS)
        kernel.small_disk(data, disk_mib)
        os.write(say, b"1")
        os.read(told, 1)
        no_ipv6("eth0")
        kernel.whole_frames("eth0")
        mac = ethernet_address(self.number).hex(":")
        ip(
            "link set lo up",
            f"link set eth0 address {mac}",
            f"address add {address(self.number)}/24 dev eth0",
            "link set eth0 up",
        )
        os.write(say, b"2")
        while True:
            signal.pause()


def carry(switch: Switch, lines: dict[str, socket.socket], interfaces: dict[str, str], told: socket.socket) -> None:
    """Until it is killed."""
    waiting = selectors.DefaultSelector()
    waiting.register(told, selectors.EVENT_READ, "")
    for code, line in lines.items():
        waiting.register(line, selectors.EVENT_READ, code)
    while True:
        due_ms = switch.next_ms()
        for key, _ in waiting.select(None if due_ms is None else max(0.0, due_ms - now_ms()) / 1000):
            if key.data:
                with contextlib.suppress(OSError):
                    # A line that is down says so once.
                    switch.take(now_ms(), key.data, lines[key.data].recv(kernel.FRAME_BYTES_MAX))
            else:
                obey(switch, lines, interfaces, json.loads(told.recv(4096)))
        for code, frame in switch.due(now_ms()):
            with contextlib.suppress(OSError):
                lines[code].send(frame)


def now_ms() -> float:
    return time.monotonic() * 1000


def obey(switch: Switch, lines: dict[str, socket.socket], interfaces: dict[str, str], wish: dict[str, Any]) -> None:
    """{"plug": code, "into": bool}, or {"from": code, "to": code, "way": {fields of Way}}."""
    if "plug" in wish:
        kernel.plug(lines[wish["plug"]], interfaces[wish["plug"]], wish["into"])
    else:
        switch.set(wish["from"], wish["to"], Way(**wish["way"]))
