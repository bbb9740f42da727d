"""The only commands that can leave this computer for a card. What is not named here is not sent, whoever asks.

File 0001 of the text application is the 個人番号; reading it outside the law's purposes is forbidden (番号法). It is
therefore not a matter of care: the gate stands between every script and every transport, and has no way to say yes.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from drivers.pcsc_card.profile import OTHER_APPLICATIONS, CardProfile, PinPolicy, SignatureScheme

Purpose = Literal["identify", "authenticate", "attributes", "details"]
Use = Literal["read", "pin", "count", "sign"]
"""count: a PIN file whose tries may be asked for, and nothing else."""

NEVER = 0x0001
"""In the text application the 個人番号; in the JPKI application the signing certificate, with a name and an address."""


class ForbiddenCommand(Exception):
    """A bug of ours, stopped in time: the process ends. Names the header of the command only, never its data."""


@dataclass(slots=True)
class Gate:
    """One session's. Knows what the card has selected, because the same file id means another file elsewhere."""

    profile: CardProfile
    purpose: Purpose
    application: bytes | None = field(default=None, init=False)
    file: int | None = field(default=None, init=False)
    _asked: tuple[bytes, int] | None = field(default=None, init=False)
    """What the command under way would select."""
    _waiting: bool = field(default=False, init=False)
    """The card has said 61xx, so GET RESPONSE may be sent."""

    def admit(self, command: bytes | bytearray) -> None:
        """Raises ForbiddenCommand. To be called directly before the bytes go out."""
        if not self._is_allowed(command):
            header = bytes(command[:4]).hex(" ").upper()
            raise ForbiddenCommand(f"{header} with {len(command)} bytes, for {self.purpose}")

    def answered(self, status: int) -> None:
        """What the card said to the admitted command."""
        self._waiting = status >> 8 == 0x61
        if self._asked is not None:
            application, file = self._asked
            self._asked = None
            if status == 0x9000 or self._waiting:
                self.application, self.file = application, file or None

    def uses(self) -> dict[int, Use]:
        """Which files of the selected application may be used, and for what."""
        profile = self.profile
        if self.application == profile.jpki_aid:
            free: dict[int, Use] = {
                profile.token_ef: "read",
                profile.contents_ef: "read",
                profile.certificate_ef: "read",
            }
            if self.purpose == "authenticate":
                return {**free, profile.pin_ef: "pin", profile.key_ef: "sign"}
            return {**free, profile.pin_ef: "count"} if self.purpose == "details" else free
        if self.application == profile.text_aid:
            if self.purpose == "attributes":
                return {profile.attributes_ef: "read", profile.attributes_pin_ef: "pin"}
            return {profile.attributes_pin_ef: "count"} if self.purpose == "details" else {}
        return {}

    def _applications(self) -> set[bytes]:
        if self.purpose == "identify":
            return {self.profile.jpki_aid, *(other.aid for other in OTHER_APPLICATIONS)}
        if self.purpose == "authenticate":
            return {self.profile.jpki_aid}
        return {self.profile.jpki_aid, self.profile.text_aid}

    def _is_allowed(self, command: bytes | bytearray) -> bool:
        if len(command) < 4 or self._asked is not None:
            return False
        header, body = bytes(command[:4]), command[4:]
        waiting, self._waiting = self._waiting, False
        if header in (b"\x00\xa4\x04\x0c", b"\x00\xa4\x04\x00"):
            return self._selects_application(header[3], body)
        if header == b"\x00\xa4\x02\x0c":
            return self._selects_file(body)
        use = self.uses().get(self.file) if self.file is not None and self.file != NEVER else None
        if header[:2] == b"\x00\xb0":
            # Below 80: above, the byte would name another file (short file id).
            return use == "read" and header[2] < 0x80 and len(body) == 1
        if header == b"\x00\x20\x00\x80":
            return use in ("pin", "count") if not body else use == "pin" and _is_pin(body, self._policy())
        if header == b"\x80\x2a\x00\x80":
            return use == "sign" and _is_digest_info(body, self.profile.scheme)
        return header == b"\x00\xc0\x00\x00" and waiting and len(body) == 1

    def _policy(self) -> PinPolicy:
        return self.profile.attributes_pin if self.application == self.profile.text_aid else self.profile.pin

    def _selects_application(self, how: int, body: bytes | bytearray) -> bool:
        aid = bytes(body[1 : 1 + body[0]]) if body else b""
        # Only a payment card wants to be asked for an answer.
        end = b"\x00" if how == 0x00 else b""
        asks_payment = aid in {other.aid for other in OTHER_APPLICATIONS if other.kind == "payment"}
        if aid not in self._applications() or asks_payment != (how == 0x00):
            return False
        if bytes(body) != bytes((len(aid),)) + aid + end:
            return False
        # Until the card has agreed nothing counts as selected.
        self.application, self.file = None, None
        self._asked = aid, 0
        return True

    def _selects_file(self, body: bytes | bytearray) -> bool:
        if len(body) != 3 or body[0] != 2 or self.application is None:
            return False
        file = body[1] << 8 | body[2]
        if file == NEVER or file not in self.uses():
            return False
        self.file = None
        self._asked = self.application, file
        return True


def _is_pin(body: bytes | bytearray, policy: PinPolicy) -> bool:
    return len(body) == 1 + body[0] and policy.shortest <= body[0] <= policy.longest


def _is_digest_info(body: bytes | bytearray, scheme: SignatureScheme) -> bool:
    prefix = scheme.digest_info_prefix
    length = len(prefix) + scheme.digest_bytes
    return len(body) == length + 2 and body[0] == length and body[1 : 1 + len(prefix)] == prefix and body[-1] == 0
