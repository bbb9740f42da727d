"""How a new device and the hub come to trust each other: commit, then reveal, then two people compare six digits.

The device has no authority yet, so its line to the hub is encrypted and proves nothing. It binds itself to a secret
number before it hears the hub's, and the hub gives its own before it hears the device's: neither they nor anybody
between them can choose the six digits that follow from both. The digits cover the certificate that each side really
sees, so whoever sits between makes two screens differ (ZRTP, RFC 6189, 4.4.1.1 and 4.5.2, has the same shape). The
device's token is its own: only its hash ever leaves it.

Pure: times are milliseconds of a clock that never runs back, ids and numbers are arguments.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Literal

import msgspec
from msgspec import Meta
from msgspec.structs import replace

from kiosk_app.api_technician import DeviceUse

PATH = "/v1/pairing"
PROTOCOL = 1
BODY_BYTES_MAX = 4_096
PENDING_MS = 120_000
"""From the first word to the confirmation; whatever is not confirmed by then leaves nothing."""
PENDING_MAX = 3
"""At one time: a technician compares one code after the other. Who was confirmed waits for nobody any more."""
TRIES_MAX, TRIES_MS = 12, 600_000
"""Each try of somebody in between has one chance in a million; so he has not many. What was confirmed was none of his,
and an office pairs all its consoles and displays on one day."""
SEEN_MAX = 64
"""Commitments that are remembered, so that an old message is known for one."""
DIGITS = 6
SECRET_BYTES = 32

Hex = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}\Z", description="64 hexadecimal digits")]
Name = Annotated[
    str, Meta(pattern=r"^[^\x00-\x1f\x7f\"\\]{1,40}\Z", description="a text of 1 to 40 characters on one line")
]
Zone = Annotated[str, Meta(pattern=r"^[^\x00-\x1f\x7f\"\\]{0,40}\Z")]
PairingId = Annotated[str, Meta(min_length=1, max_length=64)]


class Begin(msgspec.Struct, frozen=True, tag="begin", forbid_unknown_fields=True):
    """`commitment` binds the device to its secret number and to everything else that it says here."""

    protocol: int
    use: DeviceUse
    name: Name
    zone: Zone
    token_sha256: Hex
    commitment: Hex


class Reveal(msgspec.Struct, frozen=True, tag="reveal", forbid_unknown_fields=True):
    pairing: PairingId
    secret: Hex


class Look(msgspec.Struct, frozen=True, tag="look", forbid_unknown_fields=True):
    """What has become of it? May be asked again."""

    pairing: PairingId
    secret: Hex


Request = Begin | Reveal | Look


class Begun(msgspec.Struct, frozen=True, tag="begun"):
    pairing: str
    secret: str


class Waiting(msgspec.Struct, frozen=True, tag="waiting"):
    """A technician compares now."""

    left_ms: int


class Enrolled(msgspec.Struct, frozen=True, tag="enrolled"):
    """`ca_pem`: the office's own authority. `hubs`: where the hub is or may be; empty: where the device found it."""

    device: str
    ca_pem: str
    hubs: tuple[str, ...]


Cause = Literal["protocol", "crowded", "name_taken", "not_its_name", "zone", "gone", "forged", "refused", "off"]


class No(msgspec.Struct, frozen=True, tag="no"):
    """`off`: this hub pairs nobody, `detail` says why. `gone`: unknown, or its time is over."""

    cause: Cause
    detail: str = ""


Reply = Begun | Waiting | Enrolled | No
requests: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)
replies: msgspec.json.Decoder[Reply] = msgspec.json.Decoder(Reply)


def commitment(asked: Begin, secret: str) -> str:
    """`asked` without its commitment."""
    return _hash("commitment", secret, asked.use, asked.name, asked.zone, asked.token_sha256)


def code(asked: Begin, device_secret: str, hub_secret: str, certificate_sha256: str) -> str:
    """What both screens show: 「482913」. `certificate_sha256`: of the hub's certificate (DER) as this side sees it."""
    said = (asked.use, asked.name, asked.zone, asked.token_sha256, device_secret, hub_secret, certificate_sha256)
    return f"{int(_hash('code', *said), 16) % 10**DIGITS:0{DIGITS}d}"


def _hash(what: str, *parts: str) -> str:
    """Of the parts with their lengths: no two lists of parts give the same bytes."""
    encoded = [part.encode() for part in ("hitofuda pairing", str(PROTOCOL), what, *parts)]
    return hashlib.sha256(b"".join(len(part).to_bytes(4, "big") + part for part in encoded)).hexdigest()


