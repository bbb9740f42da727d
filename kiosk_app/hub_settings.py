"""The [hub] table of machine.toml: where the hub is, or who may come to it.

A machine proves who it is with a token that lies in a file of its own; the hub knows only the token's hash, and taking
that line away revokes it. Between computers the line has TLS, and the machine trusts the office's own authority alone.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, NamedTuple

import msgspec
from msgspec import Meta

from kiosk_app.office.catalogue_parts import Part
from kiosk_app.office.numbers import machine_index

TOKEN_LETTERS_MIN = 43
"""256 bits in base64."""


Path_ = Annotated[str, Meta(max_length=400)]
FILES = ("token_file", "ca_file", "cert_file", "key_file")
HERE = re.compile(r"127(\.[0-9]{1,3}){3}|localhost")
"""What never leaves this computer needs no encryption."""
CODE = re.compile(r"(?=.{2,8}$)[a-z]+[1-9][0-9]*")
TOKEN_HASH = re.compile(r"[0-9a-f]{64}")


Address = Annotated[
    str,
    Meta(
        pattern=r"^(https?://[A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4})?$",
        description="where the hub is, such as https://hub.example.jp:8470",
    ),
]
ADDRESSES_MAX = 8
NO_AUTHORITY = "hub.ca_file: expected ca.pem of the hub, where the address has https:// and only there"


class HubTable(Part, frozen=True, kw_only=True):
    """`address` on a ticket machine; `listen` on the hub of several computers, `machines` where not all are paired. A
    machine that may be the hub while another one is has both, and `candidates`: the codes of the other ones. `first`:
    it is the hub where none has been."""

    address: Address | tuple[Address, ...] = ""
    candidates: tuple[str, ...] = ()
    first: bool = False
    token_file: Path_ = ""
    ca_file: Path_ = ""
    """The office's own authority; no other is trusted. On the hub what paired devices get: ca.pem beside cert_file."""
    listen: Annotated[
        str,
        Meta(
            pattern=r"^([A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4})?$",
            description="an address and port of this computer, such as 192.0.2.1:8470",
        ),
    ] = ""
    cert_file: Path_ = ""
    key_file: Path_ = ""
    machines: dict[str, str] = msgspec.field(default_factory=dict)
    addresses: Annotated[
        tuple[
            Annotated[
                str,
                Meta(
                    pattern=r"^https://[A-Za-z0-9.-]{1,253}:[1-9][0-9]{0,4}\Z",
                    description="where the hub is or may be, such as https://hub.example.jp:8470",
                ),
            ],
            ...,
        ],
        Meta(max_length=8),
    ] = ()
    """Of this hub and of machines that may become it, for paired devices. None: where the device found the hub."""

    @property
    def in_turn(self) -> tuple[str, ...]:
        """Where the hub may be."""
        return self.address if isinstance(self.address, tuple) else (self.address,) if self.address else ()


class Place(NamedTuple):
    host: str
    port: int


def place_of(listen: str) -> Place:
    host, port = listen.rsplit(":", 1)
    return Place(host, int(port))


def fault(table: HubTable | None, code: str, roles: Sequence[str]) -> str:
    """What does not fit with the machine's code and roles; empty when all does. Begins with the key."""
    if "hub" not in roles:
        if "ticket_machine" not in roles:
            return ""
        if table is None or not table.in_turn:
            return "hub.address: expected where the hub is, because roles has ticket_machine and not hub"
        if (
            table.listen
            or table.machines
            or table.cert_file
            or table.key_file
            or table.addresses
            or table.candidates
            or table.first
        ):
            return (
                "hub: expected no listen, machines, addresses, cert_file, key_file, candidates or first, "
                "because roles has no hub"
            )
        plain = table.ca_file and not any(_is_encrypted(address) for address in table.in_turn)
        return _fault_of_the_way(table) or (NO_AUTHORITY if plain else "")
    if table is None:
        return ""
    if not table.candidates and (table.in_turn or table.token_file):
        return (
            "hub: expected no address or token_file, because this machine is the hub itself; or candidates, where "
            "another one may be"
        )
    others = table.machines or table.addresses or table.ca_file or table.candidates
    if others and not table.listen:
        return "hub: expected listen as well, because others are to reach this hub"
    if bool(table.cert_file) != bool(table.key_file):
        return "hub: expected cert_file and key_file together"
    if table.listen and not table.cert_file and not HERE.fullmatch(place_of(table.listen).host):
        return (
            "hub.cert_file: expected hub.pem, because machines come from other computers (`hitofuda hub-certificate`)"
        )
    for one, hashed in table.machines.items():
        if not CODE.fullmatch(one):
            return f"hub.machines.{one}: expected a machine's code with its number, such as m2"
        if not TOKEN_HASH.fullmatch(hashed):
            return f"hub.machines.{one}: expected the 64 digits that `hitofuda token` has printed"
    for one in table.candidates:
        if not CODE.fullmatch(one) or one == code:
            return f"hub.candidates: expected codes of other machines, such as m2, and not {one!r}"
    if table.candidates and not table.in_turn:
        return "hub.address: expected where the candidates are, because hub.candidates is set"
    if table.candidates and (wrong := _fault_of_the_way(table)):
        return wrong
    if code in table.machines:
        return f"hub.machines.{code}: expected other machines than this one"
    own = [code] if "ticket_machine" in roles else []
    numbers: dict[int, str] = {}
    for one in [*own, *table.machines]:
        if (other := numbers.setdefault(machine_index(one), one)) != one:
            # The number chooses the band of numbers that a machine prints from while it is cut off.
            return f"hub.machines.{one}: expected a number of its own, {other} has the same"
    return ""


def _is_encrypted(address: str) -> bool:
    return address.startswith("https://")


def _fault_of_the_way(table: HubTable) -> str:
    """From here to wherever the hub may be."""
    if not table.token_file:
        return "hub.token_file: expected the file that `hitofuda token` has written, because hub.address is set"
    if len(table.in_turn) > ADDRESSES_MAX:
        return f"hub.address: expected {ADDRESSES_MAX} addresses at most"
    for address in table.in_turn:
        where = address.partition("://")[2]
        if not _is_encrypted(address) and not HERE.fullmatch(place_of(where).host):
            return "hub.address: expected https://, because the hub is another computer"
    if any(_is_encrypted(address) for address in table.in_turn) and not table.ca_file:
        return NO_AUTHORITY
    return ""


def hash_of_token(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def write_token(path: Path, token: str) -> str:
    """For this user alone, and never over another one. Its hash. Raises OSError."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(token + "\n")
    return hash_of_token(token)


def read_token(path: Path) -> str:
    """Raises OSError, and ValueError for what no program has written."""
    token = path.read_text(encoding="ascii", errors="replace").strip()
    if len(token) < TOKEN_LETTERS_MIN:
        raise ValueError(f"{path} holds no token of {TOKEN_LETTERS_MIN} letters; `hitofuda token` writes one")
    return token
