"""Receivers of webhooks as machine.toml names them, with what their files hold; the secret is in no settings file."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from kiosk_app.settings import SettingsError, WebhookTable

SECRET_BYTES_MIN, SECRET_BYTES_MAX = 32, 1024


@dataclass(frozen=True)
class Receiver:
    """`ca_file`: the office's own authority, or empty for those that the world trusts."""

    name: str
    url: str
    secret: bytes = field(repr=False)
    kinds: tuple[str, ...]
    ca_file: str = ""


def load_receivers(tables: Iterable[WebhookTable]) -> tuple[Receiver, ...]:
    """Raises SettingsError that names the key and what was expected."""
    return tuple(_receiver(table) for table in tables)


def _receiver(table: WebhookTable) -> Receiver:
    at = f"webhooks[{table.name}]"
    path = Path(table.secret_file)
    try:
        mode, raw = path.stat().st_mode, path.read_bytes()[: SECRET_BYTES_MAX + 1].strip()
        if table.ca_file and b"BEGIN CERTIFICATE" not in Path(table.ca_file).read_bytes():
            raise SettingsError(f"{at}.ca_file: expected a certificate in PEM, {table.ca_file} holds none")
    except OSError as cause:
        key = "secret_file" if str(cause.filename) == str(path) else "ca_file"
        raise SettingsError(f"{at}.{key}: {cause.filename} cannot be read: {cause.strerror}") from None
    if mode & 0o007:
        raise SettingsError(f"{at}.secret_file: expected a file that others cannot read (chmod 640), not {path}")
    if not SECRET_BYTES_MIN <= len(raw) <= SECRET_BYTES_MAX:
        raise SettingsError(f"{at}.secret_file: expected {SECRET_BYTES_MIN} to {SECRET_BYTES_MAX} bytes in {path}")
    return Receiver(table.name, table.url, raw, table.events, table.ca_file)
