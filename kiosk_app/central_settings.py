"""The section [central] of machine.toml: where the city's central server is, and how it and this office know each
other.

Read at start, before anything is opened. Without it an office works alone: then all of its time slots are its own.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, NamedTuple

from msgspec import Meta

from kiosk_app import hub_tls
from kiosk_app.hub_settings import read_token
from kiosk_app.office.booking_code import KEY_BYTES_MIN, Keys
from kiosk_app.office.catalogue_parts import Part
from kiosk_app.office.toml_config import ConfigError

FILES = ("token_file", "ca_file", "booking_key_file")
KEYS_MAX = 3
"""The one that is used, and those that it replaces."""
File = Annotated[str, Meta(min_length=1, max_length=400)]
CentralUrl = Annotated[
    str,
    Meta(
        pattern=r"^https://[A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4}\Z",
        description="where central is, such as https://yoyaku.example.lg.jp:8443",
    ),
]


class CentralTable(Part, frozen=True, kw_only=True):
    """The files lie in the folder that `hitofuda central office add` writes and a technician carries to the hub."""

    url: CentralUrl
    token_file: File
    """The office's token, one line."""
    ca_file: File
    """The authority of central's certificate (PEM); no other is trusted."""
    booking_key_file: File
    """The secret of the office's reservation codes: hexadecimal digits, one line. While it is being replaced there are
    more lines: the first makes codes, the others prove those of before (docs/key-rotation.md)."""


class CentralKeys(NamedTuple):
    token: str
    booking_key: bytes


def load_keys(table: CentralTable) -> CentralKeys:
    """Raises ConfigError for what cannot be used."""
    try:
        hub_tls.check_authority(table.ca_file)
    except OSError as cause:
        raise ConfigError(f"central.ca_file: {table.ca_file} cannot be used: {cause.strerror or cause}") from None
    try:
        token = read_token(Path(table.token_file))
    except OSError as cause:
        raise ConfigError(f"central.token_file: {table.token_file} cannot be read: {cause.strerror}") from None
    except ValueError:
        raise ConfigError(f"central.token_file: expected the token of this office in {table.token_file}") from None
    return CentralKeys(token, read_booking_key(Path(table.booking_key_file)))


def read_booking_key(path: Path, setting: str = "central.booking_key_file") -> Keys:
    """`setting`: what names the file. Raises ConfigError."""
    try:
        text = path.read_text(encoding="ascii", errors="replace").strip()
    except OSError as cause:
        raise ConfigError(f"{setting}: {path} cannot be read: {cause.strerror}") from None
    try:
        keys = [bytes.fromhex(line) for line in text.splitlines()]
    except ValueError:
        keys = []
    if not 1 <= len(keys) <= KEYS_MAX or any(len(key) < KEY_BYTES_MIN for key in keys):
        raise ConfigError(f"{setting}: expected {2 * KEY_BYTES_MIN} hexadecimal digits or more on each line of {path}")
    return Keys(keys[0], keys[1:])
