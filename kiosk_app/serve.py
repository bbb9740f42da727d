"""Starts the core of one machine from its machine.toml and serves the API on a unix socket until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import socket
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn

from kiosk_app.core import Core
from kiosk_app.office.catalogue import CatalogueError
from kiosk_app.service_manager import TELL_EVERY_S, tell_alive
from kiosk_app.settings import SettingsError, load_machine, load_office, load_staff
from kiosk_app.tasks import Tasks

CRASHED = 70
"""Exit code after a bug (EX_SOFTWARE)."""


def run(machine_file: Path) -> int:
    """0 after an ordered stop; 2 when a configuration cannot be used, with one clear message."""
    try:
        settings = load_machine(machine_file)
        office = load_office(Path(settings.office_file))
        staff = load_staff(Path(settings.staff_file)).staff
    except (SettingsError, CatalogueError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
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


class _Server(uvicorn.Server):
    """Leaves the signals to us: uvicorn's own handlers would let every open stream run into its time limit."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _crash(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """A bug beside the presses ends the process at once: the service manager brings it back to the same screen."""
    loop.default_exception_handler(context)
    if "exception" in context:
        sys.stderr.flush()
        os._exit(CRASHED)


async def _serve(core: Core, path: Path) -> None:
    from kiosk_app.server import build

    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_crash)
    await core.start()
    config = uvicorn.Config(
        build(core), log_level="warning", access_log=False, lifespan="off", timeout_graceful_shutdown=2, loop="asyncio"
    )
    server = _Server(config)

    def stop() -> None:
        core.stopping = True
        core.changed.bump()
        server.should_exit = True

    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop)
    listening = _listen(path)
    beside = Tasks()
    beside.start(core.tick_forever())
    beside.start(_tell_alive())
    try:
        await server.serve(sockets=[listening])
    finally:
        await beside.stop()
        await core.stop()
