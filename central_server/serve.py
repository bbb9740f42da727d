"""Starts the central server from its central.toml: several worker processes behind one port, each with its own pool.

The parent looks after its workers and serves nobody. On SIGHUP each worker is replaced by one that has read the
settings and catalogues anew, without a moment in which nobody answers.
"""

from __future__ import annotations

import contextlib
import functools
import logging
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import psycopg
import uvicorn
from starlette.applications import Starlette
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

from central_server import database, guard, jobs, offices, settings
from central_server.app import routes
from central_server.bookings import Bookings
from central_server.central import Central
from central_server.certificates import verification_keys
from central_server.certificates.desk import Certificates
from central_server.database import plainly
from central_server.days import Availability
from central_server.limits import Limits
from central_server.settings import CentralSettings, SettingsError
from kiosk_app import hub_tls, procedure_files, words
from kiosk_app.clock import wall_utc_ms
from kiosk_app.office.procedures_parts import Procedures
from kiosk_app.office.toml_config import ConfigError
from kiosk_app.service_manager import tell_alive
from kiosk_app.words import WordsError

CONNECTIONS_MAX = 1_000
"""Of one worker: more are answered 503 at the door."""
GRACE_S = 5
KEEP_ALIVE_S = 15
FROZEN_S = 10
"""A worker that does not answer its parent for so long is killed and started again."""
DATABASE_S = 2.0
"""Between two tries of a worker to reach a database that is away."""

_log = logging.getLogger("central")


def run(path: Path) -> int:
    """0 after an ordered stop; 1 when the database cannot be used now; 2 when a configuration cannot be used at all,
    with one clear message."""
    try:
        found = settings.load(path)
        dsn = settings.dsn_of(found)
        check(found)
        if missing := database.missing(dsn):
            sys.stderr.write(f"database: {', '.join(missing)} not applied yet: hitofuda central migrate\n")
            return 2
        offices.load(dsn, settings.box_of(found), offices.read_catalogues(Path(found.offices_dir)))
        listening = _listen(found)
    except (ConfigError, WordsError, database.SchemaError) as error:
        sys.stderr.write(settings.said(path, error))
        return 2
    except psycopg.Error as error:
        sys.stderr.write(f"{path.name}: database: cannot be used: {plainly(error)}\n")
        return 1
    config = configuration(found, functools.partial(worker, str(path)))
    with listening:
        _Workers(config, [listening]).run()
    return 0


def check(found: CentralSettings) -> None:
    """What only shows when it is used. Raises ConfigError."""
    procedures_of(found)
    settings.mail_password(found)
    settings.phone_token(found)
    settings.certificate_secrets(found)
    if found.certificates is not None:
        certificates_of(found).close()
    if found.sms is not None:
        settings.sms_secret(found)
    settings.alert_receivers(found)
    if found.tls is not None:
        try:
            hub_tls.check_hub(found.tls.cert_file, found.tls.key_file)
        except OSError as cause:
            raise SettingsError(f"tls.cert_file, tls.key_file: cannot be used: {cause.strerror or cause}") from None


def _listen(found: CentralSettings) -> socket.socket:
    try:
        return socket.create_server((found.host, found.port), backlog=1024)
    except OSError as cause:
        raise SettingsError(f"listen: {found.listen} cannot be used: {cause.strerror}") from None


def configuration(found: CentralSettings, app: Callable[[], Starlette]) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        factory=True,
        workers=found.workers,
        log_level="warning",
        access_log=False,
        server_header=False,
        lifespan="on",
        loop="asyncio",
        http="h11",
        ws="none",
        proxy_headers=bool(found.proxies),
        forwarded_allow_ips=list(found.proxies),
        timeout_keep_alive=KEEP_ALIVE_S,
        timeout_graceful_shutdown=GRACE_S,
        timeout_worker_healthcheck=FROZEN_S,
        limit_concurrency=CONNECTIONS_MAX,
        h11_max_incomplete_event_size=guard.HEAD_BYTES_MAX,
        ssl_certfile=found.tls.cert_file if found.tls else None,
        ssl_keyfile=found.tls.key_file if found.tls else None,
    )


