"""What this central server is: its address, database, keys, mail and limits. Read once at start, from central.toml.

A file that cannot be used raises SettingsError, whose text is one message for the person who edits it; the program then
ends with code 2 and nothing started.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from central_server.certificates import table as certificates
from central_server.certificates.table import CertificatesTable, Secrets
from central_server.contacts import KEY_BYTES, Box
from central_server.fleet import table as fleet
from central_server.fleet.table import AlertReceiver
from kiosk_app.office import toml_config
from kiosk_app.office.catalogue_parts import Clock, Part
from kiosk_app.office.toml_config import ConfigError
from kiosk_app.webhook_files import Receiver

Filled = Annotated[str, Meta(pattern=r"^[^\x00-\x1f]{1,400}\Z", description="a text on one line, not empty")]
Path_ = Annotated[str, Meta(max_length=400)]
Host = Annotated[
    str, Meta(pattern=r"^[A-Za-z0-9.:-]{1,253}\Z", description="a name or address, such as smtp.example.lg.jp")
]
Port = Annotated[int, Meta(ge=1, le=65535)]
SECRET_BYTES_MAX = 1024
SMS_SECRET_BYTES_MIN = 32
PHONE_TOKEN_BYTES_MIN = 32


class SettingsError(ConfigError):
    """One message: the file, the key, and what was expected."""


class Database(Part, frozen=True, kw_only=True):
    """`dsn`: as libpq reads it. One with a password belongs in a file that others cannot read."""

    dsn: Path_ = ""
    dsn_file: Path_ = ""
    connections: Annotated[int, Meta(ge=1, le=100)] = 8
    """Of each worker process."""


class Tls(Part, frozen=True, kw_only=True):
    """Left out where a proxy before this server has the certificate."""

    cert_file: Filled
    key_file: Filled


class Mail(Part, frozen=True, kw_only=True):
    """`tls`: starttls and tls check the server's certificate; none is for a mail server on this very computer."""

    host: Host
    port: Port = 587
    tls: Literal["starttls", "tls", "none"] = "starttls"
    sender: Annotated[
        str,
        Meta(pattern=r"^[!-?A-~]{1,64}@[A-Za-z0-9.-]{1,253}\Z", description="an address such as yoyaku@example.lg.jp"),
    ]
    user: Annotated[str, Meta(max_length=200)] = ""
    password_file: Path_ = ""
    ca_file: Path_ = ""
    """The city's own authority (PEM); without it those that the world trusts."""


class Sms(Part, frozen=True, kw_only=True):
    """A gateway that is told of each message as an office's webhooks are (docs/api.md)."""

    url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[A-Za-z0-9.\-\[\]:]+(/[!-~]*)?\Z",
            description="https://host/path or http://host/path, without a password",
        ),
    ]
    secret_file: Filled
    ca_file: Path_ = ""


class Phone(Part, frozen=True, kw_only=True):
    """Whoever speaks with callers (an IVR, a voice bot, an operator's page) shows this token."""

    token_file: Filled


class LimitsTable(Part, frozen=True, kw_only=True):
    """`per_contact`: bookings of one telephone number or mail address that are still to come: families book twice."""

    per_contact: Annotated[int, Meta(ge=1, le=100)] = 4
    per_contact_an_hour: Annotated[int, Meta(ge=1, le=1000)] = 8
    places: Annotated[int, Meta(ge=1, le=10)] = 4
    """People one after the other, in one booking: a family."""
    wrong_codes_an_hour: Annotated[int, Meta(ge=1, le=1000)] = 20
    """Of one address on the network, or one telephone."""
    holds_in_ten_minutes: Annotated[int, Meta(ge=1, le=1_000_000)] = 60
    """Of one address, in one worker process, through the JSON API."""
    requests_a_second: Annotated[int, Meta(ge=1, le=100_000)] = 20
    """Of one address, in one worker process. Many phones of one mobile network share one."""


class Simulation(Part, frozen=True, kw_only=True):
    """For stories: this file holds how many milliseconds the server's clock is ahead of the computer's."""

    clock_file: Filled


