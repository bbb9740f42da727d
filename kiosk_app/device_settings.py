"""The folder of one paired device (a console, a display, a ticket machine): where its hub is, and how it proves itself.

`hitofuda pair` writes it, the faces and the voice read it with --device. It holds a secret, so it is this user's alone.
A folder that cannot be used is one message that names file, key and what was expected; the program ends with code 2.
"""

from __future__ import annotations

import os
import ssl
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

from kiosk_app.office import toml_config
from kiosk_app.office.catalogue_parts import Part
from kiosk_app.office.toml_config import ConfigError

FILE, TOKEN_FILE, CA_FILE = "device.toml", "token", "ca.pem"
TOKEN_LETTERS_MIN = 43
"""256 bits in base64url."""
HUBS_MAX = 8

DeviceUse = Literal["console", "display", "ticket_machine"]
DeviceName = Annotated[
    str, Meta(pattern=r"^[^\x00-\x1f\"\\]{1,40}\Z", description="a text of 1 to 40 characters on one line")
]
HubAddress = Annotated[
    str,
    Meta(
        pattern=r"^https://[A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4}\Z",
        description="where the hub is, such as https://hub.example.jp:8470",
    ),
]
FileName = Annotated[
    str, Meta(pattern=r"^[^\x00-\x1f\"\\]{1,400}\Z", description="the name of a file, relative to this folder")
]


class DeviceError(ConfigError):
    """One message: the file, the key, and what was expected."""


class DeviceSettings(Part, frozen=True, kw_only=True):
    """device.toml. Paths are relative to its folder."""

    schema: Literal[1]
    use: DeviceUse
    name: DeviceName
    """As a technician calls it: 3番窓口."""
    hubs: Annotated[tuple[HubAddress, ...], Meta(min_length=1, max_length=HUBS_MAX)]
    """The hub and the machines that may become it, asked in turn."""
    token_file: FileName = TOKEN_FILE
    ca_file: FileName = CA_FILE


class Device(NamedTuple):
    """A folder that can be used. `ca_file` holds the office's own authority, which alone is trusted."""

    folder: Path
    use: DeviceUse
    name: str
    hubs: tuple[str, ...]
    token: str
    ca_file: Path


def parse(toml_text: str, file_name: str) -> DeviceSettings:
    """Raises DeviceError."""
    settings = toml_config.read(toml_text, file_name, DeviceSettings, DeviceError)
    if len(set(settings.hubs)) < len(settings.hubs):
        raise DeviceError(f"{file_name}: hubs: expected each address only once")
    return settings


def load(folder: Path, uses: Collection[DeviceUse] = ()) -> Device:
    """`uses`: what the device may be for, where not anything will do. Raises DeviceError."""
    path = folder / FILE
    settings = parse(_text(path, path), str(path))
    if uses and settings.use not in uses:
        raise DeviceError(f"{path}: use: expected {' or '.join(map(repr, uses))}, got {settings.use!r}")
    if folder.stat().st_mode & 0o077:
        raise DeviceError(f"{folder}: expected a folder of this user alone, because it holds a secret: chmod 700")
    ca_file = folder / settings.ca_file
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=ca_file)
    except OSError as cause:
        reason = "it holds no certificate (PEM)" if isinstance(cause, ssl.SSLError) else cause.strerror
        raise DeviceError(f"{path}: ca_file: {ca_file} cannot be used: {reason}") from None
    token = _text(path, folder / settings.token_file, "token_file: ").strip()
    if len(token) < TOKEN_LETTERS_MIN or not token.isascii() or not token.isprintable():
        expected = f"expected a token of {TOKEN_LETTERS_MIN} letters in {folder / settings.token_file}"
        raise DeviceError(f"{path}: token_file: {expected}; `hitofuda pair` writes one")
    return Device(folder, settings.use, settings.name, settings.hubs, token, ca_file)


def write(folder: Path, use: DeviceUse, name: str, hubs: Sequence[str], token: str, ca_pem: bytes) -> None:
    """A new folder that `load` reads. Raises DeviceError for what it would refuse, and OSError, also where a file is:
    an old secret is never overwritten. device.toml comes last, so half a folder is none."""
    quoted = ", ".join(f'"{hub}"' for hub in hubs)
    text = f'schema = 1\nuse = "{use}"\nname = "{name}"\nhubs = [{quoted}]\n'
    text += f'token_file = "{TOKEN_FILE}"\nca_file = "{CA_FILE}"\n'
    parse(text, FILE)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for file, data in ((TOKEN_FILE, f"{token}\n".encode()), (CA_FILE, ca_pem), (FILE, text.encode())):
        handle = os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())


def _text(settings: Path, path: Path, key: str = "") -> str:
    """`key`: of device.toml, where the file is named there."""
    where = f"{settings}: {key}{path}" if key else f"{path}"
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as cause:
        raise DeviceError(f"{where}: cannot be read: {cause.strerror}; `hitofuda pair` writes it") from None
    except UnicodeDecodeError:
        raise DeviceError(f"{where}: expected UTF-8 text") from None
