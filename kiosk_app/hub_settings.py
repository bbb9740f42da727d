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


class HubTable(Part, frozen=True, kw_only=True):
    """`address` on a ticket machine; `listen` and `machines` on the hub of several computers. A machine that may be the
    hub while another one is has both, and `candidates`: the other ones. `first`: it is the hub where none has been."""

    address: Address | tuple[Address, ...] = ""
    candidates: tuple[str, ...] = ()
    first: bool = False
    token_file: Path_ = ""
    ca_file: Path_ = ""
    """The office's own authority; no other is trusted."""
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

    @property
    def addresses(self) -> tuple[str, ...]:
        """Where the hub may be, to be tried in turn."""
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
        if table is None or not table.addresses:
            return "hub.address: expected where the hub is, because roles has ticket_machine and not hub"
        if table.listen or table.machines or table.cert_file or table.key_file or table.candidates or table.first:
            return (
                "hub: expected no listen, machines, cert_file, key_file, candidates or first, because roles has no hub"
            )
        return _fault_of_the_way(table)
    if table is None:
        return ""
    if not table.candidates and (table.addresses or table.token_file or table.ca_file):
        return (
            "hub: expected no address, token_file or ca_file, because this machine is the hub itself; "
            "or candidates, where another one may be"
        )
    if bool(table.listen) != bool(table.machines):
        return "hub: expected listen and [hub.machines] together"
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
        if one not in table.machines:
            return f"hub.candidates: expected machines of [hub.machines], {one!r} is none"
    if table.candidates and not table.addresses:
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


def _fault_of_the_way(table: HubTable) -> str:
    if not table.token_file:
        return "hub.token_file: expected the file that `hitofuda token` has written, because hub.address is set"
    if len(table.addresses) > ADDRESSES_MAX:
        return f"hub.address: expected {ADDRESSES_MAX} addresses at most"
    places = [address.partition("://") for address in table.addresses]
    for scheme, _, where in places:
        if scheme == "http" and not HERE.fullmatch(place_of(where).host):
            return "hub.address: expected https://, because the hub is another computer"
    if any(scheme == "https" for scheme, _, _ in places) != bool(table.ca_file):
        return "hub.ca_file: expected ca.pem of the hub, where the address has https:// and only there"
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
