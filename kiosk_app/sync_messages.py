"""The messages between an office's hub and central: facts as between a machine and its hub, and what is no fact.

The hub (sync.py) is always the client, central (central_server/sync_door.py) the server. Facts go both ways in the
messages of replication.py; the rest are pictures and copies of which the latest counts. Every request may be repeated,
lost or answered twice. Pure: central imports this file too.
"""

from __future__ import annotations

import zlib
from typing import Annotated

import msgspec
from msgspec import Meta

from kiosk_app.office.board import Board
from kiosk_app.office.check_in_rows import ROWS_MAX, CheckInRow
from kiosk_app.office.contact_rows import CONTACTS_MAX, ContactRow
from kiosk_app.office.fleet import Machines
from kiosk_app.replication import (
    MESSAGE_BYTES_MAX,
    Given,
    Hello,
    MalformedMessage,
    No,
    Pull,
    Push,
    Taken,
    Text,
    Welcome,
)

PATH = "/v1/sync"
"""One POST each, `Authorization: Bearer` with the office's token; bodies are msgpack."""
PLAIN, PACKED = "application/msgpack", "application/msgpack+zlib"
"""The content type says whether a body is packed; a content encoding would be undone on the way by who knows no
limit."""
PACK_FROM_BYTES = 1_000
CENTRAL = "central"
"""The name of central's chain of an office; central~2 after it was restored from a backup. No machine has such a
code."""
FACTS_UP = 1_000
FACTS_DOWN = 100
"""Taking them keeps the hub's loop for some ten milliseconds."""
CATALOGUE_LETTERS_MAX = 2_000_000
WAIT_S = 25.0
"""So long central holds a question for news while there is none."""

Hash = Annotated[str, Meta(pattern=r"^([0-9a-f]{64})?\Z")]
Date = Annotated[str, Meta(pattern=r"^2[0-9]{3}-[0-9]{2}-[0-9]{2}\Z")]


class Show(msgspec.Struct, frozen=True, tag="show"):
    """The office as it is now, and a sign of life. `epoch` of the hub that shows it: central keeps no older hub's.
    `pending`: so many facts of this hub are not at central, as far as this session knows; None while it does not.
    `machines`: for the city's technicians; a hub of before tells none."""

    session: Text
    epoch: int
    board: Board
    pending: int | None = None
    machines: Machines = ()


class Shown(msgspec.Struct, frozen=True, tag="shown"):
    """`catalogue`: SHA-256 of the catalogue file that central has of this office; empty where it has none."""

    catalogue: Hash = ""


class RowsAsked(msgspec.Struct, frozen=True, tag="rows_asked"):
    date: Date


class RowsGiven(msgspec.Struct, frozen=True, tag="rows"):
    date: Date
    rows: Annotated[tuple[CheckInRow, ...], Meta(max_length=ROWS_MAX)]


class ContactsAsked(msgspec.Struct, frozen=True, tag="contacts_asked"):
    """How can these be reached, whom a closure has hit? A leader looks at them now."""

    bookings: Annotated[tuple[Text, ...], Meta(max_length=CONTACTS_MAX)]


class ContactsGiven(msgspec.Struct, frozen=True, tag="contacts"):
    """Those of them that central knows as hit. Kept by nobody."""

    rows: Annotated[tuple[ContactRow, ...], Meta(max_length=CONTACTS_MAX)]


class CatalogueAsked(msgspec.Struct, frozen=True, tag="catalogue_asked"):
    """The one that central has now."""


class CatalogueGiven(msgspec.Struct, frozen=True, tag="catalogue"):
    """`text` is the TOML file; empty where central has none (any more)."""

    text: Annotated[str, Meta(max_length=CATALOGUE_LETTERS_MAX)]


class Wait(msgspec.Struct, frozen=True, tag="wait"):
    """Is there anything of central behind this? Held until there is, or for WAIT_S."""

    chain: Text
    seq: int
    catalogue: Hash


class Waited(msgspec.Struct, frozen=True, tag="waited"):
    news: bool


Request = Hello | Push | Pull | Show | RowsAsked | ContactsAsked | CatalogueAsked | Wait
Reply = Welcome | Taken | Given | No | Shown | RowsGiven | ContactsGiven | CatalogueGiven | Waited
_encoder = msgspec.msgpack.Encoder()
_requests: msgspec.msgpack.Decoder[Request] = msgspec.msgpack.Decoder(Request)
_replies: msgspec.msgpack.Decoder[Reply] = msgspec.msgpack.Decoder(Reply)


def encode(message: Request | Reply) -> bytes:
    return _encoder.encode(message)


def decode_request(data: bytes) -> Request:
    """Raises MalformedMessage."""
    try:
        return _requests.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedMessage(str(error)) from error


def decode_reply(data: bytes) -> Reply:
    """Raises MalformedMessage."""
    try:
        return _replies.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedMessage(str(error)) from error


def packed(data: bytes) -> bytes | None:
    """None where it is not worth it."""
    return zlib.compress(data, 1) if len(data) >= PACK_FROM_BYTES else None


def unpacked(data: bytes) -> bytes:
    """Never more than MESSAGE_BYTES_MAX, whatever the bytes would grow to. Raises MalformedMessage."""
    opened = zlib.decompressobj()
    try:
        found = opened.decompress(data, MESSAGE_BYTES_MAX + 1)
    except zlib.error as error:
        raise MalformedMessage(str(error)) from error
    if len(found) > MESSAGE_BYTES_MAX or not opened.eof or opened.unused_data:
        raise MalformedMessage("more than a message, or not the whole of it")
    return found