# --- the hub's side ------------------------------------------------------------------------------------------


class Pending(msgspec.Struct, frozen=True, kw_only=True):
    """One device that has begun. It is shown to a technician once it has a code."""

    id: str
    asked: Begin
    hub_secret: str
    until_ms: int
    secret: str = ""
    code: str = ""
    verdict: Literal["", "confirmed", "refused"] = ""
    device: str = ""


class Pairings(msgspec.Struct, frozen=True):
    pending: tuple[Pending, ...] = ()
    begun_ms: tuple[int, ...] = ()
    seen: tuple[str, ...] = ()

    def find(self, id: str) -> Pending | None:
        return next((one for one in self.pending if one.id == id), None)

    @property
    def shown(self) -> tuple[Pending, ...]:
        """What a technician is asked about."""
        return tuple(one for one in self.pending if one.code and not one.verdict)


def expire(now: Pairings, now_ms: int) -> Pairings:
    """Without what has run out of time."""
    pending = tuple(one for one in now.pending if one.until_ms > now_ms)
    begun_ms = tuple(ms for ms in now.begun_ms if ms > now_ms - TRIES_MS)
    if (pending, begun_ms) == (now.pending, now.begun_ms):
        return now
    return replace(now, pending=pending, begun_ms=begun_ms)


def begin(now: Pairings, asked: Begin, id: str, hub_secret: str, now_ms: int) -> tuple[Pairings, Begun | No]:
    now = expire(now, now_ms)
    if asked.protocol != PROTOCOL:
        return now, No("protocol")
    if asked.commitment in now.seen:
        return now, No("forged")
    if sum(one.verdict != "confirmed" for one in now.pending) >= PENDING_MAX or len(now.begun_ms) >= TRIES_MAX:
        return now, No("crowded")
    one = Pending(id=id, asked=asked, hub_secret=hub_secret, until_ms=now_ms + PENDING_MS)
    seen = (*now.seen, asked.commitment)[-SEEN_MAX:]
    return Pairings((*now.pending, one), (*now.begun_ms, now_ms), seen), Begun(id, hub_secret)


def reveal(now: Pairings, asked: Reveal, certificate_sha256: str, now_ms: int) -> tuple[Pairings, Waiting | No]:
    """The same word again is answered alike; another secret than was committed to ends the pairing."""
    now = expire(now, now_ms)
    one = now.find(asked.pairing)
    if one is None:
        return now, No("gone")
    if one.asked.commitment != commitment(one.asked, asked.secret):
        return _without(now, one), No("forged")
    if one.verdict == "refused":
        return now, No("refused")
    shown = code(one.asked, asked.secret, one.hub_secret, certificate_sha256)
    return _with(now, replace(one, secret=asked.secret, code=shown)), Waiting(one.until_ms - now_ms)


def look(now: Pairings, asked: Look, now_ms: int) -> tuple[Pairings, Pending | Waiting | No]:
    """The pending one itself when it is confirmed."""
    now = expire(now, now_ms)
    one = now.find(asked.pairing)
    if one is None or not one.secret:
        return now, No("gone")
    if one.secret != asked.secret:
        return now, No("forged")
    if one.verdict == "refused":
        return now, No("refused")
    return now, one if one.verdict else Waiting(one.until_ms - now_ms)


def confirm(now: Pairings, id: str, device: str, now_ms: int) -> tuple[Pairings, Pending | None]:
    """By a technician, under a new id; None when it is no longer waiting. The device then has a while to ask for it."""
    now = expire(now, now_ms)
    one = next((one for one in now.shown if one.id == id), None)
    if one is None:
        return now, None
    begun_ms = list(now.begun_ms)
    begun_ms.remove(one.until_ms - PENDING_MS)
    one = replace(one, verdict="confirmed", device=device, until_ms=now_ms + PENDING_MS)
    return replace(_with(now, one), begun_ms=tuple(begun_ms)), one


def refuse(now: Pairings, id: str, now_ms: int) -> tuple[Pairings, Pending | None]:
    """By a technician: the codes differ, or nobody knows this device."""
    now = expire(now, now_ms)
    one = next((one for one in now.shown if one.id == id), None)
    return (now, None) if one is None else (_with(now, replace(one, verdict="refused")), one)


def _with(now: Pairings, one: Pending) -> Pairings:
    return replace(now, pending=tuple(one if other.id == one.id else other for other in now.pending))


def _without(now: Pairings, one: Pending) -> Pairings:
    return replace(now, pending=tuple(other for other in now.pending if other.id != one.id))
