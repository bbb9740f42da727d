"""Starts the core of one machine from its machine.toml and serves the API on a unix socket until told to stop."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os
import resource
import signal
import socket
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import uvicorn
from starlette.types import ASGIApp

from kiosk_app import central_catalogue, hub_tls, installed, procedure_files, with_forms
from kiosk_app.core import Core
from kiosk_app.hub_settings import place_of
from kiosk_app.office.toml_config import ConfigError
from kiosk_app.service_manager import TELL_EVERY_S, Pulse
from kiosk_app.settings import MachineSettings, load_machine, load_office, load_staff
from kiosk_app.words import WordsError
from offline_store.errors import StoreError

CONNECTIONS_MAX = 512
"""More are turned away at the door: twice the streams, for the requests beside them."""
GRACE_S = 2
ROLE_CHANGED = 3
"""The exit code."""
FILES_WANTED = 4_096
DEVICE_WAITS_S = 0.0005
"""So long may the loop keep a device's thread from running (Python's own 5 ms, three times a ticket, is felt)."""


def run(machine_file: Path) -> int:
    """0 after an ordered stop; 1 when the log cannot be used; 2 when a configuration cannot, with one clear message;
    3 when this machine's role in the office has changed: it is to be started again at once.

    Raises the bug that ended it, if one did.
    """
    try:
        settings = load_machine(machine_file)
        installed.check(settings, machine_file.name)
        with_forms.check(settings)
        core, listening, door = _open(settings)
    except (ConfigError, WordsError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except StoreError as error:
        sys.stderr.write(f"{settings.data_dir}: {error}\n")
        return 1
    except OSError as error:
        sys.stderr.write(f"{machine_file.name}: data_dir, runtime_dir: cannot be used: {error}\n")
        return 2
    sys.setswitchinterval(DEVICE_WAITS_S)
    _allow_files()
    asyncio.run(_serve(core, listening, door))
    if isinstance(core.bug, StoreError):
        # No bug of ours: the disk has failed, and whatever it acknowledges now cannot be believed.
        sys.stderr.write(f"{settings.data_dir}: the log cannot be written: {core.bug}; the disk must be looked at\n")
        return 1
    if core.bug is not None:
        raise core.bug
    return ROLE_CHANGED if core.role_changed else 0


def _allow_files() -> None:
    """Connections to the hub need more of them than a process begins with; as many as the system allows it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = FILES_WANTED if hard == resource.RLIM_INFINITY else min(FILES_WANTED, hard)
    if soft != resource.RLIM_INFINITY and soft < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))


def _open(settings: MachineSettings) -> tuple[Core, socket.socket, socket.socket | None]:
    office = load_office(Path(settings.office_file))
    if settings.central is not None:
        office = central_catalogue.in_use(Path(settings.data_dir), Path(settings.office_file), office)
    staff = load_staff(Path(settings.staff_file)).staff
    # Before the log, so that nothing is made where something is malformed.
    procedure_files.of_machine(settings.procedures_dir)
    core = Core.open(settings, office, staff)
    try:
        return core, listen(Path(settings.runtime_dir) / "core.sock"), _door(settings)
    except OSError:
        core.book.log.close()
        raise


def _door(settings: MachineSettings) -> socket.socket | None:
    """Where ticket machines come to; None where this is no hub of several computers."""
    if settings.hub is None or not settings.hub.listen:
        return None
    hub = settings.hub
    place = place_of(hub.listen)
    try:
        if hub.cert_file:
            hub_tls.check_hub(hub.cert_file, hub.key_file)
    except OSError as error:
        raise OSError(error.errno, f"hub.cert_file, hub.key_file: {error.strerror or error}") from error
    try:
        return socket.create_server(place, backlog=64)
    except OSError as error:
        raise OSError(error.errno, f"hub.listen: {settings.hub.listen}: {error}") from error


def listen(path: Path) -> socket.socket:
    """On a socket that only the product's group may open. The log's own lock has shown that no other core runs."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileNotFoundError):
        path.unlink()
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        listening.bind(str(path))
    except OSError as error:
        listening.close()
        raise OSError(error.errno, f"{path}: {error}") from error
    os.chmod(path, 0o660)
    listening.listen(256)
    return listening


async def _tell_alive(core: Core) -> None:
    pulse = Pulse(lambda: core.upkeep.ticks)
    while True:
        pulse.beat()
        await asyncio.sleep(TELL_EVERY_S)


def configuration(app: ASGIApp) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        lifespan="off",
        loop="asyncio",
        timeout_graceful_shutdown=GRACE_S,
        limit_concurrency=CONNECTIONS_MAX,
    )


class _Server(uvicorn.Server):
    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """The core ends first and its streams with it; uvicorn's own handlers would wait for them in vain."""
        yield


async def _serve(core: Core, listening: socket.socket, door: socket.socket | None) -> None:
    from kiosk_app.server import build

    loop = asyncio.get_running_loop()

    def not_caught(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        loop.default_exception_handler(context)
        error = context.get("exception")
        # A line that breaks is the other side's affair; anything else is ours.
        if error is not None and not isinstance(error, OSError):
            core.give_up(error)

    loop.set_exception_handler(not_caught)
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, core.end)
    await core.start()
    server = _Server(configuration(build(core)))
    ticking = loop.create_task(core.tick_forever())
    telling = loop.create_task(_tell_alive(core))
    outer: uvicorn.Server | None = None
    if door is not None and core.place.door is not None and core.settings.hub is not None:
        from kiosk_app import hub_server

        outer = hub_server.door_server(core, configuration(hub_server.build(core)))
    every = [server] if outer is None else [server, outer]
    # What is here now stays: to look through all of it for what may go would hold up a call by fifty milliseconds.
    gc.freeze()
    ending = loop.create_task(_end(core, every))
    try:
        serving = [server.serve(sockets=[listening])]
        if outer is not None and door is not None:
            serving.append(outer.serve(sockets=[door]))
        await asyncio.gather(*serving)
    finally:
        ending.cancel()
        ticking.cancel()
        telling.cancel()
        await core.stop()


async def _end(core: Core, servers: Sequence[uvicorn.Server]) -> None:
    await core.ended.wait()
    for server in servers:
        server.should_exit = True
