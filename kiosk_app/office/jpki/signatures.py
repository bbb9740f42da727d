"""Whether a key made a signature. Anything that goes wrong on the way is a no."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from kiosk_app.office.jpki.certificate import CardCertificate, PublicKey
from kiosk_app.office.jpki.profile import ECDSA_SHA384, RSA_SHA256

_DIGESTS = {"sha256": SHA256, "sha384": SHA384}
LARGEST_KEY_BITS = 8192
"""A key from a card is hostile as well: checking one of a million bits would keep us busy."""


def key_signed(key: PublicKey, signature: bytes, message: bytes, digest: str) -> bool:
    """RSASSA-PKCS1-v1_5 or ECDSA, by the kind of the key."""
    hashed = _DIGESTS[digest]()
    if key.key_size > LARGEST_KEY_BITS:
        return False
    try:
        if isinstance(key, RSAPublicKey):
            key.verify(signature, message, PKCS1v15(), hashed)
        else:
            key.verify(signature, message, ECDSA(hashed))
    except (InvalidSignature, UnsupportedAlgorithm, ValueError):
        return False
    return True


def signed_by(certificate: CardCertificate, key: PublicKey) -> bool:
    """By the signature alone: names say nothing."""
    digest = {RSA_SHA256: "sha256", ECDSA_SHA384: "sha384"}.get(certificate.signature_algorithm)
    if digest is None or isinstance(key, RSAPublicKey) != (certificate.signature_algorithm == RSA_SHA256):
        return False
    return key_signed(key, certificate.signature, certificate.tbs, digest)
