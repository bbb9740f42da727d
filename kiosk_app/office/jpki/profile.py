"""What a certificate of user authentication (利用者証明用電子証明書) must be: of today's card, with room for others.

From public sources: the certificates of J-LIS, openssl's output of real cards, the crate myna-card (see
docs/decisions/019-card-check.md). J-LIS's own profile specification 3.2 is to be read before release.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

RSA_SHA256 = "1.2.840.113549.1.1.11"
ECDSA_SHA384 = "1.2.840.10045.4.3.3"

AUTHENTICATION_POLICY = "1.2.392.200149.8.5.1.3.30"
SIGNATURE_POLICIES = frozenset({"1.2.392.200149.8.5.1.1.20", "1.2.392.200149.8.5.1.1.40"})
"""Of signing certificates (署名用), on a card and on a telephone."""

HIERARCHY = "JPKI"
"""Organisation of the real certificate authorities. Every other one is a test hierarchy: JPKI-TEST is J-LIS's own."""
AUTHENTICATION_UNIT = "JPKI for user authentication"
SIGNATURE_UNIT = "JPKI for digital signature"

UNDERSTOOD_CRITICAL = frozenset(
    {
        "2.5.29.15",  # key usage
        "2.5.29.17",  # subject alternative name
        "2.5.29.18",  # issuer alternative name
        "2.5.29.19",  # basic constraints
        "2.5.29.31",  # CRL distribution points
        "2.5.29.32",  # certificate policies
        "2.5.29.37",  # extended key usage
    }
)
"""An extension that its issuer calls critical and we do not know ends the matter (RFC 5280, 4.2)."""


@dataclass(frozen=True)
class Profile:
    """One generation of cards."""

    name: str
    policy: str
    digest: Literal["sha256", "sha384"]
    """Of the card's own signature over a challenge."""
    key: Literal["rsa", "p384"]
    signature_algorithms: frozenset[str]
    """With which an authority may have signed the certificate."""
    least_rsa_bits: int
    longest_life_years: int
    """It ends on the holder's fifth birthday after its issue, or with the card if that ends earlier. It is not
    known here, nor asked for: the day is read from the certificate, and only a life that no counting of birthdays
    allows is refused."""


CARD_2016 = Profile(
    name="today's card",
    policy=AUTHENTICATION_POLICY,
    digest="sha256",
    key="rsa",
    signature_algorithms=frozenset({RSA_SHA256}),
    least_rsa_bits=2048,
    longest_life_years=6,
)
"""The next generation (2028) is announced with P-384, SHA-384 and ten years; its policy is not public, so it has no
profile yet and is refused as what it is: not of this profile."""
