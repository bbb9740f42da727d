"""The section [forms] of machine.toml: which forms this machine makes, and the office's keys for their codes.

Read at start, before anything is opened.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from msgspec import Meta

from kiosk_app.office.catalogue_parts import Part
from kiosk_app.office.toml_config import ConfigError

FOLDER = Path(__file__).parent.parent / "config" / "forms"
FILES = ("folder", "code_key_file", "read_key_file")
KEY_BYTES = 32
File = Annotated[str, Meta(max_length=400)]


class FormsTable(Part, frozen=True, kw_only=True):
    """On a ticket machine with a printer of documents, forms are made; on the hub, staff read their codes."""

    folder: File = ""
    """Of questions, forms and templates; empty: those that came with the program."""
    code_key_file: File = ""
    """The office's public key (`hitofuda forms key`). Empty: the paper has no code."""
    read_key_file: File = ""
    """The office's private key, on the hub alone. Empty: codes are not read here."""


def folder_of(table: FormsTable) -> Path:
    return Path(table.folder) if table.folder else FOLDER


def read_key(key: str, path: str) -> bytes:
    """64 hexadecimal digits on one line; nothing where no file is named. `key` is the setting's, for the message.
    Raises ConfigError."""
    if not path:
        return b""
    try:
        text = Path(path).read_text("ascii").strip()
        found = bytes.fromhex(text)
    except OSError as cause:
        raise ConfigError(f"forms.{key}: {path} cannot be read: {cause.strerror}") from None
    except ValueError:
        found = b""
    if len(found) != KEY_BYTES:
        raise ConfigError(f"forms.{key}: expected 64 hexadecimal digits in {path}")
    return found


def reads(table: FormsTable | None) -> bool:
    """Whether the codes of forms are read here."""
    return table is not None and bool(table.read_key_file)