class CentralSettings(Part, frozen=True, kw_only=True):
    schema: Literal[1]
    listen: Annotated[
        str,
        Meta(
            pattern=r"^[A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4}\Z",
            description="an address and port of this computer, such as 127.0.0.1:8480",
        ),
    ] = "127.0.0.1:8480"
    workers: Annotated[int, Meta(ge=1, le=64)] = 2
    public_url: Annotated[
        str,
        Meta(
            pattern=r"^https?://[A-Za-z0-9.:-]{1,253}(/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?\Z",
            description="as visitors reach it, without a slash at its end: https://yoyaku.example.lg.jp",
        ),
    ]
    database: Database
    key_file: Filled
    """Of 32 bytes, as `hitofuda central key` writes it: what contacts are sealed with. Lost, they are lost."""
    offices_dir: Filled
    """The catalogues, the same as on the hubs."""
    procedures_dir: Path_ = ""
    """Life events and their questions (手続きナビ), as at the ticket machines. Left out: no such pages."""
    keep_contact_days: Annotated[int, Meta(ge=1, le=400)] = 7
    """After the day of the booking; then its name and addresses are gone."""
    reminder_at: Clock = "10:00"
    """Of the day before, in the office's time. Who books later is told by the confirmation alone."""
    proxies: Annotated[tuple[Host, ...], Meta(max_length=20)] = ()
    """Addresses of the proxies before this server: what they say of where a visitor comes from is believed."""
    tls: Tls | None = None
    mail: Mail | None = None
    sms: Sms | None = None
    phone: Phone | None = None
    """Left out: nobody can book by telephone."""
    certificates: CertificatesTable | None = None
    """Left out: no kiosk gets a certificate."""
    alerts: Annotated[tuple[AlertReceiver, ...], Meta(max_length=20)] = ()
    """Who is told of troubles of machines (docs/fleet.md)."""
    limits: LimitsTable = LimitsTable()
    simulation: Simulation | None = None

    @property
    def host(self) -> str:
        return self.listen.rsplit(":", 1)[0]

    @property
    def port(self) -> int:
        return int(self.listen.rsplit(":", 1)[1])


def parse(toml_text: str, file_name: str) -> CentralSettings:
    """Raises SettingsError."""
    settings = toml_config.read(toml_text, file_name, CentralSettings, SettingsError)
    if bool(settings.database.dsn) == bool(settings.database.dsn_file):
        raise SettingsError(f"{file_name}: database: expected dsn or dsn_file, one of them")
    if settings.mail is not None and bool(settings.mail.user) != bool(settings.mail.password_file):
        raise SettingsError(f"{file_name}: mail: expected user and password_file together")
    if settings.mail is not None and settings.mail.user and settings.mail.tls == "none":
        raise SettingsError(f"{file_name}: mail.tls: expected starttls or tls, because a password is sent")
    if settings.certificates is not None and (wrong := certificates.fault(settings.certificates)):
        raise SettingsError(f"{file_name}: {wrong}")
    if wrong := fleet.fault(settings.alerts):
        raise SettingsError(f"{file_name}: {wrong}")
    if settings.port > 65535:
        raise SettingsError(f"{file_name}: listen: expected a port of 1 to 65535")
    return settings


def load(path: Path) -> CentralSettings:
    """With absolute paths. Raises SettingsError."""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError as cause:
        raise SettingsError(f"{path}: cannot be read: {cause.strerror}") from None
    except UnicodeDecodeError:
        raise SettingsError(f"{path}: expected UTF-8 text") from None
    settings = parse(text, path.name)
    here = path.resolve().parent

    def named(part: Part) -> dict[str, object]:
        """Its files and those of its tables, meant from where the settings lie."""
        keys = [key for key in part.__struct_fields__ if key.endswith(("_file", "_dir"))]
        found: dict[str, object] = {key: str(here / value) for key in keys if (value := getattr(part, key))}
        tables = {key: one for key in part.__struct_fields__ if isinstance(one := getattr(part, key), Part)}
        return found | {key: msgspec.structs.replace(one, **named(one)) for key, one in tables.items()}

    receivers = tuple(msgspec.structs.replace(one, **named(one)) for one in settings.alerts)
    settings = msgspec.structs.replace(settings, alerts=receivers)

    return msgspec.structs.replace(settings, **named(settings))


