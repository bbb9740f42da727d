"""ccTalk messages as bytes. No line, no clock.

    [destination] [number of data bytes] [source] [header] [data ...] [checksum]

All bytes together are 0 modulo 256 (8-bit checksum). The host is address 1; a reply has header 0, with or without data.
The bus is one wire for both directions, so the host hears its own bytes first: what is not for the host is passed over.
Source: ccTalk Generic Specification 4.6, public domain, parts 1 and 2; example bytes in the manuals of its devices.
"""

from __future__ import annotations

from dataclasses import dataclass

HOST = 1
ACK, NAK, BUSY = 0, 5, 6
OVERHEAD_BYTES = 5
DATA_MAX = 252
FRAME_MAX = OVERHEAD_BYTES + DATA_MAX


@dataclass(frozen=True)
class Frame:
    destination: int
    source: int
    header: int
    data: bytes = b""


class BadFrame(Exception):
    """The bytes are no message: noise on the wire, or two who spoke at once."""


def encode(frame: Frame) -> bytes:
    if len(frame.data) > DATA_MAX:
        raise ValueError(f"{len(frame.data)} bytes of data, {DATA_MAX} fit")
    body = bytes((frame.destination, len(frame.data), frame.source, frame.header)) + frame.data
    return body + bytes((-sum(body) & 0xFF,))


def take(heard: bytearray) -> Frame | None:
    """The next message, which is removed; None while it has not come whole. Raises BadFrame: then nothing that has come
    can be trusted, because nothing marks where a message begins."""
    if len(heard) < 2 or len(heard) < (length := OVERHEAD_BYTES + heard[1]):
        return None
    raw = bytes(heard[:length])
    if sum(raw) & 0xFF:
        raise BadFrame(raw.hex(" "))
    del heard[:length]
    return Frame(raw[0], raw[2], raw[3], raw[4:-1])


def reply_to(sent: Frame, heard: bytearray) -> Frame | None:
    """Passes over the echo and whatever is not from the device that was asked; None while there is none."""
    while (frame := take(heard)) is not None:
        if frame.destination == sent.source and frame.source == sent.destination:
            return frame
    return None
