"""The office's own certificate authority: made once, for one hub, and the only one that its machines trust.

The certificates are valid whatever the clock says. A machine whose clock stands at 1970 must reach its hub all the
more, to hear what time it is; who is refused is decided by tokens, and a key that is lost by making the authority anew.
"""

from __future__ import annotations

import ipaddress
import os
import ssl
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cryptography.x509 import GeneralName

FROM = datetime(1970, 1, 1, tzinfo=UTC)
UNTIL = datetime(9999, 12, 31, 23, 59, 59, tzinfo=UTC)
"""No defined end (RFC 5280, 4.1.2.5)."""
FILES = ("ca.pem", "hub.pem", "hub.key")


def make(folder: Path, hosts: Sequence[str]) -> None:
    """Writes `FILES`. `hosts`: names and addresses by which machines reach the hub. The authority's own key is kept
    nowhere, so nobody can ever sign another hub with it. Raises OSError, also where one of the files exists."""
    # Loaded only here: a core needs none of it.
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

    def name(text: str) -> x509.Name:
        return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])

    authority, hub = (ec.generate_private_key(ec.SECP256R1()) for _ in range(2))
    begun = x509.CertificateBuilder().issuer_name(name("Hitofuda office")).not_valid_before(FROM).not_valid_after(UNTIL)
    usage = x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )
    mark = x509.SubjectKeyIdentifier.from_public_key(authority.public_key())
    root = (
        begun.subject_name(name("Hitofuda office"))
        .public_key(authority.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(usage, critical=True)
        .add_extension(mark, critical=False)
        .sign(authority, hashes.SHA256())
    )
    leaf = (
        begun.subject_name(name("Hitofuda hub"))
        .public_key(hub.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        .add_extension(x509.SubjectAlternativeName([_general(host) for host in hosts]), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(mark), critical=False)
        .sign(authority, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key = hub.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    folder.mkdir(parents=True, exist_ok=True)
    for file, data in zip(FILES, (root.public_bytes(pem), leaf.public_bytes(pem), key), strict=True):
        mode = 0o600 if file.endswith(".key") else 0o644
        handle = os.open(folder / file, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, mode)
        with os.fdopen(handle, "wb") as out:
            out.write(data)


def _general(host: str) -> GeneralName:
    from cryptography import x509

    try:
        return x509.IPAddress(ipaddress.ip_address(host))
    except ValueError:
        return x509.DNSName(host)


def check_hub(cert_file: str, key_file: str) -> None:
    """Raises OSError (ssl.SSLError is one) for files that no hub can use."""
    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(cert_file, key_file)


def check_authority(ca_file: str) -> None:
    """Raises OSError."""
    ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT).load_verify_locations(cafile=ca_file)
