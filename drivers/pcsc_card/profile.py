"""What one generation of the My Number card looks like from outside: applications, files, PIN rules, key and digest.

Nothing outside this file knows a length of a key or a digest: the generation of 2028 (ECDSA P-384 with SHA-384, other
applications) is one more `CardProfile` here. Sources: OpenSC's card-jpki.c and jpki.h, jpki/myna, myna-card.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


@dataclass(frozen=True, slots=True)
class PinPolicy:
    """What a PIN may be. One of another shape would cost a try all the same, so it is never sent."""

    shortest: int
    longest: int
    digits_only: bool
    tries: int


@dataclass(frozen=True, slots=True)
class SignatureScheme:
    """The card pads PKCS#1 v1.5 over exactly the bytes that it is given, so the DigestInfo is ours to send."""

    digest: Literal["sha256", "sha384"]
    digest_bytes: int
    digest_info_prefix: bytes
    """DER of AlgorithmIdentifier with its NULL: verifiers refuse a signature over one without it."""
    signature_bytes: int


@dataclass(frozen=True, slots=True)
class CardProfile:
    """One generation. `*_ef` are file ids of two bytes within their application."""

    jpki_aid: bytes
    token_ef: int
    """Free to read; its first 32 bytes are the token's label."""
    contents_ef: int
    """Free to read, 3 bytes: which certificates exist. Byte 0 signing, byte 1 authentication; 8F is there."""
    certificate_ef: int
    """利用者証明用電子証明書; free to read on a plastic card."""
    key_ef: int
    pin_ef: int
    pin: PinPolicy
    scheme: SignatureScheme
    text_aid: bytes
    """券面事項入力補助. Its file 0001 is the 個人番号, which no profile may name: see allow_list.py."""
    attributes_ef: int
    attributes_pin_ef: int
    attributes_pin: PinPolicy
    token_label: str
    other_labels: tuple[tuple[str, Literal["old_juki", "phone"]], ...]
    """Tokens of the same application that this machine does not take."""


FOUR_DIGITS = PinPolicy(4, 4, True, 3)
LABEL_BYTES = 32
CERTIFICATE_THERE = 0x8F
CERTIFICATE_MAX_BYTES = 4096
"""Real ones have about 1,100; whoever says more is not believed."""
ATTRIBUTES_MAX_BYTES = 2048

CARD_OF_2016 = CardProfile(
    jpki_aid=bytes.fromhex("D392F000260100000001"),
    token_ef=0x0006,
    contents_ef=0x0008,
    certificate_ef=0x000A,
    key_ef=0x0017,
    pin_ef=0x0018,
    pin=FOUR_DIGITS,
    scheme=SignatureScheme("sha256", 32, bytes.fromhex("3031300d060960864801650304020105000420"), 256),
    text_aid=bytes.fromhex("D3921000310001010408"),
    attributes_ef=0x0002,
    attributes_pin_ef=0x0011,
    attributes_pin=FOUR_DIGITS,
    token_label="JPKIAPICCTOKEN2",
    other_labels=(("JPKIAPICCTOKEN", "old_juki"), ("JPKIAPGPSETOKEN", "phone"), ("JPKIAPIOSTOKEN", "phone")),
)

PROFILES: tuple[CardProfile, ...] = (CARD_OF_2016,)
"""Tried in this order on whatever lies at the reader."""


@dataclass(frozen=True, slots=True)
class OtherApplication:
    """Selected, and nothing of it read, only to say kindly what was laid there."""

    kind: Literal["driving_licence", "residence_card", "payment"]
    aid: bytes


OTHER_APPLICATIONS: tuple[OtherApplication, ...] = (
    OtherApplication("driving_licence", bytes.fromhex("A0000002310100000000000000000000")),
    OtherApplication("residence_card", bytes.fromhex("D392F0004F0200000000000000000000")),
    OtherApplication("payment", b"2PAY.SYS.DDF01"),
    OtherApplication("payment", b"1PAY.SYS.DDF01"),
)