def said(path: Path, error: Exception) -> str:
    """One line that begins with the file."""
    text = str(error)
    return f"{text}\n" if text.startswith(f"{path.name}:") else f"{path.name}: {text}\n"


def dsn_of(settings: CentralSettings) -> str:
    """Raises SettingsError."""
    if settings.database.dsn:
        return settings.database.dsn
    path = Path(settings.database.dsn_file)
    return secret_of(path, "database.dsn_file", 1).decode(errors="replace")


def box_of(settings: CentralSettings) -> Box:
    """Raises SettingsError for a key that others may read: with it every contact can be opened."""
    return Box(_key_of(Path(settings.key_file), "key_file"))


def _key_of(path: Path, setting: str) -> bytes:
    raw = secret_of(path, setting, KEY_BYTES * 2)
    try:
        key = bytes.fromhex(raw.decode("ascii"))
    except (UnicodeDecodeError, ValueError):
        key = b""
    if len(key) != KEY_BYTES:
        raise SettingsError(f"{setting}: expected {KEY_BYTES * 2} hexadecimal digits: hitofuda central key FILE")
    return key


def mail_password(settings: CentralSettings) -> str:
    """Empty where none is sent. Raises SettingsError."""
    if settings.mail is None or not settings.mail.password_file:
        return ""
    return secret_of(Path(settings.mail.password_file), "mail.password_file", 1).decode(errors="replace")


def sms_secret(settings: CentralSettings) -> bytes:
    """Raises SettingsError."""
    assert settings.sms is not None
    return secret_of(Path(settings.sms.secret_file), "sms.secret_file", SMS_SECRET_BYTES_MIN)


def alert_receivers(settings: CentralSettings) -> tuple[Receiver, ...]:
    """Raises SettingsError."""
    return tuple(
        Receiver(
            one.name,
            one.url,
            secret_of(Path(one.secret_file), f"alerts[{one.name}].secret_file", SMS_SECRET_BYTES_MIN),
            one.kinds,
            one.ca_file,
        )
        for one in settings.alerts
    )


def phone_token(settings: CentralSettings) -> str:
    """Empty where nobody books by telephone. Raises SettingsError."""
    if settings.phone is None:
        return ""
    return secret_of(Path(settings.phone.token_file), "phone.token_file", PHONE_TOKEN_BYTES_MIN).decode(
        errors="replace"
    )


def certificate_secrets(settings: CentralSettings) -> Secrets:
    """Empty ones where nothing needs them. Raises SettingsError."""
    table = settings.certificates
    if table is None:
        return Secrets()
    if table.external is not None:
        path = Path(table.external.token_file)
        return Secrets(
            token=secret_of(path, "certificates.external.token_file", PHONE_TOKEN_BYTES_MIN).decode(errors="replace")
        )
    return Secrets(_key_of(Path(table.signing_key_file), "certificates.signing_key_file"))


def secret_of(path: Path, key: str, bytes_min: int) -> bytes:
    """Without the line's end. Raises SettingsError, also where anybody but its owner may read the file."""
    try:
        with path.open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            raw = file.read(SECRET_BYTES_MAX + 1).strip()
    except OSError as cause:
        raise SettingsError(f"{key}: {path} cannot be read: {cause.strerror}") from None
    if stat.S_IMODE(mode) & 0o077:
        raise SettingsError(f"{key}: expected a file of its owner alone (chmod 600), not {path}")
    if not bytes_min <= len(raw) <= SECRET_BYTES_MAX:
        raise SettingsError(f"{key}: expected {bytes_min} to {SECRET_BYTES_MAX} bytes in {path}")
    return raw
