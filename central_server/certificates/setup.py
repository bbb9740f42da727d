"""From the section [certificates] to what one process works with: an issuer, the authorities, whom to ask for
validity."""

from __future__ import annotations

import os
import ssl
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

from central_server.certificates import coverage
from central_server.certificates.derived import birth_secret
from central_server.certificates.desk import Certificates
from central_server.certificates.entitlement import Policy
from central_server.certificates.external import HttpIssuer
from central_server.certificates.issuer import Issuer
from central_server.certificates.simulator import Simulator
from central_server.certificates.table import CertificatesTable, External, Secrets, Validity
from central_server.certificates.verification import Signer
from central_server.contacts import Box
from central_server.fetching import HttpFetcher
from central_server.revocation import Crl, Good, NobodyToAsk, Ocsp, Revocation, Standing
from kiosk_app.clock import new_nonce
from kiosk_app.office.certificates import DOCUMENT_BYTES_MAX
from kiosk_app.office.jpki.anchors import Anchors, anchors_of
from kiosk_app.office.jpki.certificate import CardCertificate
from kiosk_app.office.toml_config import ConfigError

REPLY_BYTES_MAX = DOCUMENT_BYTES_MAX * 4 // 3 + 65_536
"""Of an external issuer: the PDF in base64."""
EXTERNAL_AT_ONCE = 32


class NotARealCard:
    """Of samples: every card is taken for good."""

    def standing(self, certificate: CardCertificate, issuer: CardCertificate, now: datetime) -> Standing:
        return Good(now)


def make(table: CertificatesTable, keys: Secrets, box: Box, public_url: str, today: datetime) -> Certificates:
    """Raises ConfigError."""
    if table.external is not None:
        issuer: Issuer = HttpIssuer(table.external.url, _external(table.external, keys.token))
        threads = EXTERNAL_AT_ONCE
    else:
        try:
            issuer = Simulator(
                Signer(keys.signing_key),
                birth_secret(box),
                f"{public_url}/c/",
                tax_year(today),
                Policy(individual_number=table.individual_number),
            )
        except coverage.NoFont as error:
            raise ConfigError(f"certificates: {error}; its Debian package is fonts-ipamj-mincho") from None
        threads = (os.cpu_count() or 1) + 2
    return Certificates(
        issuer=issuer,
        anchors=anchors(table),
        revocation=_revocation(table.validity),
        threads=ThreadPoolExecutor(threads, thread_name_prefix="certificates"),
    )


def tax_year(today: datetime) -> int:
    """Taxes of a year are certified from June on."""
    return today.year if today.month >= 6 else today.year - 1


def anchors(table: CertificatesTable) -> Anchors:
    """Raises ConfigError where there is none: every card would be refused."""
    folder = Path(table.authorities_dir)
    try:
        files = {path.name: path.read_bytes() for path in sorted(folder.iterdir()) if path.is_file()}
    except OSError as cause:
        raise ConfigError(f"certificates.authorities_dir: {folder} cannot be read: {cause.strerror}") from None
    found = anchors_of(files, test_hierarchy=table.test_hierarchy)
    if not found:
        reasons = "; ".join(found.left_out) or "it is empty"
        raise ConfigError(f"certificates.authorities_dir: expected authorities in {folder}: {reasons}")
    return found


def _external(external: External, token: str) -> HttpFetcher:
    try:
        tls = ssl.create_default_context(cafile=external.ca_file or None)
    except OSError as cause:
        raise ConfigError(f"certificates.external.ca_file: cannot be used: {cause.strerror or cause}") from None
    return HttpFetcher(
        deadline_s=external.answer_s,
        most_bytes=REPLY_BYTES_MAX,
        headers=(("Authorization", f"Bearer {token}"),),
        tls=tls,
    )


def _revocation(validity: Validity | None) -> Revocation:
    if validity is None:
        return NobodyToAsk()
    fetch = HttpFetcher(deadline_s=validity.answer_s)
    match validity.kind:
        case "ocsp":
            return Ocsp(validity.url, fetch, new_nonce)
        case "crl":
            return Crl(validity.url, fetch)
    return NotARealCard()
