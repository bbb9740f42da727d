"""The section [certificates] of central.toml.

A sample issuer may be tried with cards of a test hierarchy and without a validity service. A real one may not: then the
server does not start.
"""

from __future__ import annotations

from typing import Annotated, Literal, NamedTuple

from msgspec import Meta

from kiosk_app.office.catalogue_parts import Part

Address = Annotated[
    str,
    Meta(
        pattern=r"^https?://[A-Za-z0-9.\-\[\]:]{1,253}(/[!-~]*[!-.0-~])?\Z",
        description="https://host/path or http://host/path, without a slash at its end",
    ),
]
File = Annotated[str, Meta(min_length=1, max_length=400)]
FileOrNone = Annotated[str, Meta(max_length=400)]


class Validity(Part, frozen=True, kw_only=True):
    """Whom is asked whether a card's certificate has been revoked. `sample`: nobody, for samples alone."""

    kind: Literal["ocsp", "crl", "sample"]
    url: Annotated[str, Meta(max_length=400)] = ""
    answer_s: Annotated[float, Meta(gt=0, le=30)] = 5.0


class External(Part, frozen=True, kw_only=True):
    """A city's own issuer (docs/certificate-issuer.md). `token_file`: what it knows this server by."""

    url: Address
    token_file: File
    ca_file: FileOrNone = ""
    answer_s: Annotated[float, Meta(gt=0, le=60)] = 20.0


class CertificatesTable(Part, frozen=True, kw_only=True):
    issuer: Literal["sample", "external"]
    authorities_dir: File
    """Certificates of the authorities whose cards are believed (DER or PEM)."""
    test_hierarchy: bool = False
    signing_key_file: FileOrNone = ""
    """Of the codes on samples: `hitofuda central key FILE` makes it."""
    individual_number: bool = True
    """Whether a 住民票 of the sample issuer may have the 個人番号."""
    validity: Validity | None = None
    external: External | None = None


def fault(table: CertificatesTable) -> str:
    """What does not go together; empty: nothing."""
    if (table.issuer == "external") != (table.external is not None):
        return "certificates.external: expected with issuer external, and only there"
    if (table.issuer == "sample") != bool(table.signing_key_file):
        return "certificates.signing_key_file: expected with issuer sample, and only there"
    if table.issuer == "external" and table.test_hierarchy:
        return "certificates.test_hierarchy: expected false, because real certificates are issued"
    return "" if table.validity is None else _fault_of(table.validity, table.issuer == "external")


def _fault_of(validity: Validity, is_real: bool) -> str:
    if (validity.kind == "sample") == bool(validity.url):
        return "certificates.validity.url: expected with kind ocsp or crl, and only there"
    if validity.url and not validity.url.startswith(("http://", "https://")):
        return "certificates.validity.url: expected an address (http:// or https://)"
    if is_real and validity.kind == "sample":
        return "certificates.validity.kind: expected ocsp or crl, because real certificates are issued"
    return ""


class Secrets(NamedTuple):
    """What was read of files: `token` for the external issuer, `signing_key` of the codes; empty where not used."""

    signing_key: bytes = b""
    token: str = ""
