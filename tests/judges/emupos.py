"""emupos, a printer that is not ours, as a process of its own: what it was sent, it draws, and we look at its paper."""

from __future__ import annotations

import contextlib
import io
import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from tests.drivers.escpos_printer.patience import PATIENCE_S
from tests.judges.installed import JUDGES, needs

FOLDER = JUDGES / "emupos"
needs_emupos = needs("emupos", otherwise="emupos needs Python 3.13, none here: not run")
START_WITHIN_S = 60.0


class Emupos:
    def __init__(self, port: int, api: str) -> None:
        self.port = port
        self._api = f"{api}/api/v1/devices/front"

    def wait_for_receipts(self, count: int, timeout_s: float = PATIENCE_S) -> list[Image.Image]:
        """What was cut off so far, oldest first; 255 = ink. Fewer than `count` when time ran out."""
        deadline_s = time.monotonic() + timeout_s
        while len(found := self._receipts()) < count and time.monotonic() < deadline_s:
            time.sleep(0.05)
        return found

    def _receipts(self) -> list[Image.Image]:
        ids = [receipt["id"] for receipt in json.loads(self._get("/receipts"))]
        pictures = (Image.open(io.BytesIO(self._get(f"/receipts/{name}/image"))) for name in reversed(ids))
        return [ImageOps.invert(picture.convert("L")) for picture in pictures]

    def fault(self, name: str, active: bool) -> None:
        method = "PUT" if active else "DELETE"
        urllib.request.urlopen(
            urllib.request.Request(f"{self._api}/faults/{name}", method=method), timeout=PATIENCE_S
        ).close()

    def _get(self, path: str) -> bytes:
        with urllib.request.urlopen(f"{self._api}{path}", timeout=PATIENCE_S) as answer:
            data: bytes = answer.read()
        return data


@contextlib.contextmanager
def running(folder: Path, width_dots: int = 576) -> Iterator[Emupos]:
    """A TM-T20III with paper of this width."""
    port, api_port = _free_ports(2)
    profiles = next(FOLDER.glob("lib/python3.*/site-packages/emupos/profiles/printers"))
    profile = (profiles / "epson-tm-t20iii.yaml").read_text()
    (folder / "printer.yaml").write_text(profile.replace("width_dots: 576", f"width_dots: {width_dots}"))
    device: dict[str, Any] = {"id": "front", "type": "printer", "profile": "./printer.yaml"}
    device |= {"connections": [{"tcp": {"port": port}}], "receipts_dir": str(folder / "receipts")}
    # JSON is YAML too.
    config = {"schema": 1, "api": {"host": "127.0.0.1", "port": api_port}, "devices": [device]}
    (folder / "emupos.yaml").write_text(json.dumps(config))
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with (folder / "emupos.txt").open("w") as log:
        child = subprocess.Popen(
            [FOLDER / "bin" / "emupos", "run", "--config", "emupos.yaml"],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    try:
        made = Emupos(port, f"http://127.0.0.1:{api_port}")
        _wait_until_there(made, child, folder / "emupos.txt")
        yield made
    finally:
        child.terminate()
        child.wait(PATIENCE_S)


def _wait_until_there(made: Emupos, child: subprocess.Popen[bytes], log: Path) -> None:
    deadline_s = time.monotonic() + START_WITHIN_S
    while True:
        try:
            made.wait_for_receipts(0)
            return
        except urllib.error.URLError:
            assert child.poll() is None, log.read_text()
            assert time.monotonic() < deadline_s, log.read_text()
            time.sleep(0.05)


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as stack:
        sockets = [stack.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [one.getsockname()[1] for one in sockets]
