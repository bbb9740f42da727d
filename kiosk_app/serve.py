"""Starts the core of one machine from its machine.toml and serves the API on a unix socket until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from pathlib import Path

import uvicorn

from kiosk_app.core import Core
from kiosk_app.office.catalogue import CatalogueError
from kiosk_app.service_manager import TELL_EVERY_S, tell_alive
from kiosk_app.settings import SettingsError, load_machine, load_office, load_staff

DEVICE_WAITS_S = 0.0005
"""So long may the loop keep a device's thread from running (Python's own 5 ms, three times a ticket, is felt)."""


def run(machine_file: Path) -> int:
    """0 after an ordered stop; 2 when a configuration cannot be used, with one clear message."""
    try:
        settings = load_machine(machine_file)
        office = load_office(Path(settings.office_file))
        staff = load_staff(Path(settings.staff_file)).staff
    except (SettingsError, CatalogueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    sys.setswitchinterval(DEVICE_WAITS_S)
    core = Core.open(settings, office, staff)
    asyncio.run(_serve(core, Path(settings.runtime_dir) / "core.sock"))
    return 0


def _listen(path: Path) -> socket.socket:
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.bind(str(path))
    os.chmod(path, 0o660)
    listening.listen(256)
    return listening


async def _tell_alive() -> None:
    while True:
        tell_alive()
        await asyncio.sleep(TELL_EVERY_S)


async def _serve(core: Core, path: Path) -> None:
    from kiosk_app.server import build

    await core.start()
    config = uvicorn.Config(
        build(core), log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2, loop="asyncio"
    )
    server = uvicorn.Server(config)
    loop = asyncio.get_running_loop()

    def stop() -> None:
        core.stopping = True
        server.should_exit = True

    server.install_signal_handlers = lambda: None  # type: ignore[attr-defined]
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop)
    listening = _listen(path)
    ticking = loop.create_task(core.tick_forever())
    telling = loop.create_task(_tell_alive())
    try:
        await server.serve(sockets=[listening])
    finally:
        ticking.cancel()
        telling.cancel()
        await core.stop()
