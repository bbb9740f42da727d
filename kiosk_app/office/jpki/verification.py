"""What a card has proved: that its certificate is of the right kind, in force and from a trusted authority, and that it
holds the key. Every way in which it has not is a value of its own. Revocation is asked elsewhere (central), or said
not to have been asked.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Literal

from cryptography.hazmat.primitives.asymmetric.ec import SECP384R1, EllipticCurvePublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from kiosk_app.office.jpki.anchors import Anchor, Anchors
from kiosk_app.office.jpki.certificate import CardCertificate, Unreadable, read
from kiosk_app.office.jpki.challenge import Challenge
from kiosk_app.office.jpki.profile import CARD_2016, SIGNATURE_POLICIES, UNDERSTOOD_CRITICAL, Profile
from kiosk_app.office.jpki.signatures import key_signed, signed_by

DAYS_A_YEAR = 366


@dataclass(frozen=True, slots=True)
class WrongKind:
    """A certificate, but not of user authentication."""

    kind: Literal["signing", "authority", "other"]


@dataclass(frozen=True, slots=True)
class OutsideProfile:
    """Of user authentication, but made as none of this generation is. `what` names the part."""

    what: str


@dataclass(frozen=True, slots=True)
class NotYetValid:
    first_day: date


@dataclass(frozen=True, slots=True)
class Expired:
    last_day: date


@dataclass(frozen=True, slots=True)
class NoAnchors:
    """Nobody has installed an authority here, so nothing can be said of the issuer."""


@dataclass(frozen=True, slots=True)
class UnknownIssuer:
    """None of the trusted authorities that are in force has signed it."""


@dataclass(frozen=True, slots=True)
class WrongSignature:
    """What the card answered is no signature of this challenge by the key of its certificate."""


@dataclass(frozen=True, slots=True)
class Issued:
    """From a trusted authority, in force, of the right kind. Not yet: that the card is here, or not revoked."""

    certificate: CardCertificate = field(repr=False)
    anchor: Anchor


@dataclass(frozen=True, slots=True)
class Proven:
    """And the card that holds its key is here and was opened by its PIN. Revocation was not asked."""

    certificate: CardCertificate = field(repr=False)
    anchor: Anchor


NotInForce = Unreadable | WrongKind | OutsideProfile | NotYetValid | Expired
NotIssued = NotInForce | NoAnchors | UnknownIssuer


def in_force(der: bytes, at: datetime, profile: Profile = CARD_2016) -> CardCertificate | NotInForce:
    """Kind, profile and dates: all that the certificate says of itself, whoever made it."""
    found = read(der)
    if isinstance(found, Unreadable):
        return found
    for wrong in (_wrong_kind(found, profile), _outside(found, profile)):
        if wrong is not None:
            return wrong
    if at < found.not_before:
        return NotYetValid(found.first_day)
    return Expired(found.last_day) if at > found.not_after else found


def issued(der: bytes, anchors: Anchors, at: datetime, profile: Profile = CARD_2016) -> Issued | NotIssued:
    """The issuer is found by its signature: several authorities have one name, and anybody can write a name."""
    found = in_force(der, at, profile)
    if not isinstance(found, CardCertificate):
        return found
    if not anchors:
        return NoAnchors()
    if found.signature_algorithm in profile.signature_algorithms:
        for anchor in anchors.anchors:
            if anchor.covers(at) and signed_by(found, anchor.certificate.key):
                return Issued(found, anchor)
    return UnknownIssuer()


def holds_key(
    certificate: CardCertificate, challenge: Challenge, signature: bytes, profile: Profile = CARD_2016
) -> bool:
    """Whether this certificate's card signed this challenge. Says nothing of who issued it."""
    return key_signed(certificate.key, signature, challenge.message(), profile.digest)


def proven(
    der: bytes,
    challenge: Challenge,
    signature: bytes,
    anchors: Anchors,
    at: datetime,
    profile: Profile = CARD_2016,
) -> Proven | WrongSignature | NotIssued:
    """The whole, for who must not act on less. `challenge` has just been spent (challenge.Challenges.spend)."""
    found = issued(der, anchors, at, profile)
    if not isinstance(found, Issued):
        return found
    if not holds_key(found.certificate, challenge, signature, profile):
        return WrongSignature()
    return Proven(found.certificate, found.anchor)


def _wrong_kind(found: CardCertificate, profile: Profile) -> WrongKind | None:
    if found.is_authority or found.usage & {"key_cert_sign", "crl_sign"}:
        return WrongKind("authority")
    if found.policies & SIGNATURE_POLICIES or "content_commitment" in found.usage:
        return WrongKind("signing")
    if profile.policy not in found.policies or "digital_signature" not in found.usage:
        return WrongKind("other")
    return None


def _outside(found: CardCertificate, profile: Profile) -> OutsideProfile | None:
    if found.critical - UNDERSTOOD_CRITICAL:
        return OutsideProfile("critical extension")
    if not _right_key(found, profile):
        return OutsideProfile("key")
    longest = timedelta(days=DAYS_A_YEAR * profile.longest_life_years)
    return OutsideProfile("life") if found.not_after - found.not_before > longest else None


def _right_key(found: CardCertificate, profile: Profile) -> bool:
    key = found.key
    if profile.key == "rsa":
        return isinstance(key, RSAPublicKey) and key.key_size >= profile.least_rsa_bits
    return isinstance(key, EllipticCurvePublicKey) and isinstance(key.curve, SECP384R1)