class _Workers(Multiprocess):
    """uvicorn's own; it also tells the service manager that all is well."""

    def keep_subprocess_alive(self) -> None:
        super().keep_subprocess_alive()
        if all(one.is_ready(FROZEN_S) for one in self.processes):
            tell_alive()


def worker(path: str) -> Starlette:
    """The application of one process. Waits for a database that is away; with settings that cannot be used any more it
    ends with what uvicorn's parent takes for that."""
    try:
        return _worker(settings.load(Path(path)))
    except (ConfigError, WordsError, database.SchemaError) as error:
        sys.stderr.write(settings.said(Path(path), error))
        raise SystemExit(STARTUP_FAILURE) from None


def _worker(found: CentralSettings) -> Starlette:
    dsn, box = settings.dsn_of(found), settings.box_of(found)
    catalogues = offices.read_catalogues(Path(found.offices_dir))
    while True:
        try:
            here = offices.load(dsn, box, catalogues)
            verification_keys.keep(dsn, settings.certificate_secrets(found).signing_key, clock_of(found)())
            break
        except psycopg.OperationalError as error:
            _log.warning("the database is away: %s", plainly(error))
            time.sleep(DATABASE_S)
    return build(found, dsn, here)


def build(found: CentralSettings, dsn: str, here: dict[str, offices.OfficeHere]) -> Starlette:
    """Nothing is opened before the application's life begins."""
    box, limits = settings.box_of(found), limits_of(found)
    pool = database.pool(dsn, found.database.connections)
    senders, availability = jobs.senders(found), Availability()
    central = Central(
        pool=pool,
        box=box,
        bookings=Bookings(pool, box, here, limits, senders.channels, availability),
        availability=availability,
        offices=here,
        public_url=found.public_url,
        now=clock_of(found),
        limits=limits,
        words=words.load(domains=("messages",)),
        phone_token=settings.phone_token(found),
        certificates=None if found.certificates is None else certificates_of(found),
        procedures=procedures_of(found),
        tls_cert_file=found.tls.cert_file if found.tls is not None else "",
    )

    @contextlib.asynccontextmanager
    async def life(_: Starlette) -> AsyncIterator[None]:
        await pool.open()
        work = jobs.Jobs(central, senders, found.reminder_at)
        work.start()
        try:
            yield
        finally:
            await work.stop()
            await pool.close()
            if central.certificates is not None:
                central.certificates.close()

    return guard.guarded(routes(central), found, life)


def certificates_of(found: CentralSettings) -> Certificates:
    """Of settings that have this section. Raises SettingsError and ConfigError."""
    # Only here: a city without kiosks for certificates needs no typesetter.
    from central_server.certificates import setup

    assert found.certificates is not None
    keys = settings.certificate_secrets(found)
    return setup.make(found.certificates, keys, settings.box_of(found), found.public_url, clock_of(found)())


def procedures_of(found: CentralSettings) -> Procedures | None:
    """Raises ConfigError."""
    return procedure_files.load(Path(found.procedures_dir)) if found.procedures_dir else None


def limits_of(found: CentralSettings) -> Limits:
    table = found.limits
    return Limits(
        per_contact=table.per_contact,
        per_contact_an_hour=table.per_contact_an_hour,
        places=table.places,
        wrong_codes_an_hour=table.wrong_codes_an_hour,
        holds_in_ten_minutes=table.holds_in_ten_minutes,
        keep_contact_days=found.keep_contact_days,
    )


def clock_of(found: CentralSettings) -> Callable[[], datetime]:
    """Central works in wall time; in a story it is ahead by what the story's file says."""
    if found.simulation is None:
        return lambda: datetime.fromtimestamp(wall_utc_ms() / 1000, UTC)
    file, seen, ahead_ms = Path(found.simulation.clock_file), (0, 0), 0

    def ahead() -> datetime:
        nonlocal seen, ahead_ms
        stands = file.stat()
        if seen != (stands.st_ino, stands.st_mtime_ns):
            seen, ahead_ms = (stands.st_ino, stands.st_mtime_ns), int(file.read_text() or 0)
        return datetime.fromtimestamp(wall_utc_ms() / 1000, UTC) + timedelta(milliseconds=ahead_ms)

    return ahead
